"""SARIF 2.1.0, one run for each call, for code scanning services and viewers.

Columns count code points from 1, ends are exclusive. Addresses are relative to `%SRCROOT%`, whose place is left to the
reader of the file, so the output names no machine and the same reports give the same bytes. There is no `helpUri`,
which would have to be an absolute address: what a rule wants is in `help`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from reportlint.diagnostic import Checked, Diagnostic, Fix, Language, Place, Severity, Span, Text
from reportlint.extension import FormatOptions
from reportlint.fingerprint import fingerprints
from reportlint.formats.json import on_one_line
from reportlint.formats.place import labels, lines, position
from reportlint.formats.spool import Spool
from reportlint.rule import Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
BASE = "%SRCROOT%"
FINGERPRINT = "reportlint/v1"
TAXONOMY = "legal-sources"
LONGEST_CONTEXT = 1000  # code points; of longer lines only the place itself is quoted
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
LANGUAGES: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}

TOOL = Text("检查公文类年度报告是否符合规定格式", "Checks official reports against their form")
ROOT = Text("相对路径的起点", "Where relative paths start")
SOURCES = Text("规则所依据的规定", "The provisions that rules rest on")
BASIS = Text("依据：", "Source: ")
HELP = Text("帮助：", "Help: ")
MORE = Text("说明：", "More: ")
INCOMPLETE = Text(
    "报告没有全部检查：无法读取，或有规则出错",
    "not all of the report was checked: it could not be read, or a rule crashed",
)

# A brace stands for an argument, and a bracket before a parenthesis makes a link.
BRACES = str.maketrans({"{": "{{", "}": "}}"})
LINK = re.compile(r"\[(?=[^\]]*\]\()")


def render(reports: Iterable[Checked], options: FormatOptions) -> Iterator[str]:
    taxa = _taxa(options)
    indexes = {rule.name: index for index, rule in enumerate(options.rules)}
    yield f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [\n{{"tool": '
    yield on_one_line({"driver": _driver(options, taxa)})
    yield f',\n"taxonomies": [{on_one_line(_taxonomy(taxa, options))}]' if taxa else ""
    yield f',\n"language": "{LANGUAGES[options.language]}"'
    yield ',\n"columnKind": "unicodeCodePoints",\n"newlineSequences": ["\\r\\n", "\\n", "\\r"]'
    base = {BASE: {"description": _message(ROOT.to(options.language))}}
    yield f',\n"originalUriBaseIds": {on_one_line(base)},\n"results": ['
    with Spool() as artifacts, Spool() as notifications:
        between = ""
        complete = True
        for number, report in enumerate(reports):
            address = {**_address(report.path, options.base), "index": number}
            artifacts.write((",\n" if number else "\n") + on_one_line(_artifact(report, address)))
            if not report.complete:
                notifications.write(("\n" if complete else ",\n") + on_one_line(_notification(address, options)))
                complete = False
            for diagnostic, known_by in zip(report.diagnostics, fingerprints(report), strict=True):
                result = _Results(report, address, options).result(diagnostic, known_by, indexes)
                yield f"{between}\n{on_one_line(result)}"
                between = ","
        yield f'],\n"invocations": [{{"executionSuccessful": {"true" if complete else "false"}'
        yield ', "toolExecutionNotifications": ['
        yield from notifications.read()
        yield ']}],\n"artifacts": ['
        yield from artifacts.read()
    yield "]}]}\n"


def _message(text: str) -> dict[str, str]:
    return {"text": LINK.sub(r"\\[", text.translate(BRACES))}


# Rules and what they rest on.


def _driver(options: FormatOptions, taxa: Mapping[str, int]) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "reportlint"}
    if options.version:
        driver |= {"version": options.version, "semanticVersion": options.version}
    driver |= {"language": LANGUAGES[options.language], "shortDescription": _message(TOOL.to(options.language))}
    driver["rules"] = [_rule(rule, options, taxa) for rule in options.rules]
    if taxa:
        driver["supportedTaxonomies"] = [{"name": TAXONOMY}]
    return driver


def _rule(rule: Rule, options: FormatOptions, taxa: Mapping[str, int]) -> dict[str, Any]:
    spoken, wording = options.language, rule.wording
    why = wording.why.to(spoken).strip()
    notes = [(BASIS, wording.source.to(spoken).strip()), (MORE, f"reportlint explain {rule.name}")]
    if wording.help is not None:
        notes.insert(0, (HELP, wording.help.to(spoken).strip()))
    help_text = "\n\n".join([why, *(lead.to(spoken) + words for lead, words in notes)])
    leads = [f"**{lead.to(spoken).strip()}** {_marked_down(words)}" for lead, words in notes[:-1]]
    more = f"**{MORE.to(spoken).strip()}** `reportlint explain {rule.name}`"
    described: dict[str, Any] = {
        "id": rule.code,
        "name": _pascal(rule.name),
        "shortDescription": _message(why),
        "fullDescription": _message(f"{why}\n\n{BASIS.to(spoken)}{wording.source.to(spoken).strip()}"),
        "help": {**_message(help_text), "markdown": "\n\n".join([_marked_down(why), *leads, more])},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"rule": rule.name, "kind": rule.kind.name, "form": rule.profile, "plugin": rule.plugin},
    }
    related = [
        {
            "target": {"id": source, "index": taxa[source], "toolComponent": {"name": TAXONOMY}},
            "kinds": ["relevant"],
        }
        for source in _sources(rule, spoken)
    ]
    return {**described, "relationships": related} if related else described


def _pascal(name: str) -> str:
    """The name as SARIF's tools want it; a word of one letter would make it none of theirs, so it joins the next."""
    return "".join(word.capitalize() for word in re.sub(r"\b(\w)-", r"\1", name).split("-"))


