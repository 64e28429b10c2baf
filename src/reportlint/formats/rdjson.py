"""reviewdog's diagnostic format. Columns count the bytes of UTF-8 from 1; the end is exclusive."""

from collections.abc import Iterable, Iterator
from typing import Any

from reportlint.diagnostic import Checked, Diagnostic, Span
from reportlint.extension import FormatOptions
from reportlint.formats.json import on_one_line
from reportlint.formats.place import file_address, labels


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    yield '{"source": {"name": "reportlint"}, "diagnostics": ['
    before = ""
    for report in reports:
        for diagnostic in report.standing:
            yield f"{before}\n{on_one_line(_diagnostic(report, diagnostic, options))}"
            before = ","
    yield "\n]}\n" if before else "]}\n"


def _diagnostic(report: Checked, diagnostic: Diagnostic, options: FormatOptions) -> dict[str, Any]:
    where = labels(diagnostic.place)
    path = file_address(report.path, options.base)
    fields: dict[str, Any] = {
        "message": diagnostic.message.to(options.language) + (f" [{where}]" if where else ""),
        "location": _location(report, path, diagnostic.span),
        "severity": diagnostic.severity.name,
        "code": {"value": f"{diagnostic.code} {diagnostic.rule}"},
    }
    fix = diagnostic.fix
    # Suggestions are taken one by one, so edits that only together mend something are none.
    if fix is not None and fix.safety != "display" and len(fix.edits) == 1:
        fields["suggestions"] = [{"range": _range(report, edit.span), "text": edit.text} for edit in fix.edits]
    if diagnostic.related:
        fields["related_locations"] = [
            {"message": related.message.to(options.language), "location": _location(report, path, related.span)}
            for related in diagnostic.related
        ]
    return fields


def _location(report: Checked, path: str, span: Span) -> dict[str, Any]:
    return {"path": path, "range": _range(report, span)} if report.source else {"path": path}


def _range(report: Checked, span: Span) -> dict[str, Any]:
    return {"start": _position(report, span.start), "end": _position(report, span.end)}


def _position(report: Checked, offset: int) -> dict[str, int]:
    source = report.source
    assert source is not None
    line, _ = source.position(offset)
    before = source.text[source.starts[line - 1] : offset]
    return {"line": line, "column": len(before.encode("utf-8", "surrogatepass")) + 1}
