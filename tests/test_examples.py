"""The examples that live with the rules: what a rule says of each is compared whole."""

from functools import cache

import pytest

from reportlint.engine import Library, lint_bytes, load
from reportlint.plugins import built_in
from reportlint.rule import Example, Rule
from reportlint.ruleset import examples
from reportlint.testing import outcome


@cache
def library() -> Library:
    return load(built_in())


CASES = [
    pytest.param(rule, example, id=f"{rule.name}: {example.name}")
    for rule in library().rules
    for example in examples(rule, library().profiles)
]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(rule: Rule, example: Example) -> None:
    assert outcome(library(), rule, example) == example.expect


@pytest.mark.parametrize("rule", library().rules, ids=lambda rule: rule.name)
def test_every_rule_shows_what_it_reports_and_what_it_leaves_alone(rule: Rule) -> None:
    found = examples(rule, library().profiles)
    if rule.kind.name == "engine" and not found:
        return  # a crash cannot be shown by a report
    assert {bool(example.expect) for example in found} == {True, False}


@pytest.mark.parametrize("profile", library().profiles, ids=lambda profile: profile.id)
def test_the_model_reports_are_clean(profile: object) -> None:
    path = profile.path.parent / "model.txt"  # type: ignore[attr-defined]
    assert lint_bytes(path, path.read_bytes(), library()).diagnostics == ()
