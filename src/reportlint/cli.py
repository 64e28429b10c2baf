"""The command line: reads arguments and files, calls the engine, prints."""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportlint import __version__
from reportlint.diagnostic import Checked, Language, Severity
from reportlint.errors import ConfigError, FormatFault, ReadError, ReportlintError

if TYPE_CHECKING:
    from reportlint.document import Document
    from reportlint.engine import Library
    from reportlint.extension import Reader, Reading
    from reportlint.grammar import Parsed
    from reportlint.plan import CommandLine
    from reportlint.plugins import Extensions, Plugin
    from reportlint.rule import Rule
    from reportlint.run import Run
    from reportlint.settings import Planning

CLEAN, FOUND, USAGE, FAILED = 0, 1, 2, 3
SEVERITIES = tuple(severity.word for severity in reversed(Severity))
# Folders that never hold reports: those of tools, and those that begin with a dot.
SKIPPED = frozenset({"node_modules", "__pycache__", "venv"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns the exit status of the contract: 0 clean, 1 found, 2 usage, 3 not all checked."""
    _use_utf8()
    parser = _parser()
    options = parser.parse_args(arguments)
    if sys.stdout is None:
        print("reportlint: standard output is closed", file=sys.stderr)
        return FAILED
    if not options.command:
        parser.print_help(sys.stderr)
        return USAGE
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except ReportlintError as error:
        for each in getattr(error, "errors", (error,)):
            print(f"reportlint: {_printable(str(each))}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        # Whoever read the output has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        # A full disk, most of all: what was printed is not all there was to say.
        print(f"reportlint: cannot write to standard output: {error.strerror}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        print("reportlint: interrupted", file=sys.stderr)
        return 130


def _use_utf8() -> None:
    """Reports are Chinese: the output is UTF-8 whatever the terminal's code page says."""
    if sys.stderr is None:  # closed by whoever started us
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _printable(text: str) -> str:
    from reportlint.display import escape

    return "\n".join(escape(line) for line in text.split("\n"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="reportlint",
        allow_abbrev=False,
        description="Check official reports against their form. 检查公文类年度报告是否符合规定格式。",
    )
    parser.add_argument("--version", action="version", version=f"reportlint {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    check = commands.add_parser("check", allow_abbrev=False, help="check files and folders / 检查文件和文件夹")
    check.add_argument(
        "paths", nargs="*", default=["."], metavar="PATH", help="files or folders; - reads standard input"
    )
    check.add_argument(
        "--stdin-filename", metavar="NAME", default="standard-input.txt", help="what to call standard input"
    )
    check.add_argument(
        "--format",
        action="append",
        metavar="NAME[=FILE]",
        help="text, concise, json, jsonl, grouped, grouped-by-rule, sarif, junit, github, gitlab, checkstyle, rdjson, "
        "markdown, csv, xlsx, html or a plugin's; may be given more than once",
    )
    check.add_argument("--output", metavar="FILE", help="write here instead of standard output")
    _choices(check)
    check.add_argument("--audit", action="store_true", help="ignore all waivers")
    check.add_argument("--no-cache", action="store_true", help="neither read nor write a cache")
    check.add_argument(
        "--statistics", action="store_true", help="count the diagnostics of each rule, on standard error"
    )
    check.add_argument("--quiet", action="store_true", help="print diagnostics only")
    check.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    _sources(check)
    check.set_defaults(run=run_check)

    show = commands.add_parser("show", help="print the text that lines and columns refer to / 显示规范文本")
    show.add_argument("path", metavar="PATH")
    show.add_argument("--as", dest="what", choices=("text", "tree", "json"), default="text")
    show.add_argument("--profile", metavar="ID")
    _sources(show)
    show.set_defaults(run=run_show)

    explain = commands.add_parser("explain", help="a rule, or how it read a report / 说明一条规则，或它怎样读一份报告")
    explain.add_argument("file", nargs="?", metavar="FILE", help="a report: tells how the rule read it")
    explain.add_argument("rule", metavar="RULE")
    _language(explain)
    _sources(explain)
    explain.set_defaults(run=run_explain)

    for name, run, words in (
        ("rules", run_rules, "list the rules / 列出规则"),
        ("profiles", run_profiles, "list the profiles / 列出格式"),
        ("plugins", run_plugins, "list the plugins and what they provide / 列出插件及其提供的内容"),
        ("coverage", run_coverage, "list the obligations and the rules that check them / 列出各项义务和检查它们的规则"),
    ):
        listing = commands.add_parser(name, help=words)
        listing.add_argument("--format", choices=("text", "json"), default="text")
        _language(listing)
        _sources(listing)
        listing.set_defaults(run=run)
        if name == "rules":
            _mutate(listing.add_subparsers(metavar="ACTION", title="actions"))

    test = commands.add_parser("test", help="run the examples that live with rules / 运行规则自带的示例")
    test.add_argument(
        "paths", nargs="*", metavar="PATH", help="rule files or folders of them; by default all that are loaded"
    )
    test.add_argument("--select", metavar="RULE,…", help="of the rules that are loaded, these only")
    test.add_argument("--verbose", action="store_true", help="list each example with its result")
    _sources(test)
    test.set_defaults(run=run_test)

    new = commands.add_parser("new", help="write a first rule, pack, plugin or profile / 新建规则、规则包、插件或格式")
    new.add_argument("what", choices=("rule", "pack", "plugin", "profile"))
    new.add_argument("name", metavar="NAME", help="small letters, digits and hyphens")
    new.add_argument(
        "--in", dest="folder", metavar="FOLDER", help="where; rules and profiles by default in .reportlint"
    )
    new.add_argument("--profile", metavar="ID", help="the form that the first rule is for")
    _sources(new)
    new.set_defaults(run=run_new)

    waive = commands.add_parser("waive", allow_abbrev=False, help="accept what is reported now / 接受现有的问题")
    waive.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="files or folders")
    waive.add_argument("--reason", required=True, metavar="TEXT", help="why it is accepted")
    waive.add_argument("--rule", metavar="RULE", help="of this rule only; a trailing * means a group")
    waive.add_argument("--until", metavar="DATE", help="the last day that it holds, such as 2026-12-31")
    waive.add_argument(
        "--kind", choices=("accepted", "todo"), default="accepted", help="todo: it is still to be mended"
    )
    waive.add_argument("--author", metavar="NAME", help="who accepts it; by default the name that git knows")
    _choices(waive)
    _sources(waive)
    waive.set_defaults(run=run_waive)

    config = commands.add_parser(
        "config", allow_abbrev=False, help="what is set for a file, and where / 列出生效的设置"
    )
    config.add_argument("path", nargs="?", default=".", metavar="FILE")
    config.add_argument("--format", choices=("text", "json"), default="text")
    _choices(config)
    _sources(config)
    config.set_defaults(run=run_config)

    init = commands.add_parser("init", help="write a first settings file / 新建设置文件")
    init.set_defaults(run=run_init)

    schema = commands.add_parser("schema", help="print a JSON Schema, for editors / 输出供编辑器使用的 JSON Schema")
    schema.add_argument("what", choices=("settings", "rule", "profile", "waivers"))
    _sources(schema)
    schema.set_defaults(run=run_schema)
    lsp = commands.add_parser("lsp", help="the language server, for editors / 语言服务器，供编辑器使用")
    lsp.add_argument("--stdio", action="store_true", help="talk over standard input and output, as it always does")
    _language(lsp)
    _sources(lsp)
    lsp.set_defaults(run=run_lsp)

    trust = commands.add_parser("trust", help="let plugins of this repository run / 允许运行本仓库的插件")
    trust.add_argument("paths", nargs="*", metavar="FILE", help="plugins; by default all in .reportlint/plugins")
    trust.add_argument("--forget", action="store_true", help="let them run no more")
    trust.add_argument("--list", action="store_true", help="print what is trusted, and do nothing")
    trust.set_defaults(run=run_trust)
    return parser


def _choices(parser: argparse.ArgumentParser) -> None:
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
    _language(parser)


def _mutate(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    # What `rules` was given already counts unless it is given anew.
    mutate = actions.add_parser(
        "mutate",
        argument_default=argparse.SUPPRESS,
        help="tell which terms of rules their examples do not notice / 找出示例没有覆盖的规则内容",
    )
    mutate.add_argument("names", nargs="*", default=[], metavar="RULE", help="names, codes or files; all by default")
    mutate.add_argument("--format", choices=("text", "json"))
    _sources(mutate, within=True)
    mutate.set_defaults(run=run_mutate)


def _sources(parser: argparse.ArgumentParser, *, within: bool = False) -> None:
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


def _language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", choices=("zh", "en"), help="language of the messages; by default the locale's")


def language(wanted: str | None) -> Language:
    """The language asked for, else the locale's; Chinese where the locale says nothing."""
    if wanted:
        return "en" if wanted == "en" else "zh"
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value and value.split(".")[0] not in {"C", "POSIX"}:
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh"


# check


def run_check(options: argparse.Namespace) -> int:
    from reportlint.extension import FormatOptions
    from reportlint.formats.summary import Totals, coverage_line
    from reportlint.output import outputs, write

    extensions = _extensions(options)
    destinations = outputs(options.format or ["text"], options.output, extensions.formats)
    run = _run(options, extensions, cached=not options.no_cache)
    for complaint in run.complaints:
        print(f"reportlint: {_printable(complaint)}", file=sys.stderr)
    if not run.files:
        return USAGE
    spoken = language(options.lang or run.plans.language(run.settings.values()))
    totals, incomplete, failed = Totals(), bool(extensions.untrusted), False
    counts: dict[str, int] = {}
    books = {} if options.audit or options.isolated else run.books()

    def results() -> Iterator[Checked]:
        nonlocal totals, incomplete, failed
        for checked, fail_on in run.results(books):
            totals = totals.add(checked)
            incomplete = incomplete or not checked.complete
            for diagnostic in checked.standing:
                failed = failed or (fail_on != "never" and diagnostic.severity >= Severity[fail_on.upper()])
                counts[diagnostic.rule] = counts.get(diagnostic.rule, 0) + 1
            yield checked

    rules = run.library.selected
    told = FormatOptions(language=spoken, base=Path.cwd(), version=__version__, rules=rules)
    try:
        write(destinations, results(), told, reports=(path for path, _ in run.files), color=options.color)
    except FormatFault as error:
        print(f"reportlint: {_printable(str(error))}", file=sys.stderr)
        return FAILED
    if options.statistics:
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            print(f"{count:6} {run.library.rule(name).code} {name}", file=sys.stderr)
    if not options.quiet:
        print(coverage_line(totals, spoken), file=sys.stderr)
    if incomplete:
        return FAILED
    if run.complaints:
        return USAGE
    return FOUND if failed else CLEAN


def _extensions(options: argparse.Namespace) -> "Extensions":
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
    for path in extensions.untrusted:
        print(
            f"reportlint: {_printable(str(path))}: 本仓库的插件未获信任，没有运行；"
            "看过之后可用 reportlint trust 信任它 / "
            "a plugin of this repository that nobody has trusted was not run; read it, then: reportlint trust",
            file=sys.stderr,
        )
    return extensions


def _library(extensions: "Extensions", *, cached: bool = True) -> "Library":
    # Loading makes some hundred thousand values that all stay: looking through them again and again for garbage takes
    # a tenth of the start-up. Afterwards they are left out of every collection.
    gc.disable()
    try:
        from reportlint.engine import load
        from reportlint.rulecache import folder

        library = load(extensions, folder() if cached else None)
        for unrun in library.unrun:
            print(f"reportlint: {_printable(unrun)}", file=sys.stderr)
        return library
    finally:
        gc.freeze()
        gc.enable()


def _run(options: argparse.Namespace, extensions: "Extensions", *, cached: bool = True) -> "Run":
    """What is checked, and with what: every mistake in settings is found before the first check."""
    from reportlint.plan import Plans, Unset
    from reportlint.run import Run

    files, complaints = _files(options.paths, getattr(options, "stdin_filename", ""), extensions.readers)
    own = _settings_files(options, [path for path, _ in files])
    plans: Plans
    if any(_spoken(options)) or any(own.values()):
        plans = _planning(options, extensions, own, cached=cached)
    else:
        plans = Unset(_library(extensions, cached=cached))
        if any(profile.rules is not None for profile in plans.library.profiles):
            plans = _planning(options, extensions, own, cached=cached)
    # What is named itself is checked, whatever the settings leave out of its folder.
    named = {Path(path) for path in options.paths}
    kept = [(path, content) for path, content in files if path in named or not plans.excludes(path, own)]
    if files and not kept:
        complaints.append("所有报告文件都被设置排除了 / every report file is excluded by the settings")
    return Run(plans, kept, own, complaints)


def _settings_files(options: argparse.Namespace, files: Sequence[Path]) -> "dict[Path, Path | None]":
    """The settings file of each file: the one that is named, or the nearest."""
    from reportlint.settingsfile import file_named, files_for

    if options.config is not None:
        return dict.fromkeys(files, file_named(options.config))
    return dict.fromkeys(files) if options.isolated else files_for(files)


def _planning(
    options: argparse.Namespace,
    extensions: "Extensions",
    own: "Mapping[Path, Path | None]",
    *,
    cached: bool = True,
) -> "Planning":
    """What files are checked with, by what is set; every mistake in settings is found here."""
    from reportlint.settings import Planning
    from reportlint.shape import Mistakes
    from reportlint.sheet import sheets_for

    mistakes = Mistakes()
    sheets = sheets_for(own.values(), extensions.packs, mistakes, Path.cwd() if options.config else None)
    folders = [folder for page in sheets.values() for folder in page.folders]
    if folders:
        from reportlint.plugins import with_folders

        extensions = with_folders(extensions, folders)
    planning = Planning(_library(extensions, cached=cached), sheets, _spoken(options), mistakes)
    planning.verify()
    return planning


def _spoken(options: argparse.Namespace) -> "CommandLine":
    from reportlint.plan import CommandLine

    for option, value in (("--select", options.select), ("--ignore", options.ignore)):
        if value is not None and not _listed(value):
            raise ConfigError(None, f"{option} names no rule; see: reportlint rules")
    for setting in options.severity:
        _, equals, level = setting.partition("=")
        if not equals or level not in SEVERITIES:
            raise ConfigError(None, f"--severity takes RULE=LEVEL with {', '.join(SEVERITIES)}; found '{setting}'")
    return CommandLine(
        profile=options.profile,
        fail_on=options.fail_on,
        language=options.lang,
        select=tuple(_listed(options.select)) if options.select else None,
        ignore=tuple(_listed(options.ignore)) if options.ignore else (),
        severity=tuple(options.severity),
    )


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _profile(library: "Library", name: str | None):  # type: ignore[no-untyped-def]
    if name is None:
        return None
    for profile in library.profiles:
        if profile.id == name:
            return profile
    from reportlint.yamlfile import nearest

    known = [profile.id for profile in library.profiles]
    raise ConfigError(None, f"no profile is called '{name}'{nearest(name, known)}; known: {', '.join(known)}")


File = tuple[Path, Callable[[], bytes]]


def _files(paths: Sequence[str], stdin_name: str, readers: Collection[str]) -> tuple[list[File], list[str]]:
    """The files to check, sorted, each once; and what is wrong with the paths."""
    found: dict[Path, Callable[[], bytes]] = {}
    complaints: list[str] = []
    for name in paths:
        path = Path(name)
        if name == "-":
            found[Path(stdin_name)] = _standard_input
        elif os.path.isdir(name):
            below = sorted(_below(path, complaints, readers))
            if not below:
                endings = ", ".join(sorted(readers))
                complaints.append(
                    f"{name}: 这个文件夹里没有报告文件（{endings}）；请给出文件名或别的文件夹 / "
                    f"no report files ({endings}) in this folder; name a file or another folder"
                )
            found.update((file, _reader(file)) for file in below)
        elif os.path.lexists(name):
            found[path] = _reader(path)
        else:
            complaints.append(f"{name}: 没有这个文件或文件夹 / no such file or folder")
    return list(found.items()), complaints


def _below(folder: Path, complaints: list[str], readers: Collection[str]) -> Iterator[Path]:
    """Report files below a folder; hidden folders and links to folders are not entered."""

    def failed(error: OSError) -> None:
        complaints.append(f"{error.filename}: {error.strerror}")

    for parent, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED)
        for name in names:
            if os.path.splitext(name)[1].lower() in readers and not name.startswith("."):
                yield Path(parent) / name


def _standard_input() -> bytes:
    from reportlint.source import LARGEST_FILE

    # One byte more than is read of a file tells that it is too much.
    if sys.stdin is None:
        raise ReadError("没有标准输入", "there is no standard input")
    return sys.stdin.buffer.read(LARGEST_FILE + 1)


def _reader(path: Path) -> Callable[[], bytes]:
    def content() -> bytes:
        from reportlint.readers import too_large
        from reportlint.source import LARGEST_FILE

        if path.is_symlink() and not path.exists():
            raise ReadError("链接指向的文件不存在", "the link points to a file that does not exist")
        if not path.is_file():
            raise ReadError("不是普通文件", "not a regular file")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise too_large(size)
        return path.read_bytes()

    return content


# waive, config, init, schema


def run_waive(options: argparse.Namespace) -> int:
    from reportlint.waiving import waive

    run = _run(options, _extensions(options))
    for complaint in run.complaints:
        print(f"reportlint: {_printable(complaint)}", file=sys.stderr)
    if not run.files:
        return USAGE
    done = waive(run, options.reason, options.author, options.until, options.kind, options.rule, language(options.lang))
    for file, count in done.written.items():
        print(f"{_printable(os.path.relpath(file))}: {count} 个已豁免 / {count} waived")
    for report, diagnostic in done.left:
        line, column = report.source.position(diagnostic.span.start) if report.source else (1, 1)
        print(
            f"reportlint: {_printable(str(report.path))}:{line}:{column}: {diagnostic.rule}: "
            "没有检查的内容不能豁免 / what was not checked cannot be waived",
            file=sys.stderr,
        )
    if not done.written and not done.left:
        print("reportlint: 没有可豁免的问题 / there is nothing to waive", file=sys.stderr)
    if not done.complete:
        return FAILED
    return USAGE if run.complaints else CLEAN


def run_config(options: argparse.Namespace) -> int:
    from reportlint.configuration import as_json, as_text, rows

    path = Path(options.path)
    if not os.path.lexists(path):
        raise ConfigError(None, f"{path}: 没有这个文件或文件夹 / no such file or folder")
    extensions = _extensions(options)
    file = path / "*" if path.is_dir() else path
    own = _settings_files(options, [file])
    planning = _planning(options, extensions, own)
    profile = None
    if path.is_file() and any(form.rules is not None for form in planning.library.profiles):
        reading, status = _read(options.path, planning.library.extensions.readers)
        if reading is None:
            return status
        from reportlint.engine import recognise

        plan = planning.of(file, own[file])
        document, _ = recognise(reading, plan.library, plan.profile)
        profile = document.profile if document else None
    found = rows(planning, file, own.get(file), profile, language(None))
    sys.stdout.writelines(as_json(options.path, found) if options.format == "json" else as_text(found))
    return CLEAN


def run_init(options: argparse.Namespace) -> int:
    from reportlint.scaffold import settings_file

    print(_printable(str(settings_file(Path()))))
    return CLEAN


def run_schema(options: argparse.Namespace) -> int:
    import json

    from reportlint.schema import schema

    found = schema(options.what, _library(_extensions(options), cached=False))
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return CLEAN


# show, explain, rules, profiles, test


def run_show(options: argparse.Namespace) -> int:
    extensions = _extensions(options)
    reading, status = _read(options.path, extensions.readers)
    if reading is None:
        return status
    if options.what == "text":
        sys.stdout.write(reading.source.text)
        return CLEAN
    from reportlint.show import as_json, as_tree

    library = _library(extensions)
    document, parsed = _recognised(reading, library, options.profile, quiet=options.what == "tree")
    if options.what == "tree":
        sys.stdout.writelines(as_tree(parsed, reading.source))
        return CLEAN
    if document is None:
        return FAILED
    sys.stdout.write(as_json(document))
    return CLEAN


def _read(name: str, readers: "Mapping[str, Reader]") -> "tuple[Reading | None, int]":
    """The report as its reader has it; None, with the exit status, where it cannot be read."""
    from reportlint.readers import read

    path = Path(name)
    if os.path.isdir(path):
        raise ConfigError(None, f"{path}: 这是文件夹，请给出其中的一个文件 / a folder; name a file in it")
    if name != "-" and not os.path.lexists(path):
        raise ConfigError(None, f"{path}: 没有这个文件或文件夹 / no such file or folder")
    try:
        return read(path, _standard_input() if name == "-" else _reader(path)(), readers), CLEAN
    except OSError as error:
        raise ConfigError(None, f"{path}: {error.strerror}") from error
    except ReadError as error:
        print(f"reportlint: {path}: {_printable(error.to(language(None)))}", file=sys.stderr)
        return None, FAILED


def _recognised(
    reading: "Reading", library: "Library", profile: str | None, *, quiet: bool = False
) -> "tuple[Document | None, Parsed]":
    """The document and its parse; says so where the file is no report."""
    from reportlint.engine import recognise

    document, parsed = recognise(reading, library, _profile(library, profile))
    if document is None and not quiet:
        why = library.rule("not-a-report").wording.messages[""].to(language(None))
        print(f"reportlint: {reading.source.path}: {_printable(why)}", file=sys.stderr)
    return document, parsed


def run_explain(options: argparse.Namespace) -> int:
    from reportlint.explain import explanation
    from reportlint.ruleset import chosen

    library = _library(_extensions(options))
    names = chosen(library.rules, [options.rule])
    if options.file is not None:
        return _explain_reading(options, library, names)
    for number, rule in enumerate(rule for rule in library.rules if rule.name in names):
        sys.stdout.write("\n" if number else "")
        sys.stdout.writelines(_printable(line) for line in explanation(rule, library, language(options.lang)))
    return CLEAN


def _explain_reading(options: argparse.Namespace, library: "Library", names: Collection[str]) -> int:
    """How the rules read one report."""
    from reportlint.tracing import trace

    reading, status = _read(options.file, library.extensions.readers)
    if reading is None:
        return status
    document, _ = _recognised(reading, library, None)
    if document is None:
        return FAILED
    for number, rule in enumerate(rule for rule in library.rules if rule.name in names):
        sys.stdout.write("\n" if number else "")
        for line in trace(rule, document, library, language(options.lang)):
            sys.stdout.write(_printable(line.rstrip("\n")) + "\n")
    return CLEAN


def run_rules(options: argparse.Namespace) -> int:
    library, spoken = _library(_extensions(options)), language(options.lang)
    if options.format == "json":
        import json

        rows = [
            {
                "code": rule.code, "name": rule.name, "severity": rule.severity.word, "kind": rule.kind.name,
                "profile": rule.profile, "fixable": None, "plugin": rule.plugin,
                "source": rule.wording.source.to(spoken), "why": rule.wording.why.to(spoken),
            }
            for rule in library.rules
        ]  # fmt: skip
        print(json.dumps({"schema": 1, "rules": rows}, ensure_ascii=False, indent=2))
        return CLEAN
    for rule in library.rules:
        print(
            f"{rule.code}  {rule.name:22}{rule.severity.word:9}{rule.profile:20}{rule.plugin:12}"
            f"{rule.wording.why.to(spoken)}"
        )
    return CLEAN


def run_profiles(options: argparse.Namespace) -> int:
    library, spoken = _library(_extensions(options)), language(options.lang)
    if options.format == "json":
        import json

        rows = [
            {
                "id": profile.id, "title": profile.title.to(spoken), "first-year": profile.first_year,
                "last-year": profile.last_year, "source": profile.source.to(spoken), "plugin": profile.plugin,
                "tables": [table.key for table in profile.tables],
            }
            for profile in library.profiles
        ]  # fmt: skip
        print(json.dumps({"schema": 1, "profiles": rows}, ensure_ascii=False, indent=2))
        return CLEAN
    for profile in library.profiles:
        years = f"{profile.first_year}–{profile.last_year or ''}"
        print(f"{profile.id:22}{years:12}{profile.plugin:12}{profile.title.to(spoken)} ({profile.source.to(spoken)})")
    return CLEAN


def run_coverage(options: argparse.Namespace) -> int:
    from reportlint.coverage import as_json, as_text, covered

    found, spoken = covered(_library(_extensions(options))), language(options.lang)
    if options.format == "json":
        sys.stdout.write(as_json(found, spoken))
        return CLEAN
    sys.stdout.writelines(_printable(line) for line in as_text(found, spoken))
    return CLEAN


def run_plugins(options: argparse.Namespace) -> int:
    extensions = _extensions(options)
    library = _library(extensions)
    rows = [_plugin_row(plugin, extensions, library) for plugin in extensions.plugins]
    untrusted = [str(path) for path in extensions.untrusted]
    if options.format == "json":
        import json

        print(json.dumps({"schema": 1, "plugins": rows, "untrusted": untrusted}, ensure_ascii=False, indent=2))
        return FAILED if untrusted else CLEAN
    for row in rows:
        print(f"{row['name']} {row['version']}".rstrip() + f" ({row['origin']}) {_printable(row['where'])}")
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


def run_new(options: argparse.Namespace) -> int:
    from reportlint.plugins import LOCAL_FOLDER, local_folder
    from reportlint.scaffold import write

    library = _library(_extensions(options))
    if options.folder is not None:
        folder = Path(options.folder)
    elif options.what in ("rule", "profile"):
        local = local_folder(Path.cwd())
        folder = (Path(os.path.relpath(local)) if local else Path(LOCAL_FOLDER)) / "rules"
    else:
        folder = Path(options.name)
    try:
        written = write(options.what, options.name, folder, library, options.profile)
    except OSError as error:
        raise ConfigError(None, f"{folder}: cannot be written: {error.strerror}") from error
    for path in written:
        print(_printable(str(path)))
    return CLEAN


def run_trust(options: argparse.Namespace) -> int:
    from reportlint.plugins import local_folder, local_plugins
    from reportlint.trust import forget, is_trusted, trust, trusted

    if options.list:
        for name, known in sorted(trusted().items()):
            print(f"{known[:12]}  {_printable(name)}")
        return CLEAN
    paths = [Path(path) for path in options.paths]
    for path in paths:
        if not path.is_file():
            raise ConfigError(None, f"{path}: 没有这个文件 / no such file")
    if not paths:
        local = local_folder(Path.cwd())
        paths = local_plugins(local) if local else []
    if not paths:
        raise ConfigError(None, "没有 .reportlint/plugins 文件夹，或里面没有插件 / no plugins in .reportlint/plugins")
    if options.forget:
        forget(paths)
        return CLEAN
    already = is_trusted()
    new = [path for path in paths if not already(path)]
    trust(new)
    for path in paths:
        print(f"{_printable(str(path))}: {'已信任 / trusted' if path in new else '早已信任 / trusted before'}")
    return CLEAN


def run_lsp(options: argparse.Namespace) -> int:
    try:
        from reportlint.lsp.running import serve
        from reportlint.lsp.settings import Settings
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol", "attrs", "cattrs"):
            raise
        raise ConfigError(
            None,
            "语言服务器还需要别的软件包 / the language server needs packages that are not installed: "
            "pip install 'reportlint[lsp]'",
        ) from error
    rules = tuple(Path(path) for path in options.rules)
    spoken = language(options.lang) if options.lang else None
    return serve(Settings(spoken, language(None), rules=rules, trust=options.trust, isolated=options.isolated))


def run_test(options: argparse.Namespace) -> int:
    from reportlint.testing import heading, told, trials

    extensions = _extensions(options)
    known = [pack.rules.resolve() for pack in extensions.packs]
    # A folder with a profile of its own is a pack, and its rules are about that profile.
    packs = [path for path in map(Path, options.paths) if path.is_dir() and _is_pack(path)]
    new = [str(path) for path in packs if not any(path.resolve().is_relative_to(folder) for folder in known)]
    if new:
        options.rules.extend(new)
        extensions = _extensions(options)
    library = _library(extensions)
    rules = library.rules
    if options.select:
        from reportlint.ruleset import chosen

        names = chosen(rules, _listed(options.select))
        rules = tuple(rule for rule in rules if rule.name in names)
    if options.paths:
        library, rules = _with_rules(library, options.paths)
    passed = failed = 0
    silent = []
    for trial in trials(library, rules):
        if trial.passed:
            passed += 1
            if options.verbose:
                print(f"passed  {heading(trial)}")
            continue
        failed += 1
        first, *others = told(trial)
        print(f"failed  {first}" if options.verbose else first, *others, sep="\n")
        if trial.silent:
            silent.append(trial)
    print(f"{passed} passed, {failed} failed")
    for trial in silent:
        place = ":".join(map(str, trial.example.place))
        why = f"the rule says nothing of the example '{trial.example.title}', which is there to make it speak"
        print(f"reportlint: {_printable(f'{trial.rule.path}:{place}: {why}')}", file=sys.stderr)
    if silent:
        return USAGE
    return FOUND if failed else CLEAN


def _is_pack(folder: Path) -> bool:
    return (folder / "pack.yaml").is_file() or any(folder.rglob("profile.yaml"))


def _with_rules(library: "Library", names: Sequence[str]) -> "tuple[Library, tuple[Rule, ...]]":
    """The library with the rules at these paths, and those rules."""
    from reportlint.testing import with_rules

    paths = [Path(name) for name in names]
    for path in paths:
        if not path.exists():
            raise ConfigError(None, f"{path}: no such file or folder")
    return with_rules(library, paths)


def run_mutate(options: argparse.Namespace) -> int:
    from reportlint.mutation import as_json, as_line, scores
    from reportlint.ruleset import chosen

    library = _library(_extensions(options))
    files = [name for name in options.names if os.path.exists(name)]
    known = chosen(library.rules, [name for name in options.names if name not in files])
    rules = tuple(rule for rule in library.rules if rule.name in known or not options.names)
    if files:
        library, others = _with_rules(library, files)
        rules = (*rules, *(rule for rule in others if rule not in rules))
    told = []
    for score in scores(library, rules):
        told.append(score)
        if options.format == "text":
            for mutant in score.unnoticed:
                print(_printable(as_line(score, mutant)), flush=True)
    mutants = sum(len(score.mutants) for score in told)
    unnoticed = sum(len(score.unnoticed) for score in told)
    if options.format == "json":
        sys.stdout.write(as_json(told))
    else:
        print(f"{mutants} mutants, {unnoticed} unnoticed ({100 * unnoticed / (mutants or 1):.1f} %)")
    return FOUND if unnoticed else CLEAN
