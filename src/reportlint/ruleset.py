"""Reads rules from YAML: a kind with options, messages, severity, source and examples."""

import dataclasses
import re
import time
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from reportlint.builtin import folder
from reportlint.diagnostic import Severity, Text
from reportlint.errors import ConfigError, OptionError
from reportlint.extension import Pack
from reportlint.mistakes import Mistakes, all_of
from reportlint.named_classes import NAMES, Misnamed
from reportlint.norms import Norms
from reportlint.profile import Profile
from reportlint.rule import Change, Example, Once, Pattern, Rule, RuleKind, Wording
from reportlint.rulecache import Compiled, Row, RuleCache
from reportlint.rulecache import options as kept_options
from reportlint.yamlfile import Entries, Node, Places, files, nearest, read, read_only

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
    reader, mistakes = _Reader(kinds, profiles, norms), Mistakes()
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
            own: Sequence[Rule] = ()
            with mistakes.noted():
                own = all_of(paths, partial(reader.rule, plugin=pack.name))
            if kept is not None and not mistakes.found:
                kept.keep([row(rule, pack.rules) for rule in own])
        else:
            own = [_from_row(row, pack, kinds, norms) for row in rows]
        found.extend(own)
    mistakes.stop()
    return _unique(found)


def _is_rule(path: Path) -> bool:
    return path.name not in NO_RULES and path.parent.name not in NO_RULE_FOLDERS


def _is_unknown(path: Path, kinds: Mapping[str, RuleKind[Any]], unrun: list[str]) -> bool:
    try:
        entries, _ = read_only(path, ("kind",)).sifted(KEYS)
        kind = entries["kind"].text() if "kind" in entries else ""
    except ConfigError:
        return False  # told by who reads the rule
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
    """The rules in these files, each with its plugin, by code, read whole but for their examples.

    beside: Rules whose names and codes are taken.

    Raises:
        ConfigErrors: Files have mistakes, or two rules share a name or a code.
    """
    reader = _Reader(kinds, profiles, norms)
    return _unique(all_of(paths, lambda named: reader.rule(*named, whole=True)), beside)


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

    def untaken(rule: Rule) -> Rule:
        for key in (rule.name, rule.code):
            if key in taken:
                raise ConfigError(rule.path, f"'{key}' is also the name or code of the rule in {taken[key].path}")
            taken[key] = rule
        return rule

    return tuple(sorted(all_of(rules, untaken), key=lambda rule: rule.code))


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


class _Reader(NamedTuple):
    """Reads files of rules. What a check does not need is read of a file only when somebody asks for it."""

    kinds: Mapping[str, RuleKind[Any]]
    profiles: Sequence[Profile]
    norms: Norms

    def rule(self, path: Path, plugin: str, *, whole: bool = False) -> Rule:
        """The rule. whole: Whether to read what it says as well, and the norms that it names.

        Raises:
            ConfigErrors: The file has mistakes, of which all are told, in what a check does not need as well.
        """
        try:
            rule = self._for_checking(path, plugin)
            _fit(rule, self.profiles)
            if whole:
                rule.read_wording()
                rule.read_norms()
        except ConfigError as error:
            mistakes = Mistakes()
            mistakes.found.extend(error.errors)
            for read_more in (_wording, partial(_norms, norms=self.norms), self._examples):
                with mistakes.noted():
                    read_more(path)
            mistakes.stop()
            raise
        return rule

    def _examples(self, path: Path) -> None:
        entries = read(path).items()
        kind = entries["kind"].value if "kind" in entries else ""
        _all_examples(path, [profile.id for profile in self.profiles], needed=kind != "engine")

    def _for_checking(self, path: Path, plugin: str) -> Rule:
        lineages = sorted({name for profile in self.profiles for name in profile.lineage})
        with Entries(read_only(path, FOR_CHECKING), KEYS) as entries:
            for key in ("source", "why"):
                entries.need(key)
            if ("message" in entries) == ("messages" in entries) and not entries.is_misspelt("messages"):
                with entries.noted():
                    entries.node.fail("a rule has either 'message' or 'messages'")
            kind = entries.take("kind", lambda node: self.kinds[node.choice(self.kinds)])
            made = _options_in(entries, kind) if kind else None
            rule = Rule(
                name=entries.take("id", Node.text),
                code=entries.take("code", Node.text),
                kind=kind,
                read_options=partial(_same, made),
                severity=entries.take("severity", _severity),
                optional=entries.take("optional", Node.truth, False),
                profile=entries.take("profile", lambda node: node.choice(lineages)),
                years=entries.take("years", _years, (None, None)),
                path=path,
                read_wording=Once(partial(_wording, path)),
                plugin=plugin,
                identities=tuple(getattr(made, "identities", ())),
                read_norms=Once(partial(_norms, path, self.norms)),
            )
        return rule


