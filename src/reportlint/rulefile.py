"""Reads a rule from its file: what a check needs at once, the rest when somebody asks for it."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from reportlint.errors import ConfigError, OptionError
from reportlint.extension import Pack
from reportlint.mistakes import Mistakes, all_of
from reportlint.norms import Norms
from reportlint.profile import Profile
from reportlint.rule import FOR_CHECKING, KEYS, WORDING, Once, Rule, RuleKind, Wording
from reportlint.rulecache import Row
from reportlint.ruleoptions import options_of, refuse, severity_of
from reportlint.yamlfile import Entries, Node, files, read, read_only

# Files of a pack that hold something else than a rule.
SETTINGS_FILE = "settings.yaml"
NO_RULES = ("profile.yaml", "pack.yaml", "norms.yaml", SETTINGS_FILE)
NO_RULE_FOLDERS = ("languages",)


def _is_rule(path: Path) -> bool:
    return path.name not in NO_RULES and path.parent.name not in NO_RULE_FOLDERS


def _is_unknown(path: Path, kinds: Mapping[str, RuleKind[Any]], unrun: list[str]) -> bool:
    try:
        entries, _ = read_only(path, ("kind",)).sifted(KEYS)
        kind = entries["kind"].text() if "kind" in entries else ""
    except ConfigError:
        return False  # told by who reads the rule
    if not kind or kind in kinds:
        return False
    unrun.append(f"{path}: not run: the kind '{kind}' is unknown, and may be a plugin's that nobody has trusted")
    return True


class Reader(NamedTuple):
    """Reads files of rules. What a check does not need is read of a file only when somebody asks for it."""

    kinds: Mapping[str, RuleKind[Any]]
    profiles: Sequence[Profile]
    norms: Norms

    def of_pack(self, pack: Pack, unrun: list[str] | None) -> tuple[Rule, ...]:
        """The rules of a pack. unrun: Is told of those whose kind is unknown, and which are left out; see `load`."""
        paths = [path for path in files(pack.rules) if _is_rule(path)]
        if unrun is not None:
            paths = [path for path in paths if not _is_unknown(path, self.kinds, unrun)]
        return all_of(paths, partial(self.rule, plugin=pack.name))

    def rule(self, path: Path, plugin: str, *, whole: bool = False) -> Rule:
        """The rule. whole: Whether to read what it says as well, and the norms that it names.

        Raises:
            ConfigErrors: The file has mistakes, of which all are told, in what a check does not need as well.
        """
        try:
            rule = self._for_checking(path, plugin)
            _fit(rule, self.profiles)
            if whole:
                rule.read_wording()
                rule.read_norms()
        except ConfigError as error:
            mistakes = Mistakes()
            mistakes.found.extend(error.errors)
            for read_more in (wording_in, partial(norms_in, norms=self.norms), self._examples):
                with mistakes.noted():
                    read_more(path)
            mistakes.stop()
            raise
        return rule

    def _examples(self, path: Path) -> None:
        from reportlint.examples import all_examples  # a check reads none

        entries = read(path).items()
        kind = entries["kind"].value if "kind" in entries else ""
        all_examples(path, [profile.id for profile in self.profiles], needed=kind != "engine")

    def _for_checking(self, path: Path, plugin: str) -> Rule:
        lineages = sorted({name for profile in self.profiles for name in profile.lineage})
        with Entries(read_only(path, FOR_CHECKING), KEYS) as entries:
            for key in ("source", "why"):
                entries.need(key)
            if ("message" in entries) == ("messages" in entries) and not entries.is_misspelt("messages"):
                with entries.noted():
                    entries.node.fail("a rule has either 'message' or 'messages'")
            kind = entries.take("kind", lambda node: self.kinds[node.choice(self.kinds)])
            made = _options_in(entries, kind) if kind else None
            rule = Rule(
                name=entries.take("id", Node.text),
                code=entries.take("code", Node.text),
                kind=kind,
                read_options=partial(_same, made),
                severity=entries.take("severity", severity_of),
                optional=entries.take("optional", Node.truth, False),
                profile=entries.take("profile", lambda node: node.choice(lineages)),
                years=entries.take("years", _years, (None, None)),
                path=path,
                read_wording=Once(partial(wording_in, path)),
                plugin=plugin,
                identities=tuple(getattr(made, "identities", ())),
                read_norms=Once(partial(norms_in, path, self.norms)),
            )
        return rule


def _options_in(entries: Entries, kind: RuleKind[Any]) -> Any:
    if "options" in entries or entries.is_misspelt("options"):
        return entries.take("options", partial(options_of, kind=kind), None)
    with entries.noted():
        return options_of(Node({}, entries.node.path, ("options",)), kind)


def _years(node: Node) -> tuple[int | None, int | None]:
    with Entries(node, ("from", "to")) as entries:
        years = entries.take("from", Node.whole, None), entries.take("to", Node.whole, None)
    return years


def _same(value: Any) -> Any:
    return value


def norms_in(path: Path, norms: Norms) -> tuple[str, ...]:
    """The obligations that a rule names; read when somebody asks, since no check needs them."""
    with Entries(read_only(path, ("norms",)), KEYS) as entries:
        found = entries.take("norms", lambda node: all_of(node.list(), norms.named), ())
    return found


def wording_in(path: Path) -> Wording:
    """What a rule says; read when it first speaks, since most rules have nothing to say of most reports."""
    with Entries(read_only(path, WORDING), KEYS) as entries:
        one = entries.take("message", Node.bilingual, None)
        wording = Wording(
            messages=entries.take("messages", lambda node: node.mapped(Node.bilingual), {})
            if one is None
            else {"": one},
            source=entries.take("source", Node.bilingual),
            why=entries.take("why", Node.bilingual),
            help=entries.take("help", Node.bilingual, None),
        )
    return wording


def _fit(rule: Rule, profiles: Sequence[Profile]) -> None:
    """Stops where a rule names what none of its forms has: it would never be checked, and look as if it held."""
    if rule.kind.fits is None:
        return
    try:
        rule.kind.fits(rule.options, [profile for profile in profiles if rule.profile in profile.lineage])
    except OptionError as error:
        refuse(read(rule.path).items()["options"], error)


def row(rule: Rule, folder: Path) -> Row:
    """The rule as plain values, to be kept."""
    entries = read_only(rule.path, FOR_CHECKING).value
    return {"path": rule.path.relative_to(folder).as_posix(), **{key: entries.get(key) for key in FOR_CHECKING}}
