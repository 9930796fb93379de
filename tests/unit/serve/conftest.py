"""A workspace with people of every kind, behind a real server on loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
import uvicorn

from medark.bootstrap import init_workspace
from medark.flows.workspace import Workspace
from medark.model.user import User
from medark.serve.app import create
from medark.serve.auth.passwords import Passwords
from medark.settings import ServeSettings

PASSWORD = "correct horse battery"
OWNER, DOCTOR = "olga", "dora"


@dataclass(frozen=True)
class Served:
    """A server that runs, and its workspace."""

    workspace: Workspace
    base: str

    def client(self, user: str = "", **headers: str) -> httpx.Client:
        """A client; of a user with a token of theirs."""
        told = {"authorization": f"Bearer {self.token(user)}"} if user else {}
        return httpx.Client(base_url=self.base, headers=told | headers, timeout=30, trust_env=False)

    def token(self, user: str, scope: str = "") -> str:
        """A token for a user's password."""
        form = {"grant_type": "password", "username": user, "password": PASSWORD}
        answer = httpx.post(f"{self.base}/token", data=form | ({"scope": scope} if scope else {}), trust_env=False)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])


@pytest.fixture(scope="session")
def hashed() -> str:
    """The password's hash, made once."""
    return Passwords().hash(PASSWORD)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    """A workspace with an owner and a doctor of the north."""
    with init_workspace(tmp_path_factory.mktemp("served") / "city", buckets=2) as made:
        made.ledger.users.add(User(OWNER, roles=frozenset({"owner"})), hashed)
        made.ledger.users.add(User(DOCTOR, organisation="north", roles=frozenset({"doctor"})), hashed)
        yield made


@pytest.fixture(scope="module")
def served(workspace: Workspace) -> Iterator[Served]:
    """The workspace, served by uvicorn on loopback."""
    with Serving(workspace, ServeSettings(a_second=0)) as base:
        yield Served(workspace, base)


class Serving:
    """A real server in a thread of its own, for a while."""

    def __init__(self, workspace: Workspace, settings: ServeSettings, **told: object) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.app = create(workspace, settings, base=self.base, **told)  # type: ignore[arg-type]
        self._server = uvicorn.Server(uvicorn.Config(self.app, log_config=None, access_log=False, server_header=False))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        for _ in range(500):
            if self._server.started:
                return self.base
            time.sleep(0.01)
        raise RuntimeError("the server does not start")

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()


@pytest.fixture(scope="session")
def serving() -> type[Serving]:
    """Whoever needs a server of their own."""
    return Serving
