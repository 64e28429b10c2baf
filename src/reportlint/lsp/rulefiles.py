"""Our own YAML files in an editor: their mistakes at their places, what may be written next, what a key means."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lsprotocol import types

from reportlint import profileset
from reportlint.diagnostic import Language, Span
from reportlint.engine import Library, load
from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.lsp.page import Page
from reportlint.lsp.schema import ITEM, Keys, Kind, slot
from reportlint.norms import FILE as NORMS_FILE
from reportlint.norms import Norms
from reportlint.plugins import LOCAL_FOLDER, PACK_FILE, built_in
from reportlint.ruleset import NO_RULE_FOLDERS, NO_RULES, load_files
from reportlint.testing import Trial, told, trials
from reportlint.yamlfile import read, unsaved

SOURCE = "reportlint"
PROFILE_FILE = "profile.yaml"
_RULE = re.compile(r"^(?:kind|code):", re.MULTILINE)
_OWN_KIND = re.compile(r"^kind:[ \t]+([\w-]+)", re.MULTILINE)
_TOKEN = re.compile(r"[^\s:,\[\]{}]+")


def kind_of(path: Path, text: str, library: Library) -> Kind | None:
    """What kind of file of ours this is; None where it is none."""
    if path.name == PACK_FILE:
        return "pack"
    if path.name == NORMS_FILE:
        return "norms" if "instruments:" in text or "obligations:" in text else None
    rules = LOCAL_FOLDER in path.parts or any(path.is_relative_to(pack.rules) for pack in library.extensions.packs)
    if path.name == PROFILE_FILE:
        return "profile" if rules or "title-form:" in text or "extends:" in text else None
    if path.parent.name in NO_RULE_FOLDERS or path.name in NO_RULES:
        return None
    return "rule" if rules or len(set(_RULE.findall(text))) == 2 else None


@cache
def _built_in() -> Library:
    """What rules are held against where those of the repository cannot be loaded, as while one is being written."""
    return load(built_in())


def diagnostics(path: Path, page: Page, library: Library | None, language: Language) -> list[types.Diagnostic]:
    """The first mistake in the file, and every example of a rule that does not turn out as it says."""
    library = library or _built_in()
    text = page.text
    kind = kind_of(path, text, library)
    if kind is None:
        return []
    with unsaved(_standing_for(path, text, library)):
        try:
            if kind == "pack":
                read(path).items(("api", "name"))
                return []
            if kind == "profile":
                packs = library.extensions.packs
                known = any(path.is_relative_to(pack.rules) for pack in packs)
                profileset.load(packs if known else (*packs, Pack("local", path.parent)))
                return []
            if kind == "norms":
                _ = Norms((path.parent,)).obligations  # which reads the instruments as well
                return []
            return [_failed(page, trial, language) for trial in _tried(path, library) if not trial.passed]
        except ConfigError as error:
            return [_mistake(path, page, error)]


def _standing_for(path: Path, text: str, library: Library) -> Mapping[Path, str]:
    """The text under each name by which the file may be read."""
    real = path.resolve()
    found = {path: text, real: text}
    for pack in library.extensions.packs:
        folder = pack.rules.resolve()
        if real.is_relative_to(folder):
            found[pack.rules / real.relative_to(folder)] = text
    return found


def _tried(path: Path, library: Library) -> Iterator[Trial]:
    """The examples of the rule in this file, run with all other rules."""
    real = path.resolve()
    others = tuple(rule for rule in library.rules if rule.path.resolve() != real)
    (rule,) = load_files([(path, "local")], library.extensions.kinds, library.profiles, library.norms, others)
    rule.read_wording()  # a rule that is being written is read whole
    yield from trials(replace(library, rules=(*others, rule)), [rule])


def _mistake(path: Path, page: Page, error: ConfigError) -> types.Diagnostic:
    here = error.path is not None and error.path.resolve() == path.resolve()
    line, column = (error.line, error.column) if here else (0, 0)
    message = error.why if here else str(error)
    return _diagnostic(page, line, column, message, types.DiagnosticSeverity.Error, "configuration")


def _failed(page: Page, trial: Trial, language: Language) -> types.Diagnostic:
    what = "示例的结果与所写的不符" if language == "zh" else "the example does not turn out as it says"
    _, *lines = told(trial)
    message = "\n".join((f"{what}: {trial.example.title}", *(line.rstrip("\n") for line in lines)))
    return _diagnostic(page, *trial.example.place, message, types.DiagnosticSeverity.Warning, "example")


def _diagnostic(
    page: Page, line: int, column: int, message: str, severity: types.DiagnosticSeverity, code: str
) -> types.Diagnostic:
    """line, column: From 1; 0 where the whole file is meant."""
    number = min(max(line - 1, 0), len(page.lines) - 1)
    content = page.line(number)
    first = min(max(column - 1, 0), len(content))
    token = _TOKEN.match(content, first)
    last = token.end() if token else len(content)
    range_ = page.range(Span(page.starts[number] + first, page.starts[number] + last))
    return types.Diagnostic(range_, message, severity, code, source=SOURCE)


# Where the cursor is. Files are read line by line: while one is written it is no YAML.


class Where(NamedTuple):
    """The way of keys to a place. value: Whether a value is written there, not a key. word: What stands there."""

    keys: Keys
    value: bool
    word: Span


_LINE = re.compile(r"^(?P<indent> *)(?P<dashes>(?:- +|-$)*)(?:(?P<key>[\w-]+)(?P<colon>:(?= |$)))?(?P<rest>.*)$")
_WORD = re.compile(r"[\w-]*$")


def where(page: Page, number: int, column: int) -> Where:
    """number: Line from 0. column: Code points from the line's start."""
    line = page.line(number)
    match = _LINE.match(line)
    assert match is not None
    start = match.start("key") if match["key"] else match.end("dashes")
    own = match["key"]
    word = _WORD.search(line[:column])
    assert word is not None
    tail = re.compile(r"[\w-]*").match(line, column)
    end = tail.end() if tail else column
    offset = page.starts[number]
    span = Span(offset + word.start(), offset + end)
    is_value = bool(own) and column > match.end("colon") - 1
    above = _above(page, number, start if own or match["dashes"] else min(start, column), bool(match["dashes"]), match)
    return Where((*above, own) if is_value and own else above, is_value, span)


