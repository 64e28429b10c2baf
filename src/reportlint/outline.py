"""Which section of a report is which of the form: by its words, whatever its number."""

import enum
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from reportlint.bound import BoundTable, Departure, Fault
from reportlint.diagnostic import Span
from reportlint.numbering import Numbering
from reportlint.profile import Profile, SectionTemplate
from reportlint.report import Heading, Item, Paragraph, Report, Section, Subsection
from reportlint.wording import Likeness, fold, likeness, similarity, words

NEAR = 0.6


class Flaw(enum.Enum):
    """Ways in which the sections depart from the form."""

    MISSING = "section-missing"
    EXTRA = "section-extra"
    ORDER = "section-order"
    TWICE = "section-twice"
    NUMBER = "section-number"
    STYLE = "section-number-style"
    VARIANT = "heading-variant"
    RENAMED = "heading-renamed"
    EMPTY = "section-empty"
    SUBNUMBER = "subsection-number"
    LEVEL = "numbering-level"
    BRACKETS = "bracket-width"


class Deviation(NamedTuple):
    """One way in which the sections depart from the form, at its root. section: Title in the form."""

    flaw: Flaw
    span: Span
    found: str = ""
    expected: str = ""
    section: str | None = None


class Outline(NamedTuple):
    """sections: The report's section for each key of the form that it has."""

    sections: Mapping[str, Section]
    deviations: tuple[Deviation, ...]


def outline(
    report: Report, profile: Profile, tables: Mapping[str, BoundTable], departures: tuple[Departure, ...]
) -> Outline:
    """The sections of the report as the form's, and every departure from it."""
    match, doubles = _matched(report.sections, profile)
    renamed = _renamed(report.sections, profile, match, tables)
    found = {**match, **renamed}
    sections = {profile.sections[which].key: report.sections[place] for place, which in sorted(found.items())}
    deviations = [
        *_missing(report, profile, found),
        *_order(report.sections, profile, match),
        *_numbers(report.sections, profile, found, doubles),
        *_empty(report, profile, found, departures),
        *(deviation for section in report.sections for deviation in _subsections(section, profile.numbering)),
    ]
    for place, section in enumerate(report.sections):
        heading = section.heading
        if place in renamed:
            form = profile.sections[renamed[place]]
            deviations.append(Deviation(Flaw.RENAMED, heading.title_span, heading.title, form.title, form.title))
        elif place in doubles:
            form = profile.sections[doubles[place]]
            deviations.append(Deviation(Flaw.TWICE, heading.span, _shown(heading), form.title, form.title))
        elif place not in match and not profile.partial:
            deviations.append(Deviation(Flaw.EXTRA, heading.span, _shown(heading)))
    return Outline(sections, tuple(deviations))


def _shown(heading: Heading) -> str:
    return f"{heading.mark}{heading.title}"


def _matched(sections: tuple[Section, ...], profile: Profile) -> tuple[dict[int, int], dict[int, int]]:
    """For each heading that is near a title of the form, which; the nearest has it. And headings that come twice."""
    scores: list[tuple[float, int, int]] = []
    titles = _titles(profile)
    for place, section in enumerate(sections):
        mine = words(section.heading.title)
        exact = titles.get(mine, titles.get(profile.numbering.bare(mine)))
        if exact is not None:
            scores.append((-1.0, place, exact))
            continue
        for which, form in enumerate(profile.sections):
            nearness = max(_nearness(section.heading.title, title, profile.numbering) for title in form.titles)
            if nearness >= NEAR:
                scores.append((-nearness, place, which))
    match: dict[int, int] = {}
    doubles: dict[int, int] = {}
    for score, place, which in sorted(scores):
        if place in match or place in doubles:
            continue
        if which not in match.values():
            match[place] = which
        elif score == -1.0:
            doubles[place] = which
    return match, doubles


