"""Drugs that a bulk export describes in a file of their own: the prescriptions have their codes"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import medark
from medark.bootstrap import init_workspace
from medark.flows.ingest.ingest import ingest

PATIENT = {"resourceType": "Patient", "id": "p1", "birthDate": "1980-05-02", "gender": "female"}
ICD = "http://hl7.org/fhir/sid/icd-10-cm"  # of the shipped vocabularies the one with source concepts


def medication(key: str, code: str, system: str) -> dict[str, object]:
    return {"resourceType": "Medication", "id": key, "code": {"coding": [{"system": system, "code": code}]}}


def request(key: str, medication_key: str) -> dict[str, object]:
    return {
        "resourceType": "MedicationRequest", "id": key, "status": "active", "intent": "order", "authoredOn": "2025-03-01",
        "subject": {"reference": "Patient/p1"}, "medicationReference": {"reference": f"Medication/{medication_key}"},
    }  # fmt: skip


@pytest.mark.parametrize("wave_rows", [1, 1_000_000], ids=["a wave a file", "one wave"])
def test_a_prescription_has_the_code_of_the_medication_it_names(tmp_path: Path, wave_rows: int) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    files = {
        "A_MedicationRequest": [request("r1", "m1"), request("r2", "m2"), request("r3", "nowhere")],
        "B_Medication": [medication("m1", "00071015523", "http://hl7.org/fhir/sid/ndc"), medication("m2", "L7", "urn:l")],
        "C_Patient": [PATIENT],
    }  # fmt: skip
    for name, resources in files.items():
        (folder / f"{name}.ndjson").write_text("\n".join(map(json.dumps, resources)) + "\n")
    with init_workspace(tmp_path / "ws", time_zone="Asia/Shanghai", buckets=2) as workspace:
        object.__setattr__(workspace.settings.ingest, "wave_rows", wave_rows)
        account = ingest(workspace, folder, "north/ehr")
        rows = medark.open(workspace.path).query("SELECT drug_source_value AS code FROM drug_exposure").to_pylist()
    assert sorted(row["code"] for row in rows) == ["00071015523", "L7", "Medication/nowhere"]
    assert {(r.reason, r.count) for r in account.reasons} == {("a thing, not an event", 2)}
