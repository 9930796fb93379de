"""Every portable construct has a golden case; each engine gives the rows that the case draws"""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest
from sqlglot import exp

from golden.sql import drawn
from medark.sql.linter import lint
from medark.sql.portable import ALLOWED
from medark.sql.portable.clauses import KINDS, SIDES
from medark.sql.portable.functions import PARTS, STEPS, TRUNCATED
from medark.sql.query import parse
from medark.sql.render import render
from medark.sql.rewrites import BY_NAME
from medark.store.duckdb import DuckDB
from medark.store.engine import Engine
from medark.store.spark import Spark

FOLDER = Path(__file__).parent / "sql"
CASES = list(drawn.cases(FOLDER))
TYPES = ("INTEGER", "BIGINT", "DOUBLE", "VARCHAR", "DATE", "TIMESTAMP", "BOOLEAN")
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM")
# Parts that are known only to be refused with a better word.
NEVER_SET: dict[type[exp.Expr], set[str]] = {exp.Distinct: {"on"}, exp.DataType: {"expressions", "nested", "values"}}
INSIDE = {"moved"}  # portable functions that only others' SQL uses


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> DuckDB:
    return DuckDB(tmp_path_factory.mktemp("scratch"), threads=2)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_rows_are_as_drawn_on_duckdb(path: Path, duckdb: DuckDB) -> None:
    case = drawn.read(path)
    assert case.about
    assert lint(case.sql) == ()
    assert drawn.in_order(case, drawn.shown(answer(duckdb, case))) == drawn.in_order(case, case.rows)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_rows_are_as_drawn_on_spark(path: Path, spark: Spark, duckdb: DuckDB) -> None:
    case = drawn.read(path)
    found = answer(spark, case)
    assert drawn.in_order(case, drawn.shown(found)) == drawn.in_order(case, case.rows)
    assert drawn.kinds(found) == drawn.kinds(answer(duckdb, case))


def answer(engine: Engine, case: drawn.Case) -> pa.Table:
    """The rows that an engine gives; their columns are called as in the case."""
    with engine.session() as session:
        for name, rows in case.tables.items():
            session.bind_arrow(name, rows)
        found = session.query(render(case.sql, session.dialect))
    assert found.column_names == case.columns
    return found


NODES = [node for path in CASES for node in parse(drawn.read(path).sql).tree.walk()]


def test_every_portable_construct_has_a_case() -> None:
    # A parameter is bound before any engine sees it; the approximate count has no one answer.
    assert set(ALLOWED) - {type(node) for node in NODES} == {exp.Placeholder, exp.ApproxDistinct}
    assert set(BY_NAME) - {node.name.lower() for node in NODES if isinstance(node, exp.Anonymous)} == INSIDE


@pytest.mark.parametrize("kind", sorted(set(ALLOWED) - {exp.Placeholder, exp.ApproxDistinct}, key=str))
def test_every_part_of_a_construct_has_a_case(kind: type[exp.Expr]) -> None:
    used = {part for node in NODES if type(node) is kind for part, value in node.args.items() if value}
    assert ALLOWED[kind].parts - used == NEVER_SET.get(kind, set())


@pytest.mark.parametrize(
    "words", [SIDES, KINDS, PARTS, STEPS, TRUNCATED, TYPES, COMPARISONS], ids=lambda words: words[1]
)
def test_every_word_of_a_list_has_a_case(words: tuple[str, ...]) -> None:
    text = "\n".join(drawn.read(path).sql for path in CASES).upper()
    assert [word for word in words if word and not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)] == []


def test_rendering_is_as_written_down() -> None:
    """`rendered.txt`: what is portable, DuckDB's words for it, Spark's, and an empty line."""
    blocks = (FOLDER / "rendered.txt").read_text(encoding="utf-8").strip().split("\n\n")
    for portable, *wanted in (block.splitlines() for block in blocks):
        assert [render(portable, "duckdb"), render(portable, "spark")] == wanted
