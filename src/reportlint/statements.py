"""From the text of a formula to its value, and the values of formulas as they come with the package.

Those of the built-in forms were parsed when the package was made, so a start needs no parser for them.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from reportlint.identities import Comparison, Formula, Name, Term

_kept: dict[str, Any] = {}


def remember(formulas: Mapping[str, Any]) -> None:
    """Formulas, by their text, as `plain` writes them: they need not be parsed again, nor the language be loaded."""
    _kept.update(formulas)


@cache
def parse(text: str) -> Formula:
    """The formula that a text writes.

    Raises:
        FormulaError: The text is no formula; the error names what stands there and what could.
    """
    if text in _kept:
        return from_plain(_kept[text])
    from reportlint.identity_grammar import parsed

    return parsed(text)


def plain(value: Formula | Any) -> Any:
    """The formula, or a part of it, as values that JSON has."""
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    return str(value) if isinstance(value, Decimal) else value


def from_plain(kept: Any) -> Formula:
    """The formula that `plain` has written."""
    first, connective, second = kept
    return Formula(_comparison(first), connective, second and _comparison(second))


def _comparison(kept: Any) -> Comparison:
    left, operator, right = kept
    return Comparison(tuple(map(_term, left)), operator, tuple(map(_term, right)))


def _term(kept: Any) -> Term:
    factor, name, across, summed = kept
    return Term(Decimal(factor), name and _name(name), across and _name(across), summed)


def _name(kept: Any) -> Name:
    text, offset, table = kept
    return Name(text, offset, table and _name(table))
