"""Reports in another script than the language is officially written in, such as traditional characters."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from reportlint.errors import ConfigError


class Foreign(NamedTuple):
    """A character of the other script. offset: In code points. standard: What is written for it."""

    offset: int
    written: str
    standard: str


class Script(NamedTuple):
    """Characters that stand one for one for those of the standard script, so that places stay what they are.

    pairs: The file that lists them, read when a text has some; ~ before those that the standard script has too.
    signs: Those that any longer text has one of.
    """

    pairs: Path
    signs: str

    def is_in(self, text: str) -> bool:
        """Whether the text has characters of it; a few in a text without the usual ones are overlooked."""
        return _any_of(self.signs).search(text) is not None

    def plain(self, text: str) -> str:
        """The text in the standard script, as long as before."""
        return text.translate(_table(self.pairs))

    def found(self, text: str) -> Iterator[Foreign]:
        """The characters of it, in order."""
        if self.is_in(text):
            certain = "".join(written for written, (_, alone) in _pairs(self.pairs).items() if alone)
            for match in _any_of(certain).finditer(text):
                yield Foreign(match.start(), match[0], self.plain(match[0]))


@cache
def _any_of(characters: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(characters)}]")


@cache
def _table(file: Path) -> Mapping[int, str]:
    return {ord(written): standard for written, (standard, _) in _pairs(file).items()}


@cache
def _pairs(file: Path) -> Mapping[str, tuple[str, bool]]:
    """For each character, what is written for it, and whether it is of the other script when it stands alone."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(file, f"cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from error
    found: dict[str, tuple[str, bool]] = {}
    for number, line in enumerate(lines, start=1):
        for entry in line.split() if not line.startswith("#") else ():
            pair = entry.removeprefix("~")
            if len(pair) != 2:
                raise ConfigError(file, f"'{entry}' is no pair of characters", number, line.index(entry) + 1)
            found[pair[0]] = pair[1], pair == entry
    return found
