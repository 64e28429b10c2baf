"""One run over many files: each is checked with what counts for it, and held against the waivers beside it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast, overload

from reportlint.checking import Checker, results
from reportlint.diagnostic import Checked
from reportlint.files import File
from reportlint.plan import Plans
from reportlint.waiverfile import file_for

if TYPE_CHECKING:
    from reportlint.engine import Library
    from reportlint.norms import Norms
    from reportlint.pool import Pool
    from reportlint.waivers import Book

ItemT = TypeVar("ItemT")


class Later(Sequence[ItemT]):
    """Values that are loaded when somebody asks for them."""

    def __init__(self, load: Callable[[], Sequence[ItemT]]) -> None:
        self._load = load

    @overload
    def __getitem__(self, place: int) -> ItemT: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[ItemT]: ...
    def __getitem__(self, place: int | slice) -> ItemT | Sequence[ItemT]:
        return self._load()[place]

    def __len__(self) -> int:
        return len(self._load())


class _LaterNorms:
    """Norms that are loaded when somebody asks what they say."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans

    def __getattr__(self, name: str) -> object:
        return getattr(self._plans.library.norms, name)


def later_norms(plans: Plans) -> "Norms":
    return cast("Norms", _LaterNorms(plans))


class Run(NamedTuple):
    """What is checked and with what.

    complaints: What is wrong with paths. jobs: How many processes check; None leaves it to the work.
    rebuilt: Makes the checker anew in a process that shares nothing with this one.
    """

    checker: Checker
    files: Sequence[File]
    complaints: Sequence[str]
    jobs: int | None = 1
    rebuilt: Callable[[], Checker] | None = None

    @property
    def plans(self) -> Plans:
        return self.checker.plans

    @property
    def settings(self) -> Mapping[Path, Path | None]:
        """The settings file of each file."""
        return self.checker.settings

    @property
    def library(self) -> "Library":
        return self.plans.library

    def _pool(self, number: int) -> "Pool":
        from reportlint.pool import METHOD, Pool

        return Pool(number, self.checker.for_another if METHOD == "fork" else self.rebuilt or self.checker.for_another)

    def books(self) -> "dict[Path, Book]":
        """The waivers for each file that has some; one book for all files that share it.

        Raises:
            ConfigErrors: There are mistakes in them.
        """
        places = {path: file_for(path, self.settings.get(path)) for path, _ in self.files}
        if not any(places.values()):
            return {}
        from reportlint.mistakes import Mistakes
        from reportlint.waivers import book

        mistakes = Mistakes()
        books = {place: book(place, self.library, mistakes) for place in dict.fromkeys(places.values()) if place}
        mistakes.stop()
        return {path: books[place] for path, place in places.items() if place}

    def results(self, books: "Mapping[Path, Book]") -> Iterator[tuple[Checked, str]]:
        """Each file in turn, then what is wrong with its waivers, each with the severity from which on it fails."""
        for checked in results(self.checker, self.files, self.jobs, self._pool):
            settings = self.settings.get(checked.path)
            book = books.get(checked.path)
            if book:
                ran = (rule.name for rule in self.plans.of(checked.path, settings).library.selected)
                checked = book.applied(checked, ran)
            yield checked, self.plans.fail_on(checked.path, settings)
        seen: set[Path] = set()
        for path, book in books.items():
            if book.path not in seen:
                seen.add(book.path)
                plan = self.plans.of(book.path, self.settings.get(path))
                faults = book.faults(plan.library)
                if faults.diagnostics:
                    yield faults, plan.fail_on
