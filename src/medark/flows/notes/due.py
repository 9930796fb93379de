"""Which notes are to be read: those without a reading of their present text by the present words"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medark.flows.workspace import Workspace
from medark.sql.render import render
from medark.standardise.notes.rows import SYSTEM
from medark.store.durable import disk, make_folder
from medark.store.engine import Session
from medark.store.lake import Snapshot

# A row goes by the record that its note came in: another text came in another record. Notes in which nothing was found
# leave no row, so they are kept beside (`nothing_in`).
_DUE = """
with done as (
  select distinct note_id, medark_record_no, medark_row_no from had_note_nlp where nlp_system = :system
  union all select note_id, medark_record_no, medark_row_no from nothing_in where nlp_system = :system
)
select n.note_id, length(n.note_text) as size
from lake_note as n
left join done as d on d.note_id = n.note_id
  and coalesce(d.medark_record_no, -1) = coalesce(n.medark_record_no, -1)
  and coalesce(d.medark_row_no, -1) = coalesce(n.medark_row_no, -1)
where d.note_id is null and length(n.note_text) > 1
order by n.note_id
"""
_GONE = """
select o.note_nlp_id from had_note_nlp as o
left join lake_note as n on n.note_id = o.note_id
where o.nlp_system like :ours and (n.note_id is null or o.note_id in (select note_id from due_note))
  and o.note_nlp_id not in ({new})
"""
_COUNTED = """
select count(*) as notes, count(distinct m.note_id) as read, coalesce(sum(m.mentions), 0) as mentions
from lake_note as n
left join (
  select note_id, count(*) as mentions from had_note_nlp where nlp_system like :ours group by note_id
) as m on m.note_id = n.note_id
"""


_FILE: Final = "notes_without.parquet"
SCHEMA: Final = pa.schema(
    [(name, pa.int64()) for name in ("note_id", "medark_record_no", "medark_row_no")] + [("nlp_system", pa.string())]
)


@dataclass(frozen=True, slots=True)
class NotesState:
    """Notes of the lake, how many of them something was found in, and how many mentions."""

    notes: int
    read: int
    mentions: int


def bind(session: Session, snapshot: Snapshot, buckets: Collection[int] | None) -> None:
    """Name the notes of some buckets and what was read of them."""
    snapshot.bind(session, "note", buckets, "lake_note")
    snapshot.bind(session, "note_nlp", buckets, "had_note_nlp")


def kept_without(workspace: Workspace) -> pa.Table:
    """Notes in which nothing was found, and by which system."""
    place = workspace.places.kept / _FILE
    if not place.exists():
        return SCHEMA.empty_table()
    with disk("the workspace"):
        return pq.read_table(place)


def keep_without(workspace: Workspace, session: Session, system: str) -> None:
    """Add those notes of `due_note` that are not in `note_mention`; what other systems left, and notes that are gone,
    are forgotten.
    """
    sql = """SELECT n.note_id, n.medark_record_no, n.medark_row_no FROM lake_note AS n JOIN due_note AS d
    ON d.note_id = n.note_id WHERE n.note_id NOT IN (SELECT note_id FROM note_mention)"""
    found = session.query(sql)
    found = found.append_column("nlp_system", pa.array([system] * found.num_rows, pa.string())).cast(SCHEMA)
    there = "SELECT o.* FROM nothing_in AS o JOIN lake_note AS n ON n.note_id = o.note_id"
    known = session.query(there).cast(SCHEMA)
    known = known.filter(pc.equal(known["nlp_system"], system))
    place = workspace.places.kept / _FILE
    with disk("the workspace"):
        make_folder(place.parent)
        beside = place.with_suffix(".new")
        pq.write_table(after := pa.concat_tables([known, found]), beside)
        beside.replace(place)
    session.bind_arrow("nothing_in", after)  # the next portion adds to it


def due(session: Session, system: str) -> pa.Table:
    """note_id and size, in characters, of the notes to read."""
    return session.query(render(_DUE, session.dialect, {"system": system}))


def texts_of(session: Session) -> list[tuple[int, str]]:
    """The notes that `due_note` names, with their texts."""
    found = session.query(
        "SELECT n.note_id, n.note_text FROM lake_note AS n JOIN due_note AS d ON d.note_id = n.note_id"
    )
    return list(zip(found.column("note_id").to_pylist(), found.column("note_text").to_pylist(), strict=True))


def gone(session: Session, *, has_new: bool) -> pa.Table:
    """Keys of rows of ours that an older reading left: of `due_note`, and of notes that are gone. Not those that are
    written anew, in `note_nlp_rows`.
    """
    new = "SELECT note_nlp_id FROM note_nlp_rows" if has_new else "SELECT note_nlp_id FROM had_note_nlp WHERE false"
    return session.query(render(_GONE.format(new=new), session.dialect, {"ours": f"{SYSTEM}%"}))


def notes_state(workspace: Workspace) -> NotesState:
    """How far the notes of the lake are read."""
    with workspace.engine.session() as session:
        bind(session, workspace.lake.snapshot(), None)
        row = session.query(render(_COUNTED, session.dialect, {"ours": f"{SYSTEM}%"})).to_pylist()[0]
    return NotesState(int(row["notes"]), int(row["read"]), int(row["mentions"]))
