"""The examples that live with the rules: what a rule says of each is compared whole."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from loaded import library
from reportlint.diagnostic import Diagnostic, Edit, Finding, Fix, Safety, Text
from reportlint.document import Document
from reportlint.engine import Library, lint_bytes
from reportlint.errors import ConfigError
from reportlint.examples import example_text, examples
from reportlint.extension import Fixer
from reportlint.rule import Change, Example, Rule
from reportlint.testing import Trial, told, trials, with_rules

RULE = """\
id: no-slogans
code: XYZ001
kind: text-pattern
severity: warning
profile: cn-disclosure
source: 甲
why: 甲
messages: {found: "“{found}”是口号"}
options: {patterns: [再上新台阶, 再创佳绩], scope: overview}
examples:
"""
SPOKEN = """\
  - name: a slogan
    change:
      - {replace: 重点事项逐项列单、逐项落实。, by: 推动工作再上新台阶。}
    expect: ["6:39 warning “再上新台阶”是口号"]
"""


def own(tmp_path: Path, text: str, known: Library | None = None) -> tuple[Library, Sequence[Rule]]:
    """The rule of the text above with these examples, beside the built-in ones."""
    path = tmp_path / "no-slogans.yaml"
    path.write_text(RULE + text, encoding="utf-8")
    return with_rules(known or library(), [path])


def tried(tmp_path: Path, text: str, known: Library | None = None) -> list[Trial]:
    return list(trials(*own(tmp_path, text, known)))


def failures(found: Sequence[Trial], tmp_path: Path) -> list[str]:
    """All that is told of those that do not hold, without the folder."""
    return [line.replace(f"{tmp_path}/", "") for trial in found if not trial.passed for line in told(trial)]


# The built-in rules.


@pytest.mark.parametrize("rule", library().rules, ids=lambda rule: rule.name)
def test_the_examples_of_a_rule_hold(rule: Rule) -> None:
    assert failures(list(trials(library(), [rule])), Path()) == []


@pytest.mark.parametrize("rule", library().rules, ids=lambda rule: rule.name)
def test_every_rule_shows_what_it_reports_and_what_it_leaves_alone(rule: Rule) -> None:
    found = examples(rule, library().profiles)
    if rule.kind.name == "engine" and not found:
        return  # a crash cannot be shown by a report
    assert {bool(example.expect) for example in found} == {True, False}


@pytest.mark.parametrize("profile", library().profiles, ids=lambda profile: profile.id)
def test_the_model_reports_are_clean(profile: object) -> None:
    path = profile.path.parent / "model.txt"  # type: ignore[attr-defined]
    assert lint_bytes(path, path.read_bytes(), library()).diagnostics == ()


# One example for many items.


def test_an_example_runs_once_for_each_item_with_its_words_put_in(tmp_path: Path) -> None:
    text = SPOKEN + (
        "  - name: said at the end\n"
        "    each: [再上新台阶, 再创佳绩]\n"
        "    change: [{replace: 全年收到并办理网民留言12件, by: '{each}'}]\n"
        "    expect: ['10:48 warning “{each}”是口号']\n"
        "    fixed: [{replace: '{each}', by: 办理留言12件}]\n"
    )
    known, (rule,) = own(tmp_path, text)
    found = examples(rule, known.profiles)
    assert [example._asdict() for example in found[1:]] == [
        Example(
            "said at the end",
            "cn-disclosure-2019",
            (Change("全年收到并办理网民留言12件", word),),
            "",
            (f"10:48 warning “{word}”是口号",),
            (Change(word, "办理留言12件"),),
            word,
            (15, 5),
        )._asdict()
        for word in ("再上新台阶", "再创佳绩")
    ]
    assert [example.title for example in found] == [
        "a slogan",
        "said at the end: 再上新台阶",
        "said at the end: 再创佳绩",
    ]
    assert failures(list(trials(known, [rule])), tmp_path) == []


def test_the_items_of_an_example_may_put_in_several_words_each(tmp_path: Path) -> None:
    text = SPOKEN + (
        "  - name: somewhere\n"
        "    each: [{word: 再上新台阶, column: 3}, {word: 再创佳绩, column: 3}]\n"
        "    report: '政府信息公开工作年度报告\n\n      一、总体情况\n\n      我镇{word}。'\n"
        "    expect: ['3:{column} warning “{word}”是口号']\n"
        "    fixed: 政府信息公开工作年度报告\n"
    )
    known, (rule,) = own(tmp_path, text)
    runs = examples(rule, known.profiles)[1:]
    assert [(run.title, run.report[-5:], run.expect, run.fixed) for run in runs] == [
        (
            "somewhere: 再上新台阶, 3",
            "上新台阶。",
            ("3:3 warning “再上新台阶”是口号",),
            "政府信息公开工作年度报告",
        ),
        (
            "somewhere: 再创佳绩, 3",
            "再创佳绩。",
            ("3:3 warning “再创佳绩”是口号",),
            "政府信息公开工作年度报告",
        ),
    ]
    assert failures(list(trials(known, [rule])), tmp_path) == []


@pytest.mark.parametrize(
    ("added", "place", "why"),
    [
        ("    each: []\n", "16:11", "an example for each of nothing never runs"),
        ("    each: [甲, 乙]\n", "16:12", "nothing in the example has {each}, which stands for the item"),
        ("    each: [甲, 甲]\n    report: '{each}'\n", "16:15", "'甲' stands twice"),
        (
            "    each: [{a: 甲}, {b: 乙}]\n    report: '{a}'\n",
            "16:20",
            "this item has the keys b, the first a",
        ),
        ("    each: [true]\n    report: '{each}'\n", "16:12", "expected a text, found true or false"),
        ("    each: 甲\n", "16:11", "expected a list, found '甲'"),
        ("    fixed: []\n", "16:12", "there is nothing to mend where the rule says nothing"),
        ("    every: [甲]\n", "16:5", "unknown key 'every'; known: change, each, expect, fixed, model, name, report"),
    ],
)
def test_a_mistake_in_an_example_is_an_error_at_its_place(added: str, place: str, why: str, tmp_path: Path) -> None:
    text = f"{SPOKEN}  - name: no slogan\n{added}    expect: []\n"
    with pytest.raises(ConfigError) as caught:
        tried(tmp_path, text)
    assert str(caught.value) == f"{tmp_path}/no-slogans.yaml:{place}: {why}"


def test_two_examples_of_one_name_are_an_error_at_the_second(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        tried(tmp_path, SPOKEN * 2)
    assert str(caught.value) == f"{tmp_path}/no-slogans.yaml:15:11: another example is called 'a slogan' already"


# What does not hold.


def test_an_example_that_does_not_hold_is_told_with_the_lines_of_the_report(tmp_path: Path) -> None:
    text = (
        "  - name: two slogans\n"
        "    change:\n"
        '      - {replace: 重点事项逐项列单、逐项落实。, by: "再上\\x07新台阶，再上新台阶，再创佳绩。"}\n'
        '    expect: ["1:1 warning 甲", "6:48 warning “再创佳绩”是口号", "99:0 warning 乙"]\n'
    )
    assert failures(tried(tmp_path, text), tmp_path) == [
        "no-slogans.yaml:11: no-slogans: two slogans",
        "  - 1:1 warning 甲",
        "  + 6:42 warning “再上新台阶”是口号",
        "    6:48 warning “再创佳绩”是口号",
        "  - 99:0 warning 乙",
        "    1│ 青禾县云溪镇人民政府2020年政府信息公开工作年度报告",
        "    6│ …群众看得懂、找得到、用得上为目标推进政府信息公开，再上\\x07新台阶，再上新台阶，再创佳绩。",
    ]


def test_a_fixed_report_of_which_the_rule_still_speaks_is_told(tmp_path: Path) -> None:
    text = SPOKEN + "    fixed: [{replace: 再上新台阶, by: 再创佳绩}]\n"
    assert failures(tried(tmp_path, text), tmp_path) == [
        "no-slogans.yaml:11: no-slogans: a slogan",
        "  of the report when it is fixed, the rule still says:",
        "  + 6:39 warning “再创佳绩”是口号",
    ]


def test_a_fix_of_what_does_not_stand_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        tried(tmp_path, SPOKEN + "    fixed: [{replace: 苹果, by: 梨}]\n")
    assert str(caught.value) == (
        f"{tmp_path}/no-slogans.yaml:11:5: example 'a slogan': "
        "'苹果' occurs 0 times in the report to be fixed, not once"
    )


def mending(safety: Safety, words: str) -> Library:
    """The library with a fixer that puts these words for what a pattern found."""

    def fix(document: Document, finding: Finding) -> Fix | None:
        return Fix(safety, Text("改", "mend"), (Edit(finding.span, words),))

    extensions = library().extensions._replace(fixers=(Fixer("mender", "text-pattern", fix),))
    return replace(library(), extensions=extensions)


@pytest.mark.parametrize("safety", ["safe", "unsafe"])
def test_the_fixes_of_a_rule_have_to_give_the_fixed_report(safety: Safety, tmp_path: Path) -> None:
    text = SPOKEN + "    fixed: [{replace: 推动工作再上新台阶。, by: 推动工作。}]\n"
    assert failures(tried(tmp_path, text, mending(safety, "")), tmp_path) == []
    (failure,) = [
        failures(tried(tmp_path, text, mending(safety, "向前")), tmp_path),
    ]
    assert failure == [
        "no-slogans.yaml:11: no-slogans: a slogan",
        "  the fixes of the rule give another text than the example:",
        "  - 2020年，我镇以群众看得懂、找得到、用得上为目标推进政府信息公开，推动工作。",
        "  + 2020年，我镇以群众看得懂、找得到、用得上为目标推进政府信息公开，推动工作向前。",
    ]


def test_a_fix_that_is_only_to_be_looked_at_is_not_made(tmp_path: Path) -> None:
    text = SPOKEN + "    fixed: [{replace: 推动工作再上新台阶。, by: 推动工作。}]\n"
    assert failures(tried(tmp_path, text, mending("display", "向前")), tmp_path) == []


@pytest.mark.parametrize("rule", library().rules, ids=lambda rule: rule.name)
def test_a_rule_gives_no_other_fixes_than_it_says(rule: Rule) -> None:
    found = {
        diagnostic.fix.safety
        for example in examples(rule, library().profiles)
        for diagnostic in checked_example(rule, example)
        if diagnostic.fix is not None
    }
    assert found <= set(rule.fixes)


def checked_example(rule: Rule, example: Example) -> list[Diagnostic]:
    known = library()
    text = example_text(example, rule, known.profiles)
    checked = lint_bytes(Path("example.txt"), text.encode("utf-8"), replace(known, selected=known.rules))
    return [diagnostic for diagnostic in checked.diagnostics if diagnostic.rule == rule.name]
