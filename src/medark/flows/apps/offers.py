"""What is said of a published dataset to whoever asks: what it is made of, and whether they may read it, or why not"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from medark.define import Dataset
from medark.define.answers import describe, reads
from medark.define.definitions import Definition
from medark.errors import NotFoundError
from medark.flows.apps.datasets import definition_of
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.publish import published, published_one
from medark.flows.apps.running import running
from medark.flows.gate.decide import standing
from medark.flows.gate.refused import refusal
from medark.flows.workspace import Workspace
from medark.govern.authorise import ALLOWED
from medark.govern.small_counts import is_small
from medark.messages import N_
from medark.model.access import Purpose, Reader
from medark.model.dataset import PublishedDataset

RESTS: Final = N_("the application that makes it does not run")


@dataclass(frozen=True, slots=True)
class Offer:
    """One dataset for one reader: `reason` says why they may or may not read it, `fix` the line that would open it.

    `rows`: None where the reader may not know so small a count. `purpose`: what the application reads for.
    """

    dataset: PublishedDataset
    allowed: bool
    reason: str  # a fixed phrase
    fix: str = ""
    purpose: Purpose | None = None
    rows: int | None = None
    lacking: str = ""  # which tables and columns


@dataclass(frozen=True, slots=True)
class Made:
    """How a dataset is made. `words`: its definition, in Markdown. `reads`: table → columns; `parts`: each column of
    the dataset → what is read for it beside what says which entries there are, as table.column.
    """

    words: str = field(repr=False)
    reads: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, tuple[str, ...]]


def offers(workspace: Workspace, reader: Reader) -> list[Offer]:
    """Every published dataset, and what this reader may do with it. Nothing of a lake is read for that."""
    with running(workspace).all() as loaded:
        return [_offer(workspace, reader, one, loaded.get(one.app)) for one in published(workspace)]


def offer(workspace: Workspace, reader: Reader, app: str, name: str) -> Offer:
    """One of them. NotFoundError."""
    with running(workspace).all() as loaded:
        return _offer(workspace, reader, published_one(workspace, app, name), loaded.get(app))


def made(workspace: Workspace, app: str, name: str, language: str) -> Made | None:
    """How a dataset is made, in the words of a language; None while its application does not run."""
    with running(workspace).all() as loaded:
        definition = _definition(loaded.get(app), name)
        if definition is None:
            return None
        named = {table: tuple(sorted(columns)) for table, columns in sorted(reads(definition).items())}
        return Made(describe(definition, language), named, _parts(definition))


def _offer(workspace: Workspace, reader: Reader, dataset: PublishedDataset, loaded: Loaded | None) -> Offer:
    least = workspace.settings.access.least_count
    count = None if is_small(dataset.rows, least) else dataset.rows
    definition = _definition(loaded, dataset.name)
    if loaded is None or definition is None:
        return Offer(dataset, False, RESTS, f"medark app enable {dataset.app}", rows=count)
    asked = replace(reader, app=dataset.app)
    found = standing(workspace, asked, {table: frozenset(columns) for table, columns in reads(definition).items()})
    purpose = loaded.manifest.purpose
    if found.decision.allowed:
        return Offer(dataset, True, ALLOWED, purpose=purpose, rows=dataset.rows)
    refused = refusal(found)
    return Offer(dataset, False, refused.what, refused.fix, purpose, count, str(refused.where.get("lacking", "")))


def _definition(loaded: Loaded | None, name: str) -> Definition | None:
    try:
        return definition_of(loaded, name) if loaded is not None else None
    except NotFoundError:
        return None


def _parts(definition: Definition) -> dict[str, tuple[str, ...]]:
    if not isinstance(definition, Dataset):
        return {}
    assert isinstance(definition.columns, tuple)
    rows = _named(Dataset(definition.population, {}))
    own = {one.name: _named(Dataset(definition.population, {"v": one.value})) for one in definition.columns}
    return {name: tuple(sorted(named - rows)) for name, named in own.items()}


def _named(definition: Definition) -> set[str]:
    return {f"{table}.{column}" for table, columns in reads(definition).items() for column in columns}
