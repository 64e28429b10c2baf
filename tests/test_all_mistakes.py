"""Files of rules, profiles, norms and packs with several mistakes: all are told at once, and none twice."""

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from loaded import library
from reportlint.builtin import folder
from reportlint.cli import main
from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.lsp.page import Page, split
from reportlint.lsp.rulefiles import diagnostics
from reportlint.mistakes import MOST
from reportlint.profile import CELL_TYPES
from reportlint.profileset import load
from reportlint.yamlfile import read

PROFILE = """\
id: county
years: {from: 2024, to: 2020}
source: 县府办
grammar: numbered_report
title: [县情]
title-form: "{agency}县情"
title-words: [县情, 1]
language: zh
numbering: {sections: x, inline: 7}
imprint: {agency: 机关, perid: 年}
partial: perhaps
sections:
  one: 总体情况
  two: {titel: 数据情况}
bodies:
  town: 镇((
  county: 县
deadlines: {town: 01-31, conty: 02-31}
tables:
  active:
    section: on
    blocks:
      first:
        header: |
          | 项目 | 一 | 二 |
        columns: [one]
        rows: {sum: 合计}
      second:
        heading: x
        columns: [one]
        rows: {part: {label: 部分, optional: maybe, type: cout}}
    identities:
      first: {each: rows, formula: one <= two}
      second: {formula: one <}
  passive:
    types: {four: money}
    blocks:
      first:
        header: |
          | 项目 | 一 | 二 |
        columns: [one, two]
        rows: {first: 甲, second: 乙}
    groups: {both: [one, too]}
  requests:
    blocks:
      first:
        header: |
          | 项目 | 一 | 二 |
        columns: [one, two]
        rows: {first: 甲, second: {repeat: {min: -1}, also: [乙]}}
  review:
    blocks:
      first:
        header: |
          | 项目 | 一 | 二 |
        columns: [one, two]
        rows: {first: 甲, second: 乙}
    identities:
      first: {each: row, formula: one <= tow, severity: eror}
      second: {each: row, formula: one <= tow}
      third: {each: row, formula: one <= two, at: tree}
identities:
  between: {formula: active/one = x, tolerance: -1}
"""
IN_PROFILE = [
    ("2:25", "the last year lies before the first"),
    ("5:8", "expected a mapping of keys to values, found a list"),
    ("7:19", "expected a text, found 1"),
    ("9:23", "expected the first number of a list, such as 1. or (a), found 'x'"),
    ("9:34", "expected a text, found 7"),
    ("10:19", "the pattern has no group 'agency'"),
    ("10:23", "unknown key 'perid' (did you mean 'period'?)"),
    ("11:10", "expected true or false, found 'perhaps'"),
    ("14:9", "unknown key 'titel' (did you mean 'title'?)"),
    ("16:9", "RE2 refuses this pattern: missing ): 镇(("),
    ("18:26", "no kind of body is called 'conty' (did you mean 'county'?)"),
    ("18:33", "expected a month and a day such as 01-31, found '02-31'"),
    ("21:14", "'on' is not one of one, two (did you mean 'one'?)"),
    ("26:18", "1 columns are named, but the header draws 2"),
    ("29:9", "unknown key 'heading' (did you mean 'header'?)"),
    ("31:44", "expected true or false, found 'maybe'"),
    ("31:57", f"'cout' is not one of {', '.join(CELL_TYPES)} (did you mean 'count'?)"),
    ("33:21", "'rows' is not one of row, column, table (did you mean 'row'?)"),
    ("34:29", "'<' has no meaning in a formula"),
    ("36:13", "the table has no column 'four'"),
    ("43:26", "'too' is neither a column nor a row of this table (did you mean 'two'?)"),
    ("50:49", "a row cannot stand less than no time"),
    ("50:60", "a row that repeats cannot have 'also'"),
    ("59:57", "'eror' is not one of error, warning, info (did you mean 'error'?)"),
    ("60:43", "the table has no column 'tow' (did you mean 'two'?)"),
    ("61:51", "'tree' is no cell of this table"),
    ("63:49", "a tolerance cannot be negative"),
]
LANGUAGE = """\
numerals: [〇, 7]
numbering: {sections: 一、}
spaced: 1
money: {元: one, 万元: 10000}
dates: [x]
script: {pairs: nowhere.txt}
"""
RULE = """\
id: hotline
code: [XYZ001]
kind: text-pattern
severity: warnin
profile: cn-disclosur
source: {zh: 编制通知第一条}
norms: [no-such, nor-such]
wy: 群众要知道向谁反映。
messages: {missing: 7, found: []}
options: {pattern: [电话], patterns: ['(', 热线, '['], least: one}
examples:
  - {name: no number, chnge: [], expect: [7]}
  - {name: another, change: [{replace: x}], report: y, expect: []}
  - {name: third, each: [], expect: []}
"""
# Whether the norms of a rule and its examples can be used is told with the rest.
IN_RULE = [
    ("2:7", "expected a text, found a list"),
    ("4:11", "'warnin' is not one of info, warning, error (did you mean 'warning'?)"),
    (
        "5:10",
        "'cn-disclosur' is not one of cn-disclosure, cn-disclosure-2019, cn-disclosure-2021 "
        "(did you mean 'cn-disclosure'?)",
    ),
    ("6:9", "the text in 'en' is missing"),
    ("7:9", "no obligation is called 'no-such'; see: reportlint coverage"),
    ("7:18", "no obligation is called 'nor-such'; see: reportlint coverage"),
    ("8:1", "unknown key 'wy' (did you mean 'why'?)"),
    ("9:21", "expected a mapping of keys to values, found 7"),
    ("9:31", "expected a mapping of keys to values, found a list"),
    ("10:11", "unknown key 'pattern' (did you mean 'patterns'?)"),
    ("10:38", "RE2 refuses this pattern: missing ): ("),
    ("10:47", "RE2 refuses this pattern: missing ]: ["),
    ("10:59", "expected a whole number, found 'one'"),
    ("12:23", "unknown key 'chnge' (did you mean 'change'?)"),
    ("12:43", "expected a text, found 7"),
    ("13:5", "an example has either a report of its own or changes to a model"),
    ("13:30", "the key 'by' is missing"),
    ("14:25", "an example for each of nothing never runs"),
]
NORMS = """\
instruments:
  notice: {name: 7, from: 2020, articles: nine, replaced-by: latter}
  later: {nam: 新的编制通知}
obligations:
  notise:
    notice-1: {article: 第一条}
  later:
    later-1: {article: 第一条, duty: {zh: 甲}, by-hand: 1, to: soon}
"""
IN_NORMS = [
    ("2:18", "expected a mapping of keys to values, found 7"),
    ("2:27", "expected a text, found 2020"),
    ("2:43", "expected a whole number, found 'nine'"),
    ("2:62", "'latter' is not one of notice, later (did you mean 'later'?)"),
    ("3:11", "unknown key 'nam' (did you mean 'name'?)"),
    ("5:3", "no instrument is called 'notise' (did you mean 'notice'?)"),
    ("6:15", "the key 'duty' is missing"),
    ("8:35", "the text in 'en' is missing"),
    ("8:53", "expected a mapping of keys to values, found 1"),
    ("8:60", "expected a day such as 2019-05-15, found 'soon'"),
]


