"""Access in the console: grants, users, refusals, emergencies and sensitivity, each changed by a form and by owners."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medark.bootstrap import init_workspace
from medark.flows.gate.glass import break_glass
from medark.flows.workspace import Workspace
from medark.model.access import Purpose, Rows
from medark.model.user import User
from support.visitor import Visitor

PASSWORD = "correct horse battery"
GRANT = {
    "holder_kind": "user", "holder": "dora", "purpose": "care", "rows": "care", "level": "3", "until": "2099-12-31",
    "tables": "measurement\r\nperson: person_id, birth_datetime", "masks": "person.birth_datetime = year",
}  # fmt: skip
PAGES = ("", "/users", "/users/dora", "/refusals", "/emergencies", "/columns", "/columns?table=person")
FORMS = ("/give", "/take", "/users/add", "/users/change", "/users/password", "/refusals/add", "/refusals/end",
         "/emergencies/review", "/columns/judge", "/columns/rule")  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    with init_workspace(tmp_path_factory.mktemp("console_access") / "ws", buckets=2, time_zone="Asia/Shanghai") as made:
        for name, organisation, role in (
            ("olga", "", "owner"), ("omar", "", "owner"), ("dora", "north", "doctor"), ("audry", "", "auditor"),
        ):  # fmt: skip
            made.ledger.users.add(User(name, organisation=organisation, roles=frozenset({role})), hashed)
        yield made


@pytest.fixture
def olga(people: dict[str, Visitor]) -> Visitor:
    return people["olga"]


def test_it_is_owners_alone(people: dict[str, Visitor]) -> None:
    for name in ("dora", "audry"):
        for path in PAGES:
            people[name].page(f"/access{path}", 403)
        for path in FORMS:
            people[name].send(f"/access{path}", 403, name="dora", table="person", column="person_id")
    for path in FORMS:
        people["olga"].send(f"/access{path}", 403, csrf="guessed")
    for path in PAGES:
        people["olga"].page(f"/access{path}")


def test_a_grant_is_given_in_words_and_taken_back(olga: Visitor, workspace: Workspace) -> None:
    place = olga.send("/access/give", **GRANT)
    number = int(place.rpartition("=")[2])
    (kept,) = [one for one in workspace.ledger.access.grants() if one.number == number]
    assert kept.tables == {"measurement": None, "person": frozenset({"person_id", "birth_datetime"})}
    assert (kept.rows, kept.purpose, kept.masks) == (Rows.CARE, Purpose.CARE, {"person.birth_datetime": "year"})
    assert kept.granted_by == "olga" and kept.ends_ms == 4_102_416_000_000  # the end of that day in Shanghai
    shown = olga.page("/access", done="given", grant=number)
    assert f"grant {number} is given" in shown and "rows of people in the care of their organisation" in shown
    assert "2099-12-31" in shown and "person.birth_datetime as year" in shown
    olga.send("/access/take", grant=str(number))
    assert number not in {one["number"] for one in olga.data("/access")["grants"]}
    (over,) = [one for one in olga.data("/access", over="yes")["grants"] if one["number"] == number]
    assert not over["is_open"] and over["revoked_ms"]
    olga.send("/access/take", 404, grant="999")
    olga.send("/access/take", 422, grant="the first")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tables": ""}, "which tables"), ({"tables": "none"}, "no such table"),
        ({"tables": "person: shoe_size"}, "no such column"), ({"masks": "person"}, "a mask is put on a column"),
        ({"level": "6"}, "no such level"), ({"holder": ""}, "who holds it"), ({"until": "tomorrow"}, "this is no day"),
        ({"until": "2001-01-01"}, "ends after it begins"), ({"purpose": "fun"}, "no such choice"),
    ],
)  # fmt: skip
def test_a_grant_that_can_not_be_says_why(olga: Visitor, wrong: dict[str, str], said: str) -> None:
    before = len(olga.data("/access", over="yes")["grants"])
    answer = olga.client.post("/console/access/give", data={**GRANT, **wrong, "csrf": olga.csrf})
    assert answer.status_code in (400, 422) and said in answer.text.lower()
    assert len(olga.data("/access", over="yes")["grants"]) == before


def test_users_are_added_changed_and_kept_out(olga: Visitor, people: dict[str, Visitor], workspace: Workspace) -> None:
    new = {"name": "ann", "display": "安", "organisation": "south", "roles": "researcher, ward", "password": PASSWORD}
    assert olga.send("/access/users/add", **new) == "/console/access/users?done=added"
    assert workspace.ledger.users.one("ann") == User("ann", "安", "south", frozenset({"researcher", "ward"}))
    ann = Visitor(str(olga.client.base_url), "ann", PASSWORD)
    ann.page("/worklist")
    olga.send("/access/users/add", 400, **new)
    olga.send("/access/users/add", 422, name=" ")
    olga.send("/access/users/password", 400, name="ann", password="short")
    olga.send("/access/users/password", name="ann", password=f"{PASSWORD} staple")
    assert ann.client.get("/console/worklist").status_code == 303  # what was open with the old one has ended
    olga.send("/access/users/change", name="ann", organisation="north", roles="ward", disabled="yes")
    assert workspace.ledger.users.one("ann") == User("ann", "", "north", frozenset({"ward"}), disabled=True)
    olga.send("/access/users/change", 404, name="nobody")
    olga.page("/access/users/nobody", 404)
    ann.close()


def test_the_last_owner_stays_one(olga: Visitor, workspace: Workspace) -> None:
    for one in workspace.ledger.users.all():
        if "owner" in one.roles and one.name != "olga":
            olga.send("/access/users/change", name=one.name, roles="doctor")
    for change in ({"roles": "doctor"}, {"roles": "owner", "disabled": "yes"}):
        assert "Nobody would own this workspace" in olga.send("/access/users/change", 400, name="olga", **change)
    olga.send("/access/users/change", name="omar", roles="owner")


def test_a_persons_no_and_its_end(olga: Visitor, workspace: Workspace) -> None:
    olga.send("/access/refusals/add", person="7", purpose="research", organisation="", until="")
    (said,) = workspace.ledger.refusals.of(7)
    assert (said.purpose, said.organisation, said.ends_ms) == (Purpose.RESEARCH, None, None)
    assert [one["person_id"] for one in olga.data("/access/refusals")["refusals"]] == ["7"]
    olga.send("/access/refusals/end", person="7")
    assert olga.data("/access/refusals")["refusals"] == []
    assert olga.data("/access/refusals", over="yes")["ended"] == 1
    olga.send("/access/refusals/add", 400, person=" ")
    assert "Nobody goes by this name" in olga.send("/access/refusals/add", 404, person="who is this")
    olga.send("/access/refusals/add", 422, person="7", purpose="fun")


def test_an_emergency_waits_for_somebody_else_to_look_at_it(people: dict[str, Visitor], workspace: Workspace) -> None:
    for name in ("dora", "olga"):
        people["olga"].send("/access/give", **{**GRANT, "holder": name})
    number = break_glass(workspace, "dora", 7, "unconscious in the emergency room").number
    own = break_glass(workspace, "olga", 8, "nobody else was there to do it").number
    olga, omar = people["olga"], people["omar"]
    waiting = {one["number"]: one for one in olga.data("/access/emergencies")["waiting"]}
    assert waiting[number]["is_open"] and waiting[number]["reason"] == "unconscious in the emergency room"
    assert "Nobody reviews what they did" in olga.send("/access/emergencies/review", 403, number=str(own), verdict="ok")
    olga.send("/access/emergencies/review", 400, number=str(number), verdict=" ")
    olga.send("/access/emergencies/review", number=str(number), verdict="it was right")
    olga.send("/access/emergencies/review", 404, number=str(number), verdict="again")
    omar.send("/access/emergencies/review", number=str(own), verdict="it was, too")
    told = omar.data("/access/emergencies")
    assert told["waiting"] == [] and [one["reviewed_by"] for one in told["reviewed"]] == ["omar", "olga"]
    assert omar.data("/worklist", kind="break_glass")["tasks"] == []  # closed with the verdict


def test_a_column_is_judged_and_left_to_its_rule_again(olga: Visitor, workspace: Workspace) -> None:
    judged = {"table": "person", "column": "year_of_birth", "level": "2", "kind": "", "reason": "only a year"}
    olga.send("/access/columns/judge", **judged)
    (decided,) = olga.data("/access/columns")["decided"]
    assert (decided["level"], decided["by"], decided["reason"]) == (2, "olga", "only a year")
    of_table = {one["name"]: one for one in olga.data("/access/columns", table="person")["columns"]}
    assert (of_table["year_of_birth"]["level"], of_table["year_of_birth"]["rule_level"]) == (2, decided["rule_level"])
    for wrong in ({"reason": " "}, {"level": "9"}, {"column": "shoe_size"}, {"kind": "C9"}):
        olga.send("/access/columns/judge", 400, **{**judged, **wrong})
    olga.send("/access/columns/rule", table="person", column="year_of_birth")
    olga.send("/access/columns/rule", 404, table="person", column="year_of_birth")
    assert olga.data("/access/columns")["decided"] == []
    assert workspace.ledger.audit.entries(action="column left to the rule")[0].act.actor == "olga"
    olga.page("/access/columns", 422, table="none")


def test_why_somebody_may_not_read_a_column(olga: Visitor) -> None:
    asked = {"table": "note", "column": "note_text", "user": "dora", "purpose": "research"}
    told = olga.data("/access/columns", **asked)["asked"]
    assert not told["allowed"] and "medark grant add user:dora" in told["fix"]
    assert "not allowed" in olga.page("/access/columns", **asked)
    olga.page("/access/columns", 422, **{**asked, "purpose": "fun"})
