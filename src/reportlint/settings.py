"""Settings of a repository: which rules run, how much they matter, and on whose word.

What a settings file says, what it extends, what it says of some files only and what the command line says are laid over
each other by the law in `layers`.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from reportlint.basis import packs
from reportlint.diagnostic import Severity
from reportlint.engine import Library
from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.keeping import digest
from reportlint.layers import (
    BUILT_IN,
    COMMAND_LINE,
    OVERRIDES,
    PROFILE,
    Given,
    Origin,
    Tree,
    laid,
    settled,
    tree,
    values,
)  # fmt: skip
from reportlint.mistakes import Mistakes
from reportlint.plan import CommandLine, Plan
from reportlint.profile import Profile
from reportlint.rule import FOR_CHECKING, Pattern, Rule
from reportlint.ruleoptions import SCALARS, options_of
from reportlint.ruleset import chosen
from reportlint.shape import checked, fields
from reportlint.sheet import Level, RuleSetting, Sheet, sound
from reportlint.yamlfile import Node, nearest, read_only

GROUP = "*"


# What counts for a file.


class Lock(NamedTuple):
    """What may not be weakened. level: Of severity; 0 is off."""

    origin: Origin
    level: int
    options: Tree


@dataclass(slots=True)
class Effective:
    """All that is set, as far as it has been laid.

    rules: By name, of those that something is set of. nodes: Where their options were set last.
    locks: By name of the rule. narrowed: Whether the command line chose the rules.
    """

    values: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, Tree] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    locks: dict[str, Lock] = field(default_factory=dict)

    def says(self, key: str) -> Any:
        found = self.values.get(key)
        return found.value if isinstance(found, Given) else None

    def severity(self, rule: Rule) -> str:
        """Its severity as it is set, `off` included."""
        found = self.rules.get(rule.name, {}).get("severity")
        word = found.value if found is not None else "off" if rule.optional else rule.severity.word
        return rule.severity.word if word == "on" else str(word)

    def is_of_its_own(self, rule: Rule) -> bool:
        """Whether nobody has set the severity."""
        found = self.rules.get(rule.name, {}).get("severity")
        return found is None or found.value == "on" or found.origins[-1].layer == BUILT_IN


def level(severity: str) -> int:
    return 0 if severity == "off" else Severity[severity.upper()].value


def effective(
    library: Library,
    mistakes: Mistakes,
    page: Sheet | None = None,
    overrides: Sequence[int] = (),
    spoken: CommandLine = CommandLine(),  # noqa: B008
    profile: Profile | None = None,
) -> Effective:
    """What counts, all layers laid over each other. page: The settings file, if there is one.

    overrides: Which of its overrides count. profile: The form, where it sets something of rules itself.
    """
    layer = _Laying(library, mistakes)
    if profile is not None and profile.rules is not None:
        checked(profile.rules, Mapping[str, Level | RuleSetting], mistakes, adds=True)
        layer.rules(profile.rules, PROFILE)
    for name, node in page.parts if page else ():
        layer.part(name, node)
    if page is not None:
        layer.result.values.update({key: value for key, value in page.own.items() if key not in ("overrides", "rules")})
        for number in overrides:
            layer.part(OVERRIDES, page.overrides[number])
    layer.command_line(spoken)
    return layer.result


class _Laying:
    """Lays one layer on the other; used once."""

    def __init__(self, library: Library, mistakes: Mistakes) -> None:
        self.library, self.mistakes, self.result = library, mistakes, Effective()
        self.by_name = {rule.name: rule for rule in library.rules}

    def part(self, layer: str, node: Node) -> None:
        entries = dict(sound(node, self.mistakes))
        for key in ("profile", "fail-on"):
            if key in entries:
                self.result.values[key] = tree(entries[key], layer)
        if "profile" in entries:
            with self.mistakes.noted(entries["profile"]):
                _known_profile(entries["profile"], self.library)
        found = self.rules(entries["rules"], layer) if "rules" in entries else {}
        if "locked" in entries:
            self._lock(entries["locked"], layer, found)

    def rules(self, node: Node, layer: str) -> Mapping[str, Tree]:
        """Lays what is set of rules; returns it by their names."""
        found: dict[str, Tree] = {}
        named: dict[str, str] = {}
        entries = dict(sound(node, self.mistakes))
        for selector, value in sorted(entries.items(), key=lambda item: _rank(item[0])):
            names: Iterable[str] = ()
            with self.mistakes.noted(value):
                names = self._meant(node, selector)
            for name in sorted(names):
                if _rank(selector)[0] and named.setdefault(name, selector) != selector:
                    with self.mistakes.noted(value):
                        node.fail_at_key(selector, f"'{selector}' and '{named[name]}' are the same rule")
                given = self._given(name, value, layer)
                found[name] = laid(found.get(name, {}), given)
                if "options" in given:
                    self.result.nodes[name] = Node(None, value.path, (*value.keys, "options"), value.bases)
        for name, given in found.items():
            self._lay(name, given)
        for name, given in found.items():
            locked = given.get("locked")
            if locked is not None and locked.value:
                self._keep_locked(name, locked.origins[-1])
        return found

    def _meant(self, node: Node, selector: str) -> Iterable[str]:
        try:
            return chosen(self.library.rules, [selector])
        except ConfigError as error:
            # A rule of a plugin that was not run, which has been said.
            if not self.library.unrun:
                node.fail_at_key(selector, error.why)
            return ()

    def _given(self, name: str, node: Node, layer: str) -> Tree:
        if not isinstance(node.value, Mapping):
            return {"severity": tree(node, layer)}
        options = node.value.get("options")
        if options is not None:
            kind = self.by_name[name].kind
            place = Node(options, node.path, (*node.keys, "options"), node.bases)
            checked(place, kind.options, self.mistakes, adds=True, whole=False, scalars=SCALARS)
        found: Tree = tree(node, layer, self.mistakes.is_spoilt)
        return found

    def _lay(self, name: str, given: Tree) -> None:
        rule = self.by_name[name]
        base = dict(self.result.rules.get(name) or {"severity": own_severity(rule)})
        if "options" in given and "options" not in base:
            base["options"] = own_options(rule)
        lock = self.result.locks.get(name)
        if lock is not None:
            for error in _weakened(rule, lock, given):
                self.mistakes.found.append(error)
        self.result.rules[name] = laid(base, given)

    def _lock(self, node: Node, layer: str, found: Iterable[str]) -> None:
        names = list(found) if node.value is True else []
        for item in node.list() if isinstance(node.value, list) else ():
            with self.mistakes.noted(item):
                try:
                    names.extend(chosen(self.library.rules, [item.text()]))
                except ConfigError as error:
                    item.fail(error.why)
        for name in names:
            self._keep_locked(name, Origin(layer, node))

    def _keep_locked(self, name: str, origin: Origin) -> None:
        rule = self.by_name[name]
        options = self.result.rules.get(name, {}).get("options")
        severity = level(self.result.severity(rule))
        self.result.locks[name] = Lock(origin, severity, own_options(rule) if options is None else options)

    def command_line(self, spoken: CommandLine) -> None:
        """Lays what the command line says, the last layer.

        Raises:
            ConfigError: It names what there is not.
        """
        if spoken.profile is not None:
            _known_profile(Node(spoken.profile, Path()), self.library)
        said = {"profile": spoken.profile, "fail-on": spoken.fail_on, "language": spoken.language}
        words = {"profile": "profile", "fail-on": "fail-on", "language": "lang"}
        for key, value in said.items():
            if value is not None:
                origin = Origin(COMMAND_LINE, words=f"{spoken.prefix}{words[key]} {value}")
                self.result.values[key] = Given(value, (origin,))
        rules = self.library.rules
        for setting in spoken.severity:
            selector, _, word = setting.partition("=")
            self._speak(chosen(rules, [selector]), word, f"{spoken.prefix}severity {setting}")
        if spoken.select is not None:
            # A selection narrows what is looked at, not whether it could be checked, and not what is locked.
            names = chosen(rules, spoken.select) | {rule.name for rule in rules if rule.code.startswith("ENG")}
            for rule in rules:
                is_off = self.result.severity(rule) == "off"
                if is_off is (rule.name in names):
                    origin = Origin(COMMAND_LINE, words=f"{spoken.prefix}select {','.join(spoken.select)}")
                    base = self.result.rules.get(rule.name, {})
                    self.result.rules[rule.name] = laid(base, {"severity": Given("on" if is_off else "off", (origin,))})
        if spoken.ignore:
            self._speak(chosen(rules, spoken.ignore), "off", f"{spoken.prefix}ignore {','.join(spoken.ignore)}")

    def _speak(self, names: Iterable[str], severity: str, words: str) -> None:
        for name in sorted(names):
            self._lay(name, {"severity": Given(severity, (Origin(COMMAND_LINE, words=words),))})


def _rank(selector: str) -> tuple[bool, int]:
    """Groups first, the longest beginning last, so that what says more counts more."""
    return not selector.endswith(GROUP) and ":" not in selector, len(selector)


def _known_profile(node: Node, library: Library) -> None:
    known = [profile.id for profile in library.profiles]
    if node.value not in known:
        why = f"no profile is called '{node.value}'{nearest(str(node.value), known)}; known: {', '.join(known)}"
        if node.keys:
            node.fail(why)
        raise ConfigError(None, why)


def own_severity(rule: Rule) -> Given:
    word, key = ("off", "optional") if rule.optional else (rule.severity.word, "severity")
    return Given(word, (Origin(BUILT_IN, Node(word, rule.path, (key,))),))


def own_options(rule: Rule) -> Tree:
    """The options as the rule's own file has them, laid on what its kind takes where none are given."""
    defaults: dict[str, Any] = {}
    for key, (option, _) in fields(rule.kind.options).items():  # type: ignore[arg-type]
        plain = _plain(option.default)
        if plain is not None:
            defaults[key] = Given(plain, (Origin(BUILT_IN),))
    entries = read_only(rule.path, FOR_CHECKING).items()
    return laid(defaults, tree(entries["options"], BUILT_IN)) if "options" in entries else defaults


