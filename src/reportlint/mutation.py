"""Whether the examples of a rule would notice that the rule is another: each of its terms is changed in turn.

A mutant is one change of the rule as it was read, or of an identity that it names. It is noticed when some example
of the rule comes out differently, or when it cannot be loaded.
"""

import dataclasses
import json
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from reportlint.arithmetic import calculate
from reportlint.diagnostic import Severity, Text
from reportlint.document import Document
from reportlint.engine import CRASHED, Library, diagnosed, recognise
from reportlint.errors import ConfigError
from reportlint.examples import example_text, examples
from reportlint.extension import Reading
from reportlint.grammar import Parsed
from reportlint.identities import CellKey, Identity, Relation, Sum
from reportlint.profile import Template
from reportlint.readers import read
from reportlint.rule import KEYS, Example, Pattern, Rule
from reportlint.testing import said, trial
from reportlint.yamlfile import place, read_only

LONGEST_SHOWN = 40  # code points of a term in the name of a mutant


class Mutant(NamedTuple):
    """One change of a rule, and whether the examples noticed it.

    name: What was changed. keys: The way to it in the rule's file. refused: Whether it could not be loaded.
    """

    name: str
    keys: tuple[str | int, ...]
    noticed: bool
    refused: bool = False


class Score(NamedTuple):
    """What became of all mutants of one rule."""

    rule: Rule
    mutants: tuple[Mutant, ...]

    @property
    def unnoticed(self) -> tuple[Mutant, ...]:
        return tuple(mutant for mutant in self.mutants if not mutant.noticed)


def scores(library: Library, rules: Iterable[Rule]) -> Iterator[Score]:
    """The score of each rule.

    Raises:
        ConfigError: An example has a mistake, or does not hold as it is, so that nothing could be told by it.
    """
    for rule in rules:
        yield Score(rule, tuple(_mutants(library, rule)))


def as_line(score: Score, mutant: Mutant) -> str:
    """`path:line:column: rule: mutant`."""
    line, column, _ = place(score.rule.path, mutant.keys)
    return f"{score.rule.path}:{line}:{column}: {score.rule.name}: {mutant.name}"


def as_json(told: Sequence[Score]) -> str:
    """One JSON document for programs. refused: How many mutants could not be loaded, which counts as noticed."""
    rows = []
    for score in told:
        unnoticed = []
        for mutant in score.unnoticed:
            line, column, _ = place(score.rule.path, mutant.keys)
            unnoticed.append({"mutant": mutant.name, "line": line, "column": column})
        rows.append(
            {
                "rule": score.rule.name, "path": score.rule.path.as_posix(), "mutants": len(score.mutants),
                "refused": sum(mutant.refused for mutant in score.mutants), "unnoticed": unnoticed,
            }
        )  # fmt: skip
    totals = {
        "mutants": sum(len(score.mutants) for score in told),
        "unnoticed": sum(len(score.unnoticed) for score in told),
    }
    return json.dumps({"schema": 1, **totals, "rules": rows}, ensure_ascii=False, indent=2) + "\n"


def _mutants(library: Library, rule: Rule) -> Iterator[Mutant]:
    options = list(_of_rule(rule))
    identities = list(_of_identities(library, rule))
    if not options and not identities:
        return
    cases = Cases(library, rule)
    for change in options:
        try:
            mutant: Rule = change.made()
        except ValueError:
            yield Mutant(change.name, change.keys, noticed=True, refused=True)
            continue
        judged = _judged(library, rule, mutant)
        run = partial(_outcome, library=_library(library, rule, mutant), mutant=mutant, judged=judged)
        yield Mutant(change.name, change.keys, cases.notice(run))
    run = partial(_outcome, library=_library(library, rule, rule), mutant=rule, judged=_judged(library, rule, rule))
    for name, keys, changed in identities:
        yield Mutant(name, keys, cases.notice(partial(run, changed=changed)))


# Running examples again and again.


