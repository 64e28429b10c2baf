"""What several commands share: their arguments, and the way from arguments to what is loaded."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from reportlint.commands import CLEAN, FAILED
from reportlint.diagnostic import Language, Severity
from reportlint.display import escape
from reportlint.errors import ConfigError, ReadError
from reportlint.files import content_of, report_files, standard_input
from reportlint.plan import CommandLine, Plan, Unset
from reportlint.planning import Means, is_unset, library, plans, settings_files
from reportlint.readers import READERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from reportlint.checking import Checker
    from reportlint.document import Document
    from reportlint.engine import Library
    from reportlint.extension import Reader, Reading
    from reportlint.grammar import Parsed
    from reportlint.plugins import Extensions
    from reportlint.rule import Rule
    from reportlint.run import Run

SEVERITIES = tuple(severity.word for severity in reversed(Severity))


# Arguments.


def choices(parser: argparse.ArgumentParser) -> None:
    """What settings say too."""
    parser.add_argument(
        "--profile", metavar="ID", help="the form to hold reports against; by default the report year chooses"
    )
    parser.add_argument(
        "--select",
        metavar="RULE,…",
        help="run these rules only; a trailing * selects a group, norm:ID those of an obligation",
    )
    parser.add_argument("--ignore", metavar="RULE,…", help="leave these rules out")
    parser.add_argument(
        "--severity", metavar="RULE=LEVEL", action="append", default=[], help="change a rule's severity"
    )
    parser.add_argument(
        "--fail-on", choices=(*SEVERITIES, "never"), help="exit 1 from this severity on; by default error"
    )
    parser.add_argument("--config", metavar="FILE", help="the settings to use, instead of looking for them")
    language_argument(parser)


def sources(parser: argparse.ArgumentParser, *, within: bool = False) -> None:
    """Where rules and plugins come from. within: Whether a parser around this one asks the same."""
    off = argparse.SUPPRESS if within else False
    parser.add_argument(
        "--rules", action="append", default=argparse.SUPPRESS if within else [], metavar="FOLDER",
        help="use the rules and profiles of this folder too",
    )  # fmt: skip
    parser.add_argument(
        "--trust", action="store_true", default=off, help="run the plugins in .reportlint/plugins, as they are"
    )
    parser.add_argument(
        "--isolated",
        action="store_true",
        default=off,
        help="use nothing of the repository: settings, waivers, .reportlint",
    )  # fmt: skip


def language_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", choices=("zh", "en"), help="language of the messages; by default the locale's")


def listing(parser: argparse.ArgumentParser) -> None:
    """What every command that lists something takes."""
    parser.add_argument("--format", choices=("text", "json"), default="text")
    language_argument(parser)
    sources(parser)


# Words.


def printable(text: str) -> str:
    return "\n".join(escape(line) for line in text.split("\n"))


def complain(text: str) -> None:
    """Tells on standard error what has no place in a report."""
    print(f"reportlint: {printable(text)}", file=sys.stderr)


def listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def language(wanted: str | None) -> Language:
    """The language asked for, else the locale's; Chinese where the locale says nothing."""
    if wanted:
        return "en" if wanted == "en" else "zh"
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value and value.split(".")[0] not in {"C", "POSIX"}:
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh"


# From arguments to what is loaded.


def extensions_of(options: argparse.Namespace, *, quiet: bool = False) -> "Extensions":
    """The package's own, installed plugins, and what the repository brings; says which local plugins were not run."""
    from reportlint.plugins import load, local_folder

    local = None if options.isolated else local_folder(Path.cwd())
    if local is not None and not options.trust and (local / "plugins").is_dir():
        from reportlint.trust import is_trusted

        trusted = is_trusted()
    else:

        def trusted(path: Path) -> bool:
            return bool(options.trust)

    extensions = load(local=local, folders=[Path(path) for path in options.rules], trusted=trusted)
    for path in extensions.untrusted if not quiet else ():
        print(
            f"reportlint: {printable(str(path))}: 本仓库的插件未获信任，没有运行；"
            "看过之后可用 reportlint trust 信任它 / "
            "a plugin of this repository that nobody has trusted was not run; read it, then: reportlint trust",
            file=sys.stderr,
        )
    return extensions


def library_of(extensions: "Extensions", *, cached: bool = True) -> "Library":
    """Everything that the extensions bring; says what could not be loaded."""
    return _told(library(extensions, cached=cached))


def _told(loaded: "Library") -> "Library":
    for unrun in loaded.unrun:
        complain(unrun)
    return loaded


def means_of(options: argparse.Namespace, extensions: "Extensions", *, cached: bool = True) -> Means:
    return Means(extensions, _said(options), options.config, options.isolated, cached)


def _said(options: argparse.Namespace) -> CommandLine:
    for option, value in (("--select", options.select), ("--ignore", options.ignore)):
        if value is not None and not listed(value):
            raise ConfigError(None, f"{option} names no rule; see: reportlint rules")
    for setting in options.severity:
        _, equals, level = setting.partition("=")
        if not equals or level not in SEVERITIES:
            raise ConfigError(None, f"--severity takes RULE=LEVEL with {', '.join(SEVERITIES)}; found '{setting}'")
    return CommandLine(
        profile=options.profile,
        fail_on=options.fail_on,
        language=options.lang,
        select=tuple(listed(options.select)) if options.select else None,
        ignore=tuple(listed(options.ignore)) if options.ignore else (),
        severity=tuple(options.severity),
    )


