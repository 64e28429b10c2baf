"""Settings and waivers in an editor: all that is wrong with them, each mistake at its place."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from reportlint.engine import Library
from reportlint.errors import ConfigError
from reportlint.planning import Means, planning
from reportlint.planning import library as load_library
from reportlint.plugins import Extensions
from reportlint.settingsfile import PYPROJECT, TABLE, file_for, toml_table
from reportlint.yamlfile import place


def settings_mistakes(path: Path, library: Library) -> Iterator[ConfigError]:
    """Everything that is wrong with a settings file, as `reportlint check` would tell it.

    What is wrong with a file that it extends stands where it names that file.
    """
    try:
        if path.name == PYPROJECT and toml_table(path) is None:
            return
        if path.name == PYPROJECT or path.name.startswith("."):
            file_for(path.parent)  # which refuses settings in two files
        planning((path,), Means(library.extensions), _loader(library))
    except ConfigError as error:
        yield from (_from_here(each, path) for each in error.errors)


def _loader(library: Library) -> Callable[[Extensions], Library]:
    def load(extensions: Extensions) -> Library:
        folders = {os.path.abspath(pack.rules) for pack in extensions.packs}
        known = {os.path.abspath(pack.rules) for pack in library.extensions.packs}
        return library if folders == known else load_library(extensions)

    return load


def _from_here(error: ConfigError, path: Path) -> ConfigError:
    if error.path is None or error.path.resolve() == path.resolve():
        return error if error.path is not None else ConfigError(path, error.why)
    keys: tuple[str | int, ...] = (*TABLE, "extends") if path.suffix == ".toml" else ("extends",)
    line, column, exact = place(path, keys)
    return ConfigError(path, str(error), *((line, column) if exact else (0, 0)))


def extended(plans: object) -> frozenset[Path]:
    """The files that the settings of these plans are laid on, and they themselves."""
    sheets: Mapping[Path, object] = getattr(plans, "sheets", {})
    return frozenset(
        Path(os.path.abspath(node.path)) for sheet in sheets.values() for _, node in getattr(sheet, "parts", ())
    )
