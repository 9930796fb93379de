"""The catalog's pages: what is found in two languages, facets, one thing's page, and nothing that no grant opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

import app_folders
import hospital
from medark.bootstrap import init_workspace
from medark.catalog.glossary import terms
from medark.flows.apps import life
from medark.flows.apps.publish import publish
from medark.flows.catalog import bring_up_to_date, wait
from medark.flows.gate import at_terminal, reader_of
from medark.flows.gate.reader import machine_user
from medark.flows.ingest import ingest
from medark.flows.quality import check
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.user import User
from support.visitor import Visitor

PATIENTS = [hospital.Patient(f"Qzxp{chr(97 + n)}", n + 1) for n in range(12)]
HERS = {"measurement": None}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    """Twelve patients; an application; an owner, and a doctor who may see measurements; catalogs of both."""
    root = tmp_path_factory.mktemp("console_catalog")
    with init_workspace(root / "ws", buckets=2) as opened:
        made = replace(opened, settings=replace(opened.settings, owners={"measurement": "Laboratory"}))
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})), hashed)
        made.ledger.users.add(User("dora", organisation="north", roles=frozenset({"doctor"})), hashed)
        made.ledger.access.add_grant(
            Grant(0, Holder.ROLE, "doctor", Purpose.OPERATIONS, HERS, Rows.ALL, 3, 0, granted_by="olga")
        )
        ingest(made, hospital.write(root / "north", PATIENTS), "north/all")
        name = life.install(made, app_folders.write_app(root / "apps"), by=machine_user()).version.app
        life.approve(made, name, by=machine_user())
        life.enable(made, name, by=machine_user())
        publish(made, at_terminal(made))
        check(made, machine_user())
        for user in ("olga", "dora"):
            bring_up_to_date(made, reader_of(made, user, Purpose.OPERATIONS))
        yield made


@pytest.fixture
def olga(people: dict[str, Visitor]) -> Visitor:
    return people["olga"]


@pytest.fixture
def dora(people: dict[str, Visitor]) -> Visitor:
    return people["dora"]


def found(visitor: Visitor, asked: str, **more: str) -> list[str]:
    return [one["id"] for one in visitor.data("/find", q=asked, **more)["results"]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("单位", "column:measurement.unit_concept_id"),
        ("诊断", "table:condition_occurrence"),
        ("unit as it came", "column:measurement.unit_source_value"),
        ("MEASUREMENT", "table:measurement"),
        ("mesurement", "table:measurement"),
        ("PID-7", "field:north/all/hl7v2.PID-7"),
        ("出生日期", "field:north/all/hl7v2.PID-7"),
        ("north", "source:north/all"),
        ("血钾", "app:potassium"),
        ("laboratory", "table:measurement"),
        ("血缘", "term:lineage"),
    ],
)
def test_what_is_searched_is_found_in_both_languages(olga: Visitor, asked: str, expected: str) -> None:
    assert expected in found(olga, asked)[:10]


def test_what_nothing_is_called_is_told(olga: Visitor) -> None:
    assert "Nothing is called so" in olga.page("/find", q="no<such>zzzz")
    assert found(olga, "zzzzzz") == []


def test_facets_count_and_choose(olga: Visitor) -> None:
    told = olga.data("/find", q="unit")
    assert sum(one["count"] for one in told["facets"]) == told["count"] and len(told["facets"]) > 2
    for facet in told["facets"]:
        one = olga.client.get(facet["address"].replace("/find?", "/find.json?")).json()
        assert {each["kind"] for each in one["results"]} == {facet["kind"]} and one["count"] == told["count"]
        assert len(one["results"]) == min(50, facet["count"])
    assert olga.data("/find", q="unit", kind="nonsense")["kind"] == ""


def test_without_words_all_of_a_kind_are_there(olga: Visitor) -> None:
    assert found(olga, "", kind="source") == ["source:north/all"]
    assert olga.data("/find")["results"] == [] and len(olga.data("/find")["facets"]) >= 10


def test_every_kind_of_thing_has_a_page(olga: Visitor) -> None:
    for facet in olga.data("/find")["facets"]:
        for one in olga.data("/find", kind=facet["kind"])["results"][:3]:
            page = olga.client.get(one["address"])
            assert page.status_code == 200 and one["called"].replace("'", "&#39;") in page.text, one["id"]
            told = olga.client.get(f"{one['address']}.json").json()
            assert told["id"] == one["id"]
            if told["own_page"] and facet["kind"] not in ("check", "page"):  # counted anew; for care
                assert olga.client.get(told["own_page"]).status_code == 200, told["own_page"]


def test_a_table_says_who_owns_reads_and_judged_it(olga: Visitor, dora: Visitor) -> None:
    told = olga.data("/catalog/table/measurement")
    assert told["owner"] == "Laboratory" and told["level"] == 4 and told["rows"]
    assert "app:potassium" in {one["id"] for one in told["readers"]["some"]}
    assert told["judged"]["share"] and told["judged"]["passed"]
    assert told["parts"]["count"] > 15
    assert dora.data("/catalog/table/measurement")["judged"] is None, "how the data was judged is for stewards"


def test_a_concept_says_where_it_occurs_as_far_as_a_grant_opens_it(olga: Visitor, dora: Visitor) -> None:
    hers, his = (set(found(visitor, "", kind="concept")) for visitor in (dora, olga))
    assert hers and hers < his
    some = min(hers)
    told = dora.data(f"/catalog/concept/{some.partition(':')[2]}")
    assert {one["table"] for one in told["occurs"]} == {"measurement"}
    assert [source["name"] for source in told["occurs"][0]["sources"]] == ["north/all"]
    hidden = min(his - hers).partition(":")[2]
    assert dora.client.get(f"/console/catalog/concept/{hidden}").status_code == 404
    assert olga.client.get(f"/console/catalog/concept/{hidden}").status_code == 200


def test_checks_are_for_stewards(olga: Visitor, dora: Visitor) -> None:
    asked = "plausibleValueHigh"
    assert found(olga, asked, kind="check") and found(dora, asked, kind="check") == []
    assert dora.client.get("/console/catalog/check/field_isrequired_person_person_id").status_code == 404


def test_the_glossary_has_every_word_in_both_languages(olga: Visitor) -> None:
    page = olga.client.get("/console/glossary").text
    for term in terms():
        assert term.word.zh in page and f'id="{term.word.en.replace(" ", "-")}"' in page


@pytest.mark.parametrize("path", ["/catalog/table/nothing", "/catalog/nothing/x", "/catalog/concept/0"])
def test_what_there_is_not_is_not_found(olga: Visitor, path: str) -> None:
    assert olga.client.get(f"/console{path}").status_code == 404


def test_no_page_holds_anything_of_a_patient(people: dict[str, Visitor], workspace: Workspace) -> None:
    for visitor in people.values():
        for path in ("/find?q=unit", "/find?kind=source", "/catalog/source/north/all", "/catalog/table/person"):
            assert hospital.CANARY not in visitor.client.get(f"/console{path}").text, path
    wait(workspace)
