"""SARIF 2.1.0, one run for each call, for code scanning services and viewers.

Columns count code points from 1, ends are exclusive. Addresses are relative to `%SRCROOT%`, whose place is left to the
reader of the file, so the output names no machine and the same reports give the same bytes. What a rule wants is in
`help`; `helpUri` has to be an absolute address, and is one that holds the command that tells more.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from reportlint.diagnostic import Checked, Diagnostic, Fix, Language, Place, Severity, Span, Text
from reportlint.extension import FormatOptions
from reportlint.fingerprint import fingerprints
from reportlint.formats.json import on_one_line
from reportlint.formats.place import labels, lines, position
from reportlint.formats.revision import revision
from reportlint.formats.spool import Spool
from reportlint.norms import Obligation
from reportlint.rule import Rule
from reportlint.source import Source

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
BASE = "%SRCROOT%"
OUTSIDE = "%FILESYSTEM%"  # for what is not below the folder of the run
FINGERPRINT = "reportlint/v1"
TAXONOMY = "obligations"
MESSAGE = "default"
LONGEST_CONTEXT = 1000  # code points; of longer lines only a part is quoted
NEAR = 100  # code points that are quoted on both sides of a place in a long line
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
LANGUAGES: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}

TOOL = Text("检查公文类年度报告是否符合规定格式", "Checks official reports against their form")
ROOT = Text("相对路径的起点", "Where relative paths start")
OBLIGATIONS = Text("规则所检查的法定义务", "The legal obligations that rules check")
NOT_READ = Text("文件未能读取", "the file could not be read")
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
    rules = {rule.name: _Known(index, rule, taxa) for index, rule in enumerate(options.rules)}
    yield f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [\n{{"tool": '
    yield on_one_line({"driver": _driver(options, taxa)})
    yield f',\n"taxonomies": [{on_one_line(_taxonomy(taxa, options))}]' if taxa else ""
    yield f',\n"language": "{LANGUAGES[options.language]}"'
    yield ',\n"columnKind": "unicodeCodePoints",\n"newlineSequences": ["\\r\\n", "\\n", "\\r"]'
    yield ',\n"results": ['
    bases = {BASE}
    with Spool() as artifacts, Spool() as notifications:
        between = ""
        number, complete = -1, True
        for number, report in enumerate(reports):
            address = {**_address(report.path, options.base), "index": number}
            bases.add(address["uriBaseId"])
            artifacts.write((",\n" if number else "\n") + on_one_line(_artifact(report, address, options)))
            if not report.complete:
                notifications.write(("\n" if complete else ",\n") + on_one_line(_notification(address, options)))
                complete = False
            for diagnostic, known_by in zip(report.diagnostics, fingerprints(report), strict=True):
                result = _Results(report, address, options).result(diagnostic, known_by, rules.get(diagnostic.rule))
                yield f"{between}\n{on_one_line(result)}"
                between = ","
        yield f'],\n"invocations": [{{"executionSuccessful": {"true" if complete else "false"}'
        yield ', "toolExecutionNotifications": ['
        yield from notifications.read()
        yield "]}]"
        if number >= 0:
            yield ',\n"artifacts": ['
            yield from artifacts.read()
            yield "]"
    yield f',\n"originalUriBaseIds": {on_one_line(_bases(bases, options))}'
    yield f',\n"versionControlProvenance": [{", ".join(_revisions(bases, options))}]}}]}}\n'


def _message(text: str) -> dict[str, str]:
    return {"text": LINK.sub(r"\\[", text.translate(BRACES))}


def _command_address(*words: str) -> str:
    """An absolute address that leads nowhere but says what to run: there is no site with pages of the rules."""
    return "data:," + quote(" ".join(("reportlint", *words)))


# Rules and what they rest on.


class _Known(NamedTuple):
    """A rule of this run. place: In the list of them. taxa: All obligations of the run."""

    place: int
    rule: Rule
    taxa: "_Taxa"


def _driver(options: FormatOptions, taxa: "_Taxa") -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "reportlint"}
    if options.version:
        driver |= {"version": options.version, "semanticVersion": options.version}
    driver |= {"language": LANGUAGES[options.language], "shortDescription": _message(TOOL.to(options.language))}
    driver["informationUri"] = _command_address("--help")
    driver["rules"] = [_rule(rule, options, taxa) for rule in options.rules]
    if taxa:
        driver["supportedTaxonomies"] = [{"name": TAXONOMY}]
    return driver


def _rule(rule: Rule, options: FormatOptions, taxa: "_Taxa") -> dict[str, Any]:
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
        "helpUri": _command_address("explain", rule.name),
        # What people read is the text of each message; this is the same with the words as an argument, for programs.
        "messageStrings": {MESSAGE: {"text": "'{0}'."}},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"rule": rule.name, "kind": rule.kind.name, "form": rule.profile, "plugin": rule.plugin},
    }
    related = [
        {
            "target": {"id": name, "index": taxa[name][0], "toolComponent": {"name": TAXONOMY}},
            "kinds": ["relevant"],
        }
        for name in rule.norms
        if name in taxa
    ]
    return {**described, "relationships": related} if related else described


def _pascal(name: str) -> str:
    """The name as SARIF's tools want it; a word of one letter would make it none of theirs, so it joins the next."""
    return "".join(word.capitalize() for word in re.sub(r"\b(\w)-", r"\1", name).split("-"))


