"""The one law by which settings are laid over each other, and where each value came from.

Mappings merge key by key. Anything else takes the place of what was there; a list under a key that begins with `+` is
added to the list below instead.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from reportlint.shape import ADD
from reportlint.yamlfile import Node, place

BUILT_IN, PROFILE, EXTENDS, PROJECT, OVERRIDES, COMMAND_LINE = (
    "built-in", "profile", "extends", "project", "overrides", "command line",
)  # fmt: skip
LAYERS = (BUILT_IN, PROFILE, EXTENDS, PROJECT, OVERRIDES, COMMAND_LINE)


class Origin(NamedTuple):
    """Where a value was given. node: In a file; None elsewhere. words: What was given on the command line."""

    layer: str
    node: Node | None = None
    words: str = ""

    @property
    def position(self) -> tuple[str, int, int] | None:
        """File, line and column; None where it is in no file."""
        if self.node is None:
            return None
        for path in (self.node.path, *self.node.bases):
            line, column, exact = place(path, self.node.keys)
            if exact:
                return str(path), line, column
        line, column, _ = place(self.node.path, self.node.keys)
        return str(self.node.path), line, column

    def __str__(self) -> str:
        found = self.position
        return f"{':'.join(map(str, found))} ({self.layer})" if found else self.words or self.layer


class Given(NamedTuple):
    """A value that is no mapping. origins: Where it was given; several where lists were added to each other."""

    value: Any
    origins: tuple[Origin, ...] = ()


# Mappings whose values are trees or `Given`.
Tree = Mapping[str, Any]


def tree(node: Node, layer: str, leave_out: Callable[[Node], bool] = lambda node: False) -> Any:
    """The node's value, with its origin at every leaf."""
    if isinstance(node.value, Mapping):
        return {key: tree(value, layer, leave_out) for key, value in node.items().items() if not leave_out(value)}
    value = node.value
    if isinstance(value, list):
        value = [item.value for item in node.list() if not leave_out(item)]
    return Given(value, (Origin(layer, node),))


def laid(base: Tree, over: Tree) -> dict[str, Any]:
    """`base` with `over` laid on it. Laying is associative: it makes no difference what is laid together first."""
    result = dict(base)
    for key, value in over.items():
        name = key.removeprefix(ADD)
        if name != key:
            # Where nothing is there yet, it is still to be added to whatever comes below.
            target = name if name in result else key
            result[target] = _added(result[target], value) if target in result else value
            continue
        result.pop(ADD + name, None)
        mine = result.get(key)
        result[key] = laid(mine, value) if isinstance(mine, Mapping) and isinstance(value, Mapping) else value
    return result


def _added(base: Any, over: Given) -> Given:
    if not isinstance(base, Given) or not isinstance(base.value, list):
        return over
    return Given([*base.value, *over.value], (*base.origins, *over.origins))


def settled(found: Tree) -> dict[str, Any]:
    """The tree once nothing more comes below it: what was to be added stands alone."""
    return {
        key.removeprefix(ADD): settled(value) if isinstance(value, Mapping) else value for key, value in found.items()
    }


def values(found: Tree) -> dict[str, Any]:
    """The tree without its origins."""
    return {key: values(value) if isinstance(value, Mapping) else value.value for key, value in found.items()}
