"""One run that mends files: each is checked, mended as far as its fixes prove themselves, and written or shown."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reportlint.diagnostic import Checked, Safety, Text
from reportlint.engine import check_file
from reportlint.errors import WriteError
from reportlint.files import File, standard_input
from reportlint.fixing import Fixed, Left, applicable, fixed
from reportlint.plan import Plan
from reportlint.readers import written
from reportlint.rewriting import rewrite, sweep
from reportlint.run import Run
from reportlint.source import Source

if TYPE_CHECKING:
    from reportlint.waivers import Book

UNSAFE: tuple[Safety, ...] = ("unsafe",)


class Told(NamedTuple):
    """What became of one file.

    before, after: Its text; the same where nothing was mended. content: The bytes of the second. left: Fixes that were
    not kept. fault: Why the file could not be written. is_input: Whether it came from standard input.
    """

    path: Path
    before: Source
    after: str
    content: bytes
    left: tuple[Left, ...] = ()
    fault: WriteError | None = None
    is_input: bool = False


@dataclass(slots=True)
class Repair:
    """How a run mends, and what it came to so far.

    safeties: Which fixes are made. writes: Whether files are changed; where not, they are reported as they stand.
    roots: Folders that were named; a link is followed within them only. told: Gets each report that could be read.
    made: How many diagnostics were mended, or would be. unsafe: How many more there are with an unsafe fix.
    failed: Whether a file could not be written.
    """

    safeties: Collection[Safety]
    writes: bool
    roots: Sequence[Path]
    told: Callable[[Told], object]
    made: int = 0
    unsafe: int = 0
    failed: bool = False
    _swept: set[str] = field(default_factory=set)

    def results(self, run: Run, books: "Mapping[Path, Book]") -> Iterator[tuple[Checked, str]]:
        """As those of the run: each file as it is then, and with the severity from which on it fails."""
        for path, read in run.files:
            plan = run.plans.of(path, run.settings.get(path))
            yield self._file((path, read), plan, books.get(path)), plan.fail_on
        yield from run._replace(files=()).results(books)

    def _file(self, file: File, plan: Plan, book: "Book | None") -> Checked:
        path, read = file
        is_input = read is standard_input
        if self.writes and not is_input:
            self._sweep(path)
        data = b""

        def content() -> bytes:
            nonlocal data
            data = read()
            return data

        first = _marked(path, content, plan, book)
        if first.source is None:
            if is_input and data:
                self.told(Told(path, Source(path, ""), "", data, is_input=True))
            return first
        source, readers = first.source, plan.library.extensions.readers
        # What only a text that was tried would have used does not count as used.
        trial_book = replace(book, used=set(), ran={}) if book else None

        def check(text: str) -> Checked | Text:
            try:
                after = written(path, data, source, text, readers)
            except WriteError as error:
                return Text(error.zh, error.en)
            return _marked(path, lambda: after, plan, trial_book)

        result = fixed(first, check, self.safeties)
        if result.text == source.text:
            self._count(result, first)
            self.told(Told(path, source, source.text, data, result.left, is_input=is_input))
            return first
        after = written(path, data, source, result.text, readers)
        fault = None
        if self.writes and not is_input:
            fault = self._written(path, data, after)
        if fault is not None:
            self.failed = True
            self.told(Told(path, source, source.text, data, fault=fault))
            return first
        self._count(result, result.checked)
        self.told(Told(path, source, result.text, after, result.left, is_input=is_input))
        return result.checked if self.writes else first

    def _count(self, result: Fixed, checked: Checked) -> None:
        self.made += len(result.kept)
        if "unsafe" not in self.safeties:
            self.unsafe += len(applicable(checked, UNSAFE))

    def _written(self, path: Path, before: bytes, after: bytes) -> WriteError | None:
        try:
            rewrite(path, self._root(path), before, after)
        except WriteError as error:
            return error
        return None

    def _root(self, path: Path) -> Path:
        """The folder that was named; for a file that was named itself, where we are or, failing that, where it is."""
        here = Path.cwd()
        own = Path(os.path.abspath(path))
        below = (Path(os.path.abspath(root)) for root in self.roots)
        return next((root for root in (*below, here) if own.is_relative_to(root)), own.parent)

    def _sweep(self, path: Path) -> None:
        """Deletes what a run that was killed left where the file is, within the folders that were named."""
        folder = os.path.dirname(os.path.realpath(path))
        if folder not in self._swept:
            self._swept.add(folder)
            if Path(folder).is_relative_to(os.path.realpath(self._root(path))):
                sweep(Path(folder))


def _marked(path: Path, content: Callable[[], bytes], plan: Plan, book: "Book | None") -> Checked:
    """What the plan's rules say of this content, the waived marked."""
    checked = check_file(path, content, plan.library, plan.profile)
    return book.applied(checked, (rule.name for rule in plan.library.selected)) if book else checked
