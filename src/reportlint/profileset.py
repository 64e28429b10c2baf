"""Reads profiles from YAML into values that are ready for checking.

A template is drawn in the file as it looks on paper, with `<` for a cell merged with the one to its left and
`^` with the one above. Identities are parsed and spread over their rows and columns here, once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import re2

from reportlint.builtin import folder
from reportlint.diagnostic import Severity, Text
from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.formulas import Scope, identities, once, shape_of
from reportlint.identities import CellKey, FormulaError, Identity
from reportlint.notation import Notation
from reportlint.numbering import UNNUMBERED, Numbering, Style, style
from reportlint.numerals import Numerals
from reportlint.pattern import NEVER, Pattern
from reportlint.profile import (
    CELL_TYPES,
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
from reportlint.yamlfile import Node, files, merged, nearest, read

NOTHING: Mapping[Path, Any] = MappingProxyType({})


def load(packs: Iterable[Pack], known: Mapping[Path, Any] = NOTHING) -> tuple[Profile, ...]:
    """Every profile of these packs, by id.

    known: What files hold that need not be read for it.

    Raises:
        ConfigError: A file has a mistake, two profiles share an id, or `extends` names none.
    """
    nodes: dict[str, Node] = {}
    owners: dict[str, str] = {}
    languages = _Languages(known)
    for pack in packs:
        languages.add(pack.rules / LANGUAGES)
        for path in files(pack.rules, "profile.yaml"):
            node = _node(path, known)
            identifier = _required(node, "id").text()
            if identifier in nodes:
                raise ConfigError(path, f"the profile '{identifier}' is also defined in {nodes[identifier].path}")
            nodes[identifier] = node
            owners[identifier] = pack.name
    return tuple(
        replace(_profile(node, nodes, languages), plugin=owners[identifier])
        for identifier, node in sorted(nodes.items())
        if not (isinstance(node.value, dict) and node.value.get("abstract"))
    )


KEYS = (
    "id", "abstract", "extends", "years", "year-end", "source", "grammar", "title", "title-form", "title-words",
    "language", "numbering", "imprint", "partial", "sections", "bodies", "deadlines", "tables", "identities", "rules",
)  # fmt: skip
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


def _profile(own: Node, nodes: Mapping[str, Node], languages: _Languages) -> Profile:
    value, bases, lineage = _extended(own, nodes, ())
    node = Node(value, own.path, (), bases)
    entries = node.items(KEYS)
    years = _required(node, "years").items(("from", "to"))
    if "from" not in years:
        entries["years"].fail("the key 'from' is missing")
    if "to" in years and years["to"].whole() < years["from"].whole():
        years["to"].fail("the last year lies before the first")
    sections = tuple(
        _section(key, number, section) for number, (key, section) in enumerate(_optional(entries, "sections"), start=1)
    )
    notation = languages.named(_required(node, "language"))
    title = _required(node, "title").bilingual()
    form = title.zh if notation.language == "zh" else title.en  # as the reports themselves say it
    titles = {section.key: section.title for section in sections}
    tables = entries["tables"].items() if "tables" in entries else {}
    profile = Profile(
        id=_required(node, "id").text(),
        lineage=lineage,
        path=own.path,
        title=title,
        language=notation.language,
        grammar=_required(node, "grammar").text(),
        source=_required(node, "source").bilingual(),
        first_year=years["from"].whole(),
        last_year=years["to"].whole() if "to" in years else None,
        title_form=_required(node, "title-form").text(),
        title_words=_required(node, "title-words").texts(),
        sections=sections,
        tables=tuple(_template(key, table, titles, notation, form) for key, table in tables.items()),
        bodies=tuple((key, _pattern(value)) for key, value in _optional(entries, "bodies")),
        deadlines={key: _month_day(value) for key, value in _optional(entries, "deadlines")},
        notation=notation,
        numbering=_numbering(entries.get("numbering"), notation.numerals) or notation.numbering,
        imprint=_imprint(entries.get("imprint")),
        year_end=_month_day(entries["year-end"]) if "year-end" in entries else (12, 31),
        partial="partial" in entries and entries["partial"].truth(),
        rules=entries.get("rules"),
    )
    profile = _with_identities(profile, entries)
    kinds = {kind for kind, _ in profile.bodies}
    for kind in profile.deadlines:
        if kind not in kinds:
            entries["deadlines"].fail_at_key(kind, f"no kind of body is called '{kind}'{nearest(kind, kinds)}")
    return profile


def _with_identities(profile: Profile, entries: Mapping[str, Node]) -> Profile:
    """The profile with the identities between its tables."""
    if "identities" not in entries:
        return profile
    scope = Scope(tables={table.key: shape_of(once(table)) for table in profile.tables})
    stated = [(*_statement(name, node, BETWEEN_KEYS), node) for name, node in entries["identities"].items().items()]
    for statement, _, node in stated:
        _spread(statement, scope, node)
    return replace(
        profile,
        statements=tuple(statement for statement, _, _ in stated),
        severities={statement.name: severity for statement, severity, _ in stated if severity},
    )


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


def _pattern(node: Node, *groups: str) -> Pattern:
    """The pattern, which has these groups."""
    pattern = Pattern(node.text())
    # The built-in ones are tested, and most are never needed in one run.
    if not node.path.is_relative_to(BUILT_IN):
        try:
            _ = pattern.compiled
        except re2.error as error:
            node.fail(f"RE2 refuses this pattern: {error}")
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


def _section(key: str, number: int, node: Node) -> SectionTemplate:
    if isinstance(node.value, str):
        return SectionTemplate(key, number, node.text())
    entries = node.items(("title", "also", "number"))
    also = entries["also"].texts() if "also" in entries else ()
    if "number" in entries:
        number = entries["number"].whole()
    return SectionTemplate(key, number, _required(node, "title").text(), also)


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


def _imprint(node: Node | None) -> Imprint:
    found = {key: _pattern(value, *IMPRINT[key]) for key, value in node.items(IMPRINT).items()} if node else {}
    return Imprint(**{key.replace("-", "_"): pattern for key, pattern in found.items()})


def _numbering(node: Node | None, numerals: Numerals) -> Numbering | None:
    if node is None:
        return None
    entries = node.items(NUMBERING_KEYS)

    def styles(key: str) -> tuple[Style, ...]:
        return tuple(_style(item, numerals) for item in entries[key].list()) if key in entries else ()

    return _shared(
        numerals,
        _style(entries["sections"], numerals) if "sections" in entries else None,
        styles("others"),
        styles("levels"),
        entries["inline"].text() if "inline" in entries else "",
    )


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
    entries = node.items(LANGUAGE_KEYS)

    def texts(key: str) -> tuple[str, ...]:
        return entries[key].texts() if key in entries else ()

    def patterns(key: str, *groups: str) -> tuple[Pattern, ...]:
        return tuple(_pattern(item, *groups) for item in entries[key].list()) if key in entries else ()

    numerals = Numerals(texts("numerals"), texts("tens"))
    return Notation(
        language=node.path.stem,
        numerals=numerals,
        numbering=_numbering(entries.get("numbering"), numerals) or UNNUMBERED,
        spaced="spaced" in entries and entries["spaced"].truth(),
        units=texts("units"),
        money={unit: value.number() for unit, value in _optional(entries, "money")},
        currency=entries["currency"].bilingual() if "currency" in entries else Text("", ""),
        not_applicable=frozenset(texts("not-applicable")),
        nothing=frozenset(texts("nothing")),
        particles=frozenset(texts("particles")),
        unit_note=entries["unit-note"].text() if "unit-note" in entries else " ({unit})",
        answers={word: value.number() for word, value in _optional(entries, "answers")},
        dates=patterns("dates", "year", "month", "day"),
        months=texts("months"),
        years=patterns("years", "year"),
        citation=_pattern(entries["citation"]) if "citation" in entries else NEVER,
        script=_script(entries["script"]) if "script" in entries else None,
        **({"day": entries["day"].text()} if "day" in entries else {}),
    )


def _script(node: Node) -> Script:
    pairs, signs = _required(node, "pairs"), _required(node, "signs")
    node.items(("pairs", "signs"))
    file = node.path.parent / pairs.text()
    if not file.is_file():
        pairs.fail(f"there is no file '{pairs.text()}' beside this one")
    return Script(file, signs.text())


# Tables.

TABLE_KEYS = (
    "section", "title", "label-columns", "numbering", "blocks", "groups", "totals", "identities", "types", "units",
    "also",
)  # fmt: skip


def _template(key: str, node: Node, sections: Mapping[str, str], notation: Notation, form: str) -> Template:
    """The template. sections: Titles by key. form: What the whole report is called."""
    entries = node.items(TABLE_KEYS)
    section = entries["section"].choice(sorted(sections)) if "section" in entries else ""
    titles = _titles(entries["title"]) if "title" in entries else ()
    label_columns = entries["label-columns"].whole() if "label-columns" in entries else 1
    also = {word: value.texts() for word, value in _optional(entries, "also")}
    types = {column: value.choice(CELL_TYPES) for column, value in _optional(entries, "types")}
    units = {column: value.text() for column, value in _optional(entries, "units")}
    rows: list[TemplateRow] = []
    groups: dict[str, Group] = {}
    width = 0
    for block in _required(node, "blocks").items().values():
        grid = _Grid(block, also)
        width = max(width, grid.width)
        rows.extend(HeaderRow(cells, "".join(words(cell.label.text) for cell in cells)) for cells in grid.rows())
        columns = _columns(_required(block, "columns"), grid, label_columns, types, units)
        rows.extend(_rows(_required(block, "rows"), _Block(key, columns, groups, notation)))
    stated = [(*_statement(name, value), value) for name, value in _optional(entries, "identities")]
    bare = Template(
        key=key,
        title=titles[0] if titles else sections.get(section, form),
        money=notation.money,
        section=section,
        label_columns=label_columns,
        width=width,
        rows=tuple(rows),
        groups=groups,
        column_groups={},
        totals=frozenset(entries["totals"].texts()) if "totals" in entries else frozenset(),
        statements=tuple(statement for statement, _, _ in stated),
        severities={statement.name: severity for statement, severity, _ in stated if severity},
        titles=titles,
        numbering=frozenset(map(words, entries["numbering"].texts())) if "numbering" in entries else frozenset(),
    )
    keys = shape_of(once(bare)).columns
    for column in (*types, *units):
        if column not in keys:
            node.fail(f"'types' or 'units' names the column '{column}', which the table does not have")
    template = _with_groups(bare, keys, entries)
    scope = Scope(shape_of(once(template)))
    spread_over = tuple(_spread(statement, scope, value) for statement, _, value in stated)
    if template.repeated_rows:
        return template
    return replace(template, identities=tuple(identity for found in spread_over for identity in found))


def _titles(node: Node) -> tuple[str, ...]:
    return node.texts() if isinstance(node.value, list) else (node.text(),)


def _spread(statement: Statement, scope: Scope, node: Node) -> tuple[Identity, ...]:
    try:
        return identities(statement, scope)
    except FormulaError as error:
        entries = node.items()
        entries[error.part if error.part in entries else "formula"].fail(error.why, error.offset)


class _Grid:
    """The drawn header of a block: cells between bars, `<` merged to the left, `^` merged upwards.

    A block need not have one: then every line of it is a label and what was filled in.
    """

    def __init__(self, block: Node, also: Mapping[str, tuple[str, ...]]) -> None:
        node = block.items().get("header")
        self.lines = [
            [cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in (node.text().splitlines() if node else ())
            if line.strip()
        ]
        self.also = also
        self.width = len(self.lines[0]) if self.lines else 0
        for number, line in enumerate(self.lines, start=1):
            if node and len(line) != self.width:
                node.fail(f"line {number} of the drawing has {len(line)} cells, the first has {self.width}")
        if node and self.lines and ("^" in self.lines[0] or any(line[0] == "<" for line in self.lines)):
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
    if not grid.lines:
        return tuple(Column(key, (), types.get(key, "count"), units.get(key, "")) for key in keys)  # type: ignore[arg-type]
    starts = [column for column in range(label_columns, grid.width) if grid.lines[last][column] != "<"]
    if len(starts) != len(keys):
        node.fail(f"{len(keys)} columns are named, but the header draws {len(starts)}")
    if len(set(keys)) != len(keys):
        node.fail("a column is named twice")
    columns: list[Column] = []
    side = -1
    for key, start in zip(keys, starts, strict=True):
        kind: CellType = types.get(key, "count")  # type: ignore[assignment]
        side = len(columns) if kind == "label" else side
        own = side if kind != "label" else -1
        columns.append(Column(key, grid.path(start, label_columns), kind, units.get(key, ""), own))
    return tuple(columns)


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of a table with columns of its own. groups: Of the whole table, filled while its rows are read."""

    table: str
    columns: tuple[Column, ...]
    groups: dict[str, Group]
    notation: Notation


