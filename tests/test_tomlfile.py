"""The place of every value in a TOML file, against what the standard library reads."""

import json
import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reportlint.tomlfile import place

KEYS = st.text("ab-1_", min_size=1, max_size=3) | st.sampled_from(["a.b", "键", "a b", "#", "[x]"])
# No line ends: a text is told by how it begins, on one line.
WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"]), max_size=8)
VALUES = st.recursive(
    WORDS | st.integers(-99, 99) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
BLANKS = st.sampled_from(["", " ", "  # [note] = {\n", "\n\t"])


def written(value: Any, blanks: Iterator[str]) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return "[" + ",".join(next(blanks) + written(item, blanks) + next(blanks) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(key, blanks)} = {written(item, blanks)}" for key, item in value.items()) + "}"
    return json.dumps(value)


def leaves(value: Any, keys: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in pairs:
            yield from leaves(item, (*keys, key))
    else:
        yield keys, value


def at(text: str, keys: tuple[str | int, ...], *, of_key: bool = False) -> str:
    line, column, exact = place(text, keys, of_key=of_key)
    assert exact
    return text.splitlines(keepends=True)[line - 1][column - 1 :]


@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=3), max_size=3), st.lists(BLANKS, min_size=1))
def test_every_value_is_found_where_it_stands(content: dict[str, Any], blanks: list[str]) -> None:
    def endless() -> Iterator[str]:
        while True:
            yield from blanks

    text = ""
    for table, entries in content.items():
        text += f"[{written(table, endless())}] # a table\n"
        for key, value in entries.items():
            text += f"  {written(key, endless())}={written(value, endless())} # {{\n"
    assert tomllib.loads(text) == content
    for keys, value in leaves(content):
        quoted = written(value, endless())
        assert at(text, keys).startswith(quoted[1:] if isinstance(value, str) else quoted)


TEXT = """\
title = '''
several
lines'''
other = \"\"\"one "quoted" \\"\"" two\"\"\"\r
a.b . "c d" = 1
'x y' = [ [1, 2], [] , {k = 'v', l.m = [3]} ]
[[row]]
n = 1
[row.inner]
m = 2
[[row]]
n = 3
[[row.deep]]
q = 4
[ p . q ]
r = 2020-01-01
"""


def test_places_of_all_that_toml_can_write() -> None:
    assert tomllib.loads(TEXT)["row"][1] == {"n": 3, "deep": [{"q": 4}]}
    found = {
        ("title",): (1, 12, True),
        ("other",): (4, 12, True),
        ("a", "b", "c d"): (5, 15, True),
        ("x y", 0, 1): (6, 15, True),
        ("x y", 2, "k"): (6, 30, True),
        ("x y", 2, "l", "m", 0): (6, 41, True),
        ("row", 0, "n"): (8, 5, True),
        ("row", 0, "inner", "m"): (10, 5, True),
        ("row", 1, "n"): (12, 5, True),
        ("row", 1, "deep", 0, "q"): (14, 5, True),
        ("p", "q", "r"): (16, 5, True),
        ("p", "q"): (15, 1, True),
        ("p", "z"): (15, 1, False),
        ("nothing",): (1, 1, False),
    }
    assert {keys: place(TEXT, keys) for keys in found} == found
    assert at(TEXT, ("a", "b", "c d"), of_key=True).startswith('"c d" = 1')
    assert at(TEXT, ("x y", 2, "l", "m"), of_key=True).startswith("m = [3]")
