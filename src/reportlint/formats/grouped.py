"""The diagnostics of each report below its name, for an office that collects reports and sends each its list.

At the end stands what was told of all reports together: how often each rule spoke, and which reports nothing was
found in, or could not be checked in full.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reportlint.diagnostic import Checked, Diagnostic, Severity, Text
from reportlint.display import escape, width
from reportlint.extension import FormatOptions
from reportlint.formats.frame import BOLD, SEVERITY_COLORS, paint
from reportlint.formats.place import SEVERITIES, labels, leading, position, waived
from reportlint.formats.spool import Spool
from reportlint.formats.summary import counted

BY_RULE = Text("各规则", "rules")
NOTHING_FOUND = Text("没有发现问题的报告", "reports in which nothing was found")
INCOMPLETE = Text("没有全部检查的报告", "reports of which not all was checked")


@dataclass(slots=True)
class Count:
    """How often one rule spoke. severity: The highest it spoke with."""

    code: str
    severity: Severity
    diagnostics: int = 0
    reports: int = 0


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    counts: dict[str, Count] = {}
    clean = incomplete = 0
    with Spool() as clean_reports, Spool() as incomplete_reports:
        for report in reports:
            count(report, counts)
            if not report.complete:
                incomplete += 1
                incomplete_reports.write(f"  {name(report)}\n")
            elif not report.standing:
                clean += 1
                accepted = waived(report, options.language)
                clean_reports.write(f"  {name(report)}" + (f"  ({accepted})" if accepted else "") + "\n")
            if report.standing:
                yield "".join(_group(report, options)) + "\n"
        yield from _rules(counts, options)
        yield from _list(NOTHING_FOUND, clean, clean_reports, options)
        yield from _list(INCOMPLETE, incomplete, incomplete_reports, options)


def count(report: Checked, counts: dict[str, Count]) -> None:
    for diagnostic in report.standing:
        each = counts.setdefault(diagnostic.rule, Count(diagnostic.code, diagnostic.severity))
        each.severity = max(each.severity, diagnostic.severity)
        each.diagnostics += 1
    for rule in {diagnostic.rule for diagnostic in report.standing}:
        counts[rule].reports += 1


def name(report: Checked) -> str:
    """The path, then whose report on which year it is, as far as that is known."""
    known = (report.agency, None if report.year is None else str(report.year))
    return escape("  ".join((leading(report.path), *(word for word in known if word))))


def _group(report: Checked, options: FormatOptions) -> Iterator[str]:
    yield paint(name(report), BOLD, options) + "\n"
    rows = [_row(report, diagnostic, options) for diagnostic in report.standing]
    widest = max(len(place) for place, *_ in rows)
    for diagnostic, (place, severity, words) in zip(report.standing, rows, strict=True):
        yield f"  {place:>{widest}}  {paint(severity, SEVERITY_COLORS[diagnostic.severity], options)}  {words}\n"


def _row(report: Checked, diagnostic: Diagnostic, options: FormatOptions) -> tuple[str, str, str]:
    """Place, severity and the rest of one line, each escaped."""
    line, column = position(report, diagnostic.span.start)
    where = labels(diagnostic.place)
    words = f"{diagnostic.code}  {diagnostic.message.to(options.language)}" + (f" [{where}]" if where else "")
    return f"{line}:{column}", severity_word(diagnostic.severity, options), escape(words)


def severity_word(severity: Severity, options: FormatOptions) -> str:
    """The word, filled up with spaces to the width of the longest."""
    word = SEVERITIES[severity].to(options.language)
    return word + " " * (max(width(each.to(options.language)) for each in SEVERITIES.values()) - width(word))


def _rules(counts: dict[str, Count], options: FormatOptions) -> Iterator[str]:
    """Each rule that spoke, the most frequent first."""
    if not counts:
        return
    yield paint(f"{BY_RULE.to(options.language)} ({len(counts)})", BOLD, options) + "\n"
    for rule, each in sorted(counts.items(), key=lambda item: (-item[1].diagnostics, item[1].code)):
        severity = paint(severity_word(each.severity, options), SEVERITY_COLORS[each.severity], options)
        yield f"  {severity}  {escape(f'{each.code} {rule}')}: {how_often(each, options)}\n"
    yield "\n"


def _list(title: Text, number: int, names: Spool, options: FormatOptions) -> Iterator[str]:
    if number:
        yield paint(f"{title.to(options.language)} ({number})", BOLD, options) + "\n"
        yield from names.read()
        yield "\n"


def how_often(each: Count, options: FormatOptions) -> str:
    if options.language == "zh":
        return f"{each.diagnostics} 处，{each.reports} 份报告"
    return f"{counted(each.diagnostics, 'place')} in {counted(each.reports, 'report')}"
