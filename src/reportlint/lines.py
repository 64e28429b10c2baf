"""Rows of a report's tables prepared for comparison: the words of each cell, and which cells hold words."""

from collections.abc import Callable
from functools import lru_cache, partial
from itertools import compress, count

from reportlint.bound import cell_address
from reportlint.diagnostic import Text
from reportlint.figures import ValueKind, figure
from reportlint.notation import Notation
from reportlint.report import Cell, Row, Table
from reportlint.wording import words


class Line:
    """A row with where it stands; made once and not changed.

    table, number: Table in the report and row in the table, from 1. texts, words: Of each cell.
    labels: Places of the cells that hold words rather than a figure. joined: The words of those, run together.
    """

    __slots__ = ("cells", "joined", "labels", "number", "row", "table", "texts", "words")

    def __init__(self, row: Row, table: int, number: int, words_of: Callable[[str], str]) -> None:
        self.row, self.table, self.number = row, table, number
        self.cells = row.cells
        self.texts = [cell.text for cell in row.cells]
        self.words = tuple(map(words_of, self.texts))
        self.labels = tuple(compress(count(), self.words))
        self.joined = "".join(self.words)

    @property
    def head(self) -> Cell:
        """The first cell with something in it."""
        return next((cell for cell in self.cells if cell.text), self.cells[0])

    @property
    def holds_figures(self) -> bool:
        return any(cell.text and not word for cell, word in zip(self.cells, self.words, strict=True))

    @property
    def distinct(self) -> tuple[int, ...]:
        """Places of the labels, once each where a merged cell was repeated at every place that it covers."""
        kept: list[int] = []
        for index in self.labels:
            if not kept or self.words[index] != self.words[kept[-1]]:
                kept.append(index)
        return tuple(kept)

    @property
    def collapsed(self) -> str:
        """The words of its distinct labels."""
        return "".join(self.words[index] for index in self.distinct)

    def address(self, cell: int) -> Text:
        """Where the cell at this place, from 0, is in the file."""
        return cell_address(self.table, self.number, cell + 1)


def lines_of(table: Table, notation: Notation) -> list[Line]:
    words_of = words_in(notation)
    return [Line(row, table.number, number, words_of) for number, row in enumerate(table.rows, start=1)]


@lru_cache(maxsize=16)
def words_in(notation: Notation) -> Callable[[str], str]:
    """What tells the words of cells, and remembers them."""
    return lru_cache(maxsize=2048)(partial(_words_of, notation))


def _words_of(notation: Notation, text: str) -> str:
    """The words of a cell that holds words; empty for a figure, a blank, a sign, or what is written for nothing."""
    if not text or text in notation.nothing or figure(text, notation).kind is not ValueKind.WORDS:
        return ""
    return words(text)
