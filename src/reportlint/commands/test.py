"""`reportlint test`: the examples that live with rules."""

import argparse
import sys
from pathlib import Path

from reportlint.commands import CLEAN, FOUND, USAGE
from reportlint.commands.common import extensions_of, library_of, listed, printable, sources, with_rules


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="rule files or folders of them; by default all that are loaded"
    )
    parser.add_argument("--select", metavar="RULE,…", help="of the rules that are loaded, these only")
    parser.add_argument("--verbose", action="store_true", help="list each example with its result")
    sources(parser)


def run(options: argparse.Namespace) -> int:
    from reportlint.testing import heading, told, trials

    extensions = extensions_of(options)
    known = [pack.rules.resolve() for pack in extensions.packs]
    # A folder with a profile of its own is a pack, and its rules are about that profile.
    packs = [path for path in map(Path, options.paths) if path.is_dir() and _is_pack(path)]
    new = [str(path) for path in packs if not any(path.resolve().is_relative_to(folder) for folder in known)]
    if new:
        options.rules.extend(new)
        extensions = extensions_of(options)
    library = library_of(extensions)
    rules = library.rules
    if options.select:
        from reportlint.ruleset import chosen

        names = chosen(rules, listed(options.select))
        rules = tuple(rule for rule in rules if rule.name in names)
    if options.paths:
        library, rules = with_rules(library, options.paths)
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
        print(f"reportlint: {printable(f'{trial.rule.path}:{place}: {why}')}", file=sys.stderr)
    if silent:
        return USAGE
    return FOUND if failed else CLEAN


def _is_pack(folder: Path) -> bool:
    return (folder / "pack.yaml").is_file() or any(folder.rglob("profile.yaml"))
