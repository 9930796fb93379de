"""What changed of people is, added up, the difference of all that they have and all that they had."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pytest

from medark.check.achilles import lives as lives_
from medark.check.achilles.among import Among
from medark.check.achilles.arrays import Arrays, by_name, of_people
from medark.check.achilles.coders import Coder, Few
from medark.check.achilles.counting import Sum
from medark.check.achilles.event_tables import BY_NAME
from medark.check.achilles.lives import add_lives
from medark.check.achilles.packed import Packed
from medark.check.achilles.people_sums import PeopleSums
from medark.check.achilles.people_with import sums
from medark.check.achilles.persons import Everybody, People
from medark.check.achilles.references import NOBODY, References, Spans
from medark.flows.characterise.forward.gathering import Gathering, Touched
from medark.flows.characterise.history import LONG, SHORT, History, Width
from medark.flows.characterise.noting import Noting

NOTE, SUMS = BY_NAME["note"], list(sums("note"))
Rows = list[tuple[int | None, int | None, int | None]]  # person, day, concept
Counts = dict[str, Counter[tuple[object, ...]]]
DAYS = (*range(18_000, 18_900, 7), -20_000, 35_000)
FAR_DAYS = (*DAYS, -100_000, 90_000)  # of other centuries than most
CELLS = pa.schema([(name, pa.int64()) for name in ("person_id", "gender_concept_id", "year_of_birth")])


def batch(rows: Rows) -> pa.RecordBatch:
    schema = pa.schema([("person_id", pa.int64()), ("day", pa.date32()), ("concept_id", pa.int64())])
    cells = zip(*rows, strict=True) if rows else [()] * 3
    return pa.record_batch(
        [pa.array([*some], one.type) for some, one in zip(cells, schema, strict=True)], schema=schema
    )


def history(rows: Rows, width: Width) -> History:
    noting = Noting(width)
    noting.begin(["a"])
    noting.add(batch(rows))
    return noting.made()["a"]


def spans(chance: random.Random) -> dict[int, tuple[int, int]]:
    found = {who: (start := chance.choice(DAYS[:120]), start + chance.randrange(500)) for who in range(1, 30, 2)}
    return {**found, 3: (-110_000, 100_000)}


def side(periods: dict[int, tuple[int, int]], born: dict[int, int | None]) -> tuple[Spans, Everybody]:
    who = sorted(periods)
    first, last = (np.array([periods[one][end] for one in who]) for end in (0, 1))
    persons = pa.table([[*born], [8507 + one % 2 for one in born], [*born.values()]], schema=CELLS)
    return Spans(np.array(who), first, last), Everybody(persons)


def counted(found: Iterator[tuple[Sum, pa.Table | Packed]]) -> Counts:
    """By sum, under each key the measures that are there."""
    counts: Counts = {}
    for one, rows in found:
        table = rows.table() if isinstance(rows, Packed) else rows
        counts[one.name] = Counter()
        for row in table.to_pylist():
            for name in one.measures:
                counts[one.name][(*(row[key] for key in one.keys), name)] += row[name]
    return counts


def less(new: Counts, old: Counts) -> Counts:
    found = {name: Counter(counts) for name, counts in new.items()}
    for name, counts in old.items():
        found[name].subtract(counts)
    return {name: Counter({key: many for key, many in counts.items() if many}) for name, counts in found.items()}


def whole(rows: Rows, of: tuple[Spans, Everybody], coders: dict[str, Coder]) -> Counts:
    arrays = Arrays(NOTE, SUMS, References(*of, {}), coders)
    assert arrays.fits and arrays.add([batch(rows)] if rows else [])
    return counted(arrays.found())


def brought(files: Sequence[Rows], sides: Sequence[tuple[Spans, Everybody]], width: Width) -> Counts:
    who = np.unique([NOBODY if row[0] is None else row[0] for rows in files for row in rows])
    persons = [everybody for _, everybody in sides]
    concepts = Few(np.dtype(np.int64))
    touched = Touched.of(Among(who), [one for one, _ in sides], persons[0].alike(persons[1], who))
    gathering = Gathering(touched, concepts)
    found = gathering.lives(*([history(rows, width)] for rows in files))
    assert found is not None
    people = [People(one) for one in persons]
    both = [PeopleSums(one, {}) for one in people]
    add_lives(found, concepts, people, both)
    assert all(one.fits for one in both)
    asked = of_people(NOTE, SUMS)
    old, new = both
    return less(counted(by_name(asked, new.found(less=old))), {})


def drawn(chance: random.Random, most: int, ends: tuple[int, int] = (0, 32), days: Sequence[int] = DAYS) -> Rows:
    who, concepts = [None, *range(*ends)], [None, 0, 7, *range(40, 60)]
    return [
        (chance.choice(who), chance.choice([None, *days]), chance.choice(concepts))
        for _ in range(chance.randrange(1, most))
    ]


@pytest.mark.parametrize("is_some_at_a_time", [True, False])
@pytest.mark.parametrize("width", [SHORT, LONG], ids=["short", "long"])
@pytest.mark.parametrize("seed", range(8))
def test_what_changed_is_the_difference(
    monkeypatch: pytest.MonkeyPatch, seed: int, width: Width, is_some_at_a_time: bool
) -> None:
    if is_some_at_a_time:
        monkeypatch.setattr(lives_, "_CELLS", 1)
        monkeypatch.setattr(lives_, "_LEAST", 5)
    chance = random.Random(seed)
    days = DAYS if width is SHORT else FAR_DAYS
    both, went, came = (drawn(chance, *of, days) for of in ((600, (0, 32)), (30, (3, 9)), (60, (3, 20))))
    periods, born = spans(chance), {one: chance.choice([None, 1950, 1961, 2012]) for one in range(1, 28)}
    before = side(periods, born)
    if seed % 2:
        periods |= dict.fromkeys((1, 4, 5), (DAYS[0], DAYS[60]))
        del periods[7]
        born = {**born, 2: 1999, 31: 1930}
        del born[9]
    now = side(periods, born)
    old, new = whole([*both, *went], before, {}), whole([*both, *came], now, {})
    assert brought((both, went, came), (before, now), width) == less(new, old)


def test_who_has_the_same_is_not_counted() -> None:
    chance = random.Random(3)
    rows, of = drawn(chance, 200), side(spans(chance), dict.fromkeys(range(1, 30), 1970))
    assert not any(brought((rows, [(1, None, 7)], [(1, None, 7)]), (of, of), SHORT).values())
