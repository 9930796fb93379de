"""The sums of a table of events over arrays of its records: what `events` and `people_with` say in SQL, faster"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from medark.check.achilles.by_person import NAMES, ByPerson, People
from medark.check.achilles.coders import Coder, Codes, Few
from medark.check.achilles.counting import Sum
from medark.check.achilles.event_tables import Events
from medark.check.achilles.grouping import added
from medark.check.achilles.records import Coded, Crowd, Records, months_of, values_of
from medark.check.achilles.references import References
from medark.check.achilles.tallies import Packed, Tally, together

_NONE: Mapping[str, Coder] = {}
AT_A_TIME = 1 << 17  # rows: what is made of them in between stays in the processor's cache


class Arrays:
    """Makes sums of rows of `events.plain_rows`, given some people's at a time.

    `coders`: by column, how what the sums are to be added to was coded.
    """

    def __init__(
        self, events: Events, sums: Sequence[Sum], references: References, coders: Mapping[str, Coder] = _NONE
    ) -> None:
        self._records = Records(events, references, coders)
        self._spans = references.spans
        self._of_records = {one: _OfRecords(one) for one in sums if one.of}
        names = {f"{events.table}_{name}": name for name in NAMES}
        self._of_people = {names[one.name]: one for one in sums if one.name in names}
        people = People(references.persons, coders.get("gender_concept_id"))
        self._by_person = ByPerson(people)
        self._latest: list[pa.Table] = []
        self.fits = people.fits or not self._of_people

    def add(self, batches: Iterable[pa.RecordBatch]) -> bool:
        """All rows of some people; False if they can't be coded, and sums have to be made otherwise."""
        crowd = Crowd(self._spans)
        for batch in batches:
            if batch.num_rows and not self._add(batch, crowd):
                return False
        if self._of_people:
            self._by_person.end(crowd)
        self._latest.append(crowd.latest())
        return self._by_person.fits

    def latest(self) -> pa.Table:
        """Each person with the day of their latest record: person_id, day."""
        return pa.concat_tables(self._latest)

    def _add(self, batch: pa.RecordBatch, crowd: Crowd) -> bool:
        coded, person, inside = self._records.coded(batch, crowd)
        if not self._records.fits:
            return False
        for one in self._of_records.values():
            one.add(coded, batch.num_rows)
        if not self._of_people:
            return True
        concepts, concept = coded["concept_id"]
        months = months_of(values_of(batch.column("day"))[0], inside)
        if not isinstance(concepts, Few) or concept is None or months is None:
            return False
        return self._by_person.add(person, concepts, concept, months, inside)

    def found(self) -> Iterator[tuple[Sum, pa.Table | Packed]]:
        """Each sum."""
        for one, counted in self._of_records.items():
            yield one, counted.found()
        if self._of_people:
            for name, found in self._by_person.sums():
                if name in self._of_people:
                    one = self._of_people[name]
                    yield one, found if isinstance(found, pa.Table) else whole(one, found)


class _OfRecords:
    """A sum of records by their columns."""

    def __init__(self, one: Sum) -> None:
        self._sum, self._tally = one, Tally(one.keys)
        self._others: list[pa.Table] = []

    def add(self, coded: Coded, rows: int) -> None:
        """Count rows that have what the sum needs."""
        needed = [coded[name][1] for name in self._sum.needs]
        if any(isinstance(one, int) and not one for one in needed):
            return
        has = np.ones(rows, bool)
        for one in needed:
            if isinstance(one, np.ndarray):
                has &= one != 0
            elif isinstance(one, pa.Array):
                has &= one.is_valid().to_numpy(zero_copy_only=False)
        every = bool(has.all())
        some = rows if every else int(has.sum())
        keys = [coded[name] for name in self._sum.keys]
        if some and all(coder is not None for coder, _ in keys):
            columns = [_some(codes, None if every else has) for _, codes in keys]
            if self._tally.add([coder for coder, _ in keys if coder is not None], columns, some):
                return
        if some:
            self._others.append(_grouped(coded, self._sum, has))

    def found(self) -> pa.Table | Packed:
        """What was counted."""
        if not self._others:
            return whole(self._sum, self._tally.found())
        tables = [_typed(one.table()) for one in self._tally.found()]
        return added([*tables, *map(_typed, self._others)], self._sum.keys, self._sum.measures)


def _some(codes: Codes, has: np.ndarray | None) -> Codes:
    return codes if has is None or isinstance(codes, int) else codes[has]


def _grouped(coded: Coded, one: Sum, has: np.ndarray) -> pa.Table:
    """Rows grouped as they are, where codes are of no use."""
    told = {}
    for name in one.keys:
        coder, codes = coded[name]
        if isinstance(codes, pa.Array):
            told[name] = codes.filter(pa.array(has))
        elif coder is not None:
            told[name] = coder.told(np.full(int(has.sum()), codes) if isinstance(codes, int) else codes[has])
    found = pa.table(told).group_by(list(one.keys)).aggregate([([], "count_all")])
    return found.rename_columns({"count_all": "n"}).select([*one.keys, "n"])


def whole(one: Sum, parts: Sequence[Packed]) -> Packed | pa.Table:
    """Parts of a sum as one."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return pa.table({name: pa.array([], pa.int64()) for name in (*one.keys, *one.measures)})
    found: Packed | None = parts[0]
    for part in parts[1:]:
        found = together(found, part) if found is not None else None
    return found or added([_typed(part.table()) for part in parts], one.keys, one.measures)


def _typed(rows: pa.Table) -> pa.Table:
    kinds = [(one.name, pa.int64() if pa.types.is_integer(one.type) else one.type) for one in rows.schema]
    return rows.cast(pa.schema(kinds))
