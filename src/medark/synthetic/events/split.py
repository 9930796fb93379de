"""One stay as two in the books: discharged on paper in the small hours, and admitted again a minute later"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from medark.synthetic.chance import Floats, Ints
from medark.synthetic.events.rows import Keys, appended, copied, with_values
from medark.synthetic.events.scene import Scene, since
from medark.synthetic.world import World, column

_MINUTE = 1 / 1440
# By what time a row of a table goes with the second half, and which of its times are then no earlier than it.
_MOVES = {
    "prescription": ("start", ("start",)), "observation": ("time", ()), "fee": ("time", ()),
    "lab_order": ("reported", ("ordered", "collected", "received")),
}  # fmt: skip


def split_stays(scene: Scene, world: World, stays: Ints) -> dict[str, pa.Table]:
    """All tables of the halves of these rows of the table encounter."""
    encounters = world["encounter"]
    old = column(encounters, "encounter").astype(np.int64)[stays]
    start, end = (since(column(encounters, name), scene.first)[stays] for name in ("start", "end"))
    middle = np.floor((start + end) / 2) + 5 / 24
    second = copied(encounters, stays, Keys(encounters, "encounter"))
    new = column(second, "encounter").astype(np.int64)
    second = with_values(second, start=scene.times(middle + _MINUTE), came_from=old)
    until = column(encounters, "end").astype("datetime64[s]")
    until[stays] = scene.times(middle)
    made = {"encounter": appended(with_values(encounters, end=until), second)}
    halves = _Halves(scene, old, new, middle + _MINUTE)
    for name, (by, times) in _MOVES.items():
        if name in world and world[name].num_rows:
            made[name] = halves.divided(world[name], by, times)
    if "lab_order" in made and "lab_result" in world:
        made["lab_result"] = _results(world["lab_result"], made["lab_order"], new)
    if world.get("diagnosis") is not None:
        made["diagnosis"] = halves.doubled(world["diagnosis"])
    if "transfer" in world and world["transfer"].num_rows:
        made["transfer"] = halves.doubled(world["transfer"], between=middle)
    made["claim"] = halves.billed(world["claim"], made.get("fee", world["fee"]))
    return made


class _Halves:
    """Which encounters were split when, and into what."""

    def __init__(self, scene: Scene, old: Ints, new: Ints, when: Floats) -> None:
        order = np.argsort(old)
        self.scene, self.old, self.new, self.when = scene, old[order], new[order], when[order]

    def of(self, held: pa.Table) -> tuple[Ints, Ints]:
        """Rows of split stays, and which of them."""
        encounter = np.nan_to_num(column(held, "encounter").astype(np.float64)).astype(np.int64)
        place = np.minimum(np.searchsorted(self.old, encounter), len(self.old) - 1)
        rows = np.flatnonzero(self.old[place] == encounter)
        return rows, place[rows]

    def divided(self, held: pa.Table, by: str, times: tuple[str, ...]) -> pa.Table:
        """Rows from the second half on go with the new encounter."""
        rows, which = self.of(held)
        late = since(column(held, by), self.scene.first)[rows] >= self.when[which]
        rows, which = rows[late], which[late]
        encounter = column(held, "encounter").astype(np.int64).copy()
        encounter[rows] = self.new[which]
        held = with_values(held, encounter=encounter)
        for name in times:
            values = column(held, name).astype("datetime64[s]").copy()
            values[rows] = np.maximum(values[rows], self.scene.times(self.when[which]))
            held = with_values(held, **{name: values})
        return held

    def doubled(self, held: pa.Table, between: Floats | None = None) -> pa.Table:
        """Every row of a split stay once for each half; a transfer is cut at the middle."""
        rows, which = self.of(held)
        copies = with_values(held.take(pa.array(rows, pa.int64())), encounter=self.new[which])
        if between is not None:
            copies = with_values(copies, start=self.scene.times(self.when[which]))
            until = column(held, "end").astype("datetime64[s]").copy()
            until[rows] = self.scene.times(self.when[which] - _MINUTE)
            held = with_values(held, end=until)
        return appended(held, copies)

    def billed(self, claims: pa.Table, fees: pa.Table) -> pa.Table:
        """A claim for each half, of the sum of its fees; what the fund pays is shared as they are."""
        rows, which = self.of(claims)
        second = with_values(copied(claims, rows, Keys(claims, "claim")), encounter=self.new[which])
        total, pooled, own = (column(claims, name).astype(np.int64).copy() for name in ("total", "pooled", "own"))
        sums = _sums(fees, self.new[which])
        paid = np.round(pooled[rows] * sums / np.maximum(total[rows], 1)).astype(np.int64)
        words = column(claims, "fraud").astype(object).copy()
        words[rows] = "split_stay"
        second = with_values(second, total=sums, pooled=paid, own=sums - paid, fraud=["split_stay"] * len(rows))
        total[rows] -= sums
        pooled[rows] -= paid
        own[rows] = total[rows] - pooled[rows]
        submitted = column(claims, "submitted").astype("datetime64[s]").copy()
        submitted[rows] = self.scene.times(self.when[which] + 0.4)
        first = with_values(
            claims, total=total, pooled=pooled, own=own, fraud=words.tolist(), submitted=submitted
        )  # fmt: skip
        return appended(first, second)


def _sums(fees: pa.Table, encounters: Ints) -> Ints:
    """Fees of each of these encounters."""
    order = np.argsort(encounters)
    encounter = column(fees, "encounter").astype(np.int64)
    place = np.minimum(np.searchsorted(encounters[order], encounter), len(encounters) - 1)
    hit = encounters[order][place] == encounter
    found = np.zeros(len(encounters), dtype=np.int64)
    np.add.at(found, order[place[hit]], column(fees, "amount").astype(np.int64)[hit])
    return found


def _results(results: pa.Table, orders: pa.Table, new: Ints) -> pa.Table:
    """Results go with their orders."""
    of_new = np.flatnonzero(np.isin(column(orders, "encounter").astype(np.int64), new))
    key = column(orders, "lab_order").astype(np.int64)[of_new]
    order = np.argsort(key)
    held = column(results, "lab_order").astype(np.int64)
    place = np.minimum(np.searchsorted(key[order], held), max(0, len(key) - 1))
    hit = np.flatnonzero(key[order][place] == held) if len(key) else np.zeros(0, dtype=np.int64)
    if not len(hit):
        return results
    row = of_new[order[place[hit]]]
    encounter, collected = column(results, "encounter").astype(np.int64).copy(), column(results, "collected").copy()
    encounter[hit] = column(orders, "encounter").astype(np.int64)[row]
    collected[hit] = column(orders, "collected")[row]
    return with_values(results, encounter=encounter, collected=collected)
