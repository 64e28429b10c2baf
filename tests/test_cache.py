"""Results that are kept from run to run: never another than a check would give, and no trouble that stops a check."""

import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaded import library
from reportlint import keeping, planning
from reportlint.builtin import folder
from reportlint.cachefolder import VARIABLE, write_whole
from reportlint.cli import main
from reportlint.diagnostic import (
    Checked,
    Diagnostic,
    Edit,
    Fix,
    Part,
    Place,
    Related,
    Severity,
    Span,
    Tally,
    Text,
)
from reportlint.engine import Library, lint_bytes
from reportlint.formats import MODULES
from reportlint.keeping import Kept, clean, digest
from reportlint.packed import ROLES, DamagedError, packed, unpacked
from reportlint.plugins import Extensions
from reportlint.source import Source
from reports import clean_reports

MODEL = (folder("rules") / "cn-disclosure-2021" / "model.txt").read_text(encoding="utf-8")
FAULTY = (Path(__file__).parents[1] / "examples/cn-disclosure-2021/faulty.txt").read_text(encoding="utf-8")
SILENT = (
    "rules: {"
    + ", ".join(f"'{code}*': 'off'" for code in ["SEC", "TAB", "NUM", "ARI", "PRO", "PER", "FRM", "CON"])
    + "}\n"
)


