"""JSON lines: each line a document of its own, for databases and for programs that read as the checks go on.

The first line says which version wrote it; a line for each report comes before those of its diagnostics; the last
line is the summary, whose absence tells that the output was cut off. Diagnostics are as in the format `json`.
"""

from collections.abc import Iterable, Iterator

from reportlint.diagnostic import Checked
from reportlint.extension import FormatOptions
from reportlint.formats.json import SCHEMA, diagnostic_object, heading_object, on_one_line, summary_object
from reportlint.formats.summary import Totals


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    yield on_one_line({"kind": "run", "schema": SCHEMA, "version": options.version}) + "\n"
    totals = Totals()
    for report in reports:
        totals = totals.add(report)
        yield on_one_line({"kind": "report", **heading_object(report), "complete": report.complete}) + "\n"
        path = report.path.as_posix()
        for diagnostic in report.diagnostics:
            fields = diagnostic_object(report, diagnostic, options.language)
            yield on_one_line({"kind": "diagnostic", "path": path, **fields}) + "\n"
    yield on_one_line({"kind": "summary", **summary_object(totals)}) + "\n"
