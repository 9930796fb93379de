"""OMOP databases that come in one folder: which table is of which, and whether two number different people alike"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from medark.flows.ingest.raw_tables import RawTable, bind_whole
from medark.flows.workspace import Workspace
from medark.store.engine import Session

Database = Sequence[RawTable]
_WHO = ("person_id", "year_of_birth", "gender_concept_id")
# Through a decimal: some tools write a key as 17.0, and a double would blur keys of 19 digits.
_PEOPLE = f"SELECT DISTINCT {', '.join(f'TRY_CAST(TRY_CAST({n} AS DECIMAL(38, 4)) AS BIGINT) AS {n}' for n in _WHO)}"


def databases(found: Sequence[RawTable]) -> list[Database]:
    """The tables of each database, in order of arrival: a folder or archive with people in it, and what lies nearest.

    Where only one place has people, all tables are of one database, however its folders are laid out.
    """
    homes = list(dict.fromkeys(_folder(table) for table in found if table.name == "person"))
    if len(homes) < 2:
        return [found]
    tables: dict[tuple[str, ...], list[RawTable]] = {home: [] for home in homes}
    for table in found:
        tables[max(homes, key=lambda home: _shared(home, _folder(table)))].append(table)
    return list(tables.values())


def told_apart(
    workspace: Workspace, session: Session, found: Sequence[Database]
) -> tuple[list[Database], list[Database]]:
    """Databases that can share a lake, and those that can't, because ids are kept and theirs are other people's.

    The one with the most people is taken first. Two that agree on most of the people they share (one database in two
    forms, or two exports of it) do share a lake, and so do two that share none.
    """
    if len(found) < 2:
        return list(found), []
    counted = [(_bind_people(workspace, session, tables, f"people_{n}"), n) for n, tables in enumerate(found)]
    taken: list[int] = []
    for _, number in sorted(counted, key=lambda pair: (-pair[0], pair[1])):
        if not any(_are_others(session, f"people_{number}", f"people_{other}") for other in taken):
            taken.append(number)
    for _, number in counted:
        session.drop(f"people_{number}")
    return [found[n] for n in sorted(taken)], [tables for n, tables in enumerate(found) if n not in taken]


def some_people(workspace: Workspace, session: Session, tables: Database, most: int = 100) -> list[int]:
    """The numbers of some of a database's people, the lowest first."""
    _bind_people(workspace, session, tables, "some_people")
    wanted = "SELECT person_id FROM some_people WHERE person_id IS NOT NULL ORDER BY person_id"
    found: list[int] = session.query(f"{wanted} LIMIT {most}")["person_id"].to_pylist()
    session.drop("some_people")
    return found


def _folder(table: RawTable) -> tuple[str, ...]:
    return PurePosixPath(table.record.name).parts[:-1]


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many steps from the top two paths go together."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _bind_people(workspace: Workspace, session: Session, tables: Database, relation: str) -> int:
    """Bind `relation` to who a database's people are; returns how many rows that is."""
    people = [table for table in tables if table.name == "person"]
    rows = bind_whole(workspace, session, people, "raw_people", _WHO)
    session.table(relation, f"{_PEOPLE} FROM raw_people")
    session.drop("raw_people")
    return rows


def _are_others(session: Session, people: str, before: str) -> bool:
    alike = "p.year_of_birth = b.year_of_birth AND p.gender_concept_id = b.gender_concept_id"
    counts = session.query(
        f"SELECT count(*) AS n, count(*) FILTER (WHERE {alike}) AS alike FROM {people} AS p"
        f" JOIN {before} AS b USING (person_id)"
    ).to_pylist()[0]
    return bool(counts["alike"] * 2 < counts["n"])
