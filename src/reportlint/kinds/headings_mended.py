"""What would mend a heading: its number written as the form writes it, its words those of the form."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeVar

from reportlint.diagnostic import Edit, Fix, Safety, Span, Text
from reportlint.document import Document
from reportlint.kinds.restoring import restored
from reportlint.mending import replacement
from reportlint.numbering import HASHES
from reportlint.outline import Deviation, Flaw
from reportlint.report import Heading, Item, Section, Subsection
from reportlint.wording import fold, words

_HASHES = re.compile(HASHES)


def fix(document: Document, deviation: Deviation) -> Fix | None:
    """The fix for what is wrong with a heading; None where nothing certain would mend it."""
    flaw = deviation.flaw
    if flaw is Flaw.MISSING:
        return _missing(document, deviation)
    if flaw is Flaw.VARIANT:
        return restored(document, deviation.span, deviation.found, deviation.expected)
    if flaw is Flaw.RENAMED:
        return replacement(deviation.span, deviation.expected)
    if flaw is Flaw.LEVEL:
        return _level(document, deviation)
    heading = _heading(document, deviation.span)
    if heading is None:
        return None
    if flaw is Flaw.STYLE:
        return _style(document, deviation, heading)
    if flaw in (Flaw.NUMBER, Flaw.SUBNUMBER):
        return replacement(_at_mark(heading), _number(deviation.expected))
    if flaw is Flaw.BRACKETS:
        return replacement(_at_mark(heading), _number(deviation.expected), "safe")
    return None


def _heading(document: Document, span: Span) -> Heading | None:
    """The heading at this place, found by halves: a report may have thousands, each with something to mend."""
    section = _last(document.report.sections, span.start)
    if section is None or section.heading.span == span:
        return section and section.heading
    item = _last(section.items, span.start)
    return item.heading if isinstance(item, Subsection) and item.heading.span == span else None


PartT = TypeVar("PartT", Section, Item)


def _last(parts: Sequence[PartT], start: int) -> PartT | None:
    """The last of the parts, which are in reading order, that begins there or before."""
    place = bisect_right(parts, start, key=_begins)
    return parts[place - 1] if place else None


def _begins(part: Section | Item) -> int:
    return part.heading.span.start if isinstance(part, (Section, Subsection)) else part.span.start


def _start(heading: Heading) -> int:
    """Where the number starts, behind the signs of Markdown, which stay."""
    return heading.span.start + len(heading.mark) - len(_number(heading.mark))


def _number(mark: str) -> str:
    return _HASHES.sub("", mark, count=1)


def _at_mark(heading: Heading) -> Span:
    """Where the number stands, the white space behind it left alone."""
    return Span(_start(heading), heading.span.start + len(heading.mark))


def _style(document: Document, deviation: Deviation, heading: Heading) -> Fix | None:
    """A number in the form's style. It is safe as long as it stays the same number, or was lost altogether."""
    numbering = document.profile.numbering
    form = next(form for form in document.profile.sections if form.title == deviation.section)
    if not heading.mark and words(heading.title) == words(form.title):
        return _numbered(document)
    if numbering.is_of_another(fold(heading.mark)):
        safety: Safety = "safe" if heading.number == form.number else "unsafe"
        # The space that a word processor puts behind its own numbers goes with them.
        return replacement(Span(_start(heading), heading.title_span.start), numbering.mark(form.number), safety)
    number = numbering.number(fold(heading.mark + heading.title))
    safety = "safe" if number in (None, form.number) else "unsafe"
    return replacement(Span(_start(heading), heading.title_span.end), deviation.expected, safety)


def _numbered(document: Document) -> Fix | None:
    """The number of each heading that has lost its own: a word processor loses them all at once."""
    numbering, edits = document.profile.numbering, []
    for key, section in document.outline.sections.items():
        heading, form = section.heading, document.profile.section(key)
        if not heading.mark and words(heading.title) == words(form.title):
            start = heading.title_span.start
            edits.append(Edit(Span(start, start), numbering.mark(form.number)))
    if not edits:
        return None
    title = Text(f"补上编号“{edits[0].text}”", f"number it “{edits[0].text}”")
    if len(edits) > 1:
        title = Text(f"补上 {len(edits)} 个标题的编号", f"number {len(edits)} headings")
    return Fix("safe", title, tuple(sorted(edits)))


def _level(document: Document, deviation: Deviation) -> Fix | None:
    """All headings below the section in the style of the first level, where they share another; else only a hint."""
    numbering = document.profile.numbering
    section = _last(document.report.sections, deviation.span.start)
    items = section.items if section else ()
    headings = [item.heading for item in items if isinstance(item, Subsection)]
    levels = {numbering.level(heading.mark) for heading in headings}
    alike = len(levels) == 1 and all(heading.number is not None for heading in headings)
    if not alike or headings[0].span != deviation.span:
        return replacement(deviation.span, deviation.expected, "display")
    edits = tuple(Edit(_at_mark(heading), numbering.levels[0].mark(heading.number or 1)) for heading in headings)
    first, count = edits[0].text, len(edits)
    shown = Text(f"本部分 {count} 个序号改为“{first}”的样式", f"number {count} headings like “{first}”")
    return Fix("safe", shown, edits)


def _missing(document: Document, deviation: Deviation) -> Fix | None:
    """Where the heading would stand. What belongs under it nobody but its author knows."""
    later = any(section.heading.span == deviation.span for section in document.report.sections)
    if not later:
        return None
    title = Text(f"在此之前写“{deviation.expected}”", f"write “{deviation.expected}” before this")
    return Fix("display", title, (Edit(Span(deviation.span.start, deviation.span.start), f"{deviation.expected}\n"),))