def _plain(default: Any) -> Any:
    """A default as YAML would write it; None where there is nothing to write."""
    if default is dataclasses.MISSING or default is None or default == "":
        return None
    if isinstance(default, tuple):
        found = [_plain(item) for item in default]
        return None if None in found or isinstance(default, Pattern) or hasattr(default, "_fields") else found
    return default if isinstance(default, str | int | bool) and not isinstance(default, Severity) else None


def _weakened(rule: Rule, lock: Lock, given: Tree) -> Iterator[ConfigError]:
    """Why this may not be laid on a rule that is locked."""
    severity = given.get("severity")
    if severity is not None:
        word = rule.severity.word if severity.value == "on" else severity.value
        if level(word) < lock.level:
            locked = next(each.word for each in Severity if each.value == lock.level)
            yield _refused(rule, lock, severity.origins[-1], f"with severity '{locked}', so it cannot be '{word}'")
    options = given.get("options")
    if options is not None and values(settled(laid(lock.options, options))) != values(settled(lock.options)):
        changed = next((each for each in _leaves(options)), None)
        if changed is not None:
            yield _refused(rule, lock, changed.origins[-1], "so its options cannot be changed")
    unlocked = given.get("locked")
    if unlocked is not None and not unlocked.value:
        yield _refused(rule, lock, unlocked.origins[-1], "so it cannot be unlocked")


