"""JSON Schemas of the files that people write, for their editors. They are made from the code that reads these files.

Settings and waivers are read by dataclasses, and described by the same ones. What a rule file and a profile may hold is
found by watching the reading code at work on all the files that are loaded: which keys it knows, and what it takes.
"""

import dataclasses
import inspect
import re
import typing
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal

from reportlint import profileset, ruleoptions, ruleset, yamlfile
from reportlint.diagnostic import Severity, Text
from reportlint.engine import Library
from reportlint.examples import examples
from reportlint.rule import Pattern, RuleKind
from reportlint.shape import ADD, Form, fields, is_list, is_needed, members
from reportlint.sheet import Level, RuleSetting, Settings
from reportlint.waivers import Entry
from reportlint.yamlfile import Node

What = Literal["settings", "rule", "profile", "waivers"]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
BILINGUAL: Schema = {"$ref": "#/$defs/text"}
TEXT: Schema = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
            "required": ["zh", "en"],
            "additionalProperties": False,
        },
    ]
}
NUMBER: Schema = {"type": ["number", "string"]}  # a text of digits is a number that no machine rounds
SCALARS: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Decimal: NUMBER,
    Text: BILINGUAL,
    Pattern: {"type": "string", "format": "regex"},
    Severity: {"enum": list(ruleoptions.SEVERITIES)},
}


def schema(what: What, library: Library) -> Schema:
    """The schema of one kind of file, with the names of the rules and profiles that are loaded."""
    made = {"settings": _settings, "rule": _rule, "profile": _profile, "waivers": _waivers}[what](library)
    kinds = library.extensions.kinds.values() if what != "waivers" else ()
    # With settings a list of an option may be added to; in a rule there is nothing to add it to.
    options = {_name(kind): _object(kind.options, what != "rule") for kind in kinds}
    return {"$schema": DIALECT, "title": f"reportlint: {what}", **made, "$defs": {"text": TEXT, **options}}


def _name(kind: RuleKind[Any]) -> str:
    return f"options of {kind.name}"


def _options(kind: RuleKind[Any]) -> Schema:
    return {"$ref": f"#/$defs/{_name(kind)}".replace(" ", "%20")}


# From dataclasses.


def described(target: Any, adds: bool = False) -> Schema:
    """The schema of a type. adds: Whether a list may stand under its key with a `+`."""
    found = [_described(each, adds) for each in members(target)]
    return found[0] if len(found) == 1 else {"anyOf": found}


def _described(target: Any, adds: bool) -> Schema:
    origin, arguments = typing.get_origin(target), typing.get_args(target)
    if target in SCALARS:
        return SCALARS[target]
    if origin is typing.Annotated:
        form: Form = arguments[1]
        return (
            {"type": "string", "pattern": f"^(?:{form.pattern.removeprefix('(?s)')})$"}
            if "(?s)" not in (form.pattern)
            else {"type": "string"}
        )
    if origin is tuple:
        return {"type": "array", "items": described(arguments[0], adds)}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if dataclasses.is_dataclass(target):
        return _object(typing.cast(type[Any], target), adds)
    if arguments:
        return {"type": "object", "additionalProperties": described(arguments[1], adds)}
    return {}


def _object(target: type[Any], adds: bool) -> Schema:
    summary, words = _words(target)
    properties: Schema = {}
    needed = []
    for key, (field, hint) in fields(target).items():  # type: ignore[arg-type]
        told = {"description": words[field.name]} if field.name in words else {}
        properties[key] = {**described(hint, adds), **told}
        if adds and is_list(hint):
            properties[ADD + key] = properties[key]
        elif is_needed(field):
            needed.append(key)
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, **({"required": needed} if needed and not adds else {}), "description": summary}


def _words(target: type[Any]) -> tuple[str, dict[str, str]]:
    """The first sentence of a docstring, and what it says of each field in lines of their own."""
    text = inspect.cleandoc(target.__doc__ or "")
    summary, _, rest = text.partition("\n\n")
    names = "|".join(field.name for field in dataclasses.fields(target)) or "(?!)"
    found = re.split(rf"^({names}): ", rest, flags=re.MULTILINE)
    return " ".join(summary.split()), {
        name: " ".join(words.split()) for name, words in zip(found[1::2], found[2::2], strict=True)
    }


def _settings(library: Library) -> Schema:
    made = _object(Settings, True)
    rules = _rules(library)
    for properties in (made["properties"], *_overrides(made)):
        properties["rules"] = {**properties["rules"], "properties": rules}
        properties["profile"] = {**properties["profile"], "enum": [profile.id for profile in library.profiles]}
    return made


def _overrides(made: Schema) -> Iterable[Schema]:
    for key in ("overrides", ADD + "overrides"):
        items = made["properties"][key]["items"]
        yield items["properties"]


