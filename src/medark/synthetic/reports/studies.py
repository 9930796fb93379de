"""Which pictures are taken in which encounters, and when"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.facts import by_key, keys, rows
from medark.synthetic.reports.context import HOSPITALS, Stays
from medark.synthetic.world import World, indexes

_KINDS = ("outpatient", "emergency", "inpatient", "checkup")
_AGAIN, _AGAIN_AFTER = 0.35, 4.0  # share of stays longer than so many days in which a CT is taken again
_HOURS = 12.0  # within which a study is asked for, done and reported


@dataclass(frozen=True, slots=True)
class Studies:
    """A row a study: its encounter's row among the stays, its kind, and its times."""

    stay: Ints
    study: Ints  # place in facts/studies.csv
    ordered: np.ndarray
    performed: np.ndarray
    reported: np.ndarray


def pictured(world: World) -> pa.Table:
    """The encounters in which pictures can be taken: of hospitals, and kept."""
    encounters = world["encounter"]
    here = pc.is_in(encounters["organisation"].cast(pa.string()), value_set=pa.array(HOSPITALS))
    return encounters.filter(pc.and_not(here, pc.fill_null(encounters["cancelled"], False)))


def asked_for(chance: np.random.Generator, stays: Stays) -> Studies:
    """What is asked for by reason of the encounter, in the order of time."""
    pairs = np.unique(np.concatenate([np.zeros((0, 2), np.int64), *_by_reason(chance, stays)]), axis=0)
    stay, study = pairs[:, 0], pairs[:, 1]
    stay, study, delay = _with_repeats(chance, stays, stay, study)
    length = (stays.end[stay] - stays.start[stay]).astype("timedelta64[s]").astype(np.float64) / 3600 - delay
    window = np.minimum(length, _HOURS)
    shares = np.sort(chance.random((3, len(stay))), axis=0)
    times = stays.start[stay] + ((delay + shares * window) * 3600).astype(np.int64).astype("timedelta64[s]")
    order = np.lexsort((study, times[1]))
    return Studies(stay[order], study[order], *(each[order] for each in times))


def _by_reason(chance: np.random.Generator, stays: Stays) -> Iterator[np.ndarray]:
    known = keys("studies")
    kind = indexes(stays.encounters, "kind", _KINDS)
    reason = stays.encounters["reason"].cast(pa.string())
    words = pc.unique(reason).to_pylist()
    place = indexes(stays.encounters, "reason", words)
    order = np.argsort(place, kind="stable")
    begins = np.searchsorted(place[order], np.arange(len(words) + 1))
    for row in rows("study_reasons"):
        number = known.index(row["study"])
        if row["disease"] and row["disease"] not in words:
            continue
        at = words.index(row["disease"]) if row["disease"] else -1
        among = order[begins[at] : begins[at + 1]] if row["disease"] else np.arange(len(kind))
        fitting = np.isin(kind[among], [_KINDS.index(each) for each in row["kind"].split()])
        if by_key("studies")[row["study"]]["sex"] == "F":
            fitting &= stays.woman[among]
        some = among[fitting]
        some = some[chance.random(len(some)) < float(row["share"])]
        yield np.stack([some, np.full(len(some), number)], axis=1)


def _with_repeats(chance: np.random.Generator, stays: Stays, stay: Ints, study: Ints) -> tuple[Ints, Ints, np.ndarray]:
    """Some CTs of long stays once more; the last array is hours after the encounter's start."""
    days = (stays.end[stay] - stays.start[stay]).astype("timedelta64[s]").astype(np.float64) / 86400
    is_ct = np.array([key.startswith("ct_") for key in keys("studies")])[study]
    again = np.flatnonzero(is_ct & (days > _AGAIN_AFTER) & (chance.random(len(stay)) < _AGAIN))
    delay = np.concatenate([np.zeros(len(stay)), days[again] * 24 * chance.uniform(0.5, 0.85, len(again))])
    return np.concatenate([stay, stay[again]]), np.concatenate([study, study[again]]), delay


def staffed(chance: np.random.Generator, stays: Stays, doctors: dict[str, list[str]]) -> tuple[Ints, list[str]]:
    """A doctor of the encounter's organisation for each row, and all of them."""
    everybody = [doctor for organisation in HOSPITALS for doctor in doctors[organisation]]
    first = np.cumsum([0, *(len(doctors[organisation]) for organisation in HOSPITALS)])
    place = indexes(stays.encounters, "organisation", HOSPITALS)
    many = np.diff(first)[place]
    at = first[place] + (chance.random(len(stays)) * many).astype(np.int64)
    return np.where(many > 0, at, -1), everybody
