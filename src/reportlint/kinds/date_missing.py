"""A report without any date that says when it was made."""

from collections.abc import Iterator

from reportlint.diagnostic import Finding
from reportlint.document import Document
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind
from reportlint.wording import fold


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """Where a date may stand besides the signature, the letter and the print note.

    date: A date, whole or in part, in a line of its own or behind a name.
    closing: How many paragraphs at the end of the report are searched for it.
    longest: Length of the longest of them that can be a signature, in code points.
    """

    date: Pattern
    closing: int = 4
    longest: int = 60


def check(document: Document, options: Options) -> Iterator[Finding]:
    if document.dates:
        return
    closing = list(document.report.paragraphs())[-options.closing :]
    short = [fold(paragraph.text) for paragraph in closing if len(paragraph.text) <= options.longest]
    if not any(options.date.search(text) for text in short):
        yield Finding(span=document.end)


KIND = RuleKind("date-missing", Options, check)
