"""The rows of a table record, piece by piece, as a relation of text"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from medark.bootstrap import init_workspace
from medark.errors import RefusedInput
from medark.flows.ingest import raw_tables as module
from medark.flows.ingest.raw_tables import bind_whole, bound_raw_tables, pieces, raw_tables
from medark.flows.workspace import Workspace
from medark.model.record import Format, RawRecord
from medark.store.landing import Arrival

ROWS = 40_000
TEXT = b"id,name\n" + b"".join(b"%06d,name %d\n" % (n, n) for n in range(ROWS))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with init_workspace(tmp_path_factory.mktemp("pieces") / "ws") as opened:
        yield opened


def landed(workspace: Workspace, content: bytes, fmt: Format = Format.DELIMITED) -> RawRecord:
    return workspace.landing.put("north", 1, [Arrival("table", content, fmt)])[0].record


def parquet(rows: Sequence[str]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"id": rows, "name": [f"name {r}" for r in rows]}), out, row_group_size=1000)
    return out.getvalue()


def read(workspace: Workspace, record: RawRecord, skip: int = 0) -> list[list[tuple[int, str]]]:
    """Row number and id of the rows of each piece."""
    (table,) = raw_tables(workspace, record)
    found = []
    with workspace.engine.session() as session:
        for piece in pieces(workspace, session, table, "raw", skip=skip):
            rows = session.query("SELECT row_no, id, record_no FROM raw ORDER BY row_no").to_pylist()
            assert {row["record_no"] for row in rows} <= {record.record_no}
            assert piece.rows == len(rows)
            found.append([(row["row_no"], row["id"]) for row in rows])
        assert not session.has("raw"), "nothing is left bound"
    assert not list(workspace.places.scratch.glob("pieces-*")) and not list(workspace.places.scratch.glob("*.raw"))
    return found


@pytest.mark.parametrize("fmt", [Format.DELIMITED, Format.PARQUET])
def test_pieces_together_are_the_table_and_the_first_can_be_left_out(
    workspace: Workspace, fmt: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PIECE_BYTES", 100_000)
    monkeypatch.setattr("medark.standardise.formats.tabular.pieces._READ", 50_000)
    monkeypatch.setattr("medark.standardise.formats.tabular.parquet._BATCH", 3_000)
    monkeypatch.setattr(module, "_PIECE_ROWS", 9_000)
    content = TEXT if fmt is Format.DELIMITED else parquet([f"{n:06}" for n in range(ROWS)])
    record = landed(workspace, content, fmt)
    whole = read(workspace, record)
    assert len(whole) > 3
    assert [row for piece in whole for row in piece] == [(n, f"{n:06}") for n in range(ROWS)]
    for skip in (1, len(whole) - 1, len(whole)):
        assert read(workspace, record, skip) == whole[skip:]


def test_text_is_kept_as_it_is(workspace: Workspace) -> None:
    record = landed(workspace, b'id,name\n000123456789012345,"a, ""b"""\n1e5,NULL\n,NaN\n')
    (table,) = raw_tables(workspace, record)
    with workspace.engine.session() as session:
        for _ in pieces(workspace, session, table, "raw"):
            rows = session.query("SELECT id, name FROM raw ORDER BY row_no").to_pylist()
    assert [tuple(row.values()) for row in rows] == [("000123456789012345", 'a, "b"'), ("1e5", "NULL"), ("", "NaN")]


def test_lines_that_are_no_rows_are_told_and_the_others_keep_their_numbers(workspace: Workspace) -> None:
    record = landed(workspace, b"id,name\n1,a\n2,b,too,many\n3,c\n4\n5,e\n")
    (table,) = raw_tables(workspace, record)
    with workspace.engine.session() as session:
        for piece in pieces(workspace, session, table, "raw"):
            rows = session.query("SELECT row_no, id FROM raw ORDER BY row_no").to_pylist()
            assert [(row["row_no"], row["id"]) for row in rows] == [(0, "1"), (2, "3"), (4, "5")]
            assert piece.rejects.select(["row_no", "line_no"]).to_pylist() == [
                {"row_no": 1, "line_no": 3}, {"row_no": 3, "line_no": 5},
            ]  # fmt: skip


def test_what_was_whole_before_a_refusal_is_given_first(workspace: Workspace) -> None:
    record = landed(workspace, b"id,name\n1,a\n2,b\n" + b'3,"' + b"x" * (17 << 20))
    (table,) = raw_tables(workspace, record)
    seen = []
    with workspace.engine.session() as session, pytest.raises(RefusedInput, match="quote is left open"):
        for _ in pieces(workspace, session, table, "raw"):
            seen += session.query("SELECT id FROM raw ORDER BY row_no")["id"].to_pylist()
    assert seen == ["1", "2"]
    assert not list(workspace.places.scratch.glob("pieces-*"))


def test_several_tables_as_one_relation(workspace: Workspace) -> None:
    records = [
        landed(workspace, b"id,name\n1,a\n"),
        landed(workspace, b"name,id,more\nb,2,x\n"),
        landed(workspace, b"id,x\n3,y\n"),
    ]
    tables = [table for record in records for table in raw_tables(workspace, record)]
    with workspace.engine.session() as session:
        assert bind_whole(workspace, session, tables, "whole", ["id", "name"]) == 3
        rows = session.query("SELECT id, name, record_no FROM whole ORDER BY id").to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("1", "a", records[0].record_no), ("2", "b", records[1].record_no), ("3", None, records[2].record_no),
    ]  # fmt: skip


def test_what_can_t_be_read_as_a_table_is_left_out_of_a_survey(workspace: Workspace) -> None:
    good, bad = landed(workspace, b"id,colour\n1,red\n"), landed(workspace, b"PAR1 nonsense PAR1", Format.PARQUET)
    note = workspace.landing.put("north", 1, [Arrival("n", b"patient_id: 1\n\nWell.", Format.TEXT_NOTE)])[0].record
    with workspace.engine.session() as session:
        found = [(t.record_no, t.rows, t.state) for t in bound_raw_tables(workspace, session, [bad, note, good])]
    assert found == [(good.record_no, 1, "waiting for a map")]
