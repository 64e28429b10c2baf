"""A client for tests of the language server: a process of its own, whose death fails the test that talks to it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient, make_test_lsp_client

PATIENCE = 60.0  # seconds; a busy machine is no fault of the server's
REPORT = "file:///报告 1.txt"


class Client:
    """Talks to the server; every wait ends, and ends in an error where the server has died."""

    def __init__(self, raw: LanguageClient) -> None:
        self.raw = raw
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self.initialised: types.InitializeResult

    async def asked(self, answer: Any) -> Any:
        """The answer to a request."""
        async with asyncio.timeout(PATIENCE):
            return await answer

    async def pushed(self, uri: str, version: int | None) -> list[types.Diagnostic]:
        """What is published for this version of a document; what is published for other ones is passed over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                coming = asyncio.ensure_future(self.published.get())
                dying = asyncio.ensure_future(self.process.wait())
                await asyncio.wait({coming, dying}, return_when=asyncio.FIRST_COMPLETED)
                dying.cancel()
                assert coming.done(), f"the server ended with status {self.process.returncode}"
                params = coming.result()
                if params.uri == uri and params.version == version:
                    return list(params.diagnostics)

    @property
    def process(self) -> asyncio.subprocess.Process:
        process = self.raw._server
        assert process is not None
        return process

    def opened(self, text: str, uri: str = REPORT, version: int = 1, language: str = "plaintext") -> str:
        item = types.TextDocumentItem(uri, language, version, text)
        self.raw.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def changed(self, uri: str, version: int, text: str, place: types.Range | None = None) -> None:
        """The whole text, or what stands at a place, gives way to another."""
        change: types.TextDocumentContentChangeEvent
        if place is None:
            change = types.TextDocumentContentChangeWholeDocument(text)
        else:
            change = types.TextDocumentContentChangePartial(place, text)
        document = types.VersionedTextDocumentIdentifier(uri=uri, version=version)
        self.raw.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def pulled(self, uri: str, before: str | None = None) -> Any:
        document = types.TextDocumentIdentifier(uri)
        params = types.DocumentDiagnosticParams(document, previous_result_id=before)
        return await self.asked(self.raw.text_document_diagnostic_async(params))

    async def messages(self, number: int) -> list[str]:
        """The first messages that the server shows, once there are so many."""
        async with asyncio.timeout(PATIENCE):
            while len(self.raw.messages) < number:
                await asyncio.sleep(0.01)
        return [each.message for each in self.raw.messages]


def capabilities(*, pull: bool = False, encodings: Sequence[str] = ("utf-16",)) -> types.ClientCapabilities:
    """Of a client that can do all, with diagnostics pulled or pushed."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=list(encodings)),
        window=types.WindowClientCapabilities(show_document=types.ShowDocumentClientCapabilities(True)),
        workspace=types.WorkspaceClientCapabilities(
            configuration=True,
            apply_edit=True,
            workspace_edit=types.WorkspaceEditClientCapabilities(
                document_changes=True, resource_operations=[types.ResourceOperationKind.Create]
            ),
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True) if pull else None,
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=False),
        ),
        text_document=types.TextDocumentClientCapabilities(
            diagnostic=types.DiagnosticClientCapabilities() if pull else None,
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
                related_information=True,
                version_support=True,
                code_description_support=True,
                tag_support=types.ClientDiagnosticsTagOptions([types.DiagnosticTag.Unnecessary]),
            ),
            code_action=types.CodeActionClientCapabilities(
                code_action_literal_support=types.ClientCodeActionLiteralOptions(
                    types.ClientCodeActionKindOptions([types.CodeActionKind.QuickFix])
                ),
                is_preferred_support=True,
                disabled_support=True,
            ),
            document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True),
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.PlainText]),
            document_link=types.DocumentLinkClientCapabilities(tooltip_support=True),
        ),
    )


@asynccontextmanager
async def session(
    root: Path,
    *arguments: str,
    pull: bool = False,
    encodings: Sequence[str] = ("utf-16",),
    settings: Any = None,
    able: types.ClientCapabilities | None = None,
    language: str | None = "en",
    locale: str | None = None,
) -> AsyncIterator[Client]:
    """A client whose server runs, is initialised, and takes its leave with status 0."""
    raw = make_test_lsp_client()
    client = Client(raw)
    # `feature` refuses a second function for a notification; the first one is the test client's own.
    raw.protocol.fm.features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = client.published.put_nowait
    # lsprotocol takes an action with a command for the command.
    converter = raw.protocol._converter
    converter.register_structure_hook(
        types.Command | types.CodeAction, lambda value, _: converter.structure(value, types.CodeAction)
    )
    spoken = [] if language is None else ["--lang", language]
    await raw.start_io(sys.executable, "-m", "reportlint", "lsp", *spoken, *arguments)
    if settings is not None:
        raw.set_configuration({"reportlint": settings})
    params = types.InitializeParams(
        capabilities=able or capabilities(pull=pull, encodings=encodings),
        root_uri=root.as_uri(),
        initialization_options=settings,
        locale=locale,
    )
    try:
        client.initialised = await client.asked(raw.initialize_session(params))
        yield client
        assert client.process.returncode is None, "the server ended during the test"
        await client.asked(raw.shutdown_session())
        assert client.process.returncode == 0
    finally:
        if client.process.returncode is None:
            client.process.kill()
        await raw.stop()  # type: ignore[no-untyped-call]


# Without a client that keeps to the protocol.


class Wire:
    """The bare streams of a server."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process, self.input, self.output = process, process.stdin, process.stdout

    async def bytes(self, data: bytes) -> None:
        self.input.write(data)
        await self.input.drain()

    async def send(self, method: str, params: Any, number: int | None = None) -> None:
        found = {"jsonrpc": "2.0", "method": method, "params": params}
        body = json.dumps(found if number is None else {**found, "id": number}).encode()
        await self.bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    async def received(self) -> dict[str, Any]:
        """The next message; EOFError where none comes any more."""
        async with asyncio.timeout(PATIENCE):
            size = 0
            while (line := await self.output.readline()).strip():
                name, _, value = line.partition(b":")
                size = int(value) if name.lower() == b"content-length" else size
            if not size:
                raise EOFError
            found: dict[str, Any] = json.loads(await self.output.readexactly(size))
            return found

    async def until(self, **wanted: Any) -> dict[str, Any]:
        """The next message that has these keys and values."""
        while True:
            found = await self.received()
            if all(found.get(key) == value for key, value in wanted.items()):
                return found

    async def initialised(self) -> None:
        able = {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}
        await self.send("initialize", {"processId": None, "rootUri": None, "capabilities": able}, 1)
        await self.until(id=1)
        await self.send("initialized", {})

    async def status(self) -> int:
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()


@asynccontextmanager
async def wire(*arguments: str, environment: dict[str, str] | None = None) -> AsyncIterator[Wire]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "reportlint", "lsp", "--lang", "en", *arguments,
        stdin=pipe, stdout=pipe, stderr=pipe, env=environment, limit=2**26,
    )  # fmt: skip
    try:
        yield Wire(process)
    finally:
        # A client that goes; one that is killed would leave nothing that tells what the server ran through.
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(PATIENCE / 4):
                await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
