"""What reports cite, held against the norms."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from loaded import library
from reportlint.document import Document
from reportlint.engine import lint_bytes, recognise
from reportlint.errors import ConfigError, PartMissing
from reportlint.kinds import citations
from reportlint.norms import Norms
from reportlint.readers import read
from reportlint.rule import Pattern
from reportlint.testing import model_text
from reportlint.wording import words
from reports import clean_reports

LIBRARY = library()
MODELS = {profile.id: model_text(profile) for profile in LIBRARY.profiles}
MODEL, MODEL_2021 = MODELS["cn-disclosure-2019"], MODELS["cn-disclosure-2021"]
OTHER = "无其他需要报告的事项。"
SIGNED = "青禾县云溪镇人民政府\n2021年1月9日"
NORMS = """\
instruments:
  act: {name: Disclosure Act, numbers: [No. 7], from: 2015-01-01, articles: 12}
  order: {name: Reports Order, from: 2022-06-01, replaced-by: act}
  old: {name: Old Order, to: 2018-12-31}
  long: {name: 中华人民共和国民法典, short: [民法典], articles: 126}
"""


def document(text: str, norms: Norms | None = None) -> Document:
    library = replace(LIBRARY, norms=norms or LIBRARY.norms)
    understood, _ = recognise(read(Path("report.txt"), text.encode()), library)
    assert understood is not None
    return understood


def said(report: Document, /, **options: Any) -> list[tuple[Any, ...]]:
    """Each finding as variant, what is cited, what it should be, and the last article or the day."""
    for found in citations.check(report, citations.Options(**options)):
        assert (found.found or "?") in report.source.text[found.span.start : found.span.end]
    return [
        (
            found.variant,
            found.found,
            found.expected,
            found.facts.get("last") or found.facts.get("day"),
        )
        for found in citations.check(report, citations.Options(**options))
    ]


def cited(text: str, /, **options: Any) -> list[tuple[Any, ...]]:
    """What is said of a report on 2020 with this in its last section."""
    assert MODEL.count(OTHER) == 1
    return said(document(MODEL.replace(OTHER, text)), **options)


FORM = "《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）"
REVISED = "《中华人民共和国政府信息公开条例》（国令第711号）"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("《条例》第五十六条。", []),
        ("《条例》第五十七条。", [("article", "五十七", None, "56")]),
        ("《条例》第 57 条第一款。", [("article", "57", None, "56")]),
        ("《条例》第６０条。", [("article", "６０", None, "56")]),
        ("《政府信息公开条例》第一百零二条。", [("article", "一百零二", None, "56")]),
        (
            "《条例》第十条、第六十条第二项和第七十条。",
            [("article", "六十", None, "56"), ("article", "七十", None, "56")],
        ),
        ("《条例》第二十条，某办法第八十条。", []),
        ("第八十条。", []),
        ("《条例》第两千条。", []),
        ("《中华人民共和国政府信息公开条例》（国务院令第711号）第六十条。", [("article", "六十", None, "56")]),
    ],
)
def test_an_article_behind_the_last_is_reported(text: str, found: list[tuple[Any, ...]]) -> None:
    assert cited(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("《条例》（国令第711号）。", []),
        ("《条例》（国务院令（第711号））。", []),
        ("《条例》（中华人民共和国国务院令第 ７１１ 号，2019年）。", []),
        ("《条例》（国令第771号）。", [("number", "国令第771号", "国令第711号", None)]),
        ("《条例》（国务院令第492号）。", [("repealed", "国务院令第492号", REVISED, "2019-05-14")]),
        ("《立法法》（主席令第20号）。", []),
        ("《条例》（见附件）。", []),
        ("《政务服务办法》（国令第771号）。", []),
    ],
)
def test_a_number_is_held_against_the_name_before_it(text: str, found: list[tuple[Any, ...]]) -> None:
    assert cited(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("国办公开办函〔2019〕60号。", []),
        ("按照国办公开办函[2021]30号文件。", [("future", "国办公开办函[2021]30号", None, "2021-09-26")]),
        (
            "《关于印发格式的通知》（国办公开办函〔2021〕30号）。",
            [("future", "国办公开办函〔2021〕30号", None, "2021-09-26")],
        ),
        ("县政办函〔2021〕30号。", []),
        ("国令第492号。", [("repealed", "国令第492号", REVISED, "2019-05-14")]),
        ("原国令第492号自2019年起废止。", []),
        ("《条例》和国办函〔2020〕109号。", []),
    ],
)
def test_a_number_alone_is_held_against_the_day(text: str, found: list[tuple[Any, ...]]) -> None:
    assert cited(text) == found


def test_a_form_that_another_has_replaced_is_reported_with_that_one() -> None:
    for number in ("国办公开办函〔2019〕60号", "《政府信息公开工作年度报告格式（试行）》"):
        text = MODEL_2021.replace("2023年，我街道发出", f"依照{number}，2023年，我街道发出")
        name = number.strip("《》")
        assert said(document(text)) == [("repealed", name, FORM, "2021-09-25")]


def test_what_comes_into_force_before_the_report_is_signed_may_be_cited() -> None:
    late = MODEL.replace(OTHER, "国办公开办函〔2021〕30号。")
    assert [line[0] for line in said(document(late))] == ["future"]
    assert said(document(late.replace("2021年1月9日", "2021年10月9日"))) == []
    assert said(document(late.replace(f"\n{SIGNED}", ""))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "《中华人民共和国政务信息公开条例》。",
            [("name", "中华人民共和国政务信息公开条例", "中华人民共和国政府信息公开条例", None)],
        ),
        ("《政府信息年度报告格式》。", [("name", "政府信息年度报告格式", "政府信息公开工作年度报告格式", None)]),
        ("《政府信息的公开条例》。", [("name", "政府信息的公开条例", "政府信息公开条例", None)]),
        ("《政府信息公开条例实施办法》。", []),
        ("《澜州市政府信息公开条例》。", []),
        ("《政府信息公开规定》。", []),
        ("《信息公开条例》。", []),
        ("《云溪镇政府信息公开制度》。", []),
        ("《云溪镇2020年政府信息公开工作年度报告》。", []),
    ],
)
def test_a_name_that_differs_in_one_place_is_reported(text: str, found: list[tuple[Any, ...]]) -> None:
    assert cited(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "根据《优化营商环境条例》（以下简称《条例》）第七十条。《条例》第八十条。",
        "根据《中华人民共和国民法典》（简称：《条例》）第七十条。",
        "修订前的《条例》第八十条。",
        "与旧《政府信息公开条例》（国令第492号）相比。",
    ],
)
def test_what_a_report_calls_otherwise_or_speaks_of_as_past_is_left_alone(text: str) -> None:
    assert cited(text) == []


def test_a_short_name_that_the_report_defines_keeps_its_articles() -> None:
    text = "根据《中华人民共和国政府信息公开条例》（以下简称《公开条例》）。依《公开条例》第六十条。"
    assert cited(text) == [("article", "六十", None, "56")]


def test_only_what_is_asked_for_is_reported() -> None:
    text = "《条例》第六十条。《条例》（国令第771号）。国办公开办函〔2021〕30号。《政务信息公开条例》。国令第492号。"
    faults = ["article", "number", "future", "name", "repealed"]
    assert [line[0] for line in cited(text)] == faults
    for fault in faults:
        assert [line[0] for line in cited(text, report=(fault,))] == [fault]
    assert cited(text, report=()) == []
    assert cited("修订前的《条例》第六十条。", unless=None) == [("article", "六十", None, "56")]


def test_labels_are_looked_at_where_the_rule_asks() -> None:
    report = document(MODEL.replace("第二十条第（六）项", "第六十条第（六）项"))
    assert said(report) == said(report, labels=True) == []
    label = ("article", "六十", None, "56")
    assert said(report, labels=True, of="regulation") == [label]
    named = document(MODEL.replace("第二十条第（六）项", "《条例》第六十条"))
    assert said(named, labels=True, of="regulation") == [("article", "六十", None, "56")]
    with pytest.raises(ConfigError, match=r"no norms have an instrument 'regulations' \(did you mean 'regulation"):
        said(report, labels=True, of="regulations")


def test_without_a_year_nothing_can_be_told() -> None:
    with pytest.raises(PartMissing):
        said(replace(document(MODEL), year=None))


# Norms of a person's own, in another language.


@pytest.fixture
def norms(tmp_path: Path) -> Norms:
    (tmp_path / "norms.yaml").write_text(NORMS, encoding="utf-8")
    return Norms((tmp_path,))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See the Disclosure Act, art. 12.", []),
        ("See the Disclosure Act, art. 13.", [("article", "13", None, "12")]),
        ("See the Disclosure Act (No. 8), art. 1.", [("number", "No. 8", "No. 7", None)]),
        ("See the Reports Order.", [("future", "Reports Order", "《Disclosure Act》（No. 7）", "2022-06-01")]),
        ("See the Old Order.", [("repealed", "Old Order", None, "2018-12-31")]),
        ("See the Disclosures Act.", [("name", "Disclosures Act", "Disclosure Act", None)]),
    ],
)
def test_another_language_cites_in_its_own_way(text: str, found: list[tuple[Any, ...]], norms: Norms) -> None:
    options = {
        "names": Pattern(r"the (?P<name>[A-Z]\w+ (?:Act|Order))"),
        "articles": Pattern(r"^,? art\. (?P<article>\d+)"),
        "numbers": Pattern(r"No\. \d+"),
    }
    assert said(document(MODEL.replace(OTHER, text), norms), **options) == found


def test_articles_beyond_a_hundred_are_counted(norms: Norms) -> None:
    text = "《民法典》第一百二十六条、第一百二十七条、第百条、第三百条。"
    found = said(document(MODEL.replace(OTHER, text), norms))
    assert found == [("article", "一百二十七", None, "126"), ("article", "三百", None, "126")]


# No false alarm.


def test_clean_reports_cite_rightly() -> None:
    rule = LIBRARY.rule("citation")
    for name, text in (*clean_reports(12, 4), *MODELS.items()):
        if text:
            checked = lint_bytes(Path(name), text.encode(), replace(LIBRARY, selected=(rule,)))
            assert checked.diagnostics == ()


NAMES = sorted({words(name) for instrument in LIBRARY.norms.instruments.values() for name in instrument.names})


@given(name=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
def test_no_known_name_is_taken_for_a_slip_of_another(name: str, other: str) -> None:
    assert not citations.is_near(name, other)


@given(
    name=st.sampled_from([name for name in NAMES if len(name) >= 8]), place=st.integers(1, 5), lost=st.integers(1, 2)
)
def test_a_name_that_lost_a_character_or_two_is_near(name: str, place: int, lost: int) -> None:
    assume(place + lost + 2 <= len(name))  # its end is kept, by which it is known
    short = name[:place] + name[place + lost :]
    assert citations.is_near(short, name) or short in NAMES
