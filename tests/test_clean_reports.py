"""Reports in which nothing is wrong, in every encoding: no error and no warning."""

from pathlib import Path

import pytest

import loaded
from reportlint.diagnostic import Severity
from reportlint.engine import Library, lint_bytes
from reports import clean_reports

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")


@pytest.fixture
def library() -> Library:
    return loaded.library()


def loud(name: str, data: bytes, library: Library) -> list[tuple[str, str, str, str]]:
    checked = lint_bytes(Path(name), data, library)
    assert checked.source is not None
    return [
        (name, item.rule, checked.source.text[item.span.start : item.span.end], item.message.zh)
        for item in checked.diagnostics
        if item.severity >= Severity.WARNING
    ]


@pytest.mark.parametrize("seed", [2020, pytest.param(7, marks=pytest.mark.slow)])
def test_two_hundred_clean_reports_give_no_error_and_no_warning(library: Library, seed: int) -> None:
    found = [
        diagnostic
        for number, (name, text) in enumerate(clean_reports(200, seed))
        for diagnostic in loud(name, text.encode(ENCODINGS[number % len(ENCODINGS)]), library)
    ]
    assert found == []


def test_the_encoding_of_a_report_makes_no_difference(library: Library) -> None:
    for name, text in clean_reports(8, 3):
        results = {
            (checked.profile, checked.year, checked.agency, checked.identities, checked.diagnostics)
            for checked in (lint_bytes(Path(name), text.encode(encoding), library) for encoding in ENCODINGS)
        }
        assert len(results) == 1
