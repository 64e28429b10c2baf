"""Settings and waivers in the language server: as `reportlint check` has them, and without a restart."""

import asyncio
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp_client import Client, capabilities, session
from reportlint import cli
from reportlint.yamlfile import parse
from test_lsp_server import CLEAN, FAULTY, RULE, at, codes, document, eventually

SETTINGS, WAIVERS = ".reportlint.yaml", ".reportlint-waivers.yaml"
ENTRY = """\
- fingerprint: "{known}"
  rule: {rule}
  path: "report.txt"
  where: "表"
  reason: "{reason}"
  author: "李"
  date: 2026-01-02
  until: {until}
  kind: accepted
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "report.txt").write_text(FAULTY, encoding="utf-8")
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def changed(client: Client, *paths: Path) -> None:
    events = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths]
    client.raw.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))


def saved(client: Client, uri: str) -> None:
    client.raw.text_document_did_save(types.DidSaveTextDocumentParams(document(uri)))


def opened(client: Client, folder: Path, text: str = FAULTY, name: str = "report.txt", language: str = "text") -> str:
    return client.opened(text, (folder / name).as_uri(), language=language)


def printed(folder: Path, *arguments: str) -> list[tuple[str, str, int, str]]:
    """What `check` prints of the report, the waived left out: rule, severity, line, message."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        cli.main(["check", "--no-cache", "--format", "json", *arguments, str(folder / "report.txt")])
    (report,) = json.loads(out.getvalue())["reports"][:1]
    return [
        (each["rule"], each["severity"], each["range"]["start"]["line"], each["message"])
        for each in report["diagnostics"]
        if not each.get("waived")
    ]


SEVERITIES = {1: "error", 2: "warning", 3: "info", 4: "info"}


def shown(found: Sequence[types.Diagnostic]) -> list[tuple[str, str, int, str]]:
    return [
        (str(each.code), SEVERITIES[each.severity or 0], each.range.start.line + 1, each.message.split("\n")[0])
        for each in found
    ]


STRICT = "rules:\n  ARI*: warning\n  bracket-width: error\n  column-sum: {severity: error, locked: true}\n"
CASES = {
    "rules": {SETTINGS: "rules: {column-sum: info, section-number: off, ARI003: warning}\n"},
    "a profile": {SETTINGS: "profile: cn-disclosure-2019\n"},
    "language": {SETTINGS: "language: zh\n"},
    "options": {SETTINGS: "rules:\n  perfunctory: {options: {minimum: 900}}\n"},
    "a file above": {"../.reportlint.yaml": "rules: {'*': off, column-sum: on}\n"},
    "extended": {SETTINGS: "extends: strict.yaml\nrules: {prose-sum: off}\n", "strict.yaml": STRICT},
    "overrides": {SETTINGS: "overrides:\n  - files: ['rep*.txt']\n    rules: {ARI*: off}\n  - files: [x]\n"},
    "pyproject": {"pyproject.toml": "[tool.reportlint.rules]\ncolumn-sum = 'off'\n"},
    "folders": {SETTINGS: "rules-folders: [own]\n", "own/no-slogans.yaml": RULE.replace("WORD", "上网")},
}


@pytest.mark.parametrize("files", CASES.values(), ids=CASES)
async def test_settings_mean_what_they_mean_to_check(folder: Path, files: dict[str, str]) -> None:
    inner = folder / "inner"
    inner.mkdir()
    write(inner, "report.txt", FAULTY)
    for name, text in files.items():
        write(inner, name, text)
    async with session(folder) as client:
        # The test client's server is told English on its command line, where settings say no more.
        found = await client.pushed(opened(client, inner), 1)
        assert shown(found) == printed(inner, "--lang", "en")
        assert shown(found) != [] or "pyproject.toml" not in files


