"""The protocol as pygls speaks it, made to last: documents are kept here, and what cannot be understood is answered."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcServerNotInitialized
from pygls.protocol import LanguageServerProtocol, lsp_method

from reportlint.lsp.page import Change

if TYPE_CHECKING:
    from concurrent.futures import Future

    from reportlint.lsp.server import Server


class Protocol(LanguageServerProtocol):
    """Differs from pygls in five things.

    Its workspace splits lines at characters that the protocol takes for part of a line, such as U+2028, so texts are
    kept elsewhere. It keeps a future for every message that it ever handled. A request whose parameters make no sense
    never gets an answer, and one before `initialize` gets a wrong one. It stumbles over what it waits for at the end.
    """

    _server: "Server"

    def _execute_handler(
        self,
        msg_id: Any,
        handler: Callable[..., Any],
        callback: Callable[..., Any],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        def settled(future: "Future[Any]") -> None:
            self._request_futures.pop(msg_id, None)
            # What waits for a handler that was cancelled has nobody left to tell.
            with contextlib.suppress(asyncio.CancelledError):
                callback(future)

        super()._execute_handler(msg_id, handler, settled, args, kwargs)

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and isinstance(data.get("id"), int | str):
                self._send_response(data["id"], None, error.to_response_error())
            elif data.get("method") == types.TEXT_DOCUMENT_DID_CHANGE:
                self._server.missed(_document(data), "a change made no sense")
            raise

    def _handle_request(self, msg_id: Any, method_name: str, params: Any) -> None:
        if self._workspace is None and method_name != types.INITIALIZE:
            self._send_response(msg_id, None, JsonRpcServerNotInitialized().to_response_error())
            return
        # Handlers run later, and changes that come behind the request are taken before: noted is what it is about now.
        self._server.note(getattr(getattr(params, "text_document", None), "uri", None))
        super()._handle_request(msg_id, method_name, params)

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> None:  # type: ignore[override]
        own = self.msg_id
        for number, future in list(self._request_futures.items()):
            if number != own and not future.done():
                future.cancel()
        self._shutdown = True

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        self._server.opened(item.uri, item.language_id, item.text, item.version)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        changes = [
            Change(change.text, change.range.start, change.range.end)
            if isinstance(change, types.TextDocumentContentChangePartial)
            else Change(change.text)
            for change in params.content_changes
        ]
        self._server.changed(params.text_document.uri, changes, params.text_document.version)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._server.closed(params.text_document.uri)


def _document(data: dict[str, Any]) -> str:
    """The document that a message is about, whatever else is wrong with it; empty where it names none."""
    try:
        return str(data["params"]["textDocument"]["uri"])
    except (KeyError, TypeError):
        return ""
