"""Where the grammars and rules that come with the package are."""

from pathlib import Path
from typing import Literal

from reportlint.errors import ConfigError

Folder = Literal["grammars", "rules"]
PACKAGE = Path(__file__).resolve().parent


def folder(name: Folder, package: Path = PACKAGE) -> Path:
    """The folder of that name: beside the modules in a wheel, at the top of a checkout or an sdist.

    Raises:
        ConfigError: It is in neither place, so the installation is damaged.
    """
    # importlib.resources would know the first place only, and costs its import at every start.
    places = (package / name, package.parents[1] / name)
    for place in places:
        if place.is_dir():
            return place
    searched = ", ".join(str(place) for place in places)
    raise ConfigError(None, f"the built-in folder '{name}' is missing (searched: {searched}); install again")
