"""A real Spark session: what is bound is what is read, what is kept is let go, errors hold no value"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from medark.errors import DefinitionError, MedarkError, RefusedInput, StorageError, UsageError
from medark.model.table import Column, Type
from medark.store.engine import Delimited, Session
from medark.store.spark import Spark

COLUMNS = (Column("a", Type.BIGINT), Column("b", Type.TEXT), Column("c", Type.DATE))


@pytest.fixture
def session(spark: Spark) -> Iterator[Session]:
    with spark.session() as opened:
        yield opened


def rows(session: Session, sql: str) -> list:
    return session.query(sql).to_pylist()


# -- files -------------------------------------------------------------------------------------------------------------


def test_parquet_has_exactly_the_columns_asked_for(session: Session, tmp_path: Path) -> None:
    odd = tmp_path / "a b[1]{x}%20=é"
    odd.mkdir()
    pq.write_table(pa.table({"a": pa.array([1], pa.int32()), "extra": [9]}), odd / "1.parquet")
    pq.write_table(pa.table({"b": ["x"], "a": [2]}), odd / "2.parquet")
    files = [odd / "1.parquet", odd / "2.parquet"]
    session.bind_parquet("t", files, COLUMNS)
    wanted = [{"a": 1, "b": None, "c": None}, {"a": 2, "b": "x", "c": None}]
    assert rows(session, "SELECT * FROM t ORDER BY a") == wanted
    session.bind_parquet("t", files, COLUMNS, file_number="file_no")
    numbered = [row | {"file_no": number} for number, row in enumerate(wanted)]
    assert rows(session, "SELECT * FROM t ORDER BY a") == numbered
    session.bind_parquet("none", [], COLUMNS, file_number="file_no")
    empty = session.query("SELECT * FROM none")
    assert (empty.num_rows, empty.column_names) == (0, ["a", "b", "c", "file_no"])
    assert empty.schema.field("c").type == pa.date32()


def test_files_of_the_wanted_types_are_read_as_one_whatever_their_folders_say(session: Session, tmp_path: Path) -> None:
    """The lake's folders are called medark_bucket=3: that is no column of the rows."""
    files = []
    for bucket in range(3):
        folder = tmp_path / f"medark_bucket={bucket}"
        folder.mkdir()
        files.append(folder / "part.parquet")
        pq.write_table(pa.table({"a": [bucket], "c": pa.array([None], pa.date32())}), files[-1])
    session.bind_parquet("t", files, COLUMNS)
    assert session.query("SELECT * FROM t").column_names == ["a", "b", "c"]
    assert rows(session, "SELECT sum(a) AS n, count(b) AS m FROM t") == [{"n": 3, "m": 0}]


def test_a_file_that_is_no_parquet_is_refused(session: Session, tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"SECRET is not parquet")
    with pytest.raises(RefusedInput) as told:
        session.bind_parquet("t", [tmp_path / "x.parquet"], COLUMNS)
    assert "SECRET" not in str(told.value)
    with pytest.raises(StorageError):
        session.bind_parquet("t", [tmp_path / "gone.parquet"], COLUMNS)


def test_a_file_that_is_gone_when_it_is_read_is_told(session: Session, tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "1.parquet")
    session.bind_parquet("t", [tmp_path / "1.parquet"], COLUMNS[:1])
    (tmp_path / "1.parquet").unlink()
    with pytest.raises(StorageError):
        session.query("SELECT * FROM t")


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
    with pytest.raises(RefusedInput) as told:
        session.bind_delimited("t", [path], Delimited(("k", "v")))
        session.query("SELECT * FROM t")
    assert "SECRET" not in str(told.value)
    session.bind_delimited("t", [path], Delimited(("k", "v")), row_number="row_no", rejects="bad")
    assert rows(session, "SELECT k, row_no FROM t ORDER BY row_no") == [
        {"k": "1", "row_no": 0},
        {"k": "4", "row_no": 3},
    ]
    assert rows(session, "SELECT row_no, line_no FROM bad ORDER BY 1") == [
        {"row_no": 1, "line_no": 3},
        {"row_no": 2, "line_no": 4},
    ]


