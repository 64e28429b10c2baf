"""Where the cursor is in a file that is being written: it is read line by line, since it is no YAML and no TOML yet."""

import re
from typing import NamedTuple

from lsprotocol import types

from reportlint.diagnostic import Span
from reportlint.lsp.page import Page
from reportlint.lsp.schema import ITEM, Keys


class Where(NamedTuple):
    """The way of keys to a place. value: Whether a value is written there, not a key. word: What stands there."""

    keys: Keys
    value: bool
    word: Span


_LINE = re.compile(
    r"^(?P<indent> *)(?P<dashes>(?:- +|-$)*)"
    r"(?:(?P<quote>[\"']?)(?P<key>\+?[\w*-]+)(?P=quote)(?P<colon>:(?= |$)))?(?P<rest>.*)$"
)
_WORD = re.compile(r"\+?[\w*:-]*$")
_TAIL = re.compile(r"[\w*-]*")


def place(page: Page, position: types.Position) -> tuple[int, int]:
    """Line and code points from its start, both from 0."""
    offset = page.offset(position)
    number = page.number(offset)
    return number, offset - page.starts[number]


def where(page: Page, number: int, column: int, *, toml: bool = False) -> Where:
    """number: Line from 0. column: Code points from the line's start."""
    return _in_toml(page, number, column) if toml else _in_yaml(page, number, column)


def _word(page: Page, number: int, column: int) -> Span:
    line = page.line(number)
    word = _WORD.search(line[:column])
    assert word is not None
    tail = _TAIL.match(line, column)
    offset = page.starts[number]
    return Span(offset + word.start(), offset + (tail.end() if tail else column))


def _in_yaml(page: Page, number: int, column: int) -> Where:
    line = page.line(number)
    match = _LINE.match(line)
    assert match is not None
    start = match.start("key") if match["key"] else match.end("dashes")
    own = match["key"]
    is_value = bool(own) and column > match.end("colon") - 1
    above = _above(page, number, start if own or match["dashes"] else min(start, column), bool(match["dashes"]), match)
    return Where((*above, own) if is_value and own else above, is_value, _word(page, number, column))


def _above(page: Page, number: int, column: int, dashed: bool, match: re.Match[str]) -> Keys:
    """The keys that a line at this column is below."""
    keys: list[str] = []
    inclusive = False
    if dashed:
        keys.append(ITEM)
        column, inclusive = match.start("dashes"), True
    while number and (column or inclusive):
        number -= 1
        line = page.line(number)
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.match(line)
        assert found is not None
        start = found.start("key") if found["key"] else found.end("dashes")
        if found["key"] and (start < column or (inclusive and start == column and not found["dashes"])):
            keys.append(found["key"])
            column, inclusive = start, False
        if found["dashes"] and found.start("dashes") < column <= start and not inclusive:
            # The line above is a neighbour, or the key just found: both stand in an entry of a list.
            keys.append(ITEM)
            column, inclusive = found.start("dashes"), True
    return tuple(reversed(keys))


def siblings(page: Page, number: int, column: int, *, toml: bool = False) -> set[str]:
    """Keys that stand already in the mapping that a line is in, the line itself left out."""
    if toml:
        return _toml_siblings(page, number)
    own = _LINE.match(page.line(number))
    assert own is not None
    start = own.start("key") if own["key"] else max(own.end("dashes"), min(column, own.end("dashes")))
    found: set[str] = set()
    for step in (-1, 1):
        line = own if step < 0 else None
        place = number
        while True:
            if step < 0 and line is not None and line["dashes"]:
                break  # the first key of an entry of a list
            place += step
            if not 0 <= place < len(page.lines):
                break
            text = page.line(place)
            line = _LINE.match(text)
            if line is None or not text.strip() or text.lstrip().startswith("#"):
                continue
            at = line.start("key") if line["key"] else line.end("dashes")
            if at < start or (step > 0 and line["dashes"] and line.start("dashes") < start):
                break
            if at == start and line["key"]:
                found.add(line["key"])
    return found


# TOML.

_HEADER = re.compile(r"^\s*(?P<open>\[\[?)(?P<name>[^\[\]]*)\]")
_PAIR = re.compile(r"^\s*(?P<key>[\"'\w+.*-]+)\s*=\s*(?P<value>.*)$")


def _parts(name: str) -> Keys:
    found = re.findall(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)", name)
    return tuple(next((part for part in each if part), "") for each in found)


def _table(page: Page, number: int) -> Keys:
    """The table that a line is in."""
    for line in range(number - 1, -1, -1):
        header = _HEADER.match(page.line(line))
        if header:
            return (*_parts(header["name"]), *((ITEM,) if header["open"] == "[[" else ()))
    return ()


def _in_toml(page: Page, number: int, column: int) -> Where:
    line, table, word = page.line(number), _table(page, number), _word(page, number, column)
    pair = _PAIR.match(line)
    if pair is None or column < pair.start("value"):
        return Where(table, False, word)
    keys = (*table, *_parts(pair["key"]))
    is_list = pair["value"].startswith("[")
    return Where((*keys, ITEM) if is_list else keys, True, word)


def _toml_siblings(page: Page, number: int) -> set[str]:
    found: set[str] = set()
    for step in (-1, 1):
        line = number + step
        while 0 <= line < len(page.lines) and not _HEADER.match(page.line(line)):
            pair = _PAIR.match(page.line(line))
            found.update(_parts(pair["key"])[:1] if pair else ())
            line += step
    return found
