"""Words as the form prints them against words as a person retyped them.

Everything here is about characters only: what counts as the same label, and how near two labels are. Which of them
write a number is asked of Unicode, so it is the same for every language.
"""

import enum
import re
import unicodedata
from functools import lru_cache


def _single_folds() -> dict[int, str]:
    """Code points that NFKC turns into one other: full-width forms, Kangxi radicals, the wide space."""
    ranges = (range(0xFF01, 0xFF5F), range(0x2F00, 0x2FD6), range(0xF900, 0xFAD9), (0x3000, 0xA0, 0x2EA0))
    table: dict[int, str] = {}
    for points in ranges:
        for point in points:
            folded = unicodedata.normalize("NFKC", chr(point))
            if len(folded) == 1 and folded != chr(point):
                table[point] = folded
    return table


# Marks that show as nothing: soft hyphens, joiners, blanks without width. A web page or a converter leaves them
# anywhere. Those that turn the direction of text show: 12 looks like 21.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
FOLDS = _single_folds() | dict.fromkeys(map(ord, INVISIBLE), " ")
# Traces of a conversion that carry no words, such as [bookmark: _GoBack].
ARTEFACT = re.compile(r"\[(?:bookmark|image|img|endif|if )[^\]\n]{0,80}\]", re.IGNORECASE)
LEAST_SIMILARITY = 0.4  # what is less alike counts as not alike at all
_QUOTES = dict.fromkeys(map(ord, "\"'“”‘’「」『』《》＂＇"))
_MARKS = str.maketrans(
    dict.fromkeys("、,，.．。:：;；·", "、") | dict.fromkeys("[【〔", "(") | dict.fromkeys("]】〕", ")")
)
_SPACE = re.compile(rf"[\s{INVISIBLE}]+")
_NOTHING = dict.fromkeys(map(ord, INVISIBLE))
_NO_WORDS = re.compile(r"[\W_]+")
_EXPLANATION = re.compile(r"\([^()]{8,}")  # (单位:万元) is part of a label, a sentence in brackets explains it
_TRAILING_BRACKET = re.compile(r"(.+?)\([^()]*\)$")


# The marks that Chinese prose is full of. `str.translate` looks every character up; replacing these few first and
# looking for others only where there are any is eight times as fast.
_COMMON = tuple(zip("，（）：；\u3000\xa0", ",():;  ", strict=True))
_FOLDABLE = re.compile(f"[\uff01-\uff5e\u2ea0\u2f00-\u2fd5\uf900-\ufad8{INVISIBLE}]")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """The text with full-width forms and radicals folded and what is invisible as a blank: offsets stay true."""
    if text.isascii():
        return text
    for wide, narrow in _COMMON:
        text = text.replace(wide, narrow)
    return text.translate(FOLDS) if _FOLDABLE.search(text) else text


def visible(text: str) -> str:
    """The text without what shows as nothing."""
    return text if text.isascii() else text.translate(_NOTHING)


def _without_artefacts(text: str) -> str:
    return ARTEFACT.sub("", text) if "[" in text else text


@lru_cache(maxsize=2048)
def words(text: str) -> str:
    """Only letters, digits and characters, in NFKC, capitals as small: equal where two labels say the same."""
    if text.isdigit() and text.isascii():
        return text
    return _NO_WORDS.sub("", unicodedata.normalize("NFKC", _without_artefacts(text)).lower())


@lru_cache(maxsize=1024)
def skeleton(text: str) -> str:
    """Words and marks: white space and quotes out, marks of one family alike."""
    folded = unicodedata.normalize("NFKC", _without_artefacts(text)).lower().translate(_QUOTES)
    return _SPACE.sub("", folded).translate(_MARKS).rstrip("、")


def ordinal(text: str) -> str:
    """The number of a list that the text begins with, with its marks alike; empty where there is none."""
    bare = skeleton(text)
    return bare[: _ordinal(bare)]


def _ordinal(bare: str) -> int:
    """How much of a skeleton is the number of a list, 三、 or (12): the length, 0 where it begins with none."""
    start = end = int(bare[:1] == "(")
    while bare[end : end + 1].isnumeric():
        end += 1
    number = bare[start:end]
    if not number or (number.isdecimal() and len(number) > 2):
        return 0
    return end + 1 if bare[end : end + 1] == (")" if start else "、") else 0


class Likeness(enum.Enum):
    """How a label that stands in a report compares with the form's."""

    SAME = "same"
    MARKS = "marks"  # the words are right, a mark is lost, doubled or moved
    OTHER = "other"


@lru_cache(maxsize=1024)
def likeness(found: str, form: str) -> Likeness:
    """Whether `found` is the form's label, but for variants that carry no meaning.

    Of no meaning: white space, widths, quotes, one list mark for another, a lost list number, punctuation
    inside a label that has a bracketed explanation, an explanation in brackets added after the label.
    """
    if words(found) != words(form):
        return _likeness_of_part(found, form)
    mine, theirs = skeleton(found), skeleton(form)
    if mine == theirs:
        return Likeness.SAME
    same_number = mine[: _ordinal(mine)] == theirs[: _ordinal(theirs)]
    explained = _EXPLANATION.search(theirs, _ordinal(theirs)) is not None
    return Likeness.SAME if same_number and explained else Likeness.MARKS


def _likeness_of_part(found: str, form: str) -> Likeness:
    mine, theirs = skeleton(found), skeleton(form)
    unnumbered = theirs[_ordinal(theirs) :]
    if mine == unnumbered:
        return Likeness.SAME
    added = _TRAILING_BRACKET.match(mine)
    if added and added.group(1) in {theirs, unnumbered} and _ordinal(added[1]) < len(added[1]):
        return Likeness.SAME
    return Likeness.OTHER


@lru_cache(maxsize=1024)
def similarity(found: str, form: str) -> float:
    """How near two labels' words are, from 0 to 1; a label cut short to a part of the form's counts 0.75."""
    mine, theirs = words(found), words(form)
    total = len(mine) + len(theirs)
    if mine == theirs:
        return 1.0 if mine else 0.0
    # Bounds from above, which spare the comparison of most pairs.
    if 2 * min(len(mine), len(theirs)) < LEAST_SIMILARITY * total:
        return 0.0
    if 2 * sum(map(frozenset(theirs).__contains__, mine)) < LEAST_SIMILARITY * total:
        return 0.0
    from difflib import SequenceMatcher  # a report without mistakes never needs it

    ratio = SequenceMatcher(None, mine, theirs, autojunk=False).ratio()
    if len(mine) >= 4 and len(theirs) >= 4 and (mine in theirs or theirs in mine):
        ratio = max(ratio, 0.75)
    return ratio
