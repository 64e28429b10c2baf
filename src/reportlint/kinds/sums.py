"""An identity that does not hold, in words: the figures that were added up, each with its label where it needs one."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from reportlint.bound import BoundCell, cell_address
from reportlint.diagnostic import Finding, Place, Related, Text
from reportlint.document import Document
from reportlint.figures import UNITS, ValueKind, plain
from reportlint.formulas import FROM_TEXT
from reportlint.identities import CellKey, Figures, Identity, Sum, Verdict

MOST_TERMS = 8  # a longer sum shows the figures that are not 0


class Ledger(NamedTuple):
    """What figures are looked up in. cells: Where each stands. figures: What each counts."""

    document: Document
    cells: Mapping[CellKey, BoundCell]
    figures: Figures


def finding(books: Ledger, verdict: Verdict, variant: str = "") -> Finding:
    """A broken identity at the cell that carries its total; variant `sum` or `relation` unless one is given."""
    identity = verdict.identity
    cell = carrier(books, identity)
    row, column = cell.place
    left = identity.relation.left.terms
    is_sum = len(left) == 1 and identity.relation.operator == "=" and left[0][1] == identity.at
    expected = _expected(verdict) if is_sum else None
    return Finding(
        span=cell.cell.span,
        facts={
            "found": shown(cell),
            "expected": expected or "",
            "row": row[-1] if row else "",
            "column": column[-1] if column else "",
            "sentence": sentence(books, verdict),
            "figures": labelled(books, verdict),
            "left": side(books, identity.relation.left, verdict.left, identity.unit),
            "right": side(books, identity.relation.right, verdict.right, identity.unit),
            "difference": plain(abs(verdict.difference)),
        },
        variant=variant or ("sum" if is_sum else "relation"),
        place=place(books.document, cell),
        address=cell_address(*cell.address) if cell.key.table != FROM_TEXT else None,
        found=cell.cell.text,
        expected=expected,
        related=tuple(operands(books, verdict)),
    )


def carrier(books: Ledger, identity: Identity) -> BoundCell:
    """The cell where it is reported; one of those added up, where that one cannot be read."""
    return books.cells[identity.at if identity.at in books.cells else identity.cells[0]]


def _expected(verdict: Verdict) -> str | None:
    """What the total should be, in the unit of its own cell."""
    ((factor, _),) = verdict.identity.relation.left.terms
    if verdict.right is None:
        return None
    expected = verdict.right / factor
    return plain(expected) if expected * factor == verdict.right else None


def ledger(document: Document) -> Ledger:
    return Ledger(document, document.arithmetic.cells, document.arithmetic.figures)


def sentence(books: Ledger, verdict: Verdict) -> Text:
    """The identity with its figures: 总计为 3，但 1 + 0 + 0 = 1."""
    relation, unit = verdict.identity.relation, verdict.identity.unit
    left, right = relation.left, relation.right
    if len(left.terms) == 1 and not left.constant and _times(books, *left.terms[0], unit) == 1:
        cell = books.cells[left.terms[0][1]]
        own, shown_right = label(books, verdict, cell), addends(books, right, unit)
        sums = _with_total(shown_right, verdict.right, unit)
        found = shown(cell) + (cell.unit if unit else "")
        if not verdict.identity.table and len(right.terms) == 1 and not right.constant:
            other = label(books, verdict, books.cells[right.terms[0][1]])
            return Text(
                f"{own}为 {found}，但{other}为 {shown_right}", f"{own} is {found}, but {other} is {shown_right}"
            )
        return Text(f"{own}为 {found}，但 {sums}", f"{own} is {found}, but {sums}")
    lefts, rights = side(books, left, verdict.left, unit), side(books, right, verdict.right, unit)
    return Text(f"{lefts}，但 {rights}", f"{lefts}, but {rights}")


def side(books: Ledger, added: Sum, value: Decimal | None, unit: str = "") -> str:
    return _with_total(addends(books, added, unit), value, unit)


def _with_total(terms: str, value: Decimal | None, unit: str) -> str:
    total = f"{plain(value)}{unit}" if value is not None else "?"
    return f"{terms} = {total}" if terms != total else terms


def addends(books: Ledger, added: Sum, unit: str = "") -> str:
    """The figures of one side as they are added: 1 + 0 − 2; of a long sum those that are not 0.

    unit: The common one, where the cells are in several; each figure is then shown with its own.
    """
    values = [(factor, key, books.figures.get(key) or Decimal(0)) for factor, key in added.terms]
    few = values if len(values) <= MOST_TERMS else [item for item in values if item[2]]
    text = ""
    for factor, key, value in few:
        own = books.cells[key].unit if unit else ""
        times = abs(_times(books, factor, key, unit))
        sign = "−" if factor < 0 else "+"
        size = plain(value) if times == 1 else f"{plain(times)}×{plain(value)}"
        size = f"({size})" if value < 0 else size
        size += own
        text += f" {sign} {size}" if text else (f"−{size}" if factor < 0 else size)
    if len(few) < len(values):
        text = f"{text} + 0 + …" if text else "0 + 0 + …"
    if added.constant or not text:
        text += f" + {plain(added.constant)}" if text else plain(added.constant)
    return text


def _times(books: Ledger, factor: Decimal, key: CellKey, unit: str) -> Decimal:
    """How often the formula itself counts the figure, which may be converted to the common unit besides."""
    own = books.cells[key].unit if unit else ""
    return factor / (UNITS[own] / UNITS[unit]) if own in UNITS else factor


def operands(books: Ledger, verdict: Verdict) -> Iterator[Related]:
    """Every figure that went into the identity but the one it is reported at, zeros of a long sum left out."""
    keys = [key for key in verdict.identity.cells if key != verdict.identity.at]
    for key in keys:
        cell = books.cells[key]
        if len(keys) > MOST_TERMS and cell.value.number == 0:
            continue
        own = label(books, verdict, cell)
        blank = cell.value.kind is not ValueKind.NUMBER
        yield Related(
            cell.cell.span,
            Text(f"{own} {shown(cell)}", f"{own} {shown(cell)}")
            if not blank
            else Text(f"{own} 未填数字，按 0 计", f"{own} is no number and counts 0"),
        )


def labelled(books: Ledger, verdict: Verdict) -> str:
    """Each figure of the identity with its label."""
    return "，".join(
        f"{label(books, verdict, cell)} {shown(cell)}" for cell in map(books.cells.__getitem__, verdict.identity.cells)
    )


def label(books: Ledger, verdict: Verdict, cell: BoundCell) -> str:
    """The label that tells the cell apart within the identity.

    Its column along a row, its row down a column; between tables, the table as well as row and column.
    """
    row, column = cell.place
    identity = verdict.identity
    if not identity.table or cell.key.table != identity.table:
        where = place(books.document, cell)
        title = where.section if where else ""
        return "·".join(filter(None, (title, *row[-1:], *column[-1:])))
    along_row = identity.along in books.document.table(identity.table).rows
    labels = (column or row) if along_row else (row or column)
    return labels[-1] if labels else ""


def shown(cell: BoundCell) -> str:
    return plain(cell.value.number) if cell.value.number is not None else cell.cell.text or "空"


def place(document: Document, cell: BoundCell) -> Place | None:
    """Section, table, row and column; None for a figure from the text."""
    if cell.key.table == FROM_TEXT:
        return None
    row, column = cell.place
    section = document.profile.table(cell.key.table).section
    return Place(document.profile.section(section).title, cell.key.table, row, column)
