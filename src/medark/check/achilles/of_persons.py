"""Persons by all that is told of them at once, over arrays: what `people` says in SQL"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from medark.check.achilles.cells import filled, values_of
from medark.check.achilles.coded_rows import Coded, column_of, counted, flag_of
from medark.check.achilles.packed import Packed
from medark.check.achilles.people import CELLS, OTHERS
from medark.check.achilles.places import Numbers, Places


def persons_by_cells(persons: pa.Table, dead: Numbers, others: Mapping[str, Numbers]) -> Packed | None:
    """The sum of that name: of rows of person_id, `CELLS` and the keys of `OTHERS`; None if they can't be coded.

    `dead`: who died; `others`: the keys that there are, by name; without a name, no person refers to any.
    """
    who = persons["person_id"].to_numpy()
    told: dict[str, Coded] = {name: column_of(*values_of(persons[name].combine_chunks())) for name in CELLS}
    told["is_dead"] = flag_of(Places(dead).at(who) >= 0, is_whole=True)
    for name in OTHERS:
        keys, nulls = values_of(persons[f"{name}_id"].combine_chunks())
        is_lost = Places(others.get(name)).at(filled(keys, nulls, 0)) < 0
        told[f"{name}_lost"] = flag_of(is_lost if nulls is None else is_lost & ~nulls, is_whole=True)
    return counted(len(who), **told)


def columns() -> list[str]:
    """What is asked of persons."""
    return ["person_id", *CELLS, *(f"{name}_id" for name in OTHERS)]
