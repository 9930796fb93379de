"""What an application makes of one person, judged in memory: the rows of its datasets, and which task rules fire"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from medark.define import Dataset
from medark.define.answers import reads
from medark.define.memory import Compiled, compiled
from medark.flows.apps.loaded import Loaded
from medark.flows.definitions.concepts import sets_of
from medark.flows.definitions.record import record_of
from medark.flows.gate import About, person
from medark.flows.workspace import Workspace
from medark.model.access import Reader

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ready:
    """A dataset or task rule, compiled; and what it reads."""

    compiled: Compiled
    reads: Mapping[str, frozenset[str]]


def lines(
    workspace: Workspace, reader: Reader, loaded: Loaded, names: Collection[str], person_id: int, today: dt.date
) -> dict[str, list[Line]]:
    """The rows about one person of datasets and task rules (see `task`), as this reader may see them; of rules `fires`.

    One reading for all of them, in the audit as any. AccessError as of `reading`; DefinitionError.
    """
    ready = {name: one(workspace, loaded, name) for name in names}
    asked: dict[str, frozenset[str]] = {}
    for each in ready.values():
        asked |= {table: columns | asked.get(table, frozenset()) for table, columns in each.reads.items()}
    about = About("dataset", loaded.digest, {"names": ", ".join(sorted(names))})
    rows = person(workspace, replace(reader, app=loaded.name), person_id, dict(sorted(asked.items())), about)
    record, _keyed = record_of(person_id, rows)
    return {name: each.compiled.rows(record, today=today) for name, each in ready.items()}


def one(workspace: Workspace, loaded: Loaded, name: str) -> Ready:
    """A dataset or task rule by name, compiled once for each vocabulary."""
    key = ("of person", name)
    kept = loaded.kept.setdefault(key, _Kept())
    assert isinstance(kept, _Kept)
    with kept.making:
        stamp = workspace.vocabulary.digest
        if kept.ready is None or kept.stamp != stamp:
            kept.ready, kept.stamp = _made(workspace, dict(_asked(loaded))[name]), stamp
        return kept.ready


def _made(workspace: Workspace, asked: Dataset) -> Ready:
    with workspace.engine.session() as session:
        return Ready(compiled(asked, sets_of(workspace, session, asked)), reads(asked))


def task(rule: str) -> str:
    """What a task rule is called here: a dataset may have the same name."""
    return f"task {rule}"


def _asked(loaded: Loaded) -> Iterator[tuple[str, Dataset]]:
    """Cohorts are left out: their rows are OMOP's, not those of entries."""
    for each in loaded.app.datasets:
        if isinstance(each.dataset, Dataset):
            yield each.name, each.dataset
    yield from ((task(rule.name), rule.asked) for rule in loaded.app.tasks)


@dataclass(slots=True)
class _Kept:
    stamp: str = ""
    ready: Ready | None = None
    making: threading.Lock = field(default_factory=threading.Lock)
