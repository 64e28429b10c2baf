"""Mutants of rules: which there are, and which the examples of a rule notice."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaded import library
from reportlint import plugins
from reportlint.diagnostic import Severity, Text
from reportlint.engine import Library, load
from reportlint.errors import ConfigError
from reportlint.mutation import Score, alternatives, as_line, changes, scores
from reportlint.rule import Pattern
from reportlint.testing import with_rules

# Terms of options.


@pytest.mark.parametrize(
    ("pattern", "flags", "parts"),
    [
        ("a", "", ["a"]),
        ("a|b|c", "", ["a", "b", "c"]),
        ("|a", "", ["", "a"]),
        ("(?i)(?s)a|b", "(?i)(?s)", ["a", "b"]),
        ("(?:a|b)c|d", "", ["(?:a|b)c", "d"]),
        (r"\||\(|a", "", [r"\|", r"\(", "a"]),
        ("[|(]|[]|]|[^]|]|b", "", ["[|(]", "[]|]", "[^]|]", "b"]),
        (r"[\]|]|[[:^alpha:]|]", "", [r"[\]|]", "[[:^alpha:]|]"]),
        (r"\Qa|b\E|c|\Qd|e", "", [r"\Qa|b\E", "c", r"\Qd|e"]),
    ],
)
def test_a_pattern_is_cut_at_the_bars_outside_of_all_brackets(pattern: str, flags: str, parts: list[str]) -> None:
    assert alternatives(pattern) == (flags, parts)


@given(st.text(alphabet=r"ab|()[]\QE^:?i", max_size=20))
def test_the_alternatives_of_any_pattern_joined_again_are_the_pattern(pattern: str) -> None:
    flags, parts = alternatives(pattern)
    assert flags + "|".join(parts) == pattern


@dataclass(frozen=True, kw_only=True)
class Part:
    name: Text
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.words == ("broken",):
            raise ValueError("a part has to be whole")


@dataclass(frozen=True, kw_only=True)
class Options:
    parts: tuple[Part, ...]
    pattern: Pattern
    choice: Literal["one", "two", "three"]
    choices: tuple[Literal["one", "two", "three"], ...]
    named: Mapping[str, Severity]
    most: int = 20
    least: int = 0
    share: Decimal = Decimal("0.5")
    strict: bool = False
    unless: Pattern | None = None
    only: tuple[str, ...] = ()
    scope: str = "text"
    unsaid: int = 3


GIVEN = {
    "parts": [{"name": "甲", "words": ["a", "broken"]}, {"name": "乙"}],
    "pattern": "a|b",
    "choice": "three",
    "choices": ["one", "three"],
    "named": {"x": "warning", "y": "error"},
    "most": 3,
    "least": 0,
    "share": 0.75,
    "strict": True,
    "unless": "c",
    "only": ["z"],
    "scope": "prose",
}
VALUE = Options(
    parts=(Part(name=Text("甲", "甲"), words=("a", "broken")), Part(name=Text("乙", "乙"))),
    pattern=Pattern("a|b"),
    choice="three",
    choices=("one", "three"),
    named={"x": Severity.WARNING, "y": Severity.ERROR},
    most=3,
    share=Decimal("0.75"),
    strict=True,
    unless=Pattern("c"),
    only=("z",),
    scope="prose",
)


def test_every_term_that_a_rule_states_is_changed_once() -> None:
    assert [change.name for change in changes(VALUE, GIVEN, Options)] == [
        "parts[1] dropped",
        "parts[1].words[1] dropped: a",
        "parts[1].words[2] dropped: broken",
        "parts[1].words lifted",
        "parts[2] dropped",
        "pattern alternative 1 dropped: a",
        "pattern alternative 2 dropped: b",
        "choice one for three",
        "choices[1] dropped: one",
        "choices[1] two for one",
        "choices[2] dropped: three",
        "named.x dropped",
        "named.x error for warning",
        "named.y dropped",
        "named.y info for error",
        "most 4 for 3",
        "most 2 for 3",
        "most lifted",
        "least 1 for 0",
        "share 0.76 for 0.75",
        "share 0.74 for 0.75",
        "share lifted",
        "strict false for true",
        "unless lifted",
        "only[1] dropped: z",
        "scope lifted",
    ]


@pytest.mark.parametrize(
    ("name", "option", "expected"),
    [
        ("parts[1] dropped", "parts", VALUE.parts[1:]),
        ("parts[1].words lifted", "parts", (Part(name=Text("甲", "甲")), VALUE.parts[1])),
        ("pattern alternative 1 dropped: a", "pattern", Pattern("b")),
        ("choices[1] two for one", "choices", ("two", "three")),
        ("named.x error for warning", "named", {"x": Severity.ERROR, "y": Severity.ERROR}),
        ("named.y dropped", "named", {"x": Severity.WARNING}),
        ("share 0.74 for 0.75", "share", Decimal("0.74")),
        ("share lifted", "share", Decimal("0.5")),
        ("strict false for true", "strict", False),
        ("unless lifted", "unless", None),
    ],
)
def test_a_change_leaves_all_else_as_it_is(name: str, option: str, expected: Any) -> None:
    (change,) = [change for change in changes(VALUE, GIVEN, Options) if change.name == name]
    made = change.made()
    assert getattr(made, option) == expected
    assert {key: value for key, value in vars(made).items() if key != option} == {
        key: value for key, value in vars(VALUE).items() if key != option
    }


def test_a_change_that_cannot_be_loaded_raises() -> None:
    (change,) = [change for change in changes(VALUE, GIVEN, Options) if change.name == "parts[1].words[1] dropped: a"]
    with pytest.raises(ValueError, match="a part has to be whole"):
        change.made()


# Rules.

RULE = """\
id: no-slogans
code: XYZ001
kind: text-pattern
severity: warning
profile: cn-disclosure
years: {from: 2020, to: 2020}
source: 甲
why: 甲
messages: {found: "“{found}”是口号"}
options: {patterns: [再上新台阶, 再创佳绩], scope: overview}
examples:
  - name: a slogan
    change: [{replace: 重点事项逐项列单、逐项落实。, by: 推动工作再上新台阶。}]
    expect: ["6:39 warning “再上新台阶”是口号"]
