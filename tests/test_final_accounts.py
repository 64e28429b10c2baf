"""The form of departments' final accounts: nine tables alike in their labels, known by their titles, tied together."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packs import PackUnderTest
from reportlint.testing import trials

TOP = Path(__file__).resolve().parents[1]
PACK = PackUnderTest(TOP / "plugins" / "reportlint-final-accounts" / "src" / "reportlint_final_accounts")
MODEL = PACK.model
FIGURES = [match.span() for match in re.finditer(r"(?<=\| )\d+\.\d\d(?= \|)|^\d+\.\d\d(?= \|)", MODEL, re.MULTILINE)]


def said(text: str) -> list[tuple[str, int]]:
    """The rule and the place of every error."""
    checked = PACK.check(text)
    return [(item.rule, item.span.start) for item in checked.diagnostics if item.severity.word == "error"]


def bound(text: str) -> dict[str, int]:
    """How many cells each table has."""
    return {key: len(table.cells) for key, table in PACK.document(text).binding.tables.items()}


CELLS = {
    "totals": 36,
    "income": 112,
    "expense": 96,
    "fiscal": 60,
    "general": 39,
    "basic": 42,
    "three-public": 12,
    "fund": 24,
    "capital": 0,
}


def test_the_examples_of_its_rules() -> None:
    own = [rule for rule in PACK.library.rules if rule.plugin == "final-accounts"]
    assert len(own) == 18
    assert [(trial.example.name, trial.got) for trial in trials(PACK.library, own) if not trial.passed] == []


def test_tables_of_the_same_labels_are_told_by_their_titles() -> None:
    assert bound(MODEL) == CELLS


def test_tables_in_one_section_are_told_by_the_lines_above_them() -> None:
    lines = MODEL.splitlines(keepends=True)
    in_one = [re.sub(r"^[三四五六七八九十]、(?=.*表$)", "", line) for line in lines]
    assert bound("".join(in_one)) == CELLS


def test_a_table_that_goes_on_without_its_title_or_header_is_one() -> None:
    place = MODEL.index("30201 | 办公费")
    assert bound(f"{MODEL[:place]}\n\n{MODEL[place:]}") == CELLS


def test_numbers_of_rows_and_columns_may_stand_beside_them() -> None:
    first, last = MODEL.index("项目 | 决算数 | 项目"), MODEL.index("\n三、收入决算表")
    lines = MODEL[first:last].splitlines()
    numbered = ["项目 | 行次 | 决算数 | 项目 | 行次 | 决算数 |", "栏次 | | 1 | 栏次 | | 2 |"]
    for number, line in enumerate(lines[1:], start=1):
        left, income, right, expense = (cell.strip() for cell in line.split("|")[:4])
        numbered.append(f"{left} | {number} | {income} | {right} | {number + 30} | {expense} |")
    text = MODEL[:first] + "\n".join(numbered) + "\n" + MODEL[last:]
    assert (bound(text), said(text)) == (CELLS, [])


@given(data=st.data(), cents=st.integers(300, 10**6))
def test_a_wrong_figure_is_one_error(data: st.DataObject, cents: int) -> None:
    start, end = data.draw(st.sampled_from(FIGURES))
    wrong = Decimal(MODEL[start:end]) + Decimal(cents) / 100
    assert len(said(f"{MODEL[:start]}{wrong}{MODEL[end:]}")) == 1


@pytest.mark.slow
def test_each_wrong_figure_is_one_error_nearly_always_at_its_cell() -> None:
    found = Counter[tuple[int, bool]]()
    for start, end in FIGURES:
        errors = said(f"{MODEL[:start]}{Decimal(MODEL[start:end]) + Decimal('7.77')}{MODEL[end:]}")
        found[len(errors), any(place == start for _, place in errors)] += 1
    # The others stand in a sum of their own, whose total is told.
    assert found == {(1, True): 351, (1, False): 31}
