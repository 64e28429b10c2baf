"""YAML read strictly: every mistake is an error at its line and column, with the way out."""

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reportlint.diagnostic import Text
from reportlint.errors import ConfigError
from reportlint.yamlfile import LARGEST_FILE, Node, files, merged, nearest, read, read_only


def node(text: str, tmp_path: Path) -> Node:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def mistake(text: str, tmp_path: Path, ask: Callable[[Node], Any] = lambda node: node) -> str:
    """The error as a person sees it, without the folder."""
    with pytest.raises(ConfigError) as caught:
        ask(node(text, tmp_path))
    return str(caught.value).replace(f"{tmp_path}/", "")


def at(*keys: str | int) -> Callable[[Node], Node]:
    def walk(node: Node) -> Node:
        for key in keys:
            node = node.list()[key] if isinstance(key, int) else node.items()[key]
        return node

    return walk


def test_values_are_read_as_what_they_are(tmp_path: Path) -> None:
    root = node("a: 词\nb: [1, 2.5, true]\nc: {zh: 甲, en: a}\nd: off\n", tmp_path)
    entries = root.items(("a", "b", "c", "d"))
    numbers = entries["b"].list()
    assert (
        entries["a"].text(),
        numbers[0].whole(),
        numbers[1].number(),
        numbers[2].truth(),
        entries["c"].bilingual(),
        entries["a"].bilingual(),
        entries["d"].choice(("on", "off")),
    ) == ("词", 1, Decimal("2.5"), True, Text("甲", "a"), Text("词", "词"), "off")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1", "a.yaml:2:1: not YAML: "),
        ("a: 1\n\tb: 2\n", "a.yaml:2:1: not YAML: "),
        ("a: 1\nb: 2\na: 3\n", 'a.yaml:3:1: not YAML: found duplicate key "a"'),
        ("a: {b: 1, b: 2}\n", 'a.yaml:1:11: not YAML: found duplicate key "b"'),
        ("a: *b\n", "a.yaml:1:4: not YAML: anchors and aliases have no use here"),
        ("a: \x07\n", "a.yaml"),
        ("a: 1\n---\na: 2\n", "a.yaml:2:1: not YAML: "),
        ("a: !!python/object/apply:os.system [ls]\n", "a.yaml:1:4: not YAML: "),
        ("a: !odd 1\n", "a.yaml:1:4: not YAML: "),
    ],
)
def test_what_is_no_yaml_is_an_error_at_its_place(text: str, said: str, tmp_path: Path) -> None:
    assert mistake(text, tmp_path, lambda node: node.items())[: len(said)] == said


@pytest.mark.parametrize(
    ("text", "ask", "said"),
    [
        ("- a\n", lambda node: node.items(), "a.yaml:1:1: expected a mapping of keys to values, found a list"),
        ("", lambda node: node.items(), "a.yaml:1:1: expected a mapping of keys to values, found nothing"),
        (
            "a: 1\nfromat: 2\n",
            lambda node: node.items(("a", "format")),
            "a.yaml:2:1: unknown key 'fromat' (did you mean 'format'?); known: a, format",
        ),
        ("a: 1\n2: 3\n", lambda node: node.items(), "a.yaml:2:1: a key has to be a word, found 2"),
        ("a: 1\n", lambda node: at("a")(node).text(), "a.yaml:1:4: expected a text, found 1"),
        ("a: ''\n", lambda node: at("a")(node).text(), "a.yaml:1:5: expected a text, found ''"),
        ("a: {b: [x, 1]}\n", lambda node: at("a", "b")(node).texts(), "a.yaml:1:12: expected a text, found 1"),
        ("a:\n  - b: x\n    c: 1\n", lambda node: at("a", 0, "c")(node).list(), "a.yaml:3:8: expected a list, found 1"),
        ("a: 1.5\n", lambda node: at("a")(node).whole(), "a.yaml:1:4: expected a whole number, found 1.5"),
        ("a: true\n", lambda node: at("a")(node).whole(), "a.yaml:1:4: expected a whole number, found true or false"),
        ("a: x\n", lambda node: at("a")(node).number(), "a.yaml:1:4: expected a number, found 'x'"),
        ("a: .nan\n", lambda node: at("a")(node).number(), "a.yaml:1:4: expected a number, found '.nan'"),
        ("a: .inf\n", lambda node: at("a")(node).number(), "a.yaml:1:4: expected a number, found '.inf'"),
        ("a: yes\n", lambda node: at("a")(node).truth(), "a.yaml:1:4: expected true or false, found 'yes'"),
        (
            "a: rde\n",
            lambda node: at("a")(node).choice(("red", "blue")),
            "a.yaml:1:4: 'rde' is not one of red, blue (did you mean 'red'?)",
        ),
        ("a: {zh: 甲}\n", lambda node: at("a")(node).bilingual(), "a.yaml:1:4: the text in 'en' is missing"),
        (
            "a: {zh: 甲, de: a}\n",
            lambda node: at("a")(node).bilingual(),
            "a.yaml:1:12: unknown key 'de'; known: en, zh",
        ),
    ],
)
def test_a_wrong_value_is_an_error_at_its_place(
    text: str, ask: Callable[[Node], Any], said: str, tmp_path: Path
) -> None:
    assert mistake(text, tmp_path, ask) == said