def test_parquet_is_written_sorted_by_partition_without_it(session: Session, tmp_path: Path) -> None:
    session.bind_arrow("t", pa.table({"i": range(30), "ts": pa.array(range(30), pa.timestamp("us"))}))
    sql = "SELECT i % 3 - 1 AS p, nullif(-i, -3) AS a, 'x' AS b, ts, NULL AS none FROM t"
    files = session.write_parquet(sql, tmp_path / "out", partition_by="p", order_by=("a",), row_group_rows=4)
    assert [(f.partition, f.rows) for f in files] == [(-1, 10), (0, 10), (1, 10)]
    for file in files:
        told = pq.read_table(file.path)
        assert told.column_names == ["a", "b", "ts", "none"]
        assert told.schema.field("ts").type == pa.timestamp("us"), "a local time, without a zone"
        values = told["a"].to_pylist()
        assert values == sorted(v for v in values if v is not None) + [None] * values.count(None)
        assert file.bytes == file.path.stat().st_size
        assert pq.ParquetFile(file.path).num_row_groups > 1
        assert pq.ParquetFile(file.path).metadata.row_group(0).column(0).compression == "ZSTD"
    assert session.write_parquet("SELECT 1 AS a WHERE false", tmp_path / "out") == []
    assert set((tmp_path / "out").iterdir()) == {f.path for f in files}
    with pytest.raises(DefinitionError):
        session.write_parquet("SELECT CAST(NULL AS INT) AS p, 1 AS a", tmp_path / "out", partition_by="p")
    with pytest.raises(UsageError):
        session.write_parquet("SELECT 1 AS a", tmp_path / "out", keep_order=True)


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
        session.table("t", "SELECT raise_error('no') AS n FROM t")
    assert rows(session, "SELECT n FROM t") == [{"n": 2}], "a failing query leaves it as it was"


def test_a_view_sees_what_its_names_stand_for_now(session: Session) -> None:
    session.table("t", "SELECT 1 AS n")
    session.view("v", "SELECT n + 1 AS m FROM t")
    session.table("t", "SELECT 5 AS n")
    assert rows(session, "SELECT m FROM v") == [{"m": 6}]


def test_odd_names_are_names(session: Session) -> None:
    name = 'a "b"; `DROP` TABLE x --'
    session.table(name, "SELECT 1 AS n")
    assert session.has(name)
    session.drop(name)
    assert not session.has(name)


def test_sessions_see_nothing_of_one_another_and_leave_nothing(spark: Spark) -> None:
    before = set(spark.scratch.glob("spark-*"))
    with spark.session() as one, spark.session() as two:
        one.bind_arrow("t", pa.table({"x": [1]}))
        assert not two.has("t")
        with pytest.raises(DefinitionError):
            two.query("SELECT * FROM t")
    assert set(spark.scratch.glob("spark-*")) == before


# -- values ------------------------------------------------------------------------------------------------------------


def test_values_come_back_as_they_went(session: Session) -> None:
    table = pa.table({
        "i": pa.array([1, None], pa.int32()), "n": pa.array([1 << 62, None], pa.int64()),
        "x": pa.array([float("nan"), None]), "s": pa.array(["中 é", ""]), "d": pa.array([dt.date(1900, 2, 28), None]),
        "ts": pa.array([dt.datetime(1883, 11, 18, 12, 3, 58, 123456), None], pa.timestamp("us")),
        "b": pa.array([True, None]), "none": pa.nulls(2), "coded": pa.array(["a", None]).dictionary_encode(),
    })  # fmt: skip
    session.bind_arrow("t", table)
    found = session.query("SELECT * FROM t ORDER BY i NULLS LAST")
    assert found.select(table.column_names[:7]).equals(table.select(table.column_names[:7])) is False  # NaN is not NaN
    assert found.drop(["x"]).to_pylist() == table.drop(["x"]).to_pylist()
    assert [found.schema.field(i).type for i in range(7)] == [table.schema.field(i).type for i in range(7)]
    (batch,) = session.stream("SELECT i, ts FROM t ORDER BY i NULLS LAST")
    assert batch.to_pylist() == table.select(["i", "ts"]).to_pylist()


def test_parameters_are_values(session: Session) -> None:
    assert rows(session, "SELECT 1 AS n WHERE 'a''b' = 'a''b'") == [{"n": 1}]
    assert session.query("SELECT ? AS v, ? AS n", ["it's", 3]).to_pylist() == [{"v": "it's", "n": 3}]


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("SELECT CAST(x AS INT) AS n FROM t", "CAST_INVALID_INPUT"),
        ("SELECT n + 9223372036854775807 AS m FROM t", "OVERFLOW"),
        ("SELECT CAST(x AS DATE) AS n FROM t", "CAST_INVALID_INPUT"),
        ("SELECT nothing FROM t", "nothing"),
        ("SELECT * FROM nowhere", "nowhere"),
        ("SELECT no_such_function(x) FROM t", "no_such_function"),
        ("SELECT 'SECRET", "PARSE"),
    ],
)
def test_errors_hold_no_value(session: Session, capfd: pytest.CaptureFixture[str], sql: str, word: str) -> None:
    session.bind_arrow("t", pa.table({"x": ["SECRET"], "n": [1]}))
    with pytest.raises(DefinitionError) as told:
        session.query(sql)
    assert word in str(told.value)
    assert "SECRET" not in str(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__
    out, err = capfd.readouterr()
    assert "SECRET" not in out + err


def test_sql_of_others_is_not_shut_in(session: Session, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="shut in"):
        session.confine([tmp_path])
