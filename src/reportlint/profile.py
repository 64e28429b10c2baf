"""What one official form demands: its sections, the templates of its tables, its identities, dates and bodies.

A profile is a YAML file; this module reads it into values that are ready for checking. A template is drawn
in the file as it looks on paper, with `<` for a cell merged with the one to its left and `^` with the one
above.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import re2

from reportlint import identities
from reportlint.diagnostic import Severity, Text
from reportlint.errors import ConfigError
from reportlint.identities import CellKey, FormulaError, Identity, Name
from reportlint.wording import words
from reportlint.yamlfile import Node, files, merged, nearest, parse, read

CellType = Literal["count", "signed", "money", "text"]
CELL_TYPES: tuple[CellType, ...] = ("count", "signed", "money", "text")


@dataclass(frozen=True, slots=True)
class Label:
    """A fixed label. also: Other wordings that count as the same."""

    text: str
    also: tuple[str, ...] = ()

    @property
    def wordings(self) -> tuple[str, ...]:
        return (self.text, *self.also)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of number cells. path: Its labels, outermost first. unit: Stated by the header, or empty."""

    key: str
    path: tuple[Label, ...]
    type: CellType
    unit: str = ""


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A label in a header row. column: Where it starts, from 0. width, height: How far it is merged."""

    label: Label
    column: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """One header row of a block; labels that began in a row above are not repeated."""

    cells: tuple[HeaderCell, ...]
    block: str

    @property
    def words(self) -> str:
        return "".join(words(cell.label.text) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class DataRow:
    """One row of number cells. path: Its labels, outermost first; empty for a row without a label.

    group: Keys of the groups it belongs to, outermost first.
    """

    key: str
    path: tuple[Label, ...]
    group: tuple[str, ...]
    block: str
    columns: tuple[Column, ...]

    @property
    def label(self) -> Label:
        return self.path[-1] if self.path else Label("")


TemplateRow = HeaderRow | DataRow


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one label. rows: Keys of the rows, totals included."""

    key: str
    label: Label
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """One fixed table.

    label_columns: Columns of labels at the left. width: Columns of the grid in all.
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

    @property
    def data_rows(self) -> tuple[DataRow, ...]:
        return tuple(row for row in self.rows if isinstance(row, DataRow))

    def labels(self) -> Iterator[Label]:
        """Every label of the table: headers, groups and rows, repeated as they are on paper."""
        for row in self.rows:
            if isinstance(row, HeaderRow):
                yield from (cell.label for cell in row.cells)
            elif row.path:
                yield row.label
        yield from (group.label for group in self.groups.values())


@dataclass(frozen=True, slots=True)
class SectionTemplate:
    """A section that the form demands. number: Its place in the form, from 1."""

    key: str
    number: int
    title: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """One official form.

    lineage: Its own id and those of the profiles it extends; a rule for any of them is a rule for it.
    first_year, last_year: Report years it is for; last_year None where it still is.
    bodies: Kind of body and the pattern its name fits, in the order they are tried.
    deadlines: Month and day of the year after the report year, by kind of body.
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

    def covers(self, year: int) -> bool:
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def section(self, key: str) -> SectionTemplate:
        return next(section for section in self.sections if section.key == key)

    def table(self, key: str) -> Template:
        return next(table for table in self.tables if table.key == key)

    def body(self, agency: str) -> str | None:
        """The kind of body that a name tells; None where it tells nothing."""
        return next((kind for kind, pattern in self.bodies if pattern.search(agency)), None)


def load(folders: Iterable[Path]) -> tuple[Profile, ...]:
    """Every profile below these folders, by id.

    Raises:
        ConfigError: A file has a mistake, two profiles share an id, or `extends` names none.
    """
    nodes: dict[str, Node] = {}
    for folder in folders:
        for path in files(folder):
            if path.name != "profile.yaml":
                continue
            node = read(path)
            identifier = _required(node, "id").text()
            if identifier in nodes:
                raise ConfigError(path, f"the profile '{identifier}' is also defined in {nodes[identifier].path}")
            nodes[identifier] = node
    return tuple(
        _profile(node, nodes)
        for _, node in sorted(nodes.items())
        if not (isinstance(node.value, dict) and node.value.get("abstract"))
    )


