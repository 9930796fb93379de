"""What rules said of a record, kept until the next moment at which one of them could say something else"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from medark.define.memory import Entry, Record
from medark.flows.hooks.moving import Moving, Window
from medark.flows.hooks.prepared import Fired, Prepared

_TRIES: Final = 3  # to learn how long an answer holds: some rules tell the time itself


@dataclass(slots=True)
class Said:
    """The rules that fire, with values and evidence. `window`: when they do; None where that is not known.

    `made`: what is made of them, for as long as they are said again.
    """

    fired: tuple[Fired, ...] = ()
    window: Window | None = None
    tries: int = 0
    made: dict[object, Any] = field(default_factory=dict)

    def holds(self, now: dt.datetime) -> bool:
        """Would rules say the same at this moment?"""
        return self.window is not None and self.window.holds(now)


class Judged:
    """Of one record, which never changes. Safe for any number of threads: at worst two work out the same."""

    __slots__ = ("_record", "_said")

    def __init__(self, record: Record) -> None:
        self._record = record
        self._said: dict[tuple[Prepared, int | None], Said] = {}

    def said(self, rules: Prepared, entry: Entry) -> Said:
        """What rules say at a moment. `entry`: as `moment_of` makes it.

        Most people are asked of once. How long an answer holds is learned when somebody asks again.
        """
        said = self._said.get((rules, entry.visit_occurrence_id))
        if said is None:
            self._said[rules, entry.visit_occurrence_id] = Said()
        elif said.holds(entry.start):
            return said
        elif said.tries < _TRIES:
            return self._learned(rules, entry, said)
        return Said(tuple(rules.fired(self._record, entry, entry.start.date())))

    def at_hand(self, rules: Prepared, entry: Entry) -> Said | None:
        """The same, if nothing has to be worked out for it."""
        said = self._said.get((rules, entry.visit_occurrence_id))
        return said if said is not None and said.holds(entry.start) else None

    def _learned(self, rules: Prepared, entry: Entry, before: Said) -> Said:
        window = Window(entry.start)
        now = Moving.of(window)
        found = rules.fired(self._record, entry._replace(start=now, end=now), entry.start.date())
        fired = tuple(replace(one, values=dict(_stopped(one.values.items()))) for one in found)
        tries = 0 if window.is_known else before.tries + 1
        said = self._said[rules, entry.visit_occurrence_id] = Said(fired, window, tries)
        return said


def _stopped(values: Any) -> Iterator[tuple[str, Any]]:
    for name, value in values:
        yield name, value.stopped() if isinstance(value, Moving) else value
