"""YAML files read strictly: every mistake is a `ConfigError` at its line and column, with the way out.

The only module that imports ruamel.yaml. Values are built without their places; once something is wrong the file
is read again for them.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn, TypeVar, overload

from reportlint.diagnostic import Text
from reportlint.errors import ConfigError, ConfigErrors
from reportlint.mistakes import MOST, Mistakes, all_of, in_order

# Is told what every value is read as, where somebody wants to know what the reading code asks of a file: the node,
# the name of the method, and what is allowed there (`schema.observed`).
watch: "list[tuple[Node, str, tuple[str, ...] | None]] | None" = None
LARGEST_FILE = 1024 * 1024  # bytes
LONGEST_SHOWN = 60
MOST_DIGITS = 15
DEEPEST = 100
_PARTS = re.compile(r"^(?=[^\s#\-])", re.MULTILINE)
_KEY = re.compile(r"([^\s:'\"{\[][^:]*):(?=\s)")


ValueT = TypeVar("ValueT")
OtherT = TypeVar("OtherT")
NEEDED: Any = object()  # says of an entry that it has to be there


class Node(NamedTuple):
    """A value in a YAML file that knows where it came from.

    keys: The way from the root to it, which is all that is needed to find its place again.
    bases: The files that `path` was laid on; a value may stand in one of them.
    """

    value: Any
    path: Path
    keys: tuple[str | int, ...] = ()
    bases: tuple[Path, ...] = ()

    def fail(self, why: str, offset: int = 0) -> NoReturn:
        """Stop with an error at this value; offset counts code points into a text on one line."""
        self._stop(self.keys, why, offset)

    def fail_at_key(self, key: str | int, why: str) -> NoReturn:
        self._stop((*self.keys, key), why, of_key=True)

    def _stop(self, keys: tuple[str | int, ...], why: str, offset: int = 0, *, of_key: bool = False) -> NoReturn:
        raise self._error(keys, why, offset, of_key=of_key)

    def _error(self, keys: tuple[str | int, ...], why: str, offset: int = 0, *, of_key: bool = False) -> ConfigError:
        for path in (self.path, *self.bases):
            line, column, exact = place(path, keys, of_key=of_key)
            if exact:
                # A text folded over several lines has no place for an offset: its beginning has to do.
                room = len(content(path).splitlines()[line - 1]) - column + 1 if offset else 0
                return ConfigError(path, why, line, column + (offset if offset <= room else 0))
        line, column, _ = place(self.path, keys)
        return ConfigError(self.path, why, line, column)

    def items(self, known: Iterable[str] | None = None) -> "dict[str, Node]":
        """The entries of a mapping; keys that are not among `known` are errors that name the nearest."""
        entries, strays = self.sifted(known)
        if strays:
            raise ConfigErrors(in_order(strays))
        return entries

    def sifted(self, known: Iterable[str] | None = None) -> "tuple[dict[str, Node], list[ConfigError]]":
        """The entries of a mapping whose keys are `known`, and what is wrong with the others."""
        if not isinstance(self.value, Mapping):
            self.fail(f"expected a mapping of keys to values, found {_shown(self.value)}")
        allowed = None if known is None else tuple(known)
        self._watched("items", allowed)
        entries: dict[str, Node] = {}
        strays: list[ConfigError] = []
        for key, value in self.value.items():
            if isinstance(key, str) and (allowed is None or key in allowed):
                entries[key] = Node(value, self.path, (*self.keys, key), self.bases)
            elif len(strays) < MOST:
                strays.append(self._error((*self.keys, key), _stray(key, allowed or ()), of_key=True))
        return entries, strays

    def _watched(self, what: str, allowed: tuple[str, ...] | None = None) -> None:
        if watch is not None:
            watch.append((self, what, allowed))

    def list(self) -> "tuple[Node, ...]":
        self._watched("list")
        if not isinstance(self.value, list):
            self.fail(f"expected a list, found {_shown(self.value)}")
        return tuple(Node(value, self.path, (*self.keys, index), self.bases) for index, value in enumerate(self.value))

    def text(self) -> str:
        self._watched("text")
        if not isinstance(self.value, str) or not self.value:
            self.fail(f"expected a text, found {_shown(self.value)}")
        return self.value

    def mapped(self, read: "Callable[[Node], ValueT]") -> dict[str, ValueT]:
        """The entries of a mapping with keys of its own, each as it is read."""
        entries = self.items()
        return dict(zip(entries, all_of(entries.values(), read), strict=True))

    def texts(self) -> tuple[str, ...]:
        return all_of(self.list(), Node.text)

    def choice(self, allowed: Iterable[str]) -> str:
        choices = tuple(allowed)
        self._watched("choice", choices)
        value = self.text()
        if value not in choices:
            self.fail(f"'{value}' is not one of {', '.join(choices)}{nearest(value, choices)}")
        return value

    def whole(self) -> int:
        self._watched("whole")
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.fail(f"expected a whole number, found {_shown(self.value)}")
        return self.value

    def number(self) -> Decimal:
        self._watched("number")
        try:
            number = Decimal(str(self.value))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
            self.fail(f"expected a number, found {_shown(self.value)}")
        return number

    def truth(self) -> bool:
        self._watched("truth")
        if not isinstance(self.value, bool):
            self.fail(f"expected true or false, found {_shown(self.value)}")
        return self.value

    def bilingual(self) -> Text:
        """A text in both languages: a mapping of zh and en, or one text that serves for both."""
        self._watched("bilingual")
        if isinstance(self.value, str):
            return Text(self.text(), self.text())
        with Entries(self, ("zh", "en"), "the text in") as entries:
            entries.whole = not entries.found  # an unknown language stands for the one that is missing
            found = Text(entries.take("zh", Node.text), entries.take("en", Node.text))
        return found


class Entries(Mistakes):
    """The entries of a mapping, read one by one, so that a mistake in one does not hide those in others.

    with Entries(node, ("name", "also")) as entries:
        name = entries.take("name", Node.text)
        also = entries.take("also", Node.texts, ())

    Leaving it raises all that was found, so that nothing is made of an entry that has a mistake.

    known: The keys that may be there. what: Stands before the name of a key that is missing. whole: Whether a key may
    not be missing; it may where it could stand in a file that cannot be found.
    """

    def __init__(self, node: Node, known: Iterable[str], what: str = "the key", *, whole: bool = True) -> None:
        super().__init__()
        self.node, self.what, self.whole = node, what, whole
        self.by_key, self.found = node.sifted(known)
        self.wrong: set[str] = set()

    def __enter__(self) -> "Entries":
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if isinstance(error, ConfigError):
            self.found.extend(error.errors)
        if error is None or isinstance(error, ConfigError):
            self.stop()

    def __contains__(self, key: str) -> bool:
        return key in self.by_key

    @overload
    def take(self, key: str, read: Callable[[Node], ValueT]) -> ValueT: ...
    @overload
    def take(self, key: str, read: Callable[[Node], ValueT], otherwise: OtherT) -> ValueT | OtherT: ...
    def take(self, key: str, read: Callable[[Node], Any], otherwise: Any = NEEDED) -> Any:
        """What is read of an entry; `otherwise` where it is not there, or has a mistake.

        An entry without `otherwise` has to be there. Where it is not, or has a mistake, what is returned is None,
        whatever the type says: it is gone when all entries have been read.
        """
        if key in self.by_key:
            try:
                return read(self.by_key[key])
            except ConfigError as error:
                self.wrong.add(key)
                self.found.extend(error.errors)
                if len(self.found) >= MOST:
                    self.stop()
        elif otherwise is NEEDED:
            self.need(key)
        return None if otherwise is NEEDED else otherwise

    def is_sound(self, key: str) -> bool:
        """Whether no mistake was found in the entry when it was taken, and none in its key."""
        return key not in self.wrong and not self.is_misspelt(key)

    def need(self, key: str) -> None:
        """Notes that an entry is missing, unless it is there, misspelt."""
        if self.whole and key not in self.by_key and not self.is_misspelt(key):
            with self.noted():
                self.node.fail(f"{self.what} '{key}' is missing")

    def is_misspelt(self, key: str) -> bool:
        """Whether a key that is not known is near to this one, which is not there."""
        if key in self.by_key:
            return False
        return any(nearest(str(stray), (key,)) for stray in self.node.value if stray not in self.by_key)


def read(path: Path, places: "Places | None" = None) -> Node:
    """The whole file as a node. places: Is filled with where each value begins, for who needs them all.

    Raises:
        ConfigError: It cannot be read, is too large, is no YAML, or has a key twice.
    """
    return Node(_compose(path, content(path), places), path)


def read_only(path: Path, wanted: Iterable[str]) -> Node:
    """The file with only these of its own keys read; the others are there, without their values.

    A value's line never begins at the left margin, so a word there is always a key of the file itself.

    Raises:
        ConfigError: As `read`; a mistake in what is not read is found by whoever reads it.
    """
    keys = frozenset(wanted)
    text = content(path)
    parts = [
        part if (found := _KEY.match(part)) is None or found[1] in keys else f"{found[1]}:\n"
        for part in _PARTS.split(text)
    ]
    try:
        return Node(parse(path, "".join(parts)), path)
    except ConfigError:
        parse(path, text)  # to place the mistake in the file as it is
        raise


def parse(path: Path, text: str) -> Any:
    """The value that a YAML text writes.

    Raises:
        ConfigError: It is no YAML, has a key twice, is nested too deep, or uses tags, anchors or several documents.
    """
    return _compose(path, text, None)


Place = tuple[int, int]
# Where each value begins, and its key where it has one; both from 1. By the way from the root.
Places = dict[tuple[str | int, ...], tuple[Place, Place]]


def _compose(path: Path, text: str, places: Places | None) -> Any:
    """Builds the value from ruamel's events, which takes a sixth of the time of its own constructor.

    What plain scalars mean is YAML 1.2: `off` and `no` stay words. Tags, anchors and aliases have no use in a rule
    file, and refusing them bounds its size in memory.
    """
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return _Composer(path, _reader().parse(text), places).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise ConfigError(path, f"not YAML: {error.problem or error.context}", line, column) from error
    except (YAMLError, ValueError) as error:
        raise ConfigError(path, f"not YAML: {str(error).splitlines()[0] if str(error) else error!r}") from error


@cache
def _reader() -> Any:
    """Made once: each looks for plug-ins on the disk."""
    from ruamel.yaml import YAML

    return YAML(typ="safe")


class _Composer:
    """Turns events into mappings, lists and scalars; used once."""

    def __init__(self, path: Path, events: Iterator[Any], places: Places | None) -> None:
        self.path, self.events, self.places = path, events, places

    def document(self) -> Any:
        event = self._next()
        while type(event).__name__ in ("StreamStartEvent", "DocumentStartEvent"):
            event = self._next()
        value = None if type(event).__name__ == "StreamEndEvent" else self._value(event, ())
        for event in self.events:
            if type(event).__name__ == "DocumentStartEvent":
                self._refuse(event, "a second document, of which there can be one only")
        return value

    def _next(self) -> Any:
        return next(self.events)

    def _value(self, event: Any, keys: tuple[str | int, ...]) -> Any:
        name = type(event).__name__
        if name == "AliasEvent" or event.anchor is not None:
            self._refuse(event, "anchors and aliases have no use here")
        if str(getattr(event, "tag", None) or getattr(event, "ctag", None) or "!") != "!":
            self._refuse(event, "tags have no use here")
        if len(keys) > DEEPEST:
            self._refuse(event, f"nested deeper than {DEEPEST} levels")
        if name == "ScalarEvent":
            return event.value if event.style else _plain(event.value)
        return self._mapping(keys) if name == "MappingStartEvent" else self._list(keys)

    def _mapping(self, keys: tuple[str | int, ...]) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        while type(event := self._next()).__name__ != "MappingEndEvent":
            key = self._value(event, keys)
            if isinstance(key, (dict, list)):
                self._refuse(event, "a key has to be a word")
            if key in result:
                self._refuse(event, f'found duplicate key "{key}"')
            value = self._next()
            self._keep((*keys, key), value, event)
            result[key] = self._value(value, (*keys, key))
        return result

    def _list(self, keys: tuple[str | int, ...]) -> list[Any]:
        result: list[Any] = []
        while type(event := self._next()).__name__ != "SequenceEndEvent":
            self._keep((*keys, len(result)), event, event)
            result.append(self._value(event, (*keys, len(result))))
        return result

    def _keep(self, keys: tuple[str | int, ...], value: Any, key: Any) -> None:
        if self.places is not None:
            mark, own = value.start_mark, key.start_mark
            # The mark of a text between quotes is the quote's.
            quote = getattr(value, "style", None) in {"'", '"'}
            self.places[keys] = ((mark.line + 1, mark.column + 1 + quote), (own.line + 1, own.column + 1))

    def _refuse(self, event: Any, why: str) -> NoReturn:
        mark = event.start_mark
        raise ConfigError(self.path, f"not YAML: {why}", mark.line + 1, mark.column + 1)


_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_FRACTION = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def _plain(text: str) -> Any:
    """What a plain scalar means by the core schema of YAML 1.2, but for numbers that no rule needs."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _FRACTION.fullmatch(text) else text


