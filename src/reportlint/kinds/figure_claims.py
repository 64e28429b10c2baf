"""Figures in the text that contradict the tables: 新收 8 件 where the table has 9."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from reportlint.diagnostic import Finding, Fix, Place, Related, Safety, Span, Text
from reportlint.document import Document
from reportlint.figures import ValueKind, plain
from reportlint.identities import CellKey
from reportlint.kinds import named
from reportlint.mending import replacement
from reportlint.pattern import NEVER, Patterns
from reportlint.profile import Profile, Template
from reportlint.prose import (
    EXACT,
    Cells,
    Clause,
    Cutter,
    Figure,
    Passage,
    Words,
    cells,
    cutter_for,
    expression,
    group,
    total,
)
from reportlint.records import dataclass
from reportlint.rule import Pattern, RuleKind

MOST_RELATED = 6
NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Claim:
    """What the text may say of a cell. At least one of `pattern` and `none` is needed.

    what: What is counted, for the message.
    pattern: Runs on the mask of a clause, in which # is an exact figure; the group `count` marks the one meant.
    none: Runs on the mask of a clause without figures, which says that there is nothing.
    cells: Cells, or sums of cells; the figure has to equal one of them, and 'none' the first. Those that the form
        lacks do not count.
    about: What the nearest topic before the figure has to be: this, and none of `other_topics`.
    despite: Names of `unless` that do not keep this claim from counting.
    compare: `<=` where the figure must not exceed the cell.
    """

    what: Text
    cells: tuple[str, ...]
    pattern: Pattern | None = None
    none: Pattern | None = None
    about: Pattern | None = None
    despite: tuple[str, ...] = ()
    compare: Literal["=", "<="] = "="

    def __post_init__(self) -> None:
        for text in self.cells:
            expression(text)
        if self.pattern is None and self.none is None:
            raise ValueError("a claim needs a pattern, or a wording for 'none'")
        if self.pattern is not None and "count" not in self.pattern.groups:
            raise ValueError("the pattern of a claim needs the group (?P<count>#)")


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """The claims, and what keeps a figure from being one about the whole body and the whole year.

    words: How figures are written. negations: Words of which every wording for 'none' has one.
    unless: By name, what in the clause of a figure means another year, another body, or only a part.
    limiting: Names of `unless` that, said between the topic and the figure, limit the figure as well.
    other_topics: What turns to another matter, so that what follows is not about the claim's.
    year, month: The units of a date. A clause after a year other than the report's, or after a month other than
        the first and the last, is not about the whole year.
    skip_sections: Keys of sections that are not read.
    """

    claims: tuple[Claim, ...]
    words: Words
    negations: tuple[str, ...] = ()
    unless: Mapping[str, Pattern] = field(default_factory=dict)
    limiting: tuple[str, ...] = ()
    other_topics: Pattern | None = None
    year: str | None = None
    month: str | None = None
    skip_sections: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in (*self.limiting, *(name for claim in self.claims for name in claim.despite)):
            if name not in self.unless:
                raise ValueError(f"'{name}' is not among the names of 'unless'")


class Hit(NamedTuple):
    """A claim found in the text. figure: None for a wording of 'none'."""

    passage: Passage
    clauses: tuple[Clause, ...]
    place: int
    claim: Claim
    figure: Figure | None

    @property
    def clause(self) -> Clause:
        return self.clauses[self.place]

    @property
    def words(self) -> Span:
        """Where in the mask the words of the claim are."""
        mask = self.clause.mask
        match = self.claim.pattern.search(mask) if self.figure and self.claim.pattern else None
        return Span(match.start(), match.end()) if match else Span(0, len(mask))


def check(document: Document, options: Options) -> Iterator[Finding]:
    skipped = {id(document.outline.sections.get(key)) for key in options.skip_sections}
    letter = document.letter.end if document.letter else 0
    cutter, sets = cutter_for(options.words), _sets(options)
    for passage in document.passages:
        if passage.paragraph.span.start < letter or (passage.section and id(passage.section) in skipped):
            continue
        judged = [(hit, *_judge(document, hit)) for hit in _hits(passage, cutter, sets, options)]
        if any(holds is False for _, holds, _ in judged):  # only then it matters what else the text is about
            yield from _findings(document, [item for item in judged if _counts(item[0], options, document.year)])


def undecided(document: Document, options: Options) -> bool:
    """Whether a table is missing that some claim is about."""
    named = {term.table for claim in options.claims for text in claim.cells for term in expression(text)}
    return any(key not in document.binding.tables for key in named)


# Claims in the text.


def _hits(passage: Passage, cutter: Cutter, sets: "_Sets", options: Options) -> Iterator[Hit]:
    text = passage.paragraph.text
    denied = any(map(text.__contains__, options.negations))
    if not denied and not cutter.has_figures(text):
        return
    cut = cutter.clauses(text)
    for place, clause in enumerate(cut):
        if clause.figures:
            for index in sets.counting(clause.mask) if EXACT in clause.mask else ():
                claim = options.claims[index]
                yield Hit(passage, cut, place, claim, _counted(clause, claim))
        elif denied and any(map(clause.mask.__contains__, options.negations)):
            for index in sets.denying(clause.mask):
                yield Hit(passage, cut, place, options.claims[index], None)


def _counted(clause: Clause, claim: Claim) -> Figure:
    """The figure that the claim is about."""
    mask = clause.mask
    if mask.count(EXACT) == 1:
        return clause.marked(mask.index(EXACT))  # to search once more costs more than all the rest
    assert claim.pattern is not None
    return clause.marked(group(claim.pattern, claim.pattern.search(mask), "count"))


Search = Callable[[str], list[int]]  # which patterns are found in a text, by their places from 0


class _Sets(NamedTuple):
    """The patterns of a rule. names: Of those in `unless`. topics: The texts of those in `matters`, others first."""

    counting: Search
    denying: Search
    unless: Search
    names: tuple[str, ...]
    matters: Search
    topics: tuple[str, ...]


@lru_cache(maxsize=16)
def _sets(options: Options) -> _Sets:
    topics = {claim.about.text: claim.about for claim in options.claims if claim.about is not None}
    return _Sets(
        _search(claim.pattern for claim in options.claims),
        _search(claim.none for claim in options.claims),
        _search(options.unless.values()),
        tuple(options.unless),
        _search((options.other_topics, *topics.values())),
        ("", *topics),
    )


def _search(patterns: Iterable[Pattern | None]) -> Search:
    """All of them at once. A claim looks back over the clauses before it, which the claim before has just done."""
    return lru_cache(maxsize=1024)(Patterns(pattern or NEVER for pattern in patterns).found)


def _counts(hit: Hit, options: Options, year: int | None) -> bool:
    """Whether the clause is about the whole body and the whole year, and about the claim's matter."""
    said = _with_lead(hit.clauses, hit.place)
    if _is_limited(said, hit.claim, options) or not _whole_year(hit, options, year):
        return False
    return hit.claim.about is None or _is_about(hit, hit.claim.about, options)


