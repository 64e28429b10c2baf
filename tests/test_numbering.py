"""How forms number: a style from its first number, marks read and written, what a mark is an instance of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportlint.numbering import UNNUMBERED, Numbering, Style, style
from reportlint.numerals import Numerals

CHINESE = Numerals(("〇○零", "一", "二两", "三", "四", "五", "六", "七", "八", "九"), ("十", "百", "千"))


def numbering(sections: str, *levels: str, others: tuple[str, ...] = (), inline: str = "") -> Numbering:
    return Numbering(CHINESE, styles(sections)[0], styles(*others), styles(*levels), inline)


def styles(*firsts: str) -> list[Style]:
    return [found for first in firsts if (found := style(first, CHINESE))]


OFFICIAL = numbering("一、", "（一）", "1.", "（1）", others=("1、", "第一部分"), inline="一是")
ROMAN = numbering("I.", "A.", "(1)")


@pytest.mark.parametrize(
    ("first", "fourth"),
    [
        ("一、", "四、"),
        ("（一）", "（四）"),
        ("1.", "4."),
        ("第一部分", "第四部分"),
        ("Part I:", "Part IV:"),
        ("(a)", "(d)"),
    ],
)
def test_the_first_number_shows_how_all_are_written(first: str, fourth: str) -> None:
    found = style(first, CHINESE)
    assert found is not None
    assert (found.mark(1), found.mark(4)) == (first, fourth)


@pytest.mark.parametrize("text", ["", "二、", "Article", "§"])
def test_what_is_no_first_number_shows_nothing(text: str) -> None:
    assert style(text, CHINESE) is None


@pytest.mark.parametrize(
    ("form", "text", "numbered", "length", "number"),
    [
        (OFFICIAL, "一、总体情况", True, 2, 1),
        (OFFICIAL, " ## 十二. 总体情况", True, 8, 12),
        (OFFICIAL, "3、总体情况", False, 2, 3),
        (OFFICIAL, "第三部分 总体情况", False, 5, 3),
        (OFFICIAL, "五存在的问题", False, 0, 5),
        (OFFICIAL, "总体情况", False, 0, None),
        (ROMAN, "VI. Appeals", True, 4, 6),
        (ROMAN, "C. Reasons", False, 0, None),
        (ROMAN, "IMPROVEMENTS", False, 0, None),
        (ROMAN, "IIII. Appeals", True, 6, None),
        (UNNUMBERED, "1. Appeals", False, 0, None),
    ],
)
def test_marks_of_sections(form: Numbering, text: str, numbered: bool, length: int, number: int | None) -> None:
    assert (form.is_numbered(text), form.mark_length(text), form.number(text)) == (numbered, length, number)


@pytest.mark.parametrize(
    ("form", "text", "length", "number", "level"),
    [
        (OFFICIAL, "(三)公开情况", 3, 3, 1),
        (OFFICIAL, "3、公开情况", 2, 3, 2),
        (OFFICIAL, "(3)公开情况", 3, 3, 3),
        (OFFICIAL, "三、公开情况", 2, 3, 0),
        (ROMAN, "C. Reasons", 3, 3, 1),
        (ROMAN, "(2) Reasons", 4, 2, 2),
    ],
)
def test_marks_below_sections(form: Numbering, text: str, length: int, number: int, level: int) -> None:
    assert form.below(text) == (length, number)
    assert form.level(text[:length].strip()) == level


def test_text_without_a_mark_is_of_no_level() -> None:
    assert (OFFICIAL.below("公开情况"), OFFICIAL.level("公开"), UNNUMBERED.level("1.")) == ((0, None), 4, 1)


def test_a_mark_with_another_number_keeps_the_rest_of_it() -> None:
    assert [OFFICIAL.like(mark, 12) for mark in ("（三）", "(三)", "3、", "（3）", "三、")] == [
        "（十二）",
        "(十二)",
        "12、",
        "（12）",
        "十二、",
    ]
    assert OFFICIAL.like("甲", 2) == "甲"


def test_brackets_are_as_wide_as_the_form_has_them() -> None:
    assert (OFFICIAL.wide("(三)"), ROMAN.wide("(3)")) == ("（三）", "(3)")


@pytest.mark.parametrize(
    ("mark", "well_formed", "another"),
    [("三、", True, False), ("三.", True, False), ("3、", False, True), ("第三部分", False, True), ("", False, False)],
)
def test_a_mark_is_of_the_form_s_style_or_of_another(mark: str, well_formed: bool, another: bool) -> None:
    assert (OFFICIAL.is_well_formed(mark), OFFICIAL.is_of_another(mark)) == (well_formed, another)


def test_a_list_within_a_paragraph_that_counts_like_sections_is_found_where_the_form_says_how_it_counts() -> None:
    text = "主要做法：一、抓学习；二、抓落实。"
    assert (OFFICIAL.list_within(text), ROMAN.list_within(text)) == ((5, 7), None)
    assert OFFICIAL.list_within("主要做法：一、抓学习。") is None


@given(st.sampled_from([OFFICIAL, ROMAN]), st.integers(1, 39))
def test_the_number_of_a_mark_reads_back(form: Numbering, value: int) -> None:
    heading = f"{form.mark(value)} 情况"
    assert (form.is_numbered(heading), form.number(heading)) == (True, value)


@given(
    st.sampled_from([OFFICIAL, ROMAN, UNNUMBERED]), st.text(alphabet="一二十百、.（()IVXAB12 #第部分情", max_size=12)
)
def test_any_text_can_be_asked_for_its_mark(form: Numbering, text: str) -> None:
    length, _ = form.below(text)
    assert 0 <= form.mark_length(text) <= len(text)
    assert 0 <= length <= len(text)
    assert form.like(text, 2) is not None
