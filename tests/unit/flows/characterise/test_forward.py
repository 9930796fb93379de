"""Sums brought forward to a newer version of a lake are those that are made of it from nothing."""

from __future__ import annotations

import importlib
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from medark.bootstrap import init_workspace
from medark.check.achilles import Part, parts
from medark.check.achilles.packed import Packed
from medark.flows.characterise import Characterised, characterise
from medark.flows.characterise.forward import Forward
from medark.flows.characterise.forward.differing import Differences
from medark.flows.characterise.keeping import read_sums
from medark.flows.characterise.summed import Sums
from medark.flows.workspace import Workspace
from medark.model.arrow import arrow_schema
from medark.model.omop import VOCABULARY_TABLES, lake_columns, person_column, tables
from medark.model.user import User
from medark.store.engine import Session
from medark.store.lake import Query, Replace, Upsert
from support.achilles_drawn import drawn
from support.committed import commit

characterising = importlib.import_module("medark.flows.characterise.characterise")
NAMES = [name for name in tables() if name not in VOCABULARY_TABLES]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws", buckets=2) as made:
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})))
        yield made


def later(held: dict[str, pa.Table], seed: int, names: list[str]) -> dict[str, pa.Table]:
    """Of some tables: a row that is there otherwise told, and new rows of people who are known and who are not."""
    chance = random.Random(seed)
    found = {}
    for name in names:
        again = drawn(seed + 100, most=9)[name].to_pylist()
        key = f"{name}_id"
        for place, row in enumerate(again[1:]):
            row[key] = 10_000 + place if key in row else None
        columns = {column.name for column in lake_columns(name)}
        rows = [{k: v for k, v in row.items() if k in columns} for row in again]
        known = chance.choice(held[name].to_pylist())
        rows[0] |= {person_column(name): known[person_column(name)], **({key: known[key]} if key in known else {})}
        found[name] = pa.Table.from_pylist(rows, arrow_schema(lake_columns(name)))
    return found


def told(found: Characterised) -> tuple[list[dict[str, object]], dict[tuple[object, ...], list[object]]]:
    spread = {tuple(row.values())[:6]: list(row.values())[6:] for row in found.distributions.to_pylist()}
    return found.counts.to_pylist(), spread


def from_nothing(workspace: Workspace) -> Characterised:
    shutil.rmtree(workspace.places.kept / "characterisation")
    return characterise(workspace, "olga")


BROUGHT = {"measurement": "measurement", "condition_occurrence": "visit_occurrence", "death": "death"}
CHANGED = [
    ["measurement"],
    ["condition_occurrence", "drug_exposure", "visit_occurrence", "person", "observation_period"],
    ["death", "person", "payer_plan_period", "cost", "note", "visit_detail"],
]


@pytest.mark.parametrize("names", CHANGED, ids=lambda names: names[0])
def test_new_rows_are_counted_with_those_of_their_people_alone(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, names: list[str]
) -> None:
    held = {name: rows for name, rows in drawn(11).items() if rows.num_rows}
    commit(workspace, held)
    characterise(workspace, "olga")
    brought: list[str] = []
    whole = Forward.sums

    def noted(self: Forward) -> Iterator[tuple[Part, Sums]]:
        for part, sums in whole(self):
            brought.append(part.name)
            yield part, sums

    monkeypatch.setattr(Forward, "sums", noted)
    for seed in (1, 2):
        commit(workspace, later(held, seed, names), Upsert)
        counts, spread = told(characterise(workspace, "olga"))
        again, other = told(from_nothing(workspace))
        assert counts == again and spread.keys() == other.keys()
        assert all(values == pytest.approx(other[key]) for key, values in spread.items())
    assert BROUGHT[names[0]] in brought


def test_of_who_is_taken_away_nothing_is_counted(workspace: Workspace) -> None:
    commit(workspace, {name: rows for name, rows in drawn(12).items() if rows.num_rows})
    characterise(workspace, "olga")
    workspace.lake.delete_person(3, "gone")
    counts, _ = told(characterise(workspace, "olga"))
    assert counts == told(from_nothing(workspace))[0]


