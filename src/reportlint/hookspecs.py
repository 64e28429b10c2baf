"""The whole contract between reportlint and its plugins.

A plugin is a module. Each of its functions that is named like one below is a hook: it is called once, when plugins
are loaded, and returns what the plugin provides. A function named `reportlint_…` that is none of them is an error.
The module says for which version of this contract it was written: `REPORTLINT_API = 1`.

Everything that a plugin may use is listed in `__all__`; anything else may change without notice.
"""

from collections.abc import Iterable
from typing import Any

import pluggy

from reportlint.bound import BoundCell, BoundTable
from reportlint.diagnostic import (
    Checked,
    Diagnostic,
    Edit,
    Finding,
    Fix,
    Place,
    Related,
    Safety,
    Severity,
    Span,
    Text,
)
from reportlint.document import Document
from reportlint.errors import PartMissing, ReadError, WriteError
from reportlint.extension import API, Fixer, Format, FormatOptions, Pack, Reader, Reading
from reportlint.figures import Value, ValueKind
from reportlint.identities import CellKey, Outcome
from reportlint.mending import removal, replacement, several
from reportlint.report import Block, Cell, Paragraph, Row, Section, Table, TableEnd
from reportlint.rule import Pattern, RuleKind
from reportlint.source import Source, decode, encode

__all__ = [
    "API",
    "Block",
    "BoundCell",
    "BoundTable",
    "Cell",
    "CellKey",
    "Checked",
    "Diagnostic",
    "Document",
    "Edit",
    "Finding",
    "Fix",
    "Fixer",
    "Format",
    "FormatOptions",
    "Outcome",
    "Pack",
    "Paragraph",
    "PartMissing",
    "Pattern",
    "Place",
    "ReadError",
    "Reader",
    "Reading",
    "Related",
    "Row",
    "RuleKind",
    "Safety",
    "Section",
    "Severity",
    "Source",
    "Span",
    "Table",
    "TableEnd",
    "Text",
    "Value",
    "ValueKind",
    "WriteError",
    "decode",
    "encode",
    "removal",
    "replacement",
    "several",
]

_hook = pluggy.HookspecMarker("reportlint")


@_hook
def reportlint_kinds() -> Iterable[RuleKind[Any]]:  # type: ignore[empty-body]
    """Ways of checking, which rules in YAML then use under `kind`."""


@_hook
def reportlint_readers() -> Iterable[Reader]:  # type: ignore[empty-body]
    """Readers of further file formats. The ending of a file chooses; two readers of one ending are an error."""


@_hook
def reportlint_formats() -> Iterable[Format]:  # type: ignore[empty-body]
    """Ways to print diagnostics, for `--format`."""


@_hook
def reportlint_fixers() -> Iterable[Fixer]:  # type: ignore[empty-body]
    """Ways to mend what the rules of a kind report, where the kind itself gives no fix."""


@_hook
def reportlint_packs() -> Iterable[Pack]:  # type: ignore[empty-body]
    """Folders of rules, profiles and grammars. A package of nothing but these needs no Python: see `pack.yaml`."""
