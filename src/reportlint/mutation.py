"""Whether the examples of a rule would notice that the rule is another: each of its terms is changed in turn.

A mutant is one change of the rule as it was read, or of an identity that it names. It is noticed when some example
of the rule comes out differently, or when it cannot be loaded.
"""

import dataclasses
import enum
import json
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from reportlint.arithmetic import calculate
from reportlint.diagnostic import Text
from reportlint.document import Document
from reportlint.engine import CRASHED, Library, diagnosed, recognise
from reportlint.errors import ConfigError
from reportlint.extension import Reading
from reportlint.grammar import Parsed
from reportlint.identities import CellKey, Identity, Relation, Sum
from reportlint.profile import Template
from reportlint.readers import read
from reportlint.rule import Pattern, Rule
from reportlint.ruleset import KEYS, example_text, examples
from reportlint.testing import said, trial
from reportlint.yamlfile import place, read_only

LONGEST_SHOWN = 40  # code points of a term in the name of a mutant
ONE = Decimal(1)


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
    options = list(_of_options(rule))
    identities = list(_of_identities(library, rule))
    if not options and not identities:
        return
    cases = _Cases(_cases(library, rule))
    for change in options:
        try:
            mutant: Rule = change.made()
        except ValueError:
            yield Mutant(change.name, change.keys, noticed=True, refused=True)
            continue
        changed = _library(library, rule, mutant)
        wanted = _judged(library, rule, mutant)
        noticed = cases.notice(lambda case: _outcome(case, changed, mutant, wanted))  # noqa: B023
        yield Mutant(change.name, change.keys, noticed)
    alone = _library(library, rule, rule)
    for other in identities:
        wanted = _judged(library, rule, rule)
        noticed = cases.notice(lambda case: _outcome(case, alone, rule, wanted, other.made))  # noqa: B023
        yield Mutant(other.name, other.keys, noticed)


# Running examples again and again.


class Case(NamedTuple):
    """An example, its report understood once. judged: The names of the identities that were judged."""

    expect: tuple[str, ...]
    reading: Reading
    document: Document | None
    parsed: Parsed
    judged: frozenset[str]


def _cases(library: Library, rule: Rule) -> list[Case]:
    """The rule's examples, their reports understood."""
    known = library if rule in library.rules else dataclasses.replace(library, rules=(*library.rules, rule))
    whole = dataclasses.replace(known, selected=known.rules)
    found = []
    for example in examples(rule, library.profiles):
        tried = trial(library, rule, example)
        if not tried.passed:
            why = f"the example '{example.title}' does not hold, so it tells nothing; see: reportlint test"
            raise ConfigError(rule.path, why, *example.place)
        text = example_text(example, rule, library.profiles)
        reading = read(Path("example.txt"), text.encode("utf-8"), library.extensions.readers)
        document, parsed = recognise(reading, whole)
        found.append(Case(example.expect, reading, document, parsed, whole.identities))
    return found


class _Cases:
    """Examples tried from the one on that noticed the mutant before: neighbours in a list are often shown by
    neighbours among the examples."""

    def __init__(self, cases: list[Case]) -> None:
        self.cases = cases

    def notice(self, outcome: Callable[[Case], tuple[str, ...]]) -> bool:
        for number, case in enumerate(self.cases):
            if outcome(case) != case.expect:
                self.cases = [*self.cases[number:], *self.cases[:number]]
                return True
        return False


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
    changed: "Callable[[Template], Template] | None" = None,
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


class Change(NamedTuple):
    """A change of a value. words: What is done, behind the way to it. made: The changed value, or ValueError."""

    keys: Keys
    words: str
    made: Callable[[], Any]

    @property
    def name(self) -> str:
        return f"{_way(self.keys)} {self.words}"


