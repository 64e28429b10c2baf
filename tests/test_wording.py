import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportlint.wording import (
    Likeness,
    fold,
    likeness,
    similarity,
    skeleton,
    words,
)


@given(st.text(max_size=50))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_folding_makes_full_width_forms_half_width() -> None:
    assert fold("（１）Ａ：⼀\u3000甲") == "(1)A:一 甲"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（一）予以 公开", "一予以公开"),
        ("1.属于“国家秘密”", "1属于国家秘密"),
        ("[bookmark: _Toc1]总计", "总计"),
        ("、。", ""),
        ("０１", "01"),
    ],
)
def test_words(text: str, expected: str) -> None:
    assert words(text) == expected


@given(st.text(max_size=50))
def test_the_words_of_words_are_the_same_words(text: str) -> None:
    assert words(words(text)) == words(text)


@pytest.mark.parametrize(
    ("found", "form", "expected"),
    [
        ("总 计", "总计", Likeness.SAME),
        ("１、属于国家秘密", "1.属于国家秘密", Likeness.SAME),
        ("属于国家秘密", "1.属于国家秘密", Likeness.SAME),
        ("3.危及三安全一稳定", "3.危及“三安全一稳定”", Likeness.SAME),
        ("（六）其他处理（注明）", "（六）其他处理", Likeness.SAME),
        ("1属于国家秘密", "1.属于国家秘密", Likeness.MARKS),
        ("4.保护第三人合法权益", "4.保护第三方合法权益", Likeness.OTHER),
        ("", "总计", Likeness.OTHER),
    ],
)
def test_likeness(found: str, form: str, expected: Likeness) -> None:
    assert likeness(found, form) is expected


@pytest.mark.parametrize(
    "label", ["总计", "（七）总计", "第二十条第（一）项", "3.危及“三安全一稳定”", "1.属于国家秘密"]
)
def test_a_label_is_like_itself(label: str) -> None:
    assert (likeness(label, label), similarity(label, label), skeleton(label)) == (Likeness.SAME, 1.0, skeleton(label))


@given(st.text(max_size=30), st.text(max_size=30))
def test_similarity_is_between_nothing_and_one(found: str, form: str) -> None:
    assert 0.0 <= similarity(found, form) <= 1.0
