"""`reportlint check`: every diagnostic of the files, in every format that is asked for."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reportlint import __version__
from reportlint.commands import CLEAN, FAILED, FOUND, USAGE
from reportlint.commands.common import choices, complain, extensions_of, language, run_of, sources
from reportlint.diagnostic import Checked, Language, Severity
from reportlint.errors import ConfigError, FormatFault
from reportlint.formats.summary import Totals, coverage_line, fixes_line
from reportlint.progress import Progress

if TYPE_CHECKING:
    from reportlint.plugins import Extensions

MOST_JOBS = 256


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
        "--jobs", type=_number, metavar="N", help="processes that check; by default as many as processors, if worth it"
    )
    parser.add_argument("--watch", action="store_true", help="check again when something changes, until Ctrl-C")
    parser.add_argument(
        "--statistics", action="store_true", help="count the diagnostics of each rule, on standard error"
    )
    parser.add_argument("--quiet", action="store_true", help="print diagnostics only")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    sources(parser)


def _number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"a number from 1 to {MOST_JOBS}, not '{text}'")
    return int(text)


def run(options: argparse.Namespace) -> int:
    from reportlint.extension import FormatOptions
    from reportlint.output import outputs, write
    from reportlint.run import Later, later_norms

    if options.unsafe_fixes and not (options.fix or options.diff):
        raise ConfigError(
            None, "--unsafe-fixes 要与 --fix 或 --diff 一起使用 / --unsafe-fixes goes with --fix or --diff"
        )
    extensions = extensions_of(options)
    if options.watch:
        return _watch(options, extensions)
    destinations = outputs(options.format or ["text"], options.output, extensions.formats)
    checking = run_of(options, extensions, cached=not options.no_cache, jobs=options.jobs)
    for complaint in checking.complaints:
        complain(complaint)
    if not checking.files and checking.complaints:
        return USAGE
    spoken = language(options.lang or checking.plans.language(checking.settings.values()))
    books = {} if options.audit or options.isolated else checking.books()
    mending = None
    if options.fix or options.diff:
        from reportlint.commands import fix

        mending = fix.Mending(options, spoken)
        destinations = mending.destinations(destinations)
    outcome = Outcome()
    found = mending.results(checking, books) if mending else checking.results(books)
    told = FormatOptions(
        language=spoken,
        base=Path.cwd(),
        version=__version__,
        rules=Later(lambda: checking.library.selected),
        norms=later_norms(checking.plans),
        profiles=Later(lambda: checking.library.profiles),
    )
    try:
        put = mending.write if mending else write
        results = outcome.of(found, Progress(len(checking.files), quiet=options.quiet))
        put(destinations, results, told, reports=(path for path, _ in checking.files), color=options.color)
    except FormatFault as error:
        complain(str(error))
        return FAILED
    sys.stdout.flush()  # where both go to one place, what was found stands before what it came to
    last = mending.line() if mending else fixes_line(outcome.totals, spoken) if outcome.totals.fixable else None
    outcome.tell(spoken, last, statistics=options.statistics, quiet=options.quiet)
    if outcome.incomplete or extensions.untrusted or (mending and mending.failed):
        return FAILED
    if checking.complaints:
        return USAGE
    return FOUND if outcome.failed else CLEAN


class Outcome:
    """What a run comes to. incomplete: Whether something could not be checked. failed: Whether a diagnostic is as
    severe as is to fail."""

    def __init__(self) -> None:
        self.totals, self.incomplete, self.failed = Totals(), False, False
        self._counts: Counter[tuple[str, str]] = Counter()

    def of(self, results: Iterable[tuple[Checked, str]], progress: Progress) -> Iterator[Checked]:
        """The results, each counted as it is handed on."""
        for checked, fail_on in results:
            self.totals = self.totals.add(checked)
            self.incomplete = self.incomplete or not checked.complete
            for diagnostic in checked.standing:
                self.failed = self.failed or (fail_on != "never" and diagnostic.severity >= Severity[fail_on.upper()])
                self._counts[diagnostic.rule, diagnostic.code] += 1
            progress.clear()
            yield checked
            progress.step()
        progress.clear()

    def tell(self, spoken: Language, last: str | None, *, statistics: bool, quiet: bool) -> None:
        """Says it on standard error. last: What is said of fixes, if anything."""
        if statistics:
            for (name, code), count in sorted(self._counts.items(), key=lambda item: (-item[1], item[0])):
                print(f"{count:6} {code} {name}", file=sys.stderr)
        if not quiet:
            print(coverage_line(self.totals, spoken), file=sys.stderr)
            if last:
                print(last, file=sys.stderr)


def _watch(options: argparse.Namespace, extensions: "Extensions") -> int:
    from reportlint.watching import seen, watch

    if "-" in options.paths:
        raise ConfigError(None, "--watch: 标准输入不会改变 / standard input does not change")
    endings = tuple(extensions.readers)
    words = [word for word in options.words if word != "--watch"]
    watch(
        words,
        lambda: seen(options.paths, endings, options.rules, options.config),
        lambda: complain("正在等待更改，按 Ctrl-C 结束 / waiting for changes, Ctrl-C ends"),
    )
    return CLEAN
