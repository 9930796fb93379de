"""Users, grants, refusals, opened records and decisions on columns: back as they were given, on both databases"""

from __future__ import annotations

from typing import Any

import pytest

from medark.errors import NotFoundError, UsageError
from medark.model.access import Grant, Holder, Purpose, Reader, Refusal, Rows
from medark.model.audit import Act
from medark.model.user import ColumnOverride, User
from medark.store.ledger import Ledger

NOW = 1_700_000_000_250
LI = User("li", "Li Na", "north", frozenset({"physician", "owner"}))
READER = Reader("li", Purpose.CARE, frozenset({"physician"}), "north", app="card")


def grant(kind: Holder, holder: str, **told: Any) -> Grant:
    given: dict[str, Any] = {
        "number": 0,
        "holder_kind": kind,
        "holder": holder,
        "purpose": Purpose.CARE,
        "tables": {"measurement": frozenset({"value_as_number", "person_id"}), "person": None},
        "rows": Rows.CARE,
        "level": 3,
        "starts_ms": NOW,
        "ends_ms": NOW + 1000,
        "masks": {"person.birth_datetime": "year"},
        "granted_by": "owner",
    }
    return Grant(**(given | told))


# -- users -----------------------------------------------------------------------------------------------------------


def test_a_user_comes_back_as_they_were_added(ledger: Ledger) -> None:
    assert ledger.users.add(LI, "$argon2id$x") == ledger.users.one("li") == LI
    ledger.users.add(User("wu"))
    assert ledger.users.all() == [LI, User("wu")]
    assert ledger.users.password_hash("li") == "$argon2id$x" and ledger.users.password_hash("wu") is None
    assert ledger.users.password_hash("nobody") is None


def test_a_name_is_taken_once(ledger: Ledger) -> None:
    ledger.users.add(LI)
    with pytest.raises(UsageError, match="of this name"):
        ledger.users.add(User("li", roles=frozenset({"owner"})))
    assert ledger.users.one("li") == LI


def test_a_user_is_changed_and_disabled_not_deleted(ledger: Ledger) -> None:
    ledger.users.add(LI, "old")
    ledger.users.set_password_hash("li", "new")
    assert ledger.users.password_hash("li") == "new"
    gone = User("li", "Li Na", "south", frozenset({"nurse"}), disabled=True)
    assert ledger.users.change(gone) == ledger.users.one("li") == gone
    assert ledger.users.password_hash("li") is None, "who is disabled signs in by no password"
    for change in (lambda: ledger.users.change(User("x")), lambda: ledger.users.set_password_hash("x", "y")):
        with pytest.raises(NotFoundError):
            change()
    with pytest.raises(NotFoundError):
        ledger.users.one("x")


# -- grants ----------------------------------------------------------------------------------------------------------


def test_grants_come_back_with_their_numbers(ledger: Ledger) -> None:
    given = [ledger.access.add_grant(grant(Holder.USER, "li")), ledger.access.add_grant(grant(Holder.ROLE, "x"))]
    assert [g.number for g in given] == [1, 2] and ledger.access.grants() == given
    assert given[0] == grant(Holder.USER, "li", number=1)


def test_a_reader_s_grants_are_theirs_their_roles_and_their_app_s(ledger: Ledger) -> None:
    mine = [(Holder.USER, "li"), (Holder.ROLE, "physician"), (Holder.APP, "card")]
    others = [
        (Holder.USER, "wu"),
        (Holder.ROLE, "owner"),
        (Holder.APP, "other"),
        (Holder.APP, ""),
        (Holder.USER, "card"),
    ]
    for kind, holder in [*mine, *others]:
        ledger.access.add_grant(grant(kind, holder))
    assert [(g.holder_kind, g.holder) for g in ledger.access.grants(READER)] == mine
    assert ledger.access.grants(Reader("", Purpose.CARE)) == []


def test_a_grant_is_revoked_once_and_stays_to_be_seen(ledger: Ledger, opened: Any) -> None:
    number = ledger.access.add_grant(grant(Holder.USER, "li")).number
    assert ledger.access.revoke(number, "owner").revoked_ms == NOW
    assert not ledger.access.grants()[0].in_force(NOW)
    later = opened(clock=lambda: 2_000_000_000.0)
    assert later.access.revoke(number).revoked_ms == NOW, "revoked again, it stays as it was"
    with pytest.raises(NotFoundError):
        ledger.access.revoke(77)


