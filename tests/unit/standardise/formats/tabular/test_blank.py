"""Erasure of rows: theirs are empty, the others as they were, and numbers do not move."""

from __future__ import annotations

import datetime as dt
import io
import tracemalloc
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from medark.model.record import Format
from medark.standardise.formats import tabular

SECRET = "Zzyzx-Canary"


@pytest.mark.parametrize(
    ("text", "row_nos", "wanted"),
    [
        (f"id,name\n1,{SECRET}\n2,b\n", [0], "id,name\n,\n2,b\n"),
        (f"id,name\r\n1,a\r\n\r\n2,{SECRET}\r\n", [1], "id,name\r\n1,a\r\n\r\n,\r\n"),
        (f'id;name\n1;"{SECRET};\n;x"\n2;b', [0], "id;name\n;\n2;b"),
        (f"Export\n\nid\tname\n1\t{SECRET}", [0], "Export\n\nid\tname\n\t"),
        (f"1,{SECRET},2\n2,b,3\n", [0], ",,\n2,b,3\n"),
        (f"note\n{SECRET}\nother\n", [0], 'note\n""\nother\n'),
        ("id,name\n1,a\n", [7], "id,name\n1,a\n"),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_delimited(text, row_nos, wanted, codec):
    assert tabular.blanked(text.encode(codec), Format.DELIMITED, row_nos) == wanted.encode(codec)


def test_other_rows_stay_byte_for_byte_even_when_broken():
    content = b"id,name\n1,\xff\xfe\n2," + "王小明".encode("gb18030") * 9 + b"\n3,c\n"
    blank = tabular.blanked(content, Format.DELIMITED, [2])
    assert blank == content.replace(b"3,c", b",")


def test_numbers_are_those_of_cut():
    content = b"id,name\n" + b"".join(b'%d,"x\n%d"\n\n' % (i, i) for i in range(50))
    blank = tabular.blanked(content, Format.DELIMITED, [10, 49])
    table = tabular.shape(content, Format.DELIMITED)
    counts = [sum(b.rows for b in tabular.cut(io.BytesIO(c), table)) for c in (content, blank)]
    assert counts == [50, 50]
    assert b'10,"x' not in blank and b'49,"x' not in blank and b'11,"x' in blank


def test_fixed_width():
    text = "ID    NAME    SEX\n0017  Wang    F\n0018  Li      M\n0019  Chen    F\n"
    blank = tabular.blanked(text.encode(), Format.FIXED_WIDTH, [1])
    assert blank.decode() == text.replace("0018  Li      M", " " * 15)


def test_parquet():
    table = pa.table({
        "id": pa.array(range(100)),
        "name": pa.array([SECRET if i == 7 else f"n{i}" for i in range(100)]).dictionary_encode(),
        "when": pa.array([dt.datetime(2024, 1, 1)] * 100),
        "must": pa.array([f"{SECRET}{i}" if i == 7 else "x" for i in range(100)]),
    })  # fmt: skip
    table = table.cast(table.schema.set(3, pa.field("must", pa.string(), nullable=False)))
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=30)
    assert SECRET.encode() in sink.getvalue()
    blank = tabular.blanked(sink.getvalue(), Format.PARQUET, [7])
    assert SECRET.encode() not in blank
    after = pq.read_table(io.BytesIO(blank))
    assert after.schema.equals(table.schema)
    before, rows = table.to_pylist(), after.to_pylist()
    assert rows[7] == {"id": None, "name": None, "when": None, "must": ""}
    assert rows[:7] + rows[8:] == before[:7] + before[8:]


def everything(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_workbook():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("one")
    sheet.write_row(0, 0, ["name", "ward", "no"])
    sheet.write_row(1, 0, [SECRET, "north", 123456])
    sheet.write_row(2, 0, ["Li", "north", 8])
    other = book.add_worksheet("two")
    other.write_row(0, 0, ["name", "when"])
    other.write_row(1, 0, ["Li", 987654])
    book.close()
    content = out.getvalue()
    blank = tabular.blanked(content, Format.XLSX, [0, (1 << 20) + 0])
    left = everything(blank)
    assert not [word for word in (SECRET, "123456", "987654") if word.encode() in left]
    assert b"Li" in left and b"north" in left  # still used
    found = {
        s.sheet: pa.concat_tables(tabular.rows(io.BytesIO(blank), s)).to_pylist()
        for s in tabular.shapes(io.BytesIO(blank), Format.XLSX)
        if s.sheet == "one"
    }
    assert found == {"one": [{"name": "Li", "ward": "north", "no": "8", "row_no": 1}]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_from_file_to_file_it_is_the_same(encoding: str, end: str) -> None:
    rows = ["号,名,note", *(f'{n},王{n},"a, ""b""{end if n % 7 == 0 else ""}"' for n in range(9000)), "", "x"]
    content = end.join(rows).encode(encoding)
    for row_nos in ([], [0], [3, 7, 8999], range(0, 9000, 5)):
        out = io.BytesIO()
        tabular.blanked_into(out, io.BytesIO(content), Format.DELIMITED, row_nos)
        assert out.getvalue() == tabular.blanked(content, Format.DELIMITED, row_nos)


def test_a_large_file_is_never_held(tmp_path: Path) -> None:
    rows = b"id,name\n" + b"1,some text of a row\n" * 300_000
    out = tmp_path / "out"
    with out.open("wb") as file:
        tracemalloc.start()
        try:
            tabular.blanked_into(file, io.BytesIO(rows), Format.DELIMITED, [5, 299_999])
            assert tracemalloc.get_traced_memory()[1] < 2 << 20
        finally:
            tracemalloc.stop()
    assert out.read_bytes().count(b",\n") == 2
