"""What the language server answers about a document, without a server."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from lsprotocol import types

from loaded import library
from reportlint import fixing
from reportlint.diagnostic import Checked, Diagnostic, Edit, Fix, Severity, Span, Text
from reportlint.engine import lint_bytes
from reportlint.extension import Reader, Reading
from reportlint.lsp.actions import FIX_ALL, SAFE, SHOW, WAIVE, actions
from reportlint.lsp.diagnostics import description_url, diagnostics, local_page, summary
from reportlint.lsp.figures import cell_at, operands
from reportlint.lsp.hints import hints
from reportlint.lsp.hover import hover
from reportlint.lsp.page import Page, split
from reportlint.lsp.settings import Settings, read
from reportlint.lsp.symbols import flat, folds, links, symbols
from reportlint.lsp.understood import Understood, is_text, understand, understand_file
from reportlint.report import Paragraph
from reportlint.source import LARGEST_FILE, Source

TOP = Path(__file__).parents[1]
EXAMPLES = sorted((TOP / "examples").rglob("*.txt"))
FAULTY_2019 = TOP / "examples" / "cn-disclosure-2019" / "faulty.txt"
FAULTY_2021 = TOP / "examples" / "cn-disclosure-2021" / "faulty.txt"
URI = "file:///report.txt"
DOCUMENT = types.OptionalVersionedTextDocumentIdentifier(URI, 3)
ENGLISH = Settings(language="en")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def understood(path: Path, text: str | None = None, unit: str = "utf-32") -> Understood:
    return understand(path, Page(split(text_of(path) if text is None else text), unit), library())


def at(path: Path, line: int, column: int) -> tuple[Understood, int]:
    """The report, and the code point at a place that counts from 1."""
    found = understood(path)
    return found, found.page.offset(types.Position(line - 1, column - 1))


def in_text(page: Page, range_: types.Range) -> str:
    span = page.span(range_)
    return page.text[span.start : span.end]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
@pytest.mark.parametrize("unit", ["utf-8", "utf-16", "utf-32"])
def test_an_editor_shows_what_check_prints(path: Path, unit: str) -> None:
    checked = lint_bytes(path, path.read_bytes(), library())
    found = understood(path, unit=unit)
    shown = diagnostics(found, library(), ENGLISH, "en", URI)
    assert found.checked == checked
    assert [each.code for each in shown] == [each.rule for each in checked.diagnostics]
    for each, diagnostic in zip(checked.diagnostics, shown, strict=True):
        span = found.page.span(diagnostic.range)
        assert span == each.span or (each.span.start == each.span.end and span.start == each.span.start)
        assert diagnostic.message.split("\n")[0] == each.message.en.split("\n")[0]
        others = [found.page.span(other.location.range) for other in diagnostic.related_information or ()]
        assert others == [other.span for other in each.related]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_number_has_a_hover_and_every_part_a_symbol(path: Path) -> None:
    found = understood(path)
    assert found.document is not None
    for table in found.document.binding.tables.values():
        for cell in table.cells.values():
            answer = hover(found, library(), cell.cell.span.start, "zh")
            assert answer is not None
            assert answer.range is not None
            assert found.page.span(answer.range).start <= cell.cell.span.start
    assert found.report is not None
    outline = symbols(found, "zh")
    headings = [f"{section.heading.mark}{section.heading.title}" for section in found.report.sections]
    assert [each.name for each in outline if each.kind is types.SymbolKind.Module] == headings
    for symbol, inside in every(outline):
        assert contains(symbol.range, symbol.selection_range)
        assert inside is None or contains(inside.range, symbol.range)
    assert len(flat(outline, URI)) == sum(1 for _ in every(outline))
    assert all(fold.start_line < fold.end_line < len(found.page.lines) for fold in folds(found))


def every(
    found: Sequence[types.DocumentSymbol], above: types.DocumentSymbol | None = None
) -> Iterator[tuple[types.DocumentSymbol, types.DocumentSymbol | None]]:
    for symbol in found:
        yield symbol, above
        yield from every(symbol.children or (), symbol)


def contains(outer: types.Range, inner: types.Range) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


# Diagnostics.


def test_errors_and_warnings_stay_what_they_are_and_style_is_a_hint() -> None:
    found = {each.code: each.severity for each in diagnostics(understood(FAULTY_2019), library(), ENGLISH, "en", URI)}
    level = types.DiagnosticSeverity
    assert {
        name: found[name] for name in ("row-sum", "plausibility", "period-missing", "bracket-width", "artefact")
    } == {
        "row-sum": level.Error,
        "plausibility": level.Warning,
        "period-missing": level.Information,
        "bracket-width": level.Hint,
        "artefact": level.Hint,
    }


def test_traces_of_a_conversion_are_drawn_faded() -> None:
    tagged = {
        each.code: each.tags
        for each in diagnostics(understood(FAULTY_2019), library(), ENGLISH, "en", URI)
        if each.tags
    }
    assert tagged == {"artefact": [types.DiagnosticTag.Unnecessary]}


def test_a_text_that_is_no_report_is_told_as_information() -> None:
    (found,) = diagnostics(understood(FAULTY_2019, "a shopping list\n"), library(), ENGLISH, "en", URI)
    assert (found.code, found.severity) == ("not-a-report", types.DiagnosticSeverity.Information)


def test_a_text_that_is_too_long_is_told_and_not_read() -> None:
    found = understood(FAULTY_2019, "a" * (LARGEST_FILE + 1))
    (shown,) = diagnostics(found, library(), ENGLISH, "en", URI)
    assert (shown.code, shown.range, found.reading) == ("unreadable", types.Range(ORIGIN, ORIGIN), None)
    assert "more than the limit of 8 MiB" in shown.message
    assert not found.checked.complete


ORIGIN = types.Position(0, 0)


def test_a_rule_has_its_address_on_the_page_of_rules() -> None:
    (found,) = [each for each in understood(FAULTY_2019).checked.diagnostics if each.rule == "row-sum"]
    assert description_url(found, library(), Settings(rules_url="https://example.org/rules")) == (
        "https://example.org/rules#ari001-row-sum"
    )
    assert description_url(found, library(), Settings()) == f"{local_page()}#ari001-row-sum"
    assert "(#ari001-row-sum)" in text_of(TOP / "docs" / "rules.md")
    assert description_url(found._replace(rule="some-plugins"), library(), Settings()) == ""


def test_a_client_that_shows_no_other_places_is_sent_none() -> None:
    shown = diagnostics(understood(FAULTY_2019), library(), ENGLISH, "en", URI, related=False)
    assert [each.related_information for each in shown] == [None] * len(shown)


def test_a_point_is_shown_as_the_character_behind_it() -> None:
    text = text_of(FAULTY_2021).replace("| 15 | 3 | 1 | 0 | 2 | 0 | 21 |", "| 15 | 3 | 1 | 0 | 2 | 0 |  |")
    found = understood(FAULTY_2021, text)
    shown = [each for each in diagnostics(found, library(), ENGLISH, "en", URI) if each.code == "total-missing"]
    assert [found.page.span(each.range) for each in shown] == [
        Span(each.start, each.start + 1) for each in spans(found)
    ]


def spans(found: Understood) -> list[Span]:
    return [each.span for each in found.checked.diagnostics if each.rule == "total-missing"]


def test_what_was_checked_is_told_in_a_line() -> None:
    checked = understood(TOP / "examples" / "cn-disclosure-2021" / "clean.txt").checked
    rules, identities = checked.rules, checked.identities
    assert summary(checked, "en") == (
        f"rules: {rules.held} held, 0 failed, 0 could not be told; "
        f"identities: {identities.held} held, 0 broken, 0 could not be told"
    )
    assert summary(checked, "zh").startswith(f"规则：{rules.held} 项通过，0 项未通过")


# Files that a reader makes a text of.


def made(path: Path, data: bytes) -> Reading:
    text = data.decode() + "。"
    return Reading(Source(path, text), (Paragraph(Span(0, len(text)), text),))


def test_a_file_that_is_no_text_is_read_from_the_disk_and_placed_at_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "report.made"
    path.write_text("no report", encoding="utf-8")
    own = library()
    extensions = own.extensions
    with_reader = type(own)(
        own.profiles,
        own.rules,
        own.families,
        own.selected,
        extensions=type(extensions)(
            extensions.plugins, extensions.kinds, {**extensions.readers, ".made": Reader("made", (".made",), made)},
            extensions.formats, extensions.fixers, extensions.packs, extensions.owners,
        ),
    )  # fmt: skip
    page = Page(["\x00\x01"], "utf-16")
    assert (is_text(path, with_reader), is_text(path, own), is_text(Path("a.txt"), own)) == (False, True, True)
    found = understand_file(path, page, with_reader)
    (shown,) = diagnostics(found, with_reader, ENGLISH, "en", URI)
    assert (shown.code, shown.range, found.placed) == ("not-a-report", types.Range(ORIGIN, ORIGIN), False)
    assert (symbols(found, "en"), folds(found), hover(found, own, 0, "en"), links(found, ENGLISH)) == ([], [], None, [])
    assert (
        hints(found, Span(0, 9), ENGLISH, "en"),
        actions(found, [shown], shown.range, DOCUMENT, "en", library=library()),
    ) == ([], [])
    path.unlink()
    (gone,) = diagnostics(understand_file(path, page, with_reader), with_reader, ENGLISH, "en", URI)
    assert (gone.code, "cannot be opened" in gone.message) == ("unreadable", True)
    path.write_bytes(b"a" * (LARGEST_FILE + 1))
    (long,) = diagnostics(understand_file(path, page, with_reader), with_reader, ENGLISH, "en", URI)
    assert "more than the limit" in long.message


# Hover, hints, links.


def test_a_number_tells_its_labels_its_sums_and_who_asks_for_them() -> None:
    found, offset = at(FAULTY_2019, 129, 2)
    answer = hover(found, library(), offset, "en", markdown=False)
    assert answer is not None
    assert isinstance(answer.contents, types.MarkupContent)
    assert answer.contents.kind is types.MarkupKind.PlainText
    assert answer.contents.value.splitlines() == [
        "三、本年度办理结果 › （一）予以公开 × 法人或其他组织 › 商业企业",
        "收到和处理政府信息公开申请情况: 2",
        "",
        "- ✗ row-sum: 总计 5 = (自然人 4 + 商业企业 2 + 科研机构 0 + 社会公益组织 0 + 法律服务机构 0 + 其他 0 = 6)"
        " — does not hold",
        "- ✗ column-sum: （七）总计 1 = (（一）予以公开 2 + 0 + … = 2) — does not hold",
        "",
        "ARI001 row-sum: The form of State Council General Office letters 2019 No. 60 and 2021 No. 30",
        "ARI002 column-sum: The form of State Council General Office letters 2019 No. 60 and 2021 No. 30",
    ]


def test_what_a_report_says_is_text_and_never_markup() -> None:
    text = text_of(FAULTY_2021).replace("| 0 | 20 |", "| <b>*0*</b> | 20 |")
    found = understood(FAULTY_2021, text)
    answer = hover(found, library(), text.index("<b>"), "en")
    assert answer is not None
    assert isinstance(answer.contents, types.MarkupContent)
    assert r"\<b\>\*0\*\</b\>" in answer.contents.value


def test_where_nothing_is_to_tell_nothing_is_told() -> None:
    found, offset = at(FAULTY_2021, 5, 3)
    assert hover(found, library(), offset, "en") is None
    assert cell_at(found.document, offset) is None if found.document else False


def test_cells_on_lines_of_their_own_have_their_labels_beside_them() -> None:
    found = understood(FAULTY_2019)
    line = types.Range(types.Position(128, 0), types.Position(128, 9))
    shown = hints(found, found.page.span(line), ENGLISH, "en")
    assert [(each.label, each.tooltip, each.position) for each in shown] == [
        ("= 1", "what should stand here", types.Position(128, 2)),
        (
            "商业企业 · （一）予以公开",
            "三、本年度办理结果 › （一）予以公开 × 法人或其他组织 › 商业企业",
            types.Position(128, 2),
        ),
    ]


def test_cells_between_bars_have_labels_only_where_all_are_asked_for() -> None:
    found = understood(FAULTY_2021)
    whole = Span(0, found.page.size)
    assert found.document is not None
    cells = sum(len(table.cells) for table in found.document.binding.tables.values())
    values = hints(found, whole, ENGLISH, "en")
    assert [each.label for each in values] == ["= 1.26", "= 4"]
    assert hints(found, whole, Settings(hints="off"), "en") != []
    assert len(hints(found, whole, Settings(hints="all"), "en")) == cells + len(values)


def test_a_total_leads_to_what_it_adds_up() -> None:
    found, offset = at(FAULTY_2019, 134, 2)
    assert found.document is not None
    cell = cell_at(found.document, offset)
    assert cell is not None
    assert [each.cell.text for each in operands(found.document, cell.key)] == ["4", "2", "0", "0", "0", "0"]
    addend = cell_at(found.document, at(FAULTY_2019, 128, 2)[1])
    assert addend is not None
    assert "5" in [each.cell.text for each in operands(found.document, addend.key)]


def test_norms_are_linked_where_their_address_is_known() -> None:
    found = understood(FAULTY_2021)
    address = "https://example.org/30"
    shown = links(found, Settings(links={"国办公开办函〔2021〕30号": address, "没有的": address}))
    assert [(in_text(found.page, each.range), each.target) for each in shown] == [("国办公开办函〔2021〕30号", address)]
    assert links(found, ENGLISH) == []


# Actions.


def fixed(*fixes: tuple[str, str, str]) -> tuple[Understood, list[types.Diagnostic]]:
    """A report in which each text has a fix: its safety, the text, and what takes its place."""
    found = understood(FAULTY_2021)
    made = [mended(found.page.text, *each) for each in fixes]
    changed = Understood(found.page, found.checked._replace(diagnostics=tuple(made)), found.reading, found.document)
    return changed, diagnostics(changed, library(), ENGLISH, "en", URI)


def mended(text: str, safety: str, old: str, new: str) -> Diagnostic:
    place = text.index(old)
    span = Span(place, place + len(old))
    assert safety in ("safe", "unsafe", "display")
    fix = Fix(safety, Text("改", f"write {new}"), (Edit(span, new),))  # type: ignore[arg-type]
    return Diagnostic(Path("report.txt"), span, Severity.ERROR, "some-rule", "SOM001", Text("错", "wrong"), fix=fix)


def everywhere(found: Understood) -> types.Range:
    return found.page.range(Span(0, found.page.size))


def test_each_fix_is_offered_with_what_it_may_do_to_the_meaning() -> None:
    found, shown = fixed(
        ("safe", "11件", "十一件"), ("unsafe", "继续努力。", "具体措施。"), ("display", "无其他", "没有其他")
    )
    offered = actions(
        found, shown, everywhere(found), DOCUMENT, "en", only=[types.CodeActionKind.QuickFix], library=library()
    )
    assert [(each.title, each.is_preferred, bool(each.edit), bool(each.disabled)) for each in offered] == [
        ("write 十一件", True, True, False),
        ("write 具体措施。 (the meaning may change: check it)", None, True, False),
        ("write 没有其他", None, False, True),
    ]
    assert [each.diagnostics for each in offered] == [[each] for each in shown]
    where = shown[0].range
    assert offered[0].edit == types.WorkspaceEdit(
        document_changes=[types.TextDocumentEdit(DOCUMENT, [types.TextEdit(where, "十一件")])]
    )


def test_a_client_without_versions_and_reasons_gets_neither() -> None:
    found, shown = fixed(("safe", "11件", "十一件"), ("display", "无其他", "没有其他"))
    (only,) = actions(
        found, shown, everywhere(found), DOCUMENT, "zh",
        only=[types.CodeActionKind.QuickFix], versioned=False, explained=False, library=library())  # fmt: skip
    assert only.edit == types.WorkspaceEdit(changes={URI: [types.TextEdit(shown[0].range, "十一件")]})


def test_clashing_fixes_wait() -> None:
    found, shown = fixed(
        ("safe", "继续努力。", "具体措施。"),
        ("safe", "11件", "十一件"),
        ("safe", "努力", "加油"),
        ("unsafe", "无其他", "没有"),
    )
    edits = fixing.edits_of(fixing.apart(fixing.applicable(found.checked, SAFE)))
    assert [edit.text for edit in edits] == ["十一件", "具体措施。"]
    only = ["source.organizeImports"]
    assert actions(found, shown, types.Range(ORIGIN, ORIGIN), DOCUMENT, "zh", only=only, library=library()) == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_is_mended_at_once_is_what_the_command_line_mends(end: str) -> None:
    text = text_of(FAULTY_2021).replace("\n五、", "\n5、 ").replace("（三）", "(三)").replace("\n", end)
    found = understood(FAULTY_2021, text)
    shown = diagnostics(found, library(), ENGLISH, "en", URI)

    def check(text: str) -> Checked:
        return lint_bytes(Path("report.txt"), text.encode(), library())

    whole_text = fixing.fixed(check(text), check, SAFE)
    assert len(whole_text.kept) >= 2
    (whole,) = actions(
        found, shown, types.Range(ORIGIN, ORIGIN), DOCUMENT, "zh", only=["source.fixAll"], library=library()
    )
    assert whole.kind == FIX_ALL
    assert whole.edit is not None
    assert whole.edit.document_changes is not None
    (change,) = whole.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    edits = [
        Edit(found.page.span(edit.range), edit.new_text) for edit in change.edits if isinstance(edit, types.TextEdit)
    ]
    assert fixing.applied(text, edits) == whole_text.text
    clean = understood(FAULTY_2021, whole_text.text)
    again = actions(
        clean, diagnostics(clean, library(), ENGLISH, "en", URI), types.Range(ORIGIN, ORIGIN), DOCUMENT, "zh",
        only=["source.fixAll"], library=library(),
    )  # fmt: skip
    assert again == []


def test_two_insertions_at_one_place_clash() -> None:
    one = mended("abc", "safe", "b", "x")
    point = Span(1, 1)
    insertions = [one._replace(fix=Fix("safe", Text("", ""), (Edit(point, new),))) for new in "xy"]
    assert fixing.edits_of(fixing.apart(insertions)) == (Edit(point, "x"),)


def test_the_other_figures_of_a_sum_can_be_gone_to() -> None:
    found = understood(FAULTY_2021)
    shown = diagnostics(found, library(), ENGLISH, "en", URI)
    (wrong,) = [each for each in shown if each.code == "column-sum"]
    offered = actions(found, shown, wrong.range, DOCUMENT, "en", library=library())
    commands = [each.command for each in offered if each.command]
    places = [other.location.range for other in wrong.related_information or ()]
    assert [command.command for command in commands] == [SHOW] * len(places)
    assert [command.arguments for command in commands] == [[URI, place] for place in places]
    others = actions(found, shown, wrong.range, DOCUMENT, "en", can_show=False, library=library())
    assert [each.kind for each in others] == [types.CodeActionKind.QuickFix, FIX_ALL]


def test_a_waiver_is_offered_for_good_and_for_a_while() -> None:
    found = understood(FAULTY_2021)
    shown = diagnostics(found, library(), ENGLISH, "en", URI)
    (wrong,) = [each for each in shown if each.code == "column-sum"]
    offered = actions(found, shown, wrong.range, DOCUMENT, "zh", can_show=False, can_waive=True, library=library())
    place = [URI, 3, wrong.range, "column-sum", ""]
    assert [each.command for each in offered if each.command] == [
        types.Command("豁免 column-sum：接受，并说明理由", WAIVE, arguments=[*place, "accepted"]),
        types.Command("豁免 column-sum：以后改正，并说明理由", WAIVE, arguments=[*place, "todo"]),
    ]
    crashed = found.with_checked(
        found.checked._replace(
            diagnostics=tuple(each._replace(rule="rule-crashed") for each in found.checked.diagnostics)
        )
    )
    others = actions(crashed, shown, wrong.range, DOCUMENT, "zh", can_show=False, can_waive=True, library=library())
    assert [each.command for each in others if each.command] == []


# Settings.


def test_settings_are_read_and_mistakes_in_them_told() -> None:
    before = Settings(ignore=("SEC*",), profile="cn-disclosure-2019")
    unset = Settings()
    values = {
        "language": "en", "ignore": ["FRM*"], "rules": ["/rules"], "hints": "off", "rulesUrl": "", "profile": None,
        "select": "ARI001", "plugins": 1, "links": {"a": 1}, "hint": "off", "trace": {"server": "off"},
    }  # fmt: skip
    assert read(values, before, unset) == (
        Settings(language="en", ignore=("FRM*",), rules=(Path("/rules"),), hints="off"),
        [
            "reportlint.select: expected a list of texts",
            "reportlint.plugins: expected true or false",
            "reportlint.links: expected norms and their addresses",
            "reportlint.hint: no such setting; known: hints, ignore, isolated, language, links, plugins, profile, "
            "rules, rulesUrl, select",
        ],
    )
    assert read(None, before, unset) == read([], before, unset) == read({}, before, unset) == (before, [])
    assert read({"hints": "some", "profile": 3, "links": {"": "x", "a": "https://b"}}, unset, unset) == (
        Settings(links={"a": "https://b"}),
        ["reportlint.hints: expected lines or all or off", "reportlint.profile: expected a text"],
    )


@pytest.mark.parametrize("address", ["command:workbench.action.quit", "javascript:alert(1)", "docs/rules.md", "//a"])
def test_a_link_that_an_editor_would_obey_as_a_command_is_refused(address: str) -> None:
    unset = Settings()
    expected = "an address that begins with https:, http:, file:"
    assert read({"rulesUrl": address, "links": {"a": address}}, unset, unset) == (
        unset,
        [f"reportlint.rulesUrl: expected {expected}", f"reportlint.links: expected for each norm {expected}"],
    )
    assert read({"rulesUrl": "HTTPS://a", "links": {"a": "file:///b"}}, unset, unset) == (
        Settings(rules_url="HTTPS://a", links={"a": "file:///b"}),
        [],
    )
