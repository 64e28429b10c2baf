"""Reads rules from YAML: a kind with options, messages, severity, source and examples."""

import dataclasses
import re
import time
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any, NoReturn

import re2

from reportlint.builtin import folder
from reportlint.diagnostic import Severity, Text
from reportlint.errors import ConfigError, OptionError
from reportlint.extension import Pack
from reportlint.named_classes import NAMES, Misnamed
from reportlint.norms import Norms
from reportlint.profile import Profile
from reportlint.rule import Change, Example, Once, Pattern, Rule, RuleKind, Wording
from reportlint.rulecache import Compiled, Row, RuleCache
from reportlint.rulecache import options as kept_options
from reportlint.yamlfile import Node, Places, files, nearest, read, read_only

KEYS = (
    "id", "code", "kind", "severity", "optional", "profile", "years", "source", "norms", "why", "help", "message",
    "messages", "options", "examples",
)  # fmt: skip
FOR_CHECKING = ("id", "code", "kind", "severity", "optional", "profile", "years", "options")
WORDING = ("message", "messages", "source", "why", "help")
BUILT_IN = folder("rules")
SEVERITIES = tuple(severity.word for severity in Severity)


# Files of a pack that hold something else than a rule.
SETTINGS_FILE = "settings.yaml"
NO_RULES = ("profile.yaml", "pack.yaml", "norms.yaml", SETTINGS_FILE)
NO_RULE_FOLDERS = ("languages",)
NORM = "norm:"  # what a selector begins with that means the rules for an obligation


def load(
    packs: Iterable[Pack],
    kinds: Mapping[str, RuleKind[Any]],
    profiles: Sequence[Profile],
    norms: Norms,
    unrun: list[str] | None = None,
    kept_in: Path | None = None,
    compiled: Compiled | None = None,
) -> tuple[Rule, ...]:
    """Every rule of these packs, by code. Examples are not read: `examples` does that.

    norms: Those that rules may name; read when a rule is asked for its own.
    unrun: Is told of the rules whose kind is unknown; without it that is an error.
    kept_in: A folder that keeps what was read for the next start. compiled: Whether to take the built-in rules as
        they come with the package, if these are the rules that it was made from.

    Raises:
        ConfigError: A file has a mistake, or two rules share a name or a code.
    """
    lineages = {name for profile in profiles for name in profile.lineage}
    found: list[Rule] = []
    for pack in packs:
        keeps = kept_in is not None and unrun is None
        kept = RuleCache(kept_in, pack.rules, kinds, profiles, time.time_ns()) if keeps and kept_in else None
        rows = kept.rows() if kept is not None else None
        if rows is None and compiled is not None and pack.rules == compiled.folder:
            rows = compiled.rows
        if rows is None:
            paths = [path for path in files(pack.rules) if _is_rule(path)]
            if unrun is not None:
                paths = [path for path in paths if not _is_unknown(path, kinds, unrun)]
            own = [_rule(path, pack.name, kinds, lineages, norms) for path in paths]
            for rule in own:
                _fit(rule, profiles)
            if kept is not None:
                kept.keep([row(rule, pack.rules) for rule in own])
        else:
            own = [_from_row(row, pack, kinds, norms) for row in rows]
        found.extend(own)
    return _unique(found)


def _is_rule(path: Path) -> bool:
    return path.name not in NO_RULES and path.parent.name not in NO_RULE_FOLDERS


def _is_unknown(path: Path, kinds: Mapping[str, RuleKind[Any]], unrun: list[str]) -> bool:
    entries = read_only(path, ("kind",)).items(KEYS)
    kind = entries["kind"].text() if "kind" in entries else ""
    if not kind or kind in kinds:
        return False
    unrun.append(f"{path}: not run: the kind '{kind}' is unknown, and may be a plugin's that nobody has trusted")
    return True


