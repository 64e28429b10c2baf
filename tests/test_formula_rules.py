"""Rules of the kinds `formula` and `cell-values`: mistakes at their place, what is undecided, each type of cell."""

from dataclasses import replace
from pathlib import Path

import pytest

from reportlint.diagnostic import Tally
from reportlint.engine import lint_bytes, load
from reportlint.errors import ConfigError
from reportlint.plugins import load as load_plugins

FORMS = Path(__file__).resolve().parent / "forms"
FORM = FORMS / "spending"
MODEL = (FORM / "model.txt").read_text(encoding="utf-8")
RULE = """\
id: own
code: OWN001
kind: {kind}
severity: error
profile: {profile}
source: 某县
why: 核对
message: "{{sentence}}{{found}} {{expected}}"
options:
  {options}
examples: []
"""


def rule(tmp_path: Path, kind: str, options: str, profile: str = "test-spending") -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(RULE.format(kind=kind, options=options.replace("\n", "\n  "), profile=profile), encoding="utf-8")
    return path


def refused(path: Path) -> tuple[str, str]:
    """What stands at the place of the error, and the reason."""
    with pytest.raises(ConfigError) as caught:
        load(load_plugins(installed=False, folders=[FORM, path.parent]))
    error = caught.value
    assert error.path == path
    return path.read_text(encoding="utf-8").splitlines()[error.line - 1][error.column - 1 :], error.why


@pytest.mark.parametrize(
    ("options", "under", "why"),
    [
        ("formula: balance/spent[amount] =", "", "the formula breaks off"),
        ("formula: balanc/spent[amount] = 1", "balanc/", "the form has no table 'balanc' (did you mean 'balance'?)"),
        ("formula: balance/spnt[amount] = 1", "spnt[", "the table has no row 'spnt' (did you mean 'spent'?)"),
        ("formula: balance/spent[amont] = 1", "amont]", "the table has no column 'amont' (did you mean 'amount'?)"),
        ("formula: balance/spent[amount] = $x", "$x", "no figure is called 'x'; 'figures' of a rule names them"),
        ("formula: spent[amount] = 1", "spent[", "'spent' needs its table: table/row[column]"),
        (
            "formula: spent[amount] = 1\ntable: balanc",
            "balanc",
            "no form has a table 'balanc' (did you mean 'balance'?)",
        ),
        ("formula: total = 1\neach: row", "row", "'each: row' needs the table whose rows are meant"),
        (
            "formula: total = 1\neach: row\ntable: codes\nrows: [itm]",
            "[itm]",
            "the table has no row 'itm' (did you mean 'it",
        ),
        ("formula: total = 1\neach: row\ntable: codes\ncolumns: [a]", "[a]", "'columns' goes with 'each: column'"),
        ("formula: total = 1\neach: row\ntable: codes\nat: [a]", "[a]", "expected a text"),
        ("formula: total = 1\neach: row\ntable: codes\nat: a", "a", "'a' is no cell of this table"),
        ("formula: balance/spent[amount] = 1\nat: $x", "$x", "'$x' is no cell of these tables"),
        ("formula: balance/spent[amount] = 1\ntolerance: -1", "-1", "a tolerance cannot be negative"),
        ("formula: balance/spent[amount] = 1\nper-figure: -1", "-1", "a tolerance cannot be negative"),
        (
            "formula: $x = 1\nfigures: {x: {pattern: '\\d+'}}",
            "\\d+'",
            "the pattern needs the group (?P<value>…), which holds the figure",
        ),
        (
            "formula: $x = 1\nfigures: {x: {pattern: '(?P<value>1)', unit: 角}}",
            "角}}",
            "'角' is not one of 元, 万元, 亿元",
        ),
        (
            "formula: $x = 1\nfigures: {x: {pattern: '(?P<value>1)', section: offics}}",
            "offics}}",
            "no form has a section 'offics' (did you mean 'offices'?)",
        ),
    ],
)
def test_a_mistake_in_a_formula_is_an_error_at_its_place(options: str, under: str, why: str, tmp_path: Path) -> None:
    found_under, found_why = refused(rule(tmp_path, "formula", options))
    assert (found_under[: len(under)], found_why[: len(why)]) == (under, why)


@pytest.mark.parametrize(
    ("options", "under", "why"),
    [
        ("table: codes", "table: codes", "nothing is asked of the cells"),
        ("table: cods\ntype: money", "cods", "no form has a table 'cods' (did you mean 'codes'?)"),
        ("table: codes\nrows: [itm]\ntype: money", "[itm]", "the table has no row 'itm' (did you mean 'item'?)"),
        (
            "table: codes\ncolumns: [totl]\ntype: money",
            "[totl]",
            "the table has no column 'totl' (did you mean 'total'?)",
        ),
        ("table: codes\ntype: mony", "mony", "'mony' is not one of count, signed, money, decimal, text, url, yes-no"),
        ("table: codes\nmin: 2\nmax: 1", "1", "the most is less than the least"),
        ("table: codes\ndecimals: -1", "-1", "there are no fewer than 0 decimals"),
        ("table: codes\npattern: '('", "('", "RE2 refuses this pattern"),
    ],
)
def test_a_mistake_in_cell_values_is_an_error_at_its_place(options: str, under: str, why: str, tmp_path: Path) -> None:
    found_under, found_why = refused(rule(tmp_path, "cell-values", options))
    assert (found_under[: len(under)], found_why[: len(why)]) == (under, why)