async def test_the_language_of_the_settings_counts_where_nobody_has_said(folder: Path) -> None:
    write(folder, SETTINGS, "language: zh\n")
    able = capabilities()
    async with session(folder, able=able, language=None) as client:
        found = await client.pushed(opened(client, folder), 1)
        assert shown(found) == printed(folder, "--lang", "zh")


async def test_the_locale_of_the_client_counts_last(folder: Path) -> None:
    async with session(folder, language=None, locale="zh-CN") as client:
        assert shown(await client.pushed(opened(client, folder), 1)) == printed(folder, "--lang", "zh")


async def test_what_the_client_sets_is_laid_on_the_settings_and_cannot_weaken_a_lock(folder: Path) -> None:
    write(folder, SETTINGS, "rules: {column-sum: {severity: error, locked: true}}\n")
    async with session(folder, settings={"ignore": ["section-number"]}) as client:
        uri = opened(client, folder)
        assert shown(await client.pushed(uri, 1)) == printed(folder, "--lang", "en", "--ignore", "section-number")
        client.raw.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"reportlint": {"ignore": ["column-sum"]}})
        )
        (only,) = await client.pushed(uri, 1)
        assert only.message.startswith("not checked: reportlint.ignore column-sum: the rule 'column-sum' is locked at ")


async def test_what_the_settings_exclude_is_not_checked_and_that_is_said(folder: Path) -> None:
    write(folder, SETTINGS, "exclude: ['*.txt']\n")
    async with session(folder, settings={"status": True}) as client:
        told: list[Any] = []
        client.raw.feature("reportlint/status")(lambda params: told.append(params))
        assert await client.pushed(opened(client, folder), 1) == []
        await eventually(lambda: told)
        assert told[0].summary == "not checked: the settings exclude this file"


@pytest.mark.parametrize("pull", [True, False], ids=["pull", "push"])
async def test_settings_and_what_they_extend_take_effect_when_they_are_saved(folder: Path, pull: bool) -> None:
    async with session(folder, pull=pull) as client:
        uri = opened(client, folder)

        async def now() -> list[str]:
            if not pull:
                return codes(await client.pushed(uri, 1))
            before = client.raw.diagnostic_refresh_count
            await eventually(lambda: client.raw.diagnostic_refresh_count > before)
            return codes((await client.pulled(uri)).items)

        first = codes((await client.pulled(uri)).items if pull else await client.pushed(uri, 1))
        assert "column-sum" in first
        changed(
            client, write(folder, SETTINGS, "extends: base.yaml\n"), write(folder, "base.yaml", "rules: {ARI*: off}")
        )
        assert "column-sum" not in await now()
        changed(client, write(folder, "base.yaml", "rules: {FRM*: off}\n"))
        assert "column-sum" in await now()
        (folder / SETTINGS).unlink()
        changed(client, folder / SETTINGS)
        assert await now() == first


async def test_a_client_that_watches_no_files_sees_new_settings_with_the_next_change(folder: Path) -> None:
    async with session(folder) as client:
        uri = opened(client, folder)
        assert "column-sum" in codes(await client.pushed(uri, 1))
        write(folder, SETTINGS, "rules: {ARI*: off}\n")
        await asyncio.sleep(1.1)
        client.changed(uri, 2, FAULTY + "\n")
        assert "column-sum" not in codes(await client.pushed(uri, 2))


async def test_settings_that_break_leave_the_former_and_that_is_said_each_time(folder: Path) -> None:
    path = write(folder, SETTINGS, "rules: {column-sum: off}\n")
    async with session(folder) as client:
        uri = opened(client, folder)
        assert "column-sum" not in codes(await client.pushed(uri, 1))
        for number in (1, 2):
            write(folder, SETTINGS, "rules: {column-sun: off}\nprofil: x\n")
            changed(client, path)
            assert "column-sum" not in codes(await client.pushed(uri, 1))
            last = (await client.messages(number))[-1]
            assert last.startswith("settings or rules cannot be used, the former ones stay: ")
            assert "1:9: no rule is called 'column-sun' (did you mean 'column-sum'?)" in last
            assert "2:1: unknown key 'profil' (did you mean 'profile'?)" in last
            write(folder, SETTINGS, "rules: {column-sum: off}\n" + "#" * number)
            changed(client, path)
            await client.pushed(uri, 1)


