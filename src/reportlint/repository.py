"""The folders of a repository: what lies beside a file or above it, up to the top."""

import os
from collections.abc import Iterator
from pathlib import Path


def upwards(folder: Path) -> Iterator[Path]:
    """The folder and those above it, up to the top of the repository; without one, up to the root.

    Without the working directory where they are below it.
    """
    name = os.path.abspath(folder)
    here = os.getcwd()
    inside = here.rstrip(os.sep) + os.sep
    while True:
        # Below the working directory a path is told as people write it.
        yield Path(name[len(inside) :] if name.startswith(inside) else "" if name == here else name)
        above = os.path.dirname(name)
        if above == name or os.path.exists(os.path.join(name, ".git")):
            return
        name = above


def top(folder: Path) -> Path | None:
    """The top of the repository that the folder is in; None where it is in none."""
    *_, last = upwards(folder)
    return last if (last / ".git").exists() else None


def nearest_file(folder: Path, name: str) -> Path | None:
    """The file of that name beside or above."""
    return next((above / name for above in upwards(folder) if os.path.isfile(above / name)), None)
