"""Reads profiles from YAML into values that are ready for checking.

A template is drawn in the file as it looks on paper, with `<` for a cell merged with the one to its left and
`^` with the one above. Identities are parsed and spread over their rows and columns here, once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache, partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from reportlint.builtin import folder
from reportlint.diagnostic import Severity, Text
from reportlint.errors import ConfigError, ConfigErrors
from reportlint.extension import Pack
from reportlint.formulas import Scope, identities, once, shape_of
from reportlint.identities import CellKey, Formula, FormulaError, Identity
from reportlint.mistakes import Mistakes, all_of
from reportlint.notation import BARE, Notation
from reportlint.numbering import UNNUMBERED, Numbering, Style, style
from reportlint.numerals import Numerals
from reportlint.pattern import NEVER, Pattern
from reportlint.profile import (
    CELL_TYPES,
    NO_IMPRINT,
    CellType,
    Column,
    DataRow,
    Each,
    Group,
    HeaderCell,
    HeaderRow,
    Imprint,
    Label,
    Profile,
    RepeatedRow,
    SectionTemplate,
    Statement,
    Template,
    TemplateRow,
)
from reportlint.script import Script
from reportlint.statements import parse
from reportlint.wording import words
from reportlint.yamlfile import Entries, Node, files, merged, nearest, read

NOTHING: Mapping[Path, Any] = MappingProxyType({})
NO_TEXT = Text("", "")


def load(packs: Iterable[Pack], known: Mapping[Path, Any] = NOTHING) -> tuple[Profile, ...]:
    """Every profile of these packs, by id.

    known: What files hold that need not be read for it.

    Raises:
        ConfigError: A file has a mistake, two profiles share an id, or `extends` names none.
    """
    nodes: dict[str, Node] = {}
    owners: dict[str, str] = {}
    languages = _Languages(known)
    mistakes = Mistakes()
    for pack in packs:
        languages.add(pack.rules / LANGUAGES)
        for path in files(pack.rules, "profile.yaml"):
            with mistakes.noted():
                node = _node(path, known)
                node.items()
                identifier = str(path)  # under which it is read as well, where its own is of no use
                with mistakes.noted():
                    identifier = _identifier(node, nodes)
                nodes[identifier], owners[identifier] = node, pack.name
    unknown = tuple(mistakes.found)
    found: list[Profile] = []
    for identifier, node in sorted(nodes.items()):
        if not node.value.get("abstract"):
            with mistakes.noted(), _from_below(node.path):
                profile = _profile(node, _Family(nodes, languages, unknown))
                found.append(replace(profile, plugin=owners[identifier]))
    mistakes.stop()
    return tuple(found)


@contextmanager
def _from_below(path: Path) -> Iterator[None]:
    """Of mistakes in a profile and in what it extends, only the latter are told: they may be why there are others."""
    try:
        yield
    except ConfigError as error:
        below = tuple(each for each in error.errors if each.path != path)
        raise ConfigErrors(below or error.errors) from error


def _identifier(node: Node, nodes: Mapping[str, Node]) -> str:
    entries = node.items()
    if "id" not in entries:
        node.fail("the key 'id' is missing")
    identifier = entries["id"].text()
    if identifier in nodes:
        raise ConfigError(node.path, f"the profile '{identifier}' is also defined in {nodes[identifier].path}")
    return identifier


KEYS = (
    "id", "abstract", "extends", "years", "year-end", "source", "grammar", "title", "title-form", "title-words",
    "language", "numbering", "imprint", "partial", "sections", "bodies", "deadlines", "tables", "identities", "rules",
)  # fmt: skip
# Those of which a part may be in the file and the rest in what it extends: without the one the other has mistakes.
PARTED = ("extends", "sections", "tables")
# Of a pack's rules, the folder of files that say how languages write numbers and dates.
LANGUAGES = "languages"
BUILT_IN = folder("rules")


def _node(path: Path, known: Mapping[Path, Any]) -> Node:
    return Node(known[path], path) if path in known else read(path)


class _Languages:
    """The language files of the packs, and reportlint's own; one is read when a profile first names it."""

    def __init__(self, known: Mapping[Path, Any]) -> None:
        self.known = known
        self.paths: dict[str, Path] = {}
        self.read: dict[str, Notation] = {}

    def add(self, folder: Path) -> None:
        for path in files(folder):
            other = self.paths.setdefault(path.stem, path)
            if other is not path:
                raise ConfigError(path, f"the language '{path.stem}' is also in {other}")

    def named(self, node: Node) -> Notation:
        name = node.text()
        if name not in self.read:
            paths = {path.stem: path for path in files(BUILT_IN / LANGUAGES)} | self.paths
            if name not in paths:
                node.fail(f"no language is called '{name}'{nearest(name, paths)}; known: {', '.join(sorted(paths))}")
            self.read[name] = _notation(_node(paths[name], self.known))
        return self.read[name]