async def test_settings_that_are_broken_from_the_start_leave_reports_unchecked_not_clean(folder: Path) -> None:
    path = write(folder, SETTINGS, "extends: other.yaml\n")
    write(folder, "other.yaml", "extends: .reportlint.yaml\n")
    async with session(folder) as client:
        uri = opened(client, folder, CLEAN)
        (only,) = await client.pushed(uri, 1)
        assert only.message.startswith("not checked: ")
        assert "settings extend each other in a circle" in only.message
        (place,) = only.related_information or ()
        assert place.location.uri == (folder / "other.yaml").as_uri()
        # The settings can be mended in the editor meanwhile.
        own = opened(client, folder, path.read_text(encoding="utf-8"), SETTINGS, "yaml")
        (circle,) = await client.pushed(own, 1)
        assert "in a circle" in circle.message
        assert circle.range.start == at(0, 9)
        client.changed(own, 2, "language: en\n")
        assert await client.pushed(own, 2) == []
        path.write_text("language: en\n", encoding="utf-8")
        saved(client, own)
        assert await client.pushed(uri, 1) == []


async def test_two_settings_files_in_one_folder_are_told(folder: Path) -> None:
    write(folder, SETTINGS, "language: zh\n")
    write(folder, "pyproject.toml", "[tool.reportlint]\nlanguage = 'en'\n")
    async with session(folder) as client:
        (only,) = await client.pushed(opened(client, folder), 1)
        assert "there are settings in" in only.message
        (same,) = await client.pushed(opened(client, folder, "language: zh\n", SETTINGS, "yaml"), 1)
        assert "keep one of them" in same.message


# While they are written.


async def test_every_mistake_in_settings_is_shown_at_once_at_its_place(folder: Path) -> None:
    text = (
        "profil: x\nlanguage: fr\nrules:\n  row-sun: off\n  column-sum: {severity: warnin, option: {}}\n"
        "overrides:\n  - rules: {}\n"
    )
    async with session(folder) as client:
        uri = opened(client, folder, text, SETTINGS, "yaml")
        found = [(each.range.start, each.message.split("; ")[0]) for each in await client.pushed(uri, 1)]
        assert found == [
            (at(0, 0), "unknown key 'profil' (did you mean 'profile'?)"),
            (at(1, 10), "'fr' is not one of zh, en"),
            (at(3, 2), "no rule is called 'row-sun' (did you mean 'row-sum'?)"),
            (at(4, 25), "'warnin' is not one of off, on, error, warning, info (did you mean 'warning'?)"),
            (at(4, 33), "unknown key 'option' (did you mean 'options'?)"),
            (at(6, 4), "the key 'files' is missing"),
        ]


async def asked(client: Client, uri: str, place: types.Position) -> list[str]:
    params = types.CompletionParams(document(uri), place)
    return [each.label for each in await client.asked(client.raw.text_document_completion_async(params))]


async def told(client: Client, uri: str, place: types.Position) -> str:
    answer = await client.asked(client.raw.text_document_hover_async(types.HoverParams(document(uri), place)))
    return str(answer.contents.value) if answer else ""


async def test_settings_are_completed_and_explained(folder: Path) -> None:
    text = "language: zh\nprofile: \nrules:\n  row-sum: w\n  perfunctory:\n    options:\n      \n  \n"
    async with session(folder) as client:
        uri = opened(client, folder, text, SETTINGS, "yaml")
        assert await asked(client, uri, at(1, 9)) == ["cn-disclosure-2019", "cn-disclosure-2021"]
        assert set(await asked(client, uri, at(3, 12))) >= {"off", "on", "error", "warning", "info"}
        assert "minimum" in await asked(client, uri, at(6, 6))
        names = await asked(client, uri, at(7, 2))
        assert {"column-sum", "ARI002"} <= set(names)
        assert "row-sum" not in names
        assert await told(client, uri, at(0, 3)) == "language: language of the messages"
        assert (await told(client, uri, at(3, 4))).startswith("row-sum: ARI001 row-sum (error): ")


