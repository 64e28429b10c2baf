"""What is told of the thing below the pointer: a number and its sums, or a diagnostic and its source."""

from collections.abc import Iterator

from lsprotocol import types

from reportlint.bound import BoundCell
from reportlint.diagnostic import Language, Span
from reportlint.document import Document
from reportlint.engine import Library
from reportlint.lsp.figures import called, cell_at, sentence, sources, verdicts
from reportlint.lsp.understood import Understood

MOST_IDENTITIES = 12
_MARKUP = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>()#+-!|~&"})


def hover(
    understood: Understood, library: Library, offset: int, language: Language, *, markdown: bool = True
) -> types.Hover | None:
    """What there is to tell about this code point; None where that is nothing."""
    if not understood.placed:
        return None
    parts: list[str] = []
    span: Span | None = None
    document = understood.document
    cell = cell_at(document, offset) if document else None
    if document and cell:
        span = cell.cell.span
        parts.append("\n".join(_number(document, library, cell, language, markdown)))
    for found in understood.checked.diagnostics:
        if found.span.start <= offset <= found.span.end and found.source is not None:
            span = span or found.span
            source = _line(f"{found.code} {found.rule}: {found.source.to(language)}", markdown)
            if not any(source in part for part in parts):
                parts.append(source)
            if found.fix is not None and found.fix.safety == "display":
                parts.append(_line(found.fix.title.to(language), markdown))
    if not parts:
        return None
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    value = ("\n\n---\n\n" if markdown else "\n\n").join(parts)
    return types.Hover(types.MarkupContent(kind, value), understood.page.range(span) if span else None)


def _number(document: Document, library: Library, cell: BoundCell, language: Language, markdown: bool) -> Iterator[str]:
    title = _line(called(cell), markdown)
    yield f"**{title}**" if markdown else title
    section = document.profile.section(document.table(cell.key.table).template.section)
    yield ("\n" if markdown else "") + _line(f"{section.title}: {cell.cell.text or _blank(language)}", markdown)
    known = list(verdicts(document, cell.key))
    if known:
        yield ""
    for verdict in known[:MOST_IDENTITIES]:
        yield f"- {_line(sentence(document, verdict, language), markdown)}"
    if len(known) > MOST_IDENTITIES:
        yield f"- … {len(known) - MOST_IDENTITIES}"
    yield ""
    named = {verdict.identity.name for verdict in known}
    for source in sources(document, library, named, language) or [document.profile.source.to(language)]:
        yield f"- {_line(source, markdown)}" if markdown else source


def _blank(language: Language) -> str:
    return "空" if language == "zh" else "blank"


def _line(text: str, markdown: bool) -> str:
    """Reports are not trusted: what they quote is text, never markup."""
    flat = " ".join(text.split())
    return flat.translate(_MARKUP) if markdown else flat
