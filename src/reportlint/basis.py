"""What every result depends on, whatever the report: the code, what it is built on, and the rules."""

import itertools
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress

from reportlint import __version__
from reportlint.extension import Pack
from reportlint.installed import distributions
from reportlint.keeping import digest
from reportlint.plugins import OWN, Extensions, Plugin

PACKAGE = os.path.dirname(os.path.abspath(__file__))
MOST_FILES = 5000  # of one plugin that are looked at
LARGEST_DATA = 8 * 1024 * 1024  # bytes; no file of rules may be near as large
# The libraries that have a say in what is found.
LIBRARIES = ("google_re2-", "lark-", "pluggy-", "ruamel.yaml-", "ruamel.yaml.clib-", "ruamel_yaml-")


def basis(extensions: Extensions) -> str:
    """Changes with whatever a result may depend on, but for the report and what is set for it.

    Data is known by its content, code by the names, sizes and times of its files.
    """
    facts = [__version__, sys.version, sys.platform]
    facts += sorted(name for _, name in distributions() if name.lower().startswith(LIBRARIES))
    facts += _code(PACKAGE)
    facts += packs(extensions.packs)
    facts += map(str, extensions.untrusted)
    foreign = [plugin for plugin in extensions.plugins if plugin.module is not None and plugin.name != OWN]
    if foreign:
        facts += _foreign(foreign)
    return digest(facts)


def packs(found: Iterable[Pack]) -> Iterator[str]:
    """Names and contents of all files of these packs."""
    for pack in found:
        yield pack.name
        yield from _contents(str(pack.rules))
        if pack.grammars is not None:
            yield from _contents(str(pack.grammars))


def _contents(folder: str) -> Iterator[str]:
    """What is in the files of data below the folder."""
    yield folder
    for path, status in _files(folder, (".yaml", ".lark", ".txt")):
        if status.st_size > LARGEST_DATA:
            yield f"{path} {status.st_size} {status.st_mtime_ns}"
            continue
        try:
            with open(path, "rb") as file:
                yield f"{path[len(folder) :]} {digest([file.read()])}"
        except OSError as error:
            yield f"{path} {error.errno}"


def _code(folder: str) -> Iterator[str]:
    yield folder
    for path, status in _files(folder, (".py", ".json", ".so", ".pyd")):
        yield f"{path[len(folder) :]} {status.st_size} {status.st_mtime_ns}"


def _files(folder: str, endings: tuple[str, ...]) -> Iterator[tuple[str, os.stat_result]]:
    """Regular files: a device has no end. Links to folders are not followed, as where rules are read."""
    found = []
    folders = [folder]
    while folders:
        name = folders.pop()
        try:
            with os.scandir(name) as entries:
                for entry in entries:
                    if entry.name.endswith(endings):
                        status = entry.stat()
                        if stat.S_ISREG(status.st_mode):
                            found.append((entry.path, status))
                    elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except OSError:
            with suppress(OSError):  # one that cannot be read is not the same as one with nothing in it
                found.append((name, os.stat(name)))
    yield from sorted(found, key=lambda item: item[0])


def _foreign(plugins: Iterable[Plugin]) -> Iterator[str]:
    """The code of plugins, and all that it has imported. It may ask what day it is, so a result is good for a day."""
    from datetime import date

    yield date.today().isoformat()
    for plugin in plugins:
        yield f"{plugin.name} {plugin.version}"
        file = getattr(plugin.module, "__file__", None)
        if file:
            # A plugin may read data of its own. Below the folder of a module installed alone are all other packages.
            deep = plugin.origin == "local" or hasattr(plugin.module, "__path__")
            yield from _stamps(itertools.islice(_walked(os.path.dirname(os.path.abspath(file)), deep=deep), MOST_FILES))
    imported = (getattr(module, "__file__", None) for _, module in sorted(sys.modules.items()))
    yield from _stamps(file for file in imported if isinstance(file, str) and _is_foreign(file))


def _is_foreign(file: str) -> bool:
    """Whether a module is neither reportlint's own nor of the standard library."""
    library = os.path.dirname(os.__file__) + os.sep
    return not file.startswith(PACKAGE) and (not file.startswith(library) or "site-packages" in file)


def _stamps(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        with suppress(OSError):
            status = os.stat(path)
            yield f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _walked(folder: str, *, deep: bool) -> Iterator[str]:
    """The files in a folder. deep: Whether those below it too."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if deep and name != "__pycache__")
        yield from (os.path.join(parent, name) for name in sorted(names))
