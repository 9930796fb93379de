"""Readings of devices at home: of some of the chronically ill, from when they got the device until they tire of it"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints
from medark.synthetic.events.home_values import values
from medark.synthetic.events.scene import Scene, since
from medark.synthetic.facts.read import Row
from medark.synthetic.health.known import known
from medark.synthetic.world import column, empty, indexes, numbers, table

_LASTS = 450.0  # mean days for which a device is used: ours
_FORGETS = 0.25  # share of planned readings that are left out: ours


def device_readings(scene: Scene) -> pa.Table:
    """The table device_reading, in order of time."""
    held = scene.world.get("onset")
    if held is None or not held.num_rows:
        return empty("device_reading")
    rows = [(row, *_readings(scene, row, held)) for row in facts.rows("home_devices")]
    kinds = np.concatenate([np.full(len(people), place) for place, (_, people, _) in enumerate(rows)])
    people, when = (np.concatenate([one[place] for one in rows]) for place in (1, 2))
    order = np.lexsort((kinds, people, when))
    kinds, people, when = kinds[order], people[order], when[order]
    first, second = values(scene, [row["kind"] for row, _, _ in rows], kinds, people, when)
    names, place = _names(scene, [row["prefix"] for row, _, _ in rows], kinds, people)
    words = tuple(row["kind"] for row, _, _ in rows)
    return table(
        "device_reading", reading=numbers(scene.part.number, len(people)), person=scene.town.person[people],
        device=names.take(pa.array(place)), kind=(kinds, words), time=scene.times(when), value=first,
        second_value=second,
    )  # fmt: skip


def _readings(scene: Scene, row: Row, onset: pa.Table) -> tuple[Ints, Floats]:
    """People and times of one kind of device. Devices of one prefix belong to the same people."""
    chance = scene.chance(f"devices {row['prefix']}")
    people, begins = _owners(scene, row, onset, chance)
    chance = scene.chance(f"readings {row['key']}")
    ends = np.minimum(begins + chance.exponential(_LASTS, len(people)), scene.days)
    count = np.maximum(0, ((ends - begins) * float(row["per_week"]) / 7).astype(np.int64))
    who = np.repeat(np.arange(len(people)), count)
    turn = np.arange(len(who)) - np.repeat(np.cumsum(count) - count, count)
    day = np.floor(begins[who] + (turn + chance.random(len(who))) * 7 / float(row["per_week"]))
    hour = float(row["hour"]) + chance.normal(0, 0.8, len(people))[who] + chance.normal(0, 0.6, len(who))
    when = day + np.clip(hour, 5, 23.9) / 24
    kept = scene.there(people[who], when) & (chance.random(len(who)) >= _FORGETS)
    return people[who[kept]], when[kept]


def _owners(scene: Scene, row: Row, onset: pa.Table, chance: np.random.Generator) -> tuple[Ints, Floats]:
    disease, person = indexes(onset, "disease", row["diseases"].split()), column(onset, "person").astype(np.int64)
    ill = np.zeros(len(person), dtype=bool)
    for place, key in enumerate(row["diseases"].split()):
        ill |= (disease == place) & known(scene.city.settings.seed, key, person)
    people = scene.places(person[ill])
    day = since(column(onset, "day")[ill], scene.first)
    order = np.lexsort((day, people))
    people, firsts = np.unique(people[order], return_index=True)
    chosen = chance.random(len(people)) < float(row["share"])
    begins = np.maximum(day[order][firsts], 0) + chance.exponential(180, len(people))
    return people[chosen], begins[chosen]


def _names(scene: Scene, prefixes: list[str], kinds: Ints, people: Ints) -> tuple[pa.Array, Ints]:
    """Serial numbers of devices and which of them each reading is from. 7,919 has no factor in common with 10**9."""
    words = sorted(set(prefixes))
    of_kind = np.array([words.index(prefix) for prefix in prefixes])
    devices, place = np.unique(of_kind[kinds] * (1 << 40) + people, return_inverse=True)
    serial = (scene.town.person[devices % (1 << 40)] * 7_919 + 104_729 * (devices >> 40)) % 10**9
    if not len(devices):
        return pa.array([], pa.string()), place
    return pa.array(np.char.add(np.array(words)[devices >> 40], np.char.zfill(serial.astype(str), 9))), place
