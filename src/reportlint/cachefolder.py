"""The person's own folder for what is kept from run to run, and files in it that are whole or not there."""

import os
from contextlib import suppress
from pathlib import Path

from reportlint.repository import top

VARIABLE = "REPORTLINT_CACHE_DIR"


def folder() -> Path | None:
    """Where caches of this person's are kept: where the variable says, else where the system keeps caches.

    None for a person without a home, such as one whom a container has made up.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    if os.name == "nt":
        named, below = os.environ.get("LOCALAPPDATA"), "AppData/Local"
    else:
        named, below = os.environ.get("XDG_CACHE_HOME"), ".cache"
    return below_home(named, below, "reportlint")


def below_home(named: str | None, below: str, name: str) -> Path | None:
    """`name` in the folder that is named, else in the one below the person's home; None without either."""
    if named:
        return Path(named) / name
    try:
        return Path.home() / below / name
    except RuntimeError:
        return None


def is_in_checkout(place: "Path | str") -> bool:
    """Whether it lies in the repository that we are in, where whoever may commit could put files into it."""
    above = top(Path.cwd())
    return above is not None and Path(os.path.realpath(place)).is_relative_to(os.path.realpath(above))


def is_own(status: os.stat_result) -> bool:
    """Whether nobody else can have written the file."""
    return os.name != "posix" or (status.st_uid == os.getuid() and not status.st_mode & 0o022)


def write_whole(file: str, content: bytes) -> None:
    """Puts the file in its place at once: whoever reads meanwhile sees the old one, or none.

    Raises:
        OSError: It cannot be written. Then nothing is left of it.
    """
    part = f"{file}.{os.getpid()}.part"
    try:
        try:
            stream = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
            stream = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            while content:
                content = content[os.write(stream, content) :]
        finally:
            os.close(stream)
        os.replace(part, file)
    except OSError:
        with suppress(OSError):  # it was never there
            os.unlink(part)
        raise
