"""Who a wave is about: keys, identifiers and places into the crosswalk, and merged people's rows to the survivor"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from zoneinfo import ZoneInfo

import pyarrow as pa

from medark.flows.workspace import Workspace
from medark.model.source import Source
from medark.model.staging import STAGING
from medark.sql.query import parse
from medark.sql.render import Value, render
from medark.standardise.identity.record import NUMBER_KINDS
from medark.standardise.identity.surviving import Person, Said, said, surviving
from medark.store.crosswalk import Moved
from medark.store.engine import Session

SETTLED = pa.schema([("person_id", pa.int64()), ("birth", pa.string()), ("sex", pa.string())])
_SETTLES = (*sorted(NUMBER_KINDS), "MR", "birth", "sex")  # kinds of what is said that birth and sex follow from
_OF_WAVE = ("own_key", "joined_person", "settled_person", "told_person")
_WITH_PEOPLE = tuple(name for name, spec in STAGING.items() if "person_key" in spec.column_names)
# Whom each raw record says something of.
PLACES = " UNION ".join(f"SELECT person_key, record_no FROM staged_{name}" for name in _WITH_PEOPLE)


def note_people(workspace: Workspace, source: Source, session: Session, places_sql: str = PLACES) -> tuple[Moved, ...]:
    """Put what a wave says of people into the crosswalk. Returns whose number changed (two records, one person)."""
    moved = workspace.crosswalk.put(
        source.people,
        session.query("SELECT person_key, person_id FROM person_key"),
        identifiers=session.query("SELECT DISTINCT person_key, kind, system, value FROM staged_identifier"),
        places=session.query(f"SELECT DISTINCT * FROM ({places_sql}) AS said WHERE person_key IS NOT NULL"),
        links=session.query("SELECT person_key, survivor_key, record_no, row_no, part_no FROM staged_person_link"),
        traits=session.query(_TRAITS),
    )
    ties = session.query(_TIES)
    if ties.num_rows:
        told = [_at_ms(text, source.time_zone) for text in ties["told_time"].to_pylist()]
        workspace.crosswalk.ties.put(
            source.people, source.name, ties.append_column("at_ms", pa.array(told, pa.int64()))
        )
    return moved


_TIES = "SELECT person_key, other_key, tie, told_time, record_no, row_no, part_no FROM staged_person_tie"


def _at_ms(text: str | None, zone: str) -> int:
    """A time of staging in milliseconds since 1970; 0 where there is none, or no day is told.

    >>> _at_ms("20240105101500", "Asia/Shanghai") == _at_ms("2024-01-05T02:15:00Z", "Asia/Shanghai")
    True
    """
    told = text or ""
    try:
        at = dt.datetime.fromisoformat(f"{told[:8]}T{told[8:]}" if told[:9].isdigit() and len(told) > 9 else told)
    except ValueError:
        return 0
    return int((at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).timestamp() * 1000)


_TRAITS = (
    "SELECT DISTINCT person_key, 'birth' AS kind, birth_time AS value FROM staged_person WHERE birth_time IS NOT NULL"
    " UNION ALL SELECT DISTINCT person_key, 'sex', gender FROM staged_person WHERE gender IS NOT NULL"
)
_GO_BY = (
    "SELECT o.person_key, coalesce(j.person_id, o.person_id) AS person_id"
    " FROM own_key AS o LEFT JOIN joined_person AS j ON j.own_id = o.person_id"
)
_JOINED_HERE = (
    "SELECT DISTINCT k.person_id FROM staged_person AS p JOIN person_key AS k ON k.person_key = p.person_key"
    " WHERE k.person_id IN (SELECT person_id FROM joined_person)"
)


def go_by(workspace: Workspace, session: Session) -> None:
    """Let `person_key` give the numbers that people go by who are joined across organisations, and `staged_person` say
    what they go by of birth and sex: so it does not matter which organisation tells of them last.
    """
    joined = workspace.crosswalk.linked.joined()
    if not joined.num_rows:
        return
    session.bind_arrow("joined_person", joined)
    session.table("own_key", "SELECT * FROM person_key")
    session.drop("person_key")
    session.table("person_key", _GO_BY)
    people = session.query(_JOINED_HERE)["person_id"].to_pylist()
    if not people:
        return
    session.bind_arrow("settled_person", settled(workspace, people))
    session.table("told_person", "SELECT * FROM staged_person")
    cells = (_SETTLED.get(column, f"p.{column}") for column in STAGING["person"].column_names)
    session.view(
        "staged_person",
        f"SELECT {', '.join(cells)} FROM told_person AS p LEFT JOIN person_key AS k ON k.person_key = p.person_key"
        " LEFT JOIN settled_person AS s ON s.person_id = k.person_id",
    )


_SETTLED = {
    "birth_time": "coalesce(s.birth, p.birth_time) AS birth_time", "gender": "coalesce(s.sex, p.gender) AS gender",
}  # fmt: skip


def let_go(session: Session) -> None:
    """Forget what `go_by` made."""
    for name in _OF_WAVE:
        session.drop(name)


def settled(workspace: Workspace, people: Collection[int]) -> pa.Table:
    """Birth and sex that people go by who have several numbers (SETTLED), null where none of their records says it."""
    said_by: dict[int, list[Said]] = {}
    for known in workspace.crosswalk.linked.known(_SETTLES, person_ids=people):
        said_by.setdefault(known.person_id, []).append(said(known.said))
    found = [(person_id, surviving(some)) for person_id, some in said_by.items()]
    return pa.table([_column(found, name) for name in SETTLED.names], schema=SETTLED)


def _column(found: Iterable[tuple[int, Person]], name: str) -> list[int] | list[str | None]:
    if name == "person_id":
        return [person_id for person_id, _ in found]
    return [getattr(person, name).value or None for _, person in found]


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