def _is_limited(text: str, claim: Claim, options: Options) -> bool:
    """Whether the text says that it is not about everything."""
    sets = _sets(options)
    return any(sets.names[index] not in claim.despite for index in sets.unless(text))


SHORT = 6


def _with_lead(cut: tuple[Clause, ...], place: int) -> str:
    """A clause with a short one before it that a comma cut off: 其中，…; 去年同期，…"""
    clause, before = cut[place], cut[place - 1] if place else None
    if before and before.sentence == clause.sentence and not before.figures and len(before.mask) <= SHORT:
        return before.mask + clause.mask
    return clause.mask


def _whole_year(hit: Hit, options: Options, year: int | None) -> bool:
    """Whether the sentence up to the figure names no other year, and no month but the first and the last."""
    limit = hit.figure.start if hit.figure else hit.clause.end
    for clause in hit.clauses[: hit.place + 1]:
        for figure in clause.figures:
            if clause.sentence != hit.clause.sentence or figure.start >= limit:
                continue
            if figure.unit == options.month and figure.value not in WHOLE_YEAR:
                return False
            span_of_years = figure.value is not None and figure.value < FIRST_YEAR
            if figure.unit == options.year and figure.value != year and not span_of_years:
                return False
    return True


WHOLE_YEAR = (1, 12)
FIRST_YEAR = 1900  # a smaller figure before 年 counts years


def _is_about(hit: Hit, about: Pattern, options: Options) -> bool:
    """Whether the nearest topic before the figure is the claim's, and is not itself limited to a part."""
    sets = _sets(options)
    for place in range(hit.place, -1, -1):
        clause = hit.clauses[place]
        own = place == hit.place
        topic = _topic(clause.mask[: hit.words.end] if own else clause.mask, about, options)
        if topic is not None:
            return topic and (own or not _is_limited(clause.mask, hit.claim, options))
        near = not own and clause.segment == hit.clause.segment
        if near and any(sets.names[index] in options.limiting for index in sets.unless(clause.mask)):
            return False
    return _topic("。".join(hit.passage.heading), about, options) or False


