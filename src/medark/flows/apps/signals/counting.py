"""How many entries begin in each period, by series: a person once a series and period, of a tally its quantities"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from medark.define import Tally
from medark.flows.apps.signals.periods import Periods
from medark.sdk.signals import PublishSignal

FloatArray = npt.NDArray[np.float64]
Group = dict[str, str | None]
MOST_SERIES: Final = 5000
_USUAL: Final = 7.0  # cases a period of a whole channel: that none comes by chance is once in a thousand


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts (series × periods), NaN where a channel said nothing at all; `totals`: of what they are a share.

    `triangle`: new reports (series × periods × delays), NaN where a delay has not passed, for signals that are
    completed. The most frequent series come first.
    """

    groups: tuple[Group, ...]
    counts: FloatArray
    totals: FloatArray | None = None
    triangle: FloatArray | None = None


def counted(rows: pa.Table, one: PublishSignal, periods: Periods) -> Counted:
    """The series of a signal over whole periods."""
    for name, values in one.where.items():
        rows = rows.filter(pc.is_in(rows[name], pa.array(values)))
    place = periods.places(_moments(rows["entry_start"]))
    began = int(max(0, place.min())) if len(place) else periods.count
    kept = (place >= 0) & (place < periods.count)
    rows = rows.select([*one.columns, _counted_by(one)]).filter(pa.array(kept))
    if one.reported:
        told = _moments(rows[one.reported]) < np.datetime64(periods.today)
        known = told | pc.is_null(rows[one.reported]).to_numpy(zero_copy_only=False)
        rows, place = rows.filter(pa.array(known)), place[kept][known]
    else:
        place = place[kept]
    series, groups = _series(rows, one)
    return _arrays(rows, one, periods, place, series, groups, began)


def _arrays(
    rows: pa.Table, one: PublishSignal, periods: Periods, place: npt.NDArray[np.int64],
    series: Sequence[npt.NDArray[np.int64]], groups: list[Group], began: int,
) -> Counted:  # fmt: skip
    """`began`: the first period that the channel told of; before it nothing is known."""
    amounts = rows[_counted_by(one)].to_numpy()
    count = _summed if isinstance(one.entries, Tally) else _distinct
    shape = (len(groups), periods.count)
    is_counted = np.ones(len(place), dtype=bool)
    if one.share_of:
        is_counted = pc.fill_null(rows[one.share_of], False).to_numpy(zero_copy_only=False).astype(bool)
    counts, totals = np.zeros(shape), np.zeros(shape) if one.share_of else None
    for of in series:
        counts += count(of[is_counted], place[is_counted], amounts[is_counted], shape)
        if totals is not None:
            totals += count(of, place, amounts, shape)
    counts[:, _silent(np.bincount(place, minlength=periods.count), began)] = np.nan
    order = np.argsort(-np.nansum(counts if totals is None else totals, axis=1), kind="stable")[:MOST_SERIES]
    triangle = _triangle(rows, one, periods, place, series, len(groups)) if one.reported else None
    return Counted(
        tuple(groups[at] for at in order), counts[order],
        None if totals is None else totals[order], None if triangle is None else triangle[order],
    )  # fmt: skip


def _series(rows: pa.Table, one: PublishSignal) -> tuple[list[npt.NDArray[np.int64]], list[Group]]:
    """For each row the number of its series, and, with totals, that of all values of the last column together."""
    if not one.by:
        return [np.zeros(rows.num_rows, dtype=np.int64)], [{}]
    found: list[npt.NDArray[np.int64]] = []
    groups: list[Group] = []
    for by in (one.by, one.by[:-1])[: 1 + one.totals]:
        if not by:
            found.append(np.full(rows.num_rows, len(groups)))
            groups.append({})
            continue
        keys = list(zip(*([_text(value) for value in rows[name].to_pylist()] for name in by), strict=True))
        numbers = {key: at for at, key in enumerate(dict.fromkeys(keys))}
        found.append(np.fromiter((numbers[key] for key in keys), np.int64, len(keys)) + len(groups))
        groups += [dict(zip(by, key, strict=True)) for key in numbers]
    return found, groups


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _counted_by(one: PublishSignal) -> str:
    """The column that says how much an entry counts: whose it is, or how many."""
    return "quantity" if isinstance(one.entries, Tally) else "person_id"


def _summed(
    series: npt.NDArray[np.int64], place: npt.NDArray[np.int64], quantity: FloatArray, shape: tuple[int, int]
) -> FloatArray:
    """What was given back is taken off, as far as there was as much."""
    found = np.bincount(series * shape[1] + place, weights=quantity, minlength=shape[0] * shape[1])
    return np.maximum(found, 0.0).reshape(shape)


def _distinct(
    series: npt.NDArray[np.int64], place: npt.NDArray[np.int64], person: npt.NDArray[np.int64], shape: tuple[int, int]
) -> FloatArray:
    seen = np.unique(np.stack([series * shape[1] + place, person]), axis=1)[0]
    return np.bincount(seen, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


def _silent(of_all: npt.NDArray[np.intp], began: int) -> npt.NDArray[np.bool_]:
    """Periods before the channel began, and those in which, usually busy, it told of nobody: missing, not 0."""
    usual = float(np.median(of_all[began:])) if began < len(of_all) else 0.0
    return np.asarray((np.arange(len(of_all)) < began) | ((of_all == 0) & (usual >= _USUAL)))


def _triangle(
    rows: pa.Table, one: PublishSignal, periods: Periods, place: npt.NDArray[np.int64],
    series: Sequence[npt.NDArray[np.int64]], groups: int,
) -> FloatArray:  # fmt: skip
    """New reports by day and delay; those that came later than the last delay count in it."""
    told = periods.places(_moments(rows[one.reported]))
    late = np.clip(np.where(told < 0, place, told) - place, 0, one.delays - 1)
    shape = (groups, periods.count, one.delays)
    found = np.zeros(shape)
    for of in series:
        flat = (of * periods.count + place) * one.delays + late
        found += np.bincount(flat, minlength=found.size).reshape(shape)
    days, delays = np.arange(periods.count), np.arange(one.delays)
    found[:, np.add.outer(days, delays) >= periods.count] = np.nan
    return found


def _moments(column: pa.ChunkedArray) -> npt.NDArray[np.datetime64]:
    if pa.types.is_date(column.type):
        return np.asarray(column.cast(pa.date32()).to_numpy())
    return np.asarray(column.cast(pa.timestamp("us")).to_numpy())


def today_of(text: str) -> dt.date:
    """A day as it is kept."""
    return dt.date.fromisoformat(text)
