"""A task on an application's page: its life and its forms, for whose task it is, and of this application alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app_folders import APP, write_app
from medark.bootstrap import open_workspace
from medark.errors import DefinitionError
from medark.flows.workspace import Workspace
from medark.model.page import KeyFigure, Label
from medark.model.task import Task, TaskState
from medark.model.user import User
from medark.settings import ServeSettings
from support.visitor import Visitor
from unit.flows.apps import conftest as apps
from unit.serve.conftest import PASSWORD

made = apps.made
PAGE = "/app/potassium/all"
DRAWN = """return (
        Heading("One task", 1), TaskPanel(int(view.query.get("task", "0")), "It is one", "It is none", ("seasonal",)),
        KeyFigures((KeyFigure("late", 3, mark="critical"),)),
        DataTable((TableColumn("a", "A"),), ((Label("there", "all?task=1"),), (Label("bad", mark="critical"),))),
    )"""


@pytest.fixture(scope="module")
def workspace(made: Path, tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("panels")
    shutil.copytree(made, folder / "ws")
    with open_workspace(folder / "ws", {}) as opened:
        reads_nothing = APP.replace("page, BY)", "page)")
        apps.put_in(opened, write_app(folder / "apps", page=DRAWN, app=reads_nothing))
        opened.ledger.users.add(User("dora", organisation="north", roles=frozenset({"duty_officer"})), hashed)
        yield opened


@pytest.fixture(scope="module")
def dora(workspace: Workspace, serving: Any) -> Iterator[Visitor]:
    with serving(workspace, ServeSettings(a_second=0)) as base:
        found = Visitor(base, "dora", PASSWORD, "public_health")
        yield found
        found.close()


def raised(workspace: Workspace, app: str = "potassium", organisation: str = "") -> int:
    return workspace.ledger.tasks.raise_(Task(0, "signal", "A task", app, organisation=organisation, due_ms=1)).number


def test_a_task_is_taken_and_closed_where_it_is_shown(workspace: Workspace, dora: Visitor) -> None:
    number = raised(workspace)
    address = f"/console{PAGE}?task={number}"
    shown = dora.page(PAGE, task=number)
    assert "overdue" in shown
    assert "It is one" in shown
    assert 'value="seasonal"' in dora.client.get(address).text
    assert dora.send(f"/worklist/{number}/assign", assignee="dora", then=address) == address
    assert dora.send(f"/worklist/{number}/close", state="done", reason="two cases", then=address) == address
    told = workspace.ledger.tasks.one(number)
    assert (told.state, told.reason) == (TaskState.DONE, "two cases")
    shown = dora.page(PAGE, task=number)
    assert "two cases" in shown
    assert "It is one" not in shown


@pytest.mark.parametrize("then", ["https://evil.example/", "//evil.example", "/datasets", ""])
def test_one_comes_back_to_pages_of_the_console_alone(workspace: Workspace, dora: Visitor, then: str) -> None:
    number = raised(workspace)
    told = dora.send(f"/worklist/{number}/close", state="dismissed", reason="none", then=then)
    assert told == f"/console/worklist/{number}"


def test_another_applications_task_and_another_organisations_are_not_shown(workspace: Workspace, dora: Visitor) -> None:
    for number in (raised(workspace, "vte"), raised(workspace, organisation="south"), 0, 999_999):
        assert f"Task {number}" not in dora.page(PAGE, task=number)
        (panel,) = [one for one in dora.data(PAGE, task=number)["blocks"] if one["kind"] == "task"]
        assert panel["task"] is None


def test_cells_lead_to_pages_of_their_own_application_and_are_marked(dora: Visitor) -> None:
    text = dora.client.get(f"/console{PAGE}").text
    assert '<a href="/console/app/potassium/all?task=1">there</a>' in text
    assert '<span class="badge critical">bad</span>' in text
    assert '<b class="critical">3</b>' in text


@pytest.mark.parametrize(
    "page", ["/console", "https://evil.example", "//evil", "../other/page", "page?a=<b>", "page?a b", "Page", "page#A"]
)
def test_a_cell_leads_nowhere_else(page: str) -> None:
    with pytest.raises(DefinitionError, match="leads to no page"):
        Label("there", page)


def test_there_are_four_marks() -> None:
    for made in (lambda: Label("a", mark="red"), lambda: KeyFigure("a", 1, mark="red")):
        with pytest.raises(DefinitionError, match="no mark"):
            made()
    assert str(Label("a", "page?x=1#top", "warning")) == "a"
