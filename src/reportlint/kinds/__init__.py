"""The built-in rule kinds, listed by hand."""

from typing import Any

from reportlint.kinds import (
    cells,
    citations,
    consistency,
    cover_letter,
    date_missing,
    deadline,
    engine,
    figure_claims,
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
        cells,
        citations,
        consistency,
        cover_letter,
        date_missing,
        deadline,
        engine,
        figure_claims,
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
