"""Waivers: what they mark, what is wrong with them, and how they are written."""

import json
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faulty import FAULTY, MODEL, Run, repository, runner, write
from loaded import library
from reportlint.diagnostic import Waived
from reportlint.engine import lint_bytes
from reportlint.errors import ConfigError
from reportlint.fingerprint import fingerprints
from reportlint.mistakes import Mistakes
from reportlint.waivers import append, book, git_author, quoted
from reportlint.yamlfile import parse, read

FILE = ".reportlint-waivers.yaml"
LATER = (date.today() + timedelta(days=30)).isoformat()
LIBRARY = library()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return repository(tmp_path, monkeypatch)


@pytest.fixture
def run(place: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def found(run: Run, *arguments: str) -> tuple[int, list[str]]:
    """The status, and `path severity code` of all that stands."""
    status, out, err = run("check", "--quiet", "--lang", "en", "--format", "concise", *arguments)
    assert err == []
    return status, [f"{line.split(':')[0]} {' '.join(line.split(': ')[1].split()[:2])}" for line in out]


def waive(run: Run, *arguments: str) -> tuple[int, list[str], list[str]]:
    return run("waive", "--reason", "原件如此", "--author", "李", *arguments)


WARNING, ERROR = "reports/report.txt warning NUM004", "reports/report.txt error ARI004"


def entry(text: str = FAULTY, number: int = 0, **changes: str) -> str:
    """A waiver for one of the diagnostics of a report, with some of its values changed."""
    checked = lint_bytes(Path("report.txt"), text.encode(), LIBRARY)
    values = {
        "fingerprint": quoted(fingerprints(checked)[number]),
        "rule": checked.diagnostics[number].rule,
        "path": "reports/report.txt",
        "where": "某处",
        "reason": "原件如此",
        "author": "李",
        "date": "2026-01-31",
        "until": "never",
        **changes,
    }
    return "- " + "\n  ".join(f"{key}: {value}" for key, value in values.items() if value != "-") + "\n"


# What is marked.


def test_waived_diagnostics_are_not_shown_and_do_not_count(run: Run, place: Path) -> None:
    write(place / FILE, entry(number=1))
    assert found(run) == (0, [WARNING])
    _, _, err = run("check", "--lang", "en", "--format", "concise")
    assert "1 report: 0 errors, 1 warning, 0 info, 1 waived." in err[0]
    _, _, err = run("check", "--lang", "zh", "--format", "concise", "--statistics")
    assert "0 个错误，1 个警告，0 个提示，1 个已豁免。" in err[-2]
    assert [line.split() for line in err[:-2]] == [["1", "NUM004", "cell-not-applicable"]]


def test_waived_diagnostics_stay_in_the_json(run: Run, place: Path) -> None:
    write(place / FILE, entry(number=1, until=LATER, kind="todo"))
    _, out, _ = run("check", "--quiet", "--format", "json")
    told = json.loads("\n".join(out))
    assert told["summary"] == {"reports": 1, "error": 0, "warning": 1, "info": 0, "fixable": 1, "waived": 1}
    assert [each["waived"] for each in told["reports"][0]["diagnostics"]] == [
        None,
        {"reason": "原件如此", "author": "李", "until": LATER, "kind": "todo"},
    ]


def test_audit_and_isolated_ignore_waivers(run: Run, place: Path) -> None:
    write(place / FILE, entry(number=1) + entry(until="2020-01-01"))
    assert found(run, "--audit") == found(run, "--isolated") == (1, [WARNING, ERROR])


def test_waivers_survive_moved_lines_another_name_and_another_encoding(run: Run, place: Path) -> None:
    write(place / FILE, entry(number=1) + entry(number=0))
    (place / "reports" / "report.txt").unlink()
    (place / "reports" / "moved.txt").write_bytes(FAULTY.replace("。\n", "。\n\n\n").encode("gb18030"))
    assert found(run) == (0, [])


def test_another_value_is_another_diagnostic(run: Run, place: Path) -> None:
    write(place / FILE, entry(number=1, path="-"))
    write(place / "reports" / "report.txt", FAULTY.replace("2 | 0 | 2 | 2 | 5 |", "2 | 0 | 2 | 2 | 7 |"))
    assert found(run) == (1, [WARNING, ERROR])


def test_a_waiver_is_for_its_rule(run: Run, place: Path) -> None:
    write(place / FILE, entry(number=1, rule="row-sum", path="-"))
    assert found(run) == (1, [WARNING, ERROR])
    write(place / FILE, entry(number=1, rule="ARI004"))
    assert found(run) == (0, [WARNING])


def test_waivers_lie_beside_the_settings_or_above_the_report(run: Run, place: Path) -> None:
    write(place / "reports" / ".reportlint.yaml", "# nothing\n")
    write(place / FILE, entry(number=1))
    assert found(run) == (0, [WARNING])
    write(place / "reports" / FILE, "# nothing\n")
    assert found(run) == (1, [WARNING, ERROR])
    write(place / "elsewhere" / "strict.yaml", "# nothing\n")
    write(place / "elsewhere" / FILE, entry(number=0, path="-"))
    assert found(run, "--config", "elsewhere/strict.yaml") == (1, [ERROR])


# Waivers that hold no longer.


def faults(run: Run, *arguments: str) -> tuple[int, list[str]]:
    status, out, err = run("check", "--quiet", "--lang", "en", "--format", "concise", *arguments)
    assert err == []
    return status, [line for line in out if line.startswith(FILE)]


def test_an_expired_waiver_holds_no_longer(run: Run, place: Path) -> None:
    write(place / FILE, entry(number=1, until="2020-12-31"))
    assert faults(run) == (
        1,
        [
            f"{FILE}:8:10: warning WAI001 waiver-expired: "
            "this waiver ended on 2020-12-31 and holds no longer: review-sum, 某处"
        ],
    )
    assert found(run)[1] == [WARNING, ERROR, f"{FILE} warning WAI001"]


def test_a_waiver_holds_on_its_last_day() -> None:
    checked = lint_bytes(Path("report.txt"), FAULTY.encode(), LIBRARY)
    told = []
    for day in (date(2026, 6, 30), date(2026, 7, 1)):
        told.append(waived_on(day, checked.diagnostics[1].rule))
    assert told == [Waived("原件如此", "李", date(2026, 6, 30)), None]


def waived_on(day: date, rule: str) -> Waived | None:
    checked = lint_bytes(Path("report.txt"), FAULTY.encode(), LIBRARY)
    mistakes = Mistakes()
    path = Path(FILE)
    path.write_text(entry(number=1, until="2026-06-30"), encoding="utf-8")
    try:
        marked = book(path, LIBRARY, mistakes, day).applied(checked, [rule])
    finally:
        path.unlink()
    assert mistakes.found == []
    return marked.diagnostics[1].waived


def test_a_waiver_without_a_reason_does_not_hold(run: Run, place: Path) -> None:
    write(place / FILE, entry(number=1, reason='" "'))
    assert faults(run) == (
        1,
        [
            f"{FILE}:5:12: warning WAI003 waiver-unexplained: "
            "this waiver has no reason, so it does not hold: review-sum, 某处"
        ],
    )
    assert found(run, "--severity", "WAI003=info", "--fail-on", "error")[1] == [WARNING, ERROR, f"{FILE} info WAI003"]


def test_an_unused_waiver_is_told_once_its_report_was_checked(run: Run, place: Path) -> None:
    write(place / FILE, entry(number=1))
    write(place / "reports" / "report.txt", MODEL)
    write(place / "other" / "report.txt", MODEL.replace("云溪镇", "别的镇"))
    unused = (
        f"{FILE}:1:17: warning WAI002 waiver-unused: the report no longer has what this waiver is for: review-sum, 某处"
    )
    assert faults(run) == (0, [unused])
    assert faults(run, "reports/report.txt") == (0, [unused])
    assert faults(run, "--fail-on", "warning") == (1, [unused])
    assert faults(run, "other") == (0, [])
    # Whether it is of use is not known where the rule was not run.
    assert faults(run, "--select", "row-sum,WAI002") == faults(run, "--ignore", "review-sum") == (0, [])
    assert faults(run, "--ignore", "WAI*") == (0, [])
    write(place / FILE, entry(number=1, path="-"))
    assert faults(run) == (0, [])


def test_a_report_that_was_not_wholly_checked_makes_no_waiver_unused(run: Run, place: Path) -> None:
    write(place / FILE, entry(number=1))
    write(place / "reports" / "report.txt", MODEL.replace("2.重复申请 | 0 | 0 | 0 | 0", "2.重复申请 | 0"))
    assert faults(run) == (3, [])


def test_what_is_wrong_with_waivers_counts_as_no_report(run: Run, place: Path) -> None:
    write(place / FILE, entry(number=1, until="2020-12-31"))
    _, out, err = run("check", "--lang", "en", "--format", "json")
    told = json.loads("\n".join(out))
    assert told["summary"] == {"reports": 1, "error": 1, "warning": 2, "info": 0, "fixable": 1, "waived": 0}
    assert [report["path"] for report in told["reports"]] == ["reports/report.txt", FILE]
    assert err[0].startswith("checked 1 report: ")


# Mistakes.


def test_all_mistakes_in_waivers_are_told_at_once(run: Run, place: Path) -> None:
    write(
        place / FILE,
        entry()
        + entry(rule="row-sun", fingerprint='"00"')
        + entry(number=1, rule="row-sun")
        + entry(date="yesterday", until="2026-02-30", kind="maybe", author="-", reasons="x")
        + entry()
        + "- text\n",
    )
    status, out, err = run("check", "--quiet")
    assert (status, out) == (2, [])
    assert [line.removeprefix(f"reportlint: {FILE}:") for line in err] == [
        "9:17: expected 32 hexadecimal digits in small letters, found '00'",
        "18:9: no rule is called 'row-sun' (did you mean 'row-sum'?); see: reportlint rules",
        "25:3: the key 'author' is missing",
        "30:9: expected a date such as 2026-12-31, found 'yesterday'",
        "31:10: expected a date such as 2026-12-31, or never, found '2026-02-30'",
        "32:9: 'maybe' is not one of accepted, todo",
        "33:3: unknown key 'reasons' (did you mean 'reason'?); known: author, date, fingerprint, kind, path, reason, "
        "rule, until, where",
        "34:17: this is waived already, in line 1",
        "42:3: expected a mapping of keys to values, found 'text'",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"rule: x\n", "1:1: expected a list, found a mapping"),
        (b"- [\n", "2:1: not YAML: did not find expected node content"),
        (b"\xff\xfe\xff", " not UTF-8: byte 1"),
    ],
)
def test_a_file_of_waivers_that_cannot_be_used(run: Run, place: Path, content: bytes, said: str) -> None:
    (place / FILE).write_bytes(content)
    status, out, err = run("check", "--quiet")
    assert (status, out, err) == (2, [], [f"reportlint: {FILE}:{said}"])


