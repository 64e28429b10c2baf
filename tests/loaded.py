"""What tests check with, loaded once for all of them."""

from functools import cache
from pathlib import Path

from reportlint.engine import Library, load
from reportlint.plugins import built_in
from reportlint.plugins import load as load_plugins


@cache
def library() -> Library:
    """What reportlint comes with."""
    return load(built_in())


@cache
def library_with(folder: Path) -> Library:
    """The same with the rules and forms in a folder."""
    return load(load_plugins(installed=False, folders=[folder]))
