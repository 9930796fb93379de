"""Search over real HTTP: what is found equals what is filtered first; pages stay while the lake moves on."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

import hospital
from medark.flows.ingest import ingest


def resources(answer):
    assert answer.status_code == 200, answer.text
    return [one["resource"] for one in answer.json().get("entry", ()) if one["search"]["mode"] == "match"]


def all_pages(client, address):
    found = []
    while address:
        answer = client.get(address)
        found += resources(answer)
        address = next((one["url"] for one in answer.json()["link"] if one["relation"] == "next"), "")
    return found


@pytest.fixture(scope="module")
def patient(as_):
    """Who has the most results."""
    found = [one["id"].partition(".")[2] for one in resources(as_("dora").get("/Observation?_count=1000"))]
    return max(set(found), key=found.count)


@pytest.mark.parametrize("kind", ["Patient", "Observation", "Encounter", "Condition", "Procedure", "DocumentReference"])
def test_pages_put_together_are_the_whole_and_each_resource_can_be_read(as_, kind):
    client = as_("dora")
    whole = resources(client.get(f"/{kind}?_count=1000"))
    assert all_pages(client, f"/{kind}?_count=2") == whole
    assert len({one["id"] for one in whole}) == len(whole) > 1
    assert [client.get(f"/{kind}/{one['id']}").json() for one in whole] == whole


def test_of_one_patient_it_is_what_is_theirs(as_, patient):
    client = as_("dora")
    everybody = resources(client.get("/Observation?_count=1000"))
    theirs = [one for one in everybody if one["subject"]["reference"] == f"Patient/{patient}"]
    for asked in (
        f"patient={patient}",
        f"subject=Patient/{patient}",
        f"patient=https://x.example/fhir/Patient/{patient}",
    ):
        assert resources(client.get(f"/Observation?_count=1000&{asked}")) == theirs
    assert all_pages(client, f"/Observation?_count=2&patient={patient}") == theirs
    assert 1 < len(theirs) < len(everybody)
    newest = all_pages(client, f"/Observation?_count=2&_sort=-date&patient={patient}")
    days = [one["effectiveDateTime"][:10] for one in newest]
    assert days == sorted(days, reverse=True)
    assert {one["id"] for one in newest} == {one["id"] for one in theirs}


@pytest.mark.parametrize("sign", ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"])
def test_dates_with_prefixes_by_patient_and_over_everybody(as_, patient, sign):
    client = as_("dora")
    everybody = resources(client.get("/Observation?_count=1000"))
    day = sorted(one["effectiveDateTime"][:10] for one in everybody)[len(everybody) // 2]
    holds = {
        "eq": lambda d: d == day, "ne": lambda d: d != day, "gt": lambda d: d > day, "lt": lambda d: d < day,
        "ge": lambda d: d >= day, "le": lambda d: d <= day, "sa": lambda d: d > day, "eb": lambda d: d < day,
    }[sign]  # fmt: skip
    expected = [one["id"] for one in everybody if holds(one["effectiveDateTime"][:10])]
    assert [one["id"] for one in resources(client.get(f"/Observation?_count=1000&date={sign}{day}"))] == expected
    mine = [one["id"] for one in everybody if holds(one["effectiveDateTime"][:10]) and patient in one["id"]]
    found = resources(client.get(f"/Observation?_count=1000&patient={patient}&date={sign}{day}"))
    assert [one["id"] for one in found] == mine


def test_codes_with_and_without_their_system_and_not(as_):
    client = as_("dora")
    everybody = resources(client.get("/Condition?_count=1000"))
    coding = next(code for one in everybody for code in one["code"]["coding"] if "system" in code)
    has = {one["id"] for one in everybody if coding["code"] in {code["code"] for code in one["code"]["coding"]}}
    for asked in (f"code={coding['system']}|{coding['code']}", f"code={coding['code']}"):
        assert {one["id"] for one in resources(client.get(f"/Condition?_count=1000&{asked}"))} == has
    rest = resources(client.get(f"/Condition?_count=1000&code:not={coding['code']}"))
    assert {one["id"] for one in rest} == {one["id"] for one in everybody} - has
    assert resources(client.get(f"/Condition?code=http://loinc.org|{coding['code']}")) == []
    assert resources(client.get("/Condition?code=' OR 1=1 --")) == []


@pytest.mark.parametrize("category", ["laboratory", "vital-signs"])
def test_a_category_is_as_the_resources_say_it(as_, category):
    client = as_("dora")
    expected = [
        one["id"] for one in resources(client.get("/Observation?_count=1000"))
        if category in {code["code"] for told in one.get("category", ()) for code in told["coding"]}
    ]  # fmt: skip
    assert [one["id"] for one in resources(client.get(f"/Observation?_count=1000&category={category}"))] == expected


def test_what_belongs_to_a_visit(as_):
    client = as_("dora")
    everybody = resources(client.get("/Observation?_count=1000"))
    visit = next(one["encounter"]["reference"] for one in everybody if "encounter" in one)
    expected = [one["id"] for one in everybody if one.get("encounter", {}).get("reference") == visit]
    assert [one["id"] for one in resources(client.get(f"/Observation?_count=1000&encounter={visit}"))] == expected
    assert client.get(f"/{visit}").json()["resourceType"] == "Encounter"


def test_what_comes_along(as_, patient):
    answer = as_("dora").get(
        f"/Observation?patient={patient}&_include=Observation:subject&_include=Observation:encounter"
    )
    included = [one["resource"] for one in answer.json()["entry"] if one["search"]["mode"] == "include"]
    assert {one["resourceType"] for one in included} == {"Patient", "Encounter"}
    assert [one["id"] for one in included if one["resourceType"] == "Patient"] == [patient]


def test_since_when_it_is_here(as_):
    client = as_("dora")
    everybody = resources(client.get("/Condition?_count=1000"))
    last = everybody[0]["meta"]["lastUpdated"]
    assert resources(client.get("/Condition", params={"_count": 1000, "_lastUpdated": "lt2000-01-01"})) == []
    assert resources(client.get("/Condition", params={"_count": 1000, "_lastUpdated": "ge2000-01-01"})) == everybody
    found = resources(client.get("/Condition", params={"_count": 1000, "_lastUpdated": last}))
    assert found == [one for one in everybody if one["meta"]["lastUpdated"] == last]


def test_a_number_of_the_hospital_finds_its_patient(as_, patient):
    client = as_("dora")
    key = hospital.PATIENTS[0].key
    found = resources(client.get("/Patient", params={"identifier": key}))
    assert found
    theirs = resources(client.get("/Observation", params={"patient.identifier": key, "_count": 1000}))
    assert theirs
    assert {one["subject"]["reference"] for one in theirs} <= {f"Patient/{one['id']}" for one in found}
    assert resources(client.get("/Patient", params={"identifier": "nobody's"})) == []


def test_in_a_body_what_is_searched_for_is_in_no_address(as_):
    client = as_("dora")
    key = hospital.PATIENTS[0].key
    answer = client.post("/Patient/_search", data={"identifier": key})
    assert resources(answer)
    assert key not in str(answer.json()["link"])


@pytest.mark.parametrize(
    "asked",
    ["colour=red", "date=yesterday", "date=2024-13", "patient=a b", "_count=-1", "_sort=code", "code:exactly=1",
     "_include=Observation:device", "_cursor=AAAA", "_summary=text", "code=http://loinc.org|", "date=ge99999-01-01"],
)  # fmt: skip
def test_what_is_not_understood_is_said_by_its_name_and_never_quoted(as_, asked):
    answer = as_("dora").get(f"/Observation?{asked}")
    assert answer.status_code == 400
    told = answer.json()
    assert told["resourceType"] == "OperationOutcome"
    assert answer.headers["content-type"].startswith("application/fhir+json")
    assert asked.partition("=")[0].partition(":")[0] in str(told)
    assert not any(value in str(told) for value in ("yesterday", "99999", "2024-13"))


def test_lenient_passes_over_what_it_does_not_know_and_says_so(as_):
    answer = as_("dora").get("/Condition?colour=red&_count=1000", headers={"prefer": "handling=lenient"})
    assert resources(answer) == resources(as_("dora").get("/Condition?_count=1000"))
    assert [
        one["resource"]["issue"][0]["expression"]
        for one in answer.json()["entry"]
        if one["search"]["mode"] == "outcome"
    ] == [["colour"]]
    assert "colour" not in str(answer.json()["link"])


def test_a_cursor_belongs_to_its_search(as_):
    client = as_("dora")
    told = client.get("/Observation?_count=2").json()
    token = urlsplit(next(one["url"] for one in told["link"] if one["relation"] == "next")).query.partition("_cursor=")[
        2
    ]
    assert client.get(f"/Observation?date=gt1900&_cursor={token}").status_code == 400
    assert client.get(f"/Condition?_cursor={token}").status_code == 400


def test_the_capabilities_are_what_can_be_asked(as_):
    told = as_("dora").get("/metadata").json()
    assert told["fhirVersion"] == "4.0.1"
    good = {"date": "2024", "reference": "1", "token": "x"}
    for one in told["rest"][0]["resource"]:
        for parameter in one["searchParam"]:
            query = (
                f"/{one['type']}?patient=1&{parameter['name']}={good[parameter['type']]}"
                if one["type"] not in ("Patient", "Organization", "Practitioner")
                else f"/{one['type']}?{parameter['name']}={good[parameter['type']]}"
            )
            assert as_("all").get(query).status_code == 200, query


def test_pages_stay_while_rows_come_in(as_, workspace, patient, tmp_path):
    """Begun before an ingest, the pages that follow are of the version that the first one was of."""
    client = as_("dora")
    for address in ("/Observation?_count=3", "/Observation?_count=3&_sort=date&patient="):
        one = patient if address.endswith("=") else ""
        whole = [r["id"] for r in all_pages(client, address + one)]
        first = client.get(address + one).json()
        ingest(
            workspace,
            hospital.write(tmp_path / f"more{len(one)}", [hospital.Patient(f"Qzxnew{len(one)}", 70 + len(one))]),
            "north/all",
        )
        rest = all_pages(client, next(link["url"] for link in first["link"] if link["relation"] == "next"))
        assert [r["id"] for r in (*(e["resource"] for e in first["entry"]), *rest)] == whole
