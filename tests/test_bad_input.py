"""Bad input: a clear message at its place, the contract's exit status, no traceback, nothing hung, others checked.

Every case runs as a process of its own with a limit on time and memory: a hang must fail one test, not stop all.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from reportlint.builtin import folder

resource = pytest.importorskip("resource", reason="limits on memory and special files are POSIX")

SECONDS = 30  # for one process on a slow machine; what is meant to be quick takes a second or two
MEMORY = 1536 * 1024 * 1024
MIB = 1024 * 1024
MODEL = (folder("rules") / "cn-disclosure-2019" / "model.txt").read_text(encoding="utf-8")
NAME = "青禾县云溪镇人民政府"
SUM_ROW = "一、本年新收政府信息公开申请数量 | 4 | 0 | 0 | 0 | 0 | 0 | 4 |"
FAULTY = MODEL.replace("规章 | 0 | 0 | 0 |", "规章 | 0 | / | 0 |")
# The one line of the faulty report, which every check beside bad input has to print as well.
FAULT = "good.txt:15:10: warning NUM004"

NOT_TEXT = "不是文本文件（含有二进制数据）。请另存为 UTF-8 纯文本后再检查"
NO_REPORT = "warning ENG002 not-a-report: 没有识别出政府信息公开工作年度报告：没有它的标题、各部分标题或表格"


@dataclass(frozen=True, slots=True)
class Outcome:
    status: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> list[str]:
        return self.stdout.splitlines()


# The bounds are the program's: a process whose lines are traced for coverage takes several times as long.
UNTRACED = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def reportlint(*arguments: str | bytes, path: Path, stdin: bytes = b"") -> Outcome:
    done = subprocess.run(
        [sys.executable, "-m", "reportlint", *arguments],
        cwd=path,
        input=stdin,
        capture_output=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=limited,
        env={**UNTRACED, "PYTHONHASHSEED": "0", "LANG": "", "LC_ALL": "", "LC_MESSAGES": ""},
    )
    stderr = done.stderr.decode("utf-8")
    assert "Traceback" not in stderr, stderr[-2000:]
    return Outcome(done.returncode, done.stdout.decode("utf-8"), stderr)


def check(content: str | bytes, path: Path) -> Outcome:
    """The check of a bad file beside a good one; what it says of the good one is looked at and left out."""
    data = content if isinstance(content, bytes) else content.encode("utf-8")
    (path / "bad.txt").write_bytes(data)
    (path / "good.txt").write_text(FAULTY, encoding="utf-8")
    outcome = reportlint("check", "--format", "concise", "--quiet", "bad.txt", "good.txt", path=path)
    assert outcome.lines[-1].startswith(FAULT), outcome.lines[-3:]
    return Outcome(outcome.status, "".join(line + "\n" for line in outcome.lines[:-1]), outcome.stderr)


def place_and_rule(line: str) -> str:
    """`line:column severity code` of a concise line."""
    place, _, rest = line.removeprefix("bad.txt:").partition(": ")
    return f"{place} {' '.join(rest.split()[:2])}"


# Files that are no text, or no report.


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", f"1:1: {NO_REPORT}", id="empty"),
        pytest.param(b"\xef\xbb\xbf", f"1:1: {NO_REPORT}", id="only a mark"),
        pytest.param("\n\n \t\n\u3000\n", f"1:1: {NO_REPORT}", id="blank lines"),
        pytest.param("苹果三斤\n豆腐两块\n", f"1:1: {NO_REPORT}", id="a shopping list"),
        pytest.param("|\n", f"1:1: {NO_REPORT}", id="a lone bar"),
        pytest.param("｜\n", f"1:1: {NO_REPORT}", id="a lone wide bar"),
        pytest.param("||\n|||\n| |\n-|-\n", f"1:1: {NO_REPORT}", id="nothing but bars"),
        pytest.param("\t", f"1:1: {NO_REPORT}", id="a lone tab"),
    ],
)
def test_what_is_no_report_is_called_so(content: str | bytes, said: str, tmp_path: Path) -> None:
    outcome = check(content, tmp_path)
    assert (outcome.status, [line.split(": ", 1)[1] for line in outcome.lines]) == (0, [said.split(": ", 1)[1]])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"\x00", NOT_TEXT, id="one zero byte"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, NOT_TEXT, id="a picture"),
        pytest.param(b"PK\x03\x04\x14\x00\x06\x00" + b"\x00" * 500, NOT_TEXT, id="an archive"),
        pytest.param(MODEL.replace("规章 | 0", "规章 | \x000", 1), NOT_TEXT, id="a zero byte in a cell"),
        pytest.param(MODEL.replace("\n", "\x00\n"), NOT_TEXT, id="a zero byte in every line"),
    ],
)
def test_what_is_no_text_is_unreadable(content: str | bytes, why: str, tmp_path: Path) -> None:
    outcome = check(content, tmp_path)
    assert (outcome.status, outcome.lines) == (3, [f"bad.txt:1:1: error ENG001 unreadable: {why}"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(
            MODEL.encode().replace("规章".encode(), "规章".encode() + b"\xff\xff", 1),
            "第 15 行",
            id="bytes of no encoding",
        ),
        pytest.param("甲\n乙".encode() + b"\xed\xa0\x80", "第 2 行", id="a lone surrogate in UTF-8"),
        pytest.param(b"caf\xe9 r\xe9sum\xe9", "第 1 行", id="Latin"),
        pytest.param(MODEL.encode("utf-16")[:-1], "UTF-16", id="half a character of UTF-16"),
        pytest.param(
            b"\xff\xfe" + "甲\n".encode("utf-16-le") + b"\x00\xd8", "第 2 行", id="a lone surrogate in UTF-16"
        ),
    ],
)
def test_a_broken_encoding_is_unreadable_and_placed_by_line(content: bytes, words: str, tmp_path: Path) -> None:
    outcome = check(content, tmp_path)
    start = "bad.txt:1:1: error ENG001 unreadable: 文字编码损坏："
    assert (outcome.status, [line[: len(start)] for line in outcome.lines]) == (3, [start])
    assert words in outcome.stdout


@pytest.mark.parametrize("codec", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_report_is_the_same_in_every_encoding_and_with_every_line_end(
    codec: str, line_end: str, tmp_path: Path
) -> None:
    outcome = check(FAULTY.replace("\n", line_end).encode(codec), tmp_path)
    assert (outcome.status, [place_and_rule(line) for line in outcome.lines]) == (0, ["15:10 warning NUM004"])


# Reports with something broken inside.


def test_a_table_cut_off_in_the_middle_is_told_with_what_is_missing(tmp_path: Path) -> None:
    whole = MODEL[: MODEL.index("2.其他法律行政法规")]
    outcome = check(whole, tmp_path)
    assert (outcome.status, [place_and_rule(line) for line in outcome.lines]) == (
        1,
        ["39:46 info PER005", *["39:46 error SEC001"] * 3, "39:47 error TAB005"],
    )


def test_a_table_cut_off_in_a_row_leaves_its_other_rows_checked(tmp_path: Path) -> None:
    cut = MODEL[: MODEL.index("2.其他法律行政法规") + 20].replace(SUM_ROW, SUM_ROW.replace("4 |", "5 |", 1))
    outcome = check(cut, tmp_path)
    assert outcome.status in (1, 3)
    assert any("ARI001" in line or "ENG001" in line for line in outcome.lines)
    assert all(line.startswith("bad.txt:") for line in outcome.lines)


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        pytest.param("9" * 400, "“9999999999999999999999999999999999999999…”", id="400 digits"),
        pytest.param("9" * 5000, "“9999999999999999999999999999999999999999…”", id="5000 digits"),
        pytest.param("1e5", "“1e5”", id="an exponent"),
        pytest.param("NaN", "“NaN”", id="not a number"),
        pytest.param("²", "“²”", id="superscript"),
        pytest.param("٧", "“٧”", id="digits of another script"),
        pytest.param("\x1b]0;x\x070", "“\\x1b]0;x\\x070”", id="a command to the terminal"),
        pytest.param("\u202e7", "“<U+202E>7”", id="an order of writing"),
    ],
)
def test_what_is_no_figure_is_shown_short_and_escaped(figure: str, shown: str, tmp_path: Path) -> None:
    outcome = check(MODEL.replace("规章 | 0 | 0 |", f"规章 | 0 | {figure} |", 1), tmp_path)
    assert (outcome.status, [place_and_rule(line) for line in outcome.lines]) == (1, ["15:10 error NUM001"])
    assert f"填了{shown}，" in outcome.stdout


def test_numbers_of_400_digits_in_prose_do_no_harm(tmp_path: Path) -> None:
    long = "2" * 400
    text = MODEL.replace("441条", f"{long}条").replace("2021年1月9日", f"{long}年{long}月{long}日")
    text = text.replace("（四）政府", f"（四）{long}%，{long}年1月1日至{long}年12月31日，{long}万元。政府")
    outcome = check(text, tmp_path)
    assert outcome.status in (0, 1)
    assert max((len(line) for line in outcome.lines), default=0) < 1000


@pytest.mark.parametrize("space", ["\u2028", "\u2029", "\x85", "\u2003", "\x1c", "\u200b", "\ufeff", "\x0c", "\x0b"])
def test_odd_spaces_around_headings_and_cells_mean_nothing(space: str, tmp_path: Path) -> None:
    text = MODEL.replace("一、总体情况\n", f"{space}一、总体情况 {space}\n", 1)
    text = text.replace("规章 | 0 | 0 |", f"规章{space} | {space}0{space} | 0 |", 1)
    assert (check(text, tmp_path).status, check(text, tmp_path).stdout) == (0, "")


def test_control_characters_never_reach_the_terminal(tmp_path: Path) -> None:
    text = MODEL.replace("一、总体情况\n", "一、总体\x1b[31m情况\x07\n").replace("规章 |", "规\x08章 |")
    (tmp_path / "bad.txt").write_text(text, encoding="utf-8")
    for arguments in (
        ["check"],
        ["check", "--format", "concise"],
        ["check", "--format", "json"],
        ["show", "--as", "tree"],
    ):
        outcome = reportlint(*arguments, "bad.txt", path=tmp_path)
        assert not [mark for mark in outcome.stdout + outcome.stderr if mark < " " and mark not in "\n\t"]


# Size. Where time grows with the square of the size these take minutes.


def repeated(text: str, size: int) -> str:
    return text * (size // len(text) + 1)


PROSE = "全年共公开政府信息412条，其中，县政府网站公开186条，微信公众号公开197条。\n"
HUGE: dict[str, Callable[[], str]] = {
    "50 MB of prose": lambda: MODEL + repeated(PROSE, 17 * MIB),
    "50 MB in one line": lambda: MODEL + repeated(PROSE.strip(), 17 * MIB),
    "50 MB in one cell": lambda: MODEL.replace("规章 | 0 |", "规章 | " + "甲" * (17 * MIB) + " |", 1),
    "a million short lines": lambda: MODEL + "甲\n" * 1_000_000,
    "a million short lines before the report": lambda: "甲乙\n" * 1_000_000 + MODEL,
    "a million empty rows": lambda: MODEL + "\t\n\n" * 1_000_000,
    "a cell that runs on over many lines": lambda: (
        f"{NAME}2020年政府信息公开工作年度报告\n\t单元\n" + "续行文字\n" * 400_000
    ),
    "a row of a million cells": lambda: MODEL + "\t1\n" * 1_000_000,
    "10,000 tables": lambda: MODEL + "\n\n\n".join(["\t甲\n\t1\n\n\t乙\n\t2\n"] * 10_000),
    "10,000 tables with labels of the form": lambda: (
        MODEL + "\n\n\n" + "\n\n\n".join(["\t信息内容\n\t规章\n\n\t行政许可\n\t2\n"] * 10_000)
    ),
    "50,000 copies of a row": lambda: MODEL.replace(
        "（六）其他处理 |", "（五）不予处理 | 1 |\n" * 50_000 + "（六）其他处理 |", 1
    ),
    "a table of a million cells": lambda: MODEL + "|".join(["甲"] * 1000 + ["\n"]) * 1000,
    "40,000 headings": lambda: MODEL + "".join(f"一、甲乙丙{i % 977}丁\n正文，正文。\n" for i in range(40_000)),
    "40,000 copies of a heading": lambda: (
        MODEL + "六、其他需要报告的事项\n正文，正文。\n总体情况\n正文，正文。\n" * 20_000
    ),
    "20,000 tables of contents": lambda: (
        f"{NAME}2020年政府信息公开工作年度报告\n"
        + "一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n正文，正文。\n" * 20_000
        + MODEL
    ),
    "100,000 subheadings": lambda: MODEL.replace(
        "二、主动", "".join(f"（{'一二三四五六七八九'[i % 9]}）甲情况。全年\n" for i in range(100_000)) + "二、主动", 1
    ),
    "100,000 dates": lambda: MODEL + "2021年1月20日\n" * 100_000,
    "a ruler that is none": lambda: MODEL + "|" + "-" * 300_000 + "a\n",
    "a million commas in a cell": lambda: MODEL.replace("规章 | 0 |", "规章 | " + "1," * 500_000 + "x |", 1),
    "brackets that never close": lambda: MODEL.replace("规章 | 0 |", "规章 | " + "(" * 300_000 + " |", 1),
    "traces of conversion that never end": lambda: MODEL.replace("规章 | 0 |", "规章 | " + "[if " * 60_000 + " |", 1),
    "bookmarks that never end": lambda: MODEL.replace("（三）政府", "（三）" + "[bookmark: " * 60_000 + "政府", 1),
    "a list that never goes on": lambda: MODEL.replace("（三）政府", "（三）" + "：一、" * 100_000 + "政府", 1),
    "periods that never end": lambda: MODEL.replace("（三）政府", "（三）" + "2020年1月1日起至" * 100_000 + "政府", 1),
    "additions that never add up": lambda: MODEL.replace("（三）政府", "（三）" + "共1件，其中" * 100_000 + "政府", 1),
    "figures without end": lambda: MODEL.replace("（三）政府", "（三）" + "1件、2件，占3%，" * 100_000 + "政府", 1),
    "spaces without end": lambda: MODEL.replace("（三）政府", "（三）共 " + " " * 500_000 + "政府", 1),
    "digits without end": lambda: MODEL.replace("（三）政府", "（三）共" + "1" * 500_000 + "政府", 1),
    "open quotes": lambda: MODEL.replace("（三）政府", "（三）" + "“" * 300_000 + "政府", 1),
    "lines of hashes": lambda: MODEL + "#" * 1_000_000 + "\n",
    "wide spaces before nothing": lambda: MODEL + ("一、" + "\u2003" * 110 + "\n") * 50_000,
    "nested headings": lambda: MODEL.replace("二、主动", "（一）甲\n1.乙\n（1）丙\n①丁\n" * 20_000 + "二、主动", 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HUGE)
def test_size_never_hangs_a_check_or_fills_the_memory(name: str, tmp_path: Path) -> None:
    outcome = check(HUGE[name](), tmp_path)
    assert outcome.status in (0, 1, 3)
    assert max((len(line) for line in outcome.lines), default=0) < 2000


def test_a_thousand_columns_are_told_at_their_table(tmp_path: Path) -> None:
    more = "".join(f" 列{number} |" for number in range(1000))
    text = MODEL.replace("自然人 | 法人或其他组织 | 总计 |", f"自然人 | 法人或其他组织 | 总计 |{more}", 1)
    outcome = check(text, tmp_path)
    assert {line.split(":")[1] for line in outcome.lines} <= {"32", "33", "34"}
    assert 1 <= len(outcome.lines) <= 2


@pytest.mark.parametrize(("size", "told"), [(8 * 1024 * MIB, 8192), (8 * MIB + 1, 9)])
def test_a_file_above_the_limit_is_not_even_read(size: int, told: int, tmp_path: Path) -> None:
    with (tmp_path / "bad.txt").open("wb") as file:
        file.truncate(size)
    outcome = reportlint("check", "--format", "concise", "--quiet", "bad.txt", path=tmp_path)
    assert (outcome.status, len(outcome.lines)) == (3, 1)
    assert outcome.lines[0].startswith(f"bad.txt:1:1: error ENG001 unreadable: 文件有 {told} MiB，超过 8 MiB")


def test_endless_standard_input_is_left_after_the_limit(tmp_path: Path) -> None:
    with Path("/dev/zero").open("rb") as endless:
        done = subprocess.run(
            [sys.executable, "-m", "reportlint", "check", "--format", "concise", "--quiet", "-"],
            cwd=tmp_path,
            stdin=endless,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            preexec_fn=limited,
        )
    assert (done.returncode, done.stdout.decode()[:51]) == (3, "standard-input.txt:1:1: error ENG001 unreadable: 文件")


# Files that are none.


def test_a_pipe_that_nobody_writes_to_does_not_hang_a_check(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    outcome = reportlint("check", "--format", "concise", "--quiet", ".", path=tmp_path)
    assert outcome == Outcome(3, "pipe.txt:1:1: error ENG001 unreadable: 不是普通文件\n", "")


def test_a_pipe_as_a_rule_file_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "rule.yaml")
    outcome = reportlint("test", "rule.yaml", path=tmp_path)
    assert outcome == Outcome(2, "", "reportlint: rule.yaml: not a regular file\n")


def test_links_that_lead_nowhere_or_round_are_told(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "nowhere.txt").symlink_to("missing.txt")
    (tmp_path / "reports" / "round.txt").symlink_to("round.txt")
    (tmp_path / "reports" / "self").symlink_to(".")
    outcome = reportlint("check", "--format", "concise", "--quiet", "reports", path=tmp_path)
    assert outcome == Outcome(
        3,
        "reports/nowhere.txt:1:1: error ENG001 unreadable: 链接指向的文件不存在\n"
        "reports/round.txt:1:1: error ENG001 unreadable: 链接指向的文件不存在\n",
        "",
    )


def test_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "reports").mkdir(parents=True)
    (tmp_path / "secret").write_text("a password", encoding="utf-8")
    (work / "within.txt").write_text("甲", encoding="utf-8")
    (work / "reports" / "out.txt").symlink_to("../../secret")
    (work / "reports" / "within.txt").symlink_to("../within.txt")
    outcome = reportlint("check", "--format", "concise", "--quiet", "reports", path=work)
    secret = tmp_path / "secret"
    said = f"这是一个链接，指向所给文件夹之外的 {secret}，没有读取。要检查就直接给出那个文件"
    lines = [f"reports/out.txt:1:1: error ENG001 unreadable: {said}", f"reports/within.txt:1:1: {NO_REPORT}"]
    assert (outcome.status, outcome.lines, outcome.stderr) == (3, lines, "")
    assert reportlint("check", "--quiet", "--format", "concise", "reports/out.txt", path=work).status == 0


def test_a_folder_named_like_a_report_is_searched(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "folder.txt" / "a.txt").write_text("甲", encoding="utf-8")
    outcome = reportlint("check", "--format", "concise", "--quiet", ".", path=tmp_path)
    assert (outcome.status, outcome.stdout) == (0, f"folder.txt/a.txt:1:1: {NO_REPORT}\n")


def test_a_name_that_is_not_utf8_is_escaped(tmp_path: Path) -> None:
    name = b"\xb1\xa8\xb8\xe6.txt"
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("甲", encoding="utf-8")
    concise, document, frame = (
        reportlint("check", "--quiet", "--format", name, ".", path=tmp_path).stdout
        for name in ("concise", "json", "text")
    )
    shown = "\\udcb1\\udca8\\udcb8\\udce6.txt"
    assert (concise.count(shown), frame.count(shown)) == (1, 1)
    assert json.loads(document)["reports"][0]["path"] == shown
    assert reportlint("check", "--quiet", b"\xb1.txt", path=tmp_path) == Outcome(
        2, "", "reportlint: \\udcb1.txt: 没有这个文件或文件夹 / no such file or folder\n"
    )


def test_a_name_that_is_too_long_is_no_file(tmp_path: Path) -> None:
    outcome = reportlint("check", "a" * 300 + ".txt", path=tmp_path)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert outcome.stderr.startswith("reportlint: aaaa")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲", encoding="utf-8")
    (tmp_path / "a.txt").chmod(0)
    outcome = reportlint("check", "--format", "concise", "--quiet", ".", path=tmp_path)
    assert (outcome.status, outcome.stdout[:36]) == (3, "a.txt:1:1: error ENG001 unreadable: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["pyproject.toml", ".reportlint.yaml", ".reportlint-waivers.yaml"])
def test_what_may_say_how_reports_are_checked_has_to_be_readable(name: str, tmp_path: Path) -> None:
    (tmp_path / "model.txt").write_text(MODEL, encoding="utf-8")
    (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / name).chmod(0)
    outcome = reportlint("check", "--quiet", "model.txt", path=tmp_path)
    assert outcome == Outcome(2, "", f"reportlint: {name}: cannot be read: Permission denied\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_of_rules_has_to_be_readable(tmp_path: Path) -> None:
    (tmp_path / "model.txt").write_text(MODEL, encoding="utf-8")
    rules = tmp_path / ".reportlint" / "rules"
    rules.mkdir(parents=True)
    assert reportlint("check", "--quiet", "model.txt", path=tmp_path).status == 0
    rules.chmod(0)
    outcome = reportlint("check", "--quiet", "model.txt", path=tmp_path)
    rules.chmod(0o700)
    assert (outcome.status, outcome.stdout, "cannot be read: Permission denied" in outcome.stderr) == (2, "", True)


# Output that cannot be written.


def run_with(path: Path, redirection: str, *arguments: str) -> Outcome:
    """The outcome of a check whose streams a shell redirected."""
    (path / "good.txt").write_text(FAULTY, encoding="utf-8")
    command = " ".join([sys.executable, "-m", "reportlint", *arguments, redirection])
    done = subprocess.run(["sh", "-c", command], cwd=path, capture_output=True, timeout=SECONDS, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    assert b"Exception" not in done.stderr, done.stderr.decode()
    return Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def test_a_reader_that_leaves_early_is_no_crash(tmp_path: Path) -> None:
    outcome = run_with(tmp_path, "| head -c 1; exit 0", "check", *["good.txt"] * 1, "--quiet")
    assert outcome == Outcome(0, "w", "")


def test_a_full_disk_is_said_and_not_taken_for_clean(tmp_path: Path) -> None:
    outcome = run_with(tmp_path, ">/dev/full", "check", "--quiet", "good.txt")
    assert outcome == Outcome(3, "", "reportlint: cannot write to standard output: No space left on device\n")


def test_a_closed_standard_output_is_said(tmp_path: Path) -> None:
    outcome = run_with(tmp_path, ">&-", "check", "--quiet", "good.txt")
    assert outcome == Outcome(3, "", "reportlint: standard output is closed\n")


def test_a_closed_standard_input_is_unreadable(tmp_path: Path) -> None:
    outcome = run_with(tmp_path, "<&-", "check", "--quiet", "--format", "concise", "-")
    assert outcome == Outcome(3, "standard-input.txt:1:1: error ENG001 unreadable: 没有标准输入\n", "")


def test_a_closed_standard_error_changes_nothing(tmp_path: Path) -> None:
    outcome = run_with(tmp_path, "2>&-", "check", "--format", "concise", "good.txt")
    assert (outcome.status, outcome.stdout[: len(FAULT)]) == (0, FAULT)


def test_an_output_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    outcome = run_with(tmp_path, "", "check", "--quiet", "--output", "out", "good.txt")
    assert outcome == Outcome(2, "", "reportlint: cannot write out: Is a directory\n")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["good.txt", "out"]


def test_an_output_that_is_a_link_keeps_the_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("target")
    outcome = run_with(tmp_path, "", "check", "--quiet", "--format", "concise", "--output", "link", "good.txt")
    assert (outcome.status, (tmp_path / "link").is_symlink()) == (0, True)
    assert (tmp_path / "target").read_text(encoding="utf-8").startswith(FAULT)


def test_an_output_that_is_a_pipe_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    outcome = run_with(
        tmp_path, "& cat pipe; wait", "check", "--quiet", "--format", "concise", "--output", "pipe", "good.txt"
    )
    assert outcome.stdout.startswith(FAULT)
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("name", [".", "..", "/", "nowhere/out.txt", "a" * 300])
def test_an_output_that_cannot_be_is_a_wrong_usage(name: str, tmp_path: Path) -> None:
    outcome = run_with(tmp_path, "", "check", "--quiet", "--output", name, "good.txt")
    assert (outcome.status, outcome.stdout) == (2, "")
    assert outcome.stderr.startswith(f"reportlint: cannot write {name}")


def test_a_disk_that_is_full_under_a_file_is_said_of_that_file(tmp_path: Path) -> None:
    outcome = run_with(
        tmp_path, "", "check", "--quiet", "--format", "json=/dev/full", "--format", "concise", "good.txt"
    )
    assert (outcome.status, outcome.stdout[: len(FAULT)]) == (3, FAULT)
    assert outcome.stderr == "reportlint: cannot write /dev/full: No space left on device\n"


def test_a_file_that_could_not_be_written_whole_is_not_left_in_part(tmp_path: Path) -> None:
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))

    (tmp_path / "good.txt").write_text(FAULTY, encoding="utf-8")
    words = ("check", "--quiet", "--no-cache", "--output", "out.json", "--format", "json", "good.txt")
    done = subprocess.run(
        [sys.executable, "-m", "reportlint", *words],
        cwd=tmp_path,
        env={**UNTRACED, "PYTHONDONTWRITEBYTECODE": "1"},  # else what is compiled is not written whole either
        capture_output=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=small,
        text=True,
    )
    assert (done.returncode, done.stderr) == (3, "reportlint: cannot write out.json: File too large\n")
    assert [item.name for item in tmp_path.iterdir()] == ["good.txt"]


def test_messages_that_find_no_room_are_no_crash(tmp_path: Path) -> None:
    assert run_with(tmp_path, "2>/dev/full", "check", "good.txt", "missing.txt").status == 3


def test_messages_that_nobody_reads_are_no_crash(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(FAULTY, encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "reportlint", "check", "good.txt"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=writer,
        timeout=SECONDS,
        check=False,
    )
    os.close(writer)
    assert done.returncode == 3


def test_a_temporary_name_that_is_taken_by_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept", encoding="utf-8")
    for number in range(1, 400):
        (tmp_path / f".out.json.{os.getpid() + number}.part").symlink_to("kept")
    outcome = run_with(tmp_path, "", "check", "--quiet", "--format", "json", "--output", "out.json", "good.txt")
    assert (outcome.status, outcome.stderr) == (0, "")
    assert (tmp_path / "kept").read_text(encoding="utf-8") == "kept"
    assert (tmp_path / "out.json").read_text(encoding="utf-8").startswith("{")


def test_standard_output_may_be_named_as_a_file(tmp_path: Path) -> None:
    outcome = run_with(tmp_path, "", "check", "--quiet", "--format", "concise", "--output", "/dev/stdout", "good.txt")
    assert (outcome.status, outcome.stdout[: len(FAULT)], outcome.stderr) == (0, FAULT, "")


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    command = f"rmdir ../gone; {sys.executable} -P -m reportlint rules"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path / "gone", capture_output=True, text=True, check=False)
    said = "reportlint: 当前文件夹已不存在 / the current folder cannot be used: No such file or directory\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


# A repository that means harm.

ENDLESS = Path("/dev/zero")
CHECKED = Outcome(0, "", "")


def hostile(path: Path) -> Path:
    """A repository with a report in which nothing is wrong, and an empty folder of rules."""
    (path / ".git").mkdir(parents=True)
    (path / ".reportlint" / "rules").mkdir(parents=True)
    (path / "model.txt").write_text(MODEL, encoding="utf-8")
    return path


@pytest.mark.parametrize("caching", [[], ["--no-cache"]])
@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("pyproject.toml", ENDLESS),
        (".reportlint/grammars/endless.lark", ENDLESS),
        (".reportlint/rules/endless.txt", ENDLESS),
        (".reportlint/rules/everything", Path("/")),
    ],
)
def test_links_of_a_repository_to_what_has_no_end_are_not_followed(
    link: str, target: Path, caching: list[str], tmp_path: Path
) -> None:
    place = hostile(tmp_path)
    (place / link).parent.mkdir(exist_ok=True)
    (place / link).symlink_to(target)
    assert reportlint("check", "--quiet", "--fail-on", "info", *caching, "model.txt", path=place) == CHECKED


def test_links_in_circles_among_rules_are_not_followed(tmp_path: Path) -> None:
    place = hostile(tmp_path)
    for name in ("one", "other"):
        (place / ".reportlint" / "rules" / name).symlink_to(".")
    assert reportlint("check", "--quiet", "--fail-on", "info", "model.txt", path=place) == CHECKED


@pytest.mark.parametrize("link", [".reportlint", ".reportlint/rules", ".reportlint/grammars", ".reportlint/plugins"])
def test_folders_of_rules_that_are_links_out_of_the_repository_are_refused(link: str, tmp_path: Path) -> None:
    place = hostile(tmp_path / "place")
    (tmp_path / "elsewhere").mkdir()
    if (place / link).is_dir():
        (place / link).rename(place / "before")
    (place / link).symlink_to(tmp_path / "elsewhere")
    outcome = reportlint("check", "--quiet", "model.txt", path=place)
    assert outcome == Outcome(
        2,
        "",
        f"reportlint: {place / link}: 这是一个链接，指向仓库以外；要用那里的规则，请用 --rules / "
        "a link that leads out of the repository; to use rules from there, name them with --rules\n",
    )


def test_a_rule_that_is_a_link_to_what_has_no_end_is_refused(tmp_path: Path) -> None:
    place = hostile(tmp_path)
    (place / ".reportlint" / "rules" / "endless.yaml").symlink_to(ENDLESS)
    outcome = reportlint("check", "--quiet", "model.txt", path=place)
    said = "a link to a file outside its folder, which rule files may not read"
    assert outcome == Outcome(2, "", f"reportlint: {place / '.reportlint/rules/endless.yaml'}: {said}\n")
