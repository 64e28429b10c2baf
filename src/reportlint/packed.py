"""A result as text, so that it can be kept for the next run or sent by another process; and back again.

It is JSON: nothing in it can run. What is read back is looked at, since it may be damaged.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, overload

from reportlint.diagnostic import (
    Checked,
    Diagnostic,
    Edit,
    Fix,
    Part,
    Place,
    Related,
    Role,
    Safety,
    Severity,
    Span,
    Tally,
    Text,
)
from reportlint.source import Source

ValueT = TypeVar("ValueT")
ROLES: tuple[Role, ...] = ("title", "heading", "text", "first-row", "row")
SAFETIES: dict[str, Safety] = {"safe": "safe", "unsafe": "unsafe", "display": "display"}


class DamagedError(Exception):
    """What was read back is no result."""


class Layout(Sequence[Part]):
    """The pieces of a report, made when somebody asks for them: of all formats only those that draw it do.

    packed: Pieces parted by `;`, each its start, its end, its role and the starts and ends of its cells.
    """

    def __init__(self, packed: str) -> None:
        self.packed = packed
        self._parts: tuple[Part, ...] | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        if self._parts is None:
            self._parts = tuple(map(_part, self.packed.split(";"))) if self.packed else ()
        return self._parts

    @overload
    def __getitem__(self, place: int) -> Part: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Part]: ...
    def __getitem__(self, place: int | slice) -> Part | Sequence[Part]:
        return self.parts[place]

    def __len__(self) -> int:
        return len(self.parts)

    def __iter__(self) -> Iterator[Part]:
        return iter(self.parts)

    def __eq__(self, other: object) -> bool:
        return self.parts == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.parts)

    def __reduce__(self) -> tuple[type["Layout"], tuple[str]]:
        return Layout, (self.packed,)


def packed_layout(layout: Sequence[Part]) -> str:
    if isinstance(layout, Layout):
        return layout.packed
    pieces = []
    for span, role, cells in layout:
        numbers = [span[0], span[1], ROLES.index(role)]
        for cell in cells:
            numbers += cell
        pieces.append(" ".join(map(str, numbers)))
    return ";".join(pieces)


def _part(text: str) -> Part:
    start, end, role, *rest = map(int, text.split(" "))
    return Part(Span(start, end), ROLES[role], tuple(map(Span, rest[::2], rest[1::2])))


# There.


def packed(checked: Checked, *, with_source: bool) -> str:
    """The result but for its path, and for what only waivers say. with_source: Whether the canonical text is no
    more than the file decoded, which whoever unpacks has; then it is left out."""
    source = checked.source
    text = None if source is None else True if not with_source else [source.text, source.encoding]
    return json.dumps(
        [
            text,
            checked.profile,
            checked.year,
            checked.agency,
            [_row(diagnostic) for diagnostic in checked.diagnostics],
            checked.rules,
            checked.identities,
            checked.complete,
            packed_layout(checked.layout),
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _row(diagnostic: Diagnostic) -> list[Any]:
    _, span, severity, *rest, waived = diagnostic
    assert waived is None, "waivers are laid on afterwards"
    return [*span, int(severity), *rest]


# And back.


def unpacked(text: str, path: Path, source: Callable[[], Source]) -> Checked:
    """The result for the file at this path. source: The file decoded.

    Raises:
        DamagedError: It is none.
    """
    try:
        return _checked(json.loads(text), path, source)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise DamagedError(f"{type(error).__name__}: {error}") from error


def _checked(value: Any, path: Path, made: Callable[[], Source]) -> Checked:
    text, profile, year, agency, rows, rules, identities, complete, layout = value
    if text is None:
        source = None
    elif text is True:
        source = made()
    else:
        source = Source(path, _is(text[0], str), _is(text[1], str))
    length = len(source.text) if source is not None else 0
    return Checked(
        path=path,
        source=source,
        profile=_maybe(profile, str),
        year=_maybe(year, int),
        agency=_maybe(agency, str),
        diagnostics=tuple([_diagnostic(row, path, length) for row in rows]),
        rules=_tally(rules),
        identities=_tally(identities),
        complete=_is(complete, bool),
        layout=Layout(_is(layout, str)),
    )


def _diagnostic(row: Any, path: Path, length: int) -> Diagnostic:
    (start, end, severity, rule, code, message, place, address, found, expected, related, source, help, fix) = row
    return Diagnostic(
        path=path,
        span=_span((start, end), length),
        severity=Severity(_is(severity, int)),
        rule=_is(rule, str),
        code=_is(code, str),
        message=_text(message),
        place=None if place is None else _place(place),
        address=None if address is None else _text(address),
        found=_maybe(found, str),
        expected=_maybe(expected, str),
        related=tuple([Related(_span(span, length), _text(words)) for span, words in related]),
        source=None if source is None else _text(source),
        help=None if help is None else _text(help),
        fix=None if fix is None else _fix(fix, length),
    )


def _place(value: Any) -> Place:
    section, table, row, column = value
    words = (tuple([_is(label, str) for label in _is(labels, list)]) for labels in (row, column))
    return Place(_maybe(section, str), _maybe(table, str), *words)


def _fix(value: Any, length: int) -> Fix:
    safety, title, edits = value
    changes = tuple([Edit(_span(span, length), _is(text, str)) for span, text in edits])
    return Fix(SAFETIES[safety], _text(title), changes)


def _span(value: Any, length: int) -> Span:
    start, end = value
    if not 0 <= _is(start, int) <= _is(end, int) <= length:
        raise ValueError(f"no place in the report: {start}-{end}")
    return Span(start, end)


def _text(value: Any) -> Text:
    zh, en = value
    return Text(_is(zh, str), _is(en, str))


def _tally(value: Any) -> Tally:
    held, failed, undecided = value
    return Tally(_is(held, int), _is(failed, int), _is(undecided, int))


def _is(value: Any, kind: type[ValueT]) -> ValueT:
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _maybe(value: Any, kind: type[ValueT]) -> ValueT | None:
    return None if value is None else _is(value, kind)
