"""Plain text: prose, tables of one cell per line that begins with a tab, and tables with bars.

One cell per line: a line that begins with a tab is a cell, a line without one goes on with the cell above,
an empty line ends the row and two end the table. Bars: a line that ends (or begins) with a bar is a row.
Several tabs in one line, as a copied spreadsheet has them, make a row of that line.
"""

import re
from collections.abc import Iterator

from reportlint.diagnostic import Span
from reportlint.report import Block, Cell, Paragraph, Row, TableEnd
from reportlint.source import LINE_END, Source
from reportlint.wording import ARTEFACT, NUMERALS

# A cell that runs on never begins like a section: there the table was ended by the heading alone.
SECTION_LIKE = re.compile(rf"\s*[{NUMERALS}]{{1,3}}\s*、")
RULER = re.compile(r"[|｜\s:+-]*-[|｜\s:+-]*")
BARS = "|｜"
BLANKS = " \t\u3000\xa0\u200b\ufeff\x0b\x0c"


def read(source: Source) -> Iterator[Block]:
    """The blocks of a text file, in order."""
    row: list[Cell] = []
    open_table = False
    blank_lines = 0
    for start, end, line in _lines(source.text):
        stripped = line.strip(BLANKS)
        tabbed = line.startswith("\t")
        if not stripped and not tabbed:
            blank_lines += 1
            if row:
                yield _row(row)
                row = []
            if open_table and blank_lines == 2:
                yield TableEnd(Span(start, start))
                open_table = False
            continue
        if tabbed and "\t" not in stripped:
            row.append(_cell(line, start, len(row) + 1))
        elif split := _split(line, stripped):
            if row:
                yield _row(row)
                row = []
            if not RULER.fullmatch(stripped):
                yield _row(list(_cells(line, start, split)))
            open_table, blank_lines = True, 0
            continue
        elif row and blank_lines == 0 and not SECTION_LIKE.match(line):
            row[-1] = _continued(row[-1], stripped, start + line.index(stripped[0]), end)
        else:
            if row:
                yield _row(row)
                row = []
            if open_table:
                yield TableEnd(Span(start, start))
                open_table = False
            first = start + len(line) - len(line.lstrip(BLANKS))
            yield Paragraph(Span(first, first + len(stripped)), stripped)
            blank_lines = 0
            continue
        open_table, blank_lines = True, 0
    if row:
        yield _row(row)
    if open_table:
        yield TableEnd(Span(len(source.text), len(source.text)))


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end without the line end, and text of each line."""
    start = 0
    for match in LINE_END.finditer(text):
        yield start, match.start(), text[start : match.start()]
        start = match.end()
    if start < len(text):
        yield start, len(text), text[start:]


def _cell(line: str, start: int, number: int) -> Cell:
    text = line.strip(BLANKS)
    first = start + (line.index(text[0]) if text else 1)
    return Cell(Span(first, first + len(text)), _clean(text), number)


def _continued(cell: Cell, text: str, start: int, end: int) -> Cell:
    first = cell.span.start if cell.text else start
    return Cell(Span(first, start + len(text)), cell.text + _clean(text), cell.number)


def _clean(text: str) -> str:
    return ARTEFACT.sub("", text).strip(BLANKS) if "[" in text else text


def _row(cells: list[Cell]) -> Row:
    return Row(Span(cells[0].span.start, cells[-1].span.end), tuple(cells))


def _split(line: str, stripped: str) -> str:
    """The characters that part the cells of this line; empty where it is no row of cells."""
    if stripped[-1] in BARS or stripped[0] in BARS:
        return BARS
    if stripped.count("\t") >= 2 or (line.startswith("\t") and "\t" in stripped):
        return "\t"
    return ""


def _cells(line: str, start: int, separators: str) -> Iterator[Cell]:
    body = line.strip("\u3000\xa0 " + ("\t" if separators == BARS else ""))
    offset = start + line.index(body) if body else start
    if separators == BARS and body[0] in BARS:
        body, offset = body[1:], offset + 1
    pieces = re.split(rf"[{separators}]", body)
    if separators == BARS and body[-1] in BARS:
        pieces.pop()
    for number, piece in enumerate(pieces, start=1):
        text = piece.strip(BLANKS)
        first = offset + (piece.index(text[0]) if text else 0)
        yield Cell(Span(first, first + len(text)), _clean(text), number)
        offset += len(piece) + 1
