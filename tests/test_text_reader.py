from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportlint.readers import text as reader
from reportlint.report import Block, Paragraph, Row
from reportlint.source import Source


def blocks(text: str) -> list[Block]:
    return list(reader.read(Source(Path("a.txt"), text)))


def shown(text: str) -> list[str]:
    """A paragraph as it is, a row with its cells between slashes, the end of a table as a dash."""
    return [
        block.text
        if isinstance(block, Paragraph)
        else "/".join(("", *(cell.text for cell in block.cells), ""))
        if isinstance(block, Row)
        else "—"
        for block in blocks(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("甲\n\n　乙 \n", ["甲", "乙"], id="paragraphs"),
        pytest.param("", [], id="nothing"),
        pytest.param("\n \n\u3000\n", [], id="blank lines"),
        pytest.param("\t甲\n\t1\n\n\t乙\n\t2\n", ["/甲/1/", "/乙/2/", "—"], id="a cell on each line"),
        pytest.param("\t甲\n\t1\n\n\n\t乙\n\t2\n", ["/甲/1/", "—", "/乙/2/", "—"], id="two empty lines end a table"),
        pytest.param("\t甲\n\t1\n正文\n", ["/甲/1正文/", "—"], id="a line without a tab goes on with the cell"),
        pytest.param("\t甲\n\t1\n二、乙\n", ["/甲/1/", "—", "二、乙"], id="a section never goes on with a cell"),
        pytest.param("\t甲\n\t\n\t1\n", ["/甲//1/", "—"], id="an empty cell"),
        pytest.param("\t[bookmark: _x]甲\n", ["/甲/", "—"], id="a trace of conversion"),
        pytest.param("甲 | 1 |\n乙 | 2\n", ["/甲/1/", "—", "乙 | 2"], id="a bar at the end makes a row"),
        pytest.param("| 甲 | 1 |\n|---|---|\n| 乙 | 2 |\n", ["/甲/1/", "/乙/2/", "—"], id="bars on both sides"),
        pytest.param("甲 ｜ 1 ｜\n", ["/甲/1/", "—"], id="wide bars"),
        pytest.param("甲 | | 1 |\n", ["/甲//1/", "—"], id="an empty cell between bars"),
        pytest.param("甲\t1\t2\n", ["/甲/1/2/", "—"], id="tabs in one line"),
        pytest.param("甲\t1\n", ["甲\t1"], id="one tab inside prose"),
        pytest.param("甲|1\n", ["甲|1"], id="one bar inside prose"),
        pytest.param(
            "第一项\n内容\t甲\t乙\n规章\t1\t2\n第五项\n内容\t丙\n许可\t3\n\n正文",
            ["/第一项/", "/内容/甲/乙/", "/规章/1/2/", "/第五项/", "/内容/丙/", "/许可/3/", "—", "正文"],
            id="short rows of a copied web table",
        ),
        pytest.param(
            "第一项\t\t\n\n内容\t甲\t乙\n\n第五项\t\t\n\n内容\t丙\t\n",
            ["/第一项///", "/内容/甲/乙/", "/第五项///", "/内容/丙//", "—"],
            id="rows with empty cells at their end and blank lines between",
        ),
        pytest.param(
            "规章\t1\t2\n许可\t3\n（一）\t概况\n",
            ["/规章/1/2/", "/许可/3/", "—", "（一）\t概况"],
            id="a tab behind the number of a heading",
        ),
        pytest.param("年度报告\t\t\n正文\n", ["年度报告", "正文"], id="tabs at the end of a line of prose"),
        pytest.param("一、\t概况\t\n", ["一、\t概况"], id="tabs around a heading"),
        pytest.param("**一、甲**\n## **二、乙**\n**丙。**丁\n", ["一、甲", "二、乙", "丙。**丁"], id="bold print"),
        pytest.param(
            "\t甲\n\t1\n- 5 -\n\t2\n第6页\n\t第 6 页 共 9 页\n", ["/甲/1/2/第 6 页 共 9 页/", "—"], id="page numbers"
        ),
        pytest.param("\t甲\n\t1\n5\n", ["/甲/15/", "—"], id="a figure broken in two"),
        pytest.param("甲\t1\t2\n1/5\n乙\t1\t2\n", ["/甲/1/2/", "—", "1/5", "/乙/1/2/", "—"], id="a page of so many"),
        pytest.param(
            "| 甲<br>乙<BR/> | &nbsp; | 1\\.丙&ldquo; | \\ |\n",
            ["/甲乙//1.丙“/\\/", "—"],
            id="traces of mark-up in cells",
        ),
        pytest.param("| **甲** | **1** |\n", ["/甲/1/", "—"], id="bold cells"),
        pytest.param("****\n2**3\n", ["****", "2**3"], id="asterisks that are no bold print"),
        pytest.param("\u200b\xad甲\u2060\n\t\u200b1\xad\n", ["甲", "/1/", "—"], id="marks that show as nothing"),
    ],
)
def test_blocks(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    "line", ["|", "｜", "||", "|||", "| |", " | ", "\u200b|", "|\u200b", "-|-", "|-", "-|", "\t|", "|\t|"]
)
def test_lines_of_nothing_but_bars_are_read(line: str) -> None:
    assert isinstance(blocks(line), list)


TEXT = st.text(st.sampled_from("甲一、1|｜\t\n\r -\u3000\u200b\ufeff\u2028[]。*\xad"), max_size=60)


@given(TEXT)
def test_any_text_is_read_and_every_span_holds_its_words(text: str) -> None:
    for block in blocks(text):
        if isinstance(block, Paragraph):
            assert text[block.span.start : block.span.end] == block.text
        elif isinstance(block, Row):
            assert block.cells
            for cell in block.cells:
                assert 0 <= cell.span.start <= cell.span.end <= len(text)
                assert cell.text == "" or text[cell.span.start] == cell.text[0] or "[" in text


@given(TEXT.filter(lambda text: "\r" not in text))
def test_line_ends_make_no_difference(text: str) -> None:
    assert shown(text) == shown(text.replace("\n", "\r\n")) == shown(text.replace("\n", "\r"))


@given(TEXT)
def test_blocks_stand_in_the_order_of_the_text(text: str) -> None:
    starts = [block.span.start for block in blocks(text)]
    assert starts == sorted(starts)
