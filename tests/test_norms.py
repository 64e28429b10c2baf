"""Norms as data: read from YAML, named by rules, chosen by, listed by `reportlint coverage`."""

import json
from datetime import date
from pathlib import Path

import pytest

from loaded import library
from reportlint.cli import main
from reportlint.coverage import as_text, covered
from reportlint.diagnostic import Text
from reportlint.errors import ConfigError
from reportlint.norms import Instrument, Norms, Obligation
from reportlint.ruleset import chosen

NORMS = """\
instruments:
  notice:
    name: {zh: 编制通知, en: Notice}
    short: [通知]
    numbers: [青政办〔2020〕3号]
    from: 2020-01-01
    to: 2023-12-31
    articles: 9
    replaced-by: later
  later: {name: 新的编制通知}
obligations:
  notice:
    notice-1: {article: 第一条, duty: 写明监督电话。}
    notice-2: {article: 第二条, duty: {zh: 抄送, en: Send a copy.}, by-hand: 报告里看不出来。, from: 2021-01-01}
    notice-3: {article: 第三条, duty: 不写口号。, to: 2022-12-31}
"""
RULE = """\
id: hotline
code: XYZ001
kind: text-pattern
severity: warning
profile: cn-disclosure
source: 编制通知第一条
norms: [notice-1]
why: 群众要知道向谁反映。
messages: {missing: 没有监督电话}
options: {patterns: [电话], least: 1}
examples:
  - {name: no number, change: [], expect: ["69:9 warning 没有监督电话"]}
"""


def written(folder: Path, norms: str = NORMS, rule: str = RULE) -> Path:
    (folder / "norms.yaml").write_text(norms, encoding="utf-8")
    (folder / "hotline.yaml").write_text(rule, encoding="utf-8")
    return folder


def test_norms_are_read_from_the_top_of_each_folder(tmp_path: Path) -> None:
    norms = Norms((written(tmp_path), tmp_path, tmp_path / "nowhere"))
    notice = Instrument(
        "notice",
        Text("编制通知", "Notice"),
        ("通知",),
        ("青政办〔2020〕3号",),
        date(2020, 1, 1),
        date(2023, 12, 31),
        9,
        "later",
    )
    assert dict(norms.instruments) == {
        "notice": notice,
        "later": Instrument("later", Text("新的编制通知", "新的编制通知"), (), (), None, None, None),
    }
    one = Text("第一条", "第一条")
    first, last = date(2020, 1, 1), date(2023, 12, 31)
    assert norms.obligations["notice-1"] == Obligation(
        "notice-1", notice, one, Text("写明监督电话。", "写明监督电话。"), None, first, last
    )
    second, third = norms.obligations["notice-2"], norms.obligations["notice-3"]
    assert (second.by_hand, second.first) == (Text("报告里看不出来。", "报告里看不出来。"), date(2021, 1, 1))
    assert (third.first, third.last) == (first, date(2022, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2019, 1, 1), date(2019, 12, 31), False),
        (date(2019, 1, 1), date(2020, 1, 1), True),
        (date(2023, 12, 31), date(2024, 5, 1), True),
        (date(2024, 1, 1), date(2024, 5, 1), False),
    ],
)
def test_an_instrument_is_in_force_on_its_first_and_last_day(
    start: date, end: date, expected: bool, tmp_path: Path
) -> None:
    instruments = Norms((written(tmp_path),)).instruments
    assert instruments["notice"].in_force(start, end) is expected
    assert instruments["later"].in_force(start, end)


