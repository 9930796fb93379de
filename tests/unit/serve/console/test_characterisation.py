"""The pages of a characterisation: figures, numbers; for who may not see few, counts in steps and nothing rare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import hospital
from medark.bootstrap import init_workspace
from medark.flows.characterise import characterise
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.user import User
from medark.settings import ServeSettings
from support.visitor import Visitor

PASSWORD = "correct horse battery"
PATIENTS = [hospital.Patient(f"Qzxp{chr(97 + n)}", n + 1) for n in range(12)]
ADDRESS = "/characterisation"
LINK = f"/console{ADDRESS}"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    root = tmp_path_factory.mktemp("console_characterisation")
    with init_workspace(root / "ws", buckets=2) as made:
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})), hashed)
        made.ledger.users.add(User("rita", roles=frozenset({"researcher"})), hashed)
        ingest(made, hospital.write(root / "in", PATIENTS), "north/all")
        yield made


@pytest.fixture(scope="module")
def people(workspace: Workspace, serving: Any) -> Iterator[dict[str, Visitor]]:
    with serving(workspace, ServeSettings(a_second=0)) as base:
        olga = Visitor(base, "olga", PASSWORD)
        assert olga.data(ADDRESS)["made"] is None, "nothing was characterised yet"
        assert "medark characterise" in olga.page(ADDRESS)
        characterise(workspace, "olga")
        yield {"olga": olga, "rita": Visitor(base, "rita", PASSWORD)}


def html(visitor: Visitor, path: str) -> str:
    """A page with its tags."""
    return visitor.client.get(f"/console{path}").text


def test_the_overview_shows_people_months_and_tables(people: dict[str, Visitor]) -> None:
    told = people["olga"].data(ADDRESS)
    assert told["people"] == 24 and told["least"] == 0
    assert {"measurement", "visit_occurrence"} <= {one["name"] for one in told["tables"]}
    titles = [one["title"] for one in told["drawn"]]
    assert titles == ["People by age and sex", "Length of the first observation period", "Records by month"]
    page = html(people["olga"], ADDRESS)
    assert page.count("<svg") >= 3 and f'href="{LINK}/measurement"' in page
    assert hospital.CANARY not in page


def test_who_may_not_see_few_sees_steps_and_nothing_rare(people: dict[str, Visitor], workspace: Workspace) -> None:
    told = people["rita"].data(ADDRESS)
    assert told["people"] == 20 and told["least"] == 10
    assert "steps of 10" in people["rita"].page(ADDRESS)
    for one in told["tables"]:
        assert one["inside"] % 10 == 0
    all_, some = (people[name].data(f"{ADDRESS}/measurement")["concepts"] for name in ("olga", "rita"))
    assert some and {one["id"] for one in some} <= {one["id"] for one in all_}
    assert all(one["people"] % 10 == 0 and one["people"] > 0 for one in some)


def test_a_table_and_a_concept_have_pages(people: dict[str, Visitor]) -> None:
    olga = people["olga"]
    told = olga.data(f"{ADDRESS}/measurement")
    first = next(one for one in told["concepts"] if one["id"] != "0")
    assert f'href="{LINK}/measurement/{first["id"]}"' in html(olga, f"{ADDRESS}/measurement")
    assert told["amounts"] and all(len(row["values"]) == 5 for row in told["amounts"][0]["rows"])
    concept = olga.data(f"{ADDRESS}/measurement/{first['id']}")
    assert (concept["people"], concept["records"]) == (first["people"], first["records"])
    assert concept["drawn"] and html(olga, f"{ADDRESS}/measurement/{first['id']}").count("<svg") >= 2


@pytest.mark.parametrize("path", ["nothing", "person", "measurement/123456789", "measurement/x"])
def test_what_is_not_there_says_so(people: dict[str, Visitor], path: str) -> None:
    people["olga"].page(f"{ADDRESS}/{path}", status=404)


def test_pages_are_reached_from_quality_and_map(people: dict[str, Visitor]) -> None:
    for path in ("/quality", "/map"):
        assert f'href="{LINK}"' in html(people["olga"], path)
