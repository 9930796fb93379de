"""Profiles are kept for a view of a table, made again only where the table changed, and gone with what they were of."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

import hospital
from medark.catalog import TableProfile
from medark.flows.data_map import (
    data_map,
    freshen,
    hand_out,
    kept_sources,
    seen,
    wait,
    whole,
    work_out,
    work_out_sources,
)
from medark.flows.erase import erase
from medark.flows.propose.proposing import propose
from medark.flows.quarantine import retry
from medark.flows.tables import Tables
from medark.flows.workspace import Workspace
from medark.model.access import Reader, Refusal
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns
from medark.model.progress import Silent
from medark.store.lake import Query, Upsert


def profile(workspace: Workspace, reader: Reader, table: str) -> TableProfile:
    return work_out(workspace, reader).tables[table].profile


def column(told: TableProfile, name: str):
    return next(one for one in told.columns if one.name == name)


def add(workspace: Workspace, table: str, **cells: object) -> None:
    with workspace.engine.session() as session:
        schema = arrow_schema(lake_columns(table))
        rows = pa.table([pa.array([cells.get(f.name)], f.type) for f in schema], schema=schema)
        session.bind_arrow("made", rows)
        workspace.lake.commit({table: Upsert(Query(session, "SELECT * FROM made"))}, "test")


def reads_of_the_map(workspace: Workspace) -> list[set[str]]:
    told = [entry.act for entry in workspace.ledger.audit.entries() if entry.act.action == "map"]
    return [set(act.reads) for act in told]


def test_what_is_kept_is_not_read_again(workspace: Workspace, olga: Reader) -> None:
    first = work_out(workspace, olga)
    assert not first.missing and {"person", "measurement"} <= set(first.tables)
    assert len(reads_of_the_map(workspace)) == 1
    assert work_out(workspace, olga).tables == first.tables
    assert len(reads_of_the_map(workspace)) == 1


def test_only_a_table_that_changed_is_read_again_and_the_older_is_told_until_then(
    workspace: Workspace, olga: Reader
) -> None:
    before = work_out(workspace, olga)
    add(workspace, "provider", provider_id=77, specialty_source_value="x")
    now = seen(workspace, olga)
    assert now.missing == ("provider",)
    assert now.tables["person"].is_current and not now.tables["provider"].is_current
    assert now.tables["provider"].profile == before.tables["provider"].profile
    assert work_out(workspace, olga).tables["provider"].profile.rows == before.tables["provider"].profile.rows + 1
    assert reads_of_the_map(workspace)[-1] == {"provider"}


def test_a_profile_counts_people_days_codes_and_where_rows_came_from(workspace: Workspace, olga: Reader) -> None:
    told = profile(workspace, olga, "measurement")
    assert told.rows == workspace.lake.snapshot().rows("measurement") and told.people == 20
    assert told.first and told.first <= (told.last or "") and len(told.first) == 7
    assert sum(one.rows for one in told.arrived) == told.rows
    assert {one.source for one in told.arrived} == {"north/all"} and len({one.format for one in told.arrived}) > 1


def test_another_view_has_a_profile_of_its_own(workspace: Workspace, olga: Reader, dora: Reader) -> None:
    work_out(workspace, olga)
    assert not seen(workspace, dora).tables
    hers = work_out(workspace, dora)
    assert set(hers.tables) == {"measurement"} and "person" in hers.shut
    shown = hers.tables["measurement"].profile
    names = {one.name for one in shown.columns}
    assert "value_source_value" not in names  # level 4
    tops = {top.value for top in column(shown, "measurement_source_value").top}
    assert tops and all(value.endswith("**") for value in tops)
    assert not any(top.value.endswith("**") for top in column(profile(workspace, olga, "measurement"),
                                                              "measurement_source_value").top)  # fmt: skip


def test_a_refusal_takes_the_profile_away_at_once(workspace: Workspace, olga: Reader) -> None:
    before = profile(workspace, olga, "person")
    workspace.ledger.refusals.add([Refusal(_somebody(workspace))])
    assert "person" not in seen(workspace, olga).tables
    assert profile(workspace, olga, "person").rows == before.rows - 1


def _somebody(workspace: Workspace) -> int:
    return int(Tables(workspace).query("SELECT min(person_id) AS n FROM person")["n"][0].as_py())


def test_nothing_of_a_version_that_is_gone_is_shown(workspace: Workspace, olga: Reader) -> None:
    work_out(workspace, olga)
    workspace.lake.erase_person(_somebody(workspace))
    found = seen(workspace, olga)
    assert "person" not in found.tables and "person" in found.missing
    work_out(workspace, olga)
    versions = {kept.profile.version for kept in seen(workspace, olga).tables.values()}
    assert versions == {workspace.lake.snapshot().version}


def test_an_erasure_leaves_no_profile_on_disk(workspace: Workspace, olga: Reader) -> None:
    data_map(workspace, olga)
    erase(workspace, str(_somebody(workspace)), Silent())
    left = [path.name for path in (workspace.places.kept / "map").iterdir()]
    assert [name for name in left if name.startswith(("table", "raw"))] == []
    assert seen(workspace, olga).tables == {}


def test_a_grant_that_was_taken_back_shows_nothing_that_was_kept(workspace: Workspace, dora: Reader) -> None:
    work_out(workspace, dora)
    (grant,) = [one for one in workspace.ledger.access.grants() if one.holder == "doctor"]
    workspace.ledger.access.revoke(grant.number, "olga")
    assert seen(workspace, dora).tables == {} and hand_out(workspace, seen(workspace, dora), "measurement") is None


def test_what_is_handed_out_is_in_the_audit(workspace: Workspace, dora: Reader) -> None:
    found = work_out(workspace, dora)
    kept = hand_out(workspace, found, "measurement")
    assert kept is not None
    act = list(workspace.ledger.audit.entries())[-1].act
    assert (act.action, act.actor, set(act.reads)) == ("map", "dora", {"measurement"})
    assert act.reads["measurement"] == tuple(one.name for one in kept.profile.columns)


def test_strangers_see_no_profile(workspace: Workspace, olga: Reader) -> None:
    work_out(workspace, olga)
    stranger = replace(olga, user="nobody")
    assert seen(workspace, stranger).tables == {}


def test_a_damaged_file_is_made_again(workspace: Workspace, olga: Reader) -> None:
    work_out(workspace, olga)
    for path in (workspace.places.kept / "map").glob("table-*-person-*.json"):
        path.write_text("{")
    assert seen(workspace, olga).missing == ("person",)
    assert not work_out(workspace, olga).missing


def test_the_background_makes_what_is_missing_once(workspace: Workspace, olga: Reader) -> None:
    assert freshen(workspace, olga, seen(workspace, olga))
    wait(workspace)
    assert not seen(workspace, olga).missing and kept_sources(workspace) is not None
    assert not freshen(workspace, olga, seen(workspace, olga))
    assert len(reads_of_the_map(workspace)) == 1


def test_the_whole_map_is_of_what_was_kept(workspace: Workspace, olga: Reader) -> None:
    told = work_out(workspace, olga).tables["person"].profile
    whole = data_map(workspace, olga, raw=False)
    assert next(one for one in whole.tables if one.name == "person").columns == told.columns
    assert {flow.source for flow in whole.flows} == {"north/all"}
    assert len(reads_of_the_map(workspace)) == 1


def test_an_account_of_a_source_adds_up_and_names_no_column_that_waits(workspace: Workspace, olga: Reader) -> None:
    freshen(workspace, olga, seen(workspace, olga))
    wait(workspace)
    accounts = kept_sources(workspace)
    assert accounts is not None
    (source,) = accounts.sources
    assert source.name == "north/all" and source.units.adds_up and source.last_ms
    assert source.records == sum(1 for _ in workspace.landing.records())
    assert source.units.quarantined and any(one.outcome == "quarantined" for one in source.reasons)
    by_title = {one.title: one for one in source.tables}
    became = {field.name.lower(): field.becomes for field in by_title["synthea.conditions"].fields}
    assert "condition_occurrence.condition_source_value" in became["code"]
    assert by_title["waiting for a map"].fields == ()


def test_table_files_are_profiled_once_and_hold_no_name(
    workspace: Workspace, olga: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = data_map(workspace, olga)
    tables = [table for source in first.sources for table in source.tables]
    assert {table.state for table in tables} >= {"synthea.conditions", "waiting for a map"}
    kept = list((workspace.places.kept / "map").glob("raw-*.json"))
    assert kept and not any(hospital.CANARY in path.read_text() for path in kept)
    monkeypatch.setattr(whole, "bound_raw_tables", lambda *_: pytest.fail("it is read again"))
    assert data_map(workspace, olga).sources == first.sources


def test_a_table_that_waits_is_called_as_its_proposal_calls_it(workspace: Workspace, olga: Reader) -> None:
    found = propose(workspace, "north/all")
    (source,) = data_map(workspace, olga).sources
    waiting = {table.name for table in source.tables if table.state == "waiting for a map"}
    assert waiting and waiting == set(found.drafts)
    (account,) = work_out_sources(workspace).sources
    assert {one.title for one in account.tables if not one.fields} == waiting


def test_what_is_tried_again_is_not_counted_twice(workspace: Workspace) -> None:
    (before,) = work_out_sources(workspace).sources
    retry(workspace, Silent())
    (after,) = work_out_sources(workspace).sources
    held = [[one for one in told.reasons if one.outcome != "excluded"] for told in (before, after)]
    assert held[0] == held[1] and before.units == after.units
