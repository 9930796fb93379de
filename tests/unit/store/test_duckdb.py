"""The embedded engine: what is bound is what is read; errors hold no value; a confined session stays where it is"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from medark.errors import DefinitionError, InternalError, MedarkError, RefusedInput, StorageError
from medark.model.table import Column, Type
from medark.store.duckdb import DuckDB
from medark.store.engine import Delimited, Relation, Session, Writing

COLUMNS = (Column("a", Type.BIGINT), Column("b", Type.TEXT), Column("c", Type.DATE))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with DuckDB(tmp_path / "scratch", memory="256MB", threads=2).session() as opened:
        yield opened


def rows(session: Session, sql: str) -> list:
    return session.query(sql).to_pylist()


@pytest.mark.parametrize(("of_engine", "wanted", "given"), [(2, 1, 1), (1, 4, 1), (2, None, 2), (None, 1, 1)])
def test_a_session_has_at_most_as_many_threads(
    tmp_path: Path, of_engine: int | None, wanted: int | None, given: int
) -> None:
    with DuckDB(tmp_path / "scratch", threads=of_engine).session(threads=wanted) as opened:
        assert rows(opened, "SELECT current_setting('threads') AS n") == [{"n": given}]


# -- files -------------------------------------------------------------------------------------------------------------


def test_parquet_has_exactly_the_columns_asked_for(session: Session, tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": pa.array([1], pa.int32()), "extra": [9]}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"b": ["x"], "a": [2]}), tmp_path / "2.parquet")
    session.bind_parquet("t", [tmp_path / "1.parquet", tmp_path / "2.parquet"], COLUMNS, file_number="file_no")
    assert rows(session, "SELECT * FROM t ORDER BY a") == [
        {"a": 1, "b": None, "c": None, "file_no": 0},
        {"a": 2, "b": "x", "c": None, "file_no": 1},
    ]
    session.bind_parquet("none", [], COLUMNS, file_number="file_no")
    empty = session.query("SELECT * FROM none")
    assert (empty.num_rows, empty.column_names) == (0, ["a", "b", "c", "file_no"])
    assert empty.schema.field("c").type == pa.date32()


def test_a_file_that_is_no_parquet_is_refused(session: Session, tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"SECRET is not parquet")
    with pytest.raises(RefusedInput) as told:
        session.bind_parquet("t", [tmp_path / "x.parquet"], COLUMNS)
    assert "SECRET" not in str(told.value)
    with pytest.raises(StorageError):
        session.bind_parquet("t", [tmp_path / "gone.parquet"], COLUMNS)


def test_cells_of_text_files_are_as_they_stand(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('k,v\n007," a ""b"""\n,NULL\n"x\ny",\\N\n', encoding="utf-8")
    session.bind_delimited("t", [path, path], Delimited(("k", "v")), row_number="row_no", file_number="file_no")
    found = rows(session, "SELECT * FROM t ORDER BY file_no, row_no")
    assert [(r["k"], r["v"]) for r in found[:3]] == [("007", ' a "b"'), ("", "NULL"), ("x\ny", "\\N")]
    assert [(r["file_no"], r["row_no"]) for r in found] == [(f, n) for f in (0, 1) for n in range(3)]


