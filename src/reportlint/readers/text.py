"""Plain text: prose, tables of one cell per line that begins with a tab, and tables with bars.

One cell per line: a line that begins with a tab is a cell, a line without one goes on with the cell above,
an empty line ends the row and two end the table. Bars: a line that ends (or begins) with a bar is a row.
Several tabs in one line, as a copied spreadsheet has them, make a row of that line; there a short line without
a tab right above such a line is a row of one cell.
"""

import re
from collections.abc import Callable, Iterator
from itertools import accumulate

from reportlint.diagnostic import Span
from reportlint.report import Block, Cell, Paragraph, Row, TableEnd
from reportlint.source import LINE_END, Source
from reportlint.wording import ARTEFACT

MOST_NUMERALS = 3
# A short line that is no sentence.
ALONE = re.compile(r"[^。；！？：\t]{1,40}")
RULER = frozenset("|｜:+- \t\u3000\xa0")
LONGEST_CELL = 2000  # code points; what runs on longer is prose
BARS = "|｜"
UNSEEN = "\u200b\ufeff"  # what shows as nothing but is no white space
BLANKS = " \t\u3000\xa0\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029" + UNSEEN
# White space that is none of the blanks: where a text has neither this nor what is unseen, `str.strip` does the same.
OTHER_SPACE = "\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"


# A report has hundreds of cells, and a named tuple's own constructor takes twice as long.
_new = tuple.__new__


def read(source: Source) -> Iterator[Block]:
    """The blocks of a text file, in order."""
    row: list[Cell] = []
    in_table = False
    blank_lines = 0
    starts, lines = _lines(source.text)
    unseen = any(mark in source.text for mark in UNSEEN)
    strip = _strip_blanks if unseen or any(mark in source.text for mark in OTHER_SPACE) else str.strip
    for place, (start, line) in enumerate(zip(starts, lines, strict=True)):
        text = line.strip()
        if unseen and text and (text[0] in UNSEEN or text[-1] in UNSEEN):
            text = line.strip(BLANKS)
        if line[:1] == "\t" and "\t" not in text:
            # The commonest line by far: a cell of its own.
            first = start + line.find(text) if text else start + 1
            clean = text if "[" not in text else _clean(text)
            row.append(_new(Cell, (_new(Span, (first, first + len(text))), clean, len(row) + 1)))
            in_table, blank_lines = True, 0
            continue
        if not text:
            blank_lines += 1
            if row:
                yield _row(row)
                row = []
            if in_table and blank_lines == 2:
                yield TableEnd(Span(start, start))
                in_table = False
            continue
        if separators := _separators(line, text) or _in_spreadsheet(text, lines, place):
            if row:
                yield _row(row)
                row = []
            if "-" in text and RULER.issuperset(text):
                continue
            yield _row(_cells(line, start, separators, strip))
        elif row and not blank_lines and len(row[-1].text) < LONGEST_CELL and not _is_section_like(text):
            row[-1] = _continued(row[-1], text, start + line.index(text[0]))
        else:
            if row:
                yield _row(row)
                row = []
            if in_table:
                yield TableEnd(Span(start, start))
                in_table = False
            first = start + line.index(text[0])
            yield Paragraph(Span(first, first + len(text)), text)
            blank_lines = 0
            continue
        in_table, blank_lines = True, 0
    if row:
        yield _row(row)
    if in_table:
        yield TableEnd(Span(len(source.text), len(source.text)))


def _strip_blanks(text: str) -> str:
    return text.strip(BLANKS)


def _lines(text: str) -> tuple[list[int], list[str]]:
    """Where each line starts, and the line without its end."""
    if "\r" not in text:
        lines = text.split("\n")
        return list(accumulate([len(line) + 1 for line in lines[:-1]], initial=0)), lines
    ends = [match.span() for match in LINE_END.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    return starts, [text[start:end] for start, end in zip(starts, [*(end for end, _ in ends), len(text)], strict=True)]


def _is_section_like(text: str) -> bool:
    """A cell that runs on never begins like a section, 三、: there the table was ended by the heading alone."""
    return text[0].isalpha() and _numbered(text, "、")


def _numbered(text: str, marks: str) -> bool:
    """Whether the text begins with a number, in figures or in characters, and one of these marks."""
    end = 0
    while end < MOST_NUMERALS and text[end : end + 1].isnumeric():
        end += 1
    return end > 0 and text[end:].lstrip()[:1] in tuple(marks)


def _continued(cell: Cell, text: str, start: int) -> Cell:
    first = cell.span.start if cell.text else start
    return Cell(Span(first, start + len(text)), cell.text + _clean(text), cell.number)


def _clean(text: str) -> str:
    return ARTEFACT.sub("", text).strip(BLANKS) if "[" in text else text


def _row(cells: list[Cell]) -> Row:
    return Row(Span(cells[0].span.start, cells[-1].span.end), tuple(cells))


def _separators(line: str, text: str) -> str:
    """The characters that part the cells of this line; empty where it is no row of cells."""
    if text[-1] in BARS or text[0] in BARS:
        return BARS
    if "\t" in text and (line[0] == "\t" or text.count("\t") >= 2):
        return "\t"
    return ""


def _in_spreadsheet(text: str, lines: list[str], place: int) -> str:
    """The tab, for a line with one tab or none that stands right above, or with one below, a row of several cells."""
    below = lines[place + 1] if place + 1 < len(lines) else ""
    above = lines[place - 1] if place and "\t" in text else ""
    if not any(line.count("\t") >= 2 and line.strip(BLANKS).count("\t") >= 2 for line in (below, above)):
        return ""
    if "\t" not in text and (not ALONE.fullmatch(text) or _numbered(text.lstrip("(（"), "、.．)）")):
        return ""
    return "\t"


def _cells(line: str, start: int, separators: str, strip: Callable[[str], str]) -> list[Cell]:
    """The cells of a row on one line; a bar before the first or behind the last cell only frames the row."""
    offset = start
    if separators == BARS:
        body = line.rstrip(BLANKS).replace("｜", "|")
        pieces = body.split("|")
        if body[-1] == "|":
            pieces.pop()
        if pieces and not strip(pieces[0]) and body.lstrip(BLANKS)[0] == "|":
            offset += len(pieces.pop(0)) + 1
    else:
        pieces = line.rstrip(" \u3000\xa0").split("\t")
    cells: list[Cell] = []
    for number, piece in enumerate(pieces or [""], start=1):
        text = strip(piece)
        first = offset + piece.find(text)
        clean = text if "[" not in text else _clean(text)
        cells.append(_new(Cell, (_new(Span, (first, first + len(text))), clean, number)))
        offset += len(piece) + 1
    return cells
