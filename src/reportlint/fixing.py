"""Which fixes are made, and what becomes of the text: nothing is kept that does not prove itself in another check.

A fix is made whole or not at all. It is kept if the report can be read as before, its own diagnostic is gone, and no
other of its severity or a higher one has come. Since every fix that is kept takes a diagnostic away and only lesser
ones may come for it, this ends; and since the last round has tried all that is left, a second run changes nothing.
"""

import bisect
import itertools
import re
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reportlint.diagnostic import Checked, Diagnostic, Edit, Fix, Safety, Span, Text
from reportlint.source import LINE_END

MOST_ROUNDS = 20
MOST_CHECKS = 400
MOST_TEXT = 20_000_000  # code points that are checked in all
LEAST_CHECKS = 8

# What a text would be reported for; where it cannot be written to the file at all, why.
Check = Callable[[str], Checked | Text]

STAYS = Text("改了以后，问题仍会存在", "the diagnostic would still be there")
BREAKS = Text("改了以后，报告不能照原样读出", "the report could not be read as before")
ODD = Text("修改的位置重叠或超出报告", "its edits overlap or lie outside the report")
TOO_MUCH = Text("需要试的修改太多", "there is too much to try")


class Left(NamedTuple):
    """A fix that was tried and not kept, and why."""

    diagnostic: Diagnostic
    why: Text


class Fixed(NamedTuple):
    """What fixing came to.

    text: With what was kept. checked: What is reported of it. kept: What is mended, in the order in which it was done.
    left: What could not be mended although it has a fix of the kinds that were asked for.
    """

    text: str
    checked: Checked
    kept: tuple[Diagnostic, ...] = ()
    left: tuple[Left, ...] = ()


def fixed(checked: Checked, check: Check, safeties: Collection[Safety]) -> Fixed:
    """The report with every fix of these kinds that proves itself.

    checked: What is reported of the text as it stands. A waived diagnostic is left alone.
    """
    if checked.source is None:
        return Fixed("", checked)
    session = _Session(check, checked.source.text, checked)
    for _ in range(MOST_ROUNDS):
        if not session.round(safeties):
            break
    return Fixed(session.text, session.checked, tuple(session.kept), tuple(session.left))


def applicable(checked: Checked, safeties: Collection[Safety]) -> list[Diagnostic]:
    """The diagnostics that have a fix of these kinds, in reading order; one that is only to be looked at never is."""
    wanted = frozenset(safeties) - {"display"}
    found = [
        (each.fix.edits[0].span, number, each)
        for number, each in enumerate(checked.standing)
        if each.fix is not None and each.fix.edits and each.fix.safety in wanted
    ]
    return [each for _, _, each in sorted(found, key=lambda item: item[:2])]


