"""A report understood: laid against the form that its year asks for. What every rule looks at."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from reportlint.arithmetic import Arithmetic, calculate
from reportlint.binding import bind
from reportlint.bound import Binding, BoundTable, Fault
from reportlint.diagnostic import Span
from reportlint.errors import PartMissing
from reportlint.outline import Outline, outline
from reportlint.profile import Profile
from reportlint.report import Paragraph, Report, Section
from reportlint.source import Source
from reportlint.wording import fold, similarity, words

MOST_TITLE_LINES = 4
LONGEST_TITLE = 90
LONGEST_DATE_LINE, MOST_BESIDE_DATE = 40, 10
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年|([二○〇][○〇零一二三四五六七八九]{3})年")
_DATE = re.compile(
    r"(?<!\d)(\d{4,6})\s*年\s*(\d{1,2})\s*月\s*(\d{1,3})\s*日|(?<!\d)((?:19|20)\d\d)\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{1,2})(?!\d)"
)
_CHINESE_DATE = re.compile(
    r"([二○〇][○〇零一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_PERIOD = re.compile(
    r"(?<!\d)(\d{4,6})\s*年\s*1\s*月\s*1\s*日\s*起?\s*(?:至|到|—+|-+|~)\s*(?:(\d{4,6})\s*年)?\s*\d{1,2}\s*月"
)
_SPACE = re.compile(r"\s+")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


class Title(NamedTuple):
    """The report's title. text: Its lines joined, without white space. regular: It has the form's wording."""

    span: Span
    text: str
    agency: str | None
    year: int | None
    regular: bool


class Dated(NamedTuple):
    """A date that stands where a report is signed. day: None where there is no such day.

    where: signature, letter or print-note.
    """

    span: Span
    text: str
    day: date | None
    where: str


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One report with all that its form says of it.

    year: The year the report is about. body: Kind of body that publishes it, as the profile names them.
    letter: What stands around the report without being part of it, such as a cover letter.
    """

    source: Source
    report: Report
    profile: Profile
    year: int | None
    agency: str | None
    body: str | None
    title: Title | None
    dates: tuple[Dated, ...]
    letter: Span | None
    outline: Outline
    binding: Binding
    arithmetic: Arithmetic

    def section(self, key: str) -> Section:
        """The section of that key.

        Raises:
            PartMissing: The report does not have it.
        """
        found = self.outline.sections.get(key)
        if found is None:
            raise PartMissing(key)
        return found

    def table(self, key: str) -> BoundTable:
        """The table of that key.

        Raises:
            PartMissing: The report does not have it, or it cannot be read.
        """
        found = self.binding.tables.get(key)
        if found is None:
            raise PartMissing(key)
        return found

    def paragraphs(self, section: str | None = None) -> Iterator[Paragraph]:
        """The prose of a section, or of the whole report."""
        return self.report.paragraphs() if section is None else self.section(section).paragraphs()

    @property
    def end(self) -> Span:
        """The last thing in the report, where what is absent from the whole of it is reported."""
        last = Span(0, 0)
        for paragraph in self.report.paragraphs():
            last = max(last, paragraph.span)
        for table in self.report.tables():
            last = max(last, table.span)
        return Span(max(last.start, last.end - 1), last.end)


def understand(
    source: Source,
    report: Report,
    forms: Sequence[Profile],
    identities: Collection[str],
    profile: Profile | None = None,
) -> Document | None:
    """The report laid against its form; None where it is no report of any of the forms.

    forms: Profiles that share the grammar the report was read with. profile: Only where the user names one.
    identities: Names of those to judge.
    """
    candidates = forms if profile is None else [profile]
    kind, title = _recognised(report, candidates)
    if kind is None:
        return None
    forms = [form for form in forms if form.title == kind.title]
    dates = tuple(_dates(report))
    year = _year(report, title, dates)
    chosen = profile or _chosen(report, forms, year)
    binding = bind(report, chosen, forms)
    agency = (title.agency if title else None) or _signed(report)
    return Document(
        source=source,
        report=report,
        profile=chosen,
        year=year,
        agency=agency,
        body=chosen.body(agency) if agency else None,
        title=title,
        dates=dates,
        letter=_letter(report, title),
        outline=outline(report, chosen, binding.tables, binding.departures),
        binding=binding,
        arithmetic=calculate(binding, identities),
    )


def _recognised(report: Report, forms: Iterable[Profile]) -> tuple[Profile | None, Title | None]:
    """The first form whose title, sections or tables the report has, and the title."""
    for form in forms:
        title = _title(report, form)
        headings = [words(section.heading.title) for section in report.sections]
        known = sum(any(similarity(heading, section.title) >= 0.8 for heading in headings) for section in form.sections)
        if (title and (known or title.regular)) or known >= 2:
            return form, title
        tables = bind(report, form, [form]).tables
        if tables and (title or known or len(tables) == len(form.tables)):
            return form, title
    return None, None


def _chosen(report: Report, forms: Sequence[Profile], year: int | None) -> Profile:
    """The form for the year; without a year, or outside all forms, the one whose labels the tables have."""
    if year is not None:
        for form in forms:
            if form.covers(year):
                return form
    fits = [
        (
            sum(departure.fault is Fault.FORM for departure in bind(report, form, forms).departures),
            -form.first_year,
            place,
        )
        for place, form in enumerate(forms)
    ]
    return forms[min(fits)[2]]


# Title, agency, year.


@lru_cache(maxsize=32)
def _title_pattern(form: str) -> re.Pattern[str]:
    pattern = (
        re.escape(form).replace(r"\{agency\}", r"(?P<agency>.{2,50}?)").replace(r"\{year\}", r"(?P<year>(?:19|20)\d\d)")
    )
    return re.compile(pattern)


