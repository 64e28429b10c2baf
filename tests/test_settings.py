"""Settings: which file counts, how layers are laid over each other, what is locked, and what is wrong with a file."""

import errno
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faulty import FAULTY, MODEL, Run, repository, runner, write
from loaded import library
from reportlint.builtin import folder
from reportlint.engine import lint_bytes
from reportlint.extension import Pack
from reportlint.layers import BUILT_IN, LAYERS, Given, Origin, laid, settled, tree, values
from reportlint.plugins import Extensions, built_in, with_folders
from reportlint.yamlfile import Node

RULE = """\
id: no-slogans
code: XQ001
kind: text-pattern
severity: warning
profile: cn-disclosure
source: {zh: 县政府办公室要求, en: County office}
why: {zh: 口号不是工作情况。, en: A slogan tells nothing.}
message: {zh: "“{found}”是口号", en: "“{found}” is a slogan"}
options: {patterns: [重点事项], scope: overview}
examples:
  - {name: there, change: [], expect: ["6:41 warning “重点事项”是口号"]}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return repository(tmp_path, monkeypatch)


@pytest.fixture
def run(place: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def found(run: Run, *arguments: str) -> tuple[int, list[str]]:
    """The status, and `severity code` of all that is reported."""
    status, out, err = run("check", "--quiet", "--lang", "en", "--format", "concise", *arguments, "reports")
    assert err == []
    return status, [" ".join(line.split(": ")[1].split()[:2]) for line in out]


def mistakes(run: Run, *arguments: str) -> list[str]:
    """What is wrong with the settings, without the names of the program."""
    status, out, err = run("check", "--quiet", *arguments, "reports")
    assert (status, out) == (2, [])
    return [line.removeprefix("reportlint: ") for line in err]


def told(run: Run, *arguments: str) -> dict[str, str]:
    """What `config` prints, by key."""
    status, out, err = run("config", *arguments)
    assert (status, err) == (0, [])
    return dict(line.split(" = ", 1) for line in out)


BOTH = ["warning NUM004", "error ARI004"]

# The law.

NAMES = st.sampled_from(["a", "b"])
LISTS = st.lists(st.integers(0, 3), max_size=2)
# Each key has one type: what a key holds does not depend on the layer.
LAYER = st.fixed_dictionaries(
    {},
    optional={
        "word": st.sampled_from(["x", "y"]),
        "list": LISTS,
        "+list": LISTS,
        "map": st.dictionaries(
            NAMES, st.fixed_dictionaries({}, optional={"level": st.integers(0, 3), "items": LISTS, "+items": LISTS})
        ),
    },
).map(lambda layer: {key: value for key, value in layer.items() if key != "+list" or "list" not in layer})


def given_tree(value: Mapping[str, Any], layer: str = BUILT_IN) -> Any:
    return tree(Node(value, Path("settings.yaml")), layer)


def lay(*layers: Any) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for layer in layers:
        result = laid(result, layer)
    return result


@given(LAYER, LAYER, LAYER)
def test_it_makes_no_difference_what_is_laid_together_first(one: Any, two: Any, three: Any) -> None:
    first, second, third = (given_tree(each, layer) for each, layer in zip((one, two, three), LAYERS, strict=False))
    assert lay(lay(first, second), third) == lay(first, lay(second, third))


@given(LAYER, LAYER)
def test_extending_and_then_overriding_is_overriding(below: Any, own: Any) -> None:
    result = values(settled(lay(given_tree(below), given_tree(own))))
    for key, value in own.items():
        if not isinstance(value, dict) and not key.startswith("+"):
            assert result[key] == value
    if "+list" in own:
        assert result["list"] == [*below.get("list", below.get("+list", [])), *own["+list"]]
    kept = {key.removeprefix("+") for key in (*below, *own)}
    assert result.keys() == kept


@given(LAYER)
def test_laying_nothing_changes_nothing(layer: Any) -> None:
    assert lay({}, given_tree(layer)) == lay(given_tree(layer), {}) == given_tree(layer)


def test_a_list_that_was_added_to_has_all_its_origins() -> None:
    below, above = given_tree({"list": [1]}, "project"), given_tree({"+list": [2]}, "overrides")
    combined = lay(below, above)["list"]
    assert (combined.value, [origin.layer for origin in combined.origins]) == ([1, 2], ["project", "overrides"])
    assert lay({"list": Given("no list")}, above)["list"].value == [2]


def test_what_the_command_line_gave_is_told_in_its_words() -> None:
    assert str(Origin("command line", words="--ignore x")) == "--ignore x"
    assert str(Origin("built-in")) == "built-in"


# Which file counts.


def test_without_settings_everything_is_as_built_in(run: Run) -> None:
    assert found(run) == (1, BOTH)


@pytest.mark.parametrize("name", [".reportlint.yaml", "reports/.reportlint.yaml"])
def test_settings_are_found_beside_the_report_and_above(run: Run, place: Path, name: str) -> None:
    write(place / name, "rules: {review-sum: off}\n")
    assert found(run) == (0, BOTH[:1])


def test_the_nearest_settings_count_alone(run: Run, place: Path) -> None:
    write(place / ".reportlint.yaml", "rules: {review-sum: off}\n")
    write(place / "reports" / ".reportlint.yaml", "# nothing\n")
    assert found(run) == (1, BOTH)


def test_settings_above_the_repository_do_not_count(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(place / ".reportlint.yaml", "rules: {review-sum: off}\n")
    (place / "reports" / ".git").mkdir()
    assert found(run) == (1, BOTH)
    monkeypatch.chdir(place / "reports")
    assert run("check", "--quiet", "report.txt")[0] == 1


def test_settings_in_pyproject(run: Run, place: Path) -> None:
    write(place / "pyproject.toml", '[project]\nname = "x"\n')
    assert found(run) == (1, BOTH)
    write(place / "pyproject.toml", '[project]\nname = "reportlint"\n')
    assert found(run) == (1, BOTH)
    write(place / "pyproject.toml", '[tool.reportlint.rules]\nreview-sum = "off"\n')
    assert found(run) == (0, BOTH[:1])


def test_settings_in_two_files_of_a_folder_are_a_mistake(run: Run, place: Path) -> None:
    write(place / ".reportlint.yaml", "language: zh\n")
    write(place / "pyproject.toml", '[tool.reportlint]\nlanguage = "zh"\n')
    assert mistakes(run) == [".reportlint.yaml: there are settings in pyproject.toml as well; keep one of them"]


def test_isolated_ignores_settings(run: Run, place: Path) -> None:
    write(place / ".reportlint.yaml", "rules: {review-sum: off}\n")
    assert found(run, "--isolated") == (1, BOTH)


def test_config_names_the_settings(run: Run, place: Path) -> None:
    write(place / ".reportlint.yaml", "rules: {review-sum: off}\n")
    write(
        place / "elsewhere" / "strict.yaml",
        "rules: {NUM004: error}\noverrides: [{files: [reports/], fail-on: never}]\n",
    )
    assert found(run, "--config", "elsewhere/strict.yaml") == (0, ["error NUM004", "error ARI004"])
    assert found(run, "--isolated", "--config", "elsewhere/strict.yaml")[0] == 0
    assert mistakes(run, "--config", "nowhere.yaml") == ["nowhere.yaml: 没有这个设置文件 / no such settings file"]
    write(place / "some.toml", "[tool.other]\n")
    assert mistakes(run, "--config", "some.toml") == ["some.toml: has no table [tool.reportlint]"]


def test_files_of_one_run_have_settings_of_their_own(run: Run, place: Path) -> None:
    write(place / "reports" / "other" / "report.txt", FAULTY)
    write(place / "reports" / "other" / ".reportlint.yaml", "rules: {review-sum: off, NUM004: info}\nfail-on: info\n")
    assert found(run) == (1, ["info NUM004", *BOTH])


# What can be set.


def test_rules_by_name_code_and_group(run: Run, place: Path) -> None:
    write(place / ".reportlint.yaml", 'rules: {"NUM*": error, ari004: warning}\n')
    assert found(run) == (1, ["error NUM004", "warning ARI004"])


@pytest.mark.parametrize(
    "text",
    ['{"*": off, review-sum: on}', '{review-sum: on, "*": off}', '{"*": off, "review-*": warning, review-sum: error}'],
)
def test_what_says_more_counts_more_in_whatever_order(run: Run, place: Path, text: str) -> None:
    write(place / ".reportlint.yaml", f"rules: {text}\n")
    assert found(run) == (1, ["error ARI004"])


def test_options_are_laid_on_those_of_the_rule(run: Run, place: Path) -> None:
    write(place / "rules" / "no-slogans.yaml", RULE)
    write(place / ".reportlint.yaml", 'rules-folders: [rules]\nrules: {"*": off, XQ001: on}\n')
    assert found(run) == (0, ["warning XQ001"])
    write(
        place / ".reportlint.yaml",
        'rules-folders: [rules]\nrules: {"*": off, XQ001: {severity: on, options: {+patterns: [逐项]}}}\n',
    )
    assert found(run) == (0, ["warning XQ001"] * 3)
    values = told(run)
    assert values["rules.no-slogans.options.patterns"] == (
        '["重点事项", "逐项"]  # project, rules/no-slogans.yaml:9, .reportlint.yaml:2'
    )
    write(
        place / ".reportlint.yaml",
        'rules-folders: [rules]\nrules: {"*": off, XQ001: {severity: on, options: {patterns: [绝无]}}}\n',
    )
    assert found(run) == (0, [])


def test_rules_of_a_folder_are_for_the_reports_of_its_settings(run: Run, place: Path) -> None:
    write(place / "reports" / "own" / "rules" / "no-slogans.yaml", RULE)
    write(place / "reports" / "own" / "report.txt", MODEL)
    write(place / "reports" / "own" / ".reportlint.yaml", "rules-folders: [rules]\n")
    assert found(run) == (1, ["warning XQ001", *BOTH])
    # The report beside has no settings, and nothing is told of the rule.
    assert "rules.no-slogans.severity" in told(run, "reports/own/report.txt")
    assert "rules.no-slogans.severity" not in told(run, "reports/report.txt")


def test_profile_language_and_fail_on(run: Run, place: Path) -> None:
    write(place / ".reportlint.yaml", "profile: cn-disclosure-2021\nlanguage: en\nfail-on: never\n")
    status, out, _ = run("check", "--quiet", "--format", "concise", "reports")
    assert status == 0
    assert "error TAB008 format-version: " in "".join(out)
    assert " is " in "".join(out)
    assert found(run, "--profile", "cn-disclosure-2019", "--fail-on", "error") == (1, BOTH)


def test_overrides_are_for_some_files(run: Run, place: Path) -> None:
    write(place / "reports" / "archive" / "2019" / "old.txt", FAULTY)
    write(
        place / ".reportlint.yaml",
        "overrides:\n- {files: [reports/archive/], rules: {ARI004: off}}\n- {files: ['old.*'], rules: {NUM004: off}}\n",
    )
    assert found(run) == (1, BOTH)


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("*.txt", True), ("report.txt", True), ("reports", True), ("reports/", True), ("reports/*", True),
        ("r*/r?port.txt", True), ("**/report.txt", True), ("/reports/**", True), ("reports/**/report.txt", True),
        ("report[s]/[!x]*", True), ("report[!s]/*", False), ("eports", False), ("*", True), ("reports/r", False),
        ("*/txt", False), ("?eports/report.txt", True), ("reports/*/report.txt", False), ("report[.txt", False),
        ("report]txt", False), ("reports/report.tx[\\t]", True), ("Reports", False),
    ],
)  # fmt: skip
def test_patterns_of_paths(run: Run, place: Path, pattern: str, matched: bool) -> None:
    write(place / "reports" / "second.doc.txt", MODEL)
    text = json.dumps({"overrides": [{"files": [pattern], "rules": {"review-sum": "off"}}]})
    write(place / ".reportlint.yaml", text)
    assert found(run) == ((0, BOTH[:1]) if matched else (1, BOTH))


def test_excluded_files_are_left_out_of_folders_only(run: Run, place: Path) -> None:
    write(place / "reports" / "clean.txt", MODEL)
    write(place / ".reportlint.yaml", "exclude: [report.txt]\n")
    assert found(run) == (0, [])
    assert run("check", "--quiet", "reports/report.txt")[0] == 1
    write(place / ".reportlint.yaml", "exclude: [reports]\n")
    assert mistakes(run) == ["所有报告文件都被设置排除了 / every report file is excluded by the settings"]


def test_a_profile_may_set_rules(place: Path, run: Run) -> None:
    text = "id: county\nextends: cn-disclosure-2019\nyears: {from: 2019}\nrules: {review-sum: off, NUM004: info}\n"
    write(place / "pack" / "county" / "profile.yaml", text)
    shutil.copy(folder("rules") / "cn-disclosure-2019" / "model.txt", place / "pack" / "county" / "model.txt")
    county = ("--rules", "pack", "--profile", "county")
    assert found(run, *county) == (0, ["info NUM004"])
    assert found(run, "--rules", "pack", "--profile", "cn-disclosure-2019") == (1, BOTH)
    assert told(run, *county, "reports/report.txt")["rules.review-sum.severity"] == (
        '"off"  # profile, pack/county/profile.yaml:4'
    )
    write(place / ".reportlint.yaml", "rules: {ARI004: error}\n")
    assert found(run, *county) == (1, ["info NUM004", "error ARI004"])
    write(place / "pack" / "county" / "profile.yaml", text.replace("review-sum: off", "review-sun: off"))
    assert mistakes(run, *county) == [
        "pack/county/profile.yaml:4:9: no rule is called 'review-sun' (did you mean 'review-sum'?); "
        "see: reportlint rules"
    ]


# Extending.


def test_settings_extend_a_file_of_the_repository(run: Run, place: Path) -> None:
    write(place / "shared" / "county.yaml", "rules: {review-sum: off, NUM004: error}\nfail-on: never\nexclude: [a]\n")
    write(place / ".reportlint.yaml", "extends: shared/county.yaml\nrules: {NUM004: info}\n+exclude: [b]\n")
    assert found(run) == (0, ["info NUM004"])
    values = told(run)
    assert values["rules.review-sum.severity"] == '"off"  # extends, shared/county.yaml:1'
    assert values["exclude"] == '["a", "b"]  # project, shared/county.yaml:3, .reportlint.yaml:3'


def test_extended_files_may_extend_others_but_not_in_a_circle(run: Run, place: Path) -> None:
    write(place / "a.yaml", "extends: b.yaml\nrules: {review-sum: warning}\n")
    write(place / "b.yaml", "rules: {review-sum: off, NUM004: off}\n")
    write(place / ".reportlint.yaml", "extends: a.yaml\n")
    assert found(run) == (0, ["warning ARI004"])
    write(place / "b.yaml", "extends: a.yaml\n")
    assert mistakes(run) == [
        f"b.yaml:1:10: settings extend each other in a circle: {place}/.reportlint.yaml → {place}/a.yaml → "
        f"{place}/b.yaml → {place}/a.yaml"
    ]


def test_only_what_is_in_the_repository_can_be_named(run: Run, place: Path) -> None:
    write(place / ".reportlint.yaml", "extends: ../other.yaml\nrules-folders: [/etc, nowhere]\n")
    assert mistakes(run) == [
        f".reportlint.yaml:1:10: '../other.yaml' is outside of {place}, and settings may name only what is inside",
        f".reportlint.yaml:2:17: '/etc' is outside of {place}, and settings may name only what is inside",
        ".reportlint.yaml:2:23: there is no folder 'nowhere'",
    ]


def test_settings_that_cannot_be_read_are_a_mistake(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "pyproject.toml":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return original(path)

    write(place / "pyproject.toml", "[tool.reportlint]\n")
    monkeypatch.setattr(Path, "read_bytes", refused)
    assert mistakes(run) == ["pyproject.toml: cannot be read: Permission denied"]


def test_a_plugin_that_has_to_be_there_and_is_not_is_a_mistake(run: Run, place: Path) -> None:
    write(place / "packs" / "county" / "rules" / "no-slogans.yaml", RULE)
    write(place / "packs" / "county" / "pack.yaml", "name: county\napi: 1\n")
    write(place / "base.yaml", "plugins: [reportlint]\n")
    write(place / ".reportlint.yaml", "extends: base.yaml\n+plugins: [county, conty]\nrules: {XQ001: info}\n")
    assert mistakes(run, "--rules", "packs/county") == [
        ".reportlint.yaml:2:20: no plugin is called 'conty' (did you mean 'county'?); loaded: county, local, reportlint"
    ]
    write(place / ".reportlint.yaml", "extends: base.yaml\n+plugins: [county]\n")
    assert mistakes(run) == [".reportlint.yaml:2:12: no plugin is called 'county'; loaded: reportlint"]
    assert found(run, "--rules", "packs/county") == (1, ["warning XQ001", *BOTH])
    write(place / ".reportlint.yaml", "extends: base.yaml\nplugins: []\n")
    assert found(run) == (1, BOTH)
    assert told(run)["plugins"] == "[]  # project, .reportlint.yaml:2"


def test_a_file_above_is_named_in_short(run: Run, place: Path) -> None:
    write(place / "county.yaml", "rules: {review-sum: {severity: error, locked: true}}\n")
    write(place / "reports" / "own" / ".reportlint.yaml", "extends: ../../county.yaml\nrules: {review-sum: off}\n")
    write(place / "reports" / "own" / "report.txt", FAULTY)
    assert mistakes(run) == [
        "reports/own/.reportlint.yaml:2:21: the rule 'review-sum' is locked at county.yaml:1:47 (extends) "
        "with severity 'error', so it cannot be 'off'"
    ]


def test_settings_of_a_pack(run: Run, place: Path) -> None:
    write(place / "packs" / "county" / "rules" / "no-slogans.yaml", RULE)
    write(place / "packs" / "county" / "pack.yaml", "name: county\napi: 1\n")
    write(place / "packs" / "county" / "settings.yaml", "rules: {review-sum: off}\n")
    write(place / ".reportlint.yaml", "extends: pack:county\n")
    assert found(run, "--rules", "packs/county") == (0, ["warning XQ001", *BOTH[:1]])
    assert mistakes(run) == [
        ".reportlint.yaml:1:10: no pack is called 'county'; known: reportlint",
    ]
    write(place / ".reportlint.yaml", "extends: pack:reportlint\n")
    assert mistakes(run) == [".reportlint.yaml:1:10: the pack 'reportlint' brings no settings (settings.yaml)"]


def test_settings_may_stand_beside_the_rules_of_a_pack_that_has_nothing_else(run: Run, place: Path) -> None:
    write(place / "plain" / "no-slogans.yaml", RULE)
    write(place / "plain" / "settings.yaml", "rules: {XQ001: off}\n")
    write(place / ".reportlint.yaml", "extends: pack:local\n")
    assert found(run, "--rules", "plain") == (1, BOTH)


def test_a_folder_of_rules_that_is_loaded_already_is_not_loaded_again(place: Path) -> None:
    write(place / "rules" / "no-slogans.yaml", RULE)
    once: Extensions = with_folders(built_in(), [place / "rules"])
    assert with_folders(once, [place / "rules"]).packs == once.packs
    assert [pack for pack in once.packs if pack.name == "local"] == [Pack("local", place / "rules")]


# Locks.


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("rules: {review-sum: off}", "1:21: … with severity 'error', so it cannot be 'off'"),
        ("rules: {'ARI*': warning}", "1:17: … with severity 'error', so it cannot be 'warning'"),
        ("rules: {review-sum: {locked: false}}", "1:30: … so it cannot be unlocked"),
        ("rules: {review-sum: {options: {identities: [column-sum]}}}", "1:44: … so its options cannot be changed"),
        (
            "overrides: [{files: ['*'], rules: {review-sum: off}}]",
            "1:48: … with severity 'error', so it cannot be 'off'",
        ),
    ],
)
def test_what_is_locked_cannot_be_weakened(run: Run, place: Path, own: str, said: str) -> None:
    write(place / "shared.yaml", "rules:\n  review-sum: {severity: error, locked: true}\n")
    write(place / ".reportlint.yaml", f"{own}\nextends: shared.yaml\n")
    locked = "the rule 'review-sum' is locked at shared.yaml:2:41 (extends)"
    assert mistakes(run) == [f".reportlint.yaml:{said.replace('…', locked)}"]


@pytest.mark.parametrize("flag", [("--ignore", "review-sum"), ("--severity", "review-sum=info")])
def test_the_command_line_cannot_weaken_it_either(run: Run, place: Path, flag: tuple[str, str]) -> None:
    write(place / ".reportlint.yaml", "rules: {review-sum: {locked: true}}\n")
    word = "off" if flag[0] == "--ignore" else "info"
    assert mistakes(run, *flag) == [
        f"{flag[0]} {flag[1]}: the rule 'review-sum' is locked at .reportlint.yaml:1:30 (project) "
        f"with severity 'error', so it cannot be '{word}'"
    ]


def test_what_is_locked_may_be_raised_and_looked_past(run: Run, place: Path) -> None:
    write(place / "shared.yaml", "rules: {NUM004: {severity: info, locked: true}}\n")
    write(place / ".reportlint.yaml", "extends: shared.yaml\nrules: {NUM004: {severity: error, options: {}}}\n")
    assert found(run) == (1, ["error NUM004", BOTH[1]])
    assert found(run, "--select", "review-sum") == (1, BOTH[1:])
    assert told(run)["rules.cell-not-applicable.locked"] == "true  # extends, shared.yaml:1"


@pytest.mark.parametrize("locked", ["locked: true", "locked: [ARI004]", "locked: ['review-*']"])
def test_a_file_may_lock_several_rules_at_once(run: Run, place: Path, locked: str) -> None:
    write(place / "shared.yaml", f"rules: {{review-sum: error}}\n{locked}\n")
    write(
        place / ".reportlint.yaml", "extends: shared.yaml\nrules: {review-sum: info, NUM004: off}\nlocked: [nothing]\n"
    )
    assert [line.partition(" is locked at ")[0] for line in mistakes(run)] == [
        ".reportlint.yaml:2:21: the rule 'review-sum'",
        ".reportlint.yaml:3:10: no rule is called 'nothing'; see: reportlint rules",
    ]


def test_a_lock_is_for_all_files(run: Run, place: Path) -> None:
    write(place / ".reportlint.yaml", "overrides: [{files: [a], rules: {review-sum: {locked: true}}}]\n")
    assert mistakes(run) == [".reportlint.yaml:1:47: a rule is locked for all files, outside of 'overrides'"]


# Mistakes.


def test_all_mistakes_are_told_at_once(run: Run, place: Path) -> None:
    write(
        place / ".reportlint.yaml",
        """\
