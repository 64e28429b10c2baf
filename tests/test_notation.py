"""What language files say: dates, years and answers as they are read and written."""

from datetime import date
from pathlib import Path

import pytest

from reportlint.builtin import folder
from reportlint.extension import Pack
from reportlint.figures import ValueKind, answer, ticked
from reportlint.notation import Notation
from reportlint.profileset import load

PROFILE = """id: some-form
years: {{from: 2020}}
source: a letter
title: A form
grammar: numbered_report
language: {language}
title-form: "{{agency}} form {{year}}"
title-words: [form]
"""


def language(name: str, tmp_path: Path) -> Notation:
    (tmp_path / "profile.yaml").write_text(PROFILE.format(language=name), encoding="utf-8")
    (profile,) = load([Pack("test", tmp_path)])
    return profile.notation


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("zh", "云溪镇 2021年1月9日", [(4, 13, date(2021, 1, 9))]),
        ("zh", "2021-01-09", [(0, 10, date(2021, 1, 9))]),
        ("zh", "二〇二一年十二月三十一日", [(0, 12, date(2021, 12, 31))]),
        ("zh", "二O二一年一月九日", [(0, 9, date(2021, 1, 9))]),
        ("zh", "2021年2月30日", [(0, 10, None)]),
        ("zh", "二〇二一年一一月九日", [(0, 10, None)]),
        ("zh", "编号12021-01-09", []),
        ("zh", "2021-01-123", []),
        ("en", "January 9, 2021", [(0, 15, date(2021, 1, 9))]),
        ("en", "signed Sept. 30 2021", [(7, 20, date(2021, 9, 30))]),
        ("en", "1/9/2021", [(0, 8, date(2021, 1, 9))]),
        ("en", "2021-13-09", [(0, 10, None)]),
    ],
)
def test_dates(name: str, text: str, found: list[tuple[int, int, date | None]], tmp_path: Path) -> None:
    assert [tuple(day) for day in language(name, tmp_path).dated(text)] == found


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("zh", "2021年度报告", [(0, 6, 2021)]),
        ("zh", "二〇二一年报告", [(0, 5, 2021)]),
        ("zh", "12021年", []),
        ("en", "Fiscal Year 2021", [(0, 16, 2021), (12, 16, 2021)]),
    ],
)
def test_years(name: str, text: str, found: list[tuple[int, int, int]], tmp_path: Path) -> None:
    assert list(language(name, tmp_path).years_in(text)) == found


def test_a_date_is_written_as_the_language_writes_it(tmp_path: Path) -> None:
    written = [language(name, tmp_path).written(date(2021, 1, 9)) for name in ("zh", "en")]
    assert written == ["2021年1月9日", "2021-01-09"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("√是 □否", ("是",)),
        ("□是 ☑否", ("否",)),
        ("□是 □否", ()),
        ("√是 √否", ("是", "否")),
        ("[x] Yes [ ] No", ("Yes",)),
        ("[] Yes [X] No", ("No",)),
        ("是", None),
        ("", None),
    ],
)
def test_ticked_options(text: str, words: tuple[str, ...] | None) -> None:
    assert ticked(text) == words


@pytest.mark.parametrize(
    ("name", "text", "counts"),
    [("zh", "√是 □否", 1), ("zh", "否", 0), ("en", "[ ] Yes [x] No", 0), ("en", "YES", 1), ("zh", "已建立", None)],
)
def test_an_answer_counts_one_or_nothing(name: str, text: str, counts: int | None, tmp_path: Path) -> None:
    value = answer(text, language(name, tmp_path))
    assert (value.number, value.kind is ValueKind.NUMBER) == (counts, counts is not None)


def test_a_blank_answer_is_blank(tmp_path: Path) -> None:
    assert answer(" ", language("zh", tmp_path)).kind is ValueKind.BLANK


def test_the_languages_of_the_package_are_those_in_its_folder() -> None:
    assert sorted(path.stem for path in (folder("rules") / "languages").glob("*.yaml")) == ["en", "zh"]
