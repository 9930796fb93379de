"""Text of any encoding in UTF-8, whatever blocks it comes in; lines that are not of it are marked."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.standardise.formats.tabular.encoding import encoding_of
from medark.standardise.formats.tabular.transcode import utf8_blocks

LINES = [f"B{n:05d},王小明{'甲乙丙丁戊己'[n % 6]},男,急性上呼吸道感染,余杭区仓前街道明月里路{n}号\n" for n in range(60)]
HEADER = "病人ID,姓名,性别,诊断,现住址\n"


def written(stray: int | None = None, codec: str = "gb18030", other: str = "utf-8") -> bytes:
    lines = [line.encode(other if n == stray else codec) for n, line in enumerate(LINES)]
    return HEADER.encode(codec) + b"".join(lines)


def read(content: bytes, size: int, codec: str = "gb18030") -> list[bytes]:
    head, rest = content[:size], io.BytesIO(content[size:])
    return b"".join(utf8_blocks(head, rest, codec, size)).splitlines(keepends=True)


@given(st.integers(1, 4000))
def test_blocks_may_end_anywhere(size: int) -> None:
    assert b"".join(read(written(), size)).decode() == HEADER + "".join(LINES)


@given(st.integers(0, 59), st.integers(1, 4000))
def test_a_line_in_another_encoding_is_marked_and_no_other(stray: int, size: int) -> None:
    found = read(written(stray), size)
    broken = [n for n, line in enumerate(found[1:]) if b"\xff" in line]
    assert broken == [stray]
    assert [line.decode() for n, line in enumerate(found[1:]) if n != stray] == [
        line for n, line in enumerate(LINES) if n != stray
    ]


@pytest.mark.parametrize("stray", [0, 7, 59])
def test_one_such_line_does_not_change_what_the_file_is(stray: int) -> None:
    assert encoding_of(written(stray), complete=True) == "gb18030"
    assert encoding_of(written(stray, "utf-8", "gb18030"), complete=True) == "utf-8"


def test_of_a_few_lines_one_may_be_another() -> None:
    few = HEADER.encode("gb18030") + LINES[0].encode() + "".join(LINES[1:4]).encode("gb18030")
    assert encoding_of(few, complete=True) == "gb18030"