def load_files(
    paths: Iterable[tuple[Path, str]],
    kinds: Mapping[str, RuleKind[Any]],
    profiles: Sequence[Profile],
    norms: Norms,
    beside: Sequence[Rule] = (),
) -> tuple[Rule, ...]:
    """The rules in these files, each with its plugin, by code. beside: Rules whose names and codes are taken."""
    lineages = {name for profile in profiles for name in profile.lineage}
    found = [_rule(path, plugin, kinds, lineages, norms) for path, plugin in paths]
    for rule in found:
        _fit(rule, profiles)
    return _unique(found, beside)


def _fit(rule: Rule, profiles: Sequence[Profile]) -> None:
    """Stops where a rule names what none of its forms has: it would never be checked, and look as if it held."""
    if rule.kind.fits is None:
        return
    try:
        rule.kind.fits(rule.options, [profile for profile in profiles if rule.profile in profile.lineage])
    except OptionError as error:
        _refuse(read(rule.path).items()["options"], error)


def _refuse(options: Node, error: OptionError) -> NoReturn:
    """The error at the option that it names, or at the nearest part of it that is there."""
    node = options
    for key in error.keys:
        if not isinstance(node.value, Mapping) or key not in node.value:
            node.fail(error.why)
        node = node.items()[key]
    node.fail(error.why, error.offset)


def _unique(rules: Iterable[Rule], beside: Sequence[Rule] = ()) -> tuple[Rule, ...]:
    """The rules by code. beside: Rules whose names and codes are taken."""
    taken = {key: rule for rule in beside for key in (rule.name, rule.code)}
    found = []
    for rule in rules:
        for key in (rule.name, rule.code):
            if key in taken:
                raise ConfigError(rule.path, f"'{key}' is also the name or code of the rule in {taken[key].path}")
            taken[key] = rule
        found.append(rule)
    return tuple(sorted(found, key=lambda rule: rule.code))


def row(rule: Rule, folder: Path) -> Row:
    """The rule as plain values, to be kept."""
    entries = read_only(rule.path, FOR_CHECKING).value
    return {"path": rule.path.relative_to(folder).as_posix(), **{key: entries.get(key) for key in FOR_CHECKING}}


def _from_row(row: Row, pack: Pack, kinds: Mapping[str, RuleKind[Any]], norms: Norms) -> Rule:
    """A rule from what was kept of it; its options are made when it first runs."""
    path, kind = Path(f"{pack.rules}/{row['path']}"), kinds[row["kind"]]
    values, years = row["options"] or {}, row["years"] or {}
    return Rule(
        name=row["id"],
        code=row["code"],
        kind=kind,
        read_options=Once(partial(kept_options, kind, values)),
        severity=Severity[row["severity"].upper()],
        optional=bool(row.get("optional")),
        profile=row["profile"],
        years=(years.get("from"), years.get("to")),
        path=path,
        read_wording=Once(partial(_wording, path)),
        plugin=pack.name,
        identities=tuple(values.get("identities", ())),
        read_norms=Once(partial(_norms, path, norms)),
    )


def _rule(path: Path, plugin: str, kinds: Mapping[str, RuleKind[Any]], lineages: set[str], norms: Norms) -> Rule:
    node = read_only(path, FOR_CHECKING)
    entries = node.items(KEYS)
    for key in ("id", "code", "kind", "severity", "profile", "source", "why"):
        if key not in entries:
            node.fail(f"the key '{key}' is missing")
    if ("message" in entries) == ("messages" in entries):
        node.fail("a rule has either 'message' or 'messages'")
    kind = kinds[entries["kind"].choice(kinds)]
    years = entries["years"].items(("from", "to")) if "years" in entries else {}
    made = _options(entries.get("options", Node({}, node.path, ("options",))), kind.options)
    return Rule(
        name=entries["id"].text(),
        code=entries["code"].text(),
        kind=kind,
        read_options=partial(_same, made),
        severity=Severity[entries["severity"].choice(SEVERITIES).upper()],
        optional="optional" in entries and entries["optional"].truth(),
        profile=entries["profile"].choice(sorted(lineages)),
        years=(years["from"].whole() if "from" in years else None, years["to"].whole() if "to" in years else None),
        path=path,
        read_wording=Once(partial(_wording, path)),
        plugin=plugin,
        identities=tuple(getattr(made, "identities", ())),
        read_norms=Once(partial(_norms, path, norms)),
    )


