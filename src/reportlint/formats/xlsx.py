"""A workbook: a sheet of the reports, one of the diagnostics and one of the rules, each ready to be filtered.

It needs the package XlsxWriter, which the extra `xlsx` brings.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any

from reportlint.diagnostic import Checked, Severity, Tally, Text
from reportlint.display import escape
from reportlint.errors import ConfigError
from reportlint.extension import FormatOptions
from reportlint.formats.grouped import Count, count
from reportlint.formats.place import SEVERITIES
from reportlint.formats.sheet import COLUMNS, Value, heading, rows
from reportlint.formats.summary import Totals

try:
    import xlsxwriter
except ImportError as error:
    raise ConfigError(
        None,
        "the format 'xlsx' needs the package XlsxWriter, which is not installed; "
        "install it with: pip install 'reportlint[xlsx]', or take --format csv",
    ) from error

CHUNK = 64 * 1024  # bytes
LONGEST_TEXT = 32_000  # a cell of Excel holds 32,767 characters
MOST_ROWS = 1_048_576  # of a sheet of Excel
# The same reports give the same bytes, so the workbook does not tell when it was made.
CREATED = datetime(2000, 1, 1)

REPORTS, DIAGNOSTICS, RULES = Text("报告", "Reports"), Text("问题", "Diagnostics"), Text("规则", "Rules")
OF_REPORTS = (
    *COLUMNS[:4],
    Text("错误", "errors"),
    Text("警告", "warnings"),
    Text("提示", "info"),
    Text("成立的规则", "rules held"),
    Text("不成立的规则", "rules failed"),
    Text("无法判断的规则", "rules that could not be told"),
    Text("成立的勾稽关系", "identities held"),
    Text("不成立的勾稽关系", "identities broken"),
    Text("无法判断的勾稽关系", "identities that could not be told"),
    Text("全部检查", "all checked"),
)
OF_RULES = (
    Text("代码", "code"),
    Text("规则", "rule"),
    Text("程度", "severity"),
    Text("处数", "places"),
    Text("报告数", "reports"),
)
YES, NO = Text("是", "yes"), Text("否", "no")
TOO_MANY = Text(
    "工作表已满，后面的行没有写入；请用 csv 格式",
    "the sheet is full, further rows are left out; take the format csv",
)
WIDTHS = {"file": 30, "agency": 24, "message": 60, "section": 24, "row labels": 24, "source": 30, "help": 30}
COLORS = {Severity.ERROR: "#FFC7CE", Severity.WARNING: "#FFEB9C", Severity.INFO: "#DDEBF7"}


class Sheet:
    """One sheet, written row by row."""

    def __init__(self, workbook: Any, title: Text, columns: Sequence[Text], options: FormatOptions) -> None:
        self._sheet = workbook.add_worksheet(title.to(options.language))
        self._rows = 0
        self._columns = len(columns)
        self._too_many = TOO_MANY.to(options.language)
        for number, name in enumerate(columns):
            self._sheet.set_column(number, number, WIDTHS.get(name.en, 12))
        self._sheet.freeze_panes(1, 1)
        self.add((column.to(options.language) for column in columns), workbook.add_format({"bold": True, "bottom": 1}))

    def add(self, values: Iterable[Value], style: Any = None) -> None:
        """One row. Where only one has room, a word that more would follow, and from then on nothing."""
        if self._rows >= MOST_ROWS - 1:
            values, style = (self._too_many,) if self._rows < MOST_ROWS else (), None
        for number, value in enumerate(values):
            if isinstance(value, int):
                self._sheet.write_number(self._rows, number, value, style)
            elif value:
                # Never `write`, which makes formulas and addresses of texts that look like them.
                self._sheet.write_string(self._rows, number, escape(value)[:LONGEST_TEXT], style)
        self._rows += 1

    def finish(self) -> None:
        self._sheet.autofilter(0, 0, min(self._rows, MOST_ROWS) - 1, self._columns - 1)


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[bytes]:
    with TemporaryFile() as file:
        workbook = xlsxwriter.Workbook(file, {"constant_memory": True})
        workbook.set_properties({"title": "reportlint", "created": CREATED})
        _fill(workbook, reports, options)
        workbook.close()
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _fill(workbook: Any, reports: Iterable[Checked], options: FormatOptions) -> None:
    spoken = options.language
    of_reports = Sheet(workbook, REPORTS, OF_REPORTS, options)
    diagnostics = Sheet(workbook, DIAGNOSTICS, COLUMNS, options)
    of_rules = Sheet(workbook, RULES, OF_RULES, options)
    styles = {severity: workbook.add_format({"bg_color": color}) for severity, color in COLORS.items()}
    counts: dict[str, Count] = {}
    for report in reports:
        count(report, counts)
        of_reports.add(_report_row(report, options))
        found = [styles[diagnostic.severity] for diagnostic in report.standing]
        for row, style in zip(rows(report, options), found or [None], strict=True):
            diagnostics.add(row, style)
    for rule, each in sorted(counts.items(), key=lambda item: item[1].code):
        word = SEVERITIES[each.severity].to(spoken)
        of_rules.add((each.code, rule, word, each.diagnostics, each.reports), styles[each.severity])
    for sheet in (of_reports, diagnostics, of_rules):
        sheet.finish()


def _report_row(report: Checked, options: FormatOptions) -> tuple[Value, ...]:
    totals = Totals().add(report)
    return (
        *heading(report, options),
        totals.error,
        totals.warning,
        totals.info,
        *_counts(report.rules),
        *_counts(report.identities),
        (YES if report.complete else NO).to(options.language),
    )


def _counts(tally: Tally) -> tuple[int, int, int]:
    return tally.held, tally.failed, tally.undecided
