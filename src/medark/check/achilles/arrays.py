"""The sums of a table of events over arrays of its records: what `events` and `people_with` say in SQL, faster"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles.by_person import ByPerson
from medark.check.achilles.cells import Coded, values_of
from medark.check.achilles.coders import Coder, Few
from medark.check.achilles.counting import Sum
from medark.check.achilles.crowd import Crowd
from medark.check.achilles.event_tables import Events
from medark.check.achilles.events import Alike
from medark.check.achilles.grouping import added
from medark.check.achilles.packed import Packed, together
from medark.check.achilles.people_sums import NAMES
from medark.check.achilles.persons import People
from medark.check.achilles.places import Numbers
from medark.check.achilles.records import Records
from medark.check.achilles.references import References
from medark.check.achilles.tallies import Tally

_NONE: Mapping[str, Coder] = {}
_NO_COLUMNS: Alike = {}
AT_A_TIME = 1 << 17  # rows: what is made of them in between stays in the processor's cache


class Arrays:
    """Makes sums of rows of `events.plain_rows`, given some people's at a time.

    `coders`: by column, how what the sums are to be added to was coded. `alike`: columns of the table that the rows
    are without, since all say the same.
    """

    def __init__(
        self,
        events: Events,
        sums: Sequence[Sum],
        references: References,
        coders: Mapping[str, Coder] = _NONE,
        alike: Alike = _NO_COLUMNS,
    ) -> None:
        self._records = Records(events, references, coders, alike)
        self._spans = references.spans
        self._of_records = {one: _OfRecords(one) for one in sums if one.of}
        self._of_people = of_people(events, sums)
        people = People(references.persons, coders.get("gender_concept_id"))
        self._by_person = ByPerson(people, coders)
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
        outside = None if inside.all() else np.flatnonzero(~inside)
        for one in self._of_records.values():
            one.add(coded, batch.num_rows, outside)
        if not self._of_people:
            return True
        concepts, concept = coded["concept_id"]
        if not isinstance(concepts, Few) or concept is None:
            return False
        self._by_person.add(person, concepts, concept, values_of(batch.column("day"))[0], inside)
        return self._by_person.fits

    def found(self) -> Iterator[tuple[Sum, pa.Table | Packed]]:
        """Each sum."""
        for one, counted in self._of_records.items():
            yield one, counted.found()
        if self._of_people:
            yield from by_name(self._of_people, self._by_person.found())


def of_people(events: Events, sums: Sequence[Sum]) -> dict[str, Sum]:
    """The sums of people among those of a table, by the end of their names."""
    names = {f"{events.table}_{name}": name for name in NAMES}
    return {names[one.name]: one for one in sums if one.name in names}


def by_name(
    sums: Mapping[str, Sum], found: Iterable[tuple[str, list[Packed] | pa.Table]]
) -> Iterator[tuple[Sum, pa.Table | Packed]]:
    """Those of the sums that are asked for, whole."""
    for name, some in found:
        if name in sums:
            yield sums[name], some if isinstance(some, pa.Table) else whole(sums[name], some)


class _OfRecords:
    """A sum of records by their columns."""

    def __init__(self, one: Sum) -> None:
        self._sum, self._tally = one, Tally(one.keys, needs=one.needs)
        self._is_of_few = len(one.keys) == 1 and one.keys == one.needs and not one.is_inside
        self._others: list[pa.Table] = []

    def add(self, coded: Coded, rows: int, outside: Numbers | None) -> None:
        """Count rows that have what the sum needs; `outside`: which are in no observation period."""
        if any(isinstance(codes, int) and not codes for codes in (coded[name][1] for name in self._sum.needs)):
            return
        keys = [coded[name] for name in self._sum.keys]
        coders = [coder for coder, _ in keys if coder is not None]
        codes = [some for _, some in keys if not isinstance(some, pa.Array)]
        left_out, many = outside if self._sum.is_inside else None, rows
        if self._is_of_few and codes and isinstance(codes[0], np.ndarray):
            codes = [codes[0][np.flatnonzero(codes[0])]]
            many = len(codes[0])
        if len(codes) < len(keys) or not self._tally.add(coders, codes, many, left_out):
            self._others.append(_grouped(coded, self._sum, rows, outside))

    def found(self) -> pa.Table | Packed:
        """What was counted."""
        if not self._others:
            return whole(self._sum, self._tally.found())
        tables = [_typed(one.table()) for one in self._tally.found()]
        return added([*tables, *map(_typed, self._others)], self._sum.keys, self._sum.measures)


def _grouped(coded: Coded, one: Sum, rows: int, outside: Numbers | None) -> pa.Table:
    """Rows grouped as they are, where codes are of no use."""
    has = np.ones(rows, bool)
    if outside is not None and one.is_inside:
        has[outside] = False
    told = {}
    for name in one.keys:
        coder, codes = coded[name]
        if not isinstance(codes, pa.Array):
            assert coder is not None
            codes = coder.told(np.full(rows, codes) if isinstance(codes, int) else codes)
        told[name] = codes.filter(pa.array(has))
    table = pa.table(told)
    for name in one.needs:
        table = table.filter(pc.is_valid(table[name]))
    found = table.group_by(list(one.keys)).aggregate([([], "count_all")])
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
