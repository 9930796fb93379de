"""How records are coded, counted and looked up as they come, beside dictionaries and loops."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.check.achilles import distributed, of_numbers
from medark.check.achilles.apart import Apart
from medark.check.achilles.cells import values_of
from medark.check.achilles.coders import Coder, Column, Few, Near, short
from medark.check.achilles.crowd import Crowd
from medark.check.achilles.event_tables import BY_NAME
from medark.check.achilles.few_numbers import FEW_BITS, MOST_BITS, FewNumbers
from medark.check.achilles.layout import Cut, Layout, wide
from medark.check.achilles.looked_up import LookedUp
from medark.check.achilles.months import months_of
from medark.check.achilles.packed import Packed, merged, together
from medark.check.achilles.persons import Everybody
from medark.check.achilles.places import Places
from medark.check.achilles.references import References, Referred, Spans
from medark.check.achilles.tallies import Tally
from medark.check.achilles.windows import Windows

_NO_PERSONS = pa.table({name: pa.array([], pa.int64()) for name in ("person_id", "gender_concept_id", "year_of_birth")})
NUMBERS = st.integers(-(2**63), 2**63 - 1)


@settings(deadline=None)  # the first call compiles
@given(st.lists(NUMBERS, unique=True, max_size=300), st.lists(NUMBERS, max_size=50), st.integers(1, 7))
def test_every_number_is_found_in_its_place_and_no_other(there: list[int], asked: list[int], parts: int) -> None:
    places = Places()
    for some in np.array_split(np.array(there, np.int64), parts):
        places.add(some)
    by_hand = {number: place for place, number in enumerate(there)}
    every = [*asked, *there]
    assert places.at(np.array(every, np.int64)).tolist() == [by_hand.get(one, -1) for one in every]


def counted(rows: list[tuple[object, ...]], kinds: list[type], at_a_time: int) -> list[Packed]:
    """Rows counted some at a time, each column by its coder."""
    columns = [Column(np.dtype(kind)) for kind in kinds]
    tally = Tally([f"c{n}" for n in range(len(kinds))])
    for start in range(0, len(rows), at_a_time):
        some = rows[start : start + at_a_time]
        codes = []
        for column, kind, cells in zip(columns, kinds, zip(*some, strict=True), strict=True):
            nulls = np.array([cell is None for cell in cells])
            values = np.array([0 if cell is None else cell for cell in cells], kind)
            codes.append(column.codes(values, nulls if nulls.any() else None))
        assert tally.add([column.coder for column in columns], codes, len(some))
    return tally.found()


@pytest.mark.parametrize("at_a_time", [1, 7, 400])
def test_rows_that_come_some_at_a_time_are_counted_as_by_a_dictionary(at_a_time: int) -> None:
    chance = random.Random(at_a_time)
    rows = [
        (chance.choice([None, 7, 10**12, -5, *range(100, 160)]), chance.choice([None, True, False]),
         chance.choice([None, 0.5, -0.25, 3.0, -0.0, 0.0]))
        for _ in range(400)
    ]  # fmt: skip
    found = Counter[tuple[object, ...]]()
    for part in counted(rows, [np.int64, np.bool_, np.float64], at_a_time):
        for row in part.table().to_pylist():
            found[row["c0"], row["c1"], row["c2"]] += row["n"]
    assert found == Counter(rows)


def test_fractions_that_are_many_are_coded_by_their_decimals_and_else_not_at_all() -> None:
    column = Column(np.dtype(np.float64))
    values = np.arange(6000) / 4
    assert column.codes(values, None) is not None
    assert isinstance(column.coder, Near) and column.coder.scale == 100
    assert column.coder.told(np.asarray(column.codes(values, None))).to_pylist() == values.tolist()
    assert column.codes(np.array([1 / 3]), None) is None and column.coder is None


def test_keys_that_need_more_bits_than_there_are_are_refused() -> None:
    coders = [Near(np.dtype(np.int64), bits=32), Near(np.dtype(np.int64), bits=32)]
    ones = np.ones(3, np.int64)
    assert not Tally(["a", "b"]).add(coders, [one.codes(ones, None) for one in coders], 3)


def test_what_is_taken_away_again_is_left_out() -> None:
    keys, counts = merged(np.array([2, 5, 9]), np.array([1, 4, 2], np.uint8), np.array([2, 7, 9]), np.array([-1, 3, 1]))
    assert (keys.tolist(), counts.tolist()) == ([5, 7, 9], [4, 3, 3])
    few = Few(np.dtype(np.int64), np.array([30, 20]))
    one = Packed(("a",), (few,), (2,), np.array([1, 2]), np.array([5, 6]))
    both = together(one, Packed(("a",), (few,), (3,), np.array([2]), np.array([6])), -1)
    assert both is not None and both.table().to_pylist() == [{"a": 30, "n": 5}]
    assert together(one, Packed(("a",), (Few(np.dtype(np.int64)),), (2,), np.array([2]), np.array([6]))) is None


def test_numbers_that_are_further_off_than_those_before_are_added_to_them() -> None:
    rows = [(n % 3, n / 4) for n in range(5000)]
    later = [*rows[:10], (1, 123456.75), (None, -99999.5), (2, 0.125)]
    parts = counted([*rows, *later], [np.int64, np.float64], 5000)
    assert len(parts) == 2
    both = together(*parts)
    assert both is not None
    found = {(row["c0"], row["c1"]): row["n"] for row in both.table().to_pylist()}
    assert found == Counter([*rows, *later])


def test_distributions_of_sums_are_those_of_their_table() -> None:
    chance = random.Random(5)
    rows = [(chance.choice([40, 10, 30]), None if n % 9 == 0 else n % 4, chance.randrange(50) / 10) for n in range(300)]
    (sums,) = counted(rows, [np.int64, np.int64, np.float64], 300)
    table = sums.table().rename_columns(["stratum_1", "stratum_2", "value", "n"])
    one, other = (
        sorted(found.to_pylist(), key=str)
        for found in (distributed.distributions_of(1815, sums), distributed.distributions(1815, table))
    )
    assert len(one) == len(other) == 15
    for row, again in zip(one, other, strict=True):
        assert row == pytest.approx(again)


def test_visits_are_found_among_their_peoples_and_among_all_and_those_twice_are_told() -> None:
    rows = pa.table({"key": [5, 9, 7, 9], "told": [50, 90, None, 91], "person_id": [2, 1, None, 3]})
    visits = Referred(rows)
    assert visits.is_twice is not None
    places = visits.places.at(np.array([5, 7, 8, 9]))
    assert [place < 0 for place in places] == [False, False, True, False]
    assert visits.is_twice[places[[0, 1, 3]]].tolist() == [False, False, True]
    assert visits.kind[places[1]] == -1 and int(visits.kinds[visits.kind[places[0]]]) == 50
    nothing = Referred(rows.slice(0, 0))
    assert nothing.places.at(np.array([5, 7])).tolist() == [-1] * 2


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 4)), max_size=120),
    st.lists(st.tuples(st.none() | st.integers(0, 95), st.integers(0, 5)), min_size=1, max_size=40),
)
def test_records_find_visits_of_theirs_of_others_and_none(
    visits: list[tuple[int, int]], records: list[tuple[int | None, int]]
) -> None:
    held = {key: (person, key % 3 + 1) for key, person in dict(visits).items()}
    of, told = [person for person, _ in held.values()], [kind for _, kind in held.values()]
    tables = {"visit": Referred(pa.table({"key": pa.array([*held], pa.int64()), "told": pa.array(told, pa.int64()),
                                          "person_id": pa.array(of, pa.int64())}))}  # fmt: skip
    nothing = Spans(*(np.zeros(0, np.int64) for _ in range(3)))
    events = replace(BY_NAME["observation"], refers=("visit",))
    looked_up = LookedUp(events, References(nothing, Everybody(_NO_PERSONS), tables), {})
    keys, who = (pa.array(column, pa.int64()) for column in zip(*records, strict=True))
    found = looked_up.told("visit", *values_of(keys), who.to_numpy())
    rows = [cells(*found[name], len(records)) for name in ("visit_lost", "of_visit", "other_visit")]
    for (key, person), lost, kind, other in zip(records, *rows, strict=True):
        owner, there = held.get(key, (None, None)) if key is not None else (person, None)
        assert (lost, kind) == (key is not None and key not in held, there or 0)
        assert other == (key if owner != person else None)


def cells(coder: Coder | None, codes: np.ndarray | int | pa.Array, rows: int) -> list[object]:
    assert not isinstance(codes, pa.Array)
    codes = np.full(rows, codes) if isinstance(codes, int) else codes
    found: list[object] = coder.told(codes).to_pylist() if coder is not None else [None] * rows
    return found


def test_a_day_lies_in_one_of_several_spans() -> None:
    spans = Spans(np.array([4, 4, 6]), np.array([10, 100, 100]), np.array([20, 110, 120]))
    crowd = Crowd(spans)
    who = np.array([4, 4, 4, 4, 5, 6])
    numbers = crowd.numbered(who)
    assert crowd.people[numbers].tolist() == who.tolist()
    is_null = np.array([False] * 5 + [True])
    found = crowd.is_inside(numbers, np.array([9, 20, 50, 110, 50, 120], np.int32), None)
    assert found.tolist() == [False, True, False, True, False, True]
    assert crowd.is_inside(numbers, np.array([9, 20, 50, 130, 50, 120], np.int32), is_null).tolist() == [
        False, True, False, False, False, False
    ]  # fmt: skip
    assert (crowd.records.tolist(), crowd.inside.tolist()) == ([8, 2, 2], [3, 0, 1])
    assert crowd.latest().column("day").cast(pa.int32()).to_pylist() == [130, 50, 120]


@settings(deadline=None)
@given(st.lists(st.dates(), min_size=1))
def test_months_are_told_by_sixteens_of_years(days: list[dt.date]) -> None:
    numbers = np.array([(day - dt.date(1970, 1, 1)).days for day in days], np.int32)
    assert months_of(numbers).tolist() == [day.year * 16 + day.month - 1 for day in days]


def test_days_of_no_year_that_a_date_may_have_are_refused() -> None:
    last = (dt.date.max - dt.date(1970, 1, 1)).days
    assert months_of(np.array([-719_163, last + 1, 0])).tolist() == [0, 0, 1970 * 16]
    days, inside = np.array([-719_163, 5]), np.array([True, True])
    room = np.empty(2, np.int64)
    assert wide(np.array([1, 1]), 0, days, inside, room) is None
    assert wide(np.array([1, 1]), 0, days, ~inside | (days > 0), room) == (1, 1970 << 4, 1970 << 4)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 40_000), max_size=200), st.integers(1, 4))
def test_few_numbers_are_counted_and_those_for_which_there_is_no_room_are_left(some: list[int], times: int) -> None:
    few, left = FewNumbers(FEW_BITS), Counter[int]()
    batches = [*[some] * times, list(range(20_000)), some]
    for batch in batches:
        numbers = np.array(batch, np.int32)
        left.update(numbers[few.count(numbers) :].tolist())
    assert left, "there was room for all"
    keys, counts = few.taken()
    assert keys.tolist() == sorted(keys.tolist())
    found = Counter(dict(zip(keys.tolist(), counts.tolist(), strict=True)))
    assert found + left == Counter(number for batch in batches for number in batch)


def test_a_table_of_few_numbers_grows_until_it_may_not() -> None:
    numbers = np.random.default_rng(2).permutation(np.repeat(np.arange(200_000), 2))
    few = FewNumbers()
    assert few.count(numbers) == len(numbers)
    keys, counts = few.taken()
    assert keys.tolist() == list(range(200_000)) and set(counts.tolist()) == {2}
    assert few.count(np.arange(300_000)) == 1 << MOST_BITS - 1


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 3), st.integers(5, 6)), min_size=1, max_size=60),
    st.integers(1, 9),
)
def test_codes_are_one_number_by_the_bits_in_which_they_differ(rows: list[tuple[int, ...]], at_a_time: int) -> None:
    whole = Windows.whole([9, 2, 4])
    windows, found = whole, list[int]()
    for start in range(0, len(rows), at_a_time):
        columns = [short(np.array(column, np.int32)) for column in zip(*rows[start : start + at_a_time], strict=True)]
        many = len(rows[start : start + at_a_time])
        if windows.is_whole or windows.packed(columns, many) is None:
            windows = windows.widened(columns)
        numbers = windows.packed(columns, many)
        assert numbers is not None and numbers.max() < 1 << windows.bits
        found += windows.moved(numbers, whole).tolist()
    assert found == [one << 6 | other << 4 | last for one, other, last in rows]


def test_a_code_that_lies_far_outside_is_not_taken_for_one_inside() -> None:
    windows = Windows.whole([40]).widened([np.array([5, 7])])
    assert windows.packed([np.array([5, 5 + (1 << 32)])], 2) is None
    assert windows.packed([5 + (1 << 32)], 2) is None


@pytest.mark.parametrize("kinds", [40, 3_000, 40_000])
def test_rows_are_counted_alike_however_many_kinds_there_are(kinds: int) -> None:
    chance = np.random.default_rng(kinds)
    one, other = chance.integers(1, 200, 300_000), chance.integers(1, kinds + 1, 300_000)
    tally, coders = (
        Tally(["a", "b"], needs=["b"]),
        [Near(np.dtype(np.int64), bits=12), Near(np.dtype(np.int64), bits=32)],
    )
    left_out = np.arange(0, 300_000, 7)
    for start in range(0, 300_000, 50_000):
        some = slice(start, start + 50_000)
        codes = [coder.codes(rows[some], None) for coder, rows in zip(coders, (one, other), strict=True)]
        out = left_out[(left_out >= start) & (left_out < start + 50_000)] - start
        assert all(code is not None for code in codes) and tally.add(
            coders, [c for c in codes if c is not None], 50_000, out
        )
    (found,) = tally.found()
    assert np.all(np.diff(found.keys) > 0)
    counted = {(row["a"], row["b"]): row["n"] for row in found.table().to_pylist()}
    has = np.ones(300_000, bool)
    has[left_out] = False
    assert counted == Counter(zip(one[has].tolist(), other[has].tolist(), strict=True))


def test_where_a_number_lies_is_told_as_the_engine_tells_it() -> None:
    cells = [None, -1.0, 0.0, 2.5, float("nan"), float("inf")]
    rows = [(number, low, high) for number in cells for low in cells for high in cells]
    numbers = pa.table(dict(zip(("value_as_number", "range_low", "range_high"), zip(*rows, strict=True), strict=True)))
    with duckdb.connect() as session:
        session.register("numbers", numbers)
        told = session.execute(f"select {BY_NAME['measurement'].amounts['place']} from numbers as t").fetchall()
    columns = [values_of(column.combine_chunks()) for column in numbers.columns]
    found = of_numbers.places(*columns, np.array([4, 1, 3, 2], np.int32))
    assert isinstance(found, np.ndarray)
    assert [{4: 0, 1: 1, 3: 2, 2: 3}.get(one) for one in found.tolist()] == [one for (one,) in told]


def told(*columns: np.ndarray) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in columns), strict=True))


def other(rows: np.ndarray, cut: Cut) -> np.ndarray:
    return (rows & cut.others) >> cut.bits


@pytest.mark.parametrize("is_mixed", [False, True])
def test_who_had_what_when_is_told_apart_as_by_sets(is_mixed: bool) -> None:
    chance = random.Random(7)
    rows = sorted(
        (chance.randrange(3000), chance.randrange(5), chance.choice([32352, 32353, 32370])) for _ in range(9000)
    )
    if is_mixed:
        chance.shuffle(rows)
    person, concept, month = (np.array(cells) for cells in zip(*rows, strict=True))
    inside = np.array([chance.random() < 0.9 for _ in rows])
    kept = [row for row, has in zip(rows, inside, strict=True) if has]
    room = np.empty(len(rows), np.int64)
    days = np.array([(dt.date(one >> 4, (one & 15) + 1, 9) - dt.date(1970, 1, 1)).days for one in month.tolist()])
    assert wide(person, concept, days, inside, room) == (len(kept), 32352, 32370)
    layout = Layout.of(32352, 32370, 5, 3000, len(kept))
    months, years, firsts, times, concepts, again = set(), set(), set(), Counter(), Counter(), 0
    for first, some in layout.blocks(room[: len(kept)]):
        some.sort()
        apart = Apart(some, layout, 1 << layout.person)
        of = [(rows >> layout.when & (1 << layout.person) - 1) + first for rows in (apart.months, apart.firsts)]
        months.update(told(of[0], layout.concepts(apart.months), other(apart.months, layout.by_month())))
        when = other(apart.years, layout.by_year()) + (first << layout.year)
        years.update(told(layout.concepts(apart.years), when))
        pairs = told(of[1], layout.concepts(apart.firsts))
        firsts |= {*pairs}
        times.update(dict(zip(pairs, apart.times.tolist(), strict=True)))
        concepts.update({first + at: many for at, many in enumerate(apart.concepts.tolist()) if many})
        again += len(apart.again)
    assert months == {(p, c, m - (layout.first_year << 4)) for p, c, m in kept}
    assert years == {(c, p << layout.year | (m >> 4) - layout.first_year) for p, c, m in kept}
    assert firsts == {(p, c) for p, c, _ in kept}
    assert times == Counter((p, c) for p, c, _ in kept)
    assert concepts == Counter(p for p, c in firsts if c)
    assert again == len(kept) - len(months)
