"""The language of the identities, read with Lark: from the text of a formula to its value."""

from decimal import Decimal
from functools import cache
from typing import Any

from lark import Lark, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, VisitError

from reportlint.builtin import folder
from reportlint.identities import Comparison, Formula, FormulaError, Name, Term
from reportlint.language import parser


class _Build(Transformer[Any, Any]):
    """From the parse tree of identity.lark to a `Formula`."""

    def identity(self, children: list[Any]) -> Formula:
        first, second = children[0], children[-1]
        if second is None or second is first:
            return Formula(first)
        return Formula(first, str(children[1]), second)  # type: ignore[arg-type]

    def comparison(self, children: list[Any]) -> Comparison:
        left, operator, right = children
        return Comparison(left, str(operator), right)  # type: ignore[arg-type]

    def sum(self, children: list[Any]) -> tuple[Term, ...]:
        terms: list[Term] = []
        sign = Decimal(1)
        for child in children:
            if isinstance(child, tuple):
                terms.extend(Term(term.factor * sign, term.name, term.across, term.summed) for term in child)
            elif child is not None:
                sign = Decimal(-1) if child == "-" else Decimal(1)
        return tuple(terms)

    def term(self, children: list[Any]) -> tuple[Term, ...]:
        factor = Decimal(str(children[0])) if children[0] is not None else Decimal(1)
        return tuple(Term(factor, term.name, term.across, term.summed) for term in children[1])

    def number(self, children: list[Any]) -> tuple[Term, ...]:
        return (Term(Decimal(str(children[0]))),)

    def cell(self, children: list[Any]) -> tuple[Term, ...]:
        table, name, across = children
        return (Term(Decimal(1), name._replace(table=table), across),)

    def group(self, children: list[Any]) -> tuple[Term, ...]:
        pairs = zip(children[::2], children[1::2], strict=True)
        return tuple(Term(Decimal(1), name, across, summed=True) for name, across in pairs)

    def far_group(self, children: list[Any]) -> tuple[Term, ...]:
        table, *names, across = children
        return tuple(Term(Decimal(1), name._replace(table=table), across, summed=True) for name in names)

    def figure(self, children: list[Any]) -> tuple[Term, ...]:
        return (Term(Decimal(1), Name(str(children[0]), children[0].start_pos)),)

    def name(self, children: list[Any]) -> Name:
        return Name(str(children[0]), children[0].start_pos)


@cache
def _language() -> Lark:
    return parser(folder("grammars") / "identity.lark", start="identity")


def parsed(text: str) -> Formula:
    """The formula that a text writes.

    Raises:
        FormulaError: The text is no formula; the error names what stands there and what could.
    """
    try:
        formula: Formula = _Build().transform(_language().parse(text))
    except UnexpectedEOF as error:
        raise FormulaError("the formula breaks off; one side is missing", len(text)) from error
    except UnexpectedCharacters as error:
        place = error.pos_in_stream or 0
        raise FormulaError(f"'{text[place]}' has no meaning in a formula", place) from error
    except UnexpectedInput as error:
        token = str(getattr(error, "token", ""))
        # The end of the text is placed by Lark where the last token begins.
        offset = error.pos_in_stream if token and error.pos_in_stream is not None else len(text)
        why = f"'{token}' cannot stand here" if token else "the formula breaks off"
        raise FormulaError(why, min(offset, len(text))) from error
    except VisitError as error:
        raise FormulaError(str(error.orig_exc)) from error
    return formula
