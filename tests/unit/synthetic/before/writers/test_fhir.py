"""The clinic's resources: whole, and pointing at each other."""

from __future__ import annotations

import json
from collections import Counter

import pytest


def resources(written):
    folder = written.root / "raw" / "clinic" / "fhir"
    for path in sorted(folder.glob("bundles/*.json")):
        bundle = json.loads(path.read_bytes())
        yield from (entry["resource"] for entry in bundle["entry"])
    for path in sorted(folder.glob("export/*.ndjson")):
        for line in path.read_bytes().splitlines():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                yield {"resourceType": "cut short"}


def test_one_line_is_cut_short(written):
    kinds = Counter(resource["resourceType"] for resource in resources(written))
    assert kinds["cut short"] == 1
    clinic = [row for row in written.truth("patients") if row["organisation"] == "clinic"]
    assert kinds["Patient"] == len(clinic)
    assert kinds["Encounter"] == sum(row["organisation"] == "clinic" for row in written.truth("encounters"))


def test_ids_are_unique_and_references_lead_somewhere(written):
    found = [r for r in resources(written) if "id" in r]
    names = Counter(f"{r['resourceType']}/{r['id']}" for r in found)
    assert max(names.values()) == 1
    for resource in found:
        for key in ("subject", "encounter"):
            if key in resource:
                assert resource[key]["reference"] in names


def test_times_carry_the_offset(written):
    for resource in resources(written):
        if resource["resourceType"] == "Encounter":
            assert all(time.endswith("+08:00") for time in resource["period"].values())


@pytest.mark.parametrize("kind", ["Patient", "Encounter", "Condition", "Observation", "MedicationRequest"])
def test_both_ways_of_sending_have_all_kinds(written, kind):
    assert written.raw(f"clinic/fhir/export/{kind}.ndjson")
    bundles = (written.root / "raw" / "clinic" / "fhir" / "bundles").glob("*.json")
    assert any(f'"resourceType": "{kind}"' in path.read_text(encoding="utf-8") for path in bundles)
