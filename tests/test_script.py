"""Reports in traditional characters: checked as if they were written in standard ones."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaded import library
from reportlint.builtin import folder
from reportlint.engine import lint_bytes
from reportlint.errors import ConfigError
from reportlint.script import Foreign, Script

SCRIPT = Script(folder("rules") / "languages" / "zh-traditional.txt", "開關辦報")
EXAMPLES = sorted((folder("rules").parent / "examples").glob("cn-disclosure-*/*.txt"))
RULE = "traditional-script"


def traditional() -> dict[int, str]:
    """The way back: the first traditional character of each."""
    found: dict[int, str] = {}
    for written in map(chr, range(0x4E00, 0xA000)):
        standard = SCRIPT.plain(written)
        if standard != written:
            found.setdefault(ord(standard), written)
    return found


def told(text: str) -> list[tuple[int, int, str, str]]:
    checked = lint_bytes(Path("report.txt"), text.encode(), library())
    return [
        (each.span.start, each.span.end, each.rule, each.message.zh)
        for each in checked.diagnostics
        if each.rule != RULE
    ]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_report_in_traditional_characters_has_the_same_diagnostics_at_the_same_places(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    other = text.translate(traditional())
    assert other != text
    assert len(other) == len(text)
    assert told(other) == told(text)
    checked = lint_bytes(path, other.encode(), library())
    assert [each.rule for each in checked.diagnostics].count(RULE) == 1
    assert checked.year == lint_bytes(path, text.encode(), library()).year


@given(st.text())
def test_places_stay_what_they_are(text: str) -> None:
    plain = SCRIPT.plain(text)
    assert len(plain) == len(text)
    assert SCRIPT.plain(plain) == plain
    assert all(text[each.offset] == each.written != each.standard for each in SCRIPT.found(text))


def test_characters_that_both_scripts_have_say_nothing_alone() -> None:
    assert list(SCRIPT.found("於後")) == []
    assert list(SCRIPT.found("於開後")) == [Foreign(1, "開", "开")]
    assert SCRIPT.plain("於開後") == "于开后"


def test_a_file_of_pairs_that_has_a_mistake_is_refused_at_its_place(tmp_path: Path) -> None:
    file = tmp_path / "pairs.txt"
    file.write_text("# 開开\n開开 關\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Script(file, "開").plain("開")
    assert str(caught.value) == f"{file}:2:4: '關' is no pair of characters"
