"""Title, letter, patterns, units, topics and the like: what the examples of the rules leave open."""

from dataclasses import replace
from pathlib import Path

import pytest

from loaded import library
from reportlint.diagnostic import Finding
from reportlint.document import Document
from reportlint.engine import lint_bytes, recognise
from reportlint.errors import PartMissing
from reportlint.kinds import text_pattern
from reportlint.readers import read
from reportlint.rule import Pattern
from reportlint.testing import model_text
from reports import clean_reports

LIBRARY = library()
MODELS = {profile.id: model_text(profile) for profile in LIBRARY.profiles}
MODEL, MODEL_2021 = MODELS["cn-disclosure-2019"], MODELS["cn-disclosure-2021"]
RULES = (
    "title-form",
    "cover-letter",
    "artefact",
    "money-unit",
    "overview-topics",
    "article-50",
    "fee-statement",
    "perfunctory",
    "rulemaking-power",
)
TITLE = "青禾县云溪镇人民政府2020年政府信息公开工作年度报告\n\n"
PROBLEMS = MODEL[MODEL.index("主要问题：") : MODEL.index("\n六、其他需要报告的事项")]
FEES = "2023年，我街道发出信息处理费收费通知2件，通知金额160元，实际收取信息处理费160元。"


def said(text: str, *rules: str) -> list[str]:
    """What these rules say of a report, as `line:column severity rule expected`."""
    selected = tuple(LIBRARY.rule(rule) for rule in rules or RULES)
    checked = lint_bytes(Path("report.txt"), text.encode(), replace(LIBRARY, selected=selected))
    assert checked.source is not None
    lines = []
    for found in checked.diagnostics:
        line, column = checked.source.position(found.span.start)
        lines.append(f"{line}:{column} {found.severity.word} {found.rule} {found.expected or ''}".rstrip())
    return lines


def changed(old: str, new: str, model: str = MODEL) -> str:
    assert model.count(old) == 1
    return model.replace(old, new)


def document(text: str) -> Document:
    understood, _ = recognise(read(Path("report.txt"), text.encode()), LIBRARY)
    assert understood is not None
    return understood


def pattern(text: str) -> Pattern:
    return Pattern(text)


def test_clean_reports_are_clean() -> None:
    assert {name: said(text) for name, text in clean_reports(24, 8)} == {name: [] for name, _ in clean_reports(24, 8)}


@pytest.mark.parametrize(
    ("front", "found"),
    [
        ("2020年青禾县云溪镇政府信息公开工作年度报告\n\n", "青禾县云溪镇2020年政府信息公开工作年度报告"),
        ("青禾县云溪镇政府信息公开年度报告\n\n", "青禾县云溪镇2020年政府信息公开工作年度报告"),
        ("青禾县云溪镇2020年政府信息公开年度报告\n\n", "青禾县云溪镇2020年政府信息公开工作年度报告"),
        ("政府信息公开年度报告\n\n", None),
        ("云溪镇关于报送2020年政府信息公开工作年度报告的报告\n县政府办：\n现将报告随文报来。\n", None),
        ("首页 > 政府信息公开 > 2020年政府信息公开年度报告\n\n", None),
    ],
)
def test_only_a_line_that_is_a_title_is_held_against_the_form(front: str, found: str | None) -> None:
    expected = [f"1:1 warning title-form {found}"] if found else []
    assert said(changed(TITLE, front), "title-form") == expected


@pytest.mark.parametrize(
    "front",
    [
        f"发布机构：\n云溪镇\n索引号：\n01\n{TITLE}",
        f"信息来源：\n2021-01-09\n2021-01-09\n有效\n{TITLE}",
        f"云政发〔2021〕3号\n（2021年1月9日）\n{TITLE}",
    ],
)
def test_what_a_web_page_prints_is_no_letter(front: str) -> None:
    assert said(changed(TITLE, front), "cover-letter") == []


def findings(text: str, options: text_pattern.Options) -> list[Finding]:
    return list(text_pattern.check(document(text), options))


def test_places_beyond_the_limit_are_counted() -> None:
    text = changed("无其他需要报告的事项。", "甲甲甲甲")
    start = text.index("甲")
    found = findings(text, text_pattern.Options(patterns=(pattern("甲"),), shown=2))
    assert [(finding.span, finding.variant, dict(finding.facts)) for finding in found] == [
        ((start, start + 1), "found", {"found": "甲"}),
        ((start + 1, start + 2), "found", {"found": "甲"}),
        ((start + 2, start + 3), "more", {"count": "2"}),
    ]


