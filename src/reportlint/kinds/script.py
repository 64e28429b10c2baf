"""Characters of another script than the form is written in, such as traditional ones."""

from collections.abc import Iterator

from reportlint.diagnostic import Finding, Span
from reportlint.document import Document
from reportlint.records import dataclass
from reportlint.rule import RuleKind

MANY = 5  # characters that a message names


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """When it is worth saying. least: The fewest characters of the other script; names may have one or two."""

    least: int = 1


def check(document: Document, options: Options) -> Iterator[Finding]:
    script = document.profile.notation.script
    found = list(script.found(document.source.text)) if script else []
    if not found or len(found) < options.least:
        return
    first = found[0]
    pairs = list(dict.fromkeys((each.written, each.standard) for each in found))
    named = [f"{written}（{standard}）" for written, standard in pairs[:MANY]]
    yield Finding(
        span=Span(first.offset, first.offset + 1),
        facts={"found": first.written, "expected": first.standard, "count": str(len(found)), "which": "、".join(named)},
        found=first.written,
        expected=first.standard,
    )


KIND = RuleKind("script", Options, check)
