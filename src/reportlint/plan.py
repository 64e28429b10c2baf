"""How one file is checked, and what the command line says of it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

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

    library: Library
    profile: Profile | None = None
    fail_on: str = "error"


class Plans(Protocol):
    """How each file of a run is checked. settings: The file that was found for it."""

    library: Library

    def of(self, path: Path, settings: Path | None) -> Plan: ...

    def language(self, settings: Iterable[Path | None]) -> str | None:
        """The language that the first of these settings files says, if any does."""

    def excludes(self, path: Path, settings: Mapping[Path, Path | None]) -> bool:
        """Whether the file is left out where its folder is checked."""


class Unset:
    """The plans of a run where nothing is set, which needs none of the code for settings."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def of(self, path: Path, settings: Path | None) -> Plan:
        return Plan(self.library)

    def language(self, settings: Iterable[Path | None]) -> str | None:
        return None

    def excludes(self, path: Path, settings: Mapping[Path, Path | None]) -> bool:
        return False
