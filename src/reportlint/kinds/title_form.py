"""A title that is not worded as the form words it."""

from collections.abc import Iterator

from reportlint.diagnostic import Finding, Safety
from reportlint.document import Document
from reportlint.errors import PartMissing
from reportlint.mending import replacement
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind
from reportlint.wording import ARTEFACT


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """Which titles to leave alone. The form's wording stands in the profile.

    ignore: Lines with the words of a title that are none, such as a path of links or the title of a letter.
    unknown: What stands for an agency or a year that the report does not name.
    """

    ignore: Pattern
    unknown: str


def check(document: Document, options: Options) -> Iterator[Finding]:
    title = document.title
    if title is None or options.ignore.search(title.text):
        raise PartMissing("title")
    if title.agency is None and title.year is None:
        raise PartMissing("title")  # words that could head a column of a web page
    found = ARTEFACT.sub("", title.text)
    agency = ARTEFACT.sub("", title.agency or document.agency or "") or options.unknown
    form = document.profile.title_form.replace("{agency}", agency)
    expected = form.replace("{year}", str(document.year or options.unknown))
    # A wrong year alone is no matter of form.
    if title.regular or found in (expected, form.replace("{year}", str(title.year))):
        return
    known = options.unknown not in expected
    fix = replacement(title.span, expected, "unsafe" if known else "display")
    yield Finding(
        span=title.span, facts={"found": found, "expected": expected}, found=found, expected=expected, fix=fix
    )


def fixes(options: Options) -> tuple[Safety, ...]:
    return ("unsafe", "display")


KIND = RuleKind("title-form", Options, check, fixes=fixes)
