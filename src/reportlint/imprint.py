"""Who published a report, for which year, and when: its title, agency, dates and cover letter."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from reportlint.diagnostic import Span
from reportlint.notation import Notation, WrittenDay
from reportlint.profile import Profile
from reportlint.report import Paragraph, Report
from reportlint.wording import ARTEFACT, fold

MOST_TITLE_LINES = 4
LONGEST_TITLE = 90
LONGEST_DATE_LINE = 60
SPACED = 3  # so many letters take the room of one character, where spaces part words
CLOSING = 8  # paragraphs at the end of the last section among which a signature is looked for
# What may stand around the date in a line that is a signature, a date or both, and nothing else.
_NAME = re.compile(r"[^\d。;,!?:]{0,30}")
_END = re.compile(r"\s*\)?")
_SPACE = re.compile(r"\s+")


class Title(NamedTuple):
    """The report's title. text: Its lines joined, without white space. regular: It has the form's wording."""

    span: Span
    text: str
    agency: str | None
    year: int | None
    regular: bool


class Dated(NamedTuple):
    """A date that stands where a report is signed. day: None where there is no such day.

    where: signature, letter, print-note, or page for what a web page prints around the report.
    """

    span: Span
    text: str
    day: date | None
    where: str


# Title, agency, year.


@lru_cache(maxsize=32)
def _title_pattern(form: str, notation: Notation) -> re.Pattern[str]:
    longest = 50 * (SPACED if notation.spaced else 1)
    pattern = (
        re.escape(_squeezed(form, notation))
        .replace(r"\{agency\}", rf"(?P<agency>[^>»|/]{{2,{longest}}}?)")
        .replace(r"\{year\}", r"(?P<year>(?:19|20)\d\d)")
    )
    return re.compile(pattern, re.IGNORECASE)


def _squeezed(text: str, notation: Notation) -> str:
    """The text, folded, without the white space that parts no words."""
    return _SPACE.sub(" " if notation.spaced else "", fold(text)).strip()


def _longest_title(notation: Notation) -> int:
    return LONGEST_TITLE * (SPACED if notation.spaced else 1)


def find_title(report: Report, profile: Profile) -> Title | None:
    """The lines before the first section that make up the title; the form's own wording wins, then the last."""
    best: tuple[tuple[bool, bool, bool, int, int], Title] | None = None
    for run in _runs(report, _longest_title(profile.notation)):
        for start in range(len(run)):
            for end in range(start + 1, min(start + MOST_TITLE_LINES, len(run)) + 1):
                title = _read_title(run[start:end], profile)
                if title is None:
                    continue
                forwarded = profile.imprint.forwarded.search(title.text) is not None
                # The name of the body may stand on a line of its own.
                named = title.agency is not None and profile.imprint.signatory.search(title.agency) is not None
                rank = (
                    title.regular,
                    not forwarded,
                    named,
                    title.span.start if not title.regular else -len(title.text),
                    start - end,
                )
                if best is None or rank > best[0]:
                    best = rank, title
    return best[1] if best else None


def _runs(report: Report, longest: int) -> Iterator[list[Paragraph]]:
    """Short lines without a sentence that follow one another before the first section."""
    run: list[Paragraph] = []
    for item in report.front:
        if isinstance(item, Paragraph) and len(item.text) <= longest and not re.search(r"[。；！？，：:]", item.text):
            run.append(item)
            continue
        if run:
            yield run
        run = []
    if run:
        yield run


def _read_title(lines: Sequence[Paragraph], profile: Profile) -> Title | None:
    notation = profile.notation
    joined = (" " if notation.spaced else "").join(line.text for line in lines)
    text = _squeezed(ARTEFACT.sub("", joined), notation).strip("《》#")
    if len(text) > _longest_title(notation):
        return None
    span = Span(lines[0].span.start, lines[-1].span.end)
    match = _title_pattern(profile.title_form, notation).fullmatch(notation.in_figures(text))
    if match:
        groups = match.groupdict()
        year = groups.get("year")
        return Title(span, text, groups.get("agency"), int(year) if year else None, regular=True)
    if not all(word.lower() in text.lower() for word in profile.title_words):
        return None
    start, end, named = min(notation.years_in(text), default=(0, 0, None))
    # The year may come first, as in 2022年某某县教育局政府信息公开工作年度报告; else it ends the agency's name.
    rest = text[end:] if start == 0 else text[:start]
    ends = profile.imprint.agency_ends.search(rest)
    agency = (rest[: ends.start()] if ends else rest).strip()
    return Title(span, text, agency if len(agency) >= 2 else None, named, regular=False)


