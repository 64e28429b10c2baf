"""The server: takes what the client says, has documents checked, and answers for their newest version only.

What it does with each message is in `features/`, a table of small functions; how it runs is in `running.py`.
"""

import asyncio
import itertools
import logging
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter
from pygls.uris import to_fs_path, urlparse

from reportlint import __version__
from reportlint.diagnostic import Language
from reportlint.lsp.books import Pages
from reportlint.lsp.checking import Asked, Checker, Result, fault
from reportlint.lsp.diagnostics import SOURCE, summary
from reportlint.lsp.libraries import Libraries, Shelf, told
from reportlint.lsp.page import Change, Manuscript, Page
from reportlint.lsp.protocol import Protocol
from reportlint.lsp.settings import Settings, read
from reportlint.lsp.understood import is_text
from reportlint.lsp.worker import HungError, Worker

log = logging.getLogger(__name__)
AnswerT = TypeVar("AnswerT")

LOOK = ""  # the job that looks at files; no document is called so
STATUS = "reportlint/status"
BINARY = "reportlint.files"  # names the watch of files that are no text


@dataclass(eq=False)
class Open:
    """A document that the client has open.

    revision: Grows with every change of the text and of the rules. ready: What the newest revision came to.
    """

    uri: str
    path: Path
    language_id: str
    manuscript: Manuscript
    ready: "asyncio.Future[Result]"
    revision: int = 0
    last: Result | None = None

    def asked(self) -> Asked:
        return Asked(self.uri, self.path, self.language_id, self.manuscript.page(), self.manuscript.lost)


# The document that a request is about, and its revision when the request came.
_asked: ContextVar[tuple[Open | None, int]] = ContextVar("asked", default=(None, 0))


