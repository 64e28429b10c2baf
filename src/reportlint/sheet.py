"""Settings files: what they look like, what they extend, and which paths they mean."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.layers import EXTENDS, PROJECT, Given, Origin, laid, settled, tree
from reportlint.mistakes import Mistakes
from reportlint.repository import top
from reportlint.rule import Pattern
from reportlint.rulefile import SETTINGS_FILE
from reportlint.settingsfile import toml_table
from reportlint.shape import ADD, checked
from reportlint.yamlfile import Node, nearest, read

PACK = "pack:"
Level = Literal["off", "on", "error", "warning", "info"]


# What the files look like.


@dataclass(frozen=True, kw_only=True)
class RuleSetting:
    """What is set of a rule.

    severity: How much it matters; `off` does not run it, `on` runs it with the severity that it has of its own.
    options: Laid on the options of the rule.
    locked: Whether what is set later may not weaken it.
    """

    severity: Level | None = None
    options: Mapping[str, Any] | None = None
    locked: bool = False


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What may differ from file to file.

    profile: The form to hold reports against; by default the report year chooses.
    rules: By name, code or, with `*` at the end, by the beginning of either.
    fail_on: From which severity on the exit status is 1.
    """

    profile: str | None = None
    rules: Mapping[str, Level | RuleSetting] | None = None
    fail_on: Literal["error", "warning", "info", "never"] | None = None


@dataclass(frozen=True, kw_only=True)
class Override(Choices):
    """What is set for some files only.

    files: Patterns of paths, counted from the folder of the settings file.
    """

    files: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Settings(Choices):
    """The settings of reportlint.

    extends: A settings file below the repository, or `pack:NAME` for the settings that a pack brings.
    overrides: What is set for some files only; later ones win.
    exclude: Patterns of paths that are left out where a folder is checked.
    language: Of the messages.
    rules_folders: Folders of rules, below the repository.
    plugins: Plugins and packs that have to be there, as `reportlint plugins` names them.
    locked: Rules that what is set later may not weaken; `true` for all that this file sets.
    """

    extends: str | None = None
    overrides: tuple[Override, ...] = ()
    exclude: tuple[str, ...] = ()
    language: Literal["zh", "en"] | None = None
    rules_folders: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    locked: bool | tuple[str, ...] = False


