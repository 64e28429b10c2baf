"""What an editor shows between the characters: labels of number cells, and what a wrong total comes to."""

from collections.abc import Iterator

from lsprotocol import types

from reportlint.bound import BoundCell
from reportlint.diagnostic import Language, Span
from reportlint.figures import plain
from reportlint.lsp.figures import called, cells
from reportlint.lsp.page import Page
from reportlint.lsp.settings import Settings
from reportlint.lsp.understood import Understood

LONGEST = 14  # code points of a label


def hints(understood: Understood, span: Span, settings: Settings, language: Language) -> list[types.InlayHint]:
    """Those within a stretch of the text, in reading order."""
    document = understood.document
    if document is None or not understood.placed:
        return []
    page = understood.page
    should = dict(expected(understood))
    found: list[tuple[int, types.InlayHint]] = []
    for cell in cells(document, span):
        end = cell.cell.span.end
        if cell.cell.span in should:
            found.append((end, _hint(page, end, f"= {should[cell.cell.span]}", _why(language))))
        if settings.hints == "all" or (settings.hints == "lines" and _alone(page, cell)):
            found.append((end, _hint(page, end, _shortly(cell), called(cell))))
    return [hint for _, hint in sorted(found, key=lambda pair: pair[0])]


def expected(understood: Understood) -> Iterator[tuple[Span, str]]:
    """What should stand in each cell that a diagnostic calls wrong, and in each blank total."""
    document = understood.document
    for key, value in document.arithmetic.missing_totals.items() if document else ():
        if value is not None and document is not None:
            yield document.arithmetic.cells[key].cell.span, plain(value)
    for found in understood.checked.standing:
        if found.place and found.place.table and found.expected:
            yield found.span, found.expected


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
    return "应为" if language == "zh" else "what should stand here"
