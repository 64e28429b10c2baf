"""Runs checks beside the loop that talks to the client, one after another, the newest of each document only.

A thread, not a process: what a check finds is asked about again and again, and would have to be copied each time.
A check that does not end is left alone with its thread, and a new thread takes its place.
"""

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

MOST_SECONDS = 60.0  # for one check; plugins are stopped long before (see guard)
LONGEST_PAUSE = 0.25  # seconds
MOST_ABANDONED = 8  # threads that hang; more, and nothing is checked any more

Job = Callable[[], Any]


class HungError(Exception):
    """A check did not end in time. Its document is not checked until it changes."""


class _Thread:
    """A thread that runs jobs for a loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._jobs: queue.SimpleQueue[tuple[Job, asyncio.Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, daemon=True, name="reportlint checks")
        self._thread.start()

    def stop(self, seconds: float) -> bool:
        """Whether the thread came to its end within that time; what it is at is finished first."""
        self._jobs.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def call(self, job: Job) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = self._loop.create_future()
        self._jobs.put((job, future))
        return future

    def _run(self) -> None:
        while True:
            item = self._jobs.get()
            if item is None:
                return
            job, future = item
            del item
            try:
                result, error = job(), None
            except BaseException as fault:
                result, error = None, fault
            # The loop is closed where the server ended in the meantime.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(_settle, future, result, error)
            del job, future, result, error


def _settle(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error if isinstance(error, Exception) else RuntimeError(repr(error)))


class Worker:
    """Takes one job for each key; a newer one takes the place of one that has not begun.

    After a check there is a pause as long as it took, at most LONGEST_PAUSE: who types fast is checked as often as
    half of a processor can. The first change after a while is checked at once.
    """

    def __init__(self, seconds: float = MOST_SECONDS) -> None:
        self.seconds = seconds
        self._waiting: dict[str, tuple[Job, asyncio.Future[Any]]] = {}
        self._wake = asyncio.Event()
        self._thread: _Thread | None = None
        self._abandoned = 0
        self._task: asyncio.Task[None] | None = None

    def submit(self, key: str, job: Job) -> asyncio.Future[Any]:
        """The job's result, once it has one; cancelled where a newer job took its place."""
        loop = asyncio.get_running_loop()
        if self._task is None:
            self._task = loop.create_task(self._run())
        self.drop(key)
        future: asyncio.Future[Any] = loop.create_future()
        self._waiting[key] = (job, future)
        self._wake.set()
        return future

    def drop(self, key: str) -> None:
        """Forgets the job that waits under this key, if there is one."""
        _, future = self._waiting.pop(key, (None, None))
        if future is not None:
            future.cancel()

    def stop(self, seconds: float) -> bool:
        """Whether no check is running any more, after at most that time.

        A thread that is still in the code of a pattern when the interpreter ends takes the process down with it.
        """
        idle = self._thread is None or self._thread.stop(seconds)
        return idle and not self._abandoned

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while not self._waiting:
                self._wake.clear()
                await self._wake.wait()
            job, future = self._waiting.pop(next(iter(self._waiting)))
            if future.cancelled():
                continue
            if self._thread is None:
                if self._abandoned >= MOST_ABANDONED:
                    future.set_exception(HungError())
                    continue
                self._thread = _Thread(loop)
            began = time.perf_counter()
            running = self._thread.call(job)
            await asyncio.wait({running}, timeout=self.seconds)
            if not running.done():
                self._thread = None
                self._abandoned += 1
                running.cancel()
                if not future.done():
                    future.set_exception(HungError())
                continue
            error = running.exception()
            if not future.done():
                if error is None:
                    future.set_result(running.result())
                else:
                    future.set_exception(error)
            del job, future, running, error
            await asyncio.sleep(min(LONGEST_PAUSE, time.perf_counter() - began))
