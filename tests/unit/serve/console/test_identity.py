"""Pairs of records that may be one person, in the console: masked, side by side, decided by who may."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medark.bootstrap import open_workspace
from medark.flows.gate.reader import machine_user
from medark.flows.identity.deciding import decide, unmerge
from medark.flows.identity.linking import link
from medark.flows.identity.tasks import KIND
from medark.flows.workspace import Workspace
from medark.model.progress import Silent
from medark.model.user import User
from support.two_hospitals import NORTH, SOUTH, made
from support.visitor import Visitor


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("console_identity")
    made(folder / "ws", {"north": NORTH, "south": SOUTH})
    with open_workspace(folder / "ws", {"MEDARK_INGEST_WORKERS": "1"}) as opened:
        for name, role in (("ida", "identity"), ("stan", "steward"), ("dora", "doctor")):
            opened.ledger.users.add(User(name, roles=frozenset({role})), hashed)
        link(opened, machine_user(), Silent())
        yield opened


def path(people: dict[str, Visitor]) -> str:
    (one,) = people["stan"].data("/identity")["pairs"]
    return str(one["address"]).removeprefix("/console")


def test_a_steward_sees_masks_side_by_side(people: dict[str, Visitor]) -> None:
    (one,) = people["stan"].data("/identity")["pairs"]
    assert {one["left"]["name"], one["right"]["name"]} == {"陈*"}
    told = people["stan"].data(path(people))
    birth = next(field for field in told["fields"] if field["label"] == "birth")
    assert (birth["left"], birth["words"]) == (["2010****"], "same day")
    assert birth["bits"] > 0
    page = people["stan"].page(path(people))
    assert "陈思" not in page
    assert "2010****" in page
    assert "Two persons" not in page, "a steward looks; who has the role identity decides"


def test_values_are_shown_to_who_may_decide_alone(people: dict[str, Visitor]) -> None:
    assert "陈思" in people["ida"].page(f"{path(people)}?clear=yes")
    for name, where in (("stan", f"{path(people)}?clear=yes"), ("dora", "/identity"), ("dora", path(people))):
        assert "陈" not in people[name].page(where, 403)


def test_what_is_no_pair_is_not_there(people: dict[str, Visitor]) -> None:
    for where, status in (("/identity/1-x", 422), ("/identity/1-99", 404), ("/identity/1", 422)):
        people["ida"].page(where, status)


def test_a_decision_takes_effect_and_closes_the_task(people: dict[str, Visitor], workspace: Workspace) -> None:
    where = path(people)
    (task,) = (one for one in workspace.ledger.tasks.all(is_open=True) if one.kind == KIND)
    assert people["ida"].data(f"/worklist/{task.number}")["done_on"].endswith(where)
    people["stan"].send(where, 403, verdict="same")
    people["ida"].send(where, verdict="same", reason="her mother said so")
    assert people["ida"].data("/identity")["pairs"] == []
    who = {**workspace.crosswalk.persons("north"), **workspace.crosswalk.persons("south")}
    assert who["N3"] == who["S4"]
    assert not [one for one in workspace.ledger.tasks.all(is_open=True) if one.kind == KIND]


def test_what_was_decided_is_listed_and_taken_back_after_asking(
    people: dict[str, Visitor], workspace: Workspace
) -> None:
    linked = workspace.crosswalk.linked
    (act,) = people["stan"].data("/identity/decided")["acts"]
    assert (act["by"], act["verdict"], act["reason"], act["counts"]) == ("ida", "same", "her mother said so", True)
    assert {act["pairs"][0]["left"]["name"], act["pairs"][0]["right"]["name"]} == {"陈*"}
    where = str(act["address"]).removeprefix("/console")
    assert "Take back …" not in people["stan"].page("/identity/decided"), "a steward looks"
    assert "Leave it" not in people["stan"].page(where)
    asked = people["ida"].page(where)
    assert "Take it back" in asked and "Leave it" in asked and "陈思" not in asked
    assert len(linked.decisions()) == 1, "who looks has not decided"
    people["stan"].send(where, 403)
    people["ida"].send(where, 403, csrf="guessed")
    people["dora"].page("/identity/decided", 403)
    assert people["ida"].send(where) == "/console/identity/decided?done=yes"
    assert not linked.decisions()
    who = {**workspace.crosswalk.persons("north"), **workspace.crosswalk.persons("south")}
    assert who["N3"] != who["S4"]
    (undone,) = people["ida"].data("/identity/decided")["acts"]
    assert (undone["undone_by"], undone["counts"]) == ("ida", False)
    assert "It was taken back" in people["ida"].page(where)
    people["ida"].send(where, 404)
    (told,) = workspace.ledger.audit.entries(actor="ida", action="identity undone")
    assert (told.act.detail["was"], told.act.detail["pairs"]) == ("same", 1)


def test_a_person_taken_apart_is_one_act(people: dict[str, Visitor], workspace: Workspace) -> None:
    """Two records of three are another's: two pairs, decided and taken back together; what was said before stands."""
    key = {one.person_key: one.key_no for one in workspace.crosswalk.linked.known(())}
    decide(workspace, machine_user(), key["N2"], key["S4"], "same", "")
    person = workspace.crosswalk.linked.persons([key["N2"]])[key["N2"]]
    unmerge(workspace, machine_user(), str(person), [key["S4"]], "another's")
    act = people["ida"].data("/identity/decided")["acts"][0]
    assert (act["verdict"], act["pair_count"]) == ("different", 2)
    people["ida"].send(str(act["address"]).removeprefix("/console"))
    left = [(one.left_key, one.right_key, one.verdict) for one in workspace.crosswalk.linked.decisions()]
    assert left == [(*sorted((key["N2"], key["S4"])), "same")]
