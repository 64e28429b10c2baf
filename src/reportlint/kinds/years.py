"""Years that disagree with the report year: in the title, in the text, in the date of signature."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from reportlint.diagnostic import Finding, Safety, Span
from reportlint.document import Document
from reportlint.errors import PartMissing
from reportlint.imprint import Title
from reportlint.kinds import named
from reportlint.mending import replacement
from reportlint.profile import Profile
from reportlint.records import dataclass
from reportlint.report import Paragraph
from reportlint.rule import Pattern, RuleKind
from reportlint.wording import fold

FRONT = "front"
FOUR_DIGITS = re.compile(r"\d{4}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Mention:
    """Words in which a report names its own year.

    pattern: Group `year`. within: Keys of sections, or `front` for what stands before the first section; a
        section that the report does not have is passed over.
    first: Look at the first paragraph of each only.
    alone: Only where the report year does not occur in the same paragraph.
    distance: The largest difference from the report year that is taken for a slip; 0 for any.
    unless: What gives the year another meaning, between the start of the match and the end of its sentence.
    """

    pattern: Pattern
    within: tuple[str, ...]
    first: bool = False
    alone: bool = False
    distance: int = 0
    unless: Pattern | None = None

    def __post_init__(self) -> None:
        if "year" not in self.pattern.groups:
            raise ValueError("the pattern of a mention has no group 'year'")


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """Where to look besides the title.

    mentions: Words in the text that name the report year.
    sentence_end: What a sentence ends with.
    trusted: Which dates say when the report was made: signature, letter, print-note.
    """

    mentions: tuple[Mention, ...]
    sentence_end: Pattern
    trusted: tuple[str, ...] = ("signature", "letter", "print-note")


def check(document: Document, options: Options) -> Iterator[Finding]:
    if document.year is None:
        raise PartMissing("year")
    yield from _dates(document, document.year, options)
    title = document.title
    # Without a year in the title nothing says which of the others is wrong.
    if title is None or title.year is None:
        return
    if title.year != document.year:
        yield _finding(_year_span(document, title), str(title.year), document.year, "title")
        return
    seen: set[Span] = set()
    # Patterns are slow, and most paragraphs name no other year.
    others = {paragraph for paragraph in document.prose if _names_another(paragraph, document.year)}
    for mention in options.mentions if others else ():
        for paragraph in _paragraphs(document, mention, title):
            for finding in _mentioned(document, paragraph, mention, options) if paragraph in others else ():
                if finding.span not in seen:
                    seen.add(finding.span)
                    yield finding


def _names_another(paragraph: Paragraph, year: int) -> bool:
    return any(int(digits) != year for digits in FOUR_DIGITS.findall(paragraph.text))


def _dates(document: Document, year: int, options: Options) -> Iterator[Finding]:
    """Signed on a day that does not exist, or before the year was over."""
    for dated in document.dates:
        if dated.where not in options.trusted:
            continue
        if dated.day is None:
            yield _finding(dated.span, dated.text, year, "impossible")
        elif dated.day < document.profile.last_day(year):
            yield _finding(dated.span, dated.text, year, "early")


def _year_span(document: Document, title: Title) -> Span:
    """Where the year stands in the title; the whole title where it is not written in digits."""
    text = fold(document.source.text[title.span.start : title.span.end])
    place = text.find(str(title.year))
    start = title.span.start + place
    return Span(start, start + len(str(title.year))) if place >= 0 else title.span


def _paragraphs(document: Document, mention: Mention, title: Title) -> Iterator[Paragraph]:
    for part in mention.within:
        if part == FRONT:
            paragraphs = [item for item in document.report.front if isinstance(item, Paragraph)]
        else:
            section = document.outline.sections.get(part)
            paragraphs = list(section.paragraphs()) if section else []
        outside = [paragraph for paragraph in paragraphs if not _overlap(paragraph.span, title.span)]
        yield from outside[:1] if mention.first else outside


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _mentioned(document: Document, paragraph: Paragraph, mention: Mention, options: Options) -> Iterator[Finding]:
    text, year = fold(paragraph.text), document.year
    for match in mention.pattern.finditer(text) if document.has(text, mention.pattern) else ():
        named = int(match[mention.pattern.numbers["year"]])
        if year is None or named == year or (mention.distance and abs(named - year) > mention.distance):
            continue
        if (mention.alone and str(year) in text) or _means_another(text, match, mention, options):
            continue
        start, end = match.span(mention.pattern.numbers["year"])
        span = Span(paragraph.span.start + start, paragraph.span.start + end)
        yield _finding(span, paragraph.text[start:end], year, "text")


def _means_another(text: str, match: Any, mention: Mention, options: Options) -> bool:
    if mention.unless is None:
        return False
    rest = text[match.end() :]
    end = options.sentence_end.search(rest)
    sentence = text[match.start() : match.end()] + (rest[: end.start()] if end else rest)
    return mention.unless.search(sentence) is not None


def _finding(span: Span, found: str, year: int, variant: str) -> Finding:
    return Finding(
        span=span,
        facts={"found": found, "year": str(year), "next": str(year + 1)},
        variant=variant,
        found=found,
        expected=str(year) if variant in ("title", "text") else None,
        fix=replacement(span, str(year), "display") if variant in ("title", "text") else None,
    )


def watched(options: Options) -> Iterator[Pattern]:
    return (mention.pattern for mention in options.mentions)


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    for mention in options.mentions:
        named.in_sections(profiles, ("mentions",), mention.within, (FRONT,))


def fixes(options: Options) -> tuple[Safety, ...]:
    return ("display",)


KIND = RuleKind("years", Options, check, None, fits, watched, fixes=fixes)