def run_of(
    options: argparse.Namespace, extensions: "Extensions", *, cached: bool = True, jobs: int | None = 1
) -> "Run":
    """What is checked, and with what: every mistake in settings is found before the first check."""
    from functools import partial

    from reportlint.run import Run

    input_name = getattr(options, "stdin_filename", "")
    files, complaints = report_files(options.paths, input_name, extensions.readers)
    means = means_of(options, extensions, cached=cached)
    own = settings_files([path for path, _ in files], means)
    checker = checker_of(own, means, complain)
    # What is named itself is checked, whatever the settings leave out of its folder: a person knows what they name. A
    # hook does not, so it says that the settings count.
    forced = getattr(options, "force_exclude", False)
    named = set() if forced else {Path(input_name if path == "-" else path) for path in options.paths}
    kept = [(path, content) for path, content in files if path in named or not checker.plans.excludes(path, own)]
    if files and not kept and not forced:
        complaints.append("所有报告文件都被设置排除了 / every report file is excluded by the settings")
    rebuilt = partial(_rebuilt, options, own, cached)
    return Run(checker, kept, complaints, jobs, rebuilt)


def checker_of(own: "Mapping[Path, Path | None]", means: Means, complain: "Callable[[str], None] | None") -> "Checker":
    """What checks the files. own: The settings file of each. complain: As of `Kept`; None says nothing of rules too."""
    from reportlint.checking import Checker

    extensions = means.extensions
    foreign = [ending for ending, reader in extensions.readers.items() if reader not in READERS]
    exact = any(plugin.module is not None and plugin.origin != "built-in" for plugin in extensions.plugins)
    if not means.cached:
        planned = plans(own, means)
        if complain is not None:
            _told(planned.library)
        return Checker(planned, own, foreign_text=foreign, exact=exact)
    from reportlint.basis import basis
    from reportlint.keeping import Kept

    kept, known = Kept(complain), basis(extensions)
    facts = ("basis", known)
    if is_unset(own, means) and not extensions.untrusted and kept.read(facts) == PLAIN:
        return Checker(plans(own, means, plain=True), own, kept, known, foreign, exact=exact)
    planned = plans(own, means)
    if complain is not None:
        _told(planned.library)
    if basis(extensions) != known:
        return Checker(planned, own, foreign_text=foreign, exact=exact)  # changed while it was loaded
    if isinstance(planned, Unset) and not extensions.untrusted:
        kept.keep(facts, PLAIN)
    return Checker(planned, own, kept, known, foreign, exact=exact)


# What is kept of rules that were loaded without a mistake, and that no form sets anything of.
PLAIN = "plain"


def _rebuilt(options: argparse.Namespace, own: "Mapping[Path, Path | None]", cached: bool) -> "Checker":
    """The checker in a process of its own, where everything has to be loaded anew; what there is to say was said."""
    return checker_of(own, means_of(options, extensions_of(options, quiet=True), cached=cached), None)


# One report.


def plan_of(options: argparse.Namespace, name: str, extensions: "Extensions") -> Plan:
    """How the one file is checked, as `check` would. name: As it was given; - for standard input.

    options: With `profile`, and what `sources` takes.
    """
    path = Path(name)
    means = Means(extensions, CommandLine(profile=options.profile), None, options.isolated)
    own = settings_files([path], means)
    planned = plans(own, means)
    _told(planned.library)
    return planned.of(path, own[path])


def read_one(name: str, readers: "Mapping[str, Reader]") -> "tuple[Reading | None, int]":
    """The report as its reader has it; None, with the exit status, where it cannot be read."""
    from reportlint.readers import read

    path = Path(name)
    if os.path.isdir(path):
        raise ConfigError(None, f"{path}: 这是文件夹，请给出其中的一个文件 / a folder; name a file in it")
    if name != "-" and not os.path.lexists(path):
        raise ConfigError(None, f"{path}: 没有这个文件或文件夹 / no such file or folder")
    try:
        return read(path, standard_input() if name == "-" else content_of(path)(), readers), CLEAN
    except OSError as error:
        raise ConfigError(None, f"{path}: {error.strerror}") from error
    except ReadError as error:
        print(f"reportlint: {path}: {printable(error.to(language(None)))}", file=sys.stderr)
        return None, FAILED


def recognised(reading: "Reading", plan: Plan, *, quiet: bool = False) -> "tuple[Document | None, Parsed]":
    """The document and its parse; says so where the file is no report."""
    from reportlint.engine import recognise

    document, parsed = recognise(reading, plan.library, plan.profile)
    if document is None and not quiet:
        why = plan.library.rule("not-a-report").wording.messages[""].to(language(None))
        complain(f"{reading.source.path}: {why}")
    return document, parsed


def with_rules(loaded: "Library", names: "Sequence[str]") -> "tuple[Library, tuple[Rule, ...]]":
    """The library with the rules at these paths, and those rules."""
    from reportlint.testing import with_rules as added

    paths = [Path(name) for name in names]
    for path in paths:
        if not path.exists():
            raise ConfigError(None, f"{path}: no such file or folder")
    return added(loaded, paths)
