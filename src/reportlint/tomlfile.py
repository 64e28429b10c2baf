"""Where the values of a TOML file stand: the standard library reads them without telling.

Only for text that `tomllib` has read without complaint, so that nothing here need look for mistakes.
"""

import bisect
import re
from collections.abc import Iterator
from typing import Any

Keys = tuple[str | int, ...]
# Code points where a key and its value begin.
Places = dict[Keys, tuple[int, int]]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'" r"|[^,\]}#\n]*", re.DOTALL
)


def place(text: str, keys: Keys, *, of_key: bool = False) -> tuple[int, int, bool]:
    """Line and column, both from 1, of the value (or the key) at the end of `keys`; of its nearest parent if there
    is none. The last item says whether it was found."""
    text = text.replace("\r\n", "\n")
    places = _Scanner(text).places()
    found, exact = 0, True
    for length in range(1, len(keys) + 1):
        here = places.get(keys[:length])
        if here is None:
            exact = False
            break
        found = here[0] if of_key and length == len(keys) else here[1]
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    line = bisect.bisect_right(starts, found)
    return line, found - starts[line - 1] + 1, exact


class _Scanner:
    """Goes through a text once, from key to key; used once."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.found = text, 0, Places()
        self.tables: dict[Keys, int] = {}  # how many elements an array of tables has

    def places(self) -> Places:
        table: Keys = ()
        while self._skip(_BLANK) < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self.found

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def _keep(self, keys: Keys, key: int, value: int) -> None:
        """Keeps the place, and as much for tables around it that stand nowhere themselves."""
        for length in range(1, len(keys)):
            self.found.setdefault(keys[:length], (key, key))
        self.found[keys] = (key, value)

    def _header(self) -> Keys:
        start = self.at
        is_array = self.text.startswith("[[", self.at)
        self.at += 1 + is_array
        keys = self._inside(tuple(name for name, _ in self._names()))
        self.at += 1 + is_array
        if is_array:
            number = self.tables.get(keys, 0)
            self.tables[keys] = number + 1
            keys = (*keys, number)
        self._keep(keys, start, start)
        return keys

    def _inside(self, names: tuple[str, ...]) -> Keys:
        """The way to a table, with the element that is meant where a part of it is an array of tables."""
        keys: Keys = ()
        for place, name in enumerate(names, start=1):
            keys = (*keys, name)
            if keys in self.tables and place < len(names):
                keys = (*keys, self.tables[keys] - 1)
        return keys

    def _names(self) -> Iterator[tuple[str, int]]:
        """The parts of a dotted key, each with the place where it begins."""
        while True:
            self._skip(_SPACE)
            start = self.at
            if self.text[start] in "\"'":
                yield str(self._scalar()), start
            else:
                self._skip(_BARE)
                yield self.text[start : self.at], start
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return
            self.at += 1

    def _pair(self, table: Keys) -> None:
        keys = table
        start = self.at
        for name, start in self._names():  # noqa: B007
            keys = (*keys, name)
        self.at += 1  # the sign =
        self._skip(_SPACE)
        self._value(keys, start)

    def _value(self, keys: Keys, key: int) -> None:
        opening = self.text[self.at]
        if opening == "[":
            self._keep(keys, key, self.at)
            self._list(keys)
        elif opening == "{":
            self._keep(keys, key, self.at)
            self._inline(keys)
        else:
            # As for YAML: the mark of a text between quotes is where the text begins.
            quote = next((mark for mark in ('"""', "'''", '"', "'") if self.text.startswith(mark, self.at)), "")
            self._keep(keys, key, self.at + len(quote))
            self._skip(_SCALAR)

    def _list(self, keys: Keys) -> None:
        self.at += 1
        number = 0
        while self.text[self._skip(_BLANK)] != "]":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._value((*keys, number), self.at)
            number += 1
        self.at += 1

    def _inline(self, keys: Keys) -> None:
        self.at += 1
        while self.text[self._skip(_BLANK)] != "}":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._pair(keys)
        self.at += 1

    def _scalar(self) -> Any:
        import tomllib

        start = self.at
        self._skip(_SCALAR)
        return tomllib.loads(f"value = {self.text[start : self.at]}")["value"]