class Case(NamedTuple):
    """An example, its report understood once. judged: The names of the identities that were judged."""

    expect: tuple[str, ...]
    reading: Reading
    document: Document | None
    parsed: Parsed
    judged: frozenset[str]


class Cases:
    """A rule's examples. They are tried from that one on which noticed the mutant before: neighbours in a list of
    terms are shown by neighbours among the examples, which makes all quick.

    Raises:
        ConfigError: An example has a mistake, or does not hold.
    """

    def __init__(self, library: Library, rule: Rule) -> None:
        known = library if rule in library.rules else dataclasses.replace(library, rules=(*library.rules, rule))
        whole = dataclasses.replace(known, selected=known.rules)
        self.cases = [_case(whole, rule, example) for example in examples(rule, library.profiles)]

    def notice(self, outcome: Callable[[Case], tuple[str, ...]]) -> bool:
        """Whether some example comes out otherwise than expected."""
        for number, case in enumerate(self.cases):
            if outcome(case) != case.expect:
                self.cases = [*self.cases[number:], *self.cases[:number]]
                return True
        return False


def _case(library: Library, rule: Rule, example: Example) -> Case:
    if not trial(library, rule, example).passed:
        why = f"the example '{example.title}' does not hold, so it tells nothing; see: reportlint test"
        raise ConfigError(rule.path, why, *example.place)
    text = example_text(example, rule, library.profiles)
    reading = read(Path("example.txt"), text.encode("utf-8"), library.extensions.readers)
    document, parsed = recognise(reading, library)
    return Case(example.expect, reading, document, parsed, library.identities)


def _library(library: Library, rule: Rule, mutant: Rule) -> Library:
    """The library with the mutant in the rule's place; it and crashes alone have a say."""
    rules = tuple(mutant if other is rule else other for other in library.rules)
    crashed = tuple(other for other in rules if other.name == CRASHED)
    return dataclasses.replace(
        library, rules=rules if mutant in rules else (*rules, mutant), selected=(*crashed, mutant)
    )


def _judged(library: Library, rule: Rule, mutant: Rule) -> frozenset[str]:
    """The identities that are judged when all rules run, the mutant in the rule's place."""
    others = tuple(other for other in library.rules if other is not rule)
    return dataclasses.replace(library, selected=(*others, mutant)).identities


def _outcome(
    case: Case,
    library: Library,
    mutant: Rule,
    judged: frozenset[str],
    changed: Callable[[Template], Template] | None = None,
) -> tuple[str, ...]:
    """What the mutant says of the example. changed: What is done to the identities of each table first."""
    document = case.document
    if document is not None and (changed is not None or judged != case.judged):
        binding = document.binding
        if changed is not None:
            tables = {key: table._replace(template=changed(table.template)) for key, table in binding.tables.items()}
            binding = binding._replace(tables=tables)
        arithmetic = calculate(binding, judged)
        document = dataclasses.replace(document, binding=binding, arithmetic=arithmetic)
    return said(diagnosed(case.reading, document, case.parsed, library), mutant)


# Changes of a rule's options.

Keys = tuple[str | int, ...]
Made = Callable[[], Any]


class Change(NamedTuple):
    """A change of a value. words: What is done, behind the way to it. made: The changed value, or ValueError."""

    keys: Keys
    words: str
    made: Made

    @property
    def name(self) -> str:
        """`options.topics[2].words[1] dropped: …`; items count from 1."""
        way = "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in self.keys)
        return f"{way.removeprefix('.')} {self.words}"

    def inside(self, key: str | int, around: Callable[[Any], Any]) -> "Change":
        """The change of a part as a change of the whole. around: The whole with another part in its place."""
        return Change((key, *self.keys), self.words, lambda: around(self.made()))


def _of_rule(rule: Rule) -> Iterator[Change]:
    given = read_only(rule.path, ("options", "years")).items(KEYS)
    if "options" in given:
        for change in changes(rule.options, given["options"].value, type(rule.options)):
            yield change.inside("options", partial(_with_options, rule))
    for number, key in enumerate(("from", "to")):
        year = rule.years[number]
        for words, other in (*_shifted(year), ("lifted", None)) if year is not None else ():
            years = _exchanged(rule.years, number, other)
            yield Change(("years", key), words, partial(_with, rule, "years", years))


