"""Tables as web pages, spreadsheets and converters hand them on: nothing is wrong, and every cell is read."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reportlint.diagnostic import Severity
from reportlint.engine import Library, lint_bytes, load
from reportlint.plugins import built_in

CLEAN = (Path(__file__).parent.parent / "examples" / "cn-disclosure-2021" / "clean.txt").read_text(encoding="utf-8")
WIDTHS = {"第二十条": 4, "（本列数据": 10, "行政复议 |": 15}  # of the grid, by how each table begins
NUMBERS = 7
OUTCOMES = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
NOTE = ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"] * 3
# Headers over several columns or rows, written out at every place, by the ends of their row.
HEADERS = {
    (NOTE[0], "申请人情况"): [*NOTE, *["申请人情况"] * 7],
    ("自然人", "总计"): [*NOTE, "自然人", *["法人或其他组织"] * 5, "总计"],
    ("商业企业", "其他"): [*NOTE, "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"],
    ("行政复议", "行政诉讼"): [*["行政复议"] * 5, *["行政诉讼"] * 10],
    ("结果维持", "复议后起诉"): [*OUTCOMES, *["未经复议直接起诉"] * 5, *["复议后起诉"] * 5],
    ("结果维持", "总计"): OUTCOMES * 3,
}


@pytest.fixture(scope="module")
def library() -> Library:
    return load(built_in())


def loud(text: str, library: Library) -> list[tuple[str, str]]:
    """What is found at warning or above, with the text at its place."""
    checked = lint_bytes(Path("report.txt"), text.encode(), library)
    assert checked.source is not None
    return [
        (item.rule, checked.source.text[item.span.start : item.span.end])
        for item in checked.diagnostics
        if item.severity >= Severity.WARNING
    ]


def redrawn(row: Callable[[list[str], int], str]) -> str:
    """The clean report with each row of a table drawn anew from its cells and the width of the grid."""
    return "\n".join(_redrawn(row))


def _redrawn(row: Callable[[list[str], int], str]) -> Iterator[str]:
    width = 0
    for line in CLEAN.splitlines():
        if not line.endswith("|"):
            yield line
            continue
        width = next((width for start, width in WIDTHS.items() if line.startswith(start)), width)
        yield row([cell.strip() for cell in line.removesuffix("|").split("|")], width)


def written_out(cells: list[str], width: int) -> str:
    """What is merged with cells at its right stands in each of them."""
    missing = width - len(cells)
    if width == 4:
        cells = [*cells, *cells[-1:] * missing]
    elif width == 10 and len(cells) > NUMBERS and cells[-1].isdigit():
        labels = len(cells) - NUMBERS
        cells = [*cells[:labels], *cells[labels - 1 : labels] * missing, *cells[labels:]]
    else:
        cells = HEADERS.get((cells[0], cells[-1]), cells)
    return f"| {' | '.join(cells)} |"


def with_tabs(cells: list[str], _: int) -> str:
    return "\t".join(cells)


def with_all_tabs(cells: list[str], width: int) -> str:
    return "\t".join([*cells, *[""] * (width - len(cells))])


def bold(cells: list[str], _: int) -> str:
    return f"| {' | '.join(f'**{cell}**' for cell in cells)} |"


@pytest.mark.parametrize("row", [written_out, with_tabs, with_all_tabs, bold])
def test_a_clean_report_stays_clean_however_its_tables_were_copied(
    row: Callable[[list[str], int], str], library: Library
) -> None:
    text = redrawn(row)
    assert text != CLEAN
    assert loud(text, library) == []


@pytest.mark.parametrize("row", [written_out, with_tabs, with_all_tabs, bold])
def test_a_wrong_figure_is_found_however_its_table_was_copied(
    row: Callable[[list[str], int], str], library: Library
) -> None:
    def wrong(cells: list[str], width: int) -> str:
        return row([*cells[:-7], "9", *cells[-6:]] if "（一）予以公开" in cells else cells, width)

    assert [name for name, _ in loud(redrawn(wrong), library)] == ["row-sum"]


def test_blank_lines_between_rows_with_empty_cells_at_their_end_change_nothing(library: Library) -> None:
    assert loud(re.sub(r"(\t.*)\n", r"\1\n\n", redrawn(with_all_tabs)), library) == []


def test_figures_that_differ_where_the_form_has_one_merged_cell_are_not_chosen_from(library: Library) -> None:
    text = redrawn(written_out).replace("| 行政许可 | 64 | 64 | 64 |", "| 行政许可 | 64 | 65 | 64 |")
    assert loud(text, library) == [("unreadable", "行政许可")]


def test_bold_headings_of_markdown_are_headings(library: Library) -> None:
    headed = re.sub(r"(?m)^([一二三四五六]、[^|\n]*)$", r"## **\1**", CLEAN)
    assert headed.count("## **") == 6
    assert loud(headed, library) == []


def test_marks_that_show_as_nothing_change_nothing(library: Library) -> None:
    text = re.sub("(?<=[件开公情8])(?=.)", "\u200b", CLEAN).replace("| 2 |", "| \xad2\u2060 |")
    assert text.count("\u200b") > 100
    assert loud(text, library) == []


ALTERED = [
    ("第二十条第（六）项", "第二十一条第（六）项", "label-citation"),
    ("社会公益组织", "社会公共组织", "label-mismatch"),
    ("自然人", "自然个人", "label-mismatch"),
    ("等于第三项加第四项之和", "等于第三项与第五项之和", "label-mismatch"),
    ("复议后起诉", "复议后诉讼", "label-mismatch"),
    ("本年收费金额", "本年收入金额", "label-mismatch"),
    ("二、上年结转", "二、上年转结", "label-mismatch"),
    ("（三）不予公开", "（三）不公开", "label-mismatch"),
]


@pytest.mark.parametrize(("label", "altered", "told"), ALTERED)
def test_an_altered_label_is_told_once_however_often_it_was_written_out(
    label: str, altered: str, told: str, library: Library
) -> None:
    assert [name for name, _ in loud(redrawn(written_out).replace(label, altered), library)] == [told]


@pytest.mark.parametrize(("label", "altered", "_"), ALTERED)
def test_the_fix_of_an_altered_label_mends_it_wherever_it_was_written_out(
    label: str, altered: str, _: str, library: Library
) -> None:
    text = redrawn(written_out).replace(label, altered)
    (told,) = lint_bytes(Path("report.txt"), text.encode(), library).diagnostics
    assert told.fix is not None
    for span, words in reversed(told.fix.edits):
        text = text[: span.start] + words + text[span.end :]
    assert text == redrawn(written_out)


def lost(separator: str, end: str = "") -> Callable[[list[str], int], str]:
    """A row whose cells have this between them, and this behind the last."""
    return lambda cells, _: separator.join(cells) + end


def as_source(cells: list[str], _: int) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def on_one_line(text: str) -> str:
    """The rows of each table on one line."""
    kept = [line for line in CLEAN.splitlines() if not line.endswith("|")]
    assert set(kept) <= set(text.splitlines())
    return re.sub(
        r"(?m)^@(.*(?:\n@.*)*)$",
        lambda table: table[1].replace("\n@", " "),
        "\n".join(line if line in kept else f"@{line}" for line in text.splitlines()),
    )


LAYOUTS = {
    "a cell on each line": redrawn(lost("\n")),
    "cells parted by blanks": redrawn(lost("  ")),
    "cells parted by blank lines": redrawn(lost("\n\n", "\n")),
    "cells run together": redrawn(lost("")),
    "cells parted by commas": redrawn(lost(",")),
    "all on one line": on_one_line(redrawn(lost(" "))),
    "all on one line, run together": on_one_line(redrawn(lost(""))),
    "the source of a web page": on_one_line(redrawn(as_source)),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_tables_that_lost_their_cells_are_told_to_be_unreadable_and_not_to_be_missing(
    layout: str, library: Library
) -> None:
    assert [name for name, _ in loud(LAYOUTS[layout], library)] == ["unreadable"] * 3


def test_many_rows_that_lost_cells_are_told_once_with_the_others_beside(library: Library) -> None:
    def short(cells: list[str], _: int) -> str:
        return f"{' | '.join(cells[:-3] if '.属于' in cells[0] else cells)} |"

    checked = lint_bytes(Path("report.txt"), redrawn(short).encode(), library)
    (told,) = [item for item in checked.diagnostics if item.rule == "unreadable"]
    assert (told.message.zh, len(told.related), checked.complete) == (
        "这一行有 5 格，分不清各列的数字，没有核对；请按格式补齐各格", 3, False
    )  # fmt: skip


@pytest.mark.parametrize("between", ["", "\n"])
def test_a_table_right_below_another_is_a_table_of_its_own(between: str, library: Library) -> None:
    heading = "四、政府信息公开行政复议、行政诉讼情况\n全年因政府信息公开引起的行政复议3件，行政诉讼2件。\n"
    assert heading in CLEAN
    assert loud(CLEAN.replace(heading, between), library) == [("section-missing", "五、存在的主要问题及改进情况")]


def test_the_same_header_again_at_the_top_of_a_page_begins_no_other_table(library: Library) -> None:
    header = "第二十条第（一）项 |\n信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n"
    assert loud(CLEAN.replace("行政规范性文件 | 2", f"{header}行政规范性文件 | 2"), library) == []