def test_the_last_decision_on_a_column_holds(ledger: Ledger) -> None:
    first = ColumnOverride("note", "note_text", "C4", 5, "names in it", "li")
    ledger.access.override(first)
    ledger.access.override(ColumnOverride("note", "note_text", "C4", 3, "cleaned", "wu"))
    ledger.access.override(ColumnOverride("ext", "阶段", "C3", 2, "a stage", "li"))
    assert ledger.access.overrides() == [
        ColumnOverride("ext", "阶段", "C3", 2, "a stage", "li", NOW),
        ColumnOverride("note", "note_text", "C4", 3, "cleaned", "wu", NOW),
    ]
    ledger.access.drop_override("note", "note_text")
    assert [o.table for o in ledger.access.overrides()] == ["ext"]


# -- a person's no ---------------------------------------------------------------------------------------------------


def test_whom_a_reader_may_not_see_is_what_each_refusal_says(ledger: Ledger) -> None:
    told = [
        Refusal(1),
        Refusal(2, Purpose.RESEARCH),
        Refusal(3, Purpose.CARE, "north"),
        Refusal(4, None, "south"),
        Refusal(5, starts_ms=NOW + 5),
        Refusal(6, ends_ms=NOW),
        Refusal(-7, ends_ms=NOW + 1),
    ]
    ledger.refusals.add(told, "desk")
    assert ledger.refusals.all() == told
    assert ledger.refusals.people(READER, NOW) == {r.person_id for r in told if r.concerns(READER, NOW)} == {1, 3, -7}


def test_what_an_origin_says_now_is_in_the_place_of_what_it_said(ledger: Ledger) -> None:
    ledger.refusals.add([Refusal(1)], "desk")
    ledger.refusals.replace("Consent/12", [Refusal(2), Refusal(3)])
    ledger.refusals.replace("Consent/12", [Refusal(2, Purpose.RESEARCH)])
    assert ledger.refusals.all() == [Refusal(1), Refusal(2, Purpose.RESEARCH)]
    assert ledger.refusals.end(2, NOW) == 1 and ledger.refusals.end(2, NOW) == 0
    assert ledger.refusals.of(2) == [Refusal(2, Purpose.RESEARCH, ends_ms=NOW)]


# -- opened in an emergency ------------------------------------------------------------------------------------------


def test_a_record_is_open_for_a_while_and_waits_for_a_review(ledger: Ledger) -> None:
    broken = ledger.glass.breaks("li", 7, "unconscious", 1000)
    assert ledger.glass.people("li", NOW) == {7} and ledger.glass.people("wu", NOW) == frozenset()
    assert ledger.glass.people("li", NOW + 1000) == frozenset()
    assert ledger.glass.all(waiting=True) == ledger.glass.of("li") == [broken]
    seen = ledger.glass.review(broken.number, "wu", "justified")
    assert (seen.reviewed_by, seen.reviewed_ms, seen.verdict) == ("wu", NOW, "justified")
    assert ledger.glass.all(waiting=True) == [] and ledger.glass.all() == [seen]
    with pytest.raises(NotFoundError):
        ledger.glass.review(broken.number, "li", "all well")


# -- erased ----------------------------------------------------------------------------------------------------------


def test_an_erased_person_is_nowhere_in_it(ledger: Ledger, raw: Any) -> None:
    from medark.model.card import CardFeedback
    from medark.model.task import Task

    for person in (7, 8):
        ledger.refusals.add([Refusal(person)])
        ledger.glass.breaks("li", person, "unconscious", 1000)
        task = ledger.tasks.raise_(
            Task(0, "alert", f"call {person}", "card", f"k{person}", person, evidence=({"row": person},))
        )
        ledger.tasks.assign(task.number, "li", "wu")
        ledger.feedback.add(
            [CardFeedback(f"c{person}", "k", "overridden", NOW, person_id=person, comment=f"{person}!")]
        )
        ledger.audit.add(Act("read"), [person])
    ledger.forget_person(7, Act("erased"))
    assert ledger.refusals.all() == [Refusal(8)]
    assert [b.person_id for b in ledger.glass.all()] == [0, 8]
    assert [(t.person_id, t.title, t.evidence) for t in ledger.tasks.all()] == [
        (None, "", ()),
        (8, "call 8", ({"row": 8},)),
    ]
    assert {f.person_id: f.comment for f in ledger.feedback.all()} == {None: "", 8: "8!"}
    assert ledger.audit.about(7) == [] and len(ledger.audit.about(8)) == 1
    assert ledger.tasks.one(1).assignee == "li", "that there was something to do, and who did it, stays"