def _marked_down(text: str) -> str:
    from reportlint.formats.markdown import escaped

    return "  \n".join(escaped(line) for line in text.translate(BRACES).split("\n"))


def _taxa(options: FormatOptions) -> dict[str, int]:
    """The provisions that the rules name, with their places in the taxonomy."""
    named = dict.fromkeys(source for rule in options.rules for source in _sources(rule, options.language))
    return {source: index for index, source in enumerate(sorted(named))}


def _sources(rule: Rule, language: Language) -> Sequence[str]:
    """A rule may rest on several provisions; a semicolon stands between them."""
    return tuple(part.strip() for part in re.split("[;；]", rule.wording.source.to(language)) if part.strip())


def _taxonomy(taxa: Mapping[str, int], options: FormatOptions) -> dict[str, Any]:
    return {
        "name": TAXONOMY,
        "language": LANGUAGES[options.language],
        "shortDescription": _message(SOURCES.to(options.language)),
        "isComprehensive": False,
        "taxa": [{"id": source, "shortDescription": _message(source)} for source in taxa],
    }


# Files.


def _address(path: Path, base: Path | None) -> dict[str, Any]:
    """Relative to the base where the path is below it; else absolute, as nothing else would find it."""
    if base is not None and (path.is_absolute() or ".." in path.parts):
        import os

        path = Path(os.path.normpath(base / path))
        if path.is_relative_to(base):
            path = path.relative_to(base)
    if path.is_absolute():
        return {"uri": "file://" + ("" if path.as_posix().startswith("/") else "/") + _quoted(path)}
    return {"uri": _quoted(path), "uriBaseId": BASE}


def _quoted(path: Path) -> str:
    name = path.as_posix()
    try:
        return quote(name, safe="/", errors="surrogateescape")  # the bytes of a name that is not UTF-8
    except UnicodeEncodeError:
        return quote(name, safe="/", errors="surrogatepass")


def _artifact(report: Checked, address: Mapping[str, Any]) -> dict[str, Any]:
    location = {key: value for key, value in address.items() if key != "index"}
    artifact: dict[str, Any] = {"location": location, "roles": ["analysisTarget"]}
    if report.source is not None:
        artifact["encoding"] = report.source.encoding.removesuffix("-sig").upper()
    return artifact


