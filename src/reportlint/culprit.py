"""Which cells are wrong, when identities between them are broken.

The rows and columns of a table that adds up are a parity code: each cell stands in several equations,
so the equations that fail, and by how much, tell which cell is wrong and what should stand there.
Nothing here knows of tables; a cell is an index and an equation a list of coefficients.

An explanation is a set of cells with a change for each, so that all equations hold, every changed value
is legal, no change is zero, and the equations leave no other change for the same cells. The smallest
explanations are found by Gaussian elimination along a search tree: some cell of a broken equation has to
be wrong; assume one, solve that equation for its change, put that into the other equations, go on.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from fractions import Fraction
from typing import NamedTuple

# Decimal arithmetic rounds to 28 digits unless told otherwise; a typing mistake can be longer than that.
EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)

MOST_ALTERNATIVES = 20
MOST_CELLS = 10  # scattered over a table of 160 cells, more of them are out of reach of the steps anyway
MOST_STEPS = 2000  # each takes some 20 µs


@dataclass(frozen=True, slots=True)
class Equation:
    """The sum of coefficient × value over some cells has to be zero.

    terms: (cell, coefficient), no cell twice and no coefficient zero.
    """

    terms: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, order=True)
class Correction:
    """What has to be added to the value that stands in a cell."""

    cell: int
    change: Decimal


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that the smallest explanations agree on, and where they part.

    culprits: What every smallest explanation says; the whole of it if there is only one. By cell.
    alternatives: What each of several smallest explanations says besides; never more than
        `MOST_ALTERNATIVES`. Empty if there is one explanation, and if none was found.
    unexplained: Indices of the broken equations that stay broken when the culprits are mended.
    """

    culprits: tuple[Correction, ...] = ()
    alternatives: tuple[tuple[Correction, ...], ...] = ()
    unexplained: tuple[int, ...] = ()


NOTHING_BROKEN = Explanation()

Changes = tuple[Correction, ...]
Allowed = Callable[[int, Decimal], bool]


class Reduced(NamedTuple):
    """An equation for the unknown changes: the sum of coefficient × change, plus the residual, is zero.

    cells: The cells with a coefficient, as a bit mask.
    """

    coefficients: dict[int, int]
    cells: int
    residual: int


class Solved(NamedTuple):
    """A cell assumed wrong, and the equation that gives its change once all later cells are known."""

    cell: int
    equation: Reduced


@dataclass(slots=True)
class Steps:
    """What is left of the work that one search may do.

    Counted and not timed, so that the same input gives the same answer.
    """

    left: int = MOST_STEPS

    def take(self) -> bool:
        """Whether there was one more."""
        self.left = max(self.left - 1, 0)
        return self.left > 0


def explain(
    equations: Sequence[Equation], residuals: Sequence[Decimal], values: Sequence[Decimal], allowed: Allowed
) -> Explanation:
    """The smallest sets of wrong cells that explain every broken equation.

    residuals: What each equation comes to, in the order of `equations`; broken is what is not zero.
    values: What stands in each cell.
    allowed: Whether a value could stand in a cell.

    What is given is proven: no smaller set explains, and no other of this size is left out of account. If
    that takes more than `MOST_CELLS` cells or `MOST_STEPS` steps, all broken equations are unexplained.
    """
    if not any(residuals):
        return NOTHING_BROKEN
    # In an order of their own, so that the caller's order does not decide where the search gives up.
    unit = math.lcm(*(residual.as_integer_ratio()[1] for residual in residuals))
    ordered = sorted(zip(equations, residuals, strict=True), key=lambda pair: (pair[0].terms, pair[1]))
    system = [reduced(equation, scaled(residual, unit)) for equation, residual in ordered]

    def changes(solved: Sequence[Solved]) -> Changes | None:
        return legal(back_substituted(solved), unit, values, allowed)

    return agreed(smallest(system, changes), equations, residuals)


