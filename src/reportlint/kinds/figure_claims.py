"""Figures in the text that contradict the tables: 新收 8 件 where the table has 9."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import re2

from reportlint.binding import BoundCell
from reportlint.diagnostic import Finding, Place, Related, Span, Text
from reportlint.document import Document
from reportlint.errors import PartMissing
from reportlint.figures import UNITS, ValueKind, plain
from reportlint.identities import CellKey
from reportlint.prose import (
    EXACT,
    INEXACT,
    Cells,
    Clause,
    Figure,
    Passage,
    Words,
    cells,
    clauses,
    expression,
    group,
    passages,
    total,
)
from reportlint.rule import Pattern, RuleKind

MOST_RELATED = 6
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the text may say of a cell. At least one of `pattern` and `none` is needed.

    what: What is counted, for the message.
    pattern: Runs on the mask of a clause, in which # is an exact figure; the group `count` marks the one meant.
    none: Runs on the mask of a clause without figures, which says that there is nothing.
    cells: Cells, or sums of cells; the figure has to equal one of them. Those that the form lacks do not count.
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
        if self.pattern is not None and "count" not in self.pattern.compiled.groupindex:
            raise ValueError("the pattern of a claim needs the group (?P<count>#)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The claims, and what keeps a figure from being one about the whole body and the whole year.

    words: How figures are written. negations: Words of which every wording for 'none' has one.
    unless: By name, what in the clause of a figure means another year, another body, or only a part.
    other_topics: What turns to another matter, so that what follows is not about the claim's.
    year, month: The units of a date. A clause after a year other than the report's, or after a month other than
        the first and the last, is not about the whole year.
    skip_sections: Keys of sections that are not read.
    """

    claims: tuple[Claim, ...]
    words: Words
    negations: tuple[str, ...] = ()
    unless: Mapping[str, Pattern] = field(default_factory=dict)
    other_topics: Pattern | None = None
    year: str = ""
    month: str = ""
    skip_sections: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for claim in self.claims:
            for name in claim.despite:
                if name not in self.unless:
                    raise ValueError(f"'{name}' is not among the names of 'unless'")


class Hit(NamedTuple):
    """A claim found in the text. start: Where in the mask its words begin. figure: None for a wording of 'none'."""

    passage: Passage
    clauses: tuple[Clause, ...]
    place: int
    claim: Claim
    start: int
    figure: Figure | None

    @property
    def clause(self) -> Clause:
        return self.clauses[self.place]


def check(document: Document, options: Options) -> Iterator[Finding]:
    skipped = {id(document.outline.sections.get(key)) for key in options.skip_sections}
    letter = document.letter.end if document.letter else 0
    for passage in passages(document.report):
        if passage.paragraph.span.start < letter or (passage.section and id(passage.section) in skipped):
            continue
        found = [hit for hit in _hits(passage, options) if _counts(hit, options, document.year)]
        if found:
            yield from _findings(document, found)


def undecided(document: Document, options: Options) -> bool:
    """Whether a table is missing that some claim is about."""
    named = {term.table for claim in options.claims for text in claim.cells for term in expression(text)}
    return any(key not in document.binding.tables for key in named)


# Claims in the text.


def _hits(passage: Passage, options: Options) -> Iterator[Hit]:
    text = passage.paragraph.text
    cut = clauses(text, options.words)
    counting, denying = _sets(options.claims)
    denied = any(word in text for word in options.negations)
    for place, clause in enumerate(cut):
        if clause.figures:
            for index in sorted(counting.Match(clause.mask)) if EXACT in clause.mask else ():
                claim = options.claims[index]
                assert claim.pattern is not None
                for match in claim.pattern.finditer(clause.mask):
                    figure = clause.marked(group(claim.pattern, match, "count"))
                    yield Hit(passage, cut, place, claim, match.start(), figure)
        elif denied and any(word in clause.mask for word in options.negations):
            for index in sorted(denying.Match(clause.mask)):
                yield Hit(passage, cut, place, options.claims[index], 0, None)