def _way(keys: Keys) -> str:
    """`options.topics[2].words[1]`; items count from 1."""
    return "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def _of_options(rule: Rule) -> Iterator[Change]:
    given = read_only(rule.path, ("options", "years")).items(KEYS)
    if "options" in given:
        for change in changes(rule.options, given["options"].value, type(rule.options)):
            yield Change(
                ("options", *change.keys),
                change.words,
                lambda made=change.made: dataclasses.replace(rule, options=made()),  # type: ignore[misc]
            )
    for index, key in enumerate(("from", "to")):
        year = rule.years[index]
        if year is not None:
            for words, other in (*_shifted(year), ("lifted", None)):
                years = (rule.years[0], other) if index else (other, rule.years[1])
                yield Change(
                    ("years", key),
                    words,
                    lambda years=years: dataclasses.replace(rule, years=years),  # type: ignore[misc]
                )


def changes(value: Any, given: Any, hint: Any) -> Iterator[Change]:
    """Every change of an option's value. given: The same as the file has it, which says what is written there.

    hint: The type that the kind declares.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        yield from changes(value, given, next(item for item in arguments if item is not types.NoneType))
    elif isinstance(value, Pattern):
        yield from _of_pattern(value)
    elif isinstance(value, bool):
        yield Change((), f"{str(not value).lower()} for {str(value).lower()}", lambda: not value)
    elif isinstance(value, enum.IntEnum):
        yield from _swapped(value, list(type(value)), lambda item: str(getattr(item, "word", item)))
    elif isinstance(value, (int, Decimal)):
        yield from (Change((), words, lambda other=other: other) for words, other in _shifted(value))  # type: ignore[misc]
    elif origin is typing.Literal:
        yield from _swapped(value, list(arguments), str)
    elif isinstance(value, Mapping):
        yield from _of_mapping(value, given, arguments[1])
    elif isinstance(value, tuple) and not isinstance(value, Text):
        yield from _of_list(value, given, arguments[0])
    elif dataclasses.is_dataclass(value):
        yield from _of_fields(value, given)


def _of_fields(value: Any, given: Mapping[str, Any]) -> Iterator[Change]:
    hints = typing.get_type_hints(type(value))
    for field in dataclasses.fields(value):
        key = field.name.replace("_", "-")
        if key not in given:
            continue  # what the rule does not say is the kind's matter
        own = getattr(value, field.name)
        found = list(changes(own, given[key], hints[field.name]))
        for change in found:
            yield _inside(change, key, lambda made, name=field.name: dataclasses.replace(value, **{name: made()}))  # type: ignore[misc]
        if (default := _default(field)) is not dataclasses.MISSING and own != default:
            direct = [change.made() for change in found if not change.keys or len(own) == len(change.keys) == 1]
            if default not in direct:
                lifted = Change((), "lifted", lambda default=default: default)  # type: ignore[misc]
                yield _inside(
                    lifted,
                    key,
                    lambda made, name=field.name: dataclasses.replace(value, **{name: made()}),  # type: ignore[misc]
                )


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _inside(change: Change, key: str | int, around: Callable[[Callable[[], Any]], Any]) -> Change:
    """The change of a part as a change of the whole."""
    return Change((key, *change.keys), change.words, lambda: around(change.made))


def _of_list(value: tuple[Any, ...], given: Sequence[Any], hint: Any) -> Iterator[Change]:
    for number, item in enumerate(value):
        before, behind = value[:number], value[number + 1 :]
        yield Change((number,), f"dropped{_shown(item)}", lambda before=before, behind=behind: (*before, *behind))  # type: ignore[misc]
        for change in changes(item, given[number], hint):
            if typing.get_origin(hint) is typing.Literal and change.made() in value:
                continue  # the list would have it twice
            yield _inside(
                change,
                number,
                lambda made, before=before, behind=behind: (*before, made(), *behind),  # type: ignore[misc]
            )


def _of_mapping(value: Mapping[str, Any], given: Mapping[str, Any], hint: Any) -> Iterator[Change]:
    for key, item in value.items():
        rest = {other: kept for other, kept in value.items() if other != key}
        yield Change((key,), "dropped", lambda rest=rest: rest)  # type: ignore[misc]
        for change in changes(item, given[key], hint):
            yield _inside(change, key, lambda made, key=key: {**value, key: made()})  # type: ignore[misc]


def _of_pattern(pattern: Pattern) -> Iterator[Change]:
    flags, parts = alternatives(pattern.text)
    if len(parts) < 2:
        return
    for number, part in enumerate(parts):
        rest = flags + "|".join((*parts[:number], *parts[number + 1 :]))
        yield Change((), f"alternative {number + 1} dropped{_shown(part)}", lambda rest=rest: Pattern(rest))  # type: ignore[misc]


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
    step = ONE.scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else 1
    for other in (value + step, value - step):
        if other >= 0 or value < 0:
            yield f"{other} for {value}", other


def _swapped(value: Any, choices: Sequence[Any], word: Callable[[Any], str]) -> Iterator[Change]:
    """The next of the choices, the first after the last: each of the others would ask the same once more."""
    other = choices[(choices.index(value) + 1) % len(choices)]
    if other != value:
        yield Change((), f"{word(other)} for {word(value)}", lambda: other)


def _shown(item: Any) -> str:
    """`: ` and the term, cut short; nothing for one that has parts of its own."""
    if isinstance(item, Pattern):
        item = item.text
    if not isinstance(item, str):
        return ""
    return f": {item if len(item) <= LONGEST_SHOWN else f'{item[:LONGEST_SHOWN]}…'}"


# Changes of identities.

OfIdentity = Callable[[Identity], Identity | None]


class IdentityChange(NamedTuple):
    """A change of an identity, in every form that has it. made: A table with its identities so changed."""

    name: str
    keys: Keys
    made: Callable[[Template], Template]


def _of_identities(library: Library, rule: Rule) -> Iterator[IdentityChange]:
    """An identity stands in the forms: one that several have in common is changed in all of them at once."""
    tables = [table for form in library.profiles if rule.profile in form.lineage for table in form.tables]
    for number, name in enumerate(getattr(rule.options, "identities", ())):
        keys = ("options", "identities", number)
        seen: set[str] = set()
        for table in tables:
            instances = [identity for identity in table.identities if identity.name == name]
            if not instances:
                continue
            for words, change in (*_of_instances(instances, table), *_of_instance(instances[0])):
                if words in seen:
                    continue
                seen.add(words)
                made = _in_table(name, change)
                yield IdentityChange(f"identity {name}: {words}", keys, made)


def _in_table(name: str, change: OfIdentity) -> Callable[[Template], Template]:
    def made(table: Template) -> Template:
        changed = [change(identity) if identity.name == name else identity for identity in table.identities]
        return dataclasses.replace(table, identities=tuple(identity for identity in changed if identity is not None))

    return made


def _of_instances(instances: Sequence[Identity], table: Template) -> Iterator[tuple[str, OfIdentity]]:
    """A row or a column dropped, where the identity names those that it is for."""
    along_rows = instances[0].along == instances[0].at.row
    lines = {row.key if along_rows else cell.column for row in table.data_rows for cell in row.cells}
    named = [identity.along for identity in instances]
    if len(named) > 1 and set(named) != lines:
        for line in named:
            yield (
                f"{'row' if along_rows else 'column'} {line} dropped",
                lambda identity, line=line: None if identity.along == line else identity,  # type: ignore[misc]
            )


def _of_instance(identity: Identity) -> Iterator[tuple[str, OfIdentity]]:
    """Changes of the formula and of what goes with it."""
    for words, change in _of_relation(identity.relation, identity):
        yield (
            words,
            lambda each, change=change: each._replace(relation=change(each.relation, each)),  # type: ignore[misc]
        )
    if identity.condition is not None:
        for words, change in _of_relation(identity.condition, identity):
            yield (
                f"{identity.connective} {words}",
                lambda each, change=change: each._replace(condition=change(each.condition, each)),  # type: ignore[misc]
            )
        other: Any = "if" if identity.connective == "<=>" else "<=>"
        yield f"{other} for {identity.connective}", lambda each: each._replace(connective=other)
        yield f"{identity.connective} dropped", lambda each: each._replace(connective="", condition=None)
    if identity.tolerance:
        for words, tolerance in (*_shifted(identity.tolerance), ("lifted", Decimal(0))):
            yield f"tolerance {words}", lambda each, tolerance=tolerance: each._replace(tolerance=tolerance)  # type: ignore[misc]
    if identity.at != _first(identity):
        yield "at lifted", lambda each: each._replace(at=_first(each) or each.at)


def _first(identity: Identity) -> CellKey | None:
    """Where an identity is reported that does not say it."""
    relation = identity.relation
    return next((key for side in (relation.left, relation.right) for _, key in side.terms), None)


OfRelation = Callable[[Relation, Identity], Relation]


def _of_relation(relation: Relation, identity: Identity) -> Iterator[tuple[str, OfRelation]]:
    operators: tuple[Any, ...] = ("=", "<=", ">=")
    for operator in operators:
        if operator != relation.operator:
            yield (
                f"{operator} for {relation.operator}",
                lambda each, _, operator=operator: each._replace(operator=operator),  # type: ignore[misc]
            )
    for side, other in (("left", relation.right), ("right", relation.left)):
        # That something is 0 says the same with the other sign.
        alone = relation.operator == "=" and not other.terms and not other.constant
        for words, change in _of_sum(getattr(relation, side), identity, signed=not alone):
            yield (
                words,
                lambda each, whole, side=side, change=change: each._replace(  # type: ignore[misc]
                    **{side: change(getattr(each, side), whole)}
                ),
            )


Addend = tuple[Decimal, CellKey]
OfSum = Callable[[Sum, Identity], Sum]


def _of_sum(side: Sum, identity: Identity, *, signed: bool) -> Iterator[tuple[str, OfSum]]:
    """An addend dropped, added for subtracted, counted once more or less; a number shifted or dropped.

    signed: Whether the sign of a single addend means something.
    """
    for factor, key in side.terms:
        label = _label(key, identity)
        signs = ("-", "+") if factor > 0 else ("+", "-")
        yield f"{label} dropped", _each_term(label, lambda factor: None)
        if signed or len(side.terms) > 1:
            yield f"{signs[0]} for {signs[1]} at {label}", _each_term(label, lambda factor: -factor)
        if abs(factor) != 1:
            for words, other in _shifted(factor):
                yield f"{words} at {label}", _each_term(label, lambda factor, other=Decimal(other): other)  # type: ignore[misc]
    if side.constant or not side.terms:
        for words, other in _shifted(side.constant):
            yield words, lambda each, _, other=other: _sum(each.terms, Decimal(other))  # type: ignore[misc]
    if side.constant and side.terms:
        yield f"{side.constant} dropped", lambda each, _: _sum(each.terms, Decimal(0))


def _each_term(label: str, change: Callable[[Decimal], Decimal | None]) -> OfSum:
    """The same done in each row or column to the addend of this label."""

    def made(side: Sum, identity: Identity) -> Sum:
        terms: list[Addend] = []
        for factor, key in side.terms:
            other = change(factor) if _label(key, identity) == label else factor
            if other is not None:
                terms.append((other, key))
        return _sum(tuple(terms), side.constant)

    return made


def _label(key: CellKey, identity: Identity) -> str:
    """What the formula calls a cell: its column in a row, its row in a column, else both."""
    if identity.along and identity.along == key.row:
        return key.column
    return key.row if identity.along else f"{key.row}[{key.column}]"


def _sum(terms: tuple[Addend, ...], constant: Decimal) -> Sum:
    """A sum as formulas are spread: with its cells alone where each counts once."""
    keys = tuple(key for _, key in terms) if all(factor == 1 for factor, _ in terms) else None
    return Sum(terms, constant, keys)