_unsaved: ContextVar[Mapping[Path, str]] = ContextVar("unsaved", default=MappingProxyType({}))


@contextmanager
def unsaved(texts: Mapping[Path, str]) -> Iterator[None]:
    """Inside, these files hold what an editor has of them, not what is on the disk."""
    before = _unsaved.set(texts)
    try:
        yield
    finally:
        _unsaved.reset(before)


def content(path: Path) -> str:
    """The text of a file, or what an editor has of it.

    Raises:
        ConfigError: It cannot be read, is too large or is not UTF-8.
    """
    if (text := _unsaved.get().get(path)) is not None:
        if len(text) > LARGEST_FILE:
            raise ConfigError(path, f"larger than {LARGEST_FILE // 1024} KiB, which no rule file needs to be")
        return text
    if path.exists() and not path.is_file() and not path.is_dir():
        raise ConfigError(path, "not a regular file")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigError(path, f"larger than {LARGEST_FILE // 1024} KiB, which no rule file needs to be")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(path, f"not UTF-8: byte {error.start + 1}") from error
    except OSError as error:
        raise ConfigError(path, f"cannot be read: {error.strerror}") from error


def place(path: Path, keys: tuple[str | int, ...], *, of_key: bool = False) -> tuple[int, int, bool]:
    """Line and column, both from 1, of the value (or the key) at the end of `keys`.

    Where the file does not have it, of its nearest parent; the last item says whether it was found.
    """
    if path.suffix == ".toml":
        from reportlint import tomlfile

        return tomlfile.place(content(path), keys, of_key=of_key)
    places = _places(path, content(path))
    found = (1, 1)
    for length in range(1, len(keys) + 1):
        here = places.get(keys[:length])
        if here is None:
            return *found, False
        found = here[1] if of_key and length == len(keys) else here[0]
    return *found, True


