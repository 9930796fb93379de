"""A form that somebody sends is rows of the person's record at once, whoever may; and who may not learns why."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from medark.errors import AccessError, NotFoundError, UsageError
from medark.flows.answers.save import Sent, save
from medark.flows.apps import life
from medark.flows.apps.datasets import dataset_rows
from medark.flows.apps.failing import AppError
from medark.flows.apps.publish import kept_rows, publish, published_one
from medark.flows.apps.reading import platform
from medark.flows.apps.tasks import BY_RECORD, raise_tasks
from medark.flows.erase import erase
from medark.flows.gate import reader_of
from medark.flows.rebuild import rebuild
from medark.flows.working import working
from medark.flows.workspace import Workspace
from medark.govern.writing import NO_WRITER, NOT_APPROVED, NOT_SEEN, OTHER_PURPOSE
from medark.model.access import Purpose
from medark.model.audit import Verdict
from medark.model.progress import Silent
from medark.model.task import TaskState
from unit.flows.answers.conftest import ZONE, observed, send, who, write_ward

CASE_REPORT_FORM = 32809  # OMOP Type Concept


def test_an_answer_is_a_row_of_the_person_and_visit(workspace: Workspace) -> None:
    before = dt.datetime.now(ZoneInfo(ZONE)).replace(tzinfo=None) - dt.timedelta(seconds=1)
    saved = send(workspace, {"bed": "1", "weight": "71.5", "note": "well"})
    assert (saved.answers, saved.is_in, saved.new) == (3, True, True)
    bed, note, weight = observed(workspace)
    assert [row["observation_source_value"] for row in (bed, note, weight)] == ["ward:bed", "ward:note", "ward:weight"]
    assert (bed["value_as_number"], weight["value_as_number"], note["value_as_string"]) == (1.0, 71.5, "well")
    for row in (bed, note, weight):
        assert row["person_id"] == who(workspace)
        assert row["observation_type_concept_id"] == CASE_REPORT_FORM
        assert row["visit_occurrence_id"] == _visit(workspace)
        at = row["observation_datetime"]
        assert isinstance(at, dt.datetime)
        assert before <= at <= before + dt.timedelta(seconds=60)


def test_datasets_and_tasks_are_as_it_says_before_the_answer(workspace: Workspace) -> None:
    saved = send(workspace, {"bed": "1"})
    assert saved.kept_up is not None
    assert saved.kept_up.datasets == ("beds",)
    (closed,) = saved.kept_up.tasks.closed
    assert (closed.person_id, closed.state, closed.reason) == (who(workspace), TaskState.DONE, BY_RECORD)
    assert [(step.by, step.reason) for step in workspace.ledger.tasks.steps(closed.number)][-1] == ("nina", BY_RECORD)
    assert {row["person_id"]: row["bed"] for row in _beds(workspace)} == {
        who(workspace): 1.0, who(workspace, "N2"): None, who(workspace, "S1"): None,
    }  # fmt: skip
    told = dataset_rows(workspace, reader_of(workspace, "nina", Purpose.CARE), "ward", "beds").rows
    assert sorted(told["bed"].to_pylist(), key=str) == [1.0, None]  # of those in care of the north
    kept = _beds(workspace)
    (freshened,) = publish(workspace, platform(workspace), app="ward")
    assert freshened.asked_again == 1  # what changed is still found by the version that was published
    assert sorted(_beds(workspace), key=repr) == sorted(kept, key=repr)


def test_an_answer_that_is_taken_back_asks_again(workspace: Workspace) -> None:
    send(workspace, {"bed": "1"})
    saved = send(workspace, {"bed": ""})
    assert saved.kept_up is not None
    assert [task.person_id for task in saved.kept_up.tasks.raised] == [who(workspace)]
    assert raise_tasks(workspace, platform(workspace)) == []


def test_the_same_form_sent_twice_counts_once(workspace: Workspace) -> None:
    first = send(workspace, {"bed": "1"}, form="f1")
    again = send(workspace, {"bed": "1"}, form="f1")
    assert (first.new, again.answers) == (True, 1)
    assert len(observed(workspace)) == 1
    send(workspace, {"bed": "1"}, form="f2")
    assert len(observed(workspace)) == 2


@pytest.mark.parametrize(
    ("by", "number", "purpose", "reason"),
    [
        ("rita", "N1", Purpose.CARE, NO_WRITER),
        ("olga", "N1", Purpose.CARE, NO_WRITER),
        ("nobody", "N1", Purpose.CARE, NO_WRITER),
        ("nina", "S1", Purpose.CARE, NOT_SEEN),
        ("stan", "N1", Purpose.CARE, NOT_SEEN),
        ("nina", "N1", Purpose.RESEARCH, OTHER_PURPOSE),
    ],
)
def test_who_may_not_is_told_why_and_nothing_is_kept(
    workspace: Workspace, by: str, number: str, purpose: Purpose, reason: str
) -> None:
    with pytest.raises(AccessError) as refused:
        send(workspace, {"bed": "1"}, by, number=number, purpose=purpose)
    assert refused.value.what == reason
    assert refused.value.fix
    assert observed(workspace) == []
    entries = workspace.ledger.audit.entries(action="answers", limit=9)
    assert [
        one.act.reason for one in entries if one.act.verdict is Verdict.REFUSED and not one.detail.get("asked")
    ] == [reason]


def test_somebody_who_is_not_there_is_as_somebody_who_is_not_shown(workspace: Workspace) -> None:

    with pytest.raises(AccessError) as refused:
        save(workspace, reader_of(workspace, "nina", Purpose.CARE), Sent("ward", "ask", 4711, {"bed": "1"}))
    assert refused.value.what == NOT_SEEN


@pytest.mark.parametrize(
    ("fields", "error", "what"),
    [
        ({"note": "else"}, AccessError, NOT_APPROVED),
        ({"note": "another"}, AppError, "somebody else"),
        ({"note": "no"}, UsageError, "the note says no"),
        ({"bed": "perhaps"}, UsageError, "neither yes nor no"),
        ({"weight": "much"}, UsageError, "no number"),
        ({"note": "x" * 61}, UsageError, "too long"),
        ({}, UsageError, "nothing was filled in"),
    ],
)
def test_what_can_not_be_kept_is_told(
    workspace: Workspace, fields: dict[str, str], error: type[Exception], what: str
) -> None:
    with pytest.raises(error, match=what):
        send(workspace, fields)
    assert observed(workspace) == []


def test_there_is_no_such_form(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError):
        send(workspace, {"bed": "1"}, path="other")


def test_the_audit_says_who_wrote_which_items_about_whom_and_no_value(workspace: Workspace) -> None:
    send(workspace, {"bed": "1", "note": "QzxSecret"})
    (entry,) = [one for one in workspace.ledger.audit.entries(action="answers", limit=9) if "items" in one.detail]
    assert (entry.act.actor, entry.act.app, entry.people) == ("nina", "ward", 1)
    assert entry.detail["items"] == "ward:bed, ward:note"
    assert "QzxSecret" not in repr(list(workspace.ledger.audit.entries(limit=99)))


def test_a_rebuild_gives_the_same_rows(workspace: Workspace) -> None:
    send(workspace, {"bed": "1", "note": "well"})
    send(workspace, {"bed": "0"}, "stan", number="S1")
    before = observed(workspace)
    assert len(before) == 3
    rebuild(workspace, Silent())
    assert observed(workspace) == before


def test_an_erased_person_takes_the_answers_along(workspace: Workspace) -> None:
    send(workspace, {"bed": "1", "note": "QzxSecret"})
    send(workspace, {"bed": "0"}, number="N2")
    erase(workspace, "N1", Silent())
    assert [row["person_id"] for row in observed(workspace)] == [who(workspace, "N2")]
    contents = [workspace.landing.open(one).read() for one in workspace.landing.records()]
    assert not [content for content in contents if b"QzxSecret" in content]


def test_while_another_process_is_at_work_a_form_is_kept_and_comes_in_later(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medark.flows.answers.filing._PATIENCE", 0.05)
    with working(workspace):
        saved = send(workspace, {"bed": "1"})
    assert (saved.is_in, saved.kept_up) == (False, None)
    assert observed(workspace) == []
    send(workspace, {"bed": "0"}, number="N2")  # takes in what had landed, too
    assert [row["value_as_number"] for row in observed(workspace)] in ([1.0, 0.0], [0.0, 1.0])


def _beds(workspace: Workspace) -> list[dict[str, object]]:
    return kept_rows(workspace, published_one(workspace, "ward", "beds"), ["person_id", "bed"]).to_pylist()


def _visit(workspace: Workspace) -> int:
    (row,) = workspace.lake.person_record(who(workspace), only={"visit_occurrence"})["visit_occurrence"].to_pylist()
    return int(row["visit_occurrence_id"])


def test_a_version_that_writes_more_asks_again_and_one_that_writes_less_does_not(
    workspace: Workspace, tmp_path: Path
) -> None:
    found = life.install(workspace, write_ward(tmp_path, "1.1.0", writes='"ward:*", "other:*"'))
    assert found.needs_approval
    assert [(one.items, one.is_new) for one in found.writes] == [("ward:*", False), ("other:*", True)]
    with pytest.raises(UsageError, match="approved"):
        life.upgrade(workspace, "ward", by="")
    assert life.approve(workspace, "ward", by="").needs_approval is False
    life.upgrade(workspace, "ward", by="")
    assert send(workspace, {"note": "else"}).answers == 1
    less = life.install(workspace, write_ward(tmp_path, "1.2.0", writes='"ward:b*"'))
    assert not less.needs_approval
    life.upgrade(workspace, "ward", by="")
    with pytest.raises(AccessError) as refused:
        send(workspace, {"note": "well"})
    assert refused.value.what == NOT_APPROVED
