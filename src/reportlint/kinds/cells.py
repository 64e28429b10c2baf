"""What stands in number cells that should not: words, units, blanks, signs for “not applicable”, impossible counts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from reportlint.bound import BoundCell, cell_address
from reportlint.diagnostic import Finding, Fix, Place, Related, Safety, Severity, Text
from reportlint.document import Document
from reportlint.figures import ValueKind
from reportlint.mending import filling, replacement
from reportlint.profile import TEXTS
from reportlint.records import dataclass
from reportlint.rule import RuleKind

MOST_RELATED = 20


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """What to report.

    report: words, unit, blank, not-applicable or range. Blanks and signs are told once for a table, with a count.
    unit_in_header: The severity of a unit in a cell whose header states the unit already.
    """

    report: Literal["words", "unit", "blank", "not-applicable", "range"]
    unit_in_header: Severity | None = None


def check(document: Document, options: Options) -> Iterator[Finding]:
    for table in document.binding.tables.values():
        cells = [cell for cell in table.unusual if cell.type not in TEXTS]
        if options.report == "words":
            yield from (_words(document, cell) for cell in cells if cell.value.kind is ValueKind.WORDS)
        elif options.report == "unit":
            yield from (_unit(document, cell, options) for cell in cells if cell.value.unit)
        elif options.report == "range":
            yield from _range(document, cells)
        else:
            kind = ValueKind.BLANK if options.report == "blank" else ValueKind.NOT_APPLICABLE
            totals = document.arithmetic.missing_totals
            yield from _once(document, [cell for cell in cells if cell.value.kind is kind and cell.key not in totals])


def _words(document: Document, cell: BoundCell) -> Finding:
    nothing = "".join(cell.cell.text.split()) in document.profile.notation.nothing
    return _finding(document, cell, fix=replacement(cell.cell.span, "0") if nothing else None)


def _unit(document: Document, cell: BoundCell, options: Options) -> Finding:
    from reportlint.kinds.units import mended, stated_unit

    stated = stated_unit(document, cell)
    number, fix = mended(document, cell, stated)
    return _finding(document, cell, expected=number, severity=options.unit_in_header if stated else None, fix=fix)


def _range(document: Document, cells: list[BoundCell]) -> Iterator[Finding]:
    # A wrong cell that the identities give a value for is reported with that value, not here.
    culprits = {culprit.cell.key for culprit in document.arithmetic.culprits}
    for cell in cells:
        if cell.out_of_range and cell.key not in culprits:
            yield _finding(document, cell, variant="negative" if (cell.value.number or 0) < 0 else "fraction")


def _once(document: Document, cells: list[BoundCell]) -> Iterator[Finding]:
    if cells:
        rest = tuple(Related(cell.cell.span, Text("同样", "likewise")) for cell in cells[1:MOST_RELATED])
        yield _finding(document, cells[0], count=len(cells), related=rest, fix=_zeros(document, cells))


def _zeros(document: Document, cells: Sequence[BoundCell]) -> Fix:
    """0 in all of these cells. Where nothing stands, nobody but the author knows whether there was nothing."""
    count = len(cells)
    title = Text(f"{count} 格填 0", f"write 0 in {count} cells") if count > 1 else Text("填 0", "write 0")
    blank = any(cell.value.kind is ValueKind.BLANK for cell in cells)
    edits = sorted(filling(document.source.text, cell.cell.span, "0") for cell in cells)
    return Fix("display" if blank else "unsafe", title, tuple(edits))


def _finding(
    document: Document,
    cell: BoundCell,
    *,
    variant: str = "",
    expected: str | None = None,
    severity: Severity | None = None,
    count: int = 1,
    related: tuple[Related, ...] = (),
    fix: Fix | None = None,
) -> Finding:
    row, column = cell.place
    template = document.profile.table(cell.key.table)
    title = template.title
    shown = cell.cell.text if len(cell.cell.text) <= 40 else f"{cell.cell.text[:40]}…"
    return Finding(
        span=cell.cell.span,
        facts={
            "found": shown,
            "expected": expected or "",
            "unit": cell.value.unit,
            "row": cell.names[0],
            "column": cell.names[1],
            "count": str(count),
            "table": title,
        },
        variant=variant,
        severity=severity,
        place=Place(title, cell.key.table, row, column),
        address=cell_address(*cell.address),
        found=cell.cell.text,
        expected=expected,
        related=related,
        fix=fix,
    )


FIXES: Mapping[str, tuple[Safety, ...]] = {
    "words": ("unsafe",),
    "unit": ("unsafe", "display"),
    "blank": ("display",),
    "not-applicable": ("unsafe",),
}


def fixes(options: Options) -> tuple[Safety, ...]:
    return FIXES.get(options.report, ())


KIND = RuleKind("cells", Options, check, fixes=fixes)