def _refused(rule: Rule, lock: Lock, origin: Origin, why: str) -> ConfigError:
    said = f"the rule '{rule.name}' is locked at {lock.origin} {why}"
    found = origin.position
    if found is None:
        return ConfigError(None, f"{origin.words}: {said}")
    return ConfigError(Path(found[0]), said, found[1], found[2])


def _leaves(found: Tree) -> Iterator[Given]:
    for value in found.values():
        if isinstance(value, Mapping):
            yield from _leaves(value)
        else:
            yield value


# What is checked with.


def configured(library: Library, found: Effective, mistakes: Mistakes, foreign: Sequence[Path] = ()) -> Library:
    """The library as the settings want it. foreign: Folders of rules that other files of the run are checked with."""
    rules = tuple(_configured(rule, found, mistakes) for rule in library.rules)
    outside = [folder.resolve() for folder in foreign]
    selected = [rule for rule in rules if found.severity(rule) != "off"]
    if outside:
        selected = [
            rule for rule in selected if not any(rule.path.resolve().is_relative_to(folder) for folder in outside)
        ]
    severities = {
        rule.name: Severity[found.severity(rule).upper()] for rule in selected if not found.is_of_its_own(rule)
    }
    return replace(library, rules=rules, selected=tuple(selected), severities=severities)


def _configured(rule: Rule, found: Effective, mistakes: Mistakes) -> Rule:
    node = found.nodes.get(rule.name)
    if node is None or any(path[: len(node.keys) + 1] == (node.path, *node.keys) for path in mistakes.spoilt):
        return rule
    written = values(settled(found.rules[rule.name]["options"]))
    made = None
    with mistakes.noted(node):
        made = options_of(Node(written, node.path, node.keys, node.bases), rule.kind)
    if made is None:
        return rule
    return replace(rule, read_options=partial(_same, made), identities=tuple(getattr(made, "identities", ())))


def _same(value: Any) -> Any:
    return value


def _overrides(page: Sheet | None, path: Path) -> tuple[int, ...]:
    """Which overrides are for the file; none for a path that ends in `*`, which stands for a folder."""
    return page.matching(path) if page and path.name != GROUP else ()


