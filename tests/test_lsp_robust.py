"""What the language server does when the client, the text or a rule misbehaves."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp_client import Wire, wire
from reportlint.lsp import stream, worker
from reportlint.lsp.worker import HungError, Worker
from reportlint.trust import trust

TOP = Path(__file__).parents[1]
FAULTY = (TOP / "examples" / "cn-disclosure-2021" / "faulty.txt").read_text(encoding="utf-8")
CLEAN = (TOP / "examples" / "cn-disclosure-2021" / "clean.txt").read_text(encoding="utf-8")
URI = "file:///report.txt"
HANGING = """
import time
from dataclasses import dataclass

from reportlint.hookspecs import RuleKind

REPORTLINT_API = 1


@dataclass(frozen=True, kw_only=True)
class Options:
    \"\"\"None.\"\"\"


def check(document, options):
    if "停在这里" in document.source.text:
        while True:
            time.sleep(0.001)
    return []


def reportlint_kinds():
    return [RuleKind("hanging", Options, check)]
"""
RULE = """
id: hangs
code: XX001
kind: hanging
severity: warning
profile: cn-disclosure
source: nobody
why: nothing
message: nothing
examples: []
"""


def opened(text: str, version: int = 1, uri: str = URI) -> dict[str, Any]:
    return {"textDocument": {"uri": uri, "languageId": "plaintext", "version": version, "text": text}}


def changed(version: int, *changes: dict[str, Any]) -> dict[str, Any]:
    return {"textDocument": {"uri": URI, "version": version}, "contentChanges": list(changes)}


def place(line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}


async def diagnostics(client: Wire, version: int, uri: str = URI) -> list[dict[str, Any]]:
    """What is published for this version, and that nothing is for an older one afterwards."""
    while True:
        params: dict[str, Any] = (await client.until(method="textDocument/publishDiagnostics"))["params"]
        if params["uri"] == uri:
            assert params["version"] <= version
            if params["version"] == version:
                found: list[dict[str, Any]] = params["diagnostics"]
                return found


async def still_works(client: Wire, version: int) -> None:
    await client.send("textDocument/didChange", changed(version, {"text": FAULTY}))
    assert "column-sum" in [each["code"] for each in await diagnostics(client, version)]


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


GARBAGE = {
    "no JSON": framed(b"{{{{{"),
    "no message": framed(b"[]"),
    "a number": framed(b"7"),
    "no header": b"GET / HTTP/1.1\r\nHost: nowhere\r\n\r\n",
    "no text": framed(b"\xff\xfe\x00\x80"),
    "half a character": framed(b'"\xe4\xb8'),
    "nested": framed(b"[" * 200_000),
    "a long header": b"X: " + b"y" * 300_000 + b"\r\n",
    "another protocol": framed(b'{"jsonrpc":"1.0","method":"hello"}'),
    "an answer to nothing": framed(b'{"jsonrpc":"2.0","id":"x","result":null}'),
}


async def test_garbage_is_passed_over() -> None:
    async with wire() as client:
        await client.initialised()
        await client.send("textDocument/didOpen", opened(CLEAN))
        await diagnostics(client, 1)
        for data in GARBAGE.values():
            await client.bytes(data)
        await client.send("no/such", {"a": [1]})
        await client.send("no/such", None, 7)
        assert (await client.until(id=7))["error"]["code"] == types.ErrorCodes.MethodNotFound
        await still_works(client, 2)


async def test_a_request_that_makes_no_sense_is_answered() -> None:
    async with wire() as client:
        await client.send("textDocument/hover", place(0, 0), 1)
        assert (await client.until(id=1))["error"]["code"] == types.ErrorCodes.ServerNotInitialized
        await client.initialised()
        await client.send("textDocument/hover", {"position": "here"}, 2)
        assert (await client.until(id=2))["error"]["code"] == types.ErrorCodes.InvalidParams
        await client.send("textDocument/hover", place(0, 0), 3)
        error = (await client.until(id=3))["error"]
        assert (error["code"], error["message"]) == (types.ErrorCodes.InvalidParams, f"{URI} is not open")
        await client.send("textDocument/didOpen", opened(CLEAN))
        await diagnostics(client, 1)
        await client.send("textDocument/hover", place(10_000_000, 10_000_000), 4)
        assert (await client.until(id=4))["result"] is None
        await client.send("workspace/executeCommand", {"command": "reportlint.show", "arguments": [1]}, 5)
        assert (await client.until(id=5))["error"]["code"] == types.ErrorCodes.InvalidParams
        await client.send("workspace/executeCommand", {"command": "reportlint.reload"}, 6)
        assert (await client.until(id=6))["result"] is None
        await still_works(client, 2)


async def test_an_answer_about_a_place_in_an_older_version_is_withheld() -> None:
    async with wire() as client:
        await client.initialised()
        await client.send("textDocument/didOpen", opened(FAULTY))
        await client.send("textDocument/hover", place(54, 14), 2)
        await client.send("textDocument/documentSymbol", {"textDocument": {"uri": URI}}, 3)
        await client.send("textDocument/didChange", changed(2, {"text": CLEAN}))
        assert (await client.until(id=2))["error"]["code"] == types.LSPErrorCodes.ContentModified
        names = [each["name"] for each in (await client.until(id=3))["result"]]
        assert "一、总体情况" in names  # asked about the whole, it tells of the newest


async def test_a_request_can_be_cancelled_and_a_closed_document_answers_no_more() -> None:
    async with wire() as client:
        await client.initialised()
        await client.send("textDocument/didOpen", opened(CLEAN))
        await client.send("textDocument/hover", place(0, 0), 2)
        await client.send("$/cancelRequest", {"id": 2})
        assert (await client.until(id=2))["error"]["code"] == types.LSPErrorCodes.RequestCancelled
        await client.send("textDocument/didOpen", opened(CLEAN, uri="file:///other.txt"))
        other = {"textDocument": {"uri": "file:///other.txt"}}
        await client.send("textDocument/foldingRange", other, 3)
        await client.send("textDocument/didClose", other)
        assert (await client.until(id=3))["error"]["code"] == types.LSPErrorCodes.ContentModified
        await client.send("textDocument/didClose", other)  # twice is no harm
        await still_works(client, 2)


async def test_a_change_that_cannot_follow_is_told_and_a_whole_text_heals_it() -> None:
    async with wire() as client:
        await client.initialised()
        await client.send("textDocument/didOpen", opened(CLEAN, 5))
        await diagnostics(client, 5)
        point = {"line": 0, "character": 0}
        away = {"range": {"start": point, "end": point}, "text": "x"}
        unknown = {"textDocument": {"uri": "file:///nowhere.txt", "version": 2}, "contentChanges": [away]}
        await client.send("textDocument/didChange", unknown)
        told = await client.until(method="window/logMessage")
        assert told["params"]["message"] == "file:///nowhere.txt: changed, but never opened"
        await client.send("textDocument/didChange", changed(3, away))
        (lost,) = (await client.until(method="textDocument/publishDiagnostics"))["params"]["diagnostics"]
        assert "a change to version 3 came after version 5" in lost["message"]
        await still_works(client, 6)
        below = {"line": -1, "character": 0}
        await client.send("textDocument/didChange", changed(7, {"range": {"start": below, "end": below}, "text": "x"}))
        (lost,) = (await client.until(method="textDocument/publishDiagnostics"))["params"]["diagnostics"]
        assert (lost["code"], "a change made no sense" in lost["message"]) == ("unreadable", True)
        await still_works(client, 8)


async def test_edits_far_outside_of_the_text_are_taken_at_its_end() -> None:
    async with wire() as client:
        await client.initialised()
        await client.send("textDocument/didOpen", opened(FAULTY))
        before = await diagnostics(client, 1)
        far = {"line": 99_999, "character": 99_999}
        await client.send("textDocument/didChange", changed(2, {"range": {"start": far, "end": far}, "text": "\n"}))
        assert await diagnostics(client, 2) == before


PLACES = ("hover", "definition", "documentHighlight", "completion", "inlayHint", "codeAction")


async def test_a_place_far_outside_of_the_text_is_answered_and_a_file_of_ours_too_large_is_told() -> None:
    far = {"line": 2**31 - 1, "character": 2**31 - 1}
    settings = "file:///somewhere/.reportlint.yaml"
    async with wire() as client:
        await client.initialised()
        await client.send("textDocument/didOpen", opened(FAULTY))
        await diagnostics(client, 1)
        item = {"uri": settings, "languageId": "yaml", "version": 1, "text": "rules:\n  "}
        await client.send("textDocument/didOpen", {"textDocument": item})
        await diagnostics(client, 1, settings)
        number = 10
        for uri in (URI, settings):
            for what in PLACES:
                number += 1
                params: dict[str, Any] = {
                    "textDocument": {"uri": uri},
                    "position": far,
                    "range": {"start": far, "end": far},
                }
                if what == "codeAction":
                    params["context"] = {"diagnostics": []}
                await client.send(f"textDocument/{what}", params, number)
                assert "error" not in await client.until(id=number)
        large_text = {"text": "rules:\n" + "  a: b\n" * 300_000}
        params = {"textDocument": {"uri": settings, "version": 2}, "contentChanges": [large_text]}
        await client.send("textDocument/didChange", params)
        (large,) = await diagnostics(client, 2, settings)
        assert large["message"] == "larger than 1024 KiB, which no rule file needs to be"
        await still_works(client, 2)


async def test_a_text_of_fifty_megabytes_is_told_and_typing_in_it_goes_on() -> None:
    async with wire() as client:
        await client.initialised()
        await client.send("textDocument/didOpen", opened(CLEAN, uri="file:///small.txt"))
        await diagnostics(client, 1, "file:///small.txt")
        await client.send("textDocument/didOpen", opened("一二三四五六七\n" * (50 * 2**20 // 22)))
        (long,) = await diagnostics(client, 1)
        assert "more than the limit of 8 MiB" in long["message"]
        began = time.monotonic()
        point = {"line": 1000, "character": 1}
        for version in range(2, 32):
            change = {"range": {"start": point, "end": point}, "text": "字"}
            await client.send("textDocument/didChange", changed(version, change))
        (long,) = await diagnostics(client, 31)
        assert "more than the limit" in long["message"]
        assert time.monotonic() - began < 30
        await client.send("textDocument/didChange", changed(32, {"text": FAULTY}))
        assert "column-sum" in [each["code"] for each in await diagnostics(client, 32)]


# The end.


async def test_a_client_that_takes_its_leave_is_answered_with_status_0() -> None:
    async with wire() as client:
        await client.initialised()
        await client.send("shutdown", None, 2)
        assert (await client.until(id=2))["result"] is None
        await client.send("exit", None)
        assert await client.status() == 0


@pytest.mark.parametrize("last", ["nothing", "half a message", "exit"])
async def test_a_client_that_dies_ends_the_server_with_status_1(last: str) -> None:
    async with wire() as client:
        await client.initialised()
        await client.send("textDocument/didOpen", opened(FAULTY))
        if last == "half a message":
            await client.bytes(b'Content-Length: 500\r\n\r\n{"jsonrpc":')
        if last == "exit":
            await client.send("exit", None)
        else:
            client.input.close()
        assert await client.status() == 1
        assert client.process.stderr is not None
        assert b"Traceback" not in await client.process.stderr.read()


async def test_a_message_larger_than_any_ends_the_server() -> None:
    async with wire() as client:
        await client.initialised()
        await client.bytes(b"Content-Length: 99999999999999\r\n\r\n{")
        assert await client.status() == 1


@pytest.mark.skipif(os.name != "posix", reason="a client elsewhere is known to be gone by its pipe")
async def test_a_server_whose_client_was_killed_ends_though_the_pipe_stays_open() -> None:
    sleeper = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(600)")
    async with wire() as client:
        params: dict[str, Any] = {"processId": sleeper.pid, "rootUri": None, "capabilities": {}}
        await client.send("initialize", params, 1)
        await client.until(id=1)
        sleeper.send_signal(signal.SIGKILL)
        await sleeper.wait()
        assert await client.status() == 1


async def test_a_client_that_reads_no_more_ends_the_server() -> None:
    reading, writing = os.pipe()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "reportlint", "lsp", stdin=asyncio.subprocess.PIPE, stdout=writing,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    os.close(writing)
    os.close(reading)
    assert process.stdin is not None
    body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"capabilities":{}}}'
    process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    async with asyncio.timeout(60):
        assert await process.wait() == 1
    assert process.stderr is not None
    assert b"Traceback" not in await process.stderr.read()


# Rules that hang.


async def test_a_rule_that_hangs_is_stopped_and_typing_goes_on(tmp_path: Path) -> None:
    local = tmp_path / ".reportlint"
    (local / "plugins").mkdir(parents=True)
    (local / "rules").mkdir()
    (local / "plugins" / "hanging.py").write_text(HANGING, encoding="utf-8")
    (local / "rules" / "hangs.yaml").write_text(RULE, encoding="utf-8")
    trust([local / "plugins" / "hanging.py"])
    uri = (tmp_path / "report.txt").as_uri()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    async with wire(environment=environment) as client:
        await client.initialised()
        await client.send("textDocument/didOpen", opened(CLEAN.replace("上网", "停在这里"), uri=uri))
        # While the check hangs, what needs none is answered at once.
        await client.send("workspace/executeCommand", {"command": "reportlint.waive", "arguments": []}, 2)
        await client.until(id=2)
        found = await diagnostics(client, 1, uri)
        (crash,) = [each for each in found if each["code"] == "rule-crashed"]
        assert "took longer than 10 s and was stopped" in crash["message"]


async def test_a_check_that_cannot_be_stopped_is_given_up_and_others_run() -> None:
    own = Worker(seconds=0.2)
    stuck = own.submit("stuck", lambda: time.sleep(3))
    other = own.submit("other", lambda: 7)
    with pytest.raises(HungError):
        await stuck
    assert await other == 7


async def test_where_too_many_hang_nothing_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "MOST_ABANDONED", 1)
    own = Worker(seconds=0.1)
    for key in "ab":
        with pytest.raises(HungError):
            await own.submit(key, lambda: time.sleep(1))


async def test_a_newer_job_takes_the_place_of_one_that_waits() -> None:
    own = Worker()
    done: list[int] = []
    first = own.submit("a", lambda: done.append(0))
    await asyncio.sleep(0)  # it has begun, or will in a moment
    futures = [own.submit("a", lambda number=number: done.append(number)) for number in range(1, 100)]  # type: ignore[misc]
    await futures[-1]
    assert [future.cancelled() for future in futures] == [True] * 98 + [False]
    assert done[-1] == 99
    assert len(done) <= 2
    own.submit("b", lambda: done.append(-1)).cancel()
    own.drop("b")
    with pytest.raises(ZeroDivisionError):
        await own.submit("c", lambda: 1 // 0)
    with pytest.raises(RuntimeError, match="SystemExit"):
        await own.submit("c", lambda: sys.exit(3))
    assert first.done()
    assert -1 not in done


async def test_what_nobody_reads_is_not_written() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb", buffering=0) as raw:
        output = stream.Output(raw)
        output.write(b"x")
        assert output.gone.is_set()
        output.write(b"y")
    output.close()
