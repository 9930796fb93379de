"""Codes that nobody has explained, in the console: by rows, many at once, one by one, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from medark.bootstrap import init_workspace
from medark.flows.ingest import ingest
from medark.flows.terms.background import wait
from medark.flows.terms.tasks import bring_up_to_date
from medark.flows.workspace import Workspace
from medark.model.term import TermState
from medark.model.user import User
from support.visitor import Visitor
from unit.flows.terms.test_terms import POTASSIUM, concepts, message

# Code, name, unit, and how many results of it there are.
CODES = (("ZK", "血钾", "mmol/L", 6), ("ZN", "血钠", "mmol/L", 3), ("ZQ", "某某项目", "", 1))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("console_terms")
    lis = folder / "lis"
    lis.mkdir()
    every = [(code, name, unit) for code, name, unit, count in CODES for _ in range(count)]
    for number, (code, name, unit) in enumerate(every):
        (lis / f"{number}.hl7").write_bytes(message(number, code, name, "4.1", unit))
    with init_workspace(folder / "ws", buckets=2, time_zone="Asia/Shanghai") as made:
        for name, role in (("owen", "owner"), ("stan", "steward"), ("dora", "doctor")):
            made.ledger.users.add(User(name, roles=frozenset({role})), hashed)
        ingest(made, lis, "north/lis")
        bring_up_to_date(made)
        yield made


@pytest.fixture(autouse=True)
def nothing_decided(workspace: Workspace, people: dict[str, Visitor]) -> Iterator[None]:
    """Each test leaves the codes as they were."""
    yield
    for one in {one.decided_ms for one in workspace.ledger.terms.all() if one.state is not TermState.OPEN}:
        people["stan"].send("/terms/undo", at_ms=str(one))
    wait(workspace)


def by_code(visitor: Visitor) -> dict[str, Any]:
    return {one["code"]: one for one in visitor.data("/terms")["codes"]}


def test_they_are_for_owners_and_stewards(people: dict[str, Visitor], workspace: Workspace) -> None:
    potassium = by_code(people["stan"])["ZK"]["id"]
    for path in ("/terms", "/terms/decided", f"/terms/{potassium}", "/terms/group?like=same"):
        assert "only an owner or a data steward" in people["dora"].page(path, 403)
    for path in ("/terms/decide", "/terms/undo", f"/terms/{potassium}"):
        people["dora"].send(path, 403, state="none", **{f"choice.{potassium}": "none"})
    people["stan"].send(f"/terms/{potassium}", 403, state="none", csrf="guessed")
    people["stan"].page("/terms/0123456789abcdef", 404)
    assert all(one.state is TermState.OPEN for one in workspace.ledger.terms.all())


def test_what_waits_is_listed_by_rows_with_what_a_decision_adds(people: dict[str, Visitor]) -> None:
    told = people["stan"].data("/terms")
    assert [(one["code"], one["rows"], round(one["gain"], 3), round(one["reached"], 3)) for one in told["codes"]] == [
        ("ZK", 6, 0.6, 0.6), ("ZN", 3, 0.3, 0.9), ("ZQ", 1, 0.1, 1.0),
    ]  # fmt: skip
    whole = told["coverage"]["all"]
    assert (whole["rows"], whole["rows_mapped"], whole["codes"], whole["codes_mapped"]) == (10, 0, 3, 0)
    best = told["codes"][0]["candidates"][0]
    assert best["concept_id"] == POTASSIUM
    assert {one["text"] for one in best["why"]} >= {"the unit fits"}


def test_several_are_decided_at_once_and_taken_back(people: dict[str, Visitor], workspace: Workspace) -> None:
    stan = people["stan"]
    there = by_code(stan)
    sent = {f"choice.{there['ZK']['id']}": str(POTASSIUM), f"choice.{there['ZN']['id']}": "later",
            f"choice.{there['ZQ']['id']}": "none"}  # fmt: skip
    assert stan.send("/terms/decide", **sent) == "/console/terms?done=2"
    wait(workspace)
    assert concepts(workspace) == {"ZK": {POTASSIUM}, "ZN": {0}, "ZQ": {0}}
    assert list(by_code(stan)) == ["ZN"]
    told = stan.data("/terms/decided")
    assert {(one["code"], one["state"], one["by"]) for one in told["codes"]} == {
        ("ZK", "mapped", "stan"), ("ZQ", "none", "stan"),
    }  # fmt: skip
    assert told["last"] == 2
    stan.send("/terms/undo", **{f"tick.{there['ZK']['id']}": "yes"})
    wait(workspace)
    assert concepts(workspace)["ZK"] == {0} and list(by_code(stan)) == ["ZK", "ZN"]


def test_codes_of_like_evidence_are_decided_together(people: dict[str, Visitor], workspace: Workspace) -> None:
    stan = people["stan"]
    groups = {one["name"]: one["codes"] for one in stan.data("/terms")["groups"]}
    like = by_code(stan)["ZK"]["likeness"]
    assert groups[like] >= 1 and by_code(stan)["ZQ"]["likeness"] == "none"
    told = stan.data("/terms/group", like=like)
    assert told["count"] == groups[like]
    assert "by now" in stan.send("/terms/group", 400, like=like, source="", kind="", count="99")
    stan.send("/terms/group", like=like, source="", kind="", count=str(told["count"]))
    wait(workspace)
    assert concepts(workspace)["ZK"] == {POTASSIUM}
    assert "No code of this group waits" in stan.page("/terms/group", like="none")


def test_one_is_looked_at_searched_for_and_decided(people: dict[str, Visitor], workspace: Workspace) -> None:
    stan = people["stan"]
    odd = by_code(stan)["ZQ"]["id"]
    found = stan.data(f"/terms/{odd}", q="potassium serum")["found"]
    assert POTASSIUM in {one["concept_id"] for one in found}
    by_number = stan.data(f"/terms/{odd}", q="2823-3")["found"]
    assert "What it may mean" in stan.page(f"/terms/{odd}", q="potassium") and by_number[0]["concept_id"] == POTASSIUM
    assert by_number[0]["probability"] == 1
    assert stan.send(f"/terms/{odd}", concept=str(POTASSIUM)).startswith("/console/terms/")
    wait(workspace)
    assert concepts(workspace)["ZQ"] == {POTASSIUM}
    told = stan.data(f"/terms/{odd}")
    assert told["decided"]["by"] == "stan" and "Potassium" in told["decided"]["text"]
    stan.send(f"/terms/{odd}", 400, concept="999999999")
    stan.send(f"/terms/{odd}", 422, concept="x")
    assert stan.send(f"/terms/{odd}", state="open") == f"/console/terms/{odd}"
    wait(workspace)
    assert concepts(workspace)["ZQ"] == {0}


def test_a_task_leads_to_the_codes_of_its_source(people: dict[str, Visitor], workspace: Workspace) -> None:
    (task,) = [one for one in workspace.ledger.tasks.all(is_open=True) if one.kind == "terms"]
    assert people["stan"].data(f"/worklist/{task.number}")["done_on"] == "/console/terms?source=north%2Flis"
    assert "Codes to be explained 3" in people["owen"].page("")
