"""Operations and procedures of stays: which, when, by whom; they choose the department that the stay is under"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from medark.synthetic.care.concepts import DEATH, DISEASE, INPATIENT, kind_is
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.rows import DAY, Rows, as_times, joined, ordered, rank_within, taken
from medark.synthetic.care.staff import ROOMS, Staff
from medark.synthetic.chance import stream
from medark.synthetic.facts.read import keys, rows
from medark.synthetic.settings import Part
from medark.synthetic.world import numbers, table

if TYPE_CHECKING:
    from medark.synthetic.city import City

PROCEDURES: Final = keys("procedures")
PROCEDURE: Final = {key: place for place, key in enumerate(PROCEDURES)}
_ANAESTHESIA: Final = ("general", "intravenous", "spinal", "plexus", "local", "topical")
_INCISIONS: Final = ("0", "I", "II", "III")
_WITH_ANAESTHETIST: Final = 4  # the first of those kinds
_AFTER_ONSET = 90 * DAY  # within which a cancer is operated on: ours
_VENTILATED, _LINE = 0.40, 0.55  # of spells in intensive care: ours
_LONG = 96 * 3600  # seconds: ICD-9-CM parts 96.71 and 96.72 here


def _column(name: str) -> np.ndarray:
    return np.array([int(row[name] or 0) for row in rows("procedures")])


LEVEL: Final = _column("level")
_MINUTES: Final = _column("minutes")
OPERATIVE: Final = _column("operative") == 1
_ROOM: Final = np.array([ROOMS.index(row["department"]) for row in rows("procedures")])


def planned(city: City, part: Part, people: Lives, visits: Rows) -> Rows:
    """What will be done in stays, by reason: `at`, `procedure`; of the operations of a reason at most one is chosen."""
    chance = stream(city.settings.seed, "care/operations", part.number)
    stays = np.flatnonzero(visits["kind"] == INPATIENT)
    reason, row = visits["reason"][stays], visits["row"][stays]
    since = visits["start"][stays] - people.onset[row, reason].astype(np.int64) * DAY
    open_to = ~kind_is("cancer")[reason] | (since < _AFTER_ONSET)
    open_to &= (visits["discharge"][stays] != DEATH) | (chance.random(len(stays)) < 0.5)
    luck = chance.random(len(stays))
    used = np.zeros(len(stays))  # of the luck, by the operations before
    parts = []
    for place, fact in enumerate(rows("procedures")):
        for named in fact["reasons"].split():
            disease, share = named.split(":")
            here = open_to & (reason == DISEASE[disease])
            if OPERATIVE[place]:
                some = here & (luck >= used) & (luck < used + float(share))
                used[here] += float(share)
            else:
                some = here & (chance.random(len(stays)) < float(share))
            parts.append({"at": stays[some], "procedure": np.full(int(some.sum()), place)})
    return joined(parts)


def departments(visits: Rows, done: Rows) -> np.ndarray:
    """The departments of encounters, where an operation is done in its own; -1 elsewhere is left as it was."""
    found = visits["department"].copy()
    operated = taken(done, OPERATIVE[done["procedure"]] & (LEVEL[done["procedure"]] >= 2))
    found[operated["at"]] = _ROOM[operated["procedure"]]
    return found


def operations(city: City, part: Part, visits: Rows, staff: Staff, done: Rows, icu: Rows) -> Rows:
    """The procedures with their times and people, by stay and rank: `at`, `procedure`, `start`, `end`, …"""
    chance = stream(city.settings.seed, "care/theatre", part.number)
    done = _timed(chance, visits, done)
    done = joined([done, *_in_icu(chance, icu)])
    done = taken(done, done["end"] < visits["end"][done["at"]] - 1800)
    done = ordered(
        done | {"later": -LEVEL[done["procedure"]] - 10 * OPERATIVE[done["procedure"]]}, "at", "later", "start"
    )
    return done | _people(chance, visits, staff, done) | {"rank": rank_within(done["at"])}


def operation_table(part: Part, people: Lives, visits: Rows, staff: Staff, done: Rows) -> pa.Table:
    """The table of operations."""
    fact = rows("procedures")
    anaesthesia, incision = (
        np.array([words.index(row[name]) if row[name] else -1 for row in fact])[done["procedure"]]
        for name, words in (("anaesthesia", _ANAESTHESIA), ("incision", _INCISIONS))
    )
    return table(
        "operation", operation=numbers(part.number, len(done["at"])), encounter=visits["key"][done["at"]],
        person=people.person[visits["row"][done["at"]]], procedure=(done["procedure"], PROCEDURES),
        start=as_times(done["start"]), end=as_times(done["end"]), anaesthesia=(anaesthesia, _ANAESTHESIA),
        level=LEVEL[done["procedure"]], incision=(incision, _INCISIONS), rank=done["rank"] + 1,
        **{name: (done[name], staff.keys) for name in ("surgeon", "assistant", "anaesthetist")},
    )  # fmt: skip


def _timed(chance: np.random.Generator, visits: Rows, done: Rows) -> Rows:
    """The urgent within hours; others on the morning of the first to third day, if the stay is long enough."""
    at, count = done["at"], len(done["at"])
    start, end = visits["start"][at], visits["end"][at]
    hours = chance.integers(2 * 3600, 12 * 3600, count)
    nights = end // DAY - start // DAY
    day = start // DAY + np.minimum(chance.integers(1, 4, count), np.maximum(nights - 1, 1))
    planned_at = day * DAY + 8 * 3600 + chance.integers(0, 7 * 3600, count)
    urgent = visits["urgent"][at] & (nights > 0)
    begun = np.where(urgent, start + hours, planned_at)
    length = (_MINUTES[done["procedure"]] * np.exp(0.25 * chance.standard_normal(count)) * 60).astype(np.int64)
    late = begun + length > end - 4 * 3600
    begun = np.where(late, start + (end - start) // 4, begun)
    return done | {"start": begun // 300 * 300, "end": (begun + length) // 300 * 300 + 300}


def _in_icu(chance: np.random.Generator, icu: Rows) -> list[Rows]:
    """Ventilation and central lines of spells in intensive care; ventilation over 96 hours is another code."""
    count, length = len(icu["at"]), icu["end"] - icu["start"]
    air, line = chance.random(count) < _VENTILATED, chance.random(count) < _LINE
    breathed = np.maximum((length * (0.4 + 0.5 * chance.random(count))).astype(np.int64), 6 * 3600)
    code = np.where(breathed >= _LONG, PROCEDURE["long_ventilation"], PROCEDURE["ventilation"])
    parts = []
    for some, procedure, lasted in ((air, code, breathed), (line, np.full(count, PROCEDURE["central_line"]), 1500)):
        begun = icu["start"] + 1800 + chance.integers(0, 3600, count)
        parts.append(taken({"at": icu["at"], "procedure": procedure, "start": begun, "end": begun + lasted}, some))
    return parts


def _people(chance: np.random.Generator, visits: Rows, staff: Staff, done: Rows) -> Rows:
    """Surgeon, assistant and anaesthetist: senior surgeons do the higher levels."""
    at, count = done["at"], len(done["at"])
    place, room = visits["place"][at], _ROOM[done["procedure"]]
    room = np.where(staff.count[place, room] > 0, room, visits["department"][at])
    surgeon = staff.pick(place, room, chance.random(count) ** np.where(LEVEL[done["procedure"]] >= 3, 1.8, 1.0))
    helper = staff.pick(place, room, 0.3 + 0.7 * chance.random(count))
    kind = np.array([_ANAESTHESIA.index(row["anaesthesia"]) if row["anaesthesia"] else 9 for row in rows("procedures")])
    asleep = staff.pick(place, np.full(count, ROOMS.index("anaesthesia")), chance.random(count))
    needs = kind[done["procedure"]] < _WITH_ANAESTHETIST
    return {
        "surgeon": surgeon, "assistant": np.where((helper != surgeon) & (LEVEL[done["procedure"]] >= 2), helper, -1),
        "anaesthetist": np.where(needs, asleep, -1),
    }  # fmt: skip
