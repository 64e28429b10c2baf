"""What the formats print, compared with the exact picture."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcwidth

from printing import CELL, FORMATS, checked, diagnostic, printed, spot
from reportlint.diagnostic import (
    Checked,
    Diagnostic,
    Language,
    Place,
    Related,
    Severity,
    Span,
    Tally,
    Text,
)
from reportlint.display import escape
from reportlint.extension import FormatOptions as Options
from reportlint.formats.summary import Totals, coverage_line

# Those that are text; the workbook is looked at in test_outputs.py.
TEXTS = [name for name, form in FORMATS.items() if not form.binary]


def picture(text: str, *diagnostics: Diagnostic, language: Language = "zh") -> str:
    return printed("text", checked(text, *diagnostics), language=language)


def excerpt(text: str, span: Span, **changes: Any) -> str:
    """The rows of the frame that show lines of the report."""
    rows = picture(text, diagnostic(span, **changes)).split("\n │\n")
    return rows[1] + "\n"


REPORT = "一、总体情况\n\t1\n\t0\n\t3\n"
FULL = diagnostic(
    spot(REPORT, "3"),
    place=CELL,
    address=Text("表2 第6行 第3列", "table 2 row 6 column 3"),
    found="3",
    expected="1",
    related=(
        Related(spot(REPORT, "0"), Text("在此计入", "counted here")),
        Related(spot(REPORT, "1"), Text("在此计入", "counted here")),
    ),
    source=Text("国办公开办函〔2019〕60号；条例第五十条", "Letter 60 of 2019; Regulations, art. 50"),
    help=Text("请核对台账。\n改后再查。\n", "Look it up in the register."),
)


def test_a_frame_shows_the_line_the_reasons_and_the_way_on() -> None:
    assert picture(REPORT, FULL) == (
        """\
error[ARI001] row-sum: 总计为 3，但 1 + 0 = 1
 ┌─ 报告.txt:4:2   表「收到和处理政府信息公开申请情况」 三、本年度办理结果 › （一）予以公开 × 总计   [表2 第6行 第3列]
 │
4│     3
 │     ^ 应为 1
2│     1
 │     - 在此计入
3│     0
 │     - 在此计入
 │
 = 依据：国办公开办函〔2019〕60号；条例第五十条
 = 帮助：请核对台账。
         改后再查。
 = 说明：reportlint explain row-sum
"""
    )


def test_a_frame_in_english() -> None:
    place = Place("Requests", "requests", ("New",), ("Total",))
    change: dict[str, Any] = {"place": place, "source": FULL.source, "help": FULL.help, "expected": "1"}
    assert picture(REPORT, diagnostic(FULL.span, **change), language="en") == (
        """\
error[ARI001] row-sum: total is 3, but 1 + 0 = 1
 ┌─ 报告.txt:4:2   table “Requests” New × Total
 │
4│     3
 │     ^ should be 1
 │
 = source: Letter 60 of 2019; Regulations, art. 50
 = help: Look it up in the register.
 = more: reportlint explain row-sum
"""
    )


def test_the_gutter_is_as_wide_as_the_largest_line_number() -> None:
    text = "\n" * 99 + "末行\n"
    related = (Related(Span(0, 0), Text("从这里起", "from here")),)
    assert picture(text, diagnostic(spot(text, "末"), related=related)) == (
        """\
error[ARI001] row-sum: 总计为 3，但 1 + 0 = 1
   ┌─ 报告.txt:100:1
   │
100│ 末行
   │ ^^
  1│
   │ - 从这里起
   │
   = 说明：reportlint explain row-sum
"""
    )


def test_an_empty_line_stands_between_frames_also_of_two_reports() -> None:
    first = checked(REPORT, diagnostic(spot(REPORT, "1")), diagnostic(spot(REPORT, "0")))
    second = checked(REPORT, diagnostic(spot(REPORT, "3")))
    frames = [picture(REPORT, each) for each in (*first.diagnostics, *second.diagnostics)]
    assert printed("text", first, checked(REPORT), second) == "\n".join(frames)


def test_a_file_that_could_not_be_read_has_no_line_to_show() -> None:
    unreadable = diagnostic(Span(0, 0), rule="unreadable", code="ENG001", message=Text("无法读取", "unreadable"))
    report = checked(None, unreadable)
    assert [printed("text", report), printed("concise", report)] == [
        """\
