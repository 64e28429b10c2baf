"""A report as HTML: its paragraphs and tables, with the places of its diagnostics marked.

Everything is escaped; of the report, nothing but its words gets into the markup.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from reportlint.diagnostic import Checked, Part, Severity, Span
from reportlint.formats.xml import quoted
from reportlint.profile import HeaderRow, Profile
from reportlint.source import LINE_END, Source
from reportlint.wording import words as bare


class Mark(NamedTuple):
    """A place that a diagnostic is about. number: Of the diagnostic. severity: None where it is only related to it."""

    span: Span
    number: int
    severity: Severity | None


class Drawn(NamedTuple):
    """A paragraph or a table in HTML. start, end: Of its text, in code points."""

    html: str
    start: int
    end: int


class Header(NamedTuple):
    """A header row of a form. width: Columns of its table in all."""

    row: HeaderRow
    width: int


def headers(profile: Profile | None) -> dict[str, Header]:
    """The header rows of a form by their words. Readers do not say which cells are merged, but the form does."""
    if profile is None:
        return {}
    return {
        row.words: Header(row, template.width)
        for template in profile.tables
        for row in template.rows
        if isinstance(row, HeaderRow)
    }


def drawn(report: Checked, prefix: str, known: Mapping[str, Header]) -> Iterator[Drawn]:
    """The report in order. prefix: Of the names of marks, one for each report. known: Header rows by their words."""
    if report.source is None:
        return
    pen = Pen(report.source, marks(report), prefix, known)
    for in_table, parts in groupby(report.layout or _lines(report.source), lambda part: part.role.endswith("row")):
        if not in_table:
            for part in parts:
                yield Drawn(pen.paragraph(part), *part.span)
            continue
        for table in _tables(parts):
            yield Drawn(pen.table(table), table[0].span.start, table[-1].span.end)


def marks(report: Checked) -> list[Mark]:
    """Every place that is marked, in the order of the text."""
    found: list[Mark] = []
    for number, diagnostic in enumerate(report.standing, start=1):
        found.append(Mark(diagnostic.span, number, diagnostic.severity))
        found.extend(Mark(related.span, number, None) for related in diagnostic.related)
    return sorted(found, key=lambda mark: mark.span)


def _lines(source: Source) -> Iterator[Part]:
    """Every line that is not empty, where nothing is known of what the lines are."""
    for number, start in enumerate(source.starts, start=1):
        line = source.line(number)
        if line.strip():
            yield Part(Span(start, start + len(line)))


def _tables(rows: Iterable[Part]) -> Iterator[list[Part]]:
    table: list[Part] = []
    for row in rows:
        if row.role == "first-row" and table:
            yield table
            table = []
        table.append(row)
    yield table


TAGS = {"title": "h3", "heading": "h4"}


class Pen:
    """Draws parts in the order of the text, with the marks that fall into each.

    marks: Sorted; a mark is looked at from the part where it begins to the one where it ends.
    """

    def __init__(self, source: Source, marks: Sequence[Mark], prefix: str, known: Mapping[str, Header]) -> None:
        self._source, self._marks, self._prefix, self._known = source, marks, prefix, known
        self._next = 0
        self._open: list[Mark] = []
        self._named: set[int] = set()

    def paragraph(self, part: Part) -> str:
        tag = TAGS.get(part.role, "p")
        return f"<{tag}>{self._text(part.span)}</{tag}>"

    def table(self, rows: Sequence[Part]) -> str:
        most = max(len(row.cells) for row in rows)
        known = [self._header(row) for row in rows]
        width = max((header.width for header in known if header), default=most)
        if width < most:  # the table is not the form's, so its headers may stand anywhere
            known, width = [None] * len(rows), most
        drawn = (
            self._header_row(row, header.row, width) if header else self._row(row, width)
            for row, header in zip(rows, known, strict=True)
        )
        return f"<table>{''.join(drawn)}</table>"

    def _header(self, row: Part) -> Header | None:
        """The header row of the form that this one is, label for label."""
        texts = [self._source.text[slice(*cell)] for cell in row.cells]
        header = self._known.get(bare("".join(texts)))
        return header if header and sum(bool(text.strip()) for text in texts) == len(header.row.cells) else None

    def _header_row(self, row: Part, header: HeaderRow, width: int) -> str:
        """The labels over the columns that they are for. Cells without words are what is left of merged ones."""
        drawn, column, loose = "", 0, ""
        labels = iter(header.cells)
        for cell in row.cells:
            if not self._source.text[slice(*cell)].strip():
                loose += self._text(cell)  # a mark may point into it
                continue
            label = next(labels)
            drawn += _gap(label.column - column, loose) + self._cell(cell, label.width, "th")
            column, loose = label.column + label.width, ""
        return f"<tr>{drawn}{_gap(width - column, loose)}</tr>"

    def _row(self, row: Part, width: int) -> str:
        """A row with fewer cells than others leaves out those that are merged with the row above or beside it.

        Figures stand at the end of a row, so the label before them takes the room; and where the first cells hold
        nothing, they are what is merged, if there are enough of them.
        """
        texts = [self._source.text[slice(*cell)].strip() for cell in row.cells]
        missing = width - len(texts)
        blank = next((place for place, text in enumerate(texts) if text), 0)
        if 0 < missing <= blank and not any(text[-1:].isdigit() for text in texts):
            wide = blank - 1
        else:
            wide = next((place for place in reversed(range(len(texts))) if not _is_figure(texts[place])), 0)
        rooms = (missing + 1 if place == wide else 1 for place in range(len(texts)))
        return f"<tr>{''.join(map(self._cell, row.cells, rooms))}</tr>"

    def _cell(self, cell: Span, room: int, tag: str = "td") -> str:
        """room: So many columns wide."""
        inner = self._text(cell)
        own = [mark.severity for mark in self._touching(cell) if mark.severity]
        span = f' colspan="{room}"' if room > 1 else ""
        kinds = [
            *(["figure"] if _is_figure(self._source.text[slice(*cell)].strip()) else []),
            *([max(own).word] if own else []),
        ]
        kind = f' class="{" ".join(kinds)}"' if kinds else ""
        return f"<{tag}{kind}{span}>{inner}</{tag}>"

    def _touching(self, span: Span) -> list[Mark]:
        """The marks that have something of this span, or that are a point in it."""
        return [
            mark
            for mark in self._open
            if max(mark.span.start, span.start) < min(mark.span.end, span.end)
            or (mark.span.start == mark.span.end and span.start <= mark.span.start <= span.end)
        ]

    def _text(self, span: Span) -> str:
        """The words of the span with the marks around them. Spans have to come in order."""
        while self._next < len(self._marks) and self._marks[self._next].span.start <= span.end:
            self._open.append(self._marks[self._next])
            self._next += 1
        self._open = [mark for mark in self._open if mark.span.end >= span.start]
        touching = self._touching(span)
        if not touching:
            return words(self._source.text[slice(*span)])
        edges = {span.start, span.end}
        for mark in touching:
            edges.update(min(max(edge, span.start), span.end) for edge in mark.span)
        ordered = sorted(edges)
        pieces = [self._points(touching, ordered[0])]
        for start, end in pairwise(ordered):
            covering = [mark for mark in touching if mark.span.start <= start and end <= mark.span.end]
            pieces.append(self._marked(covering, words(self._source.text[start:end])))
            pieces.append(self._points(touching, end))
        return "".join(pieces)

    def _points(self, marks: Iterable[Mark], place: int) -> str:
        return self._marked([mark for mark in marks if mark.span == (place, place)], "", "point")

    def _marked(self, marks: Sequence[Mark], inner: str, kind: str = "") -> str:
        """The text in a `mark` that names its diagnostics. The first of each is where the list leads to."""
        if not marks:
            return inner
        severities = [mark.severity for mark in marks if mark.severity]
        kinds = [max(severities).word if severities else "related", *([kind] if kind else [])]
        numbers = " ".join(dict.fromkeys(f"{self._prefix}-{mark.number}" for mark in marks))
        first = [mark.number for mark in marks if mark.severity and mark.number not in self._named]
        self._named.update(first)
        names = "".join(f'<a id="at-{self._prefix}-{number}"></a>' for number in first)
        badges = "".join(f'<a class="badge" href="#{self._prefix}-{number}">{number}</a>' for number in first)
        return f'{names}<mark class="{" ".join(kinds)}" data-of="{numbers}">{inner}</mark>{badges}'


def _is_figure(text: str) -> bool:
    return not text or text[-1].isdigit() or text in "/-—"


def _gap(columns: int, inner: str) -> str:
    """A cell so many columns wide; none where there is neither room nor anything to hold."""
    if not columns and not inner:
        return ""
    return f'<td colspan="{max(columns, 1)}">{inner}</td>'


def words(text: str) -> str:
    """Text of a report for HTML: line ends stay, tabs are named, and nothing else acts on the page."""
    lines = LINE_END.split(text)
    return "\n".join("&#9;".join(quoted(piece) for piece in line.split("\t")) for line in lines)
