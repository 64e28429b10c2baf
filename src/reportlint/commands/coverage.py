"""`reportlint coverage`: what the law demands, and which rules check it."""

import argparse
import sys

from reportlint.commands import CLEAN
from reportlint.commands.common import extensions_of, language, library_of, listing, printable


def arguments(parser: argparse.ArgumentParser) -> None:
    listing(parser)


def run(options: argparse.Namespace) -> int:
    from reportlint.coverage import as_json, as_text, covered

    found, spoken = covered(library_of(extensions_of(options))), language(options.lang)
    if options.format == "json":
        sys.stdout.write(as_json(found, spoken))
        return CLEAN
    sys.stdout.writelines(printable(line) for line in as_text(found, spoken))
    return CLEAN
