"""Attempts to get round the gate: by other names, by order and counts, by a session that outlives its grant"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from medark.define import Dataset, everyone, measurements
from medark.errors import AccessError, DefinitionError, MedarkError, StorageError
from medark.flows.definitions.answer_file import earlier_answer, with_provenance
from medark.flows.definitions.refresh import refresh
from medark.flows.definitions.run import run
from medark.flows.gate import About, MemoryBook, person, reader_of, reading
from medark.flows.query import query, querying, stream
from medark.model.access import Grant, Holder, Purpose, Reader, Refusal, Rows
from medark.model.audit import Act, Verdict
from medark.model.user import User
from unit.flows.gate.conftest import NOW_MS, USER, Small

TODAY = dt.date(2026, 11, 26)
LABS = Dataset(everyone(TODAY), {"labs": measurements.count()}, "labs")


def grant(number: int = 1, **told: Any) -> Grant:
    usual = {
        "holder_kind": Holder.USER, "holder": "ann", "purpose": Purpose.RESEARCH, "tables": {"*": None},
        "rows": Rows.ALL, "level": 4, "starts_ms": 0,
    }  # fmt: skip
    return Grant(number=number, **(usual | told))  # type: ignore[arg-type]


@pytest.fixture
def ann(small: Small) -> Reader:
    """A researcher who sees measurements and some of person, dates of birth as years."""
    tables = {
        "measurement": frozenset({"measurement_id", "person_id", "measurement_date", "value_as_number"}),
        "person": frozenset({"person_id", "birth_datetime", "year_of_birth"}),
    }
    masks = {"person.birth_datetime": "year", "measurement.measurement_date": "nothing"}
    book = small.book
    book.users, book.given, book.said_no, book.broken, book.written = {"ann": USER}, [], [], [], []
    book.given.append(grant(tables=tables, masks=masks))
    return reader_of(small.workspace, "ann", Purpose.RESEARCH)


HIDDEN = ("condition_occurrence", "death", "observation")
PLACES = (
    "SELECT * FROM {}", 'SELECT * FROM "{}"', "SELECT count(*) FROM {}", "WITH x AS (SELECT * FROM {}) SELECT * FROM x",
    "SELECT m.person_id FROM measurement AS m JOIN {} AS c USING (person_id)", "SELECT 1 WHERE EXISTS (FROM {})",
    "SELECT person_id FROM measurement NATURAL JOIN {}", "SELECT (SELECT count(*) FROM {}) AS n FROM person",
    "SELECT person_id FROM person UNION SELECT person_id FROM {}", "SELECT * FROM person, LATERAL (SELECT * FROM {})",
    "WITH person AS (SELECT * FROM {}) SELECT * FROM person", "SELECT {} FROM {}",
)  # fmt: skip


@pytest.mark.parametrize("table", HIDDEN)
@pytest.mark.parametrize("sql", PLACES)
def test_a_table_without_a_grant_by_any_name(sql: str, table: str, small: Small, ann: Reader) -> None:
    for name in (table, table.upper()):
        with pytest.raises(AccessError) as refused:
            query(small.workspace, ann, sql.format(name, name))
        assert table in str(refused.value) and "medark grant add user:ann" in refused.value.fix
    assert small.book.written[-1][0].verdict is Verdict.REFUSED


COLUMNS = (
    "SELECT value_source_value FROM measurement",
    'SELECT "VALUE_SOURCE_VALUE" FROM measurement',
    "SELECT m.value_source_value FROM measurement AS m",
    "SELECT person_id FROM measurement ORDER BY value_source_value",
    "SELECT person_id FROM measurement WHERE value_source_value LIKE 'A%'",
    "SELECT max(value_source_value) FROM measurement",
    "SELECT count(*) FROM measurement GROUP BY value_source_value",
    "SELECT measurement.value_source_value FROM measurement",
    "WITH m AS (SELECT value_source_value AS x FROM measurement) SELECT x FROM m",
    "SELECT row_number() OVER (ORDER BY value_source_value) FROM measurement",
    "SELECT COLUMNS('value_source.*') FROM measurement",
    "SELECT p.person_source_value FROM person AS p",
    "SELECT count(*) FILTER (WHERE value_source_value = 'B20') AS n FROM measurement",
    "SELECT person_id FROM person ORDER BY month_of_birth",
    "SELECT struct_extract(m, 'value_source_value') FROM measurement AS m",
)


@pytest.mark.parametrize("sql", COLUMNS)
def test_a_column_without_a_grant_by_any_expression(sql: str, small: Small, ann: Reader) -> None:
    with pytest.raises((AccessError, DefinitionError)):
        query(small.workspace, ann, sql)


def test_a_whole_row_has_what_is_granted_and_nothing_else(small: Small, ann: Reader) -> None:
    assert query(small.workspace, ann, "SELECT * FROM person").column_names == [
        "person_id", "year_of_birth", "birth_datetime",
    ]  # fmt: skip
    (whole,) = query(small.workspace, ann, "SELECT p FROM person AS p LIMIT 1").to_pylist()
    assert set(whole["p"]) == {"person_id", "year_of_birth", "birth_datetime"}


@pytest.mark.parametrize(
    "name",
    [
        "information_schema.tables",
        "information_schema.columns",
        "sqlite_master",
        "duckdb_views()",
        "duckdb_tables()",
        "duckdb_columns()",
        "pg_catalog.pg_class",
        "pragma_show('person')",
        "temp.person",
        "memory.main.person",
        "query('SELECT 1')",
    ],
)
def test_no_catalog_tells_what_is_behind_a_view(name: str, small: Small, ann: Reader) -> None:
    for sql in ("SELECT * FROM {}", "SELECT p.person_id FROM person AS p, {}", "WITH a AS (SELECT * FROM {}) FROM a"):
        with pytest.raises(DefinitionError):
            query(small.workspace, ann, sql.format(name))


def test_behind_a_mask_neither_order_nor_comparison_nor_count_tells_the_value(small: Small, ann: Reader) -> None:
    workspace = small.workspace
    born = {row["person_id"]: row["birth_datetime"] for row in small.world.lake["person"]}
    told = query(workspace, ann, "SELECT person_id, birth_datetime AS b FROM person").to_pylist()
    assert all(r["b"] is None or (r["b"].month, r["b"].day, r["b"].hour) == (1, 1, 0) for r in told)
    assert any(moment and moment.month > 1 for moment in born.values())
    later = "SELECT count(*) AS n FROM person WHERE birth_datetime > TIMESTAMP '{}-01-01 00:00:01'"
    for year in (2023, 2024, 2025):
        (inside,) = query(workspace, ann, later.format(year)).to_pylist()
        (after,) = query(workspace, ann, later.format(f"{year}").replace("00:00:01", "00:00:00")).to_pylist()
        assert inside == after  # nobody is in the year but after its first moment
    dates = query(workspace, ann, "SELECT DISTINCT measurement_date AS d FROM measurement").to_pylist()
    assert dates == [{"d": None}]
    by_date = query(
        workspace, ann, "SELECT row_number() OVER (ORDER BY measurement_date, measurement_id) AS n, measurement_id AS m"
        " FROM measurement ORDER BY n",
    ).to_pylist()  # fmt: skip
    assert [row["m"] for row in by_date] == sorted(row["m"] for row in by_date)


def test_a_grant_taken_back_ends_a_session_that_runs(small: Small, ann: Reader) -> None:
    with querying(small.workspace, ann, "SELECT count(*) AS n FROM person") as governed:
        assert governed.query("SELECT count(*) AS n FROM person").num_rows == 1
        small.book.given[0] = replace(small.book.given[0], revoked_ms=NOW_MS)
        with pytest.raises(AccessError):
            governed.query("SELECT count(*) AS n FROM person")


def test_a_stream_stops_where_the_grant_does(small: Small, ann: Reader) -> None:
    rows = stream(small.workspace, ann, "SELECT p.person_id FROM person AS p, range(40000) AS r (n)", rows=2048)
    next(rows)
    small.book.users["ann"] = replace(USER, disabled=True)
    with pytest.raises(AccessError):
        list(rows)


@pytest.mark.parametrize("change", ["refusal", "role", "narrower"])
def test_whatever_else_changes_ends_it_too(change: str, small: Small, ann: Reader) -> None:
    sql = "SELECT person_id FROM measurement"
    if change == "role":
        small.book.given = [grant(holder_kind=Holder.ROLE, holder="ward")]
    with querying(small.workspace, ann, sql) as governed:
        governed.query(sql)
        match change:
            case "refusal":
                small.book.said_no.append(Refusal(3))
            case "role":
                small.book.users["ann"] = replace(USER, roles=frozenset())
            case "narrower":
                small.book.given[0] = replace(small.book.given[0], rows=Rows.ORGANISATION)
        with pytest.raises(AccessError):
            governed.query(sql)


def test_roles_that_are_claimed_are_not_had(small: Small, ann: Reader) -> None:
    small.book.given = [grant(holder_kind=Holder.ROLE, holder="owner")]
    with pytest.raises(AccessError):
        query(small.workspace, replace(ann, roles=frozenset({"owner"})), "SELECT count(*) AS n FROM person")


def test_another_organisation_that_is_claimed_is_not_had(small: Small, ann: Reader) -> None:
    small.book.given = [grant(rows=Rows.ORGANISATION)]
    sql = "SELECT measurement_id FROM measurement ORDER BY measurement_id"
    honest = query(small.workspace, ann, sql)
    assert query(small.workspace, replace(ann, organisation="south"), sql) == honest


def test_an_earlier_answer_of_a_wider_role_is_not_kept_for_a_narrower(small: Small, ann: Reader, tmp_path: Any) -> None:
    """The cache across roles: an answer file of somebody who saw more."""
    import pyarrow.parquet as pq

    small.book.given = [grant(level=5)]
    wide = run(small.workspace, ann, LABS, today=TODAY)
    pq.write_table(with_provenance(wide), tmp_path / "labs.parquet")
    kept, again = refresh(small.workspace, ann, LABS, earlier_answer(tmp_path / "labs.parquet"), today=TODAY)
    assert again == 0 and kept.rows.num_rows == wide.rows.num_rows
    small.book.given = [grant(level=5, rows=Rows.ORGANISATION)]
    narrow, again = refresh(small.workspace, ann, LABS, earlier_answer(tmp_path / "labs.parquet"), today=TODAY)
    assert again is None
    assert narrow.rows.num_rows < wide.rows.num_rows
    assert _bag(narrow.rows) == _bag(run(small.workspace, ann, LABS, today=TODAY).rows)


def test_an_application_sees_no_more_than_who_asks_it_nor_than_it_was_granted(small: Small, ann: Reader) -> None:
    reader = replace(ann, app="board")
    with pytest.raises(AccessError):
        query(small.workspace, reader, "SELECT person_id FROM person")
    small.book.given.append(
        grant(2, holder_kind=Holder.APP, holder="board", tables={"person": frozenset({"person_id"})})
    )
    assert query(small.workspace, reader, "SELECT * FROM person").column_names == ["person_id"]
    with pytest.raises(AccessError, match="application"):
        query(small.workspace, reader, "SELECT year_of_birth FROM person")
    with pytest.raises(AccessError):
        query(small.workspace, reader, "SELECT person_id FROM measurement")


class _Unwritable(MemoryBook):
    """A ledger whose disk is full."""

    def write(self, act: Act, people: Any = ()) -> int:
        raise StorageError("the ledger's disk is full")


def test_what_cannot_be_written_down_is_not_read(small: Small, ann: Reader) -> None:
    book = _Unwritable(users={"ann": USER}, given=[grant(level=5)])
    workspace = replace(small.workspace, book=book)
    for ask in (
        lambda: query(workspace, ann, "SELECT count(*) AS n FROM person"),
        lambda: list(stream(workspace, ann, "SELECT count(*) AS n FROM person")),
        lambda: person(workspace, ann, 3, ["person"]),
        lambda: run(workspace, ann, LABS, today=TODAY),
    ):
        with pytest.raises(StorageError):
            ask()


def test_the_audit_says_who_read_which_columns_of_whom(small: Small, ann: Reader) -> None:
    query(small.workspace, ann, "SELECT year_of_birth, person_id FROM person WHERE person_id < 4")
    (asked, _), (ended, people) = small.book.written
    assert (asked.actor, asked.purpose, asked.verdict) == ("ann", Purpose.RESEARCH, Verdict.ALLOWED)
    assert dict(asked.reads) == {"person": ("person_id", "year_of_birth")}
    assert (ended.follows, ended.rows, people) == (1, len(people), tuple(sorted(people)))
    assert set(people) <= {1, 2, 3}
    person(small.workspace, ann, 5, {"person": {"person_id"}})
    act, whom = small.book.written[-1]
    assert (act.action, whom) == ("person", (5,))


def test_nothing_is_decided_for_who_is_not_known(small: Small, ann: Reader) -> None:
    small.book.users = {"bo": User("bo")}
    with pytest.raises(AccessError) as refused:
        query(small.workspace, ann, "SELECT 1 AS one")
    assert refused.value.exit_code == 7 and refused.value.http_status == 403
    assert "medark user add ann" in str(refused.value)


def test_the_engine_is_shut_in_and_behind_the_views_are_names_that_nobody_knows(small: Small, ann: Reader) -> None:
    reads = {"person": frozenset({"person_id"})}
    with reading(small.workspace, ann, reads, About("test")) as governed:
        for name in ("lake_person", "base_person", "person_lake", "measurement", "refused", "child"):
            with pytest.raises(MedarkError):
                governed.query(f"SELECT * FROM {name}")
        with pytest.raises(MedarkError):
            governed.query(f"SELECT * FROM read_text('{small.workspace.places.salt}')")
        assert governed.session.columns("person") == ["person_id"]


def _bag(rows: pa.Table) -> list[str]:
    return sorted(map(repr, rows.to_pylist()))
