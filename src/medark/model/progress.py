"""Progress of long work, told as it happens: stages with a total, drawn by whoever is watching."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Stage(Protocol):
    """One stage under way."""

    def advance(self, n: int = 1) -> None:
        """So many more units are done. Cheap, but not free: call it once a chunk, not once a row."""


class Progress(Protocol):
    """Where a flow says what it is doing. `name` and `unit` are fixed English phrases, never a value."""

    def stage(self, name: str, total: int | None = None, unit: str = "") -> AbstractContextManager[Stage]:
        """A stage of `total` units (None: not known), over when the context is left."""


class Silent:
    """Nobody is watching.

    >>> with Silent().stage("reading", 2, "files") as stage:
    ...     stage.advance()
    """

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Stage]:
        yield self

    def advance(self, n: int = 1) -> None:
        return
