"""Under which number an organisation knew a patient when an encounter began: the rule of feeds/views.sql, in columns"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.facts import keys
from medark.synthetic.world import column, indexes

_NEVER = np.iinfo(np.int64).max


def patient_numbers(registration: pa.Table, encounters: pa.Table) -> pa.Array:
    """A number for each encounter; nothing where its organisation does not know its person.

    A number that was merged into another by then is not used any more; before the first registration counts as with it.
    """
    known = registration.sort_by("patient_no")
    pair = _pair(known)
    order = np.argsort(pair, kind="stable")
    begin, end = (np.searchsorted(pair[order], _pair(encounters), side=side) for side in ("left", "right"))
    many = end - begin
    row = np.repeat(np.arange(len(many)), many)
    at = order[np.repeat(begin - np.cumsum(many) + many, many) + np.arange(many.sum())]
    best = row_firsts(row, _worse(known, at, column(encounters, "start")[row]))
    places = np.full(len(many), -1)
    places[row[best]] = at[best]
    return pc.fill_null(known["patient_no"].combine_chunks().take(pa.array(places, mask=places < 0)), "")


def row_firsts(row: Ints, worse: tuple[np.ndarray, ...]) -> Ints:
    """The best of each row: the one that is least worse, by the first thing that tells them apart."""
    order = np.lexsort((*reversed(worse), row))
    first = np.concatenate([[True], row[order][1:] != row[order][:-1]]) if len(row) else np.zeros(0, dtype=bool)
    return np.asarray(order[first], dtype=np.int64)


def _worse(known: pa.Table, at: Ints, start: np.ndarray) -> tuple[np.ndarray, ...]:
    merged, registered = _seconds(known, "merged_at")[at], _seconds(known, "registered")[at]
    then = start.astype("datetime64[s]").astype(np.int64)
    later = registered > then
    return merged <= then, later, np.where(later, registered, 0), -np.where(registered == _NEVER, 0, registered), at


def _seconds(known: pa.Table, name: str) -> Ints:
    times = column(known, name).astype("datetime64[s]")
    return np.where(np.isnat(times), _NEVER, times.astype(np.int64))


def _pair(of: pa.Table) -> Ints:
    """One number for person and organisation."""
    place = indexes(of, "organisation", keys("organisations"))
    return np.asarray(column(of, "person") * 1024 + place + 1, dtype=np.int64)
