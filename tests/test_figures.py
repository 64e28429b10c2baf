from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportlint.figures import MOST_DIGITS, Value, ValueKind, figure, plain
from reportlint.notation import Notation

CHINESE = Notation(units=("万", "元", "件"))
BLANK = Value(ValueKind.BLANK, addend=Decimal(0))
WORDS = Value(ValueKind.WORDS)
NONE = Value(ValueKind.NOT_APPLICABLE, addend=Decimal(0))


def number(text: str, unit: str = "") -> Value:
    value = Decimal(text)
    return Value(ValueKind.NUMBER, value, unit, plain=not unit and value >= 0 and value == int(value), addend=value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", number("0")),
        ("007", number("7")),
        ("１２", number("12")),
        ("1,200", number("1200")),
        ("1，200", number("1200")),
        ("+19", number("19")),
        ("＋19", number("19")),
        ("-3", number("-3")),
        ("－3", number("-3")),
        ("−3", number("-3")),
        ("270.6万元", number("270.6", "万元")),
        ("5 件", number("5", "件")),
        ("22（其中修订16件）", number("22")),
        ("", BLANK),
        ("　", BLANK),
        ("[bookmark: _GoBack]", BLANK),
        ("[bookmark: _GoBack]5", number("5")),
        ("/", NONE),
        ("——", NONE),
        ("-", NONE),
        ("无", WORDS),
        ("十二", WORDS),
        ("1,20", WORDS),
        ("1.2.3", WORDS),
        ("1e5", WORDS),
        ("NaN", WORDS),
        ("Infinity", WORDS),
        ("²", WORDS),
        ("٧", WORDS),
        ("௧", WORDS),
        ("0x10", WORDS),
        ("9" * MOST_DIGITS, number("9" * MOST_DIGITS)),
        ("9" * (MOST_DIGITS + 1), WORDS),
        ("9" * 400, WORDS),
        ("9" * 10_000, WORDS),
    ],
)
def test_figure(text: str, value: Value) -> None:
    assert figure(text, CHINESE) == value


@given(st.text(max_size=30))
def test_any_text_has_a_figure(text: str) -> None:
    assert (figure(text).number is None) == (figure(text).kind is not ValueKind.NUMBER)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, max_value=10**12, min_value=-(10**12)))
def test_a_plain_number_reads_back(value: Decimal) -> None:
    assert figure(plain(value)).number == value


@pytest.mark.parametrize(("value", "text"), [("1E+3", "1000"), ("1.50", "1.5"), ("-0.00", "0"), ("100", "100")])
def test_plain_writes_as_a_clerk_would(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text
