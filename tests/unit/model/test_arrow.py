"""Values out of Arrow are those that Arrow itself gives, of the same types, whatever they are"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.model.arrow import ARROW, rows, values
from medark.model.table import Type

DRAWN = {
    Type.INTEGER: st.integers(-(2**31), 2**31 - 1),
    Type.BIGINT: st.integers(-(2**63), 2**63 - 1),
    Type.FLOAT: st.floats(allow_nan=False),
    Type.TEXT: st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    Type.DATE: st.dates(),
    Type.DATETIME: st.datetimes(),
    Type.BOOLEAN: st.booleans(),
}


@pytest.mark.parametrize("kind", Type)
@settings(deadline=None)
@given(data=st.data())
def test_values_are_those_of_arrow(kind: Type, data: st.DataObject) -> None:
    parts = data.draw(st.lists(st.lists(st.none() | DRAWN[kind], max_size=5), max_size=3))
    column = pa.chunked_array([pa.array(part, ARROW[kind]) for part in parts], ARROW[kind])
    told = values(column)
    assert told == column.to_pylist() == [value for part in parts for value in part]
    assert [type(one) for one in told] == [type(one) for one in column.to_pylist()]


def test_rows_are_those_of_arrow() -> None:
    table = pa.table({"day": [dt.date(2024, 1, 1), None], "at": [dt.datetime(2024, 1, 1, 2), None], "n": [None, 7]})
    assert rows(table) == table.to_pylist()
    assert rows(table.slice(0, 0)) == []
