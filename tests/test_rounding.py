"""Figures rounded one by one: what rounding explains is silent, what it does not is one error at its cell."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from loaded import library_with
from reportlint.engine import Library, lint_bytes, load
from reportlint.plugins import load as load_plugins
from reportlint.testing import trials

FORM = Path(__file__).resolve().parent / "forms" / "rounded"
CENT = Decimal("0.01")


@cache
def library() -> Library:
    found = library_with(FORM)
    return replace(found, selected=(found.rule("rounded-sums"),))


def test_the_examples_of_its_rule() -> None:
    every = load(load_plugins(installed=False, folders=[FORM]))
    own = [rule for rule in every.rules if rule.path.is_relative_to(FORM)]
    assert [(trial.example.name, trial.got) for trial in trials(every, own) if not trial.passed] == []


def table(amounts: list[list[int]]) -> list[list[Decimal]]:
    """The rounded figures in 万元: a row for each office, then the total. amounts: In 元, three for each office."""
    rows = [[*row, sum(row)] for row in amounts]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    return [[(Decimal(amount) / 10000).quantize(CENT, ROUND_HALF_UP) for amount in row] for row in rows]


def report(figures: list[list[Decimal]]) -> str:
    names = [*(f"第{number}所" for number in range(1, len(figures))), "总计"]
    lines = [" | ".join(map(str, (name, *row))) for name, row in zip(names, figures, strict=True)]
    head = "青禾县财政局2023年取整统计表\n\n一、金额\n各单位金额表\n单位 | 人员 | 公用 | 项目 | 合计 |\n"
    return head + "".join(f"{line} |\n" for line in lines)


amounts = st.lists(st.lists(st.integers(0, 10**8), min_size=3, max_size=3), min_size=1, max_size=20)


@given(amounts=amounts)
def test_what_rounding_explains_is_silent(amounts: list[list[int]]) -> None:
    checked = lint_bytes(Path("report.txt"), report(table(amounts)).encode(), library())
    assert (checked.diagnostics, checked.identities.undecided) == ((), 0)


@given(amounts=amounts, data=st.data())
def test_one_wrong_figure_is_one_error_at_its_cell(amounts: list[list[int]], data: st.DataObject) -> None:
    figures = table(amounts)
    row, column = data.draw(st.integers(0, len(figures) - 1)), data.draw(st.integers(0, 3))
    right = figures[row][column]
    wrong = data.draw(
        st.integers(0, 10**6).map(lambda cents: cents * CENT).filter(lambda amount: abs(amount - right) > 1)
    )
    figures[row][column] = wrong
    text = report(figures)
    checked = lint_bytes(Path("report.txt"), text.encode(), library())
    assert checked.source is not None
    found = [
        (
            checked.source.position(item.span.start)[0],
            item.found,
            abs(Decimal(item.expected or 0) - right) < Decimal("0.2"),
        )
        for item in checked.diagnostics
    ]
    assert found == [(row + 6, str(wrong), True)]
