"""Reads rules from YAML: a kind with options, messages, severity, source and examples."""

import dataclasses
import time
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

import re2

from reportlint.builtin import folder
from reportlint.diagnostic import Severity, Text
from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.named_classes import NAMES, Misnamed
from reportlint.norms import Norms
from reportlint.profile import Profile
from reportlint.rule import Change, Example, Once, Pattern, Rule, RuleKind, Wording
from reportlint.rulecache import Row, RuleCache, compiled_rows
from reportlint.rulecache import options as kept_options
from reportlint.yamlfile import Node, files, nearest, read, read_only

KEYS = (
    "id", "code", "kind", "severity", "profile", "years", "source", "norms", "why", "help", "message", "messages",
    "options", "examples",
)  # fmt: skip
FOR_CHECKING = ("id", "code", "kind", "severity", "profile", "years", "options")
WORDING = ("message", "messages", "source", "why", "help")
BUILT_IN = folder("rules")
SEVERITIES = tuple(severity.word for severity in Severity)


# Files of a pack that hold something else than a rule.
SETTINGS_FILE = "settings.yaml"
NO_RULES = ("profile.yaml", "pack.yaml", "norms.yaml", SETTINGS_FILE)
NORM = "norm:"  # what a selector begins with that means the rules for an obligation


def load(
    packs: Iterable[Pack],
    kinds: Mapping[str, RuleKind[Any]],
    profiles: Sequence[Profile],
    norms: Norms,
    unrun: list[str] | None = None,
    kept_in: Path | None = None,
    compiled: bool = True,
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
        kept = RuleCache(kept_in, pack.rules, kinds, time.time_ns()) if kept_in is not None and unrun is None else None
        rows = kept.rows() if kept is not None else None
        if rows is None and compiled and pack.rules == BUILT_IN:
            rows = compiled_rows(pack.rules)
        if rows is None:
            paths = [path for path in files(pack.rules) if path.name not in NO_RULES]
            if unrun is not None:
                paths = [path for path in paths if not _is_unknown(path, kinds, unrun)]
            own = [_rule(path, pack.name, kinds, lineages, norms) for path in paths]
            if kept is not None:
                kept.keep([row(rule, pack.rules) for rule in own])
        else:
            own = [_from_row(row, pack, kinds, norms) for row in rows]
        found.extend(own)
    return _unique(found)


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
    return _unique([_rule(path, plugin, kinds, lineages, norms) for path, plugin in paths], beside)


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


def examples(rule: Rule, profiles: Sequence[Profile]) -> tuple[Example, ...]:
    """The examples that live with a rule.

    Raises:
        ConfigError: One has a mistake, none is there, or none of them shows the rule say something.
    """
    node = read(rule.path)
    entries = node.items(KEYS)
    if "examples" not in entries and rule.kind.name == "engine":
        return ()  # what the engine says of itself, such as a crash, cannot be shown by a report
    if "examples" not in entries:
        node.fail("the rule has no examples, so nothing shows that it works")
    found = tuple(_example(item, rule, profiles) for item in entries["examples"].list())
    if not any(example.expect for example in found):
        entries["examples"].fail("no example shows what the rule reports")
    return found


def _example(node: Node, rule: Rule, profiles: Sequence[Profile]) -> Example:
    entries = node.items(("name", "model", "change", "report", "expect"))
    for key in ("name", "expect"):
        if key not in entries:
            node.fail(f"the key '{key}' is missing")
    models = [profile.id for profile in profiles if rule.profile in profile.lineage]
    report = entries["report"].text() if "report" in entries else ""
    model = entries["model"].choice(models) if "model" in entries else ("" if report else models[0])
    if report and (model or "change" in entries):
        node.fail("an example has either a report of its own or changes to a model")
    changes = tuple(_change(item) for item in entries["change"].list()) if "change" in entries else ()
    return Example(
        name=entries["name"].text(),
        model=model,
        changes=changes,
        report=report,
        expect=tuple(item.text() for item in entries["expect"].list()),
    )


def _change(node: Node) -> Change:
    entries = node.items(("replace", "by"))
    for key in ("replace", "by"):
        if key not in entries:
            node.fail(f"the key '{key}' is missing")
    by = entries["by"]
    return Change(entries["replace"].text(), by.text() if by.value else "")


def example_text(example: Example, rule: Rule, profiles: Sequence[Profile]) -> str:
    """The report that an example is about.

    Raises:
        ConfigError: A text to be changed does not occur just once in the model report.
    """
    if not example.model:
        return example.report
    profile = next(profile for profile in profiles if profile.id == example.model)
    path = profile.path.parent / "model.txt"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(path, f"the model report cannot be read: {error.strerror}") from error
    for change in example.changes:
        count = text.count(change.replace)
        if count != 1:
            why = f"example '{example.name}': '{change.replace}' occurs {count} times in {path.name}, not once"
            raise ConfigError(rule.path, why)
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