languge: zh
fail-on: maybe
profile: cn-disclosure-2020
rules:
  review-sun: off
  review-sum: loud
  ARI002: {severity: off, option: {}}
  column-sum: info
  XYZ*: off
  overview-topics: {options: {topcs: [], at: 1, +bodies: [township], +look: report}}
exclude: drafts
+fail-on: [error]
rules-folders: [1]
overrides:
- rules: {balance: off}
- {files: [a], language: zh, rules: {balanc: off}}
""",
    )
    keys = "exclude, extends, fail-on, language, locked, overrides, plugins, profile, rules, rules-folders"
    assert mistakes(run) == [
        f".reportlint.yaml:1:1: unknown key 'languge' (did you mean 'language'?); known: {keys}",
        ".reportlint.yaml:2:10: 'maybe' is not one of error, warning, info, never",
        ".reportlint.yaml:3:10: no profile is called 'cn-disclosure-2020' (did you mean 'cn-disclosure-2021'?); known: "
        "cn-disclosure-2019, cn-disclosure-2021",
        ".reportlint.yaml:5:3: no rule is called 'review-sun' (did you mean 'review-sum'?); see: reportlint rules",
        ".reportlint.yaml:6:15: 'loud' is not one of off, on, error, warning, info",
        ".reportlint.yaml:7:27: unknown key 'option' (did you mean 'options'?); known: locked, options, severity",
        ".reportlint.yaml:8:3: 'column-sum' and 'ARI002' are the same rule",
        ".reportlint.yaml:9:3: no rule is called 'XYZ*'; see: reportlint rules",
        ".reportlint.yaml:10:31: unknown key 'topcs' (did you mean 'topics'?); "
        "known: at, bodies, look, section, topics",
        ".reportlint.yaml:10:46: expected a text, found 1",
        ".reportlint.yaml:10:70: '+' adds to a list, and 'look' is none",
        ".reportlint.yaml:11:10: expected a list, found 'drafts'",
        ".reportlint.yaml:12:1: '+' adds to a list, and 'fail-on' is none",
        ".reportlint.yaml:13:17: expected a text, found 1",
        ".reportlint.yaml:15:3: the key 'files' is missing",
        ".reportlint.yaml:16:16: unknown key 'language'; known: fail-on, files, profile, rules",
        ".reportlint.yaml:16:38: no rule is called 'balanc' (did you mean 'balance'?); see: reportlint rules",
    ]


def test_mistakes_in_toml_are_told_at_their_place(run: Run, place: Path) -> None:
    write(
        place / "pyproject.toml",
        """\
