"""The generator of report texts is itself held against the forms, read back from the text alone."""

import dataclasses
import random
import re
import unicodedata
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from reports import (
    AGENCIES,
    SECTIONS,
    Damage,
    Figures,
    Form,
    Key,
    Layout,
    Style,
    cell,
    clean_reports,
    figure,
    form_of,
    heading,
    label,
    random_figures,
    random_style,
    render,
    render_with_places,
)

Table = list[list[str]]
YEARS: dict[Form, int] = {"2019": 2020, "2021": 2022}
RESULT_ROWS: dict[Form, int] = {"2019": 19, "2021": 21}


def report(
    form: Form, layout: Layout = "M", style: Style | None = None, damage: Damage | None = None, seed: int = 5
) -> str:
    """A report of a township with something to count in every table."""
    return render(
        random_figures(random.Random(seed), form, size="large"),
        form=form,
        year=YEARS[form],
        agency="青禾县云溪镇人民政府",
        layout=layout,
        style=style or Style(),
        damage=damage or Damage(),
    )


def tables(text: str) -> list[Table]:
    """The tables of a text in either layout, as rows of stripped cells."""
    text = text.replace("\r\n", "\n")
    return tables_by_line(text) if "\n\t" in text else tables_between_bars(text)


def tables_by_line(text: str) -> list[Table]:
    found: list[Table] = []
    for block in re.findall(r"(?:^\t.*\n(?:.+\n)*\n)+\n", text, re.MULTILINE):
        rows = [re.split(r"^\t", row, flags=re.MULTILINE)[1:] for row in block.rstrip("\n").split("\n\n")]
        found.append([[re.sub(r"\n", "", text).strip() for text in row] for row in rows])
    return found


def tables_between_bars(text: str) -> list[Table]:
    found: list[Table] = []
    for block in re.findall(r"(?:^.*\|\n)+", text, re.MULTILINE):
        found.append([[text.strip() for text in row.split("|")[:-1]] for row in block.splitlines()])
    return found


def numbers(row: list[str], count: int) -> list[Decimal]:
    """The last numbers of a row, whatever blank cells follow them."""
    filled = [unicodedata.normalize("NFKC", text).replace(",", "") for text in row if text]
    return [Decimal(text) for text in filled[-count:]]


def broken_identities(text: str) -> list[str]:
    """Every identity of tables `requests` and `review` that does not hold, recomputed from the text."""
    _, requests, review = tables(text)
    rows = [numbers(row, 7) for row in requests[3:]]
    broken = [f"row {number}" for number, row in enumerate(rows) if sum(row[:6]) != row[6]]
    for column, (new, carried_in, *results, total, carried_out) in enumerate(zip(*rows, strict=True)):
        broken += [f"results in column {column}"] * (sum(results) != total)
        broken += [f"balance in column {column}"] * (new + carried_in != total + carried_out)
    counts = numbers(review[3], 15)
    broken += [f"review {at}" for at in (0, 5, 10) if sum(counts[at : at + 4]) != counts[at + 4]]
    return broken


def test_every_identity_holds_in_every_clean_report() -> None:
    assert {name: broken_identities(text) for name, text in clean_reports(48, 11)} == {
        name: [] for name, _ in clean_reports(48, 11)
    }


@pytest.mark.parametrize(
    ("form", "active", "labels_of_results"),
    [
        ("2019", [1, 4, 4, 4, 1, 4, 4, 4, 1, 4, 4, 4, 1, 3, 3, 1, 3, 3], [9, 9, *[10] * 16, 9]),
        ("2021", [1, 4, 4, 4, 1, 2, 2, 1, 2, 2, 2, 1, 2, 2], [9, 9, *[10] * 16, *[10] * 3]),
    ],
)
def test_a_text_by_line_has_the_cells_of_the_form_in_each_row(
    form: Form, active: list[int], labels_of_results: list[int]
) -> None:
    assert [[len(row) for row in table] for table in tables(report(form))] == [
        active,
        [2, 4, 8, 8, 8, *labels_of_results, 9, 8],
        [2, 7, 15, 15],
    ]


@pytest.mark.parametrize("layout", ["M", "D"])
def test_tables_have_the_rows_of_their_form(layout: Layout) -> None:
    counted = {form: [len(table) for table in tables(report(form, layout))] for form in YEARS}
    assert counted == {"2019": [18, 26, 4], "2021": [14, 28, 4]}


