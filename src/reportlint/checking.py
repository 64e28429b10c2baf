"""How the files of a run are checked: taken from what was kept, here, or in further processes."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import NamedTuple, Protocol

from reportlint.diagnostic import Checked, Text
from reportlint.errors import ReadError
from reportlint.files import File
from reportlint.keeping import Kept, digest
from reportlint.packed import DamagedError, packed, unpacked
from reportlint.plan import Plans
from reportlint.source import Source, decode

Content = bytes | OSError | ReadError

# So many reports to check are worth the start of further processes, where nobody says how many to use.
FEW = 16
# Results that wait for one before them, at most: for each process, and in all. And so much of their files.
AHEAD, LEAST_AHEAD = 16, 64
LARGEST_AHEAD = 32 * 1024 * 1024  # bytes


class Asked(NamedTuple):
    """One file whose turn has come. facts: Under which its result is kept; None where none is."""

    path: Path
    content: Content
    facts: tuple[str, ...] | None


class Lost(NamedTuple):
    """What became of a report whose process did not come back."""

    why: Text


class Answer(NamedTuple):
    """A result from another process, as text where that is the same, and what trouble there was with keeping it."""

    result: str | Checked | Lost
    trouble: tuple[tuple[str, str], ...] = ()


class Others(Protocol):
    """Other processes that check."""

    def put(self, number: int, asked: Asked) -> None: ...

    def answers(self, seconds: float | None) -> Iterator[tuple[int, Asked, Answer]]:
        """What has come back. seconds: How long to wait for something; None until there is something."""

    def end(self) -> None: ...


class Checker:
    """Checks one file after the other.

    plans, settings: What each file is checked with, and its settings file. kept: None where nothing is kept.
    basis: What every result depends on.
    foreign_text: Endings of files whose canonical text is another than the file decoded.
    exact: Whether a result is kept only if it comes back the same: plugins may put into it what they like.
    """

    def __init__(
        self,
        plans: Plans,
        settings: Mapping[Path, Path | None],
        kept: Kept | None = None,
        basis: str = "",
        foreign_text: Collection[str] = (),
        *,
        exact: bool = False,
    ) -> None:
        self.plans, self.settings, self.kept, self.basis = plans, settings, kept, basis
        self.foreign_text, self.exact = foreign_text, exact

    def asked(self, file: File) -> Asked:
        path, read = file
        content: Content
        try:
            content = read()
        except (OSError, ReadError) as error:
            return Asked(path, error, None)
        return Asked(path, content, self._facts(path, content) if self.kept else None)

    def _facts(self, path: Path, content: bytes) -> tuple[str, ...]:
        own = self.plans.facts(path, self.settings.get(path))
        # A plugin may look at the path; what comes with the package looks at its ending alone.
        name = str(path.absolute()) if self.exact else path.suffix.lower()
        return self.basis, *own, digest([name]), digest([content])

    def kept_result(self, asked: Asked) -> Checked | None:
        if self.kept is None or asked.facts is None:
            return None
        value = self.kept.read(asked.facts)
        if value is None:
            return None
        try:
            return unpacked(value, asked.path, lambda: _decoded(asked))
        except DamagedError:
            self.kept.damaged(self.kept.file(asked.facts))
            return None

    def check(self, asked: Asked) -> Checked:
        """Checks it, and keeps what came of it."""
        return self._kept(asked, self._checked(asked))[0]

    def _checked(self, asked: Asked) -> Checked:
        from reportlint.engine import check_file

        def content() -> bytes:
            if isinstance(asked.content, bytes):
                return asked.content
            raise asked.content

        plan = self.plans.of(asked.path, self.settings.get(asked.path))
        return check_file(asked.path, content, plan.library, plan.profile)

    def _kept(self, asked: Asked, checked: Checked) -> tuple[Checked, str | None]:
        """The result, and as text; None where that is not the same."""
        text = self._packed(asked, checked)
        # What was not checked whole is tried again: it may have been the machine's fault.
        if text is not None and self.kept is not None and asked.facts is not None and checked.complete:
            self.kept.keep(asked.facts, text)
        return checked, text

    def _packed(self, asked: Asked, checked: Checked) -> str | None:
        if not isinstance(asked.content, bytes) or (checked.source and checked.source.path != asked.path):
            return None
        try:
            text = packed(checked, with_source=asked.path.suffix.lower() in self.foreign_text)
            if self.exact and unpacked(text, asked.path, lambda: _decoded(asked)) != checked:
                return None
        except (DamagedError, TypeError, ValueError):
            return None  # a plugin has put something into it that JSON has no word for
        return text

    # In another process.

    def for_another(self) -> "Checker":
        """The same for a process that works for another."""
        other = copy(self)
        other.kept = self.kept.for_another() if self.kept else None
        return other

    def answer(self, asked: Asked) -> Answer:
        """The result to be sent."""
        checked, text = self._kept(asked, self._checked(asked))
        return Answer(checked if text is None else text, self.kept.taken() if self.kept else ())

    def received(self, asked: Asked, answer: Answer) -> Checked:
        """The result that was sent."""
        for what, where in answer.trouble:
            if self.kept is not None:
                self.kept.trouble(what, where)
        if isinstance(answer.result, Lost):
            from reportlint.engine import abandoned

            plan = self.plans.of(asked.path, self.settings.get(asked.path))
            return abandoned(asked.path, answer.result.why, plan.library)
        if isinstance(answer.result, str):
            return unpacked(answer.result, asked.path, lambda: _decoded(asked))
        return answer.result


def _decoded(asked: Asked) -> Source:
    assert isinstance(asked.content, bytes)
    try:
        return Source(asked.path, *decode(asked.content))
    except ReadError as error:
        raise DamagedError(str(error)) from error


def results(
    checker: Checker, files: Iterable[File], jobs: int | None, pool: Callable[[int], Others]
) -> Iterator[Checked]:
    """Each file in turn.

    jobs: How many processes check; None for as many as there are processors, where there is enough to do.
    pool: Starts so many.
    """
    if (jobs or usable_processors()) == 1:
        for file in files:
            asked = checker.asked(file)
            yield checker.kept_result(asked) or checker.check(asked)
        return
    with _Ahead(checker, jobs, pool) as ahead:
        for file in files:
            yield from ahead.add(file)
        yield from ahead.rest()


class _Ahead:
    """Files whose results are awaited, in their order; those that must be checked are with other processes."""

    def __init__(self, checker: Checker, jobs: int | None, start: Callable[[int], Others]) -> None:
        self.checker, self.start = checker, start
        self.jobs = jobs or usable_processors()
        self.few = FEW if jobs is None else 1
        self.most = max(LEAST_AHEAD, AHEAD * self.jobs)
        self.waiting: deque[tuple[int, Asked, Checked | None]] = deque()
        self.done: dict[int, Checked] = {}
        self.pool: Others | None = None
        self.number = self.missing = self.size = 0

    def __enter__(self) -> "_Ahead":
        return self

    def __exit__(self, *error: object) -> None:
        if self.pool is not None:
            self.pool.end()

    def add(self, file: File) -> Iterator[Checked]:
        """Takes one more; yields those whose turn has come."""
        asked = self.checker.asked(file)
        found = self.checker.kept_result(asked)
        self.waiting.append((self.number, asked, found))
        if found is None:
            self.missing += 1
            if self.pool is not None:
                self.pool.put(self.number, asked)
            elif self.missing > self.few and self.jobs > 1:
                self._begin()
        self.number += 1
        self.size += _size(asked)
        yield from self._ready(self.most)

    def rest(self) -> Iterator[Checked]:
        yield from self._ready(0)

    def _begin(self) -> None:
        # Loaded before the processes are parted, so that they share it.
        self.checker.plans.library  # noqa: B018
        self.pool = self.start(min(self.jobs, self.most))
        for number, asked, found in self.waiting:
            if found is None:
                self.pool.put(number, asked)

    def _ready(self, most: int) -> Iterator[Checked]:
        """Those at the front that are there; where more than `most` wait, those that have to be waited for."""
        while self.waiting:
            number, asked, found = self.waiting[0]
            found = found or self.done.pop(number, None)
            if found is None:
                if self.pool is None:
                    # Too few until now: what comes may still make it worth while to part the work.
                    if not self._is_full(most):
                        return
                    self.missing -= 1
                    found = self.checker.check(asked)
                elif not self._is_full(most):
                    self._collect(0)
                    if number not in self.done:
                        return
                    continue
                else:
                    self._collect(None)
                    continue
            self.waiting.popleft()
            self.size -= _size(asked)
            yield found

    def _is_full(self, most: int) -> bool:
        return len(self.waiting) > most or self.size > LARGEST_AHEAD

    def _collect(self, seconds: float | None) -> None:
        assert self.pool is not None
        for number, asked, answer in self.pool.answers(seconds):
            self.done[number] = self.checker.received(asked, answer)


def _size(asked: Asked) -> int:
    return len(asked.content) if isinstance(asked.content, bytes) else 0


def usable_processors() -> int:
    """As many as this process may run on."""
    import os

    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # a system that does not part them
        return os.cpu_count() or 1
