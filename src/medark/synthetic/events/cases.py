"""Cases of an event as columns: exposure and onset to the second, how ill, by whom; and as the table infection"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints
from medark.synthetic.events.outbreak import SEVERITIES
from medark.synthetic.events.severity import Course
from medark.synthetic.events.spread import SETTINGS, Cases
from medark.synthetic.events.town import Town
from medark.synthetic.settings import Part
from medark.synthetic.world import numbers, table

# Hours of the day from and to at which people meet, by setting: ours.
_HOURS = {
    "community": (8, 20),
    "household": (18, 23),
    "school": (8, 16),
    "import": (8, 20),
    "meal": (11, 13),
    "ward": (6, 22),
}
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Found:
    """Cases of one event or of many; times in days from the city's first; `infector` is a place among them, or -1."""

    event: Ints  # places in facts/events
    person: Ints  # places in Town
    infector: Ints
    setting: Ints
    exposed: Floats
    onset: Floats
    severity: Ints

    @classmethod
    def drawn(cls, chance: np.random.Generator, event: str, cases: Cases, ill: Ints, course: Course) -> Found:
        """Cases with hours of exposure by setting, and onset after the incubation of the disease."""
        hours = np.array([_HOURS[setting] for setting in SETTINGS], dtype=np.float64)[cases.setting]
        exposed = cases.day + (hours[:, 0] + chance.random(len(cases.day)) * (hours[:, 1] - hours[:, 0])) / 24
        onset = exposed + course.incubation(chance, len(exposed))
        events = np.full(len(exposed), facts.keys("events").index(event))
        return cls(events, cases.person, cases.infector, cases.setting, exposed, onset, ill)


def joined(found: Sequence[Found]) -> Found:
    """All of them one after another."""
    offsets = np.cumsum([0, *(len(one.person) for one in found)])
    infectors = [np.where(one.infector < 0, -1, one.infector + at) for one, at in zip(found, offsets[:-1], strict=True)]
    columns = {
        name: np.concatenate([getattr(one, name) for one in found])
        for name in ("event", "person", "setting", "exposed", "onset", "severity")
    }
    return Found(infector=np.concatenate(infectors), **columns)


def to_table(part: Part, people: Town, found: Found, districts: Sequence[str], first: np.datetime64) -> pa.Table:
    """The table infection."""
    events, case = facts.rows("events"), numbers(part.number, len(found.person))
    diseases = tuple(row["disease"] for row in events)
    return table(
        "infection",
        case=case,
        person=people.person[found.person],
        event=(found.event, facts.keys("events")),
        disease=(found.event, diseases),
        infector=pa.array(case[np.maximum(found.infector, 0)] if len(case) else case, mask=found.infector < 0),
        setting=(found.setting, SETTINGS),
        exposed=times(first, found.exposed),
        onset=times(first, found.onset),
        severity=(found.severity, SEVERITIES),
        district=(people.district[found.person], districts),
    )


def times(first: np.datetime64, days: Floats) -> np.ndarray:
    """Days from the city's first as times."""
    return np.asarray(first.astype("datetime64[s]") + np.round(np.asarray(days) * _DAY).astype("timedelta64[s]"))