@pytest.mark.parametrize(("text", "column"), [("a: abc\n", 6), ("a: 'abc'\n", 7), ('a: "abc"\n', 7), ("a:   abc\n", 8)])
def test_an_offset_counts_inside_the_text(text: str, column: int, tmp_path: Path) -> None:
    assert mistake(text, tmp_path, lambda node: at("a")(node).fail("here", 2)) == f"a.yaml:1:{column}: here"


def test_a_large_value_is_not_printed_whole(tmp_path: Path) -> None:
    said = mistake(f"a: {'x' * 5000}\n", tmp_path, lambda node: at("a")(node).list())
    assert len(said) < 200


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 20_000 + "]" * 20_000, id="lists in lists"),
        pytest.param("a: " + "[" * 400_000 + "]" * 400_000, id="lists in lists, very deep"),
        pytest.param("{a: " * 20_000 + "1" + "}" * 20_000, id="mappings in mappings"),
        pytest.param("".join(f"{' ' * depth}a:\n" for depth in range(1000)), id="indented"),
        pytest.param("- " * 20_000, id="dashes"),
    ],
)
def test_deep_nesting_is_refused(text: str, tmp_path: Path) -> None:
    # As a process: the parser is written in C and would take the tests down with it.
    from test_bad_input import reportlint

    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    outcome = reportlint("test", "a.yaml", path=tmp_path)
    assert (outcome.status, outcome.stdout, outcome.stderr[:12]) == (2, "", "reportlint: ")
    assert "a.yaml" in outcome.stderr
    assert len(outcome.stderr) < 500


def test_aliases_are_not_multiplied(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10)]
    said = mistake("\n".join(lines), tmp_path, lambda node: node.items(("a",)))
    assert said.startswith("a.yaml:1:5: ")
    assert len(said) < 300


def test_files_that_cannot_be_rule_files_are_refused(tmp_path: Path) -> None:
    large, latin, missing = (tmp_path / name for name in ("large.yaml", "latin.yaml", "none.yaml"))
    large.write_bytes(b"a" * (LARGEST_FILE + 1))
    latin.write_bytes(b"a: \xe9\n")
    said = []
    for path in (large, latin, missing, tmp_path):
        with pytest.raises(ConfigError) as caught:
            read(path)
        said.append(str(caught.value).replace(f"{tmp_path}", "").lstrip("/"))
    assert said == [
        "large.yaml: larger than 1024 KiB, which no rule file needs to be",
        "latin.yaml: not UTF-8: byte 4",
        "none.yaml: cannot be read: No such file or directory",
        ": cannot be read: Is a directory",
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_every_yaml_file_below_a_folder_is_found_in_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a/c.yaml", "a.yaml", "d.yml", "e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert [path.relative_to(tmp_path).as_posix() for path in files(tmp_path)] == ["a/c.yaml", "a.yaml", "b.yaml"]


def test_a_part_of_a_file_is_read_and_the_rest_is_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("# words\na: 1\nb: |\n  examples: 2\n# more\nexamples: [\n", encoding="utf-8")
    assert read_only(path, ("a", "b")).value == {"a": 1, "b": "examples: 2\n", "examples": None}


def test_mappings_merge_and_all_else_replaces() -> None:
    base = {"a": {"b": 1, "c": [1, 2]}, "d": 1}
    assert merged(base, {"a": {"c": [3], "e": 4}, "d": {"f": 5}}) == {"a": {"b": 1, "c": [3], "e": 4}, "d": {"f": 5}}
    assert base == {"a": {"b": 1, "c": [1, 2]}, "d": 1}


def test_a_file_between_braces_is_read_whole_where_some_of_its_keys_are_wanted(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text('{\n "a": 1,\n "b": [2]\n}\n', encoding="utf-8")
    assert read_only(path, ("a",)).value == {"a": 1, "b": [2]}


def test_the_nearest_known_word_is_named_only_if_it_is_near() -> None:
    known = ("row-sum", "column-sum")
    assert [nearest(word, known) for word in ("row-sun", "apples")] == [" (did you mean 'row-sum'?)", ""]


def test_a_link_to_a_file_elsewhere_is_no_rule_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: 1", encoding="utf-8")
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "inside.yaml").write_text("", encoding="utf-8")
    (rules / "link.yaml").symlink_to(rules / "inside.yaml")
    assert [path.name for path in files(rules)] == ["inside.yaml", "link.yaml"]
    (rules / "out.yaml").symlink_to(secret)
    with pytest.raises(ConfigError, match="outside its folder"):
        list(files(rules))
