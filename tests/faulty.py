"""A repository with a faulty report, and what commands say in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reportlint.builtin import folder
from reportlint.cli import main

MODEL = (folder("rules") / "cn-disclosure-2019" / "model.txt").read_text(encoding="utf-8")
# One wrong sum (an error) and a stroke in a number cell (a warning).
FAULTY = MODEL.replace("2 | 0 | 2 | 2 | 6 |", "2 | 0 | 2 | 2 | 5 |").replace("规章 | 0 | 0 | 0 |", "规章 | 0 | / | 0 |")

Run = Callable[..., tuple[int, list[str], list[str]]]


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Makes the folder a repository with the report, and the working directory of a person without settings."""
    (folder / ".git").mkdir()
    write(folder / "reports" / "report.txt", FAULTY)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return folder


def runner(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; gives the status, the lines of standard output and those of standard error."""

    def run(*arguments: str) -> tuple[int, list[str], list[str]]:
        capsys.readouterr()
        status = main(arguments)
        told = capsys.readouterr()
        return status, told.out.splitlines(), told.err.splitlines()

    return run
