"""What `reportlint show` prints: the parse tree, and the document with its tables bound to their templates."""

import json
from collections.abc import Iterator
from typing import Any

from reportlint.document import Document
from reportlint.grammar import BlockToken, Parsed
from reportlint.report import Paragraph
from reportlint.source import Source

LONGEST = 60


def as_tree(parsed: Parsed, source: Source) -> Iterator[str]:
    """One line for each rule and each token of the parse, indented, with the place where it begins."""
    yield from _branch(parsed.tree, source, 0)


def _branch(node: Any, source: Source, depth: int) -> Iterator[str]:
    from reportlint.display import escape

    indent = "  " * depth
    if not isinstance(node, BlockToken):
        yield f"{indent}{node.data}\n"
        for child in node.children:
            yield from _branch(child, source, depth + 1)
        return

    def line(depth: int, name: str, start: int, text: str) -> str:
        number, column = source.position(start)
        shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        return f"{'  ' * depth}{name} {number}:{column} {escape(shown)}".rstrip() + "\n"

    block = node.block
    if isinstance(block, Paragraph):
        yield line(depth, node.type, block.span.start, source.text[block.span.start : block.span.end])
        return
    yield line(depth, node.type, block.span.start, "")
    for row in block.rows:
        yield line(depth + 1, "ROW", row.span.start, " | ".join(cell.text for cell in row.cells))


def as_json(document: Document) -> str:
    """The document as rules see it: its form, sections, tables with the labels of every cell, and verdicts."""
    source = document.source

    def position(offset: int) -> dict[str, int]:
        line, column = source.position(offset)
        return {"line": line, "column": column}

    sections = [
        {
            "key": key,
            "number": section.heading.number,
            "title": section.heading.title,
            "start": position(section.heading.span.start),
        }
        for key, section in document.outline.sections.items()
    ]
    tables = {
        key: [
            {
                "row": list(cell.place[0]),
                "column": list(cell.place[1]),
                "key": f"{cell.key.row}[{cell.key.column}]",
                "text": cell.cell.text,
                "number": None if cell.value.number is None else str(cell.value.number),
                "unit": cell.value.unit or None,
                "start": position(cell.cell.span.start),
            }
            for cell in table.cells.values()
        ]
        for key, table in document.binding.tables.items()
    }
    verdicts = [
        {
            "identity": verdict.identity.name,
            "table": verdict.identity.table or None,
            "along": verdict.identity.along or None,
            "outcome": verdict.outcome.value,
            "left": None if verdict.left is None else str(verdict.left),
            "right": None if verdict.right is None else str(verdict.right),
        }
        for verdict in document.arithmetic.verdicts
    ]
    value = {
        "schema": 1,
        "path": document.source.path.as_posix(),
        "profile": document.profile.id,
        "year": document.year,
        "agency": document.agency,
        "body": document.body,
        "title": document.title.text if document.title else None,
        "sections": sections,
        "tables": tables,
        "identities": verdicts,
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