def _marked_down(text: str) -> str:
    from reportlint.formats.markdown import escaped

    return "  \n".join(escaped(line) for line in text.translate(BRACES).split("\n"))


# The obligations that the rules of a run check, by id, with their places in the taxonomy.
_Taxa = Mapping[str, tuple[int, Obligation]]


def _taxa(options: FormatOptions) -> _Taxa:
    named = {name for rule in options.rules for name in rule.norms}
    obligations = options.norms.obligations if named and options.norms else {}
    found = [each for name, each in obligations.items() if name in named]
    return {each.id: (index, each) for index, each in enumerate(found)}


def _taxonomy(taxa: _Taxa, options: FormatOptions) -> dict[str, Any]:
    return {
        "name": TAXONOMY,
        "language": LANGUAGES[options.language],
        "shortDescription": _message(OBLIGATIONS.to(options.language)),
        "isComprehensive": False,
        "taxa": [_taxon(each, options.language) for _, each in taxa.values()],
    }


def _taxon(obligation: Obligation, language: Language) -> dict[str, Any]:
    instrument = obligation.instrument
    properties = {
        "instrument": instrument.name.to(language),
        "numbers": list(instrument.numbers),
        "article": obligation.article.to(language),
        "from": obligation.first.isoformat() if obligation.first else None,
        "to": obligation.last.isoformat() if obligation.last else None,
    }
    return {
        "id": obligation.id,
        "shortDescription": _message(f"{properties['instrument']} {properties['article']}"),
        "fullDescription": _message(obligation.duty.to(language)),
        "properties": {key: value for key, value in properties.items() if value},
    }


def _breached(known: _Known, report: Checked) -> Iterator[dict[str, Any]]:
    """The rule's obligations that bound when the report's year was over: later forms ask nothing of earlier reports."""
    day = date(report.year + 1, 1, 1) if report.year and report.year < date.max.year else None
    for name in known.rule.norms:
        if name not in known.taxa:
            continue
        index, obligation = known.taxa[name]
        first, last = obligation.first or date.min, obligation.last or date.max
        if day is None or first <= day <= last:
            yield {"id": name, "index": index, "toolComponent": {"name": TAXONOMY, "index": 0}}


# Files.


def _address(path: Path, base: Path | None) -> dict[str, Any]:
    """Relative to the base where the path is below it; else to the file system's root, as nothing else finds it."""
    if base is not None and (path.is_absolute() or ".." in path.parts):
        import os

        path = Path(os.path.normpath(base / path))
        if path.is_relative_to(base):
            path = path.relative_to(base)
    if path.is_absolute():
        return {"uri": _quoted(path).removeprefix("/"), "uriBaseId": OUTSIDE}
    return {"uri": _quoted(path), "uriBaseId": BASE}


