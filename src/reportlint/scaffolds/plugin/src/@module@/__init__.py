"""A way of checking of its own, and a rule that uses it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlint.hookspecs import Document, Finding, Pack, RuleKind

REPORTLINT_API = 1


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a rule of this kind may say under `options`.

    longest: The most code points that a paragraph may have.
    """

    longest: int = 600


def check(document: Document, options: Options) -> Iterator[Finding]:
    """Each paragraph that is too long. The facts fill the placeholders of the rule's message."""
    for paragraph in document.paragraphs():
        if len(paragraph.text) > options.longest:
            facts = {"length": str(len(paragraph.text)), "longest": str(options.longest)}
            yield Finding(span=paragraph.span, facts=facts, found=paragraph.text)


def reportlint_kinds() -> Iterable[RuleKind[Any]]:
    return [RuleKind("@name@", Options, check)]


def reportlint_packs() -> Iterable[Pack]:
    return [Pack("@name@", Path(__file__).parent / "rules")]
