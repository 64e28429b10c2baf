"""What plugins can provide besides rule kinds, and what the package itself provides in the same shapes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reportlint.diagnostic import Checked, Finding, Fix, Language, Safety
from reportlint.source import Source

if TYPE_CHECKING:  # with RE2 and all that reads a report, which neither a format nor a kept result needs
    from reportlint.document import Document
    from reportlint.norms import Norms
    from reportlint.profile import Profile
    from reportlint.report import Block
    from reportlint.rule import Rule

API = 1  # the version of the contract in `hookspecs`; it changes when a plugin may have to


class Reading(NamedTuple):
    """What a reader makes of a file: the canonical text, and its blocks, whose spans count in that text."""

    source: Source
    blocks: "tuple[Block, ...]"


class Reader(NamedTuple):
    """Turns the bytes of a file into its canonical text and its blocks.

    suffixes: Endings of the files that it reads, in lower case, such as `.txt`.
    read: Gets the path, which it does not open, and the content. It may raise `ReadError`, which is told as the
        diagnostic `unreadable`.
    write: Gets the content of the file, what `read` made of it as its `Source`, and a text that takes the place of
        `Source.text`; returns the content of the new file. It may raise `WriteError`. None where the format cannot be
        written back: then nothing in such a file is fixed.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Path, bytes], Reading]
    write: Callable[[bytes, Source, str], bytes] | None = None


class FormatOptions(NamedTuple):
    """What a format may be told.

    base: Where relative addresses start, for formats that write addresses. version: Of reportlint.
    color: Whether ANSI colours may be used. rules: Those that run, with the severities that were set for them.
    norms: What these rules may name, read when it is first asked for. profiles: The forms that are known.
    """

    language: Language
    base: Path | None = None
    version: str = ""
    color: bool = False
    rules: "Sequence[Rule]" = ()
    norms: "Norms | None" = None
    profiles: "Sequence[Profile]" = ()


class Format(NamedTuple):
    """Prints diagnostics.

    render: Yields the output piece by piece; the same reports give the same pieces, and UTF-8 can encode each.
    binary: Whether the pieces are bytes, for files that are no text and that no terminal should see.
    """

    name: str
    render: Callable[[Iterable[Checked], FormatOptions], Iterator[str] | Iterator[bytes]]
    binary: bool = False


class Fixer(NamedTuple):
    """Mends what rules of one kind report.

    kind: Its name. fix: None where it cannot mend this finding. fixes: How safe the fixes are that it may give.
    """

    name: str
    kind: str
    fix: "Callable[[Document, Finding], Fix | None]"
    fixes: tuple[Safety, ...] = ("safe", "unsafe")


class Pack(NamedTuple):
    """Rules, profiles and grammars, all of them data.

    name: Of the plugin that they come from. rules: A folder of rules and profiles, at any depth.
    grammars: A folder of `.lark` files; None where the profiles need no other than the built-in ones.
    """

    name: str
    rules: Path
    grammars: Path | None = None
