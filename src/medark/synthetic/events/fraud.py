"""Claims that should not be: billed twice, for a visit nobody made, above what was done, or one stay as two

Each such claim has a word of facts/fraud in its column `fraud`. A phantom visit has an encounter, diagnoses and fees of
its own, as the clinic's books have; a split stay is two encounters, as the hospital's books have.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints
from medark.synthetic.events.rows import Keys, appended, copied, moved, rows_of, with_values
from medark.synthetic.events.scene import Scene, since
from medark.synthetic.events.split import split_stays
from medark.synthetic.world import World, column, indexes

_LONG = 8.0  # days of a stay that is split, at least: ours


def false_claims(scene: Scene, world: World) -> dict[str, pa.Table]:
    """Those tables of `world` that change."""
    if any(not world[name].num_rows for name in ("encounter", "claim", "fee") if name in world) or "claim" not in world:
        return {}
    chance = scene.chance("fraud")
    changed = dict(_split(scene, world, chance))
    changed |= _phantoms(scene, {**world, **changed}, chance)
    claims = _upcoded({**world, **changed}, chance)
    return {**changed, "claim": _duplicates(claims, chance)}


def _share(of: str) -> float:
    return float(facts.by_key("fraud")[of]["share"])


def _honest(claims: pa.Table) -> np.ndarray:
    return np.asarray(claims["fraud"].is_null().to_numpy() & (column(claims, "total").astype(np.float64) > 0))


def _duplicates(claims: pa.Table, chance: np.random.Generator) -> pa.Table:
    """Submitted again some days later, under another number."""
    some = np.flatnonzero(_honest(claims) & (chance.random(claims.num_rows) < _share("duplicate_billing")))
    again = copied(claims, some, Keys(claims, "claim"))
    again = moved(again, {"submitted": chance.uniform(2, 40, len(some))})
    return appended(claims, with_values(again, fraud=["duplicate_billing"] * len(some)))


def _upcoded(world: World, chance: np.random.Generator) -> pa.Table:
    """Some stays are billed a fifth to three fifths higher than their fees."""
    claims, encounters = world["claim"], world["encounter"]
    stay = (
        indexes(encounters, "kind", ("inpatient",))[rows_of(encounters, "encounter", column(claims, "encounter"))] == 0
    )
    some = stay & _honest(claims) & (chance.random(claims.num_rows) < _share("upcoding"))
    factor = np.where(some, chance.uniform(1.2, 1.6, claims.num_rows), 1.0)
    money = {name: np.round(column(claims, name) * factor).astype(np.int64) for name in ("pooled", "own")}
    total = np.where(some, money["pooled"] + money["own"], column(claims, "total").astype(np.int64))
    word = np.where(some, "upcoding", column(claims, "fraud"))
    return with_values(claims, total=total, fraud=word.tolist(), **money)


def _phantoms(scene: Scene, world: World, chance: np.random.Generator) -> dict[str, pa.Table]:
    """A second visit an hour or two after a true one at a clinic, with the same diagnoses and fees."""
    encounters, claims = world["encounter"], world["claim"]
    start = since(column(encounters, "start"), scene.first)
    row = rows_of(encounters, "encounter", column(claims, "encounter"))
    later = chance.uniform(1.2, 2.5, claims.num_rows) / 24
    fits = _alone(scene, encounters, start)[row] & (start[row] % 1 + later < 19 / 24) & (start[row] % 1 > 7 / 24)
    some = np.flatnonzero(fits & _honest(claims) & (chance.random(len(row)) < _share("phantom_visit")))
    _, one = np.unique(row[some], return_index=True)
    some = some[one]
    visits, shift = row[some], later[some]
    keys = Keys(encounters, "encounter")
    new = moved(copied(encounters, visits, keys), {"start": shift, "end": shift})
    old_key = column(encounters, "encounter").astype(np.int64)[visits]
    made = {"encounter": appended(encounters, new)}
    for name, own, moves in (("diagnosis", "", ()), ("fee", "fee", ("time",))):
        made[name] = _with_copies(world[name], own, old_key, column(new, "encounter").astype(np.int64), shift, moves)
    claim = copied(claims, some, Keys(claims, "claim"))
    claim = moved(claim, {"submitted": shift})
    claim = with_values(claim, encounter=column(new, "encounter"), fraud=["phantom_visit"] * len(some))
    return {**made, "claim": appended(claims, claim)}


def _alone(scene: Scene, encounters: pa.Table, start: Floats) -> np.ndarray:
    """Visits to a clinic by people who had no other encounter within two days of it, nor were in hospital."""
    visit = (indexes(encounters, "kind", ("outpatient",)) == 0) & (encounters["event"].is_null().to_numpy())
    clinics = tuple(key for key in facts.keys("organisations") if key.startswith("clinic"))
    visit &= indexes(encounters, "organisation", clinics) >= 0
    person, end = column(encounters, "person").astype(np.int64), since(column(encounters, "end"), scene.first)
    order = np.lexsort((start, person))
    same = person[order][1:] == person[order][:-1]
    gap = np.where(same, start[order][1:] - end[order][:-1], np.inf)
    lonely = np.empty(len(start), dtype=bool)
    lonely[order] = (np.append(gap, np.inf) > 2) & (np.insert(gap, 0, np.inf) > 2)
    return np.asarray(visit & lonely)


def _with_copies(held: pa.Table, own: str, old: Ints, new: Ints, shift: Floats, moves: tuple[str, ...]) -> pa.Table:
    """A table and copies of the rows of the old encounters for the new ones."""
    order = np.argsort(old)
    encounter = column(held, "encounter").astype(np.int64)
    place = np.minimum(np.searchsorted(old[order], encounter), max(0, len(old) - 1))
    hit = np.flatnonzero(old[order][place] == encounter) if len(old) else np.zeros(0, dtype=np.int64)
    which = order[place[hit]] if len(old) else hit
    rows = copied(held, hit, Keys(held, own) if own else None)
    rows = moved(rows, dict.fromkeys(moves, shift[which]))
    return appended(held, with_values(rows, encounter=new[which]))


def _split(scene: Scene, world: World, chance: np.random.Generator) -> dict[str, pa.Table]:
    """Long stays without operation or intensive care, billed as two."""
    encounters = world["encounter"]
    start, end = since(column(encounters, "start"), scene.first), since(column(encounters, "end"), scene.first)
    stay = (indexes(encounters, "kind", ("inpatient",)) == 0) & (indexes(encounters, "discharge", ("home",)) == 0)
    fits = stay & (end - start >= _LONG) & (end < scene.days) & encounters["event"].is_null().to_numpy()
    key = column(encounters, "encounter").astype(np.int64)
    for name in ("operation", "imaging"):
        if name in world and world[name].num_rows:
            fits &= ~np.isin(key, column(world[name], "encounter"))
    if "transfer" in world and world["transfer"].num_rows:
        several = world["transfer"].filter(pa.array(column(world["transfer"], "sequence") > 1))
        fits &= ~np.isin(key, column(several, "encounter")) if several.num_rows else fits
    honest = world["claim"].filter(pa.array(_honest(world["claim"])))
    fits &= np.isin(key, column(honest, "encounter"))
    some = np.flatnonzero(fits & (chance.random(len(key)) < _share("split_stay")))
    return split_stays(scene, world, some) if len(some) else {}
