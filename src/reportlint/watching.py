"""Checks again whenever a report, or something that a check depends on, has changed.

Each check is a process of its own, so settings, rules and plugins count as they are then. Files are looked at again and
again: it works on every system and every kind of folder, and a change in a network folder is seen too.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

from reportlint.files import SKIPPED
from reportlint.plugins import LOCAL_FOLDER
from reportlint.repository import upwards
from reportlint.settingsfile import FILE, PYPROJECT
from reportlint.waiverfile import FILE as WAIVERS

PAUSE = 0.4  # seconds between two looks
DATA = (".yaml", ".lark", ".py")
_EXTENDS = re.compile(r"^\s*[\"']?extends[\"']?\s*[:=]\s*[\"']?([^\"'#\s]+)", re.MULTILINE)
Seen = dict[str, tuple[int, int, int]]


def watch(words: Sequence[str], look: Callable[[], Seen], tell: Callable[[], None]) -> None:
    """Runs `reportlint` with these words whenever a look sees something else. Ends with Ctrl-C.

    tell: Called after each check.
    """
    # With -P no module is taken from the working directory, which holds what is checked.
    command = [sys.executable, "-P", "-m", "reportlint", *words]
    try:
        while True:
            seen = look()
            if sys.stdout.isatty():
                print("\x1b[2J\x1b[H", end="", flush=True)
            subprocess.run(command, check=False)
            tell()
            while look() == seen:
                time.sleep(PAUSE)
            _settled(look)
    except KeyboardInterrupt:
        return


def _settled(look: Callable[[], Seen]) -> None:
    """Waits until nothing changes any more: an editor writes in steps, a checkout file by file."""
    seen = look()
    while True:
        time.sleep(PAUSE / 2)
        now = look()
        if now == seen:
            return
        seen = now


def seen(paths: Iterable[str], endings: Collection[str], rules: Iterable[str], config: str | None) -> Seen:
    """When each file that a check reads was last changed, and how big it is.

    paths: To check. endings: Of reports. rules: Folders of rules. config: A settings file.
    """
    files: set[str] = set()
    settings = {config} if config else set()
    above: set[Path] = set()
    for name in (os.curdir, *paths):
        path = Path(name)
        if os.path.isdir(name):
            above.update(upwards(path))
            if name in paths:
                files.update(_below(name, (*endings, FILE, PYPROJECT, WAIVERS)))
        else:
            files.add(name)
            above.update(upwards(path.parent))
    for folder in above:
        settings.update(str(folder / name) for name in (FILE, PYPROJECT))
        files.add(str(folder / WAIVERS))
        files.update(_below(str(folder / LOCAL_FOLDER), DATA))
    for name in rules:
        files.update(_below(name, DATA))
    settings.update(file for file in files if os.path.basename(file) in (FILE, PYPROJECT))
    files.update(_extended(settings))
    return {file: status for file in files if (status := _status(file)) is not None}


def _below(folder: str, endings: tuple[str, ...]) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in SKIPPED]
        for name in names:
            if name.lower().endswith(endings):
                yield os.path.join(parent, name)


def _extended(settings: Iterable[str]) -> set[str]:
    """These settings files and all that they extend."""
    found: set[str] = set()
    waiting = list(settings)
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        if not os.path.isfile(file):
            continue
        try:
            text = Path(file).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        waiting += [os.path.normpath(os.path.join(os.path.dirname(file), name)) for name in _EXTENDS.findall(text)]
    return found


def _status(file: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
