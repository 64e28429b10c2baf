"""A rule kind: a paragraph that stands in the report twice, as happens where last year's text is pasted."""

from collections.abc import Iterator
from dataclasses import dataclass

from reportlint.hookspecs import Document, Edit, Finding, Fix, Related, RuleKind, Span, Text


@dataclass(frozen=True, kw_only=True)
class Options:
    """What counts as repeated.

    shortest: Paragraphs of fewer code points are not compared: 无 may well stand twice.
    """

    shortest: int = 20


def check(document: Document, options: Options) -> Iterator[Finding]:
    """At the second and every further place, with the first as related."""
    first: dict[str, Span] = {}
    for paragraph in document.paragraphs():
        words = "".join(paragraph.text.split())
        if len(words) < options.shortest:
            continue
        if words in first:
            line, _ = document.source.position(first[words].start)
            yield Finding(
                span=paragraph.span,
                facts={"line": str(line)},
                found=paragraph.text,
                related=(Related(first[words], Text("第一次出现在这里", "it stands here first")),),
            )
        else:
            first[words] = paragraph.span


def dropped(document: Document, finding: Finding) -> Fix:
    """A fixer: the second paragraph with its line end. Which of the two belongs there only the author knows."""
    end = finding.span.end
    while document.source.text[end : end + 1] in ("\r", "\n") and end < len(document.source.text):
        end += 1
        if document.source.text[end - 1] == "\n":
            break
    edit = Edit(Span(finding.span.start, end), "")
    return Fix("unsafe", Text("删去重复的段落", "delete the repeated paragraph"), (edit,))


KIND = RuleKind("repeated-paragraph", Options, check)
