"""The relative whom a hospital would call: another member of the household, and what they are to the patient"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.reports.context import Stays, found_at
from medark.synthetic.reports.said import Said, plain, protected
from medark.synthetic.world import World, column

_RELATIONS = {
    "zh": ("", "父亲", "母亲", "儿子", "女儿", "丈夫", "妻子", "家属"),
    "en": ("", "father", "mother", "son", "daughter", "husband", "wife", "relative"),
}
_GENERATION, _COUPLE, _ADULT = 16, 20, 18  # years


def relatives(world: World, stays: Stays) -> Mapping[str, Said]:
    """Name, relation and phone of a grown-up who lives with the patient; nothing where there is none."""
    person = world["person"]
    at = _members(person, stays)
    some = np.maximum(at, 0)
    years = {name: _year(person, name)[some] for name in ("birth",)}["birth"] - _year(stays.people, "birth")
    woman = pc.equal(person["sex"].cast(pa.string()), "F").to_numpy(zero_copy_only=False)[some]
    alive = _alive(world, column(person, "person")[some], stays.start)
    grown = stays.start.astype("datetime64[Y]").astype(int) + 1970 - _year(person, "birth")[some] > _ADULT
    there = (at >= 0) & alive & grown
    mask = ~there
    places = pa.array(some, mask=mask)
    chinese = stays.language == "zh"
    name = person["name_zh"] if chinese else pc.binary_join_element_wise(person["given_en"], person["family_en"], " ")
    relation = np.where(there, _relation(years, woman, stays.woman), 0)
    return {
        "relative": protected("relative", _taken(name, places)),
        "relative_phone": protected("phone", _taken(person["phone"], places)),
        "relation": plain(pa.array(_RELATIONS[stays.language]).take(pa.array(relation))),
    }


def _members(person: pa.Table, stays: Stays) -> Ints:
    """The place of the next member of each patient's household, in turn; -1 for those who live alone."""
    household = column(person, "household")
    order = np.lexsort((column(person, "birth").astype("datetime64[D]"), household))
    held = household[order]
    first = np.searchsorted(held, held, side="left")
    after = np.arange(1, len(held) + 1)
    after = np.where((after < len(held)) & (held[np.minimum(after, len(held) - 1)] == held), after, first)
    following = np.full(len(held), -1)
    following[order] = np.where(after == np.arange(len(held)), -1, order[after])
    me = found_at(column(person, "person"), column(stays.people, "person"))
    return following[me]


def _relation(years: np.ndarray, woman: np.ndarray, patient_woman: np.ndarray) -> np.ndarray:
    """Places in _RELATIONS, from how much later the relative was born."""
    older, younger = years <= -_GENERATION, years >= _GENERATION
    couple = (woman != patient_woman) & (np.abs(years) < _COUPLE)
    return np.select([older, younger, couple], [1 + woman, 3 + woman, 5 + woman], 7)


def _year(of: pa.Table, name: str) -> np.ndarray:
    return column(of, name).astype("datetime64[Y]").astype(int) + 1970


def _alive(world: World, person: np.ndarray, at: np.ndarray) -> np.ndarray:
    dead = found_at(column(world["death"], "person"), person)
    if not world["death"].num_rows:
        return np.ones(len(person), dtype=bool)
    return (dead < 0) | (column(world["death"], "time")[np.maximum(dead, 0)] > at)


def _taken(of: pa.ChunkedArray, places: pa.Array) -> pa.Array:
    return pc.fill_null(of.combine_chunks().take(places), "")
