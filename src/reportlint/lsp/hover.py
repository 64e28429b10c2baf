"""What is told of the thing below the pointer: a number and its sums, or a diagnostic and its source."""

import re
from collections.abc import Iterator

from lsprotocol import types

from reportlint.bound import BoundCell
from reportlint.diagnostic import Language, Span, Waived
from reportlint.document import Document
from reportlint.engine import Library
from reportlint.lsp.checking import Result
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
            if found.waived is not None:
                parts.append(_line(f"{found.message.to(language)} — {waived(found.waived, language)}", markdown))
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


_KNOWN = re.compile(r"^[\s-]*fingerprint:\s*[\"']?([0-9a-f]{32})")


def entry(result: Result, offset: int, *, markdown: bool = True) -> types.Hover | None:
    """What a waiver is about: the diagnostic as it is now, where the pointer is on its fingerprint."""
    page, language = result.page, result.language
    number = page.number(offset)
    match = _KNOWN.match(page.line(number))
    if match is None or offset - page.starts[number] < match.start(1) or result.met is None:
        return None
    start = page.starts[number] + match.start(1)
    if match[1] in result.met:
        checked, found = result.met[match[1]]
        line, column = checked.source.position(found.span.start) if checked.source else (1, 1)
        whose = " · ".join(str(part) for part in (checked.agency, checked.year) if part is not None)
        parts = [
            f"{checked.path.name}:{line}:{column}: {found.severity.word} {found.code} {found.rule}",
            found.message.to(language),
            *([whose] if whose else []),
            *([waived(found.waived, language)] if found.waived else []),
        ]
    elif language == "zh":
        parts = ["所指的报告里现在没有这个问题，或者没有检查那份报告"]
    else:
        parts = ["the report that it names has no such diagnostic now, or was not checked"]
    text = ("\n\n" if markdown else "\n").join(_line(part, markdown) for part in parts)
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, text), page.range(Span(start, start + len(match[1]))))


def waived(waiver: Waived, language: Language) -> str:
    """That a diagnostic is waived, by whom and why."""
    until = str(waiver.until) if waiver.until else ""
    if language == "zh":
        words = "已豁免" if waiver.kind == "accepted" else "已豁免，仍待改正"
        return f"{words}（{waiver.author}{f'，至 {until}' if until else ''}）：{waiver.reason}"
    words = "waived" if waiver.kind == "accepted" else "waived, still to be mended"
    return f"{words} by {waiver.author}{f' until {until}' if until else ''}: {waiver.reason}"


def _blank(language: Language) -> str:
    return "空" if language == "zh" else "blank"


def _line(text: str, markdown: bool) -> str:
    """Reports are not trusted: what they quote is text, never markup."""
    flat = " ".join(text.split())
    return flat.translate(_MARKUP) if markdown else flat
