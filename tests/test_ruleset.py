"""Rules read from YAML: mistakes at their place, and rules chosen by name, code and group."""

from pathlib import Path

import pytest

from loaded import library
from reportlint.cli import main
from reportlint.errors import ConfigError
from reportlint.ruleset import chosen

RULE = """\
id: no-apples
code: XYZ001
kind: sections
severity: error
profile: cn-disclosure
source: {zh: 甲, en: a}
why: {zh: 甲, en: a}
message: {zh: "缺少“{expected}”部分", en: "missing {expected}"}
options: {report: [section-missing]}
examples:
  - name: the last section is left out
    change:
      - {replace: "六、其他需要报告的事项\\n无其他需要报告的事项。\\n", by: ""}
    expect: ["65:48 error 缺少“六、其他需要报告的事项”部分"]
  - name: nothing is left out
    change: []
    expect: []
"""


def said(old: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Status and all that `reportlint test` prints of the rule with a change, without the folder."""
    assert RULE.count(old) == 1
    path = tmp_path / "rule.yaml"
    path.write_text(RULE.replace(old, new), encoding="utf-8")
    status = main(["test", str(path)])
    captured = capsys.readouterr()
    return status, (captured.err + captured.out).replace(f"{tmp_path}/", "").strip()


def test_a_rule_of_a_file_runs_its_examples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said("id: no-apples", "id: no-pears", tmp_path, capsys) == (0, "2 passed, 0 failed")


@pytest.mark.parametrize(
    ("old", "new", "place", "why"),
    [
        (
            "severity: error",
            "severity: error\nsevrity: x",
            "5:1",
            "unknown key 'sevrity' (did you mean 'severity'?); known: ",
        ),
        ("kind: sections", "kind: sektions", "3:7", "'sektions' is not one of "),
        ("[section-missing]", "section-missing", "9:19", "expected a list, found 'section-missing'"),
        ("{report: ", "{reprot: ", "9:11", "unknown key 'reprot' (did you mean 'report'?); known: report"),
        ("{report: [section-missing]}", "{}", "9:10", "the option 'report' is missing"),
        ("[section-missing]", "[section-mising]", "9:20", "'section-mising' is not one of "),
        ("severity: error", "severity: fatal", "4:11", "'fatal' is not one of info, warning, error"),
        ("severity: error", "severity: 3", "4:11", "expected a text, found 3"),
        ("severity: error", "severity: error\nseverity: info", "5:1", 'not YAML: found duplicate key "severity"'),
        (
            "profile: cn-disclosure",
            "profile: cn-disclosur",
            "5:10",
            "'cn-disclosur' is not one of cn-disclosure, cn-disclosure-2019, cn-disclosure-2021"
            " (did you mean 'cn-disclosure'?)",
        ),
        ("why: {zh: 甲, en: a}\n", "", "1:1", "the key 'why' is missing"),
        ("why: {zh: 甲, en: a}\n", "why: {zh: 甲}\n", "7:6", "the text in 'en' is missing"),
        ('en: "missing {expected}"}', "de: x}", "8:35", "unknown key 'de'; known: en, zh"),
        ("severity: error", "severity: error\nyears: {from: abc}", "5:15", "expected a whole number, found 'abc'"),
        ("severity: error", "severity: error\nmessages: {a: x}", "1:1", "a rule has either 'message' or 'messages'"),
        ("    expect: []\n", "", "15:5", "the key 'expect' is missing"),
        ("    expect: []\n", "    expect: none\n", "17:13", "expected a list, found 'none'"),
        (
            "    change: []\n",
            "    report: 甲\n    change: []\n",
            "15:5",
            "an example has either a report of its own or changes to a model",
        ),
        (
            "    change: []\n",
            "    model: cn-disclosure-2020\n",
            "16:12",
            "'cn-disclosure-2020' is not one of cn-disclosure-2019, cn-disclosure-2021",
        ),
        ("    change: []\n", "    change: [{replace: 甲}]\n", "16:14", "the key 'by' is missing"),
        ('["65:48 error 缺少“六、其他需要报告的事项”部分"]', "[]", "11:3", "no example shows what the rule reports"),
    ],
)
def test_a_mistake_in_a_rule_is_an_error_at_its_place(
    old: str, new: str, place: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = f"reportlint: rule.yaml:{place}: {why}"
    status, words = said(old, new, tmp_path, capsys)
    assert (status, words[: len(start)]) == (2, start)


@pytest.mark.parametrize(("old", "name"), [("id: no-apples", "section-missing"), ("code: XYZ001", "SEC001")])
def test_a_name_or_code_that_is_taken_is_an_error_naming_both(
    old: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, words = said(old, f"{old.split(':')[0]}: {name}", tmp_path, capsys)
    start = f"reportlint: rule.yaml: '{name}' is also the name or code of the rule in "
    assert (status, words[: len(start)]) == (2, start)
    assert words.endswith("section-missing.yaml")


def test_a_change_that_does_not_fit_the_model_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, words = said("change: []", "change: [{replace: 苹果, by: 梨}]", tmp_path, capsys)
    why = "example 'nothing is left out': '苹果' occurs 0 times in model.txt, not once"
    assert (status, words) == (2, f"reportlint: rule.yaml:15:5: {why}")


def test_a_word_in_braces_that_no_finding_fills_is_shown_by_the_examples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, words = said("缺少“{expected}”部分", "缺少“{expcted}”部分", tmp_path, capsys)
    assert (status, words.splitlines()[1:]) == (
        1,
        [
            "  - 65:48 error 缺少“六、其他需要报告的事项”部分",
            "  + 65:48 error 缺少“{expcted}”部分",
            "    65│ …将丰富解读方式，把群众常问的事项整理成问答；建立按月提醒制度，对逾期未报的站所及时督促。",
            "1 passed, 1 failed",
        ],
    )


@pytest.mark.parametrize("pattern", ["(", "(?=甲)", r"(a)\1", "[z-a]", "a{5000}"])
def test_a_pattern_that_re2_refuses_is_an_error_at_its_place(
    pattern: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rule.yaml"
    text = RULE.replace("kind: sections", "kind: text-pattern")
    path.write_text(text.replace("{report: [section-missing]}", f"{{patterns: ['甲', '{pattern}']}}"), encoding="utf-8")
    status = main(["test", str(path)])
    start = "reportlint: rule.yaml:9:28: RE2 refuses this pattern: "
    assert (status, capsys.readouterr().err.replace(f"{tmp_path}/", "")[: len(start)]) == (2, start)


# Choosing.


def names(*selectors: str) -> set[str]:
    return set(chosen(library().rules, selectors))


def test_rules_are_chosen_by_name_code_and_group() -> None:
    sections = {rule.name for rule in library().rules if rule.code.startswith("SEC")}
    assert names("row-sum") == names("ARI001") == names("ari001") == {"row-sum"}
    assert names("SEC*") == names("sec*") == sections
    assert names("SEC*", "row-sum") == sections | {"row-sum"}
    assert names("row-*") == {rule.name for rule in library().rules if rule.name.startswith("row-")}
    assert names("*") == {rule.name for rule in library().rules}


@pytest.mark.parametrize(
    ("selector", "why"),
    [
        ("row-sun", "no rule is called 'row-sun' (did you mean 'row-sum'?); see: reportlint rules"),
        ("ARI01", "no rule is called 'ARI01' (did you mean 'ARI001'?); see: reportlint rules"),
        ("XYZ*", "no rule is called 'XYZ*'; see: reportlint rules"),
        ("", "no rule is called ''; see: reportlint rules"),
    ],
)
def test_a_selector_without_a_rule_is_an_error(selector: str, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        names(selector)
    assert str(caught.value) == why


def test_codes_and_names_are_those_of_the_contract() -> None:
    for rule in library().rules:
        assert rule.path.stem == rule.name
    codes = [rule.code for rule in library().rules]
    assert codes == sorted(set(codes))