def _same(value: Any) -> Any:
    return value


def _norms(path: Path, norms: Norms) -> tuple[str, ...]:
    """The obligations that a rule names; read when somebody asks, since no check needs them."""
    entries = read_only(path, ("norms",)).items(KEYS)
    return tuple(norms.named(node) for node in entries["norms"].list()) if "norms" in entries else ()


def _wording(path: Path) -> Wording:
    """What a rule says; read when it first speaks, since most rules have nothing to say of most reports."""
    entries = read_only(path, WORDING).items(KEYS)
    if "message" in entries:
        messages = {"": entries["message"].bilingual()}
    else:
        messages = {variant: text.bilingual() for variant, text in entries["messages"].items().items()}
    return Wording(
        messages=messages,
        source=entries["source"].bilingual(),
        why=entries["why"].bilingual(),
        help=entries["help"].bilingual() if "help" in entries else None,
    )


# Options, by the annotations of the kind's dataclass.


def options_of(node: Node, kind: RuleKind[Any]) -> Any:
    """The options that a mapping writes.

    Raises:
        ConfigError: It has a mistake.
    """
    return _options(node, kind.options)


def _options(node: Node, target: type[Any]) -> Any:
    fields, hints = _shape(target)  # type: ignore[arg-type]
    entries = node.items(fields)
    values: dict[str, Any] = {}
    for key, field in fields.items():
        if key in entries:
            values[field.name] = _value(entries[key], hints[field.name])
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            node.fail(f"the option '{key}' is missing")
    try:
        return target(**values)
    except OptionError as error:
        _refuse(node, error)
    except ValueError as error:
        node.fail(str(error))


@cache
def _shape(target: type[Any]) -> tuple[dict[str, dataclasses.Field[Any]], dict[str, Any]]:
    """The fields of a kind's options by their names in YAML, and their types."""
    fields = {field.name.replace("_", "-"): field for field in dataclasses.fields(target)}
    return fields, typing.get_type_hints(target)


def _value(node: Node, target: Any) -> Any:
    origin, arguments = typing.get_origin(target), typing.get_args(target)
    if origin in (types.UnionType, typing.Union):
        return _value(node, next(argument for argument in arguments if argument is not type(None)))
    if origin is tuple:
        return tuple(_value(item, arguments[0]) for item in node.list())
    if origin in (Mapping, dict) or getattr(origin, "__name__", "") == "Mapping":
        return {key: _value(value, arguments[1]) for key, value in node.items().items()}
    if origin is typing.Literal:
        return node.choice(arguments)
    if dataclasses.is_dataclass(target) and target is not Pattern:
        return _options(node, typing.cast(type[Any], target))
    return SCALARS[target](node)


def _pattern(node: Node) -> Pattern:
    try:
        pattern = Pattern.of(node.text())
    except Misnamed as error:
        near = nearest(error.name, NAMES) if error.name else ""
        node.fail(f"{error}{near}; known: {', '.join(NAMES)}", error.offset)
    # The built-in patterns are tested, and compiling them all would take longer than the check of a report.
    if not node.path.is_relative_to(BUILT_IN):
        try:
            _ = pattern.compiled
        except re2.error as error:
            node.fail(f"RE2 refuses this pattern: {error}")
    return pattern


def _severity(node: Node) -> Severity:
    return Severity[node.choice(SEVERITIES).upper()]


