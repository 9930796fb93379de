"""Published figures beside what came of them in made people"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa

from medark.synthetic.facts.read import Row, rows
from medark.synthetic.health.curves import SEXES
from medark.synthetic.health.people import YEAR, People, days, people
from medark.synthetic.settings import CitySettings
from medark.synthetic.world import World, column

SCHEMA: Final = pa.schema(
    [
        ("figure", pa.string()),  # prevalence, incidence, deaths
        ("of", pa.string()),  # disease
        ("sex", pa.string()),
        ("from_age", pa.int32()),
        ("to_age", pa.int32()),
        ("published", pa.float64()),
        ("made", pa.float64()),
        ("people", pa.float64()),  # people, or person-years
        ("difference", pa.float64()),  # made - published
        ("error", pa.float64()),  # of `made`, by chance alone
        ("source", pa.string()),
    ]
)


def marginals(settings: CitySettings, world: World) -> pa.Table:
    """Prevalence on the first day, incidence and deaths by sex and age, from tables of a part or of the city."""
    who = people(world["person"], settings)
    onset, died = _onsets(who, world["onset"]), _last(who, world["death"])
    found = [_row("prevalence", row, *_prevalent(who, onset[row["disease"]], row)) for row in rows("prevalence")]
    told = [row for row in rows("prevalence") if row["incidence"]]
    found += [_row("incidence", row, *_incident(who, onset[row["disease"]], died, row)) for row in told]
    found += list(_deaths(who, died))
    return pa.Table.from_pylist(found, schema=SCHEMA)


def _row(figure: str, row: Row, made: float, number: float) -> dict[str, Any]:
    published = float(row[figure])
    return {
        "figure": figure,
        "of": row.get("disease", "all"),
        "sex": row["sex"],
        "from_age": int(row["from_age"]),
        "to_age": int(row["to_age"]),
        "published": published,
        "made": made,
        "people": number,
        "difference": made - published,
        "error": float(np.sqrt(max(published, 1e-9) * (1 - published) / max(number, 1.0))),
        "source": row["source"],
    }


def _onsets(who: People, onset: pa.Table) -> dict[str, np.ndarray]:
    words, place = column(onset, "disease"), _places(who, column(onset, "person"))
    day = days(column(onset, "day"))
    found = {row["disease"]: np.full(len(who.number), np.inf) for row in rows("prevalence")}
    for disease, held in found.items():
        mine = words == disease
        held[place[mine]] = day[mine]
    return found


def _last(who: People, death: pa.Table) -> np.ndarray:
    """Day of death; the end of what the city sees of those who live."""
    found = who.leave.copy()
    found[_places(who, column(death, "person"))] = days(column(death, "time"))
    return found


def _places(who: People, person: np.ndarray) -> np.ndarray:
    order = np.argsort(who.number)
    found: np.ndarray = order[np.searchsorted(who.number[order], person)]
    return found


def _of(who: People, row: Row) -> np.ndarray:
    return np.equal(who.female, SEXES.index(row["sex"]))


def _prevalent(who: People, onset: np.ndarray, row: Row) -> tuple[float, float]:
    first = who.entry.min()
    age = (first - who.birth) / YEAR
    inside = _of(who, row) & (who.entry == first) & (age >= float(row["from_age"])) & (age < float(row["to_age"]) + 1)
    return float(np.mean(onset[inside] < first)) if inside.any() else float("nan"), float(inside.sum())


def _incident(who: People, onset: np.ndarray, died: np.ndarray, row: Row) -> tuple[float, float]:
    low = np.maximum(who.entry, who.birth + float(row["from_age"]) * YEAR)
    high = np.minimum(np.minimum(died, onset), who.birth + (float(row["to_age"]) + 1) * YEAR)
    inside = _of(who, row) & (low < high)
    years = float((high - low)[inside].sum() / YEAR)
    new = float((inside & (onset >= low) & (onset <= high)).sum())
    return (new / years if years else float("nan")), years


def _deaths(who: People, died: np.ndarray) -> Iterator[dict[str, Any]]:
    dead = np.where(died < who.leave, died, np.inf)
    for row in rows("mortality"):
        as_new = {**row, "deaths": row["rate"]}
        yield _row("deaths", as_new, *_incident(who, dead, who.leave, row))
