"""Lays one sequence against another in order: lines of a table against rows of a template, cells against labels."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

Pair = tuple[int, int]


def in_order(candidates: Sequence[tuple[int, ...]]) -> list[Pair]:
    """Each item with the first of its candidates behind that of the item above: right for what stands in order."""
    pairs: list[Pair] = []
    last = -1
    for item, places in enumerate(candidates):
        for place in places:
            if place > last:
                pairs.append((item, place))
                last = place
                break
    return pairs


def aligned(items: int, places: int, scores: Mapping[Pair, float]) -> list[Pair]:
    """The pairs, in order on both sides, whose scores add up to the most. Time: items × places."""
    best = [[0.0] * (places + 1) for _ in range(items + 1)]
    for i in range(items - 1, -1, -1):
        for j in range(places - 1, -1, -1):
            score = scores.get((i, j), 0.0)
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + score if score else 0.0)
    pairs: list[Pair] = []
    i = j = 0
    while i < items and j < places:
        score = scores.get((i, j), 0.0)
        if score and best[i][j] == best[i + 1][j + 1] + score:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def gaps(pairs: Iterable[Pair], items: int, places: int) -> Iterator[tuple[range, range]]:
    """What is left over on both sides between neighbouring pairs."""
    for (before_i, before_j), (after_i, after_j) in pairwise([(-1, -1), *pairs, (items, places)]):
        yield range(before_i + 1, after_i), range(before_j + 1, after_j)


def runs(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Neighbouring numbers together."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run
