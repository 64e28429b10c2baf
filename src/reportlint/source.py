"""A file as text, and the way from places in that text to lines and columns.

The canonical text is what every `Span` refers to. For a text file it is the file's own, decoded.
"""

import bisect
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reportlint.errors import ReadError

LINE_END = re.compile(r"\r\n|\n|\r")
LARGEST_FILE = 64 * 1024 * 1024  # bytes; the five-figure reports of whole provinces stay below 1 MiB


@dataclass(frozen=True)
class Source:
    """The canonical text of one file.

    encoding: The codec that decoded it, so that a fix can write it back.
    """

    path: Path
    text: str
    encoding: str = "utf-8"

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each line starts, in code points; the last line may be empty."""
        return (0, *(match.end() for match in LINE_END.finditer(self.text)))

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
                raise broken(codec, error) from error
    if b"\x00" in data:
        return decode_unmarked_utf16(data)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        damaged = error
    try:
        return data.decode("gb18030"), "gb18030"
    except UnicodeDecodeError as error:
        raise broken("utf-8", damaged) from error


def decode_unmarked_utf16(data: bytes) -> tuple[str, str]:
    """UTF-16 without a mark is recognised by its line ends and spaces: a zero byte on one side only."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    codec = "utf-16-le" if odd > even else "utf-16-be"
    if len(data) % 2 == 0 and min(even, odd) * 20 < max(even, odd):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            text = "\x00"
        if "\x00" not in text:
            return text, codec
    raise ReadError(
        "不是文本文件（含有二进制数据）。请另存为 UTF-8 纯文本后再检查",
        "not a text file (it holds binary data); save it as UTF-8 plain text and check again",
    )


def broken(codec: str, error: UnicodeDecodeError) -> ReadError:
    """The error for bytes that no encoding explains; the place counts bytes from the start of the file."""
    return ReadError(
        f"文字编码损坏：第 {error.start + 1} 个字节既不是 {codec} 也不是 GB18030。请用原来的程序重新另存为 UTF-8",
        f"broken encoding: byte {error.start + 1} is neither {codec} nor GB18030; save the file again as UTF-8",
    )
