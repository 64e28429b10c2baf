"""What may stand in certain cells: a type, bounds, one of some words, a pattern, so many decimals.

Its messages are `allowed`, `blank`, `decimals`, `pattern`, `range`, `type` and `unit`, with the placeholders `{found}`,
`{expected}`, `{row}`, `{column}` and `{table}`.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from reportlint.bound import BoundCell, cell_address
from reportlint.diagnostic import Finding, Place, Text
from reportlint.document import Document
from reportlint.errors import OptionError, PartMissing
from reportlint.figures import Value, ValueKind, answer, plain
from reportlint.formulas import once
from reportlint.profile import FRACTIONS, SIGNED, TEXTS, YES_NO, Profile
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind
from reportlint.wording import fold
from reportlint.yamlfile import nearest

ADDRESS = Pattern(r"https?://[^\s/]+\S*")
NAMES = {
    "count": Text("非负整数", "a whole number that is not negative"),
    "signed": Text("整数", "a whole number"),
    "money": Text("不小于 0 的数", "a number that is not negative"),
    "decimal": Text("数", "a number"),
    "text": Text("文字", "words"),
    "url": Text("网址", "an address on the web"),
    "yes-no": Text("“是”或“否”", "yes or no"),
}
SHOWN = 40


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """Which cells, and what has to hold of each. A blank cell breaks nothing but `required`.

    table, rows, columns: Keys; a `*` in one stands for anything. All rows, where none is named, and all columns, but
        not those of words where a number is asked for.
    type: count, signed (whole numbers), money, decimal, text, url or yes-no, in the words of the
        language and with or without a ticked box before them.
    min, max: Bounds of the number.
    allowed: The only contents, or those that are right whatever else is asked: /, N/A.
    pattern: What the whole content fits.
    required: Whether it may not be blank.
    unit: The only unit that the cell may state.
    decimals: The most places after the point.
    """

    table: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    type: Literal["count", "signed", "money", "decimal", "text", "url", "yes-no"] | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    allowed: tuple[str, ...] = ()
    pattern: Pattern | None = None
    required: bool = False
    unit: str | None = None
    decimals: int | None = None

    def __post_init__(self) -> None:
        if not self.asks_more and not self.allowed and not self.required:
            raise ValueError(
                "nothing is asked of the cells: type, min, max, allowed, pattern, required, unit, decimals"
            )
        if self.min is not None and self.max is not None and self.min > self.max:
            raise OptionError(("max",), "the most is less than the least")
        if self.decimals is not None and self.decimals < 0:
            raise OptionError(("decimals",), "there are no fewer than 0 decimals")

    @property
    def numeric(self) -> bool:
        """Whether a number is asked for."""
        bounds = (self.min, self.max, self.unit, self.decimals)
        return (self.type or "text") not in TEXTS or any(item is not None for item in bounds)

    @property
    def asks_more(self) -> bool:
        """Whether anything is asked but that the content is one of those allowed."""
        asked = (self.type, self.min, self.max, self.pattern, self.unit, self.decimals)
        return any(item is not None for item in asked)


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    tables = [once(table) for profile in profiles for table in profile.tables]
    chosen = [table for table in tables if _is_named(table.key, (options.table,))]
    if not profiles:
        return
    if not chosen:
        names = sorted({table.key for table in tables})
        raise OptionError(("table",), f"no form has a table '{options.table}'{nearest(options.table, names)}")
    rows = {row.key for table in chosen for row in table.data_rows}
    columns = {column.key for table in chosen for row in table.data_rows for column in row.columns}
    for what, wanted, known in (("row", options.rows, rows), ("column", options.columns, columns)):
        for name in wanted:
            if not any(_is_named(key, (name,)) for key in known):
                names = sorted({key.partition("#")[0] for key in known})
                raise OptionError((f"{what}s",), f"the table has no {what} '{name}'{nearest(name, names)}")


def _is_named(key: str, names: Iterable[str]) -> bool:
    """Whether one of the names is this key's; all rows of one that repeats go by its name."""
    return any(_fits(own, name) for name in names for own in {key, key.partition("#")[0]})


def _fits(key: str, name: str) -> bool:
    if "*" not in name:
        return key == name
    first, *middle, last = name.split("*")
    if not key.startswith(first) or not key.endswith(last) or len(key) < len(first) + len(last):
        return False
    place, end = len(first), len(key) - len(last)
    for part in middle:
        found = key.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


