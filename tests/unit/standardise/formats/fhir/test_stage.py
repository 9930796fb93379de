"""Staging: the same rows however a record is cut, every unit accounted for, keys that hold across records."""

from __future__ import annotations

import io
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from medark.model.record import Chunk, Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.fhir import READER, cut

GOLDEN = Path(__file__).resolve().parents[4] / "golden" / "fhir"
ALL = [
    entry
    for path in sorted(GOLDEN.glob("*.in.json"))
    if "cut_short" not in path.name and (document := json.loads(path.read_bytes()))
    for entry in (document["entry"] if document["resourceType"] == "Bundle" else [{"resource": document}])
]


def staged(content: bytes, kind: Format = Format.FHIR_JSON, record_no: int = 1) -> dict[str, list[Any]]:
    record = RawRecord(record_no, "0" * 64, "s", "n", len(content), kind, 1)
    rows: dict[str, list[Any]] = {}
    for chunk in READER.chunks(record, io.BytesIO(content)):
        for table, found in READER.stage(chunk, Source("s")).rows.items():
            rows.setdefault(table, []).extend(found)
    return rows


def bundle(*entries: object, **more: object) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": "collection", **more, "entry": entries}).encode()


def condition(patient: str, **more: object) -> dict[str, Any]:
    code = {"text": "x"}
    return {
        "resource": {"resourceType": "Condition", "id": "c", "code": code, "subject": {"reference": patient}, **more}
    }


def test_every_unit_is_counted_once_and_has_at_most_one_issue() -> None:
    rows = staged(bundle(*ALL))
    assert [row.units for row in rows["unit_count"]] == [len(ALL)]
    issues = [row.row_no for row in rows["unit_issue"]]
    assert len(issues) == len(set(issues))
    facts = {table: found for table, found in rows.items() if not table.startswith("unit_") and table != "product"}
    loaded = {row.row_no for found in facts.values() for row in found}
    assert not loaded & set(issues)
    assert loaded | set(issues) == set(range(len(ALL)))


def test_places_are_unique_within_a_table() -> None:
    for table, found in staged(bundle(*ALL)).items():
        places = [row[:3] for row in found]
        assert len(places) == len(set(places)), table


def test_events_without_a_key_of_their_own_fit_into_the_place_key() -> None:
    for row in staged(bundle(*ALL))["event"]:
        assert row.event_key is not None or row.part_no < 16


@pytest.mark.parametrize("chunk_bytes", [300, 5000])
def test_rows_do_not_depend_on_how_a_bundle_is_cut(monkeypatch: pytest.MonkeyPatch, chunk_bytes: int) -> None:
    entries = [entry for entry in ALL if "identifier=" not in json.dumps(entry)]
    alone = {"event", "person", "visit", "cost", "note", "image", "specimen", "coverage", "unit_count", "identifier"}
    whole = staged(bundle(*entries))
    monkeypatch.setattr(cut, "CHUNK_BYTES", chunk_bytes)
    pieces = staged(bundle(*entries))
    # What is known of a neighbour only (its type, the code of a Medication) may be missing in another chunk.
    missing = {row.row_no for row in pieces["unit_issue"]} - {row.row_no for row in whole["unit_issue"]}
    for table in alone - {"visit"}:
        kept = {row.row_no: row for row in whole[table] if row.row_no not in missing}
        found = {row.row_no: row for row in pieces[table]}
        assert kept.keys() == found.keys(), table
    assert len(missing) < 10


def test_the_reader_works_in_another_process() -> None:
    reader = pickle.loads(pickle.dumps(READER))
    tables = reader.stage(Chunk(1, bundle(condition("Patient/1"))), Source("s")).tables()
    assert tables["event"].column("person_key").to_pylist() == ["1"]


def test_the_same_id_is_the_same_key_in_every_record_and_form() -> None:
    uuid = "0b7d1c1e-0000-4000-8000-000000000001"
    patient = {"resourceType": "Patient", "id": uuid}
    as_bundle = staged(bundle({"fullUrl": f"urn:uuid:{uuid}", "resource": patient}))
    as_line = staged(json.dumps(patient).encode() + b"\n", Format.FHIR_NDJSON, record_no=2)
    by_uuid = staged(bundle(condition(f"urn:uuid:{uuid}")), record_no=3)
    by_path = staged(bundle(condition(f"https://ehr.example/r4/Patient/{uuid}")), record_no=4)
    keys = {rows[table][0].person_key for rows, table in (
        (as_bundle, "person"), (as_line, "person"), (by_uuid, "event"), (by_path, "event"))}  # fmt: skip
    assert keys == {uuid}


def test_a_full_url_unlike_the_id_still_leads_to_the_patient() -> None:
    patient = {"fullUrl": "urn:uuid:aaaa", "resource": {"resourceType": "Patient", "id": "p7"}}
    rows = staged(bundle(condition("urn:uuid:aaaa"), patient))
    assert rows["event"][0].person_key == "p7"
    assert rows["person_link"] == []


