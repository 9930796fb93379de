"""What the ledger said of who may do what, remembered until its count of changes moves on"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from medark.store.ledger.engine import Database

_T = TypeVar("_T")
_MOST: Final = 20_000  # answers


class Remembered:
    """Answers that hold while the count of changes stands. The count is asked before each: it tells what any process
    has written, so that what was taken back is gone at the next question.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: tuple[int, dict[Hashable, Any]] = (0, {})
        self._here = threading.local()

    def stamp(self) -> int:
        """How often anything was changed: equal stamps, equal answers."""
        held: int | None = getattr(self._here, "stamp", None)
        return self._database.changes() if held is None else held

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """All that this thread asks within is answered as of the moment at which it began: the count is asked once.

        For what takes milliseconds, and decides on one thing: what is taken back meanwhile is gone at the next one.
        """
        if getattr(self._here, "stamp", None) is not None:
            yield
            return
        self._here.stamp = self._database.changes()
        try:
            yield
        finally:
            self._here.stamp = None

    def of(self, key: Hashable, ask: Callable[[], _T], *, only_found: bool = False) -> _T:
        """The answer of this key, asked for once while nothing changes. Whoever gets it must not change it.

        `only_found`: None is asked again, for what comes is not counted, only what changes or goes.
        """
        now = self.stamp()
        stamp, answers = self._kept
        if stamp < now or len(answers) > _MOST:
            stamp, answers = self._kept = (now, {})
        if stamp != now:  # a thread that looked later was faster: what is asked now is newer than `now`
            return ask()
        if key in answers:
            found: _T = answers[key]
            return found
        found = ask()
        if found is not None or not only_found:
            answers[key] = found
        return found


@dataclass(frozen=True, slots=True)
class Span:
    """What concerns a person from one moment until another (None: for ever); milliseconds since 1970."""

    person_id: int
    starts_ms: int
    ends_ms: int | None


class Spans:
    """Who is concerned at a moment: worked out once for all moments between which nothing begins or ends."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = tuple(spans)
        times = {one.starts_ms for one in self._spans} | {one.ends_ms for one in self._spans}
        self._times = sorted(time for time in times if time is not None)
        self._known: tuple[int, frozenset[int]] | None = None

    def people(self, now_ms: int) -> frozenset[int]:
        """The persons whose spans hold now."""
        place, known = bisect_right(self._times, now_ms), self._known
        if known is None or known[0] != place:
            known = self._known = (place, self._at(now_ms))
        return known[1]

    def _at(self, now_ms: int) -> frozenset[int]:
        return frozenset(
            one.person_id
            for one in self._spans
            if one.starts_ms <= now_ms and (one.ends_ms is None or now_ms < one.ends_ms)
        )
