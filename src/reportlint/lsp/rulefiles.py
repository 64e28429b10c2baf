"""The mistakes in rules, profiles, packs and norms, in an editor."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from lsprotocol import types

from reportlint import profileset
from reportlint.diagnostic import Language, Span, Text
from reportlint.engine import Library, load
from reportlint.errors import ConfigError, ConfigErrors
from reportlint.extension import Pack
from reportlint.lsp.own import kind_of
from reportlint.lsp.page import Page
from reportlint.lsp.schema import ITEM, Keys, slot
from reportlint.norms import Norms
from reportlint.plugins import built_in
from reportlint.ruleset import SCALARS, load_files
from reportlint.shape import Mistakes, checked
from reportlint.testing import Trial, told, trials
from reportlint.yamlfile import Node, nearest, read, unsaved

SOURCE = "reportlint"
MOST_MISTAKES = 100  # in one file; whoever has more mends these first
_TOKEN = re.compile(r"[^\s:,\[\]{}=\"']+")


@cache
def own_library() -> Library:
    """What rules are held against where those of the repository cannot be loaded, as while one is being written."""
    return load(built_in())


def diagnostics(path: Path, page: Page, library: Library | None, language: Language) -> list[types.Diagnostic]:
    """The mistakes in a file of rules, and every example of a rule that does not turn out as it says."""
    library = library or own_library()
    kind = kind_of(path, page.text, library)
    with edited(path, page.text, library):
        try:
            match kind:
                case "pack":
                    read(path).items(("api", "name"))
                case "profile":
                    return _profile(path, page, library)
                case "norms":
                    _ = Norms((path.parent,)).obligations  # which reads the instruments as well
                case "rule":
                    mistakes = tuple(_of_rule(path, library))
                    if mistakes:
                        return shown(path, page, mistakes)
                    return [_failed(page, trial, language) for trial in _tried(path, library) if not trial.passed]
        except ConfigErrors as errors:
            return shown(path, page, errors.errors)
        except ConfigError as error:
            return shown(path, page, (error,))
    return []


@contextmanager
def edited(path: Path, text: str, library: Library) -> Iterator[None]:
    """Inside, the file holds this text, under each name by which it may be read."""
    with unsaved(_standing_for(path, text, library)):
        yield


def _standing_for(path: Path, text: str, library: Library) -> Mapping[Path, str]:
    real = path.resolve()
    found = {path: text, real: text}
    for pack in library.extensions.packs:
        folder = pack.rules.resolve()
        if real.is_relative_to(folder):
            found[pack.rules / real.relative_to(folder)] = text
    return found


# Rules. Who loads them stops at the first mistake; here all of them are wanted.


@dataclass(frozen=True, kw_only=True)
class _Example:
    """What every example has."""

    name: str
    expect: tuple[str, ...]
    each: Any = None
    model: str | None = None
    change: tuple[Any, ...] = ()
    report: str | None = None
    fixed: Any = None


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """A rule file, as far as each of its values is right or wrong for itself."""

    id: str
    code: str
    kind: str
    severity: Literal["info", "warning", "error"]
    profile: str
    source: Text
    why: Text
    optional: bool = False
    years: Any = None
    norms: tuple[str, ...] = ()
    help: Text | None = None
    message: Text | None = None
    messages: Mapping[str, Text] | None = None
    options: Any = None
    examples: tuple[_Example, ...] = ()


def _of_rule(path: Path, library: Library) -> Iterator[ConfigError]:
    """Every mistake that a value of a rule file has for itself; what stands between them is found by loading it."""
    mistakes = Mistakes()
    node = read(path)
    checked(node, _Rule, mistakes, scalars=SCALARS)
    entries = node.value if isinstance(node.value, Mapping) else {}
    kinds = library.extensions.kinds
    lineages = sorted({name for profile in library.profiles for name in profile.lineage})
    for key, known in (("kind", kinds), ("profile", lineages)):
        if isinstance(entries.get(key), str):
            value = Node(entries[key], path, (key,))
            with mistakes.noted(value):
                value.choice(known)
    kind = kinds.get(str(entries.get("kind")))
    if kind is not None and isinstance(entries.get("options"), Mapping):
        checked(Node(entries["options"], path, ("options",)), kind.options, mistakes, scalars=SCALARS)
    return iter(ordered(mistakes))


def ordered(mistakes: Mistakes) -> tuple[ConfigError, ...]:
    """All that was found, each once, from the top."""
    try:
        mistakes.stop()
    except ConfigErrors as errors:
        return errors.errors
    return ()


def _tried(path: Path, library: Library) -> Iterator[Trial]:
    """The examples of the rule in this file, run with all other rules."""
    real = path.resolve()
    others = tuple(rule for rule in library.rules if rule.path.resolve() != real)
    (rule,) = load_files([(path, "local")], library.extensions.kinds, library.profiles, library.norms, others)
    rule.read_wording()  # a rule that is being written is read whole
    rule.read_norms()
    yield from trials(replace(library, rules=(*others, rule)), [rule])


# Profiles.


def _profile(path: Path, page: Page, library: Library) -> list[types.Diagnostic]:
    packs = library.extensions.packs
    known = any(path.is_relative_to(pack.rules) for pack in packs)
    try:
        profileset.load(packs if known else (*packs, Pack("local", path.parent)))
    except ConfigError as error:
        found = {(error.path, error.line, error.column): error}
        with_others = read(path)  # no YAML at all is one mistake
        for other in _strays(with_others, library):
            found.setdefault((other.path, other.line, other.column), other)
        return shown(path, page, sorted(found.values(), key=lambda each: (each.line, each.column)))
    return []


def _strays(node: Node, library: Library) -> Iterator[ConfigError]:
    """Keys and values that a profile does not know, wherever they stand."""
    may = slot("profile", _way(node.keys), library, "en")
    if isinstance(node.value, Mapping):
        for key, value in node.value.items():
            if may.keys and key not in may.keys:
                why = f"unknown key '{key}'{nearest(str(key), may.keys)}; known: {', '.join(sorted(may.keys))}"
                yield from _caught(lambda key=key, why=why: node.fail_at_key(key, why))
            else:
                yield from _strays(Node(value, node.path, (*node.keys, key)), library)
    elif isinstance(node.value, list):
        for number, value in enumerate(node.value):
            yield from _strays(Node(value, node.path, (*node.keys, number)), library)
    elif may.values and isinstance(node.value, str):
        yield from _caught(lambda: node.choice(may.values))


def _way(keys: tuple[str | int, ...]) -> Keys:
    return tuple(ITEM if isinstance(key, int) else key for key in keys)


def _caught(call: Any) -> Iterator[ConfigError]:
    try:
        call()
    except ConfigError as error:
        yield error


# As the protocol has them.


def shown(path: Path, page: Page, errors: Iterable[ConfigError]) -> list[types.Diagnostic]:
    """Mistakes at their places; one that is in another file stands at the top, with the place in its words."""
    return [_mistake(path, page, error) for error in tuple(errors)[:MOST_MISTAKES]]


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
