"""How a form numbers its sections and what is below them, known from how it writes the first number.

一、, （一）, 1., I., A. and the like: the number tells which numerals are used, the rest stands around every number.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from reportlint.numerals import BY_FIRST, Numerals, Writing
from reportlint.wording import fold

HASHES = r"#{0,6}\s*"  # headings of Markdown
_MARK = "[、.,]"  # one mark behind a number stands for another
_BRACKETS = str.maketrans("()", "（）")


class Style(NamedTuple):
    """One style: what stands before the number, how the number is written, and what stands behind it."""

    before: str
    writing: Writing
    behind: str

    def mark(self, number: int) -> str:
        """The number as the form writes it."""
        return f"{self.before}{self.writing.write(number)}{self.behind}"

    @property
    def pattern(self) -> str:
        """For `re` and folded text: a mark of this style, with the number in the only group."""
        behind = _MARK if self.behind in {"、", "."} else _literal(self.behind)
        return rf"{_literal(self.before)}({self.writing.pattern})\s*{behind}"

    @property
    def is_wide(self) -> bool:
        """Whether its brackets are full-width."""
        return "（" in self.before or "）" in self.behind


def _literal(text: str) -> str:
    return re.escape(fold(text.strip()))


def style(first: str, numerals: Numerals) -> Style | None:
    """The style in which the form writes its first number so; None where no known number is in it."""
    writings = {numerals.write(1): numerals, **BY_FIRST} if numerals.digits else BY_FIRST
    for found in _ALONE.finditer(first):
        if found.group() in writings:
            return Style(first[: found.start()], writings[found.group()], first[found.end() :])
    return None


_ALONE = re.compile(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])|[^A-Za-z]")


class Numbering:
    """The styles of one form. Made once for each; its patterns are compiled when they are first needed.

    sections: Of headings; None where they carry no number. others: By which a heading is known besides, if its words
    are those of a section. levels: Of what is below a heading, outermost first. inline: What a list inside a
    paragraph is counted with instead of the numbers of sections; empty where nothing is said of that.
    """

    def __init__(
        self,
        numerals: Numerals,
        sections: Style | None = None,
        others: Sequence[Style] = (),
        levels: Sequence[Style] = (),
        inline: str = "",
    ) -> None:
        self.numerals, self.sections, self.inline = numerals, sections, inline
        self.others, self.levels = tuple(others), tuple(levels)

    @property
    def styles(self) -> tuple[object, ...]:
        """What two forms have to share to be read alike."""
        return self.numerals, self.sections, self.others, self.levels

    # Headings of sections.

    @cached_property
    def _strong(self) -> re.Pattern[str]:
        return re.compile(rf"\s*{HASHES}{self.sections.pattern}" if self.sections else r"(?!)")

    def is_numbered(self, folded: str) -> bool:
        """Whether the text begins with a number of a section in the form's style."""
        return self._strong.match(folded) is not None

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile(rf"\s*({HASHES}(?:{_either(self._of_sections())}|)\s*)")

    def mark_length(self, folded: str) -> int:
        """How much of the text is the number of a section, in whatever style, with the white space around it."""
        found = self._any.match(folded)
        return found.end() if found else 0

    @cached_property
    def _number(self) -> re.Pattern[str]:
        leads = "|".join(sorted({_literal(each.before) for each in self._of_sections()}))
        writings = "|".join(f"(?:{writing.pattern})" for writing in self._writings)
        return re.compile(rf"\s*{HASHES}(?:{leads})({writings})" if writings else r"(?!)")

    def number(self, folded: str) -> int | None:
        """The number that the text begins with, whatever stands behind it."""
        found = self._number.match(folded)
        return self._read(found[1]) if found else None

    def _of_sections(self) -> Iterator[Style]:
        if self.sections:
            yield self.sections
        yield from self.others

    @cached_property
    def _writings(self) -> list[Writing]:
        """Each once, of sections first."""
        return list(dict.fromkeys(each.writing for each in self._of_sections()))

    def _read(self, text: str) -> int | None:
        values = (writing.read(text) for writing in self._writings)
        return next((value for value in values if value is not None), None)

    def is_well_formed(self, mark: str) -> bool:
        """Whether a heading's mark, folded, is of the style that the form has for sections."""
        return self._strong.fullmatch(mark) is not None

    @cached_property
    def _other(self) -> re.Pattern[str]:
        return re.compile(rf"\s*{HASHES}(?:{_either(self.others)})" if self.others else r"(?!)")

    def is_of_another(self, mark: str) -> bool:
        """Whether a heading's mark, folded, is a whole number of another style."""
        return self._other.fullmatch(mark) is not None

    def mark(self, number: int) -> str:
        """A section's number as the form writes it."""
        return self.sections.mark(number) if self.sections else ""

    @cached_property
    def _characters(self) -> str:
        """What a number may be written with that lost its marks."""
        return self.numerals.usual if self.sections and self.sections.writing is self.numerals else ""

    def bare(self, words: str, *, figures: bool = False) -> str:
        """The words of a title without the number that they may begin with."""
        return words.lstrip(self._characters + ("0123456789" if figures else ""))

    # Below the sections.

    @cached_property
    def _below(self) -> tuple[re.Pattern[str], tuple[Style, ...]]:
        """A pattern with a group for each of the styles."""
        styles = (*self.levels, *((self.sections,) if self.sections else ()))
        return re.compile(rf"\s*{HASHES}(?:{_either(styles)})\s*" if styles else r"(?!)"), styles

    def below(self, folded: str) -> tuple[int, int | None]:
        """How much of a sub-heading is its number, with the white space around it, and the number."""
        pattern, styles = self._below
        found = pattern.match(folded)
        if found is None or found.lastindex is None:
            return 0, None
        return found.end(), styles[found.lastindex - 1].writing.read(found[found.lastindex])

    @cached_property
    def _levels(self) -> tuple[tuple[Style, re.Pattern[str]] | None, ...]:
        return tuple((each, re.compile(each.pattern)) if each else None for each in (self.sections, *self.levels))

    def level(self, mark: str) -> int:
        """Which level's style a mark has, from 1; 0 for that of sections, a number beyond the last for none."""
        folded = fold(mark).strip("# ")
        fitting = (place for place, level in enumerate(self._levels) if level and level[1].fullmatch(folded))
        return next(fitting, len(self._levels))

    def like(self, mark: str, number: int) -> str:
        """The mark with another number in it."""
        level = dict(enumerate(self._levels)).get(self.level(mark))
        return re.sub(level[0].writing.pattern, level[0].writing.write(number), mark, count=1) if level else mark

    def wide(self, mark: str) -> str:
        """The mark with the brackets that the form's have."""
        return mark.translate(_BRACKETS) if any(each.is_wide for each in self.levels) else mark

    @cached_property
    def _first_two(self) -> tuple[str, str]:
        return self.mark(1), self.mark(2)

    @cached_property
    def _list(self) -> re.Pattern[str]:
        first, second = map(re.escape, self._first_two)
        return re.compile(
            rf"(?s)(?<=[。；;：:])\s*{first}[^。；;]{{1,200}}[。；;](?:(?!{first}|{second}).){{0,400}}{second}"
        )

    def list_within(self, text: str) -> tuple[int, int] | None:
        """Where a paragraph has the first number of a list that is counted like sections, if there is a second."""
        first, second = self._first_two
        if not self.inline or first not in text or second not in text:
            return None
        found = self._list.search(text)
        start = found.start() + len(found.group()) - len(found.group().lstrip()) if found else 0
        return (start, start + len(first)) if found else None


def _either(styles: Sequence[Style] | Iterator[Style]) -> str:
    return "|".join(each.pattern for each in styles)


UNNUMBERED = Numbering(Numerals())
