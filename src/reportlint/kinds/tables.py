"""Departures of the tables from their templates: labels, headers, rows, the form of another year."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Literal

from reportlint.bound import Departure, Fault
from reportlint.diagnostic import Finding, Fix, Place, Safety, Severity, Text
from reportlint.document import Document
from reportlint.records import dataclass
from reportlint.rule import RuleKind

FaultName = Literal[
    "table-missing", "unreadable", "unreadable-row", "format-version", "header-structure", "label-mismatch",
    "label-marks",
    "label-citation", "row-missing", "row-extra", "table-twice", "row-nesting",
]  # fmt: skip


ALTERED = frozenset((Fault.LABEL, Fault.MARKS, Fault.CITATION))


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """What to report.

    report: The kinds of departure, each also the name of a message where there is more than one.
    severities: Where one of them matters more or less than the rule usually does.
    """

    report: tuple[FaultName, ...]
    severities: Mapping[str, Severity] = field(default_factory=dict)


def check(document: Document, options: Options) -> Iterator[Finding]:
    for departure in document.binding.departures:
        name = departure.fault.value
        if name not in options.report:
            continue
        span = departure.span
        if departure.fault is Fault.TABLE_MISSING:
            section = document.profile.table(departure.table).section
            if section and section not in document.outline.sections:
                continue  # the missing section is the root
            span = document.section(section).heading.span if section else document.beginning
        yield Finding(
            span=span,
            facts=_facts(document, departure),
            variant=name,
            severity=options.severities.get(name),
            place=departure.place or Place(table=departure.table),
            address=departure.address,
            found=departure.found,
            expected=departure.expected,
            related=departure.related,
            fix=_fix(document, departure),
        )


def _fix(document: Document, departure: Departure) -> Fix | None:
    """An altered label gets the form's words. Everything else would move rows, columns or figures."""
    if departure.expected is None or departure.found is None or departure.fault not in ALTERED:
        return None
    from reportlint.kinds.restoring import restored_in_table  # most tables have nothing to mend

    return restored_in_table(document, departure.span, departure.found, departure.expected)


def _facts(document: Document, departure: Departure) -> dict[str, str | Text]:
    template = document.profile.table(departure.table)
    title = template.title
    if departure.fault is Fault.FORM:
        form = document.profile.source
        return {"found": departure.detail or "", "expected": form, "year": str(document.year or "")}
    return {
        "found": departure.found or "",
        "expected": departure.expected or "",
        "table": title,
        "detail": departure.detail or Text("", ""),
    }


def fixes(options: Options) -> Iterable[Safety]:
    altered = {fault.value for fault in ALTERED}.intersection(options.report)
    if altered - {Fault.CITATION.value}:
        yield "safe"
    if altered - {Fault.MARKS.value}:
        yield "unsafe"


KIND = RuleKind("tables", Options, check, fixes=fixes)
