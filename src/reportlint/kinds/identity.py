"""Broken identities (勾稽关系): the wrong cell where one explains them, else the total, with the figures added up."""

from collections.abc import Iterator, Sequence

from reportlint.arithmetic import Candidate, Culprit
from reportlint.bound import BoundCell, cell_address
from reportlint.diagnostic import Finding, Fix, Related, Safety, Severity, Span, Text
from reportlint.document import Document
from reportlint.figures import ValueKind, plain
from reportlint.identities import CellKey, Outcome, Verdict
from reportlint.kinds import named, sums
from reportlint.mending import replacement
from reportlint.profile import Profile
from reportlint.records import dataclass
from reportlint.rule import RuleKind
from reportlint.wording import fold

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
    shown = _reported(document) if document.arithmetic.unexplained else ()
    for verdict in shown:
        if verdict.identity.name in options.identities:
            yield _total(document, verdict, options, followers=_followers(document, verdict, shown))


def undecided(document: Document, options: Options) -> bool:
    """Whether none of the rule's identities could be judged."""
    own = (verdict for verdict in document.arithmetic.verdicts if verdict.identity.name in options.identities)
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
    told = {
        key for verdict in document.arithmetic.unexplained if verdict.identity.table for key in verdict.identity.cells
    }
    between = (verdict for verdict in document.arithmetic.unexplained if not verdict.identity.table)
    return (*result, *(verdict for verdict in between if told.isdisjoint(verdict.identity.cells)))


def _followers(document: Document, verdict: Verdict, shown: tuple[Verdict, ...]) -> list[Verdict]:
    """Broken identities of the table, or between it and others, that are told with this one, the first that is told."""
    table = verdict.identity.table
    first = next(other for other in shown if other.identity.table == table)
    if not table or verdict is not first:
        return []
    unexplained = document.arithmetic.unexplained
    own = {key for other in unexplained if other.identity.table == table for key in other.identity.cells}
    return [
        other
        for other in unexplained
        if other not in shown
        and (other.identity.table == table or not (other.identity.table or own.isdisjoint(other.identity.cells)))
    ]


# A wrong cell.


def _culprit(document: Document, culprit: Culprit) -> Finding:
    from reportlint.kinds import hints  # most reports have nothing wrong, and start-up is watched

    books, cell = sums.ledger(document), culprit.cell
    row, column = cell.place
    found, expected = sums.shown(cell), plain(culprit.expected)
    return Finding(
        span=cell.cell.span,
        facts={
            "found": found,
            "expected": Text(f"约 {expected}", f"about {expected}") if culprit.about else expected,
            "row": row[-1] if row else "",
            "column": column[-1] if column else "",
            "first": sums.sentence(books, culprit.broken[0]),
            "count": str(len(culprit.broken)),
        },
        variant="culprit",
        place=sums.place(document, cell),
        address=cell_address(*cell.address),
        found=cell.cell.text,
        expected=expected,
        related=tuple(Related(_at(document, verdict), sums.sentence(books, verdict)) for verdict in culprit.broken)
        if len(culprit.broken) > 1
        else tuple(sums.operands(books, culprit.broken[0])),
        help=hints.of_culprit(document, culprit),
        fix=_value(cell, expected, certain=not culprit.about),
    )


def _value(cell: BoundCell, expected: str, *, certain: bool) -> Fix | None:
    """The figure that should stand in the cell; only to be looked at where another could be meant as well."""
    bare = cell.value.kind is ValueKind.NUMBER and not cell.value.unit and "(" not in fold(cell.cell.text)
    if cell.cell.span.end == cell.cell.span.start or not bare:
        return None  # a figure with a unit or a note says more than the figure
    return replacement(cell.cell.span, expected, "unsafe" if certain else "display")


# A total.


def _total(document: Document, verdict: Verdict, options: Options, followers: list[Verdict]) -> Finding:
    from reportlint.kinds import hints

    identity = verdict.identity
    books = sums.ledger(document)
    found = sums.finding(books, verdict, identity.name if options.by_name else "")
    help_ = _candidates_named(document, verdict)
    if help_ is None and (found.expected is not None or found.variant == "sum"):
        help_ = hints.of_sum(document, verdict)
    followed = tuple(Related(_at(document, other), sums.sentence(books, other)) for other in followers)
    carrier = sums.carrier(books, identity)
    # What only should be plausible needs a person, who is told nothing by a figure that would be.
    shown = found.expected is not None and not options.by_name
    fix = _value(carrier, found.expected or "", certain=False) if shown else None
    return found._replace(
        severity=_severity(document, identity.table, identity.name),
        related=(*found.related, *followed),
        help=help_,
        fix=fix,
    )


def _severity(document: Document, table: str, name: str) -> Severity | None:
    severities = document.table(table).template.severities if table else document.profile.severities
    return severities.get(name)


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
        f"（{sums.shown(candidate.cell)} → {plain(candidate.expected)}）"
        for candidate in shown
    ]
    more = len(named) > len(shown)
    return Text(
        "不止一处可能有误，请核对：" + "、".join(parts) + (" 等" if more else ""),
        "more than one cell may be wrong; check: " + ", ".join(parts) + (" …" if more else ""),
    )


def _at(document: Document, verdict: Verdict) -> Span:
    return sums.carrier(sums.ledger(document), verdict.identity).cell.span


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    named.in_identities(profiles, ("identities",), options.identities)


def fixes(options: Options) -> tuple[Safety, ...]:
    return ("unsafe", "display")


KIND = RuleKind("identity", Options, check, undecided, fits, fixes=fixes)
