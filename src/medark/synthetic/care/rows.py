"""Rows as columns of one length, before they are a table: taken, joined, sorted, repeated"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

import numpy as np

Rows = dict[str, np.ndarray]

DAY = 86_400  # seconds


def size(rows: Rows) -> int:
    """How many rows."""
    return len(next(iter(rows.values())))


def taken(rows: Rows, where: np.ndarray) -> Rows:
    """The rows at these places, or where a mask is true."""
    if where.dtype == bool:
        where = np.flatnonzero(where)
    return {name: values[where] for name, values in rows.items()}


def joined(parts: Iterable[Rows]) -> Rows:
    """All rows of several frames of the same columns."""
    every = list(parts)
    held = [part for part in every if size(part)] or every[:1]
    return {name: np.concatenate([part[name] for part in held]) for name in held[0]}


def ordered(rows: Rows, *names: str) -> Rows:
    """The rows sorted by these columns, the first one first; rows that tie stay in order."""
    key = _packed([rows[name] for name in names])
    return taken(
        rows, np.lexsort([rows[name] for name in reversed(names)]) if key is None else np.argsort(key, kind="stable")
    )


def _packed(columns: list[np.ndarray]) -> np.ndarray | None:
    """One number a row that sorts as the columns do, several times faster; None where 63 bits do not hold it."""
    if not len(columns[0]):
        return None
    lows = [int(values.min()) for values in columns]
    spans = [int(values.max()) - low + 1 for values, low in zip(columns, lows, strict=True)]
    if prod(spans) >= 1 << 63:
        return None
    key = np.zeros(len(columns[0]), np.int64)
    for values, low, span in zip(columns, lows, spans, strict=True):
        key = key * span + (values.astype(np.int64) - low)
    return key


def steps(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For rows to be repeated so many times: which row each copy is of, and its number from 0 among the row's copies.

    >>> [part.tolist() for part in steps(np.array([2, 0, 1]))]
    [[0, 0, 2], [0, 1, 0]]
    """
    of = np.repeat(np.arange(len(counts)), counts)
    return of, np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)


def rank_within(group: np.ndarray) -> np.ndarray:
    """The number from 0 of each row within its run of equal values.

    >>> rank_within(np.array([4, 4, 7, 7, 7])).tolist()
    [0, 1, 0, 1, 2]
    """
    if not len(group):
        return np.zeros(0, np.int64)
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    return np.arange(len(group)) - np.repeat(first, np.diff(np.r_[first, len(group)]))


def again(rows: Rows, *names: str) -> np.ndarray:
    """Which rows have the same values in these columns as the row before.

    >>> again({"a": np.array([1, 1, 2])}, "a").tolist()
    [False, True, False]
    """
    same = np.ones(size(rows), bool)
    same[:1] = False
    for name in names:
        same[1:] &= rows[name][1:] == rows[name][:-1]
    return same


def seconds(times: Any) -> np.ndarray:
    """Dates or times as seconds since 1970; the missing ones are the lowest number there is."""
    return np.asarray(times, "datetime64[s]").astype(np.int64)


def as_times(at: np.ndarray) -> np.ndarray:
    """Seconds since 1970 as times."""
    return at.astype("datetime64[s]")
