"""What goes wrong when people are registered: each row with it says so in `dirt`"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic import facts, world
from medark.synthetic.population import identity, names, spelling
from medark.synthetic.population.rewritten import with_values
from medark.synthetic.settings import DIRT_LEVELS, CitySettings

Changes = dict[str, pa.Array]
Change = Callable[[np.random.Generator, pa.Table, pa.Table], Changes]  # of the rows hit, and of their people

_MOST: Final = 0.5  # of rows, however dirty
_WITH_15: Final = np.datetime64("2013-01-01", "s")  # from then on only numbers of 18 characters are valid by law
_HAD_15: Final = np.datetime64("1985-01-01", "D")  # ours: who is older had a card when numbers of 18 came in 1999


def made(settings: CitySettings, chance: np.random.Generator, person: pa.Table, clean: pa.Table) -> pa.Table:
    """Registrations as they were written; at `dirt` "none" as they are given."""
    if settings.dirt == "none" or not clean.num_rows:
        return clean
    who = _with_twins(person).take(np.searchsorted(world.column(person, "person"), world.column(clean, "person")))
    free, table = np.ones(clean.num_rows, bool), clean
    for kind, (allowed, change) in _CHANGES.items():
        places = np.flatnonzero(free & hit(settings, chance, kind, clean.num_rows) & allowed(clean, who))
        free[places] = False
        changes = change(chance, table.take(places), who.take(places))
        for name, values in {**changes, "dirt": pa.array([kind] * len(places), pa.string())}.items():
            table = with_values(table, name, places, values)
    return table


def _with_twins(person: pa.Table) -> pa.Table:
    twin = pc.index_in(person["twin_of"], value_set=person["person"].combine_chunks())
    return person.append_column("identity_no_of_twin", person["identity_no"].take(twin))


def hit(settings: CitySettings, chance: np.random.Generator, kind: str, count: int) -> np.ndarray:
    """Which of so many rows a kind of mistake befalls."""
    share = float(facts.by_key("registration_dirt")[kind]["share"]) * DIRT_LEVELS[settings.dirt]
    return np.asarray(chance.random(count) < min(share, _MOST))


# Who may be hit:


def _anybody(rows: pa.Table, _who: pa.Table) -> np.ndarray:
    return np.ones(rows.num_rows, bool)


def _twins(_rows: pa.Table, who: pa.Table) -> np.ndarray:
    return np.asarray(who["twin_of"].is_valid())


def _long_known(rows: pa.Table, _who: pa.Table) -> np.ndarray:
    return np.asarray((world.column(rows, "registered") < _WITH_15) & (world.column(rows, "birth") < _HAD_15))


# What is written instead:


def _typo(chance: np.random.Generator, rows: pa.Table, _who: pa.Table) -> Changes:
    return {"name": pa.array(spelling.misspelt(chance, rows["name"].to_pylist()), pa.string())}


def _twin_mixed(_chance: np.random.Generator, _rows: pa.Table, who: pa.Table) -> Changes:
    return {"identity_no": who["identity_no_of_twin"].combine_chunks()}


def _shared_phone(_chance: np.random.Generator, _rows: pa.Table, who: pa.Table) -> Changes:
    """That of somebody beside them: mostly of the same household, else a neighbour."""
    number = world.column(who, "person")
    before, after = identity.phones(np.maximum(number - 1, 1)), identity.phones(number + 1)
    return {"phone": pc.if_else(pc.equal(before, who["phone"].combine_chunks()), after, before)}


def _changed_name(chance: np.random.Generator, _rows: pa.Table, who: pa.Table) -> Changes:
    born = world.column(who, "birth").astype("datetime64[Y]").astype(np.int64) + 1970
    female = world.indexes(who, "sex", ("F",)) == 0
    given = names.names(chance, np.zeros(len(born), np.int64), female, born).given_zh
    return {"name": pc.binary_join_element_wise(who["family_zh"].combine_chunks(), given, "")}


def _wrong_birth(chance: np.random.Generator, rows: pa.Table, _who: pa.Table) -> Changes:
    """Ten days, a year or ten years off, to the past: never after the true day."""
    birth = world.column(rows, "birth")
    off = np.array([10, 365, 3653])[chance.integers(0, 3, len(birth))]
    return {"birth": pa.array(birth - off.astype("timedelta64[D]"), pa.date32())}


def _identity_15(_chance: np.random.Generator, rows: pa.Table, _who: pa.Table) -> Changes:
    return {"identity_no": identity.of_15(rows["identity_no"].combine_chunks())}


def _missing_identity(_chance: np.random.Generator, rows: pa.Table, _who: pa.Table) -> Changes:
    return {"identity_no": pa.nulls(rows.num_rows, pa.string())}


def _impossible_identity(chance: np.random.Generator, rows: pa.Table, _who: pa.Table) -> Changes:
    return {"identity_no": identity.impossible(chance, rows["identity_no"].combine_chunks())}


_CHANGES: Final[dict[str, tuple[Callable[[pa.Table, pa.Table], np.ndarray], Change]]] = {
    "twin_mixed": (_twins, _twin_mixed),
    "identity_15": (_long_known, _identity_15),
    "typo": (_anybody, _typo),
    "shared_phone": (_anybody, _shared_phone),
    "changed_name": (_anybody, _changed_name),
    "wrong_birth": (_anybody, _wrong_birth),
    "missing_identity": (_anybody, _missing_identity),
    "impossible_identity": (_anybody, _impossible_identity),
}
