"""Moves counted a core each, where few rows are new: planning a query takes longer than running it, and takes one"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from types import TracebackType

from medark.flows.quality.affected import Move
from medark.flows.quality.said_of_files import Sums
from medark.flows.quality.sums import Summing

_CORES = 2  # more of them wait for one another


class Cores:
    """Begins to count some moves at once, and gives what each says in the order in which it is asked for. Use it with
    `with`: meanwhile nobody else uses the session.
    """

    def __init__(self, summing: Summing, moves: Sequence[Move]) -> None:
        self._summing, self._moves = summing, moves
        self._pool, self._held = ThreadPoolExecutor(_CORES, thread_name_prefix="sums"), ExitStack()
        self._free: SimpleQueue[Summing] = SimpleQueue()
        self._begun: dict[str, Future[list[dict[str, Sums]]]] = {}  # by table, whose name is that of one core's view

    def __enter__(self) -> Cores:
        if self._summing.is_shared_out and len(self._moves) > 1:
            for _ in range(_CORES):
                self._free.put(self._held.enter_context(self._summing.beside()))
            tables = dict.fromkeys(move.over for move in self._moves)
            self._begun = {table: self._pool.submit(self._of, table) for table in tables}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._held.close()

    def wait(self) -> None:
        """Until all are counted: from then on others may use the session."""
        self._pool.shutdown()
        self._held.close()

    def of(self, move: Move) -> dict[str, Sums]:
        """What each scan of a move says, by its name."""
        begun = self._begun.get(move.over)
        if begun is None:
            return self._summing.of(move)
        return begun.result()[self._of_table(move.over).index(move)]

    def _of_table(self, table: str) -> list[Move]:
        return [move for move in self._moves if move.over == table]

    def _of(self, table: str) -> list[dict[str, Sums]]:
        mine = self._free.get()
        try:
            return [mine.of(move) for move in self._of_table(table)]
        finally:
            self._free.put(mine)
