"""The data map's pages: everything that there is, found in two languages, shown as far as a grant opens it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import app_folders
import hospital
from medark.bootstrap import init_workspace
from medark.flows.apps import life
from medark.flows.apps.publish import publish
from medark.flows.catalog import bring_up_to_date
from medark.flows.data_map import seen, wait, work_out, work_out_sources
from medark.flows.gate import at_terminal, reader_of
from medark.flows.gate.reader import machine_user
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.user import User
from support.visitor import Visitor

PATIENTS = [hospital.Patient(f"Qzxp{chr(97 + n)}", n + 1) for n in range(20)]
HERS = {"measurement": None, "person": frozenset({"person_id", "gender_concept_id"})}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    """Twenty patients of the north, three of the west; an application that reads measurements; its map worked out."""
    root = tmp_path_factory.mktemp("console_map")
    with init_workspace(root / "ws", buckets=2) as made:
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})), hashed)
        made.ledger.users.add(User("dora", organisation="north", roles=frozenset({"doctor"})), hashed)
        made.ledger.access.add_grant(
            Grant(0, Holder.ROLE, "doctor", Purpose.OPERATIONS, HERS, Rows.ALL, 3, 0,
                  masks={"measurement.measurement_source_value": "star"}, granted_by="olga")
        )  # fmt: skip
        ingest(made, hospital.write(root / "north", PATIENTS), "north/all")
        ingest(made, hospital.write(root / "west", hospital.PATIENTS), "west")
        name = life.install(made, app_folders.write_app(root / "apps"), by=machine_user()).version.app
        life.approve(made, name, by=machine_user())
        life.enable(made, name, by=machine_user())
        publish(made, at_terminal(made))
        work_out_sources(made)
        bring_up_to_date(made, reader_of(made, "olga", Purpose.OPERATIONS))
        for user in ("olga", "dora"):
            work_out(made, reader_of(made, user, Purpose.OPERATIONS))
        yield made


@pytest.fixture(scope="module")
def olga(people: dict[str, Visitor]) -> Visitor:
    return people["olga"]


@pytest.fixture(scope="module")
def dora(people: dict[str, Visitor]) -> Visitor:
    return people["dora"]


def table_of(told: Any, name: str) -> Any:
    return next(one for group in told["groups"] for one in group["tables"] if one["name"] == name)


def column_of(told: Any, name: str) -> Any:
    return next(one for one in told["columns"] if one["name"] == name)


def test_everything_there_is_from_source_to_application(olga: Visitor) -> None:
    told = olga.data("/map")
    assert {one["address"] for one in told["sources"]} == {
        "/console/map/source/north/all",
        "/console/map/source/west/west",
    }
    assert told["figures"]["people"] == 46 and told["figures"]["units"]["adds_up"]
    measurement = table_of(told, "measurement")
    assert measurement["sources"] == ["north/all", "west"] and measurement["people"] == 23
    assert [one["name"] for one in measurement["apps"]] == ["Potassium"]
    edges = {(one["from"], one["to"]) for one in told["picture"]["edges"]}
    (dataset,) = {one["key"] for one in told["picture"]["nodes"] if one["layer"] == "dataset"}
    assert ("source:north/all", "table:measurement") in edges and (dataset, "app:potassium") in edges
    assert ("table:measurement", dataset) in edges
    assert told["state"]["version"] and told["state"]["missing"] == 0 and not told["state"]["older"]
    assert [one["name"] for app in told["apps"] for one in app["datasets"]]


def test_every_link_of_the_map_leads_somewhere(olga: Visitor) -> None:
    told = olga.data("/map")
    for node in told["picture"]["nodes"]:
        assert olga.client.get(node["address"]).status_code == 200, node
        page = olga.data("/map", focus=node["key"])["picture"]
        assert page["focus"]["name"] == node["name"] and node["key"] in {one["key"] for one in page["nodes"]}
        assert olga.client.get(page["focus"]["address"]).status_code == 200, page["focus"]


def test_the_picture_is_coloured_by_what_is_asked_and_may_be_seen(olga: Visitor, dora: Visitor) -> None:
    for colour in ("freshness", "sensitivity"):
        told = olga.data("/map", colour=colour)["picture"]
        assert told["colour"] == colour and all(one["mark"] for one in told["nodes"])
    levels = {one["key"]: one["mark"] for one in olga.data("/map", colour="sensitivity")["picture"]["nodes"]}
    assert levels["table:measurement"] == "level-4" and levels["source:north/all"].startswith("level-")
    assert "quality" not in {one["name"] for one in dora.data("/map", colour="quality")["picture"]["colours"]}


def test_the_picture_of_a_stream_leaves_the_rest_out(olga: Visitor) -> None:
    whole, part = (olga.data("/map", focus=focus)["picture"] for focus in ("", "app:potassium"))
    assert {one["key"] for one in part["nodes"]} < {one["key"] for one in whole["nodes"]}
    reached = {"app:potassium"}
    for _ in range(4):
        reached |= {one["from"] for one in whole["edges"] if one["to"] in reached}
    assert {one["key"] for one in part["nodes"]} == reached


def test_a_reader_sees_no_flow_into_tables_that_no_grant_opens(dora: Visitor) -> None:
    edges = {(one["from"], one["to"]) for one in dora.data("/map")["picture"]["edges"]}
    assert {to for of, to in edges if of.startswith("source:")} == {"table:measurement"}


def test_a_source_its_account_and_what_its_fields_became(olga: Visitor) -> None:
    told = olga.data("/map/source/north/all")
    units = told["units"]
    assert units["adds_up"] and units["units"] == sum(
        units[end] for end in ("loaded", "quarantined", "not_understood", "excluded")
    )
    assert units["units"] == sum(one["units"]["units"] for one in told["formats"])
    assert told["reasons"] and all(one["to_do"] for one in told["reasons"])
    by_end = {
        end: sum(one["count"] for one in told["reasons"] if one["outcome"] == end and not one["table"])
        for end in ("quarantined", "not_understood", "excluded")
    }
    assert by_end["not_understood"] <= units["not_understood"] and by_end["excluded"] == units["excluded"]
    assert 0 < by_end["quarantined"] <= units["quarantined"]
    became = {field["name"]: [to["name"] for to in field["becomes"]] for of in told["fields"] for field in of["fields"]}
    assert "person.birth_datetime" in became["PID-7"]
    waiting = [one for one in told["fields"] if one["is_waiting"]]
    assert waiting and all(one["fields"] == [] and one["columns"] for one in waiting)
    assert told["deliveries"][0]["found"] and told["last_ms"]


def test_few_rows_of_a_source_are_not_counted(olga: Visitor) -> None:
    person = next(one for one in olga.data("/map/source/west/west")["tables"] if one["name"] == "person")
    assert person["rows"] is None
    ends = ("source:west", "table:person")
    edge = next(one for one in olga.data("/map")["picture"]["edges"] if (one["from"], one["to"]) == ends)
    assert edge["told"] == "west → person: few rows"


def test_a_table_as_its_reader_may_see_it(olga: Visitor, dora: Visitor) -> None:
    hers, his = dora.data("/map/table/measurement"), olga.data("/map/table/measurement")
    masked, open_ = (column_of(told, "measurement_source_value") for told in (hers, his))
    assert masked["mask"] == "star" and all(one["value"].endswith("**") for one in masked["filled"]["top"])
    assert open_["mask"] == "" and masked["filled"]["top"]
    assert not {one["value"] for one in open_["filled"]["top"]} & {one["value"] for one in masked["filled"]["top"]}
    above = column_of(hers, "value_source_value")
    assert not above["is_open"] and above["filled"] is None and above["level"] == 4 and above["why"]
    assert "no grant of yours opens it" in dora.page("/map/table/measurement")


def test_a_table_without_a_grant_says_why_and_shows_no_value(dora: Visitor) -> None:
    told = dora.data("/map/table/condition_occurrence")
    assert told["rows"] and told["shut"] and told["profile"] is None
    assert all(one["filled"] is None for one in told["columns"]) and len(told["columns"]) > 10
    assert "medark grant add --table condition_occurrence" in dora.page("/map/table/condition_occurrence")


def test_keys_and_free_text_are_hidden_and_values_of_few_rows_left_out(olga: Visitor) -> None:
    told = olga.data("/map/table/measurement")
    for name in ("person_id", "measurement_id", "value_source_value"):
        filled = column_of(told, name)["filled"]
        assert filled["hidden"] and filled["top"] == [] and filled["least"] is None
    assert all(top["rows"] > 10 for one in told["columns"] if one["filled"] for top in one["filled"]["top"])


def test_no_page_holds_anything_of_a_patient(people: dict[str, Visitor], workspace: Workspace) -> None:
    pages = ["/map", "/map/source/north/all", "/map/source/west/west"]
    pages += [f"/map/table/{name}" for name in seen(workspace, at_terminal(workspace)).tables]
    for visitor in people.values():
        for page in pages:
            for suffix in ("", ".json"):
                assert hospital.CANARY not in visitor.client.get(f"/console{page}{suffix}").text, page


@pytest.mark.parametrize("page", ["/map/table/patients", "/map/source/south/lis", "/map/table/person.x"])
def test_what_there_is_not(olga: Visitor, page: str) -> None:
    assert olga.client.get(f"/console{page}").status_code == 404


def test_who_looked_at_a_table_is_in_the_audit(dora: Visitor, workspace: Workspace) -> None:
    dora.page("/map/table/measurement")
    wait(workspace)
    acts = [entry.act for entry in workspace.ledger.audit.entries()]
    assert any(act.action == "map" and act.actor == "dora" and set(act.reads) == {"measurement"} for act in acts)


def test_chinese(olga: Visitor) -> None:
    olga.client.cookies.set("medark_language", "zh")
    try:
        shown = olga.page("/map/table/measurement")
    finally:
        olga.client.cookies.delete("medark_language")
    assert "检验项目" in shown and "单位" in shown


def test_pages_are_made_without_reading_the_lake(olga: Visitor, workspace: Workspace, monkeypatch: Any) -> None:
    wait(workspace)
    monkeypatch.setattr(type(workspace.lake.snapshot()), "bind", lambda *_, **__: pytest.fail("the lake is read"))
    for page in ("/map", "/map/source/north/all"):
        assert olga.client.get(f"/console{page}").status_code == 200


def test_what_is_not_worked_out_yet_is_there_to_be_come_to(olga: Visitor, workspace: Workspace) -> None:
    wait(workspace)
    kept = workspace.places.kept / "map" / "sources-1.json"
    whole = kept.read_bytes()
    kept.unlink()
    try:
        assert "is being worked out" in olga.page("/map/source/north/all")
        assert {one["name"] for one in olga.data("/map")["sources"]} == {"north/all", "west"}
    finally:
        wait(workspace)
        kept.write_bytes(whole)


def test_nobody_without_a_session(olga: Visitor, tmp_path: Path) -> None:
    import httpx

    answer = httpx.get(f"{olga.client.base_url}/console/map", trust_env=False)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/console/sign-in")
