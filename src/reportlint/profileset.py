"""Reads profiles from YAML into values that are ready for checking: each laid on what it extends."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from reportlint.diagnostic import Text
from reportlint.errors import ConfigError, ConfigErrors
from reportlint.extension import Pack
from reportlint.formulas import Scope, once, shape_of
from reportlint.languagefile import LANGUAGES, NO_TEXT, Languages, content_of, numbering_of, pattern_of
from reportlint.mistakes import Mistakes, all_of
from reportlint.notation import BARE, Notation
from reportlint.numbering import UNNUMBERED
from reportlint.profile import (
    NO_IMPRINT,
    Imprint,
    Profile,
    SectionTemplate,
    Template,
)
from reportlint.templates import BETWEEN_KEYS, Stated, all_stated, severities, template
from reportlint.yamlfile import Entries, Node, files, merged, nearest

NOTHING: Mapping[Path, Any] = MappingProxyType({})


def load(packs: Iterable[Pack], known: Mapping[Path, Any] = NOTHING) -> tuple[Profile, ...]:
    """Every profile of these packs, by id.

    known: What files hold that need not be read for it.

    Raises:
        ConfigError: A file has a mistake, two profiles share an id, or `extends` names none.
    """
    nodes: dict[str, Node] = {}
    owners: dict[str, str] = {}
    languages = Languages(known)
    mistakes = Mistakes()
    for pack in packs:
        languages.add(pack.rules / LANGUAGES)
        for path in files(pack.rules, "profile.yaml"):
            with mistakes.noted():
                node = content_of(path, known)
                node.items()
                identifier = str(path)  # under which it is read as well, where its own is of no use
                with mistakes.noted():
                    identifier = _identifier(node, nodes)
                nodes[identifier], owners[identifier] = node, pack.name
    unknown = tuple(mistakes.found)
    found: list[Profile] = []
    for identifier, node in sorted(nodes.items()):
        if not node.value.get("abstract"):
            with mistakes.noted(), _from_below(node.path):
                profile = _profile(node, _Family(nodes, languages, unknown))
                found.append(replace(profile, plugin=owners[identifier]))
    mistakes.stop()
    return tuple(found)


@contextmanager
def _from_below(path: Path) -> Iterator[None]:
    """Of mistakes in a profile and in what it extends, only the latter are told: they may be why there are others."""
    try:
        yield
    except ConfigError as error:
        below = tuple(each for each in error.errors if each.path != path)
        raise ConfigErrors(below or error.errors) from error


def _identifier(node: Node, nodes: Mapping[str, Node]) -> str:
    entries = node.items()
    if "id" not in entries:
        node.fail("the key 'id' is missing")
    identifier = entries["id"].text()
    if identifier in nodes:
        raise ConfigError(node.path, f"the profile '{identifier}' is also defined in {nodes[identifier].path}")
    return identifier


KEYS = (
    "id", "abstract", "extends", "years", "year-end", "source", "grammar", "title", "title-form", "title-words",
    "language", "numbering", "imprint", "partial", "sections", "bodies", "deadlines", "tables", "identities", "rules",
)  # fmt: skip
# Those of which a part may be in the file and the rest in what it extends: without the one the other has mistakes.
PARTED = ("extends", "sections", "tables")


class _Family(NamedTuple):
    """What profiles may extend, and the languages that they may name.

    unknown: What is wrong with files whose profiles cannot be told, any of which may be the one that is extended.
    """

    nodes: Mapping[str, Node]
    languages: Languages
    unknown: tuple[ConfigError, ...]


def _profile(own: Node, family: _Family) -> Profile:
    laid = _Laid(own.value, (), ())
    mistakes = Mistakes()
    with mistakes.noted():
        laid = _extended(own, family, ())
    # Without what it extends, only what stands by itself can be read.
    whole = not mistakes.found
    with Entries(Node(laid.value, own.path, (), laid.bases), KEYS, whole=whole) as entries:
        entries.found.extend(mistakes.found)
        identifier = entries.take("id", Node.text)
        first, last = entries.take("years", _years) or (0, None)
        notation = entries.take("language", family.languages.named)
        title = entries.take("title", Node.bilingual)
        bodies = entries.take("bodies", lambda node: node.mapped(pattern_of), {})
        sections = entries.take("sections", _sections, ()) if whole else ()
        titles = {section.key: section.title for section in sections}
        tables, statements = _tables(entries, titles, notation or BARE, title or NO_TEXT) if whole else ((), ())
        profile = Profile(
            id=identifier,
            lineage=laid.lineage,
            path=own.path,
            title=title,
            language=notation.language if notation else "",
            grammar=entries.take("grammar", Node.text),
            source=entries.take("source", Node.bilingual),
            first_year=first,
            last_year=last,
            title_form=entries.take("title-form", Node.text),
            title_words=entries.take("title-words", Node.texts),
            sections=sections,
            tables=tables,
            bodies=tuple(bodies.items()),
            deadlines=_deadlines(entries) if whole else {},
            notation=notation,
            numbering=numbering_of(entries, notation.numerals, notation.numbering) if notation else UNNUMBERED,
            imprint=entries.take("imprint", _imprint, NO_IMPRINT),
            year_end=entries.take("year-end", _month_day, (12, 31)),
            partial=entries.take("partial", Node.truth, False),
            rules=entries.by_key.get("rules"),
            statements=tuple(stated.statement for stated in statements),
            severities=severities(statements),
        )
    return profile


def _years(node: Node) -> tuple[int, int | None]:
    with Entries(node, ("from", "to")) as years:
        first, last = years.take("from", Node.whole), years.take("to", Node.whole, None)
    if last is not None and last < first:
        years.by_key["to"].fail("the last year lies before the first")
    return first, last


def _deadlines(entries: Entries) -> dict[str, tuple[int, int]]:
    deadlines = entries.take("deadlines", lambda node: node.mapped(_month_day), {})
    kinds = entries.take("bodies", Node.items, {})
    for kind in entries.take("deadlines", Node.items, {}):
        if kind not in kinds:
            with entries.noted():
                why = f"no kind of body is called '{kind}'{nearest(kind, kinds)}"
                entries.by_key["deadlines"].fail_at_key(kind, why)
    return deadlines


def _tables(
    entries: Entries, titles: Mapping[str, str], notation: Notation, title: Text
) -> tuple[tuple[Template, ...], tuple[Stated, ...]]:
    """The tables, and the identities between them. titles: Of the sections, by key."""
    if not entries.is_sound("sections"):
        titles = dict.fromkeys(entries.take("sections", Node.items, {}), "")
    form = title.zh if notation.language == "zh" else title.en  # as the reports themselves say it

    def read(node: Node) -> tuple[Template, ...]:
        return all_of(node.items().items(), lambda item: template(*item, titles, notation, form))

    tables = entries.take("tables", read, ())
    shapes = {table.key: shape_of(once(table)) for table in tables}
    scope = Scope(tables=shapes) if entries.is_sound("tables") else None
    stated = entries.take("identities", partial(all_stated, keys=BETWEEN_KEYS, scope=scope), ())
    return tables, stated


class _Laid(NamedTuple):
    """A file's own mapping laid on what it extends, the files below it, and the ids from it downwards."""

    value: Mapping[str, Any]
    bases: tuple[Path, ...]
    lineage: tuple[str, ...]


