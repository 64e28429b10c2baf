"""How one file is checked, and what the command line says of it."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from reportlint.engine import Library
    from reportlint.profile import Profile


class CommandLine(NamedTuple):
    """What the command line says. select, ignore: Rules. severity: As `RULE=LEVEL`."""

    profile: str | None = None
    fail_on: str | None = None
    language: str | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()

    @property
    def prefix(self) -> str:
        """What stands before the name of a thing that is said, for whoever has to mend it."""
        return "--"


class Plan(NamedTuple):
    """How one file is checked. profile: The form to hold it against; None where its year chooses."""

    library: "Library"
    profile: "Profile | None" = None
    fail_on: str = "error"


class Plans(Protocol):
    """How each file of a run is checked. settings: The file that was found for it."""

    @property
    def library(self) -> "Library": ...

    def of(self, path: Path, settings: Path | None) -> Plan: ...

    def fail_on(self, path: Path, settings: Path | None) -> str:
        """The same as that of the plan, which need not be made for it."""

    def facts(self, path: Path, settings: Path | None) -> tuple[str, ...]:
        """What the plan says, as far as results depend on it: plans with the same facts come to the same."""

    def language(self, settings: Iterable[Path | None]) -> str | None:
        """The language that the first of these settings files says, if any does."""

    def excludes(self, path: Path, settings: Mapping[Path, Path | None]) -> bool:
        """Whether the file is left out where its folder is checked."""


class Unset:
    """The plans of a run where nothing is set, which needs none of the code for settings.

    load: Called when the library is first asked for; results that are kept need none.
    """

    def __init__(self, load: "Callable[[], Library]", fail_on: str | None = None) -> None:
        self._load, self._fail_on = load, fail_on or "error"

    @cached_property
    def library(self) -> "Library":
        return self._load()

    def of(self, path: Path, settings: Path | None) -> Plan:
        return Plan(self.library, fail_on=self._fail_on)

    def fail_on(self, path: Path, settings: Path | None) -> str:
        return self._fail_on

    def facts(self, path: Path, settings: Path | None) -> tuple[str, ...]:
        return ()

    def language(self, settings: Iterable[Path | None]) -> str | None:
        return None

    def excludes(self, path: Path, settings: Mapping[Path, Path | None]) -> bool:
        return False
