"""Releases of a dataset: its definition and the version of the lake under a name, so that it can be made again"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa

from medark.define import Cohort, Dataset, everyone
from medark.define.answers import digest, from_json, to_json
from medark.errors import NotFoundError, StorageError, UsageError
from medark.flows.apps.datasets import DatasetRows, definition_of, origins_of
from medark.flows.apps.leaving import leaving
from medark.flows.apps.origins import with_organisations
from medark.flows.apps.place import published_folder, write_whole
from medark.flows.apps.publish import published_one
from medark.flows.apps.running import running
from medark.flows.definitions.run import run
from medark.flows.gate.owner import must_own, note
from medark.flows.workspace import Workspace
from medark.model.access import Reader

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_FOLDER: Final = "releases"


@dataclass(frozen=True, slots=True)
class Release:
    """One release. `definition`: its canonical JSON; `columns`: the digest of each; `origins`: see `Publish`."""

    app: str
    dataset: str
    name: str
    app_version: str
    definition: str = field(repr=False)
    digest: str
    entries: str  # the digest of who is in it
    columns: Mapping[str, str]
    origins: tuple[str, ...]
    lake_version: int
    today: str
    made_ms: int
    by: str
    rows: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What is another between two releases: columns, and how many people came, went and stayed."""

    older: str
    newer: str
    who: bool  # is who is in it defined otherwise?
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    come: int
    gone: int
    stayed: int


def release(workspace: Workspace, app: str, dataset: str, name: str, by: str) -> Release:
    """Keep a dataset as it was published last, under a name. AccessError for who is no owner; UsageError for a name
    that is taken, or none; NotFoundError.
    """
    must_own(workspace, by)
    if not _NAME.fullmatch(name):
        raise UsageError("a release's name is letters, digits, . _ and -", fix="2024Q4")
    path = _path(workspace, app, dataset, name)
    if path.exists():
        raise UsageError("there is a release of this name", fix="give another name", app=app, dataset=dataset)
    with running(workspace).one(app) as loaded:
        definition, told = definition_of(loaded, dataset), published_one(workspace, app, dataset)
        if not isinstance(definition, Dataset | Cohort):
            raise UsageError("counts have no releases", fix="release the dataset that they are of", dataset=dataset)
        if told.digest != digest(definition):
            raise UsageError("it was published by another version", fix=f"medark app publish WS {app}", app=app)
        made = Release(
            app, dataset, name, loaded.manifest.version, to_json(definition), told.digest, _entries(definition),
            columns_of(definition),
            origins_of(loaded, dataset), told.lake_version, told.today, int(time.time() * 1000), by, told.rows,
        )  # fmt: skip
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, msgspec.json.encode(made))
    except OSError as error:
        raise StorageError("the release can't be kept", fix="check rights", errno=error.errno or 0) from None
    note(workspace, by, "dataset released", app=app, dataset=dataset, release=name, digest=made.digest)
    return made


def releases(workspace: Workspace, app: str = "*", dataset: str = "*") -> list[Release]:
    """Every release, the oldest first."""
    paths = (workspace.path / "published").glob(f"{app}/{_FOLDER}/{dataset}/*.json")
    return sorted((_read(path) for path in paths), key=lambda one: (one.made_ms, one.name))


def released_rows(workspace: Workspace, reader: Reader, app: str, dataset: str, name: str) -> DatasetRows:
    """A release, its rows made again for this reader, as they may leave for their purpose. NotFoundError where there
    is no such release, or its version of the lake went with a person who was erased; AccessError.
    """
    one = _one(workspace, app, dataset, name)
    definition = _defined(one)
    rows = _made(workspace, reader, one)
    day = dt.date.fromisoformat(one.today)
    left = leaving(workspace, rows, definition, one.origins, reader.purpose, app, day)
    told = replace(
        published_one(workspace, app, dataset), digest=one.digest, lake_version=one.lake_version, today=one.today,
        fresh_ms=one.made_ms, rows=left.num_rows,
    )  # fmt: skip
    return DatasetRows(told, left)


def compare(workspace: Workspace, reader: Reader, app: str, dataset: str, older: str, newer: str) -> Compared:
    """What changed from one release to another: columns by their digests, people by their presence. Errors as of
    `released_rows`.
    """
    before, after = (_one(workspace, app, dataset, name) for name in (older, newer))
    were, are = (set(_made(workspace, reader, one)["person_id"].to_pylist()) for one in (before, after))
    both = before.columns.keys() & after.columns.keys()
    return Compared(
        older, newer, before.entries != after.entries,
        added=tuple(sorted(after.columns.keys() - both)),
        removed=tuple(sorted(before.columns.keys() - both)),
        changed=tuple(sorted(name for name in both if before.columns[name] != after.columns[name])),
        come=len(are - were), gone=len(were - are), stayed=len(were & are),
    )  # fmt: skip


def columns_of(definition: Dataset | Cohort) -> dict[str, str]:
    """The digest of each column of a dataset: another meaning, another digest."""
    if not isinstance(definition, Dataset):
        return {}
    assert isinstance(definition.columns, tuple)
    return {one.name: digest(Dataset(everyone(), {"v": one.value})) for one in definition.columns}


def _entries(definition: Dataset | Cohort) -> str:
    return digest(Dataset(definition.population, {}))


def _made(workspace: Workspace, reader: Reader, one: Release) -> pa.Table:
    asking, day = replace(reader, app=one.app), dt.date.fromisoformat(one.today)
    found = run(workspace, asking, _defined(one), today=day, version=one.lake_version)
    return with_organisations(workspace, found.rows, one.origins)


def _defined(one: Release) -> Dataset | Cohort:
    found = from_json(one.definition)
    assert isinstance(found, Dataset | Cohort)
    return found


def _one(workspace: Workspace, app: str, dataset: str, name: str) -> Release:
    path = _path(workspace, app, dataset, name)
    if not _NAME.fullmatch(name) or not path.is_file():
        there: Collection[str] = [one.name for one in releases(workspace, app, dataset)]
        raise NotFoundError("there is no such release", fix=" | ".join(there) or "medark app release", app=app)
    return _read(path)


def _read(path: Path) -> Release:
    return msgspec.json.decode(path.read_bytes(), type=Release)


def _path(workspace: Workspace, app: str, dataset: str, name: str) -> Path:
    return published_folder(workspace, app) / _FOLDER / dataset / f"{name}.json"
