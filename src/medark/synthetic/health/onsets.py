"""When each person's chronic diseases begin: before the city's first day by prevalence, after it by incidence"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from medark.synthetic.chance import Floats, stream
from medark.synthetic.health.curves import AGES
from medark.synthetic.health.hazards import Hazard, first_event, hazards
from medark.synthetic.health.known import known
from medark.synthetic.health.people import NEVER, YEAR, People, day_number
from medark.synthetic.health.risks import DRUG, of_habits, order, parents

_DRUG_FROM: Final = day_number("2019-06-01")  # from when on doctors here may give it
_DRUG_WAIT: Final = 180.0  # days of the disease before it is thought of
_DRUG_YEARLY: Final = 0.035  # starts a year among those who need it least; ours


def onsets(who: People, seed: int, part: int) -> dict[str, Floats]:
    """Day of onset by disease (and of the start of the protective drug), NEVER where not in the city's time."""
    fitted = hazards(who, seed, part)
    chance = stream(seed, "health/onsets", part)
    found: dict[str, Floats] = {}
    sexes = [(np.flatnonzero(who.female == sex), who.rows(who.female == sex)) for sex in (0, 1)]
    for node in order():
        past, present = chance.standard_exponential((2, len(who.number)))
        days = np.full(len(who.number), NEVER)
        for sex, (group, some) in enumerate(sexes):
            begun = _begun(node, found, some.birth, group)
            if node == DRUG:
                days[group] = _drug_starts(some, seed, past[group], found["t2dm"][group], *begun)
            else:
                days[group] = _days(some, node, fitted[node], sex, past[group], present[group], *begun)
        days[days >= who.leave] = NEVER
        found[node] = days
    return found


def _days(
    who: People, node: str, hazard: Hazard, sex: int, past: Floats, present: Floats, begun: Floats, log_ratios: Floats
) -> Floats:
    ratio = of_habits(who, node)
    ages = first_event(past, np.zeros(len(past)), hazard.past[sex], ratio, begun, log_ratios)
    later = ages >= who.entry_age  # free of it when the city first sees them: from here on by incidence
    ages[later] = first_event(
        present[later], who.entry_age[later], hazard.present[sex], ratio[later], begun[later], log_ratios
    )
    return who.birth + ages * YEAR


def _drug_starts(who: People, seed: int, budget: Floats, diabetic: Floats, begun: Floats, log_ratios: Floats) -> Floats:
    """The sicker sooner: each disease in `begun` makes a start likelier."""
    treated = np.isfinite(diabetic) & known(seed, "t2dm", who.number)
    may = np.where(treated, np.maximum(diabetic + _DRUG_WAIT, _DRUG_FROM), who.birth)
    start = np.clip((may - who.birth) / YEAR, 0.0, AGES[-1])
    ages = first_event(budget, start, _DRUG_YEARLY * AGES, np.ones(len(budget)), begun, log_ratios)
    return np.where(treated, who.birth + ages * YEAR, NEVER)


def _begun(node: str, found: Mapping[str, Floats], birth: Floats, group: np.ndarray) -> tuple[Floats, Floats]:
    """Ages at which what bears on `node` began, a column each, and the logarithms of their ratios."""
    bearing = parents(node)
    ages = [(found[risk.factor][group] - birth) / YEAR for risk in bearing]
    return np.stack(ages, axis=1) if ages else np.empty((len(group), 0)), np.array([r.log_ratio for r in bearing])
