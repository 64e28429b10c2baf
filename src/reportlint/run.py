"""One run over many files: each is checked with what counts for it, and held against the waivers beside it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reportlint.diagnostic import Checked
from reportlint.engine import Library, check_files
from reportlint.plan import Plans
from reportlint.waiverfile import file_for

if TYPE_CHECKING:
    from reportlint.waivers import Book

File = tuple[Path, Callable[[], bytes]]


class Run(NamedTuple):
    """What is checked and with what. settings: The settings file of each file. complaints: What is wrong with paths."""

    plans: Plans
    files: Sequence[File]
    settings: Mapping[Path, Path | None]
    complaints: Sequence[str]

    @property
    def library(self) -> Library:
        return self.plans.library

    def books(self) -> "dict[Path, Book]":
        """The waivers for each file that has some; one book for all files that share it.

        Raises:
            ConfigErrors: There are mistakes in them.
        """
        places = {path: file_for(path, self.settings.get(path)) for path, _ in self.files}
        if not any(places.values()):
            return {}
        from reportlint.shape import Mistakes
        from reportlint.waivers import book

        mistakes = Mistakes()
        books = {place: book(place, self.library, mistakes) for place in dict.fromkeys(places.values()) if place}
        mistakes.stop()
        return {path: books[place] for path, place in places.items() if place}

    def results(self, books: "Mapping[Path, Book]") -> Iterator[tuple[Checked, str]]:
        """Each file in turn, then what is wrong with its waivers, each with the severity from which on it fails."""
        for file in self.files:
            plan = self.plans.of(file[0], self.settings.get(file[0]))
            for checked in check_files([file], plan.library, plan.profile):
                book = books.get(file[0])
                ran = (rule.name for rule in plan.library.selected)
                yield book.applied(checked, ran) if book else checked, plan.fail_on
        seen: set[Path] = set()
        for path, book in books.items():
            if book.path not in seen:
                seen.add(book.path)
                plan = self.plans.of(book.path, self.settings.get(path))
                faults = book.faults(plan.library)
                if faults.diagnostics:
                    yield faults, plan.fail_on
