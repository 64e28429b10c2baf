"""The values that a check produces: a rule sees a `Finding`, the engine signs it into a `Diagnostic`."""

import enum
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

from reportlint.source import Source

Language = Literal["zh", "en"]


class Severity(enum.IntEnum):
    """How much a diagnostic matters; a larger one matters more."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The name used in YAML, on the command line and in every format."""
        return self.name.lower()


class Span(NamedTuple):
    """A stretch of the canonical text.

    start, end: Code points from 0, half open. An empty span marks a point.
    """

    start: int
    end: int


class Text(NamedTuple):
    """The same words in both languages."""

    zh: str
    en: str

    def to(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class Related(NamedTuple):
    """Another place that belongs to a diagnostic, and what it has to do with it."""

    span: Span
    message: Text


class Place(NamedTuple):
    """Where in the form a diagnostic is, in the form's own words.

    section: Title of the section, without its number. table: Key of the template.
    row, column: Labels of the template, outermost first.
    """

    section: str | None = None
    table: str | None = None
    row: tuple[str, ...] = ()
    column: tuple[str, ...] = ()


Safety = Literal["safe", "unsafe", "display"]


class Edit(NamedTuple):
    """One change of the text: what stands at `span` gives way to `text`."""

    span: Span
    text: str


class Fix(NamedTuple):
    """A way to mend what a diagnostic reports.

    safety: safe where the meaning cannot change; unsafe where it may; display where it is only to be looked at.
    edits: In reading order, none overlapping another.
    """

    safety: Safety
    title: Text
    edits: tuple[Edit, ...]


NO_FACTS: Mapping[str, str | Text] = MappingProxyType({})


class Finding(NamedTuple):
    """What a rule saw. The engine adds who said it and how much it matters.

    facts: Fill the `{names}` of the rule's message; a `Text` where the languages differ.
    variant: Which of the rule's messages is meant, where it has several.
    severity: Only where this finding matters more or less than the rule usually does.
    address: Where a person finds it in the original, such as 表2 第6行 第3列.
    """

    span: Span
    facts: Mapping[str, str | Text] = NO_FACTS
    variant: str = ""
    severity: Severity | None = None
    place: Place | None = None
    address: Text | None = None
    found: str | None = None
    expected: str | None = None
    related: tuple[Related, ...] = ()
    help: Text | None = None
    fix: Fix | None = None


class Waived(NamedTuple):
    """That a person has accepted a diagnostic, and why.

    until: The last day that this holds; None for good. kind: `todo` where it is still to be mended.
    """

    reason: str
    author: str
    until: date | None
    kind: Literal["accepted", "todo"] = "accepted"


class Diagnostic(NamedTuple):
    """A finding, signed by its rule and ready to be shown.

    waived: None where it stands. What is waived is shown by programs only, and does not count.
    """

    path: Path
    span: Span
    severity: Severity
    rule: str
    code: str
    message: Text
    place: Place | None = None
    address: Text | None = None
    found: str | None = None
    expected: str | None = None
    related: tuple[Related, ...] = ()
    source: Text | None = None
    help: Text | None = None
    fix: Fix | None = None
    waived: Waived | None = None


class Tally(NamedTuple):
    """How many of something held, failed, or could not be told."""

    held: int = 0
    failed: int = 0
    undecided: int = 0

    def __add__(self, other: "Tally") -> "Tally":  # type: ignore[override]
        return Tally(self.held + other.held, self.failed + other.failed, self.undecided + other.undecided)


NONE_COUNTED = Tally()

Role = Literal["title", "heading", "text", "first-row", "row"]


class Part(NamedTuple):
    """A piece of a report as its reader sees it, for formats that draw the report.

    role: What it is; `first-row` begins a table. cells: Where each cell of a row stands.
    """

    span: Span
    role: Role = "text"
    cells: tuple[Span, ...] = ()


class Checked(NamedTuple):
    """All that one check of one report came to.

    source: The canonical text; None where the file could not be read at all.
    profile, year, agency: None where the report does not say, or is no report.
    rules: One for each rule that was selected. identities: One for each instance, so a row identity
        over 23 rows counts 23.
    complete: Whether all of it was checked; False where a part could not be read or a rule crashed, whether or
        not the rule that would say so was selected.
    is_report: False for a file of the set-up that has diagnostics of its own, such as the waivers.
    layout: The pieces of the report in reading order; empty where it was not read.
    """

    path: Path
    source: Source | None
    profile: str | None = None
    year: int | None = None
    agency: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    rules: Tally = NONE_COUNTED
    identities: Tally = NONE_COUNTED
    complete: bool = True
    is_report: bool = True
    layout: Sequence[Part] = ()

    @property
    def standing(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that nobody has waived."""
        return tuple(diagnostic for diagnostic in self.diagnostics if diagnostic.waived is None)
