"""The clinic: FHIR R4, this year's patients as Bundles, visits and what was found as NDJSON by resource type"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from medark.messages import N_
from medark.synthetic.before.care import Encounter, Life
from medark.synthetic.before.city import City, visit_no
from medark.synthetic.before.facts import drugs, problems, tests
from medark.synthetic.before.output import Ending, Output
from medark.synthetic.before.places import CLINIC
from medark.synthetic.before.results import Result, reported
from medark.synthetic.before.writers.his import diagnoses, patients

SOURCE = "clinic/fhir"
BUNDLED = 4  # every so many patients are sent as a Bundle with everything of theirs; the others by type
Resource = dict[str, Any]
_UCUM, _LOINC = "http://unitsofmeasure.org", "http://loinc.org"
_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


def write(city: City, out: Output) -> None:
    """Bundles, and an NDJSON file a type, one of which ends in the middle of a line."""
    lines: dict[str, list[bytes]] = {}
    for life in patients(city, CLINIC):
        resources = list(_resources(life))
        if life.person.number % BUNDLED == 0:
            out.raw(SOURCE, f"bundles/{CLINIC.patient_no(life.person.number)}.json", _bundle(resources))
        else:
            for resource in resources:
                lines.setdefault(resource["resourceType"], []).append(orjson.dumps(resource))
    for kind, each in lines.items():
        out.raw(SOURCE, f"export/{kind}.ndjson", _file(kind, each, out))


def _file(kind: str, lines: list[bytes], out: Output) -> bytes:
    """The lines of a type, with one more that is wrong: nothing true is lost by it."""
    if kind not in _WRONG:
        return b"".join(line + b"\n" for line in lines)
    what, ending, spoiled = _WRONG[kind]
    out.plant(SOURCE, f"export/{kind}.ndjson", len(lines), what, ending)
    return b"\n".join([*lines, spoiled(orjson.loads(lines[-1]) | {"id": f"wrong-{kind.lower()}"})])


def _cut(resource: Resource) -> bytes:
    return orjson.dumps(resource)[:90]


def _mistaken(resource: Resource) -> bytes:
    return orjson.dumps(resource | {"status": "entered-in-error"}) + b"\n"


def _of_nobody(resource: Resource) -> bytes:
    return orjson.dumps({key: value for key, value in resource.items() if key != "subject"}) + b"\n"


_WRONG: dict[str, tuple[str, Ending, Callable[[Resource], bytes]]] = {
    "MedicationRequest": (N_("a line cut short"), Ending("quarantined", "cut short"), _cut),
    "Observation": (N_("a finding entered in error"), Ending("excluded", "entered in error"), _mistaken),
    "Condition": (N_("a condition of nobody"), Ending("quarantined", "no patient"), _of_nobody),
}


def _bundle(resources: Iterable[Resource]) -> bytes:
    entries = [{"fullUrl": f"{r['resourceType']}/{r['id']}", "resource": r} for r in resources]
    return orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, option=orjson.OPT_INDENT_2)


def _resources(life: Life) -> Iterator[Resource]:
    yield _patient(life)
    for encounter in life.of(CLINIC):
        yield _encounter(life, encounter)
        yield from _conditions(life, encounter)
        yield from _observations(life, encounter)
        yield from _prescriptions(life, encounter)


def _patient(life: Life) -> Resource:
    who = life.person
    found: Resource = {
        "resourceType": "Patient",
        "id": CLINIC.patient_no(who.number),
        "identifier": [{"system": "http://www.mps.gov.cn/identity", "value": who.identity_no}],
        "name": [{"text": who.name_zh, "family": who.name_zh[0], "given": [who.name_zh[1:]]}],
        "telecom": [{"system": "phone", "value": who.phone}],
        "gender": "male" if who.sex == "M" else "female",
        "birthDate": who.birth.isoformat(),
        "address": [{"line": [who.address_zh], "city": "杭州市", "district": who.district_zh, "country": "CN"}],
    }
    if life.death is not None:  # registers of deaths reach the clinic
        found["deceasedDateTime"] = _time(life.death)
    return found


def _encounter(life: Life, encounter: Encounter) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": visit_no(life, encounter),
        "status": "finished",
        "class": {"system": _ACT, "code": "AMB"},
        "subject": _subject(life),
        "period": {"start": _time(encounter.start), "end": _time(encounter.end)},
    }


def _conditions(life: Life, encounter: Encounter) -> Iterator[Resource]:
    for rank, key in diagnoses(encounter):
        found = problems()[key]
        yield {
            "resourceType": "Condition",
            "id": f"co-{life.person.number}-{encounter.number}-{rank}",
            "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
            "code": {
                "coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": found.icd10cm}],
                "text": found.name_zh,
            },
            **_context(life, encounter),
            "recordedDate": _time(encounter.start),
        }


def _observations(life: Life, encounter: Encounter) -> Iterator[Resource]:
    for result in encounter.results:
        yield _result(life, encounter, result)
    if encounter.vitals is not None:
        seen = encounter.vitals
        pressure = [_part("8480-6", seen.systolic, "mm[Hg]"), _part("8462-4", seen.diastolic, "mm[Hg]")]
        yield _vital(life, encounter, "bp", "85354-9", {"component": pressure})
        yield _vital(life, encounter, "hr", "8867-4", {"valueQuantity": _quantity(seen.pulse, "/min")})
        yield _vital(life, encounter, "wt", "29463-7", {"valueQuantity": _quantity(seen.weight, "kg")})


def _result(life: Life, encounter: Encounter, result: Result) -> Resource:
    test = tests()[result.test]
    value = reported(test, result.value, conventional=False)
    return {
        "resourceType": "Observation",
        "id": f"ob-{life.person.number}-{encounter.number}-{test.key}",
        "status": "final" if result.first_value is None else "corrected",
        "category": [_category("laboratory")],
        "code": {"coding": [{"system": _LOINC, "code": test.loinc, "display": test.name_en}], "text": test.name_zh},
        **_context(life, encounter),
        "effectiveDateTime": _time(result.time),
        "valueQuantity": _quantity(float(value), test.unit),
    }


def _vital(life: Life, encounter: Encounter, what: str, code: str, value: Resource) -> Resource:
    return {
        "resourceType": "Observation",
        "id": f"ob-{life.person.number}-{encounter.number}-{what}",
        "status": "final",
        "category": [_category("vital-signs")],
        "code": {"coding": [{"system": _LOINC, "code": code}]},
        **_context(life, encounter),
        "effectiveDateTime": _time(encounter.start),
        **value,
    }


def _prescriptions(life: Life, encounter: Encounter) -> Iterator[Resource]:
    for number, key in enumerate(encounter.drugs):
        drug = drugs()[key]
        yield {
            "resourceType": "MedicationRequest",
            "id": f"rx-{life.person.number}-{encounter.number}-{number}",
            "status": "completed",
            "intent": "order",
            "medicationCodeableConcept": {
                "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": drug.rxnorm}],
                "text": drug.name_zh,
            },
            **_context(life, encounter),
            "authoredOn": _time(encounter.start),
            "dispenseRequest": {"expectedSupplyDuration": _quantity(drug.days, "d")},
        }


def _part(code: str, value: float, unit: str) -> Resource:
    return {"code": {"coding": [{"system": _LOINC, "code": code}]}, "valueQuantity": _quantity(value, unit)}


def _category(code: str) -> Resource:
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": code}]}


def _quantity(value: float, unit: str) -> Resource:
    return {"value": value, "unit": unit, "system": _UCUM, "code": unit}


def _context(life: Life, encounter: Encounter) -> Resource:
    return {"subject": _subject(life), "encounter": {"reference": f"Encounter/{visit_no(life, encounter)}"}}


def _subject(life: Life) -> Resource:
    return {"reference": f"Patient/{CLINIC.patient_no(life.person.number)}"}


def _time(at: dt.datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}+08:00"
