"""The built-in rule kinds."""

from collections.abc import Mapping
from typing import Any

from reportlint.kinds import cells, engine, identity, sections, tables, totals
from reportlint.rule import RuleKind

KINDS: Mapping[str, RuleKind[Any]] = {
    module.KIND.name: module.KIND for module in (cells, engine, identity, sections, tables, totals)
}
