"""What an editor shows between the characters: labels of number cells, and what a wrong total comes to."""

from collections.abc import Iterator
from decimal import Decimal

from lsprotocol import types

from reportlint.bound import BoundCell
from reportlint.diagnostic import Language, Span
from reportlint.document import Document
from reportlint.figures import plain
from reportlint.identities import CellKey
from reportlint.lsp.figures import called, cells
from reportlint.lsp.page import Page
from reportlint.lsp.settings import Settings
from reportlint.lsp.understood import Understood

LONGEST = 14  # code points of a label


def hints(understood: Understood, span: Span, settings: Settings) -> list[types.InlayHint]:
    """Those within a stretch of the text, in reading order."""
    document = understood.document
    if document is None or not understood.placed:
        return []
    page = understood.page
    should = dict(expected(document))
    found: list[tuple[int, types.InlayHint]] = []
    for cell in cells(document, span):
        end = cell.cell.span.end
        if cell.key in should:
            found.append((end, _hint(page, end, f"= {plain(should[cell.key])}", _why(settings.language))))
        if settings.hints == "all" or (settings.hints == "lines" and _alone(page, cell)):
            found.append((end, _hint(page, end, _shortly(cell), called(cell))))
    return [hint for _, hint in sorted(found, key=lambda pair: pair[0])]


def expected(document: Document) -> Iterator[tuple[CellKey, Decimal]]:
    """What should stand in each cell that is known to be wrong, and what each total that is wrong comes to."""
    arithmetic = document.arithmetic
    for verdict in arithmetic.unexplained:
        relation = verdict.identity.relation
        is_total = relation.operator == "=" and [key for _, key in relation.left.terms] == [verdict.identity.at]
        if is_total and verdict.right is not None:
            yield verdict.identity.at, verdict.right
    for key, value in arithmetic.missing_totals.items():
        if value is not None:
            yield key, value
    for culprit in arithmetic.culprits:
        yield culprit.cell.key, culprit.expected


def _alone(page: Page, cell: BoundCell) -> bool:
    """Whether nothing else stands on the cell's line, so that nobody sees what it is."""
    return page.line(page.number(cell.cell.span.start)).strip() == cell.cell.text


def _hint(page: Page, offset: int, label: str, tooltip: str) -> types.InlayHint:
    return types.InlayHint(page.position(offset), label, tooltip=tooltip, padding_left=True)


def _shortly(cell: BoundCell) -> str:
    """The innermost labels of row and column; the column comes first, since the rows are the longer ones."""
    row, column = cell.place
    labels = (*column[-1:], *row[-1:])
    return " · ".join(label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…" for label in labels)


def _why(language: Language) -> str:
    return "按勾稽关系应为" if language == "zh" else "what the identities ask for"
