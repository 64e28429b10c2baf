"""Further processes: the same output as with one, and nothing lost where one of them dies, hangs or is interrupted."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from loaded import library
from reportlint.checking import Asked, Checker, results
from reportlint.diagnostic import Checked
from reportlint.errors import ConfigError
from reportlint.keeping import Kept
from reportlint.plan import Unset
from reportlint.pool import METHOD, Pool, Worker
from reports import clean_reports


def checker(kept: Kept | None = None) -> Checker:
    return Checker(Unset(library), {}, kept, "basis")


class Stumbling(Checker):
    """Does what the name of a report says."""

    def __init__(self, home: int) -> None:
        super().__init__(Unset(library), {})
        self.home = home

    def _checked(self, asked: Asked) -> Checked:
        if os.getpid() != self.home:
            if "dies" in asked.path.name:
                os.kill(os.getpid(), signal.SIGKILL)
            if "ends" in asked.path.name:
                os._exit(7)
            if "hangs" in asked.path.name:
                time.sleep(60)
            if "raises" in asked.path.name:
                raise ConfigError(Path("rule.yaml"), "is wrong", 3, 4)
        return super()._checked(asked)


@pytest.fixture
def reports(tmp_path: Path) -> list[tuple[Path, Callable[[], bytes]]]:
    made = []
    for number, (name, text) in enumerate(clean_reports(24, 3)):
        path = tmp_path / name
        path.write_text(text.replace("0", "1", number % 3), encoding="utf-8")
        made.append((path, path.read_bytes))
    return made


def pool_of(make: Callable[[], Checker], method: str = METHOD, longest: float = 60) -> Callable[[int], Pool]:
    return lambda number: Pool(number, make, method, longest)


def told(found: Iterator[Checked]) -> list[tuple[str, bool, list[str]]]:
    return [(each.path.name, each.complete, [item.message.en for item in each.diagnostics]) for each in found]


@pytest.mark.parametrize("jobs", [2, 4])
@pytest.mark.parametrize("method", sorted({METHOD, "spawn"}))
def test_results_come_in_the_order_of_the_files(
    jobs: int, method: str, reports: list[tuple[Path, Callable[[], bytes]]]
) -> None:
    one = list(results(checker(), reports, 1, pool_of(checker)))
    assert list(results(checker(), reports, jobs, pool_of(checker, method))) == one


def test_processes_share_the_cache(reports: list[tuple[Path, Callable[[], bytes]]], tmp_path: Path) -> None:
    told: list[str] = []
    kept = Kept(told.append, str(tmp_path / "cache"))

    def never(number: int) -> Pool:
        raise AssertionError("something was checked")

    first = list(results(checker(kept), reports, 3, pool_of(checker(kept).for_another)))
    assert list(results(checker(Kept(told.append, str(tmp_path / "cache"))), reports, 3, never)) == first
    assert told == []


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("dies", "the process that checked it was ended (SIGKILL)"),
        ("ends", "the process that checked it came to an end (7)"),
        ("hangs", "it took longer than 4 s and was stopped"),
    ],
)
def test_a_process_that_is_lost_costs_one_report(
    what: str, why: str, reports: list[tuple[Path, Callable[[], bytes]]]
) -> None:
    files = list(reports)
    for place in (3, 4, 17):
        path, content = files[place]
        files[place] = path.with_name(f"{what}-{path.name}"), content
    make = partial(Stumbling, os.getpid())
    found = told(results(make(), files, 2, pool_of(make, longest=4 if what == "hangs" else 60)))
    whole = told(results(make(), files, 1, pool_of(make)))
    crash = [f"the rule reportlint failed and did not finish: {why}"]
    expected = [(name, False, crash) if name.startswith(what) else rest for rest in whole for name in [rest[0]]]
    assert found == expected


def test_a_mistake_in_a_rule_ends_the_run(reports: list[tuple[Path, Callable[[], bytes]]]) -> None:
    path, content = reports[5]
    files = [*reports, (path.with_name("raises.txt"), content)]
    make = partial(Stumbling, os.getpid())
    with pytest.raises(ConfigError, match=r"^rule\.yaml:3:4: is wrong$"):
        list(results(make(), files, 2, pool_of(make)))


@pytest.mark.parametrize("most", [0, 1])
def test_where_no_more_processes_can_be_started_those_that_are_there_do_the_work(
    most: int, reports: list[tuple[Path, Callable[[], bytes]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Worker] = []

    def start(*arguments: Any) -> Worker:
        if len(started) == most:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        started.append(Worker(*arguments))
        return started[-1]

    (tmp_path / "cache").write_text("no folder", encoding="utf-8")
    told: list[str] = []
    kept = checker(Kept(told.append, str(tmp_path / "cache")))
    one = list(results(checker(), reports, 1, pool_of(checker)))
    monkeypatch.setattr("reportlint.pool.Worker", start)
    assert list(results(kept, reports, 4, pool_of(kept.for_another))) == one
    assert (len(started), len(told)) == (most, 1), "what cannot be kept is told once, by whoever checks"


def test_few_reports_need_no_other_process(reports: list[tuple[Path, Callable[[], bytes]]]) -> None:
    def never(number: int) -> Pool:
        raise AssertionError("a process for a few reports")

    assert len(list(results(checker(), reports[:10], None, never))) == 10


def test_who_stops_listening_leaves_no_process(reports: list[tuple[Path, Callable[[], bytes]]]) -> None:
    pools: list[Pool] = []

    def start(number: int) -> Pool:
        pools.append(Pool(number, checker))
        return pools[-1]

    found = results(checker(), reports, 2, start)
    next(found)
    workers = [worker.process for pool in pools for worker in pool.workers]
    found.close()  # type: ignore[attr-defined]
    assert (len(workers), [each for each in workers if each.is_alive()]) == (2, [])


# The command line.


def run(*words: str, cwd: Path) -> tuple[int, bytes]:
    command = [sys.executable, "-m", "reportlint", "check", "--quiet", *words]
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False)
    assert done.stderr == b""
    return done.returncode, done.stdout


def write(place: Path, count: int) -> None:
    for number, (name, text) in enumerate(clean_reports(count, 11)):
        faulty = text + "\n[bookmark: _GoBack]\n" * (number % 4)
        (place / name).write_bytes(faulty.encode("gb18030" if number % 9 == 0 else "utf-8"))


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_the_same_bytes_with_one_and_four_processes_with_and_without_the_cache(
    count: int, form: str, tmp_path: Path
) -> None:
    write(tmp_path, count)
    ways = [["--no-cache", "--jobs", "1"], ["--no-cache", "--jobs", "4"], ["--jobs", "4"], ["--jobs", "1"], []]
    found = [run("--format", form, *way, cwd=tmp_path) for way in ways]
    assert found[0][1].count(b"\n") > count // 4
    assert [each == found[0] for each in found] == [True] * len(ways)


def test_statistics_are_the_same_with_processes_and_cache(tmp_path: Path) -> None:
    write(tmp_path, 30)
    command = [sys.executable, "-m", "reportlint", "check", "--statistics", "--format", "concise"]
    ways = [["--no-cache", "--jobs", "1"], ["--jobs", "3"], []]
    found = [subprocess.run([*command, *way], cwd=tmp_path, capture_output=True, check=False).stderr for way in ways]
    assert b"FRM003 artefact" in found[0]
    assert found == [found[0]] * 3


def test_ctrl_c_ends_at_once_and_leaves_no_process(tmp_path: Path) -> None:
    write(tmp_path, 400)
    command = [sys.executable, "-m", "reportlint", "check", "--no-cache", "--jobs", "2", "--format", "concise"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)  # it is at work
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, b"reportlint: interrupted\n")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def children(of: int) -> list[int]:
    """Processes that this one has started."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = (map(int, line.split()) for line in listed.splitlines())
    return [pid for pid, parent in pairs if parent == of]


def test_a_killed_process_is_told_and_the_rest_is_checked(tmp_path: Path) -> None:
    """From outside: a process of a real run is killed while it checks."""
    write(tmp_path, 300)
    command = [sys.executable, "-m", "reportlint", "check", "--no-cache", "--jobs", "2", "--format", "jsonl", "--quiet"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not (found := children(process.pid)) and process.poll() is None:
        time.sleep(0.02)
    os.kill(found[0], signal.SIGKILL)
    output, errors = process.communicate(timeout=120)
    crashed = [line for line in output.splitlines() if b"rule-crashed" in line]
    assert (process.returncode, len(crashed), errors) == (3, 1, b"")
    assert b"SIGKILL" in crashed[0]


@pytest.mark.parametrize("words", ["0", "-1", "two", "1000"])
def test_a_number_of_processes_that_is_none_is_refused(words: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reportlint", "check", f"--jobs={words}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True)
    assert done.returncode == 2
    assert f"argument --jobs: a number from 1 to 256, not '{words}'" in done.stderr
