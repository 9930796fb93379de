"""A cluster of hospital-acquired infections: stays of one ward that overlap, and who caught it from whom there

The first part of the city has one, however few people it has; other parts have them now and then. In a small city no
two stays of a ward may overlap: then the stays of one hospital are taken, which share its staff.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints
from medark.synthetic.events.outbreak import SEVERITIES
from medark.synthetic.events.rows import appended, with_values
from medark.synthetic.events.scene import Scene, since
from medark.synthetic.events.spread import SETTINGS
from medark.synthetic.world import column, indexes, table

_PART = 1_000_000_000  # as world.numbers counts
_ELSEWHERE, _WINDOW, _MOST, _CAUGHT = 0.3, 12.0, 8, 0.6  # chance in other parts; days; cases at most; share: ours
# Source: 医院感染诊断标准(试行) 2001: onset more than 48 hours after admission.
_FEVER_DAYS = 5.0
_AFTER_ADMISSION, _BEFORE_DISCHARGE = 2.05, 0.3


def ward_cluster(scene: Scene) -> dict[str, pa.Table]:
    """The tables infection and diagnosis with the cluster's cases added; none if no stays are long enough."""
    chance = scene.chance("ward cluster")
    found = scene.world.get("encounter")
    if found is None or not found.num_rows or (scene.part.number > 1 and chance.random() >= _ELSEWHERE):
        return {}
    rows, start, end, ward, hospital = _stays(scene, found)
    chosen = _together(start, end, ward)
    if len(chosen) < 2:
        chosen = _together(start, end, hospital)
    if not len(chosen):
        return {}
    return _infected(scene, chance, found, rows[chosen], start[chosen], end[chosen])


def _stays(scene: Scene, found: pa.Table) -> tuple[Ints, Floats, Floats, Ints, Ints]:
    """Rows of stays long enough to fall ill in, with their times, wards and hospitals, in order of time."""
    start, end = since(column(found, "start"), scene.first), since(column(found, "end"), scene.first)
    cancelled = np.asarray(column(found, "cancelled"), dtype=object) == True  # noqa: E712  missing is not cancelled
    stay = (indexes(found, "kind", ("inpatient",)) == 0) & ~cancelled
    event = indexes(found, "event", facts.keys("events")) >= 0
    rows = np.flatnonzero(stay & ~event & (end - start > 4) & (start >= 0) & (end < scene.days))
    rows = rows[np.lexsort((rows, start[rows]))]
    hospital = indexes(found, "organisation", facts.keys("organisations"))[rows]
    department = indexes(found, "department", facts.keys("departments"))[rows]
    return rows, start[rows], end[rows], hospital * 1000 + department, hospital


def _together(start: Floats, end: Floats, group: Ints) -> Ints:
    """The places of the most stays of a group that begin within the window of another and overlap it."""
    best = np.zeros(0, dtype=np.int64)
    for one in np.unique(group).tolist():
        places = np.flatnonzero(group == one)
        last = np.searchsorted(start[places], start[places] + _WINDOW)
        first = int(np.argmax(last - np.arange(len(places))))
        some = places[first : last[first]]
        some = some[start[some] < end[some[0]] - 1.0]
        if len(some) > len(best):
            best = some
    return best[:40]


def _infected(
    scene: Scene, chance: np.random.Generator, found: pa.Table, rows: Ints, start: Floats, end: Floats
) -> dict[str, pa.Table]:
    """The first stay's patient falls ill from the ward; others from one who was ill beside them."""
    others = 1 + np.flatnonzero(chance.random(len(rows) - 1) < _CAUGHT)[: _MOST - 1]
    chosen = np.concatenate([[0], others if len(others) or len(rows) < 2 else [1]]).astype(np.int64)
    rows, start, end = rows[chosen], start[chosen], end[chosen]
    onset, exposed, by = np.zeros(len(rows)), np.zeros(len(rows)), np.full(len(rows), -1)
    for place in range(len(rows)):
        since_when = start[place] + _AFTER_ADMISSION
        sources = [one for one in range(place) if end[one] > start[place] and onset[one] - 1 < end[place] - 1.5]
        if sources:
            by[place] = sources[int(chance.integers(len(sources)))]
            since_when = max(since_when, onset[by[place]] + 0.5)
        until = max(end[place] - _BEFORE_DISCHARGE, since_when + 0.1)
        onset[place] = since_when + (until - since_when) * chance.beta(1.2, 2.0)
        beside = max(start[place], start[by[place]] if by[place] >= 0 else start[place])
        exposed[place] = max(beside + 0.05, onset[place] - float(chance.uniform(1.0, 4.0)))
        exposed[place] = min(exposed[place], onset[place] - 0.2)
    people = scene.places(column(found, "person").astype(np.int64)[rows])
    encounters = column(found, "encounter").astype(np.int64)[rows]
    return {
        "infection": _cases(scene, people, exposed, onset, by),
        "diagnosis": _diagnoses(scene, people, encounters),
        **_fever(scene, encounters, onset),
    }


def _fever(scene: Scene, encounters: Ints, onset: Floats) -> dict[str, pa.Table]:
    """Temperatures of the stays' charts are a degree or two higher for some days from onset on."""
    held = scene.world.get("observation")
    if held is None or not held.num_rows:
        return {}
    order = np.argsort(encounters)
    of = column(held, "encounter").astype(np.int64)
    place = np.minimum(np.searchsorted(encounters[order], of), len(order) - 1)
    mine = (encounters[order][place] == of) & (indexes(held, "kind", ("temp",)) == 0)
    past = since(column(held, "time"), scene.first) - onset[order][place]
    higher = np.where(mine & (past >= 0) & (past < _FEVER_DAYS), 1.9 - 0.3 * past, 0.0)
    return {"observation": with_values(held, value=np.round(column(held, "value") + np.maximum(higher, 0.0), 1))}


def _cases(scene: Scene, people: Ints, exposed: Floats, onset: Floats, by: Ints) -> pa.Table:
    held, event = scene.world["infection"], facts.by_key("events")["hai_cluster"]
    count = len(people)
    case = scene.part.number * _PART + held.num_rows + 1 + np.arange(count)
    new = table(
        "infection", case=case, person=scene.town.person[people], event=["hai_cluster"] * count,
        disease=[event["disease"]] * count, infector=pa.array(case[np.maximum(by, 0)], mask=by < 0),
        setting=(np.full(count, SETTINGS.index("ward")), SETTINGS), exposed=scene.times(exposed),
        onset=scene.times(onset), severity=(np.full(count, SEVERITIES.index("severe")), SEVERITIES),
        district=(scene.town.district[people], scene.city.courses.districts),
    )  # fmt: skip
    return appended(held, new)


def _diagnoses(scene: Scene, people: Ints, encounters: Ints) -> pa.Table:
    """A further diagnosis of the stay, not there on admission."""
    held = scene.world.get("diagnosis")
    ranks = np.ones(len(encounters), dtype=np.int64)
    if held is not None and held.num_rows:
        of, rank = column(held, "encounter").astype(np.int64), column(held, "rank").astype(np.float64)
        ranks = np.array([int(np.nan_to_num(rank[of == one]).max(initial=0)) + 1 for one in encounters.tolist()])
    disease = facts.by_key("events")["hai_cluster"]["disease"]
    count = len(encounters)
    new = table(
        "diagnosis", encounter=encounters, person=scene.town.person[people], rank=ranks, disease=[disease] * count,
        kind=["discharge"] * count, on_admission=np.zeros(count, dtype=bool),
    )  # fmt: skip
    return new if held is None else appended(held, new)