@pytest.mark.parametrize(("scope", "places"), [("text", 3), ("prose", 2), ("other", 1)])
def test_a_pattern_is_looked_for_where_the_scope_says(scope: str, places: int) -> None:
    text = changed("无其他需要报告的事项。", "甲").replace("找得到", "甲").replace("规章 | 0", "规章 | 甲")
    assert len(findings(text, text_pattern.Options(patterns=(pattern("甲"),), scope=scope))) == places


def test_what_is_required_and_absent_is_reported_at_the_heading() -> None:
    options = text_pattern.Options(patterns=(pattern("乙"), pattern("丙")), scope="other", least=1)
    start = MODEL.index("六、其他需要报告的事项")
    facts = {"count": "0", "least": "1", "most": ""}
    missing = Finding(span=document(MODEL).section("other").heading.span, facts=facts, variant="missing")
    assert findings(MODEL, options) == [missing]
    assert missing.span.start == start
    assert findings(changed("无其他需要报告的事项。", "丙"), options) == []


def test_a_pattern_for_a_missing_section_cannot_be_told() -> None:
    options = text_pattern.Options(patterns=(pattern("乙"),), scope="other", least=1)
    text = MODEL[: MODEL.index("六、其他需要报告的事项")]
    with pytest.raises(PartMissing):
        findings(text, options)


@pytest.mark.parametrize(
    ("problems", "found"),
    [
        ("无", ["64:1 warning perfunctory"]),
        ("暂无。", ["64:1 warning perfunctory"]),
        ("无存在的主要问题及改进情况。", ["64:1 warning perfunctory"]),
        ("一、存在的问题\n没有\n二、改进措施\n没有", ["65:1 warning perfunctory"]),
        ("人手少，更新慢，要多培训。", []),
        ("（一）存在问题\n公开不够及时。\n（二）改进措施\n加强培训。", []),
        ("没有专职人员，更新不及时；已调整分工。", []),
    ],
)
def test_a_section_that_names_a_problem_is_not_perfunctory(problems: str, found: list[str]) -> None:
    assert said(changed(PROBLEMS, problems), "perfunctory") == found


@pytest.mark.parametrize(
    ("words", "silent"),
    [
        ("无。", True),
        ("本年度无其他需要报告的事项。", True),
        ("未发出信息处理费收费通知。", False),
        ("依申请公开收费情况无", False),
        ("本年度未产生费用。", False),
        ("未向申请人收取任何费。", False),
    ],
)
def test_any_word_on_fees_is_a_statement(words: str, silent: bool) -> None:
    expected = ["65:1 warning fee-statement"] if silent else []
    assert said(changed(FEES, words, MODEL_2021), "fee-statement") == expected


@pytest.mark.parametrize(
    ("agency", "reported"),
    [
        ("青禾县人民政府", True),
        ("青禾自治县人民政府", True),
        ("临川区河湾街道办事处", True),
        ("鄂温克族自治旗人民政府", True),
        ("青禾县住房和城乡建设局", True),
        ("澜州市住房和城乡建设局", False),
        ("澜州市人民政府", False),
        ("镇江市人民政府", False),
        ("景德镇市乡村振兴局", False),
        ("广西壮族自治区人民政府", False),
        ("浦东新区人民政府", False),
        ("临川经济开发区管理委员会", False),
        ("喀什地区行政公署", False),
    ],
)
def test_rulemaking_power_is_denied_only_where_the_name_is_certain(agency: str, reported: bool) -> None:
    text = changed("青禾县云溪镇人民政府2020年政府", f"{agency}2020年政府")
    text = text.replace("规章 | 0 | 0 | 0 |", "规章 | 0 | 0 | 4 |")
    assert said(text, "rulemaking-power") == (["15:14 warning rulemaking-power 0"] if reported else [])


def test_a_unit_in_the_label_of_the_row_is_a_unit() -> None:
    text = changed("政府集中采购 | 0 | 0 |", "政府集中采购（万元） | 2 | 71.8 |")
    assert said(text, "money-unit") == []


def test_article_50_asks_governments_only() -> None:
    text = MODEL.replace("考核", "检查").replace("社会评议", "走访").replace("责任追究", "差错")
    governments = ("青禾县云溪镇人民政府", "青禾县人民政府", "四川省人民政府")
    said_of = {
        agency: said(text.replace("青禾县云溪镇人民政府2020年政府", f"{agency}2020年政府"), "article-50")
        for agency in (*governments, "青禾县教育局")
    }
    silent: list[str] = []
    loud = ["5:1 warning article-50"]
    assert said_of == {**dict.fromkeys(governments, loud), "青禾县教育局": silent}