def test_a_waiver_for_a_rule_of_a_plugin_that_was_not_run_is_no_mistake(run: Run, place: Path) -> None:
    write(place / ".reportlint" / "plugins" / "shout.py", "REPORTLINT_API = 1\n")
    words = "severity: warning\nprofile: cn-disclosure\nsource: x\nwhy: x\nmessage: x\n"
    rule = f"id: loud\ncode: XQ001\nkind: shouting\n{words}"
    write(place / ".reportlint" / "rules" / "loud.yaml", rule)
    write(place / FILE, entry(rule="loud", until="2020-01-01"))
    status, out, _ = run("check", "--quiet", "--format", "concise", "--lang", "en")
    assert status == 3
    assert out[-1].endswith("holds no longer: loud, 某处")


# Writing.


def test_a_baseline_waives_all_that_stands(run: Run, place: Path) -> None:
    assert waive(run, "--until", LATER) == (0, [f"{FILE}: 2 个已豁免 / 2 waived"], [])
    assert found(run) == (0, [])
    assert waive(run) == (0, [], ["reportlint: 没有可豁免的问题 / there is nothing to waive"])
    first, second = read(place / FILE).value
    assert first == {
        "fingerprint": first["fingerprint"],
        "rule": "cell-not-applicable",
        "path": "reports/report.txt",
        "where": "主动公开政府信息情况 × 规章 × 本年新公开数量",
        "reason": "原件如此",
        "author": "李",
        "date": date.today().isoformat(),
        "until": LATER,
        "kind": "accepted",
    }
    assert second["rule"] == "review-sum"


