"""A query sees OMOP tables of one version, and nothing else of the machine"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.lake_rows import query as rows
from medark.bootstrap import init_workspace
from medark.errors import DefinitionError, MedarkError, NotFoundError
from medark.flows.gate import at_terminal
from medark.flows.query import query, querying, stream
from medark.flows.workspace import Workspace
from medark.store.lake import Upsert


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A lake whose older version has one person and whose newest has three."""
    with init_workspace(tmp_path_factory.mktemp("queries") / "ws") as opened:
        for count in (1, 3):
            people = [{"person_id": n, "year_of_birth": 1960 + n} for n in range(count)]
            with opened.engine.session() as session:
                opened.lake.commit({"person": Upsert(rows(session, "person", people))}, f"{count} people")
        yield opened


def test_the_newest_version_and_an_older_one(workspace: Workspace) -> None:
    newest, *_ = sorted((c.version for c in workspace.lake.history()), reverse=True)
    count = "SELECT count(*) AS n FROM person"
    assert query(workspace, at_terminal(workspace), count)["n"].to_pylist() == [3]
    assert query(workspace, at_terminal(workspace), count, newest - 1)["n"].to_pylist() == [1]
    with pytest.raises(NotFoundError):
        query(workspace, at_terminal(workspace), count, newest + 1)


def test_results_come_in_batches(workspace: Workspace) -> None:
    batches = list(stream(workspace, at_terminal(workspace), "SELECT * FROM range(10)", rows=4))
    assert sum(batch.num_rows for batch in batches) == 10


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT p.year_of_birth FROM person AS p JOIN person AS q USING (person_id)",
        "WITH old AS (SELECT * FROM person WHERE year_of_birth < 1962) SELECT count(*) FROM old",
        "SELECT * FROM (SELECT person_id FROM PERSON) AS mine",
        "SELECT concept_name FROM concept WHERE concept_id = 8507",
        "SELECT count(*) FROM death",
        "SELECT x FROM unnest([1, 2]) AS t (x)",
        "SELECT person_id FROM person UNION ALL SELECT 1",
    ],
)
def test_what_a_question_may_be(workspace: Workspace, sql: str) -> None:
    query(workspace, at_terminal(workspace), sql)


FILES = (
    "read_csv('{0}')", "read_csv_auto('{0}')", "read_text('{0}')", "read_blob('{0}')", "read_parquet('{0}')",
    "read_json('{0}')", "parquet_scan('{0}')", "parquet_metadata('{0}')", "parquet_schema('{0}')", "glob('{0}')",
    "sniff_csv('{0}')", "'{0}'", '"{0}"', "query('SELECT 1')", "query_table('person')", "duckdb_settings()",
    "duckdb_secrets()", "pragma_database_list()", "sqlite_scan('{0}', 't')", "main.person", "information_schema.tables",
    "sqlite_master", "pg_catalog.pg_tables", "medark_crosswalk",
)  # fmt: skip


@pytest.mark.parametrize("relation", FILES)
@pytest.mark.parametrize(
    "around", ["SELECT * FROM {}", "SELECT (SELECT count(*) FROM {})", "WITH a AS (FROM {}) FROM a"]
)
def test_no_file_no_catalog_and_no_other_table(workspace: Workspace, relation: str, around: str) -> None:
    named = relation.format(workspace.places.salt)
    with pytest.raises(DefinitionError):
        query(workspace, at_terminal(workspace), around.format(named))


@pytest.mark.parametrize(
    "sql",
    [
        "COPY person TO 'elsewhere/x'", "ATTACH 'x.db'", "CREATE TABLE t AS SELECT 1", "DELETE FROM person",
        "SET enable_external_access = true", "PRAGMA version", "EXPORT DATABASE 'elsewhere/x'", "CALL pragma_version()",
        "SELECT 1; SELECT 2", "SUMMARIZE person", "DESCRIBE person", "SHOW TABLES", "", "VACUUM",
        "LOAD httpfs", "INSTALL httpfs",
        "INSERT INTO person SELECT * FROM person", "UPDATE person SET year_of_birth = 1",
    ],
)  # fmt: skip
def test_nothing_but_a_select(workspace: Workspace, sql: str) -> None:
    with pytest.raises(DefinitionError):
        query(workspace, at_terminal(workspace), sql)


def test_the_engine_itself_is_shut_in(workspace: Workspace, tmp_path: Path) -> None:
    """Should a new function of the engine slip past the parser, it still reads nothing but the lake."""
    (tmp_path / "outside.csv").write_text("a\n1\n")
    with querying(workspace, at_terminal(workspace), "SELECT 1 FROM person") as governed:
        session = governed.session
        for path in (tmp_path / "outside.csv", workspace.places.salt, workspace.places.crosswalk, "/etc/passwd"):
            with pytest.raises(MedarkError):
                session.query(f"SELECT * FROM read_text('{path}')")
        for sql in ("SET enable_external_access = true", "SET allowed_directories = ['/']", "ATTACH 'elsewhere/x.db'"):
            with pytest.raises(MedarkError):
                session.query(sql)
        assert session.query("SELECT count(*) AS n FROM person")["n"].to_pylist() == [3]


def test_a_session_sees_only_the_tables_that_its_query_names(workspace: Workspace) -> None:
    with (
        querying(workspace, at_terminal(workspace), "SELECT 1 FROM person") as governed,
        pytest.raises(DefinitionError),
    ):
        governed.query("SELECT * FROM concept")
