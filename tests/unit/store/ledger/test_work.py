"""Tasks, what was said of cards, applications and tokens, on both databases"""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import product

import pytest

from medark.errors import NotFoundError, StorageError, UsageError
from medark.model.app import App, AppState, AppVersion
from medark.model.card import CardFeedback
from medark.model.task import Task, TaskCount, TaskState, TaskStep, TasksWanted, Theirs
from medark.model.token import Token
from medark.store.ledger import Ledger

NOW = 1_700_000_000_250
ALERT = Task(0, "alert", "potassium", "card", "7/k", 7, "north", due_ms=NOW + 5, evidence=({"table": "m", "row": 3},))


# -- tasks -----------------------------------------------------------------------------------------------------------


def test_a_task_lives_from_open_to_done_and_every_step_stays(ledger: Ledger) -> None:
    raised = ledger.tasks.raise_(ALERT, "card")
    assert raised == ledger.tasks.one(1) == replace(ALERT, number=1, raised_ms=NOW)
    assert ledger.tasks.assign(1, "li", "wu").assignee == "li"
    done = ledger.tasks.close(1, TaskState.DONE, "li")
    assert (done.state, done.assignee, done.closed_ms) == (TaskState.DONE, "li", NOW)
    assert ledger.tasks.steps(1) == [
        TaskStep(1, NOW, "card", TaskState.OPEN),
        TaskStep(1, NOW, "wu", TaskState.ASSIGNED, "li"),
        TaskStep(1, NOW, "li", TaskState.DONE, "li"),
    ]
    for change in (lambda: ledger.tasks.assign(1, "x", "x"), lambda: ledger.tasks.close(1, TaskState.DONE, "x")):
        with pytest.raises(UsageError, match="closed"):
            change()


def test_dismissing_wants_a_reason(ledger: Ledger) -> None:
    ledger.tasks.raise_(ALERT)
    for state, reason in ((TaskState.DISMISSED, ""), (TaskState.OPEN, "r"), (TaskState.ASSIGNED, "r")):
        with pytest.raises(UsageError):
            ledger.tasks.close(1, state, "li", reason)
    assert ledger.tasks.close(1, TaskState.DISMISSED, "li", "haemolysed").reason == "haemolysed"
    with pytest.raises(NotFoundError):
        ledger.tasks.close(2, TaskState.DONE, "li")


def test_one_open_task_of_a_key(ledger: Ledger) -> None:
    first = ledger.tasks.raise_(ALERT)
    assert ledger.tasks.raise_(replace(ALERT, title="again")) == first
    assert ledger.tasks.raise_(replace(ALERT, app="other")).number == 2, "another app's key is another"
    assert ledger.tasks.raise_(replace(ALERT, key="")).number != ledger.tasks.raise_(replace(ALERT, key="")).number
    ledger.tasks.close(first.number, TaskState.DONE, "li")
    assert ledger.tasks.raise_(ALERT).number > first.number


