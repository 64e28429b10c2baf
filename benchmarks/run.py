"""How long reportlint takes, beside what a user would take instead. It judges nothing: the figures are for reading.

    python benchmarks/run.py            about two minutes
    python benchmarks/run.py --quick    about 20 seconds, fewer rounds
    python benchmarks/run.py --json figures.json

README.md beside this file says what each table shows, docs/performance.md what was found.
"""

import argparse
import gc
import importlib
import itertools
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import whole

from reportlint.diagnostic import Checked
from reportlint.engine import Library, lint_bytes, load, recognise, run
from reportlint.grammar import Grammar
from reportlint.plugins import built_in
from reportlint.readers import read
from reports import Style, clean_reports, label, random_figures, render_with_places

OURS, PEER, FLOOR = "reportlint", "AutoCorrect", "reading lines"
LAYOUTS = {"M": "  a cell on each line", "D": "  cells between bars"}
STAGES = ("reading blocks", "grammar", "understanding", "rules")
LENGTHS = (1, 10, 100)
SEED = 20240131
Seconds = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. sizes: Different reports in one run, each ten times the last but the first.

    seconds: No further round of a comparison is begun after that long, but two are always made.
    """

    sizes: tuple[int, ...]
    singles: int
    rounds: int
    startups: int
    seconds: float


FULL = Plan(sizes=(100, 1000), singles=80, rounds=7, startups=15, seconds=35)
QUICK = Plan(sizes=(10, 100), singles=16, rounds=2, startups=3, seconds=3)


# What is measured: tools and the files they are given.


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that reads a file and says what is wrong with it. ready: Called before a run is timed."""

    name: str
    check: Callable[[Path], object]
    ready: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Work:
    """Files that are timed together. Works of one name are samples of one figure."""

    name: str
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """One line of the comparison.

    reports: In one run. characters: In one report, on average. diagnostics: In all of its reports.
    seconds: Every run of each tool; the runs of one place in the lists belong together.
    """

    name: str
    reports: int
    characters: int
    diagnostics: int
    seconds: Seconds


def tools(library: Library, warm: Sequence[Path]) -> tuple[Tool, ...]:
    """reportlint, AutoCorrect where it is installed, and the least that any linter has to do."""

    def check(path: Path) -> object:
        return lint_bytes(path, path.read_bytes(), library)

    def forget() -> None:
        """As after many other reports: what was remembered of these very texts is gone, common labels are known."""
        for name, module in list(sys.modules.items()):
            if name.startswith("reportlint."):
                for value in vars(module).values():
                    if hasattr(value, "cache_clear"):
                        value.cache_clear()
        for path in warm:
            check(path)

    def lines(path: Path) -> object:
        return path.read_bytes().decode().splitlines()

    found = [Tool(OURS, check, forget)]
    peer = _optional("autocorrect_py")
    if peer is not None:
        found.append(Tool(PEER, lambda path: peer.lint_for(path.read_bytes().decode(), "text")))
    return (*found, Tool(FLOOR, lines))


