"""Which checks a source's column feeds: those of the dashboard, those beyond it, and rules of the site"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medark.bootstrap import init_workspace
from medark.flows.catalog.gathering import gathered
from medark.flows.ingest import ingest
from medark.flows.lineage import impact
from medark.flows.quality import check
from medark.flows.workspace import Workspace
from medark.model.user import User
from unit.flows.lineage import small_source

RULE = """
[late_borns]
title = "results of who was born after 2000"
table = "measurement"
where = "t.value_as_number > 1"
violates = "exists (select 1 from person as p where p.person_id = t.person_id and p.year_of_birth > 2000)"
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    root = tmp_path_factory.mktemp("feeds")
    with init_workspace(root / "ws", buckets=1) as made:
        made.ledger.users.add(User("stella", roles=frozenset({"steward"})))
        small_source.write_map(made.places.maps)
        made.vocabulary.load([small_source.write_vocabulary(root / "vocabulary")])
        (made.path / "quality").mkdir(exist_ok=True)
        (made.path / "quality" / "own.toml").write_text(RULE)
        for source in ("north/small", "south/small"):
            ingest(made, small_source.write(root / "in" / source, small_source.live()), source)
        check(made, "stella")
        yield made


def fed(workspace: Workspace, column: str) -> dict[str, bool]:
    """The checks that are fed, and whether within one delivery."""
    return {one.asset.name: one.alone for one in impact(workspace, column).touched if one.asset.of == "check"}


def test_a_column_feeds_checks_beyond_the_dashboard_of_its_own_source(workspace: Workspace) -> None:
    found = fed(workspace, "north/small/result.value")
    assert found["duplicates_toldtwice_measurement_north.small"]
    assert "duplicates_toldtwice_measurement_south.small" not in found
    assert "logic_staysoverlap_visit_occurrence_visit_start_date_north.small" not in found


def test_a_day_of_death_or_a_sex_feeds_what_other_tables_are_held_against(workspace: Workspace) -> None:
    of_sex = {name for name in fed(workspace, "north/small/patient.sex") if "plausiblegender" in name}
    assert {name.split("_")[2] for name in of_sex} == {"condition", "procedure"}
    assert not {name for name in fed(workspace, "north/small/result.low") if "plausiblegender" in name}
    assert "logic_staysoverlap_visit_occurrence_visit_start_date_north.small" in fed(workspace, "north/small/stay.went")
    before_birth = "field_plausibleafterbirth_measurement_measurement_date"
    assert before_birth in fed(workspace, "north/small/patient.born")


def test_what_a_rule_of_the_site_asks_feeds_it(workspace: Workspace) -> None:
    rule = "site_rule_measurement_late_borns"
    for column in ("person.year_of_birth", "measurement.value_as_number", "north/small/patient.born"):
        assert rule in fed(workspace, column)
    assert rule not in fed(workspace, "measurement.range_low")


def test_the_catalog_has_checks_beyond_the_dashboard(workspace: Workspace) -> None:
    there = {one.id: one for one in gathered(workspace, set())}
    overlap = there["check:logic_staysoverlap_visit_occurrence_visit_start_date_north.small"]
    assert overlap.where == "column:visit_occurrence.visit_start_date"
    assert overlap.title.en == "visit_occurrence.visit_start_date north/small: stays that begin within another"
    assert there["check:site_rule_measurement_late_borns"].title.en.endswith("results of who was born after 2000")
    assert there["check:delivery_senttwice_raw_record_south.small"].where == "source:south/small"


def test_the_catalog_says_when_sources_delivered_and_tables_got_something(workspace: Workspace) -> None:
    there = {one.id: one for one in gathered(workspace, set())}
    began = {one.source: one.started_ms for one in workspace.ledger.batches.all()}
    assert {name: there[f"source:{name}"].fresh_ms for name in began} == began
    assert there["table:measurement"].fresh_ms == max(began.values())
    assert there["table:note"].fresh_ms is None, "nothing of these sources is a note"
