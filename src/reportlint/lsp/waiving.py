"""Waivers from an editor, as far as there is something that writes them."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from reportlint.diagnostic import Language

MODULE = "reportlint.waivers"


def available() -> bool:
    """Whether this reportlint knows waivers."""
    return find_spec(MODULE) is not None and WRITER is not None


# The function that writes a waiver for (document, version, range, rule, reason) and returns what to tell the person.
WRITER: Any = None


def waive(arguments: Sequence[Any], language: Language) -> str:
    """Writes a waiver; what to tell the person who asked for it."""
    if not available():
        if language == "zh":
            return "这个版本的 reportlint 还不能豁免；可用设置 reportlint.ignore 不运行某条规则"
        return "this reportlint cannot waive yet; the setting reportlint.ignore leaves a rule out"
    return str(WRITER(*arguments))
