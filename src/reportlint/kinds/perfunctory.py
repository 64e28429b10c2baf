"""A section that stands there but says nothing."""

from collections.abc import Iterator, Sequence

from reportlint.diagnostic import Finding, Place
from reportlint.document import Document
from reportlint.errors import PartMissing
from reportlint.kinds import named
from reportlint.profile import Profile
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind
from reportlint.wording import fold, words


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """What counts as saying nothing.

    section: The section that has to say something.
    minimum: The fewest letters, digits and characters that can.
    nothing: A whole paragraph that says there is nothing, however long it is, white space left out.
    heading: A whole paragraph that only announces what should follow, white space left out.
    longest: A paragraph of more code points than this is neither.
    """

    section: str
    minimum: int
    nothing: Pattern
    heading: Pattern
    longest: int = 60


def check(document: Document, options: Options) -> Iterator[Finding]:
    paragraphs = [part for part in document.section(options.section).paragraphs() if any(map(str.isalnum, part.text))]
    if not paragraphs:
        raise PartMissing(options.section)  # an empty section is another rule's
    if any(len(paragraph.text) > options.longest for paragraph in paragraphs):
        return
    squeezed = [(paragraph, "".join(fold(paragraph.text).split())) for paragraph in paragraphs]
    said = [(paragraph, text) for paragraph, text in squeezed if not options.heading.search(text)]
    content = [text for _, text in said if not options.nothing.search(text)]
    length = sum(len(words(text)) for text in content)
    if length >= options.minimum:
        return
    first = said[0][0] if said else paragraphs[0]
    title = document.profile.section(options.section).title
    yield Finding(
        span=first.span,
        facts={"found": first.text, "section": title, "length": str(length), "minimum": str(options.minimum)},
        place=Place(title),
        found=first.text,
    )


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    named.in_sections(profiles, ("section",), [options.section])


KIND = RuleKind("perfunctory", Options, check, None, fits)
