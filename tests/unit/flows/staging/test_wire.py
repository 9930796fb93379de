"""Portions between processes: the same rows, and only the columns that hold something"""

from __future__ import annotations

import pickle

import pyarrow as pa

from medark.flows.staging.tasks import Portion
from medark.flows.staging.wire import received, sent
from medark.standardise.formats.staged import Event, UnitIssue, to_table


def test_a_portion_arrives_as_it_was() -> None:
    events = to_table("event", [Event(1, n, 0, kind="drug", person_key="p", code=c) for n, c in enumerate("ab")])
    issues = to_table("unit_issue", [UnitIssue(1, 2, 0, outcome="excluded", reason="planned")])
    whole = Portion({"event": pa.concat_tables([events, events]), "unit_issue": issues}, {1: 2}, frozenset({1}))
    there = received(pickle.loads(pickle.dumps(sent(whole))))
    assert (there.chunks, there.done, there.rows) == (whole.chunks, whole.done, 5)
    for name, table in whole.tables.items():
        filled = [column for column in table.column_names if table[column].null_count < table.num_rows]
        assert there.tables[name].equals(table.select(filled).combine_chunks())
    assert "unit" not in there.tables["event"].column_names