"""


def told(score: Score) -> list[tuple[str, bool, bool]]:
    return [(mutant.name, mutant.noticed, mutant.refused) for mutant in score.mutants]


def own(tmp_path: Path, text: str, known: Library | None = None) -> Score:
    """The score of a rule of one's own."""
    path = tmp_path / "rule.yaml"
    path.write_text(text, encoding="utf-8")
    (score,) = scores(*with_rules(known or library(), [path]))
    return score


def test_a_mutant_is_noticed_where_an_example_comes_out_otherwise(tmp_path: Path) -> None:
    score = own(tmp_path, RULE)
    assert told(score) == [
        ("options.patterns[1] dropped: 再上新台阶", True, False),
        ("options.patterns[2] dropped: 再创佳绩", False, False),
        ("options.scope lifted", False, False),
        ("years.from 2021 for 2020", True, False),
        ("years.from 2019 for 2020", False, False),
        ("years.from lifted", False, False),
        ("years.to 2021 for 2020", False, False),
        ("years.to 2019 for 2020", True, False),
        ("years.to lifted", False, False),
    ]
    assert [as_line(score, mutant).replace(f"{tmp_path}/", "") for mutant in score.unnoticed[:3]] == [
        "rule.yaml:10:29: no-slogans: options.patterns[2] dropped: 再创佳绩",
        "rule.yaml:10:43: no-slogans: options.scope lifted",
        "rule.yaml:6:15: no-slogans: years.from 2019 for 2020",
    ]


def test_a_mutant_that_cannot_be_loaded_counts_as_noticed(tmp_path: Path) -> None:
    text = (
        RULE.replace("text-pattern", "years")
        .replace("messages: {found:", "messages: {text:")
        .replace(
            "{patterns: [再上新台阶, 再创佳绩], scope: overview}",
            "{mentions: [{pattern: '^(?P<year>\\d+)年,|(\\d+)年度', within: [overview]}], sentence-end: 。}",
        )
        .replace("years: {from: 2020, to: 2020}\n", "")
        .replace(
            "重点事项逐项列单、逐项落实。, by: 推动工作再上新台阶。", "'2020年，我镇以群众', by: '2019年，我镇以群众'"
        )
        .replace("6:39 warning “再上新台阶”是口号", "6:1 warning “2019”是口号")
    )
    assert told(own(tmp_path, text)) == [
        ("options.mentions[1] dropped", True, False),
        ("options.mentions[1].pattern alternative 1 dropped: ^(?P<year>\\d+)年,", True, True),
        ("options.mentions[1].pattern alternative 2 dropped: (\\d+)年度", False, False),
        ("options.mentions[1].within[1] dropped: overview", True, False),
    ]


def test_a_rule_whose_examples_do_not_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        own(tmp_path, RULE.replace("6:39", "6:40"))
    why = "the example 'a slogan' does not hold, so it tells nothing; see: reportlint test"
    assert str(caught.value) == f"{tmp_path}/rule.yaml:12:5: {why}"


def test_a_rule_without_options_has_no_mutants(tmp_path: Path) -> None:
    (score,) = scores(library(), [library().rule("total-missing")])
    assert told(score) == []


# Identities.


