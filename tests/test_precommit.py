"""The hooks of .pre-commit-hooks.yaml, run by the real pre-commit in a repository of their own."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from reportlint.readers import READERS

TOP = Path(__file__).resolve().parent.parent
FORM = TOP / "examples" / "cn-disclosure-2021"
CLEAN = (FORM / "clean.txt").read_text(encoding="utf-8")
# One figure too many in line 33: what breaks is told at its cell.
WRONG = CLEAN.replace("（一）予以公开 | 8 |", "（一）予以公开 | 9 |")
FOUND = "33:23: error ARI001 row-sum: "
REPORTLINT = f"{sys.executable} -m reportlint"


def hooks() -> dict[str, dict[str, Any]]:
    loaded = YAML(typ="safe").load(TOP / ".pre-commit-hooks.yaml")
    return {hook["id"]: hook for hook in loaded}


class Repository(NamedTuple):
    """A fresh one, in which pre-commit is installed."""

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)

    def git(self, *arguments: str) -> str:
        done = self.run("git", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def configure(self, repository: Mapping[str, Any]) -> None:
        with (self.folder / ".pre-commit-config.yaml").open("w", encoding="utf-8") as file:
            YAML(typ="safe").dump({"repos": [repository]}, file)
        assert self.run(sys.executable, "-m", "pre_commit", "install").returncode == 0

    def commit(self, files: Mapping[str, str]) -> tuple[int, list[str]]:
        """Writes the files and commits all that has changed: the status, and what the hook printed for people."""
        self.write(files)
        self.git("add", "--all")
        done = self.run("git", "commit", "--quiet", "--message", "a change")
        return done.returncode, (done.stdout + done.stderr).splitlines()


def fresh(folder: Path, home: Path) -> Repository:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "LC_"))}
    own = {
        "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_AUTHOR_NAME": "n", "GIT_AUTHOR_EMAIL": "n@x.example",
        "GIT_COMMITTER_NAME": "n", "GIT_COMMITTER_EMAIL": "n@x.example", "LANG": "en_US.UTF-8",
    }  # fmt: skip
    folder.mkdir()
    repository = Repository(folder, {**kept, **own})
    repository.git("init", "--quiet", "--initial-branch", "main")
    return repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """With the hook `reportlint` as it is, save that it runs what is tested here and nothing is installed for it."""
    made = fresh(tmp_path / "repository", tmp_path / "home")
    made.configure(local("reportlint", args=["--format", "concise"]))
    assert made.commit({})[0] == 0
    return made


def local(name: str, **changes: Any) -> dict[str, Any]:
    hook = {**hooks()[name], "language": "unsupported", **changes}
    program, *arguments = hook["entry"].split(" ", 1)
    assert program == "reportlint"
    return {"repo": "local", "hooks": [{**hook, "entry": " ".join([REPORTLINT, *arguments])}]}


def told(lines: list[str]) -> list[str]:
    """The diagnostics and the sum, without what pre-commit says around them."""
    return [line for line in lines if re.search(r":\d+:\d+: |^checked ", line)]


def test_a_faulty_report_stops_the_commit_and_a_clean_one_passes(repository: Repository) -> None:
    status, lines = repository.commit({"reports/2022 年报.txt": WRONG})
    first, last = told(lines)
    assert (status, first.startswith(f"reports/2022 年报.txt:{FOUND}"), last[:26]) == (
        1,
        True,
        "checked 1 report: 1 error,",
    )
    assert "reportlint...............................................................Failed" in lines
    status, lines = repository.commit({"reports/2022 年报.txt": CLEAN})
    assert (status, told(lines)) == (0, [])
    assert "reportlint...............................................................Passed" in lines
    assert repository.git("-c", "core.quotePath=off", "show", "--name-only", "--format=") == "reports/2022 年报.txt\n"


def test_waivers_and_settings_of_the_repository_count(repository: Repository) -> None:
    settings = "exclude: [drafts/]\noverrides:\n  - files: [old/**]\n    rules: {row-sum: warning}\n"
    status, lines = repository.commit(
        {".reportlint.yaml": settings, "drafts/a.txt": WRONG, "old/a.txt": WRONG, "new/a.txt": WRONG}
    )
    assert (status, [line.split(": ")[0] for line in told(lines)]) == (
        1, ["new/a.txt:33:23", "old/a.txt:33:23", "checked 2 reports"],
    )  # fmt: skip
    waived = repository.run(*REPORTLINT.split(), "waive", "new/a.txt", "--reason", "as published", "--author", "Li")
    assert waived.returncode == 0, waived.stderr
    assert repository.commit({})[0] == 0
    # Only what the settings leave out was changed.
    assert repository.commit({"drafts/a.txt": WRONG + "\n"})[0] == 0


def test_what_is_no_report_by_its_name_is_left_alone(repository: Repository) -> None:
    status, lines = repository.commit(
        {"requirements.txt": "reportlint\n", "docs/README.zh-CN.txt": "说明\n", "main.py": "pass\n", "notes.md": "x\n"}
    )
    assert status == 0
    assert any(re.match(r"reportlint\.+\(no files to check\)Skipped$", line) for line in lines)


def test_a_text_that_is_no_report_does_not_stop_the_commit(repository: Repository) -> None:
    status, lines = repository.commit({"notes/buy.txt": "milk\n"})
    assert (status, told(lines)) == (0, [])


def test_only_what_is_committed_is_checked(repository: Repository) -> None:
    assert repository.commit({"a.txt": CLEAN, "b b.txt": CLEAN})[0] == 0
    repository.write({"not added.txt": WRONG})
    repository.git("mv", "a.txt", "改名.txt")
    (repository.folder / "b b.txt").unlink()
    repository.git("add", "--update")
    done = repository.run("git", "commit", "--quiet", "--message", "moved and deleted")
    assert done.returncode == 0, done.stdout + done.stderr
    repository.git("mv", "改名.txt", "c.txt")
    status, lines = repository.commit({"c.txt": WRONG, "not added.txt": CLEAN})
    assert (status, [line.split(": ")[0] for line in told(lines)]) == (1, ["c.txt:33:23", "checked 2 reports"])


def test_many_reports_are_told_in_one_list(repository: Repository) -> None:
    names = [f"年 {number:02}.txt" for number in range(40)]
    status, lines = repository.commit(dict.fromkeys(names, WRONG))
    found = told(lines)
    assert (status, [line.partition(":")[0] for line in found[:-1]]) == (1, names)
    assert found[-1].startswith("checked 40 reports: 40 errors, ")


def test_a_report_that_cannot_be_read_stops_the_commit(repository: Repository) -> None:
    (repository.folder / "broken.txt").write_bytes(b"\xff\xfe\x00\x00\x00")
    status, lines = repository.commit({})
    assert status == 1
    assert "- exit code: 3" in lines


# A number in another style and a half-width bracket: both are mended without changing what is said.
UNTIDY = CLEAN.replace("\n五、", "\n5、").replace("\n（一）主动公开", "\n(一)主动公开")


@pytest.fixture
def mended(tmp_path: Path) -> Repository:
    """As `repository`, with the hook that mends."""
    made = fresh(tmp_path / "repository", tmp_path / "home")
    made.configure(local("reportlint-fix", args=["--format", "concise"]))
    assert made.commit({})[0] == 0
    return made


def test_the_hook_that_mends_fails_as_formatters_do_until_what_it_mended_is_added(mended: Repository) -> None:
    assert UNTIDY != CLEAN
    status, lines = mended.commit({"报 告/年报.txt": UNTIDY, "b.txt": CLEAN})
    assert status == 1
    assert "- files were modified by this hook" in lines
    texts = [(mended.folder / name).read_text(encoding="utf-8") for name in ("报 告/年报.txt", "b.txt")]
    assert texts == [CLEAN, CLEAN]
    assert mended.commit({})[0] == 0


def test_the_hook_that_mends_leaves_figures_and_tells_them(mended: Repository) -> None:
    status, lines = mended.commit({"a.txt": WRONG})
    assert (status, told(lines)[0].startswith(f"a.txt:{FOUND}")) == (1, True)
    assert "- files were modified by this hook" not in lines
    assert (mended.folder / "a.txt").read_text(encoding="utf-8") == WRONG


def test_the_hook_that_mends_leaves_what_the_settings_exclude(mended: Repository) -> None:
    assert mended.commit({".reportlint.yaml": "exclude: [drafts/]\n", "drafts/a.txt": UNTIDY})[0] == 0
    assert (mended.folder / "drafts/a.txt").read_text(encoding="utf-8") == UNTIDY


# What the hooks take, and what they leave.


@pytest.mark.parametrize("name", ["reportlint", "reportlint-fix"])
@pytest.mark.parametrize(
    ("path", "taken"),
    [
        *((f"reports/年报 2020{ending}", True) for reader in READERS for ending in reader.suffixes),
        ("a/b/REPORT.TXT", True),
        ("2020年信息公开年报-newsletter.txt", True),
        ("security-office/2020.txt", True),
        ("requirements.txt", False),
        ("a/requirements-dev.txt", False),
        ("dev-requirements.txt", False),
        ("README.txt", False),
        ("docs/Readme.zh-CN.txt", False),
        ("LICENSE.txt", False),
        ("src/CMakeLists.txt", False),
        ("public/robots.txt", False),
        ("a.py", False),
        ("txt", False),
    ],
)
def test_hooks_take_reports_and_leave_other_texts(name: str, path: str, taken: bool) -> None:
    hook = hooks()[name]
    assert (re.search(hook["files"], path) is not None and re.search(hook["exclude"], path) is None) is taken


def test_hooks_run_the_checks_as_a_person_would() -> None:
    assert {name: hook["entry"] for name, hook in hooks().items()} == {
        "reportlint": "reportlint check --force-exclude",
        "reportlint-fix": "reportlint check --fix --force-exclude",
    }


# As a repository elsewhere uses them.


@pytest.mark.slow
def test_pre_commit_installs_the_hooks_from_a_clone(tmp_path: Path) -> None:
    clone = fresh(tmp_path / "clone", tmp_path / "home")
    for name in ("src", "grammars", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        if (TOP / name).is_dir():
            shutil.copytree(TOP / name, clone.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(TOP / name, clone.folder)
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--message", "a release")
    revision = clone.git("rev-parse", "HEAD").strip()
    made = fresh(tmp_path / "repository", tmp_path / "home")
    made.environment.pop("PYTHONPATH", None)
    made.configure(
        {"repo": str(clone.folder), "rev": revision, "hooks": [{"id": "reportlint", "args": ["--format=concise"]}]}
    )
    status, lines = made.commit({"reports/年报.txt": WRONG})
    first, last = told(lines)
    assert status == 1
    assert first.startswith(f"reports/年报.txt:{FOUND}")
    assert last.startswith("checked 1 report: 1 error, ")
    assert made.commit({"reports/年报.txt": CLEAN})[0] == 0
