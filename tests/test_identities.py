"""The language of identities: what a formula means, where a mistake in it stands, and how figures are judged."""

from decimal import Decimal

import pytest

from reportlint.identities import (
    CellKey,
    Comparison,
    Figures,
    Formula,
    FormulaError,
    Identity,
    Name,
    Outcome,
    Term,
    Verdict,
    judge,
    spread,
)
from reportlint.identity_grammar import parsed
from reportlint.rulecache import compiled
from reportlint.ruleoptions import BUILT_IN
from reportlint.statements import from_plain, parse, plain

ONE = Decimal(1)


def comparison(left: Term, operator: str, right: Term) -> Comparison:
    return Comparison((left,), operator, (right,))  # type: ignore[arg-type]


def test_a_sum_of_a_group() -> None:
    expected = comparison(Term(ONE, Name("total", 0)), "=", Term(ONE, Name("applicants", 12), summed=True))
    assert parse("total = sum(applicants)") == Formula(expected)


def test_signs_factors_and_constants() -> None:
    expected = Comparison(
        (Term(Decimal(-1), Name("a", 1)), Term(Decimal("2.5"), Name("b", 11)), Term(Decimal(-3))),
        ">=",
        (Term(Decimal(0)),),
    )
    assert parse("-a + 2.5 * b - 3 >= 0") == Formula(expected)


def test_a_cell_across_and_a_group_across() -> None:
    left = Term(ONE, Name("new", 0), Name("total", 4))
    right = Term(ONE, Name("results", 18), Name("total", 26), summed=True)
    assert parse("new[total] <= sum(results[total])") == Formula(comparison(left, "<=", right))


def test_a_sum_of_several_groups() -> None:
    terms = (Term(ONE, Name("b", 8), summed=True), Term(ONE, Name("c", 11), summed=True))
    assert parse("a = sum(b, c)") == Formula(Comparison((Term(ONE, Name("a", 0)),), "=", terms))


@pytest.mark.parametrize(("connective", "start"), [("<=>", 10), ("if", 9)])
def test_two_comparisons(connective: str, start: int) -> None:
    first = comparison(Term(ONE, Name("a", 0)), "=", Term(Decimal(0)))
    second = comparison(Term(ONE, Name("b", start)), "=", Term(Decimal(0)))
    assert parse(f"a = 0 {connective} b = 0") == Formula(first, connective, second)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["a", "carried-in", "results.total", "results.not-available.no-data", "x1", "if-any", "iffy", "sum-of"]
)
def test_names_have_words_dashes_and_dots(name: str) -> None:
    assert [term.name for term in parse(f"{name} = 1").first.left] == [Name(name, 0)]


