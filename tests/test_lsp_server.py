"""The language server as a process, with clients that pull diagnostics and clients that are pushed them."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp_client import REPORT, capabilities, session
from reportlint.trust import trust

TOP = Path(__file__).parents[1]
FAULTY = (TOP / "examples" / "cn-disclosure-2021" / "faulty.txt").read_text(encoding="utf-8")
CLEAN = (TOP / "examples" / "cn-disclosure-2021" / "clean.txt").read_text(encoding="utf-8")
FAULTY_2019 = (TOP / "examples" / "cn-disclosure-2019" / "faulty.txt").read_text(encoding="utf-8")
# A list in the text that does not add up, behind characters of one to four bytes.
BEFORE = "（一）主动公开情况。中𠮷😀é，"
WIDE = FAULTY.replace("（一）主动公开情况。", BEFORE)
LINE = 5
ENCODINGS = ("utf-8", "utf-16", "utf-32")
# A fixer for what the built-in rule on brackets finds.
FIXER = """
from reportlint.hookspecs import Edit, Fix, Fixer, Span, Text

REPORTLINT_API = 1


def widened(document, finding):
    if not (finding.found and finding.expected and finding.found[0] == "("):
        return None
    start = finding.span.start
    return Fix("safe", Text("改为全角", "widen"), (Edit(Span(start, start + 3), finding.expected),))


def reportlint_fixers():
    return [Fixer("widen", "sections", widened)]
"""
RULE = """
id: no-slogans
code: XQ001
kind: text-pattern
severity: warning
profile: cn-disclosure
source: 县政府办公室
why: 口号
messages:
  found: "{found}是口号"
options: {patterns: [WORD]}
examples:
  - name: a slogan
    change: [{replace: 重点事项逐项列单、逐项落实。, by: 推动政务公开WORD。}]
    expect: ["6:41 warning WORD是口号"]
