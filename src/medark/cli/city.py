"""An application on a made-up city, through the whole platform: what `medark.sdk.testing.run_on_city` asks for"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from medark.errors import InternalError
from medark.sdk.testing import CityRun

if TYPE_CHECKING:
    from medark.flows.workspace import Workspace

_CITY = ("--people", "300", "--from", "2024-01-01", "--to", "2024-12-31", "--seed", "19", "--pictures", "0")
_STANDARD = ("county/emr", "north/lis", "south/lis", "south/cda")  # systems that speak standards: they need no map


def run(folder: Path) -> CityRun:
    """What an application of a folder does in the city: installed, approved, enabled, published, asked of everyone."""
    from medark.bootstrap import init_workspace
    from medark.flows.ingest import ingest

    with tempfile.TemporaryDirectory(prefix="medark-city-") as scratch:
        city = Path(scratch) / "city"
        _made(city)
        with init_workspace(Path(scratch) / "workspace", time_zone="Asia/Shanghai") as workspace:
            for name in _STANDARD:
                ingest(workspace, city / "raw" / name, name)
            return used(workspace, folder)


def _made(city: Path) -> None:
    """A city, by the command that makes cities."""
    command = [sys.executable, "-m", "medark", "synth", str(city), *_CITY]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        raise InternalError("a city can't be made", fix=f"medark synth city {' '.join(_CITY)}")


def used(workspace: Workspace, folder: Path) -> CityRun:
    """The same in a workspace that is there."""
    from medark.flows.apps import life
    from medark.flows.apps.publish import publish
    from medark.flows.apps.reading import platform
    from medark.flows.apps.running import running
    from medark.flows.apps.tasks import raise_tasks

    reader, people = platform(workspace), _people(workspace)
    author = reader.user
    name = life.install(workspace, folder, by=author).version.app
    life.approve(workspace, name, by=author)
    life.enable(workspace, name, by=author)
    rows = {one.dataset.name: one.dataset.rows for one in publish(workspace, reader, app=name)}
    tasks = Counter(task.kind for task in raise_tasks(workspace, reader, app=name))
    cards, blocks = _cards(workspace, name, people), _pages(workspace, name)
    incidents = tuple(one.what for one in running(workspace).incidents.values())
    return CityRun(len(people), cards, rows, tasks, blocks, incidents)


def _cards(workspace: Workspace, name: str, people: dict[int, list[dt.datetime]]) -> Counter[str]:
    """How often each rule fires, asked once for each person at the end of each of their visits."""
    from dataclasses import replace
    from zoneinfo import ZoneInfo

    from medark.flows.apps.reading import platform
    from medark.flows.hooks import Asked, Hooks
    from medark.model.access import Purpose

    found: Counter[str] = Counter()
    reader, zone = replace(platform(workspace), purpose=Purpose.CARE), ZoneInfo(workspace.settings.time_zone)
    now = 0.0
    hooks = Hooks(workspace, lambda: now)
    for hook in [one.hook for one in hooks.services() if one.id == name]:
        for person_id, moments in people.items():
            asked = Asked(hook, str(person_id), person_id)
            for moment in moments:
                now = moment.replace(tzinfo=zone).timestamp()
                told = hooks.ask(name, hook, lambda _, asked=asked: asked, reader)  # type: ignore[misc]
                found.update(one.rule for one in told.cards(repeats=True))
    return found


def _pages(workspace: Workspace, name: str) -> dict[str, int]:
    from dataclasses import replace

    from medark.flows.apps.reading import platform
    from medark.flows.apps.running import running
    from medark.flows.pages import page, pages

    with running(workspace).one(name) as loaded:
        reader = replace(platform(workspace), purpose=loaded.manifest.purpose)
    today = workspace.today()
    there = [one.path for one in pages(workspace) if one.app == name]
    return {path: len(page(workspace, reader, name, path, {}, language="en", today=today).blocks) for path in there}


def _people(workspace: Workspace) -> dict[int, list[dt.datetime]]:
    """Everybody in the city, and when their visits ended."""
    from medark.flows.apps.reading import platform
    from medark.flows.gate import About, reading

    reads = {"visit_occurrence": ("person_id", "visit_end_datetime", "visit_end_date"), "person": ("person_id",)}
    with reading(workspace, platform(workspace), reads, About("city"), foreign=False) as governed:
        people = governed.query("SELECT person_id FROM person")["person_id"].to_pylist()
        visits = governed.query("SELECT person_id, visit_end_datetime AS at FROM visit_occurrence").to_pylist()
    found: dict[int, list[dt.datetime]] = {person_id: [] for person_id in people}
    for visit in visits:
        if visit["at"] is not None and visit["person_id"] in found:
            found[visit["person_id"]].append(visit["at"])
    return found
