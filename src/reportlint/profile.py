"""What one official form demands: its sections, the templates of its tables, its identities, dates and bodies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from reportlint.diagnostic import Severity, Text
from reportlint.identities import CellKey, Identity
from reportlint.wording import words
from reportlint.yamlfile import Node

CellType = Literal["count", "signed", "money", "text"]
CELL_TYPES: tuple[CellType, ...] = ("count", "signed", "money", "text")


class Label(NamedTuple):
    """A fixed label. also: Other wordings that count as the same."""

    text: str
    also: tuple[str, ...] = ()

    @property
    def wordings(self) -> tuple[str, ...]:
        return (self.text, *self.also)


class Column(NamedTuple):
    """A column of number cells. path: Its labels, outermost first. unit: Stated by the header, or empty."""

    key: str
    path: tuple[Label, ...]
    type: CellType
    unit: str = ""


class HeaderCell(NamedTuple):
    """A label in a header row. column: Where it starts, from 0. width, height: How far it is merged."""

    label: Label
    column: int
    width: int
    height: int


class HeaderRow(NamedTuple):
    """One header row of a block; labels that began in a row above are not repeated. words: Of its labels, joined."""

    cells: tuple[HeaderCell, ...]
    words: str

    @property
    def texts(self) -> list[str]:
        return [cell.label.text for cell in self.cells]


class DataRow(NamedTuple):
    """One row of number cells. path: Its labels, outermost first; empty for a row without a label.

    cells: Of its number cells, one for each column.
    """

    key: str
    path: tuple[Label, ...]
    columns: tuple[Column, ...]
    cells: tuple[CellKey, ...]

    @property
    def label(self) -> Label:
        return self.path[-1] if self.path else Label("")


TemplateRow = HeaderRow | DataRow


class Group(NamedTuple):
    """Rows under one label. rows: Keys of the rows, totals included."""

    key: str
    label: Label
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """One fixed table.

    label_columns: Columns of labels at the left. width: Columns of the grid in all. data_rows: Those of `rows` that
        hold numbers.
    """

    key: str
    section: str
    label_columns: int
    width: int
    rows: tuple[TemplateRow, ...]
    groups: Mapping[str, Group]
    totals: frozenset[str]
    identities: tuple[Identity, ...]
    severities: Mapping[str, Severity]
    data_rows: tuple[DataRow, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data_rows", tuple(row for row in self.rows if isinstance(row, DataRow)))

    def labels(self) -> Iterator[Label]:
        """Every label of the table: headers, groups and rows, repeated as they are on paper."""
        for row in self.rows:
            if isinstance(row, HeaderRow):
                yield from (cell.label for cell in row.cells)
            elif row.path:
                yield row.label
        yield from (group.label for group in self.groups.values())


class SectionTemplate(NamedTuple):
    """A section that the form demands. number: Its place in the form, from 1."""

    key: str
    number: int
    title: str
    also: tuple[str, ...] = ()

    @property
    def titles(self) -> tuple[str, ...]:
        return (self.title, *self.also)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """One official form.

    lineage: Its own id and those of the profiles it extends; a rule for any of them is a rule for it.
    first_year, last_year: Report years it is for; last_year None where it still is.
    bodies: Kind of body and the pattern its name fits, in the order they are tried.
    deadlines: Month and day of the year after the report year, by kind of body.
    rules: What it sets of rules, as settings do; None where it leaves them as they are.
    """

    id: str
    lineage: tuple[str, ...]
    path: Path
    title: Text
    language: str
    grammar: str
    source: Text
    first_year: int
    last_year: int | None
    title_form: str
    title_words: tuple[str, ...]
    sections: tuple[SectionTemplate, ...]
    tables: tuple[Template, ...]
    bodies: tuple[tuple[str, Any], ...]
    deadlines: Mapping[str, tuple[int, int]]
    plugin: str = "reportlint"
    rules: Node | None = None

    @property
    def row_labels(self) -> frozenset[str]:
        """The words of every label of a row or a group of rows."""
        rows = (label for table in self.tables for row in table.data_rows for label in row.path)
        return frozenset(words(label.text) for label in rows)

    def covers(self, year: int) -> bool:
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def section(self, key: str) -> SectionTemplate:
        return next(section for section in self.sections if section.key == key)

    def table(self, key: str) -> Template:
        return next(table for table in self.tables if table.key == key)

    def body(self, agency: str) -> str | None:
        """The kind of body that a name tells; None where it tells nothing."""
        return next((kind for kind, pattern in self.bodies if pattern.search(agency)), None)