def _rules(library: Library) -> Schema:
    """Each rule by name and by code, with the options of its kind."""
    whole = _object(RuleSetting, True)
    found: Schema = {}
    for rule in library.rules:
        setting = {**whole, "properties": {**whole["properties"], "options": _options(rule.kind)}}
        found[rule.name] = {"anyOf": [described(Level), setting]}
        found[rule.code] = {"$ref": f"#/properties/rules/properties/{rule.name}"}
    return found


def _waivers(library: Library) -> Schema:
    items = _object(Entry, False)
    names = [name for rule in library.rules for name in (rule.name, rule.code)]
    items["properties"]["rule"] = {**items["properties"]["rule"], "enum": names}
    return {"type": ["array", "null"], "items": items}


# From the code that reads.


# How a plain value is read that the reading code takes as it is.
TAKEN = {str: "text", int: "whole", bool: "truth"}


class _Seen:
    """What was asked of the values at one place: how they were read, and what was allowed."""

    def __init__(self) -> None:
        self.ways: set[str] = set()
        self.choices: dict[str, None] = {}
        self.keys: dict[str, None] | None = None
        self.below: dict[str | int, _Seen] = {}

    def add(self, way: str, allowed: tuple[str, ...] | None) -> None:
        self.ways.add(way)
        if way == "choice":
            self.choices.update(dict.fromkeys(allowed or ()))
        if way == "items" and allowed is not None:
            self.keys = {**(self.keys or {}), **dict.fromkeys(allowed)}


def observed(reading: Callable[[], object], *, strictly: bool, name: str = "") -> Schema:
    """What the files hold that are read meanwhile, as the code that reads them takes it.

    name: Of the files that count; all, where none is given.
    strictly: Whether a value may be nothing else than what was seen; otherwise what was seen is known to be right,
    and of the rest nothing is said but which keys there are.
    """
    root = _Seen()
    before, yamlfile.watch = yamlfile.watch, []
    try:
        reading()
        events: list[tuple[Node, str, tuple[str, ...] | None]] = yamlfile.watch
    finally:
        yamlfile.watch = before
    for node, way, allowed in events:
        if name and node.path.name != name:
            continue
        here = root
        for key in node.keys:
            here = here.below.setdefault(key, _Seen())
        here.add(way, allowed)
        # What was read without complaint is taken, even where nothing was asked of it.
        value = node.value
        inside = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
        for key, value in inside:
            if type(value) in TAKEN:
                here.below.setdefault(key, _Seen()).add(TAKEN[type(value)], None)
    return _merged([root], strictly)


def _merged(places: list[_Seen], strictly: bool) -> Schema:
    ways = {way for place in places for way in place.ways}
    found: list[Schema] = []
    if "bilingual" in ways:
        found.append(BILINGUAL)
        ways -= {"text", "items"}
    if "choice" in ways:
        choices = sorted({choice for place in places for choice in place.choices})
        found.append({"enum": choices} if strictly else {"examples": choices})
        ways.discard("text")
    simple = {"text": {"type": "string"}, "whole": {"type": "integer"}, "number": NUMBER, "truth": {"type": "boolean"}}
    found.extend(simple[way] for way in simple if way in ways and (strictly or way != "text"))
    if "list" in ways:
        items = [below for place in places for key, below in place.below.items() if isinstance(key, int)]
        found.append({"type": "array", "items": _merged(items, strictly) if items else {}})
    if "items" in ways:
        found.append(_mapping(places, strictly))
    if not strictly:
        # What is said of a mapping or a list holds where there is one, and something else may stand there too.
        found = [{key: value for key, value in each.items() if key != "type"} for each in found]
        return {key: value for each in found for key, value in each.items()}
    return found[0] if len(found) == 1 else {"anyOf": found} if found else {}


def _mapping(places: list[_Seen], strictly: bool) -> Schema:
    """A mapping with keys of its own choice, unless the reading code knows them all."""
    keys: dict[str, None] = {}
    for place in places:
        keys.update(place.keys or {})
    if not keys:
        values = [below for place in places for key, below in place.below.items() if isinstance(key, str)]
        return {"type": "object", "additionalProperties": _merged(values, strictly) if values else {}}
    properties = {}
    for key in keys:
        below = [place.below[key] for place in places if key in place.below]
        properties[key] = _merged(below, strictly) if below else {}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _rule(library: Library) -> Schema:
    def reading() -> None:
        for rule in library.rules:
            named = [(rule.path, rule.plugin)]
            (read,) = ruleset.load_files(named, library.extensions.kinds, library.profiles, library.norms)
            examples(read, library.profiles)

    made = observed(reading, strictly=True)
    # Options are the kind's, and it knows them better than any example.
    made["properties"]["options"] = {"type": "object"}
    made["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": kind.name}}, "required": ["kind"]},
            "then": {"properties": {"options": _options(kind)}},
        }
        for kind in library.extensions.kinds.values()
    ]
    return made


def _profile(library: Library) -> Schema:
    made = observed(lambda: profileset.load(library.extensions.packs), strictly=False, name="profile.yaml")
    rules = described(fields(Settings)["rules"][1], True)
    made["properties"]["rules"] = {**rules, "properties": _rules(library)}
    return {"type": "object", **made}