def _bases(used: Collection[str], options: FormatOptions) -> dict[str, Any]:
    bases: dict[str, Any] = {BASE: {"description": _message(ROOT.to(options.language))}}
    return {**bases, OUTSIDE: {"uri": "file:///"}} if OUTSIDE in used else bases


def _revisions(used: Collection[str], options: FormatOptions) -> Iterator[str]:
    yield on_one_line(revision(options.base, BASE))
    if OUTSIDE in used:
        yield on_one_line(revision(None, OUTSIDE))


def _quoted(path: Path) -> str:
    name = path.as_posix()
    try:
        return quote(name, safe="/", errors="surrogateescape")  # the bytes of a name that is not UTF-8
    except UnicodeEncodeError:
        return quote(name, safe="/", errors="surrogatepass")


def _artifact(report: Checked, address: Mapping[str, Any], options: FormatOptions) -> dict[str, Any]:
    """The file with its canonical text, which lines and columns refer to, whatever the format of the file."""
    location = {key: value for key, value in address.items() if key != "index"}
    artifact: dict[str, Any] = {"location": location, "roles": ["analysisTarget"]}
    if report.source is None:
        return {**artifact, "contents": {"rendered": _message(NOT_READ.to(options.language))}}
    artifact["encoding"] = report.source.encoding.removesuffix("-sig").upper()
    return {**artifact, "contents": {"text": report.source.text}}


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

    def result(self, diagnostic: Diagnostic, known_by: str, known: _Known | None) -> dict[str, Any]:
        spoken = self.options.language
        location: dict[str, Any] = {"physicalLocation": self.physical(diagnostic.span)}
        if logical := _logical(diagnostic.place):
            location["logicalLocations"] = [logical]
        result: dict[str, Any] = {"ruleId": diagnostic.code}
        message: dict[str, Any] = _message(diagnostic.message.to(spoken))
        if known is not None:
            result["ruleIndex"] = known.place
            message |= {"id": MESSAGE, "arguments": [diagnostic.message.to(spoken)]}
        result |= {
            "level": LEVELS[diagnostic.severity],
            "message": message,
            "locations": [location],
            "partialFingerprints": {FINGERPRINT: known_by},
        }
        if known is not None and (taxa := list(_breached(known, self.report))):
            result["taxa"] = taxa
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
        """The place with its words and what stands around it; the first line if the file was not read."""
        location: dict[str, Any] = {"artifactLocation": dict(self.address)}
        source = self.report.source
        if source is None:
            nothing = {"snippet": {"text": ""}}
            return {
                **location,
                "region": {**self.region(span), **nothing},
                "contextRegion": {"startLine": 1, **nothing},
            }
        around = self.context(span, source)
        quoted = {"snippet": {"text": source.text[slice(*span)]}}
        location["region"] = {**self.region(span), **quoted}
        if around == span:  # all there is: its lines, whose ends no column names
            whole = {name: line for name, line in self.region(span).items() if name.endswith("Line")}
            return {**location, "contextRegion": {**whole, **quoted}}
        quoted = {"snippet": {"text": source.text[slice(*around)]}}
        return {**location, "contextRegion": {**self.region(around), **quoted}}

    def context(self, span: Span, source: Source) -> Span:
        """More than the span: its lines, or those with the next on each side, or some code points if lines are long."""
        first, last = lines(self.report, span)
        for more in (0, 1):
            top, bottom = max(first - more, 1), min(last + more, len(source.starts))
            around = Span(source.starts[top - 1], source.starts[bottom - 1] + len(source.line(bottom)))
            within = around.start <= span.start and span.end <= around.end
            if within and around != span and around.end - around.start <= LONGEST_CONTEXT:
                return around
        return Span(max(span.start - NEAR, 0), min(span.end + NEAR, len(source.text)))

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