def scaled(residual: Decimal, unit: int) -> int:
    numerator, denominator = residual.as_integer_ratio()
    return numerator * (unit // denominator)


def reduced(equation: Equation, residual: int) -> Reduced:
    coefficients = dict(equation.terms)
    return Reduced(coefficients, sum(1 << cell for cell in coefficients), residual)


def smallest(system: list[Reduced], changes: Callable[[Sequence[Solved]], Changes | None]) -> list[Changes]:
    """All explanations of the smallest size, or enough of them to see that they agree on nothing.

    Empty if there are none, or if the search ended before that was certain.
    """
    steps = Steps()
    every_cell = union(equation.cells for equation in system)
    broken = [equation.cells for equation in system if equation.residual]
    for size in range(fewest(broken)[0], MOST_CELLS + 1):
        found = collected(map(changes, solutions(system, every_cell, size, (), steps)), steps)
        if found or not steps.left:
            return found
    return []


def collected(explanations: Iterable[Changes | None], steps: Steps) -> list[Changes]:
    """The explanations up to where they agree on nothing and are enough to show."""
    found: list[Changes] = []
    shared: frozenset[Correction] = frozenset()
    for explanation in filter(None, explanations):
        shared = shared.intersection(explanation) if found else frozenset(explanation)
        found.append(explanation)
        if len(found) > MOST_ALTERNATIVES and not shared:
            return found
    # Explanations that share nothing share nothing with those not seen either;
    # that all of them share something is certain only at the end of the search.
    return found if steps.left or not shared else []


def solutions(
    system: list[Reduced], open_cells: int, size: int, solved: tuple[Solved, ...], steps: Steps
) -> Iterator[tuple[Solved, ...]]:
    """Every set of exactly `size` more cells (one or more), out of the open ones, that mends all equations.

    No set comes twice, and none whose changes the equations leave undetermined.
    """
    if not steps.take():
        return
    broken = [equation for equation in system if equation.residual]
    if not broken:
        return  # the cells solved so far are enough: these were seen, and refused, at their own size
    if size == 1:
        yield from ((*solved, last) for last in last_cells(system, broken, open_cells, steps))
        return
    bound, open_cells = fewest([equation.cells & open_cells for equation in broken], open_cells, size)
    if bound > size:
        return
    # From here on only open cells count; what the others do in an equation is left as it was.
    system = [equation for equation in system if equation.residual or equation.cells & open_cells]
    least = min(broken, key=lambda equation: (equation.cells & open_cells).bit_count())
    pivot = narrowed(least, open_cells)
    for cell in cells_of(pivot.cells):
        if not steps.take():
            return
        # Sets with this cell are all seen below it, so its later siblings do without it.
        open_cells &= ~(1 << cell)
        others = within_reach(system, cell, open_cells, size - 1)
        if others:
            rest = [
                eliminated(cell, pivot, equation) if equation.cells >> cell & 1 else equation
                for equation in system
                if equation is not least
            ]
            yield from solutions(rest, others, size - 1, (*solved, Solved(cell, pivot)), steps)


def within_reach(system: list[Reduced], cell: int, open_cells: int, size: int) -> int:
    """The open cells that may be wrong besides this one, if they are `size`; 0 if they cannot be so few.

    Looks only at the equations that this cell leaves alone, which is far cheaper than eliminating it.
    """
    if size > 1:
        broken = (equation.cells for equation in system if equation.residual)
        supports = [cells & open_cells for cells in broken if not cells >> cell & 1]
        bound, open_cells = fewest(supports, open_cells, size)
        return open_cells if bound <= size else 0
    for equation in system:
        if not equation.cells >> cell & 1:
            open_cells &= equation.cells if equation.residual else ~equation.cells
            if not open_cells:
                return 0
    return open_cells


def last_cells(system: list[Reduced], broken: list[Reduced], open_cells: int, steps: Steps) -> Iterator[Solved]:
    """The cells that stand in all broken equations, in no other, and mend all by the same change."""
    candidates = open_cells & ~union(equation.cells for equation in system if not equation.residual)
    for equation in broken:
        candidates &= equation.cells
    first = broken[0]
    for cell in cells_of(candidates):
        if not steps.take():
            return
        coefficient = first.coefficients[cell]
        if all(first.residual * equation.coefficients[cell] == equation.residual * coefficient for equation in broken):
            yield Solved(cell, first)


def fewest(supports: list[int], open_cells: int = -1, size: int = 0) -> tuple[int, int]:
    """How many wrong cells there are at least, and the cells they can be if there are `size` at most.

    Broken equations without a common cell need a cell each. If there are as many of them as there may be
    wrong cells, then no wrong cell stands outside of them. Few cells in an equation make it easy to find
    others apart from it, so the short ones come first; but long ones (the columns of a long table) are
    apart from each other as well, so the other way round is tried too.
    """
    if not all(supports):
        return size + 1, open_cells  # an equation that no open cell can mend
    supports = sorted(supports, key=int.bit_count)
    most = 0
    for order in (supports, supports[::-1]):
        taken = 0
        count = 0
        for support in order:
            if not support & taken:
                taken |= support
                count += 1
        most = max(most, count)
        if count == size:
            open_cells &= taken
    return most, open_cells


def narrowed(equation: Reduced, open_cells: int) -> Reduced:
    cells = equation.cells & open_cells
    return Reduced({cell: equation.coefficients[cell] for cell in cells_of(cells)}, cells, equation.residual)


def eliminated(cell: int, pivot: Reduced, equation: Reduced) -> Reduced:
    """The equation without the cell, whose change is put in as the pivot gives it."""
    keep = pivot.coefficients[cell]
    take = equation.coefficients[cell]
    divisor = math.gcd(keep, take) if keep > 0 else -math.gcd(keep, take)
    keep //= divisor
    take //= divisor
    coefficients = equation.coefficients
    if keep == 1:
        coefficients = coefficients.copy()
    else:
        coefficients = {other: keep * factor for other, factor in coefficients.items()}
    cells = equation.cells
    for other, factor in pivot.coefficients.items():
        coefficient = coefficients.get(other, 0) - take * factor
        if coefficient:
            coefficients[other] = coefficient
            cells |= 1 << other
        else:
            del coefficients[other]
            cells ^= 1 << other
    return Reduced(coefficients, cells, keep * equation.residual - take * pivot.residual)


def back_substituted(solved: Sequence[Solved]) -> dict[int, int | Fraction]:
    """The change of each cell, in the unit of the residuals."""
    changes: dict[int, int | Fraction] = {}
    for cell, equation in reversed(solved):
        rest: int | Fraction = equation.residual
        for later, change in changes.items():
            rest += equation.coefficients.get(later, 0) * change
        coefficient = equation.coefficients[cell]
        changes[cell] = Fraction(-rest, coefficient) if rest % coefficient else -rest // coefficient
    return changes


def legal(changes: dict[int, int | Fraction], unit: int, values: Sequence[Decimal], allowed: Allowed) -> Changes | None:
    """The changes by cell, or None if one of them changes nothing or leads to no legal value."""
    corrections = []
    for cell, scaled_change in sorted(changes.items()):
        change = as_decimal(scaled_change.numerator, scaled_change.denominator * unit)
        if not change or not allowed(cell, EXACT.add(values[cell], change)):
            return None
        corrections.append(Correction(cell, change))
    return tuple(corrections)


def as_decimal(numerator: int, denominator: int) -> Decimal | None:
    """The quotient, or None if its decimals never end."""
    divisor = math.gcd(numerator, denominator)
    numerator //= divisor
    denominator //= divisor
    places = 0
    while denominator > 1:
        factor = math.gcd(denominator, 10)
        if factor == 1:
            return None
        numerator *= 10 // factor
        denominator //= factor
        places += 1
    return EXACT.scaleb(Decimal(numerator), -places)


def agreed(found: list[Changes], equations: Sequence[Equation], residuals: Sequence[Decimal]) -> Explanation:
    """What the explanations say in common, and what each says of its own."""
    culprits = frozenset.intersection(*map(frozenset, found)) if found else frozenset()
    alternatives = sorted(
        tuple(correction for correction in explanation if correction not in culprits) for explanation in found
    )
    mended = {correction.cell: correction.change for correction in culprits}
    return Explanation(
        tuple(sorted(culprits)),
        tuple(alternatives[:MOST_ALTERNATIVES]) if len(found) > 1 else (),
        tuple(
            index
            for index, (equation, residual) in enumerate(zip(equations, residuals, strict=True))
            if residual and not holds(equation, residual, mended)
        ),
    )


def holds(equation: Equation, residual: Decimal, changes: dict[int, Decimal]) -> bool:
    for cell, coefficient in equation.terms:
        if cell in changes:
            residual = EXACT.add(residual, EXACT.multiply(Decimal(coefficient), changes[cell]))
    return not residual


def union(masks: Iterable[int]) -> int:
    result = 0
    for mask in masks:
        result |= mask
    return result


def cells_of(mask: int) -> Iterator[int]:
    """The positions of the bits, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
