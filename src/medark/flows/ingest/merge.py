"""Two records turn out to be one person: the rows of the one follow to the other"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from medark.flows.workspace import Workspace
from medark.model.omop import DERIVED_TABLES, person_column
from medark.store.crosswalk import Moved
from medark.store.engine import Session
from medark.store.lake import Query, Upsert


def follow(workspace: Workspace, session: Session, moved: Iterable[Moved]) -> set[int]:
    """Give the rows of each moved number to the number it goes by now. Returns the buckets that this changed.

    The survivor's own person and death rows stand. Done again, it changes nothing.
    """
    changed: set[int] = set()
    for move in moved:
        record = workspace.lake.person_record(move.person_id)
        if not record:
            continue
        survivor = workspace.lake.person_record(move.to)
        left = {"person", *DERIVED_TABLES, *({"death"} & survivor.keys())}
        changes = {
            table: _renamed(session, table, rows, move.to) for table, rows in record.items() if table not in left
        }
        if changes:
            workspace.lake.commit(changes, "merge")
        workspace.lake.delete_person(move.person_id, "merge")
        for table in changes:
            session.drop(f"moving_{table}")
        changed |= {move.person_id % workspace.lake.buckets, move.to % workspace.lake.buckets}
    return changed


def _renamed(session: Session, table: str, rows: pa.Table, person_id: int) -> Upsert:
    person = person_column(table)
    place = rows.column_names.index(person)
    mine = pa.array([person_id] * rows.num_rows, pa.int64())
    session.bind_arrow(f"moving_{table}", rows.set_column(place, person, mine))
    return Upsert(Query(session, f"SELECT * FROM moving_{table}"), anywhere=True)
