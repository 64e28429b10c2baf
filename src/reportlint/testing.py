"""Runs the examples that live with rules: what a rule says of each is compared whole."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reportlint.diagnostic import Checked, Language
from reportlint.display import escape, window
from reportlint.engine import CRASHED, Library, lint_bytes
from reportlint.errors import ConfigError
from reportlint.examples import example_text, examples, fixed_text
from reportlint.fixing import apart, applicable, applied, edits_of
from reportlint.norms import Norms
from reportlint.profile import Profile
from reportlint.rule import Example, Rule
from reportlint.rulefile import NO_RULES
from reportlint.ruleset import load_files
from reportlint.source import Source

ROOM = 90  # columns that are shown of a line of a report
_LINE = re.compile(r"(\d+):(\d+) ")


@dataclass(frozen=True, slots=True)
class Trial:
    """One example tried.

    got: What the rule says, as lines of `line:column severity message`, in reading order.
    left: What it still says of the report when it is mended. source: The report; None where it could not be read.
    fixed: The mended report and what the rule's own fixes make of the faulty one; None where there are no fixes.
    """

    rule: Rule
    example: Example
    got: tuple[str, ...]
    source: Source | None
    left: tuple[str, ...] = ()
    fixed: tuple[str, str] | None = None

    @property
    def passed(self) -> bool:
        mended = self.fixed is None or self.fixed[0] == self.fixed[1]
        return self.got == self.example.expect and not self.left and mended

    @property
    def silent(self) -> bool:
        """Whether the rule says nothing of what it should report: then it does not work, whatever was expected."""
        return bool(self.example.expect) and not self.got


def trials(library: Library, rules: Sequence[Rule]) -> Iterator[Trial]:
    """Every example of these rules, tried.

    Raises:
        ConfigError: An example cannot be used, or a rule has none that shows it speak.
    """
    for rule in rules:
        for example in examples(rule, library.profiles):
            yield trial(library, rule, example)


def trial(library: Library, rule: Rule, example: Example) -> Trial:
    """The example, tried.

    Raises:
        ConfigError: The example cannot be used.
    """
    text = example_text(example, rule, library.profiles)
    checked = _checked(library, rule, text)
    got = said(checked, rule)
    mended = fixed_text(example, rule, text)
    if mended is None:
        return Trial(rule, example, got, checked.source)
    made = apart(each for each in applicable(checked, ("safe", "unsafe")) if each.rule == rule.name)
    fixed = (mended, applied(text, edits_of(made))) if made else None
    return Trial(rule, example, got, checked.source, said(_checked(library, rule, mended), rule), fixed)


def outcome(library: Library, rule: Rule, example: Example, language: Language = "zh") -> tuple[str, ...]:
    """What the rule says of the example's report, run with all others: they share what is told at its root."""
    return said(_checked(library, rule, example_text(example, rule, library.profiles)), rule, language)


def _checked(library: Library, rule: Rule, text: str) -> Checked:
    rules = library.rules if rule in library.rules else (*library.rules, rule)
    return lint_bytes(Path("example.txt"), text.encode("utf-8"), replace(library, selected=rules))


def said(checked: Checked, rule: Rule, language: Language = "zh") -> tuple[str, ...]:
    """What a rule says of a report, and what says that a rule crashed: `line:column severity message`."""
    lines = []
    for diagnostic in checked.diagnostics:
        if diagnostic.rule not in (rule.name, CRASHED):
            continue
        line, column = checked.source.position(diagnostic.span.start) if checked.source else (1, 1)
        lines.append(f"{line}:{column} {diagnostic.severity.word} {diagnostic.message.to(language)}")
    return tuple(lines)


# Telling what an example came to.


def heading(trial: Trial) -> str:
    """Which example: `path:line: rule: example`."""
    return escape(f"{trial.rule.path}:{trial.example.place[0]}: {trial.rule.name}: {trial.example.title}")


def told(trial: Trial) -> Iterator[str]:
    """The lines that tell why an example does not hold, escaped: what was expected, what was said, and of what."""
    yield heading(trial)
    differences = list(_difference(trial.example.expect, trial.got))
    if trial.got != trial.example.expect:
        yield from (f"  {line}" for line in differences)
        yield from _excerpt(trial.source, differences)
    if trial.left:
        yield "  of the report when it is fixed, the rule still says:"
        yield from (f"  + {escape(line)}" for line in trial.left)
    if trial.fixed is not None and trial.fixed[0] != trial.fixed[1]:
        yield "  the fixes of the rule give another text than the example:"
        changed = _difference(*(text.splitlines() for text in trial.fixed))
        yield from (f"  {line}" for line in changed if not line.startswith(" "))


def _difference(expected: Sequence[str], got: Sequence[str]) -> Iterator[str]:
    """`- ` what is missing, `+ ` what is too much, two spaces before what is right; escaped."""
    from difflib import SequenceMatcher  # only what fails needs it

    for kind, start, end, first, last in SequenceMatcher(None, expected, got, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (f"  {escape(line)}" for line in expected[start:end])
            continue
        yield from (f"- {escape(line)}" for line in expected[start:end])
        yield from (f"+ {escape(line)}" for line in got[first:last])


def _excerpt(source: Source | None, differences: Iterable[str]) -> Iterator[str]:
    """The lines of the report that the differences are about, each once."""
    if source is None:
        return
    places: dict[int, int] = {}
    for difference in differences:
        place = _LINE.match(difference, 2)
        if place and not difference.startswith(" ") and 1 <= int(place[1]) <= len(source.starts):
            places.setdefault(int(place[1]), max(int(place[2]), 1))
    gutter = max(map(len, map(str, places)), default=0)
    for line, column in sorted(places.items()):
        yield f"    {line:{gutter}}│ {window(source.line(line), column - 1, column, ROOM).text}".rstrip()


# Rules of other places.


def with_rules(library: Library, paths: Sequence[Path]) -> tuple[Library, tuple[Rule, ...]]:
    """The library with the rules at these paths, files or folders of them, and those rules: built-in ones as they are,
    others loaded beside them and read whole, with the norms of their folders.

    Raises:
        ConfigError: A file has a mistake, or there is no rule.
    """
    paths = tuple(paths)
    own = {rule.path.resolve(): rule for rule in library.rules}
    known: list[Rule] = []
    foreign: list[tuple[Path, str]] = []
    for path in paths:
        for file in sorted(path.rglob("*.yaml")) if path.is_dir() else [path]:
            if file.name in NO_RULES:
                continue
            if file.resolve() in own:
                known.append(own[file.resolve()])
            else:
                foreign.append((file, "local"))
    norms = Norms((*library.norms.folders, *(path if path.is_dir() else path.parent for path in paths)))
    loaded = load_files(foreign, library.extensions.kinds, library.profiles, norms, library.rules)
    if not known and not loaded:
        raise ConfigError(None, "no rules at the given paths")
    return replace(library, rules=(*library.rules, *loaded), norms=norms), (*known, *loaded)


def model_text(profile: Profile) -> str:
    """The profile's model report: a clean one, from which examples start."""
    return (profile.path.parent / "model.txt").read_text(encoding="utf-8")
