"""Reads profiles from YAML into values that are ready for checking.

A template is drawn in the file as it looks on paper, with `<` for a cell merged with the one to its left and
`^` with the one above. Identities are parsed and spread over their rows and columns here, once.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import re2

from reportlint import identities
from reportlint.diagnostic import Severity
from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.identities import CellKey, FormulaError, Identity, Name
from reportlint.profile import (
    CELL_TYPES,
    Column,
    DataRow,
    Group,
    HeaderCell,
    HeaderRow,
    Label,
    Profile,
    SectionTemplate,
    Template,
    TemplateRow,
)
from reportlint.wording import words
from reportlint.yamlfile import Node, files, merged, nearest, read


def load(packs: Iterable[Pack]) -> tuple[Profile, ...]:
    """Every profile of these packs, by id.

    Raises:
        ConfigError: A file has a mistake, two profiles share an id, or `extends` names none.
    """
    nodes: dict[str, Node] = {}
    owners: dict[str, str] = {}
    for pack in packs:
        for path in files(pack.rules, "profile.yaml"):
            node = read(path)
            identifier = _required(node, "id").text()
            if identifier in nodes:
                raise ConfigError(path, f"the profile '{identifier}' is also defined in {nodes[identifier].path}")
            nodes[identifier] = node
            owners[identifier] = pack.name
    return tuple(
        replace(_profile(node, nodes), plugin=owners[identifier])
        for identifier, node in sorted(nodes.items())
        if not (isinstance(node.value, dict) and node.value.get("abstract"))
    )


KEYS = (
    "id", "abstract", "extends", "years", "source", "grammar", "title", "title-form", "title-words", "language",
    "sections", "bodies", "deadlines", "tables", "rules",
)  # fmt: skip


def _profile(own: Node, nodes: Mapping[str, Node]) -> Profile:
    value, bases, lineage = _extended(own, nodes, ())
    node = Node(value, own.path, (), bases)
    entries = node.items(KEYS)
    years = _required(node, "years").items(("from", "to"))
    if "from" not in years:
        entries["years"].fail("the key 'from' is missing")
    if "to" in years and years["to"].whole() < years["from"].whole():
        years["to"].fail("the last year lies before the first")
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
        rules=entries.get("rules"),
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
    if not match or not _is_day(int(match[1]), int(match[2])):
        node.fail(f"expected a month and a day such as 01-31, found '{node.value}'")
    return int(match[1]), int(match[2])


def _is_day(month: int, day: int) -> bool:
    try:
        date(2001, month, day)  # a year without 29 February: a deadline has to exist every year
    except ValueError:
        return False
    return True


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
    section = _required(node, "section").choice(sorted(sections))
    label_columns = entries["label-columns"].whole() if "label-columns" in entries else 1
    also = {word: value.texts() for word, value in _optional(entries, "also")}
    types = {column: value.choice(CELL_TYPES) for column, value in _optional(entries, "types")}
    units = {column: value.text() for column, value in _optional(entries, "units")}
    rows: list[TemplateRow] = []
    groups: dict[str, Group] = {}
    width = 0
    for block in _required(node, "blocks").items().values():
        grid = _Grid(_required(block, "header"), also)
        width = max(width, grid.width)
        rows.extend(HeaderRow(cells, "".join(words(cell.label.text) for cell in cells)) for cells in grid.rows())
        columns = _columns(_required(block, "columns"), grid, label_columns, types, units)
        rows.extend(_data_rows(_required(block, "rows"), _Block(key, columns, groups)))
    shape = _Shape(key, {row.key: row for row in rows if isinstance(row, DataRow)}, groups)
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
            [cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in node.text().splitlines()
            if line.strip()
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

    def path(self, column: int, label_columns: int) -> tuple[Label, ...]:
        """The labels above a column, outermost first; one above all number columns tells none of them apart."""
        rows = range(len(self.lines))
        places = dict.fromkeys(self.owner(row, column) for row in rows)
        numbers = range(label_columns, self.width)
        spanning = {
            place
            for place in places
            if len(numbers) > 1 and all(self.owner(place[0], other) == place for other in numbers)
        }
        kept = [place for place in places if place not in spanning] or list(places)[-1:]
        return tuple(self.label(self.lines[row][at]) for row, at in kept)


def _columns(
    node: Node, grid: _Grid, label_columns: int, types: Mapping[str, str], units: Mapping[str, str]
) -> tuple[Column, ...]:
    keys = node.texts()
    last = len(grid.lines) - 1
    starts = [column for column in range(label_columns, grid.width) if grid.lines[last][column] != "<"]
    if len(starts) != len(keys):
        node.fail(f"{len(keys)} columns are named, but the header draws {len(starts)}")
    if len(set(keys)) != len(keys):
        node.fail("a column is named twice")
    return tuple(
        Column(key, grid.path(start, label_columns), types.get(key, "count"), units.get(key, ""))  # type: ignore[arg-type]
        for key, start in zip(keys, starts, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of a table with columns of its own. groups: Of the whole table, filled while its rows are read."""

    table: str
    columns: tuple[Column, ...]
    groups: dict[str, Group]


