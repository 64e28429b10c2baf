"""Where the waivers for a report are; apart from reading them, since most runs have none."""

import os
from pathlib import Path

from reportlint.repository import nearest_file, top

FILE = ".reportlint-waivers.yaml"


def file_for(path: Path, settings: Path | None) -> Path | None:
    """The waivers for a report: those beside its settings, else the nearest beside or above it."""
    beside = settings.parent / FILE if settings else None
    return beside if beside is not None and beside.is_file() else nearest_file(path.parent, FILE)


def new_file_for(path: Path, settings: Path | None) -> Path:
    """Where waivers for a report are written: where they are, else beside the settings, else at the top."""
    found = file_for(path, settings)
    if found is not None:
        return found
    here, folder = Path.cwd(), Path(os.path.abspath(path.parent))
    above = settings.parent if settings else top(folder) or (here if folder.is_relative_to(here) else folder)
    return above / FILE
