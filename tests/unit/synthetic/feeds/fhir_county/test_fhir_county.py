"""The county hospital's resources: read without a fault, pointing at each other, saying what happened."""

from __future__ import annotations

import io
import json
from collections import Counter

import pytest

from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.fhir import READER
from medark.synthetic.facts import by_key
from medark.synthetic.feeds import fhir_county

SOURCE = "county/emr"


def staged(name, content):
    record = RawRecord(1, "0" * 64, SOURCE, name, len(content), Format.FHIR_NDJSON, 1)
    found: dict[str, list[dict[str, object]]] = {}
    for chunk in READER.chunks(record, io.BytesIO(content)):
        for table, rows in READER.stage(chunk, Source(SOURCE, "Asia/Shanghai")).tables().items():
            found.setdefault(table, []).extend(rows.to_pylist())
    return found


@pytest.fixture(scope="module")
def exported(export):
    return export(fhir_county)


@pytest.fixture(scope="module")
def read(exported):
    return {name.split(".")[0]: staged(name, content) for name, content in exported.files(SOURCE).items()}


@pytest.fixture(scope="module")
def resources(exported):
    return {
        name.split(".")[0]: [json.loads(line) for line in content.splitlines()]
        for name, content in exported.files(SOURCE).items()
    }


def test_each_type_has_a_file(resources):
    assert resources.keys() == {
        "Organization", "Practitioner", "Patient", "Encounter", "Condition", "Observation", "MedicationRequest",
        "Procedure", "DiagnosticReport", "AllergyIntolerance", "Claim", "ExplanationOfBenefit",
    }  # fmt: skip
    assert all(resource["resourceType"] == kind for kind, held in resources.items() for resource in held)


def test_each_line_is_a_record_in_its_place(exported, resources):
    for name in exported.files(SOURCE):
        assert exported.ids(name) == [resource["id"] for resource in resources[name.split(".")[0]]]


def test_the_reader_excludes_what_was_cancelled_and_faults_nothing_else(exported, read):
    issues = Counter((kind, issue["reason"]) for kind, rows in read.items() for issue in rows.get("unit_issue", ()))
    cancelled = Counter(bool(row["cancelled"]) for row in exported.rows("encounter", "county"))[True]
    orders = Counter(row["status"] for row in exported.rows("lab_order", "county"))["cancelled"]
    reason = "not realised: cancelled"
    assert issues == +Counter({("Encounter", reason): cancelled, ("DiagnosticReport", reason): orders})


def test_ids_are_unique_and_references_lead_somewhere(resources):
    names = Counter(f"{kind}/{resource['id']}" for kind, held in resources.items() for resource in held)
    assert max(names.values()) == 1
    assert not [
        link for held in resources.values() for resource in held for link in links(resource) if link not in names
    ]


def links(value):
    if isinstance(value, list):
        return [link for part in value for link in links(part)]
    if not isinstance(value, dict):
        return []
    own = [value["reference"]] if isinstance(value.get("reference"), str) else []
    return own + [link for part in value.values() for link in links(part)]


def test_nothing_is_an_empty_list_or_word(resources):
    assert not [resource["id"] for held in resources.values() for resource in held if empty(resource)]


def empty(value):
    if isinstance(value, dict):
        return not value or any(map(empty, value.values()))
    return value in ("", [], None) or (isinstance(value, list) and any(map(empty, value)))


def test_times_carry_the_offset(resources):
    for encounter in resources["Encounter"]:
        assert all(time.endswith("+08:00") for time in encounter["period"].values())


def test_everything_that_happened_there_is_there(exported, resources):
    county = {table: len(exported.rows(table, "county")) for table in
              ("registration", "encounter", "diagnosis", "prescription", "operation", "claim")}  # fmt: skip
    kinds = ("Patient", "Encounter", "Condition", "MedicationRequest", "Procedure", "ExplanationOfBenefit")
    assert [len(resources[kind]) for kind in kinds] == list(county.values())
    reports = len(exported.rows("lab_order", "county")) + len(exported.rows("imaging", "county"))
    assert len(resources["DiagnosticReport"]) == reports


def test_a_result_has_the_code_of_loinc_and_the_hospital_s_own(exported, resources):
    labs = [resource for resource in resources["Observation"] if resource["id"].startswith("lab-")]
    assert len(labs) == len(exported.rows("lab_result", "county")) > 100
    known = {(row["loinc"], by_key("local_county_test")[key]["code"]) for key, row in by_key("tests").items()}
    for resource in labs:
        codings = {coding["system"]: coding["code"] for coding in resource["code"]["coding"]}
        assert (codings["http://loinc.org"], codings["urn:oid:2.16.156.99999.3.1"]) in known


def test_results_are_what_was_measured_in_si_units(exported, resources):
    said = {resource["id"]: resource for resource in resources["Observation"]}
    values = dict(zip((i for i in exported.ids("Observation.0001.ndjson.gz") if i.startswith("lab-")),
                      exported.rows("lab_result", "county"), strict=True))  # fmt: skip
    tests, compared = by_key("tests"), 0
    for name, row in values.items():
        test = tests[row["test"]]
        if test["kind"] == "quantitative":
            quantity = said[name]["valueQuantity"]
            assert quantity["code"] == test["unit"]
            assert quantity["value"] == pytest.approx(row["value"], abs=0.5 * 10 ** -int(test["decimals"]) + 1e-9)
            compared += 1
    assert compared > 100


def test_blood_pressure_is_one_observation_of_two_parts(read, resources):
    pressed = [resource for resource in resources["Observation"] if resource["code"]["coding"][0]["code"] == "85354-9"]
    assert pressed
    assert all(len(resource["component"]) <= 2 for resource in pressed)
    events = Counter(event["code"] for event in read["Observation"]["event"])
    assert events["8480-6"] == len(pressed)


def test_what_was_paid_is_what_was_asked_for(resources):
    for benefit in resources["ExplanationOfBenefit"]:
        paid = {total["category"]["coding"][0]["code"]: total["amount"]["value"] for total in benefit["total"]}
        assert paid["submitted"] == pytest.approx(paid["benefit"] + paid["paidbypatient"])
    for claim in resources["Claim"]:
        assert sum(item["net"]["value"] for item in claim["item"]) == pytest.approx(claim["total"]["value"])


def test_the_reader_finds_costs_and_values(read):
    costs = read["ExplanationOfBenefit"]["cost"]
    assert all(cost["total_charge"] and cost["about_key"] for cost in costs)
    measured = [event for event in read["Observation"]["event"] if event["value"] is not None]
    assert len(measured) > 0.5 * len(read["Observation"]["event"])


def test_the_same_city_gives_the_same_bytes(exported, export):
    assert export(fhir_county).files(SOURCE) == exported.files(SOURCE)


def test_in_a_dirty_city_only_what_was_planted_is_faulted(export):
    dirty = export(fhir_county, dirt="high")
    faults, planted = Counter(), Counter()
    for name, content in dirty.files(SOURCE).items():
        issues = staged(name, content).get("unit_issue", ())
        faults[name] += sum(issue["outcome"] != "excluded" for issue in issues)
        lines = content.splitlines()
        for row in dirty.planted:
            if row["column"] == f"{SOURCE}/{name}":
                planted[name] += row["kind"] == "truncated" or not is_utf8(lines[row["key"]])
    assert faults == planted
    assert planted.total() > 0


def is_utf8(line):
    """Some words in GB 18030 are words in UTF-8 as well: nobody can see that they are others."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
