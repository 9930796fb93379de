"""Encounters: of all that may come about, what is within a life and overlaps nothing that matters more"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from medark.synthetic.care import places
from medark.synthetic.care.concepts import (
    AGAINST_ADVICE,
    ARRIVALS,
    DEPARTMENT,
    DEPARTMENTS,
    DISCHARGES,
    DISEASE,
    DISEASES,
    EMERGENCY,
    HOME,
    INPATIENT,
    KINDS,
    MOVED,
    ORGANISATIONS,
    OUTPATIENT,
)
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.rows import Rows, as_times, joined, ordered, taken
from medark.synthetic.care.staff import Staff
from medark.synthetic.chance import stream
from medark.synthetic.facts.read import by_key, keys
from medark.synthetic.settings import Part
from medark.synthetic.world import numbers, table

if TYPE_CHECKING:
    from medark.synthetic.city import City

_GAP: Final = 300  # seconds from one encounter to the next
_TRADITIONAL: Final = (
    "back_pain",
    "cervical_spondylosis",
    "insomnia",
    "gastritis",
    "migraine",
    "osteoarthritis",
    "anxiety",
)
_ASKED = 0.2  # of their outpatients: ours
_SPAN: Final = 1 << 33  # seconds: more than any time since 1970 here


def kept(people: Lives, found: list[Rows]) -> Rows:
    """The candidates that come about, by person and time."""
    wished = joined(found)
    end = wished["start"] + wished["length"]
    here = (wished["start"] >= people.begins[wished["row"]]) & (end <= people.ends[wished["row"]])
    wished = ordered(taken(wished, here & (wished["length"] > 0)), "row", "start", "priority")
    held = _without_overlap(taken(wished, wished["priority"] == 0))
    for low, high in ((1, 1), (2, 2), (3, 3), (4, 99)):
        some = taken(wished, (wished["priority"] >= low) & (wished["priority"] <= high))
        some = _without_overlap(taken(some, ~_overlaps(some, held)))
        held = ordered(joined([held, some]), "row", "start") if len(some["row"]) else held
    return _linked(held)


def _without_overlap(rows: Rows) -> Rows:
    """Sorted rows without those that begin before an earlier one of the person has ended."""
    start, end = _line(rows)
    before = np.r_[-1, np.maximum.accumulate(end)[:-1]] if len(end) else end
    return taken(rows, start >= before)


def _overlaps(rows: Rows, held: Rows) -> np.ndarray:
    """Which rows overlap one of those held, which are sorted and do not overlap each other."""
    if not len(held["row"]):
        return np.zeros(len(rows["row"]), bool)
    start, end = _line(rows)
    held_start, held_end = _line(held)
    last = np.searchsorted(held_start, end) - 1
    return (last >= 0) & (held_end[np.maximum(last, 0)] > start)


def _line(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Start and end on one line on which each person has their own stretch."""
    start = rows["row"] * _SPAN + rows["start"]
    return start, start + rows["length"] + _GAP * (rows["kind"] != INPATIENT)


def _linked(rows: Rows) -> Rows:
    """With `came_from`, the place of the encounter that led here, where it came about too; -1 elsewhere."""
    at = np.full(int(rows["chain"].max(initial=0)) + 1, -1)
    at[rows["chain"]] = np.arange(len(rows["chain"]))
    at[0] = -1
    known = np.where(rows["cause"] < len(at), rows["cause"], 0)
    return rows | {"came_from": at[known]}