@pytest.mark.parametrize(
    ("old", "new", "place", "why"),
    [
        ("to: 2023-12-31", "to: 2023-13-01", "7:9", "expected a day such as 2019-05-15, found '2023-13-01'"),
        ("to: 2023-12-31", "to: 2023", "7:9", "expected a text, found 2023"),
        ("articles: 9", "articles: nine", "8:15", "expected a whole number, found 'nine'"),
        ("articles: 9", "artikles: 9", "8:5", "unknown key 'artikles' (did you mean 'articles'?); known: "),
        (
            "replaced-by: later",
            "replaced-by: latter",
            "9:18",
            "'latter' is not one of notice, later (did you mean 'later'",
        ),
        ("{name: 新的编制通知}", "{short: [甲]}", "10:10", "the key 'name' is missing"),
        (
            "obligations:\n  notice:",
            "obligations:\n  notise:",
            "12:3",
            "no instrument is called 'notise' (did you mean ",
        ),
        ("{article: 第一条, duty: 写明监督电话。}", "{article: 第一条}", "13:15", "the key 'duty' is missing"),
        ("instruments:", "instrument:", "1:1", "unknown key 'instrument' (did you mean 'instruments'?); known: "),
    ],
)
def test_a_mistake_in_norms_is_an_error_at_its_place(
    old: str, new: str, place: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert NORMS.count(old) == 1
    folder = written(tmp_path, NORMS.replace(old, new))
    start = f"reportlint: {folder / 'norms.yaml'}:{place}: {why}"
    assert main(["test", str(folder)]) == 2
    assert capsys.readouterr().err[: len(start)] == start


def test_the_same_norm_in_two_files_is_an_error_naming_both(tmp_path: Path) -> None:
    folders = (tmp_path / "one", tmp_path / "two")
    for folder in folders:
        folder.mkdir()
        written(folder)
    with pytest.raises(ConfigError) as caught:
        _ = Norms(folders).instruments
    one, two = (folder / "norms.yaml" for folder in folders)
    assert str(caught.value) == f"{two}: the norm 'notice' is also in {one}"


def test_a_file_may_hold_obligations_under_the_instruments_of_another(tmp_path: Path) -> None:
    (tmp_path / "norms.yaml").write_text(
        "obligations: {fees: {city-fees: {article: 第一条, duty: 逐笔列明。}}}\n", encoding="utf-8"
    )
    norms = Norms((*library().norms.folders, tmp_path))
    assert norms.obligations["city-fees"].instrument == library().norms.instruments["fees"]
    (tmp_path / "norms.yaml").write_text("instruments: {}\n", encoding="utf-8")
    assert Norms((tmp_path,)).obligations == {}


# Rules and their norms.


def test_the_norms_of_a_folder_are_those_its_rules_may_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(written(tmp_path))]) == 0
    assert main(["test", str(tmp_path / "hotline.yaml")]) == 0
    capsys.readouterr()
    rule = RULE.replace("[notice-1]", "[notice-1, notice-4]")
    assert main(["test", str(written(tmp_path, rule=rule))]) == 2
    assert capsys.readouterr().err == (
        f"reportlint: {tmp_path / 'hotline.yaml'}:7:19: "
        "no obligation is called 'notice-4' (did you mean 'notice-3'?); see: reportlint coverage\n"
    )


def test_built_in_rules_name_their_norms_and_those_about_the_check_itself_have_none() -> None:
    without = [rule.name for rule in library().rules if not rule.norms]
    assert without == [rule.name for rule in library().rules if rule.code.startswith(("ENG", "WAI"))]


def test_built_in_obligations_that_nothing_checks_are_known() -> None:
    left = [
        name for (name, *_), rules in ((found.obligation, found.rules) for found in covered(library())) if not rules
    ]
    assert left == ["regulation-49-1-submission", "letter-2021-30-copying", "fees-counting", "fees-tariff"]
    by_hand = [norm.id for norm in library().norms.obligations.values() if norm.by_hand]
    assert by_hand == ["regulation-49-1-submission", "letter-2021-30-copying", "fees-counting"]


def test_rules_are_chosen_by_the_obligation_that_they_check() -> None:
    rules = library().rules
    assert chosen(rules, ["norm:regulation-50-1-4"]) == {
        "article-50",
        "perfunctory",
        "section-empty",
        "section-missing",
    }
    group = {rule.name for rule in rules if any(norm.startswith("regulation-49") for norm in rule.norms)}
    assert chosen(rules, ["norm:regulation-49*"]) == group
    assert "deadline" in group
    assert chosen(rules, ["norm:fees-statement", "row-sum"]) == {"fee-statement", "row-sum"}


