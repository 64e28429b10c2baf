"""What stands in a number cell: a number, nothing, a sign for “not applicable”, or words."""

import enum
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache, partial
from typing import NamedTuple

from reportlint.notation import BARE, Notation
from reportlint.wording import ARTEFACT, fold, visible

MOST_DIGITS = 15  # sums of such numbers are exact in the default Decimal context of 28 digits
_NOT_APPLICABLE = re.compile(r"[/\\—–\-－―─]+")


class ValueKind(enum.Enum):
    """Blank, “not applicable” and 0 are three different things."""

    NUMBER = "number"
    BLANK = "blank"
    NOT_APPLICABLE = "not-applicable"
    WORDS = "words"


class Value(NamedTuple):
    """A cell's content as a figure.

    number: In the unit that the cell itself states, else in the column's; None unless kind is NUMBER.
    unit: What stands behind the number, such as 元, 万元 or 件; empty where nothing does.
    plain: A whole number, not negative, without a unit: fit for any number cell.
    addend: What the cell adds to a sum: blank and “not applicable” add 0, words add nothing that is known.
    """

    kind: ValueKind
    number: Decimal | None = None
    unit: str = ""
    plain: bool = False
    addend: Decimal | None = None


ZERO = Decimal(0)
BLANK = Value(ValueKind.BLANK, addend=ZERO)


@lru_cache(maxsize=16)
def _number(units: tuple[str, ...]) -> re.Pattern[str]:
    unit = "|".join(re.escape(unit) for unit in sorted(units, key=len, reverse=True)) or r"(?!)"
    return re.compile(
        r"(?P<sign>[+\-−－]?)\s*(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<fraction>\.[0-9]+)?\s*"
        rf"(?P<unit>(?:{unit}){{0,3}})\s*(?P<note>\([^()]*\))?"
    )


def figure(text: str, notation: Notation = BARE) -> Value:
    """The figure that a cell holds. Accepts 1,200, ＋19, 270.6万元, 22（其中修订16件）.

    notation: Of the report's language, for what may stand behind a figure or in its place.
    """
    return figures_in(notation)(text)


@lru_cache(maxsize=16)
def figures_in(notation: Notation) -> Callable[[str], Value]:
    """What reads the figures of cells, and remembers them: most stand in many cells."""
    return lru_cache(maxsize=2048)(partial(_figure, notation))


def _figure(notation: Notation, text: str) -> Value:
    if text.isdigit() and text.isascii() and len(text) <= MOST_DIGITS:
        number = Decimal(text)  # as nearly every cell is
        return Value(ValueKind.NUMBER, number, "", True, number)
    folded = ARTEFACT.sub("", fold(visible(text))).replace("，", ",").strip()
    if not folded:
        return BLANK
    match = _number(notation.units).fullmatch(folded)
    if match:
        whole, fraction = match["whole"].replace(",", ""), match["fraction"] or ""
        if len(whole.lstrip("0")) + len(fraction) <= MOST_DIGITS:
            sign = "-" if match["sign"] in {"-", "−", "－"} else ""
            number = Decimal(sign + whole + fraction)
            usual = not sign and not match["unit"] and number == number.to_integral_value()
            return Value(ValueKind.NUMBER, number, match["unit"], usual, number)
    if _NOT_APPLICABLE.fullmatch(folded) or folded in notation.not_applicable:
        return Value(ValueKind.NOT_APPLICABLE, addend=ZERO)
    return Value(ValueKind.WORDS)


# Boxes before the options of a form: an empty one, or one that was ticked.
_EMPTY, _TICKED = "□☐○◯◻▢", "√✓✔☑■☒◼●▣"
_OPTION = rf"(\[\s*\]|\[\s*[xXvV√✓]\s*\]|[{_EMPTY}{_TICKED}])\s*([^\s{_EMPTY}{_TICKED}\[\]]*)"  # few forms have boxes


def ticked(text: str) -> tuple[str, ...] | None:
    """The options of a cell that are ticked; None where it has no boxes."""
    found = re.findall(_OPTION, text)
    return tuple(word for box, word in found if box.strip(f"[] {_EMPTY}")) if found else None


@lru_cache(maxsize=1024)
def answer(text: str, notation: Notation) -> Value:
    """What a cell that says yes or no counts: 1 or 0. A box may be ticked before the word."""
    chosen = ticked(text)
    word = text.strip() if chosen is None else chosen[0] if len(chosen) == 1 else ""
    if not text.strip():
        return BLANK
    number = notation.answers.get(word.lower())
    return Value(ValueKind.WORDS) if number is None else Value(ValueKind.NUMBER, number, "", True, number)


def plain(number: Decimal) -> str:
    """The number as a clerk would write it: no exponent, no superfluous zeros."""
    text = format(number if number else abs(number), "f")  # not -0
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
