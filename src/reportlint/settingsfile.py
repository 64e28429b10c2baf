"""Where the settings for a report are; apart from reading them, since most runs have none."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportlint.errors import ConfigError
from reportlint.repository import upwards

if TYPE_CHECKING:
    from reportlint.yamlfile import Node

FILE = ".reportlint.yaml"
PYPROJECT = "pyproject.toml"
TABLE = ("tool", "reportlint")


def files_for(paths: Iterable[Path]) -> dict[Path, Path | None]:
    """The settings file of each file, None where it has none.

    Raises:
        ConfigError: A folder has settings in two files.
    """
    folders: dict[Path, Path | None] = {}
    found: dict[Path, Path | None] = {}
    for path in paths:
        if path.parent not in folders:
            folders[path.parent] = file_for(path.parent)
        found[path] = folders[path.parent]
    return found


def file_for(folder: Path) -> Path | None:
    """The nearest settings file beside or above; None where there is none.

    Raises:
        ConfigError: A folder has settings in two files.
    """
    return next((found for above in upwards(folder) if (found := _file_in(above)) is not None), None)


def _file_in(folder: Path) -> Path | None:
    own, project = folder / FILE, folder / PYPROJECT
    found = [own] if os.path.lexists(own) else []
    try:
        if project.is_file() and b"reportlint" in project.read_bytes() and toml_table(project) is not None:
            found.append(project)
    except OSError as error:  # what it says of reports cannot be known
        raise ConfigError(project, f"cannot be read: {error.strerror}") from error
    if len(found) == 2:
        raise ConfigError(own, f"there are settings in {project} as well; keep one of them")
    return found[0] if found else None


def toml_table(path: Path) -> "Node | None":
    """The table `[tool.reportlint]`; None where the file has none."""
    import re
    import tomllib

    from reportlint.yamlfile import Node, content

    try:
        value: Any = tomllib.loads(content(path))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (0, 0)
        raise ConfigError(path, f"not TOML: {str(error).partition(' (at ')[0]}", line, column) from error
    for key in TABLE:
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return Node(value, path, TABLE)


def file_named(name: str) -> Path:
    """The settings file of that name.

    Raises:
        ConfigError: There is none.
    """
    path = Path(name)
    if not path.is_file():
        raise ConfigError(None, f"{name}: 没有这个设置文件 / no such settings file")
    return path
