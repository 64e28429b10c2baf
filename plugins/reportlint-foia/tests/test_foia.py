"""The pack as a folder of data and as an installed package: what it reads, what it says, and what it leaves alone."""

import re
from pathlib import Path

import pytest

from packs import PackUnderTest, installed
from reportlint.diagnostic import Tally
from reportlint.examples import examples
from reportlint.rule import Example, Rule
from reportlint.testing import outcome

TOP = Path(__file__).parents[1]
PACK = PackUnderTest(TOP / "src" / "reportlint_foia")
MODEL, check, document = PACK.model, PACK.check, PACK.document


def said(text: str) -> list[tuple[str, str]]:
    return [(diagnostic.rule, diagnostic.message.en) for diagnostic in check(text).diagnostics]


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
    assert (checked.profile, checked.year, checked.agency) == ("us-foia", 2023, "Department of Waterways")
    assert (checked.diagnostics, checked.complete, checked.rules) == ((), True, Tally(held=11))
    assert (checked.identities.failed, checked.identities.undecided) == (0, 0)


def test_the_package_is_data() -> None:
    assert [path.name for path in PACK.folder.rglob("*") if path.suffix == ".py"] == []


def test_charts_with_the_same_columns_are_told_apart_by_their_section() -> None:
    tables = document(MODEL).binding.tables
    assert {key: len(table.rows) for key, table in tables.items()} == {
        "received": 4,
        "disposition": 4,
        "other-reasons": 3,
        "exemptions": 4,
        "appeals": 3,
        "appeals-disposition": 3,
        "appeals-exemptions": 3,
        "appeals-reasons": 3,
        "appeals-other-reasons": 2,
        "appeals-days": 3,
        "appeals-oldest": 2,
    }


def test_tabs_for_bars_give_the_same_cells() -> None:
    text = re.sub(r" \|$", "", MODEL, flags=re.MULTILINE).replace(" | ", "\t").replace(" |\t", "\t\t")
    cells = [
        {key: {cell: bound.cell.text for cell, bound in table.cells.items()} for key, table in tables.items()}
        for tables in (document(MODEL).binding.tables, document(text).binding.tables)
    ]
    assert cells[0] == cells[1]


def test_charts_of_other_sections_are_left_alone_though_their_columns_are_known() -> None:
    days = ("Median Number of Days", "Average Number of Days", "Lowest Number of Days", "Highest Number of Days")
    chart = f"Agency / Component | {' | '.join(days)} |"
    section = f"VII. FOIA REQUESTS: RESPONSE TIME\n{chart}\nAGENCY OVERALL | 900 | 20 | 1 | 30 |\n\nXII. BACKLOGS"
    assert said(MODEL.replace("XII. BACKLOGS", section)) == []


def test_a_wrong_cell_is_found_by_its_row_its_column_and_the_other_chart() -> None:
    assert said(MODEL.replace("Bureau of Rivers | 4 | 61 | 60 | 5 |", "Bureau of Rivers | 4 | 61 | 66 | 5 |")) == [
        (
            "foia-pending",
            "“Number of Requests Processed in Fiscal Year” of “Bureau of Rivers” is 66, it should be 60: "
            "Number of Requests Pending as of End of Fiscal Year is 5, but 4 + 61 − 66 = -1",
        )
    ]


def test_a_fiscal_year_that_is_named_nowhere_is_the_last_that_had_ended_when_the_report_was_made() -> None:
    profile = document(MODEL).profile
    dates = [("2023-09-30", 2022), ("2023-10-01", 2023), ("2024-02-28", 2023)]
    assert [profile.year_ended(type(profile.last_day(2023)).fromisoformat(day)) for day, _ in dates] == [
        year for _, year in dates
    ]


def test_an_installed_package_is_found_by_its_entry_point(tmp_path: Path) -> None:
    report = installed(TOP, tmp_path, MODEL)
    assert (report["profile"], report["diagnostics"]) == ("us-foia", [])