@pytest.fixture(autouse=True)
def _loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading is not what is tested here; what comes with the package is loaded once."""
    load_all = planning.library

    def loaded(extensions: Extensions, *, cached: bool = True) -> Library:
        return library() if len(extensions.packs) == 1 else load_all(extensions, cached=cached)

    monkeypatch.setattr(planning, "library", loaded)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two reports, one of them faulty; the cache is beside it."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    reports = tmp_path / "work"
    reports.mkdir()
    monkeypatch.chdir(reports)
    (reports / "clean.txt").write_text(MODEL, encoding="utf-8")
    (reports / "faulty.txt").write_text(FAULTY, encoding="utf-8")
    return reports


def check(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["check", *words])
    return status, *capsys.readouterr()


def entries(place: Path) -> list[Path]:
    """The files of kept results of reports."""
    return sorted(path for path in (place.parent / "cache" / "results").rglob("*") if path.is_file())


def never(*arguments: object) -> None:
    raise AssertionError("a report was checked that nothing had changed of")


# What comes back.

texts = st.text(st.characters(codec="utf-8"), max_size=5)
words = st.builds(Text, texts, texts)
labels = st.lists(texts, max_size=2).map(tuple)
places = st.builds(Place, st.none() | texts, st.none() | texts, labels, labels)
LENGTH = 40
spans = st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)).map(lambda ends: Span(min(ends), max(ends)))
fixes = st.builds(
    Fix,
    st.sampled_from(("safe", "unsafe", "display")),
    words,
    st.lists(st.builds(Edit, spans, texts), max_size=2).map(tuple),
)
diagnostics = st.builds(
    Diagnostic,
    path=st.just(Path("a.txt")),
    span=spans,
    severity=st.sampled_from(Severity),
    rule=texts,
    code=texts,
    message=words,
    place=st.none() | places,
    address=st.none() | words,
    found=st.none() | texts,
    expected=st.none() | texts,
    related=st.lists(st.builds(Related, spans, words), max_size=2).map(tuple),
    source=st.none() | words,
    help=st.none() | words,
    fix=st.none() | fixes,
    waived=st.none(),
)
tallies = st.builds(Tally, *[st.integers(0, 99)] * 3)
parts = st.builds(Part, spans, st.sampled_from(ROLES), st.lists(spans, max_size=3).map(tuple))
results = st.builds(
    Checked,
    path=st.just(Path("a.txt")),
    source=st.just(Source(Path("a.txt"), "字" * LENGTH, "gb18030")),
    profile=st.none() | texts,
    year=st.none() | st.integers(1900, 2100),
    agency=st.none() | texts,
    diagnostics=st.lists(diagnostics, max_size=3).map(tuple),
    rules=tallies,
    identities=tallies,
    complete=st.booleans(),
    is_report=st.just(True),
    layout=st.lists(parts, max_size=4).map(tuple),
)


@given(results, st.booleans())
def test_a_result_comes_back_as_it_was(checked: Checked, with_source: bool) -> None:
    assert checked.source is not None
    own = checked.source
    back = unpacked(packed(checked, with_source=with_source), Path("a.txt"), lambda: own)
    assert back == checked
    assert packed(back, with_source=with_source) == packed(checked, with_source=with_source)


@given(results, st.data())
def test_what_is_no_result_is_noticed_or_is_one(checked: Checked, data: st.DataObject) -> None:
    """Whatever stands in place of a value, it is refused or it is of the kind that belongs there."""
    value = json.loads(packed(checked, with_source=True))
    at, ways = value, []
    while isinstance(at, list) and at:
        ways.append((at, data.draw(st.integers(0, len(at) - 1))))
        at = at[ways[-1][1]]
    above, index = ways[data.draw(st.integers(0, len(ways) - 1))]
    above[index] = data.draw(st.sampled_from([None, True, -1, 10**9, 1.5, "?", [], {}, [[]]]))
    try:
        back = unpacked(json.dumps(value), Path("a.txt"), lambda: Source(Path("a.txt"), ""))
    except DamagedError:
        return
    text = back.source.text if back.source else ""
    for diagnostic in back.diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        assert all(isinstance(word, str) for word in (*diagnostic.message, diagnostic.rule, diagnostic.code))


# The same output.


@pytest.mark.parametrize("form", MODULES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_format_prints_the_same_with_and_without_the_cache(form: str, language: str, place: Path) -> None:
    (place / "none.txt").write_text("没有报告", encoding="utf-8")
    (place / "broken.txt").write_bytes(b"\xff\xff\xff")
    (place / "gb.txt").write_bytes(FAULTY.encode("gb18030"))
    outputs: list[tuple[int, bytes]] = []
    for words in (["--no-cache"], [], []):
        target = place.parent / f"{len(outputs)}.out"
        status = main(["check", ".", "--lang", language, "--format", form, "--output", str(target), "--quiet", *words])
        outputs.append((status, target.read_bytes()))
    assert outputs[0] == outputs[1] == outputs[2]
    assert outputs[0][1]


def test_nothing_is_checked_or_loaded_again(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = check(capsys, ".")
    monkeypatch.setattr("reportlint.engine.check_file", never)
    monkeypatch.setattr(planning, "library", never)
    assert check(capsys, ".") == first
    assert check(capsys, ".", "--lang", "en")[0] == first[0]
    assert check(capsys, ".", "--fail-on", "never")[0] == 0


def test_a_start_with_kept_results_imports_neither_engine_nor_libraries(place: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "reportlint", "check", "."]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COV")}  # it imports much itself
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, check=False, text=True, env=plain)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    unwanted = {"reportlint.engine", "reportlint.rule", "reportlint.ruleset", "reportlint.yamlfile", "lark", "re2"}
    assert done.returncode == 1
    assert loaded & (unwanted | {"ruamel.yaml", "dataclasses", "inspect", "logging", "hashlib", "shutil"}) == set()


# What a result depends on.


def test_what_changes_a_result_is_part_of_its_name(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(capsys, "faulty.txt")[0] == 1
    (place / "faulty.txt").write_text(MODEL, encoding="utf-8")
    assert check(capsys, "faulty.txt")[:2] == (0, "")
    (place / "faulty.txt").write_text(FAULTY, encoding="utf-8")
    assert check(capsys, "faulty.txt", "--ignore", "*")[0] == 2
    assert check(capsys, "faulty.txt", "--select", "date-missing")[:2] == (0, "")
    assert check(capsys, "faulty.txt")[0] == 1
    (place / ".reportlint.yaml").write_text(SILENT, encoding="utf-8")
    assert check(capsys, "faulty.txt")[:2] == (0, "")
    (place / ".reportlint.yaml").unlink()
    assert check(capsys, "faulty.txt")[0] == 1


def test_settings_that_are_extended_are_part_of_it(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / ".reportlint.yaml").write_text("extends: base.yaml\n", encoding="utf-8")
    for _ in range(2):
        for level, status in (("off", 0), ("error", 1)):
            (place / "base.yaml").write_text(SILENT.replace("off", level), encoding="utf-8")
            assert check(capsys, "faulty.txt")[0] == status


def test_overrides_count_for_their_files_alone(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "overrides: [{files: [old/], " + SILENT.strip() + "}]\n"
    (place / ".reportlint.yaml").write_text(text, encoding="utf-8")
    (place / "old").mkdir()
    shutil.copy(place / "faulty.txt", place / "old")
    for _ in range(2):
        assert check(capsys, "faulty.txt")[0] == 1
        assert check(capsys, "old/faulty.txt")[0] == 0


def test_waivers_are_laid_on_what_was_kept(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check(capsys, "faulty.txt")[0] == 1
    monkeypatch.setattr("reportlint.engine.check_file", never)
    assert main(["waive", "faulty.txt", "--reason", "旧版", "--author", "甲"]) == 0
    assert check(capsys, "faulty.txt", "--fail-on", "info")[0] == 0
    assert check(capsys, "faulty.txt", "--audit")[0] == 1


def test_rules_of_a_folder_are_known_by_their_content(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Even where time and size of the file are as before."""
    (place / "rules").mkdir()
    rule = place / "rules" / "no-fees.yaml"
    text = """\
id: no-fees
code: XYZ001
kind: text-pattern
severity: warning
profile: cn-disclosure-2021
source: {zh: 无, en: none}
why: {zh: 无, en: none}
message: {zh: 写了一, en: says one}
options: {patterns: [信息处理费], scope: text}
examples: []
"""
    for words in ("写了一", "写了二") * 2:
        rule.write_text(text.replace("写了一", words), encoding="utf-8")
        os.utime(rule, ns=(10**18, 10**18))
        output = check(capsys, "clean.txt", "--rules", "rules", "--format", "concise")[1]
        assert {line.rpartition(": ")[2] for line in output.splitlines()} == {words}


