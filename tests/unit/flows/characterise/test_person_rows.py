"""Who people are and when they are observed is kept as the lake tells it, and made again where it is not whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from medark.bootstrap import init_workspace
from medark.check.achilles.among import Among
from medark.check.achilles.references import NOBODY
from medark.flows.characterise.keeping import person_rows_folder
from medark.flows.characterise.person_rows import PersonRows
from medark.flows.workspace import Workspace
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns
from medark.model.user import User
from support.achilles_drawn import drawn
from support.committed import commit

LARGE = 1 << 62
ASKED = {
    "person": "person_id, gender_concept_id, year_of_birth, race_concept_id, ethnicity_concept_id, provider_id,"
    " location_id, care_site_id",
    "observation_period": "person_id, observation_period_id as period_id, observation_period_start_date as start_day,"
    " observation_period_end_date as end_day, period_type_concept_id as kind",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws", buckets=2) as made:
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})))
        held = {name: rows for name, rows in drawn(21).items() if name in ASKED}
        people = held["person"].to_pylist()
        people[0] |= {"location_id": LARGE, "care_site_id": None}
        commit(made, {**held, "person": pa.Table.from_pylist(people, arrow_schema(lake_columns("person")))})
        yield made


def kept(workspace: Workspace, table: str, who: list[int]) -> list[dict[str, object]]:
    snapshot = workspace.lake.snapshot()
    paths = [one.path for one in snapshot.data_files(table)]
    rows = PersonRows(workspace, snapshot)
    with workspace.engine.session() as session:
        rows.read(session, table, paths)
    found = rows.of(table, paths, Among(np.array(who))).to_pylist()
    return sorted(found, key=str)


def told(workspace: Workspace, table: str, who: list[int]) -> list[dict[str, object]]:
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, table)
        rows = session.query(f"select {ASKED[table]} from {table}").to_pylist()
    days = [{name: as_number(value) for name, value in row.items()} for row in rows]
    return sorted((row for row in days if row["person_id"] in who), key=str)


def as_number(value: object) -> object:
    return int(np.datetime64(str(value), "D").astype(int)) if hasattr(value, "isoformat") else value


@pytest.mark.parametrize("table", ASKED)
def test_rows_of_some_people_are_those_of_the_lake(workspace: Workspace, table: str) -> None:
    every = sorted({*range(-3, 12), 999})
    assert kept(workspace, table, every) == told(workspace, table, every) != []
    assert kept(workspace, table, [2, 5]) == told(workspace, table, [2, 5])
    assert kept(workspace, table, [NOBODY, -7]) == []


def test_what_is_damaged_is_read_again_and_what_is_gone_is_swept(workspace: Workspace) -> None:
    before = kept(workspace, "person", [1, 2, 3])
    (pack,) = person_rows_folder(workspace).glob("person/*.pack")
    pack.write_bytes(pack.read_bytes()[:40])
    assert kept(workspace, "person", [1, 2, 3]) == before
    for one in workspace.lake.snapshot().data_files("person"):
        workspace.lake.snapshot().places.data("person", one.path).unlink()
    PersonRows(workspace, workspace.lake.snapshot()).sweep()
    assert not [*person_rows_folder(workspace).glob("person/*.pack")]
