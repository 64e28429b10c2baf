"""`reportlint explain`: what a rule demands and why, or how it read one report."""

import argparse
import sys
from typing import TYPE_CHECKING

from reportlint.commands import CLEAN, FAILED
from reportlint.commands.common import (
    extensions_of,
    language,
    language_argument,
    library_of,
    plan_of,
    printable,
    read_one,
    recognised,
    sources,
)

if TYPE_CHECKING:
    from reportlint.plugins import Extensions


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="a report: tells how the rule read it")
    parser.add_argument("rule", metavar="RULE")
    parser.add_argument("--profile", metavar="ID", help="the form to hold the report against")
    language_argument(parser)
    sources(parser)


def run(options: argparse.Namespace) -> int:
    from reportlint.explain import explanation
    from reportlint.ruleset import chosen

    extensions = extensions_of(options)
    if options.file is not None:
        return _reading(options, extensions)
    library = library_of(extensions)
    names = chosen(library.rules, [options.rule])
    for number, rule in enumerate(rule for rule in library.rules if rule.name in names):
        sys.stdout.write("\n" if number else "")
        sys.stdout.writelines(printable(line) for line in explanation(rule, library, language(options.lang)))
    return CLEAN


def _reading(options: argparse.Namespace, extensions: "Extensions") -> int:
    """How the rules read one report, with the options that its settings give them."""
    from reportlint.ruleset import chosen
    from reportlint.tracing import trace

    plan = plan_of(options, options.file, extensions)
    library = plan.library
    names = chosen(library.rules, [options.rule])
    reading, status = read_one(options.file, extensions.readers)
    if reading is None:
        return status
    document, _ = recognised(reading, plan)
    if document is None:
        return FAILED
    library = library.by_profile.get(document.profile.id, library)
    for number, rule in enumerate(rule for rule in library.rules if rule.name in names):
        sys.stdout.write("\n" if number else "")
        for line in trace(rule, document, library, language(options.lang)):
            sys.stdout.write(printable(line.rstrip("\n")) + "\n")
    return CLEAN
