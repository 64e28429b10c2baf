"""Scenarios of the command line: a file each in tests/scenarios/, with a command, its files and all it prints.

    What the scenario shows, in a sentence.
    $ reportlint check --quiet report.txt
    === file report.txt from cn-disclosure-2019
    - a text that occurs once in the model report of that profile
    + what takes its place
    === file other.txt
    a text of its own
    === stdin
    === stdout
    === stderr
    === status 1

`\\n`, `\\t`, `\\r` and `\\xHH` may be written in changes. A part that is left out is empty. Counts of rules and the
version stand as `<n>` and `<version>`, as they change with every rule and every release.
`RECORD_SCENARIOS=1 pytest tests/test_scenarios.py` writes what is printed into the files; look at the difference.
"""

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from reportlint import __version__
from reportlint.builtin import folder
from reportlint.cli import main

FOLDER = Path(__file__).parent / "scenarios"
PATHS = sorted(FOLDER.glob("*.txt"))
# Started as real processes too: what a shell sees must be what a call in this process gives.
AS_PROCESSES = ("check-text", "check-json", "check-stdin", "check-nothing-wrong", "unknown-rule", "show-text")
PART = re.compile(r"^=== (\w+) ?(.*)\n", re.MULTILINE)
ESCAPE = re.compile(r"\\(n|t|r|x[0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Outcome:
    stdout: str
    stderr: str
    status: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """words: The sentence and the command, as they stand. given: Files and standard input, as they stand."""

    words: str
    arguments: tuple[str, ...]
    given: str
    files: Mapping[str, str]
    stdin: str
    outcome: Outcome


def read_scenario(path: Path) -> Scenario:
    text = path.read_text(encoding="utf-8")
    parts = list(PART.finditer(text))
    words = text[: parts[0].start() if parts else len(text)]
    command = next(line for line in words.splitlines() if line.startswith("$ reportlint"))
    files: dict[str, str] = {}
    stdin = stdout = stderr = given = ""
    status = 0
    ends = [part.start() for part in parts[1:]] + [len(text)] * bool(parts)
    for part, end in zip(parts, ends, strict=True):
        body = text[part.end() : end]
        name, rest = part.group(1), part.group(2)
        if name in ("file", "stdin"):
            given += part.group() + body
        if name == "file":
            file, _, model = rest.partition(" from ")
            files[file] = changed(model, body) if model else body
        elif name == "stdin":
            stdin = changed(rest.removeprefix("from "), body) if rest else body
        elif name == "stdout":
            stdout = body
        elif name == "stderr":
            stderr = body
        elif name == "status":
            status = int(rest)
        else:
            raise ValueError(f"{path.name}: unknown part {name}")
    arguments = tuple(shlex.split(command.removeprefix("$ reportlint")))
    return Scenario(words, arguments, given, files, stdin, Outcome(stdout, stderr, status))


def changed(profile: str, changes: str) -> str:
    """The model report of a profile with each `- old`, `+ new` done to it."""
    text = (folder("rules") / profile / "model.txt").read_text(encoding="utf-8")
    lines = [ESCAPE.sub(unescaped, line) for line in changes.splitlines() if line]
    for old, new in zip(lines[::2], lines[1::2], strict=True):
        assert old.startswith("- ")
        assert new.startswith("+")
        assert text.count(old[2:]) == 1, f"{old[2:]!r} occurs {text.count(old[2:])} times in the model report"
        text = text.replace(old[2:], new[2:])
    return text


def unescaped(match: re.Match[str]) -> str:
    code = match.group(1)
    return chr(int(code[1:], 16)) if code[0] == "x" else {"n": "\n", "t": "\t", "r": "\r"}[code]


def steady(outcome: Outcome) -> Outcome:
    """The outcome without what changes with every rule and every release."""
    stdout = outcome.stdout.replace(f'"version": "{__version__}"', '"version": "<version>"')
    stdout = stdout.replace(f"reportlint {__version__}", "reportlint <version>")
    stdout = re.sub(r'("rules": \{\s*"held": )\d+', r"\1<n>", stdout)
    stderr = re.sub(r"(规则：|Rules: )\d+", r"\1<n>", outcome.stderr)
    return replace(outcome, stdout=stdout, stderr=stderr)


def prepare(scenario: Scenario, path: Path) -> None:
    for name, text in scenario.files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))


def run_here(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> Outcome:
    try:
        status = main(arguments)
    except SystemExit as stop:  # argparse leaves this way
        status = int(stop.code or 0)
    captured = capsys.readouterr()
    return Outcome(captured.out, captured.err, status)


def record(path: Path, scenario: Scenario, outcome: Outcome) -> None:
    parts = [scenario.words, scenario.given]
    if outcome.stdout:
        parts.append(f"=== stdout\n{outcome.stdout}")
    if outcome.stderr:
        parts.append(f"=== stderr\n{outcome.stderr}")
    parts.append(f"=== status {outcome.status}\n")
    path.write_text("".join(parts), encoding="utf-8", newline="\n")


@pytest.fixture(autouse=True)
def _without_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_scenario(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = read_scenario(path)
    prepare(scenario, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(scenario.stdin.encode("utf-8"))))
    outcome = steady(run_here(scenario.arguments, capsys))
    if os.environ.get("RECORD_SCENARIOS"):
        record(path, scenario, outcome)
    else:
        assert outcome == scenario.outcome


@pytest.mark.parametrize("name", AS_PROCESSES)
def test_scenario_as_a_process(name: str, tmp_path: Path) -> None:
    scenario = read_scenario(FOLDER / f"{name}.txt")
    prepare(scenario, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "reportlint", *scenario.arguments],
        cwd=tmp_path,
        input=scenario.stdin.encode("utf-8"),
        capture_output=True,
        timeout=60,
        check=False,
    )
    outcome = Outcome(done.stdout.decode("utf-8"), done.stderr.decode("utf-8"), done.returncode)
    assert steady(outcome) == scenario.outcome


def test_every_command_has_a_scenario() -> None:
    commands = {"".join(read_scenario(path).arguments[:1]) for path in PATHS}
    assert commands >= {"check", "show", "explain", "profiles", "test"}
