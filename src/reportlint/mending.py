"""How a kind says what would mend a finding: so that every fix reads alike, and rule authors need two words for it."""

from collections import Counter
from collections.abc import Iterable, Iterator

from reportlint.diagnostic import Edit, Fix, Safety, Span, Text
from reportlint.wording import words

LONGEST_SHOWN = 40
_BARS = "|｜"
MOST_SHARE = 4  # at most a fourth of the form's letters may be missing or wrong in what counts as the form's words


def replacement(span: Span, text: str, safety: Safety = "unsafe") -> Fix:
    """What stands at `span` gives way to `text`."""
    shown = _shown(text)
    return Fix(safety, Text(f"改为“{shown}”", f"write “{shown}”"), (Edit(span, text),))


def removal(span: Span, found: str, safety: Safety = "unsafe") -> Fix:
    """What stands at `span` is taken out. found: What it is called in the title."""
    shown = _shown(found.strip())
    title = Text(f"删去“{shown}”", f"take out “{shown}”") if shown else Text("删去空白", "take out the white space")
    return Fix(safety, title, (Edit(span, ""),))


def filling(text: str, span: Span, value: str) -> Edit:
    """A value written into a cell. text: Of the report, for the blanks of an empty cell between bars."""
    start, end = span
    if start < end or text[start - 1 : start] not in _BARS or not start:
        return Edit(span, value)
    while text[end : end + 1] in (" ", "\u3000"):
        end += 1
    behind = text[end : end + 1]
    return Edit(Span(start, end), f" {value} " if behind and behind in _BARS else f" {value}")


def several(spans: Iterable[Span], text: str, title: Text, safety: Safety = "unsafe") -> Fix:
    """`text` is written at each of these places, which do not overlap."""
    return Fix(safety, title, tuple(Edit(span, text) for span in sorted(spans)))


def restoration(
    span: Span, found: str, form: str, others: frozenset[str], particles: frozenset[str] = frozenset()
) -> Fix:
    """What stands at `span` gives way to the form's words: safe where it can only be these words with a slip in them.

    others: Every label or title of the form, this one among them. particles: Letters without a meaning of their own.
    """
    return replacement(span, form, "safe" if is_slip(found, form, others, particles) else "unsafe")


def is_slip(found: str, form: str, others: frozenset[str], particles: frozenset[str] = frozenset()) -> bool:
    """Whether `found` is `form` with lost, doubled or mistyped letters, or letters in another order, and nothing that
    somebody may have meant.

    A letter too many may be meant where the form's own words use it (无, 不, 上); one that they never use is a slip,
    and so is a particle (的). A numeral that differs may always be meant. So may words as near to another label.
    """
    mine, theirs = words(found), words(form)
    if mine == theirs:
        return True
    if _numerals(mine) != _numerals(theirs):
        return False
    different = [words(other) for other in others if words(other) != theirs]
    if sorted(mine) == sorted(theirs):
        return all(sorted(mine) != sorted(other) for other in different)
    limit = max(1, len(theirs) // MOST_SHARE)
    if _least(mine, theirs) > limit or (changed := _distance(mine, theirs)) > limit:
        return False
    if any(_least(mine, other) <= changed and _distance(mine, other) <= changed for other in different):
        return False
    used = frozenset("".join((theirs, *different))) - particles
    return not any(letter in used for letter in _added(mine, theirs))


def _numerals(text: str) -> str:
    return "".join(letter for letter in text if letter.isnumeric())


def _steps(mine: str, theirs: str) -> list[tuple[str, int, int, int, int]]:
    from difflib import SequenceMatcher  # only what departs from the form needs it

    steps = SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
    return [step for step in steps if step[0] != "equal"]


def _distance(mine: str, theirs: str) -> int:
    """How many letters have to change."""
    return sum(max(end - start, last - first) for _, start, end, first, last in _steps(mine, theirs))


def _least(mine: str, theirs: str) -> int:
    """A bound of the distance from below, found quickly."""
    shared = (Counter(mine) & Counter(theirs)).total()
    return max(len(mine), len(theirs)) - shared


def _added(mine: str, theirs: str) -> Iterator[str]:
    """The letters too many, but for those that only double one beside them."""
    for _, start, end, _, _ in _steps(mine, theirs):
        beside = mine[max(start - 1, 0) : start] + mine[end : end + 1]
        yield from (letter for letter in mine[start:end] if letter not in beside)


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
