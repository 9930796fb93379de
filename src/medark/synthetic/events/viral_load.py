"""Cycle thresholds of swabs by days since onset"""

from __future__ import annotations

import numpy as np

from medark.synthetic import facts
from medark.synthetic.chance import Floats
from medark.synthetic.events.scene import Scene
from medark.synthetic.events.wanted import Wanted

LIMIT = 40.0  # cycles; nothing is detected from here on
# Source of the shape: Kissler 2021, PLoS Biol 19:e3001333 (a rise of about 3.5 days to a peak near Ct 22, a clearance
# of about 10 days); the peak is put at onset + 0.5 d and the scatter is ours.
_PEAK, _PEAK_SD, _PEAK_AT, _RISE, _CLEARANCE, _NOISE = 22.2, 3.0, 0.5, 3.5, 10.5, 0.8
_EVENTS = {"novel_respiratory": "outbreak", "influenza_virus": "influenza"}  # what a target finds
_MISSED = 0.05  # of swabs that were badly taken: ours


def ct_values(scene: Scene, wanted: Wanted) -> Floats:
    """Ct of each swab if it were tested alone; infinite where there is nothing, LIMIT or more where too little."""
    chance, count = scene.chance(f"viral load {len(wanted.person)}"), len(wanted.person)
    noise, missed = _NOISE * chance.standard_normal(count), chance.random(count) < _MISSED
    found = np.full(count, np.inf)
    for target, event in _EVENTS.items():
        some = wanted.target == facts.keys("test_targets").index(target)
        found[some] = _of_event(scene, wanted.taken(some), event)
    return np.where(missed, np.inf, np.maximum(found + noise, 10.0))


def _of_event(scene: Scene, wanted: Wanted, event: str) -> Floats:
    """By the latest infection that each person had at the time."""
    cases = np.flatnonzero(scene.ill.event == facts.keys("events").index(event))
    cases = cases[np.lexsort((scene.ill.exposed[cases], scene.ill.person[cases]))]
    if not len(cases):
        return np.full(len(wanted.person), np.inf)
    span = 10.0**5
    keys = scene.ill.person[cases] * span + scene.ill.exposed[cases]
    place = np.searchsorted(keys, wanted.person * span + wanted.when, side="right") - 1
    case = cases[np.maximum(place, 0)]
    infected = (place >= 0) & (scene.ill.person[case] == wanted.person)
    peak = _PEAK + _PEAK_SD * scene.chance(f"peaks of {event}").standard_normal(len(scene.ill.person))[case]
    past = wanted.when - scene.ill.onset[case] - _PEAK_AT
    ct = peak + (LIMIT - peak) * np.where(past < 0, -past / _RISE, past / _CLEARANCE)
    return np.where(infected & (ct < 60), ct, np.inf)
