"""Widths and escapes. wcwidth, which the program does without, is the independent measure here."""

import time
import unicodedata

import pytest
from wcwidth import wcwidth

from reportlint.display import Window, escape, shown, width, window


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain text, 政府信息 “公开”…（全角）　。", "plain text, 政府信息 “公开”…（全角）　。"),
        ("a\tb\nc\rd\x00", "a\\x09b\\x0ac\\x0dd\\x00"),
        ("\x1b[31m\x7f\x9b\x85", "\\x1b[31m\\x7f\\x9b\\x85"),
        ("\u202e\u2066\u2069\u200f", "<U+202E><U+2066><U+2069><U+200F>"),
        ("\u200b\u2060\ufeff\xad\u2028\u3164", "<U+200B><U+2060><U+FEFF><U+00AD><U+2028><U+3164>"),
        ("👨\u200d👩", "👨<U+200D>👩"),
        ("☀\ufe0f👍\U0001f3fd🇨🇳", "☀<U+FE0F>👍<U+1F3FD><U+1F1E8><U+1F1F3>"),
        ("葛\U000e0100", "葛<U+E0100>"),
        ("\uf06c\U000e0041", "<U+F06C><U+E0041>"),
        ("\udcff\ud83d", "\\udcff\\ud83d"),
        ("e\u0301𠮷🎉", "e\u0301𠮷🎉"),
        ("\U000323af", "\U000323af"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_shown_as_an_escape(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("政府", 4),
        ("（１）", 6),
        ("“”……—", 5),
        ("𠮷", 2),
        ("🎉", 2),
        ("e\u0301", 1),
        ("\u1112\u1161\u11ab", 2),
        ("\x1b", 4),
        ("👨\u200d👩", 12),
    ],
)
def test_width_counts_columns_of_the_escaped_text(text: str, columns: int) -> None:
    assert width(text) == columns


def test_every_character_that_is_shown_is_as_wide_as_wcwidth_says() -> None:
    """Spacing combining marks of Indic scripts are left out: wcwidth joins them, most terminals do not.

    The planes above the second are uniform, so a sample of them is enough.
    """
    characters = [chr(code) for code in (*range(0x20000), *range(0x20000, 0x110000, 251))]
    different = [
        character
        for character in characters
        if shown(character)[0] == character
        and unicodedata.category(character) != "Mc"
        and shown(character)[1] != wcwidth(character)
    ]
    assert different == []


def test_a_line_that_fits_is_shown_whole() -> None:
    assert window("a政\tb", 1, 2, 20) == Window("a政 b", 0, (0, 1, 3, 4, 5))


def test_tabs_end_at_every_fourth_column() -> None:
    assert window("\ta\t政府\t|", 0, 0, 40).text == "    a   政府    |"


def test_a_long_line_is_cut_to_the_surroundings_of_the_span() -> None:
    line = "甲" * 50 + "这里" + "乙" * 50
    view = window(line, 50, 52, 20)
    assert (view.text, view.columns(50, 52)) == ("…甲甲甲这里乙乙乙乙…", (7, 11))


def test_the_beginning_of_a_long_line_is_not_cut_when_the_span_is_there() -> None:
    view = window("一二三四五六七八九十", 1, 2, 12)
    assert (view.text, view.columns(1, 2)) == ("一二三四五…", (2, 4))


def test_the_end_of_a_long_line_is_not_cut_when_the_span_is_there() -> None:
    view = window("一二三四五六七八九十", 10, 10, 12)
    assert (view.text, view.columns(10, 10)) == ("…六七八九十", (11, 12))


def test_a_span_wider_than_the_window_shows_its_beginning() -> None:
    view = window("头" + "长" * 30, 1, 31, 12)
    assert (view.text, view.columns(1, 31)) == ("…长长长长长…", (1, 11))


def test_a_mark_is_not_shown_without_the_letter_that_carries_it() -> None:
    line = "e\u0301" * 20
    view = window(line, 20, 22, 9)
    assert (view.text, view.columns(20, 22)) == ("…" + "e\u0301" * 7 + "…", (4, 5))


def test_a_mark_at_the_start_of_a_line_is_an_escape() -> None:
    view = window("\u0301\u0301a", 0, 1, 20)
    assert (view.text, view.columns(0, 1)) == ("<U+0301>\u0301a", (0, 8))


def test_the_span_of_a_mark_is_its_letter() -> None:
    assert window("a字\u0301b", 2, 3, 20).columns(2, 3) == (1, 3)


def test_an_empty_span_takes_one_column() -> None:
    view = window("政府", 1, 1, 20)
    assert [view.columns(1, 1), view.columns(2, 2)] == [(2, 3), (4, 5)]


def test_a_window_knows_what_it_shows() -> None:
    view = window("一二三四五六七八九十", 9, 10, 8)
    assert [view.covers(8, 10), view.covers(0, 1), view.covers(6, 9)] == [True, False, False]


def test_a_line_of_many_megabytes_is_cut_without_measuring_it() -> None:
    line = "字" * 10_000_000
    begun = time.perf_counter()
    text = window(line, 5_000_000, 5_000_001, 12).text
    assert (text, time.perf_counter() - begun < 0.5) == ("…字字字字字…", True)