def _options_in(entries: Entries, kind: RuleKind[Any]) -> Any:
    if "options" in entries or entries.is_misspelt("options"):
        return entries.take("options", partial(options_of, kind=kind), None)
    with entries.noted():
        return options_of(Node({}, entries.node.path, ("options",)), kind)


def _years(node: Node) -> tuple[int | None, int | None]:
    with Entries(node, ("from", "to")) as entries:
        years = entries.take("from", Node.whole, None), entries.take("to", Node.whole, None)
    return years


def _same(value: Any) -> Any:
    return value


def _norms(path: Path, norms: Norms) -> tuple[str, ...]:
    """The obligations that a rule names; read when somebody asks, since no check needs them."""
    with Entries(read_only(path, ("norms",)), KEYS) as entries:
        found = entries.take("norms", lambda node: all_of(node.list(), norms.named), ())
    return found


def _wording(path: Path) -> Wording:
    """What a rule says; read when it first speaks, since most rules have nothing to say of most reports."""
    with Entries(read_only(path, WORDING), KEYS) as entries:
        one = entries.take("message", Node.bilingual, None)
        wording = Wording(
            messages=entries.take("messages", lambda node: node.mapped(Node.bilingual), {})
            if one is None
            else {"": one},
            source=entries.take("source", Node.bilingual),
            why=entries.take("why", Node.bilingual),
            help=entries.take("help", Node.bilingual, None),
        )
    return wording


# Options, by the annotations of the kind's dataclass.


def options_of(node: Node, kind: RuleKind[Any]) -> Any:
    """The options that a mapping writes.

    Raises:
        ConfigError: It has a mistake.
    """
    return _options(node, kind.options)


def _options(node: Node, target: type[Any]) -> Any:
    fields, hints = _shape(target)  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    with Entries(node, fields, "the option") as entries:
        for key, field in fields.items():
            if key in entries:
                values[field.name] = entries.take(key, partial(_value, target=hints[field.name]))
            elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                entries.need(key)
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
        return all_of(node.list(), partial(_value, target=arguments[0]))
    if origin in (Mapping, dict) or getattr(origin, "__name__", "") == "Mapping":
        return node.mapped(partial(_value, target=arguments[1]))
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
    if not node.path.is_relative_to(BUILT_IN) and (refusal := pattern.refusal):
        node.fail(f"RE2 refuses this pattern: {refusal}")
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
    models = [profile.id for profile in profiles if rule.profile in profile.lineage]
    return _all_examples(rule.path, models, needed=rule.kind.name != "engine")


def _all_examples(path: Path, models: Sequence[str], *, needed: bool) -> tuple[Example, ...]:
    """models: The profiles whose model reports can be changed. needed: Whether there has to be one."""
    places: Places = {}
    named: set[str] = set()

    def runs(item: Node) -> tuple[Example, ...]:
        example = _example(item, models)._replace(place=places[item.keys][0])
        if example.name in named:
            item.items()["name"].fail(f"another example is called '{example.name}' already")
        named.add(example.name)
        return tuple(_for_each(example, item))

    def all_runs(node: Node) -> tuple[Example, ...]:
        found = tuple(chain.from_iterable(all_of(node.list(), runs)))
        if not any(example.expect for example in found):
            node.fail("no example shows what the rule reports")
        return found

    with Entries(read(path, places), KEYS) as entries:
        # What the engine says of itself, such as a crash, cannot be shown by a report.
        if needed and "examples" not in entries and not entries.is_misspelt("examples"):
            entries.node.fail("the rule has no examples, so nothing shows that it works")
        found = entries.take("examples", all_runs, ())
    return found


def _example(node: Node, models: Sequence[str]) -> Example:
    with Entries(node, EXAMPLE_KEYS) as entries:
        report = entries.take("report", Node.text, "")
        model = entries.take("model", lambda node: node.choice(models), "" if "report" in entries else models[0])
        example = Example(
            name=entries.take("name", Node.text),
            model=model,
            changes=entries.take("change", _changes, ()),
            report=report,
            expect=entries.take("expect", Node.texts),
            fixed=entries.take("fixed", _fixed, None),
        )
        if "report" in entries and ("model" in entries or "change" in entries):
            node.fail("an example has either a report of its own or changes to a model")
    if example.fixed is not None and not example.expect:
        entries.by_key["fixed"].fail("there is nothing to mend where the rule says nothing")
    return example


def _changes(node: Node) -> tuple[Change, ...]:
    return all_of(node.list(), _change)


def _change(node: Node) -> Change:
    with Entries(node, ("replace", "by")) as entries:
        change = Change(
            entries.take("replace", Node.text), entries.take("by", lambda by: by.text() if by.value else "")
        )
    return change


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
