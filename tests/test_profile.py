"""Profiles: what the built-in ones say, and mistakes in a profile at their place."""

import re
import shutil
from pathlib import Path

import pytest

from reportlint.builtin import folder
from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.profile import DataRow, HeaderRow, Profile
from reportlint.profileset import load

SECTIONS = [
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
]


def built_in() -> dict[str, Profile]:
    return {profile.id: profile for profile in load([Pack("reportlint", folder("rules"))])}


def test_the_built_in_profiles() -> None:
    rows = {
        profile.id: (
            profile.first_year,
            profile.last_year,
            [section.title for section in profile.sections],
            {
                table.key: (len(table.data_rows), sum(len(row.columns) for row in table.data_rows))
                for table in profile.tables
            },
        )
        for profile in built_in().values()
    }
    assert rows == {
        "cn-disclosure-2019": (2019, 2020, SECTIONS, {"active": (8, 22), "requests": (23, 161), "review": (1, 15)}),
        "cn-disclosure-2021": (2021, None, SECTIONS, {"active": (6, 10), "requests": (25, 175), "review": (1, 15)}),
    }


def test_every_year_from_2019_has_one_profile() -> None:
    profiles = built_in().values()
    covering = [[profile.id for profile in profiles if profile.covers(year)] for year in range(2018, 2024)]
    assert covering == [[], *[["cn-disclosure-2019"]] * 2, *[["cn-disclosure-2021"]] * 3]


@pytest.mark.parametrize(
    ("agency", "body"),
    [
        ("青禾县云溪镇人民政府", "township"),
        ("临川市河湾街道办事处", "township"),
        ("青禾县人民政府", "government"),
        ("青禾县教育局", "department"),
        ("青禾县发展和改革委员会", "department"),
        ("国家税务总局", "ministry"),
        ("浙江省人民政府", "province"),
        ("北京市人民政府", "province"),
        ("苹果", None),
    ],
)
def test_a_name_tells_the_kind_of_body(agency: str, body: str | None) -> None:
    assert built_in()["cn-disclosure-2021"].body(agency) == body


def test_merged_header_cells_are_kept() -> None:
    table = built_in()["cn-disclosure-2019"].table("requests")
    header = [row for row in table.rows if isinstance(row, HeaderRow)]
    shapes = [[(cell.label.text[:6], cell.column, cell.width, cell.height) for cell in row.cells] for row in header]
    assert shapes == [
        [("（本列数据的", 0, 3, 3), ("申请人情况", 3, 7, 1)],
        [("自然人", 3, 1, 2), ("法人或其他组", 4, 5, 1), ("总计", 9, 1, 2)],
        [
            ("商业企业", 4, 1, 1),
            ("科研机构", 5, 1, 1),
            ("社会公益组织", 6, 1, 1),
            ("法律服务机构", 7, 1, 1),
            ("其他", 8, 1, 1),
        ],
    ]


def test_rows_know_their_groups_and_columns_their_headers() -> None:
    table = built_in()["cn-disclosure-2019"].table("requests")
    row = next(row for row in table.rows if isinstance(row, DataRow) and row.label.text == "1.属于国家秘密")
    assert [label.text for label in row.path] == ["三、本年度办理结果", "（三）不予公开", "1.属于国家秘密"]
    assert [[label.text for label in column.path] for column in row.columns][:2] == [
        ["申请人情况", "自然人"],
        ["申请人情况", "法人或其他组织", "商业企业"],
    ] or [[label.text for label in column.path] for column in row.columns][:2] == [
        ["自然人"],
        ["法人或其他组织", "商业企业"],
    ]


