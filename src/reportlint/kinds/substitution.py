"""Wordings that give way to others, each with the correction as a fix."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from reportlint.diagnostic import Finding, Safety, Span
from reportlint.document import Document
from reportlint.kinds import named
from reportlint.kinds.scope import PROSE, WHOLE_TEXT, Stretch, shown, stretches
from reportlint.mending import removal, replacement
from reportlint.profile import Profile
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind

ONLY = "only"
_GROUP = re.compile(r"\{(\w*)\}|[{}]")


@dataclass(frozen=True, kw_only=True, eq=False)
class Swap:
    """A wording and what takes its place.

    pattern: The wording. With a group `(?P<only>…)` that group alone gives way, and what stands around it has to be
        there; the message then has `{around}` for all of it.
    replace: What should stand there. {name} stands for the group `(?P<name>…)` of the pattern, {0} for all that was
        found, as the report writes it. What stands there already is left alone. Left out, the wording is taken out.
    """

    pattern: Pattern
    replace: str = ""

    def __post_init__(self) -> None:
        for place in _GROUP.finditer(self.replace):
            name = place[1]
            if not name:
                raise ValueError(f"'{place.group()}' in 'replace' is no name of a group in braces")
            if name != "0" and name not in self.pattern.groups:
                raise ValueError(f"the pattern has no group '{name}', which 'replace' wants")


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """What gives way to what, and where.

    swaps: Tried in this order; what one of them has found the later ones leave alone.
    scope: `text` for the whole file, tables included; `prose` for all paragraphs; or the key of a section.
    fold: Whether patterns see full-width forms as half-width ones; otherwise they see the text as it stands.
    safety: `safe` where the meaning cannot change, `unsafe` where it may, `display` where the fix is only to be
        looked at.
    """

    swaps: tuple[Swap, ...]
    scope: str = PROSE
    fold: bool = False
    safety: Safety = "unsafe"


def check(document: Document, options: Options) -> Iterator[Finding]:
    for stretch in stretches(document, options.scope, options.fold):
        taken: list[tuple[int, int]] = []
        for swap in options.swaps:
            for match in swap.pattern.finditer(stretch.text) if document.has(stretch.text, swap.pattern) else ():
                start, end = match.span(swap.pattern.compiled.groupindex.get(ONLY, 0))
                if start == end or any(start < last and first < end for first, last in taken):
                    continue
                taken.append((start, end))
                found, expected = stretch.written[start:end], _filled(swap, match, stretch)
                if found != expected:
                    around = stretch.written[match.start() : match.end()]
                    yield _finding(stretch.span(start, end), found, expected, around, options)


def _filled(swap: Swap, match: Any, stretch: Stretch) -> str:
    """What should stand at the match, its groups as the report writes them."""

    def word(place: re.Match[str]) -> str:
        # RE2 tells the place of a group by its number only.
        start, end = match.span(0 if place[1] == "0" else swap.pattern.numbers[place[1]])
        return stretch.written[start:end] if start >= 0 else ""

    return _GROUP.sub(word, swap.replace)


def _finding(span: Span, found: str, expected: str, around: str, options: Options) -> Finding:
    return Finding(
        span=span,
        facts={"found": shown(found), "expected": shown(expected), "around": shown(around)},
        found=found,
        expected=expected,
        fix=replacement(span, expected, options.safety) if expected else removal(span, found, options.safety),
    )


def watched(options: Options) -> Iterator[Pattern]:
    return (swap.pattern for swap in options.swaps)


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    named.in_sections(profiles, ("scope",), [options.scope], (WHOLE_TEXT, PROSE))


def fixes(options: Options) -> tuple[Safety, ...]:
    return (options.safety,)


KIND = RuleKind("substitution", Options, check, None, fits, watched, fixes=fixes)