class Wrong(NamedTuple):
    """What a cell breaks, and what should stand there."""

    variant: str
    expected: Text


def check(document: Document, options: Options) -> Iterator[Finding]:
    if not any(_is_named(key, (options.table,)) for key in document.binding.tables):
        raise PartMissing(options.table)
    # A wrong figure is told with the sums that it breaks, and what should stand there.
    culprits = {culprit.cell.key for culprit in document.arithmetic.culprits}
    for cell in _chosen(document, options):
        wrong = _wrong(document, cell.cell.text, cell.value, options)
        if wrong and not (wrong.variant == "range" and cell.key in culprits):
            yield _finding(document, cell, wrong)


def _chosen(document: Document, options: Options) -> Iterator[BoundCell]:
    for key, table in document.binding.tables.items():
        if not _is_named(key, (options.table,)):
            continue
        for row in table.cells.rows:
            if options.rows and not _is_named(row, options.rows):
                continue
            for cell in table.cells.of(row):
                named = _is_named(cell.key.column, options.columns)
                # What is asked of numbers is not asked of words that stand there by rights, unless somebody says so.
                if named or (not options.columns and not (options.numeric and cell.type in TEXTS)):
                    yield cell


def _wrong(document: Document, text: str, value: Value, options: Options) -> Wrong | None:
    folded = fold(text).strip()
    if not folded:
        return Wrong("blank", _kind(options) or Text("内容", "something")) if options.required else None
    if folded in {fold(token) for token in options.allowed}:
        return None
    if options.allowed and not options.asks_more:
        return Wrong("allowed", Text("、".join(options.allowed), ", ".join(options.allowed)))
    kind = _kind(options)
    if kind and not _is_of(document, folded, value, options.type or "decimal"):
        return Wrong("type", kind)
    if options.pattern is not None and options.pattern.compiled.fullmatch(folded) is None:
        return Wrong("pattern", Text(options.pattern.text, options.pattern.text))
    return _wrong_number(value, options)


def _kind(options: Options) -> Text | None:
    """The type that is asked for; a number, where there are bounds or decimals."""
    if options.type is not None:
        return NAMES[options.type]
    return NAMES["decimal"] if options.numeric else None


def _is_of(document: Document, folded: str, value: Value, kind: str) -> bool:
    if kind == YES_NO:
        return answer(folded, document.profile.notation).kind is ValueKind.NUMBER
    if kind == "url":
        return ADDRESS.compiled.fullmatch(folded) is not None
    if kind in TEXTS:
        return value.kind is ValueKind.WORDS
    number = value.number
    if number is None:
        return False
    return (kind in SIGNED or number >= 0) and (kind in FRACTIONS or number == number.to_integral_value())


def _wrong_number(value: Value, options: Options) -> Wrong | None:
    number = value.number
    if number is None:
        return None
    if options.unit is not None and value.unit not in ("", options.unit):
        return Wrong("unit", Text(options.unit, options.unit))
    if options.min is not None and number < options.min:
        least = plain(options.min)
        return Wrong("range", Text(f"不小于 {least}", f"at least {least}"))
    if options.max is not None and number > options.max:
        most = plain(options.max)
        return Wrong("range", Text(f"不大于 {most}", f"at most {most}"))
    exponent = number.as_tuple().exponent
    if options.decimals is not None and isinstance(exponent, int) and -exponent > options.decimals:
        count = options.decimals
        return Wrong("decimals", Text(f"至多 {count} 位小数", f"at most {count} decimals"))
    return None


def _finding(document: Document, cell: BoundCell, wrong: Wrong) -> Finding:
    row, column = cell.place
    title = document.profile.table(cell.key.table).title
    text = cell.cell.text
    return Finding(
        span=cell.cell.span,
        facts={
            "found": text if len(text) <= SHOWN else f"{text[:SHOWN]}…",
            "expected": wrong.expected,
            "row": cell.names[0],
            "column": cell.names[1],
            "table": title,
        },
        variant=wrong.variant,
        place=Place(title, cell.key.table, row, column),
        address=cell_address(*cell.address),
        found=text,
    )


def undecided(document: Document, options: Options) -> bool:
    """Whether a table that is meant could not be read, or a row of it."""
    meant = [table.key for table in document.profile.tables if _is_named(table.key, (options.table,))]
    return any(key not in document.binding.tables for key in meant)


KIND = RuleKind("cell-values", Options, check, undecided, fits)
