"""Patterns that stand in YAML. They run on RE2, in linear time, over folded text (`wording.fold`)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import re2

from reportlint.named_classes import expanded

_GROUP = re.compile(r"\(\?P<(\w+)>")


@cache
def _compiled(text: str) -> Any:
    return re2.compile(text, _quiet())


@cache
def _numbers(text: str) -> Mapping[str, int]:
    return _compiled(text).groupindex  # type: ignore[no-any-return]


def _quiet() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


class Pattern(NamedTuple):
    """A pattern that a rule or a profile gives.

    Groups are named as in `(?P<count>\\d+)`. Offsets count code points, as spans do.

    text: For RE2. written: As it stands in the rule, where it has named classes; empty where it has none.
    """

    text: str
    written: str = ""

    @classmethod
    def of(cls, written: str) -> "Pattern":
        """The pattern with its named classes written out (`named_classes.expanded`).

        Raises:
            Misnamed: One of them cannot be used.
        """
        text = expanded(written)
        return cls(text, "" if text == written else written)

    @property
    def compiled(self) -> Any:
        """The pattern for RE2; made when it is first needed, since most patterns never are in one run."""
        return _compiled(self.text)

    @property
    def refusal(self) -> str:
        """Why RE2 does not take it; empty where it does."""
        try:
            _ = self.compiled
        except re2.error as error:
            why = error.args[0]
            return why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why)
        return ""

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number of each group, by which matches know it: RE2 looks names up anew at every match."""
        return _numbers(self.text)

    @property
    def groups(self) -> frozenset[str]:
        """Names of its groups."""
        return frozenset(_GROUP.findall(self.text))

    def search(self, text: str) -> Any:
        """The first match, as `re.Match` has it, or None."""
        return self.compiled.search(text)

    def fullmatch(self, text: str) -> Any:
        """The match of the whole text, or None."""
        return self.compiled.fullmatch(text)

    def finditer(self, text: str) -> Iterable[Any]:
        return self.compiled.finditer(text)  # type: ignore[no-any-return]

    def whole(self, text: str) -> Iterator[Any]:
        """The matches that cut no number in two: 2023年 is not found in 12023年."""
        for match in self.finditer(text):
            start, end = match.span()
            cut = text[start : start + 1].isdigit() and text[start - 1 : start].isdigit()
            if not cut and not (text[end - 1 : end].isdigit() and text[end : end + 1].isdigit()):
                yield match


NEVER = Pattern(r"\z.")  # found nowhere

MOST_MEMORY = 16 * 1024 * 1024  # bytes that an automaton for many patterns may grow to


class Patterns:
    """Many patterns tried at once, which costs little more than trying one."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.patterns = tuple(patterns)
        self.texts = frozenset(pattern.text for pattern in self.patterns)
        options = _quiet()
        options.max_mem = MOST_MEMORY
        self._together: Any = re2.Set.SearchSet(options)
        # The first is found in every text. Where RE2 runs out of memory it finds nothing, not even that.
        try:
            for pattern in ("", *(pattern.text for pattern in self.patterns)):
                self._together.Add(pattern)
            self._together.Compile()
        except re2.error:  # one is no pattern, or they are more than the memory holds: each is tried alone
            self._together = None

    def found(self, text: str) -> list[int]:
        """The places, from 0 and in order, of the patterns that are found in the text."""
        found = self._together and self._together.Match(text)
        if not found:
            return [place for place, pattern in enumerate(self.patterns) if pattern.search(text)]
        return sorted([place - 1 for place in found if place])


class Sightings:
    """What of many patterns is found in each text of one report: all are tried when the first is asked for."""

    __slots__ = ("_found", "_wanted")

    def __init__(self, wanted: Patterns) -> None:
        self._wanted = wanted
        self._found: dict[str, set[str]] = {}

    def has(self, text: str, pattern: Pattern) -> bool:
        found = self._found.get(text)
        if found is None:
            patterns = self._wanted.patterns
            found = self._found[text] = {patterns[place].text for place in self._wanted.found(text)}
        if pattern.text in found:
            return True
        return pattern.text not in self._wanted.texts and pattern.search(text) is not None
