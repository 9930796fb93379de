"""Applications, grants, refusals, tasks and the audit over HTTP; by those who may and by nobody else."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app_folders import write_app
from medark.bootstrap import init_workspace
from medark.flows.workspace import Workspace
from medark.model.access import Purpose, Reader
from medark.model.task import Task
from medark.model.user import User
from medark.settings import ServeSettings

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    """An owner, an auditor and two doctors of two hospitals."""
    with init_workspace(tmp_path_factory.mktemp("admin") / "ws", buckets=2) as made:
        for name, organisation, role in (
            ("olga", "", "owner"), ("audry", "", "auditor"), ("dora", "north", "doctor"), ("sam", "south", "doctor"),
        ):  # fmt: skip
            made.ledger.users.add(User(name, organisation=organisation, roles=frozenset({role})), hashed)
        yield made


@pytest.fixture(scope="module")
def clients(workspace: Workspace, serving: Any) -> Iterator[dict[str, httpx.Client]]:
    """A client of each, and of nobody."""
    with serving(workspace, ServeSettings(a_second=0)) as base:
        found = {"nobody": httpx.Client(base_url=base, trust_env=False)}
        for name in ("olga", "audry", "dora", "sam"):
            token = found["nobody"].post("/token", data={"username": name, "password": PASSWORD}).json()["access_token"]
            headers = {"authorization": f"Bearer {token}"}
            found[name] = httpx.Client(base_url=base, headers=headers, trust_env=False, timeout=60)
        yield found
        for client in found.values():
            client.close()


GRANT = {"holder_kind": "role", "holder": "doctor", "purpose": "care", "tables": {"measurement": None}, "level": 3}
OWNERS = [
    ("GET", "/admin/apps", None), ("POST", "/admin/apps", {"package": "potassium_card"}),
    ("PUT", "/admin/apps/wheel", None), ("POST", "/admin/apps/potassium_card/approve", {}),
    ("POST", "/admin/apps/potassium_card/enable", {}), ("POST", "/admin/apps/potassium_card/upgrade", {}),
    ("POST", "/admin/apps/potassium_card/rollback", None), ("POST", "/admin/apps/potassium_card/disable", None),
    ("DELETE", "/admin/apps/potassium_card", None), ("GET", "/admin/grants", None), ("POST", "/admin/grants", GRANT),
    ("DELETE", "/admin/grants/1", None), ("POST", "/admin/refusals", {"person_id": 1}),
    ("POST", "/admin/refusals/end", {"person_id": 1}), ("GET", "/admin/audit", None),
    ("GET", "/admin/audit/verify", None),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), OWNERS)
def test_what_is_an_owners_is_nobody_elses(
    clients: dict[str, httpx.Client], method: str, path: str, body: object
) -> None:
    assert clients["nobody"].request(method, path, json=body).status_code == 401
    assert clients["dora"].request(method, path, json=body).status_code == 403
    status = clients["audry"].request(method, path, json=body).status_code
    assert status == (200 if path.startswith("/admin/audit") else 403)


def test_an_owners_token_that_is_for_reading_alone_administers_nothing(clients: dict[str, httpx.Client]) -> None:
    form = {"username": "olga", "password": PASSWORD, "scope": "user/*.rs"}
    token = clients["nobody"].post("/token", data=form).json()["access_token"]
    answer = clients["nobody"].get("/admin/grants", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 403


def test_the_life_of_an_application(clients: dict[str, httpx.Client], workspace: Workspace, tmp_path: Path) -> None:
    owner = clients["olga"]
    listed = {one["name"]: one["state"] for one in owner.get("/admin/apps").json()}
    assert listed["potassium_card"] == "available"
    made = owner.post("/admin/apps", json={"package": "potassium_card"})
    assert (made.status_code, made.json()["needs_approval"]) == (201, True)
    assert {one["table"] for one in made.json()["asks"]} == {"measurement"}
    assert owner.post("/admin/apps/potassium_card/enable", json={}).status_code == 400  # nobody approved it
    assert owner.post("/admin/apps/potassium_card/approve", json={}).json()["needs_approval"] is False
    wrong = owner.post("/admin/apps/potassium_card/enable", json={"settings": {"high": 99}})
    assert wrong.status_code == 400
    enabled = owner.post("/admin/apps/potassium_card/enable", json={"settings": {"high": 6.0}})
    assert (enabled.status_code, enabled.json()["state"]) == (200, "enabled"), enabled.text
    assert owner.post("/admin/apps/potassium_card/rollback").status_code == 400
    services = clients["nobody"].get("/cds-services").json()["services"]
    assert {one["id"] for one in services} == {"potassium_card"}
    assert owner.post("/admin/apps/potassium_card/disable").json()["state"] == "disabled"
    assert clients["nobody"].get("/cds-services").json() == {"services": []}
    assert owner.delete("/admin/apps/potassium_card").json()["state"] == "removed"
    assert owner.post("/admin/apps/none/approve", json={}).status_code == 404
    assert owner.post("/admin/apps", json={"package": "no_such"}).status_code == 404
    assert owner.post("/admin/apps", json={"package": "../../etc"}).status_code == 422
    told = [entry.act for entry in workspace.ledger.audit.entries() if entry.action.startswith("app ")]
    assert {act.actor for act in told} == {"olga"}


def test_a_wheel_that_is_sent_is_installed(clients: dict[str, httpx.Client], tmp_path: Path) -> None:
    folder = write_app(tmp_path / "sent")
    wheel = tmp_path / "potassium-1.0.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        for file in folder.iterdir():
            packed.write(file, f"potassium/{file.name}")
    made = clients["olga"].put("/admin/apps/wheel", content=wheel.read_bytes())
    assert made.status_code == 201, made.text
    assert made.json()["app"] == "potassium"
    assert clients["olga"].put("/admin/apps/wheel", content=b"no wheel").status_code in (400, 422)


def test_grants_are_given_and_taken_back(clients: dict[str, httpx.Client], workspace: Workspace) -> None:
    owner = clients["olga"]
    made = owner.post("/admin/grants", json={**GRANT, "masks": {"measurement.measurement_date": "month"}})
    assert made.status_code == 201, made.text
    assert (made.json()["granted_by"], made.json()["rows"]) == ("olga", "care")
    number = made.json()["number"]
    (mine,) = workspace.ledger.access.grants(Reader("dora", Purpose.CARE, frozenset({"doctor"})))
    assert mine.number == number
    assert owner.delete(f"/admin/grants/{number}").json()["revoked_ms"] is not None
    assert number in {one["number"] for one in owner.get("/admin/grants").json()}
    assert owner.delete("/admin/grants/999").status_code == 404
    for wrong in ({"tables": {}}, {"level": 6}, {"tables": {"none": None}}, {"holder": ""}, {"purpose": "fun"}):
        assert owner.post("/admin/grants", json={**GRANT, **wrong}).status_code in (400, 422)


def test_a_persons_no_and_its_end(clients: dict[str, httpx.Client], workspace: Workspace) -> None:
    owner = clients["olga"]
    assert owner.post("/admin/refusals", json={"person_id": 7, "purpose": "research"}).status_code == 204
    (said,) = workspace.ledger.refusals.of(7)
    assert said.purpose is Purpose.RESEARCH
    assert owner.post("/admin/refusals/end", json={"person_id": 7}).json() == {"ended": 1}
    assert owner.post("/admin/refusals", json={"person_id": 2**63}).status_code == 422


def test_tasks_of_ones_own_organisation_and_their_one_life(
    clients: dict[str, httpx.Client], workspace: Workspace
) -> None:
    raised = workspace.ledger.tasks.raise_(
        Task(0, "alert", "look at this", person_id=2**60, organisation="north", evidence=({"measurement": 7},))
    )
    dora, sam = clients["dora"], clients["sam"]
    (told,) = dora.get("/tasks").json()
    assert (told["number"], told["person_id"], told["state"]) == (raised.number, str(2**60), "open")
    assert sam.get("/tasks").json() == []
    for path in ("", "/assign", "/close"):
        method, body = ("POST", {"assignee": "sam", "state": "done"}) if path else ("GET", None)
        answer = sam.request(method, f"/tasks/{raised.number}{path}", json=body and _of(path, body))
        assert answer.status_code == 404  # what is another's is not there
    assert dora.post(f"/tasks/{raised.number}/assign", json={"assignee": "nobody"}).status_code == 404
    assigned = dora.post(f"/tasks/{raised.number}/assign", json={"assignee": "dora"}).json()
    assert (assigned["task"]["state"], assigned["task"]["assignee"]) == ("assigned", "dora")
    assert dora.post(f"/tasks/{raised.number}/close", json={"state": "open"}).status_code == 422
    assert dora.post(f"/tasks/{raised.number}/close", json={"state": "dismissed"}).status_code == 400  # without why
    closed = dora.post(f"/tasks/{raised.number}/close", json={"state": "done", "reason": "seen"}).json()
    assert [step["state"] for step in closed["steps"]] == ["open", "assigned", "done"]
    assert dora.post(f"/tasks/{raised.number}/assign", json={"assignee": "dora"}).status_code == 400
    assert dora.get("/tasks").json() == []
    assert [one["number"] for one in dora.get("/tasks", params={"state": "closed"}).json()] == [raised.number]
    assert raised.number in {one["number"] for one in clients["olga"].get("/tasks", params={"state": "all"}).json()}


def _of(path: str, body: dict[str, str]) -> dict[str, str]:
    return {"assignee": body["assignee"]} if path == "/assign" else {"state": body["state"]}


def test_the_audit_is_read_in_pages_and_verified(clients: dict[str, httpx.Client], workspace: Workspace) -> None:
    auditor = clients["audry"]
    newest = auditor.get("/admin/audit", params={"limit": 2}).json()
    assert len(newest) == 2
    before = auditor.get("/admin/audit", params={"limit": 2, "before": newest[0]["entry_no"]}).json()
    assert before[-1]["entry_no"] == newest[0]["entry_no"] - 1
    assert {one["actor"] for one in auditor.get("/admin/audit", params={"actor": "olga"}).json()} == {"olga"}
    assert auditor.get("/admin/audit", params={"limit": 0}).status_code == 422
    mine = clients["dora"].get("/admin/audit", params={"actor": "dora"})
    assert mine.status_code == 200 and {one["actor"] for one in mine.json()} <= {"dora"}
    assert clients["dora"].get("/admin/audit", params={"actor": "olga"}).status_code == 403
    told = auditor.get("/admin/audit/verify").json()
    assert (told["holds"], told["breaks"]) == (True, [])
    assert told["entries"] >= newest[-1]["entry_no"]
