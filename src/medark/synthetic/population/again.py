"""People who are registered again under another number: for a time, or for good"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic import facts, world
from medark.synthetic.chance import Ints
from medark.synthetic.population import patient_numbers, spelling
from medark.synthetic.population.rewritten import with_values
from medark.synthetic.settings import HOSPITALS, CitySettings

_MERGED_AFTER: Final = (5, 150)  # days until a temporary number is merged: ours, so that visits fall between
_DAY: Final = 86_400


def _second_number(settings: CitySettings, chance: np.random.Generator, hit: np.ndarray, clean: pa.Table) -> pa.Table:
    """Somebody without papers at a hospital: a number of the day, merged when they are known."""
    places = np.flatnonzero(hit & (world.indexes(clean, "organisation", HOSPITALS) >= 0))
    rows, when = _again(settings, chance, clean, places)
    merged = when + chance.integers(_MERGED_AFTER[0] * _DAY, _MERGED_AFTER[1] * _DAY, len(when)).astype(
        "timedelta64[s]"
    )
    found_out = merged < np.datetime64(settings.end, "s")
    organisation = world.indexes(rows, "organisation", facts.keys("organisations"))
    return _registered(rows, when, "second_number", {
        "patient_no": patient_numbers.temporary(organisation, world.column(rows, "person")),
        "identity_no": pa.nulls(len(when), pa.string()), "address": pa.nulls(len(when), pa.string()),
        "merged_into": pc.if_else(pa.array(found_out), rows["patient_no"].combine_chunks(), None),
        "merged_at": pa.array(np.where(found_out, merged, np.datetime64("NaT", "s")), from_pandas=True),
    })  # fmt: skip


def _registered_twice(
    settings: CitySettings, chance: np.random.Generator, hit: np.ndarray, clean: pa.Table
) -> pa.Table:
    """Somebody whose first number was not found: half under a misspelt name, half without an identity number."""
    rows, when = _again(settings, chance, clean, np.flatnonzero(hit))
    odd = pa.array(chance.random(len(when)) < 0.5)
    misspelt = pa.array(spelling.misspelt(chance, rows["name"].to_pylist()), pa.string())
    organisation = world.indexes(rows, "organisation", facts.keys("organisations"))
    return _registered(rows, when, "registered_twice", {
        "patient_no": patient_numbers.second(organisation, world.column(rows, "person")),
        "name": pc.if_else(odd, misspelt, rows["name"].combine_chunks()),
        "identity_no": pc.if_else(odd, rows["identity_no"].combine_chunks(), pa.scalar(None, pa.string())),
    })  # fmt: skip


def _again(
    settings: CitySettings, chance: np.random.Generator, clean: pa.Table, places: Ints
) -> tuple[pa.Table, np.ndarray]:
    """Rows, and a later time of each in the city's days."""
    start, end = (np.datetime64(day, "s") for day in (settings.start, settings.end))
    rows = clean.take(places)
    since = np.maximum(world.column(rows, "registered").astype("datetime64[s]"), start)
    left = (end - since).astype(np.int64)
    return rows, since + (chance.random(len(left)) * left).astype(np.int64).astype("timedelta64[s]")


def _registered(rows: pa.Table, when: np.ndarray, kind: str, changes: dict[str, pa.Array]) -> pa.Table:
    new = {**changes, "registered": pa.array(when), "dirt": pa.array([kind] * len(when), pa.string())}
    for name, values in new.items():
        rows = with_values(rows, name, np.arange(len(when)), values)
    return rows


AGAIN: Final = {"second_number": _second_number, "registered_twice": _registered_twice}  # by kind of dirt
