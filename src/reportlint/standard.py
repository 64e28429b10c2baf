"""What the package itself provides, through the same hooks as every plugin.

It needs no marker, so it does not import pluggy: most runs have no other plugin, and start-up is watched.
"""

from typing import TYPE_CHECKING, Any

from reportlint.builtin import folder
from reportlint.extension import Fixer, Format, Pack, Reader

if TYPE_CHECKING:
    from reportlint.rule import RuleKind

REPORTLINT_API = 1


def reportlint_kinds() -> "tuple[RuleKind[Any], ...]":
    from reportlint.kinds import BY_NAME

    return tuple(BY_NAME.values())


def reportlint_readers() -> tuple[Reader, ...]:
    from reportlint.readers import READERS

    return READERS


def reportlint_formats() -> tuple[Format, ...]:
    from reportlint.formats import FORMATS

    return FORMATS


def reportlint_fixers() -> tuple[Fixer, ...]:
    return ()


def reportlint_packs() -> tuple[Pack, ...]:
    return (Pack("reportlint", folder("rules"), folder("grammars")),)
