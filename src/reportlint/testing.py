"""Runs the examples that live with rules: what a rule says of each is compared whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reportlint.diagnostic import Language
from reportlint.engine import CRASHED, Library, lint_bytes
from reportlint.profile import Profile
from reportlint.rule import Example, Rule
from reportlint.ruleset import example_text, examples


@dataclass(frozen=True, slots=True)
class Trial:
    """One example tried. got, expected: Lines of `line:column severity message`, in reading order."""

    rule: Rule
    example: Example
    got: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return self.got == self.example.expect


def trials(library: Library, rules: Sequence[Rule]) -> Iterator[Trial]:
    """Every example of these rules, tried.

    Raises:
        ConfigError: An example cannot be used, or a rule has none that shows it speak.
    """
    for rule in rules:
        for example in examples(rule, library.profiles):
            yield Trial(rule, example, outcome(library, rule, example))


def outcome(library: Library, rule: Rule, example: Example, language: Language = "zh") -> tuple[str, ...]:
    """What the rule says of the example's report, run with all others: they share what is told at its root."""
    text = example_text(example, rule, library.profiles)
    rules = library.rules if rule in library.rules else (*library.rules, rule)
    checked = lint_bytes(Path("example.txt"), text.encode("utf-8"), replace(library, selected=rules))
    lines = []
    for diagnostic in checked.diagnostics:
        if diagnostic.rule not in (rule.name, CRASHED):
            continue
        line, column = checked.source.position(diagnostic.span.start) if checked.source else (1, 1)
        lines.append(f"{line}:{column} {diagnostic.severity.word} {diagnostic.message.to(language)}")
    return tuple(lines)


def model_text(profile: Profile) -> str:
    """The profile's model report: a clean one, from which examples start."""
    return (profile.path.parent / "model.txt").read_text(encoding="utf-8")
