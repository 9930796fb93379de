"""Which organisation a raw record came from: runs of record numbers, as the landing store has them"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from medark.flows.gate.parts import kept
from medark.flows.workspace import Workspace

_Runs = tuple[tuple[int, int, str], ...]
_RUNS = "runs of records"


@dataclass(frozen=True, slots=True)
class OwnRecords:
    """The numbers of an organisation's records, as runs in order: `first[i]` to `last[i]`."""

    first: tuple[int, ...]
    last: tuple[int, ...]

    def __contains__(self, record_no: object) -> bool:
        if not isinstance(record_no, int):
            return False
        place = bisect_right(self.first, record_no) - 1
        return place >= 0 and record_no <= self.last[place]

    def table(self) -> pa.Table:
        """All of them: record_no."""
        runs = [np.arange(start, end + 1) for start, end in zip(self.first, self.last, strict=True)]
        return pa.table({"record_no": pa.array(np.concatenate(runs) if runs else [], pa.int64())})


def own_records(workspace: Workspace, organisation: str) -> OwnRecords:
    """The records that came from sources of an organisation; none for a reader who is of none."""
    if not organisation:
        return OwnRecords((), ())
    runs = _runs(workspace)
    return kept(
        workspace,
        ("own records", organisation),
        runs[-1:] and (len(runs), runs[-1]),
        lambda: _of(workspace, organisation, runs),
    )


def organisations_of(workspace: Workspace, record_nos: Iterable[int]) -> Mapping[int, str]:
    """The organisation that each record came from; records that never landed here are left out."""
    runs = _runs(workspace)
    firsts = kept(workspace, "first records of runs", runs[-1:] and (len(runs), runs[-1]), lambda: [r[0] for r in runs])
    found = {}
    for number in record_nos:
        place = bisect_right(firsts, number) - 1
        if place >= 0 and number <= runs[place][1]:
            found[number] = workspace.settings.organisation(runs[place][2])
    return found


def _of(workspace: Workspace, organisation: str, runs: _Runs) -> OwnRecords:
    mine = [(first, last) for first, last, source in runs if workspace.settings.organisation(source) == organisation]
    return OwnRecords(tuple(first for first, _ in mine), tuple(last for _, last in mine))


def _runs(workspace: Workspace) -> _Runs:
    """All runs so far; records that have landed since the last time are read, no others."""
    known: _Runs = workspace.kept.get(_RUNS, ())
    fresh = workspace.landing.origins(after=known[-1][1] if known else 0)
    if fresh and known and known[-1][2] == fresh[0][2]:
        fresh[0] = (known[-1][0], fresh[0][1], fresh[0][2])
        known = known[:-1]
    if fresh:
        workspace.kept[_RUNS] = known = (*known, *fresh)
    return known