[project]  # reportlint
name = '''a
b'''
[tool]
other.key = [1, {a = 2}, "]"]
[tool.reportlint]
languge = "zh"
"fail-on" = "maybe"
exclude = [
    "ok",  # a comment
    7,
]
rules.review-sun = "off"
rules.ARI004 = { severity = "loud", 'option' = 1 }

[[tool.reportlint.overrides]]
files = ["a"]
[[tool.reportlint.overrides]]
files = "b"
[tool.reportlint.overrides.rules]
balanc = "off"
""",
    )
    assert [line.removeprefix("pyproject.toml:").partition(" (")[0].partition(";")[0] for line in mistakes(run)] == [
        "7:1: unknown key 'languge'",
        "8:14: 'maybe' is not one of error, warning, info, never",
        "11:5: expected a text, found 7",
        "13:7: no rule is called 'review-sun'",
        "14:30: 'loud' is not one of off, on, error, warning, info",
        "14:37: unknown key 'option'",
        "19:10: expected a list, found 'b'",
        "21:1: no rule is called 'balanc'",
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("pyproject.toml", b"[tool.reportlint]\nx = = 1\n", "2:5: not TOML: Invalid value"),
        ("pyproject.toml", b"[tool.reportlint]\nx = '\xff'\n", " not UTF-8: byte 24"),
        ("pyproject.toml", b"[tool]\nreportlint = 1\n", "2:14: expected a mapping of keys to values, found 1"),
        (".reportlint.yaml", b"- a\n", "1:1: expected a mapping of keys to values, found a list"),
        (".reportlint.yaml", b"rules: [\n", "2:1: not YAML: did not find expected node content"),
        (".reportlint.yaml", b"1: 2\n", "1:1: a key has to be a word, found 1"),
        (
            ".reportlint.yaml",
            b"exclude: [a]\n+exclude: [b]\n",
            "2:1: 'exclude' is given as well: either replaces the list below or adds to it",
        ),
        (".reportlint.yaml", b"rules: {review-sum: }\n", "1:21: expected a text, found nothing"),
        (".reportlint.yaml", b"rules: {'*': off}\n", "no rule is left to run; see: reportlint rules"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used(run: Run, place: Path, name: str, content: bytes, said: str) -> None:
    (place / name).write_bytes(content)
    (line,) = mistakes(run)
    assert line.removeprefix(f"{name}:") == said


def test_options_that_do_not_go_together_are_told_at_the_rule(run: Run, place: Path) -> None:
    write(
        place / ".reportlint.yaml",
        "rules:\n  article-50:\n    options: {topics: [{words: [a]}]}\n",
    )
    assert mistakes(run) == [".reportlint.yaml:3:24: the option 'name' is missing"]


def test_a_rule_of_a_plugin_that_is_not_trusted_is_no_mistake(run: Run, place: Path) -> None:
    write(place / ".reportlint" / "plugins" / "shout.py", "REPORTLINT_API = 1\n")
    write(place / ".reportlint" / "rules" / "loud.yaml", RULE.replace("text-pattern", "shouting"))
    write(place / ".reportlint.yaml", "rules: {no-slogans: off}\n")
    status, _, err = run("check", "--quiet", "reports")
    assert (status, len(err)) == (3, 2)


# config, init.


def test_config_tells_each_value_and_where_it_was_set(run: Run, place: Path) -> None:
    write(place / ".reportlint.yaml", "fail-on: info\noverrides: [{files: [reports], rules: {review-sum: off}}]\n")
    values = told(run, "--severity", "NUM004=info", "--ignore", "ARI003", "reports/report.txt")
    own = folder("rules") / "common"
    assert {key: values[key] for key in ("profile", "fail-on", "language", "exclude", "rules.review-sum.severity")} == {
        "profile": "null  # built-in",
        "fail-on": '"info"  # project, .reportlint.yaml:1',
        "language": '"zh"  # built-in',
        "exclude": "[]  # built-in",
        "rules.review-sum.severity": '"off"  # overrides, .reportlint.yaml:2',
    }
    assert values["rules.cell-not-applicable.severity"] == '"info"  # command line, --severity NUM004=info'
    assert values["rules.balance.severity"] == '"off"  # command line, --ignore ARI003'
    assert values["rules.review-sum.options.identities"] == (
        f'["reconsideration-sum", "direct-sum", "after-sum"]  # built-in, {own}/review-sum.yaml:21'
    )
    assert values["rules.column-sum.severity"] == f'"error"  # built-in, {own}/column-sum.yaml:4'
    assert told(run)["rules.review-sum.severity"] == f'"error"  # built-in, {own}/review-sum.yaml:4'


def test_config_says_the_same_as_json(run: Run, place: Path) -> None:
    write(place / ".reportlint.yaml", "rules: {review-sum: off}\n")
    status, out, _ = run("config", "--format", "json", "--select", "review-sum,balance", "reports/report.txt")
    told = json.loads("\n".join(out))
    by_key = {value["key"]: value for value in told["values"]}
    assert (status, told["schema"], told["file"]) == (0, 1, "reports/report.txt")
    line = {"file": ".reportlint.yaml", "line": 1, "column": 21}
    given = "--select review-sum,balance"
    assert by_key["rules.review-sum.severity"] == {
        "key": "rules.review-sum.severity", "value": "error", "layer": "command line", "given": given, "places": [],
    }  # fmt: skip
    assert by_key["rules.column-sum.severity"]["value"] == "off"
    assert by_key["rules.unreadable.severity"]["value"] == "error"
    assert line not in by_key["rules.review-sum.severity"]["places"]


def test_config_of_a_file_that_is_not_there(run: Run) -> None:
    assert run("config", "nowhere.txt")[0] == 2


def test_config_where_a_form_sets_rules_needs_to_read_the_report(run: Run, place: Path) -> None:
    text = "id: county\nextends: cn-disclosure-2019\nyears: {from: 1990, to: 1991}\nrules: {review-sum: off}\n"
    write(place / "pack" / "county" / "profile.yaml", text)
    (place / "reports" / "broken.txt").write_bytes(b"\x00\x01\x02")
    assert run("config", "--rules", "pack", "reports/broken.txt")[0] == 3
    assert told(run, "--rules", "pack", "reports/report.txt")["rules.review-sum.severity"].startswith('"error"')


def test_init_writes_a_first_file_and_never_overwrites(run: Run, place: Path) -> None:
    assert run("init")[:2] == (0, [".reportlint.yaml"])
    text = (place / ".reportlint.yaml").read_text(encoding="utf-8")
    assert found(run) == (1, BOTH)
    assert run("init")[0] == 2
    assert (place / ".reportlint.yaml").read_text(encoding="utf-8") == text


def test_every_line_of_the_first_file_can_be_put_into_force(run: Run, place: Path) -> None:
    run("init")
    text = (place / ".reportlint.yaml").read_text(encoding="utf-8")
    lines = re.findall(r"^# ((?:[a-z-]+:(?!.*pack:)|  ).*\n)", text, re.MULTILINE)
    assert len(lines) == 12
    write(place / ".reportlint.yaml", "".join(lines))
    write(place / "shared" / "county.yaml", "# nothing\n")
    write(place / "rules" / "no-slogans.yaml", RULE)
    assert found(run) == (1, ["warning XQ001", *BOTH])


def test_where_nothing_can_be_written_init_says_so(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Path.open

    def opened(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == ".reportlint.yaml":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return original(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", opened)
    status, out, err = run("init")
    assert (status, out, len(err)) == (2, [], 1)
    assert err[0].endswith(".reportlint.yaml: cannot be written: Permission denied")


def test_the_same_library_is_used_where_the_same_counts(place: Path) -> None:
    checked = lint_bytes(place / "reports" / "report.txt", FAULTY.encode(), library())
    assert [diagnostic.code for diagnostic in checked.diagnostics] == ["NUM004", "ARI004"]
