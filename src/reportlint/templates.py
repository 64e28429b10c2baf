"""Reads the tables of a form, and the identities in them and between them.

A template is drawn in the file as it looks on paper, with `<` for a cell merged with the one to its left and
`^` with the one above. Identities are parsed and spread over their rows and columns here, once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import NamedTuple, cast

from reportlint.diagnostic import Severity
from reportlint.formulas import Scope, identities, once, shape_of
from reportlint.identities import CellKey, Formula, FormulaError, Identity
from reportlint.languagefile import pattern_of
from reportlint.mistakes import all_of
from reportlint.notation import Notation
from reportlint.pattern import Pattern
from reportlint.profile import (
    CELL_TYPES,
    CellType,
    Column,
    DataRow,
    Each,
    Group,
    HeaderCell,
    HeaderRow,
    Label,
    RepeatedRow,
    Statement,
    Template,
    TemplateRow,
)
from reportlint.statements import parse
from reportlint.wording import words
from reportlint.yamlfile import Entries, Node, nearest

BLOCK_KEYS = ("header", "columns", "rows")
ROW_KEYS = ("label", "also", "rows", "repeat", "optional", "type", "unit")
TABLE_KEYS = (
    "section", "title", "label-columns", "numbering", "blocks", "groups", "totals", "identities", "types", "units",
    "also",
)  # fmt: skip


def template(key: str, node: Node, sections: Mapping[str, str], notation: Notation, form: str) -> Template:
    """The template. sections: Titles by key. form: What the whole report is called."""
    with Entries(node, TABLE_KEYS) as entries:
        section = entries.take("section", lambda node: node.choice(sorted(sections)), "")
        titles = entries.take("title", _titles, ())
        table = _Table(
            key,
            notation,
            entries.take("label-columns", Node.whole, 1),
            entries.take("also", lambda node: node.mapped(Node.texts), {}),
            entries.take("types", lambda node: node.mapped(_cell_type), {}),
            entries.take("units", lambda node: node.mapped(Node.text), {}),
            {},
        )
        bare = Template(
            key=key,
            title=titles[0] if titles else sections.get(section, form),
            money=notation.money,
            section=section,
            label_columns=table.label_columns,
            width=0,
            rows=(),
            groups={},
            column_groups={},
            totals=frozenset(entries.take("totals", Node.texts, ())),
            statements=(),
            severities={},
            titles=titles,
            numbering=frozenset(map(words, entries.take("numbering", Node.texts, ()))),
        )
        template = _with_rows(bare, table, entries) if entries.is_sound("label-columns") else None
        scope = Scope(shape_of(once(template))) if template is not None else None
        stated = entries.take("identities", partial(all_stated, scope=scope), ())
    assert template is not None  # or leaving the entries had raised
    return replace(
        template,
        statements=tuple(each.statement for each in stated),
        severities=severities(stated),
        identities=() if template.repeated_rows else tuple(one for each in stated for one in each.identities),
    )


class _Table(NamedTuple):
    """What holds for all parts of a table. types, units: Of columns. groups: Filled while its rows are read."""

    key: str
    notation: Notation
    label_columns: int
    also: Mapping[str, tuple[str, ...]]
    types: Mapping[str, CellType]
    units: Mapping[str, str]
    groups: dict[str, Group]


def _titles(node: Node) -> tuple[str, ...]:
    return node.texts() if isinstance(node.value, list) else (node.text(),)


def _spread(statement: Statement, scope: Scope, node: Node) -> tuple[Identity, ...]:
    try:
        return identities(statement, scope)
    except FormulaError as error:
        entries = node.items()
        entries[error.part if error.part in entries else "formula"].fail(error.why, error.offset)


def _with_rows(bare: Template, table: _Table, entries: Entries) -> Template | None:
    """The template with its rows, columns and groups; None where there is a mistake in them."""
    blocks = entries.take("blocks", lambda node: all_of(node.items().values(), partial(_block, table=table)))
    if not entries.is_sound("blocks") or "blocks" not in entries:
        return None
    template = replace(
        bare,
        width=max((block.width for block in blocks), default=0),
        rows=tuple(row for block in blocks for row in block.rows),
        groups=table.groups,
    )
    columns = shape_of(once(template)).columns
    for key in ("types", "units"):
        for column in entries.take(key, Node.items, {}):
            if column not in columns:
                with entries.noted():
                    why = f"the table has no column '{column}'{nearest(column, columns)}"
                    entries.by_key[key].fail_at_key(column, why)
    groups = entries.take("groups", partial(_groups, template=template, columns=columns), {})
    return _with_groups(template, columns, groups) if entries.is_sound("groups") else None


class _Block(NamedTuple):
    """A part of a table with columns of its own. width: Columns of its grid in all."""

    width: int
    rows: tuple[TemplateRow, ...]


def _block(node: Node, table: _Table) -> _Block:
    with Entries(node, BLOCK_KEYS) as entries:
        grid = entries.take("header", partial(_drawn, also=table.also), _Grid([], table.also))
        read = partial(_columns, grid=grid, table=table) if entries.is_sound("header") else _no_columns
        columns = entries.take("columns", read) or ()
        rows = entries.take("rows", partial(_rows, part=_Part(table, columns)))
    headers = (HeaderRow(cells, "".join(words(cell.label.text) for cell in cells)) for cells in grid.rows())
    return _Block(grid.width, (*headers, *rows))


def _no_columns(node: Node) -> tuple[Column, ...]:
    node.texts()
    return ()


def _drawn(node: Node, also: Mapping[str, tuple[str, ...]]) -> "_Grid":
    grid = _Grid(node.text().splitlines(), also)
    for number, line in enumerate(grid.lines, start=1):
        if len(line) != grid.width:
            node.fail(f"line {number} of the drawing has {len(line)} cells, the first has {grid.width}")
    if grid.lines and ("^" in grid.lines[0] or any(line[0] == "<" for line in grid.lines)):
        node.fail("a cell of the drawing is merged with one outside it")
    return grid


class _Grid:
    """The drawn header of a block: cells between bars, `<` merged to the left, `^` merged upwards.

    A block need not have one: then every line of it is a label and what was filled in.
    """

    def __init__(self, drawing: Iterable[str], also: Mapping[str, tuple[str, ...]]) -> None:
        self.lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in drawing if line.strip()]
        self.also = also
        self.width = len(self.lines[0]) if self.lines else 0

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


def _columns(node: Node, grid: _Grid, table: _Table) -> tuple[Column, ...]:
    keys, types, units = node.texts(), table.types, table.units
    last = len(grid.lines) - 1
    if not grid.lines:
        return tuple(Column(key, (), types.get(key, "count"), units.get(key, "")) for key in keys)
    starts = [column for column in range(table.label_columns, grid.width) if grid.lines[last][column] != "<"]
    if len(starts) != len(keys):
        node.fail(f"{len(keys)} columns are named, but the header draws {len(starts)}")
    if len(set(keys)) != len(keys):
        node.fail("a column is named twice")
    columns: list[Column] = []
    side = -1
    for key, start in zip(keys, starts, strict=True):
        kind = types.get(key, "count")
        side = len(columns) if kind == "label" else side
        own = side if kind != "label" else -1
        columns.append(Column(key, grid.path(start, table.label_columns), kind, units.get(key, ""), own))
    return tuple(columns)


def _cell_type(node: Node) -> CellType:
    return cast("CellType", node.choice(CELL_TYPES))


class _Part(NamedTuple):
    """Where rows stand. columns: Of their block. outer: Labels of the groups they are in. prefix: Of their names."""

    table: _Table
    columns: tuple[Column, ...]
    outer: tuple[Label, ...] = ()
    prefix: str = ""


def _rows(node: Node, part: _Part) -> tuple[DataRow | RepeatedRow, ...]:
    return tuple(chain.from_iterable(all_of(node.items().items(), lambda item: _row(*item, part))))


def _row(key: str, node: Node, part: _Part) -> tuple[DataRow | RepeatedRow, ...]:
    """The row, or those of a group."""
    name = f"{part.prefix}{key}"
    if isinstance(node.value, str):  # which may be empty, for a row without a label
        return (_data_row(name, Label(node.value), part),)
    with Entries(node, ROW_KEYS) as entries:
        if "repeat" in entries and entries.by_key["repeat"].value is not False:
            return (_repeated_row(name, entries, part),)
        text, also = entries.take("label", Node.text), entries.take("also", Node.texts, ())
        unit = entries.take("unit", Node.text, "")
        # A form prints the unit of a row behind its label.
        note = part.table.notation.unit_note
        notes = tuple(f"{wording}{note.format(unit=unit)}" for wording in (text, *also) if unit)
        label = Label(text, (*also, *notes))
        if "rows" in entries:
            below = part._replace(outer=(*part.outer, label), prefix=f"{name}.")
            rows = entries.take("rows", partial(_rows, part=below), ())
            part.table.groups[name] = Group(name, label, tuple(row.key for row in rows))
            return rows
        columns = _columns_of(entries, unit, part.columns)
        return (_data_row(name, label, part._replace(columns=columns), entries.take("optional", Node.truth, False)),)


def _data_row(name: str, label: Label, part: _Part, optional: bool = False) -> DataRow:
    path = (*part.outer, *((label,) if label.text else ()))
    cells = tuple(CellKey(part.table.key, name, column.key) for column in part.columns)
    return DataRow(name, path, part.columns, cells, optional)


def _columns_of(entries: Entries, unit: str, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns of a row, whose cells may be of another type or unit than those of other rows."""
    kind = entries.take("type", _cell_type, None)
    if kind is not None:
        columns = tuple(column._replace(type=kind) for column in columns)
    return tuple(column._replace(unit=unit) for column in columns) if unit else columns


