"""Who is touched by what changed, on one side: as they were, or as they are"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

import pyarrow as pa

from medark.check.achilles.among import Among
from medark.check.achilles.event_tables import BY_NAME
from medark.check.achilles.persons import Everybody
from medark.check.achilles.places import Numbers, each_once
from medark.check.achilles.references import Spans
from medark.check.achilles.spans import Periods
from medark.flows.characterise.forward.differing import Difference
from medark.flows.characterise.kept_people import KeptPeople
from medark.flows.characterise.referring import who_of

Rows = dict[tuple[str, tuple[str, ...], frozenset[str]], pa.Table]
_PERIOD, _DEATH = "observation_period", "death"
_NO_RECORDS = pa.table({"person_id": pa.array([], pa.int64()), "day": pa.array([], pa.date32())})


class Side:
    """What sums of who is touched refer to (`referring.Refers`); `side`: 0 before, 1 now. `rows`: what was read of them
    by table, columns and files: files that are on both sides are read once.
    """

    def __init__(self, differ: Mapping[str, Difference], people: KeptPeople, who: Among, side: int, rows: Rows) -> None:
        self._differ, self._people, self._who, self._side, self._read = differ, people, who, side, rows
        self._met, self._periods = dict[str, pa.Table](), dict[str, Periods]()

    def _files(self, table: str) -> frozenset[str]:
        differ = self._differ[table]
        return differ.both | (differ.came if self._side else differ.went)

    def persons(self) -> Everybody:
        """Those who are touched."""
        return self._persons

    @cached_property
    def _persons(self) -> Everybody:
        return Everybody(self._rows("person", "gender_concept_id", "year_of_birth"))

    @cached_property
    def spans(self) -> Spans:
        """Their observation periods."""
        return self.periods(_PERIOD).known()

    def periods(self, table: str) -> Periods:
        """Their observation or payer plan periods."""
        if table not in self._periods:
            self._periods[table] = Periods.of(self._rows(table))
        return self._periods[table]

    def met(self, table: str, latest: Iterable[pa.Table]) -> None:
        """Who has records in a table, and when each had the latest: person_id, day."""
        self._met[table] = pa.concat_tables([_NO_RECORDS, *latest])

    def people(self, tables: Collection[str]) -> dict[str, Numbers]:
        """Who has a row in each table, once or more; `NOBODY` who is not told."""
        return {table: self.periods(table).who if table == _PERIOD else who_of(self._latest(table)) for table in tables}

    def latest(self, table: str, _day: str) -> pa.Table:
        """When each had the latest record of a table: person_id, day."""
        return self._latest(table)

    def deaths(self) -> pa.Table:
        """All: person_id, day."""
        return pa.concat_tables([_NO_RECORDS, *self._days(_DEATH)])

    def cells(self, who: Among) -> tuple[pa.Table, Numbers]:
        """All that is told of some persons, and who of them died."""
        deaths = self._people.histories.of_files(BY_NAME[_DEATH], self._files(_DEATH))
        dead = each_once(one.people[who.where(one.people)] for one in deaths)
        return self._people.rows.of("person", self._files("person"), who), dead

    def _latest(self, table: str) -> pa.Table:
        if table not in self._met:
            days = (rows.group_by("person_id").aggregate([("day", "max")]) for rows in self._days(table))
            self.met(table, (one.rename_columns(_NO_RECORDS.column_names) for one in days))
        return self._met[table]

    def _days(self, table: str) -> Iterable[pa.Table]:
        for batch in self._people.histories.of(BY_NAME[table], self._files(table), self._who):
            yield pa.Table.from_batches([batch]).select(_NO_RECORDS.column_names)

    def _rows(self, table: str, *columns: str) -> pa.Table:
        differ, found = self._differ[table], list[pa.Table]()
        for files in (differ.both, differ.came if self._side else differ.went):
            key = (table, columns, files)
            if key not in self._read:
                self._read[key] = self._people.rows.of(table, files, self._who, *columns)
            found.append(self._read[key])
        return pa.concat_tables(found)
