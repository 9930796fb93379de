"""Every portable construct has a golden case; each engine gives the rows that the case draws"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlglot import exp

from golden.sql import drawn
from medark.sql.linter import lint
from medark.sql.portable import ALLOWED
from medark.sql.query import parse
from medark.sql.render import render
from medark.sql.rewrites import BY_NAME
from medark.store.duckdb import DuckDB

FOLDER = Path(__file__).parent / "sql"
CASES = list(drawn.cases(FOLDER))
INSIDE = {"moved"}  # portable functions that only others' SQL uses


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_rows_are_as_drawn_on_duckdb(path: Path, tmp_path: Path) -> None:
    case = drawn.read(path)
    assert case.about
    assert lint(case.sql) == ()
    with DuckDB(tmp_path, threads=2).session() as session:
        for name, rows in case.tables.items():
            session.bind_arrow(name, rows)
        found = session.query(render(case.sql, "duckdb"))
    assert found.column_names == case.columns
    assert drawn.in_order(case, drawn.shown(found)) == drawn.in_order(case, case.rows)


def test_every_portable_construct_has_a_case() -> None:
    trees = [parse(drawn.read(path).sql).tree for path in CASES]
    used = {type(node) for tree in trees for node in tree.walk()}
    called = {node.name.lower() for tree in trees for node in tree.find_all(exp.Anonymous)}
    # A parameter is bound before any engine sees it; the approximate count has no one answer.
    assert set(ALLOWED) - used == {exp.Placeholder, exp.ApproxDistinct}
    assert set(BY_NAME) - called == INSIDE


def test_rendering_is_as_written_down() -> None:
    """`rendered.txt`: what is portable, DuckDB's words for it, Spark's, and an empty line."""
    blocks = (FOLDER / "rendered.txt").read_text(encoding="utf-8").strip().split("\n\n")
    for portable, *wanted in (block.splitlines() for block in blocks):
        assert [render(portable, "duckdb"), render(portable, "spark")] == wanted
