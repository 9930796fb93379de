"""People who are registered again when they come, under another number: for a time, or for good"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic import facts, world
from medark.synthetic.population import patient_numbers, spelling
from medark.synthetic.population.rewritten import with_values
from medark.synthetic.settings import CitySettings

KINDS: Final = ("second_number", "registered_twice")
_MERGED_AFTER: Final = (43_200, 40 * 86_400)  # seconds until a temporary number is merged: ours


def registered_again(settings: CitySettings, chance: np.random.Generator, kind: str, clean: pa.Table) -> pa.Table:
    """Rows of table `registration` for people who were registered a second time; `clean`: as they would be if new."""
    organisation = world.indexes(clean, "organisation", facts.keys("organisations"))
    person = world.column(clean, "person")
    changes = (_temporary if kind == "second_number" else _second)(settings, chance, organisation, person, clean)
    rows, everywhere = clean, np.arange(clean.num_rows)
    for name, values in {**changes, "dirt": pa.array([kind] * clean.num_rows, pa.string())}.items():
        rows = with_values(rows, name, everywhere, values)
    return rows


def _temporary(
    settings: CitySettings, chance: np.random.Generator, organisation: np.ndarray, person: np.ndarray, clean: pa.Table
) -> dict[str, pa.Array]:
    """Somebody who came without papers: a number of the day, merged into the first when they are known."""
    wait = chance.integers(*_MERGED_AFTER, len(person)).astype("timedelta64[s]")
    merged = world.column(clean, "registered").astype("datetime64[s]") + wait
    found_out = merged < np.datetime64(settings.end, "s")
    main = patient_numbers.main(organisation, person)
    return {
        "patient_no": patient_numbers.temporary(organisation, person),
        "identity_no": pa.nulls(len(person), pa.string()),
        "address": pa.nulls(len(person), pa.string()),
        "merged_into": pc.if_else(pa.array(found_out), main, None),
        "merged_at": pa.array(np.where(found_out, merged, np.datetime64("NaT", "s")), from_pandas=True),
    }


def _second(
    _settings: CitySettings, chance: np.random.Generator, organisation: np.ndarray, person: np.ndarray, clean: pa.Table
) -> dict[str, pa.Array]:
    """Somebody whose first number was not found: half under a misspelt name, half without an identity number."""
    odd = pa.array(chance.random(len(person)) < 0.5)
    misspelt = pa.array(spelling.misspelt(chance, clean["name"].to_pylist()), pa.string())
    return {
        "patient_no": patient_numbers.second(organisation, person),
        "name": pc.if_else(odd, misspelt, clean["name"].combine_chunks()),
        "identity_no": pc.if_else(odd, clean["identity_no"].combine_chunks(), None),
    }
