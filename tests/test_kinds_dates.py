"""Period, years, deadline and dates: what the examples of the rules leave open."""

from dataclasses import replace
from pathlib import Path

import pytest

from loaded import library
from reportlint.diagnostic import Severity
from reportlint.engine import lint_bytes, recognise
from reportlint.errors import PartMissing
from reportlint.kinds import deadline
from reportlint.readers import read
from reportlint.testing import model_text
from reports import clean_reports

LIBRARY = library()
MODEL = next(model_text(profile) for profile in LIBRARY.profiles if profile.id == "cn-disclosure-2019")
RULES = ("period", "period-missing", "year-mismatch", "deadline", "date-missing")
PERIOD = "本报告所列数据的统计期限自2020年1月1日至12月31日。"
OPENING = "2020年，我镇以群众看得懂、找得到、用得上为目标推进政府信息公开，重点事项逐项列单、逐项落实。"
SIGNATURE = "青禾县云溪镇人民政府\n2021年1月9日"
TITLE = "青禾县云溪镇人民政府2020年政府信息公开工作年度报告\n\n"


def said(text: str, *rules: str) -> list[str]:
    """What these rules say of a report, as `line:column rule found`."""
    selected = tuple(LIBRARY.rule(rule) for rule in rules or RULES)
    checked = lint_bytes(Path("report.txt"), text.encode(), replace(LIBRARY, selected=selected))
    assert checked.source is not None
    lines = []
    for diagnostic in checked.diagnostics:
        line, column = checked.source.position(diagnostic.span.start)
        lines.append(f"{line}:{column} {diagnostic.rule} {diagnostic.found or ''}".rstrip())
    return lines


def changed(old: str, new: str) -> str:
    assert MODEL.count(old) == 1
    return MODEL.replace(old, new)


def test_clean_reports_are_clean() -> None:
    assert {name: said(text) for name, text in clean_reports(24, 5)} == {name: [] for name, _ in clean_reports(24, 5)}


@pytest.mark.parametrize(
    "sentence",
    [
        "报告所列数据统计期限为2020年1月1日起至2020年12月31日止。",
        "本报告数据统计时间为2020年1月1日-12月31日。",
        "报告期为2020年1月1日—2020年12月31日。",
        "统计期限：2020/1/1-2020/12/31",
        "统计期限自2020 年 1 月 1 日至 2020 年 12 月 31 日。",
        "统计期限为2020年1月1日0时至2020年12月31日24时。",
        "统计期限自2020年1月1日至2020年12月31止。",
        "统计期限自二O二О年一月一日起至十二月三十一日止。",
        "本报告中所列数据的统计期限自1月1日起至12月31日止。",
        "本报告数据为2020年1月至12月。",
        "统计期限为2020年度。",
        "数据统计截止到2020年12月31日。",
        "统计期限自202011日起至20201231日止。",
        "统计期限为2020年1月1日至12月31日，公示期限为2021年1月5日至1月12日。",
        "统计期限为2020年1月1日至12月31日，上年统计期限为2019年1月1日至12月31日。",
    ],
)
def test_a_right_period_is_known_however_it_is_written(sentence: str) -> None:
    assert said(changed(PERIOD, sentence)) == []


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("统计期限自２０２０年１月１日至１１月３０日", "4:6 period ２０２０年１月１日至１１月３０日"),
        ("数据统计期限为2020年1月至11月。", "4:8 period 2020年1月至11月"),
        ("统计期限自2019年12月1日至2020年11月30日。", "4:6 period 2019年12月1日至2020年11月30日"),
        ("报告期自2020年1月1日起至2020年2月31日止", "4:5 period 2020年1月1日起至2020年2月31日"),
        ("统计期限：2020.1.1-2020.12.30", "4:6 period 2020.1.1-2020.12.30"),
        ("统计期限自二〇一九年一月一日至十二月三十一日", "4:6 period 二〇一九年一月一日至十二月三十一日"),
    ],
)
def test_a_wrong_period_is_known_however_it_is_written(sentence: str, found: str) -> None:
    assert said(changed(PERIOD, sentence)) == [found]


@pytest.mark.parametrize(
    "sentence",
    [
        "据统计，2020年3月1日至5月1日共发放资料100份。",
        "网站数据显示，2020年1月1日至6月30日访问量1万次。",
        "自2020年1月1日至2022年12月31日实施三年行动。",
        "",
    ],
)
def test_other_ranges_leave_the_period_missing(sentence: str) -> None:
    assert said(changed(PERIOD, sentence)) == ["1:1 period-missing"]


def test_each_wrong_period_is_reported_at_its_place() -> None:
    text = changed("无其他需要报告的事项。", "统计期限为2018年1月1日至2018年12月31日。").replace(
        PERIOD, "统计期限为2019年1月1日至2019年12月31日。"
    )
    assert said(text, "period", "period-missing") == [
        "4:6 period 2019年1月1日至2019年12月31日",
        "67:6 period 2018年1月1日至2018年12月31日",
    ]


