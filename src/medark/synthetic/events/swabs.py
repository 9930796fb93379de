"""Nucleic-acid tests: everyday ones, of the ill once the pathogen is known, and rounds of pooled screening"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints
from medark.synthetic.events.near import nearest, of_kind
from medark.synthetic.events.scene import Scene, hours, since
from medark.synthetic.events.viral_load import LIMIT, ct_values
from medark.synthetic.events.wanted import Wanted, joined
from medark.synthetic.world import column, indexes, numbers, table

RESULTS = ("negative", "positive", "inconclusive")
POOL = 10  # Source: 新型冠状病毒核酸10合1混采检测技术规范, 2020
# Common limits of kits: below 37 positive, above 40 nothing; between them to be repeated.
_POSITIVE = 37.0
_DILUTION = np.log2(POOL)  # cycles that ten swabs in one tube cost at most
_OPEN = np.array([0] * 7 + [3, 6, 8, 8, 6, 3, 4, 6, 6, 6, 5, 4, 4, 3, 1, 0, 0], dtype=np.float64)
_WEEK = (1.1, 1.05, 1.0, 1.0, 1.05, 0.95, 0.85)
_COMES, _ILL_OTHERWISE = 0.85, 0.25  # share of a district at a round; of other feverish patients who are tested: ours
_ROUND_DAYS, _ROUND_TAKES = 7, 2  # a round a week, over two days
_FEVERISH = ("fever", "urti", "influenza", "pneumonia", "bronchitis", "tonsillitis", "viral_pneumonia")


def nucleic_tests(scene: Scene) -> pa.Table:
    """The table nucleic_test: rows of one tube share its sample; a tube with something in it is repeated singly."""
    chance = scene.chance("swabs")
    wanted = joined([_everyday(scene), _ill(scene), _others(scene), _screening(scene)])
    wanted = wanted.taken(scene.there(wanted.person, wanted.when))
    wanted = wanted.taken(np.lexsort((wanted.person, wanted.when)))
    site = nearest(scene.world, "site")[wanted.person]
    tube, pooled = _tubes(wanted, site)
    ct = ct_values(scene, wanted)
    of_tube = np.full(int(tube.max()) + 1 if len(tube) else 0, np.inf)
    np.minimum.at(of_tube, tube, np.where(pooled, ct + _DILUTION, ct))
    seen = np.where(of_tube < LIMIT, of_tube, np.inf)[tube]
    again = wanted.taken(pooled & np.isfinite(seen)).later(1.0)
    again = again.taken(scene.there(again.person, again.when))
    alone = ct_values(scene, again)
    alone = np.where(alone < LIMIT, alone, np.inf)
    everything = joined([wanted, again])
    sites = np.concatenate([site, nearest(scene.world, "site")[again.person]])
    tubes = np.concatenate([tube, len(of_tube) + np.arange(len(again.person))])
    many = np.concatenate([pooled, np.zeros(len(again.person), dtype=bool)])
    return _table(scene, chance, everything, sites, tubes, many, np.concatenate([seen, alone]))


def _table(
    scene: Scene, chance: np.random.Generator, wanted: Wanted, site: Ints, tube: Ints, pooled: np.ndarray, ct: Floats
) -> pa.Table:
    order = np.lexsort((wanted.person, tube, wanted.when))
    count, tubes = len(order), int(tube.max(initial=-1)) + 1
    result = np.select([ct < _POSITIVE, ct < LIMIT], [np.where(pooled, 2, 1), np.full(count, 2)], 0)
    delay = (chance.gamma(4.0, 0.09, tubes) + 0.1)[tube]
    last = np.zeros(tubes)
    np.maximum.at(last, tube, wanted.when)
    return table(
        "nucleic_test",
        sample=numbers(scene.part.number, tubes)[tube[order]],
        person=scene.town.person[wanted.person[order]],
        site=(site[order], of_kind("site")),
        collected=scene.times(wanted.when[order]),
        reported=scene.times((last[tube] + delay)[order]),
        target=(wanted.target[order], facts.keys("test_targets")),
        pooled=np.where(pooled, np.bincount(tube, minlength=tubes)[tube], 1)[order],
        ct=np.where(np.isfinite(ct), np.round(ct, 1), np.nan)[order],
        result=(result[order], RESULTS),
        event=(wanted.event[order], facts.keys("events")),
    )


def _tubes(wanted: Wanted, site: Ints) -> tuple[Ints, np.ndarray]:
    """The tube of each swab: ten of one site, day and target in the order they come, or one alone."""
    count = len(wanted.person)
    group = np.where(
        wanted.pooled, (np.floor(wanted.when).astype(np.int64) * 10 + wanted.target) * 100 + site, -1 - np.arange(count)
    )
    order = np.lexsort((wanted.when, group))
    ordered = group[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if count else np.zeros(0, dtype=int)
    place = np.arange(count) - np.repeat(first, np.diff(np.append(first, count)))
    tube = np.empty(count, dtype=np.int64)
    tube[order] = np.cumsum(place % POOL == 0) - 1
    return tube, wanted.pooled


def _everyday(scene: Scene) -> Wanted:
    chance, found = scene.chance("everyday swabs"), []
    for place, row in enumerate(facts.rows("test_targets")):
        busy = scene.calendar.week(_WEEK, 0.7, 0.5) * scene.calendar.season(
            float(row["peak_month"]), float(row["amplitude"])
        )
        people, day = scene.background(chance, float(row["per_1000_year"]), busy)
        found.append(Wanted.of(people, day + hours(chance, _OPEN, len(day)), place, row["key"] == "sars_cov_2"))
    ill = np.flatnonzero(scene.ill.of("influenza"))
    ill = ill[chance.random(len(ill)) < 0.05]
    when = np.floor(scene.ill.onset[ill] + chance.gamma(2.0, 0.8, len(ill))) + hours(chance, _OPEN, len(ill))
    event = facts.keys("events").index("influenza")
    found.append(
        Wanted.of(scene.ill.person[ill], when, facts.keys("test_targets").index("influenza_virus"), False, event)
    )
    return joined(found)


def _ill(scene: Scene) -> Wanted:
    """Cases of the outbreak, once the pathogen is known."""
    chance, said = scene.chance("swabs of the ill"), scene.city.courses.outbreak
    some = np.flatnonzero(scene.ill.of("outbreak"))
    some = some[chance.random(len(some)) < said["testing.symptomatic"]]
    when = np.floor(scene.ill.onset[some] + chance.gamma(2.5, 0.9, len(some))) + hours(chance, _OPEN, len(some))
    known = when >= scene.city.courses.outbreak_known
    return _of_outbreak(scene.ill.person[some[known]], when[known], False)


def _others(scene: Scene) -> Wanted:
    """Patients with a fever who may have something else, while the outbreak lasts."""
    encounters = scene.world.get("encounter")
    if encounters is None or not encounters.num_rows or not scene.ill.of("outbreak").any():
        return _of_outbreak(np.zeros(0, dtype=np.int64), np.zeros(0), False)
    chance = scene.chance("swabs of the feverish")
    feverish = np.isin(indexes(encounters, "reason", facts.keys("diseases")), _places(_FEVERISH))
    start = since(column(encounters, "start"), scene.first)
    last = scene.ill.onset[scene.ill.of("outbreak")].max() + 14
    some = np.flatnonzero(
        feverish
        & (start >= scene.city.courses.outbreak_known)
        & (start < last)
        & (chance.random(len(start)) < _ILL_OTHERWISE)
    )
    people = scene.places(column(encounters, "person").astype(np.int64)[some])
    when = np.floor(start[some] + 0.3) + hours(chance, _OPEN, len(some))
    return _of_outbreak(people, np.maximum(when, start[some] + 0.02), False)


def _screening(scene: Scene) -> Wanted:
    """Rounds of screening in the districts where there were cases."""
    chance, courses = scene.chance("screening"), scene.city.courses
    control = courses.outbreak_start + int(courses.outbreak["control.from_day"])
    curve = courses.all[-1].infections
    everybody, found = np.arange(len(scene.town.person)), []
    for turn in range(int(courses.outbreak["testing.screening_rounds"])):
        day = control + turn * _ROUND_DAYS
        hit = curve[: max(0, day)].sum(axis=0) > 0
        come = everybody[hit[scene.town.district] & (chance.random(len(everybody)) < _COMES)]
        when = day + chance.integers(0, _ROUND_TAKES, len(come)) + hours(chance, _OPEN, len(come))
        found.append(_of_outbreak(come, when, True))
    return joined(found) if found else _of_outbreak(everybody[:0], np.zeros(0), True)


def _of_outbreak(people: Ints, when: Floats, pooled: bool) -> Wanted:
    target = facts.keys("test_targets").index("novel_respiratory")
    return Wanted.of(people, when, target, pooled, facts.keys("events").index("outbreak"))


def _places(diseases: tuple[str, ...]) -> list[int]:
    return [place for place, key in enumerate(facts.keys("diseases")) if key in diseases]
