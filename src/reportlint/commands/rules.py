"""`reportlint rules`: the rules that are loaded; `rules mutate` tries how well their examples hold them."""

import argparse
import os
import sys

from reportlint.commands import CLEAN, FOUND
from reportlint.commands.common import extensions_of, language, library_of, listing, printable, sources, with_rules


def arguments(parser: argparse.ArgumentParser) -> None:
    listing(parser)
    _mutate(parser.add_subparsers(metavar="ACTION", title="actions"))


def _mutate(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    # What `rules` was given already counts unless it is given anew.
    mutate = actions.add_parser(
        "mutate",
        argument_default=argparse.SUPPRESS,
        help="tell which terms of rules their examples do not notice / 找出示例没有覆盖的规则内容",
    )
    mutate.add_argument("names", nargs="*", default=[], metavar="RULE", help="names, codes or files; all by default")
    mutate.add_argument("--format", choices=("text", "json"))
    sources(mutate, within=True)
    mutate.set_defaults(act=_scores)


def run(options: argparse.Namespace) -> int:
    if "act" in options:
        return int(options.act(options))
    library, spoken = library_of(extensions_of(options)), language(options.lang)
    if options.format == "json":
        import json

        from reportlint.explain import fixability

        rows = [
            {
                "code": rule.code, "name": rule.name, "severity": rule.severity.word, "kind": rule.kind.name,
                "profile": rule.profile, "fixable": [each for each in fixability(rule, library) if each != "display"],
                "optional": rule.optional, "plugin": rule.plugin,
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


def _scores(options: argparse.Namespace) -> int:
    from reportlint.mutation import as_json, as_line, scores
    from reportlint.ruleset import chosen

    library = library_of(extensions_of(options))
    files = [name for name in options.names if os.path.exists(name)]
    known = chosen(library.rules, [name for name in options.names if name not in files])
    rules = tuple(rule for rule in library.rules if rule.name in known or not options.names)
    if files:
        library, others = with_rules(library, files)
        rules = (*rules, *(rule for rule in others if rule not in rules))
    told = []
    for score in scores(library, rules):
        told.append(score)
        if options.format == "text":
            for mutant in score.unnoticed:
                print(printable(as_line(score, mutant)), flush=True)
    mutants = sum(len(score.mutants) for score in told)
    unnoticed = sum(len(score.unnoticed) for score in told)
    if options.format == "json":
        sys.stdout.write(as_json(told))
    else:
        print(f"{mutants} mutants, {unnoticed} unnoticed ({100 * unnoticed / (mutants or 1):.1f} %)")
    return FOUND if unnoticed else CLEAN