def _repeated_row(name: str, entries: Entries, part: _Part) -> RepeatedRow:
    for key in ("rows", "also", "optional"):
        if key in entries:
            with entries.noted():
                entries.by_key[key].fail(f"a row that repeats cannot have '{key}'")
    least, pattern = entries.take("repeat", partial(_repeat, labelled="label" in entries), (0, None))
    return RepeatedRow(name, Label(entries.take("label", Node.text, "")), part.outer, part.columns, least, pattern)


def _repeat(node: Node, labelled: bool) -> tuple[int, Pattern | None]:
    """How often a row has to stand, and what its first label fits."""
    if node.value is True:
        return 0, None
    with Entries(node, ("min", "pattern")) as entries:
        least = entries.take("min", Node.whole, 0)
        pattern = entries.take("pattern", pattern_of, None)
        if least < 0:
            entries.by_key["min"].fail("a row cannot stand less than no time")
        if least and not labelled:
            why = "a row that has to stand needs a 'label', by which it is called where it is missing"
            entries.by_key["min"].fail(why)
    return least, pattern


def _groups(node: Node, template: Template, columns: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The keys of columns, or those of rows, that the file groups under each name."""
    rows = [row.key for row in template.rows if not isinstance(row, HeaderRow)]

    def known(node: Node) -> str:
        key = node.text()
        if key not in columns and key not in rows:
            node.fail(f"'{key}' is neither a column nor a row of this table{nearest(key, (*columns, *rows))}")
        return key

    def group(node: Node) -> tuple[str, ...]:
        keys = all_of(node.list(), known)
        if not keys:
            node.fail("a group without columns or rows")
        return keys

    return node.mapped(group)


def _with_groups(template: Template, columns: tuple[str, ...], named: Mapping[str, tuple[str, ...]]) -> Template:
    """The template with the groups that the file names, and those that columns with a common prefix form."""
    row_groups, column_groups = dict(template.groups), dict(template.column_groups)
    for column in columns:
        prefix, dot, _ = column.rpartition(".")
        if dot:
            column_groups[prefix] = (*column_groups.get(prefix, ()), column)
    for name, keys in named.items():
        if keys[0] in columns:
            column_groups[name] = keys
        else:
            row_groups[name] = Group(name, Label(name), keys)
    return replace(template, groups=row_groups, column_groups=column_groups)


BETWEEN_KEYS = ("formula", "at", "tolerance", "severity")
IDENTITY_KEYS = (*BETWEEN_KEYS, "each", "rows", "columns")


class Stated(NamedTuple):
    """An identity as it is stated, how much it weighs where that is said, and what it becomes in the tables."""

    statement: Statement
    severity: Severity | None
    identities: tuple[Identity, ...]


def all_stated(node: Node, scope: Scope | None, keys: Iterable[str] = IDENTITY_KEYS) -> tuple[Stated, ...]:
    return all_of(node.items().items(), lambda item: _stated(*item, scope, keys))


def _stated(name: str, node: Node, scope: Scope | None, keys: Iterable[str]) -> Stated:
    """The identity. scope: Where its names are looked up; None where that cannot be told."""
    with Entries(node, keys) as entries:
        each = cast("Each", entries.take("each", lambda node: node.choice(("row", "column", "table")), "table"))
        formula = entries.take("formula", _formula)
        lines = entries.take(f"{each}s", Node.texts, None)
        at = entries.take("at", Node.text, "")
        tolerance = entries.take("tolerance", _tolerance, (Decimal(0), Decimal(0)))
        severity = entries.take("severity", _severity, None)
    statement = Statement(name, formula, each, lines, at, *tolerance)
    return Stated(statement, severity, _spread(statement, scope, node) if scope is not None else ())


def _formula(node: Node) -> Formula:
    try:
        return parse(node.text())
    except FormulaError as error:
        node.fail(error.why, error.offset)


def _severity(node: Node) -> Severity:
    return Severity[node.choice(("error", "warning", "info")).upper()]


def severities(stated: Iterable[Stated]) -> dict[str, Severity]:
    return {each.statement.name: each.severity for each in stated if each.severity}


def _tolerance(node: Node) -> tuple[Decimal, Decimal]:
    """The tolerance, and what is added to it for each figure: `0.02` or `{per-figure: 0.005}`."""
    given = node.items(("per-figure",)) if isinstance(node.value, dict) else {}
    value = given.get("per-figure", node)
    number = value.number()
    if number < 0:
        value.fail("a tolerance cannot be negative")
    return (Decimal(0), number) if given else (number, Decimal(0))
