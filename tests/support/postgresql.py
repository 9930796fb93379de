"""A real PostgreSQL for the time of the tests: of its own, on this machine only"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

_HOW = "install PostgreSQL (Debian and Ubuntu: apt-get install postgresql; see tools/system-packages)"
_NOBODY = 65534
_NUMBERS = count(1)


@dataclass(frozen=True)
class Server:
    """A server that listens on a socket in `folder` for anybody, and on loopback for who has a password."""

    folder: Path
    port: int

    def psql(self, sql: str, database: str = "postgres") -> str:
        """Run SQL, or a dump."""
        return self.run(
            _program("psql"), "-h", str(self.folder), "-p", str(self.port), "-U", "medark", "-d", database, "-X", "-q",
            "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-", text=sql,
        )  # fmt: skip

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"d{next(_NUMBERS)}"
        self.psql(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://medark@/{name}?host={self.folder}&port={self.port}"

    def run(self, *command: str, text: str | None = None) -> str:
        """What a program printed, run as the server's own user."""
        done = subprocess.run(command, input=text, capture_output=True, text=True, cwd=self.folder, **_as_user())  # type: ignore[call-overload]
        assert done.returncode == 0, done.stdout + done.stderr
        return str(done.stdout)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """One server for all tests of the process; stopped at their end."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if os.getuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)
    server, data = Server(folder, _free_port()), str(folder / "data")
    told = ("-U", "medark", "--auth-local=trust", "--auth-host=scram-sha-256", "-E", "UTF8", "--no-locale", "--no-sync")
    server.run(_program("initdb"), "-D", data, *told)
    options = f"-c listen_addresses=127.0.0.1 -p {server.port} -k {folder} -c fsync=off"
    server.run(_program("pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield server
    finally:
        server.run(_program("pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    """Where a program of PostgreSQL is: on the path, or where Debian keeps it."""
    found = shutil.which(name) or next(
        (str(p) for p in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))[::-1]), ""
    )
    return found or pytest.fail(f"{name} is missing: {_HOW}")


def _as_user() -> dict[str, object]:
    """The server refuses to run as root: nobody starts it then."""
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.getuid() == 0 else {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