def test_a_report_in_two_places_is_told_under_each(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(capsys, "faulty.txt")
    shutil.copy(place / "faulty.txt", place / "copy.txt")
    output = check(capsys, "copy.txt", "--format", "concise")[1]
    assert output
    assert {line.split(":")[0] for line in output.splitlines()} == {"copy.txt"}


# Trouble.


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: b"reportlint result 0\n" + data[20:],
        lambda data: bytes(byte ^ 0xFF for byte in data),
        lambda data: data[:-3] + b"abc",
        lambda data: b"x" * 300_000,
    ],
    ids=["empty", "cut", "another version", "garbage", "end", "huge"],
)
def test_what_is_damaged_is_thrown_away_and_said_once(
    damage: object, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = check(capsys, ".")
    for path in entries(place):
        path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    again = check(capsys, ".")
    assert again[:2] == first[:2]
    assert again[2].count("缓存已损坏，已丢弃并重新检查 / the cache is damaged: ") == 1
    assert check(capsys, ".") == first


def test_what_was_kept_of_another_report_is_not_taken(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = check(capsys, ".")
    one, *others = entries(place)
    for other in others:
        shutil.copy(one, other)
    again = check(capsys, ".")
    assert again[:2] == first[:2]


def test_what_others_may_write_is_not_taken(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(capsys, ".")
    results = place.parent / "cache" / "results"
    results.chmod(0o777)
    status, _, errors = check(capsys, ".")
    assert status == 1
    assert errors.count("chmod go-w") == 2  # once, in both languages


def test_a_person_without_a_home_keeps_nothing(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in (VARIABLE, "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    said = (
        "reportlint: 没有主文件夹，无处存放缓存，不影响检查；可用 REPORTLINT_CACHE_DIR 指定 / "
        "there is no home folder to keep the cache in, which changes no result; REPORTLINT_CACHE_DIR may name one\n"
    )
    assert check(capsys, "--quiet", "clean.txt") == (0, "", said)
    assert main(["cache"]) == 2
    assert capsys.readouterr().err == said


def test_what_a_contributor_may_have_committed_is_not_taken(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "cache")
    check(capsys, ".")
    kept = {path for path in (place / "cache").rglob("*") if path.is_file()}
    assert len(kept) == 3, "two results, and that the rules could be loaded"
    for path in kept:
        path.write_bytes(b"damaged")
    (place / ".git").mkdir()
    (place / "deeper").mkdir()
    monkeypatch.chdir(place / "deeper")
    monkeypatch.setenv(VARIABLE, "../cache")
    status, _, told = check(capsys, "--quiet", "..")
    assert status == 1
    assert told == (
        "reportlint: 缓存文件夹在仓库里，能提交的人都可以放入结果，没有使用；请用 REPORTLINT_CACHE_DIR 指定别处 / "
        "the folder of the cache is in the repository, where whoever may commit could put results, so it is not used; "
        "name one elsewhere with REPORTLINT_CACHE_DIR: ../cache/results\n"
    )
    assert {path.read_bytes() for path in (place / "cache").rglob("*") if path.is_file()} == {b"damaged"}


@pytest.mark.parametrize("kind", ["file", "read-only"])
def test_a_folder_that_cannot_be_written_is_said_once_and_changes_nothing(
    kind: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = check(capsys, ".", "--no-cache")
    cache_folder = place.parent / "cache"
    if kind == "file":
        cache_folder.write_text("", encoding="utf-8")
    elif os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    else:
        cache_folder.mkdir(mode=0o500)
    status, output, errors = check(capsys, ".")
    assert (status, output) == expected[:2]
    assert errors.count("无法写入缓存，不影响检查") == 1


def test_a_full_disk_is_said_once_and_changes_nothing(place: Path) -> None:
    """The limit on the size of files stands for a disk without room: the write breaks off in the middle.

    Python itself would leave broken modules behind (-B keeps it from writing any).
    """
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200)); "
        "from reportlint.cli import main; sys.exit(main(['check', '.', '--jobs', sys.argv[1]]))"
    )
    for jobs in ("1", "2"):
        done = subprocess.run([sys.executable, "-B", "-c", code, jobs], capture_output=True, text=True, check=False)
        assert (done.returncode, bool(done.stdout), done.stderr.count("无法写入缓存")) == (1, True, 1)
    assert [path for path in entries(place) if path.suffix == ".part"] == []


def test_a_name_that_is_not_utf_8_is_kept_too(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / os.fsdecode(b"\xff\xfe.txt")).write_text(FAULTY, encoding="utf-8")
    assert check(capsys, ".", "--format", "json")[:2] == check(capsys, ".", "--format", "json")[:2]


def test_the_folder_stays_below_its_bound(tmp_path: Path) -> None:
    now = time.time()
    for number in range(20):
        write_whole(str(tmp_path / f"{number:02}"), b"x" * 4096)
        os.utime(tmp_path / f"{number:02}", (now - 100 + number, now - 100 + number))
    clean(str(tmp_path), 16 * 4096)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{number:02}" for number in range(8, 20)]


def test_cleaning_goes_on_beside_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "CLEANED", 1)
    monkeypatch.setattr(keeping, "LARGEST_FOLDER", 8 * 4096)
    told: list[str] = []
    kept = Kept(told.append, str(tmp_path))
    for number in range(2000):
        kept.keep(("a", str(number)), "x" * 100)
    assert (told, keeping.count(str(tmp_path))[0] <= 2000) == ([], True)


def _stress(where: str, seed: int) -> int:
    """Reads, keeps, damages and cleans at random. How often something else came back than was kept."""
    choice = random.Random(seed)
    kept = Kept(lambda text: None, where)
    wrong = 0
    for _ in range(300):
        facts = ("f", str(choice.randrange(20)))
        value = kept.read(facts)
        wrong += value is not None and value != facts[1] * 500
        what = choice.random()
        if what < 0.5:
            kept.keep(facts, facts[1] * 500)
        elif what < 0.6:
            try:
                Path(kept.file(facts)).write_bytes(b"reportlint result 1\nx")
            except OSError:
                kept.keep(facts, facts[1] * 500)
        elif what < 0.65:
            clean(os.path.dirname(kept.file(facts)), 1)
    return wrong


def test_eight_processes_share_a_folder(tmp_path: Path) -> None:
    code = "import sys; from test_cache import _stress; sys.exit(_stress(sys.argv[1], int(sys.argv[2])))"
    here = Path(__file__).parent
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(seed)], cwd=here) for seed in range(8)]
    assert [process.wait(60) for process in running] == [0] * 8


def test_facts_are_parted() -> None:
    facts = ["", "a", "b", "ab", "abb"]
    listed = [some for count in range(4) for some in itertools.permutations(facts, count)]
    assert len({digest(some) for some in listed}) == len(listed)


def test_the_cache_is_told_and_thrown_away(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(capsys, ".")
    assert main(["cache", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["folder"], told["results"]) == (str(place.parent / "cache"), 3)  # two reports, and that rules load
    assert main(["cache", "--clean"]) == 0
    assert "3" in capsys.readouterr().out
    assert entries(place) == []
    assert main(["cache"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("0 ")


def reports() -> Iterator[tuple[str, bytes]]:
    for name, text in clean_reports(4, 5):
        yield name, text.encode()


def test_the_result_of_a_whole_report_comes_back() -> None:
    for name, data in reports():
        checked = lint_bytes(Path(name), data.replace("无".encode(), b"0"), library())
        assert checked.source is not None
        own = checked.source
        back = unpacked(packed(checked, with_source=False), Path(name), lambda own=own: own)  # type: ignore[misc]
        assert back == checked
