"""A published dataset as one reader may see it: the rows that were made, or, where they may see less, made for them"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from medark.define.definitions import Definition
from medark.errors import NotFoundError
from medark.flows.apps.leaving import leaving, level_for
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.origins import with_organisations
from medark.flows.apps.publish import kept_rows, published_one
from medark.flows.apps.reading import answer, known_answer
from medark.flows.apps.running import running
from medark.flows.apps.seen import MadeOf, answers, made_of
from medark.flows.gate import Governed
from medark.flows.workspace import Workspace
from medark.govern.deidentify import Level
from medark.model.access import Reader
from medark.model.dataset import PublishedDataset


@dataclass(frozen=True, slots=True)
class DatasetRows:
    """A dataset and the rows of it that a reader may see."""

    dataset: PublishedDataset
    rows: pa.Table = field(repr=False)


def dataset_rows(
    workspace: Workspace,
    reader: Reader,
    app: str,
    name: str,
    columns: Sequence[str] | None = None,
    *,
    limit: int | None = None,
) -> DatasetRows:
    """A published dataset for a reader, as it may leave for their purpose; of its rows the first `limit`.

    NotFoundError; AccessError with what is lacking where they may not read it.
    """
    with running(workspace).one(app) as loaded:
        dataset = published_one(workspace, app, name)
        if columns is not None and (strange := sorted(set(columns) - {column.name for column in dataset.columns})):
            raise NotFoundError("the dataset has no such column", fix="name one that it has", column=strange[0])
        return DatasetRows(dataset, rows_leaving(workspace, reader, loaded, name, columns, limit=limit))


def rows_leaving(
    workspace: Workspace,
    reader: Reader,
    loaded: Loaded,
    name: str,
    columns: Sequence[str] | None = None,
    *,
    limit: int | None = None,
) -> pa.Table:
    """The rows of `rows_for` as they may leave the platform for the reader's purpose."""
    if level_for(reader.purpose) is Level.IDENTIFIED:
        return rows_for(workspace, reader, loaded, name, columns, limit=limit)
    whole = rows_for(workspace, reader, loaded, name)  # whoever is rare is so among all
    today = dt.date.fromisoformat(published_one(workspace, loaded.name, name).today)
    left = leaving(
        workspace, whole, definition_of(loaded, name), origins_of(loaded, name), purpose=reader.purpose,
        app=loaded.name, today=today,
    )  # fmt: skip
    return _part(left, columns, limit)


def rows_for(
    workspace: Workspace,
    reader: Reader,
    loaded: Loaded,
    name: str,
    columns: Sequence[str] | None = None,
    *,
    limit: int | None = None,
) -> pa.Table:
    """The rows of a dataset or measure of an application that is loaded. Errors as of `dataset_rows`."""
    definition = definition_of(loaded, name)
    dataset = published_one(workspace, loaded.name, name)
    asking, here = replace(reader, app=loaded.name), str(workspace.path)

    def known(seen: Governed) -> pa.Table | None:
        if dataset.stamp and seen.stamp == dataset.stamp:
            return kept_rows(workspace, dataset, columns, limit)
        if dataset.stamp and not dataset.is_aggregate and seen.stamp_of_everybody == dataset.stamp:
            wanted = None if columns is None else list(dict.fromkeys((*columns, "person_id")))
            return _part(seen.of_care(kept_rows(workspace, dataset, wanted)), columns, limit)
        version, vocabulary = seen.snapshot.version, workspace.vocabulary.digest
        rows = answers.known(MadeOf(here, dataset.digest, seen.stamp, version, vocabulary, dataset.today))
        return None if rows is None else _part(rows, columns, limit)

    found = known_answer(workspace, asking, definition, known)
    if found is None:
        made, _ = answer(workspace, asking, definition, dt.date.fromisoformat(dataset.today))
        answers.keep(made_of(here, made.provenance), made.rows)
        found = _part(made.rows, columns, limit)
    return with_organisations(workspace, found, origins_of(loaded, name))


def _part(rows: pa.Table, columns: Sequence[str] | None, limit: int | None) -> pa.Table:
    rows = rows if columns is None else rows.select(list(columns))
    return rows if limit is None else rows.slice(0, limit)


def origins_of(loaded: Loaded, name: str) -> tuple[str, ...]:
    """The columns of a dataset that are told as organisations."""
    return next((one.origins for one in loaded.app.datasets if one.name == name), ())


def definition_of(loaded: Loaded, name: str) -> Definition:
    """The definition of a dataset or measure. NotFoundError."""
    found: dict[str, Definition] = {one.name: one.dataset for one in loaded.app.datasets}
    found |= {one.name: one.measure for one in loaded.app.measures}
    if name in found:
        return found[name]
    raise NotFoundError("there is no such dataset", fix="medark app list", app=loaded.name, dataset=name)
