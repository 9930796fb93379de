"""One person's part of what an application keeps, brought up to their record as it is now: datasets and tasks"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from medark.define import Dataset
from medark.define.answers import digest
from medark.errors import MedarkError
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.of_person import Line, lines
from medark.flows.apps.publish import keep_rows, kept_rows, published
from medark.flows.apps.reading import platform
from medark.flows.apps.running import running
from medark.flows.apps.tasks import Moved, tasks_of_person
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.dataset import PublishedDataset


@dataclass(frozen=True, slots=True)
class KeptUp:
    """The datasets that were brought up to the record, and the tasks that it raised and closed."""

    datasets: tuple[str, ...]
    tasks: Moved


def keep_up(workspace: Workspace, loaded: Loaded, person_id: int, now: dt.datetime, by: str) -> KeptUp:
    """Ask an application again about one person, in memory. Measures, which are sums, wait until they are published.

    What goes wrong is noted as the application's incident, and the next publishing brings it up.
    """
    reader = replace(platform(workspace), app=loaded.name, purpose=loaded.manifest.purpose)
    try:
        named = tuple(_datasets(workspace, reader, loaded, person_id, now.date()))
        return KeptUp(named, tasks_of_person(workspace, reader, loaded, person_id, now, by))
    except MedarkError as error:
        running(workspace).note(loaded.name, loaded.manifest.version, error)
        return KeptUp((), Moved())


def _datasets(workspace: Workspace, reader: Reader, loaded: Loaded, person_id: int, today: dt.date) -> Iterator[str]:
    """Those that are published as they are defined now; their lake version stays, so that what changed for others is
    still found by it.
    """
    defined = {one.name: one.dataset for one in loaded.app.datasets if isinstance(one.dataset, Dataset)}
    there = {
        one.name: one
        for one in published(workspace, loaded.name)
        if one.name in defined and one.columns and one.digest == digest(defined[one.name])
    }
    for name, rows in lines(workspace, reader, loaded, tuple(there), person_id, today).items():
        _replace(workspace, there[name], person_id, rows)
        yield name


def _replace(workspace: Workspace, dataset: PublishedDataset, person_id: int, rows: list[Line]) -> None:
    before = kept_rows(workspace, dataset)
    others = before.filter(pc.not_equal(before["person_id"], person_id))
    columns = [{name: line[name] for name in before.schema.names} for line in rows]
    mine = pa.Table.from_pylist(columns, schema=before.schema)
    after = pa.concat_tables([others, mine]).replace_schema_metadata(before.schema.metadata)
    if not after.equals(before):
        keep_rows(workspace, after, replace(dataset, rows=after.num_rows))
