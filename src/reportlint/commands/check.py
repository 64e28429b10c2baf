"""`reportlint check`: every diagnostic of the files, in every format that is asked for."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from reportlint import __version__
from reportlint.commands import CLEAN, FAILED, FOUND, USAGE
from reportlint.commands.common import choices, complain, extensions_of, language, run_of, sources
from reportlint.diagnostic import Checked, Severity
from reportlint.errors import ConfigError, FormatFault


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", default=["."], metavar="PATH", help="files or folders; - reads standard input"
    )
    parser.add_argument(
        "--stdin-filename", metavar="NAME", default="standard-input.txt", help="what to call standard input"
    )
    parser.add_argument(
        "--format",
        action="append",
        metavar="NAME[=FILE]",
        help="text, concise, json, jsonl, grouped, grouped-by-rule, sarif, junit, github, gitlab, checkstyle, rdjson, "
        "markdown, csv, xlsx, html or a plugin's; may be given more than once",
    )
    parser.add_argument("--output", metavar="FILE", help="write here instead of standard output")
    choices(parser)
    parser.add_argument("--fix", action="store_true", help="mend what can be mended safely, and report the rest")
    parser.add_argument(
        "--unsafe-fixes", action="store_true", help="with --fix or --diff: mend too where the meaning may change"
    )
    parser.add_argument("--diff", action="store_true", help="print what --fix would change, and change nothing")
    parser.add_argument(
        "--force-exclude", action="store_true", help="leave out what the settings exclude, even if it is named"
    )
    parser.add_argument("--audit", action="store_true", help="ignore all waivers")
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write a cache")
    parser.add_argument(
        "--statistics", action="store_true", help="count the diagnostics of each rule, on standard error"
    )
    parser.add_argument("--quiet", action="store_true", help="print diagnostics only")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    sources(parser)


def run(options: argparse.Namespace) -> int:
    from reportlint.extension import FormatOptions
    from reportlint.formats.summary import Totals, coverage_line
    from reportlint.output import outputs, write

    if options.unsafe_fixes and not (options.fix or options.diff):
        raise ConfigError(
            None, "--unsafe-fixes 要与 --fix 或 --diff 一起使用 / --unsafe-fixes goes with --fix or --diff"
        )
    extensions = extensions_of(options)
    destinations = outputs(options.format or ["text"], options.output, extensions.formats)
    checking = run_of(options, extensions, cached=not options.no_cache)
    for complaint in checking.complaints:
        complain(complaint)
    if not checking.files and checking.complaints:
        return USAGE
    spoken = language(options.lang or checking.plans.language(checking.settings.values()))
    totals, incomplete, failed = Totals(), bool(extensions.untrusted), False
    counts: dict[str, int] = {}
    books = {} if options.audit or options.isolated else checking.books()
    mending = None
    if options.fix or options.diff:
        from reportlint.commands import fix

        mending = fix.Mending(options, spoken)
        destinations = mending.destinations(destinations)

    def results() -> Iterator[Checked]:
        nonlocal totals, incomplete, failed
        for checked, fail_on in mending.results(checking, books) if mending else checking.results(books):
            totals = totals.add(checked)
            incomplete = incomplete or not checked.complete
            for diagnostic in checked.standing:
                failed = failed or (fail_on != "never" and diagnostic.severity >= Severity[fail_on.upper()])
                counts[diagnostic.rule] = counts.get(diagnostic.rule, 0) + 1
            yield checked

    library = checking.library
    told = FormatOptions(
        language=spoken,
        base=Path.cwd(),
        version=__version__,
        rules=library.selected,
        norms=library.norms,
        profiles=tuple(library.profiles),
    )
    try:
        put = mending.write if mending else write
        put(destinations, results(), told, reports=(path for path, _ in checking.files), color=options.color)
    except FormatFault as error:
        complain(str(error))
        return FAILED
    if options.statistics:
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            print(f"{count:6} {checking.library.rule(name).code} {name}", file=sys.stderr)
    if not options.quiet:
        print(coverage_line(totals, spoken), file=sys.stderr)
        if mending:
            print(mending.line(), file=sys.stderr)
    if incomplete or (mending and mending.failed):
        return FAILED
    if checking.complaints:
        return USAGE
    return FOUND if failed else CLEAN
