"""Holds the figures of a report against the identities of its form, and finds the wrong cells."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain
from typing import NamedTuple, TypeVar

from reportlint.bound import Binding, BoundCell, BoundTable
from reportlint.figures import ZERO, ValueKind
from reportlint.formulas import between, once
from reportlint.identities import CellKey, Figures, FormulaError, Identity, Outcome, Verdict, judge
from reportlint.profile import FRACTIONS, SIGNED

ValueT = TypeVar("ValueT")
ONE = Decimal(1)


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


class Overlaid(Mapping[CellKey, ValueT]):
    """What is known of each cell, with something else for some: wrong figures mended, figures of the text."""

    __slots__ = ("_below", "_over")

    def __init__(self, below: Mapping[CellKey, ValueT], over: Mapping[CellKey, ValueT]) -> None:
        self._below, self._over = below, over

    def __getitem__(self, key: CellKey) -> ValueT:
        return self._over[key] if key in self._over else self._below[key]

    def __iter__(self) -> Iterator[CellKey]:
        return iter(dict.fromkeys((*self._over, *self._below)))

    def __len__(self) -> int:
        return len(dict.fromkeys((*self._over, *self._below)))


class Culprit(NamedTuple):
    """A cell that alone explains why identities are broken.

    expected: The value that satisfies them all. broken: Those identities, the one that names it first.
    """

    cell: BoundCell
    expected: Decimal
    broken: tuple[Verdict, ...]

    @property
    def about(self) -> bool:
        """Whether the expected value is one of several: the identities tolerate rounding, and differ by some."""
        amounts = {abs(verdict.difference) for verdict in self.broken}
        agreed = len(self.broken) > 1 and len(amounts) == 1
        return not agreed and all(verdict.identity.tolerance for verdict in self.broken)


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

    @property
    def mended(self) -> Figures:
        """The figures with the wrong ones as they should be."""
        return Overlaid(self.figures, {culprit.cell.key: culprit.expected for culprit in self.culprits})

    def corrected(self, key: CellKey) -> Decimal | None:
        """The figure as it should be: a wrong cell is reported once, not again wherever it is quoted."""
        mended = next((culprit.expected for culprit in self.culprits if culprit.cell.key == key), None)
        return mended if mended is not None else self.figures.get(key)


def calculate(binding: Binding, wanted: Collection[str]) -> Arithmetic:
    """Judges the identities of these names; others are not evaluated at all."""
    figures: dict[CellKey, Decimal | None] = {}
    judged: dict[str, list[Verdict]] = {}
    missing: dict[CellKey, Decimal | None] = {}
    for key, table in binding.tables.items():
        figures.update(table.figures())
        blank = _missing_totals(table, figures)
        missing.update(blank)
        figures.update((cell, None) for cell, should in blank.items() if should != 0)
        judged[key] = [judge(identity, figures) for identity in table.template.identities if identity.name in wanted]
    cells = ByTable({key: table.cells for key, table in binding.tables.items()})
    tied = _between(binding, wanted, figures) if binding.profile.statements else []
    verdicts = (*chain.from_iterable(judged.values()), *tied)
    culprits: list[Culprit] = []
    unexplained: list[Verdict] = []
    candidates: dict[str, tuple[tuple[Candidate, ...], ...]] = {}
    for system in _systems(judged, tied) if _broken(verdicts) else ():
        found, rest, choices = _explained(binding.tables, figures, system)
        culprits.extend(found)
        unexplained.extend(rest)
        candidates.update(choices)
    return Arithmetic(figures, cells, verdicts, tuple(culprits), tuple(unexplained), candidates, missing)


def _between(binding: Binding, wanted: Collection[str], figures: Figures) -> list[Verdict]:
    """The identities between tables; one that the report's own tables have no cells for cannot be told."""
    form = tuple(once(template) for template in binding.profile.tables)
    bound = binding.tables
    templates = tuple(bound[template.key].template if template.key in bound else template for template in form)
    verdicts: list[Verdict] = []
    for statement in binding.profile.statements:
        if statement.name not in wanted:
            continue
        try:
            verdicts.extend(judge(identity, figures) for identity in between(statement, templates))
        except FormulaError:
            # A table that is written on another year's form need not have the cell.
            verdicts.extend(Verdict(identity, Outcome.UNDECIDED) for identity in between(statement, form))
    return verdicts


class System(NamedTuple):
    """Verdicts on tables that identities between them tie together. own: By table. between: On those identities."""

    own: Mapping[str, list[Verdict]]
    between: list[Verdict]

    @property
    def all(self) -> list[Verdict]:
        return [*chain.from_iterable(self.own.values()), *self.between]


def _systems(judged: Mapping[str, list[Verdict]], between: list[Verdict]) -> Iterator[System]:
    """The tables, those that are tied together as one, in which an identity is broken."""
    tied = {key: {key} for key in judged}
    for verdict in between:
        if verdict.outcome is not Outcome.UNDECIDED:
            joined = set().union(*(tied[key.table] for key in verdict.identity.cells))
            tied.update((key, joined) for key in joined)
    done: set[str] = set()
    for key in judged:
        if key in done:
            continue
        done |= tied[key]
        own = {other: verdicts for other, verdicts in judged.items() if other in tied[key]}
        system = System(own, [verdict for verdict in between if verdict.identity.at.table in tied[key]])
        if any(verdict.outcome is Outcome.BROKEN for verdict in system.all):
            yield system


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


Explained = tuple[list[Culprit], list[Verdict], dict[str, tuple[tuple[Candidate, ...], ...]]]


