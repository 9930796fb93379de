"""A Delta table's log: entries that add and remove files, on disk before they count

Source: Delta Transaction Log Protocol (delta-io/delta, PROTOCOL.md): actions, commit files, checkpoints.
Entries are ours because a file has to be synced before the entry that names it and the entry before the manifest,
and because column statistics (which would keep values of erased rows) must never be in one. Checkpoints, and
reading a log that ran ahead, are delta-rs's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

import orjson
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from medark.errors import StorageError
from medark.model.omop import BUCKET, lake_columns, person_column
from medark.model.table import Column, Type
from medark.store.durable import disk, make_folder, put_if_absent, sync
from medark.store.lake.manifest import DataFile
from medark.store.lake.places import Places

_TYPES = {
    Type.INTEGER: "integer", Type.BIGINT: "long", Type.FLOAT: "double", Type.TEXT: "string",
    Type.DATE: "date", Type.DATETIME: "timestamp_ntz", Type.BOOLEAN: "boolean",
}  # fmt: skip
_PROTOCOL = {
    "minReaderVersion": 3,
    "minWriterVersion": 7,
    "readerFeatures": ["timestampNtz"],
    "writerFeatures": ["timestampNtz"],
}
# Statistics of columns would outlive the rows they are about; rows per file are told, and nothing else.
_CONFIGURATION = {"delta.dataSkippingNumIndexedCols": "0", "delta.checkpointInterval": "1000000"}


@dataclass(frozen=True, slots=True)
class Step:
    """What one log entry does. `same_rows`: only the files change, not what they say (compaction)."""

    add: tuple[DataFile, ...] = ()
    remove: tuple[DataFile, ...] = ()
    same_rows: bool = False


def head(places: Places, table: str) -> int:
    """The newest version of a table's log, -1 if it has none."""
    log = places.log(table)
    return max((int(p.stem) for p in log.glob("[0-9]*.json")), default=-1) if log.is_dir() else -1


def append(places: Places, table: str, version: int, step: Step, now_ms: int) -> None:
    """Write entry `version` (0: it also makes the table). StorageError if somebody else wrote it first."""
    actions: list[dict[str, object]] = [{"commitInfo": {"timestamp": now_ms, "operation": "WRITE"}}]
    if version == 0:
        actions += [{"protocol": _PROTOCOL}, {"metaData": _metadata(table, now_ms)}]
    actions += [{"remove": _remove(table, file, step, now_ms)} for file in step.remove]
    actions += [{"add": _add(table, file, step, now_ms)} for file in step.add]
    path = places.log(table) / f"{version:020d}.json"
    with disk():
        make_folder(path.parent)
        written = put_if_absent(path, b"\n".join(map(orjson.dumps, actions)) + b"\n")
    if not written:
        raise StorageError("another writer changed a table of the lake", fix="try again", table=table)


def files_at_head(places: Places, table: str) -> set[str]:
    """The paths that the newest entry leaves in the table."""
    try:
        # A plain file reader: nothing is asked of any server, whatever the environment says.
        actions = DeltaTable(str(places.table(table))).get_add_actions(flatten=True)
    except DeltaError:
        raise StorageError("a table's log can't be read", fix="medark rebuild", table=table) from None
    return set(actions["path"].to_pylist()) if len(actions) else set()


def forget_before(places: Places, table: str, version: int) -> None:
    """Put a checkpoint at `version` and remove the entries and checkpoints before it."""
    log = places.log(table)
    with disk():
        old = [p for p in log.iterdir() if p.name[:20].isdigit() and int(p.name[:20]) < version]
        if not old:
            return
        try:
            DeltaTable(str(places.table(table)), version=version).create_checkpoint()
        except DeltaError:
            fix = "check space and rights of its disk"
            raise StorageError("a table's log can't be checkpointed", fix=fix, table=table) from None
        for path in log.iterdir():
            if path.suffix != ".json" or path.name == "_last_checkpoint":
                sync(path)
        sync(log)
        for path in old:
            path.unlink(missing_ok=True)
        sync(log)


def _add(table: str, file: DataFile, step: Step, now_ms: int) -> dict[str, object]:
    return {
        "path": file.path,
        "partitionValues": _partition(table, file),
        "size": file.bytes,
        "modificationTime": now_ms,
        "dataChange": not step.same_rows,
        "stats": f'{{"numRecords":{file.rows}}}',
    }


def _remove(table: str, file: DataFile, step: Step, now_ms: int) -> dict[str, object]:
    return {
        "path": file.path,
        "deletionTimestamp": now_ms,
        "dataChange": not step.same_rows,
        "extendedFileMetadata": True,
        "partitionValues": _partition(table, file),
        "size": file.bytes,
    }


def _partition(table: str, file: DataFile) -> dict[str, str]:
    return {} if person_column(table) is None else {BUCKET: str(file.bucket)}


def _metadata(table: str, now_ms: int) -> dict[str, object]:
    partition = () if person_column(table) is None else (Column(BUCKET, Type.INTEGER),)
    fields = [
        {"name": c.name, "type": _TYPES[c.type], "nullable": True, "metadata": {}}
        for c in (*lake_columns(table), *partition)
    ]
    return {
        "id": str(uuid4()),
        "format": {"provider": "parquet", "options": {}},
        "schemaString": orjson.dumps({"type": "struct", "fields": fields}).decode(),
        "partitionColumns": [c.name for c in partition],
        "createdTime": now_ms,
        "configuration": _CONFIGURATION,
    }


def removed(files: Sequence[DataFile], gone: Sequence[DataFile]) -> tuple[DataFile, ...]:
    """`files` without those in `gone`."""
    paths = {file.path for file in gone}
    return tuple(file for file in files if file.path not in paths)