@lru_cache(maxsize=16)
def _sets(claims: tuple[Claim, ...]) -> tuple[Any, Any]:
    """All patterns at once, for figures and for 'none': which claims a mask has, by their numbers."""
    return (
        _set([claim.pattern for claim in claims]),
        _set([claim.none for claim in claims]),
    )


def _set(patterns: Iterable[Pattern | None]) -> Any:
    options = re2.Options()
    options.log_errors = False
    together = re2.Set.SearchSet(options)
    for pattern in patterns:
        together.Add(pattern.text if pattern is not None else NEVER)
    together.Compile()
    return together


NEVER = r"[^\x00-\x{10FFFF}]"


def _counts(hit: Hit, options: Options, year: int | None) -> bool:
    """Whether the clause is about the whole body and the whole year, and about the claim's matter."""
    unless = [pattern for name, pattern in options.unless.items() if name not in hit.claim.despite]
    said = _with_lead(hit.clauses, hit.place)
    if any(pattern.search(said) for pattern in unless) or not _whole_year(hit, options, year):
        return False
    return hit.claim.about is None or _is_about(hit, hit.claim.about, options.other_topics, unless)


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
    named: Decimal | None = Decimal(year) if year is not None else None
    for clause in reversed(hit.clauses[: hit.place + 1]):
        if clause.sentence != hit.clause.sentence:
            break
        for figure in reversed(clause.figures):
            if figure.start >= limit:
                continue
            if options.month and figure.unit == options.month and figure.value not in (1, 12):
                return False
            if options.year and figure.unit == options.year and (figure.value is None or figure.value > 1900):
                if figure.value != named:
                    return False
    return True


def _is_about(hit: Hit, about: Pattern, others: Pattern | None, unless: list[Pattern]) -> bool:
    """Whether the nearest topic before the figure is the claim's, and is not itself limited to a part."""
    mask = hit.clause.mask
    own = mask[: _end_of_words(hit)]
    for place in range(hit.place, -1, -1):
        clause = hit.clauses[place]
        text = own if place == hit.place else clause.mask
        mine, other = _last(about, text), _last(others, text) if others else -1
        if mine >= 0 or other >= 0:
            limited = place != hit.place and any(pattern.search(clause.mask) for pattern in unless)
            return mine > other and not limited
    heading = "。".join(hit.passage.heading)
    return _last(about, heading) > (_last(others, heading) if others else -1)


def _end_of_words(hit: Hit) -> int:
    """Where in the mask the figure stands; its end where there is none."""
    if hit.figure is None:
        return len(hit.clause.mask)
    marks = [place for place, character in enumerate(hit.clause.mask) if character in (EXACT, INEXACT)]
    return marks[hit.clause.figures.index(hit.figure)]


def _last(pattern: Pattern, text: str) -> int:
    """Where the last match ends; −1 where there is none."""
    return max((match.end() for match in pattern.finditer(text)), default=-1)


# Claims against the tables.


class Amount(NamedTuple):
    """What a cell, or a sum of cells, comes to. value: In 元 where the cell holds money in a known unit."""

    value: Decimal
    cells: Cells


def _findings(document: Document, hits: list[Hit]) -> Iterator[Finding]:
    """At most one for each figure, and for each claim in a sentence; a claim that holds there settles it."""
    judged = [(hit, *_judge(document, hit)) for hit in hits]
    settled = {(hit.clause.sentence, hit.claim.what) for hit, holds, _ in judged if holds and hit.figure}
    figures = {hit.figure for hit, holds, _ in judged if holds is not False and hit.figure}
    told: set[object] = set()
    for hit, holds, amounts in sorted(judged, key=lambda item: (item[0].place, item[0].start)):
        sentence = hit.clause.sentence, hit.claim.what
        spot = hit.figure or hit.place
        if holds is not False or hit.figure in figures or {sentence, spot} & told or sentence in settled:
            continue
        told |= {sentence, spot}
        yield _finding(document, hit, amounts)


