"""Broken identities (勾稽关系): the wrong cell where one explains them, else the total, with the figures added up."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reportlint.arithmetic import Candidate, Culprit
from reportlint.bound import BoundCell, cell_address
from reportlint.diagnostic import Finding, Place, Related, Severity, Span, Text
from reportlint.document import Document
from reportlint.figures import ValueKind, plain
from reportlint.identities import CellKey, Figures, Outcome, Sum, Verdict
from reportlint.rule import RuleKind

MOST_TERMS = 8  # a longer sum shows the figures that are not 0
MOST_CANDIDATES = 6


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """Which identities of the profile to report.

    identities: Their names. by_name: Each has a message of its own, called like the identity; otherwise the
        messages are `culprit` (one cell explains all), `sum` (a total) and `relation` (any other).
    """

    identities: tuple[str, ...]
    by_name: bool = False


def check(document: Document, options: Options) -> Iterator[Finding]:
    for culprit in document.arithmetic.culprits:
        if culprit.broken and culprit.broken[0].identity.name in options.identities:
            yield _culprit(document, culprit)
    shown = _reported(document)
    for verdict in shown:
        if verdict.identity.name in options.identities:
            yield _total(document, verdict, options, followers=_followers(document, verdict, shown))


def undecided(document: Document, options: Options) -> bool:
    """Whether none of the rule's identities could be judged."""
    own = [verdict for verdict in document.arithmetic.verdicts if verdict.identity.name in options.identities]
    return all(verdict.outcome is Outcome.UNDECIDED for verdict in own)


def _reported(document: Document) -> tuple[Verdict, ...]:
    """The broken identities that are told of their own: those of rows where candidates are named, and not those of a
    column of totals that only follow from others."""
    result: list[Verdict] = []
    for key, table in document.binding.tables.items():
        broken = [verdict for verdict in document.arithmetic.unexplained if verdict.identity.table == key]
        rows = [verdict for verdict in broken if verdict.identity.along in table.rows]
        columns = [verdict for verdict in broken if verdict not in rows]
        own = [verdict for verdict in columns if verdict.identity.along not in table.template.totals]
        if document.arithmetic.candidates.get(key) and rows and columns:
            result.extend(rows)
        else:
            result.extend(rows)
            result.extend(own or ([] if rows else columns))
    return tuple(result)


def _followers(document: Document, verdict: Verdict, shown: tuple[Verdict, ...]) -> list[Verdict]:
    """Broken identities of the table that are told with this one, the first that is told."""
    table = verdict.identity.table
    first = next(other for other in shown if other.identity.table == table)
    if verdict is not first:
        return []
    return [other for other in document.arithmetic.unexplained if other.identity.table == table and other not in shown]


# A wrong cell.


def _culprit(document: Document, culprit: Culprit) -> Finding:
    from reportlint.kinds import hints  # most reports have nothing wrong, and start-up is watched

    cell = culprit.cell
    row, column = cell.place
    found, expected = _shown(cell), plain(culprit.expected)
    return Finding(
        span=cell.cell.span,
        facts={
            "found": found,
            "expected": expected,
            "row": row[-1] if row else "",
            "column": column[-1] if column else "",
            "first": _sentence(document, culprit.broken[0]),
            "count": str(len(culprit.broken)),
        },
        variant="culprit",
        place=_place(document, cell),
        address=cell_address(*cell.address),
        found=cell.cell.text,
        expected=expected,
        related=tuple(Related(_at(document, verdict), _sentence(document, verdict)) for verdict in culprit.broken)
        if len(culprit.broken) > 1
        else tuple(_operands(document, culprit.broken[0])),
        help=hints.of_culprit(document, culprit),
    )


# A total.


def _total(document: Document, verdict: Verdict, options: Options, followers: list[Verdict]) -> Finding:
    from reportlint.kinds import hints

    identity = verdict.identity
    cell = document.arithmetic.cells[identity.at]
    row, column = cell.place
    single = len(identity.relation.left.terms) == 1 and identity.relation.operator == "="
    is_sum = single and identity.relation.left.terms[0][1] == identity.at
    expected = plain(verdict.right) if is_sum and verdict.right is not None else None
    figures = document.arithmetic.figures
    return Finding(
        span=cell.cell.span,
        facts={
            "found": _shown(cell),
            "expected": expected or "",
            "row": row[-1] if row else "",
            "column": column[-1] if column else "",
            "sentence": _sentence(document, verdict),
            "figures": _labelled(document, verdict),
            "left": _side(identity.relation.left, verdict.left, figures),
            "right": _side(identity.relation.right, verdict.right, figures),
            "difference": plain(abs(verdict.difference)),
        },
        variant=identity.name if options.by_name else "sum" if is_sum else "relation",
        severity=_severity(document, identity.table, identity.name),
        place=_place(document, cell),
        address=cell_address(*cell.address),
        found=cell.cell.text,
        expected=expected,
        related=(
            *_operands(document, verdict),
            *(Related(_at(document, other), _sentence(document, other)) for other in followers),
        ),
        help=_candidates_named(document, verdict) or (hints.of_sum(document, verdict) if is_sum else None),
    )


