"""Who falls acutely ill: risk factors of acute disease and injury, as thinning of episodes drawn for everybody alike"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from medark.synthetic.chance import Floats, Ints
from medark.synthetic.facts.read import keys, rows
from medark.synthetic.health.patients import Patients, patients
from medark.synthetic.health.people import YEAR, day_number, people
from medark.synthetic.health.risks import chronic, of_habits, parents, risks
from medark.synthetic.settings import CitySettings
from medark.synthetic.world import World

_BANDS: Final = np.array([0, 5, 15, 45, 65])  # years: bands of the rates in diseases.csv


@dataclass(frozen=True, slots=True)
class AcuteRisks:
    """Draw `more` times as many episodes as the rates of diseases.csv say, keep each with probability `kept`: in every
    band of age as many are left as the rates say, and each factor multiplies its bearer's hazard by its ratio.
    """

    patients: Patients
    habits: dict[int, Floats]  # by disease (place in keys("diseases")): product of the ratios of each person's habits
    mean: Floats  # disease × band: of the ratios of those of that age
    more: Floats  # by disease: 1 for those that nothing bears on

    def kept(self, place: Ints, day: Floats, reason: Ints) -> Floats:
        """Probabilities of episodes: place of the patient, day since 1970-01-01, place of the disease."""
        found = np.ones(len(place))
        for disease in self.habits:
            some = np.flatnonzero(reason == disease)
            found[some] = self.excess(disease, place[some], np.asarray(day)[some]) / self.more[disease]
        return found

    def excess(self, disease: int, place: Ints, day: Floats) -> Floats:
        """Hazards of these patients on these days, as multiples of what people of their age have together."""
        found: Floats = self.ratio(disease, place, day) / self.mean[disease, _band(self.patients, place, day)]
        return found

    def ratio(self, disease: int, place: Ints, day: Floats) -> Floats:
        """The product of all hazard ratios that bear on these patients on these days."""
        found = self.habits[disease][place]
        for risk in parents(keys("diseases")[disease]):
            had = self.patients.onset[place, chronic().index(risk.factor)] < day
            found = found * np.where(had, np.exp(risk.log_ratio), 1.0)
        return found


def acute_risks(settings: CitySettings, world: World) -> AcuteRisks:
    """The risks of the people of a part, in order of their numbers."""
    held = patients(settings, world)
    who = people(world["person"].sort_by("person"), settings)
    habits = {keys("diseases").index(disease): of_habits(who, disease) for disease in _borne()}
    made = AcuteRisks(held, habits, np.ones((len(keys("diseases")), len(_BANDS))), np.ones(len(keys("diseases"))))
    everybody = np.arange(len(held.number))
    start, middle, end = (day_number(settings.start) + share * settings.days + 0 * who.birth for share in (0, 0.5, 1))
    for disease in habits:
        ratio, band = made.ratio(disease, everybody, middle), _band(held, everybody, middle)
        people_of = np.maximum(np.bincount(band, minlength=len(_BANDS)), 1)
        total = np.bincount(band, ratio, minlength=len(_BANDS))
        made.mean[disease] = np.where(total > 0, total / people_of, 1.0)
        worst = made.ratio(disease, everybody, end)
        for day in (start, end):  # nobody's ratio falls, but they may grow into another band
            most = worst / made.mean[disease, _band(held, everybody, day)]
            made.more[disease] = max(made.more[disease], most.max(initial=1.0))
    return made


@cache
def _borne() -> tuple[str, ...]:
    """Acute diseases and injuries that something bears on and that have rates."""
    return tuple(row["key"] for row in rows("diseases") if row["rate_0_4"] and risks(row["key"]))


def _band(held: Patients, place: Ints, day: Floats) -> Ints:
    age = (day - held.birth[place]) / YEAR
    return np.clip(np.searchsorted(_BANDS, age, side="right") - 1, 0, None)
