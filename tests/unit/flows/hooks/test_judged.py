"""What rules said is told again only where they would say the same: at any moment, of any record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medark.define.memory import Entry, Record, moment_of
from medark.define.memory.context import Person
from medark.define.memory.layout import key_of
from medark.define.memory.quick import Quick
from medark.define.nodes import Frame
from medark.flows.hooks.judged import Judged
from medark.flows.hooks.moving import Moving, Window
from medark.flows.hooks.prepared import Fired
from unit.define.memory.drawn import RESOLVED, days, frames, records

NOW = dt.datetime(2024, 7, 1, 8, 30)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TICK = dt.datetime.resolution
times_of_day = st.builds(dt.datetime.combine, days, st.times() | st.sampled_from([dt.time(), dt.time(6)]))
OTHERS = [NOW + offset for offset in (-400 * DAY, -DAY, -HOUR, -TICK, TICK, HOUR, DAY, 400 * DAY)]

# What rules ask of the present moment: each gives something that is compared.
ASKED: dict[str, Callable[[Any], Any]] = {
    **{f"before {other}": lambda now, other=other: (now < other, other > now) for other in OTHERS},
    **{f"at most {other}": lambda now, other=other: (now <= other, other >= now) for other in OTHERS},
    **{f"same {other}": lambda now, other=other: (now == other, other != now) for other in OTHERS},
    "three days ago": lambda now: [now - 3 * DAY <= other for other in OTHERS],
    "in an hour": lambda now: [now + HOUR > other for other in OTHERS],
    "the day": lambda now: (now.date(), now.toordinal(), now.year, now.month, now.day),
    "the day of three hours ago": lambda now: (now - 9 * HOUR).date(),
    "the same time of another day": lambda now: [now.replace(month=6, day=30) < other for other in OTHERS],
    "an hour before and now": lambda now: (now - HOUR < now, (now - (now - HOUR)) == HOUR),
    "the hour": lambda now: now.hour,
    "how long ago": lambda now: (now - OTHERS[0], OTHERS[-1] - now),
    "words": lambda now: (str(now), f"{now:%H:%M}", now.isoformat(), now.time(), now.timestamp()),
    "among others": lambda now: now in set(OTHERS),
    "a second": lambda now: (now.second, now.microsecond, now.timetuple()),
}


@pytest.mark.parametrize("asked", ASKED)
def test_within_its_window_a_moment_is_answered_alike(asked: str) -> None:
    window = Window(NOW)
    told = ASKED[asked](Moving.of(window))
    assert told == ASKED[asked](NOW)
    width = window.before - window.after
    for part in range(1, 200):
        moment = window.after + width * (part / 200)
        assert not window.holds(moment) or ASKED[asked](moment) == told
    for moment in (window.after + TICK, window.before - TICK):
        assert not window.holds(moment) or ASKED[asked](moment) == told


def test_what_tells_the_time_itself_holds_for_no_other_moment() -> None:
    for asked in ("the hour", "how long ago", "words", "among others", "a second"):
        window = Window(NOW)
        ASKED[asked](Moving.of(window))
        assert not window.is_known, asked
    window = Window(NOW)
    assert Moving.of(window) >= NOW
    assert not window.holds(NOW + TICK)


def test_a_window_ends_where_an_answer_turns_and_at_midnight() -> None:
    window = Window(NOW)
    assert window.holds(NOW.replace(hour=0, minute=0)) and not window.holds(NOW.replace(hour=0, minute=0) - TICK)
    assert window.holds(NOW.replace(hour=23)) and not window.holds(NOW.replace(hour=0, minute=0) + DAY)
    assert Moving.of(window) - HOUR < NOW
    assert (window.holds(NOW + HOUR - TICK), window.holds(NOW + HOUR)) == (True, False)


class _Rows:
    """In the place of prepared rules: which rows each of some frames has."""

    def __init__(self, asked: list[Frame]) -> None:
        self._asked, self._compiler = asked, Quick(RESOLVED, asked)

    def fired(self, record: Record, entry: Entry, today: dt.date) -> Iterator[Fired]:
        context = Person(record, today).at(entry)
        for frame in self._asked:
            rows = sorted(map(key_of(frame.root), self._compiler.frame(frame)(context)))
            yield Fired(None, {"rows": rows, "now": entry.start}, ())  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(records(), st.lists(frames(), min_size=1, max_size=4), st.lists(times_of_day, min_size=8, max_size=20))
def test_frames_have_the_rows_that_they_would_have_if_asked_again(
    record: Record, asked: list[Frame], moments: list[dt.datetime]
) -> None:
    rules: Any = _Rows(asked)
    judged = Judged(record)
    for moment in moments:
        entry = moment_of(record, moment)
        for _ in range(2):
            said = [one.values["rows"] for one in judged.said(rules, entry).fired]
            assert said == [one.values["rows"] for one in rules.fired(record, entry, moment.date())]


def test_what_does_not_change_is_not_asked_again_and_the_moment_itself_is_not_kept() -> None:
    record, rules = Record.of(1, {}), _Counted()
    judged = Judged(record)
    for minute in range(20):
        judged.said(rules, moment_of(record, NOW + dt.timedelta(minutes=minute)))  # type: ignore[arg-type]
    assert rules.asked == 2
    told = _Counted(lambda now: now)
    for minute in range(20):
        moment = NOW + dt.timedelta(minutes=minute)
        (fired,) = judged.said(told, moment_of(record, moment)).fired  # type: ignore[arg-type]
        assert fired.values["now"] == moment
        assert type(fired.values["now"]) is dt.datetime
    assert told.asked == 20


class _Counted:
    """Rules that count how often they are asked."""

    def __init__(self, value: Callable[[Any], Any] = lambda now: now > NOW - DAY) -> None:
        self.asked, self._value = 0, value

    def fired(self, record: Record, entry: Entry, today: dt.date) -> Iterator[Fired]:
        self.asked += 1
        yield Fired(None, {"now": self._value(entry.start)}, ())  # type: ignore[arg-type]
