"""Somebody's browser, without the browser: a client with a session's cookie"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import httpx
import pytest

from medark.flows.workspace import Workspace
from medark.settings import ServeSettings
from support.visitor import Visitor
from unit.serve.conftest import PASSWORD, Served

Opens = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def people(workspace: Workspace, serving: Callable[..., AbstractContextManager[str]]) -> Iterator[dict[str, Visitor]]:
    """A session of everybody of the module's workspace who has a password, by name, at a server of its own."""
    users = workspace.ledger.users
    names = [one.name for one in users.all() if users.password_hash(one.name)]
    with serving(workspace, ServeSettings(a_second=0)) as base:
        found = {name: Visitor(base, name, PASSWORD) for name in names}
        yield found
        for one in found.values():
            one.close()


@pytest.fixture
def opens(served: Served) -> Iterator[Opens]:
    """A client; of a user who signed in by the form, for a purpose."""
    made: list[httpx.Client] = []

    def opened(user: str = "", purpose: str = "operations", **headers: str) -> httpx.Client:
        client = httpx.Client(base_url=served.base, headers=headers, timeout=30, trust_env=False)
        made.append(client)
        if user:
            answer = client.post("/console/sign-in", data={"name": user, "password": PASSWORD, "purpose": purpose})
            assert (answer.status_code, answer.headers["location"]) == (303, "/console")
        return client

    yield opened
    for one in made:
        one.close()


def csrf_of(client: httpx.Client) -> str:
    """What forms of this session bring along, as its pages say it."""
    found = re.search(r'name="csrf" value="(\w+)"', client.get("/console").text)
    assert found
    return found[1]
