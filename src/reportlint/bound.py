"""Tables laid against the templates of their form: cells with their labels, and what departs from the template."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from reportlint.diagnostic import Place, Related, Span, Text
from reportlint.figures import Value
from reportlint.identities import CellKey
from reportlint.profile import FRACTIONS, SIGNED, TEXTS, Column, DataRow, Label, Profile, Template
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
    def names(self) -> tuple[str, str]:
        """What row and column are called; a row without a label goes by what stands above the column's own label."""
        row, column = self.place
        return (row or column[-2:-1] or ("",))[-1], column[-1] if column else ""

    @property
    def address(self) -> tuple[int, int, int]:
        """Table, row and cell in the file, each from 1."""
        return (*self.line, self.cell.number)

    @property
    def out_of_range(self) -> bool:
        """Whether no such count or amount can be: negative, or a fraction where whole things are counted."""
        number = self.value.number
        if number is None or self.type in TEXTS:
            return False
        negative = number < 0 and self.type not in SIGNED
        return negative or (self.type not in FRACTIONS and number != number.to_integral_value())


class BoundRow(NamedTuple):
    """The number cells of one row. values: What they hold. labels: Outermost first. lines: Of each cell, as there."""

    row: DataRow
    cells: Sequence[Cell]
    values: Sequence[Value]
    labels: tuple[Label, ...]
    lines: Sequence[tuple[int, int]]

    def bound(self, place: int) -> BoundCell:
        """The cell at this place, from 0, with its labels."""
        row, column = self.row, self.row.columns[place]
        labels = self.labels
        if column.side >= 0 and self.cells[column.side].text:
            labels = (Label(self.cells[column.side].text),)
        return BoundCell(row.cells[place], self.cells[place], self.values[place], labels, column, self.lines[place])


class BoundCells(Mapping[CellKey, BoundCell]):
    """Number cells by their keys. A table has hundreds of which few are ever asked for: each is made when it is."""

    __slots__ = ("rows",)

    def __init__(self, rows: Mapping[str, BoundRow]) -> None:
        self.rows = rows

    def __getitem__(self, key: CellKey) -> BoundCell:
        row = self.rows[key.row]
        try:
            return row.bound(row.row.cells.index(key))
        except ValueError:
            raise KeyError(key) from None

    def __contains__(self, key: object) -> bool:
        return isinstance(key, CellKey) and key.row in self.rows and key in self.rows[key.row].row.cells

    def __iter__(self) -> Iterator[CellKey]:
        for row in self.rows.values():
            yield from row.row.cells

    def __len__(self) -> int:
        return sum(len(row.cells) for row in self.rows.values())

    def of(self, row: str) -> Iterator[BoundCell]:
        """The cells of a row, if it was found."""
        found = self.rows.get(row)
        if found is not None:
            yield from map(found.bound, range(len(found.cells)))


class BoundTable(NamedTuple):
    """A table of the report that fills a template.

    template: Of the form that the table is written on, which need not be the report's.
    cells: Every number cell that could be told; a row that could not be read has none.
    rows: Keys of the rows that the report has. unusual: Cells that hold anything but a plain number.
    """

    template: Template
    span: Span
    cells: BoundCells
    rows: frozenset[str]
    unusual: tuple[BoundCell, ...]

    def figures(self) -> dict[CellKey, Decimal | None]:
        """What each cell adds to a sum; None where it holds words."""
        found: dict[CellKey, Decimal | None] = {}
        for row in self.cells.rows.values():
            found.update(zip(row.row.cells, [value.addend for value in row.values], strict=True))
        return found


class Binding(NamedTuple):
    """tables: By the key of their template. departures: In no particular order. profile: The form they are laid on."""

    tables: Mapping[str, BoundTable]
    departures: tuple[Departure, ...]
    profile: Profile


def cell_address(table: int, row: int, cell: int) -> Text:
    """Where a person finds a cell in the file; all count from 1."""
    return Text(f"表{table} 第{row}行 第{cell}列", f"table {table}, row {row}, column {cell}")
