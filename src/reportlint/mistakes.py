"""Gathers what is wrong with files, so that all of it can be told at once."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from reportlint.errors import ConfigError, ConfigErrors

MOST = 100  # in one file; whoever has more mends these first
ItemT = TypeVar("ItemT")
ValueT = TypeVar("ValueT")


class Placed(Protocol):
    """A value in a file, by the keys that lead to it."""

    @property
    def path(self) -> Path: ...
    @property
    def keys(self) -> tuple[str | int, ...]: ...


class Mistakes:
    """Gathers what is wrong, so that all of it can be told at once."""

    def __init__(self) -> None:
        self.found: list[ConfigError] = []
        self.spoilt: set[tuple[object, ...]] = set()

    @contextmanager
    def noted(self, node: Placed | None = None, *keys: str | int) -> Iterator[None]:
        """Goes on after a mistake in this node, or below it at these keys, which is spoilt from then on."""
        try:
            yield
        except ConfigError as error:
            self.found.extend(error.errors)
            if node is not None:
                self.spoilt.add((node.path, *node.keys, *keys))

    def is_spoilt(self, node: Placed) -> bool:
        return (node.path, *node.keys) in self.spoilt

    def stop(self) -> None:
        """Raises what was found, if anything was."""
        if self.found:
            raise ConfigErrors(in_order(self.found))


def in_order(errors: Iterable[ConfigError]) -> tuple[ConfigError, ...]:
    """Each error once, by file and line."""
    found = {(str(error.path or ""), error.line, error.column, error.why): error for error in errors}
    return tuple(found[key] for key in sorted(found))


def all_of(items: Iterable[ItemT], read: Callable[[ItemT], ValueT]) -> tuple[ValueT, ...]:
    """What is read of each.

    Raises:
        ConfigErrors: The mistakes of all of them, or of the first ones, where there are more than `MOST`.
    """
    found: list[ValueT] = []
    mistakes: list[ConfigError] = []
    for item in items:
        try:
            found.append(read(item))
        except ConfigError as error:
            mistakes.extend(error.errors)
            if len(mistakes) >= MOST:
                break
    if mistakes:
        raise ConfigErrors(in_order(mistakes))
    return tuple(found)