class Server(LanguageServer):
    """One client, its documents and what they are checked with."""

    protocol: Protocol

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            SOURCE,
            __version__,
            types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
            converter_factory=default_converter,
        )
        # From the command line, with what the client gave at first, and with what it sets now.
        self.basis = self.given = self.settings = settings
        self.numbers = itertools.count(1)
        self.checker = Checker(Libraries(settings, self.numbers))
        self.documents: dict[str, Open] = {}
        self.worker = Worker()
        self.newest_shelf = 0
        self.results = 0
        self.unit = "utf-16"
        self.pulls = self.tells_status = False
        self.root = Path.cwd()
        self._said: set[str] = set()
        self._wrong: set[str] = set()
        self._watched: set[str] = set()

    # Documents.

    def opened(self, uri: str, language_id: str, text: str, version: int) -> None:
        ready = asyncio.get_running_loop().create_future()
        manuscript = Manuscript(text, version, self.unit)
        before = self.documents.get(uri)
        if before is not None:  # opened twice: the newer text is the one that counts
            self.closed(uri)
        document = Open(uri, self.path(uri), language_id, manuscript, ready)
        self.documents[uri] = document
        self.check(document)

    def changed(self, uri: str, changes: Sequence[Change], version: int) -> None:
        document = self.documents.get(uri)
        if document is None:
            self.tell_log(f"{uri}: changed, but never opened")
            return
        document.manuscript.change(changes, version)
        self.check(document)

    def missed(self, uri: str, why: str) -> None:
        """Notes that a change of a document could not be taken."""
        document = self.documents.get(uri)
        if document is not None:
            document.manuscript.lost = why
            self.check(document)

    def closed(self, uri: str) -> None:
        document = self.documents.pop(uri, None)
        if document is None:
            return
        self.worker.drop(uri)
        document.ready.cancel()
        if not self.pulls:
            self.publish(uri, None, [])
        if document.last is not None and document.last.waivers is not None:
            self.check_all()  # what is saved counts again

    def path(self, uri: str) -> Path:
        """The file of a document; for one that was never saved a name in the first folder."""
        scheme, _, path, *_ = urlparse(uri)
        name = to_fs_path(uri) if scheme == "file" else None
        return Path(name) if name else self.root / (Path(path).name or "untitled")

    def pages(self) -> Pages:
        """The texts of all documents that were checked already."""
        return {document.path: document.last.page for document in self.documents.values() if document.last}

    # Checks.

    def check(self, document: Open) -> None:
        """Has the newest version checked; what was known of older ones is no answer any more."""
        document.revision += 1
        if document.ready.done():
            document.ready = asyncio.get_running_loop().create_future()
        asked, revision, pages, checker = document.asked(), document.revision, self.pages(), self.checker
        future = self.worker.submit(document.uri, lambda: checker.result(asked, pages))
        future.add_done_callback(lambda future: self.checked(document, revision, asked.page, future))

    def checked(self, document: Open, revision: int, page: Page, future: "asyncio.Future[Result]") -> None:
        """Takes the result of a check, if it is still about the newest version."""
        if future.cancelled():
            return
        error = future.exception()
        if document.revision != revision or self.documents.get(document.uri) is not document:
            return
        result = future.result() if error is None else self._failed(page, error)
        before = document.last
        if before is not None and before.diagnostics == result.diagnostics:
            result = result._replace(number=before.number, diagnostics=before.diagnostics)
        else:
            self.results += 1
            result = result._replace(number=self.results)
        document.last = result
        document.ready.set_result(result)
        if not self.pulls:
            self.publish(document.uri, document.manuscript.version, result.diagnostics)
        if result.shelf is not None:
            self.noticed(result.shelf, document)
        for note in result.notes:
            self.say(note, types.MessageType.Warning)
        self.tell_status(document.uri, result)
        if result.waivers != (before.waivers if before else None):
            self.check_all(besides=document)

    def _failed(self, page: Page, error: BaseException) -> Result:
        """The result of a check that came to none."""
        language = self.settings.spoken
        if isinstance(error, HungError):
            return Result(page, [fault(_hung(self.worker.seconds, language))], language)
        log.error("a check failed", exc_info=error)
        why = f"{type(error).__name__}: {error}"
        return Result(page, [fault(f"没有检查：{why}" if language == "zh" else f"not checked: {why}")], language)

    def tell_status(self, uri: str, result: Result) -> None:
        if not self.tells_status or (result.understood is None and not result.excluded):
            return
        if result.understood is not None:
            words = summary(result.understood.checked, result.language)
        else:
            words = (
                "设置排除了这个文件，没有检查"
                if result.language == "zh"
                else "not checked: the settings exclude this file"
            )
        self.protocol.notify(STATUS, {"uri": uri, "summary": words})

    def noticed(self, shelf: Shelf, document: Open) -> None:
        """Tells of what is new about settings and rules, and has the other documents checked with them."""
        for note in shelf.notes:
            self.say(note.to(shelf.language), types.MessageType.Warning)
        if shelf.error is not None:
            words = told(shelf.error, shelf.language, former=shelf.plans is not None)
            self.say(words, types.MessageType.Error)
            self._wrong.add(words)
        else:
            self._said -= self._wrong  # what goes wrong again is told again
        if shelf.library is not None:
            self.watch(shelf)
        if shelf.number <= self.newest_shelf:
            return
        first, self.newest_shelf = self.newest_shelf == 0, shelf.number
        if not first:
            self.check_all(besides=document)

    def check_all(self, besides: Open | None = None) -> None:
        """Has every document checked anew, since the rules or the settings are others."""
        for document in self.documents.values():
            if document is not besides:
                self.check(document)
        workspace = self.client_capabilities.workspace
        if self.pulls and workspace and workspace.diagnostics and workspace.diagnostics.refresh_support:
            self.protocol.send_request(types.WORKSPACE_DIAGNOSTIC_REFRESH)
        if workspace and workspace.inlay_hint and workspace.inlay_hint.refresh_support:
            self.protocol.send_request(types.WORKSPACE_INLAY_HINT_REFRESH)

    def look(self) -> None:
        """Looks whether files of settings and rules have changed, and checks anew if so."""
        libraries = self.checker.libraries

        def seen(future: "asyncio.Future[bool]") -> None:
            if not future.cancelled() and (future.exception() is not None or future.result()):
                self.check_all()

        self.worker.submit(LOOK, libraries.changed).add_done_callback(seen)

    def look_at_file(self, path: Path) -> None:
        """Has a file checked that is no text, and that an editor therefore does not have."""
        uri = path.as_uri()
        if uri in self.documents:
            return
        checker, pages = self.checker, self.pages()

        def seen(future: "asyncio.Future[list[types.Diagnostic] | None]") -> None:
            if not future.cancelled() and future.exception() is None and (found := future.result()) is not None:
                self.publish(uri, None, found)

        self.worker.submit(uri, lambda: checker.of_file(path, pages)).add_done_callback(seen)

    async def beside(self, name: str, job: Callable[[], AnswerT]) -> AnswerT:
        """What the job comes to, run where checks are."""
        answer: AnswerT = await self.worker.submit(name, job)
        return answer

    def note(self, uri: str | None) -> None:
        """Notes which version of a document a request is about."""
        document = self.documents.get(uri or "")
        _asked.set((document, document.revision if document else 0))

    async def newest(self, uri: str) -> Result:
        """What the newest version of a document came to.

        Raises:
            JsonRpcInvalidParams: It is not open. JsonRpcContentModified: It was closed in the meantime.
        """
        document, _ = _asked.get()
        if document is None:
            raise JsonRpcInvalidParams(f"{uri} is not open")
        while True:
            ready = document.ready
            try:
                result = await asyncio.shield(ready)
            except asyncio.CancelledError:
                if ready.cancelled():
                    raise JsonRpcContentModified() from None
                raise  # the client wants no answer any more
            if document.ready is ready:
                return result

    async def same(self, uri: str) -> Result:
        """What the version came to that the client means; for requests that name a place in it.

        Raises:
            JsonRpcInvalidParams: It is not open. JsonRpcContentModified: There is a newer one by now.
        """
        result = await self.newest(uri)
        document, revision = _asked.get()
        if document is None or document.revision != revision or self.documents.get(uri) is not document:
            raise JsonRpcContentModified()
        return result

    # The client.

    @property
    def language(self) -> Language:
        return self.settings.spoken

    def knows(self, what: str) -> bool:
        """Whether the client says that it can do this with published diagnostics; one that pulls can."""
        published = (
            self.client_capabilities.text_document and self.client_capabilities.text_document.publish_diagnostics
        )
        return self.pulls or bool(published and getattr(published, what))

    def publish(self, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    def watch(self, shelf: Shelf) -> None:
        """Has the client tell when a file is saved that a reader makes a text of, if it can."""
        library = shelf.library
        if library is None or not self.watches:
            return
        endings = {end for end in library.extensions.readers if not is_text(Path(f"x{end}"), library)} - self._watched
        if endings:
            self._watched |= endings
            self.register(f"{BINARY}{len(self._watched)}", [f"**/*{end}" for end in sorted(endings)])

    @property
    def watches(self) -> bool:
        """Whether the client can be asked to tell of changes of files."""
        workspace = self.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace else None
        return bool(watched and watched.dynamic_registration)

    def register(self, name: str, patterns: Sequence[str]) -> None:
        watchers = [types.FileSystemWatcher(pattern) for pattern in patterns]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = types.Registration(name, types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        self.client_register_capability(types.RegistrationParams([registration]))

    def say(self, message: str, kind: types.MessageType, *, again: bool = False) -> None:
        """Shows a message, once. again: Every time."""
        if again or message not in self._said:
            self._said.add(message)
            self.window_show_message(types.ShowMessageParams(kind, message))

    def tell_log(self, message: str) -> None:
        self.window_log_message(types.LogMessageParams(types.MessageType.Warning, message))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Into the client's log: a message that nobody can mend is not shown over the text."""
        if self.protocol.writer is not None and not isinstance(error, JsonRpcContentModified):
            self.tell_log(f"{type(error).__name__}: {error}")

    def reload(self) -> None:
        """Loads everything anew, with the settings as they are."""
        self._said.clear()
        self.checker = Checker(Libraries(self.settings, self.numbers), self.knows("related_information"))
        self.check_all()

    def configure(self, values: Any) -> None:
        settings, wrong = read(values, self.given, self.basis)
        for each in wrong:
            self.say(each, types.MessageType.Warning)
        if settings != self.settings:
            self.settings = settings
            self.reload()


def _hung(seconds: float, language: Language) -> str:
    if language == "zh":
        return f"检查超过 {seconds:g} 秒没有结束，已放弃；修改后会再次检查"
    return f"the check did not end within {seconds:g} s and was given up; it is tried again after the next change"


def make(settings: Settings) -> Server:
    """A server that talks to nobody yet."""
    from reportlint.lsp import features

    server = Server(settings)
    features.register(server)
    return server
