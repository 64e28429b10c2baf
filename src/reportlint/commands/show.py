"""`reportlint show`: a report as the program sees it."""

import argparse
import sys

from reportlint.commands import CLEAN, FAILED
from reportlint.commands.common import extensions_of, plan_of, read_one, recognised, sources


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH")
    parser.add_argument("--as", dest="what", choices=("text", "tree", "json"), default="text")
    parser.add_argument("--profile", metavar="ID")
    sources(parser)


def run(options: argparse.Namespace) -> int:
    extensions = extensions_of(options)
    reading, status = read_one(options.path, extensions.readers)
    if reading is None:
        return status
    if options.what == "text":
        sys.stdout.write(reading.source.text)
        return CLEAN
    from reportlint.show import as_json, as_tree

    plan = plan_of(options, options.path, extensions)
    document, parsed = recognised(reading, plan, quiet=options.what == "tree")
    if options.what == "tree":
        sys.stdout.writelines(as_tree(parsed, reading.source))
        return CLEAN
    if document is None:
        return FAILED
    sys.stdout.write(as_json(document))
    return CLEAN
