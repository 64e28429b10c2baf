"""A reader: comma-separated values. A line of one value is a paragraph, of several a row; an empty one ends a table."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from reportlint.hookspecs import Block, Cell, Paragraph, ReadError, Reading, Row, Source, Span, TableEnd, decode


def read(path: Path, data: bytes) -> Reading:
    """The canonical text has a cell between bars for each value: that is what lines and columns refer to."""
    text, encoding = decode(data)
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise ReadError(f"不是逗号分隔的文本：{error}", f"no comma-separated values: {error}") from error
    lines: list[str] = []
    blocks: list[Block] = []
    start, in_table = 0, False
    for row in rows:
        values = [" ".join(value.split()) for value in row]
        line = " | ".join(values) + (" |" if len(values) > 1 else "")
        blocks.extend(_blocks(values, start, in_table))
        in_table = len(values) > 1
        lines.append(line)
        start += len(line) + 1
    if in_table:
        blocks.append(TableEnd(Span(start, start)))
    return Reading(Source(path, "".join(f"{line}\n" for line in lines), encoding), tuple(blocks))


def _blocks(values: list[str], start: int, in_table: bool) -> Iterator[Block]:
    if len(values) > 1:
        cells = []
        for number, value in enumerate(values, start=1):
            cells.append(Cell(Span(start, start + len(value)), value, number))
            start += len(value) + len(" | ")
        yield Row(Span(cells[0].span.start, cells[-1].span.end), tuple(cells))
        return
    if in_table:
        yield TableEnd(Span(start, start))
    if values and values[0]:
        yield Paragraph(Span(start, start + len(values[0])), values[0])
