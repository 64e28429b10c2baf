"""`--watch` and the bar of long runs, and files that make trouble."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reportlint import progress
from reportlint.builtin import folder
from reportlint.cli import main
from reportlint.formats import MODULES
from reportlint.progress import Progress
from reportlint.watching import Seen, seen, watch

MODEL = (folder("rules") / "cn-disclosure-2021" / "model.txt").read_text(encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.txt").write_text(MODEL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def look() -> Seen:
    return seen(["reports"], (".txt",), ["mine"], None)


@pytest.mark.parametrize(
    "change",
    [
        lambda place: (place / "reports" / "a.txt").write_text("x", encoding="utf-8"),
        lambda place: (place / "reports" / "b.txt").write_text("x", encoding="utf-8"),
        lambda place: (place / "reports" / "a.txt").unlink(),
        lambda place: (place / ".reportlint.yaml").write_text("language: en\n", encoding="utf-8"),
        lambda place: (place / "pyproject.toml").write_text("", encoding="utf-8"),
        lambda place: (place / ".reportlint-waivers.yaml").write_text("", encoding="utf-8"),
        lambda place: (place / ".reportlint" / "rules" / "a.yaml").write_text("", encoding="utf-8"),
        lambda place: (place / "mine" / "b.yaml").write_text("", encoding="utf-8"),
    ],
    ids=["report", "new", "gone", "settings", "pyproject", "waivers", "rule", "folder"],
)
def test_what_a_check_reads_is_watched(change: Callable[[Path], object], place: Path) -> None:
    (place / ".reportlint" / "rules").mkdir(parents=True)
    (place / "mine").mkdir()
    before = look()
    assert look() == before
    change(place)
    assert look() != before


def test_settings_that_are_extended_are_watched(place: Path) -> None:
    (place / ".reportlint.yaml").write_text("extends: shared/base.yaml\n", encoding="utf-8")
    (place / "shared").mkdir()
    base = place / "shared" / "base.yaml"
    base.write_text("extends: ../.reportlint.yaml # in a circle\n", encoding="utf-8")
    before = look()
    base.write_text("language: en\n", encoding="utf-8")
    assert look() != before


def test_what_no_check_reads_is_not_watched(place: Path) -> None:
    before = look()
    (place / "reports" / "a.json").write_text("{}", encoding="utf-8")
    (place / "reports" / "node_modules").mkdir()
    (place / "reports" / "node_modules" / "a.txt").write_text("", encoding="utf-8")
    assert look() == before


def test_each_change_is_checked_until_ctrl_c(
    place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    rounds = iter([{"a": (1, 1, 1)}] * 3 + [{"a": (2, 1, 1)}] * 6)

    def step() -> Any:
        found = next(rounds, None)
        if found is None:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr("reportlint.watching.PAUSE", 0)
    told: list[str] = []
    watch(["--version"], step, lambda: told.append("told"))
    assert (told, capfd.readouterr().out.count("reportlint ")) == (["told"] * 2, 2)


def test_watching_from_a_shell_ends_with_ctrl_c(place: Path) -> None:
    command = [sys.executable, "-m", "reportlint", "check", "reports", "--watch", "--format", "concise"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    assert process.stderr is not None
    lines = iter(process.stderr.readline, b"")
    until(lines, b"Ctrl-C")
    (place / "reports" / "a.txt").write_text(MODEL + "\n[bookmark: _GoBack]\n", encoding="utf-8")
    until(lines, b"Ctrl-C")
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert (process.returncode, output.count(b"FRM003")) == (0, 1)


def until(lines: Any, words: bytes) -> None:
    for line in lines:
        if words in line:
            return
    raise AssertionError(f"the end came before {words!r}")


def test_standard_input_cannot_be_watched(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "-", "--watch"]) == 2
    assert "standard input does not change" in capsys.readouterr().err


class Terminal(io.StringIO):
    def __init__(self, *, real: bool = True) -> None:
        super().__init__()
        self.real = real

    def isatty(self) -> bool:
        return self.real


def test_a_long_run_shows_how_far_it_is_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.setattr(progress, "PAUSE", 0)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    bar = Progress(4)
    for _ in range(2):
        bar.step()
        time.sleep(0.001)
    bar.clear()
    bar.clear()
    half = "\r\x1b[K[###############...............] 2/4"
    assert terminal.getvalue() == f"\r\x1b[K[#######.......................] 1/4{half}\r\x1b[K"


@pytest.mark.parametrize("why", ["pipe", "quiet", "ci", "dumb"])
def test_nothing_is_shown_elsewhere(why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(real=why != "pipe")
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "dumb" if why == "dumb" else "xterm")
    if why == "ci":
        monkeypatch.setenv("CI", "true")
    bar = Progress(4, quiet=why == "quiet")
    for _ in range(4):
        bar.step()
    bar.clear()
    assert terminal.getvalue() == ""


# Folders and names that make trouble.


def test_links_in_circles_and_out_of_the_tree_are_not_entered(
    place: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "b.txt").write_text(MODEL, encoding="utf-8")
    (place / "reports" / "circle").symlink_to(place / "reports")
    (place / "reports" / "out").symlink_to(outside)
    status = main(["check", "reports", "--format", "json", "--quiet"])
    listed = [report["path"] for report in json.loads(capsys.readouterr().out)["reports"]]
    assert (status, listed) == (0, ["reports/a.txt"])


def test_a_link_to_itself_is_told_and_the_rest_is_checked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "reports" / "b.txt").symlink_to("b.txt")
    status = main(["check", "reports", "--format", "concise", "--quiet"])
    assert status == 3
    assert capsys.readouterr().out.startswith("reports/b.txt:1:1: error ENG001 unreadable")


def test_settings_that_extend_each_other_in_a_circle_are_refused(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / ".reportlint.yaml").write_text("extends: other.yaml\n", encoding="utf-8")
    (place / "other.yaml").write_text("extends: .reportlint.yaml\n", encoding="utf-8")
    for _ in range(2):
        assert main(["check", "reports"]) == 2
        output, errors = capsys.readouterr()
        assert (output, "settings extend each other in a circle" in errors) == ("", True)


@pytest.mark.parametrize("form", MODULES)
def test_every_format_copes_with_a_name_that_is_not_utf_8(form: str, place: Path) -> None:
    odd = place / "reports" / os.fsdecode("报告".encode("gb18030") + b".txt")
    odd.write_text(MODEL + "\n[bookmark: _GoBack]\n", encoding="utf-8")
    target = place / "out"
    for jobs in ("1", "2"):
        words = ["check", "reports", "--format", form, "--output", str(target), "--jobs", jobs, "--quiet"]
        assert main(words) == 0
        if form != "xlsx":
            target.read_bytes().decode("utf-8")
        if form in ("json", "sarif", "gitlab"):
            json.loads(target.read_bytes())


def test_a_name_in_sarif_has_its_bytes_percent_encoded(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = place / "reports" / os.fsdecode(b"\xb1\xa8.txt")
    odd.write_text(MODEL + "\n[bookmark: _GoBack]\n", encoding="utf-8")
    main(["check", "reports", "--format", "sarif", "--quiet"])
    assert "reports/%B1%A8.txt" in capsys.readouterr().out
