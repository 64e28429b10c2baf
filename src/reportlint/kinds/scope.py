"""Which texts of a report a rule looks at, as its option `scope` names them."""

from collections.abc import Iterator
from typing import NamedTuple

from reportlint.diagnostic import Span
from reportlint.document import Document
from reportlint.wording import fold

WHOLE_TEXT, PROSE = "text", "prose"
LONGEST_SHOWN = 40


class Stretch(NamedTuple):
    """A text as it stands, and as patterns see it; both of one length. start: Where it begins."""

    start: int
    written: str
    text: str

    def span(self, start: int, end: int) -> Span:
        return Span(self.start + start, self.start + end)


def stretches(document: Document, scope: str, folded: bool) -> Iterator[Stretch]:
    """The texts of a scope: `text` for the whole file, tables included; `prose`; or the key of a section.

    folded: Whether patterns see full-width forms as half-width ones.

    Raises:
        PartMissing: The report does not have the section.
    """
    if scope == WHOLE_TEXT:
        text = document.source.text
        yield Stretch(0, text, fold(text) if folded else text)
        return
    for paragraph in document.paragraphs(None if scope == PROSE else scope):
        start, text = paragraph.span.start, paragraph.text
        # As it stands in the file, which may be written in another script than the paragraph is read in.
        yield Stretch(start, document.source.text[start : start + len(text)], fold(text) if folded else text)


def where_absent(document: Document, scope: str) -> Span:
    """Where it is reported that a scope lacks something: at the heading of the section, or at the end of the report."""
    if scope in (WHOLE_TEXT, PROSE):
        return document.end
    return document.section(scope).heading.span


def shown(text: str) -> str:
    """The text, cut short where it is long."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
