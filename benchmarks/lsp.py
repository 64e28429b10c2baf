"""How long the language server takes: python benchmarks/lsp.py [--quick].

    change        from the bytes of a change to the bytes of its diagnostics, inside of the server's own process, and
                  the time of the processor that this takes, which other programs on the machine do not lengthen
    typing        the same in a process of its own, ten changes a second, which do not wait for each other
    start         from starting `reportlint lsp` to the first diagnostics, as a client sees it; beside `ruff server`
    memory        what the server's process holds over 10,000 changes

A change types a character into a line of text or a digit into a number cell, by turns; the next one comes when the
diagnostics of the last are there. The report is a faulty example, the same in a repository with settings and a thousand
waivers, and the same with its prose ten times as long.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from reportlint.lsp.page import split
from reportlint.lsp.server import Server, make
from reportlint.lsp.settings import Settings

TOP = Path(__file__).resolve().parent.parent
REPORTS = ("cn-disclosure-2019", "cn-disclosure-2021")
URI = "file:///report.txt"
PYTHON = "import os\n"  # what ruff has something to say of
WAIVER = """\
- {{fingerprint: "{number:032x}", rule: row-sum, where: x, reason: x, author: x, date: 2026-01-01, until: never}}
"""
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {"publishDiagnostics": {"relatedInformation": True, "versionSupport": True}},
}


def message(method: str, params: Any, number: int | None = None) -> dict[str, Any]:
    found = {"jsonrpc": "2.0", "method": method, "params": params}
    return found if number is None else {**found, "id": number}


INITIALIZE = message("initialize", {"processId": None, "rootUri": None, "capabilities": CAPABILITIES}, 1)


def opened(text: str, version: int = 1, uri: str = URI, language: str = "plaintext") -> dict[str, Any]:
    document = {"uri": uri, "languageId": language, "version": version, "text": text}
    return message("textDocument/didOpen", {"textDocument": document})


def changes(text: str, uri: str = URI) -> Iterator[dict[str, Any]]:
    """Changes without end: a digit into a cell or a letter into a paragraph, and out again."""
    dice = random.Random(7)
    lines = split(text)
    cells = [number for number, line in enumerate(lines) if line.startswith("\t") and line.strip().isdigit()]
    cells = cells or [number for number, line in enumerate(lines) if line.rstrip().endswith("|")]
    prose = [number for number, line in enumerate(lines) if len(line) > 40]
    version = 1
    while True:
        number = dice.choice(cells if dice.random() < 0.5 else prose)
        place = {"line": number, "character": 1}
        for end, new in ((place, "1"), ({"line": number, "character": 2}, "")):
            version += 1
            change = {"range": {"start": place, "end": end}, "text": new}
            document = {"uri": uri, "version": version}
            yield message("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})


class Client:
    """Stands where the client's stream would be, and notes when diagnostics come."""

    def __init__(self) -> None:
        self.came = asyncio.Event()

    def write(self, data: bytes) -> None:
        if b"publishDiagnostics" in data:
            self.came.set()

    def close(self) -> None: ...


def receive(server: Server, what: dict[str, Any]) -> None:
    """As the server's loop does with the bytes of a message."""
    server.protocol.handle_message(json.loads(json.dumps(what), object_hook=server.protocol.structure_message))


async def timed(text: str, rounds: int, pause: float, uri: str = URI) -> list[tuple[float, float]]:
    """Seconds from each change to its diagnostics: on the clock, and of the processor."""
    server, client = make(Settings()), Client()
    server.protocol.set_writer(client)  # type: ignore[arg-type]
    receive(server, INITIALIZE)
    receive(server, opened(text, uri=uri))
    await client.came.wait()
    found = []
    for number, change in enumerate(changes(text, uri)):
        if number == rounds:
            return found
        await asyncio.sleep(pause)
        client.came.clear()
        began, worked = time.perf_counter(), time.process_time()
        receive(server, change)
        await client.came.wait()
        found.append((time.perf_counter() - began, time.process_time() - worked))
    return found


def longer(text: str, times: int) -> str:
    """The report with each long paragraph that many times, on lines of their own."""
    lines = []
    for line in text.splitlines(keepends=True):
        repeat = times if len(line) > 40 and not line.startswith("\t") and "|" not in line else 1
        lines.extend(line if not number else f"又{number}，{line}" for number in range(repeat))
    longer = "".join(lines)
    while len(longer) < times * len(text):  # what is a table mostly
        longer = longer.replace("\n二、", "\n" + "本年度各项工作均按要求完成，情况良好。" * 20 + "\n二、", 1)
    return longer


# A process of its own.


