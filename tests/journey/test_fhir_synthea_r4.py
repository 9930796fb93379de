"""Synthea's FHIR R4 bundles: a sample of twenty, or all 617 with JOURNEY_ALL_BUNDLES=1 (`make journey-full`)."""

from __future__ import annotations

import datetime as dt
import json
import os
import statistics
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from journey import raw
from journey.walked import (
    Walked,
    assert_everything_is_accounted_for,
    assert_nothing_new,
    assert_rebuild_gives_the_same,
    walk,
)

Resource = dict[str, Any]
SAMPLE = 20
GENDERS = {"male": 8507, "female": 8532}


@pytest.fixture(scope="module")
def archive(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive as it comes, or one of every thirty-first bundle by size and of the two that hold no patient."""
    whole = archives / "fhir_synthea_r4.zip"
    if os.environ.get("JOURNEY_ALL_BUNDLES") == "1":
        return whole
    sample = tmp_path_factory.mktemp("sample") / whole.name
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(sample, "w", zipfile.ZIP_DEFLATED) as chosen:
        bundles = sorted((m for m in source.infolist() if not m.is_dir()), key=lambda m: (m.file_size, m.filename))
        for member in [*bundles[:: len(bundles) // (SAMPLE - 2)][: SAMPLE - 2], *bundles]:
            if member.filename not in chosen.namelist() and (
                len(chosen.namelist()) < SAMPLE - 2 or "Information" in member.filename
            ):
                chosen.writestr(member, source.read(member))
    return sample


@pytest.fixture(scope="module")
def walked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(archive, tmp_path_factory.mktemp("fhir"))


@pytest.fixture(scope="module")
def files(archive: Path) -> dict[str, bytes]:
    return raw.members(archive)


@pytest.fixture(scope="module")
def resources(files: dict[str, bytes]) -> dict[str, list[Resource]]:
    """Resources by type, of all bundles; those of the same id (a hospital in every bundle) as often as they come."""
    found: dict[str, list[Resource]] = {}
    for content in files.values():
        for entry in json.loads(content)["entry"]:
            found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return found


# Where each type says when it happened.
TIMES = {
    "Encounter": "period", "Condition": "onsetDateTime", "Procedure": "performedPeriod",
    "Observation": "effectiveDateTime", "DiagnosticReport": "effectiveDateTime", "MedicationRequest": "authoredOn",
    "Immunization": "occurrenceDateTime",
}  # fmt: skip
BEFORE_BIRTH, AFTER_DEATH = dt.timedelta(days=294), dt.timedelta(days=60)  # what lies closer may be true


@pytest.fixture(scope="module")
def possible(resources: dict[str, list[Resource]]) -> dict[str, list[Resource]]:
    """Those of each type that lie in their patient's life: Synthea lets some of its dead come to visit for years."""
    lives = {f"urn:uuid:{p['id']}": _life(p) for p in resources["Patient"]}
    found = {kind: found for kind, found in resources.items() if kind not in TIMES}
    for kind, name in TIMES.items():
        found[kind] = [r for r in resources[kind] if _in_life(r, r[name], lives)]
    return found


def _life(patient: Resource) -> tuple[dt.date, dt.date]:
    died = patient.get("deceasedDateTime")
    return dt.date.fromisoformat(patient["birthDate"]) - BEFORE_BIRTH, (
        _utc(died).date() + AFTER_DEATH if died else dt.date.max
    )


def _in_life(resource: Resource, when: Any, lives: dict[str, tuple[dt.date, dt.date]]) -> bool:
    first, last = lives[(resource.get("subject") or resource["patient"])["reference"]]
    return first <= _utc(when["start"] if isinstance(when, dict) else when).date() <= last


def test_every_file_and_entry_is_accounted_for(
    walked: Walked, files: dict[str, bytes], resources: dict[str, list[Resource]]
) -> None:
    assert_everything_is_accounted_for(walked, files)
    assert set(walked.first["units"]) == {"fhir"}
    assert walked.first["total"]["units"] == sum(map(len, resources.values()))
    plans = len(resources["CarePlan"]) + len(resources["Goal"])
    assert walked.first["total"]["excluded"] == plans  # intended, not done
    assert walked.first["total"]["not_understood"] == 0


def test_what_is_held_back_lies_outside_of_a_life(
    walked: Walked, resources: dict[str, list[Resource]], possible: dict[str, list[Resource]]
) -> None:
    tables = {"Encounter": "visit_occurrence", "Condition": "condition_occurrence", "Procedure": "procedure_occurrence"}
    for kind, table in tables.items():
        assert walked.table(table)["quarantined"] == len(resources[kind]) - len(possible[kind])
    told = {reason for table in walked.first["tables"] for reason in walked.reasons(table["table"])}
    assert told <= {"date before birth", "date after death"}
    assert set(walked.reasons()) == {"a plan or an order, not an event"}


def test_the_same_again_changes_nothing(walked: Walked) -> None:
    assert_nothing_new(walked)


def test_people(walked: Walked, resources: dict[str, list[Resource]]) -> None:
    people = resources["Patient"]
    born = Counter((GENDERS[p["gender"]], *map(int, p["birthDate"].split("-"))) for p in people)
    found = walked.rows("SELECT gender_concept_id, year_of_birth, month_of_birth, day_of_birth FROM person")
    assert Counter(found) == born
    died = Counter(_utc(p["deceasedDateTime"]).date() for p in people if "deceasedDateTime" in p)
    assert Counter(day for (day,) in walked.rows("SELECT death_date FROM death")) == died


def _utc(said: str) -> dt.datetime:
    return dt.datetime.fromisoformat(said).astimezone(dt.UTC).replace(tzinfo=None)


def test_visits(walked: Walked, possible: dict[str, list[Resource]]) -> None:
    concepts = {"AMB": 9202, "EMER": 9203, "IMP": 9201}
    visits = Counter(
        (concepts[e["class"]["code"]], _utc(e["period"]["start"]), _utc(e["period"]["end"]))
        for e in possible["Encounter"]
    )
    found = walked.rows("SELECT visit_concept_id, visit_start_datetime, visit_end_datetime FROM visit_occurrence")
    assert Counter(found) == visits


def test_events(walked: Walked, possible: dict[str, list[Resource]]) -> None:
    rows = walked.lake.rows()
    assert rows["condition_occurrence"] == len(possible["Condition"])
    assert rows["procedure_occurrence"] == len(possible["Procedure"])
    assert rows["drug_exposure"] == len(possible["MedicationRequest"]) + len(possible["Immunization"])
    components = sum(len(o.get("component", ())) for o in possible["Observation"])
    reasons = sum(len(e.get("reasonCode", ())) for e in possible["Encounter"])
    others = len(possible["DiagnosticReport"]) + len(possible.get("AllergyIntolerance", ()))
    assert rows["measurement"] + rows["observation"] == len(possible["Observation"]) + components + reasons + others
    codes = Counter(c["code"]["coding"][0]["code"] for c in possible["Condition"])
    told = walked.rows("SELECT condition_source_value, count(*) FROM condition_occurrence GROUP BY 1")
    assert Counter(dict(told)) == codes


def test_potassium(walked: Walked, possible: dict[str, list[Resource]]) -> None:
    """LOINC 6298-4, potassium in blood: how many, their mean, and of whom."""
    results = list(_quantities(possible, "6298-4"))
    assert len(results) > 20
    ((count, mean, units, people),) = walked.rows(
        "SELECT count(*), avg(value_as_number), count(DISTINCT unit_source_value), count(DISTINCT person_id)"
        " FROM measurement WHERE measurement_source_value = '6298-4'"
    )
    assert (count, units) == (len(results), len({unit for _, unit, _ in results}))
    assert mean == pytest.approx(statistics.fmean(value for value, _, _ in results))
    assert people == len({subject for _, _, subject in results})


def _quantities(resources: dict[str, list[Resource]], code: str) -> Iterator[tuple[float, str, str]]:
    for observation in resources["Observation"]:
        if observation["code"]["coding"][0]["code"] == code:
            quantity = observation["valueQuantity"]
            yield quantity["value"], quantity["code"], observation["subject"]["reference"]


def test_blood_pressure_is_a_panel(walked: Walked, possible: dict[str, list[Resource]]) -> None:
    """Each component has its value, and is linked to the panel that it is part of."""
    systolic = [
        part["valueQuantity"]["value"]
        for o in possible["Observation"]
        for part in o.get("component", ())
        if part["code"]["coding"][0]["code"] == "8480-6"
    ]
    ((count, mean),) = walked.rows(
        "SELECT count(*), avg(value_as_number) FROM measurement WHERE measurement_source_value = '8480-6'"
    )
    assert (count, mean) == (len(systolic), pytest.approx(statistics.fmean(systolic)))
    # Parent and child: the event id names the panel, whose code is LOINC 55284-4 in this Synthea.
    parents = walked.rows(
        "SELECT DISTINCT p.measurement_source_value FROM measurement AS c"
        " JOIN measurement AS p ON p.measurement_id = c.measurement_event_id"
        " WHERE c.measurement_source_value = '8480-6'"
    )
    panels = {o["code"]["coding"][0]["code"] for o in possible["Observation"] if "component" in o}
    assert {code for (code,) in parents} <= panels and parents


def test_money(walked: Walked, resources: dict[str, list[Resource]]) -> None:
    """Of a visit what was adjudicated, of a prescription what was asked, of a line what it came to."""
    explained = resources["ExplanationOfBenefit"]
    prescriptions = [c for c in resources["Claim"] if "prescription" in c]
    lines = [i["net"]["value"] for c in resources["Claim"] for i in c["item"] if "net" in i]
    ((visits, charged, paid),) = walked.rows(
        "SELECT count(*), sum(total_charge), sum(paid_by_payer) FROM cost WHERE cost_domain_id = 'Visit'"
    )
    assert visits == len(explained)
    assert charged == pytest.approx(sum(t["amount"]["value"] for e in explained for t in e["total"]))
    assert paid == pytest.approx(sum(e["payment"]["amount"]["value"] for e in explained))
    ((others, came_to),) = walked.rows("SELECT count(*), sum(total_charge) FROM cost WHERE cost_domain_id <> 'Visit'")
    assert others == len(prescriptions) + len(lines)
    assert came_to == pytest.approx(sum(lines) + sum(c["total"]["value"] for c in prescriptions))
    currencies = {c["total"]["currency"] for c in resources["Claim"]}
    assert currencies == {"USD"}
    assert walked.rows("SELECT DISTINCT currency_concept_id FROM cost") == [(44818668,)]


def test_images(walked: Walked, resources: dict[str, list[Resource]]) -> None:
    """One row a series; Synthea gives two studies' series one number, and they stay two."""
    series = Counter(s["uid"] for study in resources.get("ImagingStudy", ()) for s in study["series"])
    found = walked.rows("SELECT image_series_uid, count(*) FROM image_occurrence GROUP BY 1")
    assert Counter(dict(found)) == series


def test_one_patients_record(walked: Walked, possible: dict[str, list[Resource]]) -> None:
    """The busiest patient's observations are all one person's, from their first day to their last."""
    whose = Counter(o["subject"]["reference"] for o in possible["Observation"])
    subject, _ = whose.most_common(1)[0]
    days = [
        _utc(o["effectiveDateTime"]).date() for o in possible["Observation"] if o["subject"]["reference"] == subject
    ]
    visits = sum(e["subject"]["reference"] == subject for e in possible["Encounter"])
    ((first, last, stays),) = walked.rows(
        "SELECT min(measurement_date), max(measurement_date), (SELECT count(*) FROM visit_occurrence AS v"
        " WHERE v.person_id = m.person_id) FROM measurement AS m"
        " GROUP BY person_id ORDER BY count(*) DESC LIMIT 1"
    )
    assert min(days) <= first <= last <= max(days)
    assert stays == visits


def test_rebuild(walked: Walked) -> None:
    assert_rebuild_gives_the_same(walked)
