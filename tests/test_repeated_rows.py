"""Tables with rows that repeat: each line is bound, each wrong figure is one error, each mistake in the form too."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaded import library_with
from reportlint.diagnostic import Tally
from reportlint.engine import Library, lint_bytes, load, recognise
from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.plugins import load as load_plugins
from reportlint.profileset import load as load_profiles
from reportlint.readers import read
from reportlint.testing import trials

FORM = Path(__file__).resolve().parent / "forms" / "spending"
MODEL = (FORM / "model.txt").read_text(encoding="utf-8")
HEADER = "序号 | 单位名称 | 人员经费 | 公用经费 | 年末结转 | 经费总额 |\n"
CODES = "科目编码 | 科目名称 | 本年支出 |\n| | 小计 | 基本支出 | 项目支出 |\n"
BALANCE = "\n三、收支平衡情况\n项目 | 金额 | 说明 |\n"
END = "\n青禾县财政局\n2024年1月20日\n"


SUMS = ("spending-sums", "spending-across", "spending-tables")


@cache
def library() -> Library:
    """The form, and its rules on tables and sums."""
    found = library_with(FORM)
    return replace(found, selected=tuple(rule for rule in found.rules if rule.name in SUMS))


def test_the_examples_of_its_rules() -> None:
    every = load(load_plugins(installed=False, folders=[FORM]))
    own = [rule for rule in every.rules if rule.path.is_relative_to(FORM)]
    assert [(trial.example.name, trial.got) for trial in trials(every, own) if not trial.passed] == []


def said(text: str) -> list[tuple[str, str, str]]:
    """Line:column, rule and expected figure of everything said."""
    checked = lint_bytes(Path("report.txt"), text.encode(), library())
    assert checked.source is not None
    result = []
    for item in checked.diagnostics:
        line, column = checked.source.position(item.span.start)
        result.append((f"{line}:{column}", item.rule, item.expected or ""))
    return result


def test_each_line_has_its_own_key_and_labels() -> None:
    document, _ = recognise(read(Path("report.txt"), MODEL.encode()), library())
    assert document is not None
    found = {
        key: [(cell.key.row, cell.place[0]) for cell in table.cells.values() if cell.key.column == "total"]
        for key, table in document.binding.tables.items()
    }
    assert found == {
        "offices": [
            ("overall", ("全县合计",)),
            ("office#1", ("1 县教育局",)),
            ("office#2", ("2 县水务局",)),
            ("office#3", ("3 县档案馆",)),
        ],
        "codes": [
            ("total", ("合计",)),
            ("class#1", ("205 教育支出",)),
            ("item#1", ("2050202 小学教育",)),
            ("item#2", ("2050203 初中教育",)),
            ("class#2", ("213 农林水支出",)),
            ("item#3", ("2130301 行政运行",)),
        ],
        "balance": [],
    }


def test_every_identity_is_judged_for_every_row() -> None:
    checked = lint_bytes(Path("report.txt"), MODEL.encode(), library())
    # Four rows and four columns; six rows, and three columns twice; one, and four between tables.
    assert checked.identities == Tally(held=4 + 4 + 6 + 3 + 3 + 1 + 4)


# Random tables.

amounts = st.integers(0, 10**7).map(lambda cents: Decimal(cents) / 100)


def line(*cells: object) -> str:
    return " | ".join(str(cell) for cell in cells) + " |\n"


def report(offices: list[list[Decimal]], codes: list[list[list[Decimal]]]) -> str:
    """A report that adds up. offices: Three figures each. codes: By class, by item, basic and project, in 万元."""
    spent = 10000 * sum((amount for division in codes for item in division for amount in item), Decimal(0))
    offices = [*offices, [Decimal(0), spent, Decimal(0)]]
    text = "青禾县财政局2023年经费统计表\n\n一、各单位经费情况\n" + HEADER
    for number, parts in enumerate(offices, start=1):
        text += line(number, f"第{number}中学", *parts, sum(parts))
    columns = [sum(column) for column in zip(*offices, strict=True)]
    text += line("", "全县合计", *columns, sum(columns)) + "\n二、各科目支出情况\n" + CODES
    rows = [item for division in codes for item in division]
    text += coded("", "合计", rows)
    for number, division in enumerate(codes, start=201):
        text += coded(str(number), "支出", division)
        for place, item in enumerate(division, start=1):
            text += coded(f"{number}{place:04}", "项目", [item])
    text += BALANCE + line("本年支出", spent, "") + line("其中：人员经费", columns[0], "见上")
    return text + line("年末结转", columns[2], "") + line("可用经费", spent + columns[2], "") + END


def coded(code: str, name: str, items: list[list[Decimal]]) -> str:
    basic, project = (sum(column) for column in zip(*items, strict=True))
    return line(code, name, basic + project, basic, project)


FIGURE = re.compile(r"(?<=\| )[\d.]+(?= \|)")
reports = st.builds(
    report,
    st.lists(st.lists(amounts, min_size=3, max_size=3), min_size=1, max_size=12),
    st.lists(st.lists(st.lists(amounts, min_size=2, max_size=2), min_size=1, max_size=4), min_size=1, max_size=5),
)


@given(text=reports)
def test_tables_that_add_up_are_clean(text: str) -> None:
    assert said(text) == []


@given(text=reports, data=st.data())
def test_one_wrong_figure_is_one_error_at_its_cell(text: str, data: st.DataObject) -> None:
    start, end = data.draw(st.sampled_from([match.span() for match in FIGURE.finditer(text)]))
    right = Decimal(text[start:end])
    # A difference of less than is tolerated between tables in 元 and in 万元 need not be found at its cell.
    wrong = data.draw(amounts.filter(lambda amount: abs(amount - right) > 50))
    place = f"{text.count(chr(10), 0, start) + 1}:{start - text.rfind(chr(10), 0, start)}"
    found = [(where, Decimal(expected)) for where, _, expected in said(f"{text[:start]}{wrong}{text[end:]}")]
    assert found == [(place, right)]


@given(text=reports, data=st.data())
def test_a_row_with_a_cell_too_few_leaves_its_sums_open(text: str, data: st.DataObject) -> None:
    lines = text.splitlines(keepends=True)
    rows = [place for place, content in enumerate(lines) if content[:1].isdigit() and content.count("|") == 6]
    place = data.draw(st.sampled_from(rows))
    lines[place] = lines[place].rpartition(" | ")[0] + " |\n"
    found = said("".join(lines))
    # The only row but one that can be read is not enough to tell the table.
    assert found in ([(f"{place + 1}:1", "spending-tables", "")], [("4:1", "spending-tables", "")])


# Mistakes in a form.


@pytest.mark.parametrize(
    ("old", "new", "under", "why"),
    [
        ("{min: 1}", "{mni: 1}", "mni: 1}", "unknown key 'mni' (did you mean 'min'?)"),
        ("{min: 1}", "{min: -1}", "-1}", "a row cannot stand less than no time"),
        ("{label: 各单位, repeat: {min: 1}}", "{repeat: {min: 1}}", "1}}", "a row that has to stand needs a 'label'"),
        ("repeat: {min: 1}", "repeat: often", "often}", "expected a mapping"),
        ("repeat: {min: 1}", "repeat: true, rows: {}", "{}}", "a row that repeats cannot have 'rows'"),
        ("repeat: {min: 1}", "repeat: true, also: [单位]", "[单位]}", "a row that repeats cannot have 'also'"),
        (r"'\d{3}'", "'('", "(", "RE2 refuses this pattern"),
        (
            "overall = sum(office)",
            "overall = office",
            "office}",
            "'office' stands any number of times; write sum(office)",
        ),
        (
            "overall = sum(office)",
            "overall = sum(ofice)",
            "ofice)}",
            "no group of rows is called 'ofice' (did you mean 'office'?)",
        ),
        (
            "{each: row, formula: total = sum(parts)}\n      class",
            "{each: row, rows: [clas], formula: total = sum(parts)}\n      class",
            "[clas]",
            "the table has no row 'clas' (did you mean 'class'?)",
        ),
        (
            "overall = sum(office)}",
            "overall = sum(office), at: office}",
            "office}",
            "'office' is no cell of this table",
        ),
    ],
)
def test_a_mistake_is_an_error_at_its_place(old: str, new: str, under: str, why: str, tmp_path: Path) -> None:
    text = (FORM / "profile.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = tmp_path / "profile.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_profiles([Pack("test", tmp_path)])
    error = caught.value
    content = path.read_text(encoding="utf-8").splitlines()[error.line - 1][error.column - 1 :]
    assert (content[: len(under)], error.why[: len(why)]) == (under, why)


def forms(changes: Mapping[str, str], folder: Path) -> Library:
    """The form with its profile changed."""
    for path in FORM.iterdir():
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items() if path.name == "profile.yaml" else ():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / path.name).write_text(text, encoding="utf-8")
    found = load(load_plugins(installed=False, folders=[folder]))
    return replace(found, selected=tuple(rule for rule in found.rules if rule.name in SUMS))


@pytest.mark.parametrize(
    ("old", "new", "under", "why"),
    [
        (
            "offices/overall[staff]",
            "ofices/overall[staff]",
            "ofices/",
            "the form has no table 'ofices' (did you mean 'off",
        ),
        (
            "offices/overall[staff]",
            "offices/overal[staff]",
            "overal[",
            "the table has no row 'overal' (did you mean 'ove",
        ),
        (
            "offices/overall[staff]",
            "offices/overall[stff]",
            "stff]",
            "the table has no column 'stff' (did you mean 'sta",
        ),
        ("offices/overall[staff]", "offices/office[staff]", "office[", "'office' stands any number of times"),
        ("offices/overall[staff]", "offices/overall", 'overall"}', "'overall' needs its column in brackets"),
        ("offices/overall[staff]", "overall[staff]", "overall[", "'overall' needs its table: table/row[column]"),
        ("offices/overall[staff]", "$staff", "$staff", "no figure is called 'staff'"),
        ("offices/overall[staff]", "offices/sum(ofice)[staff]", "ofice)", "no group of rows is called 'ofice'"),
        ('offices/overall[staff]"', 'offices/overall[staff]", at: left', "left}", "'left' is no cell of these tables"),
        ('offices/overall[staff]"', 'offices/overall[staff]", each: row', "each", "unknown key 'each'"),
        ("tolerance: 50", "tolerance: {per-figure: -1}", "-1}", "a tolerance cannot be negative"),
        ("spent[amount] + left", "codes/total[total] + left", "codes/", "an identity of a table names its own cells"),
    ],
)
def test_a_mistake_between_tables_is_an_error_at_its_place(
    old: str, new: str, under: str, why: str, tmp_path: Path
) -> None:
    test_a_mistake_is_an_error_at_its_place(old, new, under, why, tmp_path)


def test_rows_that_a_missing_row_parted_are_not_told_apart(tmp_path: Path) -> None:
    parted = forms(
        {
            "          overall: 全县合计\n": "          overall: 全县合计\n          school: {repeat: true}\n",
            "overall = sum(office)}": "overall = sum(office) + sum(school)}",
        },
        tmp_path,
    )
    total = "| 全县合计 | 230000.50 | 51000 | 1500 | 282500.50 |\n"
    both = lint_bytes(Path("report.txt"), MODEL.replace(total, total + line(4, "一中", 0, 0, 0, 0)).encode(), parted)
    none = lint_bytes(Path("report.txt"), MODEL.replace(total, "").encode(), parted)
    assert [item.rule for item in both.diagnostics] == []
    # Not one of the three rows is certain, so the table is not.
    assert [(item.rule, item.span.start) for item in none.diagnostics] == [
        ("spending-tables", MODEL.index("序号")),
    ]