def _above(page: Page, number: int, column: int, dashed: bool, match: re.Match[str]) -> Keys:
    """The keys that a line at this column is below."""
    keys: list[str] = []
    inclusive = False
    if dashed:
        keys.append(ITEM)
        column, inclusive = match.start("dashes"), True
    while number and (column or inclusive):
        number -= 1
        line = page.line(number)
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.match(line)
        assert found is not None
        start = found.start("key") if found["key"] else found.end("dashes")
        if found["key"] and (start < column or (inclusive and start == column and not found["dashes"])):
            keys.append(found["key"])
            column, inclusive = start, False
        if found["dashes"] and found.start("dashes") < column <= start and not inclusive:
            # The line above is a neighbour, or the key just found: both stand in an entry of a list.
            keys.append(ITEM)
            column, inclusive = found.start("dashes"), True
    return tuple(reversed(keys))


def completion(
    path: Path, page: Page, position: types.Position, library: Library, language: Language
) -> list[types.CompletionItem]:
    """The keys or the values that may be written at a place."""
    text = page.text
    kind = kind_of(path, text, library)
    if kind is None:
        return []
    number, column = _place(page, position)
    here = where(page, number, column)
    own = _OWN_KIND.search(text)
    may = slot(kind, here.keys, library, language, own[1] if own else "")
    range_ = page.range(here.word)
    if here.value:
        return [
            _item(name, words, types.CompletionItemKind.EnumMember, range_, "") for name, words in may.values.items()
        ]
    there = _siblings(page, number, column)
    return [
        _item(name, words, types.CompletionItemKind.Property, range_, ": ")
        for name, words in may.keys.items()
        if name not in there
    ]


def _place(page: Page, position: types.Position) -> tuple[int, int]:
    offset = page.offset(position)
    number = page.number(offset)
    return number, offset - page.starts[number]


def _siblings(page: Page, number: int, column: int) -> set[str]:
    """Keys that stand already in the mapping that a line is in, the line itself left out."""
    own = _LINE.match(page.line(number))
    assert own is not None
    start = own.start("key") if own["key"] else max(own.end("dashes"), min(column, own.end("dashes")))
    found: set[str] = set()
    for step in (-1, 1):
        line = own if step < 0 else None
        place = number
        while True:
            if step < 0 and line is not None and line["dashes"]:
                break  # the first key of an entry of a list
            place += step
            if not 0 <= place < len(page.lines):
                break
            text = page.line(place)
            line = _LINE.match(text)
            if line is None or not text.strip() or text.lstrip().startswith("#"):
                continue
            at = line.start("key") if line["key"] else line.end("dashes")
            if at < start or (step > 0 and line["dashes"] and line.start("dashes") < start):
                break
            if at == start and line["key"]:
                found.add(line["key"])
    return found


def _item(
    name: str, words: str, kind: types.CompletionItemKind, range_: types.Range, behind: str
) -> types.CompletionItem:
    return types.CompletionItem(
        name, kind=kind, documentation=words or None, text_edit=types.TextEdit(range_, name + behind)
    )


def hover(path: Path, page: Page, position: types.Position, library: Library, language: Language) -> types.Hover | None:
    """What the key or the value at a place means."""
    text = page.text
    kind = kind_of(path, text, library)
    if kind is None:
        return None
    number, column = _place(page, position)
    here = where(page, number, column)
    word = text[here.word.start : here.word.end]
    own = _OWN_KIND.search(text)
    may = slot(kind, here.keys, library, language, own[1] if own else "")
    words = (may.values if here.value else may.keys).get(word)
    if not words:
        return None
    content = types.MarkupContent(types.MarkupKind.PlainText, f"{word}: {words}")
    return types.Hover(content, page.range(here.word))
