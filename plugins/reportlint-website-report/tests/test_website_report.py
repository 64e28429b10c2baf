"""The pack as a folder of data and as an installed package: what it reads, what it says, and what it leaves alone."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from packs import PackUnderTest, installed
from reportlint.diagnostic import Tally
from reportlint.examples import examples
from reportlint.profile import Profile
from reportlint.rule import Example, Rule
from reportlint.testing import outcome

TOP = Path(__file__).parents[1]
PACK = PackUnderTest(TOP / "src" / "reportlint_website_report")
MODEL, check, document = PACK.model, PACK.check, PACK.document


def library_profile() -> Profile:
    return next(profile for profile in PACK.library.profiles if profile.id == "website-report-2018")


def said(text: str) -> list[str]:
    return [diagnostic.rule for diagnostic in check(text).diagnostics]


@pytest.mark.parametrize(
    ("rule", "example"), PACK.examples, ids=[f"{rule.name}: {example.name}" for rule, example in PACK.examples]
)
def test_example(rule: Rule, example: Example) -> None:
    assert outcome(PACK.library, rule, example) == example.expect


@pytest.mark.parametrize("rule", PACK.rules, ids=lambda rule: rule.name)
def test_every_rule_shows_what_it_reports_and_what_it_leaves_alone(rule: Rule) -> None:
    assert {bool(example.expect) for example in examples(rule, PACK.library.profiles)} == {True, False}


def test_the_model_report_is_clean_and_nothing_of_it_was_left_open() -> None:
    checked = check(MODEL)
    assert (checked.profile, checked.year, checked.agency) == ("website-report-2018", 2023, "青禾县人民政府办公室")
    assert (checked.diagnostics, checked.complete) == ((), True)
    assert (checked.rules.failed, checked.rules.undecided) == (0, 0)
    assert checked.identities == Tally(held=10)


def test_the_package_is_data_and_the_profile_is_short() -> None:
    assert [path.name for path in PACK.folder.rglob("*") if path.suffix == ".py"] == []
    assert len((PACK.folder / "rules" / "profile.yaml").read_text(encoding="utf-8").splitlines()) <= 150


# Layouts.


def rows(text: str) -> list[list[str]]:
    """The cells of the model report, row by row."""
    table = text[text.index("\t") : text.index("\n\n\n")]
    return [[line.strip("\t") for line in row.splitlines()] for row in table.split("\n\n")]


def relaid(write: Callable[[list[list[str]]], str]) -> str:
    head, tail = MODEL[: MODEL.index("\t")], MODEL[MODEL.index("\n\n\n") :]
    return f"{head}{write(rows(MODEL))}{tail}"


def between_bars(table: list[list[str]]) -> str:
    return "\n".join(f"{' | '.join(row)} |" for row in table)


def framed_by_bars(table: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in table)


def on_a_grid(table: list[list[str]]) -> str:
    """Four columns, as a merged table is converted: what is merged stands once, the rest of it is empty."""
    depths = [len(row.path) for row in library_profile().table("form").data_rows]
    lines = []
    for row, depth in zip(table, depths, strict=True):
        *labels, value = row
        above = [""] * (depth - len(labels))
        lines.append(" | ".join((*above, *labels, *[""] * (3 - depth), value)) + " |")
    return "\n".join(lines)


@pytest.mark.parametrize("write", [between_bars, framed_by_bars, on_a_grid])
def test_every_layout_gives_the_same_cells_and_no_diagnostic(write: Callable[[list[list[str]]], str]) -> None:
    text = relaid(write)
    expected = {key: cell.cell.text for key, cell in document(MODEL).table("form").cells.items()}
    assert {key: cell.cell.text for key, cell in document(text).table("form").cells.items()} == expected
    assert check(text).diagnostics == ()


def test_the_head_may_stand_on_one_line_and_be_spread_out() -> None:
    head = "青 禾 县 人 民 政 府 门 户 网 站 政府网站工作年度报表 （ ２０２３ 年度 ）\n"
    text = re.sub(r"\A.*\n.*\n.*\n", head, MODEL)
    assert said(text) == []
    assert document(text).year == 2023


def test_units_behind_figures_and_labels_without_units_are_understood() -> None:
    text = re.sub(r"（单位：.）", "", MODEL).replace("\t40318", "\t40,318 个").replace("\t3.5", "\t3.5天")
    assert said(text) == []


# One mistake, one diagnostic.


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("\t总数\n\t4210", "\t总数\n\t4219", ["website-sum"]),
        ("\t1507", "\t15070", ["website-online"]),
        ("\t自然人办件量\n\t21460", "\t自然人办件量\n\t二万余", ["website-not-a-number"]),
        ("\t自然人办件量\n\t21460\n\n", "", ["website-row-missing"]),
        ("\t17\n\n\t问题整改", "\t-17\n\n\t问题整改", ["website-range"]),
        ("（公章）\n填报日期：2024年1月12日", "（公章）\n填报日期：2024年3月1日", ["website-deadline"]),
        ("\t3312270001", "\t33122700", ["website-code"]),
        ("√政府门户网站 □部门网站", "√政府门户网站 √部门网站", ["website-kind"]),
        ("\t总数（单位：条）\n\t57", "\t总数（单位：条）\n\t", ["website-total-missing"]),
        ("\t是否提供智能问答\n\t√是 □否", "\t是否提供智能问答\n\t√是 √否", ["website-answer"]),
    ],
)
def test_one_mistake_is_one_diagnostic(old: str, new: str, expected: list[str]) -> None:
    assert MODEL.count(old) == 1
    assert said(MODEL.replace(old, new)) == expected


def test_a_form_that_lost_its_cells_is_never_clean() -> None:
    prose = "".join(f"{' '.join(row)}\n" for row in rows(MODEL))
    checked = check(MODEL[: MODEL.index("\t")] + prose)
    assert not checked.complete or checked.diagnostics


def test_another_kind_of_report_is_left_to_its_own_form() -> None:
    profile = next(profile for profile in PACK.library.profiles if profile.id == "cn-disclosure-2021")
    text = (profile.path.parent / "model.txt").read_text(encoding="utf-8")
    assert (check(text).profile, check(text).diagnostics) == ("cn-disclosure-2021", ())


# Installed.


def test_an_installed_package_is_found_by_its_entry_point(tmp_path: Path) -> None:
    report = installed(TOP, tmp_path, MODEL)
    assert (report["profile"], report["diagnostics"]) == ("website-report-2018", [])
