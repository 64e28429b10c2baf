"""JUnit's XML, which build servers show as tests: a suite for each report, a test that failed for each diagnostic.

The first test of a suite is that all of the report was checked, so a clean report has a test that passed and one
that could not be checked has an error. What is only told, a diagnostic of severity `info`, fails nothing.
"""

from collections.abc import Iterable, Iterator

from reportlint.diagnostic import Checked, Diagnostic, Severity, Tally, Text
from reportlint.extension import FormatOptions
from reportlint.formats.place import file_address, labels, position
from reportlint.formats.xml import attributes, quoted_lines

CHECKED = Text("全部内容均已检查", "all of it was checked")
NOT_CHECKED = Text(
    "有内容没有检查：无法读取，或有规则出错",
    "part of it was not checked: it could not be read, or a rule crashed",
)


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="reportlint">\n'
    for report in reports:
        yield "".join(_suite(report, options))
    yield "</testsuites>\n"


def _suite(report: Checked, options: FormatOptions) -> Iterator[str]:
    name = file_address(report.path, options.base)
    failures = sum(map(_fails, report.standing))
    errors = int(not report.complete)
    counts = attributes(tests=len(report.standing) + 1, failures=failures, errors=errors, skipped=0)
    yield f"<testsuite{attributes(name=name)}{counts}>\n<properties>\n"
    for key, value in _properties(report):
        yield f"<property{attributes(name=key, value=value)}/>\n"
    yield "</properties>\n"
    case = attributes(classname="reportlint", name=CHECKED.to(options.language), file=name)
    error = f"<error{attributes(type='incomplete', message=NOT_CHECKED.to(options.language))}/>"
    yield f"<testcase{case}/>\n" if report.complete else f"<testcase{case}>{error}</testcase>\n"
    for diagnostic in report.standing:
        yield _case(report, diagnostic, name, options)
    yield "</testsuite>\n"


def _properties(report: Checked) -> Iterator[tuple[str, object]]:
    """Which report it is, and how much of it was checked."""
    for key in ("profile", "year", "agency"):
        value = getattr(report, key)
        if value is not None:
            yield key, value
    for key, tally in (("rules", report.rules), ("identities", report.identities)):
        yield from _counts(key, tally)


def _counts(key: str, tally: Tally) -> Iterator[tuple[str, object]]:
    yield f"{key}.held", tally.held
    yield f"{key}.failed", tally.failed
    yield f"{key}.undecided", tally.undecided


def _fails(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity > Severity.INFO


def _case(report: Checked, diagnostic: Diagnostic, name: str, options: FormatOptions) -> str:
    line, column = position(report, diagnostic.span.start)
    message = diagnostic.message.to(options.language)
    case = attributes(
        classname=f"reportlint.{diagnostic.rule}", name=f"{diagnostic.code} {line}:{column}", file=name, line=line
    )
    words = [f"{name}:{line}:{column}: {message}", labels(diagnostic.place)]
    words += [text.to(options.language).strip() for text in (diagnostic.source, diagnostic.help) if text]
    told = quoted_lines("\n".join(word for word in words if word))
    if not _fails(diagnostic):
        return f"<testcase{case}><system-out>{told}</system-out></testcase>\n"
    failure = attributes(type=diagnostic.severity.word, message=message)
    return f"<testcase{case}><failure{failure}>{told}</failure></testcase>\n"
