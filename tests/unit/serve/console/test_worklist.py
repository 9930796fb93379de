"""The worklist: whose tasks are shown, how they are filtered, and what is done with one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medark.bootstrap import init_workspace
from medark.flows.workspace import Workspace
from medark.messages import translations
from medark.model.task import Task
from medark.model.user import User
from support.visitor import Visitor

PERSON = 2**60 + 1
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    """Two doctors of the north, one of the south, an owner; tasks for each."""
    with init_workspace(tmp_path_factory.mktemp("worklist") / "ws", buckets=2) as made:
        for name, organisation, role in (
            ("olga", "", "owner"), ("dora", "north", "doctor"), ("nils", "north", "doctor"), ("sam", "south", "doctor"),
        ):  # fmt: skip
            made.ledger.users.add(User(name, organisation=organisation, roles=frozenset({role})), hashed)
        raise_ = made.ledger.tasks.raise_
        raise_(Task(0, "alert", "later", "card", organisation="north", due_ms=4_000_000_000_000))
        rows = ({"table": "measurement", "key": 7}, {"condition_occurrence": 9}, {"by": "nils"})
        raise_(
            Task(0, "alert", "late <b>", "card", person_id=PERSON, organisation="north", due_ms=DAY_MS, evidence=rows)
        )
        raise_(Task(0, "mapping", "southern", "maps", organisation="south"))
        yield made


def titles(visitor: Visitor, **query: str | int) -> list[str]:
    return [one["title"] for one in visitor.data("/worklist", **query)["tasks"]]


def test_tasks_of_ones_own_organisation_what_is_due_first(people: dict[str, Visitor]) -> None:
    assert titles(people["dora"]) == ["late <b>", "later"]
    assert titles(people["sam"]) == ["southern"]
    assert titles(people["olga"]) == ["late <b>", "later", "southern"]
    assert "late &lt;b&gt;" in people["dora"].page("/worklist")


def test_filters_narrow_and_what_there_is_not_is_no_filter(people: dict[str, Visitor]) -> None:
    olga = people["olga"]
    assert titles(olga, app="maps") == ["southern"] == titles(olga, kind="mapping")
    assert titles(olga, overdue="yes") == ["late <b>"]
    assert titles(olga, mine="yes") == [] == titles(olga, state="closed")
    assert "No task fits" in olga.page("/worklist", mine="yes")
    olga.page("/worklist", 422, state="lost")
    olga.page("/worklist", 422, page="-1")


def test_one_task_says_why_and_points_at_the_rows_in_the_record(people: dict[str, Visitor]) -> None:
    told = people["dora"].data("/worklist/2")
    assert told["task"]["person_id"] == str(PERSON) and told["task"]["is_late"]
    rows = "measurement.7,condition_occurrence.9"
    assert told["evidence"]["address"] == f"/console/people/{PERSON}?evidence={rows}#marked"
    assert told["users"] == ["dora", "nils"]
    assert f'href="{told["evidence"]["address"]}"' in people["dora"].client.get("/console/worklist/2").text
    for wrong in ("/worklist/2", "/worklist/99", "/worklist/x", "/worklist/9999999999999999999"):
        people["sam"].page(wrong, 404)


def test_it_is_given_and_closed_with_a_reason_once(people: dict[str, Visitor], workspace: Workspace) -> None:
    dora, sam = people["dora"], people["sam"]
    sam.send("/worklist/1/assign", 404, assignee="sam")
    sam.send("/worklist/1/close", 404, state="done", reason="mine now")
    dora.send("/worklist/1/assign", 403, csrf="guessed", assignee="dora")
    assert dora.send("/worklist/1/assign", assignee="nils") == "/console/worklist/1"
    dora.send("/worklist/1/assign", 404, assignee="nobody")
    assert titles(people["nils"], mine="yes") == ["later"]
    assert "say why" in people["nils"].send("/worklist/1/close", 400, state="dismissed", reason="  ")
    people["nils"].send("/worklist/1/close", 422, state="open")
    people["nils"].send("/worklist/1/close", 422, state="done", reason="x" * 1001)
    people["nils"].send("/worklist/1/close", state="dismissed", reason="seen on the ward")
    steps = dora.data("/worklist/1")["steps"]
    assert [(one["by"], one["state"]) for one in steps] == [("", "open"), ("dora", "assigned"), ("nils", "dismissed")]
    assert "seen on the ward" in dora.page("/worklist/1") and "Close it" not in dora.page("/worklist/1")
    dora.send("/worklist/1/assign", 400, assignee="dora")
    assert titles(dora, state="closed") == ["later"]
    workspace.ledger.users.change(User("nils", organisation="north", disabled=True))
    assert "kept out" in dora.send("/worklist/2/assign", 400, assignee="nils")


def test_the_platforms_titles_are_in_the_readers_language_and_an_applications_as_it_gave_them(
    people: dict[str, Visitor], workspace: Workspace
) -> None:
    words = "the disk is full"  # a phrase that there is in Chinese
    for app in ("", "card"):
        workspace.ledger.tasks.raise_(Task(0, "words", words, app, organisation="north"))
    dora = people["dora"]
    dora.client.cookies.set("medark_language", "zh")
    assert sorted(titles(dora, kind="words")) == sorted([words, translations("zh").gettext(words)])
    dora.client.cookies.delete("medark_language")
    assert titles(dora, kind="words") == [words, words]


def test_a_page_of_many_is_all_that_is_read(workspace: Workspace, people: dict[str, Visitor]) -> None:
    for number in range(130):
        workspace.ledger.tasks.raise_(Task(0, "many", f"{number}", "many", organisation="south", due_ms=number))
    shown = people["sam"].data("/worklist", app="many", page=2)
    assert [one["title"] for one in shown["tasks"]] == [f"{number}" for number in range(100, 130)]
    assert (shown["fitting"], shown["counts"]["overdue"], shown["counts"]["shown"]) == (130, 130, 131)
    assert people["sam"].data("/worklist", app="many", mine="yes")["fitting"] == 0
    assert people["sam"].data("/worklist", kind="many", overdue="yes", page=9)["tasks"] == []
    assert people["sam"].data("/worklist", page=10**18)["tasks"] == []
    home = people["sam"].data("")
    assert [one["title"] for one in home["tasks"]] == [f"{number}" for number in range(8)]
    assert home["figures"][0][1] == 131
