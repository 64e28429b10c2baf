"""What the documents of each repository are checked with, loaded when first needed and again once a file of it changes.

Settings are those that `reportlint check` would take for the document; what the client sets is laid on them last, as
the command line is.
"""

import gc
import itertools
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from reportlint.diagnostic import Language, Text
from reportlint.engine import Library
from reportlint.errors import ConfigError, ReportlintError
from reportlint.lsp.settings import Settings
from reportlint.plan import Plan, Plans
from reportlint.planning import Means
from reportlint.planning import plans as plans_of
from reportlint.plugins import Extensions, local_folder
from reportlint.plugins import load as load_plugins
from reportlint.settingsfile import file_for
from reportlint.trust import is_trusted, store

LOOK_AGAIN = 1.0  # seconds between two looks at the times of files

Stamp = tuple[tuple[str, int, int], ...]
UNTRUSTED = Text(
    "本仓库的插件未获信任，没有运行：{paths}。看过之后可用 reportlint trust 信任它",
    "plugins of this repository that nobody has trusted were not run: {paths}; read them, then: reportlint trust",
)


class Where(NamedTuple):
    """What the documents of a folder are checked with comes from here: its `.reportlint` folder, its settings file."""

    local: Path | None
    settings: Path | None


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """What the documents of one repository are checked with. number: Unlike that of every other shelf.

    where: What the newest files are. plans: None where none could be loaded yet. settings: The file that the plans were
    made with, which is an older one after an error. language: Of what is said of these documents.
    notes: What a person should know, such as plugins that were not run. error: Why the newest files cannot be used.
    """

    number: int
    where: Where
    language: Language
    plans: Plans | None
    settings: Path | None = None
    notes: tuple[Text, ...] = ()
    error: ReportlintError | None = None

    @property
    def library(self) -> Library | None:
        """Everything that is loaded, whatever is selected of it."""
        return self.plans.library if self.plans else None

    def plan(self, path: Path) -> Plan:
        """How a document at this path is checked."""
        assert self.plans is not None
        return self.plans.of(path, self.settings)

    def excludes(self, path: Path) -> bool:
        return self.plans is not None and self.plans.excludes(path, {path: self.settings})


