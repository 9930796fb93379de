"""The city written: each system's files under raw/, everything true under truth/; a part at a time, on all cores"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from medark.model.progress import Progress, Silent
from medark.synthetic import care, events, health, population, replay, reports
from medark.synthetic.city import City, found
from medark.synthetic.dirt import soil
from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.systems import systems
from medark.synthetic.memory import give_back
from medark.synthetic.settings import CitySettings, Part, parts
from medark.synthetic.truth import drg_inputs, write_facts
from medark.synthetic.workers import done
from medark.synthetic.world import World

Stage = Callable[[City, Part, World], dict[str, pa.Table]]
STAGES: tuple[Stage, ...] = (
    population.live, health.live, events.live, care.live, population.newcomers, events.spread_out, reports.live,
)  # fmt: skip
_SILENT = Silent()


def write_city(settings: CitySettings, root: Path, workers: int = 1, progress: Progress = _SILENT) -> None:
    """Write a city in `root`, a new or empty folder. The same settings give the same bytes, with any number of
    workers. Raises SettingsError, before anything is written, where the outbreak file can't be used.
    """
    city, todo = found(settings), parts(settings)
    root.mkdir(parents=True, exist_ok=True)
    with progress.stage("making up people and what their systems export", settings.people, "people") as stage:
        for part in done(partial(write_part, city, root=root), todo, workers):
            stage.advance(part.count)
    chosen = systems(settings)
    finishing = [system for system in chosen if system.finish]
    with progress.stage("closing the books of systems", len(finishing), "systems") as stage:
        for system in finishing:
            system.finish(root / "spool" / system.name, root, workers)  # type: ignore[misc]
            stage.advance(1)
    shutil.rmtree(root / "spool", ignore_errors=True)
    write_facts(city, root / "truth")
    shutil.copyfile(replay.__file__, root / "replay.py")


def live(city: City, part: Part) -> dict[str, pa.Table]:
    """Everything that happens to the people of a part."""
    world: dict[str, pa.Table] = {}
    for stage in STAGES:
        world |= stage(city, part, world)
        give_back()
    return world


def write_part(city: City, part: Part, root: Path) -> Part:
    """Make a part and write what every system exports of it, and its truth."""
    world = live(city, part)
    recorded = soil(city, part, world)
    desk = Desk(city, part, recorded, root)
    for system in systems(city.settings):
        desk.turn_to(system.name)
        system.write(desk)
        give_back()
    planted = pa.concat_tables([recorded["planted"], desk.planted()]).unify_dictionaries()
    told = {"planted": planted, "record": desk.records(), "drg_input": drg_inputs(world)}
    for name, table in {**world, **told}.items():
        _keep(root / "truth" / name, part, table)
    desk.close()
    return part


def _keep(folder: Path, part: Part, table: pa.Table) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / f"{part.number:05d}.parquet", compression="zstd")