def told(path: Path, text: str) -> tuple[list[str], Tally]:
    """What the rule said, and whether it held, failed or could not be told."""
    library = load(load_plugins(installed=False, folders=[FORM, path.parent]))
    own = tuple(found for found in library.rules if found.name == "own")
    checked = lint_bytes(Path("report.txt"), text.encode(), replace(library, selected=own))
    return [item.message.zh for item in checked.diagnostics], checked.rules


HELD, FAILED, UNDECIDED = Tally(held=1), Tally(failed=1), Tally(undecided=1)
BALANCE = MODEL[MODEL.index("项目 | 金额") : MODEL.index("\n青禾县财政局\n2024")]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("formula", "formula: balance/spent[amount] >= 0"),
        ("cell-values", "table: balance\nrequired: true\nrows: [spent]"),
    ],
)
def test_a_table_that_is_missing_leaves_the_rule_open(kind: str, options: str, tmp_path: Path) -> None:
    path = rule(tmp_path, kind, options)
    assert [told(path, text) for text in (MODEL, MODEL.replace(BALANCE, "无\n"))] == [([], HELD), ([], UNDECIDED)]


def test_a_figure_that_the_text_does_not_give_leaves_the_rule_open(tmp_path: Path) -> None:
    path = rule(tmp_path, "formula", "formula: $x = 1\nfigures: {x: {pattern: '没有(?P<value>\\d+)个'}}")
    assert told(path, MODEL) == ([], UNDECIDED)


def test_a_rule_for_several_forms_is_open_where_the_form_lacks_the_cell(tmp_path: Path) -> None:
    text = (FORM / "profile.yaml").read_text(encoding="utf-8").replace("years:", "extends: test-any\nyears:")
    older = text[: text.index("  balance:\n    section: balance")]
    older = older.replace("id: test-spending", "id: test-older").replace("{from: 2020}", "{from: 2010, to: 2019}")
    for name, content in (("any", "id: test-any\nabstract: true\n"), ("new", text), ("older", older)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "profile.yaml").write_text(content, encoding="utf-8")
    path = rule(tmp_path, "formula", "formula: balance/spent[amount] >= 0", "test-any")
    library = load(load_plugins(installed=False, folders=[tmp_path]))
    own = replace(library, selected=(library.rule("own"),))
    texts = (MODEL, MODEL.replace("2023年", "2015年").replace("2024年", "2016年"))
    found = [lint_bytes(path, text.encode(), own) for text in texts]
    assert [(checked.profile, checked.rules) for checked in found] == [
        ("test-spending", HELD),
        ("test-older", UNDECIDED),
    ]


@pytest.mark.parametrize(
    ("options", "content", "said"),
    [
        ("type: count", "12", []),
        ("type: count", "1.5", ["1.5 非负整数"]),
        ("type: count", "/", ["/ 非负整数"]),
        ("type: count\nallowed: [/]", "/", []),
        ("type: signed", "-12", []),
        ("type: decimal", "-1.25", []),
        ("type: decimal", "三", ["三 数"]),
        ("type: text", "见上表", []),
        ("type: text", "12", ["12 文字"]),
        ("type: url", "https://www.example.gov.cn/a", []),
        ("type: url", "www.example.gov.cn", ["www.example.gov.cn 网址"]),
        ("type: yes-no", "是", []),
        ("type: yes-no", "也许", ["也许 “是”或“否”"]),
        ("min: 1\nmax: 5", "5", []),
        ("min: 1\nmax: 5", "6", ["6 不大于 5"]),
        ("min: 1\nmax: 5", "0", ["0 不小于 1"]),
        ("decimals: 1", "0.25", ["0.25 至多 1 位小数"]),
        ("pattern: '.{10}'", "一二三四五六七八九十", []),
        ("pattern: '.{10}'", "一二三", ["一二三 .{10}"]),
        ("required: true", "见", []),
        ("required: true", "", [" 内容"]),
        ("type: count\nrequired: true", "", [" 非负整数"]),
        ("type: count", "", []),
        ("unit: 元", "5元", []),
        ("unit: 元", "5万元", ["5万元 元"]),
        ("allowed: [是, 否]", "是", []),
        ("allowed: [是, 否]", "对", ["对 是、否"]),
    ],
)
def test_what_may_stand_in_a_cell(options: str, content: str, said: list[str], tmp_path: Path) -> None:
    path = rule(tmp_path, "cell-values", f"table: bal*ce\nrows: [s*t]\ncolumns: [note]\n{options}")
    text = MODEL.replace("见上表", content)
    assert told(path, text)[0] == [f"{{sentence}}{line}" for line in said]
