"""The server: takes what the client says, has documents checked, and answers for their newest version only."""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInvalidParams
from pygls.io_ import run_async
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter
from pygls.uris import to_fs_path, urlparse

from reportlint import __version__
from reportlint.diagnostic import Language
from reportlint.errors import ConfigError
from reportlint.lsp import rulefiles, waiving
from reportlint.lsp.actions import FIX_ALL, SHOW, WAIVE, actions
from reportlint.lsp.diagnostics import ORIGIN, SOURCE, diagnostics, summary
from reportlint.lsp.figures import cell_at, operands
from reportlint.lsp.hints import hints
from reportlint.lsp.hover import hover
from reportlint.lsp.libraries import Libraries, Shelf, told
from reportlint.lsp.page import Change, Manuscript, Page
from reportlint.lsp.protocol import Protocol
from reportlint.lsp.settings import Settings, read
from reportlint.lsp.stream import Input, Output, own_output
from reportlint.lsp.symbols import flat, folds, links, symbols
from reportlint.lsp.understood import Understood, is_text, understand, understand_file
from reportlint.lsp.worker import HungError, Worker

log = logging.getLogger(__name__)

SECTION = "reportlint"
LOOK = ""  # the job that looks at files; no document is called so
RELOAD, STATUS = "reportlint.reload", "reportlint/status"
# What clients call a text that may be a report, where its ending says nothing.
TEXTS = frozenset({"plaintext", "text", "txt", "reportlint"})
YAML = frozenset({".yaml", ".yml"})
WATCHED = ("**/.reportlint/**", "**/.reportlint.yaml", "**/*.yaml")
PARENT_SECONDS = 5.0  # between two looks whether the client's process is still there
LAST_SECONDS = 5.0  # how long a check may go on when the client has gone


