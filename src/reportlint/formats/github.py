"""Workflow commands, which GitHub Actions shows as annotations beside the lines. Columns count code points from 1."""

from collections.abc import Iterable, Iterator

from reportlint.diagnostic import Checked, Diagnostic, Severity
from reportlint.display import escape
from reportlint.extension import FormatOptions
from reportlint.formats.place import file_address, labels, lines, position

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
IN_PROPERTIES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    """`::error file=…,line=…,col=…,endLine=…,endColumn=…,title=…::message` for each diagnostic."""
    for report in reports:
        for diagnostic in report.standing:
            yield _command(report, diagnostic, options)


def _command(report: Checked, diagnostic: Diagnostic, options: FormatOptions) -> str:
    first, last = lines(report, diagnostic.span)
    properties: dict[str, object] = {"file": file_address(report.path, options.base), "line": first, "endLine": last}
    if first == last:  # GitHub refuses columns of what goes over several lines
        _, column = position(report, diagnostic.span.start)
        properties |= {"col": column, "endColumn": column + diagnostic.span.end - diagnostic.span.start}
    properties["title"] = f"{diagnostic.code} {diagnostic.rule}"
    told = ",".join(f"{name}={escape(str(value)).translate(IN_PROPERTIES)}" for name, value in properties.items())
    where = labels(diagnostic.place)
    words = diagnostic.message.to(options.language) + (f" [{where}]" if where else "")
    message = "\n".join(escape(line) for line in words.split("\n")).translate(IN_MESSAGES)
    return f"::{COMMANDS[diagnostic.severity]} {told}::{message}\n"
