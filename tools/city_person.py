"""One person's record, as rows for a picture: somebody with diabetes and failing kidneys who was in hospital"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.facts import by_key
from medark.synthetic.settings import CitySettings
from medark.synthetic.world import column

LABS = {"hba1c": "Glycated haemoglobin 糖化血红蛋白", "crea": "Creatinine 肌酐"}
_KINDS = {"checkup": "体检", "outpatient": "门诊", "emergency": "急诊", "inpatient": "住院"}
_MOST_DRUGS = 8
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Somebody:
    """`limits` by title of the lab: what is normal."""

    told: str
    visits: Rows
    labs: dict[str, Rows]
    limits: dict[str, tuple[float, float]]
    drugs: Rows


def somebody(settings: CitySettings, world: Mapping[str, pa.Table]) -> Somebody:
    """Whoever of those with both diseases, at most three stays and a jump of creatinine has most labs and drugs."""
    person = _chosen(world)
    tables = {name: world[name].filter(pc.equal(world[name]["person"], person)) for name in _READ}
    row = tables["person"].to_pylist()[0]
    age = (settings.start - row["birth"]).days // 365
    told = f"A {'man' if row['sex'] == 'M' else 'woman'} of {age} with " + _diseases(tables["onset"], settings)
    return Somebody(
        told, _visits(tables["encounter"]), _labs(tables["lab_result"]), _limits(row["sex"]), _drugs(tables)
    )


_READ = ("person", "onset", "encounter", "lab_result", "prescription")


def _chosen(world: Mapping[str, pa.Table]) -> int:
    onset, encounter, result, drug = (world[name] for name in ("onset", "encounter", "lab_result", "prescription"))
    ill = set.intersection(*(set(column(onset, "person")[column(onset, "disease") == d]) for d in ("t2dm", "ckd")))
    stays = _counts(column(encounter, "person")[column(encounter, "kind") == "inpatient"])
    who, test, value = (column(result, name) for name in ("person", "test", "value"))
    sugar = _counts(who[test == "hba1c"])
    kidney = {p: value[(test == "crea") & (who == p)] for p in ill if 1 <= stays.get(p, 0) <= 3}
    jumped = [p for p, values in kidney.items() if len(values) and np.nanmax(values) > 2 * np.nanmin(values)]
    lasting = _counts(column(drug, "person")[column(drug, "days") >= 28])  # packs for a month
    told = {p: min(8, sugar.get(p, 0)) * min(12, len(kidney[p])) * min(60, lasting.get(p, 0)) for p in jumped}
    return int(max(told, key=lambda p: (told[p], -p)))


def _counts(values: np.ndarray) -> dict[int, int]:
    found, counts = np.unique(values, return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def _diseases(onset: pa.Table, settings: CitySettings) -> str:
    before = sorted((row["day"], row["disease"]) for row in onset.to_pylist() if row["day"] < settings.end)
    facts = by_key("diseases")
    return ", ".join(
        f"{_small(facts[key]['name_en'].split(',')[0])} {facts[key]['name_zh']} (since {day.year})"
        for day, key in before
    )


def _small(name: str) -> str:
    return name if name[:2].isupper() or name.startswith("Parkinson") else name[0].lower() + name[1:]


def _visits(encounter: pa.Table) -> Rows:
    rows = [row for row in encounter.to_pylist() if not row["cancelled"]]
    return [
        {
            "start": row["start"].isoformat(), "end": (row["end"] or row["start"]).isoformat(),
            "kind": f"{row['kind']} {_KINDS[row['kind']]}",
            "label": by_key("diseases")[row["reason"]]["name_zh"] if row["kind"] == "inpatient" else "",
        }
        for row in rows
    ]  # fmt: skip


def _labs(result: pa.Table) -> dict[str, Rows]:
    rows = sorted(result.to_pylist(), key=lambda row: row["collected"])
    return {
        _titled(key): [{"time": r["collected"].isoformat(), "value": r["value"]} for r in rows if r["test"] == key]
        for key in LABS
    }


def _titled(key: str) -> str:
    return f"{LABS[key]}, {by_key('tests')[key]['unit'].replace('umol', 'μmol')}"


def _limits(sex: str) -> dict[str, tuple[float, float]]:
    found = {}
    for key in LABS:
        test = by_key("tests")[key]
        low, high = (float(test[f"{end}_{sex.lower()}"] or 0) for end in ("low", "high"))
        found[_titled(key)] = (low or high * 0.7, high)
    return found


def _drugs(tables: Mapping[str, pa.Table]) -> Rows:
    """Packs that follow each other are one bar; the drugs taken longest."""
    found: dict[str, list[list[dt.datetime]]] = {}
    for row in sorted(tables["prescription"].to_pylist(), key=lambda row: row["start"]):
        end = row["stopped"] or row["start"] + dt.timedelta(row["days"])
        bars = found.setdefault(row["drug"], [])
        if bars and row["start"] <= bars[-1][1] + dt.timedelta(45):
            bars[-1][1] = max(bars[-1][1], end)
        else:
            bars.append([row["start"], end])
    longest = sorted(found, key=lambda drug: -sum((b - a).total_seconds() for a, b in found[drug]))[:_MOST_DRUGS]
    facts = by_key("drugs")
    return [
        {
            "drug": f"{drug.split('_and_')[0].replace('_', ' ')} {facts[drug]['name_zh']}",
            "start": a.isoformat(),
            "end": b.isoformat(),
        }
        for drug in longest
        for a, b in found[drug]
    ]
