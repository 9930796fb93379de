"""Health of the made people: chronic diseases, deaths, long-term treatment, and values that hang together"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from medark.synthetic.chance import Floats
from medark.synthetic.facts.read import keys
from medark.synthetic.health.deaths import Deaths, deaths
from medark.synthetic.health.onsets import onsets
from medark.synthetic.health.people import NEVER, People, dates, people
from medark.synthetic.health.risks import chronic
from medark.synthetic.health.treatment import treatments
from medark.synthetic.settings import Part
from medark.synthetic.world import World, empty, table

if TYPE_CHECKING:  # city imports events, and events asks health for values
    from medark.synthetic.city import City


def live(city: City, part: Part, world: World) -> dict[str, pa.Table]:
    """Tables onset (diseases known to a doctor or not: health.known), death and exposure (drugs taken for long)."""
    if not world["person"].num_rows:
        return {name: empty(name) for name in ("onset", "death", "exposure")}
    seed = city.settings.seed
    who = people(world["person"], city.settings)
    onset = onsets(who, seed, part.number)
    died = deaths(who, onset, seed, part.number)
    last = np.full(len(who.number), NEVER)
    last[died.place] = np.floor(died.time)
    onset = {disease: np.where(days < last, days, NEVER) for disease, days in onset.items()}
    return {
        "onset": _onset(who, onset),
        "death": _death(who, died),
        "exposure": _exposure(who, onset, last, seed, part.number),
    }


def _onset(who: People, onset: Mapping[str, Floats]) -> pa.Table:
    words = chronic()
    days = np.stack([onset[word] for word in words], axis=1)
    place, word = np.nonzero(np.isfinite(days))
    return table("onset", person=who.number[place], disease=(word, words), day=dates(days[place, word]))


def _death(who: People, died: Deaths) -> pa.Table:
    seconds = np.floor(died.time * 86_400).astype(np.int64).astype("datetime64[s]")
    return table(
        "death",
        person=who.number[died.place],
        time=seconds,
        cause=(died.cause, keys("diseases")),
        in_hospital=died.in_hospital,
    )


def _exposure(who: People, onset: Mapping[str, Floats], last: Floats, seed: int, part: int) -> pa.Table:
    taken = treatments(who, onset, seed, part)
    lives = np.floor(taken.start) < last[taken.place]
    end = np.minimum(taken.end, last[taken.place])
    return table(
        "exposure",
        person=who.number[taken.place[lives]],
        kind=(taken.drug[lives], keys("drugs")),
        start=dates(taken.start[lives]),
        end=dates(end[lives]),
        value=taken.dose[lives],
    )
