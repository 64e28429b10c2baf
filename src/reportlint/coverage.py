"""What `reportlint coverage` prints: each obligation with the rules that check it, and those that have none."""

from collections.abc import Iterator
from typing import NamedTuple

from reportlint.diagnostic import Language, Text
from reportlint.engine import Library
from reportlint.norms import Instrument, Obligation
from reportlint.rule import Rule

NO_RULE = Text("没有规则检查", "no rule checks it")
BY_HAND = Text("人工核对：", "by hand: ")


class Covered(NamedTuple):
    """An obligation and the rules that check it, by code."""

    obligation: Obligation
    rules: tuple[Rule, ...]


def covered(library: Library) -> tuple[Covered, ...]:
    """Every obligation, in the order of the norms.

    Raises:
        ConfigError: A file of norms has a mistake, or a rule names an obligation that there is not.
    """
    return tuple(
        Covered(obligation, tuple(rule for rule in library.rules if name in rule.norms))
        for name, obligation in library.norms.obligations.items()
    )


def as_text(found: tuple[Covered, ...], language: Language) -> Iterator[str]:
    """Lines: each instrument, below it its obligations, below each its rules; and how many of each at the end."""
    above: Instrument | None = None
    for obligation, rules in found:
        if obligation.instrument != above:
            yield "\n" if above else ""
            above = obligation.instrument
            yield f"{above.name.to(language)} {above.numbers[0] if above.numbers else ''}".rstrip() + "\n"
        yield f"  {obligation.id}  {obligation.article.to(language)}  {obligation.duty.to(language)}\n"
        if rules:
            yield f"    → {', '.join(f'{rule.code} {rule.name}' for rule in rules)}\n"
        if obligation.by_hand:
            yield f"    → {BY_HAND.to(language)}{obligation.by_hand.to(language)}\n"
        elif not rules:
            yield f"    → {NO_RULE.to(language)}\n"
    yield f"\n{_sum(found).to(language)}\n"


def _sum(found: tuple[Covered, ...]) -> Text:
    checked = sum(bool(rules) for _, rules in found)
    by_hand = sum(not rules and obligation.by_hand is not None for obligation, rules in found)
    rest = len(found) - checked - by_hand
    return Text(
        f"义务 {len(found)} 项：规则检查 {checked} 项，人工核对 {by_hand} 项，没有检查 {rest} 项。",
        f"{len(found)} obligations: {checked} checked by rules, {by_hand} by hand, {rest} by nothing.",
    )


def as_json(found: tuple[Covered, ...], language: Language) -> str:
    """One document; `by-hand` is null where a rule checks the obligation, or could."""
    import json

    rows = [
        {
            "id": obligation.id,
            "instrument": obligation.instrument.name.to(language),
            "numbers": list(obligation.instrument.numbers),
            "article": obligation.article.to(language),
            "duty": obligation.duty.to(language),
            "from": obligation.first.isoformat() if obligation.first else None,
            "to": obligation.last.isoformat() if obligation.last else None,
            "by-hand": obligation.by_hand.to(language) if obligation.by_hand else None,
            "rules": [rule.name for rule in rules],
        }
        for obligation, rules in found
    ]
    return json.dumps({"schema": 1, "obligations": rows}, ensure_ascii=False, indent=2) + "\n"
