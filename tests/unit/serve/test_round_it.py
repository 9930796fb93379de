"""Attempts to get round the gate at the exits beside FHIR: SQL, datasets, cards and tasks, all over real HTTP"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from faults.lake_rows import query as rows
from medark.flows.apps import life
from medark.flows.apps.publish import publish
from medark.flows.gate import at_terminal
from medark.flows.gate.reader import machine_user
from medark.flows.query import query
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.task import Task
from medark.store.lake import Upsert
from unit.serve.fhir import conftest as hospitals

workspace, base, as_ = hospitals.workspace, hospitals.base, hospitals.as_
Clients = Callable[[str], httpx.Client]
CALL = {"hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"}


@pytest.fixture(scope="module")
def client(workspace: Workspace, base: str, as_: Any) -> Iterator[Clients]:
    """Clients of the whole server; applications run, and their datasets are there."""
    for name in ("potassium_card", "registry_page"):
        life.install(workspace, name, by=machine_user())
        life.approve(workspace, name, by=machine_user())
        life.enable(workspace, name, by=machine_user())
    _diabetes(workspace)
    publish(workspace, at_terminal(workspace), today=dt.date(2026, 4, 1))
    for purpose in (Purpose.CARE, Purpose.PUBLIC_HEALTH):
        workspace.ledger.access.add_grant(
            Grant(0, Holder.ROLE, "doctor", purpose, {"*": None}, Rows.ORGANISATION, 4, 0)
        )
    made: list[httpx.Client] = []

    def found(user: str) -> httpx.Client:
        headers = as_(user).headers
        made.append(httpx.Client(base_url=base, headers=headers, trust_env=False, timeout=60))
        return made[-1]

    yield found
    for one in made:
        one.close()


def _diabetes(workspace: Workspace) -> None:
    """Everybody has it, told by a record of their own organisation."""
    (code,) = {one.source_concept_id for one in workspace.vocabulary.lookup("ICD10CM", ["E11.9"]).values()}
    there = query(workspace, at_terminal(workspace), "SELECT person_id, medark_record_no FROM person").to_pylist()
    made = [
        {
            **one, "condition_occurrence_id": 9000 + number, "condition_concept_id": 201826,
            "condition_source_concept_id": code, "condition_start_date": dt.date(2026, 3, 1),
            "condition_type_concept_id": 32817,
        }
        for number, one in enumerate(there)
    ]  # fmt: skip
    with workspace.engine.session() as session:
        workspace.lake.commit({"condition_occurrence": Upsert(rows(session, "condition_occurrence", made))}, "ill")


def people(client: httpx.Client) -> set[str]:
    return {str(one["person_id"]) for one in sql(client, "SELECT person_id FROM person")}


def sql(client: httpx.Client, text: str) -> list[dict[str, Any]]:
    answer = client.post("/sql", json={"sql": text})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def test_sql_finds_nobody_of_another_organisation(client: Clients) -> None:
    north, south = client("dora"), client("sam")
    mine, theirs = people(north), people(south)
    assert mine and theirs and mine.isdisjoint(theirs)
    listed = ", ".join(theirs)
    for asked in (
        f"SELECT person_id FROM person WHERE person_id IN ({listed})",
        f"SELECT person_id FROM measurement WHERE person_id IN ({listed})",
        f"SELECT p.person_id FROM (SELECT unnest([{listed}]) AS person_id) AS k JOIN person AS p USING (person_id)",
    ):
        assert sql(north, asked) == []
    assert sql(north, "SELECT count(*) AS n FROM person") == [{"n": len(mine)}]
    everybody = sql(north, "SELECT p.person_id, count(*) OVER () AS n FROM person AS p")
    assert {one["n"] for one in everybody} == {len(mine)}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT measurement_id FROM measurement ORDER BY value_source_value",
        "SELECT measurement_id FROM measurement WHERE value_source_value > 'm'",
        "SELECT count(*) FILTER (WHERE provider_id = 1) AS n FROM measurement",
        "SELECT m.measurement_id FROM measurement AS m JOIN person AS p ON p.person_id = m.person_id",
        "SELECT (SELECT max(year_of_birth) FROM person) AS y FROM measurement",
    ],
)
def test_what_is_not_granted_is_not_sorted_counted_or_joined_by(client: Clients, text: str) -> None:
    assert client("lena").post("/sql", json={"sql": text}).status_code == 403


def test_a_dataset_has_ones_own_organisations_people_alone(client: Clients) -> None:
    north, south = client("dora"), client("sam")
    at, care = "/datasets/registry_page/diabetes", {"x-purpose": "public_health"}
    theirs = {one["person_id"] for one in south.get(at, headers=care).json()}
    mine = {one["person_id"] for one in north.get(at, headers=care).json()}
    assert mine and theirs and mine.isdisjoint(theirs)
    for one in theirs:
        assert north.get(f"{at}?filter=person_id:eq:{one}", headers=care).json() == []
    kept = north.get(at, headers=care).headers
    assert kept["x-medark-rows"] == str(len(mine)), "not even how many there are of others"


def test_a_card_about_another_organisations_patient_is_one_about_nobody(client: Clients) -> None:
    north, south = client("dora"), client("sam")
    answers = []
    for patient in (next(iter(people(south))), "999999"):
        context = {"userId": "Practitioner/1", "patientId": patient}
        answer = north.post("/cds-services/potassium_card", json=CALL | {"context": context})
        answers.append((answer.status_code, answer.json()["title"]))
    assert answers[0] == answers[1]
    assert answers[0][0] == 412


def test_anothers_task_is_not_there_whatever_is_done_with_it(client: Clients, workspace: Workspace) -> None:
    theirs = workspace.ledger.tasks.raise_(Task(0, "alert", "theirs", organisation="south"))
    mine = workspace.ledger.tasks.raise_(Task(0, "alert", "mine", organisation="north"))
    north = client("dora")
    nothing = north.get("/tasks/999999").json()["title"]
    for method, path, body in (
        ("GET", "", None), ("POST", "/assign", {"assignee": "dora"}), ("POST", "/close", {"state": "done"}),
    ):  # fmt: skip
        answer = north.request(method, f"/tasks/{theirs.number}{path}", json=body)
        assert (answer.status_code, answer.json()["title"]) == (404, nothing)
    assert north.get(f"/fhir/Task/{theirs.number}").status_code == 404
    assert [one["number"] for one in north.get("/tasks").json()] == [mine.number]
    assert workspace.ledger.tasks.one(theirs.number).assignee == ""


def test_a_grant_that_is_taken_back_closes_every_exit_at_once(client: Clients, workspace: Workspace) -> None:
    given = [
        workspace.ledger.access.add_grant(Grant(0, Holder.USER, "nobody", purpose, {"*": None}, Rows.ALL, 4, 0))
        for purpose in (Purpose.CARE, Purpose.PUBLIC_HEALTH)
    ]
    somebody = client("nobody")
    patient = next(iter(people(somebody)))
    context = {"userId": "Practitioner/1", "patientId": patient}

    def statuses() -> list[int]:
        return [
            somebody.post("/sql", json={"sql": "SELECT person_id FROM person"}).status_code,
            somebody.get(f"/fhir/Patient/{patient}").status_code,
            somebody.get("/datasets/registry_page/diabetes", headers={"x-purpose": "public_health"}).status_code,
            somebody.post("/cds-services/potassium_card", json=CALL | {"context": context}).status_code,
        ]

    assert statuses() == [200, 200, 200, 200]
    for one in given:
        workspace.ledger.access.revoke(one.number)
    assert statuses() == [403, 403, 403, 403]


def test_what_an_owner_was_answered_is_not_answered_to_others(client: Clients, workspace: Workspace) -> None:
    """The same query, one after the other: nothing that is kept between requests crosses roles."""
    text = "SELECT person_id, year_of_birth FROM person ORDER BY person_id"
    whole, mine = sql(client("all"), text), sql(client("dora"), text)
    assert len(whole) > len(mine) > 0
    assert sql(client("all"), text) == whole
