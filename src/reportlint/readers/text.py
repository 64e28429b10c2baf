"""Plain text: prose, tables of one cell per line that begins with a tab, and tables with bars.

One cell per line: a line that begins with a tab is a cell, a line without one goes on with the cell above,
an empty line ends the row and two end the table. Bars: a line that ends (or begins) with a bar is a row.
Several tabs in one line, as a copied spreadsheet has them, make a row of that line; there a short line without
a tab right above such a line is a row of one cell, and below such a row one tab is enough.
Bold print of Markdown, `**`, around a whole paragraph, its beginning or a cell is left out; so are line breaks,
entities and escapes of mark-up in cells, and lines that only number a page.
"""

import re
from collections.abc import Callable, Iterator
from itertools import accumulate

from reportlint.diagnostic import Span
from reportlint.report import Block, Cell, Paragraph, Row, TableEnd
from reportlint.source import LINE_END, Source
from reportlint.wording import ARTEFACT, INVISIBLE

MOST_NUMERALS = 3
# A short line that is no sentence.
ALONE = re.compile(r"[^。；！？：\t]{1,40}")
RULER = frozenset("|｜:+- \t\u3000\xa0")
LONGEST_CELL = 2000  # code points; what runs on longer is prose
BARS = "|｜"
BOLD = "**"
# What few texts have is compiled by `re` when it is first looked for.
BREAK = r"(?i:<br\s*/?>)"
ESCAPE = r"\\([!-/:-@\[-`{-~])"
MARKUP = "[<&\\"  # what all traces of mark-up and of conversion have one of
# - 5 -, 第5页, 第 5 页 共 9 页. A bare number may be the rest of a figure that was broken in two.
PAGE = r"[^\S\t]*(?:[-—–－]\s*\d{1,4}\s*[-—–－]|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?)\s*"
PAGE_SIGNS = frozenset("-—–－页")  # one of them ends it
BOLD_BEGINNING = r"#{0,6}\s*\*\*\s*(?=[^\s*])"
BLANKS = " \t\u3000\xa0\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029" + INVISIBLE
# White space that is none of the blanks: where a text has neither this nor what is unseen, `str.strip` does the same.
OTHER_SPACE = "\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"


# A report has hundreds of cells, and a named tuple's own constructor takes twice as long.
_new = tuple.__new__


def read(source: Source) -> Iterator[Block]:
    """The blocks of a text file, in order."""
    row: list[Cell] = []
    in_table = False
    blank_lines = 0
    tabbed = False  # whether the last row on one line has tabs between its cells
    starts, lines = _lines(source.text)
    marked, bold = any(mark in source.text for mark in MARKUP), BOLD in source.text
    unseen = any(mark in source.text for mark in INVISIBLE)
    strip = _strip_blanks if unseen or any(mark in source.text for mark in OTHER_SPACE) else str.strip
    for place, (start, line) in enumerate(zip(starts, lines, strict=True)):
        text = line.strip()
        if unseen and text and (text[0] in INVISIBLE or text[-1] in INVISIBLE):
            text = line.strip(BLANKS)
        if line[:1] == "\t" and "\t" not in text:
            # The commonest line by far: a cell of its own.
            first = start + line.find(text) if text else start + 1
            if bold:
                first, text = _unbold(first, text)
            clean = _clean(text) if marked else text
            row.append(_new(Cell, (_new(Span, (first, first + len(text))), clean, len(row) + 1)))
            in_table, tabbed, blank_lines = True, False, 0
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
        if separators := _separators(text, lines, place, in_table and tabbed):
            tabbed = separators == "\t"
            if row:
                yield _row(row)
                row = []
            if "-" in text and RULER.issuperset(text):
                continue
            yield _row(_cells(line, start, separators, strip, marked=marked, bold=bold))
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
            if bold:
                first, text = _unbold(first, text)
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
        starts = list(accumulate([len(line) + 1 for line in lines[:-1]], initial=0))
    else:
        ends = [match.span() for match in LINE_END.finditer(text)]
        starts = [0, *(end for _, end in ends)]
        lines = [text[start:end] for start, end in zip(starts, [*(end for end, _ in ends), len(text)], strict=True)]
    return _without_pages(starts, lines) if any(sign in text for sign in PAGE_SIGNS) else (starts, lines)


