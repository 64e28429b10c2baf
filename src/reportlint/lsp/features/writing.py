"""What helps to write settings, waivers, rules and profiles."""

from lsprotocol import types

from reportlint.lsp.feature import Feature
from reportlint.lsp.server import Server


async def completed(ls: Server, params: types.CompletionParams) -> list[types.CompletionItem]:
    from reportlint.lsp.words import completion  # where reports alone are written, nobody needs this

    document = ls.documents.get(params.text_document.uri)
    if document is None or not document.asked().is_own:
        return []
    result = await ls.same(document.uri)
    if result.kind is None or result.library is None:
        return []
    return completion(result.kind, document.path, result.page, params.position, result.library, result.language)


FEATURES = (
    Feature(
        types.TEXT_DOCUMENT_COMPLETION,
        completed,
        types.CompletionOptions(trigger_characters=[":", " ", "[", '"', "="]),
    ),
)
