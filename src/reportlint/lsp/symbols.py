"""The outline of a report: its sections, tables and rows; what can be folded; what is linked."""

from collections.abc import Iterator, Sequence

from lsprotocol import types

from reportlint.diagnostic import Language, Span
from reportlint.figures import ValueKind, figure
from reportlint.lsp.page import Page
from reportlint.lsp.settings import Settings
from reportlint.lsp.understood import Understood
from reportlint.report import Item, Paragraph, Row, Subsection, Table

LONGEST = 60
MOST_LINKS = 500


def symbols(understood: Understood, language: Language) -> list[types.DocumentSymbol]:
    """The title, and the sections with all that is in them; nothing of what is no text of the editor's."""
    report, page = understood.report, understood.page
    if report is None or not understood.placed:
        return []
    found: list[types.DocumentSymbol] = []
    title = understood.document.title if understood.document else None
    if title is not None:
        found.append(_symbol(page, title.text, types.SymbolKind.File, title.span, title.span))
    found.extend(_items(page, report.front, language))
    for section in report.sections:
        heading = section.heading
        whole = Span(heading.span.start, max(heading.span.end, section.end))
        below = list(_items(page, section.items, language))
        name = f"{heading.mark}{heading.title}"
        found.append(_symbol(page, name, types.SymbolKind.Module, whole, heading.span, children=below))
    return found


def _items(page: Page, items: Sequence[Item], language: Language) -> Iterator[types.DocumentSymbol]:
    for item in items:
        if isinstance(item, Subsection):
            heading = item.heading
            whole = Span(heading.span.start, max(heading.span.end, _end(item)))
            below = list(_items(page, item.items, language))
            name = f"{heading.mark}{heading.title}"
            yield _symbol(page, name, types.SymbolKind.Namespace, whole, heading.span, children=below)
        elif isinstance(item, Table):
            rows = [_row(page, row, number) for number, row in enumerate(item.rows, start=1)]
            name = f"表{item.number}" if language == "zh" else f"table {item.number}"
            yield _symbol(page, name, types.SymbolKind.Struct, item.span, item.rows[0].span, children=rows)


def _end(item: Item) -> int:
    if isinstance(item, Subsection):
        return max((item.heading.span.end, *(_end(each) for each in item.items)))
    return item.span.end


def _row(page: Page, row: Row, number: int) -> types.DocumentSymbol:
    words = [cell.text for cell in row.cells if figure(cell.text).kind is ValueKind.WORDS]
    figures = [cell.text or "·" for cell in row.cells if figure(cell.text).kind is not ValueKind.WORDS]
    name = " ".join(words) or f"#{number}"
    return _symbol(page, name, types.SymbolKind.Field, row.span, row.span, detail=" ".join(figures))


def _symbol(
    page: Page,
    name: str,
    kind: types.SymbolKind,
    whole: Span,
    own: Span,
    *,
    detail: str = "",
    children: list[types.DocumentSymbol] | None = None,
) -> types.DocumentSymbol:
    flat = " ".join(name.split())
    short = flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1]}…"
    return types.DocumentSymbol(
        short or "—", kind, page.range(whole), page.range(own), detail=detail or None, children=children
    )


def flat(symbols: Sequence[types.DocumentSymbol], uri: str, above: str | None = None) -> list[types.SymbolInformation]:
    """The same for a client that knows no tree."""
    found: list[types.SymbolInformation] = []
    for symbol in symbols:
        where = types.Location(uri, symbol.range)
        found.append(types.SymbolInformation(location=where, name=symbol.name, kind=symbol.kind, container_name=above))
        found.extend(flat(symbol.children or (), uri, symbol.name))
    return found


def folds(understood: Understood) -> list[types.FoldingRange]:
    """Sections, subsections and tables that take more than a line."""
    report, page = understood.report, understood.page
    if report is None or not understood.placed:
        return []
    spans = list(_folded(report.front))
    for section in report.sections:
        spans.append(Span(section.heading.span.start, section.end))
        spans.extend(_folded(section.items))
    found = [(page.number(span.start), page.number(max(span.start, span.end - 1))) for span in spans]
    return [types.FoldingRange(first, last) for first, last in dict.fromkeys(found) if last > first]


def _folded(items: Sequence[Item]) -> Iterator[Span]:
    for item in items:
        if isinstance(item, Paragraph):
            continue
        yield Span(item.heading.span.start if isinstance(item, Subsection) else item.span.start, _end(item))
        if isinstance(item, Subsection):
            yield from _folded(item.items)


def links(understood: Understood, settings: Settings) -> list[types.DocumentLink]:
    """Every mention of a norm that the settings know an address of."""
    if not settings.links or not understood.placed or understood.reading is None:
        return []
    found: list[types.DocumentLink] = []
    text = understood.reading.source.text
    for norm, address in settings.links.items():
        place = text.find(norm)
        while place >= 0 and len(found) < MOST_LINKS:
            span = Span(place, place + len(norm))
            found.append(types.DocumentLink(understood.page.range(span), address, tooltip=norm))
            place = text.find(norm, span.end)
    return found