def test_bad_lines_are_refused_or_told_where(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("k,v\n1,a\n2,b,SECRET\n3\n4,d\n", encoding="utf-8")
    session.bind_delimited("t", [path], Delimited(("k", "v")))
    with pytest.raises(RefusedInput) as told:
        session.query("SELECT * FROM t")
    assert "SECRET" not in str(told.value)
    session.bind_delimited("t", [path], Delimited(("k", "v")), row_number="row_no", rejects="bad")
    assert rows(session, "SELECT * FROM t ORDER BY row_no") == [
        {"k": "1", "v": "a", "row_no": 0},
        {"k": "4", "v": "d", "row_no": 3},
    ]
    assert rows(session, "SELECT row_no, line_no, reason FROM bad ORDER BY 1") == [
        {"row_no": 1, "line_no": 3, "reason": "3 cells, not 2"},
        {"row_no": 2, "line_no": 4, "reason": "1 cells, not 2"},
    ]


def test_other_encodings_are_read(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号|值\n1|肺炎\n".encode("gb18030"))
    session.bind_delimited("t", [path], Delimited(("k", "v"), delimiter="|", encoding="gb18030"))
    assert rows(session, "SELECT * FROM t") == [{"k": "1", "v": "肺炎"}]


def test_no_files_are_no_rows(session: Session) -> None:
    session.bind_delimited("t", [], Delimited(("k",)), row_number="row_no", file_number="file_no")
    assert session.query("SELECT * FROM t").column_names == ["k", "row_no", "file_no"]


def test_parquet_is_written_sorted_by_partition_without_it(session: Session, tmp_path: Path) -> None:
    sql = "SELECT i % 3 AS p, -i AS a, 'x' AS b FROM range(30) AS r(i)"
    files = session.write_parquet(sql, tmp_path / "out", partition_by="p", order_by=("a",))
    assert [(f.partition, f.rows) for f in files] == [(0, 10), (1, 10), (2, 10)]
    for file in files:
        told = pq.read_table(file.path)
        assert told.column_names == ["a", "b"]
        assert told["a"].to_pylist() == sorted(told["a"].to_pylist())
        assert file.bytes == file.path.stat().st_size
    assert session.write_parquet("SELECT 1 AS a WHERE false", tmp_path / "out") == []
    assert set((tmp_path / "out").iterdir()) == {f.path for f in files}


def test_order_is_kept_when_asked(session: Session, tmp_path: Path) -> None:
    session.bind_arrow("t", pa.table({"a": [3, 1, 2] * 5000}))
    (file,) = session.write_parquet("SELECT a FROM t WHERE a > 1", tmp_path, keep_order=True, row_group_rows=2048)
    assert pq.read_table(file.path)["a"].to_pylist() == [3, 2] * 5000
    assert pq.ParquetFile(file.path).num_row_groups > 3


# -- names -------------------------------------------------------------------------------------------------------------


def test_a_name_can_be_given_again_whatever_it_was(session: Session) -> None:
    for turn, bind in enumerate((
        lambda: session.view("t", "SELECT 0 AS n"),
        lambda: session.table("t", "SELECT 1 AS n"),
        lambda: session.bind_arrow("t", pa.table({"n": [2]})),
        lambda: session.table("t", "SELECT 3 AS n"),
        lambda: session.view("t", "SELECT 4 AS n"),
    )):  # fmt: skip
        bind()
        assert rows(session, "SELECT n FROM t") == [{"n": turn}]
    session.drop("t")
    session.drop("t")
    assert not session.has("t")
    with pytest.raises(DefinitionError):
        session.query("SELECT * FROM t")


def test_a_table_can_be_made_again_from_itself(session: Session) -> None:
    session.table("t", "SELECT 1 AS n")
    session.table("t", "SELECT n + 1 AS n FROM t")
    assert rows(session, "SELECT n FROM t") == [{"n": 2}]
    with pytest.raises(MedarkError):
        session.table("t", "SELECT error('no') AS n FROM t")
    assert rows(session, "SELECT n FROM t") == [{"n": 2}], "a failing query leaves it as it was"


def test_odd_names_are_names(session: Session) -> None:
    name = 'a "b"; DROP TABLE x --'
    session.table(name, "SELECT 1 AS n")
    assert session.has(name)
    session.drop(name)
    assert not session.has(name)


def test_sessions_know_nothing_of_each_other_nor_of_python(tmp_path: Path) -> None:
    frame = pa.table({"n": [1]})
    engine = DuckDB(tmp_path)
    with engine.session() as one, engine.session() as other:
        one.table("t", "SELECT 1 AS n")
        with pytest.raises(DefinitionError):
            other.query("SELECT * FROM t")
        with pytest.raises(DefinitionError):
            one.query("SELECT * FROM frame")
        assert len(list(tmp_path.iterdir())) == 2
    assert not list(tmp_path.iterdir()), "scratch is given back"
    assert frame.num_rows == 1


def test_rows_come_in_batches(session: Session) -> None:
    reader = session.stream("SELECT i FROM range(5000) AS r(i)", rows=1000)
    batches = list(reader)
    assert len(batches) > 1
    assert sum(b.num_rows for b in batches) == 5000


def test_values_are_bound_not_written(session: Session) -> None:
    assert rows_with(session, "SELECT ? AS v", ["it's"]) == [{"v": "it's"}]


def rows_with(session: Session, sql: str, values: list) -> list:
    return session.query(sql, values).to_pylist()


# -- errors and walls --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT CAST('SECRET' AS INTEGER)", DefinitionError),
        ("SELECT error('SECRET')", MedarkError),
        ("SELECT secret FROM (SELECT 'SECRET' AS a)", DefinitionError),
        ("SELEC 'SECRET'", DefinitionError),
        ("SELECT * FROM nowhere WHERE a = 'SECRET'", DefinitionError),
        ("SELECT 9223372036854775807 + len('SECRET')", (DefinitionError, InternalError)),
    ],
)
def test_errors_hold_no_value(session: Session, sql: str, kind: type) -> None:
    with pytest.raises(kind) as told:
        session.query(sql)
    assert "SECRET" not in repr(told.value) + str(told.value)
    assert told.value.__cause__ is None, "nor does what it came from"


def test_too_little_memory_is_a_storage_error(tmp_path: Path) -> None:
    with DuckDB(tmp_path, memory="12MB", threads=1).session() as session, pytest.raises(StorageError) as told:
        session.query("SELECT list(i) FROM range(20000000) AS r(i)")
    assert "memory" in told.value.what