def _topic(text: str, about: Pattern, options: Options) -> bool | None:
    """Whether the last topic of the text is this one; None where it has none."""
    sets = _sets(options)
    found = sets.matters(text)
    mine, other = sets.topics.index(about.text) in found, 0 in found
    if mine and other:
        assert options.other_topics is not None
        return _last(about, text) >= _last(options.other_topics, text)
    return mine if mine or other else None


def _last(pattern: Pattern, text: str) -> int:
    """Where the last match ends."""
    return max(int(match.end()) for match in pattern.finditer(text))


# Claims against the tables.


class Amount(NamedTuple):
    """What a cell, or a sum of cells, comes to. value: In 元 where the cell holds money in a known unit."""

    value: Decimal
    cells: Cells


Judged = tuple[Hit, bool | None, list[Amount]]


def _findings(document: Document, judged: list[Judged]) -> Iterator[Finding]:
    """At most one for each figure or wording; the claim whose words begin first stands for the others.

    A figure that one claim accepts is right. A sentence with several figures for one claim divides the matter in
    a way that cannot be told: nothing is said of it.
    """
    fine = {hit.figure for hit, holds, _ in judged if holds is not False}
    spoken = Counter((hit.clause.sentence, hit.claim.what) for hit, _, _ in judged if hit.figure)
    settled: set[object] = {figure for figure in fine if figure is not None}
    for hit, holds, amounts in sorted(judged, key=lambda item: (item[0].place, item[0].words.start)):
        spot = hit.figure or hit.place
        divided = hit.figure is not None and spoken[hit.clause.sentence, hit.claim.what] > 1
        if holds is False and spot not in settled and not divided:
            settled.add(spot)
            yield _finding(document, hit, amounts)


def _judge(document: Document, hit: Hit) -> tuple[bool | None, list[Amount]]:
    """Whether the claim holds; None where a cell cannot be told."""
    stated = in_base_unit(document, hit.figure)
    accepted = _accepted(document, hit.claim)[: None if hit.figure else 1]
    raw = document.arithmetic.figures
    # A wrong cell is reported at the table; a text that repeats it is not wrong once more.
    if hit.claim.compare == "=" and stated is not None and stated in [total(added, raw.get) for added in accepted]:
        return True, []
    amounts = []
    for added in accepted:
        value = amount(document, added)
        if value is None:
            return None, []
        amounts.append(Amount(value, added))
    if not amounts or stated is None:
        return None, []
    if hit.claim.compare == "<=":
        return any(stated <= amount.value for amount in amounts), amounts
    if any(stated == amount.value for amount in amounts):
        return True, amounts
    return (None if any(_would_mend(document, stated, amount) for amount in amounts) else False), amounts


def _accepted(document: Document, claim: Claim) -> tuple[Cells, ...]:
    return _cells(claim.cells, tuple([bound.template for bound in document.binding.tables.values()]))


@lru_cache(maxsize=1024)
def _cells(texts: tuple[str, ...], tables: tuple[Template, ...]) -> tuple[Cells, ...]:
    """What the expressions add up; without those that name what the form lacks."""
    templates = {template.key: template for template in tables}
    found = [cells(expression(text), templates) for text in texts]
    return tuple(added for added in found if added is not None)


def in_base_unit(document: Document, figure: Figure | None) -> Decimal | None:
    """The figure, money in 元; a wording of 'none' counts 0."""
    if figure is None:
        return NOTHING
    return figure.value * _factor(document, figure) if figure.value is not None else None


def _factor(document: Document, figure: Figure) -> Decimal:
    return document.profile.notation.money.get(figure.unit, Decimal(1))


def amount(document: Document, added: Cells) -> Decimal | None:
    """What cells come to, each as it should be, money in 元; None where that cannot be told.

    A blank cell counts 0 beside others that are filled in, as forms are often filled.
    """
    values = [told(document, key) for _, key in added]
    if all(value is None for value in values):
        return None
    if any(value is None and not _is_blank(document, key) for value, (_, key) in zip(values, added, strict=True)):
        return None
    return sum((sign * (value or NOTHING) for value, (sign, _) in zip(values, added, strict=True)), NOTHING)


def told(document: Document, key: CellKey) -> Decimal | None:
    """A cell's figure as it should be, money in 元; None where it holds none or is not there."""
    arithmetic = document.arithmetic
    bound = arithmetic.cells.get(key)
    if bound is None:
        return None
    if key in arithmetic.missing_totals:
        return arithmetic.missing_totals[key]
    value = arithmetic.corrected(key) if bound.value.kind is ValueKind.NUMBER else None
    if value is None or bound.type != "money":
        return value
    unit = bound.value.unit or bound.unit
    money = document.profile.notation.money
    return value * money[unit] if unit in money else None


