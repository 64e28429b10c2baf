"""GitLab's code quality report. It shows lines only, and takes two issues of one fingerprint for one."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from reportlint.diagnostic import Checked, Diagnostic, Severity
from reportlint.extension import FormatOptions
from reportlint.fingerprint import fingerprints
from reportlint.formats.json import on_one_line
from reportlint.formats.place import file_address, labels, lines

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    before = "["
    for report in reports:
        for diagnostic, known_by in zip(report.diagnostics, fingerprints(report), strict=True):
            if diagnostic.waived is not None:
                continue
            yield f"{before}\n{on_one_line(_issue(report, diagnostic, known_by, options))}"
            before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _issue(report: Checked, diagnostic: Diagnostic, known_by: str, options: FormatOptions) -> dict[str, Any]:
    path = file_address(report.path, options.base)
    # Two files may hold the same report, and GitLab would show it in one of them only.
    own = f"{path}\0{known_by}".encode("utf-8", "surrogatepass")
    where = labels(diagnostic.place)
    first, last = lines(report, diagnostic.span)
    return {
        "description": diagnostic.message.to(options.language) + (f" [{where}]" if where else ""),
        "check_name": f"{diagnostic.code} {diagnostic.rule}",
        "fingerprint": hashlib.sha256(own).hexdigest()[:32],
        "severity": SEVERITIES[diagnostic.severity],
        "location": {"path": path, "lines": {"begin": first, "end": last}},
    }
