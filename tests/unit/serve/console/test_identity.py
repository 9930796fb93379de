"""Pairs of records that may be one person, in the console: masked, side by side, decided by who may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from medark.bootstrap import open_workspace
from medark.flows.gate.reader import machine_user
from medark.flows.identity.linking import link
from medark.flows.identity.tasks import KIND
from medark.flows.workspace import Workspace
from medark.model.progress import Silent
from medark.model.user import User
from medark.settings import ServeSettings
from support.two_hospitals import NORTH, SOUTH, made
from support.visitor import Visitor

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("console_identity")
    made(folder / "ws", {"north": NORTH, "south": SOUTH})
    with open_workspace(folder / "ws", {"MEDARK_INGEST_WORKERS": "1"}) as opened:
        for name, role in (("ida", "identity"), ("stan", "steward"), ("dora", "doctor")):
            opened.ledger.users.add(User(name, roles=frozenset({role})), hashed)
        link(opened, machine_user(), Silent())
        yield opened


@pytest.fixture(scope="module")
def people(workspace: Workspace, serving: Any) -> Iterator[dict[str, Visitor]]:
    with serving(workspace, ServeSettings(a_second=0)) as base:
        found = {name: Visitor(base, name, PASSWORD) for name in ("ida", "stan", "dora")}
        yield found
        for one in found.values():
            one.close()


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
