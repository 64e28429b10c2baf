from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportlint.errors import ReadError
from reportlint.source import Source, decode

# Many 一 (U+4E00, whose lower byte is zero), few ASCII characters: zero bytes stand on both sides.
CHINESE = "一、总体情况\n一是统一，二是一致。\n十一件\n\t一\n\t1\n"


def test_positions_count_code_points_from_one() -> None:
    source = Source(Path("a.txt"), "甲𠮷b\r\n丙\r丁\n\n戊")
    assert [source.position(offset) for offset in range(len(source.text) + 1)] == [
        (1, 1),
        (1, 2),
        (1, 3),
        (1, 4),
        (1, 5),
        (2, 1),
        (2, 2),
        (3, 1),
        (3, 2),
        (4, 1),
        (5, 1),
        (5, 2),
    ]
    assert [source.line(number) for number in range(1, 6)] == ["甲𠮷b", "丙", "丁", "", "戊"]


@given(st.text(st.sampled_from("甲ab\r\n\u2028\x0c\t"), max_size=40))
def test_lines_joined_with_their_ends_are_the_text(text: str) -> None:
    source = Source(Path("a.txt"), text)
    ends = [*source.starts[1:], len(text)]
    lines = [text[start:end] for start, end in zip(source.starts, ends, strict=True)]
    assert "".join(lines) == text
    assert [line.rstrip("\r\n") for line in lines] == [source.line(number + 1) for number in range(len(lines))]
    assert all(source.position(start) == (number, 1) for number, start in enumerate(source.starts, start=1))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", [CHINESE, CHINESE.strip(), "2020\n", "𠮷野家，一份\n"])
def test_every_encoding_is_recognised(codec: str, text: str) -> None:
    decoded, _ = decode(text.encode(codec))
    assert decoded == text


def test_the_codec_is_the_one_that_writes_the_same_bytes() -> None:
    for codec in ("utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be"):
        data = CHINESE.encode(codec)
        assert decode(data)[0].encode(decode(data)[1]) == data


@pytest.mark.parametrize(
    "data",
    [
        b"\x00",
        b"\x00\x00",
        CHINESE.encode() + b"\x00",
        CHINESE.encode() + b"\x00\x00",
        b"\x00" + CHINESE.encode(),
        CHINESE.replace("\n", "\x00\n").encode(),
        "第一行\n第二行\x00。\n".encode(),
        "第一行\n第二行\x00\n".encode(),
        bytes(range(256)) * 4,
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16 + b">\x00\x03\x00\xfe\xff\t\x00",
    ],
)
def test_binary_data_is_no_text(data: bytes) -> None:
    with pytest.raises(ReadError, match="not a text file"):
        decode(data)


@pytest.mark.parametrize(
    ("data", "zh", "en"),
    [
        ("甲\n乙".encode() + b"\xff\xff", "第 2 行", "line 2"),
        ("甲\r乙\r".encode() + b"\xff\xff", "第 3 行", "line 3"),
        (b"\xef\xbb\xbf\xff", "UTF-8", "UTF-8"),
        (b"\xff\xfe\x00\xd8", "UTF-16", "UTF-16"),
        (b"\xff\xfe\x00\x00\x00", "UTF-32", "UTF-32"),
    ],
)
def test_a_broken_encoding_is_told_with_its_line(data: bytes, zh: str, en: str) -> None:
    with pytest.raises(ReadError) as caught:
        decode(data)
    assert zh in caught.value.zh
    assert en in caught.value.en


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        text, codec = decode(data)
    except ReadError:
        return
    assert text.encode(codec) == data or codec in ("utf-16", "utf-32", "gb18030")
