"""Hostile table files: refused with a reason, in bounded time and memory."""

from __future__ import annotations

import csv
import io
import random
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from medark.errors import RefusedInput
from medark.model.delimited import Delimited
from medark.model.record import Format
from medark.standardise.formats import tabular
from medark.standardise.formats.tabular import TableShape

MIB = 1 << 20
PLAIN = TableShape(Format.DELIMITED, ("a", "b"), Delimited(("a", "b")))


class Endless(io.RawIOBase):
    """A file that is never held: `head`, then `unit` over and over up to `size` bytes."""

    def __init__(self, head: bytes, unit: bytes, size: int) -> None:
        self.left, self.given = size, 0
        self._head, self._unit, self._at = head, unit * (MIB // len(unit) + 1), 0

    def read(self, size: int = -1) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        size = min(size, self.left)
        block = (self._unit * (size // len(self._unit) + 2))[self._at : self._at + size]
        self._at = (self._at + size) % len(self._unit)
        self.left -= len(block)
        self.given += len(block)
        return block


def peak_of(content: BinaryIO, table: TableShape = PLAIN) -> tuple[int, int]:
    """Rows, and the most memory that cutting held."""
    tracemalloc.start()
    try:
        rows = sum(block.rows for block in tabular.cut(content, table))
        return rows, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_is_flat_however_long_the_file():
    row = b"1,some text of a row\n"
    small, large = (peak_of(Endless(b"a,b\n", row, size - size % len(row))) for size in (40 * MIB, 400 * MIB))
    assert large[0] == 400 * MIB // len(row)
    assert small[1] < 40 * MIB and large[1] < 40 * MIB


@pytest.mark.parametrize("head", [b"a,b\n1,", b'a,b\n1,"', b'a,b\n1,2\n"'])
def test_a_line_of_a_gigabyte_is_refused_before_it_is_read(head):
    content = Endless(head, b"x", 1 << 30)
    with pytest.raises(RefusedInput, match="longer than 16 MiB"):
        peak_of(content)
    assert content.given < 32 * MIB


def test_a_quote_left_open_over_many_lines_is_refused_with_its_row():
    content = Endless(b'a,b\n1,2\n3,"', b"x,y\n", 1 << 30)
    with pytest.raises(RefusedInput, match="quote is left open") as caught:
        peak_of(content)
    assert "row" in caught.value.where and content.given < 32 * MIB


def test_nul_bytes_far_into_a_file():
    content = io.BytesIO(b"a,b\n" + b"1,2\n" * 100_000 + b"\0\0\0\n")
    with pytest.raises(RefusedInput, match="NUL"):
        peak_of(content)


@pytest.mark.parametrize(
    "head",
    [
        b'"' * 65536,
        b"," * 65536,
        b"\n" * 65536,
        b"'" * 65536,
        b'\\"' * 32768,
        b'","' * 21845,
        b'"a""' * 16384,
        b"\xff\xfe" * 32768,
        b"a|b;c,d\te^f~g\n" * 5000,
        (b"x" * 60 + b",") * 1000,
        b"\xa4\xa4" * 32768,
    ],
)
@pytest.mark.parametrize("fmt", [Format.DELIMITED, Format.FIXED_WIDTH])
def test_any_head_is_shaped_or_refused_in_a_moment(head, fmt):
    began = time.process_time()
    with suppress(RefusedInput):
        tabular.shape(head[:65536], fmt)
    assert time.process_time() - began < 5


def noise(rng: random.Random, size: int) -> bytes:
    return bytes(rng.choice(b"ab,;\t|\"'\\\n\r0\xc3\xa9\xff ") for _ in range(size))


def test_noise_never_raises_anything_else():
    rng = random.Random(7)
    for _ in range(300):
        content = noise(rng, rng.randrange(1, 400))
        for fmt in (Format.DELIMITED, Format.FIXED_WIDTH):
            try:
                (table,) = tabular.shapes(io.BytesIO(content), fmt)
                if fmt is Format.DELIMITED:
                    list(tabular.cut(io.BytesIO(content), table))
                else:
                    list(tabular.rows(io.BytesIO(content), table))
                tabular.blanked(content, fmt, [0, 3])
            except RefusedInput:
                continue


def spoiled(content: bytes, rng: random.Random) -> Iterator[bytes]:
    """The file cut short, and with bytes changed."""
    for _ in range(60):
        yield content[: rng.randrange(len(content))]
        at = rng.randrange(len(content))
        yield content[:at] + bytes([rng.randrange(256)]) + content[at + 1 :]


def test_spoiled_parquet_never_raises_anything_else():
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": ["1", "2"] * 50, "n": list(range(100))}), sink)
    for content in spoiled(sink.getvalue(), random.Random(3)):
        try:
            (table,) = tabular.shapes(io.BytesIO(content), Format.PARQUET)
            list(tabular.rows(io.BytesIO(content), table))
            tabular.blanked(content, Format.PARQUET, [1])
        except RefusedInput:
            continue


def workbook() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for row in range(20):
        sheet.write_row(row, 0, [f"name {row}", row, row / 3])
    book.close()
    return out.getvalue()


def test_spoiled_workbooks_never_raise_anything_else():
    for content in spoiled(workbook(), random.Random(5)):
        try:
            for table in tabular.shapes(io.BytesIO(content), Format.XLSX):
                list(tabular.rows(io.BytesIO(content), table))
            tabular.blanked(content, Format.XLSX, [1])
        except RefusedInput:
            continue


def test_a_workbook_with_an_entity_bomb_is_bounded():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9)
    ) + b']><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">&j;</workbook>'  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, bomb if name == "xl/workbook.xml" else old.read(name))
    began = time.process_time()
    with pytest.raises(RefusedInput):
        tabular.blanked(out.getvalue(), Format.XLSX, [0])
    assert time.process_time() - began < 5


def test_two_cells_in_far_corners_of_a_sheet_are_not_a_rectangle():
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "id")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(RefusedInput, match="mostly empty"):
        tabular.shapes(io.BytesIO(out.getvalue()), Format.XLSX)


def test_parquet_that_says_it_has_more_rows_than_bytes_could_hold(monkeypatch):
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": pa.nulls(200_000, pa.string())}), sink)
    (table,) = tabular.shapes(sink, Format.PARQUET)
    assert sum(batch.num_rows for batch in tabular.rows(sink, table)) == 200_000
    monkeypatch.setattr("medark.standardise.formats.tabular.parquet._ROWS_A_BYTE", 1)
    with pytest.raises(RefusedInput, match="more rows"):
        tabular.shapes(sink, Format.PARQUET)


def test_ten_thousand_columns():
    head = ",".join(f"c{i}" for i in range(10_000)) + "\n" + ",".join("1" for _ in range(10_000)) + "\n"
    assert len(tabular.shape(head.encode()[:65536], Format.DELIMITED).columns) >= 9_000


def test_a_cell_longer_than_csv_allows():
    csv.field_size_limit(1 << 17)
    content = b"a,b\n1," + b"x" * 300_000 + b"\n2,y\n"
    table = tabular.shape(content[:65536], Format.DELIMITED)
    assert sum(block.rows for block in tabular.cut(io.BytesIO(content), table)) == 2