error[ENG001] unreadable: 无法读取
 ┌─ 报告.txt
 │
 = 说明：reportlint explain unreadable
""",
        "报告.txt:1:1: error ENG001 unreadable: 无法读取\n",
    ]


@pytest.mark.parametrize(
    ("place", "form"),
    [
        (None, ""),
        (Place(), ""),
        (Place("总体情况"), "   章节「总体情况」"),
        (Place(None, "review"), "   表「review」"),
        (Place(None, None, ("新收",)), "   新收"),
        (Place("行政复议", "review", (), ("总计",)), "   表「行政复议」 总计"),
    ],
)
def test_the_place_is_named_as_far_as_it_is_known(place: Place | None, form: str) -> None:
    rows = picture("甲", diagnostic(Span(0, 1), place=place)).splitlines()
    assert rows[1] == " ┌─ 报告.txt:1:1" + form


@pytest.mark.parametrize(
    ("text", "piece", "rows"),
    [
        (
            "本年𠮷镇收到申请",
            "收到",
            """\
1│ 本年𠮷镇收到申请
 │         ^^^^
""",
        ),
        (
            "一\t二\t3\t四",
            "3",
            """\
1│ 一  二  3   四
 │         ^
""",
        ),
        (
            "一\t二",
            "\t",
            """\
1│ 一  二
 │   ^^
""",
        ),
        (
            "祝贺🎉完成",
            "完成",
            """\
1│ 祝贺🎉完成
 │       ^^^^
""",
        ),
        (
            "一家👨\u200d👩在",
            "在",
            """\
1│ 一家👨<U+200D>👩在
 │                 ^^
""",
        ),
        (
            "cafe\u0301 au lait",
            "au",
            """\
1│ cafe\u0301 au lait
 │      ^^
""",
        ),
        (
            "cafe\u0301 au lait",
            "\u0301",
            """\
1│ cafe\u0301 au lait
 │    ^
""",
        ),
        (
            "红\x1b[31m字\u202e倒\u2028行\x85",
            "字\u202e",
            """\
