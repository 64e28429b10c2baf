"""How a wrong value may have come about, told from the value that stands there and the one that should.

An answer is a hint for the person who mends the value, so what fits badly or in two ways gets none.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

# Decimal arithmetic rounds to 28 digits unless told otherwise; a typing mistake can be longer than that.
EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)

UNIT_FACTORS = (Decimal(10), Decimal(100), Decimal(1_000), Decimal(10_000))  # 10 000: 元 for 万元


class Cause(enum.Enum):
    """A usual mistake of someone who types or adds up figures."""

    SIGN = enum.auto()
    UNIT = enum.auto()
    DIGITS_SWAPPED = enum.auto()
    DIGIT_DROPPED = enum.auto()
    DIGIT_DOUBLED = enum.auto()
    ADDEND_LEFT_OUT = enum.auto()
    ADDEND_TWICE = enum.auto()
    MOVED_COLUMN = enum.auto()
    MOVED_ROW = enum.auto()


@dataclass(frozen=True, slots=True)
class AddendCause:
    """What happened to one addend; `index` counts from 0."""

    cause: Cause
    index: int


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell of a table: what stands there, and what should."""

    row: int
    column: int
    found: Decimal
    expected: Decimal


def cause_of_typing(found: Decimal, expected: Decimal) -> Cause | None:
    """Which mistake turns the expected value into the one found.

    Of several, the one that holds for the value as a whole: 10 for 100 is a unit, not a lost digit.
    """
    if found == expected:
        return None
    if found == EXACT.minus(expected):
        return Cause.SIGN
    if found and expected and any(is_multiple(found, expected, factor) for factor in UNIT_FACTORS):
        return Cause.UNIT
    if found.is_signed() != expected.is_signed():
        return None
    typed, meant = plain(found), plain(expected)
    if digits_swapped(typed, meant):
        return Cause.DIGITS_SWAPPED
    if typed in shortened(meant):
        return Cause.DIGIT_DROPPED
    if meant in shortened(typed, doubled=True):
        return Cause.DIGIT_DOUBLED
    return None


def cause_of_sum(total: Decimal, addends: Sequence[Decimal]) -> AddendCause | None:
    """Which addend was left out of the total or counted twice; None unless exactly one fits."""
    correct = Decimal(0)
    for addend in addends:
        correct = EXACT.add(correct, addend)
    if not correct:
        return None
    missing = EXACT.subtract(correct, total)
    if not missing:
        return None
    fitting = [
        AddendCause(cause, index)
        for index, addend in enumerate(addends)
        for cause, difference in (
            (Cause.ADDEND_LEFT_OUT, addend),
            (Cause.ADDEND_TWICE, EXACT.minus(addend)),
        )
        if difference == missing
    ]
    return fitting[0] if len(fitting) == 1 else None


def cause_of_pair(first: WrongCell, second: WrongCell) -> Cause | None:
    """Whether a value got into the cell beside, above or below the one where it belongs.

    The cell where it belongs is empty or has the other's value, which then got into the wrong cell too.
    """
    if not (moved(first, second) or moved(second, first)):
        return None
    match abs(first.row - second.row), abs(first.column - second.column):
        case 0, 1:
            return Cause.MOVED_COLUMN
        case 1, 0:
            return Cause.MOVED_ROW
        case _:
            return None


def moved(wrong: WrongCell, right: WrongCell) -> bool:
    """Whether the value of the wrong cell belongs into the right one, and nothing else stands there."""
    return bool(wrong.found) and wrong.found == right.expected and right.found in (0, wrong.expected)


def is_multiple(one: Decimal, other: Decimal, factor: Decimal) -> bool:
    return one == EXACT.multiply(other, factor) or other == EXACT.multiply(one, factor)


def plain(value: Decimal) -> str:
    """The digits as a person writes them, without sign, exponent and closing zeros after the point."""
    digits = format(value.copy_abs(), "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def digits_swapped(typed: str, meant: str) -> bool:
    """Whether exchanging two digits is all the difference; 105 and 15.0 differ by their point as well."""
    if len(typed) != len(meant):
        return False
    different = [(a, b) for a, b in zip(typed, meant, strict=True) if a != b]
    return len(different) == 2 and different[0] == different[1][::-1] and "." not in different[0]


def shortened(digits: str, *, doubled: bool = False) -> set[str]:
    """All that is left when one digit is taken out; `doubled`: one that stands twice in a row."""
    return {
        digits[:index] + digits[index + 1 :]
        for index, digit in enumerate(digits)
        if digit != "." and (not doubled or digits[index - 1 : index] == digit)
    }