@lru_cache(maxsize=2)  # a file with many mistakes is asked for each of them
def _places(path: Path, text: str) -> Places:
    places: Places = {}
    _compose(path, text, places)
    return places


def nearest(word: str, known: Iterable[str]) -> str:
    """“ (did you mean …?)” where a known word is near, else nothing."""
    from difflib import get_close_matches

    matches = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean '{matches[0]}'?)" if matches else ""


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `over` laid on it: mappings merge key by key, anything else replaces."""
    result = dict(base)
    for key, value in over.items():
        mine = result.get(key)
        result[key] = merged(mine, value) if isinstance(mine, Mapping) and isinstance(value, Mapping) else value
    return result


def files(folder: Path, name: str = "") -> Iterator[Path]:
    """Every YAML file below a folder, sorted; only those of that name, if one is given.

    Raises:
        ConfigError: One is a link to a file elsewhere, which whoever wrote the folder need not be able to read; or a
            folder cannot be looked through.
    """
    found: list[str] = []

    def failed(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise ConfigError(Path(error.filename), f"cannot be read: {error.strerror}") from error

    for parent, _, names in os.walk(folder, onerror=failed):
        wanted = (each for each in names if (each == name if name else each.endswith(".yaml")))
        found.extend(os.path.join(parent, each) for each in wanted)
    for path in sorted(map(Path, found)):
        if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
            raise ConfigError(path, "a link to a file outside its folder, which rule files may not read")
        if path.is_file():
            yield path


def _stray(key: Any, known: tuple[str, ...]) -> str:
    if not isinstance(key, str):
        return f"a key has to be a word, found {_shown(key)}"
    return f"unknown key '{key}'{nearest(key, known)}; known: {', '.join(sorted(known))}"


def _shown(value: Any) -> str:
    kinds = {dict: "a mapping", list: "a list", type(None): "nothing", bool: "true or false"}
    text = f"'{value}'" if isinstance(value, str) else repr(value)
    return kinds.get(type(value), text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")
