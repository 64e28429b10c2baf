"""How the reports of one language write numbers, dates and money."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from reportlint.diagnostic import Text
from reportlint.numbering import UNNUMBERED, Numbering
from reportlint.numerals import Numerals, number
from reportlint.pattern import NEVER, Pattern, Patterns
from reportlint.records import dataclass
from reportlint.script import Script

NO_TEXT = Text("", "")


class WrittenDay(NamedTuple):
    """A date as it is written. start, end: In code points of the text. day: None where there is no such day."""

    start: int
    end: int
    day: date | None


@dataclass(frozen=True, slots=True, eq=False)
class Notation:
    """What a language file says.

    numerals: Characters that write numbers; figures are known everywhere.
    numbering: How official documents number, where the form does not say it.
    spaced: Whether spaces part words.
    units: What may stand behind the figure in a cell, up to three of them, as in 万元.
    money: Those of them, alone or together, that are an amount of money, and how many of the smallest each is.
    currency: What the smallest of them is called.
    unit_note: How a form prints the {unit} behind a label.
    answers: Words of a cell that says yes or no, and what they count: 1 and 0.
    not_applicable: Words in a number cell that mean that there is nothing to count, besides strokes.
    nothing: Words in a number cell that are reported, and for which 0 is offered.
    particles: Letters of a label that carry no meaning of their own.
    dates: Groups year, month and day. months: Names of months, in order, where dates have them.
    years: A year that is named as such; group year.
    citation: The words of a label that cites an article and nothing else.
    day: How a date is written, with {year}, {month} and {day}.
    script: Another script that reports turn up in.
    """

    language: str = ""
    numerals: Numerals = field(default_factory=Numerals)
    numbering: Numbering = UNNUMBERED
    spaced: bool = False
    units: tuple[str, ...] = ()
    money: Mapping[str, Decimal] = field(default_factory=dict)
    currency: Text = NO_TEXT
    unit_note: str = " ({unit})"
    answers: Mapping[str, Decimal] = field(default_factory=dict)
    not_applicable: frozenset[str] = frozenset()
    nothing: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()
    dates: tuple[Pattern, ...] = ()
    months: tuple[str, ...] = ()
    years: tuple[Pattern, ...] = ()
    citation: Pattern = NEVER
    day: str = "{year}-{month:02}-{day:02}"
    script: Script | None = None

    def dated(self, folded: str) -> list[WrittenDay]:
        """The dates in a folded text, those of the first pattern first."""
        found = _at_once(self.dates).found(folded)
        return [self._day(match) for place in found for match in self.dates[place].whole(folded)]

    def _day(self, match: Any) -> WrittenDay:
        try:
            found = date(self.year(match["year"]) or 0, self.part(match["month"]), self.part(match["day"]))
        except ValueError:
            found = None
        start, end = match.span()
        return WrittenDay(start, end, found)

    def part(self, text: str) -> int:
        """The number of a month or a day, by figures, characters or name; 0 where it is none."""
        short = text.rstrip(".").casefold()
        for place, name in enumerate(self.months, start=1):
            if name.casefold().startswith(short):
                return place
        return number(text, self.numerals) or 0

    def year(self, text: str) -> int | None:
        """The year that digits write, in figures or in characters, each in its place."""
        figures = self.numerals.in_figures(text)
        return int(figures) if figures.isdecimal() else None

    def years_in(self, folded: str) -> Iterator[tuple[int, int, int]]:
        """Years that are named as such: where each starts and ends, and which it is."""
        for pattern in self.years:
            for match in pattern.whole(folded):
                year = self.year(match["year"])
                if year is not None:
                    yield *match.span(), year

    def in_figures(self, folded: str) -> str:
        """The text with the first year that it names in figures."""
        for pattern in self.years:
            for match in pattern.whole(folded):
                year = self.year(match["year"])
                if year is not None:
                    return folded[: match.start()] + folded[match.start() :].replace(match["year"], str(year), 1)
        return folded

    def written(self, day: date) -> str:
        """A date as the language writes it."""
        return self.day.format(year=day.year, month=day.month, day=day.day)


@lru_cache(maxsize=16)
def _at_once(patterns: tuple[Pattern, ...]) -> Patterns:
    return Patterns(patterns)


BARE = Notation()  # figures alone
