"""Statements spread over the rows and columns of a form's tables, and templates laid out for the rows that repeat."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from reportlint.identities import CellKey, FormulaError, Identity, Name, Relation, Resolve, spread
from reportlint.profile import DataRow, Group, RepeatedRow, Statement, Template, TemplateRow
from reportlint.yamlfile import nearest


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What names in a formula can stand for in one table."""

    template: Template
    rows: Mapping[str, DataRow]
    columns: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]


def shape_of(template: Template) -> Shape:
    rows = {row.key: row for row in template.data_rows}
    columns = tuple(dict.fromkeys(column.key for row in template.data_rows for column in row.columns))
    return Shape(template, rows, columns, {key: group.rows for key, group in template.groups.items()})


def identities(statement: Statement, shape: Shape) -> tuple[Identity, ...]:
    """The statement for each row or column that it is for, or once where it stands on its own.

    Raises:
        FormulaError: A name in it means nothing in this table.
    """
    return tuple(_identities(statement, shape))


def _identities(statement: Statement, shape: Shape) -> Iterator[Identity]:
    formula = statement.formula
    for line in _lines(statement, shape):
        resolve = _resolver(shape, statement.each, line)
        condition = spread(formula.second, resolve) if formula.second else None
        relation = spread(formula.first, resolve)
        at = _at(statement, shape, line, relation)
        if at is not None:
            yield Identity(
                statement.name,
                shape.template.key,
                line,
                relation,
                at,
                formula.connective,
                condition,
                statement.tolerance,
            )


def _lines(statement: Statement, shape: Shape) -> Iterable[str]:
    """The rows or columns that a statement is spread over; one empty key where it stands on its own."""
    if statement.each == "table":
        return ("",)
    known: Iterable[str] = shape.rows if statement.each == "row" else shape.columns
    absent = shape.template.absent
    if statement.lines is None:
        return [key for key in known if key not in absent]
    part = f"{statement.each}s"
    if not statement.lines:
        raise FormulaError(f"no {statement.each} is named, so the identity would never be judged", part=part)
    chosen: list[str] = []
    for key in statement.lines:
        if key not in known and key not in shape.template.repeated:
            names = (*known, *shape.template.repeated)
            raise FormulaError(f"the table has no {statement.each} '{key}'{nearest(key, names)}", part=part)
        chosen.extend(shape.template.repeated.get(key, () if key in absent else (key,)))
    return chosen


def _keys(
    name: Name, summed: bool, known: Iterable[str], groups: Mapping[str, tuple[str, ...]], what: str, shape: Shape
) -> tuple[str, ...]:
    """The rows or columns that a name stands for."""
    if summed:
        if name.text not in groups:
            raise FormulaError(f"no group of {what}s is called '{name.text}'{nearest(name.text, groups)}", name.offset)
        left_out = shape.template.totals | shape.template.absent
        return tuple(key for key in groups[name.text] if key not in left_out)
    if name.text in shape.template.repeated and what == "row":
        raise FormulaError(f"'{name.text}' stands any number of times; write sum({name.text})", name.offset)
    if name.text not in known:
        raise FormulaError(f"the table has no {what} '{name.text}'{nearest(name.text, known)}", name.offset)
    return () if name.text in shape.template.absent else (name.text,)


def _resolver(shape: Shape, each: str, line: str) -> Resolve:
    """Turns names of a formula into cells, for one row, one column, or the whole table."""
    table, column_groups = shape.template.key, shape.template.column_groups

    def resolve(name: Name, across: Name | None, summed: bool) -> tuple[CellKey, ...]:
        if across is not None:
            if each != "table":
                raise FormulaError(f"with 'each: {each}' a name stands alone, without brackets", across.offset)
            columns = _keys(across, False, shape.columns, column_groups, "column", shape)
            return tuple(
                CellKey(table, row, column)
                for row in _keys(name, summed, shape.rows, shape.groups, "row", shape)
                for column in columns
            )
        if each == "table":
            raise FormulaError(f"'{name.text}' needs its column in brackets", name.offset)
        if each == "row":
            own = tuple(column.key for column in shape.rows[line].columns)
            return tuple(CellKey(table, line, key) for key in _keys(name, summed, own, column_groups, "column", shape))
        return tuple(CellKey(table, key, line) for key in _keys(name, summed, shape.rows, shape.groups, "row", shape))

    return resolve


def _at(statement: Statement, shape: Shape, line: str, relation: Relation) -> CellKey | None:
    """The cell an identity is reported at: as it says, else the first one; None where the rows it names are absent."""
    template = shape.template
    if statement.at:
        found = _named(statement.at, shape, statement.each, line)
        if found is None:
            raise FormulaError(f"'{statement.at}' is no cell of this table", part="at")
        return None if found.row in template.absent else found
    first = next((key for side in (relation.left, relation.right) for _, key in side.terms), None)
    if first is None and not template.repeated and not template.absent:
        raise FormulaError("the formula names no cell")
    return first


def _named(key: str, shape: Shape, each: str, line: str) -> CellKey | None:
    """The cell that `column`, `row` or `row[column]` names."""
    table = shape.template.key
    if each == "row" and key in shape.columns:
        return CellKey(table, line, key)
    if each == "column" and key in shape.rows:
        return CellKey(table, key, line)
    row, _, column = key.rstrip("]").partition("[")
    return CellKey(table, row, column) if row in shape.rows and column in shape.columns else None


# Rows that repeat, and rows that may be absent.


@lru_cache(maxsize=256)
def laid_out(template: Template, counts: tuple[int, ...], absent: frozenset[str]) -> Template:
    """The template with each repeated row as often as it stands, in their order, and without these optional ones."""
    expanded = replace(with_rows(template, counts), absent=absent)
    shape = shape_of(expanded)
    spread_over = (identity for statement in template.statements for identity in identities(statement, shape))
    return replace(expanded, identities=tuple(spread_over))


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
