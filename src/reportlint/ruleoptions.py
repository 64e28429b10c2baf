"""Options of rules, by the annotations of the dataclass of their kind: from YAML strictly, and from what was kept."""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, NoReturn

from reportlint.builtin import folder
from reportlint.diagnostic import Severity, Text
from reportlint.errors import OptionError
from reportlint.mistakes import all_of
from reportlint.named_classes import NAMES, Misnamed
from reportlint.rule import Pattern, RuleKind
from reportlint.yamlfile import Entries, Node, nearest

BUILT_IN = folder("rules")
SEVERITIES = tuple(severity.word for severity in Severity)


Read = Callable[[Any], Any]


def options_of(node: Node, kind: RuleKind[Any]) -> Any:
    """The options that a mapping writes.

    Raises:
        ConfigErrors: It has mistakes.
    """
    return STRICT.reader(kind.options)(node)


def kept_options(kind: RuleKind[Any], value: Mapping[str, Any]) -> Any:
    """The options that the values write. They were read strictly when they were kept, and are not looked at again."""
    return KEPT.reader(kind.options)(value)


class _Fields(dict[str, tuple[str, Read]]):
    """For each key of the options, its field and what reads it; made for those that a rule gives."""

    def __init__(self, target: Any, way: "_Way") -> None:
        super().__init__()
        self.types = {field.name.replace("_", "-"): field for field in dataclasses.fields(target)}
        self.target, self.way = target, way

    def __missing__(self, key: str) -> tuple[str, Read]:
        field = self.types[key]
        # Only annotations that are written as texts have to be looked up.
        found: Any = typing.get_type_hints(self.target)[field.name] if isinstance(field.type, str) else field.type
        self[key] = field.name, self.way.reader(found)
        return self[key]


class _Way:
    """A way to read options by their annotations.

    many, by_key: Read all items of a list, or all values of a mapping, by what reads one of them.
    made: Makes a dataclass of a mapping. choice: What reads one of the texts of a `Literal`. scalars: By their types.
    """

    def __init__(
        self,
        many: Callable[[Read, Any], tuple[Any, ...]],
        by_key: Callable[[Read, Any], dict[str, Any]],
        made: Callable[[type[Any], _Fields, Any], Any],
        choice: Callable[[tuple[str, ...]], Read],
        scalars: Mapping[Any, Read],
    ) -> None:
        self.many, self.by_key, self.made, self.choice, self.scalars = many, by_key, made, choice, scalars
        self.readers: dict[Any, Read] = {}

    def reader(self, target: Any) -> Read:
        """What reads a value of this type."""
        if target not in self.readers:
            self.readers[target] = self._reader(target)
        return self.readers[target]

    def _reader(self, target: Any) -> Read:
        origin, arguments = typing.get_origin(target), typing.get_args(target)
        if origin in (types.UnionType, typing.Union):
            return self.reader(next(argument for argument in arguments if argument is not type(None)))
        if origin is tuple:
            return partial(self.many, self.reader(arguments[0]))
        if origin in (Mapping, dict) or getattr(origin, "__name__", "") == "Mapping":
            return partial(self.by_key, self.reader(arguments[1]))
        if origin is typing.Literal:
            return self.choice(arguments)
        if dataclasses.is_dataclass(target):
            return partial(self.made, typing.cast(type[Any], target), _Fields(target, self))
        return self.scalars[target]


# From YAML, strictly.


def _made(target: type[Any], fields: _Fields, node: Node) -> Any:
    values: dict[str, Any] = {}
    with Entries(node, fields.types, "the option") as entries:
        for key, field in fields.types.items():
            if key in entries:
                name, read = fields[key]
                values[name] = entries.take(key, read)
            elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                entries.need(key)
    try:
        return target(**values)
    except OptionError as error:
        refuse(node, error)
    except ValueError as error:
        node.fail(str(error))


def refuse(options: Node, error: OptionError) -> NoReturn:
    """The error at the option that it names, or at the nearest part of it that is there."""
    node = options
    for key in error.keys:
        if not isinstance(node.value, Mapping) or key not in node.value:
            node.fail(error.why)
        node = node.items()[key]
    node.fail(error.why, error.offset)


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


def severity_of(node: Node) -> Severity:
    return Severity[node.choice(SEVERITIES).upper()]


SCALARS: Mapping[Any, Any] = {
    str: Node.text,
    int: Node.whole,
    bool: Node.truth,
    Decimal: Node.number,
    Text: Node.bilingual,
    Pattern: _pattern,
    Severity: severity_of,
}


STRICT = _Way(
    many=lambda read, node: all_of(node.list(), read),
    by_key=lambda read, node: node.mapped(read),
    made=_made,
    choice=lambda allowed: lambda node: node.choice(allowed),
    scalars=SCALARS,
)


# From plain values that were found right.


def _as_it_is(value: Any) -> Any:
    return value


def _kept_many(read: Read, value: Any) -> tuple[Any, ...]:
    return tuple(value) if read is _as_it_is else tuple([read(item) for item in value])


def _kept_made(target: type[Any], fields: _Fields, value: Any) -> Any:
    values = {}
    for key, item in value.items():
        name, read = fields[key]
        values[name] = read(item)
    return target(**values)


def _text(value: Any) -> Text:
    return Text(value, value) if isinstance(value, str) else Text(value["zh"], value["en"])


def _number(value: Any) -> Decimal:
    return Decimal(str(value))


def _plain_severity(value: Any) -> Severity:
    return Severity[value.upper()]


KEPT = _Way(
    many=_kept_many,
    by_key=lambda read, value: {key: read(item) for key, item in value.items()},
    made=_kept_made,
    choice=lambda allowed: _as_it_is,
    scalars={
        **dict.fromkeys((str, int, bool), _as_it_is),
        Text: _text,
        Decimal: _number,
        Pattern: Pattern.of,
        Severity: _plain_severity,
    },
)
