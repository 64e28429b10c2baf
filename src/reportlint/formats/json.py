"""One JSON document for programs. Keys and their meaning change only with `SCHEMA`."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from reportlint.diagnostic import Checked, Diagnostic, Fix, Language, Place, Span, Tally, Text, Waived
from reportlint.extension import FormatOptions
from reportlint.formats.place import position
from reportlint.formats.spool import Spool
from reportlint.formats.summary import Totals

SCHEMA = 1

# What `json.dumps` leaves as it is, although a terminal would obey or hide it, or no encoding could hold it.
UNSAFE = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    """The document, the summary first.

    The summary is known last, so the reports before it are kept as text, on disk if they are many:
    a province's thousands of reports do not have to fit into memory.
    """
    totals = Totals()
    with Spool() as kept:
        for report in reports:
            kept.write(",\n    " if totals.reports else "\n    ")
            kept.write(dump(report_object(report, options.language)).replace("\n", "\n    "))
            totals = totals.add(report)
        yield head(totals, options)
        yield from kept.read()
    yield "\n  ]\n}\n" if totals.reports else "]\n}\n"


def head(totals: Totals, options: FormatOptions) -> str:
    """The document up to the bracket that opens the list of reports."""
    fields = dump({"schema": SCHEMA, "version": options.version, "summary": summary_object(totals)})
    return fields.removesuffix("\n}") + ',\n  "reports": ['


def summary_object(totals: Totals) -> dict[str, int]:
    return {
        "reports": totals.reports,
        "error": totals.error,
        "warning": totals.warning,
        "info": totals.info,
        "fixable": totals.fixable,
        "waived": totals.waived,
    }


def dump(value: dict[str, Any]) -> str:
    return UNSAFE.sub(unsafe, json.dumps(value, ensure_ascii=False, indent=2))


def on_one_line(value: dict[str, Any]) -> str:
    return UNSAFE.sub(unsafe, json.dumps(value, ensure_ascii=False))


def unsafe(match: re.Match[str]) -> str:
    """The character as JSON spells it, so that reading gives it back.

    A lone surrogate is no character, and several readers refuse a document that has one. It gets a second
    backslash, so reading gives the six characters of its escape.
    """
    character = match.group()
    lone = "\ud800" <= character <= "\udfff"
    return ("\\" if lone else "") + json.dumps(character)[1:-1]


def report_object(report: Checked, language: Language) -> dict[str, Any]:
    diagnostics = [diagnostic_object(report, each, language) for each in report.diagnostics]
    return {**heading_object(report), "diagnostics": diagnostics}


def heading_object(report: Checked) -> dict[str, Any]:
    """What is told of a report besides its diagnostics."""
    return {
        "path": report.path.as_posix(),
        "profile": report.profile,
        "year": report.year,
        "agency": report.agency,
        "coverage": {
            "rules": tally_object(report.rules),
            "identities": tally_object(report.identities),
        },
    }


def tally_object(tally: Tally) -> dict[str, int]:
    return {"held": tally.held, "failed": tally.failed, "undecided": tally.undecided}


def diagnostic_object(report: Checked, diagnostic: Diagnostic, language: Language) -> dict[str, Any]:
    return {
        "rule": diagnostic.rule,
        "code": diagnostic.code,
        "severity": diagnostic.severity.word,
        "message": diagnostic.message.to(language),
        "range": range_object(report, diagnostic.span),
        "place": place_object(diagnostic.place),
        "address": words(diagnostic.address, language),
        "found": diagnostic.found,
        "expected": diagnostic.expected,
        "related": [
            {"range": range_object(report, related.span), "message": related.message.to(language)}
            for related in diagnostic.related
        ],
        "fix": fix_object(report, diagnostic.fix, language),
        "source": words(diagnostic.source, language),
        "help": words(diagnostic.help, language),
        "waived": waived_object(diagnostic.waived),
    }


def waived_object(waived: Waived | None) -> dict[str, Any] | None:
    if waived is None:
        return None
    until = waived.until.isoformat() if waived.until else None
    return {"reason": waived.reason, "author": waived.author, "until": until, "kind": waived.kind}


def fix_object(report: Checked, fix: Fix | None, language: Language) -> dict[str, Any] | None:
    if fix is None:
        return None
    return {
        "safety": fix.safety,
        "title": fix.title.to(language),
        "edits": [{"range": range_object(report, edit.span), "text": edit.text} for edit in fix.edits],
    }


def range_object(report: Checked, span: Span) -> dict[str, dict[str, int]]:
    start_line, start_column = position(report, span.start)
    end_line, end_column = position(report, span.end)
    return {
        "start": {"line": start_line, "column": start_column},
        "end": {"line": end_line, "column": end_column},
    }


def place_object(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "section": place.section,
        "table": place.table,
        "row": list(place.row),
        "column": list(place.column),
    }


def words(text: Text | None, language: Language) -> str | None:
    return None if text is None else text.to(language)