def report_year(report: Report, profile: Profile, title: Title | None, dates: Sequence[Dated]) -> int | None:
    """From the title, else the stated period, else the year that had last ended on the date of signature.

    Where the period and the date of signature agree on another year than the title, the title is the slip.
    """
    signed = next((profile.year_ended(dated.day) for dated in _by_trust(dates) if dated.day), None)
    if title and title.year:
        if signed is None or signed == title.year:
            return title.year
        return signed if _stated_year(report, profile) == signed else title.year
    return _stated_year(report, profile) or signed


def _stated_year(report: Report, profile: Profile) -> int | None:
    for paragraph in report.paragraphs():
        period = next(profile.imprint.period.whole(fold(paragraph.text)), None)
        if period is not None and len(period["year"]) == 4:
            return profile.notation.year(period["year"])
    return None


TRUST = ("signature", "letter", "print-note", "page")


def _by_trust(dates: Sequence[Dated]) -> list[Dated]:
    return sorted(dates, key=lambda dated: TRUST.index(dated.where))


def stated_agency(report: Report, profile: Profile) -> str | None:
    """The agency that a line before the first section names, where the form has such a line."""
    for item in report.front:
        named = profile.imprint.agency.search(fold(item.text)) if isinstance(item, Paragraph) else None
        if named and named["agency"].strip():
            return str(named["agency"].strip())
    return None


def signed_name(report: Report, profile: Profile) -> str | None:
    """The name in the signature, which a date may follow on the same line."""
    for paragraph in report.back:
        text = _squeezed(paragraph.text, profile.notation)
        dated = min((day.start for day in profile.notation.dated(text)), default=len(text))
        name = text[:dated].strip()
        if 3 <= len(name) <= 40 and not re.search(r"[\d:]", name) and profile.imprint.signatory.search(name):
            return name
    return None


def cover_letter(report: Report, profile: Profile, title: Title | None) -> Span | None:
    """The cover letter before the title: it has an addressee, or says that it sends the report."""
    if title is None:
        return None
    before = [item for item in report.front if isinstance(item, Paragraph) and item.span.start < title.span.start]
    if len(before) >= 2 and any(_is_of_letter(fold(item.text), profile) for item in before):
        return Span(before[0].span.start, before[-1].span.end)
    return None


def _is_of_letter(text: str, profile: Profile) -> bool:
    imprint = profile.imprint
    return imprint.addressee.fullmatch(text.strip()) is not None or imprint.sending.search(text) is not None


# Dates.


def signing_dates(report: Report, profile: Profile, letter: Span | None) -> Iterator[Dated]:
    """Dates of a cover letter, of the web page, of the signature and of a print note, as they stand."""
    for item in report.front:
        if isinstance(item, Paragraph) and len(item.text) <= LONGEST_DATE_LINE:
            inside = letter is not None and letter.start <= item.span.start < letter.end
            yield from _front_dates(item, profile, inside)
    signed = False
    for dated in _back_dates(report, profile):
        signed = signed or dated.where == "signature"
        yield dated
    if not signed and report.sections:
        # Whatever stands behind the signature may keep it from being known as the end of the report.
        for paragraph in list(report.sections[-1].paragraphs())[-CLOSING:]:
            if len(paragraph.text) <= LONGEST_DATE_LINE:
                folded = fold(paragraph.text)
                days = profile.notation.dated(folded)
                if any(_NAME.fullmatch(folded, 0, day.start) and _END.fullmatch(folded, day.end) for day in days):
                    yield from _dated(paragraph, days, "signature")


def _front_dates(item: Paragraph, profile: Profile, inside: bool) -> Iterator[Dated]:
    folded = fold(item.text)
    days = profile.notation.dated(folded)
    if not days or profile.imprint.range.search(folded):
        return
    # The date below the title, in brackets, is the report's own.
    bracketed = any(folded[: day.start] == "(" and folded[day.end :] == ")" for day in days)
    own = bracketed or profile.imprint.signed.search(folded) is not None
    yield from _dated(item, days, "letter" if inside else "signature" if own else "page")


def _back_dates(report: Report, profile: Profile) -> Iterator[Dated]:
    imprint = profile.imprint
    for paragraph in report.back:
        text = fold(paragraph.text)
        days = profile.notation.dated(text)
        if not days or imprint.range.search(text):
            continue
        note, page = imprint.print_note.search(text) is not None, imprint.furniture.search(text) is not None
        yield from _dated(paragraph, days, "print-note" if note else "page" if page else "signature")


def _dated(paragraph: Paragraph, days: Sequence[WrittenDay], where: str) -> Iterator[Dated]:
    for start, end, day in days:
        span = Span(paragraph.span.start + start, paragraph.span.start + end)
        yield Dated(span, paragraph.text[start:end], day, where)