class _Family(NamedTuple):
    """What profiles may extend, and the languages that they may name.

    unknown: What is wrong with files whose profiles cannot be told, any of which may be the one that is extended.
    """

    nodes: Mapping[str, Node]
    languages: _Languages
    unknown: tuple[ConfigError, ...]


def _profile(own: Node, family: _Family) -> Profile:
    laid = _Laid(own.value, (), ())
    mistakes = Mistakes()
    with mistakes.noted():
        laid = _extended(own, family, ())
    # Without what it extends, only what stands by itself can be read.
    whole = not mistakes.found
    with Entries(Node(laid.value, own.path, (), laid.bases), KEYS, whole=whole) as entries:
        entries.found.extend(mistakes.found)
        identifier = entries.take("id", Node.text)
        first, last = entries.take("years", _years) or (0, None)
        notation = entries.take("language", family.languages.named)
        title = entries.take("title", Node.bilingual)
        bodies = entries.take("bodies", lambda node: node.mapped(_pattern), {})
        tables, statements = _tables(entries, notation or BARE, title or NO_TEXT) if whole else ((), ())
        profile = Profile(
            id=identifier,
            lineage=laid.lineage,
            path=own.path,
            title=title,
            language=notation.language if notation else "",
            grammar=entries.take("grammar", Node.text),
            source=entries.take("source", Node.bilingual),
            first_year=first,
            last_year=last,
            title_form=entries.take("title-form", Node.text),
            title_words=entries.take("title-words", Node.texts),
            sections=entries.take("sections", _sections, ()) if whole else (),
            tables=tables,
            bodies=tuple(bodies.items()),
            deadlines=_deadlines(entries) if whole else {},
            notation=notation,
            numbering=_numbering_of(entries, notation.numerals, notation.numbering) if notation else UNNUMBERED,
            imprint=entries.take("imprint", _imprint, NO_IMPRINT),
            year_end=entries.take("year-end", _month_day, (12, 31)),
            partial=entries.take("partial", Node.truth, False),
            rules=entries.by_key.get("rules"),
            statements=tuple(stated.statement for stated in statements),
            severities=_severities(statements),
        )
    return profile


def _years(node: Node) -> tuple[int, int | None]:
    with Entries(node, ("from", "to")) as years:
        first, last = years.take("from", Node.whole), years.take("to", Node.whole, None)
    if last is not None and last < first:
        years.by_key["to"].fail("the last year lies before the first")
    return first, last


def _deadlines(entries: Entries) -> dict[str, tuple[int, int]]:
    deadlines = entries.take("deadlines", lambda node: node.mapped(_month_day), {})
    kinds = entries.take("bodies", Node.items, {})
    for kind in entries.take("deadlines", Node.items, {}):
        if kind not in kinds:
            with entries.noted():
                why = f"no kind of body is called '{kind}'{nearest(kind, kinds)}"
                entries.by_key["deadlines"].fail_at_key(kind, why)
    return deadlines


def _tables(entries: Entries, notation: Notation, title: Text) -> tuple[tuple[Template, ...], "tuple[_Stated, ...]"]:
    """The tables, and the identities between them."""
    titles = dict.fromkeys(entries.take("sections", Node.items, {}), "")
    titles |= {section.key: section.title for section in entries.take("sections", _sections, ())}
    form = title.zh if notation.language == "zh" else title.en  # as the reports themselves say it

    def read(node: Node) -> tuple[Template, ...]:
        return all_of(node.items().items(), lambda item: _template(*item, titles, notation, form))

    tables = entries.take("tables", read, ())
    shapes = {table.key: shape_of(once(table)) for table in tables}
    scope = Scope(tables=shapes) if entries.is_sound("tables") else None
    stated = entries.take("identities", partial(_all_stated, keys=BETWEEN_KEYS, scope=scope), ())
    return tables, stated


class _Laid(NamedTuple):
    """A file's own mapping laid on what it extends, the files below it, and the ids from it downwards."""

    value: Mapping[str, Any]
    bases: tuple[Path, ...]
    lineage: tuple[str, ...]


