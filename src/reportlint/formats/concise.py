"""One line for each diagnostic, for `grep`, `sort` and an editor's list of errors."""

from collections.abc import Iterable, Iterator

from reportlint.diagnostic import Checked, Diagnostic
from reportlint.display import escape
from reportlint.extension import FormatOptions
from reportlint.formats.place import labels, leading, position


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    """`path:line:column: severity code rule: message [row × column]`."""
    for report in reports:
        for diagnostic in report.standing:
            yield escape(one_line(report, diagnostic, options)) + "\n"


def one_line(report: Checked, diagnostic: Diagnostic, options: FormatOptions) -> str:
    line, column = position(report, diagnostic.span.start)
    where = labels(diagnostic.place)
    return (
        f"{leading(report.path)}:{line}:{column}: {diagnostic.severity.word} {diagnostic.code} "
        f"{diagnostic.rule}: {diagnostic.message.to(options.language)}" + (f" [{where}]" if where else "")
    )
