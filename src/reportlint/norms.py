"""What the law demands: the instruments that reports cite, and their obligations, read from the `norms.yaml` of packs.

Most checks need neither, so each is read when it is first asked for, and one without the other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import date
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from reportlint.diagnostic import Text
from reportlint.errors import ConfigError
from reportlint.mistakes import Mistakes, all_of
from reportlint.records import dataclass
from reportlint.wording import words
from reportlint.yamlfile import Entries, Node, nearest, read_only

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
        found = all_of(self._files, lambda path: (path, _instruments(self._read(path))))
        return _once((path, instrument.key, instrument) for path, own in found for instrument in own)

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
        mistakes = Mistakes()
        instruments: Mapping[str, Instrument] | None = None
        with mistakes.noted():
            # Which there are can be told even where one of them has a mistake.
            instruments = dict.fromkeys(chain.from_iterable(_keys(self._read(path)) for path in self._files), UNKNOWN)
            instruments = self.instruments
        found: tuple[tuple[Path, tuple[Obligation, ...]], ...] = ()
        with mistakes.noted():
            found = all_of(self._files, lambda path: (path, _obligations(read_only(path, (OBLIGATIONS,)), instruments)))
        mistakes.stop()
        return _once((path, obligation.id, obligation) for path, own in found for obligation in own)

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


# Whose obligations those are whose instrument cannot be told, until that has been told.
UNKNOWN = Instrument("", Text("", ""), (), (), None, None, None)
ValueT = TypeVar("ValueT")


def _once(found: Iterable[tuple[Path, str, ValueT]]) -> dict[str, ValueT]:
    result: dict[str, ValueT] = {}
    paths: dict[str, Path] = {}
    for path, key, value in found:
        if key in result:
            raise ConfigError(path, f"the norm '{key}' is also in {paths[key]}")
        result[key], paths[key] = value, path
    return result


def _keys(node: Node) -> Iterable[str]:
    with Entries(node, (INSTRUMENTS, OBLIGATIONS)) as entries:
        found = entries.take(INSTRUMENTS, Node.items, {})
    return found


def _instruments(node: Node) -> tuple[Instrument, ...]:
    with Entries(node, (INSTRUMENTS, OBLIGATIONS)) as entries:
        found = entries.take(INSTRUMENTS, partial(_mapped, read=_instrument), ())
    return found


def _obligations(node: Node, instruments: Mapping[str, Instrument] | None) -> tuple[Obligation, ...]:
    """instruments: Those that there are; None where that cannot be told."""
    with Entries(node, (INSTRUMENTS, OBLIGATIONS)) as entries:
        read = partial(_of_instrument, instruments=instruments)
        groups = entries.take(OBLIGATIONS, partial(_mapped, read=read), ())
    return tuple(chain.from_iterable(groups))


def _mapped(node: Node, read: Callable[[str, Node, Node], ValueT]) -> tuple[ValueT, ...]:
    """What is read of each entry, by its key and the mapping that it stands in."""
    return all_of(node.items().items(), lambda item: read(*item, node))


def _instrument(key: str, node: Node, all_: Node) -> Instrument:
    with Entries(node, ("name", "short", "numbers", "from", "to", "articles", "replaced-by")) as entries:
        instrument = Instrument(
            key=key,
            name=entries.take("name", Node.bilingual),
            short=entries.take("short", Node.texts, ()),
            numbers=entries.take("numbers", Node.texts, ()),
            first=entries.take("from", _day, None),
            last=entries.take("to", _day, None),
            articles=entries.take("articles", Node.whole, None),
            replaced_by=entries.take("replaced-by", lambda other: other.choice(all_.items()), ""),
        )
    return instrument


def _of_instrument(
    key: str, node: Node, all_: Node, instruments: Mapping[str, Instrument] | None
) -> tuple[Obligation, ...]:
    instrument = (instruments or {}).get(key)
    mistakes = Mistakes()
    if instruments is not None and instrument is None:
        with mistakes.noted():
            all_.fail_at_key(key, f"no instrument is called '{key}'{nearest(key, instruments)}")
    found: tuple[Obligation, ...] = ()
    with mistakes.noted():
        found = all_of(node.items().items(), lambda item: _obligation(*item, instrument or UNKNOWN))
    mistakes.stop()
    return found


def _obligation(name: str, node: Node, instrument: Instrument) -> Obligation:
    with Entries(node, ("article", "duty", "by-hand", "from", "to")) as entries:
        obligation = Obligation(
            id=name,
            instrument=instrument,
            article=entries.take("article", Node.bilingual),
            duty=entries.take("duty", Node.bilingual),
            by_hand=entries.take("by-hand", Node.bilingual, None),
            first=entries.take("from", _day, instrument.first),
            last=entries.take("to", _day, instrument.last),
        )
    return obligation


def _day(node: Node) -> date:
    text = node.text()
    try:
        return date.fromisoformat(text)
    except ValueError:
        node.fail(f"expected a day such as 2019-05-15, found '{text}'")