def _notification(address: Mapping[str, Any], options: FormatOptions) -> dict[str, Any]:
    return {
        "level": "error",
        "message": _message(INCOMPLETE.to(options.language)),
        "locations": [{"physicalLocation": {"artifactLocation": dict(address)}}],
    }


class _Results:
    """What one report's diagnostics are in SARIF."""

    def __init__(self, report: Checked, address: Mapping[str, Any], options: FormatOptions) -> None:
        self.report, self.address, self.options = report, address, options

    def result(self, diagnostic: Diagnostic, known_by: str, indexes: Mapping[str, int]) -> dict[str, Any]:
        spoken = self.options.language
        location: dict[str, Any] = {"physicalLocation": self.physical(diagnostic.span)}
        if logical := _logical(diagnostic.place):
            location["logicalLocations"] = [logical]
        result: dict[str, Any] = {"ruleId": diagnostic.code}
        if diagnostic.rule in indexes:
            result["ruleIndex"] = indexes[diagnostic.rule]
        result |= {
            "level": LEVELS[diagnostic.severity],
            "message": _message(diagnostic.message.to(spoken)),
            "locations": [location],
            "partialFingerprints": {FINGERPRINT: known_by},
        }
        if diagnostic.waived is not None:
            justification = diagnostic.waived.reason
            result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
        if diagnostic.related:
            result["relatedLocations"] = [
                {
                    "id": number,
                    "physicalLocation": self.physical(related.span),
                    "message": _message(related.message.to(spoken)),
                }
                for number, related in enumerate(diagnostic.related, start=1)
            ]
        if diagnostic.fix is not None and diagnostic.fix.safety != "display":
            result["fixes"] = [self.fix(diagnostic.fix)]
        properties = {
            "rule": diagnostic.rule,
            "found": diagnostic.found,
            "expected": diagnostic.expected,
            "address": diagnostic.address.to(spoken) if diagnostic.address else None,
            "help": diagnostic.help.to(spoken).strip() if diagnostic.help else None,
            "form": self.report.profile,
            "year": self.report.year,
            "agency": self.report.agency,
        }
        result["properties"] = {key: value for key, value in properties.items() if value is not None}
        return result

    def physical(self, span: Span) -> dict[str, Any]:
        """The place with its words, and with its lines where they are not long; the file alone if it was not read."""
        location: dict[str, Any] = {"artifactLocation": dict(self.address)}
        source = self.report.source
        if source is None:
            return location
        location["region"] = {**self.region(span), "snippet": {"text": source.text[slice(*span)]}}
        first, last = lines(self.report, span)
        start = source.starts[first - 1]
        end = source.starts[last - 1] + len(source.line(last))
        if start <= span.start and span.end <= end and end - start <= LONGEST_CONTEXT and (start, end) != span:
            context = Span(start, end)
            location["contextRegion"] = {**self.region(context), "snippet": {"text": source.text[slice(*context)]}}
        return location

    def region(self, span: Span) -> dict[str, int]:
        start_line, start_column = position(self.report, span.start)
        end_line, end_column = position(self.report, span.end)
        return {"startLine": start_line, "startColumn": start_column, "endLine": end_line, "endColumn": end_column}

    def fix(self, fix: Fix) -> dict[str, Any]:
        replacements = [
            {"deletedRegion": self.region(edit.span), "insertedContent": {"text": edit.text}} for edit in fix.edits
        ]
        return {
            "description": _message(fix.title.to(self.options.language)),
            "artifactChanges": [{"artifactLocation": dict(self.address), "replacements": replacements}],
        }


def _logical(place: Place | None) -> dict[str, str] | None:
    """Where it is in the form, from the section inwards."""
    if place is None:
        return None
    parts = [part for part in (place.section, place.table, labels(place)) if part]
    return {"name": parts[-1], "fullyQualifiedName": " / ".join(parts)} if parts else None
