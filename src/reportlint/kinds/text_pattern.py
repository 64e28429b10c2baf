"""Text that must not stand somewhere, has to stand there, or may stand there so many times only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlint.diagnostic import Finding, Related, Span, Text
from reportlint.document import Document
from reportlint.kinds import named
from reportlint.kinds.scope import PROSE, WHOLE_TEXT, shown, stretches, where_absent
from reportlint.profile import Profile
from reportlint.rule import Pattern, RuleKind

MOST_RELATED = 20
ALSO_HERE = Text("这里也有", "here as well")


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """What to look for, where, and how often it may stand there.

    patterns: What is looked for; a text that fits any one of them counts.
    scope: `text` for the whole file, tables included; `prose` for all paragraphs; or the key of a section.
    least: How often it has to stand there; 1 for a text that is required. Too few are reported as `missing`, at the
        heading of the section or at the end of the report.
    most: How often it may stand there. Without `least` and `most` it must not stand there at all, and each place is
        reported as `found`; more than `most` are reported once, as `many`, where the first one too many stands.
    fold: Whether patterns see full-width forms as half-width ones; otherwise they see the text as it stands.
    shown: How many places of `found` are reported one by one; the next one gets the message `more`, with their
        number.
    """

    patterns: tuple[Pattern, ...]
    scope: str = WHOLE_TEXT
    least: int = 0
    most: int | None = None
    fold: bool = False
    shown: int = 20

    def __post_init__(self) -> None:
        if not self.patterns:
            raise ValueError("'patterns' is empty")
        if self.least < 0 or (self.most is not None and self.most < max(self.least, 1)):
            raise ValueError("'most' has to be at least 1 and not smaller than 'least'")


def check(document: Document, options: Options) -> Iterator[Finding]:
    places = sorted(set(_places(document, options)))
    if options.least or options.most is not None:
        yield from _counted(document, places, options)
        return
    for span in places[: options.shown]:
        text = document.source.text[span.start : span.end]
        yield Finding(span=span, facts={"found": shown(text)}, variant="found", found=text)
    rest = places[options.shown :]
    if rest:
        yield Finding(span=rest[0], facts={"count": str(len(rest))}, variant="more")


def _counted(document: Document, places: list[Span], options: Options) -> Iterator[Finding]:
    facts = {"count": str(len(places)), "least": str(options.least), "most": str(options.most or "")}
    if len(places) < options.least:
        related = tuple(Related(span, ALSO_HERE) for span in places[:MOST_RELATED])
        yield Finding(span=where_absent(document, options.scope), facts=facts, variant="missing", related=related)
    elif options.most is not None and len(places) > options.most:
        span = places[options.most]
        text = document.source.text[span.start : span.end]
        others = [*places[: options.most], *places[options.most + 1 :]]
        yield Finding(
            span=span,
            facts={**facts, "found": shown(text)},
            variant="many",
            found=text,
            related=tuple(Related(other, ALSO_HERE) for other in others[:MOST_RELATED]),
        )


def _places(document: Document, options: Options) -> Iterator[Span]:
    for stretch in stretches(document, options.scope, options.fold):
        for pattern in options.patterns:
            for match in pattern.finditer(stretch.text) if document.has(stretch.text, pattern) else ():
                if match.end() > match.start():
                    yield stretch.span(match.start(), match.end())


def watched(options: Options) -> tuple[Pattern, ...]:
    return options.patterns


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    named.in_sections(profiles, ("scope",), [options.scope], (WHOLE_TEXT, PROSE))


KIND = RuleKind("text-pattern", Options, check, None, fits, watched)
