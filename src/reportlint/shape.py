"""What a mapping in YAML has to look like, as a dataclass: it is read strictly by it, and described by it to editors.

class Settings:
    fail_on: Literal["error", "never"] | None = None      # the key fail-on, which may be left out
    exclude: tuple[str, ...] = ()                         # a list
"""

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from reportlint.mistakes import Mistakes
from reportlint.yamlfile import Node, nearest

ADD = "+"  # before a key: its list is added to the one below
Scalars = Mapping[Any, Callable[[Node], Any]]
PLAIN: Scalars = {str: Node.text, bool: Node.truth, int: Node.whole}


class Form(NamedTuple):
    """What a text has to be, for `Annotated`. words: Such as “a date”. valid: Asked where the pattern fits."""

    pattern: str
    words: str
    valid: Callable[[str], bool] = lambda text: True


@cache
def fields(target: type[Any]) -> dict[str, tuple["dataclasses.Field[Any]", Any]]:
    """The fields of a dataclass by their keys in YAML, each with its type."""
    hints = typing.get_type_hints(target, include_extras=True)
    return {field.name.replace("_", "-"): (field, hints[field.name]) for field in dataclasses.fields(target)}


def is_needed(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def members(target: Any) -> tuple[Any, ...]:
    """What a union admits, None left out; the type itself where it is none."""
    if typing.get_origin(target) in (types.UnionType, typing.Union):
        return tuple(each for each in typing.get_args(target) if each is not type(None))
    return (target,)


def is_list(target: Any) -> bool:
    return any(typing.get_origin(each) is tuple for each in members(target))


def checked(
    node: Node, target: Any, mistakes: Mistakes, *, adds: bool = False, whole: bool = True, scalars: Scalars = PLAIN
) -> None:
    """Notes everything in the node that is not as the type says.

    adds: Whether a list may stand under its key with a `+`. whole: Whether keys may not be missing.
    scalars: How to read values that are no mapping and no list, by their types.
    """

    def look(node: Node, target: Any) -> None:
        with mistakes.noted(node):
            _look(node, _member(node, target))

    def _look(node: Node, target: Any) -> None:
        origin, arguments = typing.get_origin(target), typing.get_args(target)
        if target is Any:
            return
        if target in scalars:
            scalars[target](node)
        elif origin is typing.Annotated:
            _formed(node, arguments[1])
        elif origin is tuple:
            for item in node.list():
                look(item, arguments[0])
        elif origin is typing.Literal:
            node.choice(arguments)
        elif dataclasses.is_dataclass(target):
            _mapping(node, typing.cast(type[Any], target))
        else:
            for value in node.items().values():
                look(value, arguments[1])

    def _mapping(node: Node, target: type[Any]) -> None:
        known = fields(target)  # type: ignore[arg-type]
        for key, value in node.items().items():
            with mistakes.noted(value):
                name = key.removeprefix(ADD) if adds else key
                if name not in known:
                    node.fail_at_key(
                        key, f"unknown key '{key}'{nearest(name, known)}; known: {', '.join(sorted(known))}"
                    )
                if name != key and not is_list(known[name][1]):
                    node.fail_at_key(key, f"'{ADD}' adds to a list, and '{name}' is none")
                if name != key and name in node.value:
                    node.fail_at_key(key, f"'{name}' is given as well: either replaces the list below or adds to it")
                look(value, known[name][1])
        strays = [key for key in node.value if key not in known]
        for name, (field, _) in known.items():
            if whole and is_needed(field) and name not in node.value:
                if any(nearest(str(key), (name,)) for key in strays):
                    continue  # it is there, misspelt, which has been said
                with mistakes.noted(node, name):
                    node.fail(f"the key '{name}' is missing")

    look(node, target)


def _member(node: Node, target: Any) -> Any:
    """The member of a union that the value can be meant as."""
    choices = members(target)
    for each in choices:
        origin = typing.get_origin(each)
        shape = list if origin is tuple else dict if dataclasses.is_dataclass(each) else bool if each is bool else str
        if len(choices) == 1 or isinstance(node.value, shape):
            return each
    return choices[0]


def _formed(node: Node, form: Form) -> None:
    text = node.value if isinstance(node.value, str) else node.text()
    if not re.fullmatch(form.pattern, text) or not form.valid(text):
        node.fail(f"expected {form.words}, found '{text}'")
