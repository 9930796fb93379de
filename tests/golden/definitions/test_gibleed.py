"""GiBleed: new users of two drugs and who bled, and CHA2DS2-VASc, as loops over the raw tables have them"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from golden.definitions.asked import ask, grouped, medark, workspace

TABLES = ("person", "observation_period", "condition_occurrence", "drug_exposure", "visit_occurrence")
VOCABULARY = (
    "concept",
    "concept_ancestor",
    "concept_relationship",
    "vocabulary",
    "domain",
    "relationship",
    "concept_class",
)
YEAR = dt.timedelta(days=365)
Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def folder(shared_data: Callable[[str], Path]) -> Path:
    (found,) = {path.parent for path in shared_data("eunomia").rglob("GiBleed/person.parquet")}
    return found


@pytest.fixture(scope="module")
def raw(folder: Path) -> Tables:
    return {
        name: [
            {key.lower(): value for key, value in row.items()}
            for row in pq.read_table(folder / f"{name}.parquet").to_pylist()
        ]
        for name in (*TABLES, "concept_ancestor")
    }


@pytest.fixture(scope="module")
def place(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = (folder / f"{name}.parquet" for name in TABLES)
    words = (folder / f"{name}.parquet" for name in VOCABULARY)
    return workspace(tmp_path_factory.mktemp("gibleed"), files, "gibleed", words)


def descendants(raw: Tables, concept: int) -> set[int]:
    below = {row["descendant_concept_id"] for row in raw["concept_ancestor"] if row["ancestor_concept_id"] == concept}
    return {int(one) for one in below} | {concept}


def day(value: Any) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def age(person: dict[str, Any], on: dt.date) -> int:
    born = (int(person["month_of_birth"]), int(person["day_of_birth"]))
    return on.year - int(person["year_of_birth"]) - ((on.month, on.day) < born)


@pytest.mark.parametrize(("drug", "ingredient"), [("celecoxib", 1118084), ("diclofenac", 1124300)])
def test_new_users(drug: str, ingredient: int, raw: Tables, place: Path, tmp_path: Path) -> None:
    wanted, bleeding = descendants(raw, ingredient), descendants(raw, 192671)
    persons = {row["person_id"]: row for row in raw["person"]}
    periods = grouped(raw["observation_period"], lambda row: row["person_id"])
    uses: dict[Any, list[tuple[dt.date, Any]]] = defaultdict(list)
    drugs: dict[Any, list[dt.date]] = defaultdict(list)
    bleeds: dict[Any, list[dt.date]] = defaultdict(list)
    for row in raw["drug_exposure"]:
        drugs[row["person_id"]].append(day(row["drug_exposure_start_date"]))
        if row["drug_concept_id"] in wanted:
            uses[row["person_id"]].append((day(row["drug_exposure_start_date"]), row["drug_exposure_id"]))
    for row in raw["condition_occurrence"]:
        if row["condition_concept_id"] in bleeding:
            bleeds[row["person_id"]].append(day(row["condition_start_date"]))
    expected = {}
    for person_id, used in uses.items():
        start = min(used)[0]
        seen = [
            (day(one["observation_period_start_date"]), day(one["observation_period_end_date"]))
            for one in periods.get(person_id, [])
        ]
        seen = [one for one in seen if one[0] <= start <= one[1]]
        if not seen or seen[0][0] > start - YEAR or age(persons[person_id], start) < 18:
            continue
        if any(one < start for one in bleeds[person_id]):
            continue
        end = seen[0][1]
        after = sorted(one for one in bleeds[person_id] if start <= one <= end)
        expected[int(person_id)] = {
            "age": age(persons[person_id], start),
            "sex": int(persons[person_id]["gender_concept_id"]),
            "days_seen": (end - start).days,
            "bled": bool(after),
            "days_to_bleeding": (after[0] - start).days if after else None,
            "bled_within_30_days": any(start <= one <= start + dt.timedelta(days=30) for one in bleeds[person_id]),
            "drugs_in_the_year_before": sum(start - YEAR <= one < start for one in drugs[person_id]),
        }
    rows = ask(place, "new_users", f"{drug}_outcome", tmp_path)
    found = {row["person_id"]: {name: row[name] for name in next(iter(expected.values()))} for row in rows}
    assert found == expected
    assert len(expected) > 300
    assert any(one["bled"] for one in expected.values())


ITEMS = {
    "heart_failure": ({316139, 319835}, 1),
    "hypertension": ({316866, 320128}, 1),
    "diabetes": ({201820, 201826, 201254}, 1),
    "stroke": ({381316, 443454, 373503}, 2),
    "vascular": ({4329847, 312327, 321052}, 1),
}


def test_cha2ds2_vasc(raw: Tables, place: Path, tmp_path: Path) -> None:
    by_person = grouped(raw["condition_occurrence"], lambda row: row["person_id"])
    expected = {}
    for person in raw["person"]:
        rows = by_person.get(person["person_id"], [])
        found_on = [day(row["condition_start_date"]) for row in rows if row["condition_concept_id"] == 313217]
        if not found_on:
            continue
        start = min(found_on)
        known = {row["condition_concept_id"] for row in rows if day(row["condition_start_date"]) <= start}
        points = sum(worth for concepts, worth in ITEMS.values() if known & concepts)
        years = age(person, start)
        points += 2 if years >= 75 else 1 if years >= 65 else 0
        points += person["gender_concept_id"] == 8532
        expected[int(person["person_id"])] = (
            points,
            "high" if points >= 2 else "low_moderate" if points == 1 else "low",
        )
    rows = ask(place, "cha2ds2_vasc", "scored", tmp_path)
    assert {row["person_id"]: (row["total"], row["band"]) for row in rows} == expected
    assert len(expected) == 137


def test_attrition_says_how_many_were_left(raw: Tables, place: Path) -> None:
    said = medark("run", place, Path(__file__).parents[3] / "examples/definitions/new_users.py", "--name", "celecoxib")
    wanted = descendants(raw, 1118084)
    uses = [row for row in raw["drug_exposure"] if row["drug_concept_id"] in wanted]
    first = said["attrition"][0]
    assert (first["entries"], first["people"]) == (len(uses), len({row["person_id"] for row in uses}))
    assert said["attrition"][-1]["people"] == len(said["rows"])
    people = [one["people"] for one in said["attrition"]]
    assert people == sorted(people, reverse=True)
