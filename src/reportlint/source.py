"""A file as text, and the way from places in that text to lines and columns.

The canonical text is what every `Span` refers to. For a text file it is the file's own, decoded.
"""

import bisect
import re
from pathlib import Path

from reportlint.errors import ReadError

LINE_END = re.compile(r"\r\n|\n|\r")
LARGEST_FILE = 8 * 1024 * 1024  # bytes; the reports of whole provinces stay below 1 MiB


class Source:
    """The canonical text of one file; made once and not changed.

    encoding: The codec that decoded it, so that a fix can write it back.
    """

    # A class written out: every start makes it, and one that is generated takes longer.
    __slots__ = ("__weakref__", "_starts", "encoding", "path", "text")

    def __init__(self, path: Path, text: str, encoding: str = "utf-8") -> None:
        self.path, self.text, self.encoding = path, text, encoding
        self._starts: tuple[int, ...] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Source) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Source{self._key()!r}"

    def __reduce__(self) -> tuple[type["Source"], tuple[Path, str, str]]:
        return Source, self._key()

    def _key(self) -> tuple[Path, str, str]:
        return self.path, self.text, self.encoding

    @property
    def starts(self) -> tuple[int, ...]:
        """Where each line starts, in code points; the last line may be empty."""
        if self._starts is None:
            self._starts = (0, *(match.end() for match in LINE_END.finditer(self.text)))
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a code point, both from 1."""
        line = bisect.bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line(self, number: int) -> str:
        """One line without its end; `number` counts from 1."""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


# Byte order marks decide; UTF-32's begins with UTF-16's, so it is asked first.
MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the codec that read it: UTF-8, UTF-16 or GB18030, with or without a mark.

    Raises:
        ReadError: The bytes are no text, or text in none of these encodings.
    """
    for mark, codec in MARKS:
        if data.startswith(mark):
            try:
                return data.decode(codec), codec
            except UnicodeDecodeError as error:
                raise broken(data, codec, error) from error
    if b"\x00" in data:
        return decode_unmarked_utf16(data)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        damaged = error
    try:
        return data.decode("gb18030"), "gb18030"
    except UnicodeDecodeError as error:
        raise broken(data, "utf-8", damaged) from error


def encode(text: str, codec: str, original: bytes) -> bytes:
    """The text as the file is written: in its encoding, with its mark and its order of bytes.

    codec: What `decode` said of the original.

    Raises:
        UnicodeEncodeError: The encoding has no such character.
    """
    if codec not in ("utf-16", "utf-32"):
        return text.encode(codec)
    order = "be" if original.startswith((b"\xfe\xff", b"\x00\x00\xfe\xff")) else "le"
    return f"\ufeff{text}".encode(f"{codec}-{order}")


# What Chinese reports are written in: ASCII, general and CJK punctuation, ideographs, full-width forms.
_USUAL = (
    "[\t\n\r -~\u00b7\u2010-\u203f\u2150-\u218f\u2460-\u24ff\u2500-\u25ff\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
    "\U00020000-\U0003fffd]"
)


def decode_unmarked_utf16(data: bytes) -> tuple[str, str]:
    """UTF-16 without a mark: the byte order in which nearly all of it is what reports are written in."""
    found = max((_as_utf16(data, codec) for codec in ("utf-16-le", "utf-16-be")), default=(0.0, "", ""))
    if found[0] >= 0.9 and not _is_utf8_with_zeros(data):
        return found[2], found[1]
    raise ReadError(
        "不是文本文件（含有二进制数据）。请另存为 UTF-8 纯文本后再检查",
        "not a text file (it holds binary data); save it as UTF-8 plain text and check again",
    )


def _as_utf16(data: bytes, codec: str) -> tuple[float, str, str]:
    """Which share of the characters is usual, the codec, and the text."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return 0.0, codec, ""
    return (len(re.findall(_USUAL, text)) / len(text) if "\x00" not in text else 0.0), codec, text


def _is_utf8_with_zeros(data: bytes) -> bool:
    # Two letters of ASCII side by side make an ideograph of UTF-16.
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return data.count(0) * 4 < len(data)


def broken(data: bytes, codec: str, error: UnicodeDecodeError) -> ReadError:
    """The error for bytes that no encoding explains, with the line they stand in."""
    line = len(LINE_END.findall(data[: error.start].decode(codec, "replace"))) + 1
    name = codec.removesuffix("-sig").upper()
    zh, en = (name, name) if codec != "utf-8" else ("UTF-8 或 GB18030", "UTF-8 nor GB18030")
    return ReadError(
        f"文字编码损坏：第 {line} 行有不是 {zh} 的内容。请用原来的程序重新另存为 UTF-8",
        f"broken encoding: line {line} holds what is {'neither' if codec == 'utf-8' else 'not'} {en}; "
        "save the file again as UTF-8",
    )
