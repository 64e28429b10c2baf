"""`reportlint explain FILE RULE`: how a rule read one report."""

from pathlib import Path

import pytest

import loaded
from reportlint.cli import main
from reportlint.engine import FAILED, HELD, Library, recognise, run
from reportlint.readers import read
from reportlint.tracing import trace

EXAMPLES = Path(__file__).parents[1] / "examples"
REPORTS = sorted(EXAMPLES.rglob("*.txt"))


@pytest.fixture
def library() -> Library:
    return loaded.library()


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_verdict_and_the_findings_are_those_of_the_check(path: Path, library: Library) -> None:
    reading = read(path, path.read_bytes())
    document, _ = recognise(reading, library)
    assert document is not None
    for rule in library.rules:
        lines = list(trace(rule, document, library, "en"))
        if not rule.applies(document):
            assert lines[-1].startswith("verdict: does not apply (the rule is for ")
            continue
        outcome = run(rule, document, library)
        said = {HELD: "holds", FAILED: "fails"}.get(outcome.tally, "cannot be told")
        (verdict,) = [line for line in lines if line.startswith("verdict: ")]
        assert verdict.startswith(f"verdict: {said}"), rule.name
        told = [line.strip() for line in lines[lines.index(verdict) + 1 :]]
        expected = []
        for diagnostic in outcome.diagnostics:
            line, column = document.source.position(diagnostic.span.start)
            expected.append(f"{line}:{column} {diagnostic.severity.word} {diagnostic.message.en}")
        assert told == expected, rule.name


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert main(["explain", *arguments]) == status
    return capsys.readouterr().out


FAULTY = str(EXAMPLES / "cn-disclosure-2021" / "faulty.txt")


def test_a_rule_of_identities_shows_each_with_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, FAULTY, "balance", "--lang", "en").splitlines()
    assert lines[0] == f"ARI003 balance: {FAULTY} (cn-disclosure-2021, 2022)"
    assert "  balance person: 14 + 2 = 15 + 1  holds" in lines


def test_a_rule_of_claims_shows_the_cells_and_the_text_that_it_held_against_each_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = said(capsys, FAULTY, "PRO001", "--lang", "zh").splitlines()
    assert "单元格:" in lines
    assert "  requests/new[total] 32:45 = 20  一、本年新收政府信息公开申请数量 × 总计" in lines


def test_a_rule_that_passes_shows_what_it_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, FAULTY, "overview-topics", "--lang", "zh").splitlines()[1:] == [
        "看了什么:",
        "  章节 overview：一、总体情况，第4–10行",
        "结论: 成立",
    ]


def test_a_group_of_rules_is_told_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, FAULTY, "PER00*", "--lang", "zh").split("\n\n")
    assert [part.split()[0] for part in told] == ["PER001", "PER002", "PER003", "PER004", "PER005"]


def test_what_is_no_report_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("hello\n", encoding="utf-8")
    assert said(capsys, str(path), "balance", status=3) == ""
    path.write_bytes(b"\xff\xfe\x00")
    assert said(capsys, str(path), "balance", status=3) == ""


def test_control_characters_of_the_report_are_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = Path(FAULTY).read_text(encoding="utf-8").replace("一、总体情况", "一、总体\x1b[31m情况", 1)
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    assert "\x1b" not in said(capsys, str(path), "*", "--lang", "zh")