KEYS = (
    "id", "abstract", "extends", "years", "source", "grammar", "title", "title-form", "title-words", "language",
    "sections", "bodies", "deadlines", "tables",
)  # fmt: skip


def _profile(own: Node, nodes: Mapping[str, Node]) -> Profile:
    value, bases, lineage = _extended(own, nodes, ())
    node = Node(value, own.path, (), bases)
    entries = node.items(KEYS)
    years = _required(node, "years").items(("from", "to"))
    sections = tuple(
        _section(key, number, section)
        for number, (key, section) in enumerate(_required(node, "sections").items().items(), start=1)
    )
    tables = entries["tables"].items() if "tables" in entries else {}
    profile = Profile(
        id=_required(node, "id").text(),
        lineage=lineage,
        path=own.path,
        title=_required(node, "title").bilingual(),
        language=_required(node, "language").text(),
        grammar=_required(node, "grammar").text(),
        source=_required(node, "source").bilingual(),
        first_year=years["from"].whole(),
        last_year=years["to"].whole() if "to" in years else None,
        title_form=_required(node, "title-form").text(),
        title_words=_required(node, "title-words").texts(),
        sections=sections,
        tables=tuple(_template(key, table, {section.key for section in sections}) for key, table in tables.items()),
        bodies=tuple((key, _pattern(value)) for key, value in _optional(entries, "bodies")),
        deadlines={key: _month_day(value) for key, value in _optional(entries, "deadlines")},
    )
    kinds = {kind for kind, _ in profile.bodies}
    for kind in profile.deadlines:
        if kind not in kinds:
            entries["deadlines"].fail_at_key(kind, f"no kind of body is called '{kind}'{nearest(kind, kinds)}")
    return profile


def _extended(
    node: Node, nodes: Mapping[str, Node], seen: tuple[str, ...]
) -> tuple[dict[str, Any], tuple[Path, ...], tuple[str, ...]]:
    """The file's own mapping laid on what it extends, the files below it, and the ids from it downwards."""
    entries = node.items(KEYS)
    own: dict[str, Any] = dict(node.value)
    if "extends" not in entries:
        return own, (), (str(own.get("id")),)
    base = entries["extends"].text()
    if base not in nodes:
        entries["extends"].fail(f"no profile is called '{base}'{nearest(base, nodes)}")
    if base in seen:
        entries["extends"].fail(f"profiles extend each other in a circle: {' → '.join((*seen, base))}")
    inherited, below, lineage = _extended(nodes[base], nodes, (*seen, base))
    inherited.pop("abstract", None)
    own.pop("extends")
    return merged(inherited, own), (nodes[base].path, *below), (str(own.get("id")), *lineage)


def _required(node: Node, key: str) -> Node:
    entries = node.items()
    if key not in entries:
        node.fail(f"the key '{key}' is missing")
    return entries[key]


def _optional(entries: Mapping[str, Node], key: str) -> Iterable[tuple[str, Node]]:
    return entries[key].items().items() if key in entries else ()


def _pattern(node: Node) -> Any:
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(node.text(), options)
    except re2.error as error:
        node.fail(f"RE2 refuses this pattern: {error}")


def _month_day(node: Node) -> tuple[int, int]:
    match = re.fullmatch(r"(\d\d)-(\d\d)", node.text())
    if not match or not (1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= 31):
        node.fail(f"expected a month and a day such as 01-31, found '{node.value}'")
    return int(match[1]), int(match[2])