async def test_pyproject_is_diagnosed_completed_and_explained(folder: Path) -> None:
    text = (
        '[project]\nname = "x"\n\n[tool.reportlint]\nprofile = \nfail-on = "never"\n'
        '\n[tool.reportlint.rules]\ncol = "of"\n'
    )
    async with session(folder) as client:
        uri = opened(client, folder, text, "pyproject.toml", "toml")
        assert await asked(client, uri, at(4, 10)) == ["cn-disclosure-2019", "cn-disclosure-2021"]
        assert await asked(client, uri, at(1, 2)) == []
        assert "column-sum" in await asked(client, uri, at(8, 3))
        assert await told(client, uri, at(5, 2)) == "fail-on: from which severity on the exit status is 1"
        client.changed(uri, 2, text.replace("profile = \n", "profile = 'cn'\n"))
        found = [(each.range.start, each.message.split("; ")[0]) for each in await client.pushed(uri, 2)]
        assert (at(4, 11), "no profile is called 'cn'") in found
        assert (at(8, 7), "'of' is not one of off, on, error, warning, info (did you mean 'off'?)") in found
        other = opened(client, folder, "[project]\nname = 'reportlint'\n", "other/pyproject.toml", "toml")
        assert await client.pushed(other, 1) == []


# Waivers.


@pytest.fixture
def edits() -> list[types.ApplyWorkspaceEditParams]:
    return []


def applying(client: Client, edits: list[types.ApplyWorkspaceEditParams]) -> None:
    """Has the client take every edit."""

    def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        edits.append(params)
        return types.ApplyWorkspaceEditResult(True)

    client.raw.feature(types.WORKSPACE_APPLY_EDIT)(apply)


async def waive(client: Client, *arguments: Any) -> None:
    params = types.ExecuteCommandParams("reportlint.waive", list(arguments))
    await client.asked(client.raw.workspace_execute_command_async(params))


def only(found: Sequence[types.Diagnostic], code: str) -> types.Diagnostic:
    (one,) = [each for each in found if each.code == code]
    return one


async def test_a_diagnostic_is_waived_from_the_editor_once_its_reason_is_written(
    folder: Path, edits: list[types.ApplyWorkspaceEditParams]
) -> None:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "config", "user.name", "王小二"], check=True)
    async with session(folder) as client:
        applying(client, edits)
        uri = opened(client, folder)
        wrong = only(await client.pushed(uri, 1), "column-sum")
        context = types.CodeActionContext([wrong], [types.CodeActionKind.QuickFix])
        offered = await client.asked(
            client.raw.text_document_code_action_async(types.CodeActionParams(document(uri), wrong.range, context))
        )
        (action,) = [each for each in offered if each.title == "Waive column-sum: accept it, with a reason"]
        await waive(client, *action.command.arguments)
        create, change = edits[0].edit.document_changes or ()
        waivers = folder / WAIVERS
        assert isinstance(create, types.CreateFile)
        assert isinstance(change, types.TextDocumentEdit)
        assert (create.uri, change.text_document.uri) == (waivers.as_uri(), waivers.as_uri())
        text = change.edits[0].new_text  # type: ignore[union-attr]
        (entry,) = parse(waivers, text)
        assert (entry["rule"], entry["reason"], entry["author"], entry["kind"]) == (
            "column-sum", "", "王小二", "accepted",
        )  # fmt: skip
        # The place where the reason is missing is shown.
        (place,) = client.raw.shown_documents
        assert place.selection is not None
        line = text.splitlines()[place.selection.start.line]
        assert line[: place.selection.start.character] == '  reason: "'
        # As the editor has it, not saved yet: unexplained, so it does not hold.
        own = opened(client, folder, text, WAIVERS, "yaml")
        assert codes(await client.pushed(own, 1)) == ["waiver-unexplained"]
        assert "column-sum" in codes(await client.pushed(uri, 1))
        client.changed(own, 2, text.replace('reason: ""', 'reason: "按原样公布"'))
        assert codes(await client.pushed(own, 2)) == []
        assert "column-sum" not in codes(await client.pushed(uri, 1))
        assert "waived by 王小二: 按原样公布" in await told(client, uri, wrong.range.start)
        number = next(n for n, line in enumerate(text.splitlines()) if "fingerprint" in line)
        facts = await told(client, own, at(number, 20))
        assert (
            facts.splitlines()[0]
            == f"report.txt:{wrong.range.start.line + 1}:{wrong.range.start.character + 1}: error ARI002 column-sum"
        )
        assert "临川市" in facts
        # `check` says the same once it is saved.
        write(folder, WAIVERS, text.replace('reason: ""', 'reason: "按原样公布"'))
        assert shown(await pulled_again(client, uri)) == printed(folder, "--lang", "en")