class Libraries:
    """All shelves, by where they come from; only the thread that checks asks for one.

    numbers: Where the numbers of shelves come from, so that those of later settings are larger.
    """

    def __init__(self, settings: Settings, numbers: "itertools.count[int] | None" = None) -> None:
        self.settings, self.numbers = settings, numbers or itertools.count(1)
        self._shelves: dict[Where, tuple[Shelf, Stamp]] = {}
        self._folders: dict[Path, Where] = {}
        self._looked: dict[Path, float] = {}

    def shelf(self, path: Path) -> Shelf:
        """What a document at this path is checked with; loaded anew where its files have changed."""
        folder, now = path.parent, time.monotonic()
        where = self._folders.get(folder)
        if where is not None and now - self._looked.get(folder, 0) < LOOK_AGAIN and where in self._shelves:
            return self._shelves[where][0]
        self._looked[folder] = now
        before = self._shelves.get(where) if where is not None else None
        where = self._folders[folder] = self._where(folder)
        return self._at(where, before[0] if before else None)

    def without_settings(self, path: Path) -> Shelf:
        """What a document at this path would be checked with if nothing were set; for those who mend the settings."""
        return self._at(Where(self._where(path.parent).local, None), None)

    def _at(self, where: Where, before: Shelf | None) -> Shelf:
        known = self._shelves.get(where)
        if known is not None and known[1] == stamp(self._watched(known[0])):
            return known[0]
        shelf = self._loaded(where, known[0] if known else before)
        self._shelves[where] = (shelf, stamp(self._watched(shelf)))
        return shelf

    def changed(self) -> bool:
        """Whether the files of some shelf are others than they were loaded from; if so they are looked at again."""
        self._looked.clear()
        found = False
        for where, (shelf, before) in list(self._shelves.items()):
            # What was missing when a shelf could not be loaded is not among the files that are watched.
            if shelf.error is not None or before != stamp(self._watched(shelf)):
                self._shelves[where] = (shelf, ())
                found = True
        return found or any(self._where(folder) != where for folder, where in self._folders.items())

    def _where(self, folder: Path) -> Where:
        if self.settings.isolated:
            return Where(None, None)
        try:
            found = file_for(folder)
        except ConfigError as error:
            found = error.path  # there are two, or it is no TOML: told when it is loaded
        return Where(local_folder(folder), Path(os.path.abspath(found)) if found else None)

    def _watched(self, shelf: Shelf) -> Iterator[Path]:
        if (kept := store()) is not None:
            yield kept
        yield from self.settings.rules
        yield from (path for path in shelf.where if path is not None)
        for pack in shelf.library.extensions.packs if shelf.library else ():
            yield pack.rules
            if pack.grammars:
                yield pack.grammars
        for sheet in getattr(shelf.plans, "sheets", {}).values():
            yield from sheet.folders
            yield from (node.path for _, node in sheet.parts)
        for error in errors_of(shelf.error):
            if error.path is not None:
                yield error.path

    def _kept(self, where: Where, before: Shelf | None, error: ReportlintError) -> Shelf:
        """The former shelf, with why there is no newer one."""
        number = next(self.numbers)
        if before is None:
            return Shelf(number, where, self.settings.spoken, None, error=error)
        return replace(before, number=number, where=where, notes=(), error=error)

    def _loaded(self, where: Where, before: Shelf | None) -> Shelf:
        settings = self.settings
        gc.disable()  # as the command line does: loading makes many values that all stay
        try:
            trusted = (lambda path: True) if settings.trust else is_trusted() if where.local else (lambda path: False)
            extensions = load_plugins(
                local=where.local, folders=settings.rules, trusted=trusted if settings.plugins else lambda path: False
            )
            if where.settings is not None:
                file_for(where.settings.parent)
            plans = plans_of({Path(): where.settings}, Means(extensions, settings.command_line))
        except (ReportlintError, OSError) as error:
            fault = error if isinstance(error, ReportlintError) else ConfigError(None, str(error))
            return self._kept(where, before, fault)
        finally:
            gc.enable()
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        language = settings.language or plans.language((where.settings,)) or settings.locale
        notes = tuple(_notes(plans, extensions))
        return Shelf(next(self.numbers), where, "en" if language == "en" else "zh", plans, where.settings, notes)


def _notes(plans: Plans, extensions: Extensions) -> Iterator[Text]:
    for unrun in plans.library.unrun:
        yield Text(unrun, unrun)
    if extensions.untrusted:
        paths = ", ".join(path.name for path in extensions.untrusted)
        yield Text(UNTRUSTED.zh.format(paths=paths), UNTRUSTED.en.format(paths=paths))


def errors_of(error: ReportlintError | None) -> tuple[ConfigError, ...]:
    """The mistakes that an error is about, each with its place."""
    return error.errors if isinstance(error, ConfigError) else ()


def stamp(paths: Iterable[Path]) -> Stamp:
    """Name, time and size of each file at or below these paths."""
    found: list[tuple[str, int, int]] = []
    waiting = [str(path) for path in dict.fromkeys(paths)]
    while waiting:
        name = waiting.pop()
        try:
            if os.path.isdir(name):
                with os.scandir(name) as entries:
                    for entry in entries:
                        if entry.is_dir(follow_symlinks=False):
                            if entry.name != "__pycache__":
                                waiting.append(entry.path)
                        else:
                            status = entry.stat()
                            found.append((entry.path, status.st_mtime_ns, status.st_size))
            else:
                status = os.stat(name)
                found.append((name, status.st_mtime_ns, status.st_size))
        except OSError:
            continue
    return tuple(sorted(found))


def told(error: ReportlintError, language: Language, *, former: bool = True) -> str:
    """The error in a sentence for a message. former: Whether what was loaded before is still there."""
    if not former:
        return ("没有检查：" if language == "zh" else "not checked: ") + str(error)
    words = (
        "设置或规则无法使用，仍用以前的："
        if language == "zh"
        else "settings or rules cannot be used, the former ones stay: "
    )
    return words + str(error)
