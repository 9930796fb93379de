"""Calls to 120: those who come to hospital by ambulance, those who do not, the dying, and the sick of an outbreak"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints, pick
from medark.synthetic.events.call_words import texts
from medark.synthetic.events.scene import Scene, hours, since
from medark.synthetic.world import column, indexes, numbers, table

OUTCOMES = ("transported", "treated_on_scene", "refused", "cancelled", "died")
_TRANSPORTED, _TREATED, _REFUSED, _CANCELLED, _DIED = range(5)
# Weights of the hours of a day: ours.
_DAYS = {
    "morning": [2, 2, 2, 2, 3, 5, 8, 10, 10, 9, 8, 7, 6, 5, 5, 5, 5, 5, 5, 5, 4, 4, 3, 3],
    "evening": [3, 2, 1, 1, 1, 2, 3, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 9, 10, 10, 9, 8, 6, 4],
    "night": [7, 6, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 6, 7, 8, 9, 9, 8],
    "flat": [3, 2, 2, 2, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4, 4, 3],
}
_WEEK, _FESTIVAL = (1.0, 0.98, 0.98, 0.99, 1.02, 1.04, 1.0), 1.1  # ours
# Share of cases who call and stay at home, by severity none, mild, severe, critical, fatal: ours.
_CALLING = {
    "outbreak": (0, 0.09, 0.25, 0.4, 0.4), "influenza": (0, 0.004, 0.04, 0.08, 0.1),
    "food_cluster": (0, 0.02, 0.15, 0, 0), "hfmd_cluster": (0, 0.01, 0.3, 0, 0),
}  # fmt: skip
_COMPLAINT = {
    "outbreak": "fever",
    "influenza": "fever",
    "food_cluster": "vomiting_diarrhoea",
    "hfmd_cluster": "convulsion",
}
_DYING = 0.55  # of those who die outside hospital: ours


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls as columns; `when` in days from the city's first; -1 for none."""

    person: Ints
    when: Floats
    complaint: Ints
    outcome: Ints
    event: Ints
    encounter: Ints  # row of the table encounter
    arrival: Floats  # at hospital; NaN where not taken there


def ems_calls(scene: Scene) -> pa.Table:
    """The table ems_call, in order of time."""
    found = [_by_ambulance(scene), _stayed(scene), _dying(scene), _of_the_sick(scene)]
    calls = Calls(*(np.concatenate([getattr(one, name) for one in found]) for name in Calls.__slots__))
    order = np.lexsort((calls.person, calls.when))
    calls = Calls(*(getattr(calls, name)[order] for name in Calls.__slots__))
    chance, count = scene.chance("calls' way"), len(order)
    dispatched = calls.when + chance.gamma(2.0, 0.7 / 1440, count)
    scene_at = dispatched + chance.gamma(5.0, 2.0 / 1440, count)  # 10 minutes; ours
    taken = calls.outcome == _TRANSPORTED
    back = np.where(taken, calls.arrival - calls.when, 1.0)
    shrink = np.minimum(1.0, 0.8 * back / np.maximum(scene_at - calls.when, 1e-6))
    dispatched, scene_at = (
        calls.when + (dispatched - calls.when) * shrink,
        calls.when + (scene_at - calls.when) * shrink,
    )
    nobody_came = calls.outcome == _CANCELLED
    return _table(scene, chance, calls, dispatched, np.where(nobody_came, np.nan, scene_at))


def _table(scene: Scene, chance: np.random.Generator, calls: Calls, dispatched: Floats, scene_at: Floats) -> pa.Table:
    count, town, people = len(calls.person), scene.town, scene.world["person"]
    places = facts.numbers("ems_complaints", "priority").astype(np.int64)
    priority = np.clip(places[calls.complaint] + (chance.random(count) < 0.1), 1, 4)
    away = chance.random(count) < 0.2  # called from elsewhere: some hundred metres to kilometres from home
    shift = np.where(away, 0.01, 0.0002)[:, None] * chance.standard_normal((count, 2))
    encounters = scene.world.get("encounter")
    linked = calls.encounter >= 0
    of_encounter = pa.array(np.maximum(calls.encounter, 0), mask=~linked)
    female = indexes(people, "sex", ("M", "F"))[calls.person] == 1
    return table(
        "ems_call", call=numbers(scene.part.number, count), person=town.person[calls.person],
        called=scene.times(calls.when), dispatched=scene.times(dispatched), on_scene=_times(scene, scene_at),
        at_hospital=_times(scene, calls.arrival), lon=column(people, "lon")[calls.person] + shift[:, 0],
        lat=column(people, "lat")[calls.person] + shift[:, 1],
        district=(town.district[calls.person], scene.city.courses.districts),
        complaint=(calls.complaint, facts.keys("ems_complaints")),
        text=texts(chance, calls.complaint, town.ages(calls.person, calls.when), female),
        priority=priority, outcome=(calls.outcome, OUTCOMES), event=(calls.event, facts.keys("events")),
        **({} if encounters is None or not encounters.num_rows else {
            "organisation": encounters["organisation"].combine_chunks().take(of_encounter),
            "encounter": encounters["encounter"].combine_chunks().take(of_encounter),
        }),
    )  # fmt: skip


