"""Answers that were made for readers who see less: kept in memory, for whoever sees exactly the same"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from medark.flows.definitions.run import Provenance

_MOST_BYTES: Final = 256 << 20
_PART: Final = 4  # no answer takes more than a part of it


@dataclass(frozen=True, slots=True)
class MadeOf:
    """All that an answer depends on: equal ones, equal rows. `view`: the stamp of the views it was made through, which
    is never twice the same where whose rows they show depends on the hour.
    """

    workspace: str
    digest: str
    view: str
    lake_version: int
    vocabulary: str
    today: str


class Answers:
    """So many bytes of answers; those that nobody asked for longest go first."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most, self._bytes, self._lock = most_bytes, 0, threading.Lock()
        self._kept: OrderedDict[MadeOf, pa.Table] = OrderedDict()

    def known(self, made_of: MadeOf) -> pa.Table | None:
        """The rows, if they were made already."""
        with self._lock:
            if made_of in self._kept:
                self._kept.move_to_end(made_of)
            return self._kept.get(made_of)

    def keep(self, made_of: MadeOf, rows: pa.Table) -> None:
        """Remember them, unless they are too many."""
        if rows.nbytes > self._most // _PART:
            return
        with self._lock:
            before = self._kept.pop(made_of, None)
            self._bytes += rows.nbytes - (before.nbytes if before is not None else 0)
            self._kept[made_of] = rows
            while self._bytes > self._most:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes


def made_of(workspace: str, told: Provenance) -> MadeOf:
    """What an answer that was just made was made of."""
    return MadeOf(workspace, told.digest, told.view, told.lake_version, told.vocabulary, told.today)


answers: Final = Answers()  # of this process
