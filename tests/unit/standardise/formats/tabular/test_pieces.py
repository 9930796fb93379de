"""Cutting: pieces that join to the file, rows numbered as csv counts them, quotes over line ends kept whole."""

from __future__ import annotations

import csv
import io
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.errors import RefusedInput
from medark.model.delimited import Delimited
from medark.model.record import Format
from medark.standardise.formats import tabular
from medark.standardise.formats.tabular import pieces as cutting
from medark.standardise.formats.tabular.table_shape import TableShape

PLAIN = TableShape(Format.DELIMITED, ("a", "b"), Delimited(("a", "b")))


def cut_up(content: bytes, table: TableShape, size: int) -> list[tuple[int, int, bytes]]:
    """first_row_no, rows and content of each piece."""
    blocks = tabular.cut(io.BytesIO(content), table, size)
    found = []
    for _, group in groupby(blocks, key=lambda b: b.piece_no):
        parts = list(group)
        assert len({p.first_row_no for p in parts}) == 1
        found.append((parts[0].first_row_no, sum(p.rows for p in parts), b"".join(p.content for p in parts)))
    return found


def data_rows(content: bytes, header: bool = True) -> list[list[str]]:
    rows = [row for row in csv.reader(io.StringIO(content.decode(), newline="")) if row]
    return rows[1:] if header else rows


CELL = st.text(st.sampled_from('ab",\n\r ;'), max_size=6)


@settings(max_examples=150)
@given(
    st.lists(st.tuples(CELL, CELL), max_size=30),
    st.integers(1, 60),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(3, 50),
)
def test_pieces_hold_every_row_once_and_know_their_numbers(small_reads, rows, size, end, block):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b"])
    writer.writerows(rows)
    content = out.getvalue().encode()
    with small_reads(block):
        found = cut_up(content, PLAIN, size)
    read = [row for _, _, piece in found for row in data_rows(piece)]
    assert read == data_rows(content)
    first = 0
    for first_row_no, count, piece in found:
        assert (first_row_no, count) == (first, len(data_rows(piece)))
        first += count


@pytest.fixture(scope="module")
def small_reads():
    """Small blocks, so that every kind of cut is met."""

    class Small:
        def __init__(self, size: int) -> None:
            self.size = size

        def __enter__(self) -> None:
            self.old = cutting._READ, cutting.HEAD_BYTES
            cutting._READ = cutting.HEAD_BYTES = self.size

        def __exit__(self, *_: object) -> None:
            cutting._READ, cutting.HEAD_BYTES = self.old

    return Small


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"a,b\n1,2\n\n3,4\n", 2),
        (b"a,b\r\n1,2\r\n\r\n3,4", 2),
        (b'a,b\n"1\n\n2",x\n\n3,4\n', 2),
        (b"a,b\n", 0),
        (b"a,b", 0),
        (b"a,b\r1,2\r3,4\r", 2),
        (b"\n\na,b\n1,2\n", 1),
    ],
)
def test_blank_lines_and_the_header_are_no_rows(content, rows):
    table = tabular.shape(content, Format.DELIMITED)
    assert sum(count for _, count, _ in cut_up(content, table, 1 << 20)) == rows


def test_backslash_escapes():
    content = b'a,b\n"x\\"\n",1\n"y\\\\",2\n'
    table = tabular.shape(content, Format.DELIMITED)
    assert table.backslash
    assert cut_up(content, table, 1 << 20) == [(0, 2, b'a,b\n"x""\n",1\n"y\\",2\n')]


@pytest.mark.parametrize("codec", ["gb18030", "big5", "utf-16", "utf-8-sig", "cp1252"])
def test_pieces_are_utf8_whatever_the_file_is(codec, small_reads):
    text = "id,name\n" + ("1,é\n" if codec == "cp1252" else "1,病人姓名診斷\n") * 500
    content = text.encode(codec)
    table = tabular.shape(content, Format.DELIMITED)
    with small_reads(333):
        found = cut_up(content, table, 1000)
    assert "".join(p.decode().removeprefix("id,name\n") for _, _, p in found) == text.removeprefix("id,name\n")
    assert sum(n for _, n, _ in found) == 500 and found[1][0] == found[0][1]


def test_an_encoding_that_shows_only_after_the_head():
    text = "id,name\n" + "1,abc\n" * 20_000 + "2,王小明感冒\n" * 50
    content = text.encode("gb18030")
    table = tabular.shape(content[: 64 << 10], Format.DELIMITED)
    assert table.encoding == "utf-8"
    (piece,) = cut_up(content, table, 1 << 30)
    assert piece[2].decode() == text


def test_broken_bytes_stay_for_the_engine_to_find():
    content = b"id,name\n" + "1,王小明\n".encode() * 30 + b"2,\xff\n"
    table = tabular.shape(content, Format.DELIMITED)
    assert cut_up(content, table, 1 << 20) == [(0, 31, content)]


def test_lines_above_the_header_are_left_out():
    content = b"Export\n\nid,name\n1,a\n2,b\n"
    assert cut_up(content, tabular.shape(content, Format.DELIMITED), 1 << 20) == [(0, 2, b"id,name\n1,a\n2,b\n")]


def test_an_open_quote_is_refused_with_its_row():
    content = b'a,b\n1,2\n"3,4\n5,6\n'
    with pytest.raises(RefusedInput, match="quote is left open") as caught:
        cut_up(content, PLAIN, 1 << 20)
    assert caught.value.where == {"row": 1}
