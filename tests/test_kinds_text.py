"""Kinds on wording: how often a text may stand, what gives way to what, names that vary, headings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from loaded import library
from reportlint.cli import main
from reportlint.diagnostic import Edit, Finding, Fix, Place, Related, Span, Text
from reportlint.document import Document
from reportlint.engine import recognise
from reportlint.errors import PartMissing
from reportlint.kinds import consistency, headings, substitution, text_pattern
from reportlint.kinds.scope import LONGEST_SHOWN
from reportlint.readers import read
from reportlint.rule import Pattern
from reportlint.testing import model_text

LIBRARY = library()
MODEL = model_text(next(profile for profile in LIBRARY.profiles if profile.id == "cn-disclosure-2019"))
OTHER = "无其他需要报告的事项。"
TOPICS = ("主动公开", "依申请公开", "信息管理", "平台建设", "监督保障")


def document(text: str) -> Document:
    understood, _ = recognise(read(Path("report.txt"), text.encode()), LIBRARY)
    assert understood is not None
    return understood


def with_other(text: str) -> Document:
    """The model report with this text as its last section."""
    assert MODEL.count(OTHER) == 1
    return document(MODEL.replace(OTHER, text))


def facts(finding: Finding) -> Mapping[str, Any]:
    return dict(finding.facts)


def said(found: list[Finding], report: Document) -> list[str]:
    """What was found, as `text variant`, and what should stand there."""
    lines = []
    for finding in found:
        text = report.source.text[finding.span.start : finding.span.end]
        lines.append(" ".join(filter(None, (text, finding.variant, finding.expected))))
    return lines


# How often a text may stand.


def counted(text: str, **options: Any) -> list[tuple[str, int, int, Mapping[str, Any], int]]:
    report = with_other(text)
    start = report.section("other").heading.span.start
    given = text_pattern.Options(patterns=(Pattern("甲"), Pattern("乙乙")), scope="other", **options)
    return [
        (found.variant, found.span.start - start, found.span.end - start, facts(found), len(found.related))
        for found in text_pattern.check(report, given)
    ]


@pytest.mark.parametrize(
    ("text", "options", "found"),
    [
        ("丙。", {}, []),
        ("甲丙乙乙。", {}, [("found", 12, 13, {"found": "甲"}, 0), ("found", 14, 16, {"found": "乙乙"}, 0)]),
        ("甲丙乙乙。", {"least": 2}, []),
        ("甲丙。", {"least": 2}, [("missing", 0, 11, {"count": "1", "least": "2", "most": ""}, 1)]),
        ("丙。", {"least": 1}, [("missing", 0, 11, {"count": "0", "least": "1", "most": ""}, 0)]),
        ("甲甲。", {"most": 2}, []),
        (
            "甲甲乙乙甲。",
            {"most": 2},
            [("many", 14, 16, {"count": "4", "least": "0", "most": "2", "found": "乙乙"}, 3)],
        ),
        ("甲。", {"least": 1, "most": 1}, []),
    ],
)
def test_a_text_may_stand_as_often_as_the_rule_says(text: str, options: dict[str, int], found: list[Any]) -> None:
    assert counted(text, **options) == found


def test_folding_is_asked_for() -> None:
    report = with_other("电话：１２３４５。")
    for fold, number in ((False, 0), (True, 1)):
        options = text_pattern.Options(patterns=(Pattern(r"电话:\d+"),), fold=fold)
        assert len(list(text_pattern.check(report, options))) == number


def test_a_long_text_is_shown_cut_short() -> None:
    report = with_other("甲" * 60)
    (found,) = text_pattern.check(report, text_pattern.Options(patterns=(Pattern("甲+"),), scope="other"))
    assert facts(found) == {"found": "甲" * LONGEST_SHOWN + "…"}
    assert found.found == "甲" * 60


# What gives way to what.


def swapped(text: str, *swaps: tuple[str, str], **options: Any) -> list[str]:
    report = with_other(text)
    pairs = tuple(substitution.Swap(pattern=Pattern.of(pattern), replace=replace) for pattern, replace in swaps)
    return said(list(substitution.check(report, substitution.Options(swaps=pairs, **options))), report)


def test_a_wording_gives_way_to_another_with_a_fix() -> None:
    report = with_other("请登陆网站。")
    options = substitution.Options(swaps=(substitution.Swap(pattern=Pattern("登陆"), replace="登录"),), safety="safe")
    start = report.source.text.index("登陆")
    span = Span(start, start + 2)
    assert list(substitution.check(report, options)) == [
        Finding(
            span=span,
            facts={"found": "登陆", "expected": "登录", "around": "登陆"},
            found="登陆",
            expected="登录",
            fix=Fix("safe", Text("改为“登录”", "write “登录”"), (Edit(span, "登录"),)),
        )
    ]


@pytest.mark.parametrize(
    ("text", "swaps", "options", "found"),
    [
        (
            "２０２０年度，２０２１年度。",
            [("(?P<year>{:year:})年度", "{year}年")],
            {},
            ["２０２０年度 ２０２０年", "２０２１年度 ２０２１年"],
        ),
        ("电话：123", [("电话:(?P<n>{:digit:}+)", "电话 {n}")], {"fold": True}, ["电话：123 电话 123"]),
        ("电话：123", [("电话:(?P<n>{:digit:}+)", "电话 {n}")], {}, []),
        ("其它，其他", [("其[它他]", "其他")], {}, ["其它 其他"]),
        ("甲乙丙", [("甲乙", "一"), ("乙丙", "二")], {}, ["甲乙 一"]),
        ("甲乙丙", [("乙丙", "二"), ("甲乙", "一")], {}, ["乙丙 二"]),
        ("甲", [("甲(?P<b>乙)?", "[{0}{b}]")], {}, ["甲 [甲]"]),
        ("甲", [("乙*", "二")], {}, []),
        ("甲", [("甲", "乙")], {"scope": "overview"}, []),
    ],
)
def test_what_is_swapped_and_what_is_left_alone(
    text: str, swaps: list[tuple[str, str]], options: dict[str, Any], found: list[str]
) -> None:
    assert swapped(text, *swaps, **options) == found


@pytest.mark.parametrize(
    ("replace", "why"),
    [
        ("{moth}", "the pattern has no group 'moth', which 'replace' wants"),
        ("{}", "'{}' in 'replace' is no name of a group in braces"),
        ("{a b}", "'{' in 'replace' is no name of a group in braces"),
        ("a}", "'}' in 'replace' is no name of a group in braces"),
    ],
)
def test_a_replacement_that_cannot_be_filled_is_an_error(replace: str, why: str) -> None:
    with pytest.raises(ValueError, match="replace") as caught:
        substitution.Swap(pattern=Pattern("(?P<month>甲)"), replace=replace)
    assert str(caught.value) == why


# Names that vary.


FORMS = ("政务公开", "政府信息公开")
TOWNS = ("(?P<name>{:hanzi:}{2}镇)人民政府", "(?P<name>{:hanzi:}{2}镇)政府")


def called(text: str, *wordings: str, **options: Any) -> list[Finding]:
    names = (tuple(map(Pattern.of, wordings)),)
    return list(consistency.check(with_other(text), consistency.Options(names=names, **{"scope": "other", **options})))


@pytest.mark.parametrize(
    ("text", "wordings", "options", "found"),
    [
        ("政务公开，政务公开。", FORMS, {}, []),
        ("政务公开，政府信息公开，政府信息公开。", FORMS, {}, [("政府信息公开", "政务公开", "2", "1", 2)]),
        (
            "政务公开，政府信息公开，政府信息公开。",
            FORMS,
            {"counts": "most"},
            [("政务公开", "政府信息公开", "1", "2", 1)],
        ),
        ("政府信息公开，政务公开。", FORMS, {"counts": "most"}, [("政务公开", "政府信息公开", "1", "1", 1)]),
        ("云溪镇人民政府，河湾镇政府。", TOWNS, {}, []),
        ("云溪镇人民政府，我们云溪镇政府。", TOWNS, {}, [("云溪镇政府", "云溪镇人民政府", "1", "1", 1)]),
        ("信息公开，政府信息公开。", ("信息公开", "政府信息公开"), {}, [("政府信息公开", "信息公开", "1", "1", 1)]),
        ("甲，乙，丙，乙", ("甲", "乙", "丙"), {}, [("乙", "甲", "2", "1", 2), ("丙", "甲", "1", "1", 1)]),
        ("（一），(一)", (r"\(一\)", "（一）"), {"fold": True}, []),
    ],
)
def test_of_several_wordings_one_counts(
    text: str, wordings: tuple[str, ...], options: dict[str, str], found: list[tuple[str, ...]]
) -> None:
    assert [
        (finding.found, finding.expected, *(facts(finding)[name] for name in ("count", "most")), len(finding.related))
        for finding in called(text, *wordings, **options)
    ] == found


def test_the_other_places_of_a_wording_are_related() -> None:
    start = MODEL.index(OTHER)
    (found,) = called("政务公开，政府信息公开，政府信息公开。", *FORMS)
    assert found.span == Span(start + 5, start + 11)
    assert found.related == (
        Related(Span(start, start + 4), Text("写作“政务公开”", "called “政务公开”")),
        Related(Span(start + 12, start + 18), Text("这里也这样写", "here as well")),
    )


# Headings.


def wanted(*names: str, optional: bool = False) -> tuple[headings.Wanted, ...]:
    return tuple(headings.Wanted(name=Text(name, name), pattern=Pattern(name), optional=optional) for name in names)


def headed(change: tuple[str, str], options: headings.Options) -> list[tuple[str, str, Any]]:
    old, new = change
    report = document(MODEL.replace(old, new))
    return [
        (report.source.text[found.span.start : found.span.end], found.variant, *facts(found).values())
        for found in headings.check(report, options)
    ]


def test_headings_that_are_wanted_and_missing_are_told_together() -> None:
    options = headings.Options(section="overview", wanted=wanted(*TOPICS))
    assert headed(("", ""), options) == []
    old = MODEL[MODEL.index("（四）") : MODEL.index("二、主动公开政府信息情况")]
    missing = ("一、总体情况", "missing", Text("平台建设、监督保障", "平台建设, 监督保障"))
    assert headed((old, ""), options) == [missing]
    assert headed((old, ""), headings.Options(section="overview", wanted=wanted(*TOPICS, optional=True))) == []


def test_headings_missing_from_the_whole_report_are_told_at_its_end() -> None:
    options = headings.Options(levels=("section", "subsection"), wanted=wanted("总体情况", "附表"))
    assert headed(("", ""), options) == [("日", "missing", Text("附表", "附表"))]


def moved(order: str) -> tuple[str, str]:
    """The sub-headings of the overview in another order, by their place in the model."""
    lines = MODEL.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("（一）"))
    five = lines[start : start + 5]
    return "".join(five), "".join(five[int(place) - 1] for place in order)


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("12345", []),
        ("23451", [("（一）主动公开情况", Text("在“依申请公开”之前", "before “依申请公开”"))]),
        ("51234", [("（五）监督保障情况", Text("在“平台建设”之后", "behind “平台建设”"))]),
        ("13245", [("（二）依申请公开情况", Text("在“信息管理”之前", "before “信息管理”"))]),
    ],
)
def test_the_fewest_headings_that_are_out_of_order_are_told(order: str, found: list[tuple[str, Text]]) -> None:
    options = headings.Options(section="overview", wanted=wanted(*TOPICS), ordered=True)
    assert [(text, facts[1]) for text, variant, *facts in headed(moved(order), options)] == found


def test_sections_are_ordered_like_any_headings() -> None:
    options = headings.Options(levels=("section",), wanted=wanted("其他需要报告", "存在的主要问题"), ordered=True)
    report = document(MODEL)
    (found,) = headings.check(report, options)
    place = Text("在“存在的主要问题”之前", "before “存在的主要问题”")
    assert (found.found, found.variant, found.expected) == ("其他需要报告的事项", "misplaced", place.zh)
    assert found.place is None
    assert found.related[0].message == place


def test_every_heading_has_to_fit_and_none_may() -> None:
    change = ("（三）政府信息管理情况", "（三）再创佳绩")
    each = headings.Options(section="overview", each=Pattern("情况$"), levels=("subsection", "item"))
    none = headings.Options(none=Pattern("佳绩"))
    assert headed(change, each) == [("（三）再创佳绩", "unfit", "再创佳绩")]
    assert headed(change, none) == [("（三）再创佳绩", "forbidden", "再创佳绩")]
    assert headed(change, headings.Options(none=Pattern("佳绩"), levels=("item", "subitem"))) == []
    (found,) = headings.check(document(MODEL.replace(*change)), each)
    assert found.place == Place("总体情况")


def test_headings_of_a_missing_section_cannot_be_told() -> None:
    text = MODEL[: MODEL.index("六、其他需要报告的事项")]
    with pytest.raises(PartMissing):
        list(headings.check(document(text), headings.Options(section="other", none=Pattern("甲"))))


# Options that make no sense are refused at their place.


@pytest.mark.parametrize(
    ("kind", "options", "column", "why"),
    [
        ("text-pattern", "{patterns: []}", 10, "'patterns' is empty"),
        ("text-pattern", "{patterns: [甲], least: 3, most: 2}", 10, "'most' has to be at least 1 and not smaller than"),
        ("text-pattern", "{patterns: [甲], most: 0}", 10, "'most' has to be at least 1 and not smaller than 'least'"),
        ("substitution", "{swaps: [{pattern: 甲, replace: '{b}'}]}", 19, "the pattern has no group 'b', which"),
        ("consistency", "{names: [[甲, 乙], [甲]]}", 10, "one of 'names' has less than two wordings"),
        ("headings", "{section: overview}", 10, "give 'wanted', 'each' or 'none'"),
        ("headings", "{section: overview, levels: [section], none: 甲}", 10, "a section has no heading of the level"),
        (
            "deadline",
            "{days: {township: 1-20}}",
            10,
            "the day for 'township' is no month and day such as 01-20: '1-20'",
        ),
        ("deadline", "{days: {township: 02-29}}", 10, "the day for 'township' is no month and day such as 01-20"),
        ("citations", "{names: 《.+》}", 10, "the pattern needs the group 'name': 《.+》"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(
    kind: str, options: str, column: int, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rule.yaml"
    path.write_text(
        f"id: no-apples\ncode: XYZ001\nkind: {kind}\nseverity: error\nprofile: cn-disclosure\nsource: 甲\nwhy: 甲\n"
        f"message: 甲\noptions: {options}\nexamples: []\n",
        encoding="utf-8",
    )
    assert main(["test", str(path)]) == 2
    start = f"reportlint: {path}:9:{column}: {why}"
    assert capsys.readouterr().err[: len(start)] == start