def _extended(node: Node, family: _Family, seen: tuple[str, ...]) -> _Laid:
    entries, strays = node.sifted(KEYS)
    own: dict[str, Any] = dict(node.value)
    if any(nearest(str(key), PARTED) for key in own if key not in entries):
        raise ConfigErrors(tuple(strays))
    if "extends" not in entries:
        return _Laid(own, (), (str(own.get("id")),))
    base, nodes = entries["extends"].text(), family.nodes
    if base not in nodes and family.unknown:
        raise ConfigErrors(family.unknown)
    if base not in nodes:
        entries["extends"].fail(f"no profile is called '{base}'{nearest(base, nodes)}")
    if base in seen:
        entries["extends"].fail(f"profiles extend each other in a circle: {' → '.join((*seen, base))}")
    below = _extended(nodes[base], family, (*seen, base))
    inherited = {key: value for key, value in below.value.items() if key != "abstract"}
    own.pop("extends")
    return _Laid(merged(inherited, own), (nodes[base].path, *below.bases), (str(own.get("id")), *below.lineage))


def _month_day(node: Node) -> tuple[int, int]:
    match = re.fullmatch(r"(\d\d)-(\d\d)", node.text())
    if not match or not _is_day(int(match[1]), int(match[2])):
        node.fail(f"expected a month and a day such as 01-31, found '{node.value}'")
    return int(match[1]), int(match[2])


def _is_day(month: int, day: int) -> bool:
    try:
        date(2001, month, day)  # a year without 29 February: a deadline has to exist every year
    except ValueError:
        return False
    return True


def _sections(node: Node) -> tuple[SectionTemplate, ...]:
    return all_of(enumerate(node.items().items(), start=1), lambda item: _section(item[0], *item[1]))


def _section(number: int, key: str, node: Node) -> SectionTemplate:
    if isinstance(node.value, str):
        return SectionTemplate(key, number, node.text())
    with Entries(node, ("title", "also", "number")) as entries:
        section = SectionTemplate(
            key,
            entries.take("number", Node.whole, number),
            entries.take("title", Node.text),
            entries.take("also", Node.texts, ()),
        )
    return section


# What stands around a report, and how it numbers and writes.

# The names of an imprint's patterns, with the groups that they have to have.
IMPRINT: Mapping[str, tuple[str, ...]] = {
    name.replace("_", "-"): {"agency": ("agency",), "period": ("year",)}.get(name, ()) for name in Imprint._fields
}


def _imprint(node: Node) -> Imprint:
    with Entries(node, IMPRINT) as entries:
        found = {
            key.replace("-", "_"): entries.take(key, partial(pattern_of, groups=IMPRINT[key])) for key in entries.by_key
        }
    return Imprint(**found)
