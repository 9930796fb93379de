"""Repeats are silenced for who saw them, in whatever process; not where it got worse, nor where a page lists cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app_folders import write_app
from medark.bootstrap import open_workspace
from medark.flows.hooks import Asked, Hooks
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from unit.flows.apps import conftest as apps

made, workspace, owner = apps.made, apps.workspace, apps.owner
PLAIN = 'source="test")'


@pytest.fixture
def app(workspace: Workspace, tmp_path: Path) -> Iterator[str]:
    """The sound application, whose card knows a cooldown."""
    folder = write_app(tmp_path / "apps")
    text = (folder / "app.py").read_text()
    assert PLAIN in text
    (folder / "app.py").write_text(text.replace(PLAIN, 'source="test", cooldown=hours(24))', 1))
    yield apps.put_in(workspace, folder)


def shown(workspace: Workspace, reader: Reader, app: str, *, after: int = 0, repeats: bool = False) -> list[str]:
    """What is told about the first person, some minutes later."""
    at = (apps.NOW + dt.timedelta(minutes=after)).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    asked = Asked("patient-view", "1", 1)
    told = Hooks(workspace, at.timestamp).ask(app, "patient-view", lambda _: asked, reader)
    return [one.card.summary for one in told.cards(repeats=repeats)]


def test_a_card_is_told_once(workspace: Workspace, owner: Reader, app: str) -> None:
    assert shown(workspace, owner, app) == ["Potassium 6.8"]
    assert shown(workspace, owner, app, after=1) == []
    assert shown(workspace, owner, app, after=24 * 60 - 1) == []
    assert shown(workspace, owner, app, after=24 * 60) == ["Potassium 6.8"]


def test_a_page_lists_what_there_is(workspace: Workspace, owner: Reader, app: str) -> None:
    assert shown(workspace, owner, app, repeats=True) == ["Potassium 6.8"]
    assert shown(workspace, owner, app, after=1) == ["Potassium 6.8"]
    assert shown(workspace, owner, app, after=2, repeats=True) == ["Potassium 6.8"]


def test_what_changed_is_told(workspace: Workspace, owner: Reader, app: str) -> None:
    shown(workspace, owner, app)
    apps.write(workspace, measurement=[apps.potassium(1, 7.1, dt.date(2024, 7, 1), key=900)])
    assert shown(workspace, owner, app, after=120) == ["Potassium 7.1"]


def test_each_reader_is_told(workspace: Workspace, owner: Reader, app: str) -> None:
    shown(workspace, owner, app)
    assert shown(workspace, replace(owner, user="bert"), app, after=1) == ["Potassium 6.8"]


def test_it_is_known_to_the_next_process(workspace: Workspace, owner: Reader, app: str) -> None:
    shown(workspace, owner, app)
    with open_workspace(workspace.path, {}) as again:
        assert shown(again, owner, app, after=1) == []
    ((seen,),) = (workspace.ledger.cards_seen.of([(app, 1, owner.user)]),)
    assert (seen.card, seen.person_id, seen.user) == ("high", 1, owner.user)
    assert "6.8" not in seen.statement


def test_a_card_without_a_cooldown_is_told_each_time(workspace: Workspace, owner: Reader, tmp_path: Path) -> None:
    app = apps.put_in(workspace, write_app(tmp_path / "apps"))
    assert shown(workspace, owner, app) == shown(workspace, owner, app, after=1) == ["Potassium 6.8"]