@pytest.mark.parametrize(
    ("selector", "why"),
    [
        (
            "norm:regulation-50-1-9",
            "no rule checks the norm 'regulation-50-1-9' (did you mean 'regulation-50-1-5'?); see: reportlint coverage",
        ),
        (
            "norm:fees-tariff",
            "no rule checks the norm 'fees-tariff'; see: reportlint coverage",
        ),
        ("norm:xyz*", "no rule checks the norm 'xyz*'; see: reportlint coverage"),
    ],
)
def test_a_norm_that_no_rule_checks_cannot_be_chosen(selector: str, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        chosen(library().rules, [selector])
    assert str(caught.value) == why


def test_norms_are_read_only_where_somebody_asks_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rules").mkdir()
    folder = written(tmp_path / "rules", "no: norms\n")
    (tmp_path / "report.txt").write_text(
        (library().profiles[0].path.parent / "model.txt").read_text(encoding="utf-8"), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    check = ["check", "--rules", "rules", "--quiet", "--format", "concise", "--lang", "zh", "report.txt"]
    assert main([*check, "--select", "hotline"]) == 0
    assert capsys.readouterr().out == "report.txt:69:9: warning XYZ001 hotline: 没有监督电话\n"
    why = f"reportlint: {folder.name}/norms.yaml:1:1: unknown key 'no'; known: instruments, obligations\n"
    for arguments in (
        [*check, "--select", "norm:fees*"],
        [*check, "--select", "citation"],
        ["coverage", "--rules", "rules"],
        ["explain", "--rules", "rules", "row-sum"],
    ):
        assert main(arguments) == 2
        assert capsys.readouterr().err == why


# What `reportlint coverage` prints.


def test_coverage_lists_every_obligation_with_its_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(written(tmp_path))
    assert main(["coverage", "--rules", ".", "--lang", "zh"]) == 0
    lines = capsys.readouterr().out.splitlines()
    start = lines.index("编制通知 青政办〔2020〕3号")
    assert lines[start : start + 8] == [
        "编制通知 青政办〔2020〕3号",
        "  notice-1  第一条  写明监督电话。",
        "    → XYZ001 hotline",
        "  notice-2  第二条  抄送",
        "    → 人工核对：报告里看不出来。",
        "  notice-3  第三条  不写口号。",
        "    → 没有规则检查",
        "",
    ]
    built = covered(library())
    checked = sum(bool(found.rules) for found in built)
    assert lines[-1] == f"义务 {len(built) + 3} 项：规则检查 {checked + 1} 项，人工核对 4 项，没有检查 2 项。"


def test_coverage_can_be_read_by_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(written(tmp_path))
    assert main(["coverage", "--rules", ".", "--lang", "en", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == 1
    assert sorted(row["id"] for row in found["obligations"]) == sorted(
        [*library().norms.obligations, "notice-1", "notice-2", "notice-3"]
    )
    assert [row for row in found["obligations"] if row["id"] in ("notice-1", "notice-2")] == [
        {
            "id": "notice-1", "instrument": "Notice", "numbers": ["青政办〔2020〕3号"], "article": "第一条",
            "duty": "写明监督电话。", "from": "2020-01-01", "to": "2023-12-31", "by-hand": None, "rules": ["hotline"],
        },
        {
            "id": "notice-2", "instrument": "Notice", "numbers": ["青政办〔2020〕3号"], "article": "第二条",
            "duty": "Send a copy.", "from": "2021-01-01", "to": "2023-12-31", "by-hand": "报告里看不出来。",
            "rules": [],
        },
    ]  # fmt: skip


def test_coverage_of_nothing_is_a_sum_of_nothing() -> None:
    assert list(as_text((), "en")) == ["\n0 obligations: 0 checked by rules, 0 by hand, 0 by nothing.\n"]