def _extended(node: Node, family: _Family, seen: tuple[str, ...]) -> _Laid:
    entries, strays = node.sifted(KEYS)
    own: dict[str, Any] = dict(node.value)
    if any(nearest(str(key), PARTED) for key in own if key not in entries):
        raise ConfigErrors(tuple(strays))
    if "extends" not in entries:
        return _Laid(own, (), (str(own.get("id")),))
    base, nodes = entries["extends"].text(), family.nodes
    if base not in nodes and family.unknown:
        raise ConfigErrors(family.unknown)
    if base not in nodes:
        entries["extends"].fail(f"no profile is called '{base}'{nearest(base, nodes)}")
    if base in seen:
        entries["extends"].fail(f"profiles extend each other in a circle: {' → '.join((*seen, base))}")
    below = _extended(nodes[base], family, (*seen, base))
    inherited = {key: value for key, value in below.value.items() if key != "abstract"}
    own.pop("extends")
    return _Laid(merged(inherited, own), (nodes[base].path, *below.bases), (str(own.get("id")), *below.lineage))


def _pattern(node: Node, groups: Iterable[str] = ()) -> Pattern:
    """The pattern, which has these groups."""
    pattern = Pattern(node.text())
    # The built-in ones are tested, and most are never needed in one run.
    if not node.path.is_relative_to(BUILT_IN) and (refusal := pattern.refusal):
        node.fail(f"RE2 refuses this pattern: {refusal}")
    for group in groups:
        if group not in pattern.groups:
            node.fail(f"the pattern has no group '{group}'")
    return pattern


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


def _sections(node: Node) -> tuple[SectionTemplate, ...]:
    return all_of(enumerate(node.items().items(), start=1), lambda item: _section(item[0], *item[1]))


def _section(number: int, key: str, node: Node) -> SectionTemplate:
    if isinstance(node.value, str):
        return SectionTemplate(key, number, node.text())
    with Entries(node, ("title", "also", "number")) as entries:
        section = SectionTemplate(
            key,
            entries.take("number", Node.whole, number),
            entries.take("title", Node.text),
            entries.take("also", Node.texts, ()),
        )
    return section


# What stands around a report, and how it numbers and writes.

# The names of an imprint's patterns, with the groups that they have to have.
IMPRINT: Mapping[str, tuple[str, ...]] = {
    name.replace("_", "-"): {"agency": ("agency",), "period": ("year",)}.get(name, ()) for name in Imprint._fields
}
NUMBERING_KEYS = ("sections", "others", "levels", "inline")
LANGUAGE_KEYS = (
    "numerals", "tens", "numbering", "spaced", "units", "money", "currency", "unit-note", "answers", "not-applicable",
    "nothing", "particles", "dates", "months", "years", "citation", "day", "script",
)  # fmt: skip


def _imprint(node: Node) -> Imprint:
    with Entries(node, IMPRINT) as entries:
        found = {
            key.replace("-", "_"): entries.take(key, partial(_pattern, groups=IMPRINT[key])) for key in entries.by_key
        }
    return Imprint(**found)


def _numbering_of(entries: Entries, numerals: Numerals, otherwise: Numbering) -> Numbering:
    if not (entries.is_sound("numerals") and entries.is_sound("tens")):
        return otherwise  # which number it is that a mark has cannot be told
    return entries.take("numbering", partial(_numbering, numerals=numerals), otherwise)


def _numbering(node: Node, numerals: Numerals) -> Numbering:
    one = partial(_style, numerals=numerals)

    def styles(node: Node) -> tuple[Style, ...]:
        return all_of(node.list(), one)

    with Entries(node, NUMBERING_KEYS) as entries:
        given = (
            entries.take("sections", one, None),
            entries.take("others", styles, ()),
            entries.take("levels", styles, ()),
            entries.take("inline", Node.text, ""),
        )
    return _shared(numerals, *given)


# One for all profiles that number alike: it compiles patterns.
_shared = cache(Numbering)


def _style(node: Node, numerals: Numerals) -> Style:
    if isinstance(node.value, (int, float)):
        node.fail(f"write the number of a list between quotes: '{node.value}'")
    found = style(node.text(), numerals)
    if found is None:
        node.fail(f"expected the first number of a list, such as 1. or (a), found '{node.value}'")
    return found