def _without_pages(starts: list[int], lines: list[str]) -> tuple[list[int], list[str]]:
    """Without the lines that number a page: where a table goes on over it, they stand between its cells."""
    kept = [
        place
        for place, line in enumerate(lines)
        if line.rstrip()[-1:] not in PAGE_SIGNS or not re.fullmatch(PAGE, line)
    ]
    return [starts[place] for place in kept], [lines[place] for place in kept]


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
    """The text of a cell as a page shows it."""
    if "<" in text:
        text = re.sub(BREAK, "", text)
    if "&" in text:
        from html import unescape  # few texts have entities, and there are two thousand of them

        text = unescape(text)
    if "\\" in text:
        text = re.sub(ESCAPE, r"\1", text)
    return ARTEFACT.sub("", text).strip(BLANKS) if "[" in text else text.strip(BLANKS)


def _row(cells: list[Cell]) -> Row:
    return Row(Span(cells[0].span.start, cells[-1].span.end), tuple(cells))


def _unbold(start: int, text: str) -> tuple[int, str]:
    """Where the text starts, and the text, without the bold print that it begins with or is wholly in."""
    beginning = re.match(BOLD_BEGINNING, text) if BOLD in text else None
    if beginning is None:
        return start, text
    rest = text[beginning.end() :]
    return start + beginning.end(), rest.removesuffix(BOLD).rstrip() or rest


def _separators(text: str, lines: list[str], place: int, below_row: bool) -> str:
    """The characters that part the cells of this line; empty where it is no row of cells.

    below_row: Whether the row above, in the same table, has tabs between its cells.
    """
    if text[-1] in BARS or text[0] in BARS:
        return BARS
    if _is_spread(lines[place]) or _in_spreadsheet(text, lines, place, below_row):
        return "\t"
    return ""


def _is_spread(line: str) -> bool:
    """Whether the line is for certain a row with tabs between its cells."""
    inner = line.strip(BLANKS).count("\t") if "\t" in line else 0
    if inner == 1:
        return line[0] == "\t" or (line.count("\t") >= 2 and not _is_mark(line.partition("\t")[0]))
    return inner >= 2


def _in_spreadsheet(text: str, lines: list[str], place: int, below_row: bool) -> bool:
    """Whether a line that could be prose stands among rows: a label alone, or a label and one cell."""
    below = lines[place + 1] if place + 1 < len(lines) else ""
    if not (below_row or "\t" in text or "\t" in below or "\t" in lines[place]):
        return False
    label, tab, _ = text.partition("\t")
    above = below_row and lines[place - 1].strip(BLANKS) != ""
    if tab:
        return (above or _is_spread(below)) and not _is_mark(label)
    if not ALONE.fullmatch(label) or _is_mark(label) or _numbered(label.lstrip("(（#* "), "、.．)）"):
        return False
    if lines[place].count("\t") >= 2:
        # Empty cells stand behind it: a blank line may be between the rows.
        return below_row or _is_spread(below if below.strip(BLANKS) else "".join(lines[place + 2 : place + 3]))
    return _is_spread(below) or (above and "\t" in below.strip(BLANKS))


def _is_mark(text: str) -> bool:
    """Whether the text has numbers and marks only: of a heading or an item, which a tab sets off from its words."""
    return all(character.isnumeric() or not character.isalpha() for character in text)


def _cells(
    line: str, start: int, separators: str, strip: Callable[[str], str], *, marked: bool, bold: bool
) -> list[Cell]:
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
        if bold:
            first, text = _unbold(first, text)
        clean = _clean(text) if marked else text
        cells.append(_new(Cell, (_new(Span, (first, first + len(text))), clean, number)))
        offset += len(piece) + 1
    return cells
