"""The mistakes in rules, profiles, packs and norms, in an editor."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from lsprotocol import types

from reportlint import profileset
from reportlint.diagnostic import Language, Span
from reportlint.engine import Library, load
from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.lsp.own import kind_of
from reportlint.lsp.page import Page
from reportlint.mistakes import MOST
from reportlint.norms import Norms
from reportlint.plugins import built_in, pack_name
from reportlint.rule import Rule
from reportlint.ruleset import load_files
from reportlint.testing import Trial, told, trials
from reportlint.yamlfile import unsaved

SOURCE = "reportlint"
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
                    pack_name(path)
                case "profile":
                    _load_profiles(path, library)
                case "norms":
                    _ = Norms((*library.norms.folders, path.parent)).obligations  # which reads the instruments as well
                case "rule":
                    rule = _loaded(path, library)
                    return [_failed(page, trial, language) for trial in _tried(rule, library) if not trial.passed]
        except ConfigError as error:
            own = tuple(each for each in error.errors if _is_in(path, each))
            # Where it spoils other files and nothing is wrong with it by itself, the first of them tells of it.
            return shown(path, page, own or error.errors[:1])
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


def _load_profiles(path: Path, library: Library) -> None:
    """Reads all profiles, this one among them, and those that extend it."""
    packs = library.extensions.packs
    known = any(path.is_relative_to(pack.rules) for pack in packs)
    profileset.load(packs if known else (*packs, Pack("local", path.parent)))


def _loaded(path: Path, library: Library) -> Rule:
    others = _others(path, library)
    (rule,) = load_files([(path, "local")], library.extensions.kinds, library.profiles, library.norms, others)
    return rule


def _tried(rule: Rule, library: Library) -> Iterator[Trial]:
    """The examples of a rule, run with all other rules."""
    yield from trials(replace(library, rules=(*_others(rule.path, library), rule)), [rule])


def _others(path: Path, library: Library) -> tuple[Rule, ...]:
    real = path.resolve()
    return tuple(rule for rule in library.rules if rule.path.resolve() != real)


# As the protocol has them.


def shown(path: Path, page: Page, errors: Iterable[ConfigError]) -> list[types.Diagnostic]:
    """Mistakes at their places; one that is in another file stands at the top, with the place in its words."""
    return [_mistake(path, page, error) for error in tuple(errors)[:MOST]]


def _mistake(path: Path, page: Page, error: ConfigError) -> types.Diagnostic:
    here = _is_in(path, error)
    line, column = (error.line, error.column) if here else (0, 0)
    message = error.why if here else str(error)
    return _diagnostic(page, line, column, message, types.DiagnosticSeverity.Error, "configuration")


def _is_in(path: Path, error: ConfigError) -> bool:
    return error.path is not None and error.path.resolve() == path.resolve()


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
