"""Pairs weighed: the same on DuckDB and on Spark, and no error tells a value."""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

from medark.errors import InternalError
from medark.flows.identity.linking import LEARNING, compared
from medark.standardise.identity import comparing
from medark.standardise.identity.judging import Thresholds
from medark.standardise.identity.record import comparable
from medark.store.duckdb import DuckDB
from medark.store.engine import Engine
from medark.store.linkage import learnt, weighed
from medark.store.spark import Spark
from support.two_hospitals import NORTH, SOUTH


def records() -> pa.Table:
    """The patients of two hospitals, and two who write their names in English."""
    said = [
        {"name": [one.name], "birth": [one.birth], "sex": [one.sex], "phone": [one.phone], "address": [one.address]}
        for one in (*NORTH, *SOUTH)
    ]
    english = {"birth": ["1970-01-02"], "sex": ["M"], "address": ["12 High Street, Leeds"]}
    for name, phone in (("Jonathan Smithson", "01134960123"), ("Jonathon Smithsen", "01134961023")):
        said.append({**english, "name": [name], "phone": [phone]})
    return comparable(SimpleNamespace(key_no=n, own_id=n, said=one) for n, one in enumerate(said, 1))


def pairs(engine: Engine) -> list[tuple[object, ...]]:
    with engine.session() as session:
        session.bind_arrow("record", records())
        session.table("blocked", comparing.blocks_sql("record"))
        found = compared(session, comparing.settings(), Thresholds(), is_learnt=False).to_pylist()
    return sorted(
        (
            row["left_key"], row["right_key"], round(row["weight"], 6), row["verdict"], row["why"],
            json.loads(row["evidence"])["phone"][0],
        )
        for row in found
    )  # fmt: skip


def test_spark_finds_the_pairs_that_duckdb_finds(tmp_path: Path, spark: Spark) -> None:
    found = pairs(DuckDB(tmp_path))
    # Two digits of the last phone changed places: the second level, a digit differs.
    assert [(left, right, verdict, phone) for left, right, _, verdict, _, phone in found] == [
        (1, 4, "same", 0), (2, 5, "same", 0), (3, 6, "unsure", 0), (7, 8, "same", 1),
    ]  # fmt: skip
    assert pairs(spark) == found


def test_of_a_hospital_where_nobody_is_registered_twice_nothing_is_learnt(tmp_path: Path) -> None:
    kin, given = "王李张刘陈杨黄赵", "伟芳娜敏静丽强磊"
    said = [
        {"name": [f"{kin[n % 8]}{given[n // 8 % 8]}{given[n // 3 % 8]}"], "birth": [f"19{40 + n % 50}-0{1 + n % 9}-11"],
         "sex": ["MF"[n % 2]], "phone": [f"139{n * 7919:08d}"], "address": []}
        for n in range(200)
    ]  # fmt: skip
    each = comparable(SimpleNamespace(key_no=n, own_id=n, said=one) for n, one in enumerate(said, 1))
    with DuckDB(tmp_path).session() as session:
        session.bind_arrow("record", each)
        session.table("blocked", comparing.blocks_sql("record"))
        settings = comparing.settings(learns=True)
        assert learnt(session, "SELECT * FROM blocked", settings, LEARNING) is None
        found = compared(session, comparing.settings(), Thresholds(), is_learnt=False)
    assert "same" not in found["verdict"].to_pylist()


def test_what_goes_wrong_is_told_without_values(tmp_path: Path) -> None:
    broken = comparing.settings() | {"blocking_rules_to_generate_predictions": ["l.name = r.no_such_column"]}
    with DuckDB(tmp_path).session() as session:
        session.bind_arrow("record", records())
        with pytest.raises(InternalError) as error:
            weighed(session, comparing.blocks_sql("record"), broken, 0, "found")
    told = "".join(traceback.format_exception(error.value))
    assert not [one.name for one in (*NORTH, *SOUTH) if one.name in told]