async def pulled_again(client: Client, uri: str) -> list[types.Diagnostic]:
    client.changed(uri, 2, FAULTY)
    return await client.pushed(uri, 2)


async def test_a_client_that_asks_for_the_reason_has_it_written(
    folder: Path, edits: list[types.ApplyWorkspaceEditParams]
) -> None:
    first = ENTRY.format(known="0" * 32, rule="column-sum", reason="以前的", until="never")
    write(folder, WAIVERS, first)
    async with session(folder) as client:
        applying(client, edits)
        uri = opened(client, folder)
        wrong = only(await client.pushed(uri, 1), "column-sum")
        place = {
            "start": {"line": wrong.range.start.line, "character": wrong.range.start.character},
            "end": {"line": wrong.range.end.line, "character": wrong.range.end.character},
        }
        await waive(client, uri, 1, place, "column-sum", 'so "it"\nwas', "todo")
        (change,) = edits[0].edit.document_changes or ()
        assert isinstance(change, types.TextDocumentEdit)
        (edit,) = change.edits
        assert edit.range.start == at(len(first.splitlines()), 0)
        (_, entry) = parse(folder / WAIVERS, first + edit.new_text)  # type: ignore[union-attr]
        assert (entry["reason"], entry["kind"]) == ('so "it" was', "todo")
        assert client.raw.shown_documents == []
        # What is not reported there, or in another version, is not waived.
        await waive(client, uri, 1, place, "row-sum", "x")
        await waive(client, uri, 7, place, "column-sum", "x")
        assert set(await client.messages(2)) == {
            "this is not reported any more, or the text has changed since; nothing was waived"
        }
        assert len(edits) == 1
        with pytest.raises(Exception, match="takes a document, its version"):
            await waive(client, uri, 1, place, "column-sum", "x", "for good")


async def test_a_waiver_that_cannot_be_written_is_told(folder: Path) -> None:
    path = write(folder, WAIVERS, "{}\n")
    async with session(folder) as client:
        client.raw.feature(types.WORKSPACE_APPLY_EDIT)(
            lambda params: types.ApplyWorkspaceEditResult(False, failure_reason="read-only")
        )
        uri = opened(client, folder)
        wrong = only(await client.pushed(uri, 1), "column-sum")
        start, end = wrong.range.start, wrong.range.end
        place = {
            "start": {"line": start.line, "character": start.character},
            "end": {"line": end.line, "character": end.character},
        }
        await waive(client, uri, 1, place, "column-sum", "x")
        path.unlink()
        await waive(client, uri, 1, place, "column-sum", "x")
        *_, unfit, refused = await client.messages(3)
        assert unfit.startswith(f"nothing was waived: {path}: nothing can be added to its end")
        assert refused == f"nothing was waived: {path}: read-only"


