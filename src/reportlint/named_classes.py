"""Names for what patterns look for again and again: `{:digit:}`, `{:date:}`, `{:hanzi:}`.

RE2's `\\d` knows no full-width digits and its `\\w` no Chinese. A name is written between `{:` and `:}`, which RE2 has
no use for and which no placeholder of a message looks like.
"""

import re
from functools import cache

_DIGIT = "0-9０-９"
_NUMERAL = "〇○零一二两三四五六七八九十百千万亿"
_DAY = "〇○零一二三四五六七八九十"
_GAP = r"[\s\x{A0}\x{3000}]*"
_YEAR = rf"(?:(?:[1１][9９]|[2２][0０])[{_DIGIT}]{{2}}|(?:一九|二[〇○零])[〇○零一二三四五六七八九]{{2}})"
_MONTH = rf"[{_DIGIT}{_DAY}]{{1,3}}"
_MARK = rf"{_GAP}[-./－．／]{_GAP}"

# One character each: these may also stand between square brackets.
CHARACTERS = {
    "digit": _DIGIT,
    "numeral": _NUMERAL,
    "hanzi": r"\p{Han}",
    "space": r"\s\x{A0}\x{2000}-\x{200B}\x{3000}\x{FEFF}",
}
# Several characters.
SHAPES = {
    "number": rf"(?:[{_DIGIT}]+(?:[,，][{_DIGIT}]{{3}})*(?:[.．][{_DIGIT}]+)?|[{_NUMERAL}]+)",
    "year": _YEAR,
    "date": (
        rf"(?:{_YEAR}{_GAP}年{_GAP}{_MONTH}{_GAP}月{_GAP}{_MONTH}{_GAP}日"
        rf"|{_YEAR}{_MARK}[{_DIGIT}]{{1,2}}{_MARK}[{_DIGIT}]{{1,2}})"
    ),
}
NAMES = tuple(sorted((*CHARACTERS, *SHAPES)))
_OPENING = "{:"


class Misnamed(ValueError):
    """A named class that cannot be used. offset: Where it begins, in code points. name: Only where it is unknown."""

    def __init__(self, why: str, offset: int, name: str = "") -> None:
        super().__init__(why)
        self.offset = offset
        self.name = name


@cache
def _pieces() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a pattern is made of where brackets and names are concerned, outside of square brackets and in them.

    Compiled when the first name is met: most runs meet none.
    """
    outside = re.compile(r"\\Q.*?(?:\\E|$)|\\.|(?P<set>\[\^?\]?)|\{:(?P<name>[\w-]*)(?P<end>:\})?|.", re.DOTALL)
    inside = re.compile(r"\[:\^?\w+:\]|\\.|(?P<close>\])|\{:(?P<name>[\w-]+):\}|.", re.DOTALL)
    return outside, inside


def expanded(pattern: str) -> str:
    """The pattern with every named class in it written out for RE2.

    Raises:
        Misnamed: There is no such class, or one that stands for several characters is in square brackets.
    """
    if _OPENING not in pattern:
        return pattern
    result: list[str] = []
    place = 0
    while piece := _pieces()[0].match(pattern, place):
        if piece["set"]:
            members, place = _set(pattern, piece.end())
            result.append(f"{piece.group()}{members}")
            continue
        if piece["name"] is not None:
            result.append(_written_out(piece))
        else:
            result.append(piece.group())
        place = piece.end()
    return "".join(result)


def _written_out(piece: re.Match[str]) -> str:
    name = piece["name"]
    if piece["end"] is None:
        raise Misnamed(f"'{{:{name}' begins a named class, which ends with ':}}'", piece.start())
    if name in CHARACTERS:
        return f"[{CHARACTERS[name]}]"
    if name in SHAPES:
        return SHAPES[name]
    raise Misnamed(f"no class is called '{{:{name}:}}'", piece.start(), name)


def _set(pattern: str, place: int) -> tuple[str, int]:
    """What stands between square brackets, the closing one included, and where it ends."""
    result: list[str] = []
    while member := _pieces()[1].match(pattern, place):
        place = member.end()
        name = member["name"]
        if name is None:
            result.append(member.group())
        elif name in CHARACTERS:
            result.append(CHARACTERS[name])
        elif name in SHAPES:
            why = f"'{{:{name}:}}' stands for several characters and cannot be in square brackets"
            raise Misnamed(why, member.start())
        else:
            raise Misnamed(f"no class is called '{{:{name}:}}'", member.start(), name)
        if member["close"]:
            break
    return "".join(result), place
