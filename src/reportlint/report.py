"""A report as a tree of values, read from its blocks by a grammar. Knows nothing of any official form."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from reportlint.diagnostic import Span


class Cell(NamedTuple):
    """One cell as the file holds it. A merged cell stands once, at its first place; the rest are empty.

    text: Without the white space around it and with line breaks inside closed up.
    number: Its place in the row, from 1.
    """

    span: Span
    text: str
    number: int


class Row(NamedTuple):
    """One row of a table, as a reader found it."""

    span: Span
    cells: tuple[Cell, ...]


class Paragraph(NamedTuple):
    """One paragraph. text: as it stands, without the white space around it; offsets count from span.start."""

    span: Span
    text: str


class TableEnd(NamedTuple):
    """Where a reader saw a table end; two tables may follow one another."""

    span: Span


Block = Paragraph | Row | TableEnd


def rewritten(block: Block, plain: Callable[[str], str]) -> Block:
    """The block with its text in another writing; places stay what they are."""
    if isinstance(block, Paragraph):
        return Paragraph(block.span, plain(block.text))
    if isinstance(block, Row):
        return Row(block.span, tuple(cell._replace(text=plain(cell.text)) for cell in block.cells))
    return block


class Table(NamedTuple):
    """The rows of one table. number: its place among the tables of the report, from 1."""

    rows: tuple[Row, ...]
    number: int

    @property
    def span(self) -> Span:
        return Span(self.rows[0].span.start, self.rows[-1].span.end)


class Heading(NamedTuple):
    """A heading with its number.

    span: Number and title, without text that runs on behind it.
    mark: The number as it stands with its marks, such as 三、 or (二); empty where there is none.
    number: What the mark counts; None where it is no number.
    title: The words behind the mark; title_span is where they stand.
    """

    span: Span
    mark: str
    number: int | None
    title: str
    title_span: Span


class Subsection(NamedTuple):
    """A numbered heading below a section's, which usually runs on into its paragraph, and what follows it."""

    heading: Heading
    items: "tuple[Item, ...]"


Item = Paragraph | Table | Subsection


class Section(NamedTuple):
    """A heading of the first level and all that follows it up to the next."""

    heading: Heading
    items: tuple[Item, ...]

    def paragraphs(self) -> Iterator[Paragraph]:
        """Every paragraph below the heading, sub-headings included, in reading order."""
        return paragraphs(self.items)

    def tables(self) -> Iterator[Table]:
        return tables(self.items)

    @property
    def end(self) -> int:
        """Where the section's last item ends, in code points."""
        return _end(self.items[-1]) if self.items else self.heading.span.end


class Report(NamedTuple):
    """A whole report.

    front: What stands before the first section: cover letter, title, preamble.
    back: Signature, date and print note behind the last section.
    """

    front: tuple[Item, ...]
    sections: tuple[Section, ...]
    back: tuple[Paragraph, ...]

    def paragraphs(self) -> Iterator[Paragraph]:
        """All prose in reading order, headings of sections left out."""
        yield from paragraphs(self.front)
        for section in self.sections:
            yield from section.paragraphs()
        yield from self.back

    def tables(self) -> Iterator[Table]:
        yield from tables(self.front)
        for section in self.sections:
            yield from section.tables()


def paragraphs(items: tuple[Item, ...]) -> Iterator[Paragraph]:
    for item in items:
        if isinstance(item, Paragraph):
            yield item
        elif isinstance(item, Subsection):
            yield from paragraphs(item.items)


def tables(items: tuple[Item, ...]) -> Iterator[Table]:
    for item in items:
        if isinstance(item, Table):
            yield item
        elif isinstance(item, Subsection):
            yield from tables(item.items)


def _end(item: Item) -> int:
    if isinstance(item, Subsection):
        return _end(item.items[-1]) if item.items else item.heading.span.end
    return item.span.end
