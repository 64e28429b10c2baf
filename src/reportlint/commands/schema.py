"""`reportlint schema`: the JSON Schema of our YAML files, for editors."""

import argparse

from reportlint.commands import CLEAN
from reportlint.commands.common import extensions_of, library_of, sources


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("settings", "rule", "profile", "waivers"))
    sources(parser)


def run(options: argparse.Namespace) -> int:
    import json

    from reportlint.schema import schema

    found = schema(options.what, library_of(extensions_of(options), cached=False))
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return CLEAN
