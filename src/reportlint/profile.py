"""What one official form demands: its sections, the templates of its tables, its identities, dates and bodies."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal, NamedTuple

from reportlint.diagnostic import Severity, Text
from reportlint.identities import CellKey, Formula, Identity
from reportlint.notation import BARE, Notation
from reportlint.numbering import UNNUMBERED, Numbering
from reportlint.pattern import NEVER, Pattern
from reportlint.records import dataclass
from reportlint.wording import words
from reportlint.yamlfile import Node

CellType = Literal["count", "signed", "money", "decimal", "text", "url", "yes-no", "label"]
CELL_TYPES: tuple[CellType, ...] = ("count", "signed", "money", "decimal", "text", "url", "yes-no", "label")
YES_NO = "yes-no"  # counts 1 or 0
TEXTS: frozenset[str] = frozenset({"text", "url", YES_NO, "label"})  # cells of which hold words by rights
SIGNED: frozenset[str] = frozenset({"signed", "decimal"})  # may be negative
FRACTIONS: frozenset[str] = frozenset({"money", "decimal"})  # need not be whole
Each = Literal["row", "column", "table"]


class Label(NamedTuple):
    """A fixed label. also: Other wordings that count as the same."""

    text: str
    also: tuple[str, ...] = ()

    @property
    def wordings(self) -> tuple[str, ...]:
        return (self.text, *self.also)


class Column(NamedTuple):
    """A column of cells behind the labels.

    path: Its labels, outermost first. unit: Stated by the header, or empty.
    side: Place of the column of labels that its cells stand beside, where that is not the labels at the left; else -1.
    """

    key: str
    path: tuple[Label, ...]
    type: CellType
    unit: str = ""
    side: int = -1


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

    cells: Of its number cells, one for each column. optional: Whether the table may do without it.
    """

    key: str
    path: tuple[Label, ...]
    columns: tuple[Column, ...]
    cells: tuple[CellKey, ...]
    optional: bool = False

    @property
    def label(self) -> Label:
        return self.path[-1] if self.path else Label("")


class RepeatedRow(NamedTuple):
    """A row that stands any number of times, under labels of the report's own.

    label: What such a row is called, for messages; empty where nobody said it. outer: Labels of the groups it is in.
    least: How often it has to stand. pattern: RE2, which the first label of such a row fits whole; None where any does.
    """

    key: str
    label: Label
    outer: tuple[Label, ...]
    columns: tuple[Column, ...]
    least: int = 0
    pattern: Pattern | None = None


TemplateRow = HeaderRow | DataRow | RepeatedRow


class Group(NamedTuple):
    """Rows under one label. rows: Keys of the rows, totals included."""

    key: str
    label: Label
    rows: tuple[str, ...]


