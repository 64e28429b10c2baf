"""Totals left blank although what they add up is given."""

from collections.abc import Iterator
from decimal import Decimal

from reportlint.bound import cell_address
from reportlint.diagnostic import Finding, Fix, Place, Related, Safety, Span, Text
from reportlint.document import Document
from reportlint.figures import plain
from reportlint.mending import filling
from reportlint.records import dataclass
from reportlint.rule import RuleKind

MOST_RELATED = 20


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """Nothing to choose: the totals are those of the identities of the profile."""


def check(document: Document, options: Options) -> Iterator[Finding]:
    missing = document.arithmetic.missing_totals
    for key, table in document.binding.tables.items():
        cells = [table.cells[cell] for cell in missing if cell.table == key]
        if not cells:
            continue
        first = cells[0]
        row, column = first.place
        title = table.template.title
        expected = missing[first.key]
        yield Finding(
            span=first.cell.span,
            facts={
                "count": str(len(cells)),
                "row": row[-1] if row else "",
                "column": column[-1] if column else "",
                "expected": plain(expected) if expected is not None else "",
                "table": title,
            },
            place=Place(title, key, row, column),
            address=cell_address(*first.address),
            found="",
            expected=plain(expected) if expected is not None else None,
            related=tuple(Related(cell.cell.span, _should_be(missing[cell.key])) for cell in cells[1:MOST_RELATED]),
            fix=_fix(document.source.text, [(cell.cell.span, missing[cell.key]) for cell in cells]),
        )


def _fix(text: str, places: list[tuple[Span, Decimal | None]]) -> Fix | None:
    """Every total of the table, as long as all of them are known."""
    edits = tuple(filling(text, span, plain(total)) for span, total in sorted(places) if total is not None)
    if len(edits) < len(places):
        return None
    title = Text(f"填上 {len(edits)} 个总计", f"fill in {len(edits)} totals")
    if len(edits) == 1:
        total = edits[0].text.strip()
        title = Text(f"填上 {total}", f"fill in {total}")
    return Fix("unsafe", title, edits)


def _should_be(expected: Decimal | None) -> Text:
    if expected is not None:
        return Text(f"应为 {plain(expected)}", f"should be {plain(expected)}")
    return Text("总计未填", "the total is blank")


def fixes(options: Options) -> tuple[Safety, ...]:
    return ("unsafe",)


KIND = RuleKind("missing-totals", Options, check, fixes=fixes)