SCALARS: Mapping[Any, Any] = {
    str: Node.text,
    int: Node.whole,
    bool: Node.truth,
    Decimal: Node.number,
    Text: Node.bilingual,
    Pattern: _pattern,
    Severity: _severity,
}


# Examples.

EXAMPLE_KEYS = ("name", "each", "model", "change", "report", "expect", "fixed")


def examples(rule: Rule, profiles: Sequence[Profile]) -> tuple[Example, ...]:
    """The examples that live with a rule; one with `each` comes once for each item, one after the other.

    Raises:
        ConfigError: One has a mistake, none is there, or none of them shows the rule say something.
    """
    places: Places = {}
    node = read(rule.path, places)
    entries = node.items(KEYS)
    if "examples" not in entries and rule.kind.name == "engine":
        return ()  # what the engine says of itself, such as a crash, cannot be shown by a report
    if "examples" not in entries:
        node.fail("the rule has no examples, so nothing shows that it works")
    models = [profile.id for profile in profiles if rule.profile in profile.lineage]
    found: dict[str, tuple[Example, ...]] = {}
    for item in entries["examples"].list():
        example = _example(item, models)._replace(place=places[item.keys][0])
        if example.name in found:
            item.items()["name"].fail(f"another example is called '{example.name}' already")
        found[example.name] = tuple(_for_each(example, item))
    if not any(example.expect for runs in found.values() for example in runs):
        entries["examples"].fail("no example shows what the rule reports")
    return tuple(example for runs in found.values() for example in runs)


def _example(node: Node, models: Sequence[str]) -> Example:
    entries = node.items(EXAMPLE_KEYS)
    for key in ("name", "expect"):
        if key not in entries:
            node.fail(f"the key '{key}' is missing")
    report = entries["report"].text() if "report" in entries else ""
    model = entries["model"].choice(models) if "model" in entries else ("" if report else models[0])
    if report and (model or "change" in entries):
        node.fail("an example has either a report of its own or changes to a model")
    example = Example(
        name=entries["name"].text(),
        model=model,
        changes=_changes(entries["change"]) if "change" in entries else (),
        report=report,
        expect=tuple(item.text() for item in entries["expect"].list()),
        fixed=_fixed(entries["fixed"]) if "fixed" in entries else None,
    )
    if example.fixed is not None and not example.expect:
        entries["fixed"].fail("there is nothing to mend where the rule says nothing")
    return example


def _changes(node: Node) -> tuple[Change, ...]:
    return tuple(_change(item) for item in node.list())


def _change(node: Node) -> Change:
    entries = node.items(("replace", "by"))
    for key in ("replace", "by"):
        if key not in entries:
            node.fail(f"the key '{key}' is missing")
    by = entries["by"]
    return Change(entries["replace"].text(), by.text() if by.value else "")


def _fixed(node: Node) -> tuple[Change, ...] | str:
    return node.text() if isinstance(node.value, str) else _changes(node)


def _for_each(example: Example, node: Node) -> Iterator[Example]:
    """The example once for each of its items, their words put in; itself where it has none."""
    entries = node.items()
    if "each" not in entries:
        yield example
        return
    items = entries["each"].list()
    if not items:
        entries["each"].fail("an example for each of nothing never runs")
    seen: set[str] = set()
    keys = frozenset(_words(items[0]))
    for item in items:
        words = _words(item)
        if words.keys() != keys:
            item.fail(f"this item has the keys {', '.join(sorted(words))}, the first {', '.join(sorted(keys))}")
        label = ", ".join(words.values())
        if label in seen:
            item.fail(f"'{label}' stands twice")
        seen.add(label)
        filled = _filled(example, words)
        for key in keys:
            if filled == _filled(example, {name: word for name, word in words.items() if name != key}):
                item.fail(f"nothing in the example has {{{key}}}, which stands for the item")
        yield filled._replace(item=label)


def _words(item: Node) -> dict[str, str]:
    """What an item puts in: a text for `{each}`, or a mapping of names to texts for `{name}`."""
    if isinstance(item.value, dict):
        return {key: _word(value) for key, value in item.items().items()}
    return {"each": _word(item)}