def test_a_text_by_line_ends_a_row_with_one_empty_line_and_a_table_with_two() -> None:
    text = report("2019")
    assert text.count("\n\n\n") == 3
    assert "\n\t政府集中采购\n\t0\n\t0\n\n\n三、收到和处理政府信息公开申请情况\n\t（本列" in text
    assert "\n\n\t\n\t自然人\n\t法人或其他组织\n\t总计\n\n\t\n\t\n\t商业企业\n" in text


def test_a_text_between_bars_begins_no_line_with_a_bar() -> None:
    text = report("2021", "D")
    assert [line for line in text.splitlines() if line.lstrip().startswith("|")] == []
    assert "\n自然人 | 法人或其他组织 | 总计 |\n商业企业 | 科研机构 | " in text
    assert "\n2.其他法律行政法规禁止公开 | " in text


def test_bars_fill_up_short_rows_and_groups_repeat_where_the_style_wants_it() -> None:
    text = report("2021", "D", Style(padded_rows=True, repeated_groups=True))
    assert {len(row) for row in tables(text)[1]} == {10}
    assert "\n三、本年度办理结果 | （三）不予公开 | 2.其他法律行政法规禁止公开 | " in text


def test_the_same_seed_gives_the_same_reports_and_another_seed_gives_others() -> None:
    first = list(clean_reports(20, 3))
    assert first == list(clean_reports(20, 3))
    assert first != list(clean_reports(20, 4))


def test_clean_reports_mix_forms_layouts_and_bodies() -> None:
    names = [name.removesuffix(".txt").split("-") for name, _ in clean_reports(200, 1)]
    assert {agency for _, _, agency, _ in names} == set(AGENCIES)
    assert {(year, layout) for _, year, _, layout in names} == {
        (str(year), layout) for year in range(2019, 2025) for layout in "MD"
    }


def test_clean_reports_are_signed_in_time_and_state_the_whole_year() -> None:
    for name, text in clean_reports(60, 2):
        _, year_text, agency, _ = name.removesuffix(".txt").split("-")
        year = int(year_text)
        signed = re.findall(r"^(\d{4})年(\d+)月(\d+)日\r?$", text, re.MULTILINE)
        last = date(year + 1, 3, 31) if re.search("[县市]人民政府$", agency) else date(year + 1, 1, 31)
        assert [date(year + 1, 1, 1) <= date(*map(int, parts)) <= last for parts in signed] == [True], name
        period = rf"统计期限[自为]{year}年1月1日起?至({year}年)?12月31日"
        assert re.search(period, text), name


def test_plausible_relations_hold_in_random_figures() -> None:
    for seed in range(60):
        rng = random.Random(seed)
        assert implausible_2019(random_figures(rng, "2019", purchases=bool(seed % 2))) == []
        assert implausible_2021(random_figures(rng, "2021", rulemaking=bool(seed % 2))) == []


def implausible_2019(figures: Figures) -> list[str]:
    wrong = []
    for row in ("regulations", "documents"):
        if figures.of("active", row, "published") > figures.of("active", row, "available"):
            wrong.append(row)
    for row in ("licences", "services", "penalties", "compulsion", "charges"):
        now = figures.of("active", row, "previous") + figures.of("active", row, "change")
        decisions = 0 if row == "charges" else figures.of("active", row, "decisions")
        if now < 0 or (now == 0 and decisions):
            wrong.append(row)
    bought, paid = (figures.of("active", "procurement", column) for column in ("projects", "amount"))
    return wrong + ["procurement"] * (bool(bought) != bool(paid))


