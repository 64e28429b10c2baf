"""Headings that a report, or a section of it, has to have, their order and their wording."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from reportlint.diagnostic import Finding, Place, Related, Text
from reportlint.document import Document
from reportlint.kinds import named
from reportlint.numbering import Numbering
from reportlint.profile import Profile
from reportlint.records import dataclass
from reportlint.report import Heading, Section, Subsection
from reportlint.rule import Pattern, RuleKind
from reportlint.wording import fold

Level = Literal["section", "subsection", "item", "subitem"]
LEVELS: tuple[Level, ...] = ("section", "subsection", "item", "subitem")


@dataclass(frozen=True, kw_only=True, eq=False)
class Wanted:
    """A heading that should be there.

    name: What it is called in the message.
    pattern: Its words, number and white space left out, full-width forms folded.
    optional: Whether it may be left out; then only its place is looked at, with `ordered`.
    """

    name: Text
    pattern: Pattern
    optional: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """Which headings are looked at, and what is wanted of them.

    levels: section for 一、, subsection for （一）, item for 1., subitem for （1）.
    section: Only within this section; without it, in all of them.
    wanted: Headings that have to be there, or may be. Those left out are told together, as `missing`, at the heading
        of the section or of the report's end.
    ordered: Whether those of `wanted` that are there have to stand in this order; one that does not is `misplaced`.
    each: What the words of every heading have to fit; one that does not is `unfit`.
    none: What the words of no heading may fit; one that does is `forbidden`.
    """

    levels: tuple[Level, ...] = ("subsection",)
    section: str | None = None
    wanted: tuple[Wanted, ...] = ()
    ordered: bool = False
    each: Pattern | None = None
    none: Pattern | None = None

    def __post_init__(self) -> None:
        if not (self.wanted or self.each or self.none):
            raise ValueError("give 'wanted', 'each' or 'none'")
        if self.section and self.levels == ("section",):
            raise ValueError("a section has no heading of the level 'section' in it")


class Found(NamedTuple):
    """A heading with its words as patterns see them. wanted: Which of those it is, by its place; None for another."""

    heading: Heading
    text: str
    wanted: int | None


def check(document: Document, options: Options) -> Iterator[Finding]:
    found = [_found(heading, options) for heading in _headings(document, options)]
    place = Place(document.profile.section(options.section).title) if options.section else None
    missing = [
        wanted.name
        for which, wanted in enumerate(options.wanted)
        if not wanted.optional and all(heading.wanted != which for heading in found)
    ]
    if missing:
        names = Text("、".join(name.zh for name in missing), ", ".join(name.en for name in missing))
        span = document.section(options.section).heading.span if options.section else document.end
        yield Finding(span=span, facts={"missing": names}, variant="missing", place=place)
    if options.ordered:
        yield from _misplaced(found, options, place)
    for heading, text, _ in found:
        if options.each and not options.each.search(text):
            yield _finding(heading, "unfit", place)
        if options.none and options.none.search(text):
            yield _finding(heading, "forbidden", place)


def _headings(document: Document, options: Options) -> Iterator[Heading]:
    sections = (document.section(options.section),) if options.section else document.report.sections
    for section in sections:
        if "section" in options.levels and not options.section:
            yield section.heading
        numbering = document.profile.numbering
        yield from (heading for heading in _below(section) if _level(heading, numbering) in options.levels)


def _below(section: Section) -> Iterator[Heading]:
    return (item.heading for item in section.items if isinstance(item, Subsection))


def _level(heading: Heading, numbering: Numbering) -> Level | None:
    number = numbering.level(heading.mark) if heading.mark else 0
    return LEVELS[number] if 0 < number < len(LEVELS) else None


def _found(heading: Heading, options: Options) -> Found:
    text = "".join(fold(heading.title).split())
    wanted = next((which for which, item in enumerate(options.wanted) if item.pattern.search(text)), None)
    return Found(heading, text, wanted)


def _misplaced(found: list[Found], options: Options, place: Place | None) -> Iterator[Finding]:
    """Those outside the longest run that is in order, each with one that it should not stand behind, or before."""
    listed = [(heading, which) for heading, _, which in found if which is not None]
    runs: list[list[int]] = []
    for number, (_, which) in enumerate(listed):
        before = [run for run in runs if listed[run[-1]][1] <= which]
        runs.append([*max(before, key=len, default=[]), number])
    kept = max(runs, key=len, default=[])
    for number, (heading, which) in enumerate(listed):
        if number in kept:
            continue
        after = next((other for other in kept if listed[other][1] > which), None)
        other = listed[kept[-1] if after is None else after]
        name = options.wanted[other[1]].name
        expected = Text(f"在“{name.zh}”之{'后' if after is None else '前'}", _english(name.en, after is None))
        yield _finding(heading, "misplaced", place, expected, (Related(other[0].span, expected),))


def _english(name: str, behind: bool) -> str:
    return f"{'behind' if behind else 'before'} “{name}”"


def _finding(
    heading: Heading,
    variant: str,
    place: Place | None,
    expected: Text | None = None,
    related: tuple[Related, ...] = (),
) -> Finding:
    facts: dict[str, str | Text] = {"found": heading.title}
    if expected:
        facts["expected"] = expected
    return Finding(
        span=heading.span, facts=facts, variant=variant, place=place, found=heading.title,
        expected=expected.zh if expected else None, related=related,
    )  # fmt: skip


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    named.in_sections(profiles, ("section",), [options.section] if options.section else [])


KIND = RuleKind("headings", Options, check, None, fits)
