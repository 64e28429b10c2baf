"""A table for a spreadsheet program: UTF-8 with a byte order mark, without which Excel takes Chinese for another code.

No text of a report becomes a formula: one that a spreadsheet program would take for one begins with an apostrophe.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO

from reportlint.diagnostic import Checked
from reportlint.extension import FormatOptions
from reportlint.formats.sheet import COLUMNS, Value, rows

MARK = "\ufeff"
# Where East Asian languages are set, full-width signs begin a formula too.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠].")
NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    yield MARK + _line(column.to(options.language) for column in COLUMNS)
    for report in reports:
        yield "".join(map(_line, rows(report, options)))


def _line(values: Iterable[Value]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(map(guarded, values))
    return line.getvalue()


def guarded(value: Value) -> Value:
    """The value as no spreadsheet program takes it for a formula."""
    if isinstance(value, str) and FORMULA.match(value) and not NUMBER.fullmatch(value):
        return f"'{value}"
    return value
