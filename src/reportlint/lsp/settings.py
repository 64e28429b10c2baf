"""What the client sets: read once, strictly enough to tell a person of a mistake."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from reportlint.diagnostic import Language
from reportlint.plan import CommandLine


class _Said(CommandLine):
    """As on the command line, under the names that an editor has for it."""

    __slots__ = ()

    @property
    def prefix(self) -> str:
        return "reportlint."


HINTS = ("lines", "all", "off")


@dataclass(frozen=True, slots=True)
class Settings:
    """How to check and what to show.

    language: None where nobody has said; then the settings of the repository do, else the locale.
    profile: The form to hold reports against; None lets the report's year choose. select, ignore: Names or codes of
        rules, as on the command line. rules: Further folders of rules. plugins: Whether plugins of a repository may
        run, if the person has trusted them. isolated: Whether to leave out what a repository brings.
    rules_url: Address of the page that describes the rules. hints: Whose labels are shown: of cells that stand alone
        on a line, of all cells, or of none. links: The address of each norm that has one.
    """

    language: Language | None = None
    locale: Language = "zh"
    profile: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: tuple[Path, ...] = ()
    plugins: bool = True
    trust: bool = False
    isolated: bool = False
    rules_url: str = ""
    hints: Literal["lines", "all", "off"] = "lines"
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def spoken(self) -> Language:
        """The language of what is said of no document."""
        return self.language or self.locale

    @property
    def command_line(self) -> CommandLine:
        """What is set here, as the last of the layers of settings."""
        return _Said(profile=self.profile, select=self.select or None, ignore=self.ignore)


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("a list of texts")
    return tuple(value)


def _paths(value: Any) -> tuple[Path, ...]:
    return tuple(Path(item).expanduser() for item in _strings(value))


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a text")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _one_of(*known: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in known:
            raise ValueError(" or ".join(known))
        return str(value)

    return read


# What a link may open. The settings may be those of a repository, and an editor obeys other addresses as commands.
FOLLOWED = ("https:", "http:", "file:")


def _address(value: Any) -> str:
    if not isinstance(value, str) or not value.lower().startswith(FOLLOWED):
        raise ValueError(f"an address that begins with {', '.join(FOLLOWED)}")
    return value


def _links(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for pair in value.items() for item in pair):
        raise ValueError("norms and their addresses")
    try:
        return {norm: _address(address) for norm, address in value.items() if norm}
    except ValueError as error:
        raise ValueError(f"for each norm {error}") from error


READERS: Mapping[str, Callable[[Any], Any]] = {
    "language": _one_of("zh", "en"),
    "profile": _string,
    "select": _strings,
    "ignore": _strings,
    "rules": _paths,
    "plugins": _truth,
    "isolated": _truth,
    "rules_url": _address,
    "hints": _one_of(*HINTS),
    "links": _links,
}
NAMES = {{"rules_url": "rulesUrl"}.get(name, name): name for name in READERS}
# What a client may send besides, for itself.
CLIENT_OWN = frozenset({"enable", "path", "interpreter", "importStrategy", "trace", "args", "status"})


def read(values: Any, before: Settings, unset: Settings) -> tuple[Settings, list[str]]:
    """The settings with these values laid on them, and what is wrong with them; what is wrong is left as it was.

    values: As the client sends them: a mapping by the names of the settings, `rulesUrl` for `rules_url`.
    unset: What counts where a value is null or an empty text.
    """
    if not isinstance(values, dict):
        return before, []
    wrong: list[str] = []
    found: dict[str, Any] = {}
    for key, value in values.items():
        name = NAMES.get(key)
        if name is None:
            if key not in CLIENT_OWN:
                wrong.append(f"reportlint.{key}: no such setting; known: {', '.join(sorted(NAMES))}")
            continue
        if value is None or value == "":
            found[name] = getattr(unset, name)
            continue
        try:
            found[name] = READERS[name](value)
        except ValueError as error:
            wrong.append(f"reportlint.{key}: expected {error}")
    return replace(before, **found), wrong
