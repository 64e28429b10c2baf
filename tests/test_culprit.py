import itertools
import random
import time
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportlint.culprit import (
    MOST_ALTERNATIVES,
    Correction,
    Equation,
    Explanation,
    explain,
)

Changes = tuple[Correction, ...]


def cell(row: int, column: int, columns: int = 7) -> int:
    return row * columns + column


def table(results: int, columns: int = 7) -> list[Equation]:
    """The identities of a table of requests.

    Rows: received, carried in, one for each result, sum of the results, carried out. The last column is
    the sum of the others.
    """
    rows, addends = range(results + 4), range(columns - 1)
    total, out = results + 2, results + 3
    sums = [
        Equation(((cell(row, columns - 1, columns), 1), *((cell(row, c, columns), -1) for c in addends)))
        for row in rows
    ]
    for column in range(columns):
        received, carried_in, *each, total, out = (cell(row, column, columns) for row in rows)
        sums.append(Equation(((total, 1), *((result, -1) for result in each))))
        sums.append(Equation(((received, 1), (carried_in, 1), (total, -1), (out, -1))))
    return sums


def filled(results: int, seed: int, columns: int = 7, least: int = 0) -> list[Decimal]:
    """Values that satisfy all identities: most results are the least there may be, as in a real table."""
    chance = random.Random(seed)
    rows: list[list[int]] = [[] for _ in range(results + 4)]
    for _ in range(columns - 1):
        each = [least + chance.choice([0, 0, 0, chance.randint(1, 20)]) for _ in range(results)]
        out = chance.randint(0, 3)
        carried_in = chance.randint(0, min(3, sum(each) + out))
        column = [sum(each) + out - carried_in, carried_in, *each, sum(each), out]
        for row, value in zip(rows, column, strict=True):
            row.append(value)
    return [Decimal(value) for row in rows for value in (*row, sum(row))]


def residuals_of(equations: Sequence[Equation], values: Sequence[Decimal]) -> list[Decimal]:
    return [
        sum((coefficient * values[term] for term, coefficient in equation.terms), Decimal(0)) for equation in equations
    ]


def broken(equations: Sequence[Equation], values: Sequence[Decimal]) -> tuple[int, ...]:
    return tuple(index for index, residual in enumerate(residuals_of(equations, values)) if residual)


def count(_cell: int, value: Decimal) -> bool:
    return value >= 0 and value == value.to_integral_value()


def anything(_cell: int, _value: Decimal) -> bool:
    return True


def explained(equations: Sequence[Equation], values: Sequence[Decimal]) -> Explanation:
    return explain(equations, residuals_of(equations, values), values, count)


def mistyped(values: Sequence[Decimal], mistakes: dict[int, int]) -> list[Decimal]:
    """The values with the mistakes added."""
    wrong = list(values)
    for place, mistake in mistakes.items():
        wrong[place] += mistake
    return wrong


def mended(values: Sequence[Decimal], changes: Iterable[Correction]) -> list[Decimal]:
    right = list(values)
    for correction in changes:
        right[correction.cell] += correction.change
    return right


def undoing(mistakes: dict[int, int]) -> Changes:
    return tuple(Correction(place, Decimal(-mistake)) for place, mistake in sorted(mistakes.items()))


BOTH_TABLES = pytest.mark.parametrize("results", [18, 19, 20, 21])


@BOTH_TABLES
def test_table_without_a_mistake_needs_no_explanation(results: int) -> None:
    assert explained(table(results), filled(results, 1)) == Explanation()


@BOTH_TABLES
@pytest.mark.parametrize("mistake", [1, 7, 10**6, 10**40])
def test_one_wrong_cell_is_found_wherever_it_stands(results: int, mistake: int) -> None:
    equations, values = table(results), filled(results, 2)
    found = {
        place: explain(equations, residuals_exactly(equations, wrong), wrong, count)
        for place in range(len(values))
        for wrong in [[*values[:place], Decimal(int(values[place]) + mistake), *values[place + 1 :]]]
    }
    assert found == {place: Explanation((Correction(place, Decimal(-mistake)),)) for place in range(len(values))}


def residuals_exactly(equations: Sequence[Equation], values: Sequence[Decimal]) -> list[Decimal]:
    """Not rounded to 28 digits, for whole numbers."""
    whole = [int(value) for value in values]
    return [Decimal(sum(coefficient * whole[term] for term, coefficient in equation.terms)) for equation in equations]


