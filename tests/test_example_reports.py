"""The example reports say what their page says of them: nothing of the clean, each defect of the faulty once."""

import re
from pathlib import Path

import pytest

from loaded import library
from reportlint.builtin import folder
from reportlint.engine import lint_bytes

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
ROW = re.compile(r"^\| (\d+) \| ([A-Z]{3}\d{3}) ([a-z0-9-]+)(?: \\\*)? \| (error|warning|info) \|", re.MULTILINE)
FORMS = ("cn-disclosure-2019", "cn-disclosure-2021")


def said(path: Path) -> list[tuple[int, str, str, str]]:
    """Line, code, name and severity of each diagnostic."""
    checked = lint_bytes(path, path.read_bytes(), library())
    assert checked.source is not None
    return sorted(
        (checked.source.position(item.span.start)[0], item.code, item.rule, item.severity.word)
        for item in checked.diagnostics
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_faulty_example_gives_just_what_its_table_lists(form: str) -> None:
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    section = page.split(f"## {form}/faulty.txt", 1)[1].split("\n## ", 1)[0]
    listed = sorted((int(line), code, name, severity) for line, code, name, severity in ROW.findall(section))
    assert len(listed) > 15
    assert said(EXAMPLES / form / "faulty.txt") == listed


@pytest.mark.parametrize("form", FORMS)
def test_a_clean_example_gives_nothing(form: str) -> None:
    assert said(EXAMPLES / form / "clean.txt") == []


@pytest.mark.parametrize("form", FORMS)
def test_a_model_report_gives_nothing(form: str) -> None:
    assert said(folder("rules") / form / "model.txt") == []
