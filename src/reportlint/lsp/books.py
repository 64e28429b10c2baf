"""The waivers of documents: read when first needed, and again once their file or an editor's text of it changes."""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reportlint.engine import Library
from reportlint.errors import ConfigErrors
from reportlint.lsp.libraries import stamp
from reportlint.lsp.page import Page
from reportlint.waiverfile import file_for, new_file_for
from reportlint.yamlfile import unsaved

if TYPE_CHECKING:
    from reportlint.waivers import Book, Waiver

Pages = Mapping[Path, Page]


class Kept(NamedTuple):
    """The waivers of a file. state: What they were read from. error: What is wrong; then the former are kept."""

    state: object
    waivers: "Mapping[str, Waiver]"
    error: ConfigErrors | None = None


class Books:
    """All files of waivers that were asked for; only the thread that checks asks."""

    def __init__(self) -> None:
        self._kept: dict[Path, Kept] = {}

    def place(self, path: Path, settings: Path | None, pages: Pages) -> Path | None:
        """The file of the waivers for a report; one that an editor has counts before it is saved."""
        found = file_for(path, settings)
        if found is None:
            new = Path(os.path.abspath(new_file_for(path, settings)))
            return new if new in pages else None
        return Path(os.path.abspath(found))

    def file_for(self, path: Path, settings: Path | None, pages: Pages) -> Path:
        """The file that a new waiver for a report is written into."""
        return self.place(path, settings, pages) or Path(os.path.abspath(new_file_for(path, settings)))

    def waivers(self, place: Path, library: Library, pages: Pages) -> Kept:
        """The waivers in a file, as its editor has them, else as they are saved."""
        from reportlint.mistakes import Mistakes
        from reportlint.waivers import entries

        page = pages.get(place)
        state = (library, page if page is not None else stamp((place,)))
        before = self._kept.get(place)
        if before is not None and before.state == state:
            return before
        mistakes = Mistakes()
        with unsaved({place: page.text} if page is not None else {}):
            found = {waiver.fingerprint: waiver for waiver in entries(place, library, mistakes)}
        error = None
        try:
            mistakes.stop()
        except ConfigErrors as errors:
            error = errors
            found = dict(before.waivers) if before is not None else found
        self._kept[place] = Kept(state, found, error)
        return self._kept[place]

    def book(self, place: Path, waivers: "Mapping[str, Waiver]") -> "Book":
        from reportlint.waivers import Book

        return Book(place, waivers, date.today())
