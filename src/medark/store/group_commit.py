"""Many callers, one durable commit: whoever comes while a commit runs shares the next one"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from medark.errors import StorageError

T = TypeVar("T")
R = TypeVar("R")


class _Ticket(Generic[T, R]):
    __slots__ = ("error", "items", "results")

    def __init__(self, items: list[T]) -> None:
        self.items = items
        self.results: list[R] | None = None
        self.error: BaseException | None = None


class GroupCommit(Generic[T, R]):
    """`commit` takes a list and gives a result for each item; it is never run by two threads at once."""

    def __init__(self, commit: Callable[[list[T]], list[R]]) -> None:
        self._commit = commit
        self._waiting: list[_Ticket[T, R]] = []
        self._queue, self._leading = threading.Lock(), threading.Lock()

    def submit(self, items: list[T]) -> list[R]:
        """The results of `items`, once they are committed. Raises what their commit raised."""
        ticket = _Ticket[T, R](items)
        with self._queue:
            self._waiting.append(ticket)
        with self._leading:
            if ticket.results is None and ticket.error is None:
                self._lead()
        if ticket.results is None:
            raise ticket.error or StorageError("a commit was interrupted", fix="send the same again")
        return ticket.results

    def _lead(self) -> None:
        with self._queue:
            tickets, self._waiting = self._waiting, []
        try:
            results = iter(self._commit([item for ticket in tickets for item in ticket.items]))
        except BaseException as error:
            shared = error if isinstance(error, Exception) else None
            for ticket in tickets:
                ticket.error = shared or StorageError("a commit was interrupted", fix="send the same again")
            if shared is None:
                raise
            return
        for ticket in tickets:
            ticket.results = [next(results) for _ in ticket.items]
