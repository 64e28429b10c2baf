"""The command line: finds the command that is called, and turns errors into words and an exit status."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from reportlint import SELDOM, __version__
from reportlint.commands import COMMANDS, FAILED, USAGE
from reportlint.errors import ReportlintError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns the exit status of the contract: 0 clean, 1 found, 2 usage, 3 not all checked."""
    gc.set_threshold(SELDOM)
    _use_utf8()
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = _parser(next((word for word in arguments if not word.startswith("-")), ""))
    options = parser.parse_args(arguments)
    options.words = list(arguments)
    if sys.stdout is None:
        print("reportlint: standard output is closed", file=sys.stderr)
        return FAILED
    if not options.command:
        parser.print_help(sys.stderr)
        return USAGE
    try:
        os.getcwd()
    except OSError as error:
        print(f"reportlint: 当前文件夹已不存在 / the current folder cannot be used: {error.strerror}", file=sys.stderr)
        return USAGE
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except ReportlintError as error:
        for each in getattr(error, "errors", (error,)):
            from reportlint.commands.common import complain

            complain(str(each))
        return USAGE
    except OSError as error:
        # A full disk, most of all: what was printed is not all there was to say.
        _break_off(error)
        return FAILED
    except KeyboardInterrupt:
        print("reportlint: interrupted", file=sys.stderr)
        return 130
    except Exception:
        # A mistake of ours, or no memory: Python's own status for it would say that something was found.
        import traceback

        traceback.print_exc()
        return FAILED


def _break_off(error: OSError) -> None:
    """Says why what was printed is not all, if there is anybody left to tell."""
    with suppress(OSError):
        sys.stdout.flush()
    # Whoever read the output may have gone, and wants to hear nothing of it.
    if not isinstance(error, BrokenPipeError):
        where = "cannot write to standard output" if error.filename is None else os.fsdecode(error.filename)
        with suppress(OSError):
            print(f"reportlint: {where}: {error.strerror}", file=sys.stderr)
    # At its end Python would try once more to print what is left, and call that the outcome.
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _use_utf8() -> None:
    """Reports are Chinese: the output is UTF-8 whatever the terminal's code page says."""
    if sys.stderr is None:  # closed by whoever started us
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _formatter(prog: str) -> argparse.HelpFormatter:
    """argparse makes one for each argument, and would import shutil with all archive formats for the width."""
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size(sys.__stdout__.fileno()).columns)  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        columns = 0
    return argparse.HelpFormatter(prog, width=(columns or 80) - 2)


def _parser(called: str) -> argparse.ArgumentParser:
    """called: The command whose arguments are wanted; of all others only the name is known."""
    parser = argparse.ArgumentParser(
        prog="reportlint",
        allow_abbrev=False,
        formatter_class=_formatter,
        description="Check official reports against their form. 检查公文类年度报告是否符合规定格式。",
    )
    parser.add_argument("--version", action="version", version=f"reportlint {__version__}")
    # With its name given, argparse need not work out the usage at every start.
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", prog="reportlint")
    for name, words in COMMANDS.items():
        command = commands.add_parser(name, allow_abbrev=False, formatter_class=_formatter, help=words)
        if name == called:
            module = import_module(f"reportlint.commands.{name}")
            module.arguments(command)
            command.set_defaults(run=module.run)
    return parser
