"""Statements spread over the rows and columns of a form's tables, and templates laid out for the rows that repeat."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Literal

from reportlint.identities import CellKey, Formula, FormulaError, Identity, Name, Relation, Resolve, Sum, spread
from reportlint.profile import DataRow, Group, RepeatedRow, Statement, Template, TemplateRow
from reportlint.records import dataclass
from reportlint.yamlfile import nearest

Axis = Literal["row", "column"]
FROM_TEXT = "$"  # the table, in a `CellKey`, of a figure that stands in the text


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What names in a formula can stand for in one table. units: Of money, of the cells for which one is stated."""

    template: Template
    rows: Mapping[str, DataRow]
    columns: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    units: Mapping[CellKey, str]

    def names(self, axis: Axis) -> tuple[Collection[str], frozenset[str], Mapping[str, tuple[str, ...]]]:
        """Keys of the rows or columns, those of them that are absent, and what those that repeat became."""
        if axis == "row":
            return self.rows, self.template.absent, self.template.repeated
        return self.columns, frozenset(), {}


def shape_of(template: Template) -> Shape:
    rows = {row.key: row for row in template.data_rows}
    columns = tuple(dict.fromkeys(column.key for row in template.data_rows for column in row.columns))
    units = {
        key: column.unit
        for row in template.data_rows
        for key, column in zip(row.cells, row.columns, strict=True)
        if column.unit in template.money
    }
    return Shape(template, rows, columns, {key: group.rows for key, group in template.groups.items()}, units)


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Where names of a formula are looked up.

    home: The table of names that stand without one. tables: Those that may stand before a slash, by key.
    figures: Names of the figures from the text, each with its unit, which may be empty.
    """

    home: Shape | None = None
    tables: Mapping[str, Shape] | None = None
    figures: Mapping[str, str] = field(default_factory=dict)

    def shape(self, key: CellKey) -> Shape:
        return self.tables[key.table] if self.tables and key.table in self.tables else self._at_home()

    def _at_home(self) -> Shape:
        assert self.home is not None
        return self.home

    def units(self, keys: Iterable[CellKey]) -> dict[CellKey, str]:
        """The unit of money of each cell that has one."""
        if self.tables is None and len(set(self._at_home().units.values())) < 2:
            return {}  # as in nearly every table, where nothing is to be converted
        return {key: unit for key in keys if (unit := self._unit(key)) in self.money}

    def _unit(self, key: CellKey) -> str:
        return self.figures[key.row] if key.table == FROM_TEXT else self.shape(key).units.get(key, "")

    @property
    def money(self) -> Mapping[str, Decimal]:
        """Units of money, and how many of the smallest each is."""
        shapes = (self.home, *(self.tables or {}).values())
        return next((shape.template.money for shape in shapes if shape), {})


def identities(statement: Statement, scope: Scope) -> tuple[Identity, ...]:
    """The statement for each row or column that it is for, or once where it stands on its own.

    Raises:
        FormulaError: A name in it means nothing in these tables.
    """
    return tuple(_identities(statement, scope))


def _identities(statement: Statement, scope: Scope) -> Iterator[Identity]:
    formula = statement.formula
    if _sums_nothing(formula, scope):
        return
    table = scope.home.template.key if scope.home else ""
    for line in _lines(statement, scope.home):
        resolve = _resolver(scope, statement.each, line)
        condition = spread(formula.second, resolve) if formula.second else None
        relation = spread(formula.first, resolve)
        at = _at(statement, scope, line, relation)
        if at is not None:
            identity = Identity(statement.name, table, line, relation, at, formula.connective, condition)
            yield _in_one_unit(_with_tolerance(identity, statement), scope)


def _sums_nothing(formula: Formula, scope: Scope) -> bool:
    """Whether it adds up rows that repeat of which there is none: so nothing was divided into them."""
    sides = (side for part in (formula.first, formula.second) if part for side in (part.left, part.right))
    for term in chain.from_iterable(sides):
        if term.summed and term.name is not None:
            table = term.name.table
            shape = (scope.tables or {}).get(table.text) if table else scope.home
            if shape is not None and shape.template.repeated.get(term.name.text) == ():
                return True
    return False


def _with_tolerance(identity: Identity, statement: Statement) -> Identity:
    if not statement.tolerance and not statement.per_figure:
        return identity
    return identity._replace(tolerance=statement.tolerance + statement.per_figure * len(identity.cells))


def _in_one_unit(identity: Identity, scope: Scope) -> Identity:
    """The identity with its cells in the smallest of their units of money, where these differ."""
    units = scope.units(identity.cells)
    if len(set(units.values())) < 2:
        return identity
    money = scope.money
    smallest = min(units.values(), key=money.__getitem__)
    scales = {key: money[unit] / money[smallest] for key, unit in units.items()}
    # Numbers of the formula itself, and its tolerance, are in the unit of the cell that it is reported at.
    own = scales.get(identity.at, Decimal(1))

    def scaled(relation: Relation) -> Relation:
        left, right = (_scaled(side, scales, own) for side in (relation.left, relation.right))
        return Relation(left, relation.operator, right)

    return identity._replace(
        relation=scaled(identity.relation),
        condition=scaled(identity.condition) if identity.condition else None,
        tolerance=identity.tolerance * own,
        unit=smallest,
    )


def _scaled(side: Sum, scales: Mapping[CellKey, Decimal], constant: Decimal) -> Sum:
    return Sum(tuple((factor * scales.get(key, 1), key) for factor, key in side.terms), side.constant * constant)


def _lines(statement: Statement, home: Shape | None) -> Iterable[str]:
    """The rows or columns that a statement is spread over; one empty key where it stands on its own."""
    if statement.each == "table":
        return ("",)
    if home is None:
        raise FormulaError(f"'each: {statement.each}' needs the table whose {statement.each}s are meant", part="each")
    known, absent, repeated = home.names(statement.each)
    if statement.lines is None:
        return [key for key in known if key not in absent]
    part = f"{statement.each}s"
    if not statement.lines:
        raise FormulaError(f"no {statement.each} is named, so the identity would never be judged", part=part)
    chosen: list[str] = []
    for key in statement.lines:
        if key not in known and key not in repeated:
            names = (*known, *repeated)
            raise FormulaError(f"the table has no {statement.each} '{key}'{nearest(key, names)}", part=part)
        chosen.extend(repeated.get(key, () if key in absent else (key,)))
    return chosen


def _keys(name: Name, summed: bool, shape: Shape, what: Axis, own: Iterable[str] | None = None) -> tuple[str, ...]:
    """The rows or columns that a name stands for. own: Those that there are, where not all of them are meant."""
    known, absent, repeated = shape.names(what)
    if summed:
        groups = shape.groups if what == "row" else shape.template.column_groups
        if name.text not in groups:
            raise FormulaError(f"no group of {what}s is called '{name.text}'{nearest(name.text, groups)}", name.offset)
        left_out = shape.template.totals | absent
        return tuple(key for key in groups[name.text] if key not in left_out)
    if name.text in repeated:
        raise FormulaError(f"'{name.text}' stands any number of times; write sum({name.text})", name.offset)
    if name.text not in (known if own is None else own):
        raise FormulaError(
            f"the table has no {what} '{name.text}'{nearest(name.text, known if own is None else own)}", name.offset
        )
    return () if name.text in absent else (name.text,)


def _cells(shape: Shape, name: Name, across: Name, summed: bool) -> tuple[CellKey, ...]:
    """The cells of `row[column]`."""
    (column,) = _keys(across, False, shape, "column")
    rows = _keys(name, summed, shape, "row")
    for row in rows:
        if all(own.key != column for own in shape.rows[row].columns):
            raise FormulaError(f"the row '{row}' has no column '{column}'", across.offset)
    return tuple(CellKey(shape.template.key, row, column) for row in rows)


def _resolver(scope: Scope, each: str, line: str) -> Resolve:
    """Turns names of a formula into cells, for one row, one column, or on its own."""

    def resolve(name: Name, across: Name | None, summed: bool) -> tuple[CellKey, ...]:
        if name.text.startswith("$"):
            return (_figure(name, scope),)
        if name.table is not None:
            shape = _table(name.table, scope)
            if across is None:
                raise FormulaError(f"'{name.text}' needs its column in brackets", name.offset)
            return _cells(shape, name, across, summed)
        if scope.home is None:
            raise FormulaError(f"'{name.text}' needs its table: table/row[column]", name.offset)
        shape = scope.home
        table = shape.template.key
        if across is not None:
            if each != "table":
                raise FormulaError(f"with 'each: {each}' a name stands alone, without brackets", across.offset)
            return _cells(shape, name, across, summed)
        if each == "table":
            raise FormulaError(f"'{name.text}' needs its column in brackets", name.offset)
        if each == "row":
            own = tuple(column.key for column in shape.rows[line].columns)
            return tuple(CellKey(table, line, key) for key in _keys(name, summed, shape, "column", own))
        return tuple(CellKey(table, key, line) for key in _keys(name, summed, shape, "row"))

    return resolve


def _table(name: Name, scope: Scope) -> Shape:
    if scope.tables is None:
        why = "an identity of a table names its own cells; one between tables stands beside 'tables'"
        raise FormulaError(why, name.offset)
    if name.text not in scope.tables:
        raise FormulaError(f"the form has no table '{name.text}'{nearest(name.text, scope.tables)}", name.offset)
    return scope.tables[name.text]


def _figure(name: Name, scope: Scope) -> CellKey:
    own = name.text.removeprefix("$")
    if own not in scope.figures:
        why = f"no figure is called '{own}'{nearest(own, scope.figures)}; 'figures' of a rule names them"
        raise FormulaError(why, name.offset)
    return CellKey(FROM_TEXT, own, "")


def _at(statement: Statement, scope: Scope, line: str, relation: Relation) -> CellKey | None:
    """The cell an identity is reported at: as it says, else the first one; None where the rows it names are absent."""
    shapes = [scope.home] if scope.home else list((scope.tables or {}).values())
    if statement.at:
        found = _named(statement.at, scope, statement.each, line)
        if found is None:
            where = "this table" if scope.home else "these tables"
            raise FormulaError(f"'{statement.at}' is no cell of {where}", part="at")
        return None if found.table != FROM_TEXT and found.row in scope.shape(found).template.absent else found
    keys = [key for side in (relation.left, relation.right) for _, key in side.terms]
    # Where the text quotes a table, it is the text that is wrong: a wrong table is told by its own sums.
    first = next((key for key in keys if key.table == FROM_TEXT), None) or next(iter(keys), None)
    if first is None and not any(shape.template.repeated or shape.template.absent for shape in shapes):
        raise FormulaError("the formula names no cell")
    return first


def _named(key: str, scope: Scope, each: str, line: str) -> CellKey | None:
    """The cell that `column`, `row`, `row[column]` or `table/row[column]` names."""
    if key.startswith("$"):
        return CellKey(FROM_TEXT, key[1:], "") if key[1:] in scope.figures else None
    first, slash, rest = key.partition("/")
    shape = (scope.tables or {}).get(first) if slash else scope.home
    if shape is None:
        return None
    table = shape.template.key
    if not slash and each == "row" and key in shape.columns:
        return CellKey(table, line, key)
    if not slash and each == "column" and key in shape.rows:
        return CellKey(table, key, line)
    row, _, column = (rest if slash else key).rstrip("]").partition("[")
    return CellKey(table, row, column) if row in shape.rows and column in shape.columns else None


# Rows that repeat, and rows that may be absent.


@lru_cache(maxsize=256)
def laid_out(template: Template, counts: tuple[int, ...], absent: frozenset[str]) -> Template:
    """The template with each repeated row as often as it stands, in their order, and without these optional ones."""
    expanded = replace(with_rows(template, counts), absent=absent)
    scope = Scope(shape_of(expanded))
    spread_over = (identity for statement in template.statements for identity in identities(statement, scope))
    return replace(expanded, identities=tuple(spread_over))


@lru_cache(maxsize=64)
def once(template: Template) -> Template:
    """The template as if each repeated row stood once, which is how formulas are checked before there is a report."""
    return with_rows(template, (1,) * len(template.repeated_rows)) if template.repeated_rows else template


def with_rows(template: Template, counts: tuple[int, ...]) -> Template:
    """The template with each repeated row so often, its statements not yet spread over them."""
    repeated = {
        row.key: tuple(f"{row.key}#{number}" for number in range(1, count + 1))
        for row, count in zip(template.repeated_rows, counts, strict=True)
    }

    def each(keys: Iterable[str]) -> tuple[str, ...]:
        return tuple(one for key in keys for one in repeated.get(key, (key,)))

    groups = {key: group._replace(rows=each(group.rows)) for key, group in template.groups.items()}
    groups |= {row.key: Group(row.key, row.label, repeated[row.key]) for row in template.repeated_rows}
    rows: list[TemplateRow] = []
    for row in template.rows:
        rows.extend(_repeated(template.key, row, repeated[row.key]) if isinstance(row, RepeatedRow) else (row,))
    totals = frozenset(each(template.totals))
    return replace(template, rows=tuple(rows), groups=groups, totals=totals, repeated=repeated)


def _repeated(table: str, row: RepeatedRow, keys: Iterable[str]) -> Iterator[DataRow]:
    path = (*row.outer, *((row.label,) if row.label.text else ()))
    for key in keys:
        yield DataRow(key, path, row.columns, tuple(CellKey(table, key, column.key) for column in row.columns))


@lru_cache(maxsize=256)
def between(statement: Statement, templates: tuple[Template, ...]) -> tuple[Identity, ...]:
    """A statement between tables, over their templates as they were laid out.

    Raises:
        FormulaError: A name in it means nothing in these tables.
    """
    return identities(statement, Scope(tables={template.key: shape_of(template) for template in templates}))
