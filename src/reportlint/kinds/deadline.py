"""A report signed after the day that the law, or practice, sets for its kind of body."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date

from reportlint.diagnostic import Finding, Severity, Text
from reportlint.document import Document
from reportlint.errors import PartMissing
from reportlint.imprint import Dated
from reportlint.kinds import named
from reportlint.profile import Profile
from reportlint.records import dataclass
from reportlint.rule import RuleKind

ANY_YEAR = 2001  # no leap year, so that a deadline is a day of every year


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """How much lateness matters, by kind of body, and the days where they are not the profile's.

    severities: By kind of body, for the bodies that the law names; their lateness is told as `required`. Others get
        the rule's own severity and the message `customary`.
    days: Month and day of the year after the report year, such as 01-20, by kind of body. Where a rule gives any,
        it is about these bodies alone, and the profile's days, which other rules go by, are left out of account.
    trusted: Which dates count, the most trusted first: signature, letter, print-note.
    """

    severities: Mapping[str, Severity] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)
    trusted: tuple[str, ...] = ("signature", "letter", "print-note")

    def __post_init__(self) -> None:
        for body, day in self.days.items():
            try:
                date.fromisoformat(f"{ANY_YEAR}-{day}")
            except ValueError:
                raise ValueError(f"the day for '{body}' is no month and day such as 01-20: '{day}'") from None

    @property
    def deadlines(self) -> Mapping[str, tuple[int, int]]:
        """The rule's own days, as the profile has its own."""
        return {body: (int(day[:2]), int(day[3:])) for body, day in self.days.items()}


def check(document: Document, options: Options) -> Iterator[Finding]:
    body = document.body
    deadlines = options.deadlines or document.profile.deadlines
    if document.year is None or body is None or body not in deadlines:
        raise PartMissing("body")
    dated, day = _signed(document, document.year, options)
    month, last = deadlines[body]
    deadline = date(document.year + 1, month, last)
    if day > deadline:
        yield Finding(
            span=dated.span,
            facts={
                "found": dated.text,
                "expected": _words(deadline),
                "days": str((day - deadline).days),
                "agency": document.agency or "",
            },
            variant="required" if body in options.severities else "customary",
            severity=options.severities.get(body),
            found=dated.text,
            expected=document.profile.notation.written(deadline),
        )


def _signed(document: Document, year: int, options: Options) -> tuple[Dated, date]:
    """The date that says when the report was made; of several of one kind the earliest.

    A date before the end of the report year is another mistake, or no signature at all.

    Raises:
        PartMissing: There is none.
    """
    for where in options.trusted:
        dates = [(dated, dated.day) for dated in document.dates if dated.where == where and dated.day]
        after = [(dated, day) for dated, day in dates if day >= document.profile.last_day(year)]
        if after:
            return min(after, key=lambda pair: pair[1])
        if dates:
            break
    raise PartMissing("date")


def _words(day: date) -> Text:
    return Text(f"{day.year}年{day.month}月{day.day}日", day.isoformat())


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    named.in_bodies(profiles, ("severities",), options.severities)
    named.in_bodies(profiles, ("days",), options.days)


KIND = RuleKind("deadline", Options, check, None, fits)
