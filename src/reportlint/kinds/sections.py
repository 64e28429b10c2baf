"""Departures of the sections from the form: missing, extra, out of order, misnumbered, reworded, empty."""

from collections.abc import Iterator, Mapping
from typing import Literal

from reportlint.diagnostic import Finding, Fix, Place, Safety, Text
from reportlint.document import Document
from reportlint.outline import Deviation, Flaw
from reportlint.records import dataclass
from reportlint.rule import RuleKind

FlawName = Literal[
    "section-missing", "section-extra", "section-order", "section-twice", "section-number", "section-number-style",
    "heading-variant", "heading-renamed", "section-empty", "subsection-number", "numbering-level", "bracket-width",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """What to report.

    report: The kinds of departure, each also the name of a message where there is more than one.
    """

    report: tuple[FlawName, ...]


def check(document: Document, options: Options) -> Iterator[Finding]:
    for deviation in document.outline.deviations:
        if deviation.flaw.value not in options.report:
            continue
        facts: dict[str, str | Text] = {
            "found": deviation.found,
            "expected": deviation.expected,
            "section": deviation.section or "",
            "what": _what(deviation),
        }
        yield Finding(
            span=deviation.span,
            facts=facts,
            variant=deviation.flaw.value,
            place=Place(deviation.section) if deviation.section else None,
            found=deviation.found or None,
            expected=deviation.expected or None,
            fix=_fix(document, deviation),
        )


def _what(deviation: Deviation) -> Text:
    """What is to be written otherwise: the number of a heading, or all of it where the number was lost."""
    whole = deviation.section is not None and deviation.expected.endswith(deviation.section)
    return Text("标题", "heading") if whole else Text("编号", "number")


def _fix(document: Document, deviation: Deviation) -> Fix | None:
    from reportlint.kinds.headings_mended import fix  # most reports have nothing to mend

    return fix(document, deviation)


FIXES: Mapping[Flaw, tuple[Safety, ...]] = {
    Flaw.MISSING: ("display",),
    Flaw.NUMBER: ("unsafe",),
    Flaw.STYLE: ("safe", "unsafe"),
    Flaw.VARIANT: ("safe", "unsafe"),
    Flaw.RENAMED: ("unsafe",),
    Flaw.SUBNUMBER: ("unsafe",),
    Flaw.LEVEL: ("safe", "display"),
    Flaw.BRACKETS: ("safe",),
}


def fixes(options: Options) -> Iterator[Safety]:
    for flaw, given in FIXES.items():
        if flaw.value in options.report:
            yield from given


KIND = RuleKind("sections", Options, check, fixes=fixes)