@lru_cache(maxsize=64)
def _titles(profile: Profile) -> Mapping[str, int]:
    """Places of the sections by the words of their titles."""
    return {words(title): which for which, form in enumerate(profile.sections) for title in form.titles}


def _nearness(found: str, title: str, numbering: Numbering) -> float:
    if words(title) in (mine := words(found), numbering.bare(mine)):
        return 1.0
    return min(similarity(found, title), 0.99)


def _renamed(
    sections: tuple[Section, ...], profile: Profile, match: Mapping[int, int], tables: Mapping[str, BoundTable]
) -> dict[int, int]:
    """A heading of other words in the place, and with the number or the table, of a section that is not there."""
    renamed: dict[int, int] = {}
    for place, section in enumerate(sections):
        if place in match:
            continue
        before = max((which for other, which in match.items() if other < place), default=-1)
        after = min((which for other, which in match.items() if other > place), default=len(profile.sections))
        for which in range(before + 1, after):
            form = profile.sections[which]
            if which in match.values() or which in renamed.values():
                continue
            keys = [template.key for template in profile.tables if template.section == form.key]
            held = [
                key
                for key in keys
                if key in tables and section.heading.span.end <= tables[key].span.start <= section.end
            ]
            if held or (not keys and section.heading.number == form.number):
                renamed[place] = which
                break
    return renamed


def _missing(report: Report, profile: Profile, found: Mapping[int, int]) -> Iterator[Deviation]:
    for which, form in enumerate(profile.sections):
        if which in found.values():
            continue
        later = [place for place, other in found.items() if other > which]
        span = report.sections[min(later)].heading.span if later else _last_line(report)
        yield Deviation(Flaw.MISSING, span, "", _numbered(form, profile), form.title)


def _numbered(form: SectionTemplate, profile: Profile) -> str:
    """The heading as the form prints it."""
    return f"{profile.numbering.mark(form.number)}{form.title}"


def _last_line(report: Report) -> Span:
    """The end of the last thing before the signature."""
    if not report.sections:
        paragraphs = list(report.paragraphs())
        return paragraphs[-1].span if paragraphs else Span(0, 0)
    end = report.sections[-1].end
    return Span(max(end - 1, 0), end)


def _order(sections: tuple[Section, ...], profile: Profile, match: Mapping[int, int]) -> Iterator[Deviation]:
    """Sections outside the longest run that is in order."""
    places = sorted(match)
    tails: list[int] = []
    back: dict[int, int | None] = {}
    ends: list[int] = []
    for place in places:
        at = bisect_left(tails, match[place])
        back[place] = ends[at - 1] if at else None
        tails[at : at + 1] = [match[place]]
        ends[at : at + 1] = [place]
    kept: set[int] = set()
    step: int | None = ends[-1] if ends else None
    while step is not None:
        kept.add(step)
        step = back[step]
    for place in places:
        if place not in kept:
            form = profile.sections[match[place]]
            heading = sections[place].heading
            yield Deviation(Flaw.ORDER, heading.span, _shown(heading), _numbered(form, profile), form.title)


def _numbers(
    sections: tuple[Section, ...], profile: Profile, found: Mapping[int, int], doubles: Mapping[int, int]
) -> Iterator[Deviation]:
    """Numbers and titles of the sections that the form has."""
    unnumbered: list[Deviation] = []
    previous, last = 0, -1
    for place, section in enumerate(sections):
        heading, which = section.heading, found.get(place)
        if which is None:
            previous = heading.number or previous
            continue
        form = profile.sections[which]
        if not heading.mark and words(heading.title) == words(form.title):
            expected = _numbered(form, profile)
            if expected != form.title:
                unnumbered.append(Deviation(Flaw.STYLE, heading.span, heading.title, expected, form.title))
        else:
            # Counted on from the heading before; sections that are missing between may have kept their numbers.
            missing = sum(other not in found.values() for other in range(last + 1, which))
            explained = range(previous + 1, previous + 2 + missing)
            yield from _heading_flaws(heading, form, profile.numbering, explained)
        previous = heading.number if heading.number is not None else previous + 1
        last = which
    # Numbers made by a word processor are lost all at once: that is one defect.
    yield from unnumbered[:1]


