"""What the law demands: the instruments that reports cite, and their obligations, read from the `norms.yaml` of packs.

Most checks need neither, so each is read when it is first asked for, and one without the other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from reportlint.diagnostic import Text
from reportlint.errors import ConfigError
from reportlint.records import dataclass
from reportlint.wording import words
from reportlint.yamlfile import Node, nearest, read_only

FILE = "norms.yaml"
INSTRUMENTS, OBLIGATIONS = "instruments", "obligations"


class Instrument(NamedTuple):
    """A law, a decree, a letter with a form: what a report may cite.

    key: Its name in the file. short: Other names that reports call it by. numbers: As they are cited.
    first, last: The days from which and until which it is in force; None where there is no such day.
    articles: The number of its last article; None where it has none, or it is not known.
    replaced_by: The key of what took its place; empty where nothing did.
    """

    key: str
    name: Text
    short: tuple[str, ...]
    numbers: tuple[str, ...]
    first: date | None
    last: date | None
    articles: int | None
    replaced_by: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name.zh, self.name.en, *self.short)

    def in_force(self, start: date, end: date) -> bool:
        """Whether it is in force on some day from `start` to `end`."""
        return (self.first is None or self.first <= end) and (self.last is None or self.last >= start)


class Obligation(NamedTuple):
    """One thing that an instrument obliges to.

    article: Where the instrument says so. duty: What it obliges to, in a sentence. by_hand: Why no rule can check it;
    None where one could. first, last: The days from which and until which it binds.
    """

    id: str
    instrument: Instrument
    article: Text
    duty: Text
    by_hand: Text | None
    first: date | None
    last: date | None


@dataclass(frozen=True, eq=False)
class Norms:
    """The norms in these folders, each with a `norms.yaml` at its top or none.

    given: What such files are known to say of instruments, by path, so that they need not be read for these.
    Both properties raise ConfigError where a file has a mistake or two of them use one name.
    """

    folders: tuple[Path, ...] = ()
    given: Mapping[Path, Any] = field(default_factory=dict)

    @cached_property
    def instruments(self) -> Mapping[str, Instrument]:
        """By key, in the order of the files."""
        return _once(
            (path, instrument.key, instrument)
            for path in self._files
            for instrument in _instruments(path, self._read(path))
        )

    @cached_property
    def by_name(self) -> Mapping[str, list[Instrument]]:
        """The instruments, several where one followed another, by the words of each of their names."""
        found: dict[str, list[Instrument]] = {}
        for instrument in self.instruments.values():
            for name in dict.fromkeys(map(words, instrument.names)):
                found.setdefault(name, []).append(instrument)
        return found

    @cached_property
    def obligations(self) -> Mapping[str, Obligation]:
        """By id, in the order of the files."""
        return _once(
            (path, obligation.id, obligation)
            for path in self._files
            for obligation in _obligations(read_only(path, (OBLIGATIONS,)), self.instruments)
        )

    def _read(self, path: Path) -> Node:
        return Node(self.given[path], path) if path in self.given else read_only(path, (INSTRUMENTS,))

    @cached_property
    def _files(self) -> tuple[Path, ...]:
        """At the top of each folder; each once, though a folder may be named twice."""
        found = (folder / FILE for folder in self.folders)
        return tuple({path.resolve(): path for path in found if path.is_file()}.values())

    def named(self, node: Node) -> str:
        """The obligation whose id the node holds; an unknown one is an error that names the nearest."""
        name = node.text()
        if name not in self.obligations:
            node.fail(f"no obligation is called '{name}'{nearest(name, self.obligations)}; see: reportlint coverage")
        return name


ValueT = TypeVar("ValueT")


def _once(found: Iterable[tuple[Path, str, ValueT]]) -> dict[str, ValueT]:
    result: dict[str, ValueT] = {}
    paths: dict[str, Path] = {}
    for path, key, value in found:
        if key in result:
            raise ConfigError(path, f"the norm '{key}' is also in {paths[key]}")
        result[key], paths[key] = value, path
    return result


def _instruments(path: Path, node: Node) -> Iterator[Instrument]:
    entries = node.items((INSTRUMENTS, OBLIGATIONS))
    if INSTRUMENTS not in entries:
        return
    for key, item in entries[INSTRUMENTS].items().items():
        keys = item.items(("name", "short", "numbers", "from", "to", "articles", "replaced-by"))
        if "name" not in keys:
            item.fail("the key 'name' is missing")
        yield Instrument(
            key=key,
            name=keys["name"].bilingual(),
            short=keys["short"].texts() if "short" in keys else (),
            numbers=keys["numbers"].texts() if "numbers" in keys else (),
            first=_day(keys["from"]) if "from" in keys else None,
            last=_day(keys["to"]) if "to" in keys else None,
            articles=keys["articles"].whole() if "articles" in keys else None,
            replaced_by=_other(keys["replaced-by"], entries[INSTRUMENTS]) if "replaced-by" in keys else "",
        )


def _other(node: Node, instruments: Node) -> str:
    return node.choice(instruments.items())


def _obligations(node: Node, instruments: Mapping[str, Instrument]) -> Iterator[Obligation]:
    entries = node.items((INSTRUMENTS, OBLIGATIONS))
    if OBLIGATIONS not in entries:
        return
    for key, group in entries[OBLIGATIONS].items().items():
        if key not in instruments:
            entries[OBLIGATIONS].fail_at_key(key, f"no instrument is called '{key}'{nearest(key, instruments)}")
        instrument = instruments[key]
        for name, item in group.items().items():
            keys = item.items(("article", "duty", "by-hand", "from", "to"))
            for wanted in ("article", "duty"):
                if wanted not in keys:
                    item.fail(f"the key '{wanted}' is missing")
            yield Obligation(
                id=name,
                instrument=instrument,
                article=keys["article"].bilingual(),
                duty=keys["duty"].bilingual(),
                by_hand=keys["by-hand"].bilingual() if "by-hand" in keys else None,
                first=_day(keys["from"]) if "from" in keys else instrument.first,
                last=_day(keys["to"]) if "to" in keys else instrument.last,
            )


def _day(node: Node) -> date:
    text = node.text()
    try:
        return date.fromisoformat(text)
    except ValueError:
        node.fail(f"expected a day such as 2019-05-15, found '{text}'")
