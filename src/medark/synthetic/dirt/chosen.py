"""Which rows an error befalls, and the note that is made of it"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from medark.synthetic.chance import stream
from medark.synthetic.city import City
from medark.synthetic.dirt.levels import share
from medark.synthetic.facts import by_key
from medark.synthetic.settings import Part
from medark.synthetic.world import table


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows of a table (places in it, in order) that one kind of error befalls, and the chance to say how."""

    kind: str
    places: np.ndarray
    chance: np.random.Generator


def chosen(city: City, part: Part, kind: str, count: int, allowed: np.ndarray | None = None) -> Chosen:
    """Some of `count` rows (of those `allowed`), by the kind's share; at least one in a city's first part."""
    chance = stream(city.settings.seed, f"dirt/{kind}", part.number)
    wanted = share(kind, city.settings.dirt)
    candidates = np.arange(count) if allowed is None else np.flatnonzero(allowed)
    number = int(chance.binomial(len(candidates), min(1.0, wanted))) if wanted else 0
    if wanted and part.number == 1 and len(candidates):
        number = max(number, 1)
    return Chosen(kind, np.sort(chance.choice(candidates, number, replace=False)), chance)


def note(one: Chosen, of: pa.Table, key: str, column: str, true: pa.Array, written: pa.Array) -> pa.Table:
    """Rows of truth/planted: `of` has the chosen rows only, `key` is the column that names them."""
    count = len(one.places)
    fact = by_key("dirt")[one.kind]
    organisation = of["organisation"] if "organisation" in of.column_names else pa.nulls(count, pa.string())
    return table(
        "planted",
        kind=[one.kind] * count,
        of=[fact["of"]] * count,
        key=of[key],
        person=of["person"],
        organisation=organisation.cast(pa.string()),
        column=[column] * count,
        true_value=true.cast(pa.string()),
        written_value=written.cast(pa.string()),
        expected=[fact["expected"]] * count,
    )
