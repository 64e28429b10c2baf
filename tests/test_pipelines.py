"""The files in docs/pipelines.md: they parse, and the commands in them run and write what they say."""

import json
import re
import shlex
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from reportlint.cli import main

TOP = Path(__file__).resolve().parent.parent
PAGES = [TOP / "docs" / "pipelines.md", TOP / "docs" / "pipelines.zh-CN.md"]
BLOCK = re.compile(r"^<!-- pipeline: (\S+) -->\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"reportlint check [^'\n]+")
BLOCKS = BLOCK.findall(PAGES[0].read_text(encoding="utf-8"))
YAMLS = [text for _, kind, text in BLOCKS if kind == "yaml"]
HOOKS = {hook["id"]: hook for hook in YAML(typ="safe").load(TOP / ".pre-commit-hooks.yaml")}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def commands() -> Iterator[str]:
    for _, kind, text in BLOCKS:
        found = texts(YAML(typ="safe").load(text)) if kind == "yaml" else iter([text])
        for words in found:
            if "--force-exclude" not in words:
                yield from COMMAND.findall(words)
    for shell in SHELL.findall(PAGES[0].read_text(encoding="utf-8")):
        yield from (command for command in COMMAND.findall(shell) if "--force-exclude" not in command)


COMMANDS = list(commands())


def test_both_languages_show_the_same_files() -> None:
    one, other = (
        (BLOCK.findall(text), SHELL.findall(text)) for text in (page.read_text(encoding="utf-8") for page in PAGES)
    )
    assert one == other
    assert len(BLOCKS) == 6


@pytest.mark.parametrize("text", YAMLS)
def test_files_are_yaml_without_surprises(text: str) -> None:
    loaded = YAML(typ="safe").load(text)
    # `on` is a word here, as it is for the services, and a command with a colon in it is still one text.
    assert {type(key) for key in loaded} == {str}
    assert COMMAND.search(text) is None or any(map(COMMAND.search, texts(loaded)))


def test_hooks_that_are_named_are_there() -> None:
    files = [YAML(typ="safe").load(text) for name, _, text in BLOCKS if name == ".pre-commit-config.yaml"]
    remote, local = (file["repos"][0] for file in files)
    assert [hook["id"] in HOOKS for hook in remote["hooks"]] == [True]
    (hook,) = local["hooks"]
    assert {name: hook[name] for name in ("entry", "require_serial")} == {
        name: HOOKS["reportlint"][name] for name in ("entry", "require_serial")
    }


def test_every_pipeline_runs_a_check() -> None:
    assert [shlex.split(command)[:2] for command in COMMANDS] == [["reportlint", "check"]] * 5


READS: dict[str, Callable[[str], Any]] = {
    ".sarif": lambda text: json.loads(text)["runs"][0]["results"],
    ".json": json.loads,
    ".rdjson": lambda text: json.loads(text)["diagnostics"],
    ".xml": lambda text: list(ElementTree.fromstring(text)),
    ".html": lambda text: re.findall('<article id="r1"', text),
    ".md": lambda text: re.findall("ARI002", text),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_write_what_the_pipeline_takes(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").mkdir()
    shutil.copy(TOP / "examples" / "cn-disclosure-2021" / "faulty.txt", "reports/2022.txt")
    _, *arguments = shlex.split(command)
    assert main(arguments) == (0 if "never" in arguments else 1)
    written = [path for path in tmp_path.iterdir() if path.is_file()]
    assert written
    for path in written:
        assert READS[path.suffix](path.read_text(encoding="utf-8"))
    assert ("ARI002" in capfd.readouterr().out) is any(name in arguments for name in ("text", "github"))
