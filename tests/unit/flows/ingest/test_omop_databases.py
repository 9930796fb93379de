"""Several OMOP databases in one folder: whether they number the same people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace
from medark.flows.ingest import ingest
from medark.flows.ingest.omop_tables import OTHERS_IDS
from medark.flows.workspace import Workspace
from medark.model.account import IngestAccount

PERSON = "person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id"
VISIT = (
    "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,visit_type_concept_id,provider_id"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = init_workspace(tmp_path / "ws", buckets=2)
    yield workspace
    workspace.close()


def taken(
    workspace: Workspace, folder: Path, years: Mapping[str, Mapping[int, int]], visits: str = "", source: str = "omop"
) -> IngestAccount:
    """Ingest databases: folder -> person -> year of birth, each person with one visit (in `visits`, or beside them)."""
    for number, (name, people) in enumerate(years.items()):
        header = PERSON.upper() if number else PERSON  # no two files are byte for byte the same
        lines = [f"{person},8507,{year},0,0" for person, year in people.items()]
        _write(folder / name / "person.csv", header, lines)
        stays = [f"{person * 10},{person},9201,2020-01-01,2020-01-0{len(name)},32817," for person in people]
        _write(folder / name / visits / "visit_occurrence.csv", VISIT, stays)
    return ingest(workspace, folder, source)


def _write(path: Path, header: str, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")


def rows(account: IngestAccount) -> dict[str, tuple[int, int]]:
    return {t.table: (t.loaded, t.replaced) for t in account.tables}


def test_other_people_under_the_same_numbers_are_kept_back(workspace: Workspace, tmp_path: Path) -> None:
    """The smaller of the two; nothing of it is mixed into the other."""
    account = taken(workspace, tmp_path / "in", {"a": {1: 1950, 2: 1960}, "bb": {1: 1951, 2: 1961, 3: 1971}})
    assert rows(account) == {"person": (3, 0), "visit_occurrence": (3, 0)}
    assert [(r.outcome, r.reason, r.count) for r in account.reasons] == [("quarantined", OTHERS_IDS, 4)]
    assert account.adds_up
    assert account.total.quarantined == 4


def test_the_same_people_in_two_forms_are_loaded_once(workspace: Workspace, tmp_path: Path) -> None:
    people = {1: 1950, 2: 1960}
    account = taken(workspace, tmp_path / "in", {"a": people, "bb": people})
    assert account.total.loaded == account.total.units
    assert workspace.lake.snapshot().rows("visit_occurrence") == 2


def test_people_of_different_numbers_share_a_lake(workspace: Workspace, tmp_path: Path) -> None:
    account = taken(workspace, tmp_path / "in", {"a": {1: 1950}, "bb": {2: 1951}})
    assert rows(account) == {"person": (2, 0), "visit_occurrence": (2, 0)}


def test_a_database_may_have_a_folder_for_each_table(workspace: Workspace, tmp_path: Path) -> None:
    account = taken(workspace, tmp_path / "in", {"a": {1: 1950, 2: 1960}}, visits="visits")
    assert rows(account) == {"person": (2, 0), "visit_occurrence": (2, 0)}


def test_another_source_that_numbers_people_alike_is_kept_back(workspace: Workspace, tmp_path: Path) -> None:
    """And what comes after it loads: nothing waits for ever."""
    taken(workspace, tmp_path / "first", {"a": {1: 1950, 2: 1960}}, source="one")
    second = taken(workspace, tmp_path / "second", {"bb": {2: 1971, 3: 1981}}, source="two")
    assert [(r.outcome, r.reason, r.count) for r in second.reasons] == [("quarantined", OTHERS_IDS, 4)]
    third = taken(workspace, tmp_path / "third", {"ccc": {7: 1977}}, source="three")
    assert rows(third) == {"person": (1, 0), "visit_occurrence": (1, 0)}
    assert workspace.lake.snapshot().rows("person") == 3
