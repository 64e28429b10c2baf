"""Tables laid against the templates of their form: cells with their labels, and what departs from the template."""

import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from reportlint.diagnostic import Place, Related, Span, Text
from reportlint.figures import Value
from reportlint.identities import CellKey
from reportlint.profile import Column, Label, Template
from reportlint.report import Cell


class Fault(enum.Enum):
    """Ways in which a table departs from its template."""

    TABLE_MISSING = "table-missing"
    UNREADABLE = "unreadable"
    UNREADABLE_ROW = "unreadable-row"
    FORM = "format-version"
    HEADER = "header-structure"
    LABEL = "label-mismatch"
    MARKS = "label-marks"
    CITATION = "label-citation"
    ROW_MISSING = "row-missing"
    ROW_EXTRA = "row-extra"
    COPY = "table-twice"
    NESTING = "row-nesting"


class Departure(NamedTuple):
    """One way in which a table departs from its template, at its root.

    table: Key of the template. found, expected: Labels; None where there is none.
    """

    fault: Fault
    table: str
    span: Span
    found: str | None = None
    expected: str | None = None
    place: Place | None = None
    address: Text | None = None
    related: tuple[Related, ...] = ()
    detail: Text | None = None


class BoundCell(NamedTuple):
    """A number cell with its labels.

    row: Labels of its row, outermost first. column_: The column of the template. line: Table and row in the file.
    """

    key: CellKey
    cell: Cell
    value: Value
    row: tuple[Label, ...]
    column_: Column
    line: tuple[int, int]

    @property
    def column(self) -> tuple[Label, ...]:
        """Labels of its column, outermost first."""
        return self.column_.path

    @property
    def type(self) -> str:
        return self.column_.type

    @property
    def unit(self) -> str:
        return self.column_.unit

    @property
    def place(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The labels of row and column as texts."""
        return tuple(label.text for label in self.row), tuple(label.text for label in self.column)

    @property
    def address(self) -> tuple[int, int, int]:
        """Table, row and cell in the file, each from 1."""
        return (*self.line, self.cell.number)

    @property
    def out_of_range(self) -> bool:
        """Whether no such count or amount can be: negative, or a fraction where whole things are counted."""
        number = self.value.number
        if number is None or self.type == "text":
            return False
        negative = number < 0 and self.type != "signed"
        return negative or (self.type != "money" and number != number.to_integral_value())


class BoundTable(NamedTuple):
    """A table of the report that fills a template.

    template: Of the form that the table is written on, which need not be the report's.
    cells: Every number cell that could be told; a row that could not be read has none.
    rows: Keys of the rows that the report has. unusual: Cells that hold anything but a plain number.
    """

    template: Template
    span: Span
    cells: Mapping[CellKey, BoundCell]
    rows: frozenset[str]
    unusual: tuple[BoundCell, ...]

    def figures(self) -> dict[CellKey, Decimal | None]:
        """What each cell adds to a sum; None where it holds words."""
        return {key: bound.value.addend for key, bound in self.cells.items()}


class Binding(NamedTuple):
    """tables: By the key of their template. departures: In no particular order."""

    tables: Mapping[str, BoundTable]
    departures: tuple[Departure, ...]


def cell_address(table: int, row: int, cell: int) -> Text:
    """Where a person finds a cell in the file; all count from 1."""
    return Text(f"表{table} 第{row}行 第{cell}列", f"table {table}, row {row}, column {cell}")