def test_in_another_chunk_it_leads_there_by_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut, "CHUNK_BYTES", 100)
    patient = {"fullUrl": "urn:uuid:aaaa", "resource": {"resourceType": "Patient", "id": "p7", "x": "y" * 200}}
    rows = staged(bundle(condition("urn:uuid:aaaa", note=[{"text": "z" * 200}]), patient))
    assert rows["event"][0].person_key == "aaaa"
    assert [row[3:] for row in rows["person_link"]] == [("aaaa", "p7")]


def test_a_resource_without_an_id_is_known_by_its_full_url() -> None:
    patient = {"fullUrl": "urn:uuid:aaaa", "resource": {"resourceType": "Patient"}}
    rows = staged(bundle(patient, condition("urn:uuid:aaaa")))
    assert rows["person"][0].person_key == rows["event"][0].person_key == "aaaa"


def test_encounters_that_are_part_of_each_other_come_to_an_end() -> None:
    def encounter(own: str, parent: str) -> dict[str, Any]:
        return {"resource": {
            "resourceType": "Encounter", "id": own, "status": "finished", "class": {"code": "IMP"},
            "subject": {"reference": "Patient/1"}, "partOf": {"reference": f"Encounter/{parent}"},
        }}  # fmt: skip

    rows = staged(bundle(encounter("a", "b"), encounter("b", "c"), encounter("c", "a"), encounter("d", "d")))
    assert {row.row_no for table in ("visit", "visit_detail") for row in rows[table]} == {0, 1, 2, 3}


@pytest.mark.parametrize("kind", ["document", "message", "collection", "transaction", "batch", "searchset", "history"])
def test_bundles_of_every_type_are_read(kind: str) -> None:
    assert len(staged(bundle(condition("Patient/1"), type=kind))["event"]) == 1


def test_bundles_in_bundles_share_a_unit_down_to_a_depth() -> None:
    inner: dict[str, Any] = {"resourceType": "Bundle", "entry": [condition("Patient/1")]}
    rows = staged(
        bundle({"resource": {"resourceType": "Bundle", "entry": [{"resource": inner}, condition("Patient/2")]}})
    )
    assert [(row.row_no, row.part_no, row.person_key) for row in rows["event"]] == [(0, 0, "1"), (0, 1, "2")]
    (issue,) = staged(bundle({"resource": {"resourceType": "Bundle"}}))["unit_issue"]
    assert (issue.outcome, issue.reason) == ("excluded", "nothing in it")
    for _ in range(6):
        inner = {"resourceType": "Bundle", "entry": [{"resource": inner}]}
    (issue,) = staged(bundle({"resource": inner}))["unit_issue"]
    assert (issue.outcome, issue.reason) == ("quarantined", "nested too deep")


def test_arrow_tables_follow_the_contract() -> None:
    tables = READER.stage(Chunk(1, bundle(*ALL)), Source("s")).tables()
    assert tables["event"].column("value").null_count < tables["event"].num_rows


def test_what_has_no_key_and_too_many_parts_is_not_loaded_under_twin_ids() -> None:
    def observation(count: int, **more: str) -> dict[str, Any]:
        components = [{"code": {"text": "x"}, "valueInteger": n} for n in range(count)]
        return {"resource": {
            "resourceType": "Observation", "status": "final", "code": {"text": "x"},
            "subject": {"reference": "Patient/1"}, "component": components, **more,
        }}  # fmt: skip

    rows = staged(bundle(observation(15), observation(16), observation(16, id="o")))
    assert [(row.row_no, row.reason) for row in rows["unit_issue"]] == [(1, "too many parts without an id")]
    assert len(rows["event"]) == 16 + 17


def test_a_drug_described_in_another_record_keeps_its_key() -> None:
    request = {"resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
               "subject": {"reference": "Patient/1"}, "authoredOn": "2023"}  # fmt: skip
    known = {"medicationReference": {"reference": "https://ehr.example/r4/Medication/77"}}
    rows = staged(bundle({"resource": request | known}, {"resource": request | {"medicationReference": {}}}))
    assert [(row.code_system, row.code) for row in rows["event"]] == [("urn:medark:fhir-reference", "Medication/77")]
    assert [row.row_no for row in rows["unit_issue"]] == [1]


@pytest.mark.parametrize("small", [False, True])
def test_what_follows_the_end_of_a_bundle_is_not_passed_over(monkeypatch: pytest.MonkeyPatch, small: bool) -> None:
    if small:
        monkeypatch.setattr(cut, "CHUNK_BYTES", 100)
    content = json.dumps(json.loads(bundle(condition("Patient/1"), condition("Patient/2"))), indent=1).encode()
    for rest in (b"", b" \n", b"\n}", b'{"resourceType":"Patient","id":"p"}', b'"x'):
        rows = staged(content + rest)
        assert len(rows["event"]) == 2
        reasons = ["more than one document"] if rest.strip() else []
        assert [row.reason for row in rows["unit_issue"]] == reasons
        assert [row.units for row in staged(READER.blanked(content + rest, {0, 2}))["unit_count"]] == [2 + len(reasons)]


def test_lines_taken_for_a_document_are_still_read_as_lines() -> None:
    rows = staged(bundle(condition("Patient/1")) + b"\n" + json.dumps(condition("Patient/2")["resource"]).encode())
    assert [(row.row_no, row.person_key) for row in rows["event"]] == [(0, "1"), (1, "2")]
