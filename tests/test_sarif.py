"""SARIF as others see it: Microsoft's validator has nothing to say, and the revision is what git knows.

The validator is the program `Sarif.Multitool` of the npm package @microsoft/sarif-multitool-linux. It is looked for on
the PATH, or where REPORTLINT_SARIF_MULTITOOL says; without it the tests that need it are skipped. CI installs it.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from loaded import library
from reportlint.cli import main
from reportlint.diagnostic import Checked, Diagnostic, Edit, Fix, Place, Related, Severity, Span, Text, Waived
from reportlint.extension import FormatOptions
from reportlint.formats.revision import NO_REMOTE, NO_REPOSITORY, revision
from reportlint.formats.sarif import render
from reportlint.source import Source

TOP = Path(__file__).resolve().parent.parent
EXAMPLES = TOP / "examples"
VALIDATOR = os.environ.get("REPORTLINT_SARIF_MULTITOOL") or shutil.which("Sarif.Multitool")
# "URIs should be reachable": the schema's address is not, where there is no network.
ABOUT_LINKS = "SARIF2006"
LIBRARY = library()


def report(text: str, *diagnostics: Diagnostic, path: str = "r.txt") -> Checked:
    return Checked(path=Path(path), source=Source(Path(path), text), diagnostics=diagnostics, year=2020)


def row_sum(span: Span, **changes: Any) -> Diagnostic:
    fields: dict[str, Any] = {
        "path": Path("r.txt"), "span": span, "severity": Severity.ERROR, "rule": "row-sum", "code": "ARI001",
        "message": Text("总计为 3 {0} [甲](1)", "total is 3 {0} [a](1)"),
    }  # fmt: skip
    return Diagnostic(**{**fields, **changes})


def everything() -> Iterator[Checked]:
    """What a check of the examples does not come to: every member of a diagnostic, odd texts, odd spans."""
    text = "甲𠮷é\u0301👩\u200d👩\t1\r\n\u2028\x1b2\n"
    full = row_sum(
        Span(1, 2),
        place=Place("节", "requests", ("行",), ("列",)),
        address=Text("表1", "table 1"),
        found="𠮷",
        expected="1",
        related=(Related(Span(0, 1), Text("甲", "a")), Related(Span(0, len(text)), Text("全部", "all"))),
        source=Text("条例", "regulation"),
        help=Text("改。", "Mend it."),
        fix=Fix("safe", Text("改为 1", "change to 1"), (Edit(Span(1, 2), "1"), Edit(Span(3, 3), "二\n"))),
    )
    waived = full._replace(span=Span(0, 1), waived=Waived("原件如此", "李", None))
    yield report(text, full, waived, row_sum(Span(0, len(text))), row_sum(Span(4, 4)), row_sum(Span(1, 9)))
    yield report("", row_sum(Span(0, 0)), path="empty.txt")
    yield report("x" * 5000, row_sum(Span(10, 4000)), row_sum(Span(0, 5000)), path="/else where/长.txt")
    yield report("一", row_sum(Span(0, 1)), path="../above.txt")


def write(name: str, reports: Iterable[Checked], **changes: Any) -> None:
    told = FormatOptions(
        language="en", base=Path.cwd(), version="0.1.0", rules=LIBRARY.rules, norms=LIBRARY.norms, **changes
    )
    Path(f"{name}.sarif").write_text("".join(render(reports, told)), encoding="utf-8")


def check(name: str, *arguments: str) -> None:
    main(["check", "--quiet", "--format", f"sarif={name}.sarif", *arguments])


# What is validated, each in the folder that holds the reports.
NAMES = (
    "faulty", "english", "clean", "selected", "waived", "plugin", "unreadable", "no-report", "names", "set",
    "everything", "no-reports", "in-a-repository", "below-the-top",
)  # fmt: skip


def write_all(folder: Path) -> None:
    for form in ("cn-disclosure-2019", "cn-disclosure-2021"):
        shutil.copytree(EXAMPLES / form, folder / form)
    check("faulty", "--lang", "zh", ".")
    check("english", "--lang", "en", ".")
    check("clean", "cn-disclosure-2019/clean.txt")
    check("selected", "--select", "row-sum", ".")
    rules = folder / "own"
    shutil.copytree(TOP / "rules" / "common", rules, ignore=lambda _, names: {*names} - {"period.yaml"})
    own = (rules / "period.yaml").read_text(encoding="utf-8")
    own = re.sub(r"^norms:.*\n", "", own.replace("PER001", "OWN001"), flags=re.MULTILINE).replace(
        "id: period", "id: own-period"
    )
    (rules / "own-period.yaml").write_text(own, encoding="utf-8")
    (rules / "period.yaml").unlink()
    check("plugin", "--rules", "own", ".")
    main(["waive", "cn-disclosure-2021", "--reason", "原件如此"])
    check("waived", "cn-disclosure-2021")
    (folder / "broken.txt").write_bytes(b"\xff\xfe\x00\x00\x00")
    check("unreadable", "broken.txt")
    (folder / "notes.txt").write_text("买菜\n", encoding="utf-8")
    (folder / "nothing.txt").touch()
    check("no-report", "notes.txt", "nothing.txt")
    for name in (b"a b.txt", "年报%20{0}.txt".encode(), b"\xc4\xea.txt", b"new\nline.txt"):
        shutil.copy(EXAMPLES / "cn-disclosure-2019" / "faulty.txt", os.fsdecode(os.fsencode(folder) + b"/" + name))
    check("names", *sorted(path.name for path in folder.glob("*.txt") if path.name != "broken.txt"))
    (folder / ".reportlint.yaml").write_text(
        "rules: {article-50: off}\noverrides:\n  - files: ['*2019*/**']\n    rules: {period-missing: error}\n",
        encoding="utf-8",
    )
    check("set", "cn-disclosure-2019", "cn-disclosure-2021")
    write("everything", everything())
    write("no-reports", [])
    commit(folder)
    check("in-a-repository", "cn-disclosure-2019")
    os.chdir("cn-disclosure-2019")
    check("../below-the-top", ".")
    os.chdir("..")


def commit(folder: Path, *, remote: str = "https://name:secret@git.example/a/b.git") -> str:
    """Makes a repository with one commit, and says its name."""

    def git(*arguments: str) -> str:
        identity = ("-c", "user.name=n", "-c", "user.email=e@x.example", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    git("init", "--quiet", "--initial-branch", "work/今年")
    git("remote", "add", "origin", remote)
    git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", "one")
    return git("rev-parse", "HEAD")


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the validator says of each output."""
    if VALIDATOR is None:
        pytest.skip("NOT RUN: SARIF's validator is not installed (npm: @microsoft/sarif-multitool-linux)")
    folder = tmp_path_factory.mktemp("sarif")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_all(folder)
    done = subprocess.run(
        [VALIDATOR, "validate", *(f"{name}.sarif" for name in NAMES), "--level", "Error", "Warning", "Note",
         "--kind", "Fail", "Review", "Open", "--output", "verdict.json", "--log", "ForceOverwrite"],
        cwd=folder, capture_output=True, text=True, env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = json.loads((folder / "verdict.json").read_text(encoding="utf-8-sig"))["runs"]
    assert [each["executionSuccessful"] for each in run["invocations"]] == [True]
    assert [each.get("toolExecutionNotifications") for each in run["invocations"]] == [None]
    found: dict[str, list[str]] = {name: [] for name in NAMES}
    for result in run["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        found[Path(uri).stem].append(f"{result['ruleId']} {result['message'].get('arguments')}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_validator_has_nothing_to_say_but_of_links(name: str, verdicts: dict[str, list[str]]) -> None:
    assert [verdict for verdict in verdicts[name] if not verdict.startswith(ABOUT_LINKS)] == []


@pytest.mark.slow
def test_what_is_validated_is_of_many_sorts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_all(tmp_path)
    runs = {path.stem: json.loads(path.read_text(encoding="utf-8"))["runs"][0] for path in tmp_path.glob("*.sarif")}
    assert sorted(runs) == sorted(NAMES)
    empty = {name for name, run in runs.items() if not run["results"]}
    members = {member for run in runs.values() for result in run["results"] for member in result}
    failed = {name for name, run in runs.items() if not run["invocations"][0]["executionSuccessful"]}
    assert (empty, failed) == ({"clean", "no-reports"}, {"unreadable"})
    assert {"fixes", "relatedLocations", "suppressions", "taxa", "partialFingerprints"} <= members
    assert {len(run["tool"]["driver"]["rules"]) for run in runs.values()} >= {len(LIBRARY.rules)}


# Which revision was checked.


def test_a_run_names_its_revision_and_keeps_secrets(tmp_path: Path) -> None:
    name = commit(tmp_path)
    known = {"repositoryUri": "https://git.example/a/b.git", "revisionId": name, "branch": "work/今年"}
    assert revision(tmp_path, "ROOT") == {**known, "mappedTo": {"uriBaseId": "ROOT"}}
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert revision(below, "ROOT") == {**known, "mappedTo": {"uri": "../../", "uriBaseId": "ROOT"}}


def test_packed_branches_and_worktrees_are_followed(tmp_path: Path) -> None:
    top, tree = tmp_path / "top", tmp_path / "tree"
    top.mkdir()
    name = commit(top, remote="git@git.example:a/b.git")
    for arguments in (["pack-refs", "--all"], ["worktree", "add", "--quiet", "--detach", str(tree)]):
        subprocess.run(["git", *arguments], cwd=top, check=True)
    mapped = {"mappedTo": {"uriBaseId": "ROOT"}}
    known = {"repositoryUri": "ssh://git.example/a/b.git", "revisionId": name}
    assert revision(top, "ROOT") == {**known, "branch": "work/今年", **mapped}
    assert revision(tree, "ROOT") == {**known, **mapped}


@pytest.mark.parametrize(
    "remote",
    ["/somebody/else.git", "../else.git", "file:///somebody/else.git", "https://[::1", "C:\\else", "javascript:1"],
)
def test_a_remote_on_this_machine_is_not_told(remote: str, tmp_path: Path) -> None:
    commit(tmp_path, remote=remote)
    assert revision(tmp_path, "ROOT")["repositoryUri"] == NO_REMOTE


def test_a_folder_of_its_own_has_no_revision(tmp_path: Path) -> None:
    nothing = {"repositoryUri": NO_REPOSITORY, "mappedTo": {"uriBaseId": "ROOT"}}
    assert [revision(base, "ROOT") for base in (tmp_path, None)] == [nothing] * 2


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"HEAD": b"ref: refs/heads/../../../etc/passwd\n", "config": b"\xff\x00[remote"},
        {"HEAD": b"x" * 2_000_000, "config": b"[remote \"origin\"]\nurl\n"},
        {"HEAD": b"ref: refs/heads/none\n", "packed-refs": b"no\nsense"},
    ],
)  # fmt: skip
def test_a_damaged_repository_says_less(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name, content in files.items():
        (tmp_path / ".git" / name).write_bytes(content)
    found = revision(tmp_path, "ROOT")
    found.pop("branch", None)
    assert found == {"repositoryUri": NO_REMOTE, "mappedTo": {"uriBaseId": "ROOT"}}