def places(error: ConfigError) -> list[tuple[str, str]]:
    return [(f"{each.line}:{each.column}", each.why.split("; known")[0]) for each in error.errors]


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def in_editor(path: Path, text: str) -> list[tuple[str, str]]:
    found = diagnostics(path, Page(split(text), "utf-16"), library(), "en")
    return [
        (f"{each.range.start.line + 1}:{each.range.start.character + 1}", each.message.split("; known")[0])
        for each in found
    ]


def told(capsys: pytest.CaptureFixture[str], path: Path, *arguments: str) -> list[tuple[str, str]]:
    """What a command says of a file: the place and the words, up to the keys that are known."""
    assert main(arguments) == 2
    said = capsys.readouterr().err.splitlines()
    start = f"reportlint: {path}:"
    assert [line for line in said if not line.startswith(start)] == []
    places = (line.removeprefix(start).split(": ", 1) for line in said)
    return [(place, words.split("; known")[0]) for place, words in places]


def test_all_mistakes_in_a_profile_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "profile.yaml", PROFILE)
    assert told(capsys, path, "profiles", "--rules", str(tmp_path)) == IN_PROFILE
    assert in_editor(path, PROFILE) == IN_PROFILE


def test_all_mistakes_in_norms_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "norms.yaml", NORMS)
    assert in_editor(path, NORMS) == IN_NORMS
    assert told(capsys, path, "coverage", "--rules", str(tmp_path)) == IN_NORMS


def test_all_mistakes_in_a_rule_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "hotline.yaml", RULE)
    assert in_editor(path, RULE) == IN_RULE
    assert told(capsys, path, "test", str(path)) == IN_RULE
    assert told(capsys, path, "rules", "--rules", str(tmp_path)) == IN_RULE


def test_all_mistakes_in_a_language_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "id: county\nyears: {from: 2024}\nsource: x\nextends: cn-disclosure-2021\nlanguage: old\n"
    written(tmp_path, "profile.yaml", text)
    path = written(tmp_path, "languages/old.yaml", LANGUAGE)
    # Marks of headings are not held against numerals that have a mistake.
    assert told(capsys, path, "profiles", "--rules", str(tmp_path)) == [
        ("1:15", "expected a text, found 7"),
        ("3:9", "expected true or false, found 1"),
        ("4:12", "expected a number, found 'one'"),
        ("5:9", "the pattern has no group 'year'"),
        ("6:9", "the key 'signs' is missing"),
        ("6:17", "there is no file 'nowhere.txt' beside this one"),
    ]


