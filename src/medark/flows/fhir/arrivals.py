"""When rows came in: the time of the batch that brought their raw record"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Final

from medark.flows.workspace import Workspace

_REMEMBERED: Final = 100_000


class Arrivals:
    """Times of records, kept in mind: a record's never changes."""

    def __init__(self, workspace: Workspace) -> None:
        self._landing = workspace.landing
        self._known: dict[int, float] = {}

    def of(self, record_nos: Iterable[int | None]) -> Mapping[int, dt.datetime]:
        """When each record came in, UTC; those that there are not are left out."""
        wanted = {one for one in record_nos if one is not None}
        known = self._times(wanted)
        times = ((one, known.get(one)) for one in wanted)
        return {one: dt.datetime.fromtimestamp(int(time), dt.UTC) for one, time in times if time is not None}

    def first_since(self, moment: dt.datetime) -> int:
        """The number of the first record that came in at or after a moment; one more than the last if none did.

        Records are numbered as they arrive, and batches follow one another.
        """
        origins = self._landing.origins()
        last = origins[-1][1] if origins else 0
        wanted = moment.timestamp()
        return bisect_left(range(1, last + 1), wanted, key=lambda no: float(int(self._time(no) or 0))) + 1

    def _time(self, record_no: int) -> float | None:
        return self._times({record_no}).get(record_no)

    def _times(self, wanted: set[int]) -> Mapping[int, float]:
        """The times of some records, and of others."""
        known = self._known
        if len(known) > _REMEMBERED:
            known = self._known = {}
        if missing := wanted - known.keys():
            known.update(self._landing.arrivals(missing))
        return known