def _optional(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        print(f"not measured: {module} is not installed (the extra 'bench' brings it)", file=sys.stderr)
        return None


def write_reports(target: Path, count: int, seed: int) -> tuple[Path, ...]:
    """That many different reports, as the tests make them: both forms, both layouts, all harmless variants."""
    target.mkdir()
    paths = []
    for name, text in clean_reports(count, seed):
        paths.append(target / name)
        paths[-1].write_bytes(text.encode())
    return tuple(paths)


def long_reports(target: Path) -> dict[str, tuple[Path, ...]]:
    """One report, and the same ten and a hundred times as long, once by more prose and once by more table rows."""
    target.mkdir()
    figures = random_figures(random.Random(SEED), "2021", size="small")
    report = render_with_places(
        figures, form="2021", year=2023, agency="青禾县云溪镇人民政府", layout="M", style=Style(seed=SEED)
    )
    lines = report.text.split("\n")
    paragraphs = [
        place[0]
        for key, place in report.lines.items()
        if key[:2] in {("paragraph", "overview"), ("paragraph", "problems")}
    ]
    total = report.lines[label("requests", "row", "total")][0]

    def prose(times: int) -> str:
        """Each paragraph of two sections is followed by variations of it, no two the same."""
        share = len(report.text) * (times - 1) // len(paragraphs)
        result = list(lines)
        for line in sorted(paragraphs, reverse=True):
            words = lines[line - 1].partition("。")[2] if lines[line - 1][0] == "（" else lines[line - 1]
            result[line:line] = _up_to(share, (f"{words}有关情况记入台账第", "号。"))
        return "\n".join(result)

    def table(times: int) -> str:
        """Rows that the form does not have, no two the same, before the totals of the table of requests."""
        result = list(lines)
        row = ("\t附加事项第", "号办理情况\n" + "\t0\n" * 7)
        result[total - 1 : total - 1] = _up_to(len(report.text) * (times - 1), row)
        return "\n".join(result)

    made: dict[str, tuple[Path, ...]] = {}
    for name, write in (("long prose", prose), ("long table", table)):
        paths = [target / f"{name.replace(' ', '-')}-{times}.txt" for times in LENGTHS]
        for path, times in zip(paths, LENGTHS, strict=True):
            path.write_bytes(write(times).encode())
        made[name] = tuple(paths)
    return made


def _up_to(characters: int, around: tuple[str, str]) -> Iterator[str]:
    """Pieces of text with numbers from 1 in their middle, together no longer than that."""
    for number in itertools.count(1):
        piece = f"{around[0]}{number}{around[1]}"
        characters -= len(piece) + 1
        if characters < 0:
            return
        yield piece


# Timing.


@contextmanager
def quiet_collector() -> Iterator[None]:
    """No garbage collection inside a timed stretch: it would fall on whichever tool happens to run then."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def timed(check: Callable[[Path], object], paths: Iterable[Path]) -> float:
    with quiet_collector():
        started = time.perf_counter()
        for path in paths:
            check(path)
        return time.perf_counter() - started


def rounds(most: int, seconds: float) -> Iterator[int]:
    """At least two rounds, at most `most`; none is begun once the seconds are over."""
    started = time.perf_counter()
    for number in range(most):
        if number >= 2 and time.perf_counter() - started > seconds:
            return
        yield number


def compare(works: Sequence[Work], candidates: Sequence[Tool], most: int, seconds: float) -> dict[str, Figures]:
    """All tools over all works, in turns (A B, then B A), so that a busy moment of the machine hits all of them."""
    named: dict[str, list[Path]] = {}
    for work in works:
        named.setdefault(work.name, []).extend(work.paths)
    reports = {work.name: len(work.paths) for work in works}
    figures = {name: blank(name, reports[name], paths, candidates) for name, paths in named.items()}
    for number in rounds(most, seconds):
        before = ""
        for place, work in enumerate(works):
            for tool in candidates if (number + place) % 2 == 0 else reversed(candidates):
                # Samples of one figure are different texts; nothing need be forgotten between them.
                if work.name != before:
                    tool.ready()
                figures[work.name].seconds[tool.name].append(timed(tool.check, work.paths))
            before = work.name
    return figures


def blank(name: str, reports: int, paths: Sequence[Path], candidates: Sequence[Tool]) -> Figures:
    """A line without its times. What reportlint finds is shown too: a run that quietly failed would look fast."""
    results = [cast(Checked, candidates[0].check(path)) for path in paths]
    strange = [str(checked.path) for checked in results if checked.profile is None or not checked.complete]
    if strange:
        raise RuntimeError(f"not checked as a report, so its time says nothing: {strange[0]}")
    characters = sum(len(checked.source.text) for checked in results if checked.source) // len(paths)
    found = sum(len(checked.diagnostics) for checked in results)
    return Figures(name, reports, characters, found, {tool.name: [] for tool in candidates})


def by_layout(paths: Sequence[Path], candidates: Sequence[Tool]) -> dict[str, Figures]:
    """One report at a time, no text ever twice: of both layouts, whose costs differ, and of each."""
    named = {path: LAYOUTS[path.stem[-1]] for path in paths}
    works = [Work(named[path], (path,)) for path in sorted(paths, key=lambda path: (named[path], path))]
    figures = compare(works, candidates, 1, 0)
    parts = list(figures.values())
    together = Figures(
        "1 report",
        1,
        sum(part.characters * len(part.seconds[OURS]) for part in parts) // len(paths),
        sum(part.diagnostics for part in parts),
        {tool.name: [took for part in parts for took in part.seconds[tool.name]] for tool in candidates},
    )
    return {together.name: together, **figures}


class ClockedGrammar:
    """A grammar that adds up how long it parsed."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.seconds = 0.0

    def parse(self, *arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return self.grammar.parse(*arguments, **named)
        finally:
            self.seconds += time.perf_counter() - started

    def __getattr__(self, name: str) -> Any:
        return getattr(self.grammar, name)


def staged(library: Library, paths: Sequence[Path]) -> dict[str, float]:
    """Seconds that each stage of a check takes over these files.

    Understanding is choosing the form, binding the tables, matching the sections and judging the identities.
    """
    clocks = [ClockedGrammar(family.grammar) for family in library.families]
    families = zip(library.families, clocks, strict=True)
    clocked = replace(
        library, families=tuple(replace(family, grammar=cast("Grammar", clock)) for family, clock in families)
    )
    spent = dict.fromkeys(STAGES, 0.0)
    clock = time.perf_counter
    with quiet_collector():
        for path in paths:
            start = clock()
            reading = read(path, path.read_bytes())
            was_read = clock()
            document, _ = recognise(reading, clocked)
            understood = clock()
            if document is not None:
                for rule in library.selected:
                    if rule.applies(document):
                        run(rule, document, library)
            spent["reading blocks"] += was_read - start
            spent["understanding"] += understood - was_read
            spent["rules"] += clock() - understood
    spent["grammar"] = sum(grammar.seconds for grammar in clocks)
    spent["understanding"] -= spent["grammar"]
    return spent


def stages(works: Sequence[Work], library: Library, ours: Tool, most: int, seconds: float) -> dict[str, Seconds]:
    """For each work, the seconds of each stage in every round."""
    spent: dict[str, Seconds] = {work.name: {stage: [] for stage in STAGES} for work in works}
    for _ in rounds(most, seconds):
        for work in works:
            ours.ready()
            for stage, took in staged(library, work.paths).items():
                spent[work.name][stage].append(took)
    return spent


# Whole processes.

# A process starts with the peak of the one that started it, so a small one stands between it and this one.
LAUNCHER = """
import os, sys
null = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
_, status, usage = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=null), 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
"""
AUTOCORRECT = "import sys, autocorrect_py as a; a.lint_for(open(sys.argv[1], 'rb').read().decode(), 'text')"


def environment() -> dict[str, str]:
    """Compiled modules are kept, as they are for every user: start-up is not the time to compile."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "REPORTLINT_CACHE_DIR": str(Path(tempfile.gettempdir()) / f"reportlint-benchmark-{os.getpid()}")}


def ours(*arguments: str | Path) -> list[str]:
    """A check without any cache of its own."""
    return [sys.executable, "-m", "reportlint", "check", "--no-cache", *map(str, arguments)]


NOTHING = [sys.executable, "-c", "pass"]


def startup(commands: Mapping[str, list[str]], most: int, seconds: float, place: Path) -> Seconds:
    """Wall-clock seconds of whole processes, in turns, after one run of each that is not counted."""
    spent: Seconds = {name: [] for name in commands}
    for number in rounds(most + 1, seconds):
        for name in commands if number % 2 == 0 else reversed(list(commands)):
            started = time.perf_counter()
            done = subprocess.run(commands[name], env=environment(), cwd=place, capture_output=True, check=False)
            took = time.perf_counter() - started
            if done.returncode:  # 1 is also what Python exits with when it cannot find the tool
                raise RuntimeError(f"exit status {done.returncode}: {' '.join(commands[name])}")
            if number:
                spent[name].append(took)
    return spent


def peak_memory(command: list[str], place: Path) -> float | None:
    """MiB that a process held at most; None on systems that do not say."""
    if not hasattr(os, "wait4") or not hasattr(os, "posix_spawn"):
        return None
    launched = [sys.executable, "-S", "-c", LAUNCHER, *command]
    output = subprocess.run(launched, env=environment(), cwd=place, capture_output=True, check=True).stdout
    status, peak = map(int, output.split())
    if status:
        raise RuntimeError(f"exit status {status}: {' '.join(command)}")
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


# Goals.


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio of medians. spread: Its least and its greatest value over the runs that belong together."""

    name: str
    ratio: float
    most: float
    spread: tuple[float, float]
    remark: str = ""

    @property
    def met(self) -> bool:
        return self.ratio <= self.most


def goal(name: str, mine: Sequence[float], theirs: Sequence[float], most: float, remark: str = "") -> Goal:
    pairs = [one / other for one, other in zip(mine, theirs, strict=True)]
    return Goal(name, median(mine) / median(theirs), most, (min(pairs), max(pairs)), remark)


def goals(figures: Mapping[str, Figures], starts: Seconds, plan: Plan) -> Iterator[Goal]:
    for name in ("1 report", *LAYOUTS.values()):
        one = figures[name].seconds
        if PEER in one:
            which = "" if name == "1 report" else f",{name[1:]}"
            yield goal(f"all rules on one report / AutoCorrect{which}", one[OURS], one[PEER], 3, "aim: 1")
    steps = [tuple(f"{size:,} reports" for size in plan.sizes)]
    steps += [
        (f"{name} x{before}", f"{name} x{after}")
        for name in ("long prose", "long table")
        for before, after in itertools.pairwise(LENGTHS)
    ]
    for before, after in steps:
        name = f"time for 10 x the work: {before} -> {after}"
        yield goal(name, figures[after].seconds[OURS], figures[before].seconds[OURS], 11)
    if "yamllint" in starts:
        yield goal("start-up, no cache / yamllint's", starts["reportlint"], starts["yamllint"], 2)
        yield goal("start-up, from the cache / yamllint's", starts["reportlint, from the cache"], starts["yamllint"], 1)


# Printing.


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The rows under their head; the first column to the left, numbers to the right."""
    lines = [head, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    print()
    for number, line in enumerate(lines):
        cells = [text.rjust(width) for text, width in zip(line, widths, strict=True)]
        print("  ".join([line[0].ljust(widths[0]), *cells[1:]]).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def show_comparison(figures: Mapping[str, Figures]) -> None:
    names = list(next(iter(figures.values())).seconds)
    head = ["ms per report", "characters", "diagnostics", *names, *([f"/ {PEER}"] if PEER in names else [])]
    rows = []
    for row in figures.values():
        each = {name: median(row.seconds[name]) / row.reports * 1e3 for name in names}
        ratio = [f"{each[OURS] / each[PEER]:.2f}"] if PEER in each else []
        cells = [f"{each[name]:,.2f}" for name in names]
        rows.append([row.name, f"{row.characters:,}", f"{row.diagnostics:,}", *cells, *ratio])
    table(head, rows)


def show_stages(spent: Mapping[str, Seconds], counts: Mapping[str, int]) -> None:
    rows = []
    for name, stages_of in spent.items():
        each = [median(stages_of[stage]) / counts[name] * 1e3 for stage in STAGES]
        rows.append([name, *(f"{took:,.2f} ({took / sum(each):3.0%})" for took in each), f"{sum(each):,.2f}"])
    table(["ms per report, by stage", *STAGES, "sum"], rows)


def show_processes(starts: Seconds, memory: Mapping[str, float]) -> None:
    rows = [
        [name, f"{median(spent) * 1e3:.0f}", f"{min(spent) * 1e3:.0f} - {max(spent) * 1e3:.0f}"]
        for name, spent in starts.items()
    ]
    table(["start-up, ms per process", "median", "range"], rows)
    if memory:
        table(["peak memory", "MiB"], [[name, f"{peak:.1f}"] for name, peak in memory.items()])


def show_goals(reached: Iterable[Goal]) -> None:
    table(
        ["ratio of medians", "ratio", "of pairs", "goal", ""],
        [
            [
                each.name,
                f"{each.ratio:.2f}",
                f"{each.spread[0]:.2f} - {each.spread[1]:.2f}",
                f"<= {each.most:g}",
                ("met" if each.met else "not met") + (f" ({each.remark})" if each.remark else ""),
            ]
            for each in reached
        ],
    )


def machine() -> dict[str, str]:
    known = {"python": platform.python_version(), "system": platform.platform(), "cores": str(os.cpu_count())}
    for name in ("reportlint", "autocorrect-py", "yamllint"):
        try:
            known[name] = version(name)
        except PackageNotFoundError:
            known[name] = "not installed" if name != "reportlint" else "from its checkout"
    return known


def measure(plan: Plan, place: Path) -> dict[str, Any]:
    """Measures and prints everything; returns it for --json."""
    known = machine()
    print("  ".join(f"{name} {value}" for name, value in known.items()))
    reports = write_reports(place / "reports", plan.sizes[-1], SEED)
    warm = write_reports(place / "warm", 6, SEED + 1)
    long = long_reports(place / "long")
    yaml = place / "one-line.yaml"
    yaml.write_text("key: value\n", encoding="utf-8")

    library = load(built_in())
    gc.freeze()  # what is loaded stays; collecting need not look at it before every run
    candidates = tools(library, warm)
    for tool in candidates:
        timed(tool.check, warm)

    singles = reports[:: len(reports) // plan.singles][: plan.singles]
    batches = [
        Work(f"{size:,} reports", reports[:: plan.sizes[-1] // size] if size < plan.sizes[-1] else reports)
        for size in plan.sizes
    ]
    lengths = [
        Work(f"{name} x{times}", (path,))
        for name, paths in long.items()
        for times, path in zip(LENGTHS, paths, strict=True)
    ]
    figures = {
        **by_layout(singles, candidates),
        **compare(lengths, candidates, plan.rounds, plan.seconds / 2),
        **compare(batches, candidates, plan.rounds, plan.seconds),
    }
    show_comparison(figures)

    parted = [batches[0], lengths[2], lengths[5]]
    spent = stages(parted, library, candidates[0], plan.rounds // 2, plan.seconds / 4)
    show_stages(spent, {work.name: len(work.paths) for work in parted})

    kept = [sys.executable, "-m", "reportlint", "check", str(reports[0])]
    commands = {"reportlint": ours(reports[0]), "reportlint, from the cache": kept, "python alone": NOTHING}
    if _optional("yamllint") is not None:
        commands["yamllint"] = [sys.executable, "-m", "yamllint", str(yaml)]
    starts = startup(commands, plan.startups, plan.seconds, place)
    peers = {"yamllint, 1 line": commands["yamllint"]} if "yamllint" in commands else {}
    if any(tool.name == PEER for tool in candidates):
        peers["AutoCorrect, 1 report"] = [sys.executable, "-c", AUTOCORRECT, str(reports[0])]
    memory = peaks(
        {
            "reportlint, 1 report": ours(reports[0]),
            f"reportlint, {len(reports):,} reports": ours(place / "reports"),
            "reportlint, long prose x100": ours(long["long prose"][-1]),
            "reportlint, long table x100": ours(long["long table"][-1]),
            **peers,
            "python alone": NOTHING,
        },
        place,
    )
    show_processes(starts, memory)
    reached = list(goals(figures, starts, plan))
    show_goals(reached)
    folders = whole.measure(place, **(whole.QUICK if plan is QUICK else whole.FULL))
    return {
        "schema": 1,
        "machine": known,
        "comparison": [
            {
                "name": row.name,
                "reports": row.reports,
                "characters": row.characters,
                "diagnostics": row.diagnostics,
                "seconds": row.seconds,
            }
            for row in figures.values()
        ],
        "stages": spent,
        "whole": folders,
        "startup": starts,
        "memory": memory,
        "goals": [
            {
                "name": each.name,
                "ratio": each.ratio,
                "goal": each.most,
                "spread": each.spread,
                "met": each.met,
            }
            for each in reached
        ],
    }


def peaks(commands: Mapping[str, list[str]], place: Path) -> dict[str, float]:
    found = {name: peak_memory(command, place) for name, command in commands.items()}
    return {name: peak for name, peak in found.items() if peak is not None}


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure reportlint beside AutoCorrect and yamllint.")
    parser.add_argument("--quick", action="store_true", help="fewer reports and rounds, about 20 seconds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to this file too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reportlint-benchmark-") as place:
        figures = measure(QUICK if options.quick else FULL, Path(place))
    if options.json:
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