def _section(key: str, number: int, node: Node) -> SectionTemplate:
    if isinstance(node.value, str):
        return SectionTemplate(key, number, node.text())
    entries = node.items(("title", "also"))
    also = entries["also"].texts() if "also" in entries else ()
    return SectionTemplate(key, number, _required(node, "title").text(), also)


# Tables.

TABLE_KEYS = ("section", "label-columns", "blocks", "groups", "totals", "identities", "types", "units", "also")


def _template(key: str, node: Node, sections: set[str]) -> Template:
    entries = node.items(TABLE_KEYS)
    section = _required(node, "section").choice(sections)
    label_columns = entries["label-columns"].whole() if "label-columns" in entries else 1
    also = {word: value.texts() for word, value in _optional(entries, "also")}
    types = {column: value.choice(CELL_TYPES) for column, value in _optional(entries, "types")}
    units = {column: value.text() for column, value in _optional(entries, "units")}
    rows: list[TemplateRow] = []
    groups: dict[str, Group] = {}
    width = 0
    for name, block in _required(node, "blocks").items().items():
        grid = _Grid(_required(block, "header"), also)
        width = max(width, grid.width)
        rows.extend(HeaderRow(cells, name) for cells in grid.rows())
        columns = _columns(_required(block, "columns"), grid, label_columns, types, units)
        rows.extend(_data_rows(_required(block, "rows"), name, columns, groups, ()))
    shape = _Shape(key, tuple(rows), groups)
    for column in (*types, *units):
        if column not in shape.columns:
            node.fail(f"'types' or 'units' names the column '{column}', which the table does not have")
    _add_groups(shape, entries)
    totals = frozenset(entries["totals"].texts()) if "totals" in entries else frozenset()
    found = [_identities(name, value, shape, totals) for name, value in _optional(entries, "identities")]
    return Template(
        key=key,
        section=section,
        label_columns=label_columns,
        width=width,
        rows=tuple(rows),
        groups=groups,
        totals=totals,
        identities=tuple(identity for instances, _ in found for identity in instances),
        severities={instances[0].name: severity for instances, severity in found if severity and instances},
    )


class _Grid:
    """A drawn header: cells between bars, `<` merged to the left, `^` merged upwards."""

    def __init__(self, node: Node, also: Mapping[str, tuple[str, ...]]) -> None:
        self.lines = [
            [cell.strip() for cell in line.strip().strip("|").split("|")] for line in node.text().splitlines() if line.strip()
        ]
        self.also = also
        self.width = len(self.lines[0]) if self.lines else 0
        for number, line in enumerate(self.lines, start=1):
            if len(line) != self.width:
                node.fail(f"line {number} of the drawing has {len(line)} cells, the first has {self.width}")
        if self.lines and ("^" in self.lines[0] or any(line[0] == "<" for line in self.lines)):
            node.fail("a cell of the drawing is merged with one outside it")

    def label(self, text: str) -> Label:
        return Label(text, self.also.get(text, ()))

    def owner(self, row: int, column: int) -> tuple[int, int]:
        """Where the merged cell that covers this place begins."""
        while self.lines[row][column] in {"<", "^"}:
            if self.lines[row][column] == "<":
                column -= 1
            else:
                row -= 1
        return row, column

    def rows(self) -> Iterator[tuple[HeaderCell, ...]]:
        owners = [[self.owner(row, column) for column in range(self.width)] for row in range(len(self.lines))]
        for row, line in enumerate(self.lines):
            cells = []
            for column, text in enumerate(line):
                if owners[row][column] == (row, column) and text:
                    wide = sum(owner == (row, column) for owner in owners[row])
                    high = sum(line_owners[column] == (row, column) for line_owners in owners)
                    cells.append(HeaderCell(self.label(text), column, wide, high))
            yield tuple(cells)

    def path(self, column: int) -> tuple[Label, ...]:
        """The labels above a column, outermost first; one that spans the whole width names no column."""
        places = dict.fromkeys(self.owner(row, column) for row in range(len(self.lines)))
        spanning = {place for place in places if self.lines[place[0]].count("<") == self.width - 1}
        return tuple(self.label(self.lines[row][at]) for row, at in places if (row, at) not in spanning)


