"""How much anybody may ask for: requests a second, bytes of a body, seconds of an answer"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from medark.messages import N_
from medark.serve.http.errors import TooLargeError, TooManyError, TooSlowError

_REMEMBERED: Final = 20_000
_BURST_S: Final = 4.0  # seconds of requests that may come at once


class Buckets:
    """Token buckets by key: `a_second` requests on average, a few seconds' worth at once; 0: no limit."""

    def __init__(self, a_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock, self._lock = a_second, clock, threading.Lock()
        self._most = max(1.0, a_second * _BURST_S)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_for(self, key: str) -> float:
        """Take one: 0 if there was one, else the seconds until there is."""
        if not self._rate:
            return 0.0
        now = self._clock()
        with self._lock:
            left, at = self._left.pop(key, (self._most, now))
            left = min(self._most, left + (now - at) * self._rate)
            taken = left >= 1
            self._left[key] = (left - 1 if taken else left, now)
            if len(self._left) > _REMEMBERED:
                self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) / self._rate


class Limits:
    """The buckets of users and of addresses. A hospital's system asks for many users from one address: it has more."""

    def __init__(self, a_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._users, self._addresses = Buckets(a_second, clock), Buckets(4 * a_second, clock)

    def admit_user(self, name: str) -> None:
        """TooManyError if this user asks too often."""
        _admit(self._users, name)

    def admit_address(self, address: str) -> None:
        """TooManyError if too much comes from this address."""
        _admit(self._addresses, address)


def _admit(buckets: Buckets, key: str) -> None:
    if wait := buckets.wait_for(key):
        raise TooManyError(N_("too many requests"), fix="ask less often", wait_s=int(wait) + 1)


class BodyLimit:
    """Bodies of more than so many bytes are refused, whether they say how long they are or not."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not told.isdigit() or int(told) > self._most:
            raise self._too_large()
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise self._too_large()
            return message

        await self._app(scope, counted, send)

    def _too_large(self) -> TooLargeError:
        return TooLargeError(N_("the body is too large"), fix="send less at once", most_bytes=self._most)


class TimeLimit:
    """An answer that has not begun after so many seconds is given up."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def beginning(message: Message) -> None:
            nonlocal begun
            begun = True
            limit.reschedule(None)  # what streams may take its time
            await send(message)

        try:
            async with asyncio.timeout(self._seconds) as limit:
                await self._app(scope, receive, beginning)
        except TimeoutError:
            if begun:
                raise
            raise TooSlowError(N_("the answer took too long"), fix="ask for less", seconds=int(self._seconds)) from None


class AddressLimit:
    """Requests that come too often from one address are refused before anything is done for them."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._limits.admit_address((scope.get("client") or ("",))[0])
        await self._app(scope, receive, send)