@pytest.mark.parametrize(
    ("text", "offset", "why"),
    [
        ("a = b c", 6, "'c' cannot stand here"),
        ("a == b", 3, "'=' cannot stand here"),
        ("= b", 0, "'=' cannot stand here"),
        ("a = sum()", 8, "')' cannot stand here"),
        ("a[b = c", 4, "'=' cannot stand here"),
        ("a = b = c", 6, "'=' cannot stand here"),
        ("A = b", 0, "'A' has no meaning in a formula"),
        ("a = b $", 6, "'$' has no meaning in a formula"),
        ("a ＝ b", 2, "'＝' has no meaning in a formula"),
        ("", 0, "the formula breaks off"),
        ("a", 1, "the formula breaks off"),
        ("a =", 3, "the formula breaks off"),
        ("a = b +", 7, "the formula breaks off"),
        ("a = b if", 8, "the formula breaks off"),
        ("a = sum(b", 9, "the formula breaks off"),
    ],
)
def test_a_mistake_is_an_error_at_its_place(text: str, offset: int, why: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert (caught.value.offset, caught.value.why.split(";")[0]) == (offset, why)


# Judging.


def cell(name: str) -> CellKey:
    return CellKey("t", "r", name)


def identity(text: str, tolerance: str = "0") -> Identity:
    formula = parse(text)

    def resolve(name: Name, across: Name | None, summed: bool) -> tuple[CellKey, ...]:
        return tuple(cell(letter) for letter in name.text) if summed else (cell(name.text),)

    second = spread(formula.second, resolve) if formula.second else None
    return Identity(
        "i", "t", "r", spread(formula.first, resolve), cell("a"), formula.connective, second, Decimal(tolerance)
    )


def figures(**values: int | str | None) -> Figures:
    return {cell(name): None if value is None else Decimal(value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("text", "values", "outcome"),
    [
        ("a = sum(bc)", {"a": 3, "b": 1, "c": 2}, Outcome.HOLDS),
        ("a = sum(bc)", {"a": 4, "b": 1, "c": 2}, Outcome.BROKEN),
        ("a = sum(bc)", {"a": 3, "b": 1, "c": None}, Outcome.UNDECIDED),
        ("a = sum(bc)", {"a": 3, "b": 1}, Outcome.UNDECIDED),
        ("a = b - c", {"a": -1, "b": 1, "c": 2}, Outcome.HOLDS),
        ("2 * a = b", {"a": "1.5", "b": 3}, Outcome.HOLDS),
        ("a <= b", {"a": 2, "b": 2}, Outcome.HOLDS),
        ("a <= b", {"a": 3, "b": 2}, Outcome.BROKEN),
        ("a >= b", {"a": 1, "b": 2}, Outcome.BROKEN),
        ("a + 1 = b", {"a": 1, "b": 2}, Outcome.HOLDS),
        ("a = 0 <=> b = 0", {"a": 0, "b": 0}, Outcome.HOLDS),
        ("a = 0 <=> b = 0", {"a": 1, "b": 2}, Outcome.HOLDS),
        ("a = 0 <=> b = 0", {"a": 0, "b": 2}, Outcome.BROKEN),
        ("a = 0 <=> b = 0", {"a": 1, "b": 0}, Outcome.BROKEN),
        ("a = 0 <=> b = 0", {"a": 1, "b": None}, Outcome.UNDECIDED),
        ("a = 0 if b = 0", {"a": 1, "b": 0}, Outcome.BROKEN),
        ("a = 0 if b = 0", {"a": 1, "b": 2}, Outcome.HOLDS),
        ("a = 0 if b = 0", {"a": 0, "b": 0}, Outcome.HOLDS),
        ("a = 0 if b = 0", {"a": None, "b": 0}, Outcome.UNDECIDED),
    ],
)
def test_judge(text: str, values: dict[str, int | str | None], outcome: Outcome) -> None:
    assert judge(identity(text), figures(**values)).outcome is outcome


@pytest.mark.parametrize(
    ("text", "a", "outcome"),
    [
        ("a = 10", "10.5", Outcome.HOLDS),
        ("a = 10", "9.5", Outcome.HOLDS),
        ("a = 10", "10.51", Outcome.BROKEN),
        ("a <= 10", "10.5", Outcome.HOLDS),
        ("a <= 10", "10.6", Outcome.BROKEN),
        ("a >= 10", "9.5", Outcome.HOLDS),
        ("a >= 10", "9.4", Outcome.BROKEN),
    ],
)
def test_a_difference_within_the_tolerance_holds(text: str, a: str, outcome: Outcome) -> None:
    assert judge(identity(text, "0.5"), figures(a=a)).outcome is outcome


def test_a_verdict_carries_both_sides() -> None:
    broken = identity("a = sum(bc)")
    verdict = judge(broken, figures(a=5, b=1, c=2))
    assert verdict == Verdict(broken, Outcome.BROKEN, Decimal(5), Decimal(3))
    assert verdict.difference == 2


def test_an_identity_knows_each_of_its_cells_once() -> None:
    assert identity("a = sum(bc) if b = 0").cells == (cell("a"), cell("b"), cell("c"))


def test_formulas_that_come_parsed_are_what_their_texts_say() -> None:
    kept = compiled(BUILT_IN)
    assert kept is not None
    assert kept.formulas
    assert {text: from_plain(value) for text, value in kept.formulas.items()} == {
        text: parsed(text) for text in kept.formulas
    }
    assert {text: plain(parsed(text)) for text in kept.formulas} == dict(kept.formulas)