def _columns(
    node: Node, grid: _Grid, label_columns: int, types: Mapping[str, str], units: Mapping[str, str]
) -> tuple[Column, ...]:
    keys = node.texts()
    last = len(grid.lines) - 1
    starts = [
        column
        for column in range(label_columns, grid.width)
        if grid.lines[last][column] != "<"
    ]
    if len(starts) != len(keys):
        node.fail(f"{len(keys)} columns are named, but the header draws {len(starts)}")
    if len(set(keys)) != len(keys):
        node.fail("a column is named twice")
    return tuple(
        Column(key, grid.path(start), types.get(key, "count"), units.get(key, ""))  # type: ignore[arg-type]
        for key, start in zip(keys, starts, strict=True)
    )


def _data_rows(
    node: Node, block: str, columns: tuple[Column, ...], groups: dict[str, Group], outer: tuple[tuple[str, Label], ...]
) -> Iterator[DataRow]:
    for key, value in node.items().items():
        name = ".".join((*(group for group, _ in outer[-1:]), key))
        if isinstance(value.value, str):
            label, below, also = Label(value.value), None, ()
        else:
            entries = value.items(("label", "also", "rows"))
            also = entries["also"].texts() if "also" in entries else ()
            label, below = Label(_required(value, "label").text(), also), entries.get("rows")
        path = (*(group_label for _, group_label in outer), *((label,) if label.text else ()))
        if below is None:
            yield DataRow(name, path, tuple(group for group, _ in outer), block, columns)
        else:
            rows = tuple(_data_rows(below, block, columns, groups, (*outer, (name, label))))
            groups[name] = Group(name, label, tuple(row.key for row in rows))
            yield from rows


@dataclass(frozen=True, slots=True)
class _Shape:
    """What names in a formula can stand for."""

    table: str
    rows: tuple[TemplateRow, ...]
    row_groups: dict[str, Group]
    column_groups: dict[str, tuple[str, ...]]

    def __init__(self, table: str, rows: tuple[TemplateRow, ...], row_groups: dict[str, Group]) -> None:
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "row_groups", row_groups)
        groups: dict[str, tuple[str, ...]] = {}
        for row in rows:
            for column in row.columns if isinstance(row, DataRow) else ():
                prefix, dot, _ = column.key.rpartition(".")
                if dot and column.key not in groups.get(prefix, ()):
                    groups[prefix] = (*groups.get(prefix, ()), column.key)
        object.__setattr__(self, "column_groups", groups)

    @property
    def data(self) -> Mapping[str, DataRow]:
        return {row.key: row for row in self.rows if isinstance(row, DataRow)}

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(column.key for row in self.data.values() for column in row.columns))


def _add_groups(shape: _Shape, entries: Mapping[str, Node]) -> None:
    for name, node in _optional(entries, "groups"):
        keys = node.texts()
        for key in keys:
            if key not in shape.columns and key not in shape.data:
                known = (*shape.columns, *shape.data)
                node.fail(f"'{key}' is neither a column nor a row of this table{nearest(key, known)}")
        if keys[0] in shape.columns:
            shape.column_groups[name] = keys
        else:
            shape.row_groups[name] = Group(name, Label(name), keys)


IDENTITY_KEYS = ("each", "formula", "rows", "columns", "at", "tolerance", "severity")


