"""Totals left blank although what they add up is given."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reportlint.bound import cell_address
from reportlint.diagnostic import Finding, Place, Related, Text
from reportlint.document import Document
from reportlint.figures import plain
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
        )


def _should_be(expected: Decimal | None) -> Text:
    if expected is not None:
        return Text(f"应为 {plain(expected)}", f"should be {plain(expected)}")
    return Text("总计未填", "the total is blank")


KIND = RuleKind("missing-totals", Options, check)
