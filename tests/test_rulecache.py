"""Rules that are kept for the next start are those that the files hold."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reportlint.builtin import folder
from reportlint.engine import Library, load
from reportlint.extension import Pack
from reportlint.plugins import built_in
from reportlint.profile import Profile
from reportlint.rule import Once, Pattern, Rule
from reportlint.rulecache import compiled


def plain(value: Any) -> Any:
    """Options as values that can be compared: most of them are compared by identity."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return type(value).__name__, fields
    if isinstance(value, Pattern):
        return value.text
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    return {key: plain(item) for key, item in value.items()} if isinstance(value, dict) else value


def told(rule: Rule) -> tuple[Any, ...]:
    return (
        rule.name, rule.code, rule.kind, plain(rule.options), rule.severity, rule.profile, rule.years, rule.path,
        rule.plugin, rule.identities, rule.wording,
    )  # fmt: skip


def form(profile: Profile) -> tuple[Any, ...]:
    tables = [(table.key, table.rows, table.statements, table.identities, table.severities) for table in profile.tables]
    return (
        profile.id, profile.lineage, profile.title, profile.sections, tables, profile.bodies, profile.deadlines,
        profile.imprint, profile.notation.dates, profile.notation.money, profile.numbering.styles,
    )  # fmt: skip


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the built-in rules, changed an hour ago."""
    target = tmp_path / "rules"
    shutil.copytree(folder("rules"), target)
    age(target)
    return target


def age(target: Path) -> None:
    then = time.time() - 3600
    for path in target.rglob("*.yaml"):
        os.utime(path, (then, then))


@pytest.fixture
def loaded(rules: Path, tmp_path: Path) -> Callable[[], Library]:
    extensions = built_in()._replace(packs=(Pack("reportlint", rules, folder("grammars")),))
    return lambda: load(extensions, tmp_path / "cache")


def kept(tmp_path: Path) -> Path:
    (file,) = (tmp_path / "cache").iterdir()
    return file


def test_rules_from_the_cache_are_those_of_the_files(loaded: Callable[[], Library], tmp_path: Path) -> None:
    first = [told(rule) for rule in loaded().rules]
    # What the second time reads comes from the cache alone: the rules' own YAML is not opened.
    changed = json.loads(kept(tmp_path).read_text(encoding="utf-8"))
    assert len(changed["rows"]) == len(first)
    assert [told(rule) for rule in loaded().rules] == first


def test_the_cache_is_what_is_read(loaded: Callable[[], Library], tmp_path: Path) -> None:
    loaded()
    changed = json.loads(kept(tmp_path).read_text(encoding="utf-8"))
    changed["rows"][0]["severity"] = "info"
    kept(tmp_path).write_text(json.dumps(changed), encoding="utf-8")
    name = changed["rows"][0]["id"]
    assert loaded().rule(name).severity.word == "info"


def change_a_rule(rules: Path) -> None:
    path = rules / "common" / "artefact.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("severity: info", "severity: error"), encoding="utf-8")


def test_a_changed_file_is_read_again(loaded: Callable[[], Library], rules: Path) -> None:
    assert loaded().rule("artefact").severity.word == "info"
    change_a_rule(rules)
    assert loaded().rule("artefact").severity.word == "error"
    age(rules)
    assert loaded().rule("artefact").severity.word == "error"
    assert loaded().rule("artefact").severity.word == "error"


def test_files_that_were_just_changed_are_not_kept(loaded: Callable[[], Library], rules: Path, tmp_path: Path) -> None:
    change_a_rule(rules)
    loaded()
    assert not (tmp_path / "cache").exists()


def test_a_rule_that_is_gone_or_new_is_noticed(loaded: Callable[[], Library], rules: Path) -> None:
    before = [rule.name for rule in loaded().rules]
    (rules / "common" / "artefact.yaml").rename(rules / "common" / "other.yaml")
    assert [rule.name for rule in loaded().rules] == before
    (rules / "common" / "other.yaml").unlink()
    assert [rule.name for rule in loaded().rules] == [name for name in before if name != "artefact"]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "null"])
def test_a_damaged_cache_is_said_and_made_anew(
    loaded: Callable[[], Library], tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    names = [rule.name for rule in loaded().rules]
    kept(tmp_path).write_text(content, encoding="utf-8")
    assert [rule.name for rule in loaded().rules] == names
    assert caplog.messages == [f"{kept(tmp_path)} is damaged, and is made anew"]
    assert [rule.name for rule in loaded().rules] == names
    assert len(caplog.messages) == 1


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_cache_that_others_may_write_is_not_believed(loaded: Callable[[], Library], tmp_path: Path) -> None:
    loaded()
    changed = json.loads(kept(tmp_path).read_text(encoding="utf-8"))
    changed["rows"] = []
    kept(tmp_path).write_text(json.dumps(changed), encoding="utf-8")
    kept(tmp_path).chmod(0o666)
    assert loaded().rules


def test_a_place_that_cannot_be_written_is_no_error(loaded: Callable[[], Library], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    assert loaded().rules


def test_a_value_is_made_once_and_only_when_it_is_asked_for() -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    once = Once(make)
    assert made == []
    assert (once(), once(), made) == (1, 1, [1])


def test_the_compiled_rules_are_those_of_the_files() -> None:
    script = Path(__file__).parents[1] / "scripts" / "compile-rules"
    assert subprocess.run([sys.executable, str(script), "--check"]).returncode == 0, "run: scripts/compile-rules"
    made, read = load(built_in()), load(built_in(), compiled=False)
    assert [told(rule) for rule in made.rules] == [told(rule) for rule in read.rules]
    assert [form(profile) for profile in made.profiles] == [form(profile) for profile in read.profiles]


def test_compiled_rules_are_for_the_files_they_were_made_from(rules: Path) -> None:
    assert compiled(rules) is not None
    change_a_rule(rules)
    assert compiled(rules) is None
