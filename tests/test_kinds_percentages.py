"""Percentages and the figures they come from: what the examples of the rule leave open."""

from dataclasses import replace
from pathlib import Path

import pytest

from loaded import library
from reportlint.engine import lint_bytes
from reportlint.kinds.percentages import Share
from reportlint.prose import cells, expression
from reportlint.rule import Pattern
from reportlint.testing import model_text
from reports import clean_reports

LIBRARY = library()
RULE = LIBRARY.rule("prose-percent")
MODEL = model_text(next(profile for profile in LIBRARY.profiles if profile.id == "cn-disclosure-2019"))
LIST = "其中，政府网站公开17条，政务新媒体公开253条，公开栏公开171条"


def messages(text: str) -> list[str]:
    checked = lint_bytes(Path("report.txt"), text.encode(), replace(LIBRARY, selected=(RULE,)))
    return [diagnostic.message.zh for diagnostic in checked.diagnostics]


def said(words: str) -> list[str]:
    """What the rule says where these words divide the 441 items of the model report."""
    assert MODEL.count(LIST) == 1
    return messages(MODEL.replace(LIST, words))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("其中：网站公开17条，占3.85%", []),
        ("其中：网站公开17条，占4%", []),
        ("其中：网站公开17条，占3%", []),
        ("其中：网站公开17条，占3.86%", []),
        ("其中：网站公开17条，占3.95%", ["占比写作 3.95%，但 17 ÷ 441 = 3.85%"]),
        ("其中：网站公开17条（占比为5.3%）", ["占比写作 5.3%，但 17 ÷ 441 = 3.9%"]),
        ("其中：网站公开17条，占约5.3%", []),
        ("其中：网站公开17条，同比增长5.3%", []),
        ("其中：网站公开17条，占公开栏公开171条的9.94%", []),
        ("其中：网站公开17条，占公开栏公开171条的3.85%", ["占比写作 3.85%，但 17 ÷ 171 = 9.94%"]),
        ("其中：网站公开100条，原创50条，占50%", []),
        ("其中：图解公开200条、视频公开100条，占68.03%", []),
    ],
)
def test_percentages(words: str, expected: list[str]) -> None:
    assert said(words) == expected


def test_a_diagnostic_stands_at_the_percentage() -> None:
    text = MODEL.replace(LIST, "其中网站公开17条（占 5.3 ％）")
    checked = lint_bytes(Path("report.txt"), text.encode(), replace(LIBRARY, selected=(RULE,)))
    (one,) = checked.diagnostics
    assert text[one.span.start : one.span.end] == "5.3 ％"
    assert (one.found, one.expected) == ("5.3%", "3.9%")
    assert [text[place.span.start : place.span.end] for place in one.related] == ["17", "441"]


def test_a_percentage_with_many_decimals_is_left_alone() -> None:
    assert said("其中：网站公开999999999999999条，占5.1234567890123%") == []


def test_a_pattern_without_its_group_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the group"):
        Share(pattern=Pattern("#%"))


def test_every_cell_that_the_rule_names_is_in_some_form() -> None:
    named = {text for share in RULE.options.shares for text in share.wholes} | set(RULE.options.parts)
    templates = [{table.key: table for table in profile.tables} for profile in LIBRARY.profiles]
    lost = {text for text in named if all(cells(expression(text), tables) is None for tables in templates)}
    assert lost == set()


def test_clean_reports_are_clean() -> None:
    assert [message for _, text in clean_reports(60, 22) for message in messages(text)] == []
