"""The one place where real parts are plugged together: a workspace made or opened"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from medark import settings as settings_file
from medark.errors import StorageError, UsageError, WorkspaceError
from medark.flows.gate.book import LedgerBook
from medark.flows.gate.owner import first_owner
from medark.flows.gate.reader import machine_user
from medark.flows.rebuild import finish_swap
from medark.flows.vocabulary import publish
from medark.flows.workspace import Places, Workspace
from medark.model.progress import Progress
from medark.settings import Settings
from medark.store.crosswalk import Crosswalk
from medark.store.duckdb import DuckDB
from medark.store.engine import Engine
from medark.store.lake import Lake
from medark.store.lake.incoming import held_folder, sweep
from medark.store.landing import Landing
from medark.store.ledger import Ledger
from medark.store.spark import Spark
from medark.store.vocabulary import Vocabulary


def init_workspace(
    path: Path, *, time_zone: str | None = None, buckets: int | None = None, language: str | None = None
) -> Workspace:
    """Make a workspace in a new or empty folder. WorkspaceError if there is something in it already."""
    places = Places(path)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        fix = "open it as it is" if places.settings.exists() else "name a new or an empty folder"
        raise WorkspaceError("there is something here already", fix=fix, path=str(path))
    given = {"time_zone": time_zone, "lake__buckets": buckets, "language": language}
    text = settings_file.template(**{key: value for key, value in given.items() if value is not None})
    try:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)  # patients' data: its owner's alone
        places.salt.parent.mkdir(mode=0o700)
        _write_secret(places.salt, secrets.token_hex(32))
        places.settings.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(
            "the workspace can't be made", fix="check rights and space", errno=error.errno or 0
        ) from None
    workspace = open_workspace(path, {})
    first_owner(workspace, machine_user())
    publish(workspace)  # the vocabulary that is shipped: the first ingest need not wait for it
    return workspace


def open_workspace(path: Path, environ: Mapping[str, str] = os.environ) -> Workspace:
    """Open a workspace. WorkspaceError if the folder is none, SettingsError if its settings can't be used."""
    places = Places(path)
    try:
        text = places.settings.read_text(encoding="utf-8")
        salt = places.salt.read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise WorkspaceError("this is not a workspace", fix=f"medark init {path}", path=str(path)) from None
    except OSError as error:
        raise StorageError("the workspace can't be read", fix="check its rights", errno=error.errno or 0) from None
    settings = _with_machine(settings_file.read(text, environ))
    return _plugged(places, settings, salt, environ.get("MEDARK_LEDGER_PASSWORD", ""))


@contextmanager
def engine_of(workspace: Workspace, name: str) -> Iterator[Engine]:
    """The engine called "duckdb" or "spark", for a while. UsageError for another name."""
    if name == "duckdb":
        yield workspace.engine
        return
    if name != "spark":
        raise UsageError(f"there is no engine called {name!r}", fix="--engine duckdb, --engine spark")
    settings = workspace.settings.engine
    with Spark(workspace.places.scratch, settings.spark, settings.threads, settings.memory) as spark:
        yield spark


def _plugged(places: Places, settings: Settings, salt: str, password: str) -> Workspace:
    _take_small_pages()
    finish_swap(places)
    held = ExitStack()
    sweep(places.scratch)
    places = replace(places, session=held.enter_context(held_folder(places.scratch)).name)
    places.scratch.parent.chmod(0o700)  # raw records pass through it
    engine = DuckDB(places.scratch, f"{settings.engine.memory // 1_000_000}MB", settings.engine.threads or None)
    kept = settings.ledger.url or places.ledger
    ledger = Ledger(kept, password=password, salt=salt, head=places.audit_head, before=places.ledger)
    return Workspace(
        places=places,
        settings=settings,
        engine=engine,
        landing=Landing(places.landing),
        ledger=ledger,
        crosswalk=Crosswalk(places.crosswalk),
        lake=Lake(places.lake, engine, settings.lake.buckets),
        vocabulary=Vocabulary(places.vocabulary, engine),
        salt=salt,
        follows=(_follow_senders,),
        book=LedgerBook(ledger),
        held=held,
    )


def _follow_senders(workspace: Workspace, progress: Progress) -> None:
    """Persons as sources themselves say that they are one, whatever way it came."""
    if workspace.crosswalk.ties.are_new():
        from medark.flows.identity.senders import follow_senders  # few sources say who is who

        follow_senders(workspace, progress)


def _take_small_pages() -> None:
    """Arrow's first choice of allocator takes huge pages. Whoever touches one first waits until it is wiped: five
    milliseconds in a virtual machine, in the middle of reading a record, which takes one.
    """
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())


def _with_machine(settings: Settings) -> Settings:
    """Settings that say "as many as there are cores", with that number."""
    cores = len(os.sched_getaffinity(0))
    ingest = replace(settings.ingest, workers=settings.ingest.workers or cores)
    engine = replace(settings.engine, threads=settings.engine.threads or cores)
    return replace(settings, ingest=ingest, engine=engine)


def _write_secret(path: Path, content: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
