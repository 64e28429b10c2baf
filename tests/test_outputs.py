"""Where the output goes, and what each format for programs and offices holds."""

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import weakref
import xml.etree.ElementTree as ElementTree
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaded import library
from printing import CELL, FORMATS, PATH, checked, diagnostic, pieces, printed, spot
from reportlint.cli import main
from reportlint.diagnostic import (
    Checked,
    Edit,
    Fix,
    Language,
    Part,
    Place,
    Related,
    Severity,
    Span,
    Tally,
    Text,
    Waived,
)
from reportlint.display import escape
from reportlint.engine import lint_bytes
from reportlint.errors import ConfigError, FormatFault
from reportlint.extension import Format, FormatOptions
from reportlint.guard import safe_format
from reportlint.output import Output, outputs, write
from reportlint.source import Source

TOP = Path(__file__).resolve().parent.parent
LIBRARY = library()


REPORT = "一、总体情况\n\t1\n\t0\n\t3\n"
FULL = diagnostic(
    spot(REPORT, "3"),
    place=CELL,
    address=Text("表2 第6行 第3列", "table 2 row 6 column 3"),
    found="3",
    expected="1",
    related=(
        Related(spot(REPORT, "0"), Text("在此计入", "counted here")),
        Related(spot(REPORT, "1"), Text("在此计入", "counted here")),
    ),
    source=Text("国办公开办函〔2019〕60号；条例第五十条", "Letter 60 of 2019; Regulations, art. 50"),
    help=Text("请核对台账。\n改后再查。\n", "Look it up in the register."),
    fix=Fix("unsafe", Text("改为 1", "change to 1"), (Edit(spot(REPORT, "3"), "1"),)),
)
HINT = diagnostic(Span(0, 6), severity=Severity.INFO, rule="heading", code="SEC001", message=Text("提一下", "a hint"))
FAULTY = checked(
    REPORT,
    HINT,
    FULL,
    path=Path("子目录") / "a.txt",
    profile="cn-disclosure-2019",
    year=2020,
    agency="某某镇人民政府",
    rules=Tally(40, 1, 2),
    identities=Tally(188, 1, 3),
)
CLEAN = checked(REPORT, path=Path("b.txt"), profile="cn-disclosure-2021", year=2022, agency="某某街道办事处")
UNREAD = checked(
    None,
    diagnostic(Span(0, 0), rule="unreadable", code="ENG001", message=Text("无法读取", "unreadable")),
    path=Path("c.txt"),
    complete=False,
)


# Which formats, and where they go.


def asked(*wanted: str, file: str | None = None) -> list[tuple[str, str | None]]:
    return [(output.format.name, output.file) for output in outputs(wanted, file, FORMATS)]


def test_a_format_goes_to_its_file_to_the_one_for_all_or_to_standard_output() -> None:
    assert [
        asked("text"),
        asked("json", file="out.json"),
        asked("sarif=out.sarif", "text"),
        asked("sarif=out.sarif", "text", file="out.txt"),
        asked("csv=a=b.csv", "html=-"),
    ] == [
        [("text", None)],
        [("json", "out.json")],
        [("sarif", "out.sarif"), ("text", None)],
        [("sarif", "out.sarif"), ("text", "out.txt")],
        [("csv", "a=b.csv"), ("html", None)],
    ]


