"""Which tissue goes to the pathologist: of operations, and of visits in which a sample is taken"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.facts import rows
from medark.synthetic.reports.context import found_at
from medark.synthetic.world import World, column

_KINDS = ("outpatient", "inpatient")


@dataclass(frozen=True, slots=True)
class Specimens:
    """A row a specimen: the encounter's row among those given, the row of facts/pathology.csv, when it was taken."""

    encounter: Ints
    fact: Ints
    collected: np.ndarray


def taken(chance: np.random.Generator, world: World, encounters: pa.Table) -> Specimens:
    """All specimens of some encounters, in the order of time."""
    found = [_of_operations(chance, world["operation"], encounters), _of_visits(chance, encounters)]
    encounter, fact, collected = (np.concatenate(each) for each in zip(*found, strict=True))
    _, first = np.unique(encounter * 1000 + fact, return_index=True)
    order = first[np.lexsort((fact[first], encounter[first], collected[first]))]
    return Specimens(encounter[order], fact[order], collected[order])


def _of_operations(chance: np.random.Generator, done: pa.Table, encounters: pa.Table) -> tuple[Ints, Ints, np.ndarray]:
    at = found_at(column(encounters, "encounter"), column(done, "encounter"))
    kept = np.flatnonzero(at >= 0)
    done, at = done.take(pa.array(kept)), at[kept]
    reason = encounters["reason"].cast(pa.string()).take(pa.array(at))
    way = pc.binary_join_element_wise(reason, done["procedure"].cast(pa.string()), "/")
    named = [[f"{row['disease']}/{procedure}" for procedure in row["procedures"].split()] for row in rows("pathology")]
    some, fact = _drawn(chance, way, named)
    return at[some], fact, column(done, "end")[some]


def _of_visits(chance: np.random.Generator, encounters: pa.Table) -> tuple[Ints, Ints, np.ndarray]:
    way = pc.binary_join_element_wise(encounters["reason"].cast(pa.string()), encounters["kind"].cast(pa.string()), "/")
    named = [[f"{row['disease']}/{kind}" for kind in row["visit"].split()] for row in rows("pathology")]
    some, fact = _drawn(chance, way, named)
    start, end = column(encounters, "start")[some], column(encounters, "end")[some]
    length = np.where(np.isnat(end), np.timedelta64(1, "D"), end - start).astype("timedelta64[s]").astype(np.int64)
    within = (np.minimum(length, 2 * 86400) * chance.uniform(0.3, 0.9, len(some))).astype(np.int64)
    return some, fact, start + within.astype("timedelta64[s]")


def _drawn(chance: np.random.Generator, way: pa.ChunkedArray, named: Sequence[Sequence[str]]) -> tuple[Ints, Ints]:
    """Rows whose way is named by a fact, and which of those facts holds, each by its share."""
    ways = list(dict.fromkeys(word for words in named for word in words))
    share = np.zeros((len(ways) + 1, len(named)))
    for number, (words, row) in enumerate(zip(named, rows("pathology"), strict=True)):
        for word in words:
            share[ways.index(word), number] = float(row["share"])
    place = pc.fill_null(pc.index_in(way, value_set=pa.array(ways, pa.string())), len(ways)).to_numpy()
    some = np.flatnonzero(place < len(ways))
    edges = np.cumsum(share, axis=1)[place[some]]
    fact = (edges <= chance.random(len(some))[:, None]).sum(axis=1)
    hit = fact < len(named)
    return some[hit], fact[hit].astype(np.int64)