@BOTH_TABLES
def test_value_that_was_left_out_is_found_wherever_it_stands(results: int) -> None:
    equations, values = table(results), filled(results, 3)
    places = [place for place, value in enumerate(values) if value]
    found = {place: explained(equations, mistyped(values, {place: -int(values[place])})) for place in places}
    assert found == {place: Explanation((Correction(place, values[place]),)) for place in places}


@pytest.mark.parametrize(
    "mistakes",
    [
        pytest.param({cell(4, 1): 3, cell(9, 5): 4}, id="two, apart"),
        pytest.param({cell(0, 1): 3, cell(22, 5): 4}, id="two, not among the results"),
        pytest.param({cell(4, 1): 3, cell(4, 5): 4}, id="two in one row"),
        pytest.param({cell(4, 1): 3, cell(4, 5): 3}, id="two in one row by the same difference"),
        pytest.param({cell(4, 1): 3, cell(9, 1): 4}, id="two in one column"),
        pytest.param({cell(4, 1): 3, cell(9, 1): 3}, id="two in one column by the same difference"),
        pytest.param({cell(4, 6): 3, cell(21, 2): 4}, id="two sums"),
        pytest.param({cell(21, 6): 3, cell(4, 6): 4}, id="the sum of all and the sum of a row"),
        pytest.param({cell(4, 1): 3, cell(9, 5): 4, cell(12, 0): 9}, id="three, apart"),
        pytest.param({cell(4, 1): 3, cell(4, 5): 4, cell(4, 6): 9}, id="three in one row"),
        pytest.param({cell(4, 2): 3, cell(9, 2): 5, cell(12, 2): 11}, id="three in one column"),
        pytest.param({cell(4, 1): 3, cell(9, 5): 50, cell(12, 0): 9, cell(0, 4): 20}, id="four, apart"),
        pytest.param({cell(4, 1): 3, cell(4, 5): 50, cell(12, 0): 9, cell(0, 0): 20}, id="four in pairs"),
        pytest.param({cell(2, 0): 1, cell(6, 1): 2, cell(9, 3): 4, cell(13, 4): 8, cell(17, 6): 16}, id="five, apart"),
        pytest.param(
            {cell(1, 0): 1, cell(5, 1): 2, cell(7, 2): 4, cell(11, 3): 8, cell(15, 4): 16, cell(19, 5): 32},
            id="six, apart",
        ),
        pytest.param({cell(7, column): 2**column for column in range(6)}, id="a whole row but its sum"),
        pytest.param({cell(row, 3): 2**row for row in range(2, 8)}, id="six in one column"),
    ],
)
@pytest.mark.parametrize("results", [19, 21])
def test_several_wrong_cells_are_found_together(results: int, mistakes: dict[int, int]) -> None:
    equations, values = table(results), filled(results, 4)
    assert explained(equations, mistyped(values, mistakes)) == Explanation(undoing(mistakes))


def test_two_equal_mistakes_could_stand_at_either_pair_of_crossings() -> None:
    equations = table(19)
    wrong = mistyped(filled(19, 5, least=3), {cell(4, 1): 3, cell(9, 5): 3})
    assert explained(equations, wrong) == Explanation(
        alternatives=(
            undoing({cell(4, 1): 3, cell(9, 5): 3}),
            undoing({cell(4, 5): 3, cell(9, 1): 3}),
        ),
        unexplained=broken(equations, wrong),
    )


def test_crossing_that_would_become_negative_is_no_culprit() -> None:
    equations, values = table(19), [Decimal(0)] * (23 * 7)
    mistakes = {cell(4, 1): 3, cell(9, 5): 3}
    assert explained(equations, mistyped(values, mistakes)) == Explanation(undoing(mistakes))


def test_what_all_explanations_share_is_a_culprit_and_the_rest_stays_unexplained() -> None:
    equations, values = table(19), filled(19, 6, least=3)
    pair = mistyped(values, {cell(4, 1): 3, cell(9, 5): 3})
    assert explained(equations, mistyped(pair, {cell(15, 3): 100})) == Explanation(
        undoing({cell(15, 3): 100}),
        (undoing({cell(4, 1): 3, cell(9, 5): 3}), undoing({cell(4, 5): 3, cell(9, 1): 3})),
        broken(equations, pair),
    )


