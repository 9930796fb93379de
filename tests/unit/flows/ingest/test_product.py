"""Drugs that a bulk export describes in a file of their own: the prescriptions have their codes"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import medark
from medark.bootstrap import init_workspace, open_workspace
from medark.flows.ingest.ingest import ingest

PATIENT = {"resourceType": "Patient", "id": "p1", "birthDate": "1980-05-02", "gender": "female"}
NDC = "http://hl7.org/fhir/sid/ndc"


def medication(key: str, code: str, system: str) -> dict[str, object]:
    return {"resourceType": "Medication", "id": key, "code": {"coding": [{"system": system, "code": code}]}}


def request(key: str, medication_key: str) -> dict[str, object]:
    return {
        "resourceType": "MedicationRequest", "id": key, "status": "active", "intent": "order",
        "authoredOn": "2025-03-01", "subject": {"reference": "Patient/p1"},
        "medicationReference": {"reference": f"Medication/{medication_key}"},
    }  # fmt: skip


MEDICATIONS = [medication("m1", "00071015523", NDC), medication("m2", "L7", "urn:l")]
REQUESTS = [request("r1", "m1"), request("r2", "m2"), request("r3", "nowhere")]


def lines(*resources: object) -> str:
    return "".join(json.dumps(resource) + "\n" for resource in resources)


def bundle(*resources: object) -> str:
    entries = [{"resource": resource} for resource in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


@pytest.mark.parametrize("waves", [1, 2])
def test_a_prescription_has_the_code_of_the_medication_it_names(tmp_path: Path, waves: int) -> None:
    """Whatever the files are called, and also when the medications filled a wave of their own."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.ndjson").write_text(lines(*REQUESTS))
    (folder / "c.ndjson").write_text(lines(PATIENT))
    more = [medication(f"x{n}", str(n), "urn:l") for n in range(1000 if waves == 2 else 0)]
    if more:
        (folder / "b.json").write_text(bundle(*MEDICATIONS, *more))
    else:
        (folder / "b.ndjson").write_text(lines(*MEDICATIONS))
    init_workspace(tmp_path / "ws", time_zone="Asia/Shanghai", buckets=2).close()
    with open_workspace(tmp_path / "ws", {"MEDARK_INGEST_WAVE_ROWS": "1000"}) as workspace:
        account = ingest(workspace, folder, "north/ehr")
        rows = medark.open(workspace.path).query("SELECT drug_source_value AS code FROM drug_exposure").to_pylist()
    assert sorted(row["code"] for row in rows) == ["00071015523", "L7", "Medication/nowhere"]
    assert {(r.reason, r.count) for r in account.reasons} == {("a thing, not an event", len(more) + 2)}
