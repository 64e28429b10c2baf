"""Rules read once, kept as plain values, so that the next start need not read their YAML again.

What is kept of a pack is what its files said when they were last read without a mistake, under the names, sizes and
times of these files and the code that read them. It is JSON, in the person's own folder: nothing in it can run.
"""

import hashlib
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from reportlint import __version__
from reportlint.cachefolder import is_own, write_whole
from reportlint.profile import Profile
from reportlint.rule import RuleKind

log = logging.getLogger(__name__)

# A file that was changed this shortly ago may be changed once more without its time telling.
SETTLED = 2_000_000_000  # nanoseconds
Row = dict[str, Any]
# The built-in rules, as scripts/compile-rules found them.
COMPILED = os.path.join(os.path.dirname(__file__), "builtin_rules.json")


class RuleCache:
    """What is kept of the rules of one folder. kinds, profiles: Those that the rules may be of, and for."""

    def __init__(
        self, place: Path, rules: Path, kinds: Mapping[str, RuleKind[Any]], profiles: Sequence[Profile], now: int
    ) -> None:
        self.rules = rules
        name = hashlib.sha256(str(rules.resolve()).encode()).hexdigest()[:24]
        self.file = place / f"rules-{name}.json"
        self.listing = list(_listing(str(rules)))
        newest = max((changed for _, changed, _ in self.listing), default=0)
        self.settled = now - newest > SETTLED
        forms = [f"{profile.id} {os.stat(profile.path).st_mtime_ns}" for profile in profiles]
        self.key = [__version__, sys.version, *_code(kinds), *forms]

    def rows(self) -> list[Row] | None:
        """What was kept; None where nothing fits."""
        try:
            if not is_own(self.file.stat()):
                return None
            text = self.file.read_text(encoding="utf-8")
        except OSError:
            return None
        try:
            kept = json.loads(text)
            fits = kept["key"] == self.key and kept["files"] == [list(entry) for entry in self.listing]
            return list(kept["rows"]) if fits and self.settled else None
        except (ValueError, KeyError, TypeError):
            log.warning("%s is damaged, and is made anew", self.file)
            return None

    def keep(self, rows: Sequence[Row]) -> None:
        """Keeps the rows for the next start; where that cannot be done, the next start reads the files again."""
        if not self.settled:
            return
        try:
            text = json.dumps({"key": self.key, "files": self.listing, "rows": list(rows)}, ensure_ascii=False)
        except (TypeError, ValueError):
            return  # a value that JSON has no word for
        try:
            write_whole(str(self.file), text.encode("utf-8"))
        except OSError as error:
            log.debug("%s cannot be written: %s", self.file, error)


def _listing(top: str) -> Iterator[tuple[str, int, int]]:
    """Path below the folder, time and size of each YAML file, sorted."""
    found = []
    folders = [top]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.name.endswith(".yaml"):
                        status = entry.stat()
                        found.append((entry.path[len(top) + 1 :], status.st_mtime_ns, status.st_size))
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except OSError:
            continue
    yield from sorted(found)


def _code(kinds: Mapping[str, RuleKind[Any]]) -> Iterator[str]:
    """The kinds, and when the files with their options were last changed."""
    yield from sorted(kinds)
    here = os.path.dirname(__file__)
    own = os.path.join(here, "kinds")
    files = [__file__, os.path.join(here, "ruleoptions.py")]
    files.extend(sorted(os.path.join(own, name) for name in os.listdir(own) if name.endswith(".py")))
    if isinstance(kinds, dict):  # not the built-in ones alone, which are imported one by one
        modules = {kind.options.__module__ for kind in kinds.values()}
        files.extend(sorted(str(getattr(sys.modules.get(name), "__file__", "")) for name in modules))
    for file in files:
        try:
            yield f"{file} {os.stat(file).st_mtime_ns}"
        except OSError:
            yield file


class Compiled(NamedTuple):
    """What YAML files of a folder hold.

    rows: Of its rules. values: Of its profiles and languages, by their path. formulas: Those of its profiles, parsed.
    """

    folder: Path
    rows: list[Row]
    values: Mapping[Path, Any]
    formulas: Mapping[str, Any]


def compiled(rules: Path) -> Compiled | None:
    """What this folder holds, as it comes with the package; None where that was made from others."""
    try:
        with open(COMPILED, encoding="utf-8") as file:
            kept = json.load(file)
    except OSError:
        return None
    if kept["fingerprint"] != fingerprint(rules):
        return None
    values = {rules / name: value for name, value in kept["values"].items()}
    return Compiled(rules, kept["rows"], values, kept["formulas"])


def fingerprint(rules: Path) -> str:
    """Changes with every YAML file below the folder."""
    found = hashlib.sha256()
    top = str(rules)
    for name, _, _ in _listing(top):
        found.update(name.encode() + b"\0")
        with open(os.path.join(top, name), "rb") as file:
            found.update(file.read() + b"\0")
    return found.hexdigest()
