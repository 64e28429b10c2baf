"""Text as a terminal shows it: how many columns it takes, and nothing in it that acts on the terminal.

Widths come from `unicodedata`, not from wcwidth, whose import alone takes longer than checking a report.
What wcwidth knows beyond it concerns characters that terminals draw in different widths: an emoji family
held together by U+200D is two columns in one terminal and eight in the next, so no table is right for
both. Such characters are shown as escapes such as `<U+200D>`, which are as wide everywhere, and which tell
the person who looks for a fault that an invisible character stands there. What then remains is narrow, wide
or combining, and the standard library knows which. East Asian “ambiguous” characters (“”, ……, the lines of
the frame itself) count as narrow, as terminals draw them unless told otherwise.
"""

import bisect
import functools
import unicodedata
from typing import NamedTuple

TAB_STOP = 4
ELLIPSIS = "…"

# Cc, Cf and Zl/Zp act on the terminal or are invisible, Cs cannot be encoded, Co and Cn have no agreed form.
ESCAPED_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})

# Inclusive. Letters, marks and symbols by category, yet invisible or drawn in different widths.
ESCAPED_RANGES = (
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x115F, 0x115F),  # Hangul fillers, here and at 3164 and FFA0
    (0x2630, 0x2637),  # trigrams, monograms and hexagrams became wide with Unicode 16
    (0x268A, 0x268F),
    (0x302E, 0x302F),  # Hangul tone marks: combining, yet listed as wide
    (0x3164, 0x3164),
    (0x4DC0, 0x4DFF),
    (0xFE00, 0xFE0F),  # variation selectors: the last makes a narrow symbol wide in some terminals
    (0xFFA0, 0xFFA0),
    (0x16FF0, 0x16FF1),  # Vietnamese reading marks: combining, yet listed as wide
    (0x1D300, 0x1D376),
    (0x1F1E6, 0x1F1FF),  # regional indicators: two make a flag, or do not
    (0x1F3FB, 0x1F3FF),  # skin colours join the emoji before them, or do not
    (0xE0100, 0xE01EF),
)
# Inclusive. What turns the direction of text around.
TURNING_RANGES = ((0x061C, 0x061C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069))
# Inclusive. Vowels and finals of Hangul are drawn into the syllable that the consonant before them began.
JOINING_RANGES = ((0x1160, 0x11FF), (0xD7B0, 0xD7FF))
# Inclusive. Kept for ideographs; rare names are written with characters newer than the interpreter's tables.
IDEOGRAPHIC_RANGES = ((0x20000, 0x2FFFD), (0x30000, 0x3FFFD))


def escape(text: str) -> str:
    """The text with every character that a terminal would obey, hide or misplace shown as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join([shown(character)[0] for character in text])


def disarmed(text: str) -> str:
    """The text with only what a terminal would obey shown as escapes; what is merely invisible stays as it is."""
    if text.isascii() and text.isprintable():
        return text
    return "".join([escape_of(ord(each)) if _is_obeyed(each) else each for each in text])


def _is_obeyed(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or within(ord(character), TURNING_RANGES)


def width(text: str) -> int:
    """Columns that `escape(text)` takes."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(shown(character)[1] for character in text)


@functools.lru_cache(maxsize=8192)
def shown(character: str) -> tuple[str, int]:
    """What stands for one code point, and how many columns it takes: 0 if it joins the one before."""
    code = ord(character)
    if within(code, IDEOGRAPHIC_RANGES):
        return character, 2
    category = unicodedata.category(character)
    if category in ESCAPED_CATEGORIES or within(code, ESCAPED_RANGES):
        name = escape_of(code)
        return name, len(name)
    if category in {"Mn", "Me"} or within(code, JOINING_RANGES):
        return character, 0
    return character, 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def escape_of(code: int) -> str:
    if code < 0x100 and code != 0xAD:
        return f"\\x{code:02x}"
    if 0xD800 <= code <= 0xDFFF:
        return f"\\u{code:04x}"
    return f"<U+{code:04X}>"


class Window(NamedTuple):
    """The part of a line that is shown.

    text: As it is printed: escaped, tabs expanded, with `…` where the line goes on.
    first: The code point of the line, from 0, that is shown first.
    edges: The column of `text` where each shown code point begins, and where the last one ends.
    """

    text: str
    first: int
    edges: tuple[int, ...]

    def covers(self, start: int, end: int) -> bool:
        """Whether code points `start` to `end` of the line are all shown."""
        return self.first <= start and end <= self.first + len(self.edges) - 1

    def columns(self, start: int, end: int) -> tuple[int, int]:
        """Where code points `start` to `end` of the line are shown: half open, and never empty."""
        last = len(self.edges) - 1
        begin = base(self.edges, min(max(start - self.first, 0), last))
        finish = min(max(end - self.first, begin), last)
        return self.edges[begin], max(self.edges[finish], self.edges[begin] + 1)


def window(line: str, start: int, end: int, room: int) -> Window:
    """As much of `line` around the code points `start` to `end` as fits into `room` columns."""
    # Only the neighbourhood is measured: a file may be one line of many megabytes. Tabs count from its start.
    offset = max(0, start - room)
    near = line[offset : min(end, start + room) + room]
    pieces, edges = laid_out(near)
    complete = len(near) == len(line)
    if complete and edges[-1] <= room:
        return Window("".join(pieces), 0, edges)
    first, last = choice(edges, start - offset, end - offset, room - 2 * len(ELLIPSIS))
    left = ELLIPSIS if offset + first > 0 else ""
    right = ELLIPSIS if offset + last < len(line) else ""
    shift = edges[first] - len(left)
    return Window(
        left + "".join(pieces[first:last]) + right,
        offset + first,
        tuple(edge - shift for edge in edges[first : last + 1]),
    )


def laid_out(line: str) -> tuple[list[str], tuple[int, ...]]:
    """What is printed for each code point, and the column where each begins, with the end of the last."""
    pieces: list[str] = []
    edges = [0]
    for character in line:
        if character == "\t":
            columns = TAB_STOP - edges[-1] % TAB_STOP
            piece = " " * columns
        else:
            piece, columns = shown(character)
        if columns == 0 and edges[-1] == 0:  # a mark without a letter would be drawn onto the frame
            piece = escape_of(ord(character))
            columns = len(piece)
        pieces.append(piece)
        edges.append(edges[-1] + columns)
    return pieces, tuple(edges)


def choice(edges: tuple[int, ...], start: int, end: int, room: int) -> tuple[int, int]:
    """The code points, half open, that show the span in its surroundings; its beginning if it is too wide."""
    total = len(edges) - 1
    start_column = edges[base(edges, min(start, total))]
    end_column = edges[min(end, total)]
    context = max(0, room - (end_column - start_column)) // 2
    left = max(0, min(start_column - context, edges[-1] - room))
    first = bisect.bisect_left(edges, left)
    while first < total and edges[first] == edges[first + 1]:
        first += 1  # a combining mark whose letter is cut off
    last = bisect.bisect_right(edges, edges[first] + room) - 1
    return first, max(first, last)


def base(edges: tuple[int, ...], index: int) -> int:
    """The code point that carries the combining mark at `index`; `index` itself if that is no mark."""
    while 0 < index < len(edges) - 1 and edges[index] == edges[index + 1]:
        index -= 1
    return index