def apart(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Those whose fixes touch none of the ones before them."""
    taken: list[Span] = []
    chosen: list[Diagnostic] = []
    for each in diagnostics:
        spans = [edit.span for edit in each.fix.edits] if each.fix else []
        if not any(_touches(taken, span) for span in spans):
            for span in spans:
                bisect.insort(taken, span)
            chosen.append(each)
    return chosen


def _touches(taken: Sequence[Span], span: Span) -> bool:
    """taken: In order, none overlapping another."""
    place = bisect.bisect_left(taken, span)
    return any(_clash(span, other) for other in taken[max(place - 1, 0) : place + 2])


def _clash(one: Span, other: Span) -> bool:
    # Two texts that are put in at one place have no order, so they clash as well.
    return (one.start < other.end and other.start < one.end) or one.start == other.start


def edits_of(diagnostics: Iterable[Diagnostic]) -> tuple[Edit, ...]:
    """The edits of all their fixes, in reading order."""
    return tuple(sorted(edit for each in diagnostics if each.fix for edit in each.fix.edits))


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with these edits, which are in order. Lines that are put in end as those around them do."""
    pieces: list[str] = []
    end = 0
    for edit in edits:
        pieces += (text[end : edit.span.start], with_line_ends(text, edit))
        end = edit.span.end
    return "".join((*pieces, text[end:]))


def with_line_ends(text: str, edit: Edit) -> str:
    """What an edit puts in, its lines ending as those around it do."""
    if "\n" not in edit.text:
        return edit.text
    near = LINE_END.search(text, edit.span.end) or LINE_END.search(text)
    return re.sub("\r\n|\n", near.group() if near else "\n", edit.text)


def changes(before: str, after: str) -> tuple[Edit, ...]:
    """Edits that make one text of the other, line by line, and within the lines no more than has to be."""
    if before == after:
        return ()
    from difflib import SequenceMatcher  # only an editor asks for it

    old, new = lines_of(before), lines_of(after)
    starts = list(itertools.accumulate(map(len, old), initial=0))
    found = []
    for kind, first, last, begin, end in SequenceMatcher(None, old, new).get_opcodes():
        if kind != "equal":
            found.append(_trimmed("".join(old[first:last]), "".join(new[begin:end]), starts[first]))
    return tuple(found)


def _trimmed(old: str, new: str, start: int) -> Edit:
    """The edit without what both begin and end with."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return Edit(Span(start + head, start + len(old) - tail), new[head : len(new) - tail])


def lines_of(text: str) -> list[str]:
    """The lines with their ends."""
    ends = [0, *(match.end() for match in LINE_END.finditer(text)), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(ends) if start < end]


def is_in_order(fix: Fix, length: int) -> bool:
    """Whether its edits lie in a text of that length, one behind the other."""
    spans = [edit.span for edit in fix.edits]
    if any(not 0 <= span.start <= span.end <= length for span in spans):
        return False
    return all(one.end <= other.start and one != other for one, other in itertools.pairwise(spans))


class _Trial(NamedTuple):
    """A text that was tried. why: What speaks against it; None where nothing does."""

    text: str
    checked: Checked | None
    why: Text | None


@dataclass(slots=True)
class _Session:
    """One report while it is mended."""

    check: Check
    text: str
    checked: Checked
    kept: list[Diagnostic] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    checks: int = 0

    def round(self, safeties: Collection[Safety]) -> bool:
        """Makes what can be made at once. Returns whether anything was."""
        candidates = applicable(self.checked, safeties)
        odd = [each for each in candidates if not (each.fix and is_in_order(each.fix, len(self.text)))]
        self.left = [Left(each, ODD) for each in odd]
        chosen = apart(each for each in candidates if each not in odd)
        best: list[Diagnostic] = []
        result = _Trial(self.text, self.checked, None)
        # Halves are set apart until what does not prove itself stands alone.
        groups = [chosen] if chosen else []
        while groups:
            group = groups.pop()
            trial = self._tried([*best, *group])
            if trial.why is None:
                best, result = [*best, *group], trial
            elif len(group) == 1 or trial.why is TOO_MUCH:
                self.left.extend(Left(each, trial.why) for each in group)
            else:
                middle = len(group) // 2
                groups += (group[middle:], group[:middle])
        if not best or result.checked is None:
            return False
        self.text, self.checked = result.text, result.checked
        self.kept.extend(best)
        return True

    def _tried(self, diagnostics: Sequence[Diagnostic]) -> _Trial:
        if self.checks >= max(LEAST_CHECKS, min(MOST_CHECKS, MOST_TEXT // max(len(self.text), 1))):
            return _Trial(self.text, None, TOO_MUCH)
        self.checks += 1
        edits = edits_of(diagnostics)
        text = applied(self.text, edits)
        after = self.check(text)
        if isinstance(after, Text):
            return _Trial(text, None, after)
        return _Trial(text, after, self._objection(diagnostics, edits, text, after))

    def _objection(
        self, diagnostics: Sequence[Diagnostic], edits: tuple[Edit, ...], text: str, after: Checked
    ) -> Text | None:
        before = self.checked
        if after.source is None or after.source.text != text or after.profile != before.profile:
            return BREAKS
        if before.complete and not after.complete:
            return BREAKS
        gone, new = difference(before.standing, after.standing, _Moved(self.text, edits))
        if any(each not in gone for each in diagnostics):
            return STAYS
        least = min(each.severity for each in diagnostics)
        worst = max(new, key=lambda each: each.severity, default=None)
        if worst is not None and worst.severity >= least:
            return _brings(worst)
        return None


def _brings(diagnostic: Diagnostic) -> Text:
    name, message = f"{diagnostic.code} {diagnostic.rule}", diagnostic.message
    return Text(f"改了以后，会出现 {name}：{message.zh}", f"it would bring {name}: {message.en}")


# Which diagnostics are the same before and after.


class _Moved:
    """Where places of a text are after some edits of it."""

    def __init__(self, text: str, edits: Sequence[Edit]) -> None:
        self._stretches = [(edit.span, len(with_line_ends(text, edit))) for edit in edits]
        self._starts = [span.start for span, _ in self._stretches]
        grown = (length - (span.end - span.start) for span, length in self._stretches)
        self._shifts = list(itertools.accumulate(grown, initial=0))

    def place(self, offset: int) -> Span:
        """Where what began at an offset begins now: one place, or any within what took its place."""
        number = bisect.bisect_right(self._starts, offset)
        if number:
            (start, end), length = self._stretches[number - 1]
            first = start + self._shifts[number - 1]
            if offset < end:
                return Span(first, first + max(length - 1, 0))
            if start == end == offset:
                return Span(first, first + length)
        return Span(offset + self._shifts[number], offset + self._shifts[number])


def difference(
    before: Iterable[Diagnostic], after: Iterable[Diagnostic], moved: _Moved
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """What is gone, and what is new. A diagnostic is the same where its rule reports the same text at the same place,
    says the same of the same cell, or reports anything at that place. What was named under another of its rule before
    is not new either."""
    gone: list[Diagnostic] = []
    new: list[Diagnostic] = []
    old, rest = _by_rule(before), _by_rule(after)
    for rule in dict.fromkeys((*old, *rest)):
        left, come = _unmatched(old.get(rule, []), rest.get(rule, []), moved)
        gone.extend(left)
        if come:
            named = [moved.place(other.span.start) for each in old.get(rule, ()) for other in each.related]
            points = {place.start for place in named if place.start == place.end}
            wide = [place for place in named if place.start < place.end]
            new.extend(
                each
                for each in come
                if each.span.start not in points and not any(one <= each.span.start <= two for one, two in wide)
            )
    return gone, new


def _by_rule(diagnostics: Iterable[Diagnostic]) -> dict[str, list[Diagnostic]]:
    found: dict[str, list[Diagnostic]] = {}
    for each in diagnostics:
        found.setdefault(each.rule, []).append(each)
    return found


def _unmatched(
    old: list[Diagnostic], rest: list[Diagnostic], moved: _Moved
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Those of one rule that have no twin: before, and after."""
    places = [moved.place(each.span.start) for each in old]
    anywhere = Span(0, sys.maxsize)
    for key, is_placed in ((_found, True), (_words, False), (_anything, True)):
        shelves: dict[object, list[Diagnostic]] = {}
        for each in sorted(rest, key=lambda each: each.span):
            shelves.setdefault(key(each), []).append(each)
        open_ = {name: _Open(shelf) for name, shelf in shelves.items()}
        kept = [
            number
            for number, each in enumerate(old)
            if (shelf := open_.get(key(each))) is None or not shelf.take(places[number] if is_placed else anywhere)
        ]
        old, places = [old[number] for number in kept], [places[number] for number in kept]
        rest = [each for shelf in open_.values() for each in shelf.left()]
        if not old or not rest:
            break
    return old, rest


def _found(diagnostic: Diagnostic) -> object:
    return diagnostic.found


def _words(diagnostic: Diagnostic) -> object:
    # What tells neither text nor cell may stand anywhere.
    named = diagnostic.found is not None or diagnostic.place is not None
    return (diagnostic.found, diagnostic.place, diagnostic.message) if named else diagnostic.span


def _anything(diagnostic: Diagnostic) -> object:
    return None


class _Open:
    """Diagnostics in order of their places, each of which is taken once."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self._all = diagnostics
        self._starts = [each.span.start for each in diagnostics]
        self._taken: set[int] = set()

    def take(self, place: Span) -> bool:
        """Takes the first one that begins there; whether there was one."""
        number = bisect.bisect_left(self._starts, place.start)
        while number < len(self._starts) and self._starts[number] <= place.end:
            if number not in self._taken:
                self._taken.add(number)
                return True
            number += 1
        return False

    def left(self) -> list[Diagnostic]:
        return [each for number, each in enumerate(self._all) if number not in self._taken]
