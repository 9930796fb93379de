"""Cards wait for the audit; all that wait at the same time share one writing of it"""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor

from medark.flows.hooks import Shown, Told, told_together

_Waiting = list[tuple[Told, "asyncio.Future[tuple[Shown, ...]]"]]


class Telling:
    """For the calls of one event loop. `pool`: where the audit is written."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._waiting: _Waiting = []
        self._writer: asyncio.Task[None] | None = None

    async def cards(self, told: Told) -> tuple[Shown, ...]:
        """The cards, once they may be told. StorageError or BusyError where the audit can't be written."""
        loop = asyncio.get_running_loop()
        found: asyncio.Future[tuple[Shown, ...]] = loop.create_future()
        self._waiting.append((told, found))
        if self._writer is None or self._writer.done():
            self._writer = loop.create_task(self._write())
        return await found

    async def _write(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            try:
                await self._told(together)
            except BaseException as error:
                for _, found in together:
                    if not found.done():
                        found.set_exception(error) if isinstance(error, Exception) else found.cancel()
                if not isinstance(error, Exception):
                    raise

    async def _told(self, together: _Waiting) -> None:
        all_told = [told for told, _ in together]
        cards = await asyncio.get_running_loop().run_in_executor(self._pool, told_together, all_told)
        for (_, found), shown in zip(together, cards, strict=True):
            if not found.done():  # who asked may be gone
                found.set_result(shown)
