"""Who is found by a number, by whom; and that the audit has every search, and no number."""

from __future__ import annotations

import pytest

from medark.errors import AccessError, UsageError
from medark.flows.timeline import search, seen
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Refusal, Rows
from medark.model.user import User
from unit.flows.timeline.conftest import NOW, NUMBER, POOR, RICH, reader


def test_who_may_see_numbers_finds_by_them(workspace: Workspace) -> None:
    assert search(workspace, reader(workspace), f" {NUMBER} ") == (RICH,)
    (entry,) = workspace.ledger.audit.entries(action="people.search", limit=1)
    assert (entry.act.actor, entry.act.rows, entry.people) == ("dora", 1, 1)
    assert search(workspace, reader(workspace), "nobody's") == ()
    assert workspace.ledger.audit.entries(action="people.search", limit=1)[0].act.rows == 0
    assert NUMBER not in "".join(line.body for line in workspace.ledger.audit.lines())


def test_who_may_not_is_refused_and_the_audit_has_it(workspace: Workspace) -> None:
    with pytest.raises(AccessError):
        search(workspace, reader(workspace, "lena"), NUMBER)
    (entry,) = workspace.ledger.audit.entries(action="people.search", actor="lena", limit=1)
    assert entry.act.verdict == "refused"


def test_a_number_behind_a_mask_is_no_number_to_search_by(workspace: Workspace) -> None:
    workspace.ledger.users.add(User("mara"))
    masks = {"person.person_source_value": "nothing"}
    workspace.ledger.access.add_grant(
        Grant(0, Holder.USER, "mara", Purpose.CARE, {"*": None}, Rows.ALL, 4, 0, masks=masks)
    )
    with pytest.raises(AccessError, match="behind a mask"):
        search(workspace, reader(workspace, "mara"), NUMBER)


def test_a_search_wants_a_number(workspace: Workspace) -> None:
    with pytest.raises(UsageError):
        search(workspace, reader(workspace), "  ")


def test_a_record_that_could_be_opened_in_an_emergency_is_found_unless_its_person_refused(workspace: Workspace) -> None:
    assert search(workspace, reader(workspace, "cara"), NUMBER) == (RICH,)
    assert seen(workspace, reader(workspace, "cara"), [RICH], NOW.date(), "en") == []
    workspace.ledger.refusals.add([Refusal(RICH, None, "north", 0)], "desk")
    assert search(workspace, reader(workspace, "cara"), NUMBER) == ()
    workspace.ledger.refusals.end(RICH, 1)


def test_a_list_says_who_it_is_in_the_readers_language(workspace: Workspace) -> None:
    told = seen(workspace, reader(workspace), [POOR, 77, RICH], NOW.date(), "zh")
    assert [(one.person_id, one.sex, one.age) for one in told] == [(POOR, "男", 34), (RICH, "女", 59)]
    assert told[1].last_visit is not None
    assert told[1].last_visit.date().isoformat() == "2024-06-20"
