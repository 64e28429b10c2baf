"""The two streams to the client: read by a thread of their own, bounded, and quiet when the other side has gone."""

import asyncio
import contextlib
import os
import sys
import threading
from io import FileIO
from typing import BinaryIO

LARGEST_MESSAGE = 512 * 1024 * 1024  # bytes
LONGEST_HEADER = 64 * 1024
CHUNK = 64 * 1024


class Input:
    """Standard input as pygls reads it. What is left over when it ends in the middle of a message is dropped."""

    def __init__(self, stream: BinaryIO) -> None:
        self._reader = asyncio.StreamReader(limit=LONGEST_HEADER)
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._pump, args=(stream,), daemon=True, name="reportlint input").start()

    def _pump(self, stream: BinaryIO) -> None:
        # The loop is closed where the server ended in the meantime.
        with contextlib.suppress(RuntimeError, OSError, ValueError):
            while data := os.read(stream.fileno(), CHUNK):
                self._loop.call_soon_threadsafe(self._reader.feed_data, data)
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._reader.feed_eof)

    def stop(self) -> None:
        """Reading ends as if the client had gone."""
        self._reader.feed_eof()

    async def readline(self) -> bytes:
        try:
            return await self._reader.readline()
        except ValueError:
            return b"?"  # longer than any header; looked for no further

    async def readexactly(self, size: int) -> bytes:
        """The message of that size; nothing where it never comes whole, or would fill the memory."""
        if size > LARGEST_MESSAGE:
            return b""
        try:
            return await self._reader.readexactly(size)
        except asyncio.IncompleteReadError:
            return b""


class Output:
    """Standard output as pygls writes it. gone: Whether nobody reads it any more."""

    def __init__(self, stream: FileIO) -> None:
        self._stream = stream
        self.gone = asyncio.Event()

    def write(self, data: bytes) -> None:
        if self.gone.is_set():
            return
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._stream.write(rest) :]
        except (OSError, ValueError):
            self.gone.set()

    def close(self) -> None:
        """Nothing: the stream ends with the process."""


def own_output() -> FileIO:
    """Standard output for messages alone: whatever else is printed goes to standard error from now on."""
    sys.stdout.flush()
    stream = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    return stream
