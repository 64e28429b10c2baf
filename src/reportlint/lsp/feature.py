"""What an entry of the table of features is."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Feature(NamedTuple):
    """A method of the protocol and the function that answers it, which takes the server and the parameters.

    options: What the client is told of it.
    """

    method: str
    answer: Callable[..., Any]
    options: Any = None


class Command(NamedTuple):
    """A command that a client may have run. run: Takes the server and the arguments."""

    name: str
    run: Callable[..., Any]
