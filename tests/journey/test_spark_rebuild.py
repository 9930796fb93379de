"""A rebuild on Spark: the lake is the same, row for row, as the one that DuckDB made of the same records"""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace
from medark.flows.ingest import ingest
from medark.flows.rebuild import rebuild
from medark.flows.workspace import Workspace
from medark.model.omop import VOCABULARY_TABLES, tables
from medark.model.progress import Silent
from medark.store.spark import Spark
from medark.synthetic.settings import CitySettings
from medark.synthetic.write import write_city

ROOT = Path(__file__).parents[2]

Rows = dict[str, Counter[str]]


def rows(workspace: Workspace) -> Rows:
    """Every row of every table of people and places, and how often it is there."""
    snapshot = workspace.lake.snapshot()
    found: Rows = {}
    with workspace.engine.session() as session:
        for table in tables():
            if table not in VOCABULARY_TABLES and snapshot.rows(table):
                snapshot.bind(session, table)
                found[table] = Counter(map(str, session.query(f"SELECT * FROM {table}").to_pylist()))
    return found


def rebuilt_alike(workspace: Workspace, spark: Spark) -> Rows:
    """The rows, which are the same before and after a rebuild on Spark."""
    before = rows(workspace)
    account = rebuild(workspace, Silent(), spark)
    after = rows(workspace)
    assert {table: found - after[table] for table, found in before.items()} == {t: Counter() for t in before}
    assert after == before
    assert account.before == account.after
    return after


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return init_workspace(tmp_path / "workspace")


def test_messages_of_the_real_world(workspace: Workspace, shared_data: Callable[[str], Path], spark: Spark) -> None:
    with workspace:
        ingest(workspace, shared_data("hl7v2_messages"), "lis", Silent())
        found = rebuilt_alike(workspace, spark)
    assert {"person", "measurement", "observation_period"} <= set(found)


def test_tables_of_a_made_up_hospital(workspace: Workspace, tmp_path: Path, spark: Spark) -> None:
    write_city(CitySettings(60, dt.date(2024, 1, 1), dt.date(2024, 7, 1), pictures=0), tmp_path / "city")
    with workspace:
        shutil.copytree(ROOT / "examples" / "city" / "maps", workspace.places.maps, dirs_exist_ok=True)
        ingest(workspace, tmp_path / "city" / "raw" / "north" / "his", "north/his", Silent())
        found = rebuilt_alike(workspace, spark)
    assert {"person", "visit_occurrence", "condition_occurrence"} <= set(found)
