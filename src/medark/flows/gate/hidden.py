"""Concepts of protected conditions, worked out once for each vocabulary and kept beside it"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from medark.flows.gate.parts import kept
from medark.flows.workspace import Workspace
from medark.govern.protected import HIDDEN_CONCEPT_SQL, VOCABULARY, hidden_codes
from medark.govern.rows import Relation
from medark.govern.signs import Places, named_concept_sql
from medark.sql.render import render
from medark.store.durable import disk, put_if_absent
from medark.store.lake import Snapshot

_FORMAT = 2


def hidden_concepts(workspace: Workspace, level: int) -> frozenset[int]:
    """Concepts that say a condition above a level, by the vocabulary that the workspace has now."""
    digest = workspace.vocabulary.digest
    return kept(workspace, ("hidden concepts", level), digest, lambda: _kept_or_made(workspace, level, digest))


def hidden_code_table(level: int) -> pa.Table:
    """Codes that say a condition above a level."""
    return pa.table({"code": pa.array(sorted(hidden_codes(level)), pa.string())})


def concept_table(concepts: frozenset[int]) -> pa.Table:
    """Concepts as a relation."""
    return pa.table({"concept_id": pa.array(sorted(concepts), pa.int64())})


def hidden_places(workspace: Workspace, snapshot: Snapshot, places: Places, level: int) -> frozenset[int]:
    """Departments, or professionals, that tell a condition above a level; worked out again when their table changed."""
    concepts = hidden_concepts(workspace, level)
    stamp = (snapshot.files(places.table), workspace.vocabulary.digest)
    key = ("hidden places", places.table, level)
    return kept(workspace, key, stamp, lambda: places.hidden(_all(workspace, snapshot, places), concepts, level))


def place_table(places: Places, found: frozenset[int]) -> pa.Table:
    """Departments or professionals as a relation."""
    return pa.table({places.key: pa.array(sorted(found), pa.int64())})


def _all(workspace: Workspace, snapshot: Snapshot, places: Places) -> list[dict[str, Any]]:
    with workspace.engine.session() as session:
        snapshot.bind(session, places.table)
        found: list[dict[str, Any]] = session.query(
            f"SELECT {', '.join(places.columns)} FROM {places.table}"
        ).to_pylist()
    return found


def _kept_or_made(workspace: Workspace, level: int, digest: str) -> frozenset[int]:
    """From the file of an earlier process; made, and written for the next, where there is none."""
    path = workspace.places.kept / f"hidden-{_FORMAT}-{level}-{digest[:32]}.parquet"
    with disk():
        if path.is_file():
            return frozenset(pq.read_table(path)["concept_id"].to_pylist())
        made = _made(workspace, level)
        sink = pa.BufferOutputStream()
        pq.write_table(concept_table(made), sink)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        put_if_absent(path, sink.getvalue().to_pybytes())
    return made


def _made(workspace: Workspace, level: int) -> frozenset[int]:
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, VOCABULARY)
        session.bind_arrow(Relation.HIDDEN_CODE, hidden_code_table(level))
        found = session.query(render(HIDDEN_CONCEPT_SQL.format(named=named_concept_sql(level)), session.dialect))
    return frozenset(found["concept_id"].to_pylist())
