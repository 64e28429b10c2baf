"""One check of one report, from its text to its diagnostics."""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from reportlint.bound import Fault
from reportlint.diagnostic import Checked, Diagnostic, Finding, Severity, Span, Tally, Text
from reportlint.document import Document, understand
from reportlint.errors import ConfigError, PartMissing, ReadError
from reportlint.extension import Pack, Reading
from reportlint.grammar import Grammar, Parsed
from reportlint.identities import Outcome
from reportlint.layout import layout
from reportlint.norms import Norms
from reportlint.pattern import Patterns, Sightings
from reportlint.plugins import Extensions
from reportlint.profile import Profile
from reportlint.profileset import load as load_profiles
from reportlint.readers import read
from reportlint.records import dataclass
from reportlint.report import Block, rewritten
from reportlint.rule import Rule
from reportlint.rulecache import compiled as compiled_rules
from reportlint.ruleoptions import BUILT_IN
from reportlint.ruleset import load as load_rules
from reportlint.script import Script
from reportlint.statements import remember
from reportlint.yamlfile import nearest

log = logging.getLogger(__name__)

# Departures that leave figures unchecked.
UNREAD = frozenset((Fault.UNREADABLE, Fault.UNREADABLE_ROW, Fault.COPY))
UNREADABLE, NOT_A_REPORT, CRASHED = "unreadable", "not-a-report", "rule-crashed"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Forms whose reports are read alike: by one grammar, in one language, with one way of numbering.

    titles: Of all their sections. row_labels: The words of all labels of rows in their tables.
    """

    grammar: Grammar
    forms: tuple[Profile, ...]
    titles: tuple[str, ...]
    row_labels: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """Everything that checks are made with; loaded once and never changed.

    selected: The rules to run. severities: Where one was set from outside. extensions: The plugins, with the kinds,
        readers and formats. norms: What the law demands, read when it is first asked for. unrun: What could not be
        loaded because a local plugin is not trusted.
    by_profile: What takes its place for reports on forms that set something of rules themselves, by the form's id.
    """

    profiles: tuple[Profile, ...]
    rules: tuple[Rule, ...]
    families: tuple[Family, ...]
    selected: tuple[Rule, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    extensions: Extensions = field(kw_only=True)
    norms: Norms = field(default_factory=Norms)
    unrun: tuple[str, ...] = ()
    by_profile: Mapping[str, "Library"] = field(default_factory=dict)

    def rule(self, name: str) -> Rule:
        return next(rule for rule in self.rules if rule.name == name)

    @property
    def identities(self) -> frozenset[str]:
        """Names of the identities that some selected rule reports; others are not judged."""
        return _named((self.selected, *(library.selected for library in self.by_profile.values())))


@lru_cache(maxsize=4)
def _named(selections: tuple[tuple[Rule, ...], ...]) -> frozenset[str]:
    """The identities that these rules report: asked for once in each report, and the same in all of them."""
    return frozenset(name for rules in selections for rule in rules for name in rule.identities)


@lru_cache(maxsize=8)
def _watched(rules: tuple[Rule, ...]) -> Patterns:
    """All patterns that these rules look for."""
    watching = [(rule.kind.watched, rule) for rule in rules if rule.kind.watched is not None]
    return Patterns(dict.fromkeys(pattern for watched, rule in watching for pattern in watched(rule.options)))


def load(extensions: Extensions, cache: Path | None = None, *, compiled: bool = True) -> Library:
    """The grammars, profiles and rules of all packs, all rules selected but the optional ones.

    cache: A folder that keeps what was read for the next start; None keeps nothing. compiled: Whether to take the
        built-in rules as they come with the package.

    Raises:
        ConfigError: One of the files has a mistake.
    """
    kept = compiled_rules(BUILT_IN) if compiled else None
    if kept is not None:
        remember(kept.formulas)
    profiles = load_profiles(extensions.packs, kept.values if kept else {})
    unrun: list[str] | None = [] if extensions.untrusted else None
    norms = Norms(tuple(pack.rules for pack in extensions.packs), kept.values if kept else {})
    rules = load_rules(extensions.packs, extensions.kinds, profiles, norms, unrun, cache, kept)
    families = tuple(_families(extensions.packs, profiles))
    selected = tuple(rule for rule in rules if not rule.optional)
    return Library(profiles, rules, families, selected, extensions=extensions, norms=norms, unrun=tuple(unrun or ()))


def _families(packs: Sequence[Pack], profiles: Sequence[Profile]) -> Iterator[Family]:
    files: dict[str, Path] = {}
    for pack in packs:
        for path in sorted(filter(Path.is_file, pack.grammars.glob("*.lark"))) if pack.grammars else ():
            other = files.setdefault(path.stem, path)
            if other is not path:
                raise ConfigError(path, f"the grammar '{path.stem}' is also in {other}")
    alike: dict[tuple[object, ...], list[Profile]] = {}
    for profile in profiles:
        alike.setdefault((profile.grammar, profile.language, profile.numbering.styles), []).append(profile)
    for forms in map(tuple, alike.values()):
        name = forms[0].grammar
        if name not in files:
            raise ConfigError(forms[0].path, f"no grammar is called '{name}'{nearest(name, files)}")
        titles = dict.fromkeys(title for form in forms for section in form.sections for title in section.titles)
        labels: frozenset[str] = frozenset().union(*(form.row_labels for form in forms))
        yield Family(Grammar(files[name], forms[0].numbering), forms, tuple(titles), labels)


def lint(reading: Reading, library: Library, profile: Profile | None = None) -> Checked:
    """Every diagnostic for one report, in the order a reader meets them.

    A rule that raises gives the diagnostic `rule-crashed`: the report is never called clean. It reads no file,
    prints nothing and keeps no state.

    profile: The form to hold the report against; None chooses it by the report's year.
    """
    document, parsed = recognise(reading, library, profile)
    return diagnosed(reading, document, parsed, library)


def diagnosed(reading: Reading, document: Document | None, parsed: Parsed, library: Library) -> Checked:
    """What the selected rules say of a report that has been recognised, or of a file that is none."""
    source = reading.source
    if document is None:
        found = [_signed(source.path, library, NOT_A_REPORT, Finding(span=_first_line(reading)))]
        return Checked(path=source.path, source=source, diagnostics=_present(found), layout=layout(reading.blocks))
    undated = () if document.has_form else (_signed(source.path, library, NOT_A_REPORT, _without_form(document)),)
    if undated and not document.binding.tables:
        # Of the time before the forms: everything would be wrong with it.
        return Checked(path=source.path, source=source, diagnostics=_present(undated), layout=layout(reading.blocks))
    library = library.by_profile.get(document.profile.id, library)
    rules = tuple(rule for rule in library.selected if rule.applies(document))
    document = replace(document, sightings=Sightings(_watched(rules)))
    runs = [run(rule, document, library) for rule in rules]
    misplaced = [
        _signed(source.path, library, UNREADABLE, Finding(span=span, variant="structure")) for span in parsed.misplaced
    ]
    diagnostics = [
        *(diagnostic for outcome in runs for diagnostic in outcome.diagnostics),
        *_present((*misplaced, *undated)),
    ]
    verdicts = [verdict.outcome for verdict in document.arithmetic.verdicts]
    unread = any(departure.fault in UNREAD for departure in document.binding.departures)
    return Checked(
        path=source.path,
        source=source,
        profile=document.profile.id,
        year=document.year,
        agency=document.agency,
        diagnostics=tuple(sorted(diagnostics, key=reading_order)),
        rules=Tally(*(sum(outcome.tally is kind for outcome in runs) for kind in (HELD, FAILED, UNDECIDED))),
        identities=Tally(
            verdicts.count(Outcome.HOLDS), verdicts.count(Outcome.BROKEN), verdicts.count(Outcome.UNDECIDED)
        ),
        complete=not (unread or parsed.misplaced or any(outcome.crashed for outcome in runs)),
        layout=layout(reading.blocks, document.report, document.title.span if document.title else None),
    )


def recognise(reading: Reading, library: Library, profile: Profile | None = None) -> tuple[Document | None, Parsed]:
    """The report laid against the first form that recognises it, and its parse; where none does, no document, and how
    the first of the grammars reads it."""
    first: Parsed | None = None
    for family in library.families:
        if profile is not None and profile not in family.forms:
            continue
        blocks = _in_standard_script(reading, family.forms[0].notation.script)
        parsed = family.grammar.parse(blocks, family.titles, family.row_labels)
        document = understand(reading.source, parsed.report, family.forms, library.identities, library.norms, profile)
        if document is not None:
            return document, parsed
        first = first or parsed
    if first is None:
        raise ConfigError(None, "no grammar is loaded that could read a report")
    return None, first


def _in_standard_script(reading: Reading, script: Script | None) -> Sequence[Block]:
    """The blocks as everything behind this looks at them: in the script of the forms, at the same places."""
    if script is None or not script.is_in(reading.source.text):
        return reading.blocks
    return [rewritten(block, script.plain) for block in reading.blocks]


def unreadable(path: Path, error: ReadError, library: Library) -> Checked:
    """The result for a file that could not be read."""
    finding = Finding(span=Span(0, 0), facts={"why": Text(error.zh, error.en)}, variant="file")
    diagnostics = _present([_signed(path, library, UNREADABLE, finding)])
    return Checked(path=path, source=None, diagnostics=diagnostics, complete=False)


def abandoned(path: Path, why: Text, library: Library) -> Checked:
    """The result for a file whose check did not come to its end."""
    finding = Finding(span=Span(0, 0), facts={"rule": "reportlint", "why": why})
    diagnostics = _present([_signed(path, library, CRASHED, finding)])
    return Checked(path=path, source=None, diagnostics=diagnostics, complete=False)


def lint_bytes(path: Path, data: bytes, library: Library, profile: Profile | None = None) -> Checked:
    """`lint` for a file's content; one that cannot be read gives the diagnostic `unreadable`."""
    try:
        return lint(read(path, data, library.extensions.readers), library, profile)
    except ReadError as error:
        return unreadable(path, error, library)