def changes(value: Any, given: Any, hint: Any) -> Iterator[Change]:
    """Every change of an option's value.

    given: The same as the file has it, which says what is written there. hint: The type that the kind declares.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        yield from changes(value, given, next(item for item in arguments if item is not types.NoneType))
    elif isinstance(value, Pattern):
        yield from _of_pattern(value)
    elif isinstance(value, bool):
        yield Change((), f"{str(not value).lower()} for {str(value).lower()}", lambda: not value)
    elif isinstance(value, Severity):
        yield from _swapped(value, list(Severity), lambda severity: str(severity.word))
    elif isinstance(value, (int, Decimal)):
        yield from (Change((), words, partial(_same, other)) for words, other in _shifted(value))
    elif origin is typing.Literal:
        yield from _swapped(value, arguments, str)
    elif isinstance(value, Mapping):
        yield from _of_mapping(value, given, arguments[1])
    elif isinstance(value, tuple) and not isinstance(value, Text):
        yield from _of_list(value, given, arguments[0])
    elif dataclasses.is_dataclass(value):
        yield from _of_fields(value, given)


def _of_fields(value: Any, given: Mapping[str, Any]) -> Iterator[Change]:
    """What the rule does not say is the kind's matter and is left alone."""
    hints = typing.get_type_hints(type(value))
    for field in dataclasses.fields(value):
        key = field.name.replace("_", "-")
        if key not in given:
            continue
        part = getattr(value, field.name)
        found = list(changes(part, given[key], hints[field.name]))
        default = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
        if default is not dataclasses.MISSING and part != default and not _makes(found, part, default):
            found.append(Change((), "lifted", partial(_same, default)))
        yield from (change.inside(key, partial(_with, value, field.name)) for change in found)


def _makes(found: Iterable[Change], part: Any, default: Any) -> bool:
    """Whether one of the changes comes to the default, as where the only item of a list is dropped."""
    if dataclasses.is_dataclass(part):
        return False
    return any(len(change.keys) < 2 and change.made() == default for change in found)


def _of_list(value: tuple[Any, ...], given: Sequence[Any], hint: Any) -> Iterator[Change]:
    for number, item in enumerate(value):
        yield Change((number,), f"dropped{_shown(item)}", partial(_same, (*value[:number], *value[number + 1 :])))
        for change in changes(item, given[number], hint):
            if typing.get_origin(hint) is typing.Literal and change.made() in value:
                continue  # the list would have it twice
            yield change.inside(number, partial(_exchanged, value, number))


def _of_mapping(value: Mapping[str, Any], given: Mapping[str, Any], hint: Any) -> Iterator[Change]:
    for key, item in value.items():
        yield Change((key,), "dropped", partial(_same, {name: value[name] for name in value if name != key}))
        for change in changes(item, given[key], hint):
            yield change.inside(key, partial(_entered, value, key))


def _of_pattern(pattern: Pattern) -> Iterator[Change]:
    flags, parts = alternatives(pattern.written or pattern.text)
    for number, part in enumerate(parts if len(parts) > 1 else ()):
        rest = Pattern.of(flags + "|".join((*parts[:number], *parts[number + 1 :])))
        yield Change((), f"alternative {number + 1} dropped{_shown(part)}", partial(_same, rest))


_FLAGS = re.compile(r"(?:\(\?[imsU-]+\))*")
_STEP = re.compile(r"\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|.", re.DOTALL)


def alternatives(text: str) -> tuple[str, list[str]]:
    """The flags that a pattern of RE2 begins with, and what stands between the bars outside of all brackets."""
    match = _FLAGS.match(text)
    flags = match[0] if match else ""
    parts, depth = [""], 0
    for step in _STEP.findall(text, len(flags)):
        if step == "|" and not depth:
            parts.append("")
            continue
        depth += (step == "(") - (step == ")")
        parts[-1] += step
    return flags, parts