def _is_blank(document: Document, key: CellKey) -> bool:
    bound = document.arithmetic.cells.get(key)
    return bound is not None and bound.value.kind in (ValueKind.BLANK, ValueKind.NOT_APPLICABLE)


def _would_mend(document: Document, stated: Decimal, amount: Amount) -> bool:
    """Whether the text's figure, put into the table, would mend a broken identity that no cell explains."""
    keys = {key for _, key in amount.cells}
    change = stated - amount.value
    for verdict in document.arithmetic.unexplained:
        left, right = verdict.identity.relation.left, verdict.identity.relation.right
        if change == -verdict.difference and any(key in keys for _, key in left.terms):
            return True
        if change == verdict.difference and any(key in keys for _, key in right.terms):
            return True
    return False


def _finding(document: Document, hit: Hit, amounts: list[Amount]) -> Finding:
    offset = hit.passage.paragraph.span.start
    figure, money = hit.figure, bool(hit.figure and hit.figure.unit in document.profile.notation.money)
    if figure is not None:
        span = Span(offset + figure.start, offset + figure.end)
    else:
        text = hit.passage.paragraph.text[hit.clause.start : hit.clause.end]
        start = offset + hit.clause.start + len(text) - len(text.lstrip())
        span = Span(start, start + len(text.strip()))
    shown: dict[Decimal, str] = {}
    for accepted in amounts:
        shown.setdefault(accepted.value, _shown(document, accepted))
    if hit.claim.compare == "<=":
        amounts = [max(amounts, key=lambda amount: amount.value)]
    unit = document.profile.notation.currency if money else ""
    return Finding(
        span=span,
        facts={
            "what": hit.claim.what,
            "found": figure.text if figure else "",
            "unit": figure.unit if figure else "",
            "expected": Text(" 或 ".join(shown.values()), " or ".join(shown.values())),
            "most": plain(amounts[0].value),
            "base": unit,
        },
        variant="none" if figure is None else "at-most" if hit.claim.compare == "<=" else "",
        place=Place(hit.passage.section.heading.title) if hit.passage.section else None,
        found=figure.text if figure else hit.clause.mask,
        expected=plain(amounts[0].value / _factor(document, figure) if figure else amounts[0].value),
        related=tuple(_related(document, amounts)),
        fix=_fix(document, span, figure, amounts),
    )


def _fix(document: Document, span: Span, figure: Figure | None, amounts: list[Amount]) -> Fix | None:
    """The table's figure in the text, to be looked at: which of the two is right the report does not say."""
    if figure is None or document.source.text[span.start : span.end] != figure.text:
        return None
    expected = {plain(amount.value / _factor(document, figure)) for amount in amounts}
    return replacement(span, expected.pop(), "display") if len(expected) == 1 else None


def _shown(document: Document, amount: Amount) -> str:
    """9, or 2 + 7 = 9; addends that are 0 are left out."""
    addends = [(sign, told(document, key) or NOTHING) for sign, key in amount.cells]
    addends = [(sign, value) for sign, value in addends if value]
    if len(addends) < 2:
        return plain(amount.value)
    text = "".join(f" {'+' if sign > 0 else '−'} {plain(value)}" for sign, value in addends)
    return f"{text.removeprefix(' + ').removeprefix(' ')} = {plain(amount.value)}"


def _related(document: Document, amounts: list[Amount]) -> Iterator[Related]:
    """The cells that the figure was held against; of a sum only those that are not 0, if any."""
    keys = list(dict.fromkeys(key for amount in amounts for _, key in amount.cells))
    counted = [key for key in keys if document.arithmetic.figures.get(key)] or keys[:1]
    for key in counted[:MOST_RELATED]:
        bound = document.arithmetic.cells[key]
        row, column = bound.place
        label = " ".join((*row[-1:], *column[-1:]))
        blank = Text(f"表中“{label}”空白", f"“{label}” is blank in the table")
        text = Text(f"表中“{label}”为 {bound.cell.text}", f"“{label}” is {bound.cell.text} in the table")
        yield Related(bound.cell.span, text if bound.cell.text else blank)


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    named.in_sections(profiles, ("skip-sections",), options.skip_sections)
    for claim in options.claims:
        named.in_cells(profiles, ("claims",), claim.cells)


def fixes(options: Options) -> tuple[Safety, ...]:
    return ("display",)


KIND = RuleKind("figure-claims", Options, check, undecided, fits, fixes=fixes)