async def test_waivers_that_are_at_fault_are_told_in_their_file(folder: Path) -> None:
    out = subprocess.run(
        [sys.executable, "-m", "reportlint", "waive", str(folder / "report.txt"), "--reason", "x", "--author", "y"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    assert out.returncode == 0
    baseline = (folder / WAIVERS).read_text(encoding="utf-8")
    unused = ENTRY.format(known="a" * 32, rule="row-sum", reason="x", until="never")
    over = ENTRY.format(known="b" * 32, rule="row-sum", reason="x", until="2020-01-01")
    wrong = ENTRY.format(known="c" * 32, rule="row-sun", reason="x", until="soon")
    write(folder, WAIVERS, baseline)
    async with session(folder) as client:
        uri = opened(client, folder)
        assert await client.pushed(uri, 1) == []
        own = opened(client, folder, baseline, WAIVERS, "yaml")
        assert await client.pushed(own, 1) == []
        client.changed(own, 2, baseline + unused + over)
        assert codes(await client.pushed(own, 2)) == ["waiver-unused", "waiver-expired"]
        assert (await told(client, own, at(baseline.count("\n"), 20))).startswith(
            "the report that it names has no such"
        )
        # A mistake is shown at its place, and the former waivers go on to hold.
        client.changed(own, 3, baseline + wrong)
        (mistake,) = await client.pushed(own, 3)
        assert mistake.message == "expected a date such as 2026-12-31, or never, found 'soon'"
        assert mistake.range.start.line == (baseline + wrong).splitlines().index("  until: soon")
        client.changed(uri, 2, FAULTY + "\n")
        assert await client.pushed(uri, 2) == []
        # A report that is mended no longer needs its waivers.
        client.changed(own, 4, baseline)
        client.changed(uri, 3, CLEAN)
        assert await client.pushed(uri, 3) == []
        write(folder, "report.txt", CLEAN)
        saved(client, uri)
        async with asyncio.timeout(30):
            while set(codes(await client.pushed(own, 4))) != {"waiver-unused"}:
                pass


async def test_waivers_that_change_on_the_disk_count_at_once(folder: Path) -> None:
    async with session(folder) as client:
        uri = opened(client, folder)
        assert "column-sum" in codes(await client.pushed(uri, 1))
        subprocess.run(
            [sys.executable, "-m", "reportlint", "waive", "report.txt", "--reason", "x", "--author", "y"],
            cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
        changed(client, folder / WAIVERS)
        assert await client.pushed(uri, 1) == []
        # A mistake in them, when their file is not open, is said; what was waived stays so.
        write(folder, WAIVERS, "- nothing\n")
        changed(client, folder / WAIVERS)
        assert await client.pushed(uri, 1) == []
        assert (await client.messages(1))[0].startswith("there are mistakes in waivers, the former ones stay: ")


async def test_waivers_are_completed(folder: Path) -> None:
    async with session(folder) as client:
        uri = opened(client, folder, "- rule: \n  kind: \n  \n", WAIVERS, "yaml")
        assert "column-sum" in await asked(client, uri, at(0, 8))
        assert await asked(client, uri, at(1, 8)) == ["accepted", "todo"]
        assert set(await asked(client, uri, at(2, 2))) == {
            "fingerprint", "path", "where", "reason", "author", "date", "until",
        }  # fmt: skip
        assert await told(client, uri, at(1, 3)) == "kind: accepted, or todo where it is still to be mended"


async def test_an_isolated_server_uses_neither_settings_nor_waivers(folder: Path) -> None:
    write(folder, SETTINGS, "rules: {ARI*: off}\n")
    async with session(folder, "--isolated") as client:
        assert "column-sum" in codes(await client.pushed(opened(client, folder), 1))
