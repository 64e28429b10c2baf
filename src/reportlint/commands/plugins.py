"""`reportlint plugins`: what is installed, what the repository brings, and what each provides."""

import argparse
from typing import TYPE_CHECKING, Any

from reportlint import __version__
from reportlint.commands import CLEAN, FAILED
from reportlint.commands.common import extensions_of, library_of, listing, printable

if TYPE_CHECKING:
    from reportlint.engine import Library
    from reportlint.plugins import Extensions, Plugin


def arguments(parser: argparse.ArgumentParser) -> None:
    listing(parser)


def run(options: argparse.Namespace) -> int:
    extensions = extensions_of(options)
    library = library_of(extensions)
    rows = [_plugin_row(plugin, extensions, library) for plugin in extensions.plugins]
    untrusted = [str(path) for path in extensions.untrusted]
    if options.format == "json":
        import json

        print(json.dumps({"schema": 1, "plugins": rows, "untrusted": untrusted}, ensure_ascii=False, indent=2))
        return FAILED if untrusted else CLEAN
    for row in rows:
        print(f"{row['name']} {row['version']}".rstrip() + f" ({row['origin']}) {printable(row['where'])}")
        lines = [*row["provides"], *(f"profile {profile}" for profile in row["profiles"])]
        if row["rules"]:
            lines.append(f"{row['rules']} rule{'s' if row['rules'] != 1 else ''}")
        for line in lines:
            print(f"  {line}")
    return FAILED if untrusted else CLEAN


def _plugin_row(plugin: "Plugin", extensions: "Extensions", library: "Library") -> dict[str, Any]:
    owner = plugin.pack.name if plugin.pack else plugin.name
    return {
        "name": plugin.name, "version": plugin.version or (__version__ if plugin.origin == "built-in" else ""),
        "origin": plugin.origin, "where": str(plugin.where), "provides": list(extensions.provided(plugin.name)),
        "rules": sum(rule.plugin == owner for rule in library.rules),
        "profiles": [profile.id for profile in library.profiles if profile.plugin == owner],
    }  # fmt: skip