def _heading_flaws(
    heading: Heading, form: SectionTemplate, numbering: Numbering, explained: range
) -> Iterator[Deviation]:
    """What is wrong with one heading's number and with its title. explained: Numbers that others account for."""
    expected = numbering.mark(form.number)
    mark = fold(heading.mark)
    reworded = words(form.title) not in (mine := words(heading.title), numbering.bare(mine))
    if numbering.is_of_another(mark):
        yield Deviation(Flaw.STYLE, heading.span, heading.mark, expected, form.title)
    elif not numbering.is_well_formed(mark) or heading.number is None:
        if expected and not reworded:
            yield Deviation(Flaw.STYLE, heading.span, _shown(heading), f"{expected}{form.title}", form.title)
            return  # what is left of the mark stands in the title now
    elif heading.number != form.number and heading.number not in explained:
        yield Deviation(Flaw.NUMBER, heading.span, heading.mark, expected, form.title)
    same = heading.title in form.titles or any(likeness(heading.title, title) is Likeness.SAME for title in form.titles)
    if not same and _nearness(heading.title, form.title, numbering) >= NEAR:
        yield Deviation(Flaw.VARIANT, heading.title_span, heading.title, form.title, form.title)


def _empty(
    report: Report, profile: Profile, found: Mapping[int, int], departures: tuple[Departure, ...]
) -> Iterator[Deviation]:
    without_table = {
        profile.table(departure.table).section for departure in departures if departure.fault is Fault.TABLE_MISSING
    }
    for place, which in found.items():
        form, section = profile.sections[which], report.sections[place]
        if form.key not in without_table and not any(_has_content(item) for item in section.items):
            yield Deviation(Flaw.EMPTY, section.heading.span, _shown(section.heading), "", form.title)


def _has_content(item: Item) -> bool:
    if isinstance(item, Paragraph):
        return bool(words(item.text))
    return True


def _subsections(section: Section, numbering: Numbering) -> Iterator[Deviation]:
    """Numbers of sub-headings: used twice, skipped, of another level, with half-width brackets."""
    following: dict[int, tuple[int, ...]] = {}
    first = True
    for item in section.items:
        if isinstance(item, Paragraph):
            yield from _inline(item, numbering)
            continue
        if not isinstance(item, Subsection):
            continue
        heading = item.heading
        level = numbering.level(heading.mark)
        if first and level != 1 and numbering.levels:
            yield Deviation(Flaw.LEVEL, heading.span, heading.mark, numbering.levels[0].mark(1))
        first = False
        wide = numbering.wide(heading.mark)
        if wide != heading.mark:
            yield Deviation(Flaw.BRACKETS, heading.span, heading.mark, wide)
        number = heading.number
        if number is not None:
            allowed = following.get(level, (number,))
            following[level] = (number + 1,)
            if number != 1 and number not in allowed:
                yield Deviation(Flaw.SUBNUMBER, heading.span, heading.mark, numbering.like(heading.mark, allowed[0]))
                # The one after may count on from the wrong number or as if it had been right.
                following[level] = (number + 1, allowed[0] + 1)
            # A heading of a higher level starts the counting below it anew.
            for other in [key for key in following if key > level]:
                del following[other]
        for paragraph in item.items:
            if isinstance(paragraph, Paragraph):
                yield from _inline(paragraph, numbering)


def _inline(paragraph: Paragraph, numbering: Numbering) -> Iterator[Deviation]:
    found = numbering.list_within(paragraph.text)
    if found:
        start, end = (paragraph.span.start + place for place in found)
        yield Deviation(Flaw.LEVEL, Span(start, end), numbering.mark(1), numbering.inline)
