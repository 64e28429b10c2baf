"""Whole runs over folders of reports, from the command line: beside AutoCorrect's and textlint's, and with the cache.

    python benchmarks/whole.py            some minutes; `run.py` measures it too
    python benchmarks/whole.py --quick    a tenth of the reports

The tools take turns; a figure is the median, a ratio that of runs which followed each other.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from reports import clean_reports

PEERS = Path(__file__).parent / "peers" / "node_modules" / ".bin"
SEED = 20240203


class Run(NamedTuple):
    """One whole run. seconds: On the clock. processor: Seconds of all processes. memory: The sum of the most that each
    process held, in MiB; 0 where nothing tells."""

    seconds: float
    processor: float
    memory: float = 0.0


def environment(cache: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "REPORTLINT_CACHE_DIR": str(cache)}


def run(command: Sequence[str], place: Path, cache: Path, *, memory: bool = False) -> Run:
    """Runs the command to its end. memory: Whether to look at its processes meanwhile, which takes time itself."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(
        command, cwd=place, env=environment(cache), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    most: dict[int, float] = {}
    while memory and process.poll() is None:
        for pid, held in held_by(process.pid):
            most[pid] = max(most.get(pid, 0.0), held)
        time.sleep(0.05)
    status = process.wait()
    took = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # 1 is what the others say where they find something, and Python where it cannot find the tool.
    if status != 0 and (status != 1 or command[0] == sys.executable):
        raise RuntimeError(f"exit status {status}: {' '.join(command)}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(took, used, sum(most.values()))


def held_by(parent: int) -> list[tuple[int, float]]:
    """The process and those that it started, and the MiB that each holds of its own or shares."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=False).stdout
    rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return [(pid, size / 1024) for pid, above, size in rows if parent in (pid, above)]


def write(target: Path, count: int) -> Path:
    target.mkdir()
    for name, text in clean_reports(count, SEED):
        (target / name).write_bytes(text.encode())
    return target


def ours(*words: str) -> list[str]:
    return [sys.executable, "-m", "reportlint", "check", "--quiet", "--fail-on", "never", *words]


def commands(folder: str) -> dict[str, list[str]]:
    """Each tool over the folder; what is not installed is named and left out."""
    found = {"reportlint": ours("--no-cache", folder)}
    peers = {
        "AutoCorrect": ["autocorrect", "--lint", folder],
        "textlint, one rule": ["textlint", "--rule", "no-todo", f"{folder}/*.txt"],
    }
    for name, (program, *rest) in peers.items():
        path = PEERS / program
        if path.exists() and shutil.which("node"):
            found[name] = [str(path), *rest]
        else:
            print(f"not measured: {name} (benchmarks/install-peers brings it)", file=sys.stderr)
    return found


def ratio(mine: Sequence[Run], theirs: Sequence[Run]) -> float:
    return median(one.seconds / other.seconds for one, other in zip(mine, theirs, strict=True))


def measure(place: Path, sizes: tuple[int, int], rounds: int) -> dict[str, Any]:
    """Measures and prints everything. sizes: Reports in the two folders, the second ten times the first."""
    few, many = sizes
    write(place / "few", few)
    write(place / "many", many)
    cache = place / "cache"
    runs: dict[str, list[Run]] = {}
    tools = commands("few")
    for number in range(rounds):
        order = list(tools) if number % 2 == 0 else list(reversed(tools))
        for name in order:
            runs.setdefault(name, []).append(run(tools[name], place, cache))
        shutil.rmtree(cache, ignore_errors=True)
        runs.setdefault("reportlint, cache empty", []).append(run(ours("few"), place, cache))
        runs.setdefault("reportlint, from the cache", []).append(run(ours("few"), place, cache))
    one = run(ours("--no-cache", "few"), place, cache, memory=True)
    ten = run(ours("--no-cache", "many"), place, cache, memory=True)
    print(f"\n{few:,} different reports, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    for name, found in runs.items():
        seconds = [each.seconds for each in found]
        used = median(each.processor for each in found)
        print(f"{name:28} {median(seconds):8.2f} s  ({min(seconds):.2f} - {max(seconds):.2f}); processor {used:.2f} s")
    print(f"{f'reportlint, {few:,} reports':28} {one.seconds:8.2f} s  {one.memory:6.0f} MiB in all processes")
    print(f"{f'reportlint, {many:,} reports':28} {ten.seconds:8.2f} s  {ten.memory:6.0f} MiB in all processes")
    goals: dict[str, tuple[float, float]] = {}
    if "AutoCorrect" in runs:
        goals["all rules, no cache / AutoCorrect (aim: 1)"] = ratio(runs["reportlint"], runs["AutoCorrect"]), 2
    if "textlint, one rule" in runs:
        other = runs["textlint, one rule"]
        goals["all rules, no cache / textlint with one rule"] = ratio(runs["reportlint"], other), 0.05
    both = runs["reportlint, from the cache"], runs["reportlint, cache empty"]
    goals["from the cache / the first time"] = ratio(*both), 0.25
    goals[f"time of {many:,} / of {few:,}"] = ten.seconds / one.seconds, 10.5
    goals[f"memory of {many:,} / of {few:,}"] = ten.memory / max(one.memory, 1), 1.3
    for name, (found_ratio, most) in goals.items():
        print(f"{name:52} {found_ratio:6.2f}  <= {most:g}  {'met' if found_ratio <= most else 'not met'}")
    return {
        "runs": {name: [each._asdict() for each in found] for name, found in runs.items()},
        "one": one._asdict(),
        "ten": ten._asdict(),
        "goals": [{"name": name, "ratio": each, "goal": most} for name, (each, most) in goals.items()],
    }


FULL: Mapping[str, Any] = {"sizes": (1000, 10_000), "rounds": 5}
QUICK: Mapping[str, Any] = {"sizes": (100, 1000), "rounds": 2}


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure whole runs over folders.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the reports, fewer rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to this file too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reportlint-benchmark-") as place:
        figures = measure(Path(place), **(QUICK if options.quick else FULL))
    if options.json:
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
