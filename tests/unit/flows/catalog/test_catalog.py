"""The catalog of a workspace: counted as plain Python counts, open as far as a grant is, brought up to date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import hospital
from medark.catalog.assets import Kind
from medark.errors import NotFoundError
from medark.flows.catalog import bring_up_to_date, find, is_current, of_kind, of_reader, one
from medark.flows.catalog.keeping import path_of
from medark.flows.catalog.occurrences import FOLDER
from medark.flows.data_map import work_out_sources
from medark.flows.erase import erase
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns
from medark.model.progress import Silent
from medark.store.lake import Query, Upsert

Reads = Callable[[Workspace, str], Reader]
LEAST = 10  # access.least_count


def rows(workspace: Workspace, table: str, columns: Collection[str]) -> list[dict[str, int]]:
    """The rows of a table as its files have them."""
    files = workspace.lake.snapshot().files(table)
    return [row for file in files for row in pq.ParquetFile(file).read(columns=list(columns)).to_pylist()]


def source_of(workspace: Workspace) -> dict[int, str]:
    return {record.record_no: record.source for record in workspace.landing.records()}


def add(workspace: Workspace, table: str, **cells: object) -> None:
    """One more row of a table."""
    with workspace.engine.session() as session:
        schema = arrow_schema(lake_columns(table))
        made = pa.table([pa.array([cells.get(f.name)], f.type) for f in schema], schema=schema)
        session.bind_arrow("made", made)
        workspace.lake.commit({table: Upsert(Query(session, "SELECT * FROM made"))}, "test")


def concepts(workspace: Workspace, reader: Reader) -> dict[int, int | None]:
    """Every concept that a reader finds, and how often it is said to occur."""
    found = find(workspace, reader, "", [Kind.CONCEPT], 10_000).found
    return {int(each.asset.key): each.rows for each in found}


COLUMNS = ("measurement_concept_id", "person_id", "medark_record_no")


def test_concepts_are_counted_as_plain_python_counts_them(same: Workspace, reads: Reads) -> None:
    there, origin = rows(same, "measurement", COLUMNS), source_of(same)
    olga = reads(same, "olga")
    counted = Counter(row["measurement_concept_id"] for row in there)
    del counted[0]
    assert len(counted) >= 2
    for concept, expected in counted.items():
        people = {row["person_id"] for row in there if row["measurement_concept_id"] == concept}
        found = one(same, olga, f"concept:{concept}")
        (occurs,) = [each for each in found.occurs if each.column == "measurement_concept_id"]
        assert occurs.rows == expected and occurs.people == len(people) >= LEAST
        mine = [row for row in there if row["measurement_concept_id"] == concept]
        by_source = {name: {row["person_id"] for row in mine if origin[row["medark_record_no"]] == name}
                     for name in origin.values()}  # fmt: skip
        few = {name for name, people in by_source.items() if 0 < len(people) < LEAST}
        assert few == {"west"} and set(by_source) == {"north/all", "west"}
        assert dict(occurs.sources) == {"north/all": None, "west": None}, "what is left of the whole tells of few"


def test_a_concept_of_few_people_is_found_and_not_counted(same: Workspace, reads: Reads) -> None:
    few = replace(same, settings=replace(same.settings, access=replace(same.settings.access, least_count=16)))
    told = concepts(few, reads(same, "olga"))
    assert told and set(told.values()) == {None}
    some = next(iter(told))
    assert all(
        each.people is None and each.rows is None for each in one(few, reads(same, "olga"), f"concept:{some}").occurs
    )


def test_a_reader_finds_the_concepts_of_rows_that_a_grant_opens_and_no_other(
    workspace: Workspace, reads: Reads
) -> None:
    dora, olga = reads(workspace, "dora"), reads(workspace, "olga")
    assert concepts(workspace, dora) == {}, "nobody counted for her view yet"
    bring_up_to_date(workspace, dora)
    origin, north = source_of(workspace), set[int]()
    shown = {"measurement_concept_id", "measurement_source_concept_id", "operator_concept_id", "unit_concept_id",
             "value_as_concept_id", "unit_source_concept_id"}  # fmt: skip
    for row in rows(workspace, "measurement", [*shown, "medark_record_no"]):
        if origin[row["medark_record_no"]] == "north/all":
            north |= {row[column] for column in shown}
    mine = set(concepts(workspace, dora))
    assert mine and mine <= north - {0, None} and mine < set(concepts(workspace, olga))
    hidden = {row["gender_concept_id"] for row in rows(workspace, "person", ["gender_concept_id"])} - north - {0}
    assert hidden
    for concept in hidden:
        with pytest.raises(NotFoundError):
            one(workspace, dora, f"concept:{concept}")
        title = one(workspace, olga, f"concept:{concept}").asset.title.en
        assert f"concept:{concept}" not in {each.asset.id for each in find(workspace, dora, title).found}


def test_who_has_no_grant_finds_what_there_is_and_no_concept_nor_check(same: Workspace, reads: Reads) -> None:
    nils = reads(same, "nils")
    found = find(same, nils, "", [Kind.TABLE], 100)
    assert "measurement" in {each.asset.key for each in found.found}
    assert not {Kind.CONCEPT, Kind.CHECK} & set(found.of_kind)
    assert Kind.CHECK in find(same, reads(same, "olga"), "").of_kind
    with pytest.raises(NotFoundError):
        one(same, nils, "check:field_isrequired_person_person_id")


def test_a_grant_that_was_taken_back_finds_nothing_any_more(workspace: Workspace, reads: Reads) -> None:
    dora = reads(workspace, "dora")
    bring_up_to_date(workspace, dora)
    assert concepts(workspace, dora)
    (grant,) = [each for each in workspace.ledger.access.grants() if each.holder == "doctor"]
    workspace.ledger.access.revoke(grant.number, "olga")
    assert concepts(workspace, dora) == {}


def test_every_kind_of_thing_is_there(same: Workspace, reads: Reads) -> None:
    standing = of_reader(same, reads(same, "olga"))
    assert standing is not None
    of = {kind: {asset.key for asset in of_kind(standing, kind)} for kind in Kind}
    assert of[Kind.SOURCE] == {"north/all", "west"} and "north/all/hl7v2.PID-7" in of[Kind.FIELD]
    assert of[Kind.APP] == {"potassium"} and of[Kind.DATASET] and of[Kind.VARIABLE] and of[Kind.DEFINITION]
    assert "measurement.unit_concept_id" in of[Kind.COLUMN] and "lineage" in of[Kind.TERM]
    assert len(of[Kind.CHECK]) == 2535 and of[Kind.CONCEPT]


def test_a_column_says_who_reads_it_what_it_is_part_of_and_how_sensitive_it_is(same: Workspace, reads: Reads) -> None:
    found = one(same, reads(same, "olga"), "column:measurement.value_as_number")
    assert [each.id for each in found.whole] == ["table:measurement"] and found.asset.level == 3
    assert "app:potassium" in {each.id for each in found.readers}
    table = one(same, reads(same, "olga"), "table:measurement")
    assert "column:measurement.value_as_number" in {each.id for each in table.parts}


def test_owners_are_those_of_the_settings(workspace: Workspace, reads: Reads) -> None:
    settings = replace(workspace.settings, owners={"measurement": "Laboratory", "potassium": "Cardiology"})
    owned = replace(workspace, settings=settings)
    olga = reads(workspace, "olga")
    assert not is_current(owned, olga)
    assert bring_up_to_date(owned, olga).same > 3000, "what did not change is not read again"
    assert one(owned, olga, "table:measurement").asset.owner == "Laboratory"
    assert one(owned, olga, "column:measurement.unit_concept_id").asset.owner == "Laboratory"
    assert one(owned, olga, "app:potassium").asset.owner == "Cardiology"
    assert "table:measurement" in {each.asset.id for each in find(owned, olga, "laboratory").found}


def test_nothing_is_written_where_nothing_changed(workspace: Workspace, reads: Reads) -> None:
    olga = reads(workspace, "olga")
    assert is_current(workspace, olga)
    before = {path.name: path.stat().st_mtime_ns for path in (workspace.places.kept / FOLDER).iterdir()}
    told = bring_up_to_date(workspace, olga)
    assert told.same == told.assets and not told.is_new
    after = {path.name: path.stat().st_mtime_ns for path in (workspace.places.kept / FOLDER).iterdir()}
    assert before == after and path_of(workspace).stat().st_mode & 0o077 == 0


def test_only_a_table_that_changed_is_counted_again(workspace: Workspace, reads: Reads) -> None:
    olga = reads(workspace, "olga")
    before = {path.name: path.stat().st_mtime_ns for path in (workspace.places.kept / FOLDER).glob("concepts-*")}
    add(workspace, "provider", provider_id=77, gender_concept_id=8532)
    work_out_sources(workspace)
    bring_up_to_date(workspace, olga)
    after = {path.name: path.stat().st_mtime_ns for path in (workspace.places.kept / FOLDER).glob("concepts-*")}
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed and all("-provider-" in name for name in changed)
    assert 8532 in concepts(workspace, olga)


def test_an_erasure_leaves_no_count(workspace: Workspace, reads: Reads) -> None:
    olga = reads(workspace, "olga")
    person = rows(workspace, "person", ["person_id"])[0]["person_id"]
    assert concepts(workspace, olga)
    erase(workspace, str(person), Silent())
    assert list((workspace.places.kept / FOLDER).glob("concepts-*")) == [] and concepts(workspace, olga) == {}
    bring_up_to_date(workspace, olga)
    assert concepts(workspace, olga)


def test_nothing_of_a_patient_is_in_what_is_kept(same: Workspace) -> None:
    kept = list((same.places.kept / FOLDER).iterdir())
    assert len(kept) > 5
    for path in kept:
        assert hospital.CANARY.encode() not in path.read_bytes(), path.name


def test_counts_that_are_handed_out_are_in_the_audit(workspace: Workspace, reads: Reads) -> None:
    olga = reads(workspace, "olga")
    some = next(iter(concepts(workspace, olga)))
    before = len(list(workspace.ledger.audit.entries()))
    found = one(workspace, olga, f"concept:{some}")
    entries = [entry.act for entry in workspace.ledger.audit.entries()][before:]
    assert [act.action for act in entries] == ["catalog"]
    assert set(entries[0].reads) == {each.table for each in found.occurs}