def encounters(city: City, part: Part, people: Lives, staff: Staff, rows: Rows) -> tuple[pa.Table, Rows]:
    """The table of encounters, and its rows with key, department and doctor, in the same order."""
    chance = stream(city.settings.seed, "care/encounters", part.number)
    count = len(rows["row"])
    rows = ordered(rows | {"at": np.arange(count)}, "row", "start")
    key = numbers(part.number, count)
    age = people.age(rows["row"], rows["start"])
    wanted = np.where(
        rows["department"] >= 0, rows["department"], places.department(rows["reason"], rows["place"], age, rows["kind"])
    )
    department = staff.department_of(rows["place"], _traditional(chance, rows, wanted))
    # Most people see the doctor that they saw before: one a person, department and organisation.
    usual = (rows["row"] * 7919 + department * 104_729) % 9973 / 9973
    luck = np.where(chance.random(count) < 0.6, usual, chance.random(count))
    doctor = staff.pick(rows["place"], department, luck)
    left = _discharges(chance, rows, age)
    rows |= {
        "key": key, "department": department, "doctor": doctor, "age": age, "end": rows["start"] + rows["length"],
        "discharge": left, "doctor_luck": luck,
    }  # fmt: skip
    return _table(people, staff, chance, rows), rows


def _traditional(chance: np.random.Generator, rows: Rows, wanted: np.ndarray) -> np.ndarray:
    """Some outpatients of hospitals see traditional medicine for what it is asked for."""
    asks = np.isin(rows["reason"], [DISEASE[key] for key in _TRADITIONAL]) & (rows["kind"] == OUTPATIENT)
    return np.where(asks & (chance.random(len(wanted)) < _ASKED), DEPARTMENT["tcm"], wanted)


def _discharges(chance: np.random.Generator, rows: Rows, age: np.ndarray) -> np.ndarray:
    """How stays and emergency visits end: those who were admitted from there, the dead, few who were moved elsewhere or
    left against advice (ours: 4 and 3 % of stays); the others went home.
    """
    luck, stay = chance.random(len(age)), rows["kind"] == INPATIENT
    usual = stay & (rows["discharge"] == 0)
    left = np.where(usual & (luck < 0.04) & (age > 50), MOVED, rows["discharge"])
    left = np.where(usual & (luck > 0.97), AGAINST_ADVICE, left)
    went_on = rows["came_from"][stay & (rows["came_from"] >= 0)]
    to_ward = np.zeros(len(age), bool)
    to_ward[went_on] = True
    return np.where(to_ward & (rows["kind"] == EMERGENCY) & (left == HOME), MOVED, left)


def _table(people: Lives, staff: Staff, chance: np.random.Generator, rows: Rows) -> pa.Table:
    stay, came = rows["kind"] == INPATIENT, rows["came_from"]
    led = np.where(came >= 0, rows["key"][np.maximum(came, 0)], 0)
    many = _WARD_BEDS[rows["department"]]
    bed = np.where(stay, _FIRST_BED[rows["department"]] + (chance.random(len(stay)) * many).astype(np.int64), -1)
    seen = stay | ((rows["kind"] == EMERGENCY) & ~rows["cancelled"])
    return table(
        "encounter", encounter=rows["key"], person=people.person[rows["row"]],
        organisation=(rows["place"], ORGANISATIONS), department=(rows["department"], DEPARTMENTS),
        kind=(rows["kind"], KINDS), start=as_times(rows["start"]), end=as_times(rows["end"]),
        reason=(rows["reason"], DISEASES), arrival=(rows["arrival"], ARRIVALS),
        triage=pa.array(rows["triage"].astype(np.int32), mask=rows["triage"] == 0),
        doctor=(rows["doctor"], staff.keys), bed=(bed, _BEDS),
        discharge=(np.where(seen, rows["discharge"], -1), DISCHARGES), event=(rows["event"], keys("events")),
        came_from=pa.array(led, mask=came < 0), cancelled=rows["cancelled"],
    )  # fmt: skip


_WARDS: Final = by_key("wards")
_WARD_BEDS: Final = np.array([int(_WARDS[key]["beds"]) if key in _WARDS else 0 for key in DEPARTMENTS])
_FIRST_BED: Final = np.cumsum([0, *_WARD_BEDS[:-1]])
_BEDS: Final = tuple(
    f"{_WARDS[key]['ward']}-{number:02d}"
    for key, many in zip(DEPARTMENTS, _WARD_BEDS, strict=True)
    for number in range(1, many + 1)
)
