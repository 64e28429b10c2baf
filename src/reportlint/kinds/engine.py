"""Rules that the engine itself speaks under: a file that cannot be read, no report, a rule that crashed.

They have no check of their own; the YAML gives them their words, their severity and their documentation.
"""

from collections.abc import Iterator

from reportlint.diagnostic import Finding
from reportlint.document import Document
from reportlint.records import dataclass
from reportlint.rule import RuleKind


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """Nothing to choose."""


def check(document: Document, options: Options) -> Iterator[Finding]:
    return iter(())


KIND = RuleKind("engine", Options, check)
