"""The plugin as its users have it: installed, through the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPEATED = "各科室每季度自查一次公开目录，发现缺漏当月补齐，并向办公室报告。"
REPORT = f"""青禾县云溪镇人民政府2023年政府信息公开工作年度报告
一、总体情况
{REPEATED}
二、主动公开政府信息情况
{REPEATED}
"""


def reportlint(*arguments: str, cwd: Path, status: int) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "reportlint", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert run.returncode == status, run.stderr
    return run.stdout


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_the_plugin_is_listed_with_all_that_it_provides(tmp_path: Path) -> None:
    listed = json.loads(reportlint("plugins", "--format", "json", cwd=tmp_path, status=0))
    mine = next(plugin for plugin in listed["plugins"] if plugin["name"] == "example")
    assert mine["origin"] == "installed"
    assert mine["version"] == "0.1.0"
    assert mine["rules"] == 1
    assert mine["provides"] == [
        "fixer drop-repeated-paragraph",
        "format checklist",
        "kind repeated-paragraph",
        "reader of .csv",
        "reader separated-values",
    ]


def test_the_examples_of_its_rule_pass(tmp_path: Path) -> None:
    assert reportlint("test", "--select", "EXA001", cwd=tmp_path, status=0) == "2 passed, 0 failed\n"


def test_a_repeated_paragraph_is_found_with_the_first_as_related_and_a_fix(report: Path) -> None:
    arguments = ("check", report.name, "--select", "EXA001", "--format", "json", "--lang", "en", "--fail-on", "never")
    found = json.loads(reportlint(*arguments, cwd=report.parent, status=0))
    (diagnostic,) = found["reports"][0]["diagnostics"]
    assert diagnostic["message"] == "this paragraph repeats line 3"
    assert diagnostic["range"] == {"start": {"line": 5, "column": 1}, "end": {"line": 5, "column": len(REPEATED) + 1}}
    assert diagnostic["related"][0]["range"]["start"] == {"line": 3, "column": 1}
    assert diagnostic["fix"] == {
        "safety": "unsafe",
        "title": "delete the repeated paragraph",
        "edits": [{"range": {"start": {"line": 5, "column": 1}, "end": {"line": 6, "column": 1}}, "text": ""}],
    }
    assert found["summary"]["fixable"] == 1


def test_the_format_prints_a_list_without_markup_of_the_report(report: Path) -> None:
    report.rename(report.with_name("a*b.txt"))
    arguments = (
        "check",
        "a*b.txt",
        "--select",
        "EXA001",
        "--format",
        "checklist",
        "--lang",
        "zh",
        "--fail-on",
        "never",
    )
    assert reportlint(*arguments, cwd=report.parent, status=0) == (
        "## a\\*b\\.txt\n\n- [ ] 第 5 行: 这一段与第3行重复\n\n"
    )


def test_the_reader_turns_values_into_paragraphs_and_rows(tmp_path: Path) -> None:
    (tmp_path / "report.csv").write_text('一、总体情况\n项目,"数 量"\n行政许可,"1,200"\n\n无\n', encoding="utf-8")
    assert reportlint("show", "report.csv", cwd=tmp_path, status=0) == (
        "一、总体情况\n项目 | 数 量 |\n行政许可 | 1,200 |\n\n无\n"
    )
    tree = reportlint("show", "report.csv", "--as", "tree", cwd=tmp_path, status=0)
    lines = [line.split() for line in tree.splitlines()]
    assert lines[lines.index(["TABLE", "2:1"]) :][:4] == [
        ["TABLE", "2:1"],
        ["ROW", "2:1", "项目", "|", "数", "量"],
        ["ROW", "3:1", "行政许可", "|", "1,200"],
        ["PARAGRAPH", "5:1", "无"],
    ]


def test_a_file_that_is_no_separated_values_is_unreadable_not_clean(tmp_path: Path) -> None:
    (tmp_path / "broken.csv").write_text('一,"二\n', encoding="utf-8")
    found = json.loads(reportlint("check", "broken.csv", "--format", "json", "--lang", "en", cwd=tmp_path, status=3))
    (diagnostic,) = found["reports"][0]["diagnostics"]
    assert diagnostic["rule"] == "unreadable"
    assert "no comma-separated values" in diagnostic["message"]
