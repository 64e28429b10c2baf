"""The built-in rule kinds, listed by hand. The module of a kind is imported when the kind is first asked for: a check
needs those of its rules, and start-up is watched."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reportlint.rule import RuleKind

_MODULES: Mapping[str, str] = {
    "cell-values": "cell_values",
    "cells": "cells",
    "citations": "citations",
    "consistency": "consistency",
    "cover-letter": "cover_letter",
    "date-missing": "date_missing",
    "deadline": "deadline",
    "empty-tables": "empty_tables",
    "engine": "engine",
    "figure-claims": "figure_claims",
    "formula": "formula",
    "headings": "headings",
    "identity": "identity",
    "listed-sum": "listed_sum",
    "missing-totals": "totals",
    "money-unit": "money_unit",
    "percentages": "percentages",
    "perfunctory": "perfunctory",
    "period": "period",
    "required-words": "required_words",
    "script": "script",
    "sections": "sections",
    "substitution": "substitution",
    "tables": "tables",
    "text-pattern": "text_pattern",
    "title-form": "title_form",
    "years": "years",
    "zero-cells": "zero_cells",
}


class BuiltInKinds(Mapping[str, "RuleKind[Any]"]):
    """The built-in kinds by name."""

    def __getitem__(self, name: str) -> "RuleKind[Any]":
        kind: RuleKind[Any] = import_module(f"reportlint.kinds.{_MODULES[name]}").KIND
        return kind

    def __contains__(self, name: object) -> bool:
        return name in _MODULES

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


BY_NAME = BuiltInKinds()
