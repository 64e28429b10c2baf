"""Readers: from the bytes of a file to its canonical text and its blocks.

A reader of another format makes a text of its own for people to look at (`reportlint show`), says for each
block where in that text it stands, and hands both on. Nothing behind it knows which format it was.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from reportlint.errors import ReadError
from reportlint.report import Block
from reportlint.source import LARGEST_FILE, Source, decode


class Reading(NamedTuple):
    """What a reader makes of a file."""

    source: Source
    blocks: tuple[Block, ...]


Reader = Callable[[Path, bytes], Reading]


def read_text(path: Path, data: bytes) -> Reading:
    """A text file. The canonical text is its own."""
    from reportlint.readers import text

    decoded, encoding = decode(data)
    source = Source(path, decoded, encoding)
    return Reading(source, tuple(text.read(source)))


# By ending, in lower case. A file that is named on the command line and has another ending is read as text.
READERS: Mapping[str, Reader] = {".txt": read_text, ".text": read_text}


def read(path: Path, data: bytes) -> Reading:
    """The file's content by the reader for its ending.

    Raises:
        ReadError: It is too large, or not what its ending says.
    """
    if len(data) > LARGEST_FILE:
        raise too_large(len(data))
    return READERS.get(path.suffix.lower(), read_text)(path, data)


def too_large(size: int) -> ReadError:
    limit = LARGEST_FILE // (1024 * 1024)
    return ReadError(
        f"文件有 {size // (1024 * 1024)} MiB，超过 {limit} MiB 的上限。一份年度报告不会这样大，请确认文件是否正确",
        f"the file has {size // (1024 * 1024)} MiB, more than the limit of {limit} MiB; an annual report is never that large",
    )
