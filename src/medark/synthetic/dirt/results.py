"""Errors of laboratory results: no value, an impossible one, another unit, a wrong clock, a late report"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.city import City
from medark.synthetic.dirt.chosen import Chosen, chosen, note
from medark.synthetic.dirt.columns import with_column
from medark.synthetic.facts import by_key
from medark.synthetic.settings import Part
from medark.synthetic.world import World, column

Soiled = tuple[dict[str, pa.Table], pa.Table]
_WORDS = ("溶血", "标本量不足", "乳糜血", "")  # what stands in the place of a value
_LOST_POINT = 100.0
_SKEW_HOURS = (-8, 8, 24, -24)


def without_value(city: City, part: Part, world: World) -> Soiled:
    """A word, or nothing, in the place of the value."""
    of, one = _results(city, part, world, "missing_value")
    words = pa.array([_WORDS[n] for n in one.chance.integers(0, len(_WORDS), len(one.places))], pa.string())
    return _written(of, one, words)


def impossible(city: City, part: Part, world: World) -> Soiled:
    """A hundred times the value: the decimal point was lost."""
    of, one = _results(city, part, world, "impossible_value")
    values = column(of, "value")[one.places] * _LOST_POINT
    return _written(of, one, pa.array([f"{value:.0f}" for value in values], pa.string()))


def in_other_unit(city: City, part: Part, world: World) -> Soiled:
    """The value in conventional units where the hospital writes SI, or the other way round; the unit's name stays."""
    differs = {key for key, row in by_key("tests").items() if float(row["factor"] or 1) != 1}
    allowed = pc.is_in(world["lab_result"]["test"].cast(pa.string()), value_set=pa.array(sorted(differs), pa.string()))
    of, one = _results(city, part, world, "other_unit", allowed.to_numpy(zero_copy_only=False))
    hit = of.take(one.places)
    changed = with_column(of, "other_unit", one.places, pa.array([True] * len(one.places), pa.bool_()))
    said = pa.array(["in the other unit"] * len(one.places), pa.string())
    return {"lab_result": changed}, note(one, hit, "lab_result", "unit", hit["value"].combine_chunks(), said)


def skewed(city: City, part: Part, world: World) -> Soiled:
    """Orders of some days whose analyser's clock was hours off."""
    of = world["lab_order"]
    one = chosen(city, part, "clock_skew", of.num_rows, _reported(of))
    hours = one.chance.choice(_SKEW_HOURS, len(one.places)).astype("timedelta64[h]")
    return _moved(of, one, "reported", hours)


def late(city: City, part: Part, world: World) -> Soiled:
    """Reports that come two to eight weeks after they should."""
    of = world["lab_order"]
    one = chosen(city, part, "late_report", of.num_rows, _reported(of))
    return _moved(of, one, "reported", one.chance.integers(14, 56, len(one.places)).astype("timedelta64[D]"))


def _results(
    city: City, part: Part, world: World, kind: str, allowed: np.ndarray | None = None
) -> tuple[pa.Table, Chosen]:
    """Results that nothing is wrong with yet."""
    of = world["lab_result"]
    clean = pc.and_(pc.is_null(of["written"]), pc.is_null(of["other_unit"])).to_numpy(zero_copy_only=False)
    clean &= pc.is_valid(of["value"]).to_numpy(zero_copy_only=False)
    return of, chosen(city, part, kind, of.num_rows, clean if allowed is None else clean & allowed)


def _written(of: pa.Table, one: Chosen, words: pa.Array) -> Soiled:
    hit = of.take(one.places)
    notes = note(one, hit, "lab_result", "value", hit["value"].combine_chunks(), words)
    return {"lab_result": with_column(of, "written", one.places, words)}, notes


def _moved(of: pa.Table, one: Chosen, name: str, by: np.ndarray) -> Soiled:
    hit = of.take(one.places)
    true = column(hit, name)
    written = pa.array(true + by, pa.timestamp("s"))
    notes = note(one, hit, "lab_order", name, hit[name].combine_chunks(), written)
    return {"lab_order": with_column(of, name, one.places, written)}, notes


def _reported(of: pa.Table) -> np.ndarray:
    return pc.is_valid(of["reported"]).to_numpy(zero_copy_only=False)
