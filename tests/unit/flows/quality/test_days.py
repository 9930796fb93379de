"""What is kept of the days of a file's rows: as many as plain Python counts, and the same ones after a later day."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pyarrow as pa
import pytest

from medark.check.counting import FILE_NO
from medark.check.dqd import FACTS, instances, plan
from medark.flows.quality import days
from medark.flows.quality.affected import columns_of
from medark.flows.quality.by_days import asks_of_days
from medark.flows.quality.days import Counting, Days, day_columns, rows_of
from medark.flows.quality.told import Told, together
from medark.model.arrow import arrow_schema
from medark.model.omop import VOCABULARY_TABLES, lake_columns, tables

TODAY = dt.date(2024, 7, 1)
UNTIL = (TODAY - dt.date(1970, 1, 1)).days
COLUMNS = ["measurement_date", "measurement_datetime"]
Row = tuple[int, dt.date | None, dt.datetime | None]


def drawn(chance: random.Random, in_order: bool) -> list[Row]:
    """Rows of eight people, some without a day, some after today."""
    found = []
    for _ in range(200):
        day = TODAY + dt.timedelta(days=chance.choice([-400, -1, 0, 0, 1, 90]))
        moment = dt.datetime(day.year, day.month, day.day, chance.choice([0, 23]))
        found.append((chance.randint(1, 8), day if chance.random() < 0.8 else None, moment))
    return sorted(found, key=lambda row: row[0]) if in_order else found


def counted(rows: list[Row], pieces: int = 7) -> tuple[np.ndarray, Days | None]:
    counting = Counting(COLUMNS, UNTIL)
    for first in range(0, len(rows), -(-len(rows) // pieces)):
        people, *cells = zip(*rows[first : first + -(-len(rows) // pieces)], strict=True)
        kinds = (pa.date32(), pa.timestamp("us"))
        arrays = [pa.array(some, kind) for some, kind in zip(cells, kinds, strict=True)]
        counting.add(np.array(people, np.int64), arrays)
    return counting.made()


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_rows_made_of_days_have_as_many_days_and_the_same_ones_after_a_later_day(seed: int, in_order: bool) -> None:
    chance = random.Random(seed)
    rows = drawn(chance, in_order)
    people, found = counted(rows)
    assert found is not None and people.tolist() == sorted({who for who, *_ in rows})
    who = np.array(sorted(chance.sample(people.tolist(), 4)), np.int64)
    kinds = pa.schema([arrow_schema(lake_columns("measurement")).field(name) for name in ("person_id", *COLUMNS)])
    made = rows_of(people, found, who, kinds).to_pylist()
    for person in who.tolist():
        for place, name in enumerate(COLUMNS, 1):
            mine = [str(row[name])[:10] for row in made if row["person_id"] == person and row[name] is not None]
            wanted = [str(row[place])[:10] for row in rows if row[0] == person and row[place] is not None]
            assert len(mine) == len(wanted)
            for last in (TODAY, TODAY + dt.timedelta(days=60)):
                assert sorted(day for day in mine if day > str(last)) == sorted(d for d in wanted if d > str(last))


def test_where_most_rows_lie_ahead_no_days_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "_FEW", 3)
    ahead = TODAY + dt.timedelta(days=1)
    people, found = counted([(1, ahead, None) for _ in range(10)])
    assert people.tolist() == [1] and found is None


def test_what_depends_on_a_last_day_asks_for_days_alone() -> None:
    columns = {name: [c.name for c in lake_columns(name)] for name in tables() if name not in VOCABULARY_TABLES}
    scans = plan([check for check in instances() if check.table in columns], columns)
    asked = [(one.over, link, sql) for one in scans for link, sql in one.of_links.items() if FACTS[link.facts].last]
    assert len(asked) > 10
    for table, link, sql in asked:
        names = columns_of([link], [sql])
        assert asks_of_days(table, names) and {*names} - {"person_id", FILE_NO} <= {*day_columns(table)}


def test_of_what_is_told_twice_the_least_holds() -> None:
    day = dt.date(2024, 1, 1)
    rows = pa.table({
        "id": pa.array([5, 3, 5, 9], pa.int64()),
        "born": pa.array([None, day, day, None], pa.date32()),
        "sex": pa.array([2, 1, 1, None], pa.int32()),
    })  # fmt: skip
    other = Told.of(rows.slice(0, 2))
    whole = together([other, Told.of(rows.slice(2, 2))])
    assert whole.table().to_pylist() == Told.of(rows).table().to_pylist() == [
        {"id": 3, "born": day, "sex": 1}, {"id": 5, "born": day, "sex": 1}, {"id": 9, "born": None, "sex": None}
    ]  # fmt: skip
    assert whole.alike(other).tolist() == [3] and whole.among(np.array([9, 4, 3], np.int64)).ids.tolist() == [3, 9]