def _title(report: Report, profile: Profile) -> Title | None:
    """The lines before the first section that make up the title; the form's own wording wins, then the last."""
    best: tuple[tuple[bool, bool, int, int], Title] | None = None
    for run in _runs(report):
        for start in range(len(run)):
            for end in range(start + 1, min(start + MOST_TITLE_LINES, len(run)) + 1):
                title = _read_title(run[start:end], profile)
                if title is None:
                    continue
                forwarded = title.text.startswith(("关于报送", "关于上报", "关于印发", "关于转发", "转发"))
                rank = (
                    title.regular,
                    not forwarded,
                    title.span.start if not title.regular else -len(title.text),
                    start - end,
                )
                if best is None or rank > best[0]:
                    best = rank, title
    return best[1] if best else None


def _runs(report: Report) -> Iterator[list[Paragraph]]:
    """Short lines without a sentence that follow one another before the first section."""
    run: list[Paragraph] = []
    for item in report.front:
        if (
            isinstance(item, Paragraph)
            and len(item.text) <= LONGEST_TITLE
            and not re.search(r"[。；！？，：:]", item.text)
        ):
            run.append(item)
            continue
        if run:
            yield run
        run = []
    if run:
        yield run


def _read_title(lines: Sequence[Paragraph], profile: Profile) -> Title | None:
    text = _SPACE.sub("", fold("".join(line.text for line in lines))).strip("《》#")
    if len(text) > LONGEST_TITLE:
        return None
    span = Span(lines[0].span.start, lines[-1].span.end)
    match = _title_pattern(profile.title_form).fullmatch(text)
    if match:
        return Title(span, text, match["agency"], int(match["year"]), regular=True)
    if not all(word in text for word in profile.title_words):
        return None
    year = _YEAR.search(text)
    agency = re.split(r"(?:19|20)\d\d|[二○〇][○〇零一二三四五六七八九]{3}年|政府信息|政务公开|信息公开|关于", text)[0]
    return Title(span, text, agency if len(agency) >= 2 else None, _year_of(year) if year else None, regular=False)


def _year_of(match: re.Match[str]) -> int:
    return int(match.group(1) or match.group(2).translate(_DIGITS))


def _year(report: Report, title: Title | None, dates: Sequence[Dated]) -> int | None:
    """From the title, else the stated period, else the year before the date of signature."""
    if title and title.year:
        return title.year
    for paragraph in report.paragraphs():
        period = _PERIOD.search(fold(paragraph.text))
        if period and len(period.group(1)) == 4:
            return int(period.group(1))
    signed = next((dated.day for dated in reversed(dates) if dated.day), None)
    return signed.year - 1 if signed else None


def _signed(report: Report) -> str | None:
    """The name in the signature."""
    for paragraph in report.back:
        text = _SPACE.sub("", paragraph.text)
        if not any(character.isdigit() for character in text) and ":" not in fold(text) and 3 <= len(text) <= 40:
            return text
    return None


def _letter(report: Report, title: Title | None) -> Span | None:
    """The cover letter before the title: it has an addressee or a date of its own."""
    if title is None:
        return None
    before = [item for item in report.front if isinstance(item, Paragraph) and item.span.start < title.span.start]
    if any(_is_addressee(item) or _DATE.search(fold(item.text)) for item in before) and len(before) >= 2:
        return Span(before[0].span.start, before[-1].span.end)
    return None


def _is_addressee(item: Paragraph) -> bool:
    text = fold(item.text).rstrip()
    return text.endswith(":") and 3 <= len(text) <= 30 and not any(character.isdigit() for character in text)


# Dates.


def _dates(report: Report) -> Iterator[Dated]:
    """Dates of the signature, of a cover letter and of a print note, in that order of trust last to first."""
    for item in report.front:
        if isinstance(item, Paragraph) and _is_date_line(item):
            yield from _dated(item, "letter")
    for paragraph in report.back:
        where = "print-note" if re.search(r"日\s*印", paragraph.text) else "signature"
        yield from _dated(paragraph, where)


def _is_date_line(paragraph: Paragraph) -> bool:
    """A date by itself, or behind a few words such as 发布日期：; a period has two dates, a sentence ends."""
    folded = fold(paragraph.text)
    if len(folded) > LONGEST_DATE_LINE or folded.endswith("。"):
        return False
    dates = [*_DATE.finditer(folded), *_CHINESE_DATE.finditer(folded)]
    return len(dates) == 1 and len(words(folded[: dates[0].start()] + folded[dates[0].end() :])) <= MOST_BESIDE_DATE


def _dated(paragraph: Paragraph, where: str) -> Iterator[Dated]:
    folded = fold(paragraph.text)
    for match in _DATE.finditer(folded):
        year, month, day = (int(group) for group in match.groups() if group is not None)
        yield _day(paragraph, match, year, month, day, where)
    for match in _CHINESE_DATE.finditer(folded):
        from reportlint.wording import numeral

        year = int(match[1].translate(_DIGITS))
        yield _day(paragraph, match, year, numeral(match[2]) or 0, numeral(match[3]) or 0, where)


def _day(paragraph: Paragraph, match: re.Match[str], year: int, month: int, day: int, where: str) -> Dated:
    start = paragraph.span.start
    span = Span(start + match.start(), start + match.end())
    text = paragraph.text[match.start() : match.end()]
    try:
        return Dated(span, text, date(year, month, day), where)
    except ValueError:
        return Dated(span, text, None, where)
