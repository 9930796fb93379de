"""A made-up city from its exports to a workspace, a summary and a map of its data"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from medark import settings
from medark.catalog.page import page, words_of
from medark.errors import StorageError, WorkspaceError
from medark.flows.data_map import data_map
from medark.flows.demo.account import DemoAccount
from medark.flows.demo.found import findings
from medark.flows.demo.summary import summary
from medark.flows.gate import at_terminal
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.messages import _, spoken
from medark.model.account import IngestAccount
from medark.model.omop import VOCABULARY_TABLES, tables
from medark.model.progress import Progress, Silent
from medark.settings import SourceSettings
from medark.synthetic.before import City, Planted, make_city, write_city
from medark.synthetic.before.places import AUTHORITIES, SYSTEMS, TIME_ZONE

CITY, WORKSPACE, SUMMARY, MAP = "city", "workspace", "summary.md", "map.html"
OWN = frozenset({CITY, WORKSPACE, SUMMARY, MAP})  # what a demonstration leaves, and all that it takes away again
_SILENT = Silent()


def demo(
    folder: Path, new_workspace: Callable[[Path], Workspace], progress: Progress = _SILENT, *, force: bool = False
) -> DemoAccount:
    """Make the city in `folder`/city, take everything in to `folder`/workspace, write summary.md and map.html there.

    `new_workspace` makes an empty workspace at a path. With `force` an earlier demonstration is taken away first.
    WorkspaceError if there is something in the folder (else). One that was stopped in the middle is an earlier one.
    """
    started = time.monotonic()
    _make_room(folder, force)
    city = make_city(progress=progress)
    planted = write_city(city, folder / CITY, progress)
    with _described(new_workspace(folder / WORKSPACE)) as workspace:
        accounts = _take_in(workspace, folder / CITY / "raw", progress)
        _write(folder / MAP, _map(workspace, progress))
        account = _account(workspace, city, planted, accounts, time.monotonic() - started)
    _write(folder / SUMMARY, summary(account))
    return account


def _make_room(folder: Path, force: bool) -> None:
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if folder.exists() and (not folder.is_dir() or there - OWN):
        raise WorkspaceError("there is something here that is no demo", fix="name a new folder", path=str(folder))
    if there and not force:
        raise WorkspaceError("there is a demo here already", fix=f"medark demo {folder} --force", path=str(folder))
    try:
        for name in there:
            path = folder / name
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            "the demo can't be made here", fix="check rights and space", errno=error.errno or 0
        ) from None


def _described(workspace: Workspace) -> Workspace:
    """The workspace with the city's systems in its settings, as `medark source add` writes them."""
    text = workspace.places.settings.read_text(encoding="utf-8")
    for name in SYSTEMS:
        text = settings.with_source(text, name, SourceSettings(TIME_ZONE, authorities=AUTHORITIES.get(name, ())))
    workspace.places.settings.write_text(text, encoding="utf-8")
    return replace(workspace, settings=replace(workspace.settings, sources=settings.read(text).sources))


def _take_in(workspace: Workspace, raw: Path, progress: Progress) -> tuple[IngestAccount, ...]:
    accounts = []
    with progress.stage("connecting its systems", len(SYSTEMS), "systems") as stage:
        for name in SYSTEMS:
            accounts.append(ingest(workspace, raw / name, name))  # seconds each: one bar for all is enough
            stage.advance(1)
    return tuple(accounts)


def _map(workspace: Workspace, progress: Progress) -> str:
    with progress.stage("mapping the data", 1, "pages") as stage:
        found = data_map(workspace, at_terminal(workspace))
        text = page(found, workspace.settings.time_zone, {phrase: _(phrase) for phrase in words_of(found)}, spoken())
        stage.advance(1)
    return text


def _account(
    workspace: Workspace, city: City, planted: tuple[Planted, ...], accounts: tuple[IngestAccount, ...], seconds: float
) -> DemoAccount:
    snapshot = workspace.lake.snapshot()
    names = [name for name in tables() if name not in VOCABULARY_TABLES and snapshot.rows(name)]
    return DemoAccount(
        people=len(city.lives),
        persons=snapshot.rows("person"),
        merged=sum(workspace.crosswalk.links(people).num_rows for people in {name.split("/")[0] for name in SYSTEMS}),
        accounts=accounts,
        rows={name: snapshot.rows(name) for name in names},
        findings=findings(workspace, planted, accounts),
        seconds=seconds,
    )


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError("the demo can't be written", fix="make room", errno=error.errno or 0) from None