def _severity(document: Document, table: str, name: str) -> Severity | None:
    return document.table(table).template.severities.get(name)


def _operands(document: Document, verdict: Verdict) -> Iterator[Related]:
    """Every figure that went into the identity but the one it is reported at, zeros of a long sum left out."""
    keys = [key for key in verdict.identity.cells if key != verdict.identity.at]
    for key in keys:
        cell = document.arithmetic.cells[key]
        if len(keys) > MOST_TERMS and cell.value.number == 0:
            continue
        label = _label(document, verdict, cell)
        blank = cell.value.kind is not ValueKind.NUMBER
        yield Related(
            cell.cell.span,
            Text(f"{label} {_shown(cell)}", f"{label} {_shown(cell)}")
            if not blank
            else Text(f"{label} 未填数字，按 0 计", f"{label} is no number and counts 0"),
        )


def _candidates_named(document: Document, verdict: Verdict) -> Text | None:
    """Which cells could be wrong, where several sets of cells explain the figures equally well."""
    choices = document.arithmetic.candidates.get(verdict.identity.table, ())
    cells = {key for other in document.arithmetic.unexplained for key in other.identity.cells}
    named: dict[CellKey, Candidate] = {}
    for choice in choices:
        for candidate in choice:
            if candidate.cell.key in verdict.identity.cells and candidate.cell.key in cells:
                named.setdefault(candidate.cell.key, candidate)
    # With one identity alone every cell of it is a candidate, which says nothing.
    if not named or len(document.arithmetic.unexplained) < 2:
        return None
    shown = list(named.values())[:MOST_CANDIDATES]
    parts = [
        f"{' × '.join((*candidate.cell.place[0][-1:], *candidate.cell.place[1][-1:]))}"
        f"（{_shown(candidate.cell)} → {plain(candidate.expected)}）"
        for candidate in shown
    ]
    more = len(named) > len(shown)
    return Text(
        "不止一处可能有误，请核对：" + "、".join(parts) + (" 等" if more else ""),
        "more than one cell may be wrong; check: " + ", ".join(parts) + (" …" if more else ""),
    )


# Words.


def _sentence(document: Document, verdict: Verdict) -> Text:
    """The identity with its figures: 总计为 3，但 1 + 0 + 0 = 1."""
    identity = verdict.identity
    figures = document.arithmetic.figures
    left, right = identity.relation.left, identity.relation.right
    if len(left.terms) == 1 and not left.constant:
        cell = document.arithmetic.cells[left.terms[0][1]]
        label, terms = _label(document, verdict, cell), _terms(right, figures)
        total = plain(verdict.right) if verdict.right is not None else "?"
        sums = f"{terms} = {total}" if terms != total else total
        return Text(f"{label}为 {_shown(cell)}，但 {sums}", f"{label} is {_shown(cell)}, but {sums}")
    lefts, rights = _side(left, verdict.left, figures), _side(right, verdict.right, figures)
    return Text(f"{lefts}，但 {rights}", f"{lefts}, but {rights}")


def _side(side: Sum, value: Decimal | None, figures: Figures) -> str:
    terms = _terms(side, figures)
    total = plain(value) if value is not None else "?"
    return f"{terms} = {total}" if terms != total else terms


def _terms(side: Sum, figures: Figures) -> str:
    """The figures of one side as they are added: 1 + 0 − 2; of a long sum those that are not 0."""
    values = [(factor, figures.get(key) or Decimal(0)) for factor, key in side.terms]
    shown = values if len(values) <= MOST_TERMS else [item for item in values if item[1]]
    text = ""
    for factor, value in shown:
        sign = "−" if factor < 0 else "+"
        size = plain(value) if abs(factor) == 1 else f"{plain(abs(factor))}×{plain(value)}"
        size = f"({size})" if value < 0 else size
        text += f" {sign} {size}" if text else (f"−{size}" if factor < 0 else size)
    if len(shown) < len(values):
        text = f"{text} + 0 + …" if text else "0 + 0 + …"
    if side.constant or not text:
        text += f" + {plain(side.constant)}" if text else plain(side.constant)
    return text


def _labelled(document: Document, verdict: Verdict) -> str:
    """Each figure of the identity with its label."""
    parts = []
    for key in verdict.identity.cells:
        cell = document.arithmetic.cells[key]
        parts.append(f"{_label(document, verdict, cell)} {_shown(cell)}")
    return "，".join(parts)


def _label(document: Document, verdict: Verdict, cell: BoundCell) -> str:
    """The label that tells the cell apart within the identity: its column along a row, its row down a column."""
    row, column = cell.place
    along_row = verdict.identity.along in document.table(verdict.identity.table).rows
    labels = (column or row) if along_row else (row or column)
    return labels[-1] if labels else ""


def _shown(cell: BoundCell) -> str:
    return plain(cell.value.number) if cell.value.number is not None else cell.cell.text or "空"


def _at(document: Document, verdict: Verdict) -> Span:
    return document.arithmetic.cells[verdict.identity.at].cell.span


def _place(document: Document, cell: BoundCell) -> Place:
    row, column = cell.place
    return Place(document.profile.table(cell.key.table).title, cell.key.table, row, column)


KIND = RuleKind("identity", Options, check, undecided)
