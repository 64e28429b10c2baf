"""Ways of writing numbers: figures, characters such as 十二, Roman numerals, letters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

MOST_CHARACTERS = 9
MOST_DIGITS = 4
LARGEST_ROMAN = 399


class Writing(Protocol):
    """A way of writing numbers.

    pattern: For `re`: a number written so, up to 99 or thereabouts.
    """

    @property
    def pattern(self) -> str: ...

    def read(self, text: str) -> int | None:
        """The number that the text writes; None where it is none."""

    def write(self, number: int) -> str: ...


@dataclass(frozen=True, slots=True)
class Numerals:
    """Characters that write numbers as 一百零五 does: digits, and what stands for 10, 100 and 1000.

    digits: For 0 to 9, each with its variants, the usual one first. tens: For 10, 100, 1000.
    """

    digits: tuple[str, ...] = ()
    tens: tuple[str, ...] = ()
    values: Mapping[str, int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        values = {character: value for value, same in enumerate(self.digits) for character in same}
        values |= {character: 10**power for power, same in enumerate(self.tens, start=1) for character in same}
        object.__setattr__(self, "values", values)

    @property
    def characters(self) -> str:
        return "".join((*self.digits, *self.tens))

    @property
    def pattern(self) -> str:
        return f"[{self.usual}]{{1,3}}" if self.digits else r"(?!)"

    @property
    def usual(self) -> str:
        """The usual characters for 1 to 10."""
        return "".join(same[0] for same in (*self.digits[1:], *self.tens[:1]))

    def read(self, text: str) -> int | None:
        """The number that 三, 十二, 一百零五 … 九千九百九十九 write; None for 三四, 十几 and anything else."""
        if not text or len(text) > MOST_CHARACTERS:
            return None
        total, digit, last = 0, None, 10_000
        for place, character in enumerate(text):
            value = self.values.get(character)
            if value is None:
                return None
            if value >= 10:
                if value >= last or digit == 0 or (digit is None and place > 0):
                    return None
                total, digit, last = total + (1 if digit is None else digit) * value, None, value
            else:
                if digit is not None and digit != 0:
                    return None
                digit = value
        # 一百五 stands for 150, but a clerk may mean 105.
        if digit and last > 10 and text[:-1] and self.values[text[-2]] != 0:
            return None
        return total + (digit or 0)

    def write(self, number: int) -> str:
        """一 … 九十九: 1 is not written before a leading 10."""
        tens, ones = divmod(number, 10)
        head = ("" if tens == 1 else self.digits[tens][0]) + self.tens[0][0] if tens else ""
        return head + (self.digits[ones][0] if ones else "")

    def in_figures(self, text: str) -> str:
        """二〇二一 as 2021: every digit in its place. A letter O, large or small, is a zero as well."""
        return "".join(
            str(value) if (value := self.values.get(character)) is not None and value < 10 else character
            for character in text
        ).translate(_LETTER_O)


_LETTER_O = str.maketrans("OoО", "000")


class Figures(NamedTuple):
    """1, 2, 3."""

    pattern: str = r"\d{1,2}"

    def read(self, text: str) -> int | None:
        return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None

    def write(self, number: int) -> str:
        return str(number)


_ROMAN = (
    (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


class Roman(NamedTuple):
    """I, II, III, or i, ii, iii. The pattern is for numbers below 40: C. is a letter where people count."""

    small: bool = False

    @property
    def pattern(self) -> str:
        return rf"[{'ivx' if self.small else 'IVX'}]{{1,8}}(?![^\W\d_])"

    def read(self, text: str) -> int | None:
        rest, number = (text.upper() if self.small else text), 0
        for value, letters in _ROMAN:
            while rest.startswith(letters):
                rest, number = rest[len(letters) :], number + value
        return number if number and not rest and self.write(number) == text else None

    def write(self, number: int) -> str:
        text = ""
        for value, letters in _ROMAN:
            text += letters * (number // value)
            number %= value
        return text.lower() if self.small else text


class Letters(NamedTuple):
    """A, B, C, or a, b, c."""

    small: bool = False

    @property
    def pattern(self) -> str:
        return r"[a-z](?![^\W\d_])" if self.small else r"[A-Z](?![^\W\d_])"

    def read(self, text: str) -> int | None:
        first = "a" if self.small else "A"
        number = ord(text) - ord(first) + 1 if len(text) == 1 else 0
        return number if 1 <= number <= 26 else None

    def write(self, number: int) -> str:
        return chr(ord("a" if self.small else "A") + number - 1) if number <= 26 else str(number)


# By what they write for 1.
BY_FIRST: Mapping[str, Writing] = {
    "1": Figures(),
    "I": Roman(),
    "i": Roman(small=True),
    "A": Letters(),
    "a": Letters(small=True),
}


def number(text: str, numerals: Numerals) -> int | None:
    """The number that figures or the language's characters write."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else numerals.read(text)
