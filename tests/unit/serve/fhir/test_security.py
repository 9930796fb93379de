"""Attempts to see more than a grant opens: other organisations, what comes along, masked columns, counts, scopes."""

from __future__ import annotations

import hospital
from medark.model.access import Grant, Holder, Purpose, Rows
from unit.serve.fhir.conftest import SOUTH

KINDS = ("Patient", "Encounter", "Condition", "Observation", "Procedure", "DocumentReference", "MedicationRequest")


def found(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return [one["resource"] for one in answer.json().get("entry", ()) if one["search"]["mode"] != "outcome"]


def test_of_another_organisation_nothing_is_there(as_):
    """By id, by search, by reference: not there and not shown are the same answer."""
    north, south = as_("dora"), as_("sam")
    for kind in KINDS:
        theirs = found(south, f"/{kind}?_count=1000")
        mine = {one["id"] for one in found(north, f"/{kind}?_count=1000")}
        assert mine.isdisjoint(one["id"] for one in theirs)
        for one in theirs:
            answer = north.get(f"/{kind}/{one['id']}")
            nothing = north.get(f"/{kind}/{'m' if kind == 'Observation' else ''}{'1' if kind == 'Patient' else '1.1'}")
            assert answer.status_code == nothing.status_code == 404
            assert answer.json() == nothing.json()
            assert found(north, f"/{kind}?_id={one['id']}") == []
    patient = found(south, "/Patient")[0]["id"]
    for kind in KINDS[1:]:
        assert found(north, f"/{kind}?patient={patient}&_include={kind}:patient") == []


def test_a_key_of_somebody_else_behind_ones_own_patient_finds_nothing(as_):
    north, south = as_("dora"), as_("sam")
    own = found(north, "/Patient")[0]["id"]
    for one in found(south, "/Observation?_count=1000"):
        key = one["id"].partition(".")[0]
        assert north.get(f"/Observation/{key}.{own}").status_code == 404


def test_numbers_of_another_organisations_people_find_nobody(as_):
    north = as_("dora")
    assert found(north, f"/Patient?identifier={SOUTH[0].key}") == []
    assert found(north, f"/Observation?patient.identifier={SOUTH[0].key}") == []


def test_who_may_not_see_numbers_cannot_search_by_them(as_):
    """Neither without the column nor behind a mask: else one could guess whose number it is."""
    key = hospital.PATIENTS[0].key
    assert as_("lena").get(f"/Patient?identifier={key}").status_code == 403
    assert found(as_("rita"), f"/Patient?identifier={key}") == []
    assert found(as_("rita"), f"/Observation?patient.identifier={key}") == []


def test_what_is_not_granted_does_not_come_along(as_):
    """The laboratory sees measurements, and not whose they are beyond a number."""
    client = as_("lena")
    answer = client.get("/Observation?category=laboratory")
    assert answer.status_code == 403  # the other table of observations is not granted
    view = {"resource": "Patient", "select": [{"column": [{"name": "id", "path": "id"}]}]}
    assert client.post("/ViewDefinition/$viewdefinition-run", json=view).status_code == 403


def test_includes_are_asked_of_the_gate_on_their_own(as_, workspace):
    client = as_("rita")
    own = found(client, "/Encounter?_count=1000")
    assert own
    answer = client.get("/Encounter?_count=1000&_include=Encounter:service-provider&_include=Encounter:patient").json()
    modes = [one["search"]["mode"] for one in answer["entry"]]
    kinds = {one["resource"]["resourceType"] for one in answer["entry"] if one["search"]["mode"] == "include"}
    assert kinds == {"Patient"}
    assert "outcome" in modes
    outcome = next(one["resource"] for one in answer["entry"] if one["search"]["mode"] == "outcome")
    assert outcome["issue"][0]["code"] == "forbidden"


def test_a_masked_day_is_searched_as_it_is_shown(as_):
    """Whoever sees only the year of birth can't find the day by trying."""
    rita, dora = as_("rita"), as_("dora")
    exact = next(one for one in found(dora, "/Patient") if len(one.get("birthDate", "")) == 10)
    assert exact["id"] in {one["id"] for one in found(dora, f"/Patient?birthdate={exact['birthDate']}")}
    assert found(rita, f"/Patient?birthdate={exact['birthDate']}") == [] or exact["birthDate"].endswith("-01-01")
    shown = next(one for one in found(rita, "/Patient") if one["id"] == exact["id"])
    assert shown["birthDate"] == exact["birthDate"][: len(shown["birthDate"])]
    assert len(shown["birthDate"]) < 10


def test_a_column_that_is_not_shown_cannot_be_searched_counted_or_sorted_by(as_):
    client = as_("lena")
    for asked in ("encounter=1.1", "_lastUpdated=ge2000", "performer=1"):
        for more in ("", "&_summary=count"):
            answer = client.get(f"/Observation?patient=1&{asked}{more}")
            assert answer.status_code == 403, asked


def test_a_few_peoples_count_is_not_told_and_ones_own_patients_is(as_):
    client = as_("dora")
    told = client.get("/Observation?_summary=count").json()
    assert "total" not in told
    assert told["entry"][0]["resource"]["issue"][0]["code"] == "suppressed"
    patient = found(client, "/Patient")[0]["id"]
    theirs = found(client, f"/Observation?_count=1000&patient={patient}")
    assert client.get(f"/Observation?_summary=count&patient={patient}").json()["total"] == len(theirs)
    assert client.get("/Observation?_summary=count&date=lt1900").json()["total"] == 0


def test_nobody_sees_nothing(as_):
    for kind in (*KINDS, "Organization", "Practitioner"):
        answer = as_("nobody").get(f"/{kind}")
        assert (answer.status_code, answer.json()["resourceType"]) == (403, "OperationOutcome")
    assert as_("nobody").get("/Patient/1").status_code == 403


def test_a_token_for_some_resources_opens_no_others(as_):
    client = as_("dora", "user/Observation.rs")
    assert found(client, "/Observation?_count=3")
    assert client.get("/Condition").status_code == 403
    answer = client.get("/Observation?_count=3&_include=Observation:patient").json()
    assert {one["search"]["mode"] for one in answer["entry"]} == {"match", "outcome"}


def test_a_grant_taken_back_ends_the_next_page(as_, workspace):
    grant = workspace.ledger.access.add_grant(
        Grant(0, Holder.USER, "nobody", Purpose.CARE, {"condition_occurrence": None}, Rows.ORGANISATION, 4, 0)
    )
    client = as_("nobody")
    told = client.get("/Condition?_count=1").json()
    following = next(one["url"] for one in told["link"] if one["relation"] == "next")
    workspace.ledger.access.revoke(grant.number)
    assert client.get(following).status_code == 403


def test_every_read_is_in_the_audit_refused_ones_too(as_, workspace):
    before = len(list(workspace.ledger.audit.entries(action="fhir", limit=10_000)))
    as_("dora").get("/Condition?_count=1")
    as_("nobody").get("/Condition")
    assert len(list(workspace.ledger.audit.entries(action="fhir", limit=10_000))) >= before + 2


def test_marks_of_patients_are_in_no_error(as_):
    for address in (
        f"/Patient?name={hospital.CANARY}",
        f"/Patient?identifier:x={hospital.CANARY}",
        f"/{hospital.CANARY}/1",
    ):
        answer = as_("dora").get(address)
        assert answer.status_code >= 400
        assert hospital.CANARY not in answer.text or address.startswith(f"/{hospital.CANARY}")
