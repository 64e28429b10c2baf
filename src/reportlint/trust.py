"""Which local plugins a person has said may run: kept in the person's own configuration, never in a repository.

A file is known by its path and its content; once it changes it is a stranger again.
"""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from reportlint.cachefolder import below_home, write_whole
from reportlint.errors import ConfigError
from reportlint.plugins import digest


def store() -> Path | None:
    """The file that keeps what is trusted; None for a person without a home."""
    if os.name == "nt":
        return below_home(os.environ.get("APPDATA"), "AppData/Roaming", "reportlint/trusted.json")
    return below_home(os.environ.get("XDG_CONFIG_HOME"), ".config", "reportlint/trusted.json")


def trusted() -> Mapping[str, str]:
    """The digest of each trusted file by its path.

    Raises:
        ConfigError: The file that keeps them is damaged, or may be written by others.
    """
    path = store()
    if path is None:
        return {}
    try:
        if os.name == "posix" and path.stat().st_mode & 0o022:
            raise ConfigError(path, "others may write this file, so it proves nothing; chmod go-w, or delete it")
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(path, f"cannot be read; delete it and trust the plugins anew: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(item, str) for pair in found.items() for item in pair):
        raise ConfigError(path, "holds something else than paths and digests; delete it and trust the plugins anew")
    return found


def is_trusted() -> Callable[[Path], bool]:
    """Whether a local plugin may run, as the person has said."""
    known = trusted()
    return lambda path: known.get(str(path.resolve())) == digest(path)


def trust(paths: list[Path]) -> None:
    """Remembers these files as they are now."""
    _write({**trusted(), **{str(path.resolve()): digest(path) for path in paths}})


def forget(paths: list[Path]) -> None:
    gone = {str(path.resolve()) for path in paths}
    _write({path: known for path, known in trusted().items() if path not in gone})


def _write(known: Mapping[str, str]) -> None:
    path = store()
    if path is None:
        raise ConfigError(
            None, "没有主文件夹，无处记录；请设置 HOME / there is no home folder to remember it in; set HOME"
        )
    text = json.dumps(dict(sorted(known.items())), ensure_ascii=False, indent=2) + "\n"
    try:
        write_whole(str(path), text.encode())
    except OSError as error:
        raise ConfigError(path, f"cannot be written: {error.strerror}") from error