def test_three_wrong_cells_round_a_corner_could_lie_round_any_corner() -> None:
    equations = table(19)
    wrong = mistyped(filled(19, 6, least=20), {cell(4, 1): 3, cell(4, 5): 4, cell(12, 5): 9})
    assert explained(equations, wrong) == Explanation(
        alternatives=(
            undoing({cell(4, 1): 7, cell(12, 1): -4, cell(12, 5): 13}),
            undoing({cell(4, 1): 3, cell(4, 5): 4, cell(12, 5): 9}),
            undoing({cell(4, 1): -6, cell(4, 5): 13, cell(12, 1): 9}),
            undoing({cell(4, 5): 7, cell(12, 1): 3, cell(12, 5): 6}),
        ),
        unexplained=broken(equations, wrong),
    )


def test_row_that_adds_up_to_the_wrong_sum_could_be_any_of_the_results() -> None:
    equations = table(19)
    wrong = mistyped(filled(19, 7, least=40), {cell(5, 0): 40, cell(5, 6): 40})
    assert explained(equations, wrong) == Explanation(
        alternatives=tuple(undoing({cell(row, 0): 40, cell(row, 6): 40}) for row in range(2, 21)),
        unexplained=broken(equations, wrong),
    )


def test_wide_choice_is_cut_short() -> None:
    equations = [Equation(tuple((place, 1) for place in range(50)))]
    explanation = explain(equations, [Decimal(4)], [Decimal(9)] * 50, count)
    assert explanation == Explanation(
        alternatives=tuple((Correction(place, Decimal(-4)),) for place in range(MOST_ALTERNATIVES)),
        unexplained=(0,),
    )


def test_equations_that_could_not_be_evaluated_may_be_left_out() -> None:
    equations, values = table(19), filled(19, 8)
    place = cell(6, 2)
    remaining = [equation for index, equation in enumerate(equations) if index not in (23 + 2 * 6, 3)]
    assert explained(remaining, mistyped(values, {place: 5})) == Explanation(undoing({place: 5}))


def test_equation_without_a_cell_that_could_mend_it_is_unexplained() -> None:
    equations = [Equation(((0, 1), (1, -1))), Equation(((1, 1), (2, -1)))]
    nothing_fits = explain(equations, [Decimal(1), Decimal(0)], [Decimal(1)] * 3, lambda *_: False)
    assert nothing_fits == Explanation(unexplained=(0,))


@pytest.mark.parametrize(
    ("coefficient", "residual", "culprits"),
    [
        pytest.param(1, "-0.30", (Correction(0, Decimal("0.3")),), id="decimals"),
        pytest.param(2, "1", (Correction(0, Decimal("-0.5")),), id="finer than the residual"),
        pytest.param(-4, "0.1", (Correction(0, Decimal("0.025")),), id="a quarter of a tenth"),
        pytest.param(3, "1", (), id="decimals that never end"),
    ],
)
def test_change_is_exact_or_no_explanation(coefficient: int, residual: str, culprits: Changes) -> None:
    explanation = explain([Equation(((0, coefficient),))], [Decimal(residual)], [Decimal(0)], anything)
    assert explanation == Explanation(culprits, unexplained=() if culprits else (0,))


def test_table_of_garbage_is_given_up_at_once() -> None:
    equations, chance = table(19), random.Random(9)
    values = [Decimal(chance.randint(0, 10**4)) for _ in range(23 * 7)]
    assert explained(equations, values) == Explanation(unexplained=tuple(range(37)))


@pytest.mark.parametrize("mistakes", [6, 8, 10, 12, 20])
def test_search_ends_in_time_whatever_is_wrong(mistakes: int) -> None:
    equations, chance = table(21), random.Random(mistakes)
    longest = 0.0
    for _ in range(5):
        values = filled(21, mistakes)
        for place in chance.sample(range(len(values)), mistakes):
            values[place] += chance.choice([1, 1, 2, 3])
        start = time.process_time()
        explained(equations, values)
        longest = max(longest, time.process_time() - start)
    assert longest < 0.5  # seconds: ten times of what it takes, for a machine that is busy


# The same by trying everything, on a table small enough for it: three results, two columns and their sum.

SMALL = table(3, columns=3)
MOST_TRIED = 3