"""


def codes(found: Any) -> list[str]:
    return [str(each.code) for each in found]


def at(line: int, column: int) -> types.Position:
    return types.Position(line, column)


def document(uri: str = REPORT) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(uri)


def columns(text: str, encoding: str) -> int:
    """How far a text reaches in a client's unit, as Python's encoders have it."""
    return len(text.encode(encoding if encoding == "utf-8" else f"{encoding}-le")) * 8 // int(encoding[4:])


def place_of_prose_sum(encoding: str) -> types.Position:
    line = WIDE.splitlines()[LINE]
    return at(LINE, columns(line[: line.index("520条")], encoding))


@pytest.mark.parametrize("pull", [True, False], ids=["pull", "push"])
@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_places_count_in_the_unit_that_was_agreed_on(tmp_path: Path, encoding: str, pull: bool) -> None:
    async with session(tmp_path, pull=pull, encodings=[encoding]) as client:
        uri = client.opened(WIDE)
        found = (await client.pulled(uri)).items if pull else await client.pushed(uri, 1)
        (wrong,) = [each for each in found if each.code == "prose-sum"]
        assert wrong.range.start == place_of_prose_sum(encoding)
        # The same unit counts in edits: what stands before the place goes, and the place moves.
        end = columns("（一）主动公开情况。中𠮷😀", encoding)
        start = columns("（一）主动公开情况。", encoding)
        client.changed(uri, 2, "", types.Range(at(LINE, start), at(LINE, end)))
        found = (await client.pulled(uri)).items if pull else await client.pushed(uri, 2)
        (moved,) = [each for each in found if each.code == "prose-sum"]
        assert moved.range.start == at(LINE, wrong.range.start.character - (end - start))


@pytest.mark.parametrize(
    ("wanted", "agreed"),
    [(["utf-8", "utf-16"], "utf-8"), (["utf-32"], "utf-32"), (["utf-7"], "utf-16"), ([], "utf-16")],
)
async def test_the_client_chooses_the_unit(tmp_path: Path, wanted: list[str], agreed: str) -> None:
    async with session(tmp_path, encodings=wanted) as client:
        answer = client.initialised.capabilities.position_encoding
        assert answer == agreed


async def test_diagnostics_are_pulled_or_pushed_and_never_both(tmp_path: Path) -> None:
    async with session(tmp_path, pull=True) as client:
        assert client.initialised.capabilities.diagnostic_provider == types.DiagnosticOptions(
            inter_file_dependencies=False, workspace_diagnostics=False, identifier="reportlint"
        )
        uri = client.opened(FAULTY)
        assert "column-sum" in codes((await client.pulled(uri)).items)
        client.changed(uri, 2, CLEAN)
        assert codes((await client.pulled(uri)).items) == []
        client.raw.text_document_did_close(types.DidCloseTextDocumentParams(document(uri)))
        assert codes((await client.pulled(uri)).items) == []
        assert client.published.empty()
    async with session(tmp_path) as client:
        assert client.initialised.capabilities.diagnostic_provider is None
        uri = client.opened(FAULTY)
        assert "column-sum" in codes(await client.pushed(uri, 1))
        client.changed(uri, 2, CLEAN)
        assert await client.pushed(uri, 2) == []
        client.changed(uri, 3, FAULTY)
        assert "column-sum" in codes(await client.pushed(uri, 3))
        client.raw.text_document_did_close(types.DidCloseTextDocumentParams(document(uri)))
        assert await client.pushed(uri, None) == []


async def test_what_did_not_change_is_not_sent_again(tmp_path: Path) -> None:
    async with session(tmp_path, pull=True) as client:
        uri = client.opened(FAULTY)
        first = await client.pulled(uri)
        again = await client.pulled(uri, before=first.result_id)
        assert again == types.RelatedUnchangedDocumentDiagnosticReport(first.result_id)
        # A change behind the last diagnostic moves none of them.
        end = len(FAULTY.splitlines())
        client.changed(uri, 2, "\n", types.Range(at(end, 0), at(end, 0)))
        assert (await client.pulled(uri, before=first.result_id)).kind == "unchanged"
        client.changed(uri, 3, "\n", types.Range(at(0, 0), at(0, 0)))
        moved = await client.pulled(uri, before=first.result_id)
        assert (moved.kind, codes(moved.items)) == ("full", codes(first.items))
        assert moved.result_id != first.result_id


async def test_a_hundred_edits_end_in_the_diagnostics_of_the_last(tmp_path: Path) -> None:
    async with session(tmp_path) as client:
        uri = client.opened(CLEAN)
        assert await client.pushed(uri, 1) == []
        line = CLEAN.splitlines().index("三、本年度办理结果 | （一）予以公开 | 8 | 2 | 0 | 0 | 1 | 0 | 11 |")
        column = len("三、本年度办理结果 | （一）予以公开 | ")
        for version in range(2, 102):
            client.changed(uri, version, str(version % 10), types.Range(at(line, column), at(line, column + 1)))
        (wrong,) = await client.pushed(uri, 101)
        assert (wrong.code, wrong.range.start, "is 1, it should be 8" in wrong.message) == (
            "row-sum",
            at(line, column),
            True,
        )


async def test_a_report_can_be_asked_about(tmp_path: Path) -> None:
    async with session(tmp_path, settings={"links": {"国办公开办函〔2021〕30号": "https://example.org/30"}}) as client:
        uri = client.opened(FAULTY_2019)
        here = at(128, 1)
        raw, which = client.raw, document(uri)
        hovered = await client.asked(raw.text_document_hover_async(types.HoverParams(which, here)))
        assert hovered.contents.value.startswith("三、本年度办理结果 › （一）予以公开 × 法人或其他组织 › 商业企业")
        line = types.Range(at(128, 0), at(128, 2))
        hints = await client.asked(raw.text_document_inlay_hint_async(types.InlayHintParams(which, line)))
        assert [each.label for each in hints] == ["= 1", "商业企业 · （一）予以公开"]
        symbols = await client.asked(raw.text_document_document_symbol_async(types.DocumentSymbolParams(which)))
        assert [each.name for each in symbols if each.kind is types.SymbolKind.Module][:2] == [
            "一、总体情况",
            "二、主动公开政府信息的情况",
        ]
        folds = await client.asked(raw.text_document_folding_range_async(types.FoldingRangeParams(which)))
        assert types.FoldingRange(3, 8) in folds
        places = await client.asked(raw.text_document_definition_async(types.DefinitionParams(which, at(133, 1))))
        assert [place.range.start for place in places] == [at(number, 1) for number in range(127, 133)]
        lit = await client.asked(
            raw.text_document_document_highlight_async(types.DocumentHighlightParams(which, at(133, 1)))
        )
        assert [each.range for each in lit] == [place.range for place in places]
        nothing = await client.asked(raw.text_document_definition_async(types.DefinitionParams(which, at(4, 1))))
        assert not nothing
        client.opened(CLEAN, "file:///other.txt")
        links = await client.asked(
            raw.text_document_document_link_async(types.DocumentLinkParams(document("file:///other.txt")))
        )
        assert {each.target for each in links} == {"https://example.org/30"}


async def test_the_other_figures_are_shown_on_request(tmp_path: Path) -> None:
    async with session(tmp_path) as client:
        uri = client.opened(FAULTY)
        found = await client.pushed(uri, 1)
        (wrong,) = [each for each in found if each.code == "column-sum"]
        context = types.CodeActionContext([wrong])
        params = types.CodeActionParams(document(uri), wrong.range, context)
        offered = await client.asked(client.raw.text_document_code_action_async(params))
        command = next(each.command for each in offered if each.command)
        asked = types.ExecuteCommandParams(command.command, command.arguments)
        await client.asked(client.raw.workspace_execute_command_async(asked))
        (shown,) = client.raw.shown_documents
        (first, *_) = wrong.related_information or ()
        assert (shown.uri, shown.selection) == (uri, first.location.range)
        with pytest.raises(Exception, match="takes a document and a range"):
            await client.asked(
                client.raw.workspace_execute_command_async(types.ExecuteCommandParams(command.command, [uri]))
            )


# Plugins, settings and rules of a repository.


def repository(folder: Path, *, plugin: bool = False, word: str = "") -> Path:
    local = folder / ".reportlint"
    (local / "rules").mkdir(parents=True)
    if plugin:
        (local / "plugins").mkdir()
        (local / "plugins" / "widen.py").write_text(FIXER, encoding="utf-8")
    if word:
        (local / "rules" / "no-slogans.yaml").write_text(RULE.replace("WORD", word), encoding="utf-8")
    return folder


def uri_in(folder: Path) -> str:
    return (folder / "report.txt").as_uri()


async def test_a_plugin_that_nobody_trusts_does_not_run_and_that_is_said_once(tmp_path: Path) -> None:
    repository(tmp_path, plugin=True)
    async with session(tmp_path) as client:
        uri = client.opened(FAULTY_2019, uri_in(tmp_path))
        await client.pushed(uri, 1)
        client.changed(uri, 2, FAULTY)
        await client.pushed(uri, 2)
        assert await client.messages(1) == [
            "plugins of this repository that nobody has trusted were not run: widen.py; "
            "read them, then: reportlint trust"
        ]


async def test_a_safe_fix_mends_the_text_and_the_diagnostic_goes(tmp_path: Path) -> None:
    repository(tmp_path, plugin=True)
    trust([tmp_path / ".reportlint" / "plugins" / "widen.py"])
    async with session(tmp_path) as client:
        uri = client.opened(FAULTY_2019, uri_in(tmp_path))
        (narrow,) = [each for each in await client.pushed(uri, 1) if each.code == "bracket-width"]
        context = types.CodeActionContext([narrow], [types.CodeActionKind.QuickFix])
        offered = await client.asked(
            client.raw.text_document_code_action_async(types.CodeActionParams(document(uri), narrow.range, context))
        )
        (action,) = [each for each in offered if each.edit]
        assert (action.title, action.is_preferred, list(action.diagnostics)) == ("write “（二）”", True, [narrow])
        (change,) = action.edit.document_changes
        assert change.text_document == types.OptionalVersionedTextDocumentIdentifier(uri, 1)
        (edit,) = change.edits
        start = narrow.range.start
        assert (edit.range, edit.new_text) == (types.Range(start, at(start.line, 3)), "（二）")
        client.changed(uri, 2, edit.new_text, edit.range)
        assert "bracket-width" not in codes(await client.pushed(uri, 2))
        whole = types.CodeActionContext([], ["source.fixAll"])
        params = types.CodeActionParams(document(uri), types.Range(at(0, 0), at(0, 0)), whole)
        (rest,) = await client.asked(client.raw.text_document_code_action_async(params))
        assert rest.kind == "source.fixAll.reportlint"
        assert client.raw.messages == []


async def test_an_untrusted_workspace_runs_no_plugin_even_if_it_was_trusted(tmp_path: Path) -> None:
    repository(tmp_path, plugin=True)
    trust([tmp_path / ".reportlint" / "plugins" / "widen.py"])
    async with session(tmp_path, settings={"plugins": False}) as client:
        await client.pushed(client.opened(FAULTY_2019, uri_in(tmp_path)), 1)
        assert "widen.py" in (await client.messages(1))[0]


@pytest.mark.parametrize("pull", [True, False], ids=["pull", "push"])
async def test_rules_are_read_again_when_their_files_change(tmp_path: Path, pull: bool) -> None:
    repository(tmp_path, word="上网")
    rule = tmp_path / ".reportlint" / "rules" / "no-slogans.yaml"
    async with session(tmp_path, pull=pull) as client:
        uri = client.opened(CLEAN, uri_in(tmp_path))
        found = (await client.pulled(uri)).items if pull else await client.pushed(uri, 1)
        assert "no-slogans" in codes(found)
        rule.write_text(RULE.replace("WORD", "没有这个词"), encoding="utf-8")
        told = types.DidChangeWatchedFilesParams([types.FileEvent(rule.as_uri(), types.FileChangeType.Changed)])
        client.raw.workspace_did_change_watched_files(told)
        if pull:
            await eventually(lambda: client.raw.diagnostic_refresh_count > 0)
            found = (await client.pulled(uri)).items
        else:
            found = await client.pushed(uri, 1)
        assert codes(found) == []
        # A mistake leaves the rules as they were, and is told.
        rule.write_text("id: [", encoding="utf-8")
        client.raw.workspace_did_change_watched_files(told)
        (message,) = await client.messages(1)
        assert message.startswith(f"settings or rules cannot be used, the former ones stay: {rule}")
        shutil.rmtree(tmp_path / ".reportlint")


async def eventually(holds: Any) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)


async def test_rules_that_cannot_be_used_from_the_start_leave_reports_unchecked_not_clean(tmp_path: Path) -> None:
    repository(tmp_path, word="上网")
    (tmp_path / ".reportlint" / "rules" / "no-slogans.yaml").write_text("id: x\n", encoding="utf-8")
    async with session(tmp_path) as client:
        (only,) = await client.pushed(client.opened(CLEAN, uri_in(tmp_path)), 1)
        assert (only.code, only.severity) == ("unreadable", types.DiagnosticSeverity.Error)
        assert only.message.startswith("not checked: ")
        assert "no-slogans.yaml:1:1: the key 'code' is missing" in only.message


READER = """
from reportlint.hookspecs import Reader, Reading, Span, Paragraph, Source

