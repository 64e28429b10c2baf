"""What can be done about a diagnostic: mend it, look at other places, waive it."""

import asyncio
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from reportlint.diagnostic import Checked, Diagnostic
from reportlint.errors import ConfigError
from reportlint.lsp import waiving
from reportlint.lsp.actions import FIX_ALL, SHOW, WAIVE, actions
from reportlint.lsp.checking import Result
from reportlint.lsp.feature import Command, Feature
from reportlint.lsp.server import Server


async def code_actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri = params.text_document.uri
    result = await ls.same(uri)
    if result.understood is None or result.library is None:
        return []
    window = ls.client_capabilities.window
    workspace = ls.client_capabilities.workspace
    asked = ls.client_capabilities.text_document and ls.client_capabilities.text_document.code_action
    document = types.OptionalVersionedTextDocumentIdentifier(uri, ls.documents[uri].manuscript.version)
    return actions(
        result.understood,
        result.diagnostics,
        params.range,
        document,
        result.language,
        only=params.context.only,
        versioned=_versioned(ls),
        can_show=bool(window and window.show_document and window.show_document.support),
        can_waive=bool(workspace and workspace.apply_edit) and not ls.settings.isolated,
        explained=bool(asked and asked.disabled_support),
        library=result.library,
    )


def _versioned(ls: Server) -> bool:
    workspace = ls.client_capabilities.workspace
    edits = workspace.workspace_edit if workspace else None
    return bool(edits and edits.document_changes)


def _creates(ls: Server) -> bool:
    workspace = ls.client_capabilities.workspace
    edits = workspace.workspace_edit if workspace else None
    return bool(edits and types.ResourceOperationKind.Create in (edits.resource_operations or ()))


async def show(ls: Server, *arguments: Any) -> None:
    """Has the client show a place. arguments: The document and the range."""
    try:
        uri, place = arguments
        selection = types.Range(types.Position(**place["start"]), types.Position(**place["end"]))
        params = types.ShowDocumentParams(str(uri), take_focus=True, selection=selection)
    except (TypeError, ValueError, KeyError) as error:
        raise JsonRpcInvalidParams(f"{SHOW} takes a document and a range") from error
    await ls.window_show_document_async(params)


async def waive(ls: Server, *arguments: Any) -> None:
    """Has the client add a waiver to its file.

    arguments: The document, its version, the range and the rule of the diagnostic; the reason, empty where it is to be
    written into the file; and the kind.
    """
    try:
        wish = waiving.wish(arguments)
    except ValueError as error:
        raise JsonRpcInvalidParams(
            f"{WAIVE} takes a document, its version, a range, a rule, a reason, a kind"
        ) from error
    document = ls.documents.get(wish.uri)
    result = await asyncio.shield(document.ready) if document else None
    chosen = _meant(wish, result) if document and document.manuscript.version == wish.version else None
    if document is None or result is None or result.shelf is None or chosen is None:
        ls.say(waiving.told(None, result.language if result else ls.language), types.MessageType.Warning, again=True)
        return
    checked, found = chosen
    file = ls.checker.books.file_for(document.path, result.shelf.settings, ls.pages())
    own = next((each for each in ls.documents.values() if each.path == file), None)
    page, version = (own.manuscript.page(), own.manuscript.version) if own else (None, None)
    unit, language, versioned, creates = ls.unit, result.language, _versioned(ls), _creates(ls)
    try:
        made = await ls.beside(
            f"{WAIVE} {wish.uri}",
            lambda: waiving.written(
                wish, checked, found, file, page, version, unit, language, versioned=versioned, creates=creates
            ),
        )
    except ConfigError as error:
        ls.say(waiving.told(error, language), types.MessageType.Warning, again=True)
        return
    try:
        answer = await ls.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(made.edit, label=WAIVE))
        refused = None if answer.applied else answer.failure_reason or "the editor did not take the edit"
    except JsonRpcException as error:
        refused = str(error.message)
    if refused is not None:
        ls.say(waiving.told(ConfigError(made.file, refused), language), types.MessageType.Warning, again=True)
        return
    window = ls.client_capabilities.window
    if not wish.reason and window and window.show_document and window.show_document.support:
        await ls.window_show_document_async(
            types.ShowDocumentParams(made.file.as_uri(), take_focus=True, selection=made.reason)
        )


def _meant(wish: waiving.Wish, result: Result | None) -> tuple[Checked, Diagnostic] | None:
    """The diagnostic that is to be waived; None where it is not there."""
    understood = result.understood if result else None
    if result is None or understood is None:
        return None
    for found, shown in zip(understood.checked.standing, result.diagnostics, strict=True):
        if shown.range == wish.range and found.rule == wish.rule and waiving.may_be_waived(understood.checked, found):
            return understood.checked, found
    return None


FEATURES = (
    Feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        code_actions,
        types.CodeActionOptions([types.CodeActionKind.QuickFix, FIX_ALL]),
    ),
)
COMMANDS = (Command(SHOW, show), Command(WAIVE, waive))