def _identities(
    name: str, node: Node, shape: _Shape, totals: frozenset[str]
) -> tuple[tuple[Identity, ...], Severity | None]:
    entries = node.items(IDENTITY_KEYS)
    each = entries["each"].choice(("row", "column", "table")) if "each" in entries else "table"
    formula_node = _required(node, "formula")
    text = formula_node.text()
    tolerance = entries["tolerance"].number() if "tolerance" in entries else Decimal(0)
    severity = Severity[entries["severity"].choice(("error", "warning", "info")).upper()] if "severity" in entries else None
    lines = _lines(each, entries, shape)
    try:
        formula = identities.parse(text)
        instances = []
        for line in lines:
            resolve = _resolver(shape, totals, each, line)
            condition = identities.spread(formula.second, resolve) if formula.second else None
            relation = identities.spread(formula.first, resolve)
            at = _at(entries, shape, each, line, relation, totals)
            instances.append(Identity(name, shape.table, line, relation, at, formula.connective, condition, tolerance))
    except FormulaError as error:
        formula_node.fail(error.why, error.offset)
    return tuple(instances), severity


def _lines(each: str, entries: Mapping[str, Node], shape: _Shape) -> tuple[str, ...]:
    """The rows or columns an identity is spread over; one empty key where it stands on its own."""
    if each == "table":
        return ("",)
    known = tuple(shape.data) if each == "row" else shape.columns
    wanted = "rows" if each == "row" else "columns"
    if wanted not in entries:
        return known
    chosen = entries[wanted].texts()
    for key in chosen:
        if key not in known:
            entries[wanted].fail(f"the table has no {each} '{key}'{nearest(key, known)}")
    return chosen


def _resolver(shape: _Shape, totals: frozenset[str], each: str, line: str) -> Callable[[Name, Name | None, bool], tuple[CellKey, ...]]:
    """Turns names of a formula into cells, for one row, one column, or the whole table."""

    def keys(name: Name, summed: bool, known: Iterable[str], groups: Mapping[str, tuple[str, ...]], what: str) -> tuple[str, ...]:
        if summed:
            if name.text not in groups:
                raise FormulaError(f"no group of {what}s is called '{name.text}'{nearest(name.text, groups)}", name.offset)
            return tuple(key for key in groups[name.text] if key not in totals)
        if name.text not in known:
            raise FormulaError(f"the table has no {what} '{name.text}'{nearest(name.text, known)}", name.offset)
        return (name.text,)

    row_groups = {key: group.rows for key, group in shape.row_groups.items()}

    def resolve(name: Name, across: Name | None, summed: bool) -> tuple[CellKey, ...]:
        if across is not None:
            if each != "table":
                raise FormulaError(f"with 'each: {each}' a name stands alone, without brackets", across.offset)
            columns = keys(across, False, shape.columns, shape.column_groups, "column")
            return tuple(
                CellKey(shape.table, row, column)
                for row in keys(name, summed, shape.data, row_groups, "row")
                for column in columns
            )
        if each == "table":
            raise FormulaError(f"'{name.text}' needs its column in brackets", name.offset)
        if each == "row":
            own = tuple(column.key for column in shape.data[line].columns)
            groups = {key: columns for key, columns in shape.column_groups.items()}
            return tuple(CellKey(shape.table, line, key) for key in keys(name, summed, own, groups, "column"))
        return tuple(CellKey(shape.table, key, line) for key in keys(name, summed, shape.data, row_groups, "row"))

    return resolve


def _at(
    entries: Mapping[str, Node], shape: _Shape, each: str, line: str, relation: identities.Relation, totals: frozenset[str]
) -> CellKey:
    """The cell an identity is reported at: as the file says, else the first one of its left side."""
    if "at" in entries:
        key = entries["at"].text()
        if each == "row" and key in shape.columns:
            return CellKey(shape.table, line, key)
        if each == "column" and key in shape.data:
            return CellKey(shape.table, key, line)
        row, _, column = key.rstrip("]").partition("[")
        if row in shape.data and column in shape.columns:
            return CellKey(shape.table, row, column)
        entries["at"].fail(f"'{key}' is no cell of this table")
    first = next((key for side in (relation.left, relation.right) for _, key in side.terms), None)
    if first is None:
        raise FormulaError("the formula names no cell")
    return first
