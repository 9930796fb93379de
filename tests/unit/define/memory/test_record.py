"""Records: order, lookups, and growing by an event without changing"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.define.memory import Record
from medark.define.memory.layout import END, KEY, START, layout
from medark.define.memory.table_rows import TableRows, in_order
from medark.errors import DefinitionError
from unit.define.memory.drawn import days, few_ids, times
from unit.define.memory.people import columns, d, drug, lab, person

CONCEPT = layout("measurement").places["measurement_concept_id"]
DATE = layout("measurement").places["measurement_date"]
labs = st.lists(
    st.builds(lab, st.integers(0, 30), st.none() | days | times, st.none(), few_ids),
    max_size=14,
    unique_by=lambda row: row["measurement_id"],
)


def keys(rows: list[Any]) -> list[int]:
    return [row[KEY] for row in rows]


def test_rows_are_in_order_of_start_then_key_and_undated_ones_last() -> None:
    record = person(
        lab(4, None), lab(3, d(1, 2)), lab(2, d(1, 2, 0)), lab(1, d(1, 3)), lab(5, d(1, 1, 9)), lab(0, None)
    )
    assert keys(record.table("measurement").rows) == [5, 2, 3, 1, 0, 4]
    assert record.table("note").rows == []
    assert record.size() == 7


def test_a_row_knows_when_it_starts_and_ends() -> None:
    record = person(
        drug(1, d(1, 1), d(1, 5)),
        drug(2, d(1, 2), drug_exposure_end_datetime=d(1, 3, 4), drug_exposure_start_datetime=d(1, 2, 9)),
        drug(3, d(1, 4)),
    )
    ends = [(row[KEY], row[START], row[END]) for row in record.table("drug_exposure").rows]
    assert ends == [(1, d(1, 1, 0), d(1, 5, 0)), (2, d(1, 2, 9), d(1, 3, 4)), (3, d(1, 4, 0), d(1, 4, 0))]


def test_rows_are_this_persons() -> None:
    place = layout("measurement").places["person_id"]
    assert [row[place] for row in person(lab(1, d(1, 1)), person_id=12).table("measurement").rows] == [12]


@pytest.mark.parametrize(
    ("tables", "what"),
    [
        ({"measurments": {}}, "no table 'measurments'"),
        ({"measurement": {"measurement_id": [1], "value": [2]}}, "no column 'value'"),
        ({"measurement": {"value_as_number": [2.0]}}, "rows of measurement without 'measurement_id'"),
        ({"measurement": {"measurement_id": [1], "value_as_number": []}}, "different lengths"),
    ],
)
def test_what_can_be_no_record_is_refused(tables: Any, what: str) -> None:
    with pytest.raises(DefinitionError, match=what):
        Record.of(1, tables)


def test_a_repr_says_nothing_of_a_person() -> None:
    assert repr(person(lab(1, d(1, 1), 5.5))) == "Record(measurement, person)"


@given(labs, labs, st.sets(few_ids))
def test_a_grown_record_is_the_one_made_whole(before: list[Any], new: list[Any], concepts: set[int]) -> None:
    record = person(*before)
    held = record.table("measurement")
    ask(held, concepts)
    unchanged = keys(held.rows), {key: keys(rows) for key, rows in held.by(CONCEPT).items()}
    grown = record.with_rows("measurement", [{k: v for k, v in row.items() if k != "table"} for row in new])
    replaced = {row["measurement_id"] for row in new}
    whole = person(*(row for row in before if row["measurement_id"] not in replaced), *new)
    assert ask(grown.table("measurement"), concepts) == ask(whole.table("measurement"), concepts)
    assert (keys(held.rows), {key: keys(rows) for key, rows in held.by(CONCEPT).items()}) == unchanged
    without = grown.without_rows("measurement", replaced)
    assert (
        without.table("measurement").rows
        == person(*(row for row in before if row["measurement_id"] not in replaced)).table("measurement").rows
    )


def ask(held: TableRows, concepts: set[int]) -> tuple[Any, ...]:
    wanted = frozenset(concepts)
    assert held.among(CONCEPT, wanted) == in_order(row for row in held.rows if row[CONCEPT] in wanted)
    by = {value: rows for value, rows in held.by(CONCEPT).items() if rows}
    dates = [row[DATE] for row in held.rows if row[START] is not None]
    assert not held.agrees(DATE) or dates == sorted(dates)
    return held.rows, by, held.agrees(DATE)


def test_a_date_that_contradicts_its_time_is_not_trusted() -> None:
    record = person(lab(1, d(1, 5, 6), measurement_date=d(1, 1)), lab(2, d(1, 3)))
    assert not record.table("measurement").agrees(DATE)
    assert person(lab(1, d(1, 5, 6)), lab(2, None)).table("measurement").agrees(DATE)


def test_nothing_new_is_the_same_record() -> None:
    record = person(lab(1, d(1, 1)))
    assert record.with_rows("measurement", []) is record
    assert columns([]) == {}
    assert isinstance(record.table("measurement").rows[0][START], dt.datetime)
