"""What applications publish: a file for each dataset and measure, kept fresh by what changed"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medark.define import Dataset, Tally
from medark.define.answers import digest, reads
from medark.define.definitions import Definition
from medark.define.definitions.variables import ENTRY_COLUMNS
from medark.errors import MedarkError, NotFoundError, StorageError
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.place import published_folder, write_whole
from medark.flows.apps.reading import answer
from medark.flows.apps.running import running
from medark.flows.apps.signals import keep_signals
from medark.flows.definitions.answer_file import earlier_answer, with_provenance
from medark.flows.definitions.run import Answer
from medark.flows.workspace import Workspace
from medark.govern.levels import sensitivity
from medark.messages import N_
from medark.model.access import Reader
from medark.model.dataset import PublishedColumn, PublishedDataset
from medark.sdk.app import Publish, PublishMeasure
from medark.sdk.manifest import LANGUAGES

_ENTRY = {
    "entry_id": N_("number of the entry"),
    "person_id": N_("whose row it is"),
    "entry_start": N_("when the entry starts"),
    "entry_end": N_("when the entry ends"),
    "visit_occurrence_id": N_("the visit that it belongs to"),
}


@dataclass(frozen=True, slots=True)
class Freshened:
    """One dataset or measure, as it is now. `asked_again`: how many people; None for all, 0 where nothing changed."""

    dataset: PublishedDataset
    asked_again: int | None
    error: str = ""  # why it could not be made; then the dataset is the earlier one


def publish(
    workspace: Workspace, reader: Reader, *, app: str = "", today: dt.date | None = None, only: Collection[str] = ()
) -> list[Freshened]:
    """Bring what the running applications (or one of them) publish up to the lake, signals too. One that fails hinders
    no other. `only`: datasets and measures of these names alone.
    """
    found: list[Freshened] = []
    day = today or workspace.today()
    with running(workspace).all() as loaded:
        for name, one in loaded.items():
            if app in ("", name):
                asking = replace(reader, app=name, purpose=one.manifest.purpose)
                found += _of_app(workspace, asking, one, day, only)
                if only:
                    continue
                keep_signals(workspace, asking, one, day, partial(_asked, workspace, asking, one, day))
    return found


def _asked(workspace: Workspace, reader: Reader, loaded: Loaded, today: dt.date, definition: Definition) -> Answer:
    """The answer to a definition: that of the dataset which it is, where that has just been brought up to the lake."""
    for one in loaded.app.datasets:
        path = _path(workspace, loaded.name, one.name)
        if digest(one.dataset) == digest(definition) and path.exists():
            fresh = earlier_answer(path)
            if fresh.provenance.today == today.isoformat() and fresh.provenance.digest == digest(definition):
                return fresh
    return answer(workspace, reader, definition, today)[0]


def published(workspace: Workspace, app: str = "") -> list[PublishedDataset]:
    """Every dataset and measure that is published, by application and name."""
    pattern = f"{app or '*'}/*.json"
    paths = sorted((workspace.path / "published").glob(pattern))
    return [msgspec.json.decode(path.read_bytes(), type=PublishedDataset) for path in paths]


def published_one(workspace: Workspace, app: str, name: str) -> PublishedDataset:
    """One of them. NotFoundError."""
    found = [one for one in published(workspace, app) if (one.app, one.name) == (app, name)]
    if not found:
        raise NotFoundError("there is no such dataset", fix="medark app publish", app=app, dataset=name)
    return found[0]


def kept_schema(workspace: Workspace, app: str, name: str) -> pa.Schema:
    """The columns of a published dataset. NotFoundError."""
    try:
        return pq.read_schema(_path(workspace, app, name))
    except OSError:
        raise NotFoundError("there is no such dataset", fix="medark app publish", app=app, dataset=name) from None


def kept_rows(
    workspace: Workspace, dataset: PublishedDataset, columns: Sequence[str] | None = None, limit: int | None = None
) -> pa.Table:
    """The rows of a published dataset, as they were made; or the first `limit`, and then no others are read."""
    path, names = _path(workspace, dataset.app, dataset.name), None if columns is None else list(columns)
    try:
        if limit is None:
            return pq.read_table(path, columns=names)
        with pq.ParquetFile(path) as file:
            first = list(islice(file.iter_batches(max(1, limit), columns=names), 1))
            return pa.Table.from_batches(first) if first else file.read(columns=names)
    except OSError as error:
        raise StorageError("the dataset can't be read", fix="medark app publish", errno=error.errno or 0) from None


def forget_person(workspace: Workspace, person_id: int) -> None:
    """Take a person who is erased out of every published dataset, at once."""
    for dataset in published(workspace):
        rows = kept_rows(workspace, dataset)
        if "person_id" in rows.column_names:
            left = rows.filter(pc.not_equal(rows["person_id"], person_id))
            if left.num_rows < rows.num_rows:
                keep_rows(workspace, left, replace(dataset, rows=left.num_rows))


def _of_app(
    workspace: Workspace, reader: Reader, loaded: Loaded, today: dt.date, only: Collection[str]
) -> Iterator[Freshened]:
    things: list[Publish | PublishMeasure] = [*loaded.app.datasets, *loaded.app.measures]
    for one in [one for one in things if not only or one.name in only]:
        try:
            yield _freshened(workspace, reader, loaded, one, today)
        except MedarkError as error:
            running(workspace).note(loaded.name, loaded.manifest.version, error)
            yield Freshened(_told(loaded, one, None, today), None, error.what)


def _freshened(
    workspace: Workspace, reader: Reader, loaded: Loaded, one: Publish | PublishMeasure, today: dt.date
) -> Freshened:
    path = _path(workspace, loaded.name, one.name)
    earlier = earlier_answer(path) if path.exists() else None
    fresh, again = answer(workspace, reader, _definition(one), today, earlier)
    told = _told(loaded, one, fresh, today)
    keep_rows(workspace, with_provenance(fresh), told)
    return Freshened(told, again)


def _definition(one: Publish | PublishMeasure) -> Definition:
    return one.measure if isinstance(one, PublishMeasure) else one.dataset


def _told(loaded: Loaded, one: Publish | PublishMeasure, answer: Answer | None, today: dt.date) -> PublishedDataset:
    description = one.description if isinstance(one, Publish) else {}
    return PublishedDataset(
        app=loaded.name,
        name=one.name,
        title=dict(one.title),
        description=dict(description),
        columns=tuple(_columns(one, answer.rows.schema)) if answer else (),
        digest=digest(_definition(one)),
        lake_version=answer.provenance.lake_version if answer else 0,
        today=today.isoformat(),
        fresh_ms=int(time.time() * 1000),
        rows=answer.rows.num_rows if answer else 0,
        owner=loaded.manifest.owner,
        licence=(one.licence if isinstance(one, Publish) else "") or loaded.manifest.licence,
        stamp=answer.provenance.view if answer else "",
        is_aggregate=isinstance(one, PublishMeasure) or isinstance(one.dataset, Tally),
    )


def _columns(one: Publish | PublishMeasure, schema: pa.Schema) -> Iterator[PublishedColumn]:
    """Each column with the level of the most sensitive column that it is made of."""
    definition = _definition(one)
    whole = _level(definition)
    about_people = whole if isinstance(definition, Tally) else 3
    parts = _parts(definition)
    for field in schema:
        level = parts.get(field.name, about_people if field.name in ENTRY_COLUMNS else whole)
        if isinstance(one, PublishMeasure):
            level = 2  # counts say nothing of anybody, once small ones are not told
        en, zh = (one.meaning(field.name, told) if isinstance(one, Publish) else "" for told in LANGUAGES)
        kind = "string" if isinstance(one, Publish) and field.name in one.origins else str(field.type)
        yield PublishedColumn(field.name, kind, en or _ENTRY.get(field.name, ""), level, zh if zh != en else "")


def _parts(definition: Definition) -> dict[str, int]:
    """The level of each column of a dataset, at least that of what is about a person."""
    if not isinstance(definition, Dataset):
        return {}
    assert isinstance(definition.columns, tuple)
    return {one.name: max(3, _level(Dataset(definition.population, {"v": one.value}))) for one in definition.columns}


def _level(definition: Definition) -> int:
    return max((sensitivity(table, c).level for table, of in reads(definition).items() for c in of), default=1)


def _path(workspace: Workspace, app: str, name: str) -> Path:
    return published_folder(workspace, app) / f"{name}.parquet"


def keep_rows(workspace: Workspace, rows: pa.Table, told: PublishedDataset) -> None:
    """Rows first, then what is said of them; each file whole or not at all, for its owner's eyes."""
    path = _path(workspace, told.app, told.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        sink = pa.BufferOutputStream()
        pq.write_table(rows, sink, compression="zstd")
        write_whole(path, sink.getvalue())
        write_whole(path.with_suffix(".json"), msgspec.json.encode(told))
    except OSError as error:
        raise StorageError("the dataset can't be kept", fix="check rights and space", errno=error.errno or 0) from None
