"""The arithmetic identities (勾稽关系) of a form: their language, and whether the figures satisfy them.

A formula is parsed once, when its profile is loaded, and spread over the rows or columns it is meant for;
what a check then evaluates are plain sums over cells.
"""

import enum
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

Operator = Literal["=", "<=", ">="]
Connective = Literal["", "<=>", "if"]


class CellKey(NamedTuple):
    """One number cell of a form, by the keys that its profile gives."""

    table: str
    row: str
    column: str


class FormulaError(Exception):
    """A statement that cannot be used.

    offset: Code points from the formula's start. part: Which part of the statement is wrong, if not the formula.
    """

    def __init__(self, why: str, offset: int = 0, part: str = "formula") -> None:
        super().__init__(why)
        self.why, self.offset, self.part = why, offset, part


class Name(NamedTuple):
    """A name in a formula and where it stands, in code points from the formula's start.

    text: That of a figure from the text begins with `$`. table: What stands before its slash.
    """

    text: str
    offset: int
    table: "Name | None" = None


class Term(NamedTuple):
    """A multiple of a cell, of the sum of a group, or of 1.

    name: A row or a column, as `each` says; with `across`, name is the row and across the column.
    """

    factor: Decimal
    name: Name | None = None
    across: Name | None = None
    summed: bool = False


class Comparison(NamedTuple):
    left: tuple[Term, ...]
    operator: Operator
    right: tuple[Term, ...]


class Formula(NamedTuple):
    """One comparison, or two: `first <=> second`, `first if second`."""

    first: Comparison
    connective: Connective = ""
    second: Comparison | None = None


# Formulas spread over a form.


class Sum(NamedTuple):
    """Σ factor · cell + constant. keys: The cells alone, where every factor is 1."""

    terms: tuple[tuple[Decimal, CellKey], ...]
    constant: Decimal = Decimal(0)
    keys: tuple[CellKey, ...] | None = None

    def value(self, figures: "Figures") -> Decimal | None:
        """None where a cell holds something that is no figure."""
        total = self.constant
        if self.keys is not None:
            try:
                return sum(map(figures.__getitem__, self.keys), total)  # type: ignore[type-var]
            except (KeyError, TypeError):
                return None
        for factor, key in self.terms:
            figure = figures.get(key)
            if figure is None:
                return None
            total += figure if factor == 1 else factor * figure
        return total


Figures = Mapping[CellKey, Decimal | None]


class Relation(NamedTuple):
    left: Sum
    operator: Operator
    right: Sum


class Outcome(enum.Enum):
    HOLDS = "holds"
    BROKEN = "broken"
    UNDECIDED = "undecided"


class Identity(NamedTuple):
    """One formula for one row, one column, or on its own.

    name: Under which the profile states it. along: Key of the row or column; empty where there is none.
    at: The cell that carries the total: where a broken identity is reported.
    table: Empty where it is one between tables.
    tolerance: Largest difference that still counts as equal, in the unit of the cells.
    unit: The smallest unit of money among the cells, in which the sums come out, where they are in several.
    """

    name: str
    table: str
    along: str
    relation: Relation
    at: CellKey
    connective: Connective = ""
    condition: Relation | None = None
    tolerance: Decimal = Decimal(0)
    unit: str = ""

    @property
    def cells(self) -> tuple[CellKey, ...]:
        relations = (self.relation, *((self.condition,) if self.condition else ()))
        return tuple(
            dict.fromkeys(
                key for relation in relations for side in (relation.left, relation.right) for _, key in side.terms
            )
        )


class Verdict(NamedTuple):
    """What the figures say of one identity.

    left, right: The two sides as computed; None where that could not be done.
    """

    identity: Identity
    outcome: Outcome
    left: Decimal | None = None
    right: Decimal | None = None

    @property
    def difference(self) -> Decimal:
        """left − right; 0 where a side is unknown."""
        return self.left - self.right if self.left is not None and self.right is not None else Decimal(0)


def judge(identity: Identity, figures: Figures) -> Verdict:
    """Whether the figures satisfy the identity, as far as that can be told."""
    relation = identity.relation
    left, right = relation.left.value(figures), relation.right.value(figures)
    if left is None or right is None:
        return Verdict(identity, Outcome.UNDECIDED, left, right)
    if left == right and identity.condition is None:
        return Verdict(identity, Outcome.HOLDS, left, right)  # whatever the operator, and the usual case
    holds = _holds(left, identity.relation.operator, right, identity.tolerance)
    condition = identity.condition
    if condition is None:
        return Verdict(identity, Outcome.HOLDS if holds else Outcome.BROKEN, left, right)
    other_left, other_right = condition.left.value(figures), condition.right.value(figures)
    if other_left is None or other_right is None:
        return Verdict(identity, Outcome.UNDECIDED, left, right)
    other = _holds(other_left, condition.operator, other_right, identity.tolerance)
    fine = holds == other if identity.connective == "<=>" else holds or not other
    return Verdict(identity, Outcome.HOLDS if fine else Outcome.BROKEN, left, right)


def _holds(left: Decimal, operator: Operator, right: Decimal, tolerance: Decimal) -> bool:
    if operator == "=":
        return left == right or abs(left - right) <= tolerance
    return left <= right + tolerance if operator == "<=" else left + tolerance >= right


# A way to turn a name into the cells it stands for: (name, whether it is summed) -> cells, or FormulaError.
Resolve = Callable[[Name, Name | None, bool], tuple[CellKey, ...]]


def spread(comparison: Comparison, resolve: Resolve) -> Relation:
    """The comparison over cells.

    Raises:
        FormulaError: A name means nothing in this form.
    """
    return Relation(_sum(comparison.left, resolve), comparison.operator, _sum(comparison.right, resolve))


def _sum(terms: tuple[Term, ...], resolve: Resolve) -> Sum:
    cells: list[tuple[Decimal, CellKey]] = []
    constant = Decimal(0)
    for term in terms:
        if term.name is None:
            constant += term.factor
        else:
            cells.extend((term.factor, key) for key in resolve(term.name, term.across, term.summed))
    keys = tuple(key for _, key in cells) if all(factor == 1 for factor, _ in cells) else None
    return Sum(tuple(cells), constant, keys)