def only_changes(cells: tuple[int, ...], residuals: Sequence[Decimal]) -> list[Fraction] | None:
    """The changes of these cells that mend all equations of the small table; None if there are no or many."""
    rows = [
        [*(Fraction(dict(equation.terms).get(place, 0)) for place in cells), -Fraction(residual)]
        for equation, residual in zip(SMALL, residuals, strict=True)
    ]
    for column in range(len(cells)):
        pivot = next((index for index in range(column, len(rows)) if rows[index][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [factor / rows[column][column] for factor in rows[column]]
        for index, row in enumerate(rows):
            if index != column:
                rows[index] = [a - row[column] * b for a, b in zip(row, rows[column], strict=True)]
    if any(row[-1] for row in rows[len(cells) :]):
        return None
    return [row[-1] for row in rows[: len(cells)]]


def all_smallest(values: Sequence[Decimal]) -> list[Changes]:
    """Every smallest explanation of at most `MOST_TRIED` cells."""
    residuals = residuals_of(SMALL, values)
    wrong = set(broken(SMALL, values))
    standing = {
        place: {index for index, equation in enumerate(SMALL) if place in dict(equation.terms)}
        for place in range(len(values))
    }
    for size in range(1, MOST_TRIED + 1):
        found = []
        for cells in itertools.combinations(range(len(values)), size):
            if not wrong <= set.union(*(standing[place] for place in cells)):
                continue
            changes = only_changes(cells, residuals)
            if changes is None or not all(changes):
                continue
            correction = tuple(map(Correction, cells, map(whole, changes)))
            if all(count(place, value) for place, value in enumerate(mended(values, correction))):
                found.append(correction)
        if found:
            return found
    return []


def whole(change: Fraction) -> Decimal:
    assert change.denominator == 1  # changes are sums and differences of whole residuals
    return Decimal(change.numerator)


def expected_of(found: list[Changes], values: Sequence[Decimal]) -> Explanation:
    culprits = set.intersection(*map(set, found))
    rest = sorted(tuple(change for change in changes if change not in culprits) for changes in found)
    return Explanation(
        tuple(sorted(culprits)),
        tuple(rest) if len(found) > 1 else (),
        tuple(sorted({*broken(SMALL, values)} & {*broken(SMALL, mended(values, culprits))})),
    )


small_mistakes = st.dictionaries(st.integers(0, 7 * 3 - 1), st.integers(-3, 3).filter(bool), min_size=1, max_size=4)
small_tables = st.builds(
    lambda seed, mistakes: [max(value, Decimal(0)) for value in mistyped(filled(3, seed, 3), mistakes)],
    st.integers(0, 1000),
    small_mistakes,
)


@settings(deadline=None, max_examples=100)
@given(small_tables)
def test_smallest_explanations_are_those_that_trying_everything_finds(values: list[Decimal]) -> None:
    explanation = explained(SMALL, values)
    if not broken(SMALL, values):
        assert explanation == Explanation()
        return
    found = all_smallest(values)
    if not found:
        sizes = [len(explanation.culprits) + len(rest) for rest in explanation.alternatives or [()]]
        assert min(sizes) > MOST_TRIED or explanation == Explanation(unexplained=broken(SMALL, values))
    elif len(found) <= MOST_ALTERNATIVES:
        assert explanation == expected_of(found, values)
    else:
        everything = expected_of(found, values)
        assert (explanation.culprits, explanation.unexplained) == (
            everything.culprits,
            everything.unexplained,
        )
        assert len(explanation.alternatives) == MOST_ALTERNATIVES
        assert set(explanation.alternatives) <= set(everything.alternatives)


real_mistakes = st.dictionaries(
    st.integers(0, 23 * 7 - 1), st.integers(1, 9) | st.integers(1, 10**4), min_size=1, max_size=6
)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 1000), real_mistakes)
def test_every_explanation_mends_everything(seed: int, mistakes: dict[int, int]) -> None:
    equations, wrong = table(19), mistyped(filled(19, seed), mistakes)
    explanation = explained(equations, wrong)
    if explanation.culprits or explanation.alternatives:
        explanations = [(*explanation.culprits, *rest) for rest in explanation.alternatives or [()]]
        assert [broken(equations, mended(wrong, changes)) for changes in explanations] == [()] * len(explanations)
        assert {len(changes) <= len(mistakes) for changes in explanations} == {True}
    else:
        assert explanation == Explanation(unexplained=broken(equations, wrong))


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 1000), real_mistakes, st.randoms(use_true_random=False))
def test_order_of_the_equations_makes_no_difference(seed: int, mistakes: dict[int, int], chance: random.Random) -> None:
    equations, wrong = table(19), mistyped(filled(19, seed), mistakes)
    order = chance.sample(range(len(equations)), len(equations))
    straight = explained(equations, wrong)
    shuffled = explained([equations[index] for index in order], wrong)
    assert (shuffled.culprits, shuffled.alternatives) == (straight.culprits, straight.alternatives)
    assert sorted(order[index] for index in shuffled.unexplained) == list(straight.unexplained)
