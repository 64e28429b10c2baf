"""The formats that print diagnostics. Each is imported when it is chosen, so that starting stays quick."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reportlint.diagnostic import Checked, Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a format may be told.

    base: Where relative addresses start, for formats that write addresses. version: Of reportlint.
    color: Whether ANSI colours may be used.
    """

    language: Language
    base: Path | None = None
    version: str = ""
    color: bool = False


# Yields the output piece by piece; the same reports give the same pieces, and UTF-8 can encode each of them.
Format = Callable[[Iterable[Checked], Options], Iterator[str]]


def load_text() -> Format:
    from reportlint.formats.frame import render

    return render


def load_concise() -> Format:
    from reportlint.formats.concise import render

    return render


def load_json() -> Format:
    from reportlint.formats.json import render

    return render


FORMATS: Mapping[str, Callable[[], Format]] = {
    "text": load_text,
    "concise": load_concise,
    "json": load_json,
}
