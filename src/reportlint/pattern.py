"""Patterns that stand in YAML. They run on RE2, in linear time, over folded text (`wording.fold`)."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import re2

from reportlint.named_classes import expanded

_GROUP = re.compile(r"\(\?P<(\w+)>")


@cache
def _compiled(text: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(text, options)


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
