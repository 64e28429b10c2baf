"""What files are checked with: the rules that are loaded, and for each file what its settings make of them."""

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reportlint import SELDOM
from reportlint.plan import CommandLine, Plans, Unset
from reportlint.settingsfile import file_named, files_for

if TYPE_CHECKING:
    from reportlint.engine import Library
    from reportlint.plugins import Extensions
    from reportlint.settings import Planning


class Means(NamedTuple):
    """What settings are laid over. said: On the command line. config: The settings file to use for every file.

    isolated: Whether settings are not looked for. cached: Whether rules that were read may be kept, and taken.
    """

    extensions: "Extensions"
    said: CommandLine = CommandLine()
    config: str | None = None
    isolated: bool = False
    cached: bool = True


def library(extensions: "Extensions", *, cached: bool = True) -> "Library":
    """Everything that the extensions bring, loaded."""
    # Loading makes some hundred thousand values that all stay: looking through them again and again for garbage takes
    # a tenth of the start-up. Afterwards they are left out of every collection.
    gc.disable()
    try:
        from reportlint.cachefolder import folder, is_in_checkout
        from reportlint.engine import load

        own = folder()
        return load(extensions, own if cached and own and not is_in_checkout(own) else None)
    finally:
        gc.freeze()
        gc.set_threshold(SELDOM)
        gc.enable()


def settings_files(paths: Sequence[Path], means: Means) -> dict[Path, Path | None]:
    """The settings file of each file: the one that is named, or the nearest."""
    if means.config is not None:
        return dict.fromkeys(paths, file_named(means.config))
    return dict.fromkeys(paths) if means.isolated else files_for(paths)


def plans(own: Mapping[Path, Path | None], means: Means, *, plain: bool = False) -> Plans:
    """How each file is checked; the code for settings is loaded only where something is set.

    own: The settings file of each file. plain: That all has been loaded before without a mistake, and no form sets
        anything of rules, so that nothing need be loaded now.

    Raises:
        ConfigErrors: Settings have mistakes; all of them are told.
    """
    if is_unset(own, means):
        unset = Unset(lambda: library(means.extensions, cached=means.cached), means.said.fail_on)
        if plain or all(profile.rules is None for profile in unset.library.profiles):
            return unset
    return planning(own.values(), means)


def is_unset(own: Mapping[Path, Path | None], means: Means) -> bool:
    """Whether nothing is set that has to be laid over anything."""
    return not any(means.said._replace(language=None, fail_on=None)) and not any(own.values())


def planning(
    own: Iterable[Path | None], means: Means, load: "Callable[[Extensions], Library] | None" = None
) -> "Planning":
    """The same as `plans`, with all that `reportlint config` tells. load: For who has the library already."""
    from reportlint.mistakes import Mistakes
    from reportlint.settings import Planning
    from reportlint.sheet import sheets_for

    mistakes, extensions = Mistakes(), means.extensions
    sheets = sheets_for(own, extensions.packs, mistakes, Path.cwd() if means.config else None)
    folders = [folder for page in sheets.values() for folder in page.folders]
    if folders:
        from reportlint.plugins import with_folders

        extensions = with_folders(extensions, folders)
    loaded = load(extensions) if load else library(extensions, cached=means.cached)
    found = Planning(loaded, sheets, means.said, mistakes)
    found.verify()
    return found
