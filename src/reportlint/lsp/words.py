"""What may be written next in a file of ours, and what a key or a value of it means."""

import re
from pathlib import Path

from lsprotocol import types

from reportlint.diagnostic import Language
from reportlint.engine import Library
from reportlint.lsp.cursor import Where, place, siblings, where
from reportlint.lsp.own import Kind
from reportlint.lsp.page import Page
from reportlint.lsp.schema import Slot, slot
from reportlint.settingsfile import TABLE

_OWN_KIND = re.compile(r"^kind:[ \t]+([\w-]+)", re.MULTILINE)


def completion(
    kind: Kind, path: Path, page: Page, position: types.Position, library: Library, language: Language
) -> list[types.CompletionItem]:
    """The keys or the values that may be written at a place."""
    number, column = place(page, position)
    toml = path.suffix == ".toml"
    here = where(page, number, column, toml=toml)
    may = _slot(kind, here, page, library, language, toml)
    range_ = page.range(here.word)
    values = [
        _item(name, words, types.CompletionItemKind.EnumMember, range_, _quoted(name, toml, page, here))
        for name, words in may.values.items()
    ]
    if here.value or (may.values and not may.keys):
        return values
    there = siblings(page, number, column, toml=toml)
    behind = " = " if toml else ": "
    return [
        _item(name, words, types.CompletionItemKind.Property, range_, name + behind)
        for name, words in may.keys.items()
        if name not in there
    ]


def _slot(kind: Kind, here: Where, page: Page, library: Library, language: Language, toml: bool) -> Slot:
    keys = here.keys
    if toml:
        if keys[: len(TABLE)] != TABLE:
            return Slot()
        keys = keys[len(TABLE) :]
    own = _OWN_KIND.search(page.text) if kind == "rule" else None
    return slot(kind, keys, library, language, own[1] if own else "")


def _quoted(name: str, toml: bool, page: Page, here: Where) -> str:
    """The value as the file writes it: TOML wants quotes around words."""
    before = page.text[here.word.start - 1 : here.word.start] if here.word.start else ""
    return f'"{name}"' if toml and name not in ("true", "false") and before not in "\"'" else name


def _item(
    name: str, words: str, kind: types.CompletionItemKind, range_: types.Range, text: str
) -> types.CompletionItem:
    return types.CompletionItem(name, kind=kind, documentation=words or None, text_edit=types.TextEdit(range_, text))


def hover(
    kind: Kind, path: Path, page: Page, position: types.Position, library: Library, language: Language
) -> types.Hover | None:
    """What the key or the value at a place means."""
    number, column = place(page, position)
    toml = path.suffix == ".toml"
    here = where(page, number, column, toml=toml)
    word = page.text[here.word.start : here.word.end]
    may = _slot(kind, here, page, library, language, toml)
    words = may.values.get(word) if here.value else may.keys.get(word.removeprefix("+")) or may.values.get(word)
    if not words:
        return None
    content = types.MarkupContent(types.MarkupKind.PlainText, f"{word}: {words}")
    return types.Hover(content, page.range(here.word))
