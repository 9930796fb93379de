"""A marker in every identifying field of every FHIR resource: it may reach identifier rows, and nothing else."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.fhir import READER

MARK = "Zq7canary"
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "fhir"
PEOPLE = ("Patient", "Practitioner", "RelatedPerson", "Person")
RESOURCES = [
    entry["resource"]
    for path in sorted(GOLDEN.glob("*.in.json"))
    if "cut_short" not in path.name and (document := json.loads(path.read_bytes()))
    for entry in (document["entry"] if document["resourceType"] == "Bundle" else [{"resource": document}])
    if isinstance(entry, dict) and isinstance(entry.get("resource"), dict)
]


def marked(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource with the marker wherever FHIR lets something identifying stand."""
    full = copy.deepcopy(resource)
    contact = [{"system": "phone", "value": f"{MARK} 555"}, {"system": "email", "value": f"{MARK}@x"}]
    address = {"use": "home", "text": MARK, "line": [MARK, MARK], "city": MARK, "district": MARK, "state": "MA",
               "postalCode": f"019{MARK}", "country": "US"}  # fmt: skip
    full["identifier"] = [
        *full.get("identifier", []),
        {"system": "urn:x", "value": MARK, "assigner": {"display": MARK}},
    ]
    full["text"] = {"status": "generated", "div": f"<div>{MARK}</div>"}
    full["telecom"] = contact
    full["contact"] = [{"name": {"text": MARK}, "telecom": contact, "address": address}]
    full["subscriberId"] = full["serialNumber"] = full["distinctIdentifier"] = MARK
    full["accession"] = full["accessionIdentifier"] = {"value": MARK}
    full["photo"] = [{"title": MARK, "data": "AAAA"}]
    if full.get("resourceType") in PEOPLE:
        full["name"] = [{"use": "official", "text": MARK, "family": MARK, "given": [MARK]}]
        full["address"] = [address]
    _mark_displays(full)
    return full


def _mark_displays(node: Any) -> None:
    """References to people carry their names as display."""
    if isinstance(node, dict):
        if str(node.get("reference", "")).startswith(PEOPLE) or node.get("type") == "Patient":
            node["display"] = MARK
        for value in node.values():
            _mark_displays(value)
    elif isinstance(node, list):
        for value in node:
            _mark_displays(value)


def staged(*resources: object) -> dict[str, list[Any]]:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": resource} for resource in resources]}
    return READER.stage(Chunk(1, json.dumps(bundle).encode()), Source("s")).rows


def test_identifying_fields_reach_identifier_rows_only() -> None:
    rows = staged(*map(marked, RESOURCES))
    found = {table for table, rows_ in rows.items() for row in rows_ if MARK in repr(row)}
    assert found == {"identifier"}
    assert sum(len(found) for found in rows.values()) > 100


def test_the_crosswalk_gets_them_all() -> None:
    kinds = {row.kind for row in staged(marked({"resourceType": "Patient", "id": "p1"}))["identifier"]}
    assert kinds == {None, "name", "phone", "email", "address"}


def test_of_a_home_no_more_than_state_three_digits_and_country() -> None:
    (place,) = staged(marked({"resourceType": "Patient", "id": "p1"}))["location"]
    assert [value for value in place[3:] if value is not None] == ["MA|019|US", "MA", "019", "US"]


@pytest.mark.parametrize(
    "resource", RESOURCES, ids=lambda resource: f"{resource.get('resourceType')}-{resource.get('id')}"
)
def test_what_is_refused_is_refused_without_its_values(resource: dict[str, Any]) -> None:
    for key in resource:
        for wrong in (MARK, [MARK], {MARK: MARK}, [[{"code": [MARK]}]], {"coding": [{"code": {MARK: 1}}]}):
            rows = staged({**resource, key: wrong})
            assert not [row for row in rows["unit_issue"] if MARK in repr(row)]


@pytest.mark.parametrize(
    "content", [MARK, f'"{MARK}', f'{{"{MARK}": ', f'{{"resourceType": "{MARK}"}}', f"\x1e{MARK}\n{MARK}"]
)
def test_nor_does_broken_json_show_what_it_holds(content: str) -> None:
    rows = READER.stage(Chunk(1, content.encode()), Source("s")).rows
    assert rows["unit_issue"]
    assert MARK not in repr(rows)


def test_a_chunk_does_not_show_its_content() -> None:
    assert MARK not in repr(Chunk(1, MARK.encode()))
