"""The real command line in a process of its own: run to its end, or killed; and what a workspace holds afterwards"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deltalake import DeltaTable

import hospital
from medark.bootstrap import init_workspace, open_workspace
from medark.flows.ingest.ingest import account
from medark.flows.workspace import Workspace
from medark.model.omop import VOCABULARY_TABLES, tables
from medark.settings import SourceSettings, with_source

ROUNDS = int(os.environ.get("MEDARK_FAULT_ROUNDS", "1"))  # a longer soak: MEDARK_FAULT_ROUNDS=50
OTHERS = {name: value for name, value in os.environ.items() if not name.startswith("MEDARK_")}
SMALL_WAVES = {"MEDARK_INGEST_WAVE_ROWS": "1000", "MEDARK_INGEST_WORKERS": "2"}


def new_workspace(path: Path) -> Path:
    """An empty workspace that knows the made-up hospital."""
    init_workspace(path).close()
    settings = path / "medark.toml"
    told = SourceSettings(authorities=(hospital.CDA_AUTHORITY,))
    settings.write_text(with_source(settings.read_text(), hospital.SOURCE, told))
    return path


def start(*arguments: str | Path, as_json: bool = True, **environ: str) -> subprocess.Popen[str]:
    """A command that has begun, in a process group of its own."""
    command = [sys.executable, "-m", "medark", *map(str, arguments), *(["--json"] if as_json else [])]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command,
        stdout=pipe,
        stderr=pipe,
        text=True,
        env={**OTHERS, **SMALL_WAVES, **environ},
        start_new_session=True,
    )


def run(*arguments: str | Path, code: int = 0, **environ: str) -> Any:
    """What a command printed as JSON, once it has ended with `code`."""
    process = start(*arguments, **environ)
    out, err = process.communicate(timeout=300)
    assert process.returncode == code, f"{arguments[0]} ended with {process.returncode}: {err[-2000:]}"
    return json.loads(out)


def killed(after: float, *arguments: str | Path, everyone: bool = True) -> bool:
    """Was a command killed -9 `after` seconds (True), or had it ended? `everyone`: its worker processes as well."""
    process = start(*arguments)
    try:
        process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        workers = [] if everyone else descendants(process.pid)
        os.killpg(process.pid, signal.SIGKILL) if everyone else process.kill()
        process.communicate()
        assert_gone(workers)
        return True
    assert process.returncode == 0
    return False


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and those started by them."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *descendants(child)]
    return found


def assert_gone(pids: list[int], within: float = 10.0) -> None:
    """Workers whose parent is dead end by themselves."""
    until = time.monotonic() + within
    while left := [pid for pid in pids if _is_alive(pid)]:
        assert time.monotonic() < until, f"{len(left)} worker processes live on"
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def lake(path: Path) -> dict[str, str]:
    """Of each table with rows: how many, and a hash of all of them. The Delta tables say the same to anybody."""
    with open_workspace(path, {}) as workspace:
        snapshot = workspace.lake.snapshot()
        names = [name for name in tables() if name not in VOCABULARY_TABLES and snapshot.rows(name)]
        for name in snapshot.tables:
            delta = DeltaTable(str(workspace.places.lake / name))
            assert delta.to_pyarrow_dataset().count_rows() == snapshot.rows(name), f"{name} is torn"
        return {name: _digest(workspace, name) for name in names}


def _digest(workspace: Workspace, table: str) -> str:
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, table)
        rows = sorted(map(repr, session.query(f"SELECT * FROM {table}").to_pylist()))
    return f"{len(rows)} rows {hashlib.sha256(chr(10).join(rows).encode()).hexdigest()[:16]}"


def landed(path: Path) -> Counter[bytes]:
    """The content of every raw record."""
    with open_workspace(path, {}) as workspace:
        return Counter(workspace.landing.open(record).read() for record in workspace.landing.records())


def ends(path: Path) -> Mapping[str, object]:
    """How the units of each format ended over all batches; every sum adds up and nothing is left to do."""
    with open_workspace(path, {}) as workspace:
        assert not workspace.ledger.records.states("pending")
        assert not workspace.ledger.waves.due_buckets()
        assert all(batch.ended_ms for batch in workspace.ledger.batches.all())
        for batch in workspace.ledger.batches.all():
            assert account(workspace, batch.batch_no).adds_up
        return workspace.ledger.accounts.units_by_format()


def leftovers(path: Path) -> list[str]:
    """What no ended command leaves behind."""
    patterns = ("scratch/*", "lake/_medark/incoming/*", "landing/incoming/*/*", "lake.*", "erasing*")
    return [str(p.relative_to(path)) for pattern in patterns for p in path.glob(pattern) if p.name != "held"]


def bytes_of(path: Path) -> bytes:
    """Everything on the disk of a workspace, and what packed files unpack to."""
    found = [file.read_bytes() for file in path.rglob("*") if file.is_file()]
    with open_workspace(path, {}) as workspace:
        for record in workspace.landing.records():
            found += [record.name.encode(), workspace.landing.open(record).read()]
        snapshot = workspace.lake.snapshot()
        for name in (name for name in tables() if snapshot.rows(name)):
            if name not in VOCABULARY_TABLES:
                with workspace.engine.session() as session:
                    snapshot.bind(session, name)
                    found.append(repr(session.query(f"SELECT * FROM {name}").to_pylist()).encode())
    return b"\0".join(found)