class Process:
    """The server as an editor starts it."""

    def __init__(self, command: Sequence[str] = (sys.executable, "-m", "reportlint", "lsp")) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def send(self, what: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps(what).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def until_diagnostics(self) -> int:
        """The version that the next diagnostics are about."""
        assert self.process.stdout is not None
        while True:
            size = 0
            while (line := self.process.stdout.readline().strip()) or not size:
                if line.lower().startswith(b"content-length:"):
                    size = int(line.split(b":")[1])
                elif not line:
                    raise EOFError("the server ended")
            data = self.process.stdout.read(size)
            if b"publishDiagnostics" in data:
                return int(json.loads(data)["params"].get("version") or 0)

    def memory(self) -> float:
        """MiB that the process holds in memory; 0 where the system does not say."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return 0.0
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def end(self) -> None:
        self.send(message("shutdown", None, 2))
        self.send(message("exit", None))
        self.process.communicate()


def started(text: str) -> float:
    return started_with(Process, opened(text))


def started_ruff() -> float:
    ruff = ("ruff", "server", "--isolated")
    return started_with(lambda: Process(ruff), opened(PYTHON, uri="file:///x.py", language="python"))


def started_with(start: Callable[[], Process], first: dict[str, Any]) -> float:
    began = time.perf_counter()
    server = start()
    server.send(INITIALIZE)
    server.send(message("initialized", {}))
    server.send(first)
    server.until_diagnostics()
    taken = time.perf_counter() - began
    server.end()
    return taken


def typed(text: str, rounds: int) -> list[float]:
    """Seconds from each of ten changes a second to diagnostics of that version or of a newer one."""
    server = Process()
    server.send(INITIALIZE)
    server.send(message("initialized", {}))
    server.send(opened(text))
    server.until_diagnostics()
    sent: dict[int, float] = {}
    found: list[float] = []

    def listen() -> None:
        while len(found) < rounds:
            version, now = server.until_diagnostics(), time.perf_counter()
            for older in [each for each in sent if each <= version]:
                found.append(now - sent.pop(older))

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    began = time.perf_counter()
    for number, change in zip(range(rounds), changes(text), strict=False):
        time.sleep(max(0.0, began + number * 0.1 - time.perf_counter()))
        sent[change["params"]["textDocument"]["version"]] = time.perf_counter()
        server.send(change)
    listener.join(30)
    server.end()
    return found


def repository(folder: Path) -> str:
    """The address of a report in a repository with settings and waivers."""
    (folder / ".git").mkdir()
    (folder / ".reportlint.yaml").write_text("rules: {bracket-width: warning}\noverrides: [{files: ['*.txt']}]\n")
    (folder / ".reportlint-waivers.yaml").write_text("".join(WAIVER.format(number=each) for each in range(1000)))
    return (folder / "report.txt").as_uri()


def remembered(text: str, rounds: int) -> list[float]:
    """MiB after the first hundred changes, and after each further tenth of all."""
    server = Process()
    server.send(INITIALIZE)
    server.send(message("initialized", {}))
    server.send(opened(text))
    server.until_diagnostics()
    found = []
    for number, change in enumerate(changes(text), start=1):
        server.send(change)
        server.until_diagnostics()
        if number == 100 or number % (rounds // 10) == 0:
            found.append(server.memory())
        if number == rounds:
            break
    server.end()
    return found


def row(name: str, seconds: Sequence[float]) -> None:
    ordered = sorted(seconds)
    middle, high = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    print(f"{name:44}{middle * 1e3:9.1f} ms{high * 1e3:9.1f} ms{ordered[-1] * 1e3:9.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    quick = parser.parse_args().quick
    os.chdir(TOP)
    sys.setswitchinterval(0.001)  # as the server does
    rounds = 60 if quick else 400
    print(f"{'change to diagnostics':44}{'median':>12}{'95 %':>12}{'most':>12}")
    for name in REPORTS:
        text = (TOP / "examples" / name / "faulty.txt").read_text(encoding="utf-8")
        for times in (1, 10):
            long = longer(text, times) if times > 1 else text
            label = f"{name}, {len(long):,} characters"
            for pause, what in ((0.05, "alone"), (0, "in a row")):
                clock, processor = zip(*asyncio.run(timed(long, rounds, pause)), strict=True)
                row(f"{label}, {what}", clock)
                row("    of the processor", processor)
        with tempfile.TemporaryDirectory() as folder:
            text = (TOP / "examples" / name / "faulty.txt").read_text(encoding="utf-8")
            clock, processor = zip(*asyncio.run(timed(text, rounds, 0.05, repository(Path(folder)))), strict=True)
            row("    with settings and 1,000 waivers", clock)
            row("    of the processor", processor)
    text = (TOP / "examples" / REPORTS[0] / "faulty.txt").read_text(encoding="utf-8")
    print()
    delays = typed(text, 100 if quick else 600)
    row("ten changes a second", delays)
    row("    the second half of them", delays[len(delays) // 2 :])
    print()
    pairs = [(started(text), started_ruff()) for _ in range(3 if quick else 11)]
    row("start to first diagnostics", [own for own, _ in pairs])
    row("    ruff server, one line of Python", [ruff for _, ruff in pairs])
    held = remembered(text, 1000 if quick else 10_000)
    print(f"\nmemory over changes, MiB: {' '.join(f'{each:.1f}' for each in held)}")


if __name__ == "__main__":
    main()
