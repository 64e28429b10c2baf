"""What a report looks like: its blocks with what each is to a reader, for formats that draw the report."""

from collections.abc import Iterable, Iterator
from operator import attrgetter

from reportlint.diagnostic import Part, Span
from reportlint.report import Block, Report, Row, TableEnd

_SPAN = attrgetter("span")


def layout(blocks: Iterable[Block], report: Report | None = None, title: Span | None = None) -> tuple[Part, ...]:
    """The blocks as parts. report: Tells the headings, where the blocks are a report. title: Where its title stands."""
    headings = frozenset(section.heading.span for section in report.sections) if report else frozenset()
    return tuple(_parts(blocks, headings, title or Span(0, 0)))


def _parts(blocks: Iterable[Block], headings: frozenset[Span], title: Span) -> Iterator[Part]:
    in_table = False
    for block in blocks:
        if isinstance(block, Row):
            yield Part(block.span, "row" if in_table else "first-row", tuple(map(_SPAN, block.cells)))
            in_table = True
            continue
        in_table = False
        if isinstance(block, TableEnd):
            continue
        if title.start <= block.span.start and block.span.end <= title.end:
            yield Part(block.span, "title")
        else:
            yield Part(block.span, "heading" if block.span in headings else "text")
