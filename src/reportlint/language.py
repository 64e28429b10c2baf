"""Lark parsers from grammar files.

Building a parser takes Lark some twenty milliseconds, which every start of a hook would pay. So the tables of the
built-in grammars come with the package, made by `scripts/compile-grammars`; they are used where the grammar's text and
Lark's version are the ones they were made from, and the parser is built anew where not.
"""

import hashlib
from pathlib import Path
from typing import Any

import lark
from lark import Lark
from lark.grammar import Rule
from lark.lexer import Lexer, TerminalDef

OWN_LEXER = "own lexer"


def parser(path: Path, start: str, lexer: type[Lexer] | None = None) -> Lark:
    """The LALR parser of a grammar file.

    lexer: Instead of Lark's own.

    Raises:
        OSError: The file cannot be read.
        lark.exceptions.LarkError: It is no grammar.
    """
    text = path.read_text(encoding="utf-8")
    from reportlint.parse_tables import TABLES

    table = TABLES.get(fingerprint(text, start))
    if table is None:
        return built(text, start, lexer)
    loaded: Lark = Lark._load_from_dict(*_with_lexer(table, OWN_LEXER, lexer))  # type: ignore[no-untyped-call]
    return loaded


def built(text: str, start: str, lexer: type[Lexer] | None) -> Lark:
    """The parser made from the grammar's text."""
    return Lark(text, start=start, parser="lalr", lexer=lexer or "contextual")


def table(text: str, start: str, lexer: type[Lexer] | None) -> dict[str, Any]:
    """What `parser` needs of a parser that was built: plain values only."""
    data, memo = built(text, start, lexer).memo_serialize([TerminalDef, Rule])
    data, memo = _with_lexer({"data": data, "memo": memo}, lexer, OWN_LEXER)
    return {"data": data, "memo": memo}


def fingerprint(text: str, start: str) -> str:
    """Changes with the grammar, with where it starts, and with Lark, whose tables are its own affair."""
    return hashlib.sha256(f"{lark.__version__}\n{start}\n{text}".encode()).hexdigest()


def _with_lexer(table: dict[str, Any], old: Any, new: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parts of a table with one lexer in place of another."""
    data = dict(table["data"])
    options, parser = dict(data["options"]), dict(data["parser"])
    lexer_conf = dict(parser["lexer_conf"])
    if old is not None and options["lexer"] == old:
        options["lexer"] = new
        lexer_conf["lexer_type"] = new
    data["options"], data["parser"] = options, {**parser, "lexer_conf": lexer_conf}
    return data, table["memo"]
