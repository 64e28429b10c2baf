"""What an editor offers to do about diagnostics: mend, mend all, go to the other cells, waive."""

from collections.abc import Iterator, Sequence

from lsprotocol import types

from reportlint.diagnostic import Diagnostic, Edit, Fix, Language, Span, Text
from reportlint.lsp.page import Page
from reportlint.lsp.understood import Understood
from reportlint.lsp.waiving import may_be_waived

FIX_ALL = "source.fixAll.reportlint"
SHOW, WAIVE = "reportlint.show", "reportlint.waive"
MOST_PLACES = 12
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
) -> list[types.CodeAction]:
    """All that can be done at a place.

    shown: The diagnostics as the client has them, in the order of `checked.standing`. only: Kinds that the client
    asks for. versioned: Whether it takes edits for a version only. can_show: Whether it can be asked to show a place.
    can_waive: Whether the client can be asked to edit another file.
    explained: Whether it shows why an action is disabled.
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
    every = safe_edits(understood.checked.standing)
    if every:
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


def safe_edits(diagnostics: Sequence[Diagnostic]) -> tuple[Edit, ...]:
    """The edits of all safe fixes, in reading order; of fixes that overlap the first."""
    taken: list[Edit] = []
    for found in diagnostics:
        if found.fix is None or found.fix.safety != "safe" or not found.fix.edits:
            continue
        if not any(_clash(edit, other) for edit in found.fix.edits for other in taken):
            taken.extend(found.fix.edits)
    return tuple(sorted(taken, key=lambda edit: edit.span))


def _clash(edit: Edit, other: Edit) -> bool:
    own, its = edit.span, other.span
    # Two insertions at one place have no order, so they clash as well.
    return (own.start < its.end and its.start < own.end) or own.start == its.start


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
