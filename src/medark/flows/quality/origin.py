"""Of which source each raw record is, and whether it came with the source's newest delivery, as a relation"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from medark.flows.workspace import Workspace

RELATION = "origin"
Run = tuple[int, int, str]  # first record_no, last record_no, source


@dataclass(frozen=True, slots=True)
class Origin:
    """`sources`: their names, by number; `newest`: the first record_no of the newest delivery of each that had others.

    A delivery is what a source sent on one day. `later`: the records (source, first, last) of each but the first of a
    source, which brings what happened in years, and the day on which it came.
    """

    sources: tuple[str, ...]
    newest: Mapping[str, int]
    runs: tuple[Run, ...] = field(repr=False)
    later: tuple[tuple[str, int, int, dt.date], ...] = field(default=(), repr=False)

    def table(self) -> pa.Table:
        """record_no, source_no, delivery: 0 before, 1 the newest; arrived: the day, of all but the first delivery."""
        numbers = {name: number for number, name in enumerate(self.sources)}
        records = [np.arange(first, last + 1) for first, last, _ in self.runs] or [np.zeros(0, np.int64)]
        sources = [np.full(last - first + 1, numbers[name], np.int32) for first, last, name in self.runs]
        fresh = [one >= self.newest.get(name, 0) for one, (_, _, name) in zip(records, self.runs, strict=False)]
        none = [np.zeros(0, np.int32)]
        every, source_no = np.concatenate(records).astype(np.int64), np.concatenate(sources or none)
        arrived = np.full(every.size, np.datetime64("NaT"), "datetime64[D]")
        for name, first, last, day in self.later:
            some = slice(*np.searchsorted(every, (first, last + 1)))
            arrived[some] = np.where(source_no[some] == numbers[name], np.datetime64(day), arrived[some])
        return pa.table({
            "record_no": every,
            "source_no": source_no,
            "arrived": pa.array(arrived),
            "delivery": np.concatenate(fresh or none).astype(np.int32),
        })  # fmt: skip


def origin_of(workspace: Workspace) -> Origin:
    """The origin of the workspace's records, as they are now."""
    runs = tuple(workspace.landing.origins())
    zone = ZoneInfo(workspace.settings.time_zone)
    days: dict[str, dict[dt.date, int]] = {}
    later = []
    for source, _, began, first, last in workspace.landing.batches():
        mine = days.setdefault(source, {})
        day = dt.datetime.fromtimestamp(began, zone).date()
        mine[day] = min(first, mine.get(day, first))
        if day > min(mine):
            later.append((source, first, last, day))
    newest = {source: mine[max(mine)] for source, mine in days.items() if len(mine) > 1}
    return Origin(tuple(dict.fromkeys(name for _, _, name in runs)), newest, runs, tuple(later))
