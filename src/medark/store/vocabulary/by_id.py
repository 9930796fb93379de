"""Concepts looked up by their ids, without an engine: the row groups of a sorted file that were asked of are kept"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from medark.store.durable import disk
from medark.store.vocabulary.manifest import STORE

COLUMNS: Final = ("concept_id", "concept_name", "vocabulary_id", "concept_code", "concept_class_id")
_CODED: Final = ("vocabulary_id", "concept_class_id")  # few different ones: as codes of a dictionary they take no room
_KEPT: Final = 12  # decoded row groups of a file, some five megabytes each: a hospital's concepts lie in few


@dataclass(frozen=True, slots=True)
class Row:
    """A concept as the vocabulary has it."""

    concept_id: int
    name: str
    vocabulary_id: str
    code: str
    concept_class_id: str


class ConceptsById:
    """The concepts of some files, each sorted by id, for any number of threads."""

    def __init__(self, paths: Iterable[Path]) -> None:
        with disk(STORE):
            self._files = [_File(path) for path in paths]

    def rows(self, concept_ids: Iterable[int]) -> list[Row]:
        """Those of the concepts that there are."""
        wanted = sorted(set(concept_ids))
        with disk(STORE):
            return [row for file in self._files for row in file.rows(wanted)]


@dataclass(slots=True)
class _Group:
    rows: pa.Table
    ids: np.ndarray[Any, Any] = field(repr=False)


class _File:
    def __init__(self, path: Path) -> None:
        self._parquet = pq.ParquetFile(path, memory_map=True, read_dictionary=list(_CODED))
        told = self._parquet.metadata
        column = told.schema.names.index("concept_id")
        ranges = [told.row_group(i).column(column).statistics for i in range(told.num_row_groups)]
        self._first = np.array([one.min for one in ranges], np.int64)
        self._last = np.array([one.max for one in ranges], np.int64)
        self._groups: OrderedDict[int, _Group] = OrderedDict()
        self._lock = Lock()  # a file is read by one thread at a time

    def rows(self, wanted: Sequence[int]) -> Iterator[Row]:
        by_group: dict[int, list[int]] = {}
        for one in wanted:
            number = int(self._last.searchsorted(one))
            if number < len(self._last) and self._first[number] <= one:
                by_group.setdefault(number, []).append(one)
        for number, ids in by_group.items():
            group = self._group(number)
            places = group.ids.searchsorted(ids)
            found = [int(place) for place, one in zip(places, ids, strict=True) if group.ids[place] == one]
            yield from (Row(**_named(row)) for row in group.rows.take(pa.array(found, pa.int64())).to_pylist())

    def _group(self, number: int) -> _Group:
        with self._lock:
            found = self._groups.get(number)
            if found is None:
                rows = self._parquet.read_row_group(number, columns=list(COLUMNS), use_threads=False)
                found = self._groups[number] = _Group(rows, rows["concept_id"].to_numpy())
            self._groups.move_to_end(number)
            if len(self._groups) > _KEPT:
                self._groups.popitem(last=False)
            return found


def _named(row: dict[str, Any]) -> dict[str, Any]:
    told = {name: row[name] for name in ("concept_id", "vocabulary_id", "concept_class_id")}
    return told | {"name": row["concept_name"], "code": row["concept_code"]}
