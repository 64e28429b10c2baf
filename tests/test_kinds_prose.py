"""Figures in the text against tables and in lists: what the examples of the rules leave open."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from loaded import library
from reportlint.diagnostic import Diagnostic, Text
from reportlint.document import Document
from reportlint.engine import lint_bytes, recognise
from reportlint.kinds import figure_claims
from reportlint.kinds.figure_claims import Claim
from reportlint.prose import EXACT, Words, cells, clauses, expression, passages
from reportlint.readers import read
from reportlint.rule import Pattern
from reportlint.testing import model_text
from reports import clean_reports

LIBRARY = library()
FORMS = {profile.id: profile for profile in LIBRARY.profiles}
MODEL, MODEL_2021 = (model_text(FORMS[name]) for name in ("cn-disclosure-2019", "cn-disclosure-2021"))
REQUESTS = "全年新收政府信息公开申请4件，上年结转1件，办结5件，结转下年度继续办理0件。"
# 7 newly received, 2 carried in, 7 finished, 2 carried out; 5 reconsiderations, 5 + 3 lawsuits.
REQUESTS_2021 = (
    "全年共受理政府信息公开申请9件（含上年结转2件），办结7件，其中，予以公开0件，部分公开0件，不予公开2件，"
    "无法提供2件，不予处理3件，其他处理0件。"
)
ACTIVE = "其中，政府网站公开17条，政务新媒体公开253条，公开栏公开171条"


def found(text: str, *rules: str) -> list[Diagnostic]:
    selected = tuple(rule for rule in LIBRARY.rules if rule.name in rules)
    assert len(selected) == len(rules)
    identities = tuple(rule for rule in LIBRARY.rules if rule.kind.name == "identity")
    checked = lint_bytes(Path("report.txt"), text.encode(), replace(LIBRARY, selected=(*selected, *identities)))
    return [diagnostic for diagnostic in checked.diagnostics if diagnostic.rule in rules]


def said(words: str, model: str = MODEL_2021) -> list[tuple[str | None, str | None]]:
    """What `prose-table` finds and expects where these words stand in place of those on requests."""
    old = REQUESTS if model == MODEL else REQUESTS_2021
    assert model.count(old) == 1
    return [(one.found, one.expected) for one in found(model.replace(old, words), "prose-table")]


def document(text: str) -> Document:
    understood, _ = recognise(read(Path("report.txt"), text.encode()), LIBRARY)
    assert understood is not None
    return understood


# Figures against tables.


def test_a_diagnostic_stands_at_the_figure_and_names_the_cells() -> None:
    (one,) = found(MODEL_2021.replace("不予处理3件", "不予处理 ２ 件"), "prose-table")
    text = MODEL_2021.replace("不予处理3件", "不予处理 ２ 件")
    assert text[one.span.start : one.span.end] == "２"
    assert one.message == Text(
        "正文中“不予处理”为 ２，表中为 2 + 1 = 3", "Not processed: ２ in the text, 2 + 1 = 3 in the table"
    )
    assert (one.found, one.expected) == ("２", "3")
    assert one.place is not None
    assert one.place.section == "总体情况"
    assert [text[place.span.start : place.span.end] for place in one.related] == ["2", "1"]
    assert one.related[0].message.zh == "表中“3.要求提供公开出版物 总计”为 2"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("新收政府信息公开申请8件。", [("8", "7")]),
        ("收到政府信息公开申请7件。", []),
        ("收到政府信息公开申请9件。", []),
        ("收到8件政府信息公开申请。", [("8", "7")]),
        ("新收到公民、法人或者其他组织提出的政府信息公开申请八件。", [("八", "7")]),
        ("未收到任何形式的信息公开申请。", [("未收到任何形式的信息公开申请", "7")]),
        ("收到政府信息公开申请7件，其中网上申请4件，当面申请3件；办结6件。", [("6", "7")]),
        ("在办结的政府信息公开申请中，予以公开和部分公开1件。", [("1", "0")]),
        ("因政府信息公开引起的行政复议、行政诉讼案件13件。", []),
        ("因政府信息公开引起的行政复议、行政诉讼案件12件。", [("12", "13")]),
        ("因政府信息公开被申请行政复议5件、行政诉讼9件。", [("9", "8")]),
        ("没有发生因政府信息公开引起的行政复议和行政诉讼。", [("没有发生因政府信息公开引起的行政复议和行政诉讼", "5")]),
    ],
)
def test_what_contradicts_a_table(words: str, expected: list[tuple[str, str]]) -> None:
    assert said(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "收到政府信息公开申请80余件。",
        "收到政府信息公开申请5-6件。",
        "2022年收到政府信息公开申请10件，办结10件。",
        "2023年1月至6月，收到政府信息公开申请3件。",
        "自2008年以来，累计收到政府信息公开申请300件。",
        "其中，收到政府信息公开申请3件。",
        "通过网络收到政府信息公开申请5件，办结4件。",
        "各部门共收到政府信息公开申请500件。",
        "收到政府信息公开申请9件，受理7件，受理政府信息公开申请6件。",
        "收到政府信息公开申请9件，其中，网络申请5件，予以公开3件。",
        "收到政府信息公开申请9件，回复网民留言12件，办结12件。",
        "新收政府信息公开申请7件，办结5件；上年结转2件，办结2件。",
        "按期答复政府信息公开申请5件，延期答复2件。",
        "受理公租房申请100件，办结100件。",
        "没有收到逾期未答复的政府信息公开申请。",
        "无不予公开的政府信息公开申请。",
        "未发生因政府信息公开被纠正的行政复议。",
        "全年办理行政复议案件50件，出庭应诉行政诉讼30件。",
        "通过平台主动公开政府信息，予以公开12件。",
        "依申请公开政府信息12条。",
    ],
)
def test_what_is_not_about_the_whole_year_the_whole_body_or_requests(words: str) -> None:
    assert said(words) == []


def test_a_figure_that_repeats_a_wrong_cell_is_not_wrong_once_more() -> None:
    row = "一、本年新收政府信息公开申请数量 | 4 | 0 | 0 | 0 | 0 | 0 | "
    wrong = MODEL.replace(f"{row}4 |", f"{row}6 |")
    assert found(wrong, "prose-table") == []
    assert found(wrong.replace("新收政府信息公开申请4件", "新收政府信息公开申请6件"), "prose-table") == []
    (one,) = found(wrong.replace("新收政府信息公开申请4件", "新收政府信息公开申请7件"), "prose-table")
    assert (one.found, one.expected) == ("7", "4")


def test_a_blank_total_counts_as_what_it_should_be() -> None:
    row = "一、本年新收政府信息公开申请数量 | 4 | 0 | 0 | 0 | 0 | 0 | "
    blank = MODEL.replace(f"{row}4 |", f"{row} |")
    assert found(blank, "prose-table") == []
    (one,) = found(blank.replace("新收政府信息公开申请4件", "新收政府信息公开申请5件"), "prose-table")
    assert (one.found, one.expected) == ("5", "4")


def test_words_in_a_cell_cannot_be_compared_with() -> None:
    row = "一、本年新收政府信息公开申请数量 | 4 | 0 | 0 | 0 | 0 | 0 | "
    text = MODEL.replace(f"{row}4 |", f"{row}无 |").replace("新收政府信息公开申请4件", "新收政府信息公开申请5件")
    assert found(text, "prose-table") == []


def test_fees_are_compared_in_yuan_whatever_units_they_stand_in() -> None:
    assert found(MODEL_2021.replace("费160元。", "费0.09万元。"), "prose-table") == []
    (one,) = found(MODEL_2021.replace("费160元。", "费0.1万元。"), "prose-table")
    assert one.message.zh == "正文中“实际收取的信息处理费”为 0.1万元，多于表中包含它的 900元"
    assert (one.found, one.expected) == ("0.1", "0.09")
    in_yuan = MODEL_2021.replace("行政事业性收费 | 0.09 |", "行政事业性收费 | 150元 |")
    assert [one.expected for one in found(in_yuan, "prose-table")] == ["150"]


def test_without_a_table_the_rule_cannot_tell() -> None:
    rule = LIBRARY.rule("prose-table")
    start, end = MODEL.index("行政复议 | 行政诉讼 |"), MODEL.index("五、存在的主要问题")
    assert not figure_claims.undecided(document(MODEL), rule.options)
    assert figure_claims.undecided(document(MODEL[:start] + MODEL[end:]), rule.options)


def test_every_cell_that_the_rules_name_is_in_some_form() -> None:
    table, lists = LIBRARY.rule("prose-table").options, LIBRARY.rule("prose-sum").options
    named = {text for claim in table.claims for text in claim.cells}
    named |= {text for known in lists.known for text in known.cells}
    templates = [{table.key: table for table in profile.tables} for profile in FORMS.values()]
    lost = {text for text in named if all(cells(expression(text), tables) is None for tables in templates)}
    assert lost == set()


def test_trying_all_patterns_at_once_finds_what_each_of_them_finds() -> None:
    options = LIBRARY.rule("prose-table").options
    sets = figure_claims._sets(options)
    counted = 0
    for _, text in clean_reports(24, 5):
        for passage in passages(document(text).report):
            for clause in clauses(passage.paragraph.text, options.words):
                alone = [
                    place
                    for place, claim in enumerate(options.claims)
                    if claim.pattern is not None and claim.pattern.search(clause.mask)
                ]
                assert list(sets.counting(clause.mask)) == alone
                counted += len(alone)
    assert counted > 50


def pattern(text: str) -> Pattern:
    return Pattern(text)


WHAT = Text("申请", "Requests")


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Claim(what=WHAT, cells=("requests/new",), pattern=pattern("(?P<count>#)")),
        lambda: Claim(what=WHAT, cells=("requests/new[total]",), pattern=pattern("#件")),
        lambda: Claim(what=WHAT, cells=("requests/new[total]",)),
        lambda: figure_claims.Options(
            claims=(Claim(what=WHAT, cells=(), none=pattern("无"), despite=("part",)),), words=Words(units=("件",))
        ),
    ],
)
def test_options_that_could_never_find_anything_are_refused(broken: Iterator[None]) -> None:
    with pytest.raises(ValueError, match=r"."):
        broken()  # type: ignore[operator]


# Lists.


def listed(words: str) -> list[str]:
    text = MODEL.replace(ACTIVE, words)
    return [one.message.zh for one in found(text, "prose-sum")]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (ACTIVE, []),
        ("其中：网站公开17条，新媒体公开253条，公开栏公开161条", ["共 441 条，但 17 + 253 + 161 = 431"]),
        ("其中：政策17条；动态253条；其他161条", ["共 441 条，但 17 + 253 + 161 = 431"]),
        ("分别为政策17条，动态253条", ["共 441 条，但 17 + 253 = 270"]),
        ("其中：政策217条，动态253条", ["共 441 条，但 217 + 253 = 470"]),
        ("其中：政策17条，动态253条", []),
        ("其中：政策417条，动态453条", []),
        ("其中：网站公开17条，新媒体公开253条，公开栏公开18次", []),
        ("其中：网站公开17条，新媒体公开253条，较上年增加161条", []),
        ("其中：网站公开17条，新媒体公开253条，其中微信公开161条", []),
        ("其中：网站公开17条，新媒体公开253条，发放宣传资料300条", []),
    ],
)
def test_lists(words: str, expected: list[str]) -> None:
    assert listed(words) == expected


def test_a_list_of_which_a_table_contradicts_a_figure_is_left_to_the_table() -> None:
    assert found(MODEL_2021.replace("办结7件，", "办结8件，"), "prose-sum") == []
    (one,) = found(MODEL_2021.replace("办结7件，", "办结8件，"), "prose-table")
    assert (one.found, one.expected) == ("8", "7")


def test_masks_of_clean_reports_hold_figures() -> None:
    """So that the tests above do not pass because nothing is read."""
    words = LIBRARY.rule("prose-table").options.words
    read_values = [
        figure.value
        for passage in passages(document(MODEL).report)
        for clause in clauses(passage.paragraph.text, words)
        if EXACT in clause.mask
        for figure in clause.figures
    ]
    assert Decimal(441) in read_values


def test_clean_reports_are_clean() -> None:
    assert [one for _, text in clean_reports(60, 21) for one in found(text, "prose-table", "prose-sum")] == []
