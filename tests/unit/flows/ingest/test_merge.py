"""Two numbers of one person: the rows of the one follow to the other"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.lake_rows import query
from medark.bootstrap import init_workspace
from medark.flows.ingest.merge import follow
from medark.flows.workspace import Workspace
from medark.store.crosswalk import Moved
from medark.store.lake import Upsert

OLD, NEW, OTHER = 11, 20, 30


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws", buckets=4) as opened:
        yield opened


def fill(workspace: Workspace, **tables: list[dict[str, object]]) -> None:
    with workspace.engine.session() as session:
        workspace.lake.commit({t: Upsert(query(session, t, rows)) for t, rows in tables.items()}, "test")


def merge(workspace: Workspace, *moved: Moved) -> set[int]:
    with workspace.engine.session() as session:
        return follow(workspace, session, moved)


def record(workspace: Workspace, person_id: int) -> dict[str, list[object]]:
    keys = {"measurement": "measurement_id", "person": "year_of_birth", "death": "cause_concept_id", "cost": "cost_id",
            "drug_era": "drug_era_id"}  # fmt: skip
    found = workspace.lake.person_record(person_id)
    return {table: sorted(rows[keys[table]].to_pylist()) for table, rows in found.items()}


def labs(*keys: int, person_id: int) -> list[dict[str, object]]:
    return [{"measurement_id": key, "person_id": person_id} for key in keys]


def test_events_go_to_the_survivor_who_stays_as_they_are(workspace: Workspace) -> None:
    fill(
        workspace,
        person=[{"person_id": p, "year_of_birth": 1900 + p} for p in (OLD, NEW, OTHER)],
        measurement=[*labs(1, 2, person_id=OLD), *labs(3, person_id=NEW), *labs(4, person_id=OTHER)],
        cost=[{"cost_id": 7, "medark_person_id": OLD}],
        drug_era=[{"drug_era_id": 8, "person_id": OLD}],
    )
    assert merge(workspace, Moved(OLD, NEW)) == {OLD % 4, NEW % 4}
    assert record(workspace, OLD) == {}
    assert record(workspace, NEW) == {"person": [1920], "measurement": [1, 2, 3], "cost": [7]}, "eras are derived again"
    assert record(workspace, OTHER) == {"person": [1930], "measurement": [4]}


def test_done_again_it_changes_nothing(workspace: Workspace) -> None:
    fill(workspace, measurement=labs(1, person_id=OLD))
    merge(workspace, Moved(OLD, NEW))
    version = workspace.lake.snapshot().version
    assert merge(workspace, Moved(OLD, NEW)) == set()
    assert workspace.lake.snapshot().version == version
    assert record(workspace, NEW) == {"measurement": [1]}


def test_a_death_is_kept_once(workspace: Workspace) -> None:
    fill(workspace, death=[{"person_id": p, "cause_concept_id": p} for p in (OLD, NEW)])
    merge(workspace, Moved(OLD, NEW))
    assert record(workspace, NEW) == {"death": [NEW]}
    fill(workspace, death=[{"person_id": OTHER, "cause_concept_id": OTHER}])
    merge(workspace, Moved(OTHER, OLD))
    assert record(workspace, OLD) == {"death": [OTHER]}, "a survivor without one takes it"


def test_a_chain_of_merges(workspace: Workspace) -> None:
    fill(workspace, measurement=[*labs(1, person_id=OLD), *labs(2, person_id=NEW)])
    merge(workspace, Moved(OLD, NEW), Moved(NEW, OTHER))
    assert record(workspace, OTHER) == {"measurement": [1, 2]}