class Result(NamedTuple):
    """What a check of one version came to.

    number: Names the diagnostics; the same for equal ones, so that a client need not be sent them again.
    understood: None for a file of rules, and where nothing could be understood.
    """

    shelf: Shelf | None
    page: Page
    diagnostics: list[types.Diagnostic]
    understood: Understood | None = None
    number: int = 0


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

    @property
    def is_rules(self) -> bool:
        return self.path.suffix.lower() in YAML or self.language_id == "yaml"


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
        self.libraries = Libraries(settings)
        self.documents: dict[str, Open] = {}
        self.worker = Worker()
        self.newest_shelf = 0
        self.results = 0
        self.unit = "utf-16"
        self.pulls = self.tells_status = False
        self.root = Path.cwd()
        self._said: set[str] = set()

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

    def path(self, uri: str) -> Path:
        """The file of a document; for one that was never saved a name in the first folder."""
        scheme, _, path, *_ = urlparse(uri)
        name = to_fs_path(uri) if scheme == "file" else None
        return Path(name) if name else self.root / (Path(path).name or "untitled")

    # Checks.

    def check(self, document: Open) -> None:
        """Has the newest version checked; what was known of older ones is no answer any more."""
        document.revision += 1
        if document.ready.done():
            document.ready = asyncio.get_running_loop().create_future()
        page, revision = document.manuscript.page(), document.revision
        lost, libraries = document.manuscript.lost, self.libraries
        future = self.worker.submit(document.uri, lambda: self.result(document, page, libraries, lost))
        future.add_done_callback(lambda future: self.checked(document, revision, page, future))

    def result(self, document: Open, page: Page, libraries: Libraries, lost: str = "") -> Result:
        """What one version comes to. Runs beside the loop."""
        path, settings = document.path, libraries.settings
        if lost:
            return Result(None, page, [self.fault(_reopen(lost, settings))])
        shelf = libraries.shelf(path)
        library = shelf.library
        if document.is_rules:
            return Result(shelf, page, rulefiles.diagnostics(path, page, shelf.library, settings.language))
        if library is None:
            return Result(shelf, page, [self.fault(_unchecked(str(shelf.error), settings))])
        if path.suffix.lower() not in library.extensions.readers and document.language_id not in TEXTS:
            return Result(shelf, page, [])
        make = understand if is_text(path, library) else understand_file
        try:
            understood = make(path, page, library, shelf.profile)
        except ConfigError as error:  # the words of a rule are read when it first speaks
            return Result(shelf, page, [self.fault(_unchecked(str(error), settings))])
        shown = diagnostics(understood, library, settings, document.uri, related=self.knows("related_information"))
        return Result(shelf, page, shown, understood)

    def fault(self, message: str) -> types.Diagnostic:
        """A diagnostic that says what could not be done."""
        return types.Diagnostic(ORIGIN, message, types.DiagnosticSeverity.Error, "unreadable", source=SOURCE)

    def checked(self, document: Open, revision: int, page: Page, future: "asyncio.Future[Result]") -> None:
        """Takes the result of a check, if it is still about the newest version."""
        if future.cancelled():
            return
        error = future.exception()
        if document.revision != revision or self.documents.get(document.uri) is not document:
            return
        if error is None:
            result = future.result()
        elif isinstance(error, HungError):
            result = Result(None, page, [self.fault(_hung(self.worker.seconds, self.settings))])
        else:
            log.error("a check failed", exc_info=error)
            why = f"{type(error).__name__}: {error}"
            result = Result(None, page, [self.fault(_unchecked(why, self.settings))])
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
        if self.tells_status and result.understood is not None:
            self.protocol.notify(
                STATUS, {"uri": document.uri, "summary": summary(result.understood.checked, self.settings.language)}
            )

    def noticed(self, shelf: Shelf, document: Open) -> None:
        """Tells of what is new about the rules, and has the other documents checked with them."""
        language = self.settings.language
        for note in shelf.notes:
            self.say(note.to(language), types.MessageType.Warning)
        if shelf.error is not None:
            self.say(told(shelf.error, language), types.MessageType.Error)
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
        """Looks whether files of rules have changed, and checks anew if so."""
        libraries = self.libraries

        def job() -> bool:
            return libraries.changed()

        def seen(future: "asyncio.Future[bool]") -> None:
            if not future.cancelled() and (future.exception() is not None or future.result()):
                self.check_all()

        self.worker.submit(LOOK, job).add_done_callback(seen)

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

    def knows(self, what: str) -> bool:
        """Whether the client says that it can do this with published diagnostics; one that pulls can."""
        published = (
            self.client_capabilities.text_document and self.client_capabilities.text_document.publish_diagnostics
        )
        return self.pulls or bool(published and getattr(published, what))

    def publish(self, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    def say(self, message: str, kind: types.MessageType) -> None:
        """Shows a message, once."""
        if message not in self._said:
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
        self.libraries = Libraries(self.settings, self.libraries.numbers)
        self.check_all()

    def configure(self, values: Any) -> None:
        settings, wrong = read(values, self.given, self.basis)
        for each in wrong:
            self.say(each, types.MessageType.Warning)
        if settings != self.settings:
            self.settings = settings
            self.reload()


def _reopen(why: str, settings: Settings) -> str:
    if settings.language == "zh":
        return f"编辑器与服务器的文本不再一致（{why}），没有检查；请关闭并重新打开这份文件"
    return (
        f"the editor's text and the server's are no longer the same ({why}); not checked: close and open the file again"
    )


def _unchecked(why: str, settings: Settings) -> str:
    return f"没有检查：{why}" if settings.language == "zh" else f"not checked: {why}"


def _hung(seconds: float, settings: Settings) -> str:
    if settings.language == "zh":
        return f"检查超过 {seconds:g} 秒没有结束，已放弃；修改后会再次检查"
    return f"the check did not end within {seconds:g} s and was given up; it is tried again after the next change"


# Wiring. Each function takes what the client asks, and has a pure function answer it.


def make(settings: Settings) -> Server:
    """A server that talks to nobody yet."""
    server = Server(settings)
    feature = server.feature

    @feature(types.INITIALIZE)
    def initialize(ls: Server, params: types.InitializeParams) -> None:
        encoding = ls.workspace.position_encoding
        ls.unit = str(getattr(encoding, "value", encoding))
        text_document = params.capabilities.text_document
        ls.pulls = text_document is not None and text_document.diagnostic is not None
        folders = params.workspace_folders or []
        first = folders[0].uri if folders else params.root_uri
        if first is not None and (name := to_fs_path(first)):
            ls.root = Path(name)
        if params.locale:
            language: Language = "zh" if params.locale.lower().startswith("zh") else "en"
            ls.basis = ls.given = replace(ls.basis, language=language)
        given = params.initialization_options
        ls.tells_status = isinstance(given, dict) and given.get("status") is True
        ls.configure(given)
        ls.given = ls.settings
        if ls.pulls:
            options = types.DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=False)
            options.identifier = SOURCE
            feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(pull)

    @feature(types.INITIALIZED)
    async def initialized(ls: Server, params: types.InitializedParams) -> None:
        workspace = ls.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace else None
        if watched is not None and watched.dynamic_registration:
            watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
            registration = types.Registration(
                "rules",
                types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                types.DidChangeWatchedFilesRegistrationOptions(watchers),
            )
            ls.client_register_capability(types.RegistrationParams([registration]))
        await ask(ls)

    async def ask(ls: Server) -> None:
        """Asks for the settings, if the client can be asked."""
        workspace = ls.client_capabilities.workspace
        if workspace is None or not workspace.configuration:
            return
        params = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
        try:
            found = await ls.workspace_configuration_async(params)
        except JsonRpcException as error:
            ls.tell_log(f"the settings could not be asked for: {error}")
            return
        if found:
            ls.configure(found[0])

    @feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def settings_changed(ls: Server, params: types.DidChangeConfigurationParams) -> None:
        given = params.settings
        if isinstance(given, dict) and SECTION in given:
            ls.configure(given[SECTION])
        else:
            await ask(ls)

    @feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
        ls.look()

    @feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
        document = ls.documents.get(params.text_document.uri)
        shelf = document.last.shelf if document and document.last else None
        if document and document.is_rules:
            ls.look()
        elif document and shelf and shelf.library and not is_text(document.path, shelf.library):
            ls.check(document)

    async def pull(
        ls: Server, params: types.DocumentDiagnosticParams
    ) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
        if params.text_document.uri not in ls.documents:
            return types.RelatedFullDocumentDiagnosticReport([])
        result = await ls.newest(params.text_document.uri)
        name = str(result.number)
        if params.previous_result_id == name:
            return types.RelatedUnchangedDocumentDiagnosticReport(name)
        return types.RelatedFullDocumentDiagnosticReport(result.diagnostics, result_id=name)

    options = types.CodeActionOptions([types.CodeActionKind.QuickFix, FIX_ALL])

    @feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def code_actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        result = await ls.same(uri)
        if result.understood is None:
            return []
        workspace, window = ls.client_capabilities.workspace, ls.client_capabilities.window
        asked = ls.client_capabilities.text_document and ls.client_capabilities.text_document.code_action
        edits = workspace.workspace_edit if workspace else None
        document = types.OptionalVersionedTextDocumentIdentifier(uri, ls.documents[uri].manuscript.version)
        return actions(
            result.understood,
            result.diagnostics,
            params.range,
            document,
            ls.settings.language,
            only=params.context.only,
            versioned=bool(edits and edits.document_changes),
            can_show=bool(window and window.show_document and window.show_document.support),
            can_waive=waiving.available(),
            explained=bool(asked and asked.disabled_support),
            library=result.shelf.library if result.shelf else None,
        )

    @feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(ls: Server, params: types.HoverParams) -> types.Hover | None:
        result = await ls.same(params.text_document.uri)
        asked = ls.client_capabilities.text_document and ls.client_capabilities.text_document.hover
        markdown = not asked or not asked.content_format or asked.content_format[0] == types.MarkupKind.Markdown
        library = result.shelf.library if result.shelf else None
        if library is None:
            return None
        document = ls.documents[params.text_document.uri]
        if document.is_rules:
            return rulefiles.hover(document.path, result.page, params.position, library, ls.settings.language)
        if result.understood is None:
            return None
        offset = result.page.offset(params.position)
        return hover(result.understood, library, offset, ls.settings.language, markdown=markdown)

    completion = types.CompletionOptions(trigger_characters=[":", " ", "["])

    @feature(types.TEXT_DOCUMENT_COMPLETION, completion)
    async def completed(ls: Server, params: types.CompletionParams) -> list[types.CompletionItem]:
        document = ls.documents.get(params.text_document.uri)
        if document is None or not document.is_rules:
            return []
        result = await ls.same(document.uri)
        if result.shelf is None or result.shelf.library is None:
            return []
        return rulefiles.completion(
            document.path, result.page, params.position, result.shelf.library, ls.settings.language
        )

    @feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def inlay_hints(ls: Server, params: types.InlayHintParams) -> list[types.InlayHint]:
        result = await ls.newest(params.text_document.uri)
        if result.understood is None:
            return []
        return hints(result.understood, result.page.span(params.range), ls.settings)

    @feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def document_symbols(
        ls: Server, params: types.DocumentSymbolParams
    ) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
        result = await ls.newest(params.text_document.uri)
        if result.understood is None:
            return []
        found = symbols(result.understood, ls.settings.language)
        asked = ls.client_capabilities.text_document and ls.client_capabilities.text_document.document_symbol
        return found if asked and asked.hierarchical_document_symbol_support else flat(found, params.text_document.uri)

    @feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    async def folding(ls: Server, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        result = await ls.newest(params.text_document.uri)
        return folds(result.understood) if result.understood else []

    @feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def document_links(ls: Server, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        result = await ls.newest(params.text_document.uri)
        return links(result.understood, ls.settings) if result.understood else []

    @feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(ls: Server, params: types.DefinitionParams) -> list[types.Location]:
        """From a number to the other cells of its sums."""
        result = await ls.same(params.text_document.uri)
        return [types.Location(params.text_document.uri, range_) for range_ in others(result, params.position)]

    @feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def highlight(ls: Server, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        result = await ls.same(params.text_document.uri)
        kind = types.DocumentHighlightKind.Read
        return [types.DocumentHighlight(range_, kind) for range_ in others(result, params.position)]

    def others(result: Result, position: types.Position) -> list[types.Range]:
        understood = result.understood
        if understood is None or understood.document is None or not understood.placed:
            return []
        cell = cell_at(understood.document, result.page.offset(position))
        if cell is None:
            return []
        return [result.page.range(other.cell.span) for other in operands(understood.document, cell.key)]

    @server.command(SHOW)
    async def show(ls: Server, *arguments: Any) -> None:
        """Has the client show a place. arguments: The document and the range."""
        try:
            uri, place = arguments
            selection = types.Range(types.Position(**place["start"]), types.Position(**place["end"]))
            params = types.ShowDocumentParams(str(uri), take_focus=True, selection=selection)
        except (TypeError, ValueError, KeyError) as error:
            raise JsonRpcInvalidParams(f"{SHOW} takes a document and a range") from error
        await ls.window_show_document_async(params)

    @server.command(WAIVE)
    async def waive(ls: Server, *arguments: Any) -> None:
        """Writes a waiver. arguments: The document, its version, a range in it, the rule and, at last, the reason."""
        ls.say(waiving.waive(arguments, ls.settings.language), types.MessageType.Warning)

    @server.command(RELOAD)
    def reload(ls: Server) -> None:
        """Loads settings and rules anew."""
        ls.reload()

    return server


# Running.


async def _talk(server: Server, output: Output) -> None:
    """Until the client says that it is over, or is gone."""
    reader = Input(sys.stdin.buffer)
    server.protocol.set_writer(output)
    talking = asyncio.create_task(
        run_async(_Never(), reader, server.protocol, log, server.report_server_error)  # type: ignore[arg-type]
    )
    gone = asyncio.create_task(output.gone.wait())
    orphaned = asyncio.create_task(_parent_gone(server))
    try:
        await asyncio.wait({talking, gone, orphaned}, return_when=asyncio.FIRST_COMPLETED)
        if talking.done():
            talking.result()
    finally:
        for task in (talking, gone, orphaned):
            task.cancel()


class _Never:
    """The event that pygls would stop at: whoever runs the server cancels it instead."""

    def is_set(self) -> bool:
        return False


async def _parent_gone(server: Server) -> None:
    """Ends once the process that started the server does not exist any more."""
    while True:
        await asyncio.sleep(PARENT_SECONDS)
        parent = server.process_id
        if parent is None or os.name != "posix":
            continue
        try:
            os.kill(parent, 0)
        except ProcessLookupError:
            return
        except OSError:
            continue


def serve(settings: Settings) -> int:
    """Talks over standard input and output until the client is gone; the exit status.

    0 where it took its leave as the protocol wants it, else 1.
    """
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    # The thread that checks gives way to the loop that talks more often than usual.
    sys.setswitchinterval(0.001)
    server = make(settings)
    output = Output(own_output())
    with contextlib.suppress(KeyboardInterrupt, SystemExit):
        asyncio.run(_talk(server, output))
    status = 0 if server.protocol._shutdown else 1
    if not server.worker.stop(LAST_SECONDS):
        os._exit(status)
    return status
