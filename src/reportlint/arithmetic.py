"""Holds the figures of a report against the identities of its form, and finds the wrong cells."""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from itertools import chain
from typing import NamedTuple, TypeVar

from reportlint.bound import Binding, BoundCell, BoundTable
from reportlint.figures import ZERO, ValueKind
from reportlint.identities import CellKey, Figures, Identity, Outcome, Verdict, judge

ValueT = TypeVar("ValueT")


class ByTable(Mapping[CellKey, ValueT]):
    """What is known of each cell of all tables, without copying what is known of each table."""

    __slots__ = ("_tables",)

    def __init__(self, tables: Mapping[str, Mapping[CellKey, ValueT]]) -> None:
        self._tables = tables

    def __getitem__(self, key: CellKey) -> ValueT:
        return self._tables[key.table][key]

    def __iter__(self) -> Iterator[CellKey]:
        return chain.from_iterable(self._tables.values())

    def __len__(self) -> int:
        return sum(map(len, self._tables.values()))


class Culprit(NamedTuple):
    """A cell that alone explains why identities are broken.

    expected: The value that satisfies them all. broken: Those identities, the one that names it first.
    """

    cell: BoundCell
    expected: Decimal
    broken: tuple[Verdict, ...]


class Candidate(NamedTuple):
    """A cell that is wrong in one of several equally small explanations."""

    cell: BoundCell
    expected: Decimal


class Arithmetic(NamedTuple):
    """What the figures of the whole report say.

    figures: Every cell's figure; None where it holds words, or a blank where a total belongs.
    unexplained: Broken identities that no single set of cells explains; they are reported at their totals.
    candidates: By table, each of the smallest sets of cells that would explain those.
    missing_totals: Blank totals beside numbers, and what they should come to; None where that is unknown.
    """

    figures: Figures
    cells: Mapping[CellKey, BoundCell]
    verdicts: tuple[Verdict, ...]
    culprits: tuple[Culprit, ...]
    unexplained: tuple[Verdict, ...]
    candidates: Mapping[str, tuple[tuple[Candidate, ...], ...]]
    missing_totals: Mapping[CellKey, Decimal | None]

    def corrected(self, key: CellKey) -> Decimal | None:
        """The figure as it should be: a wrong cell is reported once, not again wherever it is quoted."""
        mended = next((culprit.expected for culprit in self.culprits if culprit.cell.key == key), None)
        return mended if mended is not None else self.figures.get(key)


def calculate(binding: Binding, wanted: Collection[str]) -> Arithmetic:
    """Judges the identities of these names; others are not evaluated at all."""
    figures: dict[str, dict[CellKey, Decimal | None]] = {}
    verdicts: list[Verdict] = []
    culprits: list[Culprit] = []
    unexplained: list[Verdict] = []
    candidates: dict[str, tuple[tuple[Candidate, ...], ...]] = {}
    missing: dict[CellKey, Decimal | None] = {}
    for key, table in binding.tables.items():
        own = table.figures()
        blank = _missing_totals(table, own)
        missing.update(blank)
        own.update((cell, None) for cell, should in blank.items() if should != 0)
        judged = [judge(identity, own) for identity in table.template.identities if identity.name in wanted]
        broken = [verdict for verdict in judged if verdict.outcome is Outcome.BROKEN]
        if broken:
            found, rest, choices = _explained(table, own, judged)
            culprits.extend(found)
            unexplained.extend(rest)
            candidates[key] = choices
        figures[key] = own
        verdicts.extend(judged)
    cells = ByTable({key: table.cells for key, table in binding.tables.items()})
    return Arithmetic(
        ByTable(figures), cells, tuple(verdicts), tuple(culprits), tuple(unexplained), candidates, missing
    )


def _missing_totals(table: BoundTable, figures: Figures) -> dict[CellKey, Decimal | None]:
    """Totals left blank although something that they add up is a number."""
    missing: dict[CellKey, Decimal | None] = {}
    if not any(cell.value.kind is ValueKind.BLANK for cell in table.unusual):
        return missing
    for identity in table.template.identities:
        left = identity.relation.left.terms
        if identity.condition or identity.relation.operator != "=" or len(left) != 1 or left[0][1] != identity.at:
            continue
        total = table.cells.get(identity.at)
        if total is None or total.value.kind is not ValueKind.BLANK:
            continue
        addends = [table.cells[key] for _, key in identity.relation.right.terms if key in table.cells]
        if any(cell.value.kind is ValueKind.NUMBER for cell in addends):
            missing[identity.at] = identity.relation.right.value(figures)
    return missing


def _explained(
    table: BoundTable, figures: Figures, judged: list[Verdict]
) -> tuple[list[Culprit], list[Verdict], tuple[tuple[Candidate, ...], ...]]:
    """The wrong cells behind the broken identities, as far as there is one smallest answer."""
    from reportlint import culprit  # only a report with a broken identity needs it

    sums = [verdict for verdict in judged if _is_equation(verdict)]
    others = [verdict for verdict in judged if verdict.outcome is Outcome.BROKEN and verdict not in sums]
    keys = sorted({key for verdict in sums for key in verdict.identity.cells})
    number = {key: place for place, key in enumerate(keys)}
    equations = [culprit.Equation(_coefficients(verdict.identity, number)) for verdict in sums]
    residuals = [verdict.difference if verdict.outcome is Outcome.BROKEN else ZERO for verdict in sums]
    values = [figures[key] or ZERO for key in keys]

    def allowed(cell: int, value: Decimal) -> bool:
        kind = table.cells[keys[cell]].type
        return (kind == "signed" or value >= 0) and (kind == "money" or value == value.to_integral_value())

    answer = culprit.explain(equations, residuals, values, allowed)
    found = [
        Culprit(
            table.cells[keys[correction.cell]],
            values[correction.cell] + correction.change,
            tuple(
                sorted(
                    (
                        verdict
                        for verdict, equation in zip(sums, equations, strict=True)
                        if verdict.outcome is Outcome.BROKEN
                        and any(cell == correction.cell for cell, _ in equation.terms)
                    ),
                    key=lambda verdict: verdict.identity.along != keys[correction.cell].row,
                )
            ),
        )
        for correction in answer.culprits
    ]
    choices = tuple(
        tuple(
            Candidate(table.cells[keys[correction.cell]], values[correction.cell] + correction.change)
            for correction in alternative
        )
        for alternative in answer.alternatives
    )
    rest = [sums[index] for index in answer.unexplained] + others
    # An impossible count is reported as such; the sums that it spoils only follow from it.
    spoilt = {cell.key for cell in table.unusual if cell.out_of_range}
    return found, [verdict for verdict in rest if not spoilt.intersection(verdict.identity.cells)], choices


def _is_equation(verdict: Verdict) -> bool:
    identity = verdict.identity
    return (
        verdict.outcome is not Outcome.UNDECIDED
        and identity.condition is None
        and identity.relation.operator == "="
        and all(factor == factor.to_integral_value() for side in _sides(identity) for factor, _ in side)
    )


def _sides(identity: Identity) -> tuple[tuple[tuple[Decimal, CellKey], ...], ...]:
    return identity.relation.left.terms, identity.relation.right.terms


def _coefficients(identity: Identity, number: Mapping[CellKey, int]) -> tuple[tuple[int, int], ...]:
    """Left side less right side, each cell once."""
    totals: dict[int, int] = {}
    for sign, side in zip((1, -1), _sides(identity), strict=True):
        for factor, key in side:
            totals[number[key]] = totals.get(number[key], 0) + sign * int(factor)
    return tuple(sorted((cell, factor) for cell, factor in totals.items() if factor))
