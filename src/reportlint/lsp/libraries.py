"""Rules for the documents of each repository, loaded when first needed and again once a file of theirs changes."""

import gc
import itertools
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from reportlint.cachefolder import folder as cache_folder
from reportlint.diagnostic import Language, Text
from reportlint.engine import Library
from reportlint.engine import load as load_library
from reportlint.errors import ConfigError, ReportlintError
from reportlint.lsp.settings import Settings
from reportlint.plugins import load as load_plugins
from reportlint.plugins import local_folder
from reportlint.profile import Profile
from reportlint.ruleset import chosen
from reportlint.trust import is_trusted, store
from reportlint.yamlfile import nearest

LOOK_AGAIN = 1.0  # seconds between two looks at the times of files

Stamp = tuple[tuple[str, int, int], ...]
UNTRUSTED = Text(
    "本仓库的插件未获信任，没有运行：{paths}。看过之后可用 reportlint trust 信任它",
    "plugins of this repository that nobody has trusted were not run: {paths}; read them, then: reportlint trust",
)


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """What the documents of one repository are checked with. number: Unlike that of every other shelf.

    library: None where none could be loaded yet. profile: The form that the settings name. notes: What a person
    should know, such as plugins that were not run. error: Why the newest files could not be used.
    """

    number: int
    library: Library | None
    profile: Profile | None = None
    notes: tuple[Text, ...] = ()
    error: ReportlintError | None = None


class Libraries:
    """All shelves, by the `.reportlint` folder they were loaded with; only the thread that checks asks for one.

    numbers: Where the numbers of shelves come from, so that those of later settings are larger.
    """

    def __init__(self, settings: Settings, numbers: "itertools.count[int] | None" = None) -> None:
        self.settings, self.numbers = settings, numbers or itertools.count(1)
        self._shelves: dict[Path | None, tuple[Shelf, Stamp]] = {}
        self._looked: dict[Path | None, float] = {}

    def shelf(self, path: Path) -> Shelf:
        """What a document at this path is checked with; loaded anew where its files have changed."""
        local = None if self.settings.isolated else local_folder(path.parent)
        known = self._shelves.get(local)
        now = time.monotonic()
        if known is not None and now - self._looked.get(local, 0) < LOOK_AGAIN:
            return known[0]
        self._looked[local] = now
        if known is not None and known[1] == stamp(self._watched(local, known[0].library)):
            return known[0]
        shelf = self._loaded(local, known[0] if known else None)
        self._shelves[local] = (shelf, stamp(self._watched(local, shelf.library)))
        return shelf

    def changed(self) -> bool:
        """Whether the files of some shelf are others than they were loaded from; if so they are looked at again."""
        self._looked.clear()
        return any(
            before != stamp(self._watched(local, shelf.library)) for local, (shelf, before) in self._shelves.items()
        )

    def _watched(self, local: Path | None, library: Library | None) -> Iterator[Path]:
        yield store()
        yield from self.settings.rules
        if local is not None:
            yield local
        for pack in library.extensions.packs if library else ():
            yield pack.rules
            if pack.grammars:
                yield pack.grammars

    def _loaded(self, local: Path | None, before: Shelf | None) -> Shelf:
        number, settings = next(self.numbers), self.settings
        gc.disable()  # as the command line does: loading makes many values that all stay
        try:
            trusted = (lambda path: True) if settings.trust else is_trusted() if local else (lambda path: False)
            extensions = load_plugins(
                local=local, folders=settings.rules, trusted=trusted if settings.plugins else lambda path: False
            )
            library = selected(load_library(extensions, cache_folder()), settings)
            profile = named(library, settings.profile)
        except (ReportlintError, OSError) as error:
            fault = error if isinstance(error, ReportlintError) else ConfigError(None, str(error))
            return Shelf(number, before.library if before else None, before.profile if before else None, (), fault)
        finally:
            gc.enable()
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        notes = [Text(unrun, unrun) for unrun in library.unrun]
        if extensions.untrusted:
            paths = ", ".join(path.name for path in extensions.untrusted)
            notes.append(Text(UNTRUSTED.zh.format(paths=paths), UNTRUSTED.en.format(paths=paths)))
        return Shelf(number, library, profile, tuple(notes))


def selected(library: Library, settings: Settings) -> Library:
    """The library with the rules that the settings leave.

    Raises:
        ConfigError: They name a rule that there is not.
    """
    rules = library.rules
    names = chosen(rules, settings.select) if settings.select else frozenset(rule.name for rule in rules)
    names |= {rule.name for rule in rules if rule.code.startswith("ENG")}
    names -= chosen(rules, settings.ignore)
    return replace(library, selected=tuple(rule for rule in rules if rule.name in names))


def named(library: Library, name: str | None) -> Profile | None:
    for profile in library.profiles if name is not None else ():
        if profile.id == name:
            return profile
    if name is None:
        return None
    known = [profile.id for profile in library.profiles]
    raise ConfigError(None, f"no profile is called '{name}'{nearest(name, known)}; known: {', '.join(known)}")


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


def told(error: ReportlintError, language: Language) -> str:
    """The error in a sentence for a message."""
    return ("规则无法读取，仍用以前的：" if language == "zh" else "rules cannot be used, the former ones stay: ") + str(
        error
    )
