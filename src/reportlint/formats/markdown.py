"""A comment for a pull request: the sums, then a table for each report. It ends before GitHub's limit and says so.

Texts of reports are shown as they are: they make no links, mention nobody and are no HTML.
"""

import re
from collections.abc import Iterable, Iterator

from reportlint.diagnostic import Checked, Diagnostic, Severity, Text
from reportlint.display import escape
from reportlint.extension import FormatOptions
from reportlint.formats.place import SEVERITIES, file_address, labels, position
from reportlint.formats.summary import Totals, counted, coverage_line

LONGEST = 60_000  # characters; GitHub takes 65,536 in a comment

HEADER = Text("| 位置 | 程度 | 规则 | 问题 |", "| place | severity | rule | message |")
INCOMPLETE = Text("没有全部检查", "not all of it was checked")

MARKUP = re.compile(r"[\\`*_\[\]<>#|~!@&]|://|www\.", re.IGNORECASE)


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    totals, faulty, left_out, length = Totals(), 0, 0, 0
    tables: list[str] = []
    for report in reports:
        totals = totals.add(report)
        faulty += bool(report.standing)
        pieces = _table(report, options)
        for piece in pieces:
            if left_out or length + len(piece) > LONGEST:
                left_out += 1
                continue
            length += len(piece)
            tables.append(piece)
    yield f"## reportlint: {_headline(totals, faulty, options)}\n"
    yield from tables
    if left_out:
        yield f"\n{_left_out(left_out, options)}\n"
    yield f"\n{escaped(coverage_line(totals, options.language))}\n"


def _headline(totals: Totals, faulty: int, options: FormatOptions) -> str:
    if options.language == "zh":
        found = f"{totals.error} 个错误，{totals.warning} 个警告，{totals.info} 个提示"
        return f"{found}（{totals.reports} 份报告中的 {faulty} 份）"
    found = f"{counted(totals.error, 'error')}, {counted(totals.warning, 'warning')}, {totals.info} info"
    return f"{found} in {faulty} of {counted(totals.reports, 'report')}"


def _left_out(number: int, options: FormatOptions) -> str:
    if options.language == "zh":
        return f"评论长度有限，另有 {number} 行没有列出。"
    return f"A comment holds no more; {counted(number, 'line')} left out."


def _table(report: Checked, options: FormatOptions) -> Iterator[str]:
    """The head of a report's table with its first row, then each further row; nothing for a clean report."""
    if report.complete and not report.standing:
        return
    known = " · ".join(escaped(str(value)) for value in (report.agency, report.year) if value is not None)
    head = f"\n**{escaped(file_address(report.path, options.base))}**" + (f" · {known}" if known else "")
    head += "\n" if report.complete else f" · **{INCOMPLETE.to(options.language)}**\n"
    if report.standing:
        head += f"\n{HEADER.to(options.language)}\n| ---: | --- | --- | --- |\n"
    for diagnostic in report.standing:
        yield head + _row(report, diagnostic, options)
        head = ""
    if head:
        yield head


def _row(report: Checked, diagnostic: Diagnostic, options: FormatOptions) -> str:
    line, column = position(report, diagnostic.span.start)
    severity = SEVERITIES[diagnostic.severity].to(options.language)
    severity = f"**{severity}**" if diagnostic.severity is Severity.ERROR else severity
    message = escaped(diagnostic.message.to(options.language))
    where = labels(diagnostic.place)
    told = f"{message}<br>{escaped(where)}" if where else message
    return f"| {line}:{column} | {severity} | {escaped(f'{diagnostic.code} {diagnostic.rule}')} | {told} |\n"


def escaped(text: str) -> str:
    """The text as Markdown shows it as it is."""
    return MARKUP.sub(_unmarked, escape(text.replace("\n", " ").strip()))


def _unmarked(match: re.Match[str]) -> str:
    found = match.group()
    if found in "<>&":
        return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}[found]
    if found in "@#":
        return f"{found}<!-- -->"  # behind a backslash it would still mention a person or another pull request
    if found == "://":
        return ":<!-- -->//"
    return f"\\{found}" if len(found) == 1 else f"{found[:-1]}<!-- -->."
