"""Real FHIR folders, staged, against counts worked out from the raw JSON by other means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.fhir import READER

BUNDLES = 40  # of 617: enough for every type that Synthea writes


def staged(path: Path) -> dict[str, list[Any]]:
    kind = Format.FHIR_NDJSON if path.suffix == ".ndjson" else Format.FHIR_JSON
    rows: dict[str, list[Any]] = {}
    with path.open("rb") as content:
        for chunk in READER.chunks(RawRecord(1, "0" * 64, "s", path.name, 0, kind, 1), content):
            for table, more in READER.stage(chunk, Source("s")).rows.items():
                rows.setdefault(table, []).extend(more)
    return rows


@pytest.fixture(scope="module")
def synthea(shared_data: Callable[[str], Path]) -> tuple[list[dict[str, Any]], dict[str, list[Any]]]:
    """Resources of some bundles as plain JSON, and the rows of the same bundles."""
    paths = sorted(shared_data("fhir_synthea_r4").rglob("*.json"), key=lambda path: path.stat().st_size)
    chosen = [*paths[:: len(paths) // BUNDLES], *(path for path in paths if "Information" in path.name)]
    resources = [entry["resource"] for path in chosen for entry in orjson.loads(path.read_bytes())["entry"]]
    rows: dict[str, list[Any]] = {}
    for path in chosen:
        for table, more in staged(path).items():
            rows.setdefault(table, []).extend(more)
    return resources, rows


def test_synthea_units_and_events(synthea: tuple[list[dict[str, Any]], dict[str, list[Any]]]) -> None:
    resources, rows = synthea
    kinds = Counter(resource["resourceType"] for resource in resources)
    assert sum(row.units for row in rows["unit_count"]) == len(resources)
    assert len(rows["unit_issue"]) == kinds["Goal"] + kinds["CarePlan"]
    assert {row.outcome for row in rows["unit_issue"]} == {"excluded"}
    from_type = Counter(row.event_key.split("/")[0] for row in rows["event"] if "#" not in row.event_key)
    for kind in ("Observation", "Condition", "Procedure", "Immunization", "MedicationRequest", "AllergyIntolerance"):
        assert from_type[kind] == kinds[kind] > 0, kind
    components = sum(
        len(resource.get("component", ())) for resource in resources if resource["resourceType"] == "Observation"
    )
    assert sum("#component" in row.event_key for row in rows["event"]) == components > 0
    assert len(rows["visit"]) == kinds["Encounter"]
    assert len(rows["person"]) == kinds["Patient"]
    assert len(rows["death"]) == sum("deceasedDateTime" in resource for resource in resources)
    assert len(rows["provider"]) == kinds["Practitioner"]
    assert len(rows["care_site"]) == kinds["Organization"]


def test_synthea_values_are_verbatim(synthea: tuple[list[dict[str, Any]], dict[str, list[Any]]]) -> None:
    resources, rows = synthea
    sent = sum(
        float(resource["valueQuantity"]["value"])
        for resource in resources
        if resource["resourceType"] == "Observation" and "valueQuantity" in resource
    )
    kept = sum(
        float(row.value)
        for row in rows["event"]
        if row.value and row.unit and not row.parent_key and row.kind == "measurement"
    )
    assert kept == pytest.approx(sent, rel=1e-12)


def test_synthea_money_adds_up(synthea: tuple[list[dict[str, Any]], dict[str, list[Any]]]) -> None:
    resources, rows = synthea
    claims = {f"Claim/{r['id']}": r["total"]["value"] for r in resources if r["resourceType"] == "Claim"}
    charged = {row.event_key: row.total_charge for row in rows["cost"] if "#" not in row.event_key}
    assert charged.keys() == claims.keys()
    assert sum(map(float, charged.values())) == pytest.approx(sum(claims.values()))


def test_synthea_keys_lead_to_rows(synthea: tuple[list[dict[str, Any]], dict[str, list[Any]]]) -> None:
    _, rows = synthea
    people, visits = {row.person_key for row in rows["person"]}, {row.visit_key for row in rows["visit"]}
    events = {(row.kind, row.event_key) for row in rows["event"]} | {("visit", key) for key in visits}
    assert {row.person_key for row in rows["event"]} <= people
    assert {row.visit_key for row in rows["event"] if row.visit_key} <= visits
    assert {(row.kind_1, row.key_1) for row in rows["relation"]} <= events
    assert {(row.kind_2, row.key_2) for row in rows["relation"]} <= events
    assert {(row.about_kind, row.about_key) for row in rows["cost"]} <= events


def lines(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    for line in (folder / name).read_bytes().splitlines():
        yield orjson.loads(line)


def test_mimic_as_fhir(shared_data: Callable[[str], Path]) -> None:
    (folder,) = {path.parent for path in shared_data("mimic4_fhir_demo").rglob("*.ndjson")}
    rows = {path.stem: staged(path) for path in folder.glob("*.ndjson")}
    patients = list(lines(folder, "Patient.ndjson"))
    assert len(rows["Patient"]["person"]) == len(patients) == 100
    assert len(rows["Patient"]["death"]) == sum("deceasedDateTime" in patient for patient in patients)
    encounters = list(lines(folder, "Encounter.ndjson"))
    stays = sum("period" in place for encounter in encounters for place in encounter.get("location", ()))
    assert len(rows["Encounter"]["visit"]) == len(encounters)
    assert len(rows["Encounter"]["visit_detail"]) == stays
    icu = list(lines(folder, "EncounterICU.ndjson"))
    own = [row for row in rows["EncounterICU"]["visit_detail"] if "#" not in row.detail_key]
    assert {(row.detail_key, row.visit_key) for row in own} == {
        (e["id"], e["partOf"]["reference"].split("/")[1]) for e in icu
    }
    codes = Counter(c["coding"][0]["system"] for c in (line["code"] for line in lines(folder, "Condition.ndjson")))
    assert Counter(row.code_system for row in rows["Condition"]["event"]) == codes
    assert all(not found["unit_issue"] for found in rows.values())