def implausible_2021(figures: Figures) -> list[str]:
    wrong = []
    for row in ("regulations", "documents"):
        made, repealed, in_force = (figures.of("active", row, column) for column in ("made", "repealed", "in-force"))
        if made > in_force + repealed:
            wrong.append(row)
    fees = figures.fees
    if figures.of("active", "charges", "amount") * 10_000 < fees.collected or fees.collected > fees.notified:
        wrong.append("fees")
    if figures.requests("fee-unpaid") > fees.notices or fees.notified % 10 or fees.collected % 10:
        wrong.append("notices")
    return wrong


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_figures_in_the_prose_are_those_of_the_tables(form: Form) -> None:
    for seed in range(20):
        figures = random_figures(random.Random(seed), form, size="large")
        style = Style(seed=seed, prose_before=True)
        text = render(figures, form=form, year=YEARS[form], agency="青禾县人民政府", layout="D", style=style)
        _, requests, review = tables(text)
        totals = [numbers(row, 7)[6] for row in requests[3:]]
        counts = numbers(review[3], 15)
        expected = {
            "新收政府信息公开申请": totals[0],
            "收到政府信息公开申请": totals[0],
            "上年结转": totals[1],
            "办结": totals[-2],
            "已答复": totals[-2],
            "予以公开": totals[2],
            "部分公开": totals[3],
            "不予公开": sum(totals[4:12]),
            "无法提供": sum(totals[12:15]),
            "不予处理": sum(totals[15:20]),
            "其他处理": sum(totals[20:-2]),
            "结转下年度继续办理": totals[-1],
            "行政复议": counts[4],
            "行政诉讼": counts[9] + counts[14],
        }
        said = [
            (words, Decimal(count)) for words in expected for count in re.findall(rf"(?<![\d |]){words}(\d+)件", text)
        ]
        assert said == [(words, expected[words]) for words, _ in said]
        assert {"行政复议", "行政诉讼"} <= {words for words, _ in said}


def test_parts_that_the_prose_lists_add_up() -> None:
    for name, text in clean_reports(40, 6):
        found = re.search(r"共公开政府信息 ?(\d+) ?条，其中，(.*?)。", text)
        assert found is not None, name
        assert int(found[1]) == sum(map(int, re.findall(r"(\d+) ?条", found[2]))), name


def test_each_heading_stands_once_and_in_order() -> None:
    lines = report("2021").splitlines()
    assert [line for line in lines if re.match("[一二三四五六七八九十]、", line)] == list(SECTIONS.values())


def test_every_key_leads_to_its_text() -> None:
    for layout in ("M", "D"):
        figures = random_figures(random.Random(9), "2021", size="large")
        found = render_with_places(
            figures,
            form="2021",
            year=2022,
            agency="青禾县云溪镇",
            layout=layout,
            style=Style(prose_before=True),
        )
        lines = found.text.splitlines()
        wanted: dict[Key, str] = {
            cell("requests", "new", "total"): str(figures.of("requests", "new", "total")),
            cell("review", "after-review", "pending"): str(figures.of("review", "after-review", "pending")),
            cell("active", "charges", "amount"): str(figures.of("active", "charges", "amount")),
            label("requests", "group", "denied"): "（三）不予公开",
            label("requests", "row", "other-handling"): "3.其他",
            label("review", "column", "direct", "total"): "总计",
            heading("problems"): SECTIONS["problems"],
            figure("review", "review"): str(figures.of("review", "review", "total")),
            ("title",): "青禾县云溪镇2022年政府信息公开工作年度报告",
            ("period",): "统计期限",
            ("date",): "2023年1月",
        }
        places = {key: found.lines[key] for key in wanted}
        assert {
            key: lines[line - 1][column - 1 :][: len(wanted[key])] for key, (line, column) in places.items()
        } == wanted


def test_places_hold_in_any_style() -> None:
    for seed in range(30):
        rng = random.Random(seed)
        style = random_style(rng, remarked=True)
        key = cell("requests", "granted", "business")
        found = render_with_places(
            random_figures(rng, "2019"),
            form="2019",
            year=2019,
            agency="青禾县教育局",
            layout=rng.choice(("M", "D")),
            style=style,
            damage=Damage(replaced={key: "  甲乙"}),
        )
        line, column = found.lines[key]
        assert found.text.split(style.line_end)[line - 1][column - 1 :].startswith("甲乙")


def changed_lines(damage: Damage, form: Form = "2019") -> list[tuple[str, str]]:
    before, after = report(form).splitlines(), report(form, damage=damage).splitlines()
    assert len(before) == len(after)
    return [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]


