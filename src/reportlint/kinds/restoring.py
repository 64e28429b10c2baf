"""Labels and headings given the form's words again."""

from functools import lru_cache

from reportlint.diagnostic import Edit, Fix, Span
from reportlint.document import Document
from reportlint.formulas import once
from reportlint.mending import restoration
from reportlint.profile import Profile
from reportlint.report import Row
from reportlint.wording import words


def restored(document: Document, span: Span, found: str, form: str) -> Fix:
    """The fix that writes the form's words: safe where what stands there can only be these words with a slip."""
    return restoration(span, found, form, _printed(document.profile), document.profile.notation.particles)


def restored_in_table(document: Document, span: Span, found: str, form: str) -> Fix:
    """The same for the label of a table, at every place where a merged cell was written out."""
    fix = restored(document, span, found, form)
    spans = _written_out(document, span)
    return fix._replace(edits=tuple(Edit(each, form) for each in sorted(spans))) if len(spans) > 1 else fix


def _written_out(document: Document, span: Span) -> set[Span]:
    """The places of the cell at `span` and of all beside, above and below it that say the same."""
    table = next((table for table in document.report.tables() if table.span.start <= span.start < table.span.end), None)
    rows: tuple[Row, ...] = table.rows if table else ()
    waiting = [(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row.cells) if cell.span == span]
    said = {words(rows[r].cells[c].text) for r, c in waiting}
    found: set[tuple[int, int]] = set()
    while waiting:
        r, c = waiting.pop()
        if (r, c) in found or not (0 <= r < len(rows) and 0 <= c < len(rows[r].cells)):
            continue
        if words(rows[r].cells[c].text) in said:
            found.add((r, c))
            waiting += [(r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)]
    return {rows[r].cells[c].span for r, c in found}


@lru_cache(maxsize=8)
def _printed(profile: Profile) -> frozenset[str]:
    """Every title and label that the form prints."""
    labels = (label.text for table in profile.tables for label in once(table).labels())
    return frozenset((*(section.title for section in profile.sections), *labels))