REPORTLINT_API = 1


def read(path, data):
    text = data.decode("utf-8").removeprefix("MADE")
    return Reading(Source(path, text), (Paragraph(Span(0, len(text)), text),))


def reportlint_readers():
    return [Reader("made", (".made",), read)]
"""


async def test_a_file_that_is_no_text_is_checked_when_it_is_saved(tmp_path: Path) -> None:
    local = repository(tmp_path, plugin=True) / ".reportlint" / "plugins"
    (local / "widen.py").write_text(READER, encoding="utf-8")
    trust([local / "widen.py"])
    able = capabilities(pull=True)
    assert able.workspace is not None
    able.workspace.did_change_watched_files = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    async with session(tmp_path, able=able) as client:
        asked: list[types.Registration] = []
        client.raw.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: asked.extend(params.registrations))
        await client.pulled(client.opened(CLEAN, uri_in(tmp_path)))
        await eventually(lambda: len(asked) == 2)
        assert [watcher["globPattern"] for watcher in plain(asked[1].register_options)["watchers"]] == ["**/*.made"]
        path = tmp_path / "report.made"

        async def saved(data: bytes, kind: types.FileChangeType) -> list[types.Diagnostic]:
            path.write_bytes(data) if data else path.unlink()
            events = [types.FileEvent(path.as_uri(), kind)]
            client.raw.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))
            return await client.pushed(path.as_uri(), None)

        assert codes(await saved(b"MADE no report", types.FileChangeType.Created)) == ["not-a-report"]
        (wrong,) = await saved(b"\xff\xfe\xff", types.FileChangeType.Changed)
        assert (wrong.code, wrong.range) == ("unreadable", types.Range(at(0, 0), at(0, 0)))
        assert await saved(b"", types.FileChangeType.Deleted) == []


def plain(value: Any) -> Any:
    """What the client was sent, where it does not know the type of it."""
    return json.loads(json.dumps(value, default=lambda each: getattr(each, "_asdict", lambda: vars(each))()))


async def test_settings_take_effect_without_a_restart(tmp_path: Path) -> None:
    async with session(tmp_path, pull=True, settings={"ignore": ["ARI*"]}) as client:
        uri = client.opened(FAULTY)
        assert "column-sum" not in codes((await client.pulled(uri)).items)
        changed = types.DidChangeConfigurationParams({"reportlint": {"ignore": [], "language": "zh"}})
        client.raw.workspace_did_change_configuration(changed)
        await eventually(lambda: client.raw.diagnostic_refresh_count > 0)
        (wrong,) = [each for each in (await client.pulled(uri)).items if each.code == "column-sum"]
        assert "应为" in wrong.message or "为 3" in wrong.message
        client.raw.set_configuration({"reportlint": {"select": ["no-such-rule"], "colour": "red"}})
        client.raw.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        first, second = await client.messages(2)
        assert first.startswith("reportlint.colour: no such setting")
        assert "no rule is called 'no-such-rule'" in second


async def test_a_profile_that_the_settings_name_is_the_form(tmp_path: Path) -> None:
    async with session(tmp_path, settings={"profile": "cn-disclosure-2019"}) as client:
        assert "format-version" in codes(await client.pushed(client.opened(CLEAN), 1))
    async with session(tmp_path, settings={"profile": "cn-disclosure-2020"}) as client:
        (only,) = await client.pushed(client.opened(CLEAN), 1)
        assert "no profile is called 'cn-disclosure-2020'" in only.message


async def test_a_text_in_another_language_and_a_yaml_file_of_others_are_left_alone(tmp_path: Path) -> None:
    async with session(tmp_path) as client:
        assert await client.pushed(client.opened("print(1)", "file:///a.py", language="python"), 1) == []
        assert await client.pushed(client.opened("services: []", "file:///compose.yaml", language="yaml"), 1) == []
        uri = client.opened("一份清单", "untitled:Untitled-1")
        assert codes(await client.pushed(uri, 1)) == ["not-a-report"]


async def test_a_rule_is_checked_completed_and_explained_while_it_is_written(tmp_path: Path) -> None:
    repository(tmp_path, word="上网")
    path = tmp_path / ".reportlint" / "rules" / "no-slogans.yaml"
    async with session(tmp_path, pull=True) as client:
        text = path.read_text(encoding="utf-8")
        uri = client.opened(text.replace("patterns:", "pattern:"), path.as_uri(), language="yaml")
        (mistake,) = (await client.pulled(uri)).items
        assert mistake.message.startswith("unknown key 'pattern' (did you mean 'patterns'?)")
        client.changed(uri, 2, text.replace("options: {patterns: [上网]}", "options:\n  pat"))
        params = types.CompletionParams(document(uri), at(11, 5))
        items = await client.asked(client.raw.text_document_completion_async(params))
        assert "patterns" in [each.label for each in items]
        told = await client.asked(client.raw.text_document_hover_async(types.HoverParams(document(uri), at(4, 1))))
        assert told.contents.value == "severity: how much it matters"
        report = client.opened(CLEAN, uri_in(tmp_path))
        params = types.CompletionParams(document(report), at(0, 0))
        assert await client.asked(client.raw.text_document_completion_async(params)) == []


async def test_the_status_is_told_to_who_asks_for_it(tmp_path: Path) -> None:
    async with session(tmp_path, settings={"status": True}) as client:
        told: list[Any] = []
        client.raw.feature("reportlint/status")(lambda params: told.append(params))
        await client.pushed(client.opened(CLEAN), 1)
        await eventually(lambda: told)
        assert told[0].uri == REPORT
        assert "0 failed" in told[0].summary


async def test_a_document_opened_again_is_the_newer_text(tmp_path: Path) -> None:
    async with session(tmp_path) as client:
        client.opened(CLEAN)
        uri = client.opened(FAULTY, version=7)
        assert "column-sum" in codes(await client.pushed(uri, 7))
