"""Lists of figures that do not add up to the figure they divide: 共 729 条，但 127 + 600 = 727."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from reportlint.diagnostic import Finding, Place, Related, Span, Text
from reportlint.document import Document
from reportlint.figures import plain
from reportlint.kinds import named
from reportlint.kinds.figure_claims import amount
from reportlint.profile import Profile
from reportlint.prose import Clause, Figure, Passage, Words, cells, cutter_for, expression
from reportlint.rule import Pattern, RuleKind

PERCENT = "%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A figure that a table holds too. Where the two differ the text is wrong there, not in its list.

    pattern: Runs on the mask of the clause that holds the figure. cells: As in the kind `figure-claims`.
    """

    pattern: Pattern
    cells: tuple[str, ...]

    def __post_init__(self) -> None:
        for text in self.cells:
            expression(text)


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """What makes a list, and what makes it one that has to add up.

    words: How figures are written.
    opens: What begins a list: 其中. A bracket or a colon right behind a figure begins one as well.
    closed: Those of `opens` behind which nothing is left out: 分别为.
    unless: What in the clause of the whole or of a part means that the parts are no division of the whole.
    statements: Words of another statement; a clause that has one which the whole and the first part lack ends
        the list.
    total: What marks the whole as a total: 共.
    rest: What in the last part says that it is all that is left: 其他.
    divisions: Words for ways to divide; a list whose parts all have a word of the same one is a division.
    share: How much of the whole the parts of a division, or in a bracket, come to at least, if one figure is
        wrong; with less the list may well leave something out.
    exhaustive: What in the clause of the whole says that the division is given in full: 各种渠道.
    exhaustive_share: The share for these.
    most: How many times the whole the parts of any other list come to at most, if one figure is wrong.
    known: Figures that the tables hold too.
    skip_sections: Keys of sections that are not read.
    """

    words: Words
    opens: tuple[str, ...]
    share: Decimal
    exhaustive_share: Decimal
    most: Decimal
    closed: tuple[str, ...] = ()
    unless: Pattern | None = None
    statements: Pattern | None = None
    total: Pattern | None = None
    rest: Pattern | None = None
    divisions: tuple[Pattern, ...] = ()
    exhaustive: Pattern | None = None
    known: tuple[Known, ...] = ()
    skip_sections: tuple[str, ...] = ()


class Part(NamedTuple):
    clause: Clause
    figure: Figure
    value: Decimal


class Listing(NamedTuple):
    """A whole and what divides it.

    place: Where in the paragraph's clauses the whole stands. opener: The word or mark that begins the list.
    complete: Whether the list runs to the end of its sentence, segment or bracket.
    """

    whole: Part
    place: int
    opener: str
    parts: tuple[Part, ...]
    complete: bool


def check(document: Document, options: Options) -> Iterator[Finding]:
    skipped = {id(document.outline.sections.get(key)) for key in options.skip_sections}
    cutter = cutter_for(options.words)
    for passage in document.passages:
        if passage.section and id(passage.section) in skipped:
            continue
        text = passage.paragraph.text
        if not cutter.has_figures(text):
            continue
        cut = cutter.clauses(text)
        for listing in _listings(cut, options):
            if _is_wrong(cut, listing, options) and not _is_told_elsewhere(document, listing, options):
                yield _finding(passage, listing)


# Finding lists.


def _listings(cut: tuple[Clause, ...], options: Options) -> Iterator[Listing]:
    for place, clause in enumerate(cut):
        if clause.mask.startswith(options.opens):
            opener = next(word for word in options.opens if clause.mask.startswith(word))
            before = place - 1
            while before >= 0 and cut[before].depth > clause.depth:
                before -= 1
            start = place if clause.figures else place + 1
        elif clause.mark in ("(", ":") and place + 1 < len(cut) and not cut[place + 1].mask.startswith(options.opens):
            opener, before, start = clause.mark, place, place + 1
        else:
            continue
        whole = _whole(cut, before, place, opener)
        if whole is None:
            continue
        yield from _listing(cut, whole, before, start, opener, options)


def _whole(cut: tuple[Clause, ...], before: int, place: int, opener: str) -> Part | None:
    """The figure that the list divides: the last one of the clause before it, if that ends with it."""
    if before < 0 or cut[place].sentence - cut[before].sentence > 1:
        return None
    clause = cut[before]
    figures = [figure for figure in clause.figures if figure.unit and figure.unit != PERCENT]
    if not figures or figures[-1].value is None:
        return None
    whole = figures[-1]
    adjoining = whole.stop >= clause.end or opener not in "(:"
    return Part(clause, whole, figures[-1].value) if adjoining else None


def _listing(
    cut: tuple[Clause, ...], whole: Part, before: int, start: int, opener: str, options: Options
) -> Iterator[Listing]:
    if start >= len(cut):
        return
    first = cut[start]
    if opener == "(" and first.depth <= whole.clause.depth:
        return
    within = [clause for clause in _same_level(cut, start) if clause.segment == first.segment]
    found = _parts(within, whole, options)
    if found and len(found[0]) == 1 and within[-1].mark == ";":
        # One part for each semicolon: 其中：网站 60 条；公开栏 40 条。
        found = _parts(_same_level(cut, start), whole, options)
    if found and len(found[0]) > 1:
        yield Listing(whole, before, opener, found[0], found[1])