def test_all_mistakes_in_a_pack_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "api: 7\nname: [county]\nautor: x\n"
    path = written(tmp_path, "pack.yaml", text)
    mistakes = [
        ("1:6", "the pack was written for version 7 of the contract; this reportlint has 1"),
        ("2:7", "expected a text, found a list"),
        ("3:1", "unknown key 'autor'"),
    ]
    assert told(capsys, path, "profiles", "--rules", str(tmp_path)) == mistakes
    assert in_editor(path, text) == mistakes
    assert in_editor(path, "name: county\n") == [("1:1", "the key 'api' is missing")]


def test_mistakes_in_several_files_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = written(tmp_path, "one.yaml", RULE)
    other = written(tmp_path, "two.yaml", "id: two\nkind: [\n")
    assert main(["rules", "--rules", str(tmp_path)]) == 2
    said = capsys.readouterr().err.splitlines()
    of_one = [f"reportlint: {one}:{place}: {words}" for place, words in IN_RULE]
    assert [line.split("; known")[0] for line in said[:-1]] == of_one
    assert said[-1].startswith(f"reportlint: {other}:3:1: not YAML: ")


# One mistake, one diagnostic.


def changed(old: str, new: str) -> list[tuple[str, str]]:
    """What is told of the built-in form where one thing in it is changed."""
    path = folder("rules") / "cn-disclosure-2021" / "profile.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    return [
        (message, text.replace(old, new, 1).splitlines()[int(place.split(":")[0]) - 1].strip())
        for place, message in in_editor(path, text.replace(old, new, 1))
    ]


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("extends: cn", "extend: cn", "unknown key 'extend' (did you mean 'extends'?)", "extend: cn-disclosure"),
        ("tables:", "tabels:", "unknown key 'tabels' (did you mean 'tables'?)", "tabels:"),
        (
            "        columns: [decisions]",
            "        colums: [decisions]",
            "unknown key 'colums' (did you mean 'columns'?)",
            "colums: [decisions]",
        ),
        (
            "{fees: money}",
            "{fees: monney}",
            f"'monney' is not one of {', '.join(CELL_TYPES)} (did you mean 'money'?)",
            "types: {fees: monney}",
        ),
        ("years: {from", "years: {form", "unknown key 'form' (did you mean 'from'?)", "years: {form: 2021}"),
    ],
)
def test_what_follows_from_a_mistake_is_not_told(old: str, new: str, message: str, line: str) -> None:
    assert changed(old, new) == [(message, line)]


def test_a_base_that_cannot_be_read_is_told_and_not_that_it_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "base/profile.yaml", "abstract: true\n")
    written(tmp_path, "profile.yaml", "id: county\nextends: base\nyears: {from: 2024}\nsource: x\n")
    assert told(capsys, path, "profiles", "--rules", str(tmp_path)) == [("1:1", "the key 'id' is missing")]


def test_of_very_many_mistakes_the_first_are_told(tmp_path: Path) -> None:
    lines = [f"  key-{number}: [x]" for number in range(5000)]
    path = written(tmp_path, "profile.yaml", "\n".join(["id: county", "sections:", *lines, ""]))
    with pytest.raises(ConfigError) as caught:
        load([Pack("rules", tmp_path)])
    assert [error.line for error in caught.value.errors if error.line > 2] == list(range(3, MOST + 3))
    assert {error.path for error in caught.value.errors} == {path}


# Nothing but an error comes of a mistake, wherever it is.

WRONG: tuple[Any, ...] = (7, "x", [], {}, None, ["x"], {"x": 1})


def spots(value: Any, keys: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield keys
    below = value.items() if isinstance(value, Mapping) else enumerate(value if isinstance(value, list) else ())
    for key, item in below:
        yield from spots(item, (*keys, key))


@pytest.mark.parametrize("part", range(len(WRONG)))
def test_any_value_of_a_profile_may_be_wrong(part: int) -> None:
    """Each value in turn is replaced, by one of the wrong ones: it is refused, or does no harm."""
    rules = folder("rules")
    paths = [
        rules / "common" / "profile.yaml",
        rules / "cn-disclosure-2021" / "profile.yaml",
        rules / "languages/zh.yaml",
    ]
    known = {path: read(path).value for path in (*paths, rules / "cn-disclosure-2019" / "profile.yaml")}
    pack = Pack("rules", rules)
    refused = 0
    found = [(path, keys) for path in paths for keys in spots(known[path]) if keys]
    for number, (path, keys) in enumerate(found):
        if number % (3 * len(WRONG)) != 3 * part:
            continue
        value = copy.deepcopy(known[path])
        at = value
        for key in keys[:-1]:
            at = at[key]
        at[keys[-1]] = WRONG[(number + part) % len(WRONG)]
        try:
            load([pack], {**known, path: value})
        except ConfigError:
            refused += 1
    assert refused > 5
