"""Ways of writing numbers: what reads back, and what is no number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportlint.numerals import BY_FIRST, Numerals, number

CHINESE = Numerals(("〇○零", "一", "二两", "三", "四", "五", "六", "七", "八", "九"), ("十", "百", "千"))


@pytest.mark.parametrize("text", ["一一", "十十", "一十十", "", "甲", "12345", "²", "٣x", "零十"])
def test_what_is_no_numeral_counts_nothing(text: str) -> None:
    assert number(text, CHINESE) is None


def test_numerals_read_back() -> None:
    assert [CHINESE.read(CHINESE.write(each)) for each in range(1, 100)] == list(range(1, 100))
    assert [number(str(each), CHINESE) for each in range(100)] == list(range(100))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", 0), ("两", 2), ("三", 3), ("十", 10), ("十二", 12), ("二十", 20), ("九十九", 99), ("一百零五", 105),
        ("一百五十", 150), ("一千零五", 1005), ("九千九百九十九", 9999),
        ("一百五", None), ("三四", None), ("十十", None), ("十几", None), ("百", 100), ("一二", None), ("", None),
        ("十千", None), ("五百千", None), ("一二三四五六七八九十", None),
    ],
)  # fmt: skip
def test_numbers_in_characters(text: str, value: int | None) -> None:
    assert CHINESE.read(text) == value


@pytest.mark.parametrize("text", ["二〇二一", "二○二一", "二零二一", "2o21", "2О21"])
def test_digits_each_in_its_place(text: str) -> None:
    assert CHINESE.in_figures(text) == "2021"


@pytest.mark.parametrize(
    ("first", "written"),
    [
        ("1", ["1", "2", "4", "9", "14", "26"]),
        ("I", ["I", "II", "IV", "IX", "XIV", "XXVI"]),
        ("i", ["i", "ii", "iv", "ix", "xiv", "xxvi"]),
        ("A", ["A", "B", "D", "I", "N", "Z"]),
        ("a", ["a", "b", "d", "i", "n", "z"]),
    ],
)
def test_other_ways_of_counting(first: str, written: list[str]) -> None:
    writing = BY_FIRST[first]
    assert [writing.write(each) for each in (1, 2, 4, 9, 14, 26)] == written
    assert [writing.read(text) for text in written] == [1, 2, 4, 9, 14, 26]


@given(st.integers(1, 399))
def test_roman_numerals_read_back(value: int) -> None:
    roman = BY_FIRST["I"]
    assert roman.read(roman.write(value)) == value


@given(st.text(alphabet="IVXLCivxlcABZ12", max_size=6))
def test_each_number_is_written_one_way_only(text: str) -> None:
    for writing in (BY_FIRST["I"], BY_FIRST["i"], BY_FIRST["A"], BY_FIRST["a"]):
        value = writing.read(text)
        assert value is None or writing.write(value) == text
