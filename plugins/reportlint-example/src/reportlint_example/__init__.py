"""The plugin to copy. Each hook below can be left out; a plugin provides what it has."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reportlint.hookspecs import Fixer, Format, Pack, Reader, RuleKind
from reportlint_example import checklist, repeated_paragraph, separated_values

# The version of the contract this was written for: reportlint refuses a plugin for another one.
REPORTLINT_API = 1


def reportlint_kinds() -> Iterable[RuleKind[Any]]:
    return [repeated_paragraph.KIND]


def reportlint_readers() -> Iterable[Reader]:
    return [Reader("separated-values", (".csv",), separated_values.read)]


def reportlint_formats() -> Iterable[Format]:
    return [Format("checklist", checklist.render)]


def reportlint_fixers() -> Iterable[Fixer]:
    return [Fixer("drop-repeated-paragraph", "repeated-paragraph", repeated_paragraph.dropped)]


def reportlint_packs() -> Iterable[Pack]:
    return [Pack("example", Path(__file__).parent / "rules")]
