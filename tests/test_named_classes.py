"""Named classes in patterns: what they find, where they may stand, and mistakes in them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportlint.cli import main
from reportlint.named_classes import CHARACTERS, NAMES, Misnamed, expanded
from reportlint.rule import Pattern
from reportlint.wording import fold


def fits(pattern: str, text: str) -> bool:
    return Pattern.of(f"^(?:{pattern})$").search(text) is not None


@pytest.mark.parametrize(
    ("pattern", "texts", "others"),
    [
        ("{:digit:}", ["0", "９"], ["一", "12", "a"]),
        ("{:numeral:}+", ["〇", "二十", "一百零三"], ["3", "人"]),
        ("{:hanzi:}+", ["公开", "〇"], ["公开1", "，", "a"]),
        ("{:space:}+", [" \t", "\u3000", "\u00a0", "\ufeff"], ["", "_"]),
        ("{:number:}", ["7", "1,234.5", "１２", "三百二十"], ["1,2", "三3", ""]),
        ("{:year:}", ["1999", "2024", "２０２４", "二〇二四", "一九九九"], ["1899", "2124", "二一二四", "24"]),
        (
            "{:date:}",
            ["2024年1月9日", "２０２４年 １ 月 ９ 日", "二〇二四年一月九日", "2024-01-09", "2024.1.9", "2024/1/9"],
            ["2024年1月", "1月9日", "2024-1"],
        ),
        ("第{:digit:}{2,3}号", ["第12号", "第１２３号"], ["第1号", "第十二号"]),
        ("[{:hanzi:}A-Z]+", ["甲A"], ["a"]),
        ("[^{:digit:}{:space:}]", ["甲", "a"], ["１", "\u3000"]),
        ("[]{:digit:}]+", ["]1"], ["["]),
        ("[[:alpha:]{:digit:}]+", ["a１"], [":"]),
        (r"[\]{:]+", ["]{:"], ["\\"]),
        (r"\{:digit:\}", ["{:digit:}"], ["1"]),
        (r"\Q{:digit:}\E{:digit:}", ["{:digit:}7"], ["77"]),
    ],
)
def test_a_class_finds_what_its_name_says(pattern: str, texts: list[str], others: list[str]) -> None:
    assert [text for text in texts if not fits(pattern, text)] == []
    assert [text for text in others if fits(pattern, text)] == []


@pytest.mark.parametrize("name", NAMES)
@given(text=st.text(alphabet="0９ 一二〇年月日.,，－-甲aA\u3000", max_size=12))
def test_a_class_finds_the_same_in_folded_text(name: str, text: str) -> None:
    found = [match.span() for match in Pattern.of(f"{{:{name}:}}").finditer(text)]
    folded = [match.span() for match in Pattern.of(f"{{:{name}:}}").finditer(fold(text))]
    assert found == folded


@given(st.text(alphabet="ab{}:[]^\\d1-", max_size=12).filter(lambda text: "{:" not in text))
def test_a_pattern_without_a_class_is_left_as_it_is(pattern: str) -> None:
    assert expanded(pattern) == pattern
    assert Pattern.of(pattern) == Pattern(pattern)


def test_a_pattern_remembers_how_it_was_written() -> None:
    assert Pattern.of("{:digit:}+") == Pattern(f"[{CHARACTERS['digit']}]+", "{:digit:}+")


@pytest.mark.parametrize(
    ("pattern", "offset", "name", "why"),
    [
        ("甲{:digits:}", 1, "digits", "no class is called '{:digits:}'"),
        ("[a{:digits:}]", 2, "digits", "no class is called '{:digits:}'"),
        ("甲{:digit", 1, "", "'{:digit' begins a named class, which ends with ':}'"),
        ("[{:date:}]", 1, "", "'{:date:}' stands for several characters and cannot be in square brackets"),
    ],
)
def test_a_class_that_cannot_be_used_is_an_error(pattern: str, offset: int, name: str, why: str) -> None:
    with pytest.raises(Misnamed) as caught:
        expanded(pattern)
    assert (str(caught.value), caught.value.offset, caught.value.name) == (why, offset, name)


def test_an_unknown_class_is_an_error_at_its_place_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rule.yaml"
    path.write_text(
        "id: no-apples\ncode: XYZ001\nkind: text-pattern\nseverity: error\nprofile: cn-disclosure\nsource: 甲\n"
        "why: 甲\nmessage: 甲\noptions:\n  patterns: [甲, '第{:digits:}号']\nexamples: []\n",
        encoding="utf-8",
    )
    assert main(["test", str(path)]) == 2
    assert capsys.readouterr().err == (
        f"reportlint: {path}:10:19: no class is called '{{:digits:}}' (did you mean 'digit'?); "
        "known: date, digit, hanzi, number, numeral, space, year\n"
        f"reportlint: {path}:11:11: no example shows what the rule reports\n"
    )
