"""Answers that are sent piece by piece, and work that ends when whoever asked is gone"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from typing import TypeVar

from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_T = TypeVar("_T")


class Streamed(Response):
    """An answer in pieces. `end` is called once all are sent, or nobody is there to take them any more: at once then,
    from another thread than the one that makes the pieces.
    """

    def __init__(
        self,
        pieces: Iterator[bytes],
        headers: Mapping[str, str],
        media_type: str,
        end: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(None, 200, headers, media_type)
        self.pieces, self._end = pieces, end
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watch = asyncio.create_task(_gone(receive))
        watch.add_done_callback(lambda done: None if done.cancelled() else self._end())
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            async for piece in iterate_in_threadpool(self.pieces):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except Exception:
            if not watch.done():  # else nobody is there to be told
                raise
        finally:
            watch.cancel()
            self._end()


async def unless_gone(request: Request, pool: Executor, work: Callable[[], _T], stop: Callable[[], None]) -> _T:
    """What `work` gives, done in a pool; it is told to stop when whoever asked is gone, or waited long enough."""
    watch = asyncio.create_task(_gone(request.receive))
    watch.add_done_callback(lambda done: None if done.cancelled() else stop())
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, work)
    except asyncio.CancelledError:
        stop()
        raise
    finally:
        watch.cancel()


async def _gone(receive: Receive) -> None:
    """Until whoever asked is gone."""
    with suppress(OSError):
        while (await receive())["type"] != "http.disconnect":
            pass
