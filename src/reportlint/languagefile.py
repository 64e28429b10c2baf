"""Reads what a form's language is written with: language files, and what a profile says of numbering in their place."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

from reportlint.builtin import folder
from reportlint.diagnostic import Text
from reportlint.errors import ConfigError
from reportlint.mistakes import all_of
from reportlint.notation import Notation
from reportlint.numbering import UNNUMBERED, Numbering, Style, style
from reportlint.numerals import Numerals
from reportlint.pattern import NEVER, Pattern
from reportlint.script import Script
from reportlint.yamlfile import Entries, Node, files, nearest, read

# Of a pack's rules, the folder of files that say how languages write numbers and dates.
LANGUAGES = "languages"
BUILT_IN = folder("rules")
NO_TEXT = Text("", "")
NUMBERING_KEYS = ("sections", "others", "levels", "inline")
LANGUAGE_KEYS = (
    "numerals", "tens", "numbering", "spaced", "units", "money", "currency", "unit-note", "answers", "not-applicable",
    "nothing", "particles", "dates", "months", "years", "citation", "day", "script",
)  # fmt: skip


def content_of(path: Path, known: Mapping[Path, Any]) -> Node:
    return Node(known[path], path) if path in known else read(path)


class Languages:
    """The language files of the packs, and reportlint's own; one is read when a profile first names it."""

    def __init__(self, known: Mapping[Path, Any]) -> None:
        self.known = known
        self.paths: dict[str, Path] = {}
        self.read: dict[str, Notation] = {}

    def add(self, folder: Path) -> None:
        for path in files(folder):
            other = self.paths.setdefault(path.stem, path)
            if other is not path:
                raise ConfigError(path, f"the language '{path.stem}' is also in {other}")

    def named(self, node: Node) -> Notation:
        name = node.text()
        if name not in self.read:
            paths = {path.stem: path for path in files(BUILT_IN / LANGUAGES)} | self.paths
            if name not in paths:
                node.fail(f"no language is called '{name}'{nearest(name, paths)}; known: {', '.join(sorted(paths))}")
            self.read[name] = _notation(content_of(paths[name], self.known))
        return self.read[name]


def pattern_of(node: Node, groups: Iterable[str] = ()) -> Pattern:
    """The pattern, which has these groups."""
    pattern = Pattern(node.text())
    # The built-in ones are tested, and most are never needed in one run.
    if not node.path.is_relative_to(BUILT_IN) and (refusal := pattern.refusal):
        node.fail(f"RE2 refuses this pattern: {refusal}")
    for group in groups:
        if group not in pattern.groups:
            node.fail(f"the pattern has no group '{group}'")
    return pattern


def numbering_of(entries: Entries, numerals: Numerals, otherwise: Numbering) -> Numbering:
    if not (entries.is_sound("numerals") and entries.is_sound("tens")):
        return otherwise  # which number it is that a mark has cannot be told
    return entries.take("numbering", partial(_numbering, numerals=numerals), otherwise)


def _numbering(node: Node, numerals: Numerals) -> Numbering:
    one = partial(_style, numerals=numerals)

    def styles(node: Node) -> tuple[Style, ...]:
        return all_of(node.list(), one)

    with Entries(node, NUMBERING_KEYS) as entries:
        given = (
            entries.take("sections", one, None),
            entries.take("others", styles, ()),
            entries.take("levels", styles, ()),
            entries.take("inline", Node.text, ""),
        )
    return _shared(numerals, *given)


# One for all profiles that number alike: it compiles patterns.
_shared = cache(Numbering)


def _style(node: Node, numerals: Numerals) -> Style:
    if isinstance(node.value, (int, float)):
        node.fail(f"write the number of a list between quotes: '{node.value}'")
    found = style(node.text(), numerals)
    if found is None:
        node.fail(f"expected the first number of a list, such as 1. or (a), found '{node.value}'")
    return found


def _notation(node: Node) -> Notation:
    """What a language file says."""

    def words(key: str) -> tuple[str, ...]:
        return entries.take(key, Node.texts, ())

    def patterns(key: str, *groups: str) -> tuple[Pattern, ...]:
        return entries.take(key, lambda node: all_of(node.list(), partial(pattern_of, groups=groups)), ())

    def numbers(key: str) -> dict[str, Decimal]:
        return entries.take(key, lambda node: node.mapped(Node.number), {})

    with Entries(node, LANGUAGE_KEYS) as entries:
        numerals = Numerals(words("numerals"), words("tens"))
        notation = Notation(
            language=node.path.stem,
            numerals=numerals,
            numbering=numbering_of(entries, numerals, UNNUMBERED),
            spaced=entries.take("spaced", Node.truth, False),
            units=words("units"),
            money=numbers("money"),
            currency=entries.take("currency", Node.bilingual, NO_TEXT),
            not_applicable=frozenset(words("not-applicable")),
            nothing=frozenset(words("nothing")),
            particles=frozenset(words("particles")),
            unit_note=entries.take("unit-note", Node.text, " ({unit})"),
            answers=numbers("answers"),
            dates=patterns("dates", "year", "month", "day"),
            months=words("months"),
            years=patterns("years", "year"),
            citation=entries.take("citation", pattern_of, NEVER),
            script=entries.take("script", _script, None),
            **({"day": entries.take("day", Node.text)} if "day" in entries else {}),
        )
    return notation


def _script(node: Node) -> Script:
    with Entries(node, ("pairs", "signs")) as entries:
        script = Script(entries.take("pairs", _beside), entries.take("signs", Node.text))
    return script


def _beside(node: Node) -> Path:
    file = node.path.parent / node.text()
    if not file.is_file():
        node.fail(f"there is no file '{node.value}' beside this one")
    return file
