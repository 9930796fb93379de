"""What is no sum over rows, counted beside what is: in a thread with a session and a shelf of its own"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from medark.check.counting import Scan
from medark.flows.quality.forward import Forward
from medark.flows.quality.index import Index
from medark.flows.quality.kept import Known, Said
from medark.flows.quality.parts import Parts
from medark.flows.quality.shelf import Shelf
from medark.flows.workspace import Workspace
from medark.store.lake import Snapshot


class Beside:
    """Keys and people are counted from small files of numbers, while the engine sums rows. Use it with `with`."""

    def __init__(self, workspace: Workspace, snapshot: Snapshot, index: Index | None) -> None:
        self._workspace, self._snapshot, self._index = workspace, snapshot, index
        self._pool, self._held = ThreadPoolExecutor(1, thread_name_prefix="beside"), ExitStack()
        self._forward: Forward | None = None
        self._due: list[Future[Any]] = []

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for one in self._due:
            one.cancel()
        self._pool.submit(self._held.close).result()
        self._pool.shutdown()

    def start(self, scans: Sequence[Scan], known: Mapping[str, Known]) -> Future[dict[str, Said]]:
        """What scans say now, by name: `result()` waits for it. `known`: what they said before."""
        begun = self._pool.submit(self._count, scans, known)
        self._due.append(begun)
        return begun

    def read_ahead(self, tables: Iterable[str]) -> None:
        """Begin to read what is not kept yet of few new rows. Of an error who needs them hears."""
        self._due += [self._pool.submit(self._read, table) for table in tables]

    def _read(self, table: str) -> None:
        index = self._own().index
        if index is not None:
            index.read_ahead(table)

    def _count(self, scans: Sequence[Scan], known: Mapping[str, Known]) -> dict[str, Said]:
        return {scan.name: self._own().other(scan, known.get(scan.name)) for scan in scans}

    def _own(self) -> Forward:
        if self._forward is None:
            parts = self._held.enter_context(Parts(self._workspace, self._snapshot))
            self._forward = Forward(self._workspace, parts, self._held.enter_context(Shelf(self._workspace)))
            self._forward.begin(self._index)
        return self._forward