1│ 红\\x1b[31m字<U+202E>倒<U+2028>行\\x85
 │           ^^^^^^^^^^
""",
        ),
        (
            "坏\udcff字",
            "字",
            """\
1│ 坏\\udcff字
 │         ^^
""",
        ),
    ],
)
def test_carets_stand_under_the_cells_of_the_span(text: str, piece: str, rows: str) -> None:
    assert excerpt(text, spot(text, piece)) == rows


def test_an_empty_span_is_one_caret() -> None:
    assert excerpt("政府信息\n", Span(2, 2)) + excerpt("政府信息\n", Span(4, 4)) == (
        """\
1│ 政府信息
 │     ^
1│ 政府信息
 │         ^
"""
    )


def test_the_end_of_the_text_is_a_place() -> None:
    assert excerpt("完\n", Span(2, 2)) == "2│\n │ ^\n"


def test_a_span_over_several_lines_shows_the_first_and_says_where_it_ends() -> None:
    text = "第一行\r\n第二行\r\n第三行\r\n"
    assert excerpt(text, Span(1, 8), expected="空") + excerpt(text, Span(1, 5)) == (
        """\
1│ 第一行
 │   ^^^^ (到第 2 行) 应为 空
1│ 第一行
 │   ^^^^
"""
    )


def test_a_cell_that_should_be_empty_is_said_to_be() -> None:
    assert excerpt("3", Span(0, 1), expected="") == "1│ 3\n │ ^ 应为空\n"


def test_a_long_paragraph_is_cut_to_a_window_around_the_span() -> None:
    text = "一二三四五六七八九十" * 100 + "错" + "甲乙丙丁戊己庚辛壬癸" * 100
    assert excerpt(text, spot(text, "错"), expected="对") == (
        """\
1│ …八九十一二三四五六七八九十一二三四五六七八九十错甲乙丙丁戊己庚辛壬癸甲乙丙丁戊己庚辛壬癸甲乙丙…
 │                                                ^^ 应为 对
"""
    )


def test_a_label_that_does_not_fit_beside_the_carets_stands_below_them() -> None:
    text = "字" * 200
    assert excerpt(text, Span(0, 200), expected="短句") + excerpt(text, Span(198, 200), expected="短句") == (
        "1│ " + "字" * 47 + "…\n"
        " │ " + "^" * 94 + "\n"
        " │ 应为 短句\n"
        "1│ …" + "字" * 47 + "\n"
        " │ " + " " * 91 + "^^^^\n"
        " │ " + " " * 88 + "应为 短句\n"
    )


def test_related_places_on_one_line_share_it() -> None:
    text = "总计 3\t甲 1\t乙 1\n"
    related = (
        Related(spot(text, "乙 1"), Text("计入", "counted")),
        Related(spot(text, "甲 1"), Text("计入", "counted")),
    )
    assert excerpt(text, spot(text, "3"), related=related) == (
        """\
1│ 总计 3  甲 1    乙 1
 │      ^
 │         ---- 计入
 │                 ---- 计入
"""
    )


def test_related_places_beyond_the_eighth_are_counted() -> None:
    text = "".join(f"{number}\n" for number in range(1, 12))
    related = tuple(Related(spot(text, f"{number}\n"), Text("加数", "term")) for number in range(2, 12))
    rows = picture(text, diagnostic(Span(0, 1), related=related)).splitlines()[3:-2]
    assert rows == [
        "1│ 1",
        " │ ^",
        *(row for number in range(2, 10) for row in (f"{number}│ {number}", " │ - 加数")),
        " │ … 另有 2 处",
    ]


def test_nothing_from_a_report_or_a_rule_reaches_the_terminal_raw() -> None:
    evil = "甲\x1b]0;\x07\n\u202e乙\udc80"
    words = Text(evil, evil)
    hostile = diagnostic(
        Span(0, 1),
        rule=evil,
        code=evil,
        message=words,
        place=Place(evil, evil, (evil,), (evil,)),
        address=words,
        expected=evil,
        related=(Related(Span(1, 2), words),),
        source=words,
        help=words,
    )
    report = checked(evil, hostile, path=Path(evil))
    for output in (printed("text", report), printed("concise", report)):
        assert raw_controls(output) == set()
        assert "\\x1b]0;\\x07" in output
    assert printed("concise", report).count("\n") == 1


def test_colours_are_there_only_when_asked_for() -> None:
    report = checked("\x1b3", diagnostic(Span(1, 2), severity=Severity.WARNING, expected="1"))
    blue, yellow, bold, reset = "\x1b[1;34m", "\x1b[1;33m", "\x1b[1m", "\x1b[0m"
    assert printed("text", report, color=True) == (
        f"{yellow}warning[ARI001]{reset} {bold}row-sum: 总计为 3，但 1 + 0 = 1{reset}\n"
        f" {blue}┌─{reset} 报告.txt:1:2\n"
        f" {blue}│{reset}\n"
        f"{blue}1│{reset} \\x1b3\n"
        f" {blue}│{reset}     {yellow}^{reset} {yellow}应为 1{reset}\n"
        f" {blue}│{reset}\n"
        f" {blue}={reset} 说明：reportlint explain row-sum\n"
    )
    assert re.sub(r"\x1b\[[\d;]+m", "", printed("text", report, color=True)) == printed("text", report)


def test_concise_is_one_line_for_each_diagnostic() -> None:
    report = checked(REPORT, FULL, diagnostic(Span(0, 1), severity=Severity.INFO, place=Place("总体情况")))
    assert printed("concise", report, language="zh") == (
        "报告.txt:4:2: error ARI001 row-sum: 总计为 3，但 1 + 0 = 1"
        " [三、本年度办理结果 › （一）予以公开 × 总计]\n"
        "报告.txt:1:1: info ARI001 row-sum: 总计为 3，但 1 + 0 = 1\n"
    )


def at(line: int, column: int, end: int) -> dict[str, dict[str, int]]:
    return {"start": {"line": line, "column": column}, "end": {"line": line, "column": end}}


NOTHING_COVERED = {
    "rules": {"held": 0, "failed": 0, "undecided": 0},
    "identities": {"held": 0, "failed": 0, "undecided": 0},
}


def test_json_says_everything() -> None:
    report = checked(
        REPORT,
        FULL,
        path=Path("子目录") / "a.txt",
        profile="cn-disclosure-2019",
        year=2020,
        agency="某某镇人民政府",
        rules=Tally(40, 1, 2),
        identities=Tally(188, 1, 3),
    )
    assert json.loads(printed("json", report)) == {
        "schema": 1,
        "version": "0.1.0",
        "summary": {"reports": 1, "error": 1, "warning": 0, "info": 0, "fixable": 0, "waived": 0},
        "reports": [
            {
                "path": "子目录/a.txt",
                "profile": "cn-disclosure-2019",
                "year": 2020,
                "agency": "某某镇人民政府",
                "coverage": {
                    "rules": {"held": 40, "failed": 1, "undecided": 2},
                    "identities": {"held": 188, "failed": 1, "undecided": 3},
                },
                "diagnostics": [
                    {
                        "rule": "row-sum",
                        "code": "ARI001",
                        "severity": "error",
                        "message": "总计为 3，但 1 + 0 = 1",
                        "range": at(4, 2, 3),
                        "place": {
                            "section": "收到和处理政府信息公开申请情况",
                            "table": "requests",
                            "row": ["三、本年度办理结果", "（一）予以公开"],
                            "column": ["总计"],
                        },
                        "address": "表2 第6行 第3列",
                        "found": "3",
                        "expected": "1",
                        "related": [
                            {"range": at(3, 2, 3), "message": "在此计入"},
                            {"range": at(2, 2, 3), "message": "在此计入"},
                        ],
                        "fix": None,
                        "source": "国办公开办函〔2019〕60号；条例第五十条",
                        "help": "请核对台账。\n改后再查。\n",
                        "waived": None,
                    }
                ],
            }
        ],
    }


def test_json_leaves_out_no_key() -> None:
    lonely = diagnostic(Span(0, 0), severity=Severity.WARNING)
    document = json.loads(printed("json", checked(None, lonely), language="en"))
    assert document["reports"] == [
        {
            "path": "报告.txt",
            "profile": None,
            "year": None,
            "agency": None,
            "coverage": NOTHING_COVERED,
            "diagnostics": [
                {
                    "rule": "row-sum",
                    "code": "ARI001",
                    "severity": "warning",
                    "message": "total is 3, but 1 + 0 = 1",
                    "range": at(1, 1, 1),
                    "place": None,
                    "address": None,
                    "found": None,
                    "expected": None,
                    "related": [],
                    "fix": None,
                    "source": None,
                    "help": None,
                    "waived": None,
                }
            ],
        }
    ]


@pytest.mark.parametrize("number", [0, 1, 3])
def test_json_is_laid_out_as_a_whole(number: int) -> None:
    output = printed("json", *[checked(REPORT, FULL)] * number)
    assert output == json.dumps(json.loads(output), ensure_ascii=False, indent=2) + "\n"


def test_json_of_characters_that_a_terminal_would_obey_reads_back_the_same() -> None:
    text = "\x1b\x9b\u202e\u200b\u2028\U000e0041𠮷\\"
    output = printed("json", checked(REPORT, diagnostic(Span(0, 1), found=text)))
    found = json.loads(output)["reports"][0]["diagnostics"][0]["found"]
    assert (found, raw_controls(output)) == (text, set())


def test_json_of_a_lone_surrogate_is_its_escape_as_text() -> None:
    report = checked("\udc80", diagnostic(Span(0, 1), found="\udc80"), path=Path("坏\udcff.txt"))
    output = printed("json", report)
    document = json.loads(output.encode())["reports"][0]
    assert [document["path"], document["diagnostics"][0]["found"]] == ["坏\\udcff.txt", "\\udc80"]


def test_formats_print_a_report_before_the_next_is_checked() -> None:
    begun = []

    def reports() -> Iterator[Checked]:
        for number in range(3):
            begun.append(number)
            yield checked(REPORT, FULL)

    for name in ("text", "concise"):
        begun.clear()
        next(FORMATS[name].render(reports(), Options(language="zh")))
        assert begun == [0]


def test_no_line_begins_as_a_command_of_github_does() -> None:
    report = checked(REPORT, FULL)._replace(path=Path("::error::x.txt"))
    assert printed("concise", report).startswith("./::error::x.txt:4:2: ")
    assert printed("grouped", report).startswith("./::error::x.txt")


def test_the_same_reports_give_the_same_bytes() -> None:
    report = checked(REPORT, FULL)
    for name in TEXTS:
        assert printed(name, report) == printed(name, report)


def test_a_format_is_imported_only_when_it_is_chosen() -> None:
    program = (
        "import sys; import reportlint.formats; from reportlint.formats import FORMATS as f; "
        "loaded = lambda: sorted(m for m in sys.modules if m.startswith('reportlint.formats.')); "
        "before = loaded(); assert f[1].name == 'concise'; f[1].render([], None); print(before, loaded())"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout == "[] ['reportlint.formats.concise', 'reportlint.formats.place']\n"


def two_reports() -> Totals:
    first = checked(
        REPORT,
        FULL,
        diagnostic(Span(0, 1), severity=Severity.WARNING),
        diagnostic(Span(0, 1), severity=Severity.INFO),
        profile="cn-disclosure-2019",
        rules=Tally(20, 2, 1),
        identities=Tally(100, 1, 2),
    )
    second = checked(REPORT, profile="cn-disclosure-2021", rules=Tally(20, 2, 1), identities=Tally(88, 0, 1))
    return Totals().add(first).add(second)


def test_totals_add_up_over_reports() -> None:
    expected = Totals(reports=2, error=1, warning=1, info=1, rules=Tally(40, 4, 2), identities=Tally(188, 1, 3))
    assert two_reports() == expected


def test_coverage_is_said_in_both_languages() -> None:
    assert [coverage_line(two_reports(), "zh"), coverage_line(two_reports(), "en")] == [
        "检查了 2 份报告：1 个错误，1 个警告，1 个提示。"
        "规则：40 条成立，4 条不成立，2 条无法判断；勾稽关系：188 个成立，1 个不成立，3 个无法判断。",
        "checked 2 reports: 1 error, 1 warning, 1 info. "
        "Rules: 40 held, 4 failed, 2 could not be told; identities: 188 held, 1 broken, 3 could not be told.",
    ]


def test_coverage_says_how_many_reports_were_not_recognised() -> None:
    totals = Totals().add(checked(None))
    assert [coverage_line(totals, "zh"), coverage_line(totals, "en")] == [
        "检查了 1 份报告（其中 1 份无法读取或识别）：0 个错误，0 个警告，0 个提示。"
        "规则：0 条成立，0 条不成立，0 条无法判断；勾稽关系：0 个成立，0 个不成立，0 个无法判断。",
        "checked 1 report (1 not readable or not recognised): 0 errors, 0 warnings, 0 info. "
        "Rules: 0 held, 0 failed, 0 could not be told; identities: 0 held, 0 broken, 0 could not be told.",
    ]


# Characters that a terminal obeys, that hide, or that turn the direction of what follows.
RAW_CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def raw_controls(output: str) -> set[str]:
    return set(RAW_CONTROL.findall(output))


# Without line ends, which would end the line, and tabs, which are as wide as their place makes them.
# Spacing combining marks (Mc) are left out, as in the tests of the widths.
CHARACTERS = st.one_of(
    st.sampled_from("政府信息公开𠮷🎉👨a1 ，“…\u3000\u0301\u20dd\u200d\ufe0f\u202e\x1b\x85\udc80\u1161\ufeff"),
    st.characters(exclude_characters="\r\n\t", exclude_categories=["Mc"]),
)


@st.composite
def line_and_span(draw: st.DrawFn, characters: st.SearchStrategy[str], longest: int) -> tuple[str, Span]:
    line = draw(st.text(characters, max_size=longest))
    ends = sorted(draw(st.tuples(st.integers(0, len(line)), st.integers(0, len(line)))))
    return line, Span(*ends)


def displayed(line: str) -> str:
    """The line with its escapes and with tabs as spaces, measured character by character."""
    cells = ""
    for index, character in enumerate(line):
        if character == "\t":
            cells += " " * (4 - columns(cells) % 4)
        elif index == 0 and wcwidth(character) == 0 and escape(character) == character:
            cells += f"<U+{ord(character):04X}>"
        else:
            cells += escape(character)
    return cells


def columns(cells: str) -> int:
    return sum(wcwidth(character) for character in cells)


def letter_before(line: str, index: int) -> int:
    """Where the character starts that the combining mark at `index` is drawn upon."""
    while 0 < index < len(line) and columns(escape(line[index])) == 0:
        index -= 1
    return index


def after_marks(line: str, index: int) -> int:
    """Where the last combining mark ends that is drawn upon the character before `index`."""
    while 0 < index < len(line) and columns(escape(line[index])) == 0:
        index += 1
    return index


@given(line_and_span(st.one_of(CHARACTERS, st.just("\t")), longest=9))
def test_the_carets_take_the_columns_of_the_span(given_line: tuple[str, Span]) -> None:
    line, span = given_line
    begin = columns(displayed(line[: letter_before(line, span.start)]))
    end = max(columns(displayed(line[: span.end])), begin + 1)
    assert excerpt(line, span) == (
        f"1│ {displayed(line)}".rstrip(" ") + "\n │ " + " " * begin + "^" * (end - begin) + "\n"
    )


@given(line_and_span(CHARACTERS, longest=400))
def test_the_text_over_the_carets_is_the_span_however_long_the_line(given_line: tuple[str, Span]) -> None:
    line, span = given_line
    shown, carets = excerpt(line, span).splitlines()
    begin, end = carets.index("^"), len(carets)
    over = text_between(shown, begin, end)
    start = letter_before(line, span.start)
    end_of_letter = after_marks(line, span.end)
    expected = displayed(line[:end_of_letter]).removeprefix(displayed(line[:start]))
    cut = shown.endswith("…") and columns(shown) - end == 1 and over != expected
    assert columns(shown) <= 100
    assert raw_controls(shown + carets) == set()
    if span.start == span.end:
        assert end - begin == 1
    elif cut:
        assert expected.startswith(over)
    else:
        assert over.rstrip(" ") == expected.rstrip(" ")


def text_between(row: str, begin: int, end: int) -> str:
    """The characters of a row that start at columns `begin` to `end`; marks go with their letter."""
    text = ""
    column = 0
    for character in row:
        if wcwidth(character) == 0:
            inside = begin < column <= end
        else:
            inside = begin <= column < end
            column += wcwidth(character)
        text += character if inside else ""
    return text


@given(
    st.text(st.one_of(CHARACTERS, st.sampled_from("\r\n\t\0\u0903")), max_size=30),
    st.sampled_from(sorted(TEXTS)),
)
def test_no_text_puts_a_control_character_into_the_output(text: str, name: str) -> None:
    words = Text(text, text)
    place = Place(text, text, (text,), (text,))
    everywhere = diagnostic(
        Span(0, len(text)),
        message=words,
        place=place,
        address=words,
        found=text,
        expected=text,
        related=(Related(Span(len(text), len(text)), words),),
        source=words,
        help=words,
    )
    output = printed(name, checked(text, everywhere, path=Path(text.replace("\0", ""))))
    own = output.removeprefix("\ufeff").replace("\r\n", "\n") if name == "csv" else output
    assert raw_controls(own) == set()
    assert output.encode().decode() == output