def test_a_confined_session_reads_its_folders_and_nothing_else(session: Session, tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        pq.write_table(pa.table({"a": [1]}), folder / "t.parquet")
        (folder / "t.csv").write_text("a\n1\n")
    session.bind_parquet("t", [inside / "t.parquet"], COLUMNS)
    session.confine([inside])
    assert rows(session, "SELECT a FROM t") == [{"a": 1}]
    for sql in (
        f"SELECT * FROM '{outside}/t.parquet'",
        f"SELECT * FROM read_csv('{outside}/t.csv')",
        f"SELECT * FROM read_text('{inside}/../out/t.csv')",
        f"SELECT * FROM glob('{outside}/*')",
        f"COPY (SELECT 1) TO '{outside}/new.csv'",
        f"ATTACH '{outside}/x.db'",
        "SET enable_external_access = true",
        "SET memory_limit = '64GB'",
        "INSTALL httpfs",
    ):
        with pytest.raises(MedarkError):
            session.query(sql)
    assert {p.name for p in outside.iterdir()} == {"t.parquet", "t.csv"}


def test_a_scratch_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="scratch"):
        DuckDB(tmp_path / "file" / "scratch").session()


def test_relations_made_at_once_see_what_was_lent_views_and_the_time_zone(session: Session) -> None:
    session.bind_arrow("lent", pa.table({"n": list(range(10))}))
    session.view("even", "SELECT n FROM lent WHERE n % 2 = 0")
    session.table("known", "SELECT 1 AS k")
    sql = "SELECT count(*) + {} AS n, max(k) AS k FROM even CROSS JOIN known"
    made = [Relation(f"made_{i}", sql.format(i)) for i in range(20)]
    session.make([*made, Relation("zone", "SELECT current_setting('TimeZone') AS z")])
    for i in range(20):
        assert rows(session, f"SELECT * FROM made_{i}") == [{"n": 5 + i, "k": 1}]
    assert rows(session, "SELECT * FROM zone") == [{"z": "UTC"}]
    session.drop("made_3")
    assert not session.has("made_3")
    session.make([])


def test_relations_are_made_after_those_that_they_read_in_whatever_order_they_are_given(session: Session) -> None:
    session.bind_arrow("lent", pa.table({"n": [1, 2, 3]}))
    session.make(
        [
            Relation("total", "SELECT sum(n) AS n FROM odd", frozenset({"odd", "elsewhere"})),
            Relation("odd", "SELECT n FROM given WHERE n % 2 = 1", frozenset({"given"}), view=True),
            Relation("given", "SELECT n FROM lent", view=True),
        ]
    )
    assert rows(session, "SELECT * FROM total") == [{"n": 4}]
    session.drop("given")
    with pytest.raises(MedarkError):
        session.query("SELECT * FROM odd")


def test_of_relations_made_at_once_one_that_fails_says_so(session: Session) -> None:
    with pytest.raises(MedarkError):
        session.make([Relation("good", "SELECT 1 AS n"), Relation("bad", "SELECT CAST('Zhang' AS INTEGER) AS n")])
    session.make([Relation("bad", "SELECT 2 AS n")])
    assert rows(session, "SELECT * FROM bad") == [{"n": 2}]


@pytest.mark.parametrize("kept", [True, False])
def test_rows_of_many_queries_are_written_at_once(session: Session, tmp_path: Path, kept: bool) -> None:
    session.bind_arrow("lent", pa.table({"p": [0, 1, 0, 1], "a": [4, 3, 2, 1]}))
    plain = Writing("SELECT a FROM lent", tmp_path / "plain", order_by=("a",))
    apart = Writing("SELECT * FROM lent", tmp_path / "apart", partition_by="p", order_by=("a",), kept=kept)
    none = Writing("SELECT * FROM lent WHERE a > 9", tmp_path / "none", partition_by="p", kept=kept)
    (whole,), (even, odd), nothing = session.write_all([plain, apart, none])
    assert pq.read_table(whole.path).to_pydict() == {"a": [1, 2, 3, 4]}
    assert (even.partition, even.rows, odd.partition, odd.rows) == (0, 2, 1, 2)
    assert pq.read_table(even.path).to_pydict() == {"a": [2, 4]}
    assert nothing == []


def test_a_session_beside_another_sees_what_that_made_and_leaves_what_it_makes(session: Session) -> None:
    session.table("t", "select 1 as a union all select 2")
    session.bind_arrow("lent", pa.table({"a": [2, 3]}))
    with session.beside(["lent"]) as other:
        other.view("seen", "select t.a from t join lent using (a)")
        assert other.rows("select a, null as b from seen") == (("a", "b"), [(2, None)])
        assert not other.has("nothing")
    session.view("seen", "select a from t")  # in the place of the other's
    assert session.rows("select a from seen order by a") == (("a",), [(1,), (2,)])