def _explained(tables: Mapping[str, BoundTable], figures: Figures, system: System) -> Explained:
    """The wrong cells behind the broken identities, as far as there is one smallest answer.

    Tables that are tied together are searched as one; where that takes too long, each on its own.
    """
    found, rest, choices = _searched(tables, figures, system.all)
    if not found and not choices and len(system.own) > 1:
        parts = [_searched(tables, figures, verdicts) for verdicts in system.own.values()]
        found = [culprit for part in parts for culprit in part[0]]
        rest = [*(verdict for part in parts for verdict in part[1]), *_broken(system.between)]
        choices = [choice for part in parts for choice in part[2]]
    if system.between:
        mended = Overlaid(figures, {culprit.cell.key: culprit.expected for culprit in found})
        rest = [
            verdict
            for verdict in rest
            if verdict.identity.table or judge(verdict.identity, mended).outcome is Outcome.BROKEN
        ]
    # An impossible count is reported as such; the sums that it spoils only follow from it.
    spoilt = {cell.key for key in system.own for cell in tables[key].unusual if cell.out_of_range}
    rest = [verdict for verdict in rest if not spoilt.intersection(verdict.identity.cells)]
    return found, rest, {key: _within(key, choices, bool(system.between)) for key in system.own}


def _within(table: str, choices: list[tuple[Candidate, ...]], several: bool) -> tuple[tuple[Candidate, ...], ...]:
    """The part of each choice that lies in one table."""
    if not several:
        return tuple(choices)
    parts = (tuple(candidate for candidate in choice if candidate.cell.key.table == table) for choice in choices)
    return tuple(dict.fromkeys(part for part in parts if part))


def _broken(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.outcome is Outcome.BROKEN]


def _searched(
    tables: Mapping[str, BoundTable], figures: Figures, judged: list[Verdict]
) -> tuple[list[Culprit], list[Verdict], list[tuple[Candidate, ...]]]:
    """The culprits, the broken identities that they leave, and the choices where there are several."""
    if not _broken(judged):
        return [], [], []
    from reportlint import culprit  # only a report with a broken identity needs it

    told = [verdict for verdict in judged if _is_equation(verdict)]
    others = [verdict for verdict in _broken(judged) if verdict not in told]
    sums, residuals = _fitting(told, tables)
    keys = sorted({key for verdict in sums for key in verdict.identity.cells})
    number = {key: place for place, key in enumerate(keys)}
    equations = [culprit.Equation(_coefficients(verdict.identity, number)) for verdict in sums]
    values = [figures[key] or ZERO for key in keys]

    def cell(place: int) -> BoundCell:
        return tables[keys[place].table].cells[keys[place]]

    # What rounding leaves over may take a value that should be 0 a little below it.
    slack = max((verdict.identity.tolerance for verdict in sums), default=ZERO)

    def allowed(place: int, value: Decimal) -> bool:
        kind = cell(place).type
        return (kind in SIGNED or value >= -slack) and (kind in FRACTIONS or value == value.to_integral_value())

    def right(correction: culprit.Correction) -> Decimal:
        value = values[correction.cell] + correction.change
        return value if cell(correction.cell).type in SIGNED else max(value, ZERO)

    answer = culprit.explain(equations, residuals, values, allowed)
    found = []
    for correction in answer.culprits:
        key = keys[correction.cell]
        broken = [
            verdict
            for verdict, equation in zip(sums, equations, strict=True)
            if verdict.outcome is Outcome.BROKEN and any(place == correction.cell for place, _ in equation.terms)
        ]
        broken.sort(key=lambda verdict: (verdict.identity.table != key.table, verdict.identity.along != key.row))
        found.append(Culprit(cell(correction.cell), right(correction), tuple(broken)))
    choices = [
        tuple(Candidate(cell(correction.cell), right(correction)) for correction in choice)
        for choice in answer.alternatives
    ]
    return found, [sums[index] for index in answer.unexplained] + others, choices


def _fitting(sums: list[Verdict], tables: Mapping[str, BoundTable]) -> tuple[list[Verdict], list[Decimal]]:
    """The equations that tell of the wrong figures, and what each is wrong by: nothing where it holds.

    Where rounding is tolerated, one wrong figure makes sums wrong by amounts that differ by that: they are made equal
    to that of the most exact of them. And what holds but for rounding proves nothing of a change that is no larger.
    """
    residuals = [verdict.difference if verdict.outcome is Outcome.BROKEN else ZERO for verdict in sums]
    if not any(verdict.identity.tolerance for verdict in sums):
        return sums, residuals
    scales = [_scale(verdict.identity, tables) for verdict in sums]
    sizes: list[Decimal] = []
    for place in sorted(range(len(sums)), key=lambda place: sums[place].identity.tolerance * scales[place]):
        residual, scale = residuals[place], scales[place]
        if not residual:
            continue
        tolerance = sums[place].identity.tolerance * scale
        size = next((size for size in sizes if abs(abs(residual) * scale - size) <= tolerance), None)
        if size is None:
            sizes.append(abs(residual) * scale)
        else:
            residuals[place] = (size / scale).copy_sign(residual)
    kept = [
        place
        for place, verdict in enumerate(sums)
        if residuals[place] or not verdict.identity.tolerance * scales[place] >= min(sizes, default=ZERO) > 0
    ]
    return [sums[place] for place in kept], [residuals[place] for place in kept]


def _scale(identity: Identity, tables: Mapping[str, BoundTable]) -> Decimal:
    """What one of the identity's unit is in the smallest unit of money."""
    key = identity.cells[0]
    table = tables[key.table]
    return table.template.money.get(identity.unit or table.cells[key].unit, ONE)


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