def test_an_identity_that_the_forms_share_is_changed_term_by_term() -> None:
    (score,) = scores(library(), [library().rule("balance")])
    assert told(score) == [
        ("options.identities[1] dropped: balance", True, False),
        *(
            (f"identity balance: {words}", True, False)
            for words in (
                "<= for =",
                ">= for =",
                "new dropped",
                "- for + at new",
                "carried-in dropped",
                "- for + at carried-in",
                "results.total dropped",
                "- for + at results.total",
                "carried-out dropped",
                "- for + at carried-out",
                "at lifted",
            )
        ),
    ]


PROFILE = """\
id: our-form
extends: cn-disclosure-2021
years: {from: 2010, to: 2012}
tables:
  active:
    identities:
      few: {each: row, rows: [regulations, documents], formula: 2 * issued - 1 = repealed + 3, tolerance: 2.5}
      both: {formula: "licences[decisions] >= 5 <=> charges[fees] + 1 >= 2"}
      either: {formula: "penalties[decisions] <= 80 if compulsion[decisions] - licences[decisions] >= 0"}
"""


# What one example with many licences can tell, and what it cannot.
NOTICED = [
    "options.identities[1] dropped: few",
    "options.identities[2] dropped: both",
    "few: row regulations dropped",
    "few: row documents dropped",
    "few: <= for =",
    "few: issued dropped",
    "few: - for + at issued",
    "few: 3 for 2 at issued",
    "few: 1 for 2 at issued",
    "few: 0 for -1",
    "few: -2 for -1",
    "few: repealed dropped",
    "few: - for + at repealed",
    "few: 4 for 3",
    "few: 2 for 3",
    "both: = for >=",
    "both: <= for >=",
    "both: licences[decisions] dropped",
    "both: - for + at licences[decisions]",
    "both: 6 for 5",
    "both: 4 for 5",
    "both: <=> <= for >=",
    "both: <=> 2 for 1",
    "both: <=> 1 for 2",
    "both: if for <=>",
    "both: <=> dropped",
    "either: = for <=",
    "either: >= for <=",
]
UNNOTICED = [
    "options.identities[3] dropped: either",
    "few: >= for =",
    "few: tolerance 2.6 for 2.5",
    "few: tolerance 2.4 for 2.5",
    "few: tolerance lifted",
    "both: <=> = for >=",
    "both: <=> charges[fees] dropped",
    "both: <=> - for + at charges[fees]",
    "both: <=> 0 for 1",
    "both: <=> 3 for 2",
    "either: penalties[decisions] dropped",
    "either: - for + at penalties[decisions]",
    "either: 81 for 80",
    "either: 79 for 80",
    "either: if = for >=",
    "either: if <= for >=",
    "either: if compulsion[decisions] dropped",
    "either: if - for + at compulsion[decisions]",
    "either: if licences[decisions] dropped",
    "either: if + for - at licences[decisions]",
    "either: if 1 for 0",
    "either: if -1 for 0",
    "either: <=> for if",
    "either: if dropped",
]


def test_numbers_tolerances_rows_and_conditions_are_changed(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    model = next(form.path.parent / "model.txt" for form in library().profiles if form.id == "cn-disclosure-2021")
    report = model.read_text(encoding="utf-8").replace("2023年", "2011年").replace("2024年", "2012年")
    (tmp_path / "pack" / "model.txt").write_text(report, encoding="utf-8")
    known = load(plugins.load(installed=False, folders=[tmp_path / "pack"]))
    rule = RULE[: RULE.index("years:")].replace("text-pattern", "identity").replace("cn-disclosure", "our-form")
    rule += (
        "source: 甲\n"
        "why: 甲\n"
        'messages: {sum: "{sentence}", relation: "{sentence}", culprit: "{first}"}\n'
        "options: {identities: [few, both, either]}\n"
        "examples:\n"
        "  - name: many licences\n"
        "    change: [{replace: 行政许可 | 0 |, by: 行政许可 | 9 |}]\n"
        "    expect:\n"
        "      - 15:6 warning 2×0 + -1 = -1，但 0 + 3 = 3\n"
        "      - 16:11 warning 2×0 + -1 = -1，但 0 + 3 = 3\n"
        "      - 19:8 warning 行政许可为 9，但 5\n"
    )
    score = own(tmp_path, rule, known)
    assert [mutant.name.removeprefix("identity ") for mutant in score.mutants if mutant.noticed] == NOTICED
    assert [mutant.name.removeprefix("identity ") for mutant in score.unnoticed] == UNNOTICED


@pytest.mark.slow
def test_the_examples_of_the_built_in_rules_notice_all_but_few_mutants() -> None:
    found = list(scores(library(), library().rules))
    mutants, unnoticed = sum(len(score.mutants) for score in found), sum(len(score.unnoticed) for score in found)
    assert mutants > 1000
    assert unnoticed / mutants < 0.05
