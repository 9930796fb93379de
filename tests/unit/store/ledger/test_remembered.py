"""What the ledger remembers is never older than what anybody wrote: each change is counted, whoever makes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from medark.model.access import Grant, Holder, Purpose, Reader, Refusal, Rows
from medark.model.app import App, AppState
from medark.model.audit import Act
from medark.model.token import Token
from medark.model.user import ColumnOverride, User
from medark.store.ledger import Ledger
from medark.store.ledger.remembered import Span, Spans
from unit.store.ledger.conftest import NOW, Opened

NOW_MS = int(NOW * 1000)
GRANT = Grant(0, Holder.USER, "ann", Purpose.CARE, {"measurement": None}, Rows.ALL, 3, 0)
ANN = Reader("ann", Purpose.CARE, organisation="north")

CHANGES: dict[str, Callable[[Ledger], Any]] = {
    "a user": lambda one: one.users.add(User("bo")),
    "a role": lambda one: one.users.change(User("ann", roles=frozenset({"ward"}))),
    "a password": lambda one: one.users.set_password_hash("ann", "hash"),
    "a grant": lambda one: one.access.add_grant(GRANT),
    "a grant taken back": lambda one: one.access.revoke(1),
    "a judged column": lambda one: one.access.override(ColumnOverride("note", "note_text", "C1", 1, "", "ann", 0)),
    "a refusal": lambda one: one.refusals.add([Refusal(7)]),
    "what a consent says": lambda one: one.refusals.replace("Consent/1", [Refusal(8)]),
    "an emergency": lambda one: one.glass.breaks("ann", 7, "no time", 1000),
    "an application": lambda one: one.apps.put(App("sepsis", AppState.ENABLED)),
    "a token taken back": lambda one: one.tokens.revoke("t1"),
    "a person who is erased": lambda one: one.forget_person(5, Act("erase")),
}


@pytest.fixture
def begun(ledger: Ledger) -> Ledger:
    ledger.users.add(User("ann", organisation="north"))
    ledger.access.add_grant(GRANT)
    ledger.tokens.add(Token("t1", "ann"))
    ledger.refusals.add([Refusal(5)])
    return ledger


@pytest.mark.parametrize("what", CHANGES)
def test_each_change_is_counted(what: str, begun: Ledger) -> None:
    before = begun.changes()
    assert begun.changes() == before
    CHANGES[what](begun)
    assert begun.changes() > before


def test_what_takes_nothing_from_anybody_is_not_counted(begun: Ledger) -> None:
    before = begun.changes()
    begun.audit.add(Act("read"), [1])
    begun.tokens.add(Token("t2", "ann"))
    assert begun.changes() == before


def _all(ledger: Ledger) -> list[Any]:
    people = ledger.refusals.people(ANN, NOW_MS), ledger.glass.people("ann", NOW_MS)
    told = ledger.users.one("ann"), ledger.access.grants(ANN), ledger.access.overrides(), ledger.apps.apps()
    return [*told, *people, ledger.refusals.of(7), ledger.tokens.one("t1")]


@pytest.mark.parametrize("what", CHANGES)
def test_what_another_process_changed_is_told_at_once(what: str, begun: Ledger, opened: Opened) -> None:
    _all(begun)
    other = opened()
    CHANGES[what](other)
    assert _all(begun) == _all(opened())


def test_a_change_that_is_not_kept_is_not_told(begun: Ledger, raw: Callable[..., Any]) -> None:
    before, kept = begun.changes(), _all(begun)
    with pytest.raises(RuntimeError), begun._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM users")
        raise RuntimeError
    assert (begun.changes(), _all(begun)) == (before, kept)


def test_whoever_writes_to_the_tables_is_counted(begun: Ledger, raw: Callable[..., Any]) -> None:
    """As somebody with the database's own tools would."""
    assert begun.access.grants(ANN)
    raw("DELETE FROM access_grant")
    assert begun.access.grants(ANN) == []


def test_a_token_that_came_is_found_though_it_was_asked_for_before(begun: Ledger) -> None:
    assert begun.tokens.one("t2") is None
    begun.tokens.add(Token("t2", "ann"))
    assert begun.tokens.one("t2") is not None


def test_what_is_remembered_does_not_outgrow_its_room(begun: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medark.store.ledger.remembered._MOST", 10)
    for person in range(100):
        assert begun.refusals.of(person) == ([Refusal(5)] if person == 5 else [])
    assert len(begun._database.remembered._kept[1]) <= 11


def test_spans_hold_from_their_first_moment_until_before_their_last() -> None:
    spans = Spans([Span(1, 10, 20), Span(2, 15, None), Span(1, 30, 31)])
    told = {now: set(spans.people(now)) for now in (9, 10, 14, 15, 19, 20, 29, 30, 31, 10)}
    assert told == {9: set(), 10: {1}, 14: {1}, 15: {1, 2}, 19: {1, 2}, 20: {2}, 29: {2}, 30: {1, 2}, 31: {2}}
