"""Readers: from the bytes of a file to its canonical text and its blocks.

A reader of another format makes a text of its own for people to look at (`reportlint show`), says for each
block where in that text it stands, and hands both on. Nothing behind it knows which format it was.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from reportlint.errors import ReadError, WriteError
from reportlint.extension import Reader, Reading
from reportlint.source import LARGEST_FILE, LINE_END, Source, decode, encode


def read_text(path: Path, data: bytes) -> Reading:
    """A text file. The canonical text is its own."""
    decoded, encoding = decode(data)
    return read_source(Source(path, decoded, encoding))


def write_text(data: bytes, source: Source, text: str) -> bytes:
    """The content of a text file with another text in it, in the encoding of the file.

    Raises:
        WriteError: The encoding has no such character, or the file would not come out as it is where nothing changes.
    """
    try:
        if encode(source.text, source.encoding, data) != data:
            raise WriteError(
                f"按 {_name(source)} 重新写出时，文件没有改动的地方也会变。请另存为 UTF-8 后再改",
                f"written as {_name(source)} again, the file would change where nothing is mended; save it as UTF-8",
            )
        return encode(text, source.encoding, data)
    except UnicodeEncodeError as error:
        character = text[error.start]
        raise WriteError(
            f"文件的编码 {_name(source)} 中没有字符“{character}”。请另存为 UTF-8 后再改",
            f"the encoding of the file, {_name(source)}, has no character “{character}”; save it as UTF-8",
        ) from error


def _name(source: Source) -> str:
    return source.encoding.removesuffix("-sig").upper()


def read_source(source: Source) -> Reading:
    """A text that is decoded already, such as an editor's.

    Raises:
        ReadError: It is longer than any report.
    """
    from reportlint.readers import text

    _refuse_too_much(source.text)
    return Reading(source, tuple(text.read(source)))


TEXT = Reader("text", (".txt", ".text"), read_text, write_text)
READERS = (TEXT,)


def by_suffix(readers: Iterable[Reader]) -> dict[str, Reader]:
    """Which reader is for which ending."""
    return {suffix: reader for reader in readers for suffix in reader.suffixes}


BUILT_IN = by_suffix(READERS)


def read(path: Path, data: bytes, readers: Mapping[str, Reader] = BUILT_IN) -> Reading:
    """The file's content by the reader for its ending; as text where there is none.

    Raises:
        ReadError: It is too large, or not what its ending says.
    """
    if len(data) > LARGEST_FILE:
        raise too_large(len(data))
    reader = readers.get(path.suffix.lower())
    return reader.read(path, data) if reader else read_text(path, data)


def written(path: Path, data: bytes, source: Source, text: str, readers: Mapping[str, Reader] = BUILT_IN) -> bytes:
    """The content of the file with another text in it, by the reader that read it.

    Raises:
        WriteError: It cannot be written back.
    """
    reader = readers.get(path.suffix.lower(), TEXT)
    if reader.write is None:
        raise WriteError(
            f"不能改写这种格式的文件（{reader.name}）。请照说明在原程序中修改",
            f"files of this format ({reader.name}) cannot be written back; mend them where they were made",
        )
    return reader.write(data, source, text)


MOST_LINES = 100_000
LONGEST_LINE = 50_000  # code points


def _refuse_too_much(text: str) -> None:
    """Every later step is linear in the number of lines, and some in the square of a line's length."""
    number = text.count("\n") + text.count("\r") - text.count("\r\n") + 1
    if number > MOST_LINES:
        raise ReadError(
            f"文件有 {number} 行，超过 {MOST_LINES} 行的上限。一份年度报告不会这样长，请确认文件是否正确",
            f"the file has {number} lines, more than the limit of {MOST_LINES}; an annual report is never that long",
        )
    if len(text) <= LONGEST_LINE:
        return
    for place, line in enumerate(LINE_END.split(text), start=1):
        if len(line) > LONGEST_LINE:
            raise ReadError(
                f"第 {place} 行有 {len(line)} 个字符，超过 {LONGEST_LINE} 个的上限。请按段落分行后再检查",
                f"line {place} has {len(line)} characters, more than the limit of {LONGEST_LINE}; "
                "break it into paragraphs and check again",
            )


def too_large(size: int) -> ReadError:
    mebibyte = 1024 * 1024
    limit, whole = LARGEST_FILE // mebibyte, -(-size // mebibyte)  # rounded up: 8 MiB are not more than 8 MiB
    return ReadError(
        f"文件有 {whole} MiB，超过 {limit} MiB 的上限。一份年度报告不会这样大，请确认文件是否正确",
        f"the file has {whole} MiB, more than the limit of {limit} MiB; an annual report is never that large",
    )
