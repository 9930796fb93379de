"""Answers made for readers who see less: made once for equal views, never given to anybody who sees something else."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest

from medark.errors import AccessError
from medark.flows.apps import datasets
from medark.flows.apps.datasets import dataset_rows
from medark.flows.apps.publish import publish
from medark.flows.apps.seen import Answers, MadeOf
from medark.flows.gate import reader_of
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Reader, Refusal, Rows
from medark.model.user import User
from unit.flows.apps.conftest import TODAY, VALUES, potassium, write

ALL = set(VALUES)


@pytest.fixture
def made_for(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Whom an answer was made for, in order."""
    found: list[str] = []
    answer = datasets.answer

    def noted(workspace: Workspace, reader: Reader, *more: object) -> object:
        found.append(reader.user)
        return answer(workspace, reader, *more)

    monkeypatch.setattr(datasets, "answer", noted)
    monkeypatch.setattr(datasets, "answers", Answers())
    yield found


def a_reader(workspace: Workspace, name: str, level: int = 3) -> Reader:
    """Somebody who may read measurements up to a level, of all but one who said no to their organisation: what was
    published is not what they see.
    """
    workspace.ledger.users.add(User(name, organisation="north"))
    workspace.ledger.refusals.add([Refusal(98, organisation="north")])
    grant = Grant(0, Holder.USER, name, Purpose.CARE, {"measurement": None}, Rows.ALL, level, 0)
    workspace.ledger.access.add_grant(grant)
    return reader_of(workspace, name, Purpose.CARE)


def seen(workspace: Workspace, reader: Reader, app: str) -> set[int]:
    """The people in the dataset, as a reader sees it."""
    return set(dataset_rows(workspace, reader, app, "tested").rows["person_id"].to_pylist())


def test_equal_views_have_one_answer(workspace: Workspace, owner: Reader, sound: str, made_for: list[str]) -> None:
    publish(workspace, owner, today=TODAY)
    rita, bela = a_reader(workspace, "rita"), a_reader(workspace, "bela")
    assert seen(workspace, rita, sound) == seen(workspace, bela, sound) == seen(workspace, rita, sound) == ALL
    assert made_for == ["rita"]
    parts = dataset_rows(workspace, rita, sound, "tested", ["k"], limit=3).rows
    assert (parts.column_names, parts.num_rows) == (["k"], 3)
    ended = [one for one in workspace.ledger.audit.entries(actor="rita") if one.act.action == "read.ended"]
    assert ended[-1].act.rows == 3  # what is handed out is in the audit, wherever it comes from


def test_who_sees_all_that_was_published_is_given_just_that(
    workspace: Workspace, owner: Reader, sound: str, made_for: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever their organisation: what may be seen does not hang on it."""
    publish(workspace, owner, today=TODAY)
    workspace.ledger.users.add(User("sven", organisation="south"))
    grant = Grant(0, Holder.USER, "sven", Purpose.CARE, {"measurement": None}, Rows.ALL, 3, 0)
    workspace.ledger.access.add_grant(grant)
    sven = reader_of(workspace, "sven", Purpose.CARE)
    monkeypatch.setattr(type(workspace.engine), "session", None)  # what is kept is read without any
    assert seen(workspace, sven, sound) == ALL
    assert made_for == []


def test_what_changed_is_seen_at_once(workspace: Workspace, owner: Reader, sound: str, made_for: list[str]) -> None:
    publish(workspace, owner, today=TODAY)
    rita = a_reader(workspace, "rita")
    assert seen(workspace, rita, sound) == ALL
    write(workspace, person=[{"person_id": 99, "year_of_birth": 1970, "gender_concept_id": 8532}],
          measurement=[potassium(99, 5.0, key=999)])  # fmt: skip
    assert seen(workspace, rita, sound) == ALL | {99}
    workspace.ledger.refusals.add([Refusal(1)])
    assert seen(workspace, rita, sound) == (ALL | {99}) - {1}
    (granted,) = (one for one in workspace.ledger.access.grants() if one.holder == "rita")
    workspace.ledger.access.revoke(granted.number, "anna")
    with pytest.raises(AccessError):
        seen(workspace, rita, sound)


def test_so_many_bytes_are_kept_and_the_oldest_go() -> None:
    rows = pa.table({"a": pa.array(range(1000), pa.int64())})
    kept = Answers(4 * rows.nbytes)
    made = [MadeOf("ws", str(n), "view", 1, "", "2024-07-01") for n in range(5)]
    for one in made:
        kept.keep(one, rows)
    assert [kept.known(one) is not None for one in made] == [False, True, True, True, True]
    kept.keep(made[0], pa.concat_tables([rows, rows]))
    assert kept.known(made[0]) is None  # more than a quarter
