"""Text that must not stand somewhere, has to stand there, or may stand there so many times only."""

from collections.abc import Iterator, Sequence

from reportlint.diagnostic import Finding, Fix, Related, Safety, Span, Text
from reportlint.document import Document
from reportlint.kinds import named
from reportlint.kinds.scope import PROSE, WHOLE_TEXT, shown, stretches, where_absent
from reportlint.mending import removal, several
from reportlint.profile import Profile
from reportlint.records import dataclass
from reportlint.rule import SAFETIES, Pattern, RuleKind
from reportlint.source import LINE_END

MOST_RELATED = 20
BLANKS = " \u3000"
ALSO_HERE = Text("这里也有", "here as well")


@dataclass(frozen=True, kw_only=True, eq=False)
class Removal:
    """What of it may be taken out.

    pattern: What was found fits it whole.
    safety: `safe` where nothing is lost with it, `unsafe` where something may be, `display` where the fix is only to
        be looked at.
    """

    pattern: Pattern
    safety: Safety = "unsafe"


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
    remove: What of the places of `found` a fix may take out, tried in this order; the rest has no fix.
    """

    patterns: tuple[Pattern, ...]
    scope: str = WHOLE_TEXT
    least: int = 0
    most: int | None = None
    fold: bool = False
    shown: int = 20
    remove: tuple[Removal, ...] = ()

    def __post_init__(self) -> None:
        if not self.patterns:
            raise ValueError("'patterns' is empty")
        if self.least < 0 or (self.most is not None and self.most < max(self.least, 1)):
            raise ValueError("'most' has to be at least 1 and not smaller than 'least'")
        if self.remove and (self.least or self.most is not None):
            raise ValueError("'remove' is for what must not stand there at all: leave out 'least' and 'most'")


def check(document: Document, options: Options) -> Iterator[Finding]:
    places = sorted(set(_places(document, options)))
    if options.least or options.most is not None:
        yield from _counted(document, places, options)
        return
    for span in places[: options.shown]:
        text = document.source.text[span.start : span.end]
        fix = _removal(document.source.text, span, options)
        yield Finding(span=span, facts={"found": shown(text)}, variant="found", found=text, fix=fix)
    rest = places[options.shown :]
    if rest:
        yield Finding(
            span=rest[0],
            facts={"count": str(len(rest))},
            variant="more",
            related=tuple(Related(other, ALSO_HERE) for other in rest[1:MOST_RELATED]),
            fix=_removals(document.source.text, rest, options),
        )


def _removal(text: str, span: Span, options: Options) -> Fix | None:
    found = text[span.start : span.end]
    for each in options.remove:
        if each.pattern.compiled.fullmatch(found):
            return removal(_with_line(text, span), found, each.safety)
    return None


def _removals(text: str, spans: Sequence[Span], options: Options) -> Fix | None:
    """All of them in one fix, as safe as the least safe of them; None where one of them may not be taken out."""
    fixes = [_removal(text, span, options) for span in spans]
    if None in fixes:
        return None
    safety = max((fix.safety for fix in fixes if fix), key=SAFETIES.index)
    title = Text(f"删去这 {len(spans)} 处", f"take out all {len(spans)}")
    return several([fix.edits[0].span for fix in fixes if fix], "", title, safety)


def _with_line(text: str, span: Span) -> Span:
    """The span with the blanks that would be left of its line, and with the whole line where nothing else stands on it:
    an empty line would end a row of a table."""
    start = max(text.rfind("\n", 0, span.start), text.rfind("\r", 0, span.start)) + 1
    end = LINE_END.search(text, span.end)
    rest = text[span.end : end.start() if end else len(text)]
    before = text[start : span.start]
    if not rest.strip() and end and not before.strip(BLANKS):
        return Span(start, end.end())
    return span if before.strip() else Span(span.start, span.end + len(rest) - len(rest.lstrip(BLANKS)))


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


def fixes(options: Options) -> Iterator[Safety]:
    return (each.safety for each in options.remove)


KIND = RuleKind("text-pattern", Options, check, None, fits, watched, fixes=fixes)
