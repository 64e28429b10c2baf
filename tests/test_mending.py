"""What counts as the form's own words with a slip in them, and may be put right without asking."""

import pytest

from loaded import library
from reportlint.diagnostic import Edit, Fix, Span, Text
from reportlint.formulas import once
from reportlint.mending import is_slip, removal, replacement, restoration, several

(FORM,) = (profile for profile in library().profiles if profile.id == "cn-disclosure-2021")
PRINTED = frozenset(
    [section.title for section in FORM.sections]
    + [label.text for table in FORM.tables for label in once(table).labels()]
)


@pytest.mark.parametrize(
    ("found", "form"),
    [
        pytest.param("一、本年新收政府信息公开申清数量", "一、本年新收政府信息公开申请数量", id="mistyped"),
        pytest.param("二、上年转结政府信息公开申请数量", "二、上年结转政府信息公开申请数量", id="in another order"),
        pytest.param("（三）予公开", "（三）不予公开", id="lost"),
        pytest.param("总体体情况", "总体情况", id="doubled"),
        pytest.param("法人或者其他组织", "法人或其他组织", id="a letter that no label has"),
        pytest.param("主动公开政府信息的情况", "主动公开政府信息情况", id="a particle"),
        pytest.param("政府信息主动公开情况", "主动公开政府信息情况", id="words that changed places"),
        pytest.param("六）其他处理", "（六）其他处理", id="a bracket"),
        pytest.param("商业企业 ", "商业企业", id="white space"),
    ],
)
def test_a_slip_is_known(found: str, form: str) -> None:
    assert is_slip(found, form, PRINTED, FORM.notation.particles)


@pytest.mark.parametrize(
    ("found", "form"),
    [
        pytest.param("一、上年新收政府信息公开申请数量", "一、本年新收政府信息公开申请数量", id="another year"),
        pytest.param("（一）不予公开", "（一）予以公开", id="the opposite"),
        pytest.param("无其他需要报告的事项", "其他需要报告的事项", id="a statement"),
        pytest.param("2.属于国家秘密", "1.属于国家秘密", id="another number"),
        pytest.param("第二十条第（二）项", "第二十条第（一）项", id="another article"),
        pytest.param("存在的主要问题", "存在的主要问题及改进情况", id="half of it"),
        pytest.param("结果不维持", "结果维持", id="a negation"),
        pytest.param("其他", "其他结果", id="a label of the form"),
        pytest.param("概述", "总体情况", id="other words"),
        pytest.param("", "总计", id="nothing"),
    ],
)
def test_what_somebody_may_have_meant_is_no_slip(found: str, form: str) -> None:
    assert not is_slip(found, form, PRINTED, FORM.notation.particles)


def test_no_label_of_a_form_is_a_slip_of_another() -> None:
    forms = [profile for profile in library().profiles if profile.sections]
    for form in forms:
        printed = [section.title for section in form.sections]
        printed += [label.text for table in form.tables for label in once(table).labels()]
        pairs = [(one, other) for one in dict.fromkeys(printed) for other in dict.fromkeys(printed) if one != other]
        assert [pair for pair in pairs if is_slip(*pair, frozenset(printed), form.notation.particles)] == []


def test_fixes_say_what_they_do() -> None:
    span = Span(2, 5)
    assert replacement(span, "五、", "safe") == Fix("safe", Text("改为“五、”", "write “五、”"), (Edit(span, "五、"),))
    assert removal(span, " [bookmark: a]\n") == Fix(
        "unsafe", Text("删去“[bookmark: a]”", "take out “[bookmark: a]”"), (Edit(span, ""),)
    )
    assert replacement(span, "长" * 50).title.zh == f"改为“{'长' * 40}…”"
    title = Text("填 0", "write 0")
    assert several([Span(9, 9), span], "0", title) == Fix("unsafe", title, (Edit(span, "0"), Edit(Span(9, 9), "0")))
    assert restoration(span, "自然入", "自然人", PRINTED).safety == "safe"
    assert restoration(span, "人", "自然人", PRINTED).safety == "unsafe"