LONGEST_LIST = 200  # clauses; no sentence that a person wrote has more


def _same_level(cut: tuple[Clause, ...], start: int) -> list[Clause]:
    """The clauses from `start` to the end of the sentence or the bracket, without those in deeper brackets."""
    first = cut[start]
    kept = []
    for clause in cut[start : start + LONGEST_LIST]:
        if clause.sentence != first.sentence or clause.depth < first.depth:
            break
        if clause.depth == first.depth:
            kept.append(clause)
    return kept


def _parts(listed: list[Clause], whole: Part, options: Options) -> tuple[tuple[Part, ...], bool] | None:
    """One part for each clause, and whether the list is whole; None where a clause is no part of a division."""
    parts: list[Part] = []
    behind: list[Clause] = []
    for clause in listed:
        figures = [figure for figure in clause.figures if _may_count(figure, whole.figure.unit)]
        if not figures:
            if not clause.figures:
                behind.append(clause)
            continue
        if parts and _found(options.statements, clause, but=whole.clause.mask + parts[0].clause.mask):
            return tuple(parts), False
        nested = bool(parts) and clause.mask.startswith(options.opens)
        unfit = behind or nested or len(figures) > 1 or figures[0].value is None or figures[0].unit != whole.figure.unit
        if unfit or _found(options.unless, clause):
            return None
        assert figures[0].value is not None
        parts.append(Part(clause, figures[0], figures[0].value))
    listing = (options.unless, options.rest, *options.divisions)
    return (
        (tuple(parts), not any(_found(pattern, clause) for pattern in listing for clause in behind)) if parts else None
    )


def _may_count(figure: Figure, unit: str) -> bool:
    """Whether a figure could be a part: no percentage, and no word such as 一次 in 最多跑一次事项."""
    return figure.unit == unit or (figure.unit != PERCENT and figure.text[0].isdigit())


def _found(pattern: Pattern | None, clause: Clause, but: str = "") -> bool:
    """Whether a clause has words of the pattern that do not stand in `but`."""
    return pattern is not None and any(match.group() not in but for match in pattern.finditer(clause.mask))


# Judging them.


def _is_wrong(cut: tuple[Clause, ...], listing: Listing, options: Options) -> bool:
    """Whether the parts should add up to the whole and do not."""
    whole, parts = listing.whole, listing.parts
    sums = list(accumulate(part.value for part in parts))
    # A list of two divisions in a row adds up with the first.
    if whole.value in sums or _found(options.unless, whole.clause) or _divides_another(cut, listing, sums[-1]):
        return False
    closed = listing.opener in options.closed or _found(options.rest, parts[-1].clause)
    divided = listing.opener in "(:" or any(
        all(_found(division, part.clause) for part in parts) for division in options.divisions
    )
    if sums[-1] > whole.value:
        plausible = _found(options.total, whole.clause) and sums[-1] <= options.most * whole.value
        return closed or divided or plausible
    share = options.exhaustive_share if _found(options.exhaustive, whole.clause) else options.share
    # One unit may be all that is lost of a small whole.
    near = whole.value - sums[-1] <= max(Decimal(1), (1 - share) * whole.value)
    return listing.complete and (closed or (divided and near))


def _divides_another(cut: tuple[Clause, ...], listing: Listing, summed: Decimal) -> bool:
    """Whether the parts add up to an earlier figure of the sentence: 共收到 9 件，办结 7 件，其中…"""
    return any(
        figure.value == summed and figure.unit == listing.whole.figure.unit
        for clause in cut[: listing.place + 1]
        if clause.sentence == listing.whole.clause.sentence
        for figure in clause.figures
    )


def _is_told_elsewhere(document: Document, listing: Listing, options: Options) -> bool:
    """Whether a figure of the list contradicts a table, which is reported there."""
    templates = {key: bound.template for key, bound in document.binding.tables.items()}
    for part in (listing.whole, *listing.parts):
        for known in options.known:
            if not known.pattern.search(part.clause.mask):
                continue
            added = [cells(expression(text), templates) for text in known.cells]
            values = [amount(document, terms) for terms in added if terms is not None]
            if any(value is not None for value in values) and part.value not in values:
                return True
    return False


def _finding(passage: Passage, listing: Listing) -> Finding:
    offset = passage.paragraph.span.start
    whole = listing.whole.figure
    summed = plain(sum((part.value for part in listing.parts), Decimal(0)))
    addends = " + ".join(plain(part.value) for part in listing.parts)
    return Finding(
        span=Span(offset + whole.start, offset + whole.end),
        facts={"found": whole.text, "unit": whole.unit, "sum": f"{addends} = {summed}", "expected": summed},
        place=Place(passage.section.heading.title) if passage.section else None,
        found=whole.text,
        expected=summed,
        related=tuple(
            Related(Span(offset + part.figure.start, offset + part.figure.end), Text("其中一项", "one of the parts"))
            for part in listing.parts
        ),
    )


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    named.in_sections(profiles, ("skip-sections",), options.skip_sections)
    for known in options.known:
        named.in_cells(profiles, ("known",), known.cells)


KIND = RuleKind("listed-sum", Options, check, None, fits)
