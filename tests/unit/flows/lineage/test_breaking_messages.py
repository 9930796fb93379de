"""Lineage of messages held against what breaks: a field is taken out of every message, and the lake is looked at

The reader is asked by `medark.flows.lineage.messages` on samples, staging row by staging row; here whole files are
taken in again without a field. Whatever field goes, nothing that changes may be missing of its impact, and what it is
told to be the value of changes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from medark.bootstrap import open_workspace
from medark.catalog.lineage.graph import Graph
from medark.flows.ingest import ingest
from medark.flows.lineage import graph
from medark.model.lineage import ROWS, Asset, How, Layer
from medark.model.omop import tables
from unit.flows.lineage.conftest import Contents, contents

SOURCE = "north/messages"
PEOPLE = (("1", "19800203", "M"), ("2", "19550607", "F"), ("3", "20010505", "F"))
Column = tuple[str, str]


def hl7v2(without: str = "") -> bytes:
    """Stays and results of three people, with the field of one name (`OBX-5`) empty in every segment."""
    segments: list[str] = []
    for pid, born, sex in PEOPLE:
        person = f"PID|1||{pid}^^^N^MR||王^{pid}||{born}|{sex}"
        stay = f"PV1|1|I|W{pid}^^^N||||||||||||||||V{pid}|||||||||||||||||||||||||2024010{pid}0800|2024011{pid}0900"
        segments += [f"MSH|^~\\&|HIS|N|P|C|2024010{pid}0801||ADT^A03|A{pid}|P|2.5", person, stay]
        segments += [f"MSH|^~\\&|LIS|N|P|C|2024010{pid}1100||ORU^R01|R{pid}|P|2.5", person, stay]
        segments += [f"OBR|1||O{pid}|cbc^CBC^L|||2024010{pid}1000|||||||||||||||2024010{pid}1100|||F"]
        segments += [f"OBX|1|NM|2951-2^a lab test^LN||14{pid}.5|mmol/L|135-145|N|||F|||2024010{pid}1001"]
        segments += [f"DG1|1||I10.x05^高血压^I10CN||2024010{pid}0900|A"]
    name, _, number = without.partition("-")
    return "".join(f"{_emptied(one, int(number)) if one[:3] == name else one}\r" for one in segments).encode()


def _emptied(segment: str, number: int) -> str:
    fields = segment.split("|")
    place = number - (segment[:3] == "MSH")
    return "|".join("" if at == place else field for at, field in enumerate(fields))


HL7_FIELDS = (
    "PID-3", "PID-5", "PID-7", "PID-8", "PV1-2", "PV1-3", "PV1-19", "PV1-44", "PV1-45", "OBR-3", "OBR-4", "OBR-7",
    "OBR-22", "OBX-2", "OBX-3", "OBX-5", "OBX-6", "OBX-7", "OBX-11", "OBX-14", "DG1-3", "DG1-5", "DG1-6",
)  # fmt: skip


def resources() -> Iterator[dict[str, Any]]:
    """The same people as resources of FHIR."""
    for pid, born, sex in PEOPLE:
        day = f"2024-01-0{pid}"
        subject, stay = {"subject": {"reference": f"Patient/{pid}"}}, {"encounter": {"reference": f"Encounter/v{pid}"}}
        gender = {"M": "male", "F": "female"}[sex]
        yield {
            "resourceType": "Patient",
            "id": pid,
            "birthDate": f"{born[:4]}-{born[4:6]}-{born[6:]}",
            "gender": gender,
        }
        act = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"}
        period = {"start": f"{day}T08:00:00Z", "end": f"{day}T09:00:00Z"}
        yield {
            "resourceType": "Encounter",
            "id": f"v{pid}",
            "status": "finished",
            "class": act,
            "period": period,
            **subject,
        }
        code = {"coding": [{"system": "http://loinc.org", "code": "2951-2"}]}
        value = {"value": 140.5, "unit": "millimole", "system": "http://unitsofmeasure.org", "code": "mmol/L"}
        yield {
            "resourceType": "Observation", "id": f"o{pid}", "status": "final", "code": code, **subject, **stay,
            "effectiveDateTime": f"{day}T08:30:00Z", "issued": f"{day}T08:50:00Z", "valueQuantity": value,
        }  # fmt: skip
        ill = {"coding": [{"system": "http://snomed.info/sct", "code": "1001001"}]}
        yield {"resourceType": "Condition", "id": f"c{pid}", "code": ill, "onsetDateTime": day, **subject, **stay}


def fhir(without: str = "") -> bytes:
    """They as NDJSON, without the element of one path (`Observation.valueQuantity.value`)."""
    told = json.loads(json.dumps(list(resources())))  # each with references of its own
    kind, *path = without.split(".")
    for one in told:
        if one["resourceType"] == kind:
            _pop(one, path)
    return "\n".join(json.dumps(one) for one in told).encode()


def _pop(node: Any, path: list[str]) -> None:
    for one in node if isinstance(node, list) else [node]:
        if len(path) == 1:
            one.pop(path[0], None)
        elif path[0] in one:
            _pop(one[path[0]], path[1:])


FHIR_FIELDS = (
    "Patient.birthDate", "Patient.gender", "Encounter.class.code", "Encounter.period.start", "Encounter.period.end",
    "Encounter.subject.reference", "Observation.code.coding.code", "Observation.subject.reference",
    "Observation.encounter.reference", "Observation.effectiveDateTime", "Observation.issued",
    "Observation.valueQuantity.value", "Observation.valueQuantity.code", "Observation.valueQuantity.unit",
    "Condition.code.coding.code", "Condition.onsetDateTime", "Condition.subject.reference",
)  # fmt: skip
WRITTEN: dict[str, Callable[[str], bytes]] = {"hl7v2": hl7v2, "fhir-ndjson": fhir}
Taken = Callable[[str, str], Contents]


@pytest.fixture(scope="module")
def taken(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """What the lake holds of a format's messages without a field; each asked for once."""
    root, known = tmp_path_factory.mktemp("messages"), dict[tuple[str, str], Contents]()

    def taken_in(format_: str, without: str = "") -> Contents:
        if (format_, without) not in known:
            place = root / uuid4().hex
            shutil.copytree(ready, place)
            with open_workspace(place, {}) as opened:
                ingest(opened, _written(root, format_, without), SOURCE)
                known[format_, without] = contents(opened)
            shutil.rmtree(place)
        return known[format_, without]

    return taken_in


