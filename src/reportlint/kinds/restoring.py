"""Labels and headings given the form's words again."""

from functools import lru_cache

from reportlint.diagnostic import Fix, Span
from reportlint.document import Document
from reportlint.formulas import once
from reportlint.mending import restoration
from reportlint.profile import Profile


def restored(document: Document, span: Span, found: str, form: str) -> Fix:
    """The fix that writes the form's words: safe where what stands there can only be these words with a slip."""
    return restoration(span, found, form, _printed(document.profile), document.profile.notation.particles)


@lru_cache(maxsize=8)
def _printed(profile: Profile) -> frozenset[str]:
    """Every title and label that the form prints."""
    labels = (label.text for table in profile.tables for label in once(table).labels())
    return frozenset((*(section.title for section in profile.sections), *labels))
