"""Report cards of notifiable diseases: who reports what, how late, and how sure"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints
from medark.synthetic.events.scene import Scene, since
from medark.synthetic.world import column, empty, indexes, numbers, table

_CLASSES = ("suspected", "clinical", "confirmed")
_LATE, _LATE_HOURS = 0.07, 30.0  # share of cards past their limit, and by how much in the mean: ours
_LONG = 60.0  # days
_BEFORE_KNOWN = 0.05  # of cases of the outbreak, before the pathogen is known: as suspected cases


def report_cards(scene: Scene) -> pa.Table:
    """The table report_card: the first diagnosis of each episode, reported by who made it."""
    found, diagnoses = scene.world.get("encounter"), scene.world.get("diagnosis")
    if found is None or diagnoses is None or not diagnoses.num_rows:
        return empty("report_card")
    chance = scene.chance("report cards")
    rows = np.flatnonzero(indexes(diagnoses, "disease", facts.keys("notifiable")) >= 0)
    disease = indexes(diagnoses, "disease", facts.keys("notifiable"))[rows]
    encounter = _encounters(found, column(diagnoses, "encounter").astype(np.int64)[rows])
    person = scene.places(column(diagnoses, "person").astype(np.int64)[rows])
    start = since(column(found, "start"), scene.first)
    diagnosed = start[encounter] + chance.gamma(2.0, 0.4, len(rows)) / 24
    kept = _first_of_episodes(person, disease, diagnosed)
    kept = kept[_new(scene, person[kept], disease[kept])]
    kept = kept[_reported(scene, chance, disease[kept], diagnosed[kept])]
    return _cards(scene, chance, found, encounter[kept], person[kept], disease[kept], diagnosed[kept])


def _cards(
    scene: Scene,
    chance: np.random.Generator,
    found: pa.Table,
    encounter: Ints,
    person: Ints,
    disease: Ints,
    diagnosed: Floats,
) -> pa.Table:
    count = len(person)
    limit = facts.numbers("notifiable", "limit_hours")[disease]
    novel = disease == facts.keys("notifiable").index("novel_respiratory")
    mean = np.where(novel, scene.city.courses.outbreak["delays_days.report"] * 24, limit / 3)
    within = np.minimum(chance.gamma(1.5, np.minimum(mean, limit / 2) / 1.5, count), limit * 0.98)
    late = chance.random(count) < np.where(novel, 4 * _LATE, _LATE)
    reported = (
        diagnosed + np.where(late, limit + chance.exponential(np.where(novel, mean, _LATE_HOURS), count), within) / 24
    )
    order = np.lexsort((person, reported))
    case, onset = _onsets(scene, chance, person, disease, diagnosed)
    sure = chance.random(count) < facts.numbers("notifiable", "confirmed")[disease]
    suspected = novel & (diagnosed < scene.city.courses.outbreak_known)
    rank = np.select([suspected, sure], [np.zeros(count, dtype=int), np.full(count, 2)], 1)
    rows = pa.array(encounter[order])
    event = np.where(case >= 0, scene.ill.event[case], -1) if len(scene.ill.event) else case
    return table(
        "report_card", card=numbers(scene.part.number, count), person=scene.town.person[person[order]],
        organisation=found["organisation"].combine_chunks().take(rows),
        encounter=found["encounter"].combine_chunks().take(rows),
        disease=(disease[order], facts.keys("notifiable")), onset=scene.times(onset[order]).astype("datetime64[D]"),
        diagnosed=scene.times(diagnosed[order]), reported=scene.times(reported[order]),
        case_class=(rank[order], _CLASSES), event=(event[order], facts.keys("events")),
    )  # fmt: skip


def _new(scene: Scene, person: Ints, disease: Ints) -> np.ndarray:
    """Not what somebody had long before the city's records begin, and was reported then."""
    held, words = scene.world.get("onset"), facts.keys("notifiable")
    if held is None or not held.num_rows:
        return np.ones(len(person), dtype=bool)
    old = (indexes(held, "disease", words) >= 0) & (since(column(held, "day"), scene.first) < -_LONG)
    keys = scene.places(column(held, "person").astype(np.int64)[old]) * 100 + indexes(held, "disease", words)[old]
    return ~np.isin(person * 100 + disease, keys)


def _reported(scene: Scene, chance: np.random.Generator, disease: Ints, diagnosed: Floats) -> np.ndarray:
    share = facts.numbers("notifiable", "reported")[disease]
    novel = disease == facts.keys("notifiable").index("novel_respiratory")
    share = np.where(novel & (diagnosed < scene.city.courses.outbreak_known), _BEFORE_KNOWN, share)
    return chance.random(len(disease)) < share


def _first_of_episodes(person: Ints, disease: Ints, when: Floats) -> Ints:
    """Rows that are the first of their person and disease, or long after the one before."""
    order = np.lexsort((when, disease, person))
    same = np.zeros(len(order), dtype=bool)
    same[1:] = (person[order][1:] == person[order][:-1]) & (disease[order][1:] == disease[order][:-1])
    gap = np.diff(when[order], prepend=-np.inf)
    return order[~same | (gap > facts.numbers("notifiable", "again_days")[disease[order]])]


def _onsets(
    scene: Scene, chance: np.random.Generator, person: Ints, disease: Ints, diagnosed: Floats
) -> tuple[Ints, Floats]:
    """The case (or -1) behind each diagnosis, and the day of onset that the card says."""
    diseases = [row["disease"] for row in facts.rows("events")]
    of = np.array([facts.keys("notifiable").index(key) if key in facts.keys("notifiable") else -1 for key in diseases])
    order = np.argsort(_line(scene.ill.person, of[scene.ill.event], scene.ill.onset))
    keys = _line(scene.ill.person, of[scene.ill.event], scene.ill.onset)[order]
    guess = diagnosed - chance.gamma(2.0, 1.0, len(person))
    if not len(order):
        return np.full(len(person), -1), guess
    place = np.searchsorted(keys, _line(person, disease, diagnosed), side="right") - 1
    case = order[np.maximum(place, 0)]
    fits = (place >= 0) & (scene.ill.person[case] == person) & (of[scene.ill.event[case]] == disease)
    fits &= diagnosed - scene.ill.onset[case] < 45
    remembered = scene.ill.onset[case] + np.round(chance.normal(0, 0.5, len(person)))
    return np.where(fits, case, -1), np.where(fits, np.minimum(remembered, diagnosed), guess)


def _line(people: Ints, kinds: Ints, when: Floats) -> Floats:
    """Numbers that grow by person, then disease, then time."""
    return np.asarray((people * 100.0 + kinds) * 10.0**5 + when)


def _encounters(found: pa.Table, keys: Ints) -> Ints:
    """Rows of the table encounter with these keys."""
    held = column(found, "encounter").astype(np.int64)
    order = np.argsort(held, kind="stable")
    return order[np.minimum(np.searchsorted(held[order], keys), len(held) - 1)]
