"""The structure of reports: what heads a section, what does not, and what stands around the sections."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportlint.builtin import folder
from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.grammar import Grammar, Parsed
from reportlint.profileset import load
from reportlint.readers import text as reader
from reportlint.report import Item, Paragraph, Subsection, Table
from reportlint.source import Source

TITLES = ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "其他需要报告的事项")


@cache
def grammar() -> Grammar:
    form, *_ = load([Pack("reportlint", folder("rules"))])
    return Grammar(folder("grammars") / "numbered_report.lark", form.numbering)


def parse(text: str) -> Parsed:
    return grammar().parse(tuple(reader.read(Source(Path("a.txt"), text))), TITLES)


def shown(items: tuple[Item, ...]) -> list[object]:
    """Paragraphs as their text, tables as the number of their rows, sub-headings as a list."""
    return [
        item.text
        if isinstance(item, Paragraph)
        else len(item.rows)
        if isinstance(item, Table)
        else [item.heading.title, *shown(item.items[1:])]
        for item in items
    ]


def outline(text: str) -> tuple[list[object], list[list[object]], list[str]]:
    """What stands before the sections, each section with its heading first, and what stands behind them."""
    report = parse(text).report
    sections: list[list[object]] = [
        [f"{section.heading.mark}{section.heading.title}", *shown(section.items)] for section in report.sections
    ]
    return shown(report.front), sections, [paragraph.text for paragraph in report.back]


def test_a_whole_report() -> None:
    text = (
        "某某镇2020年政府信息公开工作年度报告\n根据规定，编制本报告。\n一、总体情况\n全年公开三条。\n（一）主动公开。三条。\n"
        "更多。\n二、主动公开政府信息情况\n\t规章\n\t1\n\n\t规范性文件\n\t2\n\n\n六、其他需要报告的事项\n无。\n某某镇人民政府\n2021年1月9日\n"
    )
    assert outline(text) == (
        ["某某镇2020年政府信息公开工作年度报告", "根据规定，编制本报告。"],
        [
            ["一、总体情况", "全年公开三条。", ["主动公开", "更多。"]],
            ["二、主动公开政府信息情况", 2],
            ["六、其他需要报告的事项", "无。"],
        ],
        ["某某镇人民政府", "2021年1月9日"],
    )


@pytest.mark.parametrize(
    ("heading", "mark", "number", "title"),
    [
        ("一、总体情况", "一、", 1, "总体情况"),
        ("一. 总体情况", "一.", 1, "总体情况"),
        ("1、总体情况", "1、", 1, "总体情况"),
        ("第一部分 总体情况", "第一部分", 1, "总体情况"),
        ("## 一、总体情况", "## 一、", 1, "总体情况"),
        ("十一、总体情况", "十一、", 11, "总体情况"),
        ("总体情况", "", None, "总体情况"),
        ("一、总体情况。", "一、", 1, "总体情况"),
        ("一、总体情况：", "一、", 1, "总体情况"),
        ("一、总 体 情 况", "一、", 1, "总 体 情 况"),
        ("三、总体概况", "三、", 3, "总体概况"),
        ("八、乡村振兴工作", "八、", 8, "乡村振兴工作"),
    ],
)
def test_headings_of_sections(heading: str, mark: str, number: int | None, title: str) -> None:
    found = [section.heading for section in parse(f"{heading}\n全年公开三条。\n").report.sections]
    assert [(each.mark, each.number, each.title) for each in found] == [(mark, number, title)]


@pytest.mark.parametrize(
    "line",
    [
        "\t四、结转下年度继续办理\n\t0",
        "主要做法：一、抓学习；二、抓落实。",
        "一是抓学习，二是抓落实。",
        "（一）抓学习。全年学习三次。",
        "1.抓学习。全年学习三次。",
        "2020年1月1日，我镇召开会议。",
        "三、四季度共公开三条，比一、二季度多一条。",
    ],
)
def test_what_is_no_heading_of_a_section(line: str) -> None:
    assert len(parse(f"一、总体情况\n{line}\n").report.sections) == 1


def headings(text: str) -> list[str]:
    return [f"{section.heading.mark}{section.heading.title}" for section in parse(text).report.sections]


@pytest.mark.parametrize("mark", ["（二）", "二、"])
def test_a_number_in_brackets_heads_a_section_where_it_is_that_of_the_section_so_titled(mark: str) -> None:
    first, second, third = "（一）总体情况", f"{mark}主动公开政府信息情况", "（三）收到和处理政府信息公开申请情况"
    text = f"{first}\n1.主动公开。三条。\n{second}\n见表。\n{third}\n见表。\n"
    assert headings(text) == [first, second, third]


def test_a_number_in_brackets_is_below_a_section_where_it_is_not_that_of_the_section_so_titled() -> None:
    text = "一、总体情况\n（一）主动公开政府信息情况\n三条。\n三、收到和处理政府信息公开申请情况\n见表。\n"
    assert headings(text) == ["一、总体情况", "三、收到和处理政府信息公开申请情况"]


def test_text_that_runs_on_behind_a_heading_is_its_first_paragraph() -> None:
    assert outline("一、总体情况。全年公开三条。\n")[1] == [["一、总体情况", "全年公开三条。"]]
    assert outline("六、其他需要报告的事项：无\n")[1] == [["六、其他需要报告的事项", "无"]]


@pytest.mark.parametrize("space", ["\u2028", "\u2003", "\x85", "\x1c", " \u2028", "：\u2003"])
def test_odd_space_behind_a_heading_is_no_text(space: str) -> None:
    assert outline(f"一、总体情况 {space}\n全年公开三条。\n")[1] == [["一、总体情况", "全年公开三条。"]]


def test_a_list_inside_a_section_that_counts_anew_is_none_of_the_sections() -> None:
    text = "一、总体情况\n二、主动公开政府信息情况\n一、加强领导\n二、完善制度\n六、其他需要报告的事项\n"
    titles = [section.heading.title for section in parse(text).report.sections]
    assert titles == ["总体情况", "主动公开政府信息情况", "其他需要报告的事项"]


def test_a_table_of_contents_is_none_of_the_sections() -> None:
    contents = "一、总体情况\n二、主动公开政府信息情况\n六、其他需要报告的事项\n"
    text = f"目录\n{contents}正文，正文。\n" + contents.replace("\n", "\n无。\n")
    assert [section.heading.span.start for section in parse(text).report.sections] == [
        text.rindex(line) for line in contents.splitlines()
    ]


LINES = st.sampled_from(
    [
        "一、总体情况",
        "二、甲",
        "总体情况",
        "（一）甲。乙",
        "1.甲",
        "\t甲",
        "\t",
        "",
        "甲 | 1 |",
        "|",
        "全年。",
        "某某镇人民政府",
        "2021年1月9日",
        "各科室：",
        "\u2028",
        "一、总体情况 \u2028",
        "目录",
        "#",
        "2021年1月9日印发",
    ]
)


@given(st.lists(LINES, max_size=14))
def test_any_lines_make_a_report_and_nothing_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    blocks = tuple(reader.read(Source(Path("a.txt"), text)))
    parsed = grammar().parse(blocks, TITLES)
    report = parsed.report
    kept = "".join(
        [*(section.heading.mark + section.heading.title for section in report.sections)]
        + [paragraph.text for paragraph in report.paragraphs()]
    )
    for block in blocks:
        if isinstance(block, Paragraph) and block.span not in parsed.misplaced:
            assert all(character in kept for character in block.text if character.isalnum())


@given(st.lists(LINES, max_size=14))
def test_sections_stand_in_the_order_of_the_text(lines: list[str]) -> None:
    starts = [section.heading.span.start for section in parse("\n".join(lines)).report.sections]
    assert starts == sorted(set(starts))


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("report: A\nA: /a", 2, "not a Lark grammar: "),
        ("report: B\n", 0, "not a Lark grammar: "),
        ("", 0, "not a Lark grammar: "),
        ("report: front section* back\nfront: A\nsection: B\nback: C\nA: /(/\nB: /b/\nC: /c/\n", 0, ""),
        (
            "report: front section* back\nfront: A\nsection: B\nback: C\nA: /a(?=b)/\nB: /b/\nC: /c/\n",
            0,
            "RE2 refuses the pattern of A: invalid perl operator: (?",
        ),
    ],
)
def test_a_mistake_in_a_grammar_is_an_error_with_its_file(text: str, line: int, why: str, tmp_path: Path) -> None:
    path = tmp_path / "a.lark"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Grammar(path)
    assert (caught.value.path, caught.value.line, caught.value.why[: len(why)]) == (path, line, why)


def test_a_grammar_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file or directory"):
        Grammar(tmp_path / "a.lark")


def test_a_subsection_keeps_its_whole_paragraph() -> None:
    (section,) = parse("一、总体情况\n（一）主动公开。全年公开三条。\n").report.sections
    (item,) = section.items
    assert isinstance(item, Subsection)
    assert [paragraph.text for paragraph in section.paragraphs()] == ["（一）主动公开。全年公开三条。"]