def _judge(document: Document, hit: Hit) -> tuple[bool | None, list[Amount]]:
    """Whether the claim holds; None where a cell cannot be told."""
    amounts = []
    for added in _accepted(document, hit.claim):
        value = total(added, lambda key: told(document, key))
        if value is None:
            return None, []
        amounts.append(Amount(value, added))
    if not amounts:
        return None, []
    stated = in_base_unit(hit.figure)
    if stated is None:
        return None, []
    if hit.claim.compare == "<=":
        return any(stated <= amount.value for amount in amounts), amounts
    if any(stated == amount.value for amount in amounts):
        return True, amounts
    raw = document.arithmetic.figures
    # A wrong cell is reported at the table; a text that repeats it is not wrong once more.
    as_it_stands = [total(amount.cells, raw.get) for amount in amounts]
    doubtful = any(key in uncertain(document) for amount in amounts for _, key in amount.cells)
    return (True if stated in as_it_stands else None if doubtful else False), amounts


def _accepted(document: Document, claim: Claim) -> Iterator[Cells]:
    templates = {key: bound.template for key, bound in document.binding.tables.items()}
    for text in claim.cells:
        added = cells(expression(text), templates)
        if added is not None:
            yield added


def in_base_unit(figure: Figure | None) -> Decimal | None:
    """The figure, money in 元; a wording of 'none' counts 0."""
    if figure is None:
        return NOTHING
    return figure.value * UNITS.get(figure.unit, Decimal(1)) if figure.value is not None else None


def told(document: Document, key: CellKey) -> Decimal | None:
    """A cell's figure as it should be, money in 元; None where it is blank, holds words or is not there."""
    bound = document.arithmetic.cells.get(key)
    if bound is None:
        return None
    arithmetic = document.arithmetic
    if key in arithmetic.missing_totals:
        return arithmetic.missing_totals[key]
    if bound.value.kind is not ValueKind.NUMBER and not _has_figures(document, bound):
        return None
    value = arithmetic.corrected(key)
    if value is None or bound.type != "money":
        return value
    unit = bound.value.unit or bound.unit
    return value * UNITS[unit] if unit in UNITS else None


def _has_figures(document: Document, blank: BoundCell) -> bool:
    """Whether other cells of the row hold figures: then a blank one was left so because it is 0."""
    cells = document.binding.tables[blank.key.table].cells
    return any(
        cell.value.number is not None for key, cell in cells.items() if key.row == blank.key.row and key != blank.key
    )


def uncertain(document: Document) -> frozenset[CellKey]:
    """Cells that may be wrong: those of broken identities that nothing explains."""
    if not document.arithmetic.unexplained:
        return frozenset()
    return frozenset(key for verdict in document.arithmetic.unexplained for key in verdict.identity.cells)


def _finding(document: Document, hit: Hit, amounts: list[Amount]) -> Finding:
    offset = hit.passage.paragraph.span.start
    figure, money = hit.figure, bool(hit.figure and hit.figure.unit in UNITS)
    if figure is not None:
        span = Span(offset + figure.start, offset + figure.end)
    else:
        text = hit.passage.paragraph.text[hit.clause.start : hit.clause.end]
        start = offset + hit.clause.start + len(text) - len(text.lstrip())
        span = Span(start, start + len(text.strip()))
    shown = list(dict.fromkeys(_shown(document, amount) for amount in amounts))
    if hit.claim.compare == "<=":
        amounts = [max(amounts, key=lambda amount: amount.value)]
    unit = Text("元", "yuan") if money else ""
    return Finding(
        span=span,
        facts={
            "what": hit.claim.what,
            "found": figure.text if figure else "",
            "unit": figure.unit if figure else "",
            "expected": Text(" 或 ".join(shown), " or ".join(shown)),
            "most": plain(amounts[0].value),
            "base": unit,
        },
        variant="none" if figure is None else "at-most" if hit.claim.compare == "<=" else "",
        place=Place(hit.passage.section.heading.title) if hit.passage.section else None,
        found=figure.text if figure else hit.clause.mask,
        expected=plain(amounts[0].value / UNITS.get(figure.unit, Decimal(1)) if figure else amounts[0].value),
        related=tuple(_related(document, amounts)),
    )


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
        text = bound.cell.text or "空白"
        yield Related(bound.cell.span, Text(f"表中“{label}”为 {text}", f"the table has {text} at “{label}”"))


KIND = RuleKind("figure-claims", Options, check, undecided)
