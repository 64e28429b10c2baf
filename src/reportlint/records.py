"""Frozen dataclasses that are made quickly: a start makes dozens of them, and each would compile four methods."""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

ClassT = TypeVar("ClassT")

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool, eq: bool, kw_only: bool = False, slots: bool = False) -> Callable[[Any], Any]:
        """As that of the standard library, for `frozen=True, eq=False`; what is compiled is `__init__` alone.

        slots: For readers; the fields stand in `__dict__`.
        """
        if not frozen or eq:
            raise TypeError("these dataclasses are frozen, and equal only to themselves")

        def made(cls: type[ClassT]) -> type[ClassT]:
            found = dataclasses.dataclass(kw_only=kw_only, eq=False, repr=False)(cls)
            found.__setattr__, found.__delattr__, found.__repr__ = _set_once, _keep, _shown
            return found

        return made


def _set_once(self: object, name: str, value: object) -> None:
    if name in vars(self):
        raise dataclasses.FrozenInstanceError(f"cannot assign to field '{name}'")
    object.__setattr__(self, name, value)


def _keep(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field '{name}'")


def _shown(self: Any) -> str:
    fields = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self))
    return f"{type(self).__qualname__}({fields})"
