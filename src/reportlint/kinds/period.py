"""The period that a report's figures are about: whether it is stated, and is the whole report year."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from reportlint.diagnostic import Finding, Safety, Span
from reportlint.document import Document
from reportlint.errors import PartMissing
from reportlint.mending import replacement
from reportlint.notation import Notation
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind
from reportlint.wording import fold

MONTH_AND_DAY = re.compile(r"\d\d-\d\d")
SENTENCE_END = re.compile(r"[。;!?]")
LONGEST_SENTENCE = 300  # how far back the beginning of a sentence is looked for, in code points
MOST_RANGES = 50  # of one paragraph; nobody states a period after so many
LONGEST_LEAD = 60  # how far before a range the words are looked for that make it the period, in code points


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """What the period has to be, and how it is known among other ranges of days.

    report: wrong: each stated period that is not the whole report year. missing: that none is stated.
    first, last: The days on which it begins and ends, as month and day, such as 01-01.
    right: How it is written; {year} stands for the report year.
    ranges: Two days or two months with something between them. Groups: year, month and until_month;
        until_year where the second date has a year of its own; day and until_day where days are named.
    lead: What stands before a range, in its sentence, that is the period whatever its days are.
    another: Words that make a range no period of this report's: in its sentence, or with a lead in its clause
        before it.
    hints: Only paragraphs in which one of these stands are looked at; patterns are slow, and most paragraphs
        name no day. White space and full-width forms count here.
    names: Words that state a period even where no range can be read, so that it is not missing.
    """

    report: Literal["wrong", "missing"]
    first: str
    last: str
    right: str
    ranges: tuple[Pattern, ...]
    lead: Pattern
    another: Pattern
    hints: tuple[str, ...]
    names: Pattern | None = None

    def __post_init__(self) -> None:
        for pattern in self.ranges:
            missing = {"year", "month", "until_month"} - pattern.groups
            if missing:
                raise ValueError(f"a pattern of 'ranges' has no group '{min(missing)}'")
        for text in (self.first, self.last):
            if not MONTH_AND_DAY.fullmatch(text):
                raise ValueError(f"expected a month and a day such as 01-01, found '{text}'")


class _Day(NamedTuple):
    """One end of a range, as it is written. day: None where only the month is."""

    year: str | None
    month: int | None
    day: int | None
    has_day: bool

    def falls_on(self, month_and_day: str) -> bool:
        month, day = (int(part) for part in month_and_day.split("-"))
        return self.month == month and (not self.has_day or self.day == day)

    def is_near(self, month_and_day: str) -> bool:
        """Whether it is that day, the one before or a day that the month does not have."""
        month, day = (int(part) for part in month_and_day.split("-"))
        return self.has_day and self.month == month and self.day is not None and self.day >= day - 1


def check(document: Document, options: Options) -> Iterator[Finding]:
    if document.year is None:
        raise PartMissing("year")
    right = options.right.replace("{year}", str(document.year))
    stated = named = False
    for paragraph in document.paragraphs():
        if not any(map(paragraph.text.__contains__, options.hints)):
            continue
        text = fold(paragraph.text)
        ranged = any(document.has(text, pattern) for pattern in options.ranges)
        for written in _ranges(text, options.ranges) if ranged else ():
            verdict = _judge(text, written, document.year, document.profile.notation, options)
            stated = stated or verdict is not None
            if verdict is False and options.report == "wrong":
                found = paragraph.text[written.start : written.end]
                start = paragraph.span.start
                yield Finding(
                    span=Span(start + written.start, start + written.end),
                    facts={"found": found, "expected": right, "year": str(document.year)},
                    found=found,
                    expected=right,
                    # The figures may have been counted over the period that is stated.
                    fix=replacement(Span(start + written.start, start + written.end), right, "display"),
                )
        named = named or (not stated and options.names is not None and document.has(text, options.names))
    if stated:
        return
    # A period that is stated in words which cannot be read as two days is neither wrong nor missing.
    if named or options.report == "wrong":
        raise PartMissing("period")
    yield Finding(span=_beginning(document), facts={"expected": right}, expected=right)


class _Range(NamedTuple):
    """A range as it is written. start, end: In code points from the paragraph's start. groups: Of its pattern."""

    start: int
    end: int
    groups: Mapping[str, Any]


# Two rules ask the same of each paragraph, one after the other.
@lru_cache(maxsize=4096)
def _ranges(text: str, ranges: tuple[Pattern, ...]) -> tuple[_Range, ...]:
    return tuple(_found(text, ranges))


def _found(text: str, ranges: tuple[Pattern, ...]) -> Iterator[_Range]:
    """Ranges in reading order for each pattern; one inside another that was seen before is left out."""
    seen: list[tuple[int, int]] = []
    for pattern in ranges:
        for match in pattern.finditer(text):
            if len(seen) == MOST_RANGES:
                return
            if not any(start < match.end() and match.start() < end for start, end in seen):
                seen.append(match.span())
                yield _Range(match.start(), match.end(), match.groupdict())


def _judge(text: str, written: _Range, year: int, notation: Notation, options: Options) -> bool | None:
    """Whether the range is the period of the report year; None where it may be about something else."""
    begin, end = _day(written.groups, "", notation), _day(written.groups, "until_", notation)
    years = {_year(day.year, notation) for day in (begin, end) if day.year}
    if begin.falls_on(options.first) and end.falls_on(options.last) and years <= {year}:
        return True
    reach = max(0, written.start - LONGEST_SENTENCE)
    sentence_start = max((found.end() for found in SENTENCE_END.finditer(text, reach, written.start)), default=reach)
    before = text[max(sentence_start, written.start - LONGEST_LEAD) : written.start]
    if options.lead.search(before):
        # A report may state last year's period beside its own.
        return None if options.another.search(before[before.rfind(",") + 1 :]) else False
    after = SENTENCE_END.search(text, written.end)
    sentence = text[sentence_start : after.start() if after else len(text)]
    if not (begin.falls_on(options.first) and begin.has_day and end.is_near(options.last)):
        return None
    if options.another.search(sentence):
        return None
    # A range over several years is a plan or a campaign; a year that is no year at all is a slip.
    slipped = any(day.year and _year(day.year, notation) is None for day in (begin, end))
    return False if slipped or len(years) == 1 else None


def _day(groups: Mapping[str, Any], prefix: str, notation: Notation) -> _Day:
    has_day = groups.get(f"{prefix}day") is not None
    return _Day(
        groups.get(f"{prefix}year"),
        notation.part(groups[f"{prefix}month"]),
        notation.part(groups[f"{prefix}day"]) if has_day else None,
        has_day,
    )


def _year(text: str, notation: Notation) -> int | None:
    """The year that four digits write, in either script, or two; None for any other number of digits."""
    digits = notation.numerals.in_figures(text)
    if len(digits) == 2:
        return 2000 + int(digits)
    return int(digits) if len(digits) == 4 else None


def _beginning(document: Document) -> Span:
    """The title, or else the first paragraph: what is absent from the whole report is seen from there."""
    if document.title:
        return document.title.span
    return next((paragraph.span for paragraph in document.paragraphs()), document.end)


def fixes(options: Options) -> tuple[Safety, ...]:
    return ("display",) if options.report == "wrong" else ()


def watched(options: Options) -> tuple[Pattern, ...]:
    return (*options.ranges, *((options.names,) if options.names else ()))


KIND = RuleKind("period", Options, check, None, None, watched, fixes=fixes)