def test_nothing_is_kept_of_one_person(workspace: Workspace) -> None:
    commit(workspace, {name: rows for name, rows in drawn(13).items() if rows.num_rows})
    characterise(workspace, "olga")
    for part in parts():
        kept = read_sums(workspace, part)
        assert kept is not None or not part.sums
        sums = [rows.table() if isinstance(rows, Packed) else rows for rows in (kept.sums.values() if kept else ())]
        columns = {name for rows in sums for name in rows.column_names}
        assert not {"person_id", "medark_person_id"} & columns


def again(workspace: Workspace, name: str, rows: pa.Table) -> None:
    """All rows of a table in new files, those before gone."""
    with workspace.engine.session() as session:
        session.bind_arrow("rows", rows)
        workspace.lake.commit({name: Replace(Query(session, "select * from rows"))}, "again")


def counted_tables(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts that are counted from nothing from now on."""
    found: list[str] = []
    whole = characterising.summed

    def noted(session: Session, part: Part, *others: object, **more: object) -> Sums:
        found.append(part.name)
        return whole(session, part, *others, **more)

    monkeypatch.setattr(characterising, "summed", noted)
    return found


@pytest.mark.parametrize("name", ["condition_occurrence", "visit_occurrence", "observation_period"])
@pytest.mark.parametrize("is_changed", [True, False], ids=["one row", "no row"])
def test_of_files_that_are_written_again_only_rows_that_changed_are_counted(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, name: str, is_changed: bool
) -> None:
    held = {name: rows for name, rows in drawn(14).items() if rows.num_rows}
    held[name] = pa.concat_tables([held[name], held[name].slice(0, 2), held[name].slice(0, 1)])  # twice and thrice
    commit(workspace, held)
    before, _ = told(characterise(workspace, "olga"))
    rows = held[name].slice(1) if is_changed else held[name]
    again(workspace, name, rows)
    found = counted_tables(monkeypatch)
    counts, spread = told(characterise(workspace, "olga"))
    assert not {name, "overlaps", "ends"} & {*found}
    assert (counts == before) is not is_changed
    expected, other = told(from_nothing(workspace))
    assert counts == expected and spread.keys() == other.keys()
    assert all(values == pytest.approx(other[key]) for key, values in spread.items())


def test_rows_that_are_alike_did_not_change(workspace: Workspace) -> None:
    rows = drawn(15)["death"]
    commit(workspace, {"death": rows})
    before = tuple(one.path for one in workspace.lake.snapshot().data_files("death"))
    again(workspace, "death", pa.concat_tables([rows.slice(1), rows.slice(2, 1), rows.slice(2, 1)]))
    with workspace.engine.session() as session:
        differences = Differences(session, workspace.lake.snapshot())
        found = differences.of("death", before)
        assert found is not None and found.rows == 3
        differences.bind_both("both_death", found, session)
        changed = differences.bind_changed(found, session)
        there = session.query(f"select * exclude (is_old, is_new) from {changed} where is_old")
        assert there.to_pylist() == rows.slice(0, 1).to_pylist()
        assert session.query(f"select * from {changed} where is_new").num_rows == 2
        assert session.query("select * from both_death").num_rows == rows.num_rows - 1


def test_new_persons_alone_are_counted_with_what_they_refer_to(workspace: Workspace) -> None:
    held = {name: rows for name, rows in drawn(16).items() if rows.num_rows}
    commit(workspace, held)
    characterise(workspace, "olga")
    new = [
        {**row, "person_id": 5_000 + n, "provider_id": provider, "location_id": None}
        for n, (row, provider) in enumerate(zip(held["person"].to_pylist(), [1, 2, 999_999, None], strict=False))
    ]
    commit(workspace, {"person": pa.Table.from_pylist(new, held["person"].schema)}, Upsert)
    assert told(characterise(workspace, "olga"))[0] == told(from_nothing(workspace))[0]
