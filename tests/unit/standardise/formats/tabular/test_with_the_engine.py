"""What `shape` and `cut` say, as the engine reads it: the cells that csv reads, and the numbers of their rows."""

from __future__ import annotations

import csv
import io
from itertools import groupby
from pathlib import Path

import pytest

from medark.model.record import Format
from medark.standardise.formats import tabular
from medark.standardise.formats.tabular import pieces
from medark.store.duckdb import DuckDB


@pytest.fixture
def read(tmp_path: Path):
    """All rows of a file through cut and the engine: (row_no, cells)."""

    def through(content: bytes, size: int) -> list[tuple[int, tuple[str, ...]]]:
        table = tabular.shape(content[:65536], Format.DELIMITED)
        assert table.form is not None
        found = []
        with DuckDB(tmp_path).session() as session:
            blocks = tabular.cut(io.BytesIO(content), table, size)
            for number, group in groupby(blocks, key=lambda block: block.piece_no):
                piece = list(group)
                path = tmp_path / f"{number}.csv"
                path.write_bytes(b"".join(block.content for block in piece))
                session.bind_delimited("piece", [path], table.form, row_number="row_no")
                rows = session.query("SELECT * FROM piece").to_pylist()
                assert len(rows) == sum(block.rows for block in piece)
                first = piece[0].first_row_no
                found += [(first + row.pop("row_no"), tuple(row.values())) for row in rows]
        return sorted(found)

    return through


def wanted(text: str, delimiter: str = ",") -> list[tuple[int, tuple[str, ...]]]:
    lines = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    return list(enumerate(lines[1:]))


@pytest.mark.parametrize(
    "text",
    [
        "id,name\n" + "".join(f"{i},n{i}\n" for i in range(2000)),
        "id,name\n" + "".join(f'{i},"n\n{i}, ""x"""\n' for i in range(2000)),
        "id,name\r\n" + "".join(f"{i:018},  n{i} \r\n" for i in range(2000)),
        "id,name\n" + "".join(f"{i},n{i}\n\n" for i in range(500)),
        "身份证号,姓名\n" + "".join(f"{110101199003070000 + i},王小明\n" for i in range(500)),
        "id,name\n0010,\n" + "".join(f"{i:04},NULL\n" for i in range(500)),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_engine_reads_what_csv_reads(read, text, codec, monkeypatch):
    monkeypatch.setattr(pieces, "_READ", 1000)
    monkeypatch.setattr(pieces, "HEAD_BYTES", 1000)
    assert read(text.encode(codec), 5000) == wanted(text)


@pytest.mark.parametrize(
    ("delimiter", "text"), [("\t", "id\tname\n1\ta, b\n"), (";", "id;t\n1;36,5\n"), ("|", "id|x\n1|2\n")]
)
def test_delimiters(read, delimiter, text):
    assert read(text.encode(), 1000) == wanted(text, delimiter)


def test_a_table_without_quotes(read):
    assert read(b'size,n\n5" tube,2\n6" tube,3\n', 1000) == [(0, ('5" tube', "2")), (1, ('6" tube', "3"))]


def test_a_table_without_a_header(read):
    assert read(b"1,a\n2,b\n", 1000) == [(0, ("1", "a")), (1, ("2", "b"))]


def test_lines_above_the_header(read):
    assert read(b"Export of today\n\nid,name\n1,a\n", 1000) == [(0, ("1", "a"))]


def test_backslash_escapes(read):
    assert read(b'a,b\n"x \\"y\\"",2\n', 1000) == [(0, ('x "y"', "2"))]


def test_a_blanked_row_is_still_a_row(read):
    content = b"id,name\n1,a\n2,b\n3,c\n"
    blank = tabular.blanked(content, Format.DELIMITED, [1])
    assert read(blank, 1000) == [(0, ("1", "a")), (1, ("", "")), (2, ("3", "c"))]
