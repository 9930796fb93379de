"""The sums of a table of events over arrays of its records: what `events` and `people_with` say in SQL, faster"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles.by_person import ByPerson, People
from medark.check.achilles.counting import Sum
from medark.check.achilles.grouping import AT_A_TIME, Codes, Coding, Tally, coding, firsts

OF_PEOPLE = ("person_id", "concept_id", "day", "is_inside")
_NOBODY = -(1 << 63)  # stands for no person


def of_records(rows: pa.Table, sums: Sequence[Sum]) -> Iterator[tuple[Sum, pa.Table]]:
    """Sums of records by their columns, each column looked at once."""
    codings = {key: coding(rows[key]) for key in {key for one in sums for key in (*one.keys, *one.needs)}}
    tallies = {one.name: Tally([codings[key].size for key in one.keys]) for one in sums}
    fitting = [one for one in sums if tallies[one.name].fits]
    for start in range(0, rows.num_rows, AT_A_TIME):
        piece = rows.slice(start, AT_A_TIME)
        codes = {name: one.codes(piece[name]) for name, one in codings.items() if one.size > 1}
        for one in fitting:
            tallies[one.name].add(_needed(one, codings, codes, piece.num_rows))
    for one in sums:
        if tallies[one.name].fits:
            found, n = tallies[one.name].found()
            told = {key: codings[key].told(some) for key, some in zip(one.keys, found, strict=True)}
            yield one, pa.table({**told, "n": n})
        else:
            yield one, _slowly(rows, one)


def _needed(one: Sum, codings: dict[str, Coding], codes: dict[str, Codes], length: int) -> list[Codes | None]:
    """The codes of a sum's keys, of rows that have what it needs; a column of one value is no column of codes."""
    some = [codes.get(key) for key in one.keys]
    nulls = [name for name in one.needs if codings[name].has_null]
    if not nulls:
        return some if any(column is not None for column in some) else [np.zeros(length, np.int64), *some[1:]]
    has = np.ones(length, bool)
    for name in nulls:
        has &= codes[name] > 0 if name in codes else False
    return [np.zeros(int(has.sum()), np.int64) if column is None else column[has] for column in some]


def _slowly(rows: pa.Table, one: Sum) -> pa.Table:
    """Where there are more combinations than numbers."""
    for name in one.needs:
        rows = rows.filter(pc.is_valid(rows[name]))
    found = rows.select(list(one.keys)).group_by(list(one.keys)).aggregate([([], "count_all")])
    return found.rename_columns({"count_all": "n"}).select([*one.keys, "n"])


def of_people(rows: pa.Table, persons: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Sums of people by the end of their names, of rows (`OF_PEOPLE`) in any order."""
    who = rows["person_id"].fill_null(_NOBODY).to_numpy()
    inside = rows["is_inside"].to_numpy() == 1
    concepts = coding(rows["concept_id"], is_dense=False)
    concept = concepts.codes(rows["concept_id"])
    months, month = _months(rows["day"])
    if not (who[1:] >= who[:-1]).all():
        order = np.argsort(who, kind="stable")
        who, inside, concept, month = who[order], inside[order], concept[order], month[order]
    found = ByPerson(People(persons), concepts, months)
    starts = firsts(who)
    cuts = np.append(starts, len(who))[np.searchsorted(starts, np.arange(0, len(who), AT_A_TIME))]
    for start, end in pairwise([*cuts, len(who)]):
        if end > start:
            some = slice(start, end)
            found.add(who[some], concept[some], month[some], inside[some])
    yield from found.sums()


def _months(days: pa.ChunkedArray) -> tuple[Coding, np.ndarray[Any, Any]]:
    """The months that there are, written 202405, and the code of each day's."""
    numbers = days.cast(pa.int32())
    least = pc.min(numbers).as_py() or 0
    day = numbers.fill_null(least).to_numpy() - least
    there = np.arange(least, least + int(day.max(initial=0)) + 1).astype("datetime64[D]").astype("datetime64[M]")
    month = there.astype(np.int64)
    written = (month // 12 + 1970) * 100 + month % 12 + 1
    used = np.zeros(len(written), bool)
    used[day] = True
    values = np.unique(written[used])
    return Coding(pa.int64(), len(values), False, pa.array(values)), np.searchsorted(values, written)[day]
