"""`reportlint waive`: what is reported now is accepted, with a reason."""

import argparse
import os
import sys

from reportlint.commands import CLEAN, FAILED, USAGE
from reportlint.commands.common import choices, complain, extensions_of, language, printable, run_of, sources
from reportlint.errors import ConfigError


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="files or folders")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why it is accepted")
    parser.add_argument("--rule", metavar="RULE", help="of this rule only; a trailing * means a group")
    parser.add_argument("--until", metavar="DATE", help="the last day that it holds, such as 2026-12-31")
    parser.add_argument(
        "--kind", choices=("accepted", "todo"), default="accepted", help="todo: it is still to be mended"
    )
    parser.add_argument("--author", metavar="NAME", help="who accepts it; by default the name that git knows")
    choices(parser)
    sources(parser)


def run(options: argparse.Namespace) -> int:
    from reportlint.waiving import waive

    if "-" in options.paths:
        raise ConfigError(
            None,
            "waive: 豁免要写明是哪份报告，不能用标准输入 / a waiver names its report, which standard input does not; "
            "name the file",
        )
    run = run_of(options, extensions_of(options))
    for complaint in run.complaints:
        complain(complaint)
    if not run.files:
        return USAGE
    done = waive(run, options.reason, options.author, options.until, options.kind, options.rule, language(options.lang))
    for file, count in done.written.items():
        print(f"{printable(os.path.relpath(file))}: {count} 个已豁免 / {count} waived")
    for report, diagnostic in done.left:
        line, column = report.source.position(diagnostic.span.start) if report.source else (1, 1)
        print(
            f"reportlint: {printable(str(report.path))}:{line}:{column}: {diagnostic.rule}: "
            "没有检查的内容不能豁免 / what was not checked cannot be waived",
            file=sys.stderr,
        )
    if not done.written and not done.left:
        complain("没有可豁免的问题 / there is nothing to waive")
    if not done.complete:
        return FAILED
    return USAGE if run.complaints else CLEAN