ROW_KEYS = ("label", "also", "rows", "repeat", "optional", "type", "unit")


def _rows(
    node: Node, block: _Block, outer: tuple[Label, ...] = (), prefix: str = ""
) -> Iterator[DataRow | RepeatedRow]:
    for key, value in node.items().items():
        name = f"{prefix}{key}"
        entries = {"label": value} if isinstance(value.value, str) else value.items(ROW_KEYS)
        if "repeat" in entries and entries["repeat"].value is not False:
            yield _repeated_row(name, entries, block, outer)
            continue
        also = entries["also"].texts() if "also" in entries else ()
        text, unit = _label_text(value, entries), entries["unit"].text() if "unit" in entries else ""
        # A form prints the unit of a row behind its label.
        notes = tuple(f"{wording}{block.notation.unit_note.format(unit=unit)}" for wording in (text, *also) if unit)
        label = Label(text, (*also, *notes))
        if "rows" not in entries:
            path = (*outer, *((label,) if label.text else ()))
            cells = tuple(CellKey(block.table, name, column.key) for column in block.columns)
            optional = "optional" in entries and entries["optional"].truth()
            yield DataRow(name, path, _columns_of(entries, unit, block.columns), cells, optional)
        else:
            rows = tuple(_rows(entries["rows"], block, (*outer, label), f"{name}."))
            block.groups[name] = Group(name, label, tuple(row.key for row in rows))
            yield from rows


