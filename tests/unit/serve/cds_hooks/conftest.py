"""The shipped potassium card, served to a doctor of the north."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from medark.bootstrap import open_workspace
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.user import User
from medark.settings import ServeSettings
from unit.flows.apps import conftest as apps

made = apps.made  # the same people
DOCTOR, PASSWORD = "dora", "correct horse battery"


@pytest.fixture(scope="module")
def workspace(made: Path, tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    """Fourteen people, a card that runs, and a doctor with a grant for care."""
    place = tmp_path_factory.mktemp("hooks") / "ws"
    shutil.copytree(made, place)
    with open_workspace(place, {}) as opened:
        apps.put_in(opened, Path("potassium_card"))
        opened.ledger.users.add(User(DOCTOR, organisation="north", roles=frozenset({"doctor"})), hashed)
        opened.ledger.users.add(User("stranger", organisation="south"), hashed)
        grant = Grant(0, Holder.ROLE, "doctor", Purpose.CARE, {"*": None}, Rows.ALL, 4, 0)
        opened.ledger.access.add_grant(grant)
        yield opened


@pytest.fixture(scope="module")
def base(workspace: Workspace, serving: Any) -> Iterator[str]:
    """Where it is served, on the day of the people's potassium."""
    with serving(workspace, ServeSettings(a_second=0), clock=clock) as at:
        yield at


def clock() -> float:
    """The morning after the people's potassium."""
    return apps.NOW.replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()


def token(base: str, user: str, scope: str = "") -> str:
    """A token for a user's password."""
    form = {"grant_type": "password", "username": user, "password": PASSWORD} | ({"scope": scope} if scope else {})
    answer = httpx.post(f"{base}/token", data=form, trust_env=False)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


@pytest.fixture(scope="module")
def client(base: str) -> Iterator[httpx.Client]:
    """The doctor's client."""
    headers = {"authorization": f"Bearer {token(base, DOCTOR)}"}
    with httpx.Client(base_url=base, headers=headers, trust_env=False, timeout=30) as found:
        yield found
