"""Who a wave is about: keys, identifiers and places into the crosswalk, and merged people's rows to the survivor"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from medark.flows.workspace import Workspace
from medark.model.source import Source
from medark.model.staging import STAGING
from medark.sql.query import parse
from medark.sql.render import Value, render
from medark.store.crosswalk import Moved
from medark.store.engine import Session

_WITH_PEOPLE = tuple(name for name, spec in STAGING.items() if "person_key" in spec.column_names)
# Whom each raw record says something of.
PLACES = " UNION ".join(f"SELECT person_key, record_no FROM staged_{name}" for name in _WITH_PEOPLE)


def note_people(workspace: Workspace, source: Source, session: Session, places_sql: str = PLACES) -> tuple[Moved, ...]:
    """Put what a wave says of people into the crosswalk. Returns whose number changed (two records, one person)."""
    return workspace.crosswalk.put(
        source.people,
        session.query("SELECT person_key, person_id FROM person_key"),
        identifiers=session.query("SELECT DISTINCT person_key, kind, system, value FROM staged_identifier"),
        places=session.query(f"SELECT DISTINCT * FROM ({places_sql}) AS said WHERE person_key IS NOT NULL"),
        links=session.query("SELECT person_key, survivor_key, record_no, row_no, part_no FROM staged_person_link"),
    )


# The number that a key had by itself: should an earlier try have been killed between crosswalk and lake, the crosswalk
# says no more that anything changed, and rows may still lie under it.
_MERGED_HERE = """
select key_hash(:salt || '|' || :people || '|person|' || l.person_key) as own_id, k.person_id
from staged_person_link as l
join person_key as k on k.person_key = l.person_key
"""


def merged_here(session: Session, parameters: Mapping[str, Value]) -> tuple[Moved, ...]:
    """Keys that this wave says are somebody else's: the number they had, and the one they have."""
    query = parse(_MERGED_HERE)
    rows = session.query(
        render(query, session.dialect, {name: parameters[name] for name in query.parameters})
    ).to_pylist()
    return tuple(Moved(row["own_id"], row["person_id"]) for row in rows if row["own_id"] != row["person_id"])


def are_others(workspace: Workspace, source: Source, person_ids: Iterable[int]) -> bool:
    """Do some of these numbers belong to people of another source? Numbers that are kept can't be shared."""
    return any(key.people != source.people for person_id in person_ids for key in workspace.crosswalk.keys(person_id))
