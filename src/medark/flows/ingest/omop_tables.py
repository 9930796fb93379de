"""Tables that are OMOP already: brought to 5.4, checked by the gate and loaded, ids as they are"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa

from medark.errors import RefusedInput
from medark.flows import mapped_terms
from medark.flows.ingest.omop_databases import Database, databases, some_people, told_apart
from medark.flows.ingest.people import are_others
from medark.flows.ingest.raw_tables import RawTable, bind_whole, opened, pieces
from medark.model.omop import VOCABULARY_TABLES, person_column, tables
from medark.sql.render import render
from medark.standardise.maps.omop import unreadable_sql, upgrade_sql
from medark.store.engine import Session

if TYPE_CHECKING:
    from medark.flows.ingest.wave import Wave

_OWNERS = (
    "person", "visit_occurrence", "condition_occurrence", "drug_exposure", "procedure_occurrence", "device_exposure",
    "measurement", "observation", "specimen", "note", "episode",
)  # fmt: skip
OTHERS_IDS = "ids in use for other people: a database for a workspace of its own"
_WITHOUT_PERSON = ("cost", "fact_relationship", "note_nlp", "episode_event")


def stage_omop(wave: Wave, found: Sequence[RawTable], behind: Mapping[int, int]) -> None:
    """Load OMOP tables, parents first, in waves of their own."""
    if not found:
        return
    wave.finish()
    _vocabulary(wave, [table for table in found if table.name in VOCABULARY_TABLES])
    rest = [table for table in found if table.name not in VOCABULARY_TABLES]
    taken, others = told_apart(wave.workspace, wave.session, databases(rest))
    for database in taken:
        if are_others(wave.workspace, wave.source, some_people(wave.workspace, wave.session, database)):
            others.append(database)
        else:
            _stage_database(wave, database, behind)
    for table in (table for database in others for table in database):
        _keep_back(wave, table)


def _stage_database(wave: Wave, found: Database, behind: Mapping[int, int]) -> None:
    rows = _Rows(wave)
    by_name = {name: [t for t in found if t.name == name] for name in tables()}
    for name, mine in by_name.items():
        for table in mine:
            present = _owners(wave, by_name) if name in _WITHOUT_PERSON else {}
            for relation_rows, rejected in _pieces(wave, table, behind.get(table.record.record_no, 0)):
                rows.take(table, present)
                _count(wave, table.record.record_no, relation_rows, rejected)
                wave.gathered.cover(table.record.record_no, 1, done=False)
                rows.end_if_full()
            wave.gathered.cover(table.record.record_no, 0, done=True)
    rows.finish()


def _keep_back(wave: Wave, table: RawTable) -> None:
    """Quarantine every row of a table whose database numbers other people as one that is taken does."""
    number, rows = table.record.record_no, 0
    for relation_rows, rejected in _pieces(wave, table, 0):
        rows += relation_rows + rejected
    _count(wave, number, rows, 0)
    _number_rows(wave.session, rows)
    wave.gathered.add_query(
        "unit_issue",
        f"SELECT CAST({number} AS BIGINT) AS record_no, row_no, 0 AS part_no, 'quarantined' AS outcome,"
        f" '{OTHERS_IDS}' AS reason, 'person_id' AS place FROM every_row",
    )
    wave.gathered.cover(number, 1, done=True)


def _number_rows(session: Session, rows: int) -> None:
    """Bind `every_row`: row_no from 0."""
    session.bind_arrow("every_row", pa.table({"row_no": pa.array(range(rows), pa.int64())}))


class _Rows:
    """Rows of OMOP tables on their way to a wave."""

    def __init__(self, wave: Wave) -> None:
        self._wave = wave
        self._parts: dict[str, list[str]] = {}
        self._made = 0

    def take(self, table: RawTable, present: Mapping[str, Sequence[str]]) -> None:
        """Take the bound piece `raw_<table>`."""
        session, columns = self._wave.session, table.shape.columns
        self._made += 1
        part = f"omop_part_{self._made}"
        unreadable = f"unreadable_{self._made}"
        session.table(unreadable, render(unreadable_sql(table.name, columns), session.dialect))
        rows = render(upgrade_sql(table.name, columns, present), session.dialect)
        session.table(
            part,
            f"SELECT u.*, 0 AS part_no FROM ({rows}) AS u WHERE NOT EXISTS (SELECT 1 FROM {unreadable} AS x"
            " WHERE x.record_no = u.medark_record_no AND x.row_no = u.medark_row_no)",
        )
        self._wave.gathered.add_query("unit_issue", f"SELECT * FROM {unreadable}")
        session.drop(unreadable)
        self._parts.setdefault(table.name, []).append(part)

    def end_if_full(self) -> None:
        """End the wave if it has enough rows."""
        session = self._wave.session
        parts = [part for names in self._parts.values() for part in names]
        counts = " + ".join(f"(SELECT count(*) FROM {part})" for part in parts) or "0"
        if session.query(f"SELECT {counts} AS n")["n"][0].as_py() >= self._wave.workspace.settings.ingest.wave_rows:
            self.finish()

    def finish(self) -> None:
        """Commit what there is."""
        wave, session = self._wave, self._wave.session
        if not wave.gathered.chunks:
            return
        for table, parts in self._parts.items():
            session.table(f"{table}_rows", " UNION ALL ".join(f"SELECT * FROM {part}" for part in parts))
            _renumber_twins(session, table)
        for part in (part for parts in self._parts.values() for part in parts):
            session.drop(part)
        given, self._parts = list(self._parts), {}
        wave.run_omop(given, _people_sql(given))


def _renumber_twins(session: Session, table: str) -> None:
    """Rows that share a key which should be theirs alone (GiBleed has such): the first keeps it, the others get one
    of their own, so that none is lost.
    """
    key = tables()[table].primary_key
    if key is None or table == "person":
        return
    counts = session.query(f"SELECT count({key}) AS n, count(DISTINCT {key}) AS keys FROM {table}_rows").to_pylist()[0]
    if counts["n"] == counts["keys"]:
        return
    place = f"'omop|{table}|' || {key} || '|' || medark_record_no || '|' || medark_row_no"
    nth = f"row_number() OVER (PARTITION BY {key} ORDER BY medark_record_no, medark_row_no)"
    own = f"CASE WHEN nth = 1 THEN {key} ELSE key_hash({place}) END AS {key}"
    cells = ", ".join(own if column.lower() == key else column for column in session.columns(f"{table}_rows"))
    numbered = f"SELECT *, {nth} AS nth FROM {table}_rows"
    session.table(f"{table}_rows", render(f"SELECT {cells} FROM ({numbered}) AS numbered", session.dialect))


def _people_sql(given: Sequence[str]) -> str:
    """person_id and record_no of everybody these rows are about."""
    columns = {table: person_column(table) for table in given}
    none = "SELECT CAST(NULL AS BIGINT) AS person_id, CAST(NULL AS BIGINT) AS record_no WHERE false"
    said = [
        f"SELECT DISTINCT {column}, medark_record_no FROM {table}_rows WHERE {column} IS NOT NULL"
        for table, column in columns.items()
        if column
    ]
    return " UNION ".join([none, *said])


def _pieces(wave: Wave, table: RawTable, skip: int) -> Iterator[tuple[int, int]]:
    with suppress(RefusedInput):
        for piece in pieces(wave.workspace, wave.session, table, f"raw_{table.name}", (), skip):
            yield piece.rows, piece.rejects.num_rows


def _owners(wave: Wave, by_name: Mapping[str, Sequence[RawTable]]) -> dict[str, Sequence[str]]:
    """Bind whole the tables that say whose a cost or a relationship is."""
    present: dict[str, Sequence[str]] = {}
    for name in _OWNERS:
        mine = by_name.get(name, [])
        if mine:
            key = tables()[name].primary_key or "person_id"
            columns = [c for c in mine[0].shape.columns if c.strip('"').lower() in (key, "person_id")]
            bind_whole(wave.workspace, wave.session, mine, f"raw_{name}", columns)
            present[name] = columns
    return present


def _count(wave: Wave, record_no: int, rows: int, rejected: int) -> None:
    wave.gathered.add_query(
        "unit_count",
        f"SELECT CAST({record_no} AS BIGINT) AS record_no, 0 AS row_no, 0 AS part_no, 'row' AS unit,"
        f" CAST({rows + rejected} AS BIGINT) AS units",
    )


def _vocabulary(wave: Wave, found: Sequence[RawTable]) -> None:
    """Vocabulary tables that come along: taken when the workspace has none of its own."""
    if not found:
        return
    workspace = wave.workspace
    folder = workspace.places.scratch / f"vocabulary-{uuid4().hex}"
    folder.mkdir(parents=True)
    take = workspace.vocabulary.release == "shipped"
    for table in found:
        number = table.record.record_no
        path = folder / f"{number}"
        rows = 0
        with opened(workspace, table.record) as content, path.open("wb") as out:
            out.write(content.read())
        with suppress(RefusedInput):
            for piece in pieces(workspace, wave.session, table, "piece", table.shape.columns[:1]):
                rows += piece.rows
        _count(wave, number, rows, 0)
        if not take:
            _number_rows(wave.session, rows)
            wave.gathered.add_query(
                "unit_issue",
                f"SELECT CAST({number} AS BIGINT) AS record_no, row_no, 0 AS part_no, 'excluded' AS outcome,"
                " 'the workspace has vocabularies of its own' AS reason FROM every_row",
            )
        wave.gathered.cover(number, 1, done=True)
    if take:
        mapped_terms.load(workspace, [folder])
        workspace.vocabulary.bind(wave.session)
