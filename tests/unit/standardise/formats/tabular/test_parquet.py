"""Parquet as text: nothing lost."""

from __future__ import annotations

import datetime as dt
import io
import struct
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.errors import RefusedInput
from medark.model.record import Format
from medark.standardise.formats import tabular
from medark.standardise.formats.tabular.parquet import as_text


def read(table: pa.Table) -> pa.Table:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    (found,) = tabular.shapes(sink, Format.PARQUET)
    return pa.concat_tables(tabular.rows(sink, found))


UTC = dt.UTC
NOON = dt.datetime(2180, 5, 7, 12, 0, 1)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pa.array([110101199003070017]), "110101199003070017"),
        (pa.array(["007"]), "007"),
        (pa.array([Decimal("1.50")]), "1.50"),
        (pa.array([0.1]), "0.1"),
        (pa.array([0.1], pa.float32()), "0.1"),
        (pa.array([17.0]), "17"),
        (pa.array([True]), "true"),
        (pa.array([NOON.date()]), "2180-05-07"),
        (pa.array([NOON]), "2180-05-07T12:00:01"),
        (pa.array([NOON.replace(microsecond=120_000)]), "2180-05-07T12:00:01.12"),
        (pa.array([NOON.replace(tzinfo=UTC)], pa.timestamp("us", "UTC")), "2180-05-07T12:00:01Z"),
        (pa.array([NOON.replace(tzinfo=UTC)], pa.timestamp("ns", "Asia/Shanghai")), "2180-05-07T12:00:01Z"),
        (pa.array([dt.time(4, 5, 6)]), "04:05:06.000000"),
        (pa.array([b"abc"]), "abc"),
        (pa.array([b"\xff\x00"]), "ff00"),
        (pa.array(["a"]).dictionary_encode(), "a"),
        (pa.array([{"a": [1, 2]}]), '{"a":[1,2]}'),
        (pa.array([None], pa.null()), None),
        (pa.array([""]), ""),
    ],
)
def test_text_of_a_value(values, text):
    assert as_text(values).to_pylist() == [text]


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**63), 2**63 - 1))
def test_numbers_read_back_to_themselves(number, whole):
    assert float(as_text(pa.array([number]))[0].as_py()) == number
    assert int(as_text(pa.array([whole]))[0].as_py()) == whole
    single = struct.unpack("f", struct.pack("f", min(max(number, -1e38), 1e38)))[0]
    assert struct.pack("f", float(as_text(pa.array([single], pa.float32()))[0].as_py())) == struct.pack("f", single)


def test_rows_are_numbered_over_batches():
    table = read(pa.table({"id": [str(i) for i in range(70_000)]}))
    assert table["row_no"].to_pylist() == list(range(70_000)) == list(map(int, table["id"].to_pylist()))


def test_twin_columns_are_told_apart():
    table = pa.table([pa.array(["a"]), pa.array(["b"])], names=["x", "X"])
    assert read(table).column_names == ["x", "X_2", "row_no"]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\xff" * 100 + b"PAR1", b"id,name\n"])
def test_a_broken_file_is_refused(content):
    with pytest.raises(RefusedInput):
        tabular.shapes(io.BytesIO(content), Format.PARQUET)
