"""What an editor offers to do about diagnostics: mend, mend all, go to the other cells, waive."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from lsprotocol import types

from reportlint.diagnostic import Checked, Diagnostic, Edit, Fix, Language, Safety, Span, Text
from reportlint.engine import Library, lint
from reportlint.fingerprint import fingerprints
from reportlint.fixing import applicable, changes, fixed
from reportlint.lsp.page import Page
from reportlint.lsp.understood import Understood
from reportlint.lsp.waiving import may_be_waived
from reportlint.readers import read_source
from reportlint.source import Source

FIX_ALL = "source.fixAll.reportlint"
SHOW, WAIVE = "reportlint.show", "reportlint.waive"
MOST_PLACES = 12
SAFE: tuple[Safety, ...] = ("safe",)
WAIVERS = {
    "accepted": Text("豁免 {rule}：接受，并说明理由", "Waive {rule}: accept it, with a reason"),
    "todo": Text("豁免 {rule}：以后改正，并说明理由", "Waive {rule}: still to be mended, with a reason"),
}


def actions(
    understood: Understood,
    shown: Sequence[types.Diagnostic],
    place: types.Range,
    document: types.OptionalVersionedTextDocumentIdentifier,
    language: Language,
    *,
    only: Sequence[str] | None = None,
    versioned: bool = True,
    can_show: bool = True,
    can_waive: bool = False,
    explained: bool = True,
    library: Library,
) -> list[types.CodeAction]:
    """All that can be done at a place.

    shown: The diagnostics as the client has them, in the order of `checked.standing`. only: Kinds that the client
    asks for. versioned: Whether it takes edits for a version only. can_show: Whether it can be asked to show a place.
    can_waive: Whether the client can be asked to edit another file.
    explained: Whether it shows why an action is disabled.
    library: What the text was checked with, to prove what is mended all at once.
    """
    if not understood.placed:
        return []
    page = understood.page
    wanted = page.span(place)
    found: list[types.CodeAction] = []
    for each, diagnostic in zip(understood.checked.standing, shown, strict=True):
        if not _touch(each.span, wanted):
            continue
        if each.fix is not None:
            found.extend(_mend(page, each.fix, diagnostic, document, language, versioned, explained))
        if can_show:
            found.extend(_other_places(page, each, diagnostic, document.uri, language))
        if can_waive and may_be_waived(understood.checked, each):
            found.extend(_waive(each, diagnostic, document, language))
    wants_all = only is None or any(_is_kind(FIX_ALL, kind) for kind in only)
    if wants_all and (every := _proven(understood, library)):
        title = "修正全部可以放心修正的地方" if language == "zh" else "Mend all that can be mended safely"
        edit = _workspace_edit(page, every, document, versioned)
        found.append(types.CodeAction(title, FIX_ALL, edit=edit))
    return [action for action in found if only is None or any(_is_kind(action.kind, kind) for kind in only)]


def _touch(span: Span, other: Span) -> bool:
    return span.start <= other.end and other.start <= span.end


def _is_kind(kind: types.CodeActionKind | str | None, wanted: types.CodeActionKind | str) -> bool:
    own = kind.value if isinstance(kind, types.CodeActionKind) else kind or ""
    asked = wanted.value if isinstance(wanted, types.CodeActionKind) else wanted
    return asked == "" or own == asked or own.startswith(f"{asked}.")


def _mend(
    page: Page,
    fix: Fix,
    diagnostic: types.Diagnostic,
    document: types.OptionalVersionedTextDocumentIdentifier,
    language: Language,
    versioned: bool,
    explained: bool,
) -> Iterator[types.CodeAction]:
    title = fix.title.to(language)
    if fix.safety == "display":
        if explained:
            why = "只供查看，请自行修改" if language == "zh" else "only to be looked at; change the text yourself"
            disabled = types.CodeActionDisabled(why)
            yield types.CodeAction(title, types.CodeActionKind.QuickFix, [diagnostic], disabled=disabled)
        return
    if fix.safety == "unsafe":
        title += "（意思可能改变，请核对）" if language == "zh" else " (the meaning may change: check it)"
    yield types.CodeAction(
        title,
        types.CodeActionKind.QuickFix,
        [diagnostic],
        is_preferred=True if fix.safety == "safe" else None,
        edit=_workspace_edit(page, fix.edits, document, versioned),
    )


def _other_places(
    page: Page, found: Diagnostic, diagnostic: types.Diagnostic, uri: str, language: Language
) -> Iterator[types.CodeAction]:
    for other in found.related[:MOST_PLACES]:
        words = other.message.to(language)
        title = f"转到：{words}" if language == "zh" else f"Go to: {words}"
        command = types.Command(title, SHOW, arguments=[uri, page.range(other.span)])
        yield types.CodeAction(title, types.CodeActionKind.Empty, [diagnostic], command=command)


def _waive(
    found: Diagnostic,
    diagnostic: types.Diagnostic,
    document: types.OptionalVersionedTextDocumentIdentifier,
    language: Language,
) -> Iterator[types.CodeAction]:
    """The command has an empty reason, which a client that can ask for one replaces."""
    for kind, words in WAIVERS.items():
        title = words.to(language).format(rule=found.rule)
        arguments = [document.uri, document.version, diagnostic.range, found.rule, "", kind]
        command = types.Command(title, WAIVE, arguments=arguments)
        yield types.CodeAction(title, types.CodeActionKind.QuickFix, [diagnostic], command=command)


@lru_cache(maxsize=8)
def _proven(understood: Understood, library: Library) -> tuple[Edit, ...]:
    """What `reportlint check --fix` would change: each fix held against another check. Asked for at every move of the
    cursor, so it is kept for as long as the text is the same."""
    before = understood.checked
    if before.source is None or not applicable(before, SAFE):
        return ()
    source = before.source
    profile = next((each for each in library.profiles if each.id == before.profile), None)
    waived = {
        known: each.waived
        for known, each in zip(fingerprints(before), before.diagnostics, strict=True)
        if each.waived is not None
    }

    def check(text: str) -> Checked:
        after = lint(read_source(Source(source.path, text)), library, profile)
        marked = (
            each._replace(waived=waived.get(known))
            for known, each in zip(fingerprints(after), after.diagnostics, strict=True)
        )
        return after._replace(diagnostics=tuple(marked))

    return changes(source.text, fixed(before, check, SAFE).text)


def _workspace_edit(
    page: Page,
    edits: Sequence[Edit],
    document: types.OptionalVersionedTextDocumentIdentifier,
    versioned: bool,
) -> types.WorkspaceEdit:
    changes = [types.TextEdit(page.range(edit.span), edit.text) for edit in edits]
    if versioned:
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, changes)])
    return types.WorkspaceEdit(changes={document.uri: changes})
