"""A decision is kept while nothing changes, and not a moment longer: in whatever process, and as time goes by."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from medark.bootstrap import init_workspace, open_workspace
from medark.flows.gate import decide, parts, reader_of
from medark.flows.gate.decide import standing
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Reader, Refusal, Rows
from medark.model.user import ColumnOverride, User

READS = {"measurement": {"value_as_number"}}


@pytest.fixture(autouse=True)
def the_moment() -> None:
    """Now: the ledger says when something was given or taken back by the machine's clock."""


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws") as made:
        made.ledger.users.add(User("ann", organisation="north", roles=frozenset({"ward"})))
        made.ledger.users.add(User("bo", organisation="south"))
        yield made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """For whom it was decided anew."""
    where = import_module("medark.flows.gate.decide")
    found: list[str] = []
    before = where.authorise

    def counted(reader: Reader, *told: Any) -> Any:
        found.append(reader.user)
        return before(reader, *told)

    monkeypatch.setattr(where, "authorise", counted)
    return found


def grant(**told: Any) -> Grant:
    usual = {
        "number": 0, "holder_kind": Holder.USER, "holder": "ann", "purpose": Purpose.CARE, "rows": Rows.ALL,
        "level": 3, "tables": {"measurement": None}, "starts_ms": 0,
    }  # fmt: skip
    return Grant(**(usual | told))


def allowed(ws: Workspace, user: str = "ann", at_ms: int | None = None) -> bool:
    return decide(ws, reader_of(ws, user, Purpose.CARE), READS, at_ms).allowed


def test_it_is_decided_once_while_nothing_changes(ws: Workspace, asked: list[str]) -> None:
    ws.ledger.access.add_grant(grant())
    assert [allowed(ws) for _ in range(5)] == [True] * 5
    assert [allowed(ws, "bo") for _ in range(5)] == [False] * 5
    assert asked == ["ann", "bo"]
    assert not decide(ws, reader_of(ws, "ann", Purpose.RESEARCH), READS).allowed
    assert not decide(ws, reader_of(ws, "ann", Purpose.CARE), {"note": None}).allowed
    assert asked == ["ann", "bo", "ann", "ann"]


def test_it_begins_and_ends_with_its_grants(ws: Workspace, asked: list[str]) -> None:
    now = parts.now_ms()
    ws.ledger.access.add_grant(grant(starts_ms=now + 100, ends_ms=now + 200))
    times = [now + more for more in (0, 99, 100, 150, 199, 200, 300, 150, 0, 250, 100)]
    assert [allowed(ws, at_ms=time) for time in times] == [
        False, False, True, True, True, False, False, True, False, False, True,
    ]  # fmt: skip
    assert len(asked) < len(times)


def test_what_another_process_takes_back_is_gone_at_the_next_read(ws: Workspace) -> None:
    given = ws.ledger.access.add_grant(grant())
    by_role = ws.ledger.access.add_grant(grant(holder_kind=Holder.ROLE, holder="ward"))
    with open_workspace(ws.path, {}) as other:
        assert allowed(ws) and allowed(other)
        other.ledger.access.revoke(given.number)
        assert allowed(ws)  # by their role
        other.ledger.access.revoke(by_role.number)
        assert not allowed(ws)
        other.ledger.access.add_grant(grant())
        assert allowed(ws)
        other.ledger.access.override(ColumnOverride("measurement", "value_as_number", "C1", 5, "rare", "bo", 0))
        assert not allowed(ws)
        other.ledger.access.drop_override("measurement", "value_as_number")
        assert allowed(ws)
        other.ledger.users.change(User("ann", disabled=True))
        assert not allowed(ws)


def test_what_was_decided_of_before_does_not_show_whom_the_glass_is_broken_for(ws: Workspace) -> None:
    ws.ledger.access.add_grant(grant(rows=Rows.CARE))
    ann = reader_of(ws, "ann", Purpose.CARE)

    def opened(at_ms: int) -> frozenset[int]:
        return standing(ws, ann, READS, at_ms).reader.broken_glass

    now = int(time.time() * 1000)
    assert opened(now) == frozenset()
    broken = ws.ledger.glass.breaks("ann", 7, "nobody else is here", 60_000)
    assert (opened(broken.at_ms), opened(broken.ends_ms - 1), opened(broken.ends_ms)) == ({7}, {7}, frozenset())
    assert standing(ws, reader_of(ws, "bo", Purpose.CARE), READS).reader.broken_glass == frozenset()


def test_who_said_no_is_asked_each_time(ws: Workspace) -> None:
    ws.ledger.access.add_grant(grant())
    ann, now = reader_of(ws, "ann", Purpose.CARE), parts.now_ms()
    assert standing(ws, ann, READS).refused == frozenset()
    with open_workspace(ws.path, {}) as other:
        other.ledger.refusals.add([Refusal(7, organisation="north"), Refusal(8, starts_ms=now + 60_000)])
    for person_id, later, found in (
        (None, 0, {7}),
        (7, 0, {7}),
        (8, 0, set()),
        (8, 60_000, {8}),
        (None, 60_000, {7, 8}),
    ):
        assert standing(ws, ann, READS, now + later, person_id).refused == found
    assert standing(ws, reader_of(ws, "bo", Purpose.CARE), READS, now).refused == frozenset()


def test_within_one_request_the_ledger_is_as_it_was_at_its_beginning(ws: Workspace) -> None:
    given = ws.ledger.access.add_grant(grant())
    with open_workspace(ws.path, {}) as other, ws.ledger.at_once():
        assert allowed(ws)
        other.ledger.access.revoke(given.number)
        with ws.ledger.at_once():
            assert allowed(ws)
    assert not allowed(ws)
