"""What the scenarios leave open: languages, listings, crashes, and what counts as checked."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from loaded import library
from reportlint import cli, planning
from reportlint.builtin import folder
from reportlint.commands import common
from reportlint.diagnostic import Finding
from reportlint.document import Document, understand
from reportlint.engine import Library
from reportlint.rule import RuleKind

MODEL = (folder("rules") / "cn-disclosure-2019" / "model.txt").read_text(encoding="utf-8")
FAULTY = MODEL.replace("规章 | 0 | 0 | 0 |", "规章 | 0 | / | 0 |")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    Path("clean.txt").write_text(MODEL, encoding="utf-8")
    Path("faulty.txt").write_text(FAULTY, encoding="utf-8")


def run(*arguments: str) -> int:
    try:
        return cli.main(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "zh"),
        ({"LANG": "C"}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "POSIX"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C", "LC_MESSAGES": "en_GB"}, "en"),
    ],
)
def test_the_language_is_that_of_the_locale(
    variables: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert (common.language(None), common.language("zh"), common.language("en")) == (language, "zh", "en")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "usage: reportlint"),
        (["chekc"], "chekc"),
        (["check", "--fail-on", "fatal"], "fatal"),
        (["check", "--lang", "fr"], "fr"),
        (["check", "--frmat", "json"], "--frmat"),
        (["check", "--stat"], "--stat"),
        (["rules", "--format", "xml"], "xml"),
        (["show"], "PATH"),
        (["show", "--as", "xml", "clean.txt"], "xml"),
        (["explain"], "RULE"),
    ],
)
def test_wrong_usage_is_told_on_standard_error(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(*arguments)
    captured = capsys.readouterr()
    assert (status, captured.out, words in captured.err) == (2, "", True)


# Listings.


def test_rules_lists_every_rule_with_code_severity_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rules", "--lang", "en") == 0
    rules = library().rules
    rows = [line.split(maxsplit=5) for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        [rule.code, rule.name, rule.severity.word, rule.profile, rule.plugin, rule.wording.why.en] for rule in rules
    ]


def test_rules_as_json_says_the_same_and_what_can_be_fixed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rules", "--format", "json", "--lang", "zh") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], set(document["rules"][0])) == (
        1,
        {"code", "name", "severity", "kind", "profile", "fixable", "optional", "plugin", "source", "why"},
    )
    assert [(rule["code"], rule["why"]) for rule in document["rules"]] == [
        (rule.code, rule.wording.why.zh) for rule in library().rules
    ]


def test_every_rule_can_be_explained_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    rules = library().rules
    for language in ("zh", "en"):
        assert run("explain", "*", "--lang", language) == 0
        text = capsys.readouterr().out
        assert [f"{rule.code} {rule.name}" in text for rule in rules] == [True] * len(rules)
        assert "{'" not in text  # a value that nobody taught how to show itself


def test_the_examples_of_all_rules_pass(capsys: pytest.CaptureFixture[str]) -> None:
    status = run("test")
    assert (status, capsys.readouterr().out.splitlines()[-1].split(", ")[1]) == (0, "0 failed")


# Not checked never looks like clean.


def broken_library(library: Library) -> Library:
    def check(document: Document, options: object) -> Iterator[Finding]:
        raise ZeroDivisionError("divided by zero")
        yield

    rule = library.rule("section-missing")
    broken = replace(rule, kind=RuleKind("broken", rule.kind.options, check))
    rules = tuple(broken if each is rule else each for each in library.rules)
    return replace(library, rules=rules, selected=rules)


def test_a_rule_that_crashes_is_told_and_the_rest_is_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = broken_library(library())
    monkeypatch.setattr(planning, "library", lambda extensions, cached: broken)
    status = run("check", "--format", "concise", "--quiet", "faulty.txt")
    assert (status, [line.split(" ", 2)[2] for line in capsys.readouterr().out.splitlines()]) == (
        3,
        [
            "ENG003 rule-crashed: 规则 section-missing 运行出错，没有完成检查：ZeroDivisionError: divided by zero",
            "NUM004 cell-not-applicable: 本表有 1 个数字格填了“/”一类的符号，"
            "第一个是“规章”的“本年新公开数量” [规章 × 本年新公开数量]",
        ],
    )


@pytest.mark.parametrize("ignored", ["rule-crashed", "ENG*", "*"])
def test_a_crash_counts_even_where_it_is_not_shown(ignored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = broken_library(library())
    monkeypatch.setattr(planning, "library", lambda extensions, cached: broken)
    assert run("check", "--quiet", "--ignore", ignored, "--select", "section-missing,ENG*", "clean.txt") in (2, 3)


@pytest.mark.parametrize("ignored", ["unreadable", "ENG*"])
def test_an_unreadable_table_counts_even_where_it_is_not_shown(ignored: str) -> None:
    row = "2 | 0 | 2 | 2 | 6 | 2 | 0 | 0 | 0 | 2 | 3 | 0 | 0 | 1 | 4 |"
    Path("cut.txt").write_text(MODEL.replace(row, "2 | 0 | 2 |"), encoding="utf-8")
    assert run("check", "--quiet", "cut.txt") == 3
    assert run("check", "--quiet", "--ignore", ignored, "cut.txt") == 3


def test_a_crash_outside_the_rules_is_told_and_the_other_files_are_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fragile(source, *rest, **more):  # type: ignore[no-untyped-def]
        if source.path.name == "clean.txt":
            raise ZeroDivisionError("divided by zero")
        return understand(source, *rest, **more)

    monkeypatch.setattr("reportlint.engine.understand", fragile)
    status = run("check", "--format", "concise", "--quiet", "clean.txt", "faulty.txt")
    lines = capsys.readouterr().out.splitlines()
    assert (status, [line.split(" ")[0] + line.split(" ")[2] for line in lines]) == (
        3,
        ["clean.txt:1:1:ENG003", "faulty.txt:15:10:NUM004"],
    )


@pytest.mark.parametrize("selected", [",", " ", ", ,"])
def test_a_selection_of_nothing_is_a_wrong_usage(selected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--select", selected, "faulty.txt") == 2
    assert capsys.readouterr().out == ""


def test_a_selection_never_hides_that_a_file_could_not_be_read() -> None:
    Path("binary.txt").write_bytes(b"\x00\x01")
    assert run("check", "--quiet", "--select", "row-sum", "binary.txt", "clean.txt") == 3


# Output.


def test_the_same_input_gives_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for paths in (["clean.txt", "faulty.txt"], ["clean.txt", "faulty.txt"]):
        run("check", "--format", "json", *paths)
        outputs.append(capsys.readouterr())
    assert outputs[0] == outputs[1]


def test_an_output_file_holds_what_would_have_been_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("text", "concise", "json"):
        printed_status = run("check", "--format", name, "--quiet", "faulty.txt")
        printed = capsys.readouterr().out
        written_status = run("check", "--format", name, "--quiet", "--output", "out", "faulty.txt")
        assert capsys.readouterr().out == ""
        assert (written_status, Path("out").read_text(encoding="utf-8")) == (printed_status, printed)


def test_an_output_file_never_has_colours_unless_they_are_asked_for() -> None:
    run("check", "--quiet", "--output", "plain", "faulty.txt")
    run("check", "--quiet", "--output", "coloured", "--color", "always", "faulty.txt")
    texts = [Path(name).read_text(encoding="utf-8") for name in ("plain", "coloured")]
    assert ["\x1b" in text for text in texts] == [False, True]


@pytest.mark.parametrize(
    ("terminal", "no_color", "coloured"),
    [(True, None, True), (True, "1", False), (True, "", True), (False, None, False)],
)
def test_colours_are_for_terminals(
    terminal: bool,
    no_color: str | None,
    coloured: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    run("check", "--quiet", "faulty.txt")
    assert ("\x1b" in capsys.readouterr().out) is coloured


def test_a_failed_check_leaves_an_older_output_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("out").write_text("old", encoding="utf-8")

    def fails(*_: object) -> Iterator[str]:
        yield "half"
        raise KeyboardInterrupt

    monkeypatch.setattr("reportlint.formats.concise.render", fails)
    assert run("check", "--format", "concise", "--output", "out", "clean.txt") == 130
    assert Path("out").read_text(encoding="utf-8") == "old"
    assert sorted(os.listdir()) == ["clean.txt", "faulty.txt", "out"]


def test_a_file_named_twice_is_checked_once(capsys: pytest.CaptureFixture[str]) -> None:
    run("check", "--format", "json", "--quiet", "faulty.txt", "./faulty.txt", ".", "faulty.txt")
    assert [report["path"] for report in json.loads(capsys.readouterr().out)["reports"]] == ["faulty.txt", "clean.txt"]


def test_files_are_named_as_they_were_given(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run("check", "--format", "json", "--quiet", f"{tmp_path}/faulty.txt")
    assert [report["path"] for report in json.loads(capsys.readouterr().out)["reports"]] == [f"{tmp_path}/faulty.txt"]


def test_show_as_tree_and_json_of_every_example() -> None:
    for example in sorted((Path(cli.__file__).parents[2] / "examples").rglob("*.txt")):
        assert (run("show", "--as", "tree", str(example)), run("show", "--as", "json", str(example))) == (0, 0)


def test_a_mistake_of_the_program_has_the_status_of_what_was_not_checked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object) -> None:
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr("reportlint.output.outputs", fails)
    assert run("check", "faulty.txt") == 3
    assert capsys.readouterr().err.splitlines()[-1] == "ZeroDivisionError: a mistake"