class Run(NamedTuple):
    """What one rule said of one report, and whether it held, failed or could not be told."""

    diagnostics: tuple[Diagnostic, ...]
    tally: Tally
    crashed: bool = False


HELD, FAILED, UNDECIDED = Tally(held=1), Tally(failed=1), Tally(undecided=1)
RUN_HELD, RUN_UNDECIDED = Run((), HELD), Run((), UNDECIDED)


def run(rule: Rule, document: Document, library: Library) -> Run:
    """One rule's findings on one document, signed with the rule's name and severity."""
    started = time.perf_counter() if log.isEnabledFor(logging.DEBUG) else None
    try:
        found = [
            signed(rule, document.source.path, _mended(rule, document, finding, library), library)
            for finding in rule.kind.check(document, rule.options)
        ]
        undecided = not found and rule.kind.undecided is not None and rule.kind.undecided(document, rule.options)
    except PartMissing:
        return RUN_UNDECIDED  # the rule that demands the part has reported it: one defect, one diagnostic
    except ConfigError:
        raise  # the rule's own file has a mistake, which no report can help
    except Exception as error:
        crash = _crash(document.source.path, library, rule.name, error, _title_span(document))
        return Run(crash, UNDECIDED, crashed=True)
    if started is not None:
        log.debug("%s: %d findings in %.2f ms", rule.name, len(found), (time.perf_counter() - started) * 1e3)
    if not found:
        return RUN_UNDECIDED if undecided else RUN_HELD
    return Run(tuple(found), FAILED)


