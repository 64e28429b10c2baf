"""Text that has to stand somewhere, or must not stand there."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from reportlint.diagnostic import Finding, Span
from reportlint.document import Document
from reportlint.rule import Pattern, RuleKind

WHOLE_TEXT, PROSE = "text", "prose"
LONGEST_SHOWN = 40


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """What to look for, and where.

    patterns: What must not stand there; with `required`, what must, any one of them. They are held against
        the text as it stands, full-width forms not folded.
    scope: `text` for the whole file, tables included; `prose` for all paragraphs; or the key of a section.
    required: Whether one of the patterns has to be found. Its absence is reported at the heading of the
        section, or at the end of the report.
    most: How many places are reported one by one; the next one gets the message `more`, with their number.
    """

    patterns: tuple[Pattern, ...]
    scope: str = WHOLE_TEXT
    required: bool = False
    most: int = 20


def check(document: Document, options: Options) -> Iterator[Finding]:
    places = sorted(set(_places(document, options)))
    if options.required:
        if not places:
            yield Finding(span=_where_absent(document, options), variant="missing")
        return
    for span in places[: options.most]:
        text = document.source.text[span.start : span.end]
        shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
        yield Finding(span=span, facts={"found": shown}, variant="found", found=text)
    rest = places[options.most :]
    if rest:
        yield Finding(span=rest[0], facts={"count": str(len(rest))}, variant="more")


def _places(document: Document, options: Options) -> Iterator[Span]:
    together = _together(tuple(pattern.text for pattern in options.patterns))
    for start, text in _texts(document, options.scope):
        # All at once first: most texts have none of them, and what costs is to hand the text over.
        for index in sorted(together.Match(text) or ()):
            pattern = options.patterns[index]
            for match in pattern.finditer(text):
                yield Span(start + match.start(), start + match.end())


@lru_cache(maxsize=64)
def _together(patterns: tuple[str, ...]) -> Any:
    options = re2.Options()
    options.log_errors = False
    found = re2.Set.SearchSet(options)
    for pattern in patterns:
        found.Add(pattern)
    found.Compile()
    return found


def _texts(document: Document, scope: str) -> Iterator[tuple[int, str]]:
    """Where each text begins, and the text."""
    if scope == WHOLE_TEXT:
        yield 0, document.source.text
        return
    for paragraph in document.paragraphs(None if scope == PROSE else scope):
        yield paragraph.span.start, paragraph.text


def _where_absent(document: Document, options: Options) -> Span:
    if options.scope in (WHOLE_TEXT, PROSE):
        return document.end
    return document.section(options.scope).heading.span


KIND = RuleKind("text-pattern", Options, check)
