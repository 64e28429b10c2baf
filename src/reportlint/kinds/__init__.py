"""The built-in rule kinds, listed by hand."""

from typing import Any

from reportlint.kinds import (
    cell_values,
    cells,
    citations,
    consistency,
    cover_letter,
    date_missing,
    deadline,
    empty_tables,
    engine,
    figure_claims,
    formula,
    headings,
    identity,
    listed_sum,
    money_unit,
    percentages,
    perfunctory,
    period,
    required_words,
    sections,
    substitution,
    tables,
    text_pattern,
    title_form,
    totals,
    years,
    zero_cells,
)
from reportlint.rule import RuleKind

KINDS: tuple[RuleKind[Any], ...] = tuple(
    module.KIND
    for module in (
        cell_values,
        cells,
        citations,
        consistency,
        cover_letter,
        date_missing,
        deadline,
        empty_tables,
        engine,
        figure_claims,
        formula,
        headings,
        identity,
        listed_sum,
        money_unit,
        percentages,
        perfunctory,
        period,
        required_words,
        sections,
        substitution,
        tables,
        text_pattern,
        title_form,
        totals,
        years,
        zero_cells,
    )
)
