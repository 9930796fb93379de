"""OpenLineage events of a workspace: each ingest and each publishing, into a file or to whoever listens"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

import medark
from medark.catalog.lineage.graph import Graph
from medark.catalog.lineage.openlineage import Run, events
from medark.errors import MedarkError, SourceError, StorageError
from medark.flows.apps.publish import published
from medark.flows.lineage.whole import graph
from medark.flows.workspace import Workspace
from medark.model.lineage import ROWS, Asset, Layer

PRODUCER: Final = f"urn:medark:{medark.__version__}"
_JSON: Final = {"content-type": "application/json"}
_PATIENCE: Final = 10.0  # seconds for one event


def told(workspace: Workspace, since_ms: int = 0) -> Iterator[dict[str, Any]]:
    """The events of runs that began at a time or later, oldest first."""
    known = graph(workspace)
    runs = sorted([*_ingests(workspace, known), *_publishings(workspace, known)], key=lambda run: run.started_ms)
    runs = [run for run in runs if run.started_ms >= since_ms]
    yield from events(known, runs, f"medark://{workspace.path.name}", PRODUCER)


def written(workspace: Workspace, path: Path) -> int:
    """The events as lines of JSON, the file whole or not there; returns how many. StorageError."""
    lines = [orjson.dumps(event) for event in told(workspace)]
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(b"".join(line + b"\n" for line in lines))
        part.replace(path)
    except OSError as error:
        raise StorageError(
            "the events can't be written", fix="check rights and space", errno=error.errno or 0
        ) from None
    return len(lines)


def sent(workspace: Workspace, url: str, since_ms: int = 0) -> int:
    """The events posted to an OpenLineage endpoint ("http://host:5000/api/v1/lineage"), in order; returns how many.

    SourceError when it can't be reached or refuses one.
    """
    import httpx  # only who posts needs it

    count = 0
    with httpx.Client(timeout=_PATIENCE) as client:
        for event in told(workspace, since_ms):
            try:
                client.post(
                    url, content=orjson.dumps(event), headers={"content-type": "application/json"}
                ).raise_for_status()
            except httpx.HTTPError as error:
                why = error.response.status_code if isinstance(error, httpx.HTTPStatusError) else 0
                raise SourceError("nobody took the event", fix="check the address", status=why, sent=count) from None
            count += 1
    return count


def told_if_set(workspace: Workspace, since_ms: int) -> str:
    """Post the events of runs since a time to whom the settings name. What went wrong; "" for nothing."""
    url = workspace.settings.lineage.openlineage
    try:
        if url:
            sent(workspace, url, since_ms)
    except MedarkError as error:
        return error.what
    return ""


def _ingests(workspace: Workspace, known: Graph) -> Iterator[Run]:
    """Each batch of a source: from its tables and messages to the tables of the lake that they decide."""
    reached = _tables_by_source(known)
    for batch in workspace.ledger.batches.all():
        ends = reached.get(batch.source)
        if ends is not None:
            inputs, outputs = (tuple(sorted(one)) for one in ends)
            yield Run(f"ingest {batch.source}", str(batch.batch_no), batch.started_ms, batch.ended_ms, inputs, outputs)


def _tables_by_source(known: Graph) -> dict[str, tuple[set[Asset], set[Asset]]]:
    found: dict[str, tuple[set[Asset], set[Asset]]] = {}
    for edge in known.edges:
        if edge.source.layer is Layer.FIELD:
            ends = found.setdefault(edge.source.of.rpartition("/")[0], (set(), set()))
            ends[0].add(Asset(Layer.FIELD, edge.source.of))
            if edge.target.layer is Layer.COLUMN:
                ends[1].add(Asset(Layer.COLUMN, edge.target.of))
        elif edge.source.layer is Layer.STAGING and edge.source.name == ROWS:
            ends = found.setdefault(edge.source.of.partition(": ")[0], (set(), set()))
            ends[1].add(Asset(Layer.COLUMN, edge.target.of))
    return {source: ends for source, ends in found.items() if ends[0]}


def _publishings(workspace: Workspace, known: Graph) -> Iterator[Run]:
    """Each dataset as it was made last: from the tables of the lake that it reads."""
    for one in published(workspace):
        name = f"{one.app}/{one.name}"
        read = {
            Asset(Layer.COLUMN, edge.source.of)
            for column in (ROWS, *(column.name for column in one.columns))
            for edge in known.before(Asset(Layer.DATASET, name, column))
        }
        outputs = (Asset(Layer.DATASET, name),)
        yield Run(f"publish {name}", f"{one.lake_version}", one.fresh_ms, one.fresh_ms, tuple(sorted(read)), outputs)