def _columns_of(entries: Mapping[str, Node], unit: str, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns of a row, whose cells may be of another type or unit than those of other rows."""
    if "type" in entries:
        kind = entries["type"].choice(CELL_TYPES)
        columns = tuple(column._replace(type=kind) for column in columns)  # type: ignore[arg-type]
    return tuple(column._replace(unit=unit) for column in columns) if unit else columns


def _label_text(node: Node, entries: Mapping[str, Node]) -> str:
    """The label of a row; the short form may be empty, for a row that has none."""
    return node.value if isinstance(node.value, str) else _required(node, "label").text()


def _repeated_row(name: str, entries: Mapping[str, Node], block: _Block, outer: tuple[Label, ...]) -> RepeatedRow:
    for key in ("rows", "also", "optional"):
        if key in entries:
            entries[key].fail(f"a row that repeats cannot have '{key}'")
    repeat = entries["repeat"]
    given = {} if repeat.value is True else repeat.items(("min", "pattern"))
    least = given["min"].whole() if "min" in given else 0
    if least < 0:
        given["min"].fail("a row cannot stand less than no time")
    if least and "label" not in entries:
        given["min"].fail("a row that has to stand needs a 'label', by which it is called where it is missing")
    label = Label(entries["label"].text() if "label" in entries else "")
    pattern = _pattern(given["pattern"]) if "pattern" in given else None
    return RepeatedRow(name, label, outer, block.columns, least, pattern)


def _with_groups(template: Template, columns: tuple[str, ...], entries: Mapping[str, Node]) -> Template:
    """The template with the groups that the file names, and those that columns with a common prefix form."""
    row_groups, column_groups = dict(template.groups), dict(template.column_groups)
    for column in columns:
        prefix, dot, _ = column.rpartition(".")
        if dot:
            column_groups[prefix] = (*column_groups.get(prefix, ()), column)
    rows = [row.key for row in template.rows if not isinstance(row, HeaderRow)]
    for name, node in _optional(entries, "groups"):
        keys = node.texts()
        if not keys:
            node.fail("a group without columns or rows")
        for key in keys:
            if key not in columns and key not in rows:
                node.fail(f"'{key}' is neither a column nor a row of this table{nearest(key, (*columns, *rows))}")
        if keys[0] in columns:
            column_groups[name] = keys
        else:
            row_groups[name] = Group(name, Label(name), keys)
    return replace(template, groups=row_groups, column_groups=column_groups)


BETWEEN_KEYS = ("formula", "at", "tolerance", "severity")
IDENTITY_KEYS = (*BETWEEN_KEYS, "each", "rows", "columns")


def _statement(name: str, node: Node, keys: Iterable[str] = IDENTITY_KEYS) -> tuple[Statement, Severity | None]:
    entries = node.items(keys)
    each: Each = entries["each"].choice(("row", "column", "table")) if "each" in entries else "table"  # type: ignore[assignment]
    formula = _required(node, "formula")
    lines = entries[f"{each}s"].texts() if f"{each}s" in entries else None
    at = entries["at"].text() if "at" in entries else ""
    tolerance = _tolerance(entries["tolerance"]) if "tolerance" in entries else (Decimal(0), Decimal(0))
    severity = (
        Severity[entries["severity"].choice(("error", "warning", "info")).upper()] if "severity" in entries else None
    )
    try:
        return Statement(name, parse(formula.text()), each, lines, at, *tolerance), severity
    except FormulaError as error:
        formula.fail(error.why, error.offset)


def _tolerance(node: Node) -> tuple[Decimal, Decimal]:
    """The tolerance, and what is added to it for each figure: `0.02` or `{per-figure: 0.005}`."""
    given = node.items(("per-figure",)) if isinstance(node.value, dict) else {}
    value = given.get("per-figure", node)
    number = value.number()
    if number < 0:
        value.fail("a tolerance cannot be negative")
    return (Decimal(0), number) if given else (number, Decimal(0))