class Planning:
    """What each file of a run is checked with. Files for which the same counts share one library.

    sheets: Settings files by the file that was found for the folder of a report.
    """

    def __init__(self, library: Library, sheets: Mapping[Path, Sheet], spoken: CommandLine, mistakes: Mistakes) -> None:
        self.library, self.sheets, self.spoken, self.mistakes = library, sheets, spoken, mistakes
        self.made: dict[tuple[Path | None, tuple[int, ...]], Plan] = {}
        self.known: dict[Path | None, tuple[str, ...]] = {}

    def verify(self) -> None:
        """Looks for every mistake that any file could meet.

        Raises:
            ConfigErrors: There are some.
        """
        self._plan(None, ())
        for page in self.sheets.values():
            self._demand_plugins(page)
            self._plan(page, ())
            for number in range(len(page.overrides)):
                self._plan(page, (number,))
        self.mistakes.stop()

    def _demand_plugins(self, page: Sheet) -> None:
        """Notes which of the plugins that have to be there are not: what they would have checked would look clean."""
        extensions = self.library.extensions
        loaded = sorted({plugin.name for plugin in extensions.plugins} | {pack.name for pack in extensions.packs})
        found = page.own.get("plugins")
        for origin in found.origins if isinstance(found, Given) else ():
            for item in origin.node.list() if origin.node else ():
                with self.mistakes.noted(item):
                    # One of the repository that was not run has been said.
                    if item.text() not in loaded and not extensions.untrusted:
                        known = ", ".join(loaded)
                        item.fail(f"no plugin is called '{item.value}'{nearest(item.value, loaded)}; loaded: {known}")

    def language(self, settings: Iterable[Path | None]) -> str | None:
        """The language that the first of these settings files says, if any does."""
        found = (self.sheets[path].says("language") for path in settings if path is not None)
        return next((language for language in found if language is not None), None)

    def excludes(self, path: Path, settings: Mapping[Path, Path | None]) -> bool:
        place = settings.get(path)
        return place is not None and self.sheets[place].excludes(path)

    def of(self, path: Path, settings: Path | None) -> Plan:
        """settings: The file that was found for it."""
        page = self.sheets[settings] if settings else None
        return self._plan(page, _overrides(page, path))

    def fail_on(self, path: Path, settings: Path | None) -> str:
        return self.of(path, settings).fail_on

    def facts(self, path: Path, settings: Path | None) -> tuple[str, ...]:
        """The settings as they were read, which of the overrides are for the file, and what the command line says."""
        if settings not in self.known:
            self.known[settings] = self._facts(self.sheets[settings] if settings else None)
        page = self.sheets[settings] if settings else None
        return *self.known[settings], repr(_overrides(page, path))

    def _facts(self, page: Sheet | None) -> tuple[str, ...]:
        parts = [f"{layer} {node.path} {node.value!r}" for layer, node in page.parts] if page else []
        # Rules of one folder can refer to those of another.
        folders = sorted({folder for each in self.sheets.values() for folder in each.folders})
        own = [str(folder) for folder in page.folders] if page else []
        found = packs(Pack(str(folder), folder) for folder in folders)
        return (digest([repr(self.spoken._replace(language=None)), *parts, "", *own, "", *found]),)

    def effective(self, path: Path, settings: Path | None, profile: Profile | None = None) -> Effective:
        """What counts for a file, with where it comes from."""
        page = self.sheets[settings] if settings else None
        return effective(self.library, self.mistakes, page, _overrides(page, path), self.spoken, profile)

    def _plan(self, page: Sheet | None, overrides: tuple[int, ...]) -> Plan:
        key = (page.path if page else None, overrides)
        if key not in self.made:
            self.made[key] = self._made(page, overrides)
        return self.made[key]

    def _made(self, page: Sheet | None, overrides: tuple[int, ...]) -> Plan:
        own = page.folders if page else ()
        foreign = [folder for each in self.sheets.values() for folder in each.folders if folder not in own]

        def library(profile: Profile | None) -> tuple[Effective, Library]:
            found = effective(self.library, self.mistakes, page, overrides, self.spoken, profile)
            return found, configured(self.library, found, self.mistakes, foreign)

        found, plain = library(None)
        if not plain.selected:
            raise ConfigError(None, "no rule is left to run; see: reportlint rules")
        special = {profile.id: library(profile)[1] for profile in self.library.profiles if profile.rules is not None}
        wanted = found.says("profile")
        profile = next((each for each in self.library.profiles if each.id == wanted), None)
        return Plan(replace(plain, by_profile=special), profile, found.says("fail-on") or "error")