def _mended(rule: Rule, document: Document, finding: Finding, library: Library) -> Finding:
    """The finding with the first fix that a fixer for its kind has, where the kind gives none itself."""
    if finding.fix is None:
        for fixer in library.extensions.fixers:
            if fixer.kind == rule.kind.name and (fix := fixer.fix(document, finding)) is not None:
                return finding._replace(fix=fix)
    return finding


def _crash(path: Path, library: Library, what: str, error: Exception, span: Span) -> tuple[Diagnostic, ...]:
    """The diagnostic for code that raised; the traceback is for whoever asks for it."""
    log.debug("%s crashed", what, exc_info=True)
    facts = {"rule": what, "why": f"{type(error).__name__}: {error}"}
    return _present([_signed(path, library, CRASHED, Finding(span=span, facts=facts))])


def _title_span(document: Document) -> Span:
    return document.title.span if document.title else Span(0, 0)


def signed(rule: Rule, path: Path, finding: Finding, library: Library) -> Diagnostic:
    """The finding as a diagnostic of its rule; its facts fill the rule's message."""
    wording = rule.wording
    message = wording.messages.get(finding.variant) or wording.messages.get("")
    if message is None:
        raise KeyError(f"the rule has no message '{finding.variant}'")
    severity = library.severities.get(rule.name) or finding.severity or rule.severity
    return Diagnostic(
        path=path,
        span=finding.span,
        severity=severity,
        rule=rule.name,
        code=rule.code,
        message=filled(message, finding.facts),
        place=finding.place,
        address=finding.address,
        found=finding.found,
        expected=finding.expected,
        related=finding.related,
        source=wording.source,
        help=finding.help or (filled(wording.help, finding.facts) if wording.help else None),
        fix=finding.fix,
    )


