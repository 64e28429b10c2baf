"""Who published a report, for which year, and when: its title, agency, dates and cover letter."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from reportlint.diagnostic import Span
from reportlint.profile import Profile
from reportlint.report import Paragraph, Report
from reportlint.wording import ARTEFACT, fold, numeral

MOST_TITLE_LINES = 4
LONGEST_TITLE = 90
LONGEST_DATE_LINE = 60
CLOSING = 8  # paragraphs at the end of the last section among which a signature is looked for
_CHINESE_YEAR = "[二○〇][○〇零Oo一二三四五六七八九]{3}"
_YEAR = re.compile(rf"(?<!\d)((?:19|20)\d\d)\s*年|({_CHINESE_YEAR})年")
_DATE = re.compile(
    r"(?<!\d)(\d{4,6})\s*年\s*(\d{1,2})\s*月\s*(\d{1,3})\s*日"
    r"|(?<!\d)((?:19|20)\d\d)\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{1,2})(?!\d)"
)
_CHINESE_DATE = re.compile(rf"({_CHINESE_YEAR})年([一二三四五六七八九十]{{1,2}})月([一二三四五六七八九十]{{1,3}})日")
# A line that is a signature, a date or both, and nothing else.
_SIGNED_LINE = re.compile(rf"[^\d。;,!?:]{{0,30}}(?:{_DATE.pattern}|{_CHINESE_DATE.pattern})\s*\)?")
# The date below the title, in brackets, is the report's own.
_BRACKETED_DATE = re.compile(rf"\((?:{_DATE.pattern}|{_CHINESE_DATE.pattern})\)")
# Two dates with something between them are a period, not a signature.
_RANGE = re.compile(r"日.{0,6}(?:至|到|—|–|~|-)|\d\s*(?:至|到|—|–|~|-\s*(?:19|20)\d\d)|统计(?:数据)?期|期限|时限")
# What web pages print around a report: such a line may have a date, but nobody signed there.
_FURNITURE = re.compile(
    r"附件|附:|发布|来源|更新(?:日期|时间|于)|编辑|审核[:人]|打印|点击|浏览|阅读|访问|索引|文号|发文|成文|公开日期|联系|电话|链接|分享|版权"
)
_ADDRESSEE = re.compile(
    r".{0,24}(?:政府|办|室|局|委|会|厅|科|股|处|镇|乡|街道|单位|部门|中心|领导|同志)(?:\([^()]*\))?\s*:"
)
_SENDING = re.compile(r"随文(?:报|附|上)|报来|呈报|上报|报送|请予?(?:审|查收|批示)|特此(?:报告|函)|(?:印发|转发)给你们")
_BODY = re.compile(
    r"(?:政府|办事处|委员会|委|局|厅|办|办公室|中心|队|院|处|所|站|馆|社|会|镇|乡|街道|县|市|区)(?:\(.{0,10}\))?"
)
_PERIOD = re.compile(
    r"(?<!\d)(\d{4,6})\s*年\s*1\s*月\s*1\s*日\s*起?\s*(?:至|到|—+|-+|~)\s*(?:(\d{4,6})\s*年)?\s*\d{1,2}\s*月"
)
_SPACE = re.compile(r"\s+")
_DIGITS = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")


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
def _title_pattern(form: str) -> re.Pattern[str]:
    pattern = (
        re.escape(form)
        .replace(r"\{agency\}", r"(?P<agency>[^>»|/]{2,50}?)")
        .replace(r"\{year\}", r"(?P<year>(?:19|20)\d\d)")
    )
    return re.compile(pattern)


def find_title(report: Report, profile: Profile) -> Title | None:
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
    text = _SPACE.sub("", fold(ARTEFACT.sub("", "".join(line.text for line in lines)))).strip("《》#")
    if len(text) > LONGEST_TITLE:
        return None
    span = Span(lines[0].span.start, lines[-1].span.end)
    match = _title_pattern(profile.title_form).fullmatch(text)
    if match:
        return Title(span, text, match["agency"], int(match["year"]), regular=True)
    if not all(word in text for word in profile.title_words):
        return None
    year = _YEAR.search(text)
    # The year may come first, as in 2022年某某县教育局政府信息公开工作年度报告.
    named = text[year.end() :].lstrip("度") if year and year.start() == 0 else text
    agency = re.split(rf"(?:19|20)\d\d|{_CHINESE_YEAR}年|政府信息|政务公开|信息公开|关于", named)[0]
    return Title(span, text, agency if len(agency) >= 2 else None, _year_of(year) if year else None, regular=False)


def _year_of(match: re.Match[str]) -> int:
    return int(match.group(1) or match.group(2).translate(_DIGITS))


def report_year(report: Report, title: Title | None, dates: Sequence[Dated]) -> int | None:
    """From the title, else the stated period, else the year before the date of signature.

    Where the period and the date of signature agree on another year than the title, the title is the slip.
    """
    signed = next((dated.day.year - 1 for dated in _by_trust(dates) if dated.day), None)
    if title and title.year:
        if signed is None or signed == title.year:
            return title.year
        return signed if _stated_year(report) == signed else title.year
    return _stated_year(report) or signed


def _stated_year(report: Report) -> int | None:
    for paragraph in report.paragraphs():
        period = _PERIOD.search(fold(paragraph.text))
        if period and len(period.group(1)) == 4:
            return int(period.group(1))
    return None


TRUST = ("signature", "letter", "print-note", "page")


def _by_trust(dates: Sequence[Dated]) -> list[Dated]:
    return sorted(dates, key=lambda dated: TRUST.index(dated.where))


def signed_name(report: Report) -> str | None:
    """The name in the signature, which a date may follow on the same line."""
    for paragraph in report.back:
        text = _SPACE.sub("", fold(paragraph.text))
        dated = _DATE.search(text)
        name = text[: dated.start()] if dated else text
        if 3 <= len(name) <= 40 and not re.search(r"[\d:]", name) and re.search(rf"{_BODY.pattern}$", name):
            return name
    return None


def cover_letter(report: Report, title: Title | None) -> Span | None:
    """The cover letter before the title: it has an addressee, or says that it sends the report."""
    if title is None:
        return None
    before = [item for item in report.front if isinstance(item, Paragraph) and item.span.start < title.span.start]
    if len(before) >= 2 and any(_is_of_letter(fold(item.text)) for item in before):
        return Span(before[0].span.start, before[-1].span.end)
    return None


def _is_of_letter(text: str) -> bool:
    return _ADDRESSEE.fullmatch(text.strip()) is not None or _SENDING.search(text) is not None


# Dates.


def signing_dates(report: Report, letter: Span | None) -> Iterator[Dated]:
    """Dates of a cover letter, of the web page, of the signature and of a print note, as they stand."""
    for item in report.front:
        if isinstance(item, Paragraph) and len(item.text) <= LONGEST_DATE_LINE and not _RANGE.search(fold(item.text)):
            inside = letter is not None and letter.start <= item.span.start < letter.end
            below_title = _BRACKETED_DATE.fullmatch(fold(item.text)) is not None
            yield from _dated(item, "letter" if inside else "signature" if below_title else "page")
    signed = False
    for dated in _back_dates(report):
        signed = signed or dated.where == "signature"
        yield dated
    if not signed and report.sections:
        # Whatever stands behind the signature may keep it from being known as the end of the report.
        for paragraph in list(report.sections[-1].paragraphs())[-CLOSING:]:
            if len(paragraph.text) <= LONGEST_DATE_LINE and _SIGNED_LINE.fullmatch(fold(paragraph.text)):
                yield from _dated(paragraph, "signature")


def _back_dates(report: Report) -> Iterator[Dated]:
    for paragraph in report.back:
        text = fold(paragraph.text)
        if _RANGE.search(text):
            continue
        where = "print-note" if re.search(r"日\s*印", text) else "page" if _FURNITURE.search(text) else "signature"
        yield from _dated(paragraph, where)


def _dated(paragraph: Paragraph, where: str) -> Iterator[Dated]:
    folded = fold(paragraph.text)
    for match in _DATE.finditer(folded):
        year, month, day = (int(group) for group in match.groups() if group is not None)
        yield _day(paragraph, match, year, month, day, where)
    for match in _CHINESE_DATE.finditer(folded):
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
