"""An identity that a rule states of its own, over cells and figures in the text.

Its messages and their placeholders are `sum` and `relation` of the kind `identity`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from typing import Literal

from reportlint.arithmetic import Overlaid
from reportlint.bound import BoundCell
from reportlint.diagnostic import Finding, Span
from reportlint.document import Document
from reportlint.errors import OptionError, PartMissing
from reportlint.figures import ValueKind
from reportlint.figures import figure as read_figure
from reportlint.formulas import FROM_TEXT, Scope, Shape, identities, once, shape_of
from reportlint.identities import CellKey, FormulaError, Identity, Outcome, Verdict, judge
from reportlint.kinds import sums
from reportlint.profile import Column, Label, Profile, Statement, Template
from reportlint.records import dataclass
from reportlint.report import Cell
from reportlint.rule import Pattern, RuleKind
from reportlint.statements import parse
from reportlint.wording import fold
from reportlint.yamlfile import nearest

LONGEST_QUOTE = 30


@dataclass(frozen=True, kw_only=True, eq=False)
class Figure:
    """A figure that the text gives.

    pattern: What the text says, with the figure in the group `value`.
    section: The section in which it is looked for; the whole report, where none is named.
    unit: Of money, in the language of the report, where it is an amount; it is converted to the unit of the cells.
    """

    pattern: Pattern
    section: str | None = None
    unit: str | None = None

    def __post_init__(self) -> None:
        if "value" not in self.pattern.groups:
            raise OptionError(("pattern",), "the pattern needs the group (?P<value>…), which holds the figure")


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """What has to hold, in the language of identities.

    formula: It names a cell as table/row[column] and a figure of the text as $name; with `each`, columns or rows alone.
    each: row or column, where it has to hold for each of a table; it is then the table's.
    table: The table of names that stand without one.
    rows, columns: For which of them it has to hold; for all, where none is named.
    tolerance: The largest difference that is not reported, in the unit of the cell that it is reported at.
    per_figure: So much more for each figure of the formula, as for figures that were rounded one by one.
    at: The cell or figure where it is reported: else the first figure of the text, or the first cell.
    figures: What the text says. Of a figure that it gives several times each is judged.
    """

    formula: str
    each: Literal["row", "column", "table"] = "table"
    table: str | None = None
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    tolerance: Decimal = Decimal(0)
    per_figure: Decimal = Decimal(0)
    at: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, amount in (("tolerance", self.tolerance), ("per-figure", self.per_figure)):
            if amount < 0:
                raise OptionError((name,), "a tolerance cannot be negative")
        for name, lines in (("row", self.rows), ("column", self.columns)):
            if lines and self.each != name:
                raise OptionError((f"{name}s",), f"'{name}s' goes with 'each: {name}'")
        try:
            parse(self.formula)
        except FormulaError as error:
            raise OptionError(("formula",), error.why, error.offset) from error

    @property
    def statement(self) -> Statement:
        lines = self.rows or self.columns
        tolerances = self.tolerance, self.per_figure
        return Statement("", parse(self.formula), self.each, lines or None, self.at, *tolerances)


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    sections = {section.key for profile in profiles for section in profile.sections}
    for name, figure in options.figures.items():
        if figure.section is not None and figure.section not in sections:
            why = f"no form has a section '{figure.section}'{nearest(figure.section, sections)}"
            raise OptionError(("figures", name, "section"), why)
        money = dict.fromkeys(unit for profile in profiles for unit in profile.notation.money)
        if profiles and figure.unit is not None and figure.unit not in money:
            raise OptionError(("figures", name, "unit"), f"'{figure.unit}' is not one of {', '.join(money)}")
    first: FormulaError | None = None
    for profile in profiles:
        try:
            identities(options.statement, _scope(options, {table.key: once(table) for table in profile.tables}))
        except FormulaError as error:
            first = first or error
        else:
            return
    if first is not None:
        raise OptionError((first.part,), first.why, first.offset)


def _scope(options: Options, templates: Mapping[str, Template]) -> Scope:
    shapes = {key: shape_of(template) for key, template in templates.items()}
    units = {name: figure.unit or "" for name, figure in options.figures.items()}
    return Scope(_home(options, shapes), shapes, units)


def _home(options: Options, shapes: Mapping[str, Shape]) -> Shape | None:
    if options.table is None:
        return None
    if options.table not in shapes:
        raise FormulaError(f"no form has a table '{options.table}'{nearest(options.table, shapes)}", part="table")
    return shapes[options.table]


def check(document: Document, options: Options) -> Iterator[Finding]:
    for books, verdict in _judged(document, options):
        if verdict.outcome is Outcome.BROKEN:
            yield sums.finding(books, verdict)


def undecided(document: Document, options: Options) -> bool:
    return all(verdict.outcome is Outcome.UNDECIDED for _, verdict in _judged(document, options))


def _judged(document: Document, options: Options) -> Iterator[tuple[sums.Ledger, Verdict]]:
    """The identity for each row or column, and for each time that the text gives its figures."""
    bound = document.binding.tables
    templates = {
        table.key: bound[table.key].template if table.key in bound else once(table) for table in document.profile.tables
    }
    try:
        found = identities(options.statement, _scope(options, templates))
    except FormulaError:
        raise PartMissing(options.formula) from None  # this form does not have the cell; another one does
    given = {name: list(_given(document, name, figure)) for name, figure in options.figures.items()}
    # A total that does not fit what it adds up is told as that; if it is the total that is wrong, this may hold.
    totals = _totals_told(document)
    seen: set[tuple[Span, str]] = set()
    for books in _ledgers(document, given):
        for identity in found:
            verdict = judge(identity, books.figures)
            if verdict.outcome is Outcome.BROKEN:
                if judge(identity, Overlaid(books.figures, totals)).outcome is Outcome.HOLDS:
                    verdict = verdict._replace(outcome=Outcome.UNDECIDED)
                elif not _is_new(books, identity, seen):
                    continue
            yield books, verdict


def _totals_told(document: Document) -> dict[CellKey, Decimal | None]:
    """What the totals of sums that nobody could explain come to."""
    found: dict[CellKey, Decimal | None] = {}
    for verdict in document.arithmetic.unexplained:
        left = verdict.identity.relation.left.terms
        if len(left) == 1 and left[0][0] == 1:
            found.setdefault(left[0][1], verdict.right)
    return found


def _is_new(books: sums.Ledger, identity: Identity, seen: set[tuple[Span, str]]) -> bool:
    """Whether it was not told yet of these very figures."""
    place = (sums.carrier(books, identity).cell.span, identity.along)
    if place in seen:
        return False
    seen.add(place)
    return True


def _ledgers(document: Document, given: Mapping[str, list[BoundCell]]) -> Iterator[sums.Ledger]:
    """The figures of the report with those of the text: first the first of each, then the second, and so on."""
    mended, cells = document.arithmetic.mended, document.arithmetic.cells
    for turn in range(max((len(times) for times in given.values()), default=1) or 1):
        own = {times[0].key: times[min(turn, len(times) - 1)] for times in given.values() if times}
        numbers = {key: cell.value.addend for key, cell in own.items()}
        yield sums.Ledger(document, Overlaid(cells, own), Overlaid(mended, numbers))


def _given(document: Document, name: str, figure: Figure) -> Iterator[BoundCell]:
    """Each time that the text gives the figure, as if it stood in a cell."""
    key = CellKey(FROM_TEXT, name, "")
    column = Column("", (), "decimal", figure.unit or "")
    for paragraph in document.paragraphs(figure.section):
        for match in figure.pattern.finditer(fold(paragraph.text)):
            index = figure.pattern.numbers["value"]
            start, end = match.start(index), match.end(index)
            value = read_figure(paragraph.text[start:end], document.profile.notation)
            if start < 0 or value.kind is not ValueKind.NUMBER:
                continue
            first = paragraph.span.start
            quote = " ".join(paragraph.text[match.start() : match.end()].split())
            quote = quote if len(quote) <= LONGEST_QUOTE else f"{quote[:LONGEST_QUOTE]}…"
            cell = Cell(Span(first + start, first + end), paragraph.text[start:end], 1)
            yield BoundCell(key, cell, value, (Label(f"“{quote}”"),), column, (0, 0))


KIND = RuleKind("formula", Options, check, undecided, fits)