def _word(node: Node) -> str:
    """A text; a number, such as that of a line, may be written without quotes."""
    is_number = isinstance(node.value, int) and not isinstance(node.value, bool)
    return str(node.value) if is_number else node.text()


def _filled(example: Example, words: Mapping[str, str]) -> Example:
    if not words:
        return example
    pattern = re.compile("|".join(re.escape(f"{{{name}}}") for name in words))

    def fill(text: str) -> str:
        return pattern.sub(lambda match: words[match[0][1:-1]], text)

    def changed(changes: tuple[Change, ...]) -> tuple[Change, ...]:
        return tuple(Change(fill(change.replace), fill(change.by)) for change in changes)

    fixed = example.fixed
    return example._replace(
        changes=changed(example.changes),
        report=fill(example.report),
        expect=tuple(fill(line) for line in example.expect),
        fixed=fill(fixed) if isinstance(fixed, str) else fixed if fixed is None else changed(fixed),
    )


def example_text(example: Example, rule: Rule, profiles: Sequence[Profile]) -> str:
    """The report that an example is about.

    Raises:
        ConfigError: A text to be changed does not occur just once in the model report.
    """
    if not example.model:
        return example.report
    profile = next(profile for profile in profiles if profile.id == example.model)
    path = profile.path.parent / "model.txt"
    if path.exists() and not path.is_file():
        raise ConfigError(path, "the model report cannot be read: not a regular file")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(path, f"the model report cannot be read: {error.strerror}") from error
    return _with(example.changes, text, path.name, example, rule)


def fixed_text(example: Example, rule: Rule, faulty: str) -> str | None:
    """The report when it is mended; None where the example says nothing of it. faulty: Its `example_text`.

    Raises:
        ConfigError: A text to be changed does not occur just once in the faulty report.
    """
    if not isinstance(example.fixed, tuple):
        return example.fixed
    return _with(example.fixed, faulty, "the report to be fixed", example, rule)


def _with(changes: Iterable[Change], text: str, where: str, example: Example, rule: Rule) -> str:
    for change in changes:
        count = text.count(change.replace)
        if count != 1:
            why = f"example '{example.title}': '{change.replace}' occurs {count} times in {where}, not once"
            raise ConfigError(rule.path, why, *example.place)
        text = text.replace(change.replace, change.by)
    return text


# Choosing rules by name, code or group.


def chosen(rules: Sequence[Rule], selectors: Iterable[str]) -> frozenset[str]:
    """The names of the rules that selectors mean: a name, a code, `norm:` and the id of an obligation, or the
    beginning of any of these with `*`.

    Raises:
        ConfigError: A selector means no rule.
    """
    names: set[str] = set()
    for selector in selectors:
        found = {rule.name for rule in rules if _means(selector, rule)}
        if not found and selector.startswith(NORM):
            known = sorted({norm for rule in rules for norm in rule.norms})
            id = selector.removeprefix(NORM)
            raise ConfigError(None, f"no rule checks the norm '{id}'{nearest(id, known)}; see: reportlint coverage")
        if not found:
            known = [name for rule in rules for name in (rule.name, rule.code)]
            raise ConfigError(None, f"no rule is called '{selector}'{nearest(selector, known)}; see: reportlint rules")
        names |= found
    return frozenset(names)


def _means(selector: str, rule: Rule) -> bool:
    if selector.startswith(NORM):
        wanted = selector.removeprefix(NORM)
        if wanted.endswith("*"):
            return any(norm.startswith(wanted[:-1]) for norm in rule.norms)
        return wanted in rule.norms
    if selector.endswith("*"):
        start = selector[:-1]
        return rule.name.startswith(start) or rule.code.upper().startswith(start.upper())
    return selector in (rule.name, rule.code) or selector.upper() == rule.code