def _written(root: Path, format_: str, without: str = "") -> Path:
    folder = root / "in" / uuid4().hex
    folder.mkdir(parents=True)
    (folder / f"all.{'hl7' if format_ == 'hl7v2' else 'ndjson'}").write_bytes(WRITTEN[format_](without))
    return folder


@pytest.fixture(scope="module")
def known(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Graph]:
    """The lineage of each format, as its whole messages tell it."""
    root, found = tmp_path_factory.mktemp("graphs"), {}
    for format_ in WRITTEN:
        shutil.copytree(ready, root / format_)
        with open_workspace(root / format_, {}) as opened:
            ingest(opened, _written(root, format_), SOURCE)
            found[format_] = graph(opened)
    return found


def impact(known: Graph, format_: str, field: str) -> dict[Column, How]:
    found: dict[Column, How] = {}
    touched = known.downstream(Asset(Layer.FIELD, f"{SOURCE}/{format_}", field))
    for one in sorted(touched, key=lambda one: -one.how.rank):
        if one.alone and one.asset.layer is Layer.COLUMN:
            every = tables()[one.asset.of].column_names
            columns = every if one.asset.name == ROWS else (one.asset.name,)
            found |= dict.fromkeys(((one.asset.of, column) for column in columns), one.how)
    return found


DRAWN = [("hl7v2", field) for field in HL7_FIELDS] + [("fhir-ndjson", field) for field in FHIR_FIELDS]


@given(drawn=st.sampled_from(DRAWN))
@settings(
    max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=[Phase.generate]
)
def test_nothing_that_changes_without_a_field_is_missing_of_its_impact(
    taken: Taken, known: dict[str, Graph], drawn: tuple[str, str]
) -> None:
    format_, field = drawn
    whole, without = taken(format_, ""), taken(format_, field)
    differs = {one for one in {*whole, *without} if whole.get(one) != without.get(one) and one[0] != "study"}
    told = impact(known[format_], format_, field)
    assert not differs - set(told), field
    values = {one for one, how in told.items() if how is How.VALUE and one in whole}
    holding = {one for one in values if any(value is not None for _, value in whole[one])}
    assert not holding or holding & differs, f"{field} is said to be the value of {sorted(holding)}"
