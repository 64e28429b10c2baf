"""What `reportlint config` prints: every value that counts for a file, with the layer, the file and the line."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from reportlint.diagnostic import Language
from reportlint.display import escape
from reportlint.layers import BUILT_IN, Given, Origin, Tree, settled
from reportlint.profile import Profile
from reportlint.settings import Planning, own_options, own_severity


class Row(NamedTuple):
    """A value by its dotted key. places: File, line and column of all that it was made from; None for no file."""

    key: str
    value: Any
    layer: str
    places: tuple[tuple[str, int, int] | None, ...]
    words: str = ""


def rows(planning: Planning, path: Path, settings: Path | None, profile: Profile | None, spoken: Language) -> list[Row]:
    """What counts for the file. profile: The form that it is on, where that sets something of rules.

    spoken: The language where nobody has set one.
    """
    found = planning.effective(path, settings, profile)
    defaults: dict[str, Any] = {
        "profile": None, "fail-on": "error", "language": spoken, "exclude": [], "rules-folders": [],
        "plugins": [],
    }  # fmt: skip
    listed = []
    for key, default in defaults.items():
        given = found.values.get(key)
        listed.append(_row(key, given if isinstance(given, Given) else Given(default, (Origin(BUILT_IN),))))
    run = {rule.name for rule in planning.of(path, settings).library.selected}
    for rule in sorted(planning.library.rules, key=lambda rule: rule.name):
        tree = settled(found.rules.get(rule.name, {}))
        severity = tree.get("severity", own_severity(rule))
        if rule.name not in run and found.severity(rule) != "off":
            continue  # of a folder that belongs to other settings
        name = f"rules.{rule.name}"
        listed.append(_row(f"{name}.severity", severity._replace(value=found.severity(rule))))
        if rule.name in found.locks:
            listed.append(_row(f"{name}.locked", Given(True, (found.locks[rule.name].origin,))))
        listed.extend(_flat(f"{name}.options", tree.get("options") or own_options(rule)))
    return listed


def _flat(name: str, tree: Tree) -> Iterator[Row]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{name}.{key}", value)
        else:
            yield _row(f"{name}.{key}", value)


def _row(key: str, given: Given) -> Row:
    last = given.origins[-1]
    places = tuple(dict.fromkeys(origin.position for origin in given.origins))
    return Row(key, given.value, last.layer, places, last.words)


def _shown(path: str) -> str:
    """The path as it is nearest: below the working directory without it."""
    here = os.getcwd() + os.sep
    whole = os.path.abspath(path)
    return (whole.removeprefix(here) if whole.startswith(here) else whole).replace(os.sep, "/")


def as_text(found: Sequence[Row]) -> Iterator[str]:
    """A line for each value, which `grep` finds."""
    for row in found:
        places = [f"{_shown(place[0])}:{place[1]}" for place in row.places if place is not None]
        where = ", ".join([row.layer, *([row.words] if row.words else []), *places])
        yield escape(f"{row.key} = {json.dumps(row.value, ensure_ascii=False)}  # {where}") + "\n"


def as_json(file: str, found: Sequence[Row]) -> Iterator[str]:
    listed = [
        {
            "key": row.key,
            "value": row.value,
            "layer": row.layer,
            "given": row.words or None,
            "places": [
                {"file": _shown(place[0]), "line": place[1], "column": place[2]}
                for place in row.places
                if place is not None
            ],
        }
        for row in found
    ]
    yield json.dumps({"schema": 1, "file": file, "values": listed}, ensure_ascii=False, indent=2) + "\n"
