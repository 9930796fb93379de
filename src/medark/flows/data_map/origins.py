"""Which source and format each raw record is of, as arrays: a city has millions of records"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from medark.flows.workspace import Workspace

_KEPT = "origins of records"
Origin = tuple[str, str]  # source, format


class Origins:
    """Records so far; those that have landed since are read when it is asked again."""

    def __init__(self) -> None:
        self._numbers = np.zeros(0, np.int64)
        self._kinds = np.zeros(0, np.int32)
        self._names: dict[Origin, int] = {}

    def follow(self, workspace: Workspace) -> Origins:
        """The same, with what has landed since."""
        last = int(self._numbers[-1]) if self._numbers.size else 0
        runs = workspace.landing.origins(after=last)
        if runs:
            found = [
                (record.record_no, self._names.setdefault((record.source, str(record.format)), len(self._names)))
                for record in workspace.landing.records()
            ]
            self._numbers = np.fromiter((number for number, _ in found), np.int64, len(found))
            self._kinds = np.fromiter((kind for _, kind in found), np.int32, len(found))
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources by the numbers that `table` gives them."""
        return tuple(dict.fromkeys(source for source, _ in self._names))

    def table(self) -> pa.Table:
        """Each record and the number of its source: record_no, origin."""
        number = {source: at for at, source in enumerate(self.sources)}
        kinds = np.array([number[source] for source, _ in self._names] or [0], np.int32)
        return pa.table({"record_no": self._numbers, "origin": kinds[self._kinds]})

    def summed(self, counted: pa.Table) -> Mapping[Origin, int]:
        """Rows by origin, of rows by record (`record_no`, `n`). Those that are derived come from no record."""
        known = counted.drop_null()
        numbers, rows = (known[name].to_numpy().astype(np.int64) for name in ("record_no", "n"))
        places = np.searchsorted(self._numbers, numbers)
        places[places == self._numbers.size] = 0
        there = self._numbers[places] == numbers if self._numbers.size else np.zeros(numbers.size, bool)
        sums = np.bincount(self._kinds[places[there]], rows[there], len(self._names)) if there.any() else ()
        return {origin: int(sums[kind]) for origin, kind in self._names.items() if len(sums) and sums[kind]}


def origins_of(workspace: Workspace) -> Origins:
    """The origins of a workspace's records, as they are now."""
    found: Origins = workspace.kept.setdefault(_KEPT, Origins())
    return found.follow(workspace)
