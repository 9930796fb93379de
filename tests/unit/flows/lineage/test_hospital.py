"""Lineage of a hospital that sends every format: what it says of fields known by heart, and that it keeps no patient"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

import hospital
from medark.bootstrap import init_workspace, open_workspace
from medark.errors import AccessError, NotFoundError
from medark.flows.ingest import ingest
from medark.flows.lineage import events, graph, impact, upstream
from medark.flows.lineage.why import OPENED, why
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Reader, Rows
from medark.model.audit import Verdict
from medark.model.lineage import ROWS, Asset, How, Layer
from medark.model.user import User
from unit.flows.lineage import small_source

SMALL, ALL = "north/small", "north/all"


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lineage")
    with init_workspace(root / "ws", buckets=2) as made:
        made.ledger.users.add(User("stella", roles=frozenset({"steward"})))
        made.ledger.users.add(User("rita", roles=frozenset({"researcher"})))
        small_source.write_map(made.places.maps)
        ingest(made, hospital.write(root / "in"), ALL)
        ingest(made, small_source.write(root / "small", small_source.live()), SMALL)
        graph(made)
    return root / "ws"


@pytest.fixture
def workspace(taken_in: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(taken_in, tmp_path / "ws")
    with open_workspace(tmp_path / "ws", {}) as opened:
        yield opened


def made_of(workspace: Workspace, column: str, source: str) -> dict[str, How]:
    found: dict[str, How] = {}
    for one in upstream(workspace, column):
        if one.source == source and one.alone:
            found.setdefault(f"{one.table}.{one.field}", one.how)
    return found


def test_a_number_comes_from_the_field_that_holds_it_and_the_sign_that_decides_how_it_is_read(
    workspace: Workspace,
) -> None:
    found = made_of(workspace, "measurement.value_as_number", SMALL)
    assert found == {"result.value": How.VALUE, "result.sign": How.CONDITION}
    line = next(one for one in upstream(workspace, "measurement.value_as_number") if one.field == "value")
    text = (workspace.places.maps / line.map).read_text().splitlines()
    assert (line.map, text[line.line - 1]) == ("small/result.toml", 'value = "value"')


def test_of_messages_the_fields_are_those_of_their_standards(workspace: Workspace) -> None:
    found = made_of(workspace, "measurement.value_as_number", ALL)
    assert found["hl7v2.OBX-5"] is How.VALUE
    assert found["fhir-ndjson.Observation.valueQuantity.value"] is How.VALUE
    assert "hl7v2.OBX-6" not in found
    unit = made_of(workspace, "measurement.unit_source_value", ALL)
    assert unit["hl7v2.OBX-6"] is How.VALUE
    born = made_of(workspace, "person.year_of_birth", ALL)
    assert {"hl7v2.PID-7", "fhir-ndjson.Patient.birthDate"} <= born.keys()


def test_what_breaks_without_a_column_is_told_by_what_it_is(workspace: Workspace) -> None:
    told = impact(workspace, "north/small/result.unit")
    columns = {one.asset.title: one.how for one in told.columns if one.alone}
    assert columns["measurement.unit_source_value"] is How.VALUE
    assert columns["measurement.unit_concept_id"] is How.KEY
    assert not any(one.asset.name == ROWS and one.alone for one in told.columns)
    checks = told.uses("check")
    assert "field_standardconceptrecordcompleteness_measurement_unit_concept_id" in checks
    assert not any(check.startswith(("field_cdmfield", "table_")) for check in checks)
    rows = impact(workspace, "small/result.test")
    assert Asset(Layer.COLUMN, "measurement", ROWS) in {one.asset for one in rows.touched}


def test_a_column_by_which_a_table_is_known_takes_the_table_with_it(workspace: Workspace) -> None:
    told = impact(workspace, "north/small/result.mark_r")
    assert told.takes_table
    assert Asset(Layer.COLUMN, "measurement", ROWS) in {one.asset for one in told.touched}
    assert {one.asset.title: one.how for one in told.columns}["measurement.value_as_number"] is How.ROWS
    assert not any(one.asset.of == "visit_occurrence" and one.alone for one in told.columns), "another table has those"
    assert not impact(workspace, "north/small/result.unit").takes_table


def test_a_name_that_nobody_knows_is_answered_with_the_nearest(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError) as told:
        impact(workspace, "small/result.unti")
    assert told.value.fix == "north/small/result.unit"


def test_it_is_read_not_worked_out_again_until_a_map_changes(workspace: Workspace) -> None:
    kept = workspace.places.kept / "lineage" / "graph.json"
    before = kept.stat().st_mtime_ns
    assert made_of(workspace, "measurement.range_low", SMALL) == {"result.low": How.VALUE}
    assert kept.stat().st_mtime_ns == before
    own = workspace.places.maps / "small" / "result.toml"
    own.write_text(own.read_text().replace('range_low = "low"', 'range_low = "high"'))
    assert made_of(workspace, "measurement.range_low", SMALL) == {"result.high": How.VALUE}


def test_nothing_of_a_patient_is_kept(workspace: Workspace) -> None:
    files = list((workspace.places.kept / "lineage").iterdir())
    assert files
    assert not any(hospital.CANARY.encode() in file.read_bytes() for file in files)


def key_of(workspace: Workspace, source: str, table: str, where: str = "true") -> int:
    """The key of a row that came from a source."""
    records = [one.record_no for one in workspace.landing.records(source=source)]
    numbers = ", ".join(map(str, records))
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, table)
        found = session.query(
            f"SELECT min({table}_id) AS k FROM {table} WHERE medark_record_no IN ({numbers}) AND {where}"
        )
    key: int = found["k"][0].as_py()
    return key


def test_one_row_is_led_back_to_its_line_and_map(workspace: Workspace) -> None:
    stella = Reader("stella", Purpose.OPERATIONS, frozenset({"steward"}))
    _open(workspace, stella)
    key = key_of(workspace, SMALL, "measurement", "value_as_number = 4.1")
    found = why(workspace, stella, "measurement", key)
    assert found.came is not None
    assert (found.came.source, found.came.format, found.came.row_no) == (SMALL, "delimited", 0)
    assert found.made_by == ("small/result.toml:5",)
    assert found.is_same
    assert dict(found.staged)["value"] == "4.1"
    assert "rid: r1" in found.raw
    assert [(one.vocabulary, one.code, one.how) for one in found.looked_up] == [
        ("LOINC", "2951-2", "standard"),
        ("UCUM", "mmol/L", "unit"),
    ]
    acts = [one for one in workspace.ledger.audit.entries() if one.act.action == OPENED]
    assert [one.act.verdict for one in acts] == [Verdict.ALLOWED]


def test_what_the_source_said_is_for_stewards_alone(workspace: Workspace) -> None:
    key = key_of(workspace, ALL, "measurement")
    rita = Reader("rita", Purpose.RESEARCH, frozenset({"researcher"}))
    with pytest.raises(AccessError):
        why(workspace, rita, "measurement", key)
    _open(workspace, rita)
    found = why(workspace, rita, "measurement", key)
    assert found.came is not None
    assert (found.raw, dict(found.staged), found.looked_up) == ("", {}, ())


def _open(workspace: Workspace, reader: Reader) -> None:
    """A grant to all measurements."""
    (role,) = reader.roles
    told = Grant(0, Holder.ROLE, role, reader.purpose, {"measurement": None}, Rows.ALL, 5, 0, granted_by="olga")
    workspace.ledger.access.add_grant(told)


EVENT = {
    "type": "object",
    "required": ["eventTime", "eventType", "producer", "schemaURL", "run", "job"],
    "properties": {
        "eventTime": {"type": "string", "format": "date-time", "pattern": "Z$"},
        "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
        "producer": {"type": "string", "format": "uri"},
        "schemaURL": {"const": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"},
        "run": {"required": ["runId"], "properties": {"runId": {"type": "string", "format": "uuid"}}},
        "job": {"required": ["namespace", "name"], "properties": {"facets": {"$ref": "#/$defs/facets"}}},
        "inputs": {"type": "array", "items": {"$ref": "#/$defs/dataset"}},
        "outputs": {"type": "array", "items": {"$ref": "#/$defs/dataset"}},
    },
    "$defs": {
        "facets": {"additionalProperties": {"type": "object", "required": ["_producer", "_schemaURL"]}},
        "dataset": {
            "required": ["namespace", "name"],
            "properties": {
                "facets": {
                    "$ref": "#/$defs/facets",
                    "properties": {
                        "schema": {"properties": {"fields": {"type": "array", "items": {"required": ["name"]}}}},
                        "columnLineage": {"$ref": "#/$defs/columns"},
                    },
                }
            },
        },
        "columns": {
            "required": ["fields"],
            "properties": {
                "fields": {
                    "additionalProperties": {
                        "required": ["inputFields"],
                        "properties": {"inputFields": {"type": "array", "items": {"$ref": "#/$defs/input"}}},
                    }
                },
                "dataset": {"type": "array", "items": {"$ref": "#/$defs/input"}},
            },
        },
        "input": {
            "required": ["namespace", "name", "field"],
            "properties": {
                "transformations": {
                    "type": "array",
                    "items": {"required": ["type"], "properties": {"type": {"enum": ["DIRECT", "INDIRECT"]}}},
                }
            },
        },
    },
}  # what OpenLineage 2-0-2 and its column lineage facet 1-2-0 ask of an event, written down from their descriptions


def test_events_are_as_openlineage_wants_them(workspace: Workspace, tmp_path: Path) -> None:
    count = events.written(workspace, tmp_path / "events.ndjson")
    told = [json.loads(line) for line in (tmp_path / "events.ndjson").read_text().splitlines()]
    assert len(told) == count == 4  # the beginning and the end of two ingests
    for event in told:
        jsonschema.validate(event, EVENT, format_checker=jsonschema.FormatChecker())
    assert [event["eventType"] for event in told] == ["START", "COMPLETE"] * 2
    assert told[0]["run"]["runId"] == told[1]["run"]["runId"] != told[2]["run"]["runId"]
    lake = next(one for one in told[3]["outputs"] if one["name"] == "lake/measurement")
    made = lake["facets"]["columnLineage"]["fields"]["range_low"]["inputFields"]
    assert [(one["name"], one["field"], one["transformations"][0]["type"]) for one in made] == [
        ("source/north/small/result", "low", "DIRECT")
    ]
