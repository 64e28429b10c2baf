"""The JSON Schemas hold for all that the reading code takes, and for nothing that it refuses."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest

from loaded import library
from reportlint.cli import main
from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.plugins import built_in
from reportlint.profileset import load as load_profiles
from reportlint.schema import schema
from reportlint.yamlfile import files, parse, read

What = Literal["settings", "rule", "profile", "waivers"]
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}


@cache
def made(what: What) -> dict[str, Any]:
    return schema(what, library())


def complaints(value: Any, rules: dict[str, Any], root: dict[str, Any], at: str = "") -> Iterator[str]:
    """Where a value is not as a schema says; as much of JSON Schema as the schemas use."""
    unknown = rules.keys() - {
        "$schema", "$defs", "$ref", "title", "description", "examples", "format", "type", "enum", "const", "pattern",
        "properties", "additionalProperties", "required", "items", "anyOf", "allOf", "if", "then",
    }  # fmt: skip
    assert unknown == set()
    if "$ref" in rules:
        target = root
        for part in rules["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("%20", " ")]
        yield from complaints(value, target, root, at)
    if "type" in rules and not any(is_a(value, name) for name in names(rules["type"])):
        yield f"{at}: no {rules['type']}"
        return
    if "enum" in rules and value not in rules["enum"]:
        yield f"{at}: {value!r} is none of {rules['enum']}"
    if "const" in rules and value != rules["const"]:
        yield f"{at}: not {rules['const']}"
    if "pattern" in rules and isinstance(value, str) and not re.search(rules["pattern"], value):
        yield f"{at}: does not fit {rules['pattern']}"
    if "anyOf" in rules and all(list(complaints(value, each, root, at)) for each in rules["anyOf"]):
        yield f"{at}: fits nothing of {rules['anyOf']}"[:300]
    for each in rules.get("allOf", ()):
        if "if" not in each or not list(complaints(value, each["if"], root, at)):
            yield from complaints(value, each.get("then", each), root, at)
    if isinstance(value, dict):
        known = rules.get("properties", {})
        for key, item in value.items():
            further = rules.get("additionalProperties", {})
            if key in known:
                yield from complaints(item, known[key], root, f"{at}/{key}")
            elif further is False:
                yield f"{at}: the key {key}"
            else:
                yield from complaints(item, further, root, f"{at}/{key}")
        yield from (f"{at}: without {key}" for key in rules.get("required", ()) if key not in value)
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from complaints(item, rules.get("items", {}), root, f"{at}/{number}")


def names(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else types


def is_a(value: Any, name: str) -> bool:
    if name == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def wrong(what: What, value: Any) -> list[str]:
    return list(complaints(value, made(what), made(what)))


NO_RULES = ("profile.yaml", "norms.yaml")
RULES = [
    path for path in files(built_in().packs[0].rules) if path.name not in NO_RULES and path.parent.name != "languages"
]
PROFILES = list(files(built_in().packs[0].rules, "profile.yaml"))


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_built_in_rule_is_as_the_schema_says(path: Path) -> None:
    assert wrong("rule", read(path).value) == []


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.parent.name)
def test_every_built_in_profile_is_as_the_schema_says(path: Path) -> None:
    assert wrong("profile", read(path).value) == []


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "rules: {row-sum: off, ARI002: {severity: on, options: {identities: [a]}, locked: true}, 'FRM*': info}",
        "rules: {overview-topics: {options: {+bodies: [township]}}}",
        "{profile: cn-disclosure-2019, language: zh, fail-on: never, extends: a.yaml, locked: [a], +exclude: [b]}",
        "overrides: [{files: ['*'], rules: {row-sum: warning}, profile: cn-disclosure-2021}]\nlocked: true",
    ],
)
def test_settings_are_as_the_schema_says(text: str) -> None:
    assert wrong("settings", parse(Path("settings.yaml"), text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "languge: zh",
        "language: fr",
        "exclude: drafts",
        "+language: [zh]",
        "rules: {row-sum: loud}",
        "rules: {row-sum: {severity: on, option: {}}}",
        "rules: {ARI001: {options: {identity: [a]}}}",
        "overrides: [{files: ['*'], language: zh}]",
        "profile: cn-disclosure-2020",
    ],
)
def test_mistakes_in_settings_are_mistakes_by_the_schema(text: str) -> None:
    assert len(wrong("settings", parse(Path("settings.yaml"), text))) == 1


ENTRY = {
    "fingerprint": "0" * 32, "rule": "row-sum", "where": "表", "reason": "", "author": "李", "date": "2026-01-31",
    "until": "never",
}  # fmt: skip


def test_waivers_are_as_the_schema_says() -> None:
    assert wrong("waivers", [ENTRY, {**ENTRY, "path": "a.txt", "kind": "todo", "until": "2030-01-01"}]) == []
    assert wrong("waivers", None) == []
    short = {key: value for key, value in ENTRY.items() if key != "author"}
    assert wrong("waivers", [short]) == ["/0: without author"]
    assert len(wrong("waivers", [{**ENTRY, "fingerprint": "0" * 31}])) == 1
    assert len(wrong("waivers", [{**ENTRY, "until": "soon"}])) == 1
    assert len(wrong("waivers", [{**ENTRY, "rule": "row-sun"}])) == 1


def test_a_rule_with_a_mistake_is_none_by_the_schema() -> None:
    value = read(next(path for path in RULES if path.name == "row-sum.yaml")).value
    assert wrong("rule", {**value, "severity": "loud"}) == ["/severity: 'loud' is none of ['error', 'info', 'warning']"]
    assert wrong("rule", {**value, "titel": ""}) == [": the key titel"]
    assert wrong("rule", {**value, "options": {"identity": []}}) == [
        "/options: the key identity",
        "/options: without identities",
    ]


def mappings(value: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        yield keys
        for key, item in value.items():
            yield from mappings(item, (*keys, key))


def told_keys(path: Path, keys: tuple[str, ...], folder: Path) -> set[str] | None:
    """The keys that the reading code knows in a mapping of a profile, by its complaint about another."""
    value = read(path).value
    inner = value
    for key in keys:
        inner = inner[key]
    inner["zzz"] = {}
    target = folder / path.parent.name / "profile.yaml"
    target.write_text(json.dumps(value), encoding="utf-8")
    try:
        load_profiles([Pack("test", folder)])
    except ConfigError as error:
        match = re.match(r"unknown key 'zzz'.*; known: (.*)", error.why)
        return set(match[1].split(", ")) if match else None
    finally:
        target.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return None


def schema_keys(keys: tuple[str, ...]) -> set[str] | None:
    here = made("profile")
    for key in keys:
        here = here["properties"][key] if key in here.get("properties", {}) else here["additionalProperties"]
        if "$ref" in here:
            return {"zh", "en"}
    return set(here["properties"]) if here.get("additionalProperties") is False else None


@pytest.mark.slow
def test_the_schema_of_profiles_knows_the_keys_that_the_reading_code_knows(tmp_path: Path) -> None:
    for path in PROFILES:
        (tmp_path / path.parent.name).mkdir()
        (tmp_path / path.parent.name / "profile.yaml").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    looked_at = 0
    for path in PROFILES:
        for keys in mappings(read(path).value):
            known = told_keys(path, keys, tmp_path)
            if known is not None:
                looked_at += 1
                assert schema_keys(keys) == known, keys
    assert looked_at > 10


@pytest.mark.parametrize("what", ["settings", "rule", "profile", "waivers"])
def test_schema_is_printed(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", what]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["title"] == f"reportlint: {what}"
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