def _data_rows(node: Node, block: _Block, outer: tuple[Label, ...] = (), prefix: str = "") -> Iterator[DataRow]:
    for key, value in node.items().items():
        name = f"{prefix}{key}"
        if isinstance(value.value, str):
            label, below = Label(value.value), None
        else:
            entries = value.items(("label", "also", "rows"))
            also = entries["also"].texts() if "also" in entries else ()
            label, below = Label(_required(value, "label").text(), also), entries.get("rows")
        if below is None:
            path = (*outer, *((label,) if label.text else ()))
            cells = tuple(CellKey(block.table, name, column.key) for column in block.columns)
            yield DataRow(name, path, block.columns, cells)
        else:
            rows = tuple(_data_rows(below, block, (*outer, label), f"{name}."))
            block.groups[name] = Group(name, label, tuple(row.key for row in rows))
            yield from rows


@dataclass(frozen=True, slots=True)
class _Shape:
    """What names in a formula can stand for."""

    table: str
    data: Mapping[str, DataRow]
    row_groups: dict[str, Group]
    column_groups: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(column.key for row in self.data.values() for column in row.columns))


def _add_groups(shape: _Shape, entries: Mapping[str, Node]) -> None:
    """Groups that the file names, and those that columns with a common prefix form by themselves."""
    for column in shape.columns:
        prefix, dot, _ = column.rpartition(".")
        if dot:
            shape.column_groups[prefix] = (*shape.column_groups.get(prefix, ()), column)
    for name, node in _optional(entries, "groups"):
        keys = node.texts()
        if not keys:
            node.fail("a group without columns or rows")
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
    if tolerance < 0:
        entries["tolerance"].fail("a tolerance cannot be negative")
    severity = (
        Severity[entries["severity"].choice(("error", "warning", "info")).upper()] if "severity" in entries else None
    )
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
    if not chosen:
        entries[wanted].fail(f"no {each} is named, so the identity would never be judged")
    for key in chosen:
        if key not in known:
            entries[wanted].fail(f"the table has no {each} '{key}'{nearest(key, known)}")
    return chosen


def _resolver(
    shape: _Shape, totals: frozenset[str], each: str, line: str
) -> Callable[[Name, Name | None, bool], tuple[CellKey, ...]]:
    """Turns names of a formula into cells, for one row, one column, or the whole table."""

    def keys(
        name: Name, summed: bool, known: Iterable[str], groups: Mapping[str, tuple[str, ...]], what: str
    ) -> tuple[str, ...]:
        if summed:
            if name.text not in groups:
                raise FormulaError(
                    f"no group of {what}s is called '{name.text}'{nearest(name.text, groups)}", name.offset
                )
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
            return tuple(
                CellKey(shape.table, line, key) for key in keys(name, summed, own, shape.column_groups, "column")
            )
        return tuple(CellKey(shape.table, key, line) for key in keys(name, summed, shape.data, row_groups, "row"))

    return resolve


def _at(
    entries: Mapping[str, Node],
    shape: _Shape,
    each: str,
    line: str,
    relation: identities.Relation,
    totals: frozenset[str],
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
