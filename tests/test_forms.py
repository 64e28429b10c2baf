"""Forms of other shapes: without sections, about some sections only, with a year of their own, signed at the top."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from reportlint.document import Document
from reportlint.engine import Library, load, recognise
from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.plugins import load as load_plugins
from reportlint.profileset import load as load_profiles
from reportlint.readers import read

SHEET = """id: test-sheet
years: {from: 2020}
source: a letter
title: {zh: 统计表, en: Sheet}
grammar: sheet
language: zh
title-form: "{agency}统计表（{year}年度）"
title-words: [统计表]
imprint:
  agency: ^填报单位:(?P<agency>.+)$
  signed: ^填报日期
  period: \\((?P<year>\\d{4})年度\\)
tables:
  sheet:
    blocks:
      sheet:
        columns: [value]
        rows:
          meetings: {label: 会议次数, unit: 次}
          held: {label: 是否开展培训, type: yes-no}
          name: {label: 负责人, type: text}
    identities:
      trained: {formula: "meetings[value] >= held[value]"}
"""
GRAMMAR = """report: front back
front: (LINE | TABLE)*
back: (NOTE)*
NOTE.2: /注:.+/
LINE.1: /.+/s
%declare TABLE
"""
REPORT = """青禾县
统计表
（2023年度）
填报单位：青禾县教育局
填报日期：2024年1月9日
会议次数（单位：次） | 3次 |
是否开展培训 | √是 □否 |
负责人 | 12 |
注：没有别的。
"""
RULE = """id: sheet-missing
code: TST100
kind: tables
severity: error
profile: test-sheet
source: a letter
why: because
message: "{table}"
options: {report: [table-missing, unreadable]}
examples: []
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Library:
    for name, text in {"rules/profile.yaml": SHEET, "grammars/sheet.lark": GRAMMAR, "rules/missing.yaml": RULE}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return load(load_plugins(installed=False, folders=[tmp_path]))


def understood(text: str, library: Library) -> Document:
    document, parsed = recognise(read(Path("a.txt"), text.encode()), library)
    assert document is not None
    assert parsed.misplaced == ()
    return document


def test_a_form_without_sections_is_read_whole(sheet: Library) -> None:
    document = understood(REPORT, sheet)
    assert (document.year, document.agency) == (2023, "青禾县教育局")
    assert [(dated.day, dated.where) for dated in document.dates] == [(date(2024, 1, 9), "signature")]
    assert [paragraph.text for paragraph in document.report.back] == ["注：没有别的。"]
    cells = document.table("sheet").cells
    assert {key.row: (str(cell.value.number), cell.unit) for key, cell in cells.items()} == {
        "meetings": ("3", "次"),
        "held": ("1", ""),
        "name": ("12", ""),
    }
    assert (document.binding.departures, document.outline.deviations) == ((), ())


def test_a_year_on_a_line_of_its_own_stands_for_one_in_the_title(sheet: Library) -> None:
    document = understood(REPORT.replace("青禾县\n统计表\n", "统计表\n\n各单位注意：\n"), sheet)
    assert document.title is not None
    assert (document.title.year, document.year) == (None, 2023)


def test_a_table_that_stands_in_no_section_is_missed_at_the_title(sheet: Library) -> None:
    from reportlint.engine import lint

    text = REPORT[: REPORT.index("会议")]
    checked = lint(read(Path("a.txt"), text.encode()), sheet, sheet.profiles[-1])
    assert [(found.rule, found.span.start, found.message.en) for found in checked.diagnostics] == [
        ("sheet-missing", 0, "统计表")
    ]


def test_two_files_for_one_language_are_an_error(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "languages").mkdir(parents=True)
        (tmp_path / name / "languages" / "xx.yaml").write_text("spaced: true\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="the language 'xx' is also in "):
        load_profiles([Pack(name, tmp_path / name) for name in ("one", "two")])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text.replace("dates:\n", "date:\n"), "unknown key 'date'"),
        (lambda text: text.replace("(?P<year>\\d{4,6})", "(\\d{4,6})"), "the pattern has no group 'year'"),
        (lambda text: text.replace("spaced: true", "spaced: often"), "expected true or false, found 'often'"),
    ],
)
def test_a_mistake_in_a_language_file_is_an_error_at_its_place(
    change: Callable[[str], str], why: str, tmp_path: Path
) -> None:
    (tmp_path / "languages").mkdir()
    text = "spaced: true\ndates:\n  - (?P<year>\\d{4,6})-(?P<month>\\d\\d)-(?P<day>\\d\\d)\n"
    (tmp_path / "languages" / "xx.yaml").write_text(change(text), encoding="utf-8")
    (tmp_path / "profile.yaml").write_text(SHEET.replace("language: zh", "language: xx"), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_profiles([Pack("test", tmp_path)])
    assert (caught.value.path.name if caught.value.path else "", caught.value.why[: len(why)]) == ("xx.yaml", why)
    assert caught.value.line
