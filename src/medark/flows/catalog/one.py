"""One asset looked at: its facts, where it occurs, what it is part of and made of, who reads it, how good it is"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from medark.catalog.assets import Asset, Kind
from medark.errors import NotFoundError
from medark.flows.catalog.found import OCCUR, Occurs, Standing, occurrences, of_reader
from medark.flows.catalog.keeping import KINDS, counted_as
from medark.flows.catalog.occurrences import ACT
from medark.flows.gate.parts import book_of
from medark.flows.raw import STEWARDS
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.access import Reader
from medark.model.audit import Act, Verdict
from medark.model.quality import Score

_READING: Final = (Kind.APP, Kind.DATASET, Kind.DEFINITION)
_NOT_THERE: Final = N_("the catalog has no such thing, or nothing of it is open to you")


@dataclass(frozen=True, slots=True)
class Judged:
    """How good a table or column is, by the newest run of all checks. `failing`: ids of checks, and what they find as
    far as the catalog has them.
    """

    at_ms: int
    version: int
    score: Score | None
    failing: tuple[tuple[str, Asset | None], ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """An asset and what is around it. `whole`: what it is part of; `parts`: what is part of it; `readers`: of it."""

    asset: Asset
    whole: tuple[Asset, ...]
    parts: tuple[Asset, ...]
    occurs: tuple[Occurs, ...]
    readers: tuple[Asset, ...]
    judged: Judged | None
    is_current: bool


def one(workspace: Workspace, reader: Reader, id_: str) -> Detail:
    """An asset by its id, as a reader may see it. NotFoundError."""
    standing = of_reader(workspace, reader)
    place = standing.index.place(id_) if standing is not None else None
    if standing is None or place is None or not standing.open[place]:
        raise NotFoundError(_NOT_THERE, fix="medark find, or the catalog's search")
    asset = standing.index.asset(place)
    occurs: Sequence[Occurs] = ()
    if asset.kind in OCCUR:
        occurs = occurrences(standing.counts, counted_as(asset), workspace.settings.access.least_count)
        _write(workspace, standing, reader, occurs)
    return Detail(
        asset, tuple(_whole(standing, asset)), tuple(_parts(standing, asset)), tuple(occurs),
        tuple(_readers(standing, asset)), _judged(workspace, standing, reader, asset), standing.is_current,
    )  # fmt: skip


def of_kind(standing: Standing, *kinds: Kind) -> Iterator[Asset]:
    """All of some kinds that are open to the reader."""
    wanted = np.isin(standing.index.kinds, list(map(KINDS.index, kinds))) & (standing.open > 0)
    return map(standing.index.asset, np.flatnonzero(wanted).tolist())


def _write(workspace: Workspace, standing: Standing, reader: Reader, occurs: Sequence[Occurs]) -> None:
    """Counts of a concept are handed out: written to the audit as any read."""
    reads: dict[str, tuple[str, ...]] = {}
    for each in occurs:
        reads[each.table] = (*reads.get(each.table, ()), each.column)
    version = max((counts.version for counts in standing.counts if counts.table in reads), default=0)
    book_of(workspace).write(
        Act(ACT, reader.user, reader.organisation, reader.purpose, reader.app, reads=reads, verdict=Verdict.ALLOWED,
            detail={"version": version})
    )  # fmt: skip


def _whole(standing: Standing, asset: Asset) -> Iterator[Asset]:
    """What it is part of, the nearest first."""
    while asset.where:
        place = standing.index.place(asset.where)
        if place is None:
            return
        asset = standing.index.asset(place)
        yield asset


def _parts(standing: Standing, asset: Asset) -> Iterator[Asset]:
    places = np.flatnonzero((standing.index.arrays["within"] == standing.index.number(asset.id)) & (standing.open > 0))
    return map(standing.index.asset, places.tolist())


def _readers(standing: Standing, asset: Asset) -> Iterator[Asset]:
    """Applications, datasets and definitions that read a table or column of the lake."""
    if asset.kind is Kind.COLUMN:
        yield from (each for each in of_kind(standing, *_READING) if asset.key in each.reads)
    elif asset.kind is Kind.TABLE:
        start = f"{asset.key}."
        yield from (each for each in of_kind(standing, *_READING) if any(r.startswith(start) for r in each.reads))


def _judged(workspace: Workspace, standing: Standing, reader: Reader, asset: Asset) -> Judged | None:
    """For owners and stewards, who may see how the data was judged."""
    if not reader.roles & STEWARDS or asset.kind not in (Kind.TABLE, Kind.COLUMN):
        return None
    runs = workspace.ledger.quality.runs(limit=1)
    if not runs:
        return None
    table, _, column = asset.key.partition(".")
    of = runs[0].scores.get(table, {})
    score = sum(of.values(), Score()) if of and not column else None
    mark = f"_{asset.key.replace('.', '_')}"
    failing = [name for name in runs[0].failing if f"{mark}_" in f"{name}_"]
    return Judged(runs[0].at_ms, runs[0].version, score, tuple((name, _check(standing, name)) for name in failing))


def _check(standing: Standing, name: str) -> Asset | None:
    place = standing.index.place(f"{Kind.CHECK}:{name}")
    return None if place is None else standing.index.asset(place)
