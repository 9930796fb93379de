"""A token of a launch is about one patient: what it finds is theirs, whatever is asked; and tasks about people."""

from __future__ import annotations

import pytest

from medark.errors import NotFoundError
from medark.flows.gate import reader_of
from medark.model.access import Purpose
from medark.model.task import Task
from medark.serve.auth.caller import Caller
from medark.serve.auth.scopes import scopes_of
from medark.serve.fhir import find
from medark.serve.fhir.edge import Edge
from medark.serve.fhir.resources import KINDS
from medark.serve.fhir.search import searched
from medark.serve.fhir.task import read_task, search_tasks
from medark.serve.fhir.views import read_run, run
from medark.serve.http.errors import ScopeError

VIEW = {
    "resource": "Observation",
    "select": [{"column": [{"name": "whose", "path": "subject.getReferenceKey(Patient)"}]}],
}


@pytest.fixture(scope="module")
def edge(workspace):
    return Edge(workspace, "http://test/fhir")


@pytest.fixture(scope="module")
def launched(workspace):
    def caller(patient, scope="patient/*.rs"):
        return Caller(reader_of(workspace, "dora", Purpose.CARE), scopes_of(scope), patient=patient)

    return caller


def found(edge, caller, kind, *asked):
    return find.search(edge, caller, searched(edge, KINDS[kind], asked, lambda *_: ())).resources


def people(edge, launched):
    return [one["id"] for one in found(edge, launched("", "user/*.rs"), "Patient")]


@pytest.mark.parametrize("kind", ["Patient", "Observation", "Encounter", "Condition", "ImagingStudy"])
def test_all_that_it_finds_is_the_patients(edge, launched, kind):
    own, other = people(edge, launched)[:2]
    caller = launched(own)
    for one in found(edge, caller, kind):
        assert own in (one["id"], one["id"].partition(".")[2])
    with pytest.raises(ScopeError):
        found(edge, caller, kind, ("_id" if kind == "Patient" else "patient", other))
    with pytest.raises(ScopeError):
        find.read(edge, caller, KINDS[kind], other if kind == "Patient" else f"{KINDS[kind].parts[0].prefix}1.{other}")


@pytest.mark.parametrize("patient", ["", "dora", "1.2"])
def test_a_token_that_does_not_say_whom_opens_nothing_of_anybody(edge, launched, patient):
    for kind in ("Patient", "Observation"):
        with pytest.raises(ScopeError):
            found(edge, launched(patient), kind)
    with pytest.raises(ScopeError):
        run(edge, launched(patient), *read_run(VIEW))
    with pytest.raises(ScopeError):
        search_tasks(edge, launched(patient), [])


def test_a_view_is_of_the_patient_alone(edge, launched):
    whole = run(edge, launched("", "user/*.rs"), *read_run(VIEW)).read_all()["whose"].to_pylist()
    own = max(set(whole), key=whole.count)
    assert run(edge, launched(own), *read_run(VIEW)).read_all()["whose"].to_pylist() == [own] * whole.count(own)
    other = next(one for one in whole if one != own)
    with pytest.raises(ScopeError):
        run(edge, launched(own), read_run(VIEW)[0], other)


def test_tasks_are_ones_organisations_and_about_people_who_are_seen(edge, launched, workspace):
    north = people(edge, launched)[0]
    south = find.search(
        edge, Caller(reader_of(workspace, "sam", Purpose.CARE), is_limited=False),
        searched(edge, KINDS["Patient"], [], lambda *_: ()),
    ).resources[0]["id"]  # fmt: skip
    told = {}
    for key, person, organisation in (
        ("a", north, "north"),
        ("b", south, "north"),
        ("c", north, "south"),
        ("d", None, ""),
    ):
        task = Task(0, "alert", f"task {key}", key=key, person_id=person and int(person), organisation=organisation)
        told[key] = workspace.ledger.tasks.raise_(task).number
    caller = launched("", "user/*.rs")
    assert {one["description"] for one in search_tasks(edge, caller, [])} == {"task a", "task d"}
    assert {one["description"] for one in search_tasks(edge, launched(north), [])} == {"task a"}
    assert [one["status"] for one in search_tasks(edge, caller, [("patient", north)])] == ["requested"]
    assert read_task(edge, caller, str(told["a"]))["for"] == {"reference": f"Patient/{north}"}
    for hidden in ("b", "c"):
        with pytest.raises(NotFoundError):
            read_task(edge, caller, str(told[hidden]))