@pytest.mark.parametrize(
    ("wanted", "file", "why"),
    [
        (
            ["text", "json"],
            None,
            "'text' and 'json' would both go to standard output; give one a file of its own, as in --format json=FILE",
        ),
        (
            ["text", "json"],
            "out",
            "'text' and 'json' would both go to out; give one a file of its own, as in --format json=FILE",
        ),
        (
            ["json=out", "csv=./x/../out"],
            None,
            "'json' and 'csv' would both go to ./x/../out; give one a file of its own, as in --format csv=FILE",
        ),
        (["json="], None, "--format json=: behind the '=' belongs a file, as in --format json=FILE"),
        (
            ["json=out"],
            "other",
            "--output other: every format has a file of its own already; leave one of them out",
        ),
    ],
)
def test_a_place_for_two_formats_or_for_none_is_wrong_usage(wanted: list[str], file: str | None, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        outputs(wanted, file, FORMATS)
    assert str(caught.value) == why


def test_an_unknown_format_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        outputs(["sarfi=x"], None, FORMATS)
    assert str(caught.value) == f"no format is called 'sarfi' (did you mean 'sarif'?); known: {', '.join(FORMATS)}"


def test_the_help_names_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert [name for name in FORMATS if not re.search(rf"[ ,]{name}[ ,]", told)] == []


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def options(**changes: Any) -> FormatOptions:
    return FormatOptions(language="zh", **{"version": "0.1.0", **changes})


def test_several_formats_tell_what_each_would_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begun: list[Path] = []

    def results() -> Iterator[Checked]:
        for report in (FAULTY, CLEAN, UNREAD):
            begun.append(report.path)
            yield report

    names = [name for name in FORMATS if name != "text" and not FORMATS[name].binary]
    write(outputs(["text", *(f"{name}={name}.out" for name in names)], None, FORMATS), results(), options())
    alone = {name: printed(name, FAULTY, CLEAN, UNREAD) for name in ("text", *names)}
    files = {name: (here / f"{name}.out").read_bytes().decode("utf-8") for name in names}
    assert {"text": capsys.readouterr().out, **files} == alone
    assert begun == [FAULTY.path, CLEAN.path, UNREAD.path]


def test_standard_output_shows_a_report_before_the_next_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []

    def results() -> Iterator[Checked]:
        for report in (FAULTY, FAULTY):
            yield report
            seen.append(capsys.readouterr().out)

    write(outputs([f"json={os.devnull}", "concise"], None, FORMATS), results(), options())
    assert seen == [printed("concise", FAULTY)] * 2


def failing(name: str) -> Format:
    def render(reports: Iterable[Checked], told: FormatOptions) -> Iterator[str]:
        yield from (report.path.name for report in reports)
        raise ConfigError(None, "no more")

    return Format(name, render)


def test_no_file_is_there_where_one_format_breaks_off(here: Path) -> None:
    (here / "old.json").write_text("old", encoding="utf-8")
    wanted = (Output(FORMATS["json"], "old.json"), Output(failing("broken"), "new.txt"))
    with pytest.raises(ConfigError, match="no more"):
        write(wanted, iter([FAULTY]), options())
    assert {path.name: path.read_text(encoding="utf-8") for path in here.iterdir()} == {"old.json": "old"}


def test_every_report_is_checked_though_a_format_looks_at_none() -> None:
    told: list[Path] = []

    def results() -> Iterator[Checked]:
        for report in (FAULTY, CLEAN):
            told.append(report.path)
            yield report

    blind = Format("blind", lambda reports, told: iter(()))
    write([Output(blind, None)], results(), options())
    assert told == [FAULTY.path, CLEAN.path]


def test_no_output_takes_the_place_of_a_report(here: Path) -> None:
    report = here / "report.txt"
    report.write_text("一、总体情况\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        write(outputs(["text=./report.txt"], None, FORMATS), iter([]), options(), reports=[Path("report.txt")])
    assert str(caught.value) == (
        "./report.txt is one of the files to check, which are never changed; name another file"
    )
    assert report.read_text(encoding="utf-8") == "一、总体情况\n"


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_colours_and_a_file_none(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = Terminal(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", screen)
    write(outputs(["grouped", "text=out"], None, FORMATS), iter([FAULTY]), options())
    screen.seek(0)
    assert screen.read() == printed("grouped", FAULTY, color=True)
    assert (here / "out").read_text(encoding="utf-8") == printed("text", FAULTY)
    write(outputs(["text=out"], None, FORMATS), iter([FAULTY]), options(), color="always")
    assert (here / "out").read_text(encoding="utf-8") == printed("text", FAULTY, color=True)


def workbook(reports: Iterable[Checked], told: FormatOptions) -> Iterator[bytes]:
    yield from (report.path.name.encode("utf-8") + b"\x00\xff" for report in reports)


def test_bytes_go_to_a_file_or_a_pipe_as_they_are(here: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    form = Format("bytes", workbook, binary=True)
    write([Output(form, "out"), Output(FORMATS["concise"], None)], iter([CLEAN]), options())
    write([Output(form, None)], iter([CLEAN]), options())
    sys.stdout.flush()
    assert ((here / "out").read_bytes(), capfdbinary.readouterr().out) == (b"b.txt\x00\xff", b"b.txt\x00\xff")


def test_bytes_do_not_go_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal(io.BytesIO(), encoding="utf-8"))
    with pytest.raises(ConfigError) as caught:
        write([Output(Format("bytes", workbook, binary=True), None)], iter([CLEAN]), options())
    assert str(caught.value) == "'bytes' is no text for a terminal; give a file: --format bytes=FILE"


def test_a_plugin_of_bytes_is_held_to_them(here: Path) -> None:
    def words(reports: Iterable[Checked], told: FormatOptions) -> Iterator[str]:
        yield "words"

    sound = safe_format(Format("sound", workbook, binary=True), "mine")
    broken = safe_format(Format("broken", words, binary=True), "mine")
    write([Output(sound, "sound")], iter([CLEAN]), options())
    with pytest.raises(FormatFault) as caught:
        write([Output(broken, "broken")], iter([CLEAN]), options())
    assert str(caught.value) == "the format 'broken' of the plugin 'mine' failed: it yielded a str, where bytes belong"
    assert {path.name: path.read_bytes() for path in here.iterdir()} == {"sound": b"b.txt\x00\xff"}


@pytest.mark.parametrize("name", [*(name for name in FORMATS if name != "xlsx"), "several"])
def test_no_format_keeps_the_reports(name: str, here: Path) -> None:
    alive: list[weakref.ref[Source]] = []
    most = 0

    def results() -> Iterator[Checked]:
        nonlocal most
        for number in range(20):
            report = checked(REPORT, FULL, HINT, path=Path(f"{number}.txt"))
            assert report.source is not None
            alive.append(weakref.ref(report.source))
            most = max(most, sum(each() is not None for each in alive))
            yield report
            del report

    wanted = ["text=text", "json=json", "html=html"] if name == "several" else [f"{name}=out"]
    write(outputs(wanted, None, FORMATS), results(), options())
    assert most <= 2


def test_a_run_with_several_outputs_from_the_command_line(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = (TOP / "examples" / "cn-disclosure-2021" / "faulty.txt").read_text(encoding="utf-8")
    (here / "faulty.txt").write_text(text, encoding="utf-8")
    status = main(["check", "--lang", "zh", "--quiet", "--format", "sarif=out.sarif", "--format", "json=out.json",
                   "--format", "concise", "faulty.txt"])  # fmt: skip
    shown = capfd.readouterr().out
    found = json.loads((here / "out.json").read_text(encoding="utf-8"))["reports"][0]["diagnostics"]
    results = json.loads((here / "out.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert status == 1
    assert len(shown.splitlines()) == len(found) == len(results) > 10
    assert main(["check", "--format", "text", "--format", "json", "faulty.txt"]) == 2


# Places and well-formedness, for any text.

# What some format, or some reader of it, takes for more than text.
MARKUP = [
    "<script>",
    "</td>",
    "]]>",
    '"',
    "'",
    "&amp;",
    "|",
    "::",
    "%0A",
    "=1+1",
    "＝1",
    "@a",
    "{0}",
    "[a](1)",
    "\\",
    "`",
]
PLAIN = "政府信息公开㐀𠮷𪚥🎉👨\u200d👩é\u0301\u20dd１２Ａ a1，“”…\u3000"
HOSTILE = "\x00\x07\x1b\x7f\x85\x9b\u200b\u202e\u2028\ufeff\U000e0001"
REPORT_TEXT = st.lists(
    st.one_of(st.sampled_from(PLAIN), st.sampled_from(["\r\n", "\n", "\r", "\t"]), st.sampled_from(HOSTILE),
              st.sampled_from(MARKUP)),
    max_size=24,
).map("".join)  # fmt: skip
RAW_CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0001]"
)


@st.composite
def text_and_span(draw: st.DrawFn) -> tuple[str, Span]:
    text = draw(REPORT_TEXT)
    ends = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    return text, Span(*ends)


def offset(text: str, line: int, column: int, codec: str | None = None) -> int:
    """The code point at a line and column from 1. codec: Where columns count the bytes of an encoding."""
    kept = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    start = [0, *accumulate(map(len, kept))][line - 1]
    if codec is None:
        return start + column - 1
    before = text[start:].encode(codec)[: column - 1]
    return start + len(before.decode(codec))


def both(text: str, region: Mapping[str, Any], codec: str | None = None) -> Span:
    start, end = region["start"], region["end"]
    return Span(offset(text, start["line"], start["column"], codec), offset(text, end["line"], end["column"], codec))


def from_json(output: str, text: str) -> object:
    return both(text, json.loads(output)["reports"][0]["diagnostics"][0]["range"])


def from_jsonl(output: str, text: str) -> object:
    found = [json.loads(line) for line in output.split("\n") if line]
    assert [each["kind"] for each in found] == ["run", "report", "diagnostic", "summary"]
    return both(text, found[2]["range"])


def from_sarif(output: str, text: str) -> object:
    (run,) = json.loads(output)["runs"]
    assert run["artifacts"][0]["contents"] == {"text": text}
    location = run["results"][0]["locations"][0]["physicalLocation"]
    span = sarif_span(text, location["region"])
    if "startColumn" not in location["contextRegion"]:
        assert span == (0, len(text))
        return span
    context = sarif_span(text, location["contextRegion"])
    assert context.start <= span.start <= span.end <= context.end
    assert span != context
    return span


def sarif_span(text: str, region: Mapping[str, Any]) -> Span:
    span = Span(
        offset(text, region["startLine"], region["startColumn"]), offset(text, region["endLine"], region["endColumn"])
    )
    assert region["snippet"]["text"] == text[slice(*span)]
    return span


def from_rdjson(output: str, text: str) -> object:
    return both(text, json.loads(output)["diagnostics"][0]["location"]["range"], "utf-8")


def from_place(pattern: str) -> Callable[[str, str], object]:
    def read(output: str, text: str) -> object:
        match = re.search(pattern, output)
        assert match is not None
        return Span(offset(text, int(match[1]), int(match[2])), -1)

    return read


def from_csv(output: str, text: str) -> object:
    header, row = csv.reader(io.StringIO(output.removeprefix("\ufeff"), newline=""))
    values = dict(zip(header, row, strict=True))
    return Span(offset(text, int(values["line"]), int(values["column"])), -1)


def from_checkstyle(output: str, text: str) -> object:
    (error,) = ElementTree.fromstring(output).iter("error")
    return Span(offset(text, int(error.attrib["line"]), int(error.attrib["column"])), -1)


def from_junit(output: str, text: str) -> object:
    _, case = ElementTree.fromstring(output).iter("testcase")
    line, column = case.attrib["name"].removeprefix("ARI001 ").split(":")
    assert case.attrib["line"] == line
    return Span(offset(text, int(line), int(column)), -1)


def from_gitlab(output: str, text: str) -> object:
    (issue,) = json.loads(output)
    lines = issue["location"]["lines"]
    return lines["begin"], lines["end"]


def from_github(output: str, text: str) -> object:
    properties = dict(each.split("=", 1) for each in output.split(" ", 1)[1].split("::")[0].split(","))
    first, last = int(properties["line"]), int(properties["endLine"])
    if first != last:
        assert "col" not in properties
        return first, last
    return Span(offset(text, first, int(properties["col"])), offset(text, first, int(properties["endColumn"])))


READERS: dict[str, Callable[[str, str], object]] = {
    "json": from_json,
    "jsonl": from_jsonl,
    "sarif": from_sarif,
    "rdjson": from_rdjson,
    "text": from_place(r"r\.txt:(\d+):(\d+)"),
    "concise": from_place(r"r\.txt:(\d+):(\d+)"),
    "grouped-by-rule": from_place(r"r\.txt:(\d+):(\d+)"),
    "grouped": from_place(r"\n +(\d+):(\d+)  error"),
    "markdown": from_place(r"\n\| (\d+):(\d+) \|"),
    "html": from_place(r"line (\d+), column (\d+)"),
    "csv": from_csv,
    "checkstyle": from_checkstyle,
    "junit": from_junit,
    "gitlab": from_gitlab,
    "github": from_github,
}


def line_numbers(text: str, span: Span) -> tuple[int, int]:
    """The lines on which the first and the last code point of the span stand."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    first, last = (sum(start <= place for start in starts) for place in (span.start, max(span.start, span.end - 1)))
    return first, last


@given(text_and_span())
def test_every_format_names_the_right_characters_and_holds_no_control_characters(given_text: tuple[str, Span]) -> None:
    text, span = given_text
    words = Text(text, text)
    everywhere = diagnostic(
        span,
        message=words,
        place=Place(text, text, (text,), (text,)),
        address=words,
        found=text,
        expected=text,
        related=(Related(Span(0, len(text)), words),),
        source=words,
        help=words,
        fix=Fix("safe", words, (Edit(span, text),)),
    )
    lines = line_numbers(text, span)
    expected: dict[str, object] = {name: Span(span.start, -1) for name in READERS}
    expected |= dict.fromkeys(("json", "jsonl", "sarif", "rdjson"), span)
    expected |= {"gitlab": lines, "github": span if lines[0] == lines[1] else lines}
    found = {}
    for name, read in READERS.items():
        output = printed(name, checked(text, everywhere, path=Path("r.txt"), agency=text), language="en")
        own = output.removeprefix("\ufeff").replace("\r\n", "\n") if name == "csv" else output
        assert (name, RAW_CONTROL.findall(own)) == (name, [])
        found[name] = read(output, text)
    assert found == expected


def test_every_text_format_has_a_reader_above() -> None:
    assert READERS.keys() == {name for name, form in FORMATS.items() if not form.binary}


@given(text_and_span())
def test_marks_in_the_page_hold_the_words_of_the_span(given_text: tuple[str, Span]) -> None:
    text, span = given_text
    page = Page(printed("html", checked(text, diagnostic(span), path=Path("r.txt")), language="en"))
    kept = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    starts = [0, *accumulate(map(len, kept))]
    expected = ""
    for start, line in zip(starts, kept, strict=False):
        bare = line.rstrip("\r\n")
        if bare.strip():
            inside = text[max(start, span.start) : max(start, min(start + len(bare), span.end))]
            expected += "\t".join(escape(piece) for piece in inside.split("\t"))
    assert page.marked("r1-1") == expected


# Formats for programs.


def test_jsonl_has_a_line_for_the_run_each_report_each_diagnostic_and_the_sums() -> None:
    lines = [json.loads(line) for line in printed("jsonl", FAULTY, CLEAN, UNREAD).splitlines()]
    whole = json.loads(printed("json", FAULTY, CLEAN, UNREAD))
    expected: list[dict[str, Any]] = [{"kind": "run", "schema": whole["schema"], "version": "0.1.0"}]
    for report, complete in zip(whole["reports"], (True, True, False), strict=True):
        found = report.pop("diagnostics")
        expected.append({"kind": "report", **report, "complete": complete})
        expected.extend({"kind": "diagnostic", "path": report["path"], **each} for each in found)
    assert lines == [*expected, {"kind": "summary", **whole["summary"]}]


def test_checkstyle_has_a_file_for_each_report() -> None:
    assert printed("checkstyle", FAULTY, CLEAN) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="8.0">\n'
        '<file name="子目录/a.txt">\n'
        '<error line="1" column="1" severity="info" message="提一下" source="reportlint.heading"/>\n'
        '<error line="4" column="2" severity="error" message="总计为 3，但 1 + 0 = 1 '
        '[三、本年度办理结果 › （一）予以公开 × 总计]" source="reportlint.row-sum"/>\n'
        '</file>\n<file name="b.txt"/>\n</checkstyle>\n'
    )


def test_junit_has_a_suite_for_each_report_and_tells_what_was_not_checked() -> None:
    suites = ElementTree.fromstring(printed("junit", FAULTY, CLEAN, UNREAD, language="en"))
    told = [
        (
            suite.attrib,
            [(case.attrib, [(part.tag, part.attrib, part.text) for part in case]) for case in suite.iter("testcase")],
        )
        for suite in suites
    ]
    whole = "all of it was checked"
    row_sum = (
        "子目录/a.txt:4:2: total is 3, but 1 + 0 = 1\n三、本年度办理结果 › （一）予以公开 × 总计\n"
        "Letter 60 of 2019; Regulations, art. 50\nLook it up in the register."
    )
    unread = "part of it was not checked: it could not be read, or a rule crashed"
    assert told == [
        (
            {"name": "子目录/a.txt", "tests": "3", "failures": "1", "errors": "0", "skipped": "0"},
            [
                ({"classname": "reportlint", "name": whole, "file": "子目录/a.txt"}, []),
                (
                    {"classname": "reportlint.heading", "name": "SEC001 1:1", "file": "子目录/a.txt", "line": "1"},
                    [("system-out", {}, "子目录/a.txt:1:1: a hint")],
                ),
                (
                    {"classname": "reportlint.row-sum", "name": "ARI001 4:2", "file": "子目录/a.txt", "line": "4"},
                    [("failure", {"type": "error", "message": "total is 3, but 1 + 0 = 1"}, row_sum)],
                ),
            ],
        ),
        (
            {"name": "b.txt", "tests": "1", "failures": "0", "errors": "0", "skipped": "0"},
            [({"classname": "reportlint", "name": whole, "file": "b.txt"}, [])],
        ),
        (
            {"name": "c.txt", "tests": "2", "failures": "1", "errors": "1", "skipped": "0"},
            [
                (
                    {"classname": "reportlint", "name": whole, "file": "c.txt"},
                    [("error", {"type": "incomplete", "message": unread}, None)],
                ),
                (
                    {"classname": "reportlint.unreadable", "name": "ENG001 1:1", "file": "c.txt", "line": "1"},
                    [("failure", {"type": "error", "message": "unreadable"}, "c.txt:1:1: unreadable")],
                ),
            ],
        ),
    ]
    properties = {each.attrib["name"]: each.attrib["value"] for each in suites[0].iter("property")}
    assert properties == {
        "profile": "cn-disclosure-2019", "year": "2020", "agency": "某某镇人民政府",
        "rules.held": "40", "rules.failed": "1", "rules.undecided": "2",
        "identities.held": "188", "identities.failed": "1", "identities.undecided": "3",
    }  # fmt: skip


def test_github_commands_are_escaped() -> None:
    evil = diagnostic(Span(0, 1), message=Text("50%\n::error::，a:b", ""), severity=Severity.WARNING)
    over_two_lines = diagnostic(Span(2, 9), severity=Severity.INFO)
    report = checked(REPORT, evil, over_two_lines, path=Path("甲,乙:100%.txt"))
    assert printed("github", report) == (
        "::warning file=甲%2C乙%3A100%25.txt,line=1,endLine=1,col=1,endColumn=2,title=ARI001 row-sum"
        "::50%25%0A::error::，a:b\n"
        "::notice file=甲%2C乙%3A100%25.txt,line=1,endLine=2,title=ARI001 row-sum::总计为 3，但 1 + 0 = 1\n"
    )


def test_gitlab_issues_have_fingerprints_that_stay_and_differ() -> None:
    twice = checked(REPORT, FULL, FULL._replace(span=Span(0, 1)), agency="某某镇人民政府", year=2020)
    moved = checked("\n\n" + REPORT, FULL._replace(span=spot("\n\n" + REPORT, "3")), agency="某某镇人民政府", year=2020)
    issues = json.loads(printed("gitlab", twice, twice._replace(path=Path("b.txt")), moved))
    prints = [issue["fingerprint"] for issue in issues]
    assert len(set(prints)) == 4
    assert prints[4] == prints[0]
    assert {**issues[0], "fingerprint": ""} == {
        "description": "总计为 3，但 1 + 0 = 1 [三、本年度办理结果 › （一）予以公开 × 总计]",
        "check_name": "ARI001 row-sum",
        "fingerprint": "",
        "severity": "major",
        "location": {"path": "报告.txt", "lines": {"begin": 4, "end": 4}},
    }
    assert printed("gitlab", CLEAN) == "[]\n"


def test_rdjson_says_everything() -> None:
    def at(line: int, column: int) -> dict[str, Any]:
        return {"start": {"line": line, "column": column}, "end": {"line": line, "column": column + 1}}

    hint, full = json.loads(printed("rdjson", FAULTY))["diagnostics"]
    counted = "在此计入"
    assert hint["location"]["range"] == {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 19}}
    assert full == {
        "message": "总计为 3，但 1 + 0 = 1 [三、本年度办理结果 › （一）予以公开 × 总计]",
        "location": {"path": "子目录/a.txt", "range": at(4, 2)},
        "severity": "ERROR",
        "code": {"value": "ARI001 row-sum"},
        "suggestions": [{"range": at(4, 2), "text": "1"}],
        "related_locations": [
            {"message": counted, "location": {"path": "子目录/a.txt", "range": at(3, 2)}},
            {"message": counted, "location": {"path": "子目录/a.txt", "range": at(2, 2)}},
        ],
    }
    assert json.loads(printed("rdjson", CLEAN)) == {"source": {"name": "reportlint"}, "diagnostics": []}
    assert json.loads(printed("rdjson", UNREAD))["diagnostics"][0]["location"] == {"path": "c.txt"}


def with_fix(safety: Any, *edits: Edit) -> Checked:
    return checked(REPORT, diagnostic(Span(0, 1), fix=Fix(safety, Text("改", "change"), edits)))


def test_only_what_can_be_applied_is_suggested() -> None:
    one, two = Edit(Span(0, 1), "甲"), Edit(Span(1, 2), "乙")
    reports = [with_fix("safe", one), with_fix("safe", one, two), with_fix("display", one)]
    suggested = ["suggestions" in each for each in json.loads(printed("rdjson", *reports))["diagnostics"]]
    fixed = [len(each.get("fixes", ())) for each in json.loads(printed("sarif", *reports))["runs"][0]["results"]]
    assert (suggested, fixed) == ([True, False, False], [1, 1, 0])


@pytest.mark.parametrize("name", ["github", "gitlab", "checkstyle", "junit", "rdjson", "sarif", "csv", "markdown"])
def test_paths_below_the_base_are_relative_to_it(name: str) -> None:
    report = checked(REPORT, FULL, path=Path("/base/in/it.txt"))
    output = printed(name, report, base=Path("/base"))
    assert ("/base" in output, "in/it.txt" in output) == (False, True)


# SARIF.


def sarif(*reports: Checked, language: Language = "zh", **changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(printed("sarif", *reports, language=language, **changes))
    return document


RULES = tuple(rule for rule in LIBRARY.rules if rule.name in ("row-sum", "article-50", "period"))


def test_sarif_result_says_everything() -> None:
    run = sarif(FAULTY, rules=RULES)["runs"][0]
    address = {"uri": "%E5%AD%90%E7%9B%AE%E5%BD%95/a.txt", "uriBaseId": "%SRCROOT%", "index": 0}

    def physical(line: int, text: str) -> dict[str, Any]:
        region = {"startLine": line, "startColumn": 2, "endLine": line, "endColumn": 3, "snippet": {"text": text}}
        context = {**region, "startColumn": 1, "snippet": {"text": f"\t{text}"}}
        return {"artifactLocation": address, "region": region, "contextRegion": context}

    result = run["results"][1]
    known_by = result.pop("partialFingerprints")
    place = "三、本年度办理结果 › （一）予以公开 × 总计"
    region = {"startLine": 4, "startColumn": 2, "endLine": 4, "endColumn": 3}
    assert result == {
        "ruleId": "ARI001",
        "ruleIndex": 0,
        "level": "error",
        "message": {
            "text": "总计为 3，但 1 + 0 = 1",
            "id": "default",
            "arguments": ["总计为 3，但 1 + 0 = 1"],
        },
        "locations": [
            {
                "physicalLocation": physical(4, "3"),
                "logicalLocations": [
                    {"name": place, "fullyQualifiedName": f"收到和处理政府信息公开申请情况 / requests / {place}"}
                ],
            }
        ],
        "relatedLocations": [
            {"id": 1, "physicalLocation": physical(3, "0"), "message": {"text": "在此计入"}},
            {"id": 2, "physicalLocation": physical(2, "1"), "message": {"text": "在此计入"}},
        ],
        "fixes": [
            {
                "description": {"text": "改为 1"},
                "artifactChanges": [
                    {
                        "artifactLocation": address,
                        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "1"}}],
                    }
                ],
            }
        ],
        "properties": {
            "rule": "row-sum",
            "found": "3",
            "expected": "1",
            "address": "表2 第6行 第3列",
            "help": "请核对台账。\n改后再查。",
            "form": "cn-disclosure-2019",
            "year": 2020,
            "agency": "某某镇人民政府",
        },
    }
    assert re.fullmatch("[0-9a-f]{32}", known_by["reportlint/v1"])
    assert "ruleIndex" not in run["results"][0]  # of a rule that is not among those that run
    assert run["columnKind"] == "unicodeCodePoints"


def test_sarif_describes_the_rules_and_what_they_rest_on() -> None:
    rules = (replace(RULES[0], severity=Severity.INFO), *RULES[1:])
    run = sarif(FAULTY, rules=rules, norms=LIBRARY.norms, language="en")["runs"][0]
    driver = run["tool"]["driver"]
    first = driver["rules"][0]
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in RULES]
    assert first["name"] == "RowSum"
    assert first["defaultConfiguration"] == {"level": "note"}
    assert first["properties"] == {
        "rule": "row-sum", "kind": "identity", "form": "cn-disclosure", "plugin": "reportlint",
    }  # fmt: skip
    assert first["help"]["markdown"].endswith("**More:** `reportlint explain row-sum`")
    assert first["helpUri"] == "data:,reportlint%20explain%20row-sum"
    assert driver["supportedTaxonomies"] == [{"name": run["taxonomies"][0]["name"]}]


def test_sarif_has_a_taxonomy_of_the_obligations() -> None:
    run = sarif(FAULTY, CLEAN, rules=RULES, norms=LIBRARY.norms, language="en")["runs"][0]
    taxa = run["taxonomies"][0]["taxa"]
    assert taxa[[taxon["id"] for taxon in taxa].index("letter-2019-60-sums")] == {
        "id": "letter-2019-60-sums",
        "shortDescription": {
            "text": "Form of the annual report on the disclosure of government information (trial) annex, tables"
        },
        "fullDescription": {"text": "The totals and the balance printed in the tables hold."},
        "properties": {
            "instrument": "Form of the annual report on the disclosure of government information (trial)",
            "numbers": ["国办公开办函〔2019〕60号"],
            "article": "annex, tables",
            "to": "2021-09-25",
        },
    }
    named = {rule.code: list(rule.norms) for rule in RULES}
    targets = {
        rule["id"]: [relation["target"] for relation in rule["relationships"]]
        for rule in run["tool"]["driver"]["rules"]
    }
    assert {code: [target["id"] for target in found] for code, found in targets.items()} == named
    assert {taxon["id"] for taxon in taxa} == {norm for norms in named.values() for norm in norms}
    for target in (target for found in targets.values() for target in found):
        assert taxa[target["index"]]["id"] == target["id"]


@pytest.mark.parametrize(
    ("year", "obligations"),
    [
        (2020, ["letter-2019-60-sums"]),
        (2021, ["letter-2021-30-sums"]),
        (None, ["letter-2019-60-sums", "letter-2021-30-sums"]),
    ],
)
def test_sarif_results_name_the_obligations_of_their_time(year: int | None, obligations: list[str]) -> None:
    run = sarif(checked(REPORT, FULL, year=year), rules=RULES, norms=LIBRARY.norms)["runs"][0]
    taxa = run["taxonomies"][0]["taxa"]
    found = run["results"][0]["taxa"]
    assert [each["id"] for each in found] == obligations
    assert [taxa[each["index"]]["id"] for each in found] == obligations
    assert [each["toolComponent"] for each in found] == [{"name": "obligations", "index": 0}] * len(found)


def test_sarif_tells_that_a_report_could_not_be_checked() -> None:
    whole, part = (sarif(*reports)["runs"][0] for reports in ((FAULTY, CLEAN), (FAULTY, UNREAD, UNREAD)))
    assert whole["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    (invocation,) = part["invocations"]
    notes = invocation["toolExecutionNotifications"]
    indexes = [note["locations"][0]["physicalLocation"]["artifactLocation"]["index"] for note in notes]
    assert (invocation["executionSuccessful"], indexes) == (False, [1, 2])
    unread = part["results"][-1]["locations"][0]["physicalLocation"]
    assert unread == {
        "artifactLocation": {"uri": "c.txt", "uriBaseId": "%SRCROOT%", "index": 2},
        "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1, "snippet": {"text": ""}},
        "contextRegion": {"startLine": 1, "snippet": {"text": ""}},
    }
    assert [artifact["location"]["uri"] for artifact in part["artifacts"]] == [
        "%E5%AD%90%E7%9B%AE%E5%BD%95/a.txt", "c.txt", "c.txt",
    ]  # fmt: skip
    assert [artifact.get("encoding") for artifact in part["artifacts"]] == ["UTF-8", None, None]
    contents = [artifact["contents"] for artifact in part["artifacts"]]
    assert contents == [{"text": REPORT}, *[{"rendered": {"text": "文件未能读取"}}] * 2]


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("a b%.txt", {"uri": "a%20b%25.txt", "uriBaseId": "%SRCROOT%"}),
        ("c:d.txt", {"uri": "c%3Ad.txt", "uriBaseId": "%SRCROOT%"}),
        ("/base/here/x.txt", {"uri": "x.txt", "uriBaseId": "%SRCROOT%"}),
        ("../here/x.txt", {"uri": "x.txt", "uriBaseId": "%SRCROOT%"}),
        ("../x.txt", {"uri": "base/x.txt", "uriBaseId": "%FILESYSTEM%"}),
        ("/else/甲.txt", {"uri": "else/%E7%94%B2.txt", "uriBaseId": "%FILESYSTEM%"}),
    ],
)
def test_sarif_addresses_are_relative_as_far_as_they_can_be(path: str, address: dict[str, str]) -> None:
    run = sarif(checked(REPORT, path=Path(path)), base=Path("/base/here"))["runs"][0]
    assert run["artifacts"][0]["location"] == address
    mapped = [each["mappedTo"]["uriBaseId"] for each in run["versionControlProvenance"]]
    assert sorted(run["originalUriBaseIds"]) == sorted(mapped) == sorted({address["uriBaseId"], "%SRCROOT%"})


def test_sarif_messages_hold_no_arguments_and_no_links() -> None:
    evil = Text("{0} 和 [这里](1)，[不是]", "")
    result = sarif(checked(REPORT, diagnostic(Span(0, 1), message=evil)))["runs"][0]["results"][0]
    assert result["message"] == {"text": "{{0}} 和 \\[这里](1)，[不是]"}


@pytest.mark.parametrize(
    ("text", "span", "context"),
    [
        ("甲\n乙丙\n丁\n", Span(2, 3), "乙丙"),  # its line
        ("甲\n乙丙\n丁\n", Span(2, 4), "甲\n乙丙\n丁"),  # the next lines too, as it is a whole line
        ("甲\r\n乙丙\r\n丁", Span(0, 1), "甲\r\n乙丙"),
        ("甲乙\n", Span(0, 2), "甲乙\n"),
        ("字" * 2000, Span(500, 501), "字" * 201),  # a part of a long line
        ("字" * 2000, Span(5, 6), "字" * 106),
        ("甲\n乙", Span(0, 3), "甲\n乙"),  # all there is
        ("", Span(0, 0), ""),
    ],
)
def test_sarif_quotes_what_stands_around(text: str, span: Span, context: str) -> None:
    location = sarif(checked(text, diagnostic(span)))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    quoted = {name: location[name]["snippet"]["text"] for name in ("region", "contextRegion")}
    assert quoted == {"region": text[slice(*span)], "contextRegion": context}


# The part of the schema of SARIF 2.1.0 that the output uses: of each object the keys that there may be, and those that
# have to be. A name in angle brackets is another object; `*` any keys; a list holds what its only item says.
URI = re.compile(r"(?:data:)?(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+")
SCHEMA: dict[str, tuple[set[str], dict[str, Any]]] = {
    "log": ({"version", "runs"}, {"$schema": str, "version": str, "runs": ["<run>"]}),
    "run": (
        {"tool"},
        {
            "tool": "<tool>", "taxonomies": ["<component>"], "language": str, "columnKind": str,
            "newlineSequences": [str], "versionControlProvenance": ["<version>"],
            "originalUriBaseIds": {"*": "<base>"}, "results": ["<result>"],
            "invocations": ["<invocation>"], "artifacts": ["<artifact>"],
        },
    ),
    "tool": ({"driver"}, {"driver": "<component>"}),
    "component": (
        {"name"},
        {
            "name": str, "version": str, "semanticVersion": str, "language": str, "shortDescription": "<message>",
            "informationUri": URI, "isComprehensive": bool, "rules": ["<descriptor>"], "taxa": ["<descriptor>"],
            "supportedTaxonomies": ["<component-reference>"],
        },
    ),
    "component-reference": (set(), {"name": str, "index": int}),
    "descriptor": (
        {"id"},
        {
            "id": str, "name": str, "shortDescription": "<message>", "fullDescription": "<message>",
            "help": "<message>", "helpUri": URI, "messageStrings": {"*": "<message>"},
            "defaultConfiguration": "<configuration>", "relationships": ["<relationship>"],
            "properties": {"*": object},
        },
    ),
    "configuration": (set(), {"level": str}),
    "relationship": ({"target"}, {"target": "<descriptor-reference>", "kinds": [str]}),
    "version": (
        {"repositoryUri"},
        {"repositoryUri": URI, "revisionId": str, "branch": str, "mappedTo": "<address>"},
    ),
    "descriptor-reference": (set(), {"id": str, "index": int, "toolComponent": "<component-reference>"}),
    "message": ({"text"}, {"text": str, "markdown": str, "id": str, "arguments": [str]}),
    "result": (
        {"message"},
        {
            "ruleId": str, "ruleIndex": int, "level": str, "message": "<message>", "locations": ["<location>"],
            "relatedLocations": ["<location>"], "partialFingerprints": {"*": str}, "fixes": ["<fix>"],
            "taxa": ["<descriptor-reference>"], "properties": {"*": object},
        },
    ),
    "location": (
        set(),
        {
            "id": int, "physicalLocation": "<physical>", "logicalLocations": ["<logical>"], "message": "<message>",
        },
    ),
    "physical": (
        {"artifactLocation"},
        {"artifactLocation": "<address>", "region": "<region>", "contextRegion": "<region>"},
    ),
    "logical": (set(), {"name": str, "fullyQualifiedName": str}),
    "region": (
        {"startLine"},
        {"startLine": int, "startColumn": int, "endLine": int, "endColumn": int, "snippet": "<content>"},
    ),
    "content": (set(), {"text": str}),
    "base": (set(), {"uri": str, "description": "<message>"}),
    "address": (set(), {"uri": URI, "uriBaseId": str, "index": int}),
    "fix": ({"artifactChanges"}, {"description": "<message>", "artifactChanges": ["<change>"]}),
    "change": (
        {"artifactLocation", "replacements"},
        {"artifactLocation": "<address>", "replacements": ["<replacement>"]},
    ),
    "replacement": ({"deletedRegion"}, {"deletedRegion": "<region>", "insertedContent": "<content>"}),
    "invocation": (
        {"executionSuccessful"},
        {"executionSuccessful": bool, "toolExecutionNotifications": ["<notification>"]},
    ),
    "notification": ({"message"}, {"level": str, "message": "<message>", "locations": ["<location>"]}),
    "artifact": (
        set(), {"location": "<address>", "roles": [str], "encoding": str, "contents": "<artifact-content>"},
    ),
    "artifact-content": (set(), {"text": str, "rendered": "<message>"}),
}  # fmt: skip
CHOICES = {
    "level": {"none", "note", "warning", "error"},
    "version": {"2.1.0", "0.1.0"},
    "columnKind": {"utf16CodeUnits", "unicodeCodePoints"},
    "language": {"zh-CN", "en"},
}
UNIQUE = {"newlineSequences", "artifacts", "rules", "taxa", "relationships", "relatedLocations", "fixes", "roles"}


def violations(value: Any, shape: Any, where: str = "$") -> Iterator[str]:
    if isinstance(shape, str):
        required, keys = SCHEMA[shape.strip("<>")]
        if not isinstance(value, dict):
            yield f"{where}: no object"
            return
        yield from (f"{where}: {key} is missing" for key in required - value.keys())
        yield from (f"{where}: {key} is unknown" for key in value.keys() - keys.keys())
        for key in value.keys() & keys.keys():
            yield from violations(value[key], keys[key], f"{where}.{key}")
            if key in CHOICES and value[key] not in CHOICES[key]:
                yield f"{where}.{key}: {value[key]!r}"
            if key in UNIQUE and len({json.dumps(item, sort_keys=True) for item in value[key]}) < len(value[key]):
                yield f"{where}.{key}: twice the same"
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{where}: no array"
            return
        for number, item in enumerate(value):
            yield from violations(item, shape[0], f"{where}[{number}]")
    elif isinstance(shape, dict):
        for key, item in value.items():
            yield from violations(item, shape["*"], f"{where}.{key}")
    elif isinstance(shape, re.Pattern):
        if not isinstance(value, str) or not shape.fullmatch(value):
            yield f"{where}: {value!r} is no address"
    elif not isinstance(value, shape):
        yield f"{where}: {value!r} is no {shape.__name__}"
    elif shape is int and value < 0:
        yield f"{where}: {value}"


def test_sarif_keeps_to_the_schema() -> None:
    reports = [
        lint_bytes(path.relative_to(TOP), path.read_bytes(), LIBRARY) for path in sorted(TOP.glob("examples/*/*.txt"))
    ]
    document = sarif(*reports, FAULTY, UNREAD, rules=LIBRARY.rules, norms=LIBRARY.norms)
    assert len(document["runs"][0]["results"]) > 40
    assert list(violations(document, "<log>")) == []


def test_a_departure_from_the_schema_is_found() -> None:
    broken = {
        "version": "2",
        "runs": [{"tool": {}, "columns": 1, "results": [{"message": {"text": 1}, "ruleIndex": -1}]}],
    }
    assert sorted(violations(broken, "<log>")) == [
        "$.runs[0].results[0].message.text: 1 is no str",
        "$.runs[0].results[0].ruleIndex: -1",
        "$.runs[0].tool: driver is missing",
        "$.runs[0]: columns is unknown",
        "$.version: '2'",
    ]


def test_sarif_indexes_lead_where_they_should() -> None:
    reports = [lint_bytes(path, path.read_bytes(), LIBRARY) for path in sorted(TOP.glob("examples/*/*.txt"))]
    run = sarif(*reports, rules=LIBRARY.rules, base=TOP)["runs"][0]
    rules, artifacts = run["tool"]["driver"]["rules"], run["artifacts"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            address = dict(location["physicalLocation"]["artifactLocation"])
            assert artifacts[address.pop("index")]["location"] == address
    prints = {
        (str(result["locations"][0]["physicalLocation"]["artifactLocation"]), str(result["partialFingerprints"]))
        for result in run["results"]
    }
    assert len(prints) == len(run["results"])
    assert all(rule["id"] != rule["name"] for rule in rules)
    assert all(re.fullmatch(r"([A-Z][a-z0-9]+)+", rule["name"]) for rule in rules)


# Formats for people.


def test_grouped_lists_each_report_then_what_is_common() -> None:
    assert printed("grouped", FAULTY, CLEAN, UNREAD) == (
        "子目录/a.txt  某某镇人民政府  2020\n"
        "  1:1  提示  SEC001  提一下\n"
        "  4:2  错误  ARI001  总计为 3，但 1 + 0 = 1 [三、本年度办理结果 › （一）予以公开 × 总计]\n"
        "\n"
        "c.txt\n"
        "  1:1  错误  ENG001  无法读取\n"
        "\n"
        "各规则 (3)\n"
        "  错误  ARI001 row-sum: 1 处，1 份报告\n"
        "  错误  ENG001 unreadable: 1 处，1 份报告\n"
        "  提示  SEC001 heading: 1 处，1 份报告\n"
        "\n"
        "没有发现问题的报告 (1)\n"
        "  b.txt  某某街道办事处  2022\n"
        "\n"
        "没有全部检查的报告 (1)\n"
        "  c.txt\n"
        "\n"
    )


def test_grouped_in_english_counts_places_and_reports() -> None:
    twice = checked(REPORT, FULL, FULL)
    assert printed("grouped", twice, twice, language="en").split("\n\n")[-2] == (
        "rules (1)\n  error    ARI001 row-sum: 4 places in 2 reports"
    )
    assert printed("grouped", CLEAN, language="en") == (
        "reports in which nothing was found (1)\n  b.txt  某某街道办事处  2022\n\n"
    )


def test_grouped_by_rule_lists_the_worst_first() -> None:
    warning = diagnostic(Span(0, 1), severity=Severity.WARNING, rule="period", code="PER001")
    assert printed("grouped-by-rule", FAULTY, checked(REPORT, FULL, warning), CLEAN) == (
        "错误 ARI001 row-sum: 2 处，2 份报告\n"
        "  依据：国办公开办函〔2019〕60号；条例第五十条\n"
        "  子目录/a.txt:4:2: 总计为 3，但 1 + 0 = 1 [三、本年度办理结果 › （一）予以公开 × 总计] (某某镇人民政府)\n"
        "  报告.txt:4:2: 总计为 3，但 1 + 0 = 1 [三、本年度办理结果 › （一）予以公开 × 总计]\n"
        "\n"
        "警告 PER001 period: 1 处，1 份报告\n"
        "  报告.txt:1:1: 总计为 3，但 1 + 0 = 1\n"
        "\n"
        "提示 SEC001 heading: 1 处，1 份报告\n"
        "  子目录/a.txt:1:1: 提一下 (某某镇人民政府)\n"
    )


@pytest.mark.parametrize("name", ["grouped", "grouped-by-rule"])
def test_colours_change_nothing_else(name: str) -> None:
    coloured = printed(name, FAULTY, CLEAN, UNREAD, color=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[\d;]+m", "", coloured) == printed(name, FAULTY, CLEAN, UNREAD)


def test_markdown_is_a_comment_with_the_sums_and_a_table_for_each_report() -> None:
    assert printed("markdown", FAULTY, CLEAN, UNREAD, language="en") == (
        "## reportlint: 2 errors, 0 warnings, 1 info in 2 of 3 reports\n"
        "\n"
        "**子目录/a.txt** · 某某镇人民政府 · 2020\n"
        "\n"
        "| place | severity | rule | message |\n"
        "| ---: | --- | --- | --- |\n"
        "| 1:1 | info | SEC001 heading | a hint |\n"
        "| 4:2 | **error** | ARI001 row-sum | total is 3, but 1 + 0 = 1"
        "<br>三、本年度办理结果 › （一）予以公开 × 总计 |\n"
        "\n"
        "**c.txt** · **not all of it was checked**\n"
        "\n"
        "| place | severity | rule | message |\n"
        "| ---: | --- | --- | --- |\n"
        "| 1:1 | **error** | ENG001 unreadable | unreadable |\n"
        "\n"
        "checked 3 reports (1 not readable or not recognised): 2 errors, 0 warnings, 1 info. "
        "Rules: 40 held, 1 failed, 2 could not be told; identities: 188 held, 1 broken, 3 could not be told.\n"
    )


def test_markdown_of_a_report_whose_part_was_not_checked_has_no_table() -> None:
    output = printed("markdown", checked(REPORT, complete=False))
    assert output.splitlines()[:4] == [
        "## reportlint: 0 个错误，0 个警告，0 个提示（1 份报告中的 0 份）", "", "**报告.txt** · **没有全部检查**", "",
    ]  # fmt: skip


def test_markdown_of_a_report_is_text() -> None:
    evil = Text("<img src=x> | *a* [b](c) `d` @all #1 https://e.f www.g.h ~i~ &amp;\n# j \\", "")
    row = printed("markdown", checked(REPORT, diagnostic(Span(0, 1), message=evil))).splitlines()[6]
    assert row == (
        r"| 1:1 | **错误** | ARI001 row-sum | &lt;img src=x&gt; \| \*a\* \[b\](c) \`d\` @<!-- -->all #<!-- -->1 "
        r"https:<!-- -->//e.f www<!-- -->.g.h \~i\~ &amp;amp; #<!-- --> j \\ |"
    )


def test_markdown_stays_below_the_limit_of_a_comment() -> None:
    report = checked(REPORT, *[FULL] * 500)
    output = printed("markdown", report, report)
    assert len(output) < 65_536
    listed = output.count("| **错误** |")
    assert f"评论长度有限，另有 {1000 - listed} 行没有列出。" in output
    english = printed("markdown", report, report, language="en")
    assert f"A comment holds no more; {1000 - english.count('| **error** |')} lines left out." in english


COLUMNS = (
    "文件", "机关", "年度", "格式", "行", "列", "程度", "代码", "规则", "问题", "章节", "行名", "列名", "现为", "应为",
    "原文位置", "依据", "帮助",
)  # fmt: skip
ROWS = [
    ["子目录/a.txt", "某某镇人民政府", "2020", "cn-disclosure-2019", "1", "1", "提示", "SEC001", "heading", "提一下",
     "", "", "", "", "", "", "", ""],
    ["子目录/a.txt", "某某镇人民政府", "2020", "cn-disclosure-2019", "4", "2", "错误", "ARI001", "row-sum",
     "总计为 3，但 1 + 0 = 1", "收到和处理政府信息公开申请情况", "三、本年度办理结果 › （一）予以公开", "总计", "3",
     "1", "表2 第6行 第3列", "国办公开办函〔2019〕60号；条例第五十条", "请核对台账。 改后再查。"],
    ["b.txt", "某某街道办事处", "2022", "cn-disclosure-2021", "", "", "", "", "", "没有发现问题",
     "", "", "", "", "", "", "", ""],
    ["c.txt", "", "", "", "", "", "错误", "ENG001", "unreadable", "无法读取", "", "", "", "", "", "", "", ""],
    ["报告.txt", "", "", "", "", "", "", "", "", "没有全部检查", "", "", "", "", "", "", "", ""],
]  # fmt: skip


def test_csv_has_a_mark_a_header_and_a_row_for_each_diagnostic_or_clean_report() -> None:
    output = printed("csv", FAULTY, CLEAN, UNREAD, checked(REPORT, complete=False))
    assert output.startswith("\ufeff文件,")
    assert list(csv.reader(io.StringIO(output.removeprefix("\ufeff"), newline=""))) == [list(COLUMNS), *ROWS]
    assert output.count("\r\n") == output.count("\n") == 6


@pytest.mark.parametrize(
    ("found", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("＝HYPERLINK(1)", "'＝HYPERLINK(1)"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" +cmd", "' +cmd"),
        ("-1-1", "'-1-1"),
        ("-5", "-5"),
        ("+1.5", "+1.5"),
        ("-", "-"),
        ("1=1", "1=1"),
        ("\t=1", "\\x09=1"),
    ],
)
def test_csv_holds_no_formula(found: str, cell: str) -> None:
    output = printed("csv", checked(REPORT, diagnostic(Span(0, 1), found=found)))
    assert list(csv.reader(io.StringIO(output, newline="")))[1][13] == cell


# The workbook.

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(data: bytes, sheet: int) -> list[list[str]]:
    """The values of one sheet, row by row; formulas would be kept apart, and there is none."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{sheet}.xml"))
    assert list(root.iter(f"{MAIN}f")) == []
    rows = []
    for row in root.iter(f"{MAIN}row"):
        values: list[str] = []
        for cell in row:
            letters = re.match("[A-Z]+", cell.attrib["r"])
            assert letters is not None
            place = 0
            for letter in letters[0]:
                place = place * 26 + ord(letter) - 64
            values += [""] * (place - len(values) - 1) + ["".join(cell.itertext())]
        rows.append(values)
    return rows


def test_xlsx_has_a_sheet_of_reports_of_diagnostics_and_of_rules() -> None:
    pytest.importorskip("xlsxwriter")
    data = b"".join(pieces("xlsx", FAULTY, CLEAN, UNREAD, checked(REPORT, complete=False)))
    found = [row + [""] * (len(COLUMNS) - len(row)) for row in cells(data, 2)]
    assert found == [list(COLUMNS), *ROWS]
    assert cells(data, 1)[1:3] == [
        ["子目录/a.txt", "某某镇人民政府", "2020", "cn-disclosure-2019", "1", "0", "1",
         "40", "1", "2", "188", "1", "3", "是"],
        ["b.txt", "某某街道办事处", "2022", "cn-disclosure-2021", "0", "0", "0", "0", "0", "0", "0", "0", "0", "是"],
    ]  # fmt: skip
    assert [row[-1] for row in cells(data, 1)] == ["全部检查", "是", "是", "否", "否"]
    assert cells(data, 3) == [
        ["代码", "规则", "程度", "处数", "报告数"],
        ["ARI001", "row-sum", "错误", "1", "1"],
        ["ENG001", "unreadable", "错误", "1", "1"],
        ["SEC001", "heading", "提示", "1", "1"],
    ]


def test_xlsx_holds_no_formula_and_no_control_character() -> None:
    pytest.importorskip("xlsxwriter")
    evil = diagnostic(Span(0, 1), found="=1+1\x1b", expected="http://a.b", message=Text("字" * 40_000, ""))
    data = b"".join(pieces("xlsx", checked(REPORT, evil)))
    row = cells(data, 2)[1]
    assert (row[13], row[14], len(row[9])) == ("=1+1\\x1b", "http://a.b", 32_000)


def test_xlsx_opens_in_another_program() -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="NOT RUN: openpyxl is not installed")
    evil = [
        Text(f"{lead}cmd|' /C calc'!A0 https://e.f/ 甲𠮷é\u0301👩\u200d👩", "")
        for lead in ("=", "+", "-", "@", "＝", "\t=")
    ]
    found = [diagnostic(Span(0, 1), message=text, found=text.zh, source=text) for text in evil]
    data = b"".join(pieces("xlsx", checked(REPORT, *found, agency="=1+1"), FAULTY, CLEAN, UNREAD))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["报告", "问题", "规则"]
    rows = list(book["问题"].iter_rows(min_row=2))
    assert [row[9].value for row in rows[:6]] == [escape(text.zh) for text in evil]
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert [cell.hyperlink for row in rows for cell in row if cell.hyperlink] == []
    assert [[cell.value or "" for cell in row] for row in rows[7:]] == [
        [int(value) if value.isdigit() and place in (2, 4, 5) else value for place, value in enumerate(row)]
        for row in ROWS[1:4]
    ]
    assert [cell.value for cell in next(book["问题"].iter_rows(max_row=1))] == list(COLUMNS)


def test_xlsx_of_the_same_reports_is_the_same_bytes() -> None:
    pytest.importorskip("xlsxwriter")
    assert pieces("xlsx", FAULTY, UNREAD) == pieces("xlsx", FAULTY, UNREAD)


def test_a_full_sheet_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("xlsxwriter")
    import reportlint.formats.xlsx

    monkeypatch.setattr(reportlint.formats.xlsx, "MOST_ROWS", 3)
    data = b"".join(pieces("xlsx", FAULTY, FAULTY, language="en"))
    told = "the sheet is full, further rows are left out; take the format csv"
    assert [row[0] for row in cells(data, 2)] == ["file", "子目录/a.txt", told]


def test_xlsx_without_its_package_says_what_to_install(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (here / "a.txt").write_text("甲", encoding="utf-8")
    program = (
        "import sys; sys.modules['xlsxwriter'] = None\nfrom reportlint.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "check", "--format", "concise", "--format", "xlsx=out.xlsx", "a.txt"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")
    assert (ended.returncode, ended.stdout, sorted(path.name for path in here.iterdir())) == (2, "", ["a.txt"])
    assert ended.stderr == (
        "reportlint: the format 'xlsx' needs the package XlsxWriter, which is not installed; "
        "install it with: pip install 'reportlint[xlsx]', or take --format csv\n"
    )


# The page.

VOID = {"meta", "input"}


class Page(HTMLParser):
    """What a browser would make of the page, and whether its tags are balanced."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.marks: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1][0] == tag
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(tag for tag, _ in self.open), data))
        for tag, attributes in self.open:
            if tag == "mark":
                self.marks.append((attributes.get("data-of") or "", data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def marked(self, name: str) -> str:
        return "".join(text for names, text in self.marks if name in names.split())

    def within(self, tag: str) -> str:
        return "".join(text for tags, text in self.texts if tag in tags)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(*reports: Checked, language: Language = "zh") -> Page:
    return Page(printed("html", *reports, language=language))


TABLE = "标题\n一、情况\n甲 | 3 | 4 |\n总计 | 8 |\n落款\n"
LAYOUT = (
    Part(spot(TABLE, "标题"), "title"),
    Part(spot(TABLE, "一、情况"), "heading"),
    Part(spot(TABLE, "甲 | 3 | 4 |"), "first-row", (spot(TABLE, "甲"), spot(TABLE, "3"), spot(TABLE, "4"))),
    Part(spot(TABLE, "总计 | 8 |"), "row", (spot(TABLE, "总计"), spot(TABLE, "8"))),
    Part(spot(TABLE, "落款"), "text"),
)
WRONG = diagnostic(
    spot(TABLE, "8"),
    found="8",
    expected="7",
    related=(Related(spot(TABLE, "3"), Text("加数", "term")), Related(spot(TABLE, "4"), Text("加数", "term"))),
)


def sheet_of(output: str) -> str:
    """The drawing without the notes beside it."""
    return "".join(re.findall(r'<div class="sheet">(.*?)</div>', output, re.DOTALL))


def test_a_page_draws_the_report_and_marks_the_cells() -> None:
    report = checked(TABLE, WRONG, layout=LAYOUT)
    assert sheet_of(printed("html", report)) == (
        "<h3>标题</h3><h4>一、情况</h4>"
        '<table><tr><td>甲</td><td class="figure"><mark class="related" data-of="r1-1">3</mark></td>'
        '<td class="figure"><mark class="related" data-of="r1-1">4</mark></td></tr>'
        '<tr><td colspan="2">总计</td><td class="figure error"><a id="at-r1-1"></a>'
        '<mark class="error" data-of="r1-1">8</mark><a class="badge" href="#r1-1">1</a></td></tr></table>'
        "<p>落款</p>"
    )


def test_tables_that_follow_one_another_are_drawn_apart() -> None:
    row = LAYOUT[2]
    report = checked(TABLE, layout=(row, row._replace(span=LAYOUT[3].span, cells=LAYOUT[3].cells)))
    assert sheet_of(printed("html", report)).count("<table>") == 2


def test_marks_that_overlap_are_cut_where_the_others_end() -> None:
    text = "一二三四五"
    warning = diagnostic(Span(2, 4), severity=Severity.WARNING)
    report = checked(text, diagnostic(Span(1, 3)), warning, diagnostic(Span(5, 5)))
    assert sheet_of(printed("html", report)) == (
        '<p>一<a id="at-r1-1"></a><mark class="error" data-of="r1-1">二</mark><a class="badge" href="#r1-1">1</a>'
        '<a id="at-r1-2"></a><mark class="error" data-of="r1-1 r1-2">三</mark><a class="badge" href="#r1-2">2</a>'
        '<mark class="warning" data-of="r1-2">四</mark>五<a id="at-r1-3"></a>'
        '<mark class="error point" data-of="r1-3"></mark><a class="badge" href="#r1-3">3</a></p>'
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_link_of_a_page_leads_to_one_place_on_it(language: Language) -> None:
    reports = [lint_bytes(path, path.read_bytes(), LIBRARY) for path in sorted(TOP.glob("examples/*/*.txt"))]
    page = page_of(*reports, UNREAD, language=language)
    names = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    links = [str(attributes["href"]) for attributes in page.of("a") if "href" in attributes]
    assert len(set(names)) == len(names)
    # What could not be read has no place to lead to.
    assert {link for link in links if link.removeprefix("#") not in names} <= {f"#at-r{len(reports) + 1}-1"}
    notes = [attributes for attributes in page.of("div") if "data-rule" in attributes]
    assert len(notes) == sum(len(report.diagnostics) for report in (*reports, UNREAD))
    assert all(link.startswith("#") for link in links)


def test_the_whole_report_is_on_the_page() -> None:
    for path in sorted(TOP.glob("examples/*/*.txt")):
        report = lint_bytes(path, path.read_bytes(), LIBRARY)
        assert report.source is not None
        shown = re.sub(r'<a class="badge"[^>]*>\d+</a>', "", sheet_of(printed("html", report)))
        words = re.sub(r"[\s|｜]", "", report.source.text)
        assert re.sub(r"\s", "", Page(f"<div>{shown}</div>").within("div")) == words


def test_the_policy_of_a_page_admits_its_own_script_and_style_alone() -> None:
    output = printed("html", FAULTY)
    page = Page(output)
    (policy,) = (str(meta["content"]) for meta in page.of("meta") if "http-equiv" in meta)

    def digest(tag: str) -> str:
        return b64encode(hashlib.sha256(page.within(tag).encode("utf-8")).digest()).decode("ascii")

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest('style')}'; script-src 'sha256-{digest('script')}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert output.index("Content-Security-Policy") < output.index("<style>")
    assert "http://" not in output
    assert "https://" not in output


EVIL = [
    "</td></table><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!--",
    "]]>",
    "&lt;script&gt;",
    "javascript:alert(1)",
    "</style></script>",
    "<svg/onload=alert(1)>",
]
OWN_TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "h4", "p", "form", "span", "label",
    "input", "select", "option", "nav", "table", "thead", "tbody", "tr", "th", "td", "main", "article", "section",
    "div", "mark", "a", "aside", "dl", "dt", "dd", "b", "script",
}  # fmt: skip
OWN_ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "hidden", "type", "value", "checked", "id", "href",
    "data-of", "data-rule", "data-severity", "tabindex", "colspan", "scope", "aria-label",
    "aria-hidden",
}  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(EVIL), st.sampled_from(["\n", "\t", "甲"])), max_size=5).map("".join))
def test_markup_in_a_report_cannot_break_out_of_the_page(evil: str) -> None:
    words = Text(evil, evil)
    hostile = diagnostic(
        Span(0, len(evil)),
        rule=evil,
        code=evil,
        message=words,
        place=Place(evil, evil, (evil,), (evil,)),
        address=words,
        found=evil,
        expected=evil,
        related=(Related(Span(0, min(2, len(evil))), words),),
        source=words,
        help=words,
        fix=Fix("display", words, ()),
    )
    row = (Part(Span(0, len(evil)), "first-row", (Span(0, len(evil)),)),)
    reports = [
        checked(evil, hostile, path=Path("a") / evil.replace("/", ":"), agency=evil, profile=evil, layout=layout)
        for layout in ((), row)
    ]
    page = page_of(*reports)
    assert {tag for tag, _ in page.tags} <= OWN_TAGS
    assert {name for _, attributes in page.tags for name in attributes} <= OWN_ATTRIBUTES
    assert len(page.of("script")) == len(page.of("style")) == 1
    assert all(str(link["href"]).startswith("#") for link in page.of("a") if "href" in link)


@pytest.mark.parametrize(("language", "words"), [("zh", "1 个已豁免"), ("en", "1 waived")])
def test_a_report_of_which_all_is_waived_is_not_told_as_clean(language: Language, words: str) -> None:
    accepted = checked(REPORT, FULL._replace(waived=Waived("原件如此", "李", None)), path=Path("w.txt"))
    told = {name: printed(name, CLEAN, accepted, language=language) for name in ("html", "grouped", "csv")}
    assert {name: text.count(words) for name, text in told.items()} == {"html": 3, "grouped": 1, "csv": 1}
    assert sum(words in line for line in told["grouped"].splitlines() if line.startswith("  w.txt")) == 1


def test_notes_on_one_place_stand_in_the_order_of_their_numbers() -> None:
    report = checked("甲乙\n", *(diagnostic(Span(0, 2), rule=f"rule-{number}") for number in range(3)))
    assert re.findall(r'<div class="note error" id="([a-z0-9-]+)"', printed("html", report)) == ["r1-1", "r1-2", "r1-3"]


FORM_2021 = next(profile for profile in LIBRARY.profiles if profile.id == "cn-disclosure-2021")


@pytest.mark.parametrize(
    ("rows", "drawn"),
    [
        (  # as the form has them, whose headers are merged
            ["自然人 | 法人或其他组织 | 总计", "商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他"],
            ["3 自然人1 法人或其他组织5 总计1", "4 商业企业1 科研机构1 社会公益组织1 法律服务机构1 其他1 1"],
        ),
        (["甲 | 乙", "1 | 2 | 3"], ["甲1 乙2", "11 21 31"]),  # no header of the form
        ([" | | 甲 | 乙", "丙 | 1 | 2 | 3 | 4"], ["1 2 甲1 乙1", "丙1 11 21 31 41"]),
        (
            ["自然人 | 法人或其他组织 | 总计", " | ".join("1" * 11)],
            ["自然人1 法人或其他组织1 总计9", " ".join(["11"] * 11)],
        ),
    ],
)
def test_headers_stand_over_the_columns_that_they_are_for(rows: list[str], drawn: list[str]) -> None:
    text = "\n".join(rows)
    parts: list[Part] = []
    start = 0
    for row in rows:
        cells = [Span(start + piece.start(), start + piece.end()) for piece in re.finditer(r"[^|]+", row)]
        parts.append(Part(Span(start, start + len(row)), "row" if parts else "first-row", tuple(cells)))
        start += len(row) + 1
    report = checked(text, layout=tuple(parts), profile=FORM_2021.id)
    table = re.search("<main>.*<table>(.*)</table>", printed("html", report, profiles=(FORM_2021,)), re.DOTALL)
    assert table is not None
    assert [
        " ".join(
            f"{inner.strip()}{room or 1}"
            for room, inner in re.findall(r'<t[dh][^>]*?(?:colspan="(\d+)")?>([^<]*)</t[dh]>', row)
        )
        for row in table[1].split("</tr>")[:-1]
    ] == drawn


def test_a_note_stands_beside_its_place_and_at_the_end_where_that_is_not_drawn() -> None:
    late = diagnostic(Span(len(TABLE), len(TABLE)), rule="late", code="LAT001", message=Text("末尾", "the end"))
    output = printed("html", checked(TABLE, WRONG, late, layout=LAYOUT))
    sections = [
        re.findall(r'data-rule="([a-z-]+)"', section) for section in re.findall("<section>.*?</section>", output, re.S)
    ]
    assert sections == [[], [], ["row-sum"], [], ["late"]]


def test_a_page_tells_which_reports_are_clean_and_which_were_not_checked() -> None:
    page = page_of(FAULTY, CLEAN, UNREAD)
    assert page.within("nav").split("\n") == [
        "报告机关年度错误警告提示检查情况",
        "子目录/a.txt某某镇人民政府2020101",
        "b.txt某某街道办事处2022000没有发现问题",
        "c.txt100没有全部检查",
        "",
    ]


# What a report looks like.


def test_a_check_tells_what_each_part_of_a_report_is() -> None:
    report = lint_bytes(PATH, (TOP / "examples" / "cn-disclosure-2021" / "clean.txt").read_bytes(), LIBRARY)
    assert report.source is not None
    told = [(part.role, report.source.text[slice(*part.span)][:9], len(part.cells)) for part in report.layout]
    assert told[:4] == [
        ("title", "临川市河湾街道办事", 0),
        ("text", "本报告根据《中华人", 0),
        ("heading", "一、总体情况", 0),
        ("text", "2022年，河湾街", 0),
    ]
    assert [role for role, _, _ in told].count("first-row") == 3
    assert [text for role, text, _ in told if role == "heading"] == [
        "一、总体情况",
        "二、主动公开政府信",
        "三、收到和处理政府",
        "四、政府信息公开行",
        "五、存在的主要问题",
        "六、其他需要报告的",
    ]


def test_a_file_that_is_no_report_still_has_its_parts() -> None:
    report = lint_bytes(PATH, "食谱\n\n一 | 二 |\n".encode(), LIBRARY)
    assert [(part.role, len(part.cells)) for part in report.layout] == [("text", 0), ("first-row", 2)]


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "xlsx"])
def test_no_reports_are_a_whole_output_too(name: str) -> None:
    output = printed(name)
    if name in ("json", "sarif", "gitlab", "rdjson"):
        json.loads(output)
    elif name in ("junit", "checkstyle"):
        ElementTree.fromstring(output)
    else:
        assert RAW_CONTROL.findall(output.removeprefix("\ufeff").replace("\r\n", "\n")) == []
