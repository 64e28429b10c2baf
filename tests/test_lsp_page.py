"""Lines and places of open documents, in every unit that a client may count in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from reportlint.diagnostic import Span
from reportlint.lsp.page import CODECS, Change, Manuscript, Page, clean, split, units
from reportlint.source import LINE_END

UNITS = sorted(CODECS)
# Line ends of every kind, what Python alone takes for one, and characters of one to four bytes.
CHARACTERS = st.sampled_from("a1\t \r\n\x0b\x0c\x1c\x85\u2028é中。𠮷😀")
TEXTS = st.text(CHARACTERS, max_size=40)


def width(text: str, unit: str) -> int:
    """The length of a text in a unit, counted character by character."""
    if unit == "utf-8":
        return sum(1 + (point > 0x7F) + (point > 0x7FF) + (point > 0xFFFF) for point in map(ord, text))
    return sum(1 + (unit == "utf-16" and point > 0xFFFF) for point in map(ord, text))


@pytest.mark.parametrize("unit", UNITS)
@given(text=TEXTS)
def test_every_place_of_a_text_is_found_again(text: str, unit: str) -> None:
    page = Page(split(text), unit)
    ends = [match.end() for match in LINE_END.finditer(text)]
    inside = {match.start() + 1 for match in LINE_END.finditer(text) if len(match[0]) == 2}
    for offset in range(len(text) + 1):
        number = sum(end <= offset for end in ends)
        start = ends[number - 1] if number else 0
        position = page.position(offset)
        assert position == types.Position(number, width(text[start:offset], unit))
        if offset not in inside:  # between the two halves of a line end no cursor can be
            assert page.offset(position) == offset


@given(text=TEXTS)
def test_lines_are_those_of_the_source(text: str) -> None:
    assert "".join(split(text)) == text
    assert [line.rstrip("\r\n") for line in split(text)] == LINE_END.split(text)


@pytest.mark.parametrize("unit", UNITS)
@given(text=TEXTS, data=st.data())
def test_a_text_edited_in_place_is_the_text_that_the_edit_makes(text: str, unit: str, data: st.DataObject) -> None:
    manuscript = Manuscript(text, 1, unit)
    for version in range(2, 6):
        page = Page(split(text), unit)
        places = sorted(
            {page.offset(page.position(data.draw(st.integers(0, len(text))))) for _ in range(2)} | {len(text)}
        )[:2]
        start, end = places[0], places[-1]
        new = data.draw(TEXTS)
        change = Change(new, page.position(start), page.position(end))
        manuscript.change([change], version)
        text = text[:start] + new + text[end:]
        assert (manuscript.page().text, manuscript.lines) == (text, split(text))
        assert (manuscript.size, manuscript.version, manuscript.lost) == (len(text), version, "")


@pytest.mark.parametrize(
    ("position", "offset"),
    [
        (types.Position(0, 99), 3),
        (types.Position(99, 0), 10),
        (types.Position(1, 2), 6),
        (types.Position(2, 1), 9),
    ],
)
def test_a_place_outside_of_the_text_is_the_nearest_inside(position: types.Position, offset: int) -> None:
    assert Page(split("abc\r\nd\r\n\u2028e"), "utf-16").offset(position) == offset


def test_half_of_a_character_is_the_place_before_it() -> None:
    line = "a😀b"
    assert [Page([line], "utf-16").offset(types.Position(0, each)) for each in range(5)] == [0, 1, 1, 2, 3]
    assert [Page([line], "utf-8").offset(types.Position(0, each)) for each in range(7)] == [0, 1, 1, 1, 1, 2, 3]


def test_ends_of_an_edit_may_come_in_the_wrong_order() -> None:
    manuscript = Manuscript("abcdef", 1, "utf-16")
    manuscript.change([Change("-", types.Position(0, 4), types.Position(0, 2))], 2)
    assert manuscript.page().text == "ab-ef"
    assert Page(["abcdef"], "utf-16").span(types.Range(types.Position(0, 4), types.Position(0, 2))) == Span(2, 4)


def test_halves_of_pairs_are_replaced_since_no_file_can_hold_them() -> None:
    assert clean("a\ud83d中") == "a\ufffd中"
    assert Manuscript("\udc00", 1, "utf-8").page().text == "\ufffd"
    assert units("\ufffd", "utf-16") == units("\ud83d", "utf-16") == 1


def test_a_change_that_cannot_follow_loses_the_text_until_a_whole_one_comes() -> None:
    manuscript = Manuscript("abc", 5, "utf-16")
    start = types.Position(0, 0)
    manuscript.change([Change("x", start, start)], 4)
    assert (manuscript.lost, manuscript.page().text) == ("a change to version 4 came after version 5", "abc")
    manuscript.change([Change("new")], 6)
    assert (manuscript.lost, manuscript.page().text, manuscript.version) == ("", "new", 6)
