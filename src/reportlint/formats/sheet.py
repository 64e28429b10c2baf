"""The rows that `csv` and `xlsx` have in common: one for each diagnostic, and one for each report without any."""

from collections.abc import Iterator

from reportlint.diagnostic import Checked, Diagnostic, Text
from reportlint.display import escape
from reportlint.extension import FormatOptions
from reportlint.formats.place import SEVERITIES, file_address, position, waived

Value = str | int | None

COLUMNS = (
    Text("文件", "file"),
    Text("机关", "agency"),
    Text("年度", "year"),
    Text("格式", "form"),
    Text("行", "line"),
    Text("列", "column"),
    Text("程度", "severity"),
    Text("代码", "code"),
    Text("规则", "rule"),
    Text("问题", "message"),
    Text("章节", "section"),
    Text("行名", "row labels"),
    Text("列名", "column labels"),
    Text("现为", "found"),
    Text("应为", "expected"),
    Text("原文位置", "address"),
    Text("依据", "source"),
    Text("帮助", "help"),
)
NOTHING_FOUND = Text("没有发现问题", "nothing found")
INCOMPLETE = Text("没有全部检查", "not all of it was checked")


def rows(report: Checked, options: FormatOptions) -> Iterator[tuple[Value, ...]]:
    """As many values as there are columns; texts hold no control characters."""
    for diagnostic in report.standing:
        yield tuple(map(_shown, (*heading(report, options), *_values(report, diagnostic, options))))
    if not report.standing:
        told = NOTHING_FOUND if report.complete else INCOMPLETE
        accepted = waived(report, options.language)
        message = told.to(options.language) + (f" ({accepted})" if accepted else "")
        values = (*heading(report, options), None, None, None, None, None, message)
        yield tuple(map(_shown, (*values, *[None] * (len(COLUMNS) - len(values)))))


def heading(report: Checked, options: FormatOptions) -> tuple[Value, ...]:
    return file_address(report.path, options.base), report.agency, report.year, report.profile


def _values(report: Checked, diagnostic: Diagnostic, options: FormatOptions) -> Iterator[Value]:
    place = diagnostic.place
    yield from position(report, diagnostic.span.start) if report.source else (None, None)
    yield SEVERITIES[diagnostic.severity].to(options.language)
    yield diagnostic.code
    yield diagnostic.rule
    yield diagnostic.message.to(options.language)
    yield place.section if place else None
    yield " › ".join(place.row) if place else None
    yield " › ".join(place.column) if place else None
    yield diagnostic.found
    yield diagnostic.expected
    for text in (diagnostic.address, diagnostic.source, diagnostic.help):
        yield text.to(options.language).strip() if text else None


def _shown(value: Value) -> Value:
    return escape(value.replace("\n", " ")) if isinstance(value, str) else value
