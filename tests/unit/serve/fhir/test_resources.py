"""Every resource that is made of rows is FHIR that our own reader takes back, whatever columns are shown."""

from __future__ import annotations

import datetime as dt
from random import Random
from zoneinfo import ZoneInfo

import orjson
import pytest

from medark.flows.fhir import Concept
from medark.model.omop import lake_columns
from medark.model.table import Type
from medark.serve.fhir.find import referred
from medark.serve.fhir.resources import KINDS, Making
from medark.serve.fhir.search.values import event_id, number

NAMES = {
    1: Concept(1, "Potassium", "http://loinc.org", "2823-3", True),
    2: Concept(2, "Heart rate", "http://loinc.org", "8867-4"),
    3: Concept(3, "millimole per litre", "http://unitsofmeasure.org", "mmol/L"),
    416098002: Concept(416098002, "Allergy to drug", "http://snomed.info/sct", "416098002"),
}
MAKING = Making(NAMES, ZoneInfo("Asia/Shanghai"), {7: dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "secret")
DRAWN = {
    Type.TEXT: lambda chance: chance.choice(("K", "blood potassium", "high")),
    Type.FLOAT: lambda chance: chance.choice((4.0, 3.25)),
    Type.DATE: lambda _: dt.date(2024, 2, 29),
    Type.DATETIME: lambda _: dt.datetime(2024, 2, 29, 8, 30),
}
PARTS = [(kind, part) for kind in KINDS.values() for part in kind.parts]


def row(part, chance, *, full=1.0):
    """A drawn row with the columns that a part wants; keys and what it must have are always there."""
    columns = {column.name: column for column in lake_columns(part.table)}
    told = {}
    for name in part.columns:
        must = columns[name].required or name in part.must or name == part.key
        if not must and chance.random() > full:
            told[name] = None
        elif name.endswith("concept_id"):
            told[name] = chance.choice(list(NAMES))
        elif name == "year_of_birth":
            told[name] = 1980
        elif name in ("month_of_birth", "day_of_birth"):
            told[name] = 5
        elif name == "medark_record_no":
            told[name] = 7
        else:
            told[name] = DRAWN.get(columns[name].type, lambda chance: chance.randrange(1, 1 << 60))(chance)
    return told


@pytest.mark.parametrize(("kind", "part"), PARTS, ids=lambda one: getattr(one, "type", getattr(one, "table", "")))
@pytest.mark.parametrize("full", [1.0, 0.5, 0.0])
def test_a_resource_is_json_with_its_id_and_leads_to_whom_it_is_about(kind, part, full):
    chance = Random(3)
    for _ in range(20):
        told = row(part, chance, full=full)
        found = part.group([told], MAKING)[0] if part.group else part.make(told, MAKING)
        assert found["resourceType"] == kind.type
        assert orjson.loads(orjson.dumps(found)) == found
        assert all(value not in (None, [], {}) for value in found.values())
        if kind.person == "patient":
            assert list(referred(found, "Patient")) == [str(told["person_id"])]
            assert part.group or event_id(found["id"]).key == told[part.key]
        else:
            assert number(found["id"]) == told[part.key]


def test_only_what_is_shown_is_told():
    """A column that the gate leaves out is no key of the row."""
    for kind, part in PARTS:
        least = set(part.must) | {part.key, "person_id" if kind.person else part.key}
        told = {name: value for name, value in row(part, Random(1)).items() if name in least}
        found = part.group([told], MAKING)[0] if part.group else part.make(told, MAKING)
        assert "meta" not in found
        assert "birthDate" not in found
        assert "valueQuantity" not in found


def test_a_result_is_as_fhir_has_it():
    part = KINDS["Observation"].parts[0]
    told = row(part, Random(1)) | {
        "measurement_id": 5, "person_id": -9, "visit_occurrence_id": 8, "measurement_concept_id": 1,
        "measurement_source_concept_id": 0, "measurement_source_value": "K", "value_as_number": 6.1,
        "operator_concept_id": 4172704, "unit_concept_id": 3, "unit_source_value": "mmol/l", "range_low": 3.5,
        "range_high": 5.1, "provider_id": None,
    }  # fmt: skip
    unit = {"unit": "mmol/l", "system": "http://unitsofmeasure.org", "code": "mmol/L"}
    assert part.make(told, MAKING) == {
        "resourceType": "Observation",
        "id": "m5.-9",
        "meta": {"lastUpdated": "2026-01-01T00:00:00+00:00"},
        "status": "final",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory",
            "display": "Laboratory",
        }]}],
        "code": {
            "coding": [{"system": "http://loinc.org", "code": "2823-3", "display": "Potassium"}, {"code": "K"}],
            "text": "Potassium",
        },
        "subject": {"reference": "Patient/-9"},
        "encounter": {"reference": "Encounter/8.-9"},
        "effectiveDateTime": "2024-02-29T08:30:00+08:00",
        "valueQuantity": {"value": 6.1, "comparator": ">"} | unit,
        "referenceRange": [{"low": {"value": 3.5} | unit, "high": {"value": 5.1} | unit}],
    }  # fmt: skip


def test_series_of_one_study_are_together_and_its_number_is_not_in_the_id():
    part = KINDS["ImagingStudy"].parts[0]
    rows = [
        row(part, Random(n)) | {"person_id": 4, "image_study_uid": "1.2.3", "image_series_uid": f"1.2.3.{n}"}
        for n in (1, 2)
    ]
    [found] = part.group(rows, MAKING)
    assert found["numberOfSeries"] == len(found["series"]) == 2
    assert "1.2.3" not in found["id"]
    other = Making(NAMES, MAKING.zone, {}, "another workspace")
    assert part.group(rows, other)[0]["id"] != found["id"]
