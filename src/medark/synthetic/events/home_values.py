"""What home devices read: the same people by the same rules as in hospital, and an infection shows in it"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints
from medark.synthetic.events.scene import Scene
from medark.synthetic.health import vitals
from medark.synthetic.health.patients import patients

# The vital signs of facts/vitals that a kind of device reads.
_READS = {
    "blood_pressure": ("sbp", "dbp"), "blood_glucose": ("glucose_poc",), "body_weight": ("weight",),
    "oxygen_saturation": ("spo2",), "step_count": ("steps_24h",), "heart_rate": ("heart_rate",),
}  # fmt: skip
_ILL_DAYS = 7.0  # after onset of an infection
_SPAN = 10.0**5  # more days than any city has


def values(scene: Scene, kinds: Sequence[str], kind: Ints, people: Ints, when: Floats) -> tuple[Floats, Floats]:
    """First and second value (diastolic pressure) of each reading, in the units of facts/device_kinds."""
    signs = [_READS[name] for name in kinds]
    reason, began = _ill(scene, people, when)
    held = patients(scene.city.settings, scene.world)

    def read(rows: np.ndarray, words: Sequence[str]) -> Floats:
        sign = np.array([facts.keys("vitals").index(word) for word in words])
        person, time = scene.town.person[people[rows]], scene.times(when[rows])
        return vitals.values(held, person, sign, time, reason[rows], scene.times(began[rows]))

    first = read(np.arange(len(people)), [signs[one][0] for one in kind.tolist()])
    second, two = np.full(len(people), np.nan), np.flatnonzero(np.array([len(one) > 1 for one in signs])[kind])
    second[two] = read(two, [signs[one][1] for one in kind[two].tolist()])
    return first, second


def _ill(scene: Scene, people: Ints, when: Floats) -> tuple[Ints, Floats]:
    """The disease (of facts/diseases) that shows at the time and its onset; -1 and the time where there is none."""
    some = np.flatnonzero(scene.ill.severity > 0)
    reason, began = np.full(len(people), -1, dtype=np.int64), when.copy()
    if not len(some):
        return reason, began
    some = some[np.argsort(scene.ill.person[some] * _SPAN + scene.ill.onset[some])]
    place = (
        np.searchsorted(scene.ill.person[some] * _SPAN + scene.ill.onset[some], people * _SPAN + when, side="right") - 1
    )
    case = some[np.maximum(place, 0)]
    shows = (place >= 0) & (scene.ill.person[case] == people) & (when - scene.ill.onset[case] < _ILL_DAYS)
    diseases = np.array([facts.keys("diseases").index(row["disease"]) for row in facts.rows("events")])
    return np.where(shows, diseases[scene.ill.event[case]], reason), np.where(shows, scene.ill.onset[case], began)
