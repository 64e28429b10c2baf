"""A unit taken out of a number cell: the figure in the unit that the header states, or the unit put into the header."""

from decimal import Decimal

from reportlint.bound import BoundCell
from reportlint.diagnostic import Edit, Fix, Text
from reportlint.document import Document
from reportlint.figures import plain
from reportlint.mending import replacement
from reportlint.report import Cell
from reportlint.wording import fold, words


def stated_unit(document: Document, cell: BoundCell) -> str:
    """The unit of money that the header of the cell states; empty where it states none."""
    units = sorted(document.profile.notation.money, key=len, reverse=True)
    return cell.unit or next((unit for unit in units if any(unit in label.text for label in cell.column)), "")


def mended(document: Document, cell: BoundCell, stated: str) -> tuple[str, Fix | None]:
    """What the cell should hold, and the fix that makes it so.

    An amount of money whose unit stands nowhere else keeps it: it moves into the header where the form knows such a
    header, and is only hinted at where it does not.
    """
    number, unit, money = cell.value.number, cell.value.unit, document.profile.notation.money
    if number is None:
        return "", None
    converted = number * money[unit] / money[stated] if unit in money and stated in money else number
    expected = plain(converted)
    # As it is written, with its separators; 22件（其中修订16件） says more than its figure.
    written = cell.cell.text.strip().removesuffix(unit).rstrip() if converted == number else expected
    if not _is_figure(written, converted):
        return expected, replacement(cell.cell.span, expected, "display")
    if unit not in money or stated in money:
        return expected, replacement(cell.cell.span, written)
    return expected, _into_header(document, cell, written) or replacement(cell.cell.span, written, "display")


def _is_figure(text: str, number: Decimal) -> bool:
    bare = fold(text).replace(",", "").removeprefix("+").replace("−", "-")
    try:
        return bare.isascii() and Decimal(bare) == number
    except ArithmeticError:
        return False


def _into_header(document: Document, cell: BoundCell, written: str) -> Fix | None:
    """The unit moves to the label of the column, in a wording that the form has for that."""
    label, unit = cell.column[-1], cell.value.unit
    wording = min((text for text in label.also if words(text) == words(f"{label.text}{unit}")), key=len, default=None)
    header = _header(document, cell) if wording else None
    if wording is None or header is None:
        return None
    title = Text(f"改为“{written}”，表头写“{wording}”", f"write “{written}”, and “{wording}” in the header")
    return Fix("unsafe", title, tuple(sorted((Edit(header.span, wording), Edit(cell.cell.span, written)))))


def _header(document: Document, cell: BoundCell) -> Cell | None:
    number, row, _ = cell.address
    table = next((table for table in document.report.tables() if table.number == number), None)
    above = reversed(table.rows[: row - 1]) if table else ()
    mine = words(cell.column[-1].text)
    return next((other for line in above for other in line.cells if words(other.text) == mine), None)
