"""Which files are our own: settings, waivers, rules, profiles, packs, norms."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from reportlint.engine import Library
from reportlint.norms import FILE as NORMS_FILE
from reportlint.plugins import LOCAL_FOLDER, PACK_FILE
from reportlint.rulefile import NO_RULE_FOLDERS, NO_RULES, SETTINGS_FILE
from reportlint.settingsfile import FILE as OWN_SETTINGS
from reportlint.settingsfile import PYPROJECT
from reportlint.waiverfile import FILE as WAIVERS_FILE

Kind = Literal["rule", "profile", "pack", "norms", "settings", "waivers"]
PROFILE_FILE = "profile.yaml"
_RULE = re.compile(r"^(?:kind|code):", re.MULTILINE)


def kind_of(path: Path, text: str, library: Library, extended: Iterable[Path] = ()) -> Kind | None:
    """What kind of file of ours this is; None where it is none. extended: Files that settings are laid on."""
    if path.name == WAIVERS_FILE:
        return "waivers"
    if path.name == OWN_SETTINGS or path in extended or (path.name == PYPROJECT and "reportlint" in text):
        return "settings"
    if path.suffix == ".toml":
        return None
    if path.name == PACK_FILE:
        return "pack"
    if path.name == NORMS_FILE:
        return "norms" if "instruments:" in text or "obligations:" in text else None
    rules = LOCAL_FOLDER in path.parts or any(path.is_relative_to(pack.rules) for pack in library.extensions.packs)
    if path.name == SETTINGS_FILE:
        return "settings" if rules else None
    if path.name == PROFILE_FILE:
        return "profile" if rules or "title-form:" in text or "extends:" in text else None
    if path.parent.name in NO_RULE_FOLDERS or path.name in NO_RULES:
        return None
    return "rule" if rules or len(set(_RULE.findall(text))) == 2 else None
