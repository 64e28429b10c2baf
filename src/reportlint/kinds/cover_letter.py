"""A letter or a print note around a report that is published without them."""

from collections.abc import Iterator

from reportlint.diagnostic import Finding, Severity
from reportlint.document import Document
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind
from reportlint.wording import fold


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """What is known for certain to be no part of the report.

    letter: What stands in a letter and not in the furniture of a web page: an addressee, a phrase of sending.
    note: A print note, such as … 印发.
    note_severity: How much a print note matters.
    """

    letter: Pattern
    note: Pattern
    note_severity: Severity


def check(document: Document, options: Options) -> Iterator[Finding]:
    letter = document.letter
    if letter is not None:
        text = document.source.text[letter.start : letter.end]
        if options.letter.search(fold(text)):
            first = text.splitlines()[0].strip()
            yield Finding(span=letter, facts={"found": first}, variant="letter", found=first)
    for paragraph in document.report.back:
        if options.note.search(fold(paragraph.text)):
            yield Finding(
                span=paragraph.span,
                facts={"found": paragraph.text},
                variant="note",
                severity=options.note_severity,
                found=paragraph.text,
            )
            return


KIND = RuleKind("cover-letter", Options, check)
