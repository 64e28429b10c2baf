"""Percentages that their figures do not give: 11 of 21 said to be 55.38 %."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from typing import Any, NamedTuple

from reportlint.diagnostic import Finding, Place, Related, Safety, Span, Text
from reportlint.document import Document
from reportlint.figures import plain
from reportlint.kinds import named
from reportlint.kinds.figure_claims import amount
from reportlint.mending import replacement
from reportlint.profile import Profile
from reportlint.prose import Clause, Figure, Passage, Words, cells, clauses, expression, group
from reportlint.rule import Pattern, RuleKind

PERCENT = "%"
HUNDRED, HUNDREDTH = Decimal(100), Decimal("0.01")
MOST_PLACES = 4  # a share with more decimals comes out of a calculator, not out of two counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A way to say what part of a whole something is.

    pattern: Runs on the mask of a clause, in which # is an exact figure. The group `percent` marks the percentage;
        `whole` marks the whole where the clause names it; `part` marks the part where it stands in the same clause,
        otherwise it is the figure that the clause before ends with.
    wholes: Cells, or sums of cells, that the words mean. Without these and without the group `whole`, the whole is
        the figure that the list divides.
    """

    pattern: Pattern
    wholes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for text in self.wholes:
            expression(text)
        if "percent" not in self.pattern.groups:
            raise ValueError("the pattern of a share needs the group (?P<percent>#)")


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """What percentages are held against.

    words: How figures are written. opens: What begins the list that divides a whole: 其中.
    unless: What in the clause of the part or of the percentage means that the two do not belong together.
    parts: Cells, or sums of cells, that a part may have been taken from: where one of them gives the percentage,
        it is the part in the text that is wrong, which is reported there.
    """

    words: Words
    shares: tuple[Share, ...]
    opens: tuple[str, ...] = ()
    unless: Pattern | None = None
    parts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for text in self.parts:
            expression(text)


class Ratio(NamedTuple):
    """A percentage with its part and its whole.

    whole: None where the tables alone have it. named: Whether the percentage's own words name the whole.
    """

    percent: Figure
    part: Figure
    whole: Figure | None
    named: bool
    share: Share


def check(document: Document, options: Options) -> Iterator[Finding]:
    for passage in document.passages:
        text = passage.paragraph.text
        if PERCENT not in text and "％" not in text:
            continue
        cut = clauses(text, options.words)
        for place, clause in enumerate(cut):
            if any(figure.unit == PERCENT and figure.value is not None for figure in clause.figures):
                for ratio in _ratios(cut, place, options):
                    yield from _judged(document, passage, cut, ratio, options)


# Finding percentages.


def _ratios(cut: tuple[Clause, ...], place: int, options: Options) -> Iterator[Ratio]:
    clause = cut[place]
    seen: set[Figure] = set()
    for share in options.shares:
        for match in share.pattern.finditer(clause.mask):
            percent = _marked(share, match, clause, "percent")
            part = _marked(share, match, clause, "part") or _part_before(cut, place, match)
            if percent is None or part is None or percent in seen or percent.unit != PERCENT:
                continue
            seen.add(percent)
            if options.unless and any(options.unless.search(text) for text in _said(cut, place, part)):
                continue
            whole = _marked(share, match, clause, "whole")
            named = whole is not None
            if whole is None and not share.wholes:
                whole = _divided(cut, place, part, options)
                if whole is None:
                    continue
            if whole is not None and whole.unit != part.unit:
                continue
            yield Ratio(percent, part, whole, named, share)


def _marked(share: Share, match: Any, clause: Clause, name: str) -> Figure | None:
    start = group(share.pattern, match, name)
    return clause.marked(start) if start >= 0 else None


def _part_before(cut: tuple[Clause, ...], place: int, match: Any) -> Figure | None:
    """The figure that the clause before ends with, if the percentage's words begin their clause: 11件，占…"""
    before = cut[place - 1] if place else None
    if match.start() or before is None or before.sentence != cut[place].sentence or not before.figures:
        return None
    figure = before.figures[-1]
    exact = figure.value is not None and figure.unit not in ("", PERCENT)
    return figure if exact and figure.stop >= before.end and before.depth <= cut[place].depth else None


def _said(cut: tuple[Clause, ...], place: int, part: Figure) -> tuple[str, ...]:
    own = cut[place]
    return (own.mask,) if part in own.figures else (own.mask, cut[place - 1].mask)


def _divided(cut: tuple[Clause, ...], place: int, part: Figure, options: Options) -> Figure | None:
    """The figure before the word that opens the list which the part belongs to."""
    for opener in range(place, -1, -1):
        clause = cut[opener]
        if clause.sentence != cut[place].sentence:
            return None
        if clause.mask.startswith(options.opens):
            break
    else:
        return None
    depth = cut[opener].depth
    for clause in reversed(cut[:opener]):
        if cut[opener].sentence - clause.sentence > 1:
            return None
        figures = [figure for figure in clause.figures if figure.unit == part.unit]
        if clause.depth <= depth and figures:
            return figures[-1] if figures[-1].value is not None else None
    return None