def test_one_rule_may_be_waived(run: Run, place: Path) -> None:
    assert waive(run, "--rule", "ARI*", "--kind", "todo", "reports")[1] == [f"{FILE}: 1 个已豁免 / 1 waived"]
    assert found(run) == (0, [WARNING])
    assert [(each["kind"], each["until"]) for each in read(place / FILE).value] == [("todo", "never")]
    assert waive(run, "--rule", "ARO*")[0] == 2


def test_what_a_person_wrote_is_kept(run: Run, place: Path) -> None:
    before = f"# 我的说明\r\n\r\n  # 缩进\r\n  {entry(number=1)}"
    before = before.replace("\n  ", "\n    ").replace("\r\n    #", "\r\n  #").replace("\r\n    -", "\r\n  -")
    write(place / FILE, before.replace("\r\n", "\n").replace("\n", "\r\n"))
    assert waive(run)[0] == 0
    after = (place / FILE).read_bytes().decode("utf-8")
    assert after.startswith(before.replace("\r\n", "\n").replace("\n", "\r\n"))
    assert "\n" not in after.replace("\r\n", "")
    assert found(run) == (0, [])
    assert len(read(place / FILE).value) == 2


def test_a_file_without_a_line_end_at_its_end(run: Run, place: Path) -> None:
    write(place / FILE, entry(number=1).rstrip("\n"))
    assert waive(run)[0] == 0
    assert found(run) == (0, [])


