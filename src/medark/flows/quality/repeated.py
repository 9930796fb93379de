"""Keys that are there twice: sorted apart in pieces that fit in memory, or looked for among what is new"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from medark.flows.quality.parts import Parts
from medark.store.engine import Session

_AT_ONCE = 32_000_000  # keys in memory, eight bytes each
MOST_KEPT = 100_000


def repeated(parts: Parts, table: str, key: str) -> tuple[int, list[int]]:
    """Rows whose key is there twice, and those keys; rows without any count as of one key."""
    session = parts.session
    parts.bind(table, parts.files(table))
    without = _without(session, table, key)
    if session.dialect != "duckdb":  # keys stay where the rows are
        twice = f"select {key} as id, count(*) as n from {table} where {key} is not null group by {key}"
        return _counted(session.query(f"select * from ({twice}) as k where n > 1"), without)
    pieces = -(-parts.rows(table) // _AT_ONCE) or 1
    found = [_twice(keys) for keys in _pieces(session, table, key, pieces)]
    rows = sum(n for n, _ in found) + (without if without > 1 else 0)
    return rows, [int(one) for _, keys in found for one in keys]


def repeated_among(
    parts: Parts, table: str, key: str, added: list[str], before: tuple[int, ...]
) -> tuple[int, list[int]]:
    """The same where all that is new is in the files `added`, and `before` were there twice before."""
    session = parts.session
    parts.bind(table, added)
    session.bind_arrow("twice_before", pa.table({"id": pa.array(before, pa.int64())}))
    new = f"select {key} as id from {table} where {key} is not null"
    session.table("looked_for", f"select distinct id from ({new} union all select id from twice_before) as u")
    parts.bind(table, parts.files(table))
    some = f"select {key} as id, count(*) as n from {table} where {key} in (select id from looked_for) group by {key}"
    found = session.query(f"select * from ({some}) as k where n > 1")
    return _counted(found, _without(session, table, key))


def _counted(found: pa.Table, without: int) -> tuple[int, list[int]]:
    rows = sum(found.column("n").to_pylist()) + (without if without > 1 else 0)
    return int(rows), found.column("id").to_pylist()


def _without(session: Session, table: str, key: str) -> int:
    return int(session.query(f"select count(*) - count({key}) as n from {table}").column("n")[0].as_py())


def _pieces(session: Session, table: str, key: str, pieces: int) -> Iterator[np.ndarray]:
    for piece in range(pieces):
        which = f"{key} is not null" if pieces == 1 else f"(({key} % {pieces}) + {pieces}) % {pieces} = {piece}"
        batches = session.stream(f"select {key} as id from {table} where {which}")
        yield np.concatenate([np.zeros(0, np.int64), *(batch.column(0).to_numpy() for batch in batches)])


def _twice(keys: np.ndarray) -> tuple[int, np.ndarray]:
    """How many of some keys are there more than once, and which."""
    keys.sort()
    is_same = keys[1:] == keys[:-1]
    again = keys[1:][is_same]
    which = again[np.flatnonzero(np.diff(again, prepend=again[:1] - 1))] if len(again) else again
    return len(again) + len(which), which