def _signed(path: Path, library: Library, name: str, finding: Finding) -> Diagnostic | None:
    """A diagnostic of the engine's own; None where its rule was not selected."""
    rule = library.rule(name)
    return signed(rule, path, finding, library) if rule in library.selected else None


def _present(diagnostics: Iterable[Diagnostic | None]) -> tuple[Diagnostic, ...]:
    return tuple(diagnostic for diagnostic in diagnostics if diagnostic is not None)


def filled(template: Text, facts: Mapping[str, str | Text]) -> Text:
    """The template with its `{names}` replaced, in each language."""

    def word(name: str, language: str) -> str:
        value = facts.get(name, "{" + name + "}")
        return str(getattr(value, language)) if isinstance(value, Text) else value

    return Text(
        _PLACEHOLDER.sub(lambda match: word(match[1], "zh"), template.zh),
        _PLACEHOLDER.sub(lambda match: word(match[1], "en"), template.en),
    )


def reading_order(diagnostic: Diagnostic) -> tuple[int, int, str]:
    return diagnostic.span.start, diagnostic.span.end, diagnostic.code


def _without_form(document: Document) -> Finding:
    """That no form is for the report's year."""
    facts: dict[str, str | Text] = {"year": str(document.year), "form": document.profile.source}
    return Finding(
        span=_title_span(document), facts=facts, variant="checked" if document.binding.tables else "unchecked"
    )


def _first_line(reading: Reading) -> Span:
    first = reading.blocks[0].span if reading.blocks else Span(0, 0)
    return Span(first.start, min(first.end, first.start + 40))


def check_file(path: Path, content: Callable[[], bytes], library: Library, profile: Profile | None = None) -> Checked:
    """`lint_bytes` for a file, whatever comes of reading it. A fault of ours keeps no other from being checked."""
    try:
        data = content()
    except OSError as error:
        why = error.strerror or str(error)
        return unreadable(path, ReadError(f"无法打开文件：{why}", f"the file cannot be opened: {why}"), library)
    except ReadError as error:
        return unreadable(path, error, library)
    try:
        return lint_bytes(path, data, library, profile)
    except ConfigError:
        raise
    except Exception as error:
        diagnostics = _crash(path, library, "reportlint", error, Span(0, 0))
        return Checked(path=path, source=None, diagnostics=diagnostics, complete=False)