def _notation(node: Node) -> Notation:
    """What a language file says."""

    def words(key: str) -> tuple[str, ...]:
        return entries.take(key, Node.texts, ())

    def patterns(key: str, *groups: str) -> tuple[Pattern, ...]:
        return entries.take(key, lambda node: all_of(node.list(), partial(_pattern, groups=groups)), ())

    def numbers(key: str) -> dict[str, Decimal]:
        return entries.take(key, lambda node: node.mapped(Node.number), {})

    with Entries(node, LANGUAGE_KEYS) as entries:
        numerals = Numerals(words("numerals"), words("tens"))
        notation = Notation(
            language=node.path.stem,
            numerals=numerals,
            numbering=_numbering_of(entries, numerals, UNNUMBERED),
            spaced=entries.take("spaced", Node.truth, False),
            units=words("units"),
            money=numbers("money"),
            currency=entries.take("currency", Node.bilingual, NO_TEXT),
            not_applicable=frozenset(words("not-applicable")),
            nothing=frozenset(words("nothing")),
            particles=frozenset(words("particles")),
            unit_note=entries.take("unit-note", Node.text, " ({unit})"),
            answers=numbers("answers"),
            dates=patterns("dates", "year", "month", "day"),
            months=words("months"),
            years=patterns("years", "year"),
            citation=entries.take("citation", _pattern, NEVER),
            script=entries.take("script", _script, None),
            **({"day": entries.take("day", Node.text)} if "day" in entries else {}),
        )
    return notation


def _script(node: Node) -> Script:
    with Entries(node, ("pairs", "signs")) as entries:
        script = Script(entries.take("pairs", _beside), entries.take("signs", Node.text))
    return script


def _beside(node: Node) -> Path:
    file = node.path.parent / node.text()
    if not file.is_file():
        node.fail(f"there is no file '{node.value}' beside this one")
    return file


# Tables.

BLOCK_KEYS = ("header", "columns", "rows")
ROW_KEYS = ("label", "also", "rows", "repeat", "optional", "type", "unit")
TABLE_KEYS = (
    "section", "title", "label-columns", "numbering", "blocks", "groups", "totals", "identities", "types", "units",
    "also",
)  # fmt: skip


def _template(key: str, node: Node, sections: Mapping[str, str], notation: Notation, form: str) -> Template:
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
        stated = entries.take("identities", partial(_all_stated, scope=scope), ())
    assert template is not None  # or leaving the entries had raised
    return replace(
        template,
        statements=tuple(each.statement for each in stated),
        severities=_severities(stated),
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
        pattern = entries.take("pattern", _pattern, None)
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


class _Stated(NamedTuple):
    """An identity as it is stated, how much it weighs where that is said, and what it becomes in the tables."""

    statement: Statement
    severity: Severity | None
    identities: tuple[Identity, ...]


def _all_stated(node: Node, scope: Scope | None, keys: Iterable[str] = IDENTITY_KEYS) -> tuple[_Stated, ...]:
    return all_of(node.items().items(), lambda item: _stated(*item, scope, keys))


def _stated(name: str, node: Node, scope: Scope | None, keys: Iterable[str]) -> _Stated:
    """The identity. scope: Where its names are looked up; None where that cannot be told."""
    with Entries(node, keys) as entries:
        each = cast("Each", entries.take("each", lambda node: node.choice(("row", "column", "table")), "table"))
        formula = entries.take("formula", _formula)
        lines = entries.take(f"{each}s", Node.texts, None)
        at = entries.take("at", Node.text, "")
        tolerance = entries.take("tolerance", _tolerance, (Decimal(0), Decimal(0)))
        severity = entries.take("severity", _severity, None)
    statement = Statement(name, formula, each, lines, at, *tolerance)
    return _Stated(statement, severity, _spread(statement, scope, node) if scope is not None else ())


def _formula(node: Node) -> Formula:
    try:
        return parse(node.text())
    except FormulaError as error:
        node.fail(error.why, error.offset)


def _severity(node: Node) -> Severity:
    return Severity[node.choice(("error", "warning", "info")).upper()]


def _severities(stated: Iterable[_Stated]) -> dict[str, Severity]:
    return {each.statement.name: each.severity for each in stated if each.severity}


def _tolerance(node: Node) -> tuple[Decimal, Decimal]:
    """The tolerance, and what is added to it for each figure: `0.02` or `{per-figure: 0.005}`."""
    given = node.items(("per-figure",)) if isinstance(node.value, dict) else {}
    value = given.get("per-figure", node)
    number = value.number()
    if number < 0:
        value.fail("a tolerance cannot be negative")
    return (Decimal(0), number) if given else (number, Decimal(0))
