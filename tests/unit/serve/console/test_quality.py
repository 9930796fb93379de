"""Quality in the console: by source and table, filters, a check with who is likely at fault, reports; and for whom."""

from __future__ import annotations

import io
from collections.abc import Iterator

import openpyxl
import pytest

from medark.flows.quality import check
from medark.flows.quality.background import wait
from medark.flows.quality.tasks import bring_up_to_date
from medark.flows.workspace import Workspace
from medark.model.user import User
from support.two_sources import NORTH, SOUTH, deliver, made
from support.visitor import Visitor

STANDARD = "field_standardconceptrecordcompleteness_measurement_measurement_concept_id"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("console_quality")
    with made(folder) as workspace:
        for name, role in (("owen", "owner"), ("stan", "steward"), ("rosa", "researcher")):
            workspace.ledger.users.add(User(name, roles=frozenset({role})), hashed)
        check(workspace, "owen")
        deliver(workspace, folder / "more", NORTH, range(301, 306), unknown=5)
        bring_up_to_date(workspace, "owen", check(workspace, "owen"))
        yield workspace


def test_the_home_of_quality_tells_scores_what_changed_and_what_fails(people: dict[str, Visitor]) -> None:
    told = people["stan"].data("/quality")
    assert {one["name"]: one["rows"] for one in told["sources"]} == {NORTH: 15 + 15 + 30, SOUTH: 10 + 10 + 20}
    (changed,) = told["changes"]
    assert (changed["source"], changed["rows"], changed["deliveries"]) == (NORTH, 20, 1)
    assert STANDARD in {one["id"] for one in changed["fails"]}
    north = next(one for one in told["sources"] if one["name"] == NORTH)
    assert north["trend"]["line"].count(",") == 2, "two runs, two points"
    assert "person" in {one["name"] for one in told["tables"]}
    page = people["owen"].page("/quality")
    assert "What changed since the run before" in page and "rows without a standard concept" in page


def test_filters_choose_among_what_fails(people: dict[str, Visitor]) -> None:
    owen = people["owen"]
    whole = owen.data("/quality")["failing"]
    some = owen.data("/quality", dimension="completeness")["failing"]
    assert [one for one in whole if one["dimension"] == "completeness"] == some != whole
    assert {one["family"] for one in owen.data("/quality", family="dashboard")["failing"]} == {"dashboard"}
    assert owen.data("/quality", table="person", dimension="plausibility")["failing"] == []
    south = {one["id"]: (one["violated"], one["of"]) for one in owen.data("/quality", source=SOUTH)["failing"]}
    assert south[STANDARD] == (8, 20)


def test_a_source_and_a_table_have_pages_of_their_own(people: dict[str, Visitor]) -> None:
    source = people["stan"].data(f"/quality/source/{SOUTH}")
    assert {one["name"] for one in source["lines"]} >= {"person", "measurement", "visit_occurrence"}
    assert source["rows_of"]["measurement"] == 20
    table = people["stan"].data("/quality/table/measurement")
    assert {one["name"] for one in table["lines"]} == {NORTH, SOUTH} and table["rows"] == 50
    assert "In numbers" not in people["stan"].page("/quality/source/east/lis", 404)
    people["stan"].page("/quality/table/nothing", 404)
    assert "By table" in people["stan"].page(f"/quality/source/{NORTH}")


def test_a_check_has_its_counts_by_source_its_history_and_who_is_likely(people: dict[str, Visitor]) -> None:
    told = people["owen"].data(f"/quality/{STANDARD}")
    by_source = {one["source"]: (one["violated"], one["of"], one["is_failed"]) for one in told["by_source"]}
    assert by_source == {NORTH: (6, 30, True), SOUTH: (8, 20, True)}
    assert told["at_fault"]["source"] == SOUTH, "8 of 20 beside 6 of 30"
    assert [one["count"] for one in told["runs"]] == [[14, 50], [9, 40]]
    page = people["owen"].page(f"/quality/{STANDARD}")
    assert "Who is likely at fault" in page and "measurement_concept_id" in page
    people["owen"].page("/quality/no_such_check", 404)
    assert "measurement" in people["owen"].page(f"/worklist/{told['task']}"), "the task that is open for it"


def test_reports_are_files_of_owners_and_stewards(people: dict[str, Visitor]) -> None:
    answer = people["stan"].client.get("/console/quality/report/emr-level.xlsx")
    assert answer.status_code == 200 and "emr-level-" in answer.headers["content-disposition"]
    sheets = openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames
    assert {"Coefficients", "Numbers", "Rules"} <= set(sheets)
    assert people["stan"].client.get("/console/quality/report/nothing.pdf").status_code in (400, 404, 422)
    for path in ("/quality", f"/quality/source/{NORTH}", "/quality/table/person", f"/quality/{STANDARD}"):
        people["rosa"].page(path, 403)
    assert people["rosa"].client.get("/console/quality/report/quality.xlsx").status_code == 403


def test_who_may_has_the_data_checked_now(people: dict[str, Visitor], workspace: Workspace) -> None:
    assert "Check now" in people["owen"].page("/quality")
    people["rosa"].send("/quality/check", 403)
    assert people["owen"].send("/quality/check") == "/console/quality"
    wait(workspace)
    told = people["owen"].data("/quality")["checking"]
    assert not told["is_going_on"] and not told["failed"]
    people["owen"].send("/quality/check", 403, csrf="guessed")