def test_threads_raise_it_once(ledger: Ledger) -> None:
    threads = [threading.Thread(target=ledger.tasks.raise_, args=(ALERT,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [task.number for task in ledger.tasks.all()] == [1] and len(ledger.tasks.steps(1)) == 1


ROLES = (frozenset(), frozenset({"steward"}))


def test_a_worklist_is_what_is_open_and_due_first(ledger: Ledger) -> None:
    for due in (None, NOW + 9, NOW + 1):
        ledger.tasks.raise_(replace(ALERT, key="", due_ms=due))
    ledger.tasks.raise_(replace(ALERT, key="", app="other", person_id=8))
    ledger.tasks.close(4, TaskState.DONE, "li")
    ledger.tasks.assign(2, "li", "li")
    assert [t.number for t in ledger.tasks.all(is_open=True)] == [3, 2, 1]
    assert [t.number for t in ledger.tasks.all(is_open=False)] == [4]
    assert [t.number for t in ledger.tasks.all(assignee="li")] == [2]
    assert [t.number for t in ledger.tasks.all(app="other")] == [t.number for t in ledger.tasks.all(person_id=8)] == [4]
    assert [t.number for t in ledger.tasks.all(limit=1)] == [3]
    assert [t.number for t in ledger.tasks.fitting(TasksWanted(), limit=2, skip=1)] == [4, 2]


def test_what_is_theirs_is_asked_of_the_ledger_as_it_is_said_of_one_task(ledger: Ledger) -> None:
    for person_id, organisation, assignee in product((7, None), ("", "north", "south"), ("", "li", "wu")):
        _raise(ledger, person_id, organisation, assignee)
    for organisation, assignee in product(("", "north", "south"), ("", "li", "wu")):
        _raise(ledger, None, organisation, assignee, role="steward")
    there = ledger.tasks.all()
    for user, organisation, of_people, roles in product(("li", "zhao"), ("", "north"), (True, False), ROLES):
        theirs = Theirs(user, organisation, of_people, roles)
        found = ledger.tasks.fitting(TasksWanted(theirs=theirs))
        assert found == [one for one in there if theirs.has(one)]
        assert 0 < len(found) < len(there)
    assert [one.person_id for one in ledger.tasks.fitting(TasksWanted(about_people=True))] == [7] * 9
    mine = TasksWanted(assignees=("li", ""), about_people=False)
    assert {one.assignee for one in ledger.tasks.fitting(mine)} == {"li", ""}


def test_what_is_a_roles_is_no_burden_of_others(ledger: Ledger) -> None:
    for organisation in ("north", "south"):
        _raise(ledger, None, organisation, "", role="steward")

    def shown(organisation: str, *roles: str) -> list[str]:
        theirs = Theirs("li", organisation, True, frozenset(roles))
        return [one.organisation for one in ledger.tasks.fitting(TasksWanted(theirs=theirs))]

    assert shown("north", "doctor") == shown("", "doctor") == []
    assert shown("north", "doctor", "steward") == ["north"]
    assert shown("", "steward") == ["north", "south"], "a steward of no organisation is one of all"


def _raise(ledger: Ledger, person_id: int | None, organisation: str, assignee: str, role: str = "") -> None:
    told = replace(ALERT, key="", person_id=person_id, organisation=organisation, role=role)
    number = ledger.tasks.raise_(told).number
    if assignee:
        ledger.tasks.assign(number, assignee, "wu")


def test_tasks_are_counted_by_application_and_kind(ledger: Ledger) -> None:
    for app, kind, due_ms, assignee in (
        ("card", "alert", NOW - 1, "li"), ("card", "alert", NOW - 1, ""), ("card", "alert", NOW + 1, ""),
        ("card", "call", None, "li"), ("other", "alert", NOW - 1, "wu"),
    ):  # fmt: skip
        number = ledger.tasks.raise_(replace(ALERT, key="", app=app, kind=kind, due_ms=due_ms)).number
        if assignee:
            ledger.tasks.assign(number, assignee, "wu")
    ledger.tasks.close(5, TaskState.DONE, "wu")
    assert ledger.tasks.counted(TasksWanted(), "li", NOW) == [
        TaskCount("card", "alert", 3, late=2, mine=1, mine_late=1, nobodys=2, nobodys_late=1),
        TaskCount("card", "call", 1, late=0, mine=1, mine_late=0, nobodys=0, nobodys_late=0),
        TaskCount("other", "alert", 1, late=0, mine=0, mine_late=0, nobodys=0, nobodys_late=0),
    ]
    assert [one.number for one in ledger.tasks.fitting(TasksWanted(late_at_ms=NOW))] == [1, 2]
    assert ledger.tasks.counted(TasksWanted(is_open=False), "li", NOW)[0].app == "other"


# -- cards -----------------------------------------------------------------------------------------------------------


def test_feedback_said_twice_is_noted_once_and_counted(ledger: Ledger) -> None:
    said = CardFeedback("u1", "k", "accepted", NOW, "li", "card", 7, ("s1", "s2"))
    other = CardFeedback("u2", "k", "overridden", NOW + 1, override_reason="sys|code", comment="不需要")
    ledger.feedback.add([said, other])
    ledger.feedback.add([said])
    assert ledger.feedback.all() == [other, said]
    assert ledger.feedback.all(service="none") == [] and ledger.feedback.all(limit=1) == [other]
    assert ledger.feedback.counts() == {("k", "accepted"): 1, ("k", "overridden"): 1}


# -- applications ----------------------------------------------------------------------------------------------------


def test_an_application_and_its_versions_are_kept_as_they_are_now(ledger: Ledger) -> None:
    one = AppVersion("card", "1.0", "9f", "apps/card/1.0", {"toml": "名 = 1"}, installed_by="li", installed_ms=5)
    two = replace(one, version="2.0", installed_ms=6, trusted=True)
    for version in (two, one):
        ledger.apps.put_version(version)
    ledger.apps.put_version(replace(one, approved_by="wu", approved_ms=7))
    assert ledger.apps.versions("card") == [replace(one, approved_by="wu", approved_ms=7), two]
    ledger.apps.put(App("card", AppState.ENABLED, "1.0", changed_ms=8))
    ledger.apps.put(App("card", AppState.ENABLED, "2.0", "1.0", 9))
    assert ledger.apps.app("card") == App("card", AppState.ENABLED, "2.0", "1.0", 9)
    assert ledger.apps.apps() == [ledger.apps.app("card")] and ledger.apps.versions("x") == []
    with pytest.raises(NotFoundError):
        ledger.apps.app("x")


# -- tokens ----------------------------------------------------------------------------------------------------------


def test_a_token_is_known_by_its_digest_until_it_is_revoked(ledger: Ledger) -> None:
    token = ledger.tokens.add(Token("t1", "li", ("patient/*.read",), ends_ms=NOW + 5, name="laptop"), "digest")
    assert token.issued_ms == NOW and ledger.tokens.one("t1", "digest") == token
    assert ledger.tokens.one("t1", "another") is None and ledger.tokens.one("t2", "digest") is None
    assert token.in_force(NOW) and not token.in_force(NOW + 5)
    ledger.tokens.add(Token("t2", "wu"))
    assert [t.token_id for t in ledger.tokens.all()] == ["t1", "t2"]
    ledger.tokens.revoke("t1")
    (after,) = ledger.tokens.all("li")
    assert after.revoked_ms == NOW and not after.in_force(NOW)
    with pytest.raises(NotFoundError):
        ledger.tokens.revoke("t3")
    with pytest.raises(StorageError):
        ledger.tokens.add(Token("t1", "wu"))