# Finding and reading files.


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A settings file with what it extends.

    path: The file that was found. base: The folder that patterns count from.
    parts: Layer and content, the farthest first. own: Content without a part that has mistakes.
    folders: Of rules.
    """

    path: Path
    base: Path
    parts: tuple[tuple[str, Node], ...]
    own: Mapping[str, Any]
    folders: tuple[Path, ...]

    @property
    def overrides(self) -> tuple[Node, ...]:
        found = self.own.get("overrides")
        return tuple(found.value) if isinstance(found, Given) else ()

    def says(self, key: str) -> Any:
        """The value of a key that counts for all files; None where it is not given."""
        found = self.own.get(key)
        return found.value if isinstance(found, Given) else None

    def relative(self, path: Path) -> str:
        """The path as patterns see it."""
        return os.path.relpath(path, self.base).replace(os.sep, "/")

    def excludes(self, path: Path) -> bool:
        return any(_matches(pattern, self.relative(path)) for pattern in self.says("exclude") or ())

    def matching(self, path: Path) -> tuple[int, ...]:
        """Which of the overrides are for this file."""
        name = self.relative(path)
        return tuple(
            number
            for number, node in enumerate(self.overrides)
            if any(_matches(pattern, name) for pattern in node.value.get("files", ()) if isinstance(pattern, str))
        )


def sheets_for(
    places: Iterable[Path | None], packs: Iterable[Pack], mistakes: Mistakes, base: Path | None = None
) -> dict[Path, Sheet]:
    """The settings in these files, each once. base: The folder that patterns count from, if not that of the file."""
    packs = tuple(packs)
    return {path: sheet(path, packs, mistakes, base) for path in dict.fromkeys(places) if path is not None}


def _content(path: Path) -> Node:
    if path.suffix == ".toml":
        table = toml_table(path)
        if table is None:
            raise ConfigError(path, "has no table [tool.reportlint]")
        return table
    node = read(path)
    return Node({}, path) if node.value is None else node


def sheet(path: Path, packs: Iterable[Pack], mistakes: Mistakes, base: Path | None = None) -> Sheet:
    """A settings file with all that it extends. What is wrong is noted, and left out.

    base: The folder that patterns count from, where it is another than that of the file.
    """
    reader = _Reader({pack.name: pack for pack in packs}, mistakes)
    reader.read(path, PROJECT, top(path.parent) or path.parent)
    parts = tuple(reversed(reader.parts))
    own: Mapping[str, Any] = {}
    for layer, node in parts:
        own = laid(own, {key: _leaf(value, layer, mistakes) for key, value in sound(node, mistakes) if key != "rules"})
    return Sheet(path, base or path.parent, parts, settled(own), tuple(dict.fromkeys(reader.folders)))


def sound(node: Node, mistakes: Mistakes) -> Iterator[tuple[str, Node]]:
    """The entries that have no mistake."""
    if isinstance(node.value, Mapping):
        found = (
            (key, Node(value, node.path, (*node.keys, key), node.bases))
            for key, value in node.value.items()
            if isinstance(key, str)
        )
        yield from ((key, value) for key, value in found if not mistakes.is_spoilt(value))


def _leaf(node: Node, layer: str, mistakes: Mistakes) -> Any:
    if node.keys[-1] in ("overrides", ADD + "overrides"):
        return Given([item for item in node.list() if not mistakes.is_spoilt(item)], (Origin(layer, node),))
    return tree(node, layer, mistakes.is_spoilt)


class _Reader:
    """Reads a file and those it extends; used once."""

    def __init__(self, packs: Mapping[str, Pack], mistakes: Mistakes) -> None:
        self.packs, self.mistakes = packs, mistakes
        self.parts: list[tuple[str, Node]] = []
        self.folders: list[Path] = []
        self.seen: list[Path] = []

    def read(self, path: Path, layer: str, root: Path) -> None:
        """root: The folder that nothing named in the file may lie outside of."""
        self.seen.append(path.resolve())
        node = Node({}, path)
        with self.mistakes.noted(node):
            node = _content(path)
            checked(node, Settings, self.mistakes, adds=True)
        self.parts.append((layer, node))
        entries = dict(sound(node, self.mistakes))
        for item in entries["overrides"].list() if "overrides" in entries else ():
            self._unlocked(item)
        for key in ("rules-folders", ADD + "rules-folders"):
            for item in entries[key].list() if key in entries else ():
                with self.mistakes.noted(item):
                    self.folders.append(_below(item, root, "folder"))
        if "extends" in entries:
            with self.mistakes.noted(entries["extends"]):
                self._extended(entries["extends"], root)

    def _unlocked(self, override: Node) -> None:
        """A lock is for all files: a list of overrides may be replaced by what comes later."""
        rules = override.value.get("rules") if isinstance(override.value, Mapping) else None
        for name, value in rules.items() if isinstance(rules, Mapping) else ():
            if isinstance(value, Mapping) and "locked" in value:
                node = Node(value, override.path, (*override.keys, "rules", name))
                with self.mistakes.noted(node, "locked"):
                    node.fail_at_key("locked", "a rule is locked for all files, outside of 'overrides'")

    def _extended(self, node: Node, root: Path) -> None:
        name = node.text()
        if name.startswith(PACK):
            path, root = self._of_pack(node, name.removeprefix(PACK))
        else:
            path = _below(node, root, "file")
        if path.resolve() in self.seen:
            way = " → ".join(str(each) for each in (*self.seen, path.resolve()))
            node.fail(f"settings extend each other in a circle: {way}")
        self.read(path, EXTENDS, root)

    def _of_pack(self, node: Node, name: str) -> tuple[Path, Path]:
        if name not in self.packs:
            node.fail(f"no pack is called '{name}'{nearest(name, self.packs)}; known: {', '.join(sorted(self.packs))}")
        rules = self.packs[name].rules
        for folder in (rules, rules.parent) if rules.name == "rules" else (rules,):
            if (folder / SETTINGS_FILE).is_file():
                return folder / SETTINGS_FILE, folder
        node.fail(f"the pack '{name}' brings no settings ({SETTINGS_FILE})")


def _below(node: Node, root: Path, what: Literal["file", "folder"]) -> Path:
    """The file or folder that the node names, counted from its own file."""
    path = node.path.parent / node.text()
    plain = Path(os.path.normpath(path))
    if plain.resolve() == path.resolve():  # not so where a link stands before '..'
        path = plain
    if not path.resolve().is_relative_to(root.resolve()):
        node.fail(f"'{node.value}' is outside of {root.resolve()}, and settings may name only what is inside")
    if not (path.is_file() if what == "file" else path.is_dir()):
        node.fail(f"there is no {what} '{path}'")
    return path


# Patterns of paths.


@cache
def _glob(pattern: str) -> Pattern:
    """A pattern of paths: `*` and `?` stop at a slash, `**` does not, and whatever fits a folder fits all in it.

    Without a slash it is about names at any depth.
    """
    anchored = "/" in pattern.rstrip("/")
    parts = re.findall(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\]|.", pattern.strip("/"), re.DOTALL)
    written = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    text = "".join(written.get(part) or _set(part) for part in parts)
    return Pattern(f"(?s)^(?:{'' if anchored else '(?:.*/)?'}{text})(?:/.*)?$")


def _set(part: str) -> str:
    if len(part) == 1:
        return re.escape(part)
    inside = part[1:-1]
    negated = inside.startswith("!")
    kept = re.sub(r"([\\\]\[^&~|])", r"\\\1", inside[negated:])
    return f"[{'^' if negated else ''}{kept}]"


def _matches(pattern: str, path: str) -> bool:
    return not path.startswith("../") and _glob(pattern).search(path) is not None
