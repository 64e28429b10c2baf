"""Where a diagnostic is, in the words that several formats share."""

from pathlib import Path

from reportlint.diagnostic import Checked, Language, Place, Severity, Span, Text

SEVERITIES = {
    Severity.ERROR: Text("错误", "error"),
    Severity.WARNING: Text("警告", "warning"),
    Severity.INFO: Text("提示", "info"),
}


WAIVED = Text("{} 个已豁免", "{} waived")


def waived(report: Checked, language: Language) -> str:
    """How many of its diagnostics were waived, for who would else read that nothing was found; empty if none."""
    number = len(report.diagnostics) - len(report.standing)
    return WAIVED.to(language).format(number) if number else ""


def position(report: Checked, offset: int) -> tuple[int, int]:
    """Line and column from 1; the first of both where the file could not be read."""
    return report.source.position(offset) if report.source else (1, 1)


def leading(path: Path) -> str:
    """The path where it begins a line. In a log, GitHub obeys lines that begin with two colons."""
    name = path.as_posix()
    return f"./{name}" if name.startswith("::") else name


def labels(place: Place | None) -> str:
    """Row × column, each from the outermost label inwards; empty where there is neither."""
    if place is None:
        return ""
    return " × ".join(" › ".join(path) for path in (place.row, place.column) if path)


def lines(report: Checked, span: Span) -> tuple[int, int]:
    """First and last line that hold something of the span, from 1."""
    first, _ = position(report, span.start)
    # The span's last code point counts, not its end: a span that takes in a line's end stays on that line.
    last, _ = position(report, max(span.start, span.end - 1))
    return first, last


def file_address(path: Path, base: Path | None) -> str:
    """The path with forward slashes, from `base` on where it is below it."""
    if base is not None and path.is_absolute() and path.is_relative_to(base):
        path = path.relative_to(base)
    return path.as_posix()
