"""Prose cut into clauses and figures, and the cells that an expression names."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportlint.builtin import folder
from reportlint.extension import Pack
from reportlint.identities import CellKey
from reportlint.profileset import load
from reportlint.prose import EXACT, INEXACT, Clause, Words, cells, clauses, cutter_for, expression

WORDS = Words(
    units=("件", "件次", "条", "次", "人次", "元", "年", "月"),
    money=("元",),
    numerals=("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"),
    tens=("十", "百", "千"),
    large=("万", "亿"),
    before=("约", "近", "第", "每"),
    before_tens=("数", "上"),
    after=("多", "余", "以上"),
    between=("至",),
)
TEMPLATES = {
    profile.id: {table.key: table for table in profile.tables}
    for profile in load([Pack("reportlint", folder("rules"))])
}


def masks(text: str) -> list[str]:
    return [clause.mask for clause in clauses(text, WORDS)]


def values(text: str) -> list[tuple[str, Decimal | None, str]]:
    """Text, value and unit of every figure."""
    return [(figure.text, figure.value, figure.unit) for clause in clauses(text, WORDS) for figure in clause.figures]


def test_a_mask_is_the_folded_text_without_white_space_in_which_figures_are_marks() -> None:
    text = "全年 受理申请 ９ 件（含上年结转2件），办结7件。"
    first, inner, last = clauses(text, WORDS)
    assert (first.mask, inner.mask, last.mask) == ("全年受理申请#件", "含上年结转#件", "办结#件")
    assert [(clause.depth, clause.mark) for clause in (first, inner, last)] == [(0, "("), (1, ")"), (0, "。")]
    figure = first.figures[0]
    assert (text[figure.start : figure.end], figure.value, figure.unit) == ("９", Decimal(9), "件")
    assert text[figure.stop - 1] == "件"


def test_sentences_and_segments_are_counted() -> None:
    counted = [(clause.mask, clause.sentence, clause.segment) for clause in clauses("共3条；其中，一。二！三", WORDS)]
    assert counted == [("共#条", 0, 0), ("其中", 0, 1), ("一", 0, 1), ("二", 1, 2), ("三", 2, 3)]


def test_an_enumeration_comma_separates_only_behind_a_figure_with_its_unit() -> None:
    assert masks("行政复议、行政诉讼5件、复议3件、") == ["行政复议、行政诉讼#件", "复议#件"]


def test_words_between_latin_letters_keep_their_space() -> None:
    assert masks("Requests received: 12 in all.  None") == ["Requests received", "# in all", "None"]


def test_marks_that_stand_for_figures_are_not_taken_from_the_text() -> None:
    assert masks("#1 和 ~2 件") == ["#和#件"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,200条", [("1,200", Decimal(1200), "条")]),
        ("12.5%", [("12.5", Decimal("12.5"), "%")]),
        ("三件", [("三", Decimal(3), "件")]),
        ("一百零五件次", [("一百零五", Decimal(105), "件次")]),
        ("0.5万元", [("0.5", Decimal("0.5"), "万元")]),
        ("总数10件", [("10", Decimal(10), "件")]),
        ("5,9条", [("5", Decimal(5), ""), ("9", Decimal(9), "条")]),
        ("一是加强", []),
        ("共计（一）", []),
    ],
)
def test_exact_figures(text: str, expected: list[tuple[str, Decimal | None, str]]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "100多条",
        "80余件",
        "5件以上",
        "约5件",
        "近 5 件",
        "第3条",
        "第三条",
        "数十件",
        "1.4万次",
        "三四件",
        "5，100条",
        "A5件",
        "2.0.5条",
    ],
)
def test_figures_that_are_not_exact_have_no_value(text: str) -> None:
    assert [value for _, value, _ in values(text)] == [None] * len(values(text))
    assert values(text)


def test_ranges_have_no_value() -> None:
    assert masks("3-5件，3至5件，1月1日至12月31日") == ["~-~件", "~至~件", "#月#日至#月#日"]


TEXTS = st.text(alphabet="共公开条件月年0123456789０９一三十百,，。；;：（）()、 .%#~约多至万元A\n", max_size=60)


@given(TEXTS)
def test_clauses_follow_one_another_and_figures_are_where_they_say(text: str) -> None:
    end = 0
    for clause in clauses(text, WORDS):
        assert end <= clause.start < clause.end <= len(text)
        end = clause.end
        assert len(re.findall(f"[{EXACT}{INEXACT}]", clause.mask)) == len(clause.figures)
        for figure in clause.figures:
            assert clause.start <= figure.start < figure.end <= figure.stop <= clause.end
            assert text[figure.start : figure.end] == figure.text
            assert cutter_for(WORDS).has_figures(text)


@given(TEXTS)
def test_every_mark_of_a_mask_leads_to_its_figure(text: str) -> None:
    def behind(clause: Clause) -> list[bool]:
        return [
            (clause.marked(place).value is not None) == (sign == EXACT)
            for place, sign in enumerate(clause.mask)
            if sign in (EXACT, INEXACT)
        ]

    assert all(all(behind(clause)) for clause in clauses(text, WORDS))


def test_an_expression_names_cells_and_sums_of_groups() -> None:
    terms = expression("requests/new[total] - requests/sum(results.unavailable)[total]")
    assert cells(terms, TEMPLATES["cn-disclosure-2019"]) == (
        (1, CellKey("requests", "new", "total")),
        (-1, CellKey("requests", "results.unavailable.not-held", "total")),
        (-1, CellKey("requests", "results.unavailable.not-existing", "total")),
        (-1, CellKey("requests", "results.unavailable.unclear", "total")),
    )


def test_an_expression_without_its_cells_in_the_form_has_none() -> None:
    terms = expression("requests/sum(results.other)[total]")
    assert cells(terms, TEMPLATES["cn-disclosure-2019"]) is None
    assert len(cells(terms, TEMPLATES["cn-disclosure-2021"]) or ()) == 3


def test_a_sum_leaves_totals_out() -> None:
    found = cells(expression("requests/sum(results)[total]"), TEMPLATES["cn-disclosure-2019"])
    assert found is not None
    assert CellKey("requests", "results.total", "total") not in [key for _, key in found]


@pytest.mark.parametrize(
    "text", ["", "new[total]", "requests/new", "requests/new[total] requests/new[total]", "a/b[c] +"]
)
def test_a_text_that_names_no_cell_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no cell"):
        expression(text)
