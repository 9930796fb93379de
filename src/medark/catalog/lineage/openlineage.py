"""Lineage as OpenLineage events: a run of ingest or of publishing, its inputs and outputs, and columns' lineage

Source: OpenLineage 2-0-2 (https://openlineage.io/spec/2-0-2/OpenLineage.json) and its facets: SchemaDatasetFacet 1-1-1,
ColumnLineageDatasetFacet 1-2-0 (direct: IDENTITY, TRANSFORMATION; indirect: JOIN, CONDITIONAL, FILTER),
JobTypeJobFacet 2-0-3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from medark.catalog.lineage.graph import Graph
from medark.model.lineage import ROWS, Asset, How, Layer

SPEC: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json"
_FACETS: Final = "https://openlineage.io/spec/facets"
_WAY: Final[Mapping[How, tuple[str, str]]] = {
    How.VALUE: ("DIRECT", "TRANSFORMATION"), How.KEY: ("INDIRECT", "JOIN"),
    How.CONDITION: ("INDIRECT", "CONDITIONAL"), How.ROWS: ("INDIRECT", "FILTER"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """One run: of the ingest of a batch ("ingest north/lis"), or of publishing a dataset. Times are ms since 1970, UTC.

    `inputs`, `outputs`: what it read and wrote, as assets without a name. `has_failed`: it never ended.
    """

    job: str
    number: str
    started_ms: int
    ended_ms: int | None
    inputs: tuple[Asset, ...]
    outputs: tuple[Asset, ...]


def events(graph: Graph, runs: Iterable[Run], namespace: str, producer: str) -> Iterable[dict[str, Any]]:
    """A START and a COMPLETE of each run; of one that has not ended a START alone.

    `namespace`: of jobs and datasets ("medark://city"); `producer`: the URI of the program that says so.
    """
    columns = _columns(graph)
    for run in runs:
        yield _event(run, "START", run.started_ms, namespace, producer, columns)
        if run.ended_ms is not None:
            yield _event(run, "COMPLETE", run.ended_ms, namespace, producer, columns)


def _event(
    run: Run, kind: str, at_ms: int, namespace: str, producer: str, columns: Mapping[str, Sequence[Asset]]
) -> dict[str, Any]:
    known = _Known(namespace, producer, columns)
    return {
        "eventTime": dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC).isoformat().replace("+00:00", "Z"),
        "eventType": kind,
        "producer": producer,
        "schemaURL": f"{SPEC}#/$defs/RunEvent",
        "run": {"runId": str(uuid5(NAMESPACE_URL, f"{namespace}/{run.job}/{run.number}"))},
        "job": {"namespace": namespace, "name": run.job, "facets": {"jobType": known.job_type()}},
        "inputs": [known.dataset(one) for one in run.inputs],
        "outputs": [known.dataset(one, run.inputs) for one in run.outputs],
    }


@dataclass(frozen=True, slots=True)
class _Known:
    """What every event of a workspace is made of."""

    namespace: str
    producer: str
    columns: Mapping[str, Any]

    def dataset(self, asset: Asset, inputs: Sequence[Asset] | None = None) -> dict[str, Any]:
        """A table or dataset with its columns; of an output, what each is made of."""
        names = sorted(self.columns["names"].get((asset.layer, asset.of), ()))
        facets: dict[str, Any] = {"schema": self._facet("1-1-1", "SchemaDatasetFacet")
                                  | {"fields": [{"name": name} for name in names]}}  # fmt: skip
        if inputs is not None:
            there = {(one.layer, one.of) for one in inputs}
            facets["columnLineage"] = self._facet("1-2-0", "ColumnLineageDatasetFacet") | {
                "fields": {name: {"inputFields": self._inputs(asset, name, there)} for name in names},
                "dataset": self._inputs(asset, ROWS, there),
            }
        return {"namespace": self.namespace, "name": _name(asset), "facets": facets}

    def _inputs(self, asset: Asset, column: str, there: set[tuple[Layer, str]]) -> list[dict[str, Any]]:
        found = self.columns["made_of"].get(Asset(asset.layer, asset.of, column), {})
        return [
            {
                "namespace": self.namespace, "name": _name(one), "field": one.name,
                "transformations": [dict(zip(("type", "subtype"), _WAY[how], strict=True))],
            }
            for one, how in sorted(found.items())
            if (one.layer, one.of) in there and one.name != ROWS
        ]  # fmt: skip

    def job_type(self) -> dict[str, Any]:
        """What kind of job it is."""
        told = {"processingType": "BATCH", "integration": "MEDARK", "jobType": "JOB"}
        return self._facet("2-0-3", "JobTypeJobFacet") | told

    def _facet(self, version: str, name: str) -> dict[str, Any]:
        return {"_producer": self.producer, "_schemaURL": f"{_FACETS}/{version}/{name}.json#/$defs/{name}"}


def _name(asset: Asset) -> str:
    """A dataset's name: what layer it is of, and which."""
    return f"{_LAYER[asset.layer]}/{asset.of}"


_LAYER: Final = {Layer.FIELD: "source", Layer.COLUMN: "lake", Layer.DATASET: "published"}


def _columns(graph: Graph) -> Mapping[str, Any]:
    """The columns of each dataset, and what each is made of across staging: fields of sources, columns of the lake."""
    names: dict[tuple[Layer, str], set[str]] = {}
    made_of: dict[Asset, dict[Asset, How]] = {}
    for asset in graph.assets:
        if asset.layer in _LAYER and asset.name != ROWS:
            names.setdefault((asset.layer, asset.of), set()).add(asset.name)
        if asset.layer in (Layer.COLUMN, Layer.DATASET):
            made_of[asset] = _made_of(graph, asset)
    return {"names": names, "made_of": made_of}


def _made_of(graph: Graph, asset: Asset) -> dict[Asset, How]:
    found: dict[Asset, How] = {}
    for edge in graph.before(asset):
        steps = graph.before(edge.source) if edge.source.layer is Layer.STAGING else ()
        ways = [(one.source, max(one.how, edge.how, key=lambda how: how.rank)) for one in steps]
        for source, how in ways or [(edge.source, edge.how)]:
            if source.layer is not Layer.STAGING and (source not in found or how.rank < found[source].rank):
                found[source] = how
    return found
