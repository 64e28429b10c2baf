"""The lines of an open document, and places in them: code points here, the unit that was agreed on over there.

Lines end as the protocol has them end, and as `source.LINE_END` does: after a line feed, a carriage return, or both.
"""

import bisect
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from lsprotocol import types

from reportlint.diagnostic import Span
from reportlint.source import LINE_END

# How Python names the unit that a client counts characters in; None where it counts code points.
CODECS: dict[str, str | None] = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": None}
_ALONE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without halves of pairs, which no encoding can write; all places stay what they are."""
    return text if text.isascii() else _ALONE.sub("\ufffd", text)


def split(text: str) -> list[str]:
    """The lines with their ends; the last one has none and may be empty."""
    if "\r" not in text:
        lines = [line + "\n" for line in text.split("\n")]
        lines[-1] = lines[-1][:-1]
        return lines
    ends = [match.end() for match in LINE_END.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]


def units(text: str, unit: str) -> int:
    """How long the text is in this unit."""
    codec = CODECS[unit]
    if codec is None or text.isascii():
        return len(text)
    size = len(text.encode(codec, "surrogatepass"))
    return size // 2 if unit == "utf-16" else size


def code_points(line: str, count: int, unit: str) -> int:
    """How many code points of the line make so many units; inside of one, those before it."""
    codec = CODECS[unit]
    if codec is None or line.isascii():
        return min(count, len(line))
    data = line.encode(codec, "surrogatepass")
    return len(data[: count * 2 if unit == "utf-16" else count].decode(codec, "ignore"))


class Page:
    """A text that does not change, and the unit in which its reader counts."""

    def __init__(self, lines: Sequence[str], unit: str) -> None:
        self.lines, self.unit = lines, unit

    @cached_property
    def starts(self) -> list[int]:
        """Where each line starts, in code points."""
        return list(accumulate([len(line) for line in self.lines[:-1]], initial=0))

    @property
    def size(self) -> int:
        """Code points of the whole text."""
        return self.starts[-1] + len(self.lines[-1])

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def line(self, number: int) -> str:
        """A line without its end; `number` counts from 0."""
        return self.lines[number].rstrip("\r\n")

    def number(self, offset: int) -> int:
        """The line, from 0, in which a code point is."""
        return bisect.bisect_right(self.starts, offset) - 1

    def position(self, offset: int) -> types.Position:
        """Where a code point is."""
        number = self.number(offset)
        return types.Position(number, units(self.lines[number][: offset - self.starts[number]], self.unit))

    def range(self, span: Span) -> types.Range:
        return types.Range(self.position(span.start), self.position(span.end))

    def offset(self, position: types.Position) -> int:
        """The code point at a position; one outside of the text is the nearest inside."""
        if position.line >= len(self.lines):
            return self.starts[-1] + len(self.lines[-1])
        return self.starts[position.line] + place_in(self.lines[position.line], position.character, self.unit)

    def span(self, range_: types.Range) -> Span:
        start, end = self.offset(range_.start), self.offset(range_.end)
        return Span(min(start, end), max(start, end))


def place_in(line: str, character: int, unit: str) -> int:
    """The code point of a line at this character; behind the last one it is the line's end."""
    return code_points(line.rstrip("\r\n"), character, unit)


class Change(NamedTuple):
    """What stands from `start` to `end` gives way to `text`; a whole new text has no places."""

    text: str
    start: types.Position | None = None
    end: types.Position | None = None


class Manuscript:
    """A text that is being edited. Changes touch the lines they are in, however long the text is.

    size: Code points of the whole text. lost: Why it is no longer known what the text is; empty where it is.
    """

    def __init__(self, text: str, version: int, unit: str) -> None:
        self.unit, self.version, self.lost = unit, version, ""
        self._replace(text)

    def _replace(self, text: str) -> None:
        self.lines = split(clean(text))
        self.size = sum(map(len, self.lines))
        self.lost = ""

    def change(self, changes: Iterable[Change], version: int) -> None:
        """Takes the changes that lead to a newer version; after one that cannot follow, the text is lost.

        A whole new text finds it again.
        """
        for change in changes:
            if change.start is None or change.end is None:
                self._replace(change.text)
            elif version <= self.version:
                self.lost = f"a change to version {version} came after version {self.version}"
            else:
                self._change(change.text, change.start, change.end)
        self.version = version

    def _change(self, text: str, start: types.Position, end: types.Position) -> None:
        first, before = self._place(start)
        last, behind = self._place(end)
        if (last, behind) < (first, before):
            first, before, last, behind = last, behind, first, before
        joined = self.lines[first][:before] + clean(text) + self.lines[last][behind:]
        # A carriage return above and a line feed below make one end.
        if first and joined.startswith("\n") and self.lines[first - 1].endswith("\r"):
            first -= 1
            joined = self.lines[first] + joined
        fresh = split(joined)
        if last < len(self.lines) - 1 and not fresh[-1]:
            fresh.pop()
        self.size += sum(map(len, fresh)) - sum(map(len, self.lines[first : last + 1]))
        self.lines[first : last + 1] = fresh

    def _place(self, position: types.Position) -> tuple[int, int]:
        if position.line >= len(self.lines):
            return len(self.lines) - 1, len(self.lines[-1])
        return position.line, place_in(self.lines[position.line], position.character, self.unit)

    def page(self) -> Page:
        """The text as it is now."""
        return Page(tuple(self.lines), self.unit)
