"""An amount of money without its unit, where neither the form nor the header of the table states one."""

from collections.abc import Iterator
from functools import lru_cache

from reportlint.bound import BoundCell, cell_address
from reportlint.diagnostic import Finding, Place
from reportlint.document import Document
from reportlint.profile import Template
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind
from reportlint.wording import fold, words


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """How a unit is stated elsewhere than in the cell.

    label: In the label of the column or of the row, as the report words it.
    note: In a note in the same section, such as 单位：万元.
    """

    label: Pattern
    note: Pattern


def check(document: Document, options: Options) -> Iterator[Finding]:
    for table in document.binding.tables.values():
        for key, place in _without_unit(table.template):
            row = table.cells.rows.get(key)
            bare = row is not None and not row.values[place].unit and row.values[place].number
            if row and bare and not _stated(document, cell := row.bound(place), options):
                yield _finding(document, cell)


@lru_cache(maxsize=64)
def _without_unit(template: Template) -> tuple[tuple[str, int], ...]:
    """The cells for money whose column states no unit: the key of the row, and the place in it."""
    return tuple(
        (row.key, place)
        for row in template.data_rows
        for place, column in enumerate(row.columns)
        if column.type == "money" and not column.unit
    )


def _stated(document: Document, cell: BoundCell, options: Options) -> bool:
    labels = _labels(document, cell)
    if any(options.label.search(fold(label)) for label in labels):
        return True
    section = document.outline.sections.get(document.profile.table(cell.key.table).section)
    paragraphs = section.paragraphs() if section else ()
    return any(options.note.search(fold(paragraph.text)) for paragraph in paragraphs)


def _labels(document: Document, cell: BoundCell) -> list[str]:
    """The labels of the cell's row and column as the report words them, which the template does not know."""
    number, row, place = cell.address
    table = next((table for table in document.report.tables() if table.number == number), None)
    if table is None:
        return []
    own = [other.text for other in table.rows[row - 1].cells if other.number != place]
    heads = [words(wording) for label in cell.column[-1:] for wording in label.wordings]
    for above in reversed(table.rows[: row - 1]):
        for other in above.cells:
            if any(words(other.text).startswith(head) for head in heads):
                return [*own, other.text]
    # A header that was reworded: whatever stands above may state the unit.
    return [*own, *(other.text for above in table.rows[: row - 1] for other in above.cells)]


def _finding(document: Document, cell: BoundCell) -> Finding:
    row, column = cell.place
    title = document.profile.table(cell.key.table).title
    return Finding(
        span=cell.cell.span,
        facts={
            "found": cell.cell.text,
            "row": row[-1] if row else "",
            "column": column[-1] if column else "",
        },
        place=Place(title, cell.key.table, row, column),
        address=cell_address(*cell.address),
        found=cell.cell.text,
    )


KIND = RuleKind("money-unit", Options, check)
