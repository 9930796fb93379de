"""Somebody's browser, without the browser: a client with a session's cookie"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import httpx
import pytest

from unit.serve.conftest import PASSWORD, Served

Opens = Callable[..., httpx.Client]


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
