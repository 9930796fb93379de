"""Codes looked up from Python: a sorted file that is mapped, not read, and a memory of what was asked"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from math import isqrt
from pathlib import Path

import pyarrow as pa
from pyarrow import ipc

from medark.store.durable import disk
from medark.store.vocabulary.manifest import STORE

_REMEMBERED = 200_000  # codes; real streams repeat a few thousand


@dataclass(frozen=True, slots=True)
class Found:
    """What a code means: its own concept, and the standard concepts it stands for (none: no standard concept)."""

    source_concept_id: int
    concept_ids: tuple[int, ...]
    domain_ids: tuple[str, ...]  # one for each of concept_ids; the own concept's where there are none


class Codes:
    """The `codes-*.arrow` file that `load.write_codes` made."""

    def __init__(self, path: Path) -> None:
        with disk(STORE):
            batch = ipc.open_file(pa.memory_map(str(path))).get_batch(0)
        self._batch = batch  # keeps the mapped file open
        self._domains = (batch.schema.metadata or {}).get(b"domains", b"").decode().split("\n")
        self._hashes = memoryview(batch["code_hash"].buffers()[1] or b"").cast("q")[: batch.num_rows]
        self._sources, self._targets, self._numbers = (
            memoryview(batch[name].buffers()[1] or b"").cast("i")[: batch.num_rows]
            for name in ("source_concept_id", "concept_id", "domain")
        )
        self._known: dict[str, dict[str, Found | None]] = {}

    def lookup(self, vocabulary_id: str, codes: Iterable[str]) -> dict[str, Found]:
        """What each code of a vocabulary means; codes that it doesn't have are left out."""
        known = self._known.setdefault(vocabulary_id, {})
        if len(known) > _REMEMBERED:
            known.clear()
        found = {}
        for code in codes:
            try:
                hit = known[code]
            except KeyError:
                hit = known[code] = self._search(vocabulary_id, code)
            if hit is not None:
                found[code] = hit
        return found

    def _search(self, vocabulary_id: str, code: str) -> Found | None:
        wanted = int(hashlib.md5(f"{vocabulary_id}|{code}".encode(), usedforsecurity=False).hexdigest()[:15], 16)
        rows = len(self._hashes)
        # Hashes are even: the place can be reckoned to within a few square roots of their number.
        middle, reach = wanted * rows >> 60, 8 * isqrt(rows) + 64
        low, high = max(0, middle - reach), min(rows, middle + reach)
        at = bisect_left(self._hashes, wanted, low, high)
        if at in (low, high) and rows:  # never seen, but not excluded
            at = bisect_left(self._hashes, wanted)
        end = at
        while end < rows and self._hashes[end] == wanted:
            end += 1
        return self._found(at, end) if end > at else None

    def _found(self, at: int, end: int) -> Found:
        targets = tuple(target for target in self._targets[at:end] if target)
        domains = tuple(self._domains[n] if n >= 0 else "" for n in self._numbers[at:end])
        return Found(self._sources[at], targets, domains)