def _shifted(value: int | Decimal) -> Iterator[tuple[str, int | Decimal]]:
    """One step up and down: of the last digit that is written. A count does not go below 0."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    step = Decimal(1).scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else 1
    for other in (value + step, value - step):
        if other >= 0 or value < 0:
            yield f"{other} for {value}", other


def _swapped(value: Any, choices: Sequence[Any], word: Callable[[Any], str]) -> Iterator[Change]:
    """The next of the choices, the first after the last: each of the others would ask the same once more."""
    other = choices[(choices.index(value) + 1) % len(choices)]
    if other != value:
        yield Change((), f"{word(other)} for {word(value)}", partial(_same, other))


def _shown(item: Any) -> str:
    """`: ` and the term, cut short; nothing for one that has parts of its own."""
    text = item.written or item.text if isinstance(item, Pattern) else item
    if not isinstance(text, str):
        return ""
    return f": {text if len(text) <= LONGEST_SHOWN else f'{text[:LONGEST_SHOWN]}…'}"


def _same(value: Any) -> Any:
    return value


def _with_options(rule: Rule, options: Any) -> Rule:
    identities = tuple(getattr(options, "identities", ()))
    return dataclasses.replace(rule, read_options=partial(_same, options), identities=identities)


def _with(value: Any, name: str, part: Any) -> Any:
    return dataclasses.replace(value, **{name: part})


def _exchanged(value: tuple[Any, ...], number: int, item: Any) -> tuple[Any, ...]:
    return (*value[:number], item, *value[number + 1 :])


def _entered(value: Mapping[str, Any], key: str, item: Any) -> Mapping[str, Any]:
    return {**value, key: item}


# Changes of identities. Each is done to all instances at once: to every row, or every column.

OfIdentity = Callable[[Identity], Identity | None]
OfRelation = Callable[[Relation, Identity], Relation]
OfSum = Callable[[Sum, Identity], Sum]


def _of_identities(library: Library, rule: Rule) -> Iterator[tuple[str, Keys, Callable[[Template], Template]]]:
    """Name, place, and what is done to a table. What several forms have in common is changed in all of them at once."""
    tables = [table for form in library.profiles if rule.profile in form.lineage for table in form.tables]
    for number, name in enumerate(rule.identities):
        seen: set[str] = set()
        for table in tables:
            instances = [identity for identity in table.identities if identity.name == name]
            for words, change in _of_instances(instances, table) if instances else ():
                if words not in seen:
                    seen.add(words)
                    yield f"identity {name}: {words}", ("options", "identities", number), _in_table(name, change)


def _in_table(name: str, change: OfIdentity) -> Callable[[Template], Template]:
    def made(table: Template) -> Template:
        changed = [change(identity) if identity.name == name else identity for identity in table.identities]
        return _with(table, "identities", tuple(identity for identity in changed if identity is not None))  # type: ignore[no-any-return]

    return made


def _of_instances(instances: Sequence[Identity], table: Template) -> Iterator[tuple[str, OfIdentity]]:
    """A row or a column dropped, where the identity names those that it is for; then changes of what it says."""
    along_rows = instances[0].along == instances[0].at.row
    lines = {row.key if along_rows else cell.column for row in table.data_rows for cell in row.cells}
    named = [identity.along for identity in instances]
    for line in named if len(named) > 1 and set(named) != lines else ():
        yield f"{'row' if along_rows else 'column'} {line} dropped", _without(line)
    yield from _of_instance(instances[0])


def _without(line: str) -> OfIdentity:
    return lambda identity: None if identity.along == line else identity


def _of_instance(identity: Identity) -> Iterator[tuple[str, OfIdentity]]:
    """Changes of the formula and of what goes with it."""
    for words, change in _of_relation(identity.relation, identity):
        yield words, _on_relation("relation", change)
    if identity.condition is not None:
        for words, change in _of_relation(identity.condition, identity):
            yield f"{identity.connective} {words}", _on_relation("condition", change)
        other = "if" if identity.connective == "<=>" else "<=>"
        yield f"{other} for {identity.connective}", _set(connective=other)
        yield f"{identity.connective} dropped", _set(connective="", condition=None)
    if identity.tolerance:
        yield from ((f"tolerance {words}", _set(tolerance=other)) for words, other in _shifted(identity.tolerance))
        yield "tolerance lifted", _set(tolerance=Decimal(0))
    if identity.at != _first(identity):
        yield "at lifted", lambda each: each._replace(at=_first(each) or each.at)


def _set(**values: Any) -> Callable[..., Any]:
    return lambda each, *_: each._replace(**values)


def _on_relation(name: str, change: OfRelation) -> OfIdentity:
    return lambda each: _set(**{name: change(getattr(each, name), each)})(each)


def _first(identity: Identity) -> CellKey | None:
    """Where an identity is reported that does not say it."""
    relation = identity.relation
    return next((key for side in (relation.left, relation.right) for _, key in side.terms), None)


def _of_relation(relation: Relation, identity: Identity) -> Iterator[tuple[str, OfRelation]]:
    for operator in ("=", "<=", ">="):
        if operator != relation.operator:
            yield f"{operator} for {relation.operator}", _set(operator=operator)
    for side, other in (("left", relation.right), ("right", relation.left)):
        # That something is 0 says the same with the other sign.
        alone = relation.operator == "=" and not other.terms and not other.constant
        for words, change in _of_sum(getattr(relation, side), identity, signed=not alone):
            yield words, _on_sum(side, change)


def _on_sum(side: str, change: OfSum) -> OfRelation:
    return lambda each, identity: _set(**{side: change(getattr(each, side), identity)})(each)


def _of_sum(side: Sum, identity: Identity, *, signed: bool) -> Iterator[tuple[str, OfSum]]:
    """An addend dropped, added for subtracted, counted once more or less; a number shifted or dropped.

    signed: Whether the sign of a single addend means something.
    """
    for factor, key in side.terms:
        label = _label(key, identity)
        yield f"{label} dropped", _each_term(label, lambda factor: None)
        if signed or len(side.terms) > 1:
            signs = "- for +" if factor > 0 else "+ for -"
            yield f"{signs} at {label}", _each_term(label, lambda factor: -factor)
        for words, other in _shifted(abs(factor)) if abs(factor) != 1 else ():
            yield f"{words} at {label}", _each_term(label, partial(_scaled, Decimal(other)))
    if side.constant or not side.terms:
        for constant in (side.constant + 1, side.constant - 1):
            yield f"{constant} for {side.constant}", _of_constant(constant)


def _of_constant(constant: Decimal) -> OfSum:
    return lambda each, _: _sum(each.terms, constant)


def _scaled(size: Decimal, factor: Decimal) -> Decimal:
    return size.copy_sign(factor)


def _each_term(label: str, change: Callable[[Decimal], Decimal | None]) -> OfSum:
    """The same done in each row or column to the addend of this label."""

    def made(side: Sum, identity: Identity) -> Sum:
        pairs = [(change(factor) if _label(key, identity) == label else factor, key) for factor, key in side.terms]
        return _sum(tuple((factor, key) for factor, key in pairs if factor is not None), side.constant)

    return made


def _label(key: CellKey, identity: Identity) -> str:
    """What the formula calls a cell: its column in a row, its row in a column, else both."""
    if identity.along and identity.along == key.row:
        return key.column
    return key.row if identity.along else f"{key.row}[{key.column}]"


def _sum(terms: tuple[tuple[Decimal, CellKey], ...], constant: Decimal) -> Sum:
    """A sum as formulas are spread: with its cells alone where each counts once."""
    keys = tuple(key for _, key in terms) if all(factor == 1 for factor, _ in terms) else None
    return Sum(terms, constant, keys)
