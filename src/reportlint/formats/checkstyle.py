"""Checkstyle's XML, which many build servers read. Columns count code points from 1."""

from collections.abc import Iterable, Iterator

from reportlint.diagnostic import Checked
from reportlint.extension import FormatOptions
from reportlint.formats.place import file_address, labels, position
from reportlint.formats.xml import attributes

VERSION = "8.0"  # of Checkstyle, whose output this is written like


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    """A `file` for each report, a clean one too; an `error` for each diagnostic."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="{VERSION}">\n'
    for report in reports:
        name = attributes(name=file_address(report.path, options.base))
        errors = "".join(_errors(report, options))
        yield f"<file{name}>\n{errors}</file>\n" if errors else f"<file{name}/>\n"
    yield "</checkstyle>\n"


def _errors(report: Checked, options: FormatOptions) -> Iterator[str]:
    for diagnostic in report.standing:
        line, column = position(report, diagnostic.span.start)
        where = labels(diagnostic.place)
        message = diagnostic.message.to(options.language) + (f" [{where}]" if where else "")
        source = f"reportlint.{diagnostic.rule}"
        severity = diagnostic.severity.word
        yield f"<error{attributes(line=line, column=column, severity=severity, message=message, source=source)}/>\n"