# Mistakes.


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The built-in profiles, to be spoilt."""
    for source in folder("rules").glob("*/profile.yaml"):
        (tmp_path / source.parent.name).mkdir()
        shutil.copy(source, tmp_path / source.parent.name / "profile.yaml")
    return tmp_path


def spoilt(rules: Path, file: str, old: str, new: str) -> tuple[str, str]:
    """Text under the place of the error, up to the end of its line, and the reason."""
    path = rules / file / "profile.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load([Pack("rules", rules)])
    error = caught.value
    assert error.path == path
    under = text.splitlines()[error.line - 1][error.column - 1 :] if error.line else ""
    return under, error.why


@pytest.mark.parametrize(
    ("file", "old", "new", "under", "why"),
    [
        ("2019", "from: 2019", "from: abc", "abc, to: 2020}", "expected a whole number, found 'abc'"),
        ("2019", "from: 2019, ", "", "{to: 2020}", "the key 'from' is missing"),
        (
            "2019",
            "extends: cn-disclosure",
            "extends: cn-disclosur",
            "cn-disclosur",
            "no profile is called 'cn-disclosur' (did you mean 'cn-disclosure'?)",
        ),
        (
            "2019",
            "extends: cn-disclosure",
            "extends: cn-disclosure-2019",
            "cn-disclosure-2019",
            "profiles extend each other in a circle: ",
        ),
        (
            "2021",
            "id: cn-disclosure-2021",
            "id: cn-disclosure-2019",
            "",
            "the profile 'cn-disclosure-2019' is also defined in ",
        ),
        ("2019", "tables:", "tabels:", "tabels:", "unknown key 'tabels' (did you mean 'tables'?)"),
        (
            "2019",
            "columns: [made, opened, open]",
            "columns: [made, opened]",
            "[made, opened]",
            "2 columns are named, but the header draws 3",
        ),
        (
            "2019",
            "columns: [made, opened, open]",
            "columns: [made, open, open]",
            "[made, open, open]",
            "a column is named twice",
        ),
        (
            "2019",
            "| 第二十条第（一）项 | <              | <              | <              |",
            "| 第二十条第（一）项 | <              | <              |",
            "|",
            "line 2 of the drawing has 4 cells, the first has 3",
        ),
        ("2019", "| 第二十条第（一）项 |", "| < |", "|", "a cell of the drawing is merged with one outside it"),
        (
            "2019",
            "{change: signed,",
            "{change: singed,",
            "singed, amount: money}",
            "'singed' is not one of count, signed, money, decimal, text, url, yes-no, label (did you mean 'signed'?)",
        ),
        (
            "2019",
            "formula: opened <= open,",
            "formula: opened <= opne,",
            "opne, ",
            "the table has no column 'opne' (did you mean 'open",
        ),
        ("2019", "formula: opened <= open,", "formula: opened < open,", "< open, ", "'<' has no meaning in a formula"),
        ("2019", "formula: opened <= open,", "formula: opened <=,", ", at: open}", "the formula breaks off"),
        ("2019", "at: open}", "at: opne}", "opne}", "'opne' is no cell of this table"),
        ("common", "township: (镇", "township: ((镇", "((镇", "RE2 refuses this pattern: "),
        (
            "common",
            "township: 01-31",
            "township: 13-31",
            "13-31",
            "expected a month and a day such as 01-31, found '13-31'",
        ),
        (
            "common",
            "township: 01-31",
            "township: 02-30",
            "02-30",
            "expected a month and a day such as 01-31, found '02-30'",
        ),
        (
            "common",
            "  township: 01-31",
            "  townhsip: 01-31",
            "townhsip: 01-31",
            "no kind of body is called 'townhsip' (did you mean 'township'?)",
        ),
        ("common", "section: active", "section: activ", "activ", "'activ' is not one of "),
        ("common", "grammar: numbered_report", "grammar: [a]", "[a]", "expected a text, found a list"),
        ("common", "title-words: [信息, 公开, 报告]", "title-words: 信息", "信息", "expected a list, found '信息'"),
    ],
)
def test_a_mistake_in_a_profile_is_an_error_at_its_place(
    file: str, old: str, new: str, under: str, why: str, rules: Path
) -> None:
    name = file if file == "common" else f"cn-disclosure-{file}"
    found_under, found_why = spoilt(rules, name, old, new)
    assert (found_under[: len(under)], found_why[: len(why)]) == (under, why)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at: open}", "at: open, tolerance: .nan}"),
        ("at: open}", "at: open, tolerance: .inf}"),
        ("at: open}", "at: open, tolerance: -1}"),
        ("at: open}", "at: open, tolerance: 1e999999999}"),
        ("    identities:\n", "    groups: {nothing: []}\n    identities:\n"),
        ("    blocks:\n", "    label-columns: -1\n    blocks:\n"),
        ("    blocks:\n", "    label-columns: 99\n    blocks:\n"),
        ("from: 2019, to: 2020", "from: 2020, to: 2019"),
        ("rows: [regulations, documents], formula: opened", "rows: [], formula: opened"),
        ("        rows: {regulations: 规章, documents: 规范性文件}\n", "        rows: {}\n"),
        ("rows: {charges: 行政事业性收费}", "rows: {licences: 行政事业性收费}"),
    ],
)
def test_a_profile_that_cannot_work_is_refused_when_it_is_loaded(old: str, new: str, rules: Path) -> None:
    under, why = spoilt(rules, "cn-disclosure-2019", old, new)
    assert (bool(under), bool(why)) == (True, True)


def test_the_place_in_a_folded_formula_is_that_of_the_file(rules: Path) -> None:
    old = re.escape("{each: row, rows: [regulations, documents], formula: opened <= open, at: open}")
    keys = ["each: row", "rows: [regulations, documents]", "formula: >-", "  opened <=", "  opne", "at: open"]
    path = rules / "cn-disclosure-2019" / "profile.yaml"
    new = "".join(f"\n        {key}" for key in keys)
    text, count = re.subn(old, lambda _: new, path.read_text(encoding="utf-8"))
    assert count == 1
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load([Pack("rules", rules)])
    line = text.splitlines()[caught.value.line - 1]
    assert line[caught.value.column - 1 :] in ("opne", ">-")