@pytest.mark.parametrize(
    ("opening", "found"),
    [
        ("2019年我镇认真做好信息公开。", ["6:1 year-mismatch 2019"]),
        ("2019年度，我镇认真做好信息公开。", ["6:1 year-mismatch 2019"]),
        ("2019年以来，我镇认真做好信息公开。", []),
        ("2019年是《条例》修订之年。", []),
        ("2008年，《条例》施行，我镇成立领导小组。", []),
        ("2021年，我镇将继续努力。", []),
        ("与2019年相比，2020年工作有进步。", []),
        ("（一）加强领导。2019年，我镇成立领导小组。", []),
        ("现将2019年度政府信息公开工作情况报告如下：全年公开112条。", ["6:3 year-mismatch 2019"]),
    ],
)
def test_only_a_year_that_means_the_report_is_compared(opening: str, found: list[str]) -> None:
    assert said(changed(OPENING, opening)) == found


def test_a_title_that_period_and_signature_contradict_is_the_slip() -> None:
    assert said(changed("人民政府2020年政府", "人民政府2012年政府")) == ["1:11 year-mismatch 2012"]


@pytest.mark.parametrize(
    ("back", "found"),
    [
        ("青禾县云溪镇人民政府\n二O二一年一月九日", []),
        ("青禾县云溪镇人民政府 2021-01-09", []),
        ("青禾县统计局 2021年1月9日", []),
        ("青禾县云溪镇人民政府\n2020年12月31日", []),
        ("青禾县云溪镇人民政府\n2020年12月28日", ["69:1 year-mismatch 2020年12月28日"]),
        ("青禾县云溪镇人民政府\n20211年1月9日", ["69:1 year-mismatch 20211年1月9日"]),
        ("青禾县云溪镇人民政府\n2021年1月", []),
        (f"{SIGNATURE}\n附件：2021年3月5日会议记录.docx", []),
        (f"{SIGNATURE}\n联系电话：0793-6021187 2021-03-01更新", []),
        (f"{SIGNATURE}\n扫一扫在手机打开当前页", []),
        (f"{SIGNATURE}\n抄送：县政府办公室。\n云溪镇党政办公室 2021年2月9日印发", []),
        ("发布日期：2021年3月1日", []),
        ("打印本页 关闭窗口", ["68:9 date-missing"]),
        ("青禾县云溪镇人民政府\n2021年2月9日\n扫一扫在手机打开当前页", ["69:1 deadline 2021年2月9日"]),
    ],
)
def test_the_date_of_signature_is_told_from_other_dates(back: str, found: list[str]) -> None:
    assert said(changed(SIGNATURE, back)) == found


@pytest.mark.parametrize(
    "front",
    [
        f"索引号：01\n发布日期：2021-03-09\n浏览次数：11\n{TITLE}",
        f"{TITLE}发布时间：2021-03-09 来源：云溪镇\n",
        f"{TITLE}2021-03-09\n",
        f"{TITLE}数据期限：2020年1月1日—2020年12月31日\n",
    ],
)
def test_a_date_that_a_web_page_prints_is_no_signature(front: str) -> None:
    text = changed(TITLE, front).replace("\n2021年1月9日", "")
    assert [line for line in said(text) if "date-missing" not in line] == []


def test_a_body_of_unknown_kind_has_no_deadline() -> None:
    text = changed("人民政府2020年政府", "卫生室2020年政府").replace("2021年1月9日", "2021年6月9日")
    assert said(text, "deadline") == []


# Days of a rule's own.


def late(agency: str, signed: str, options: deadline.Options) -> list[tuple[str | None, str, Severity | None]]:
    """What is said of a report of this body: the day it should have been, the message, the severity."""
    text = MODEL.replace("青禾县云溪镇人民政府2020年政府", f"{agency}2020年政府").replace("2021年1月9日", signed)
    document, _ = recognise(read(Path("report.txt"), text.encode()), LIBRARY)
    assert document is not None
    return [(found.expected, found.variant, found.severity) for found in deadline.check(document, options)]


def test_a_rule_may_set_earlier_days_for_some_bodies() -> None:
    own = deadline.Options(days={"township": "01-20", "government": "02-28"})
    assert late("青禾县云溪镇人民政府", "2021年1月20日", own) == []
    assert late("青禾县云溪镇人民政府", "2021年1月21日", own) == [("2021年1月20日", "customary", None)]
    assert late("青禾县人民政府", "2021年3月1日", own) == [("2021年2月28日", "customary", None)]
    assert late("青禾县人民政府", "2021年3月1日", deadline.Options()) == []
    with pytest.raises(PartMissing):
        late("青禾县教育局", "2021年3月1日", own)


def test_a_rule_says_for_which_bodies_the_day_is_the_laws() -> None:
    options = deadline.Options(severities={"township": Severity.ERROR}, days={"township": "01-20"})
    assert late("青禾县云溪镇人民政府", "2021年1月21日", options) == [("2021年1月20日", "required", Severity.ERROR)]


def test_a_report_without_a_date_cannot_be_told_late() -> None:
    with pytest.raises(PartMissing):
        late("青禾县云溪镇人民政府", "", deadline.Options(days={"township": "01-20"}))
