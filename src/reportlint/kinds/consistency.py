"""One thing that a report calls by several names."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from reportlint.diagnostic import Finding, Fix, Related, Safety, Span, Text
from reportlint.document import Document
from reportlint.kinds import named
from reportlint.kinds.scope import PROSE, WHOLE_TEXT, shown, stretches
from reportlint.mending import replacement, several
from reportlint.profile import Profile
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind

MOST_RELATED = 20
ALSO_HERE = Text("这里也这样写", "here as well")


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """The names, where to look for them, and which of several wordings counts.

    names: For each thing its wordings, two at least, of which a report may use one. Where wordings have a group
        `name`, as in `(?P<name>{:hanzi:}{2}镇)政府`, what differs in it is another thing: 云溪镇 is not held against
        河湾镇.
    counts: `first` for the wording that stands first, `most` for the one that stands most often. Each other one is
        reported once, where it stands first.
    scope: `text` for the whole file, tables included; `prose` for all paragraphs; or the key of a section.
    fold: Whether patterns see full-width forms as half-width ones; otherwise they see the text as it stands.
    """

    names: tuple[tuple[Pattern, ...], ...]
    counts: Literal["first", "most"] = "first"
    scope: str = PROSE
    fold: bool = False

    def __post_init__(self) -> None:
        if any(len(wordings) < 2 for wordings in self.names):
            raise ValueError("one of 'names' has less than two wordings")


class Use(NamedTuple):
    """One place of a name. wording: Which of them, by its place. thing: What its group `name` holds."""

    span: Span
    wording: int
    thing: str


def check(document: Document, options: Options) -> Iterator[Finding]:
    for wordings in options.names:
        uses = list(_uses(document, wordings, options))
        for thing in dict.fromkeys(use.thing for use in uses):
            yield from _held(document, [use for use in uses if use.thing == thing], options)


def _uses(document: Document, wordings: tuple[Pattern, ...], options: Options) -> Iterator[Use]:
    """In reading order; of wordings that overlap the one that begins first, and of these the longest."""
    for stretch in stretches(document, options.scope, options.fold):
        found: list[Use] = []
        for number, pattern in enumerate(wordings):
            for match in pattern.finditer(stretch.text) if document.has(stretch.text, pattern) else ():
                thing = match["name"] if "name" in pattern.groups else ""
                found.append(Use(stretch.span(*match.span()), number, thing or ""))
        end = 0
        for use in sorted(found, key=lambda use: (use.span.start, -use.span.end)):
            if use.span.start >= end and use.span.end > use.span.start:
                end = use.span.end
                yield use


def _held(document: Document, uses: list[Use], options: Options) -> Iterator[Finding]:
    wordings = list(dict.fromkeys(use.wording for use in uses))
    places = {wording: [use.span for use in uses if use.wording == wording] for wording in wordings}
    # Of wordings that stand equally often the first one counts.
    right = wordings[0] if options.counts == "first" else max(wordings, key=lambda wording: len(places[wording]))
    expected = _text(document, places[right][0])
    for wording in wordings:
        if wording == right:
            continue
        first, *others = places[wording]
        yield Finding(
            span=first,
            facts={
                "found": shown(_text(document, first)),
                "expected": shown(expected),
                "count": str(len(places[wording])),
                "most": str(len(places[right])),
            },
            found=_text(document, first),
            expected=expected,
            related=(
                Related(places[right][0], Text(f"写作“{shown(expected)}”", f"called “{shown(expected)}”")),
                *(Related(span, ALSO_HERE) for span in others[:MOST_RELATED]),
            ),
            fix=_fix(places[wording], expected),
        )


def _fix(spans: list[Span], expected: str) -> Fix:
    if len(spans) == 1:
        return replacement(spans[0], expected)
    title = Text(f"{len(spans)} 处都写作“{shown(expected)}”", f"write “{shown(expected)}” in all {len(spans)} places")
    return several(spans, expected, title)


def _text(document: Document, span: Span) -> str:
    return document.source.text[span.start : span.end]


def watched(options: Options) -> Iterator[Pattern]:
    return (pattern for wordings in options.names for pattern in wordings)


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    named.in_sections(profiles, ("scope",), [options.scope], (WHOLE_TEXT, PROSE))


def fixes(options: Options) -> tuple[Safety, ...]:
    return ("unsafe",)


KIND = RuleKind("consistency", Options, check, None, fits, watched, fixes=fixes)
