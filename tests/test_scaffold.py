"""`reportlint new`: what it writes passes its tests at once, and nothing that is there is touched."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reportlint.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return run


def test_a_new_rule_stands_in_the_repository_and_passes_its_tests(run: Run) -> None:
    assert run("new", "rule", "no-slogans") == (0, ".reportlint/rules/no-slogans.yaml\n", "")
    assert run("test", ".reportlint/rules") == (0, "2 passed, 0 failed\n", "")
    assert run("rules", "--lang", "en")[1].count("no-slogans") == 1


def test_a_second_rule_of_the_same_letters_has_another_code(run: Run) -> None:
    run("new", "rule", "no-slogans")
    run("new", "rule", "no-slander")
    assert run("test", ".reportlint") == (0, "4 passed, 0 failed\n", "")


def test_a_new_rule_is_found_from_a_folder_below(run: Run, tmp_path: Path) -> None:
    run("new", "rule", "first")
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    os.chdir(tmp_path / "deep" / "deeper")
    assert run("new", "rule", "second")[1] == "../../.reportlint/rules/second.yaml\n"


def test_a_new_profile_comes_with_a_model_report_and_a_rule(run: Run) -> None:
    status, out, _ = run("new", "profile", "work-safety")
    assert (status, out.split()) == (
        0,
        [f".reportlint/rules/work-safety/{name}" for name in ("model.txt", "profile.yaml", "sums.yaml")],
    )
    assert run("test", ".reportlint") == (0, "2 passed, 0 failed\n", "")
    model = ".reportlint/rules/work-safety/model.txt"
    status, out, err = run("check", "--lang", "en", model)
    assert (status, out) == (0, "")
    assert "identities: 6 held, 0 broken, 0 could not be told." in err
    assert run("new", "rule", "safe", "--profile", "work-safety")[0] == 0
    assert run("test", ".reportlint") == (0, "4 passed, 0 failed\n", "")


def test_a_new_pack_is_data_that_passes_its_tests(run: Run, tmp_path: Path) -> None:
    assert run("new", "pack", "county-rules")[0] == 0
    assert run("test", "county-rules/src") == (0, "2 passed, 0 failed\n", "")
    assert [path.name for path in (tmp_path / "county-rules" / "src").rglob("*.py")] == []
    assert installed(tmp_path / "county-rules", "county-rules = county_rules") == 0


def test_a_new_plugin_passes_its_tests_once_it_is_installed(run: Run, tmp_path: Path) -> None:
    assert run("new", "plugin", "long-text")[0] == 0
    assert installed(tmp_path / "long-text", "long-text = long_text") == 0


def installed(package: Path, entry: str) -> int:
    """The status of the package's own tests, with the package as an installer leaves it."""
    info = package / "src" / "scaffolded-0.1.0.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text(f"[reportlint]\n{entry}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    path = os.pathsep.join([str(package / "src"), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(command, cwd=package, env={**os.environ, "PYTHONPATH": path}, check=False).returncode


@pytest.mark.parametrize("name", ["No Slogans", "../up", "slogans_", "口号", ""])
def test_a_name_that_cannot_be_one_is_refused_with_an_example(run: Run, name: str, tmp_path: Path) -> None:
    status, _, err = run("new", "rule", name)
    assert (status, "use small letters, digits and hyphens, such as no-slogans" in err) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".git"]


def test_what_is_there_is_not_touched(run: Run, tmp_path: Path) -> None:
    run("new", "rule", "mine")
    path = tmp_path / ".reportlint" / "rules" / "mine.yaml"
    path.write_text("# mine\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    before = path.read_bytes()
    status, _, err = run("new", "rule", "mine")
    assert (status, err) == (
        2,
        "reportlint: .reportlint/rules/mine.yaml: is there already; choose another name or folder\n",
    )
    assert path.read_bytes() == before


def test_an_unknown_profile_is_named_with_the_nearest(run: Run) -> None:
    assert run("new", "rule", "mine", "--profile", "cn-disclosur") == (
        2,
        "",
        "reportlint: no profile is called 'cn-disclosur' (did you mean 'cn-disclosure'?)\n",
    )


def test_a_folder_that_cannot_be_written_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    status, _, err = run("new", "rule", "mine", "--in", "file")
    assert (status, "file: cannot be written: " in err) == (2, True)