def test_a_list_in_brackets_cannot_be_added_to(run: Run, place: Path) -> None:
    write(place / FILE, "[]\n")
    assert waive(run) == (
        2,
        [],
        [f"reportlint: {FILE}: nothing can be added to its end: write it as a list with '- ' before each waiver"],
    )
    assert (place / FILE).read_text(encoding="utf-8") == "[]\n"


def test_a_folder_that_is_called_like_the_waivers_cannot_be_written(run: Run, place: Path) -> None:
    (place / FILE).mkdir()
    assert waive(run) == (2, [], [f"reportlint: {FILE}: cannot be written: Is a directory"])


def test_standard_input_has_no_name_that_a_waiver_could_give(run: Run, place: Path) -> None:
    assert waive(run, "-") == (
        2,
        [],
        [
            "reportlint: waive: 豁免要写明是哪份报告，不能用标准输入 / "
            "a waiver names its report, which standard input does not; name the file"
        ],
    )
    assert not (place / FILE).exists()


def test_waivers_are_written_where_waivers_or_settings_are(run: Run, place: Path) -> None:
    write(place / "reports" / ".reportlint.yaml", "# nothing\n")
    assert waive(run)[1] == [f"reports/{FILE}: 2 个已豁免 / 2 waived"]


def test_without_a_repository_they_are_written_into_the_working_directory(
    run: Run, place: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (place / ".git").rmdir()
    assert waive(run)[1] == [f"{FILE}: 2 个已豁免 / 2 waived"]
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    write(elsewhere / "report.txt", FAULTY.replace("云溪镇", "别的镇"))
    assert waive(run, str(elsewhere))[0] == 0
    assert (elsewhere / FILE).is_file()


def test_the_same_report_in_two_places_needs_one_waiver(run: Run, place: Path) -> None:
    write(place / "reports" / "copy.txt", FAULTY)
    assert waive(run)[1] == [f"{FILE}: 2 个已豁免 / 2 waived"]
    assert found(run) == (0, [])


def test_what_was_not_checked_cannot_be_waived(run: Run, place: Path) -> None:
    (place / "reports" / "broken.txt").write_bytes(b"\x00\x01")
    status, out, err = waive(run, "nowhere", "reports")
    assert (status, out) == (3, [f"{FILE}: 2 个已豁免 / 2 waived"])
    assert err == [
        "reportlint: nowhere: 没有这个文件或文件夹 / no such file or folder",
        "reportlint: reports/broken.txt:1:1: unreadable: "
        "没有检查的内容不能豁免 / what was not checked cannot be waived",
    ]


def test_a_file_that_is_no_report_is_waived_by_its_text(run: Run, place: Path) -> None:
    write(place / "reports" / "report.txt", "苹果三斤\n豆腐两块\n")
    waive(run)
    assert [each["where"] for each in read(place / FILE).value] == ["苹果三斤"]
    assert found(run) == (0, [])
    write(place / "reports" / "other.txt", "苹果三斤\n豆腐两块，又三块\n")
    assert found(run) == (0, ["reports/other.txt warning ENG002"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--reason", "  "], "--reason: 请说明理由 / say why it is accepted"),
        (["--reason", "x", "--until", "soon"], "--until takes a date such as 2026-12-31; found 'soon'"),
        (["--reason", "x", "--until", "2020-01-01"], "--until: 2020-01-01 已经过去 / is over already"),
        (["--reason", "x"], "--author: 请写明由谁接受 / say who accepts it; git knows no name here"),
    ],
)
def test_what_is_said_has_to_be_of_use(run: Run, place: Path, arguments: list[str], said: str) -> None:
    assert run("waive", *arguments, "reports") == (2, [], [f"reportlint: {said}"])
    assert not (place / FILE).exists()


def test_no_path_and_nothing_to_check(run: Run, place: Path) -> None:
    assert waive(run, "nowhere")[0] == 2


def test_the_author_is_whom_git_knows(run: Run, place: Path) -> None:
    (place / ".gitconfig").write_text("[user]\n\tname = 王\n", encoding="utf-8")
    assert run("waive", "--reason", "x")[0] == 0
    assert {each["author"] for each in read(place / FILE).value} == {"王"}


def test_without_git_nobody_is_known(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*arguments: Any, **options: Any) -> None:
        raise FileNotFoundError("git")

    monkeypatch.setattr(subprocess, "run", absent)
    assert git_author(place) is None


@given(st.text())
def test_every_text_is_read_as_it_was_written(text: str) -> None:
    assert parse(Path("waivers.yaml"), f"- {quoted(text)}\n") == [text]


def test_where_nothing_can_be_written_it_is_said(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        append(place / "nowhere" / FILE, [entry()])