@pytest.mark.parametrize(
    ("key", "before"),
    [
        (label("requests", "row", "third-party"), "\t4.保护第三方合法权益"),
        (label("active", "block", "item-6"), "\t第二十条第（六）项"),
        (label("active", "column", "item-8", "change"), "\t本年增/减"),
        (
            label("requests", "corner"),
            "\t（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
        ),
        (heading("review"), "四、政府信息公开行政复议、行政诉讼情况"),
    ],
)
def test_replacing_one_text_changes_one_line(key: Key, before: str) -> None:
    after = "\t改" if before.startswith("\t") else "改"
    assert changed_lines(Damage(replaced={key: "改"})) == [(before, after)]


def test_replacing_a_cell_leaves_the_prose_alone() -> None:
    key = cell("requests", "new", "total")
    assert [after for _, after in changed_lines(Damage(replaced={key: "987654"}))] == ["\t987654"]


def test_a_row_left_out_takes_only_itself_and_hands_on_its_group() -> None:
    damage = Damage(rows=frozenset({("requests", "secret"), ("active", "compulsion")}))
    active, requests, review = tables(report("2019", damage=damage))
    assert (len(active), len(requests), len(review)) == (17, 25, 4)
    assert [row[:3] for row in requests if "2.其他法律行政法规禁止公开" in row] == [
        ["", "（三）不予公开", "2.其他法律行政法规禁止公开"]
    ]


def test_a_table_or_a_section_can_be_left_out() -> None:
    without_table = report("2019", damage=Damage(tables=frozenset({"review"})))
    without_section = report("2019", damage=Damage(sections=frozenset({"review"})))
    assert [len(table) for table in tables(without_table)] == [18, 26]
    assert [len(table) for table in tables(without_section)] == [18, 26]
    assert (SECTIONS["review"] in without_table, SECTIONS["review"] in without_section) == (True, False)


@pytest.mark.parametrize(
    "damage",
    [
        Damage(replaced={cell("requests", "fee-unpaid", "total"): "1"}),
        Damage(rows=frozenset({("active", "charge")})),
        Damage(tables=frozenset({"reviews"})),
        Damage(sections=frozenset({"problem"})),
    ],
)
def test_damage_to_what_is_not_there_is_refused(damage: Damage) -> None:
    with pytest.raises(KeyError):
        report("2019", damage=damage)


def test_figures_of_the_other_form_are_refused() -> None:
    with pytest.raises(ValueError, match="figures of form 2019 do not fit form 2021"):
        render(
            random_figures(random.Random(1), "2019"),
            form="2021",
            year=2022,
            agency="青禾县云溪镇",
            layout="M",
            style=Style(),
        )


VARIANTS: dict[str, object] = {
    "seed": 2,
    "list_marks": "、",
    "partial_label": "short",
    "quotes": "none",
    "nothing": "无",
    "title_lines": 2,
    "bookmark": "number",
    "line_end": "\r\n",
    "run_in_headings": False,
    "preamble": False,
}


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Style)])
def test_every_switch_of_a_style_changes_the_text(name: str) -> None:
    variant = dataclasses.replace(Style(), **{name: VARIANTS.get(name, True)})  # type: ignore[arg-type]
    changed = [
        report(form, layout, variant, seed=seed) != report(form, layout, Style(), seed=seed)
        for form in YEARS
        for layout in ("M", "D")
        for seed in (5, 6)
    ]
    assert any(changed)


def test_variants_change_neither_figures_nor_words() -> None:
    plain = tables(report("2021"))
    for seed in range(20):
        style = random_style(random.Random(seed))
        styled = tables(report("2021", "M", dataclasses.replace(style, partial_label="printed")))
        assert [[bare(row) for row in table] for table in styled] == [[bare(row) for row in table] for table in plain]


def bare(row: list[str]) -> list[str]:
    """The cells of a row without what the variants may change."""
    folded = [re.sub(r"[\s“”\",，+]", "", unicodedata.normalize("NFKC", text)) for text in row if text]
    return [re.sub(r"(?<=^\d)[.、](?!\d)|(?<=^0)\.00$", "", text) for text in folded]


def test_a_year_belongs_to_one_form() -> None:
    assert [form_of(year) for year in range(2019, 2025)] == ["2019"] * 2 + ["2021"] * 4


@pytest.mark.parametrize("profile", ["cn-disclosure-2019", "cn-disclosure-2021"])
def test_every_identity_holds_in_the_clean_examples(profile: str) -> None:
    clean = Path(__file__).parent.parent / "examples" / profile / "clean.txt"
    assert broken_identities(clean.read_text(encoding="utf-8")) == []
