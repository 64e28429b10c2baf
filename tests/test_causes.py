from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportlint.causes import (
    AddendCause,
    Cause,
    WrongCell,
    cause_of_pair,
    cause_of_sum,
    cause_of_typing,
)


@pytest.mark.parametrize(
    ("found", "expected", "cause"),
    [
        ("5", "5", None),
        ("5", "5.0", None),
        ("0", "5", None),
        ("5", "0", None),
        ("1234", "1243", Cause.DIGITS_SWAPPED),
        ("4231", "1234", Cause.DIGITS_SWAPPED),
        ("12.05", "12.50", None),
        ("12.53", "15.23", Cause.DIGITS_SWAPPED),
        ("10.5", "1.05", Cause.UNIT),
        ("1.25", "12.3", None),
        ("1342", "1234", None),
        ("-21", "12", None),
        ("-21", "-12", Cause.DIGITS_SWAPPED),
        ("124", "1234", Cause.DIGIT_DROPPED),
        ("234", "1234", Cause.DIGIT_DROPPED),
        ("1", "12", Cause.DIGIT_DROPPED),
        ("1.5", "12.5", Cause.DIGIT_DROPPED),
        ("5", "105", None),
        ("12234", "1234", Cause.DIGIT_DOUBLED),
        ("55", "5", Cause.DIGIT_DOUBLED),
        ("12534", "1234", None),
        ("10", "100", Cause.UNIT),
        ("100", "10", Cause.UNIT),
        ("3", "30000", Cause.UNIT),
        ("300000", "3", None),
        ("0.05", "500", Cause.UNIT),
        ("-7", "7", Cause.SIGN),
        ("7", "-7", Cause.SIGN),
        ("1" * 40 + "23", "1" * 40 + "32", Cause.DIGITS_SWAPPED),
        ("17", "42", None),
    ],
)
def test_typing_mistake_is_told_from_the_two_values(found: str, expected: str, cause: Cause | None) -> None:
    assert cause_of_typing(Decimal(found), Decimal(expected)) is cause


def test_exponent_makes_no_difference() -> None:
    assert cause_of_typing(Decimal("2.1E+3"), Decimal("1.2E+3")) is Cause.DIGITS_SWAPPED


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_swapped_digits_differ_by_a_multiple_of_nine(found: int, expected: int) -> None:
    swapped = cause_of_typing(Decimal(found), Decimal(expected)) is Cause.DIGITS_SWAPPED
    same_digits = sorted(str(found)) == sorted(str(expected))
    assert not swapped or ((found - expected) % 9, same_digits) == (0, True)


@given(st.from_regex(r"[1-9][0-9]{1,8}", fullmatch=True), st.data())
def test_digit_that_was_lost_is_always_told(meant: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(meant) - 1))
    typed = Decimal(meant[:index] + meant[index + 1 :])
    leading_zero_lost = index == 0 and meant[1] == "0"
    told = cause_of_typing(typed, Decimal(meant))
    assert leading_zero_lost or told in {Cause.DIGIT_DROPPED, Cause.UNIT}


@pytest.mark.parametrize(
    ("total", "addends", "cause"),
    [
        ("6", ["1", "2", "3"], None),
        ("4", ["1", "2", "3"], AddendCause(Cause.ADDEND_LEFT_OUT, 1)),
        ("9", ["1", "2", "3"], AddendCause(Cause.ADDEND_TWICE, 2)),
        ("4", ["2", "2", "2"], None),
        ("4", ["2", "0", "4", "0"], AddendCause(Cause.ADDEND_LEFT_OUT, 0)),
        ("0", ["0", "5", "0"], AddendCause(Cause.ADDEND_LEFT_OUT, 1)),
        ("10", ["0", "5", "0"], AddendCause(Cause.ADDEND_TWICE, 1)),
        ("3", ["3", "-3"], None),
        ("8", ["-2", "2", "6"], None),
        ("7", ["1", "2", "3"], AddendCause(Cause.ADDEND_TWICE, 0)),
        ("11", ["1", "2", "3"], None),
        ("1.2", ["0.5", "0.7", "0.3"], AddendCause(Cause.ADDEND_LEFT_OUT, 2)),
        ("1", [], None),
        ("1" + "0" * 40, ["1" + "0" * 40, "1"], AddendCause(Cause.ADDEND_LEFT_OUT, 1)),
    ],
)
def test_broken_sum_names_its_addend_if_only_one_fits(
    total: str, addends: list[str], cause: AddendCause | None
) -> None:
    assert cause_of_sum(Decimal(total), [Decimal(addend) for addend in addends]) == cause


def wrong(row: int, column: int, found: int, expected: int) -> WrongCell:
    return WrongCell(row, column, Decimal(found), Decimal(expected))


@pytest.mark.parametrize(
    ("first", "second", "cause"),
    [
        pytest.param(wrong(4, 1, 7, 0), wrong(4, 2, 0, 7), Cause.MOVED_COLUMN, id="one column on"),
        pytest.param(wrong(4, 1, 7, 0), wrong(5, 1, 0, 7), Cause.MOVED_ROW, id="one row down"),
        pytest.param(wrong(4, 1, 7, 9), wrong(4, 2, 9, 7), Cause.MOVED_COLUMN, id="exchanged"),
        pytest.param(wrong(4, 1, 7, 9), wrong(5, 1, 0, 7), Cause.MOVED_ROW, id="in the place of another"),
        pytest.param(wrong(4, 1, 7, 0), wrong(4, 3, 0, 7), None, id="two columns on"),
        pytest.param(wrong(4, 1, 7, 0), wrong(5, 2, 0, 7), None, id="aslant"),
        pytest.param(wrong(4, 1, 7, 0), wrong(4, 2, 0, 8), None, id="another value"),
        pytest.param(wrong(4, 1, 7, 0), wrong(4, 2, 3, 7), None, id="something else stands there"),
        pytest.param(wrong(4, 1, 0, 5), wrong(4, 2, 3, 0), None, id="zero is no value that moves"),
    ],
)
def test_value_in_the_neighbouring_cell_has_moved(first: WrongCell, second: WrongCell, cause: Cause | None) -> None:
    assert [cause_of_pair(first, second), cause_of_pair(second, first)] == [cause, cause]
