"""Rows in which a body of a certain name can have nothing to count."""

from collections.abc import Iterator, Sequence

from reportlint.bound import BoundCell, cell_address
from reportlint.diagnostic import Finding, Place, Safety
from reportlint.document import Document
from reportlint.errors import PartMissing
from reportlint.kinds import named
from reportlint.mending import replacement
from reportlint.profile import Profile
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind
from reportlint.wording import fold


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """Which rows, and whose.

    rows: Table and row, such as active/regulations.
    names: What stands in the name of every body that is meant, and of no other.
    ignore: Words of a name that are left out first, because they hold the same characters by chance.
    """

    rows: tuple[str, ...]
    names: Pattern
    ignore: tuple[str, ...] = ()


def check(document: Document, options: Options) -> Iterator[Finding]:
    if document.agency is None:
        raise PartMissing("agency")
    name = fold(document.agency)
    for word in options.ignore:
        name = name.replace(word, "")
    if not options.names.search(name):
        return
    for wanted in options.rows:
        table, _, row = wanted.partition("/")
        counted = next((cell for cell in document.table(table).cells.of(row) if (cell.value.number or 0) > 0), None)
        if counted is not None:
            yield _finding(document, counted)


def _finding(document: Document, cell: BoundCell) -> Finding:
    row, column = cell.place
    title = document.profile.table(cell.key.table).title
    return Finding(
        span=cell.cell.span,
        facts={
            "found": cell.cell.text,
            "agency": document.agency or "",
            "row": row[-1] if row else "",
            "column": column[-1] if column else "",
        },
        place=Place(title, cell.key.table, row, column),
        address=cell_address(*cell.address),
        found=cell.cell.text,
        expected="0",
        fix=replacement(cell.cell.span, "0", "display"),
    )


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    named.in_rows(profiles, ("rows",), options.rows)


def fixes(options: Options) -> tuple[Safety, ...]:
    return ("display",)


KIND = RuleKind("zero-cells", Options, check, None, fits, fixes=fixes)