# Judging them.


def _judged(
    document: Document, passage: Passage, cut: tuple[Clause, ...], ratio: Ratio, options: Options
) -> Iterator[Finding]:
    percent, part = ratio.percent.value, ratio.part.value
    if percent is None or part is None or len(ratio.percent.text.partition(".")[2]) > MOST_PLACES:
        return
    stated = list(_amounts(document, ratio.share.wholes))
    whole = ratio.whole.value if ratio.whole is not None else stated[0] if stated else None
    parts = [*_running(cut, ratio), *_amounts(document, options.parts)]
    wholes = [*stated, *(() if ratio.named else _figures_before(cut, ratio))]
    if whole is not None:
        # Where the list does not add up, that is reported; the percentage may go with the figure that was meant.
        others = _others(cut, ratio)
        parts.append(whole - others)
        wholes += [whole, others + part]
    wholes = [value for value in wholes if value > 0]
    if not whole or any(_gives(one, other, ratio.percent) for one in parts for other in wholes):
        return
    expected = _rounded(part, whole, ratio.percent)
    offset = passage.paragraph.span.start
    related = [(ratio.part, Text("这一部分", "the part"))]
    if ratio.whole is not None:
        related.append((ratio.whole, Text("总数", "the whole")))
    yield Finding(
        span=Span(offset + ratio.percent.start, offset + ratio.percent.stop),
        facts={
            "found": ratio.percent.text,
            "part": plain(part),
            "whole": plain(whole),
            "unit": ratio.part.unit,
            "expected": expected,
        },
        place=Place(passage.section.heading.title) if passage.section else None,
        found=f"{ratio.percent.text}%",
        expected=f"{expected}%",
        fix=replacement(Span(offset + ratio.percent.start, offset + ratio.percent.stop), expected, "display"),
        related=tuple(
            Related(Span(offset + figure.start, offset + figure.end), message) for figure, message in related
        ),
    )


def _figures_before(cut: tuple[Clause, ...], ratio: Ratio) -> Iterator[Decimal]:
    """Other figures before the percentage, of which it may be one."""
    for clause in cut:
        for figure in clause.figures:
            before = figure.start < ratio.percent.start and figure != ratio.part
            if before and figure.unit == ratio.part.unit and figure.value is not None:
                yield figure.value


def _others(cut: tuple[Clause, ...], ratio: Ratio) -> Decimal:
    """What the other parts of the list come to."""
    sentence = next(clause.sentence for clause in cut if ratio.percent in clause.figures)
    after = ratio.whole.start if ratio.whole is not None else -1
    return sum(
        (
            figure.value
            for clause in cut
            if clause.sentence == sentence
            for figure in clause.figures
            if figure.value is not None and figure.unit == ratio.part.unit and figure.start > after
            if figure != ratio.part
        ),
        Decimal(0),
    )


def _running(cut: tuple[Clause, ...], ratio: Ratio) -> Iterator[Decimal]:
    """The part, and the sums of it with those named before it: 图解10篇、视频5篇，占75%."""
    figures = [
        figure
        for clause in cut
        for figure in clause.figures
        if figure.unit == ratio.part.unit and figure.value is not None and figure.start <= ratio.part.start
    ]
    yield from accumulate(figure.value for figure in reversed(figures) if figure.value is not None)


def _amounts(document: Document, texts: tuple[str, ...]) -> Iterator[Decimal]:
    """What cells come to, as far as that can be told."""
    templates = {key: bound.template for key, bound in document.binding.tables.items()}
    for text in texts:
        added = cells(expression(text), templates)
        value = amount(document, added) if added is not None else None
        if value is not None:
            yield value


def _unit_of(percent: Figure) -> Decimal:
    """One unit of the last place that the percentage has."""
    assert percent.value is not None
    exponent = percent.value.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def _gives(part: Decimal, whole: Decimal, percent: Figure) -> bool:
    """Whether the percentage is the share, rounded either way at its last place, or off by a hundredth."""
    assert percent.value is not None
    difference = abs(HUNDRED * part / whole - percent.value)
    return difference < _unit_of(percent) or difference <= HUNDREDTH


def _rounded(part: Decimal, whole: Decimal, percent: Figure) -> str:
    return plain((HUNDRED * part / whole).quantize(_unit_of(percent), ROUND_HALF_UP))


def fits(options: Options, profiles: Sequence[Profile]) -> None:
    named.in_cells(profiles, ("parts",), options.parts)
    for share in options.shares:
        named.in_cells(profiles, ("shares",), share.wholes)


def fixes(options: Options) -> tuple[Safety, ...]:
    return ("display",)


KIND = RuleKind("percentages", Options, check, None, fits, fixes=fixes)
