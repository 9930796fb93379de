"""A real PostgreSQL for the time of the tests"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_HOW = "install PostgreSQL (Debian and Ubuntu: apt-get install postgresql; see tools/system-packages)"
_NOBODY = 65534


def _program(name: str) -> str:
    """Where a program of PostgreSQL is: on the path, or where Debian keeps it."""
    found = shutil.which(name) or next(
        (str(p) for p in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))[::-1]), ""
    )
    return found or pytest.fail(f"{name} is missing: {_HOW}")


def _as_user() -> dict[str, object]:
    """The server refuses to run as root: nobody starts it then."""
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.getuid() == 0 else {}


@pytest.fixture(scope="session")
def psql() -> Iterator[Callable[[str], str]]:
    """Run SQL, or a dump, on a server of its own that listens on nothing but a socket in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if os.getuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)
    data, user = folder / "data", _as_user()

    def run(*command: str, text: str | None = None) -> str:
        done = subprocess.run(command, input=text, capture_output=True, text=True, cwd=folder, **user)  # type: ignore[call-overload]
        assert done.returncode == 0, done.stdout + done.stderr
        return str(done.stdout)

    run(_program("initdb"), "-D", str(data), "-U", "medark", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    options = f"-c listen_addresses='' -k {folder} -c fsync=off"
    run(_program("pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield lambda sql: run(
            _program("psql"), "-h", str(folder), "-U", "medark", "-d", "postgres", "-X", "-q", "-A", "-t",
            "-v", "ON_ERROR_STOP=1", "-f", "-", text=sql,
        )  # fmt: skip
    finally:
        run(_program("pg_ctl"), "-D", str(data), "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
