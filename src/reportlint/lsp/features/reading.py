"""What is shown of a document: diagnostics, hover, hints, outline, links, other figures."""

from lsprotocol import types

from reportlint.lsp.checking import Result
from reportlint.lsp.feature import Feature
from reportlint.lsp.figures import cell_at, operands
from reportlint.lsp.hints import hints
from reportlint.lsp.hover import entry, hover
from reportlint.lsp.server import Server
from reportlint.lsp.symbols import flat, folds, links, symbols


async def pull(
    ls: Server, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    if params.text_document.uri not in ls.documents:
        return types.RelatedFullDocumentDiagnosticReport([])
    result = await ls.newest(params.text_document.uri)
    name = str(result.number)
    if params.previous_result_id == name:
        return types.RelatedUnchangedDocumentDiagnosticReport(name)
    return types.RelatedFullDocumentDiagnosticReport(result.diagnostics, result_id=name)


async def hovered(ls: Server, params: types.HoverParams) -> types.Hover | None:
    result = await ls.same(params.text_document.uri)
    if result.library is None:
        return None
    asked = ls.client_capabilities.text_document and ls.client_capabilities.text_document.hover
    markdown = not asked or not asked.content_format or asked.content_format[0] == types.MarkupKind.Markdown
    offset = result.page.offset(params.position)
    if result.kind is not None:
        from reportlint.lsp.words import hover as hover_of_own  # where reports alone are written, nobody needs this

        path = ls.documents[params.text_document.uri].path
        found = entry(result, offset, markdown=markdown) if result.met else None
        return found or hover_of_own(result.kind, path, result.page, params.position, result.library, result.language)
    if result.understood is None:
        return None
    return hover(result.understood, result.library, offset, result.language, markdown=markdown)


async def inlay_hints(ls: Server, params: types.InlayHintParams) -> list[types.InlayHint]:
    result = await ls.newest(params.text_document.uri)
    if result.understood is None:
        return []
    return hints(result.understood, result.page.span(params.range), ls.settings, result.language)


async def document_symbols(
    ls: Server, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
    result = await ls.newest(params.text_document.uri)
    if result.understood is None:
        return []
    found = symbols(result.understood, result.language)
    asked = ls.client_capabilities.text_document and ls.client_capabilities.text_document.document_symbol
    return found if asked and asked.hierarchical_document_symbol_support else flat(found, params.text_document.uri)


async def folding(ls: Server, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    result = await ls.newest(params.text_document.uri)
    return folds(result.understood) if result.understood else []


async def document_links(ls: Server, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    result = await ls.newest(params.text_document.uri)
    return links(result.understood, ls.settings) if result.understood else []


async def definition(ls: Server, params: types.DefinitionParams) -> list[types.Location]:
    """From a number to the other cells of its sums."""
    result = await ls.same(params.text_document.uri)
    return [types.Location(params.text_document.uri, range_) for range_ in _others(result, params.position)]


async def highlight(ls: Server, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
    result = await ls.same(params.text_document.uri)
    kind = types.DocumentHighlightKind.Read
    return [types.DocumentHighlight(range_, kind) for range_ in _others(result, params.position)]


def _others(result: Result, position: types.Position) -> list[types.Range]:
    understood = result.understood
    if understood is None or understood.document is None or not understood.placed:
        return []
    cell = cell_at(understood.document, result.page.offset(position))
    if cell is None:
        return []
    return [result.page.range(other.cell.span) for other in operands(understood.document, cell.key)]


FEATURES = (
    Feature(types.TEXT_DOCUMENT_HOVER, hovered),
    Feature(types.TEXT_DOCUMENT_INLAY_HINT, inlay_hints),
    Feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, document_symbols),
    Feature(types.TEXT_DOCUMENT_FOLDING_RANGE, folding),
    Feature(types.TEXT_DOCUMENT_DOCUMENT_LINK, document_links),
    Feature(types.TEXT_DOCUMENT_DEFINITION, definition),
    Feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, highlight),
)
