"""The audit in the console: filtered, in pages that stand still, verified, and to anybody what they did themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medark.bootstrap import init_workspace
from medark.flows.workspace import Workspace
from medark.model.access import Purpose
from medark.model.audit import Act, Verdict
from medark.model.user import User
from support.visitor import Visitor

PERSON = -(2**60)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    """Dora read three times of a person and was refused once; Sam read sixty times."""
    with init_workspace(tmp_path_factory.mktemp("console_audit") / "ws", buckets=2) as made:
        for name, role in (("olga", "owner"), ("audry", "auditor"), ("dora", "doctor"), ("sam", "doctor")):
            made.ledger.users.add(User(name, roles=frozenset({role})), hashed)
        add = made.ledger.audit.add
        for _ in range(3):
            reads = {"measurement": ("value_as_number",)}
            add(Act("timeline", "dora", "north", Purpose.CARE, reads=reads, verdict=Verdict.ALLOWED), [PERSON])
        add(Act("query", "dora", verdict=Verdict.REFUSED, reason="no grant opens it"))
        for number in range(60):
            add(Act("query", "sam", verdict=Verdict.ALLOWED, detail={"n": number}))
        yield made


def test_owners_and_auditors_see_all_and_others_what_they_did(people: dict[str, Visitor]) -> None:
    for name in ("olga", "audry"):
        assert {one["actor"] for one in people[name].data("/audit")["entries"]} >= {"sam"}
    for query in ({}, {"actor": "sam"}):
        told = people["dora"].data("/audit", **query)
        assert {one["actor"] for one in told["entries"]} == {"dora"} and not told["sees_all"]
    assert "What you did" in people["dora"].page("/audit")
    people["dora"].page("/audit", 403, person=PERSON)
    people["dora"].page("/audit/verify", 403)
    people["dora"].send("/audit/person", 403, person="7")


def test_filters(people: dict[str, Visitor]) -> None:
    audry = people["audry"]
    assert len(audry.data("/audit", actor="dora")["entries"]) == 4
    (refused,) = audry.data("/audit", verdict="refused")["entries"]
    assert (refused["actor"], refused["reason"]) == ("dora", "no grant opens it")
    assert {one["action"] for one in audry.data("/audit", action="timeline")["entries"]} == {"timeline"}
    assert (
        audry.data("/audit", until="2001-01-01")["entries"] == [] == audry.data("/audit", since="2999-01-01")["entries"]
    )
    assert "No entry fits" in audry.page("/audit", app="none")
    for wrong in ({"verdict": "maybe"}, {"before": "x"}):
        audry.page("/audit", 422, **wrong)
    for wrong in ({"since": "today"}, {"person": "Li Hua"}, {"person": "9" * 19}):
        audry.page("/audit", 400, **wrong)


def test_who_has_looked_at_a_record(people: dict[str, Visitor]) -> None:
    audry = people["audry"]
    assert audry.send("/audit/person", person=str(PERSON)) == f"/console/audit?person={PERSON}"
    assert "Nobody goes by this name" in audry.send("/audit/person", 404, person="H0042")
    audry.send("/audit/person", 400, person=" ")
    told = audry.data("/audit", person=PERSON)
    assert [one["actor"] for one in told["entries"]] == ["dora"] * 3
    assert "Who has looked at this record" in audry.page("/audit", person=PERSON)


def test_pages_stand_still_while_entries_are_added(people: dict[str, Visitor], workspace: Workspace) -> None:
    first = people["audry"].data("/audit", actor="sam")
    assert len(first["entries"]) == 50 and first["newest"] == ""
    workspace.ledger.audit.add(Act("query", "sam"))
    path, _, query = first["older"].removeprefix("/console").partition("?")
    second = people["audry"].data(path, **dict(pair.split("=") for pair in query.split("&")))
    numbers = [one["number"] for one in (*first["entries"], *second["entries"])]
    assert numbers == sorted(numbers, reverse=True) and len(set(numbers)) == 60
    assert second["older"] == "" and second["newest"] == "/console/audit?actor=sam"


def test_it_is_verified(people: dict[str, Visitor], workspace: Workspace) -> None:
    told = people["audry"].data("/audit/verify")
    newest = workspace.ledger.audit.entries(limit=1)[0]
    assert (told["holds"], told["entries"], told["newest_ms"]) == (True, newest.entry_no, newest.at_ms)
    assert "all as they were written" in people["audry"].page("/audit/verify")