def _times(scene: Scene, when: Floats) -> np.ndarray:
    known = ~np.isnan(when)
    return np.where(known, scene.times(np.where(known, when, 0.0)), np.datetime64("NaT", "s"))


def _by_ambulance(scene: Scene) -> Calls:
    """A call before every encounter that an ambulance brought."""
    encounters = scene.world.get("encounter")
    if encounters is None or not encounters.num_rows:
        return _none()
    on = encounters["came_from"].is_valid().to_numpy()  # the ambulance brought them to the encounter before
    rows = np.flatnonzero((indexes(encounters, "arrival", ("ambulance",)) == 0) & ~on)
    chance = scene.chance("calls to hospital")
    some = encounters.take(pa.array(rows))
    arrival = since(column(some, "start"), scene.first) - chance.uniform(1, 5, len(rows)) / 1440
    when = arrival - (12 + chance.gamma(6.0, 4.0, len(rows))) / 1440
    event = indexes(some, "event", facts.keys("events"))
    complaint = complaints(indexes(some, "reason", facts.keys("diseases")))
    people = scene.places(column(some, "person").astype(np.int64))
    return Calls(people, when, complaint, np.full(len(rows), _TRANSPORTED), event, rows, arrival)


def complaints(diseases: Ints) -> Ints:
    """Of each disease (a place in facts/diseases, or -1) what the caller complains of."""
    keys = facts.keys("ems_complaints")
    of = {
        disease: place for place, row in enumerate(facts.rows("ems_complaints")) for disease in row["diseases"].split()
    }
    other = keys.index("unwell")
    found = np.array([of.get(disease, other) for disease in facts.keys("diseases")] + [other])
    return found[diseases]


def _stayed(scene: Scene) -> Calls:
    """Everyday calls after which nobody is taken to hospital."""
    chance, found = scene.chance("calls at home"), []
    age = (scene.days / 2 - scene.town.birth) / 365.25
    busy = scene.calendar.week(_WEEK, festival=_FESTIVAL)
    for place, row in enumerate(facts.rows("ems_complaints")):
        for word, low, high in (("young", 0, 15), ("adult", 15, 65), ("old", 65, 200)):
            among = np.flatnonzero((age >= low) & (age < high))
            people, day = scene.background(chance, float(row[word]), busy, among)
            when = day + hours(chance, np.array(_DAYS[row["day"]], dtype=np.float64), len(day))
            found.append(_at_home(chance, people, when, place, -1))
    return _joined(found)


def _of_the_sick(scene: Scene) -> Calls:
    """Cases who call for help and stay at home."""
    chance, found = scene.chance("calls of the sick"), []
    for event, shares in _CALLING.items():
        some = np.flatnonzero(scene.ill.of(event))
        some = some[chance.random(len(some)) < np.array(shares)[scene.ill.severity[some]]]
        mean = scene.city.courses.outbreak["delays_days.call"] if event == "outbreak" else 1.5
        when = scene.ill.onset[some] + chance.gamma(3.0, mean / 3.0, len(some))
        kept = scene.there(scene.ill.person[some], when)
        place = facts.keys("ems_complaints").index(_COMPLAINT[event])
        at = facts.keys("events").index(event)
        found.append(_at_home(chance, scene.ill.person[some[kept]], when[kept], place, at))
    return _joined(found)


def _dying(scene: Scene) -> Calls:
    """Some of those who die outside hospital are found or attended at their end."""
    deaths = scene.world.get("death")
    if deaths is None or not deaths.num_rows:
        return _none()
    chance = scene.chance("calls at death")
    outside = ~np.asarray(column(deaths, "in_hospital"), dtype=bool) & (chance.random(deaths.num_rows) < _DYING)
    people = scene.places(column(deaths, "person").astype(np.int64)[outside])
    when = since(column(deaths, "time")[outside], scene.first) - chance.uniform(5, 45, len(people)) / 1440
    kept = scene.there(people, np.floor(when)) & (when >= 0)
    place = facts.keys("ems_complaints").index("cardiac_arrest")
    count = int(kept.sum())
    return _plain(people[kept], when[kept], np.full(count, place), np.full(count, _DIED), -1)


def _at_home(chance: np.random.Generator, people: Ints, when: Floats, complaint: int, event: int) -> Calls:
    outcome = 1 + pick(chance, [0.55, 0.27, 0.18], len(people))
    return _plain(people, when, np.full(len(people), complaint), outcome, event)


def _plain(people: Ints, when: Floats, complaint: Ints, outcome: Ints, event: int) -> Calls:
    count = len(people)
    none = np.full(count, -1, dtype=np.int64)
    return Calls(people, when, complaint, outcome, np.full(count, event), none, np.full(count, np.nan))


def _none() -> Calls:
    none = np.zeros(0, dtype=np.int64)
    return _plain(none, none.astype(np.float64), none, none, -1)


def _joined(found: list[Calls]) -> Calls:
    return Calls(*(np.concatenate([getattr(one, name) for one in found]) for name in Calls.__slots__))
