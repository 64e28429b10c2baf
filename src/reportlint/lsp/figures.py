"""Number cells of an understood report: which one is at a place, what it is called, and which sums it is in."""

from collections.abc import Iterator
from decimal import Decimal

from reportlint.bound import BoundCell
from reportlint.diagnostic import Language, Span, Text
from reportlint.document import Document
from reportlint.engine import Library
from reportlint.figures import plain
from reportlint.identities import CellKey, Outcome, Sum, Verdict

MOST_TERMS = 10  # a longer sum shows the figures that are not 0
OUTCOMES = {
    Outcome.HOLDS: ("✓", Text("成立", "holds")),
    Outcome.BROKEN: ("✗", Text("不成立", "does not hold")),
    Outcome.UNDECIDED: ("?", Text("无法判断", "cannot be told")),
}


def cells(document: Document, span: Span) -> Iterator[BoundCell]:
    """The number cells that lie within or touch a stretch of the text."""
    for table in document.binding.tables.values():
        if table.span.end < span.start or table.span.start > span.end:
            continue
        for row in table.cells.rows.values():
            for place, cell in enumerate(row.cells):
                if cell.span.start <= span.end and span.start <= cell.span.end:
                    yield row.bound(place)


def cell_at(document: Document, offset: int) -> BoundCell | None:
    """The number cell at this code point, its end included."""
    return next(cells(document, Span(offset, offset)), None)


def called(cell: BoundCell) -> str:
    """Row and column with all their labels."""
    row, column = cell.place
    return " × ".join(" › ".join(labels) for labels in (row, column) if labels)


def verdicts(document: Document, cell: CellKey) -> Iterator[Verdict]:
    """Those of the identities that the cell is in."""
    for verdict in document.arithmetic.verdicts:
        if verdict.identity.table == cell.table and cell in verdict.identity.cells:
            yield verdict


def operands(document: Document, cell: CellKey) -> Iterator[BoundCell]:
    """The other cells of the identities that are reported at this cell; else of all that it is in."""
    known = list(verdicts(document, cell))
    own = [verdict for verdict in known if verdict.identity.at == cell] or known
    for key in dict.fromkeys(key for verdict in own for key in verdict.identity.cells):
        if key != cell and key in document.arithmetic.cells:
            yield document.arithmetic.cells[key]


def sentence(document: Document, verdict: Verdict, language: Language) -> str:
    """The identity with its labels, its figures and its verdict."""
    identity = verdict.identity
    relation = identity.relation
    mark, words = OUTCOMES[verdict.outcome]
    left, right = (_side(document, verdict, side) for side in (relation.left, relation.right))
    sums = f"{_valued(left, relation.left, verdict.left)} {relation.operator} "
    sums += _valued(right, relation.right, verdict.right)
    return f"{mark} {identity.name}: {sums} — {words.to(language)}"


def _valued(shown: str, side: Sum, value: Decimal | None) -> str:
    if len(side.terms) == 1 and not side.constant:
        return shown
    return f"({shown} = {plain(value) if value is not None else '?'})"


def _side(document: Document, verdict: Verdict, side: Sum) -> str:
    figures = document.arithmetic.figures
    parts: list[str] = []
    left_out = False
    for factor, key in side.terms:
        value = figures.get(key)
        if value == 0 and len(side.terms) > MOST_TERMS:
            left_out = True
            continue
        size = "?" if value is None else plain(value)
        size = size if abs(factor) == 1 else f"{plain(abs(factor))}×{size}"
        sign = "− " if factor < 0 else "+ " if parts else ""
        parts.append(f"{sign}{_label(document, verdict, key)} {size}".strip())
    if side.constant or not parts:
        parts.append(("+ " if parts else "") + plain(side.constant))
    return " ".join(parts) + (" + 0 + …" if left_out else "")


def _label(document: Document, verdict: Verdict, key: CellKey) -> str:
    """What tells the cell apart within the identity: its column along a row, its row down a column."""
    cell = document.arithmetic.cells.get(key)
    if cell is None:
        return f"{key.row}[{key.column}]"
    row, column = cell.place
    along_row = any(each.key == verdict.identity.along for each in document.table(key.table).template.data_rows)
    labels = (column or row) if along_row else (row or column)
    return labels[-1] if labels else ""


def sources(document: Document, library: Library, names: set[str], language: Language) -> list[str]:
    """The rules that report these identities, each with its code and its legal source."""
    return [
        f"{rule.code} {rule.name}: {rule.wording.source.to(language)}"
        for rule in library.selected
        if names.intersection(rule.identities) and rule.applies(document)
    ]
