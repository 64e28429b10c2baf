"""The rules of packs: from what was kept of them, from files; and which of them a selector means."""

import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from reportlint.diagnostic import Severity
from reportlint.errors import ConfigError
from reportlint.extension import Pack
from reportlint.mistakes import Mistakes, all_of
from reportlint.norms import Norms
from reportlint.profile import Profile
from reportlint.rule import Once, Rule, RuleKind, Wording
from reportlint.rulecache import Compiled, Row, RuleCache
from reportlint.ruleoptions import kept_options
from reportlint.yamlfile import nearest

NORM = "norm:"  # what a selector begins with that means the rules for an obligation


def load(
    packs: Iterable[Pack],
    kinds: Mapping[str, RuleKind[Any]],
    profiles: Sequence[Profile],
    norms: Norms,
    unrun: list[str] | None = None,
    kept_in: Path | None = None,
    compiled: Compiled | None = None,
) -> tuple[Rule, ...]:
    """Every rule of these packs, by code. Examples are not read: `examples` does that.

    norms: Those that rules may name; read when a rule is asked for its own.
    unrun: Is told of the rules whose kind is unknown; without it that is an error.
    kept_in: A folder that keeps what was read for the next start. compiled: Whether to take the built-in rules as
        they come with the package, if these are the rules that it was made from.

    Raises:
        ConfigError: A file has a mistake, or two rules share a name or a code.
    """
    mistakes = Mistakes()
    found: list[Rule] = []
    for pack in packs:
        keeps = kept_in is not None and unrun is None
        kept = RuleCache(kept_in, pack.rules, kinds, profiles, time.time_ns()) if keeps and kept_in else None
        rows = kept.rows() if kept is not None else None
        if rows is None and compiled is not None and pack.rules == compiled.folder:
            rows = compiled.rows
        if rows is None:
            from reportlint.rulefile import Reader, row  # a start with rules that were kept reads none

            own: Sequence[Rule] = ()
            with mistakes.noted():
                own = Reader(kinds, profiles, norms).of_pack(pack, unrun)
            if kept is not None and not mistakes.found:
                kept.keep([row(rule, pack.rules) for rule in own])
        else:
            own = [_from_row(row, pack, kinds, norms) for row in rows]
        found.extend(own)
    mistakes.stop()
    return _unique(found)


def load_files(
    paths: Iterable[tuple[Path, str]],
    kinds: Mapping[str, RuleKind[Any]],
    profiles: Sequence[Profile],
    norms: Norms,
    beside: Sequence[Rule] = (),
) -> tuple[Rule, ...]:
    """The rules in these files, each with its plugin, by code, read whole but for their examples.

    beside: Rules whose names and codes are taken.

    Raises:
        ConfigErrors: Files have mistakes, or two rules share a name or a code.
    """
    from reportlint.rulefile import Reader

    reader = Reader(kinds, profiles, norms)
    return _unique(all_of(paths, lambda named: reader.rule(*named, whole=True)), beside)


def _unique(rules: Iterable[Rule], beside: Sequence[Rule] = ()) -> tuple[Rule, ...]:
    """The rules by code. beside: Rules whose names and codes are taken."""
    taken = {key: rule for rule in beside for key in (rule.name, rule.code)}

    def untaken(rule: Rule) -> Rule:
        for key in (rule.name, rule.code):
            if key in taken:
                raise ConfigError(rule.path, f"'{key}' is also the name or code of the rule in {taken[key].path}")
            taken[key] = rule
        return rule

    return tuple(sorted(all_of(rules, untaken), key=lambda rule: rule.code))


def _from_row(row: Row, pack: Pack, kinds: Mapping[str, RuleKind[Any]], norms: Norms) -> Rule:
    """A rule from what was kept of it; its options are made when it first runs."""
    path, kind = Path(f"{pack.rules}/{row['path']}"), kinds[row["kind"]]
    values, years = row["options"] or {}, row["years"] or {}
    return Rule(
        name=row["id"],
        code=row["code"],
        kind=kind,
        read_options=Once(partial(kept_options, kind, values)),
        severity=Severity[row["severity"].upper()],
        optional=bool(row.get("optional")),
        profile=row["profile"],
        years=(years.get("from"), years.get("to")),
        path=path,
        read_wording=Once(partial(_wording, path)),
        plugin=pack.name,
        identities=tuple(values.get("identities", ())),
        read_norms=Once(partial(_norms, path, norms)),
    )


def _wording(path: Path) -> Wording:
    from reportlint.rulefile import wording_in

    return wording_in(path)


def _norms(path: Path, norms: Norms) -> tuple[str, ...]:
    from reportlint.rulefile import norms_in

    return norms_in(path, norms)


# Choosing rules by name, code or group.


def chosen(rules: Sequence[Rule], selectors: Iterable[str]) -> frozenset[str]:
    """The names of the rules that selectors mean: a name, a code, `norm:` and the id of an obligation, or the
    beginning of any of these with `*`.

    Raises:
        ConfigError: A selector means no rule.
    """
    names: set[str] = set()
    for selector in selectors:
        found = {rule.name for rule in rules if _means(selector, rule)}
        if not found and selector.startswith(NORM):
            known = sorted({norm for rule in rules for norm in rule.norms})
            id = selector.removeprefix(NORM)
            raise ConfigError(None, f"no rule checks the norm '{id}'{nearest(id, known)}; see: reportlint coverage")
        if not found:
            known = [name for rule in rules for name in (rule.name, rule.code)]
            raise ConfigError(None, f"no rule is called '{selector}'{nearest(selector, known)}; see: reportlint rules")
        names |= found
    return frozenset(names)


def _means(selector: str, rule: Rule) -> bool:
    if selector.startswith(NORM):
        wanted = selector.removeprefix(NORM)
        if wanted.endswith("*"):
            return any(norm.startswith(wanted[:-1]) for norm in rule.norms)
        return wanted in rule.norms
    if selector.endswith("*"):
        start = selector[:-1]
        return rule.name.startswith(start) or rule.code.upper().startswith(start.upper())
    return selector in (rule.name, rule.code) or selector.upper() == rule.code
