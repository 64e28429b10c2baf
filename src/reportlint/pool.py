"""Further processes that check reports. One that dies or hangs costs the report it had, and no other."""

import multiprocessing
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait

from reportlint.checking import Answer, Asked, Checker, Lost
from reportlint.diagnostic import Text
from reportlint.errors import ReportlintError

LONGEST = 120.0  # seconds for one report; a hundred times what the largest takes
BATCH = 8  # reports that a process is given at once, at most
# Where a process can be parted from this one with all that is loaded, it need not load anything.
METHOD = "fork" if sys.platform == "linux" else "spawn"


Task = tuple[int, Asked]


class Worker:
    """One process and the reports that it was given, the one that it is at first."""

    def __init__(self, make: Callable[[], Checker], others: "Sequence[Worker]", method: str) -> None:
        context = multiprocessing.get_context(method)
        self.connection, theirs = context.Pipe()
        # A copy of our end in a process would keep another from noticing that we are gone.
        close = (self.connection, *(other.connection for other in others)) if method == "fork" else ()
        self.process = context.Process(target=_serve, args=(make, theirs, close), daemon=True)  # type: ignore[attr-defined]
        self.process.start()
        theirs.close()
        self.tasks: deque[Task] = deque()
        self.since = time.monotonic()

    def give(self, tasks: Sequence[Task]) -> None:
        self.tasks.extend(tasks)
        self.since = time.monotonic()
        with suppress(OSError):  # it is dead, which its silence will tell
            self.connection.send(tasks)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


class Pool:
    """Processes, and the reports that wait for one. make: Called in each process, for what checks there."""

    def __init__(
        self, number: int, make: Callable[[], Checker], method: str = METHOD, longest: float = LONGEST
    ) -> None:
        self.make, self.method, self.longest, self.number = make, method, longest, number
        self.queue: deque[Task] = deque()
        self.workers: list[Worker] = []
        self.own: Checker | None = None  # where no process can be started

    def put(self, number: int, asked: Asked) -> None:
        self.queue.append((number, asked))
        self._hand_out()

    def answers(self, seconds: float | None) -> Iterator[tuple[int, Asked, Answer]]:
        """What has come back. seconds: How long to wait for something; None until there is something."""
        self._hand_out()
        found: list[tuple[int, Asked, Answer]] = []
        if self.queue and not self.workers:
            number, asked = self.queue.popleft()
            self.own = self.own or self.make()
            found.append((number, asked, self.own.answer(asked)))
        while not found and any(worker.tasks for worker in self.workers):
            patience = self.longest if seconds is None else seconds
            ready = set(wait([worker.connection for worker in self.workers], min(patience, 1.0)))
            for worker in list(self.workers):
                if worker.connection in ready:
                    found.extend(self._received(worker))
                elif worker.tasks and time.monotonic() - worker.since > self.longest:
                    found.append(self._lost(worker, _took_too_long(self.longest)))
            self._hand_out()
            if seconds is not None:
                break
        yield from found

    def _received(self, worker: Worker) -> Iterator[tuple[int, Asked, Answer]]:
        try:
            while True:
                answer = worker.connection.recv()
                if isinstance(answer, ReportlintError):
                    raise answer
                number, asked = worker.tasks.popleft()
                worker.since = time.monotonic()
                yield number, asked, answer
                if not worker.connection.poll():
                    return
        except (EOFError, OSError):
            worker.process.join(5)
            if worker.tasks:
                yield self._lost(worker, _ended(worker.process.exitcode))
            else:
                self._drop(worker)

    def _lost(self, worker: Worker, why: Text) -> tuple[int, Asked, Answer]:
        """Gives up the report that the process had; the others go to another."""
        number, asked = worker.tasks.popleft()
        self.queue.extendleft(reversed(worker.tasks))
        self._drop(worker)
        return number, asked, Answer(Lost(why))

    def _drop(self, worker: Worker) -> None:
        worker.end()
        self.workers.remove(worker)

    def _hand_out(self) -> None:
        while self.queue:
            idle = next((worker for worker in self.workers if not worker.tasks), None)
            if idle is None:
                if len(self.workers) >= self.number:
                    return
                try:
                    idle = Worker(self.make, self.workers, self.method)
                except OSError:
                    # The system gives no more of them: those that are there do the work, or else this one does.
                    self.number = len(self.workers)
                    return
                self.workers.append(idle)
            # Never to one that is busy: both would wait for the other to read.
            size = max(1, min(BATCH, len(self.queue) // (2 * self.number)))
            idle.give([self.queue.popleft() for _ in range(min(size, len(self.queue)))])

    def end(self) -> None:
        for worker in self.workers:
            worker.process.kill()
        for worker in self.workers:
            worker.end()
        self.workers.clear()


def _ended(status: int | None) -> Text:
    if status is not None and status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = str(-status)
        return Text(f"检查它的进程被终止（{name}）", f"the process that checked it was ended ({name})")
    return Text(f"检查它的进程意外结束（{status}）", f"the process that checked it came to an end ({status})")


def _took_too_long(seconds: float) -> Text:
    return Text(f"检查它用了超过 {seconds:g} 秒，已停止", f"it took longer than {seconds:g} s and was stopped")


# In the other process.


def _serve(make: Callable[[], Checker], connection: Connection, close: Sequence[Connection]) -> None:
    """Checks what comes, until nobody sends any more."""
    # Who presses Ctrl-C means the run, and the process that leads it ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in close:
        other.close()
    try:
        try:
            checker = make()
            while True:
                for _, asked in connection.recv():
                    connection.send(checker.answer(asked))
        except ReportlintError as error:
            connection.send(error)
    except (EOFError, OSError):
        pass  # whoever wanted the results has gone