class Statement(NamedTuple):
    """An identity as a profile or a rule states it, not yet spread over rows and columns.

    each: What the names of the formula are cells of. lines: For which of them; None for all.
    at: The cell where a broken one is reported; empty for the first that the formula names.
    tolerance, per_figure: Largest difference that still counts as equal: so much, and so much for each cell.
    """

    name: str
    formula: Formula
    each: Each = "table"
    lines: tuple[str, ...] | None = None
    at: str = ""
    tolerance: Decimal = Decimal(0)
    per_figure: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """One table of a form.

    title: What it is called in messages. money: Units of money, and how many of the smallest each is.
    section: Key of the one it stands in; empty where it stands in none.
    label_columns: Columns of labels at the left. width: Columns of the grid in all. data_rows: Those of `rows` that
        hold numbers and stand once.
    titles: Lines above the table by which it is known; where there are none, it is known by its labels.
    numbering: Words of a row or a column that only numbers the others, and may be left out.
    groups, column_groups: Of rows and of columns. totals: Keys that a sum over a group leaves out.
    identities: The statements spread over the rows and columns. Where rows repeat there are none until it is known how
        often each stands, and the template has been laid out for that (`formulas.laid_out`).
    repeated: In a template that was laid out, the keys of the rows that each repeated row became. absent: Keys of the
        optional rows that are not there.
    """

    key: str
    title: str
    money: Mapping[str, Decimal]
    section: str
    label_columns: int
    width: int
    rows: tuple[TemplateRow, ...]
    groups: Mapping[str, Group]
    column_groups: Mapping[str, tuple[str, ...]]
    totals: frozenset[str]
    statements: tuple[Statement, ...]
    severities: Mapping[str, Severity]
    titles: tuple[str, ...] = ()
    numbering: frozenset[str] = frozenset()
    identities: tuple[Identity, ...] = ()
    repeated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    data_rows: tuple[DataRow, ...] = field(init=False)
    repeated_rows: tuple[RepeatedRow, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data_rows", tuple(row for row in self.rows if isinstance(row, DataRow)))
        object.__setattr__(self, "repeated_rows", tuple(row for row in self.rows if isinstance(row, RepeatedRow)))

    def labels(self) -> Iterator[Label]:
        """Every label that the form prints: headers, groups and rows, repeated as they are on paper."""
        for row in self.rows:
            if isinstance(row, HeaderRow):
                yield from (cell.label for cell in row.cells)
            elif isinstance(row, DataRow) and row.path:
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


class Imprint(NamedTuple):
    """What stands around a report and tells who made it and when. Patterns over folded text.

    agency: A line before the first section that names the agency; group agency.
    agency_ends: What comes behind the agency in a title that is not worded as the form has it.
    forwarded: The title of a letter that sends or forwards the report, not the report's own.
    addressee: A whole line that addresses a letter. sending: Words by which a letter sends the report.
    period: Words in which the report states its year; group year.
    signed: A line before the first section whose date is the report's own.
    signatory: A name that may sign. print_note: A line that says when the report was printed.
    range: A line whose dates are a period, not a signature. furniture: What a web page prints around a report.
    """

    agency: Pattern = NEVER
    agency_ends: Pattern = NEVER
    forwarded: Pattern = NEVER
    addressee: Pattern = NEVER
    sending: Pattern = NEVER
    period: Pattern = NEVER
    signed: Pattern = NEVER
    signatory: Pattern = NEVER
    print_note: Pattern = NEVER
    range: Pattern = NEVER
    furniture: Pattern = NEVER


NO_IMPRINT = Imprint()


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """One official form.

    lineage: Its own id and those of the profiles it extends; a rule for any of them is a rule for it.
    first_year, last_year: Report years it is for; last_year None where it still is.
    year_end: Month and day on which a report year ends.
    partial: Whether it is about some sections of a report only, and what stands in others is left alone.
    bodies: Kind of body and the pattern its name fits, in the order they are tried.
    deadlines: Month and day of the year after the report year, by kind of body.
    rules: What it sets of rules, as settings do; None where it leaves them as they are.
    statements, severities: Identities between tables, and where one weighs more or less than its rule.
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
    bodies: tuple[tuple[str, Pattern], ...]
    deadlines: Mapping[str, tuple[int, int]]
    notation: Notation = BARE
    numbering: Numbering = UNNUMBERED
    imprint: Imprint = NO_IMPRINT
    year_end: tuple[int, int] = (12, 31)
    partial: bool = False
    plugin: str = "reportlint"
    rules: Node | None = None
    statements: tuple[Statement, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)

    @property
    def row_labels(self) -> frozenset[str]:
        """The words of every label of a row or a group of rows."""
        rows = (label for table in self.tables for row in table.data_rows for label in row.path)
        return frozenset(words(label.text) for label in rows)

    def covers(self, year: int) -> bool:
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def last_day(self, year: int) -> date:
        """The day on which a report year ends."""
        return date(year, *self.year_end)

    def year_ended(self, day: date) -> int:
        """The report year that had last ended on that day."""
        return day.year if (day.month, day.day) > self.year_end else day.year - 1

    def section(self, key: str) -> SectionTemplate:
        return next(section for section in self.sections if section.key == key)

    def table(self, key: str) -> Template:
        return next(table for table in self.tables if table.key == key)

    def body(self, agency: str) -> str | None:
        """The kind of body that a name tells; None where it tells nothing."""
        return next((kind for kind, pattern in self.bodies if pattern.search(agency)), None)
