"""Applications' pages, figures and datasets over HTTP: for who may read, who may not, and when an application fails."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from app_folders import write_app
from medark.bootstrap import open_workspace
from medark.flows.apps import life
from medark.flows.apps.datasets import dataset_rows
from medark.flows.apps.publish import publish, published_one
from medark.flows.gate import at_terminal, reader_of
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.user import User
from medark.settings import ServeSettings
from support.diabetes import write_diabetes
from support.visitor import Visitor
from unit.flows.apps import conftest as apps
from unit.serve.conftest import PASSWORD

made = apps.made
PAGE, FIGURE = "/app/registry_page/registry", "/app/registry_page/figures/control"
DATASET = "/datasets/registry_page/diabetes"
CRASHES, HANGS = (
    'if view.query.get("crash"): raise ValueError(view.query["crash"])',
    'while view.query.get("hang"): pass',
)


@pytest.fixture(scope="module")
def workspace(made: Path, tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    """A registry that is published, an application that fails when it is asked to, and one that nobody published."""
    folder = tmp_path_factory.mktemp("blocks")
    shutil.copytree(made, folder / "ws")
    with open_workspace(folder / "ws", {}) as opened:
        write_diabetes(opened, dict.fromkeys(range(1, 13)))
        apps.put_in(opened, Path("registry_page"))
        publish(opened, at_terminal(opened), today=dt.date(2024, 7, 1))
        for name, page in (("crashing", CRASHES), ("hanging", HANGS)):
            apps.put_in(opened, write_app(folder / "apps", name=name, page=page))
        for name, role in (("rita", "researcher"), ("nobody", "visitor"), ("olga", "owner")):
            opened.ledger.users.add(User(name, organisation="north", roles=frozenset({role})), hashed)
        tables = dict.fromkeys(("person", "measurement", "condition_occurrence"))
        for purpose in (Purpose.PUBLIC_HEALTH, Purpose.CARE):
            opened.ledger.access.add_grant(Grant(0, Holder.ROLE, "researcher", purpose, tables, Rows.ALL, 3, 0))
        yield opened


@pytest.fixture(scope="module")
def base(workspace: Workspace, serving: Any) -> Iterator[str]:
    with serving(workspace, ServeSettings(a_second=0)) as base:
        yield base


@pytest.fixture(scope="module")
def rita(base: str) -> Iterator[Visitor]:
    """A researcher with a grant."""
    yield from _visitor(base, "rita", "public_health")


@pytest.fixture(scope="module")
def carer(base: str) -> Iterator[Visitor]:
    """The same, for care."""
    yield from _visitor(base, "rita", "care")


@pytest.fixture(scope="module")
def nobody(base: str) -> Iterator[Visitor]:
    yield from _visitor(base, "nobody", "public_health")


def _visitor(base: str, name: str, purpose: str) -> Iterator[Visitor]:
    found = Visitor(base, name, PASSWORD, purpose)
    yield found
    found.close()


# -- pages -------------------------------------------------------------------------------------------------------------


def test_a_page_is_its_blocks_in_the_readers_language(rita: Visitor) -> None:
    data = rita.data(PAGE)
    kinds = [one["kind"] for one in data["blocks"]]
    assert kinds == ["text", "key_figures", "figure", "heading", "table"]
    assert data["blocks"][1]["figures"][0]["value"] == 12
    assert data["unpublished"] == []
    assert data["fresh"]
    shown = rita.client.get(f"/console{PAGE}", headers={"accept-language": "zh"}).text
    assert "<h1>2型糖尿病</h1>" in shown
    assert 'href="/console/people/3"' in shown
    assert shown.count("<svg") > shown.count('class="icon"')
    assert " style=" not in shown
    assert "<details" in shown


def test_a_reader_without_a_grant_gets_the_reason_and_no_number(nobody: Visitor, carer: Visitor) -> None:
    shown = nobody.page(PAGE, status=403)
    assert "medark grant add user:nobody" in shown
    assert "HbA1c" not in shown
    assert nobody.client.get(f"/console{PAGE}.json").json()["kind"] == "AccessError"
    other = carer.client.get(f"/console{PAGE}.json").json()
    assert (other["where"]["its"], "another purpose" in other["title"]) == ("public_health", True)


def test_what_is_not_published_says_so_and_who_can(carer: Visitor, base: str) -> None:
    assert carer.data("/app/crashing/all")["unpublished"] == ["tested"]
    assert "An owner of this workspace can publish it" in carer.page("/app/crashing/all")
    for olga in _visitor(base, "olga", "care"):
        assert 'href="/console/apps/crashing/publish"' in olga.client.get("/console/app/crashing/all").text


def test_an_application_that_crashes_has_an_error_page_of_its_own(carer: Visitor, rita: Visitor) -> None:
    told = carer.client.get("/console/app/crashing/all", params={"crash": "secret7391"})
    assert told.status_code == 502
    assert "crashing" in told.text
    assert "secret7391" not in told.text.replace("crash=secret7391", "")  # but for the address that was asked
    assert "<nav" in told.text
    assert carer.client.get("/console/app/crashing/all.json?crash=x").json()["kind"] == "AppError"
    assert "1.0.0" in carer.page("/app/crashing/all")
    assert rita.data(PAGE)["blocks"]


def test_one_that_hangs_keeps_nobody_waiting(carer: Visitor, rita: Visitor) -> None:
    begun = time.monotonic()
    assert "took too long" in carer.page("/app/hanging/all", status=502, hang=1)
    assert time.monotonic() - begun < 8
    assert rita.data(PAGE)["blocks"]
    assert "1.0.0" in carer.page("/app/hanging/all")


def test_one_that_is_disabled_is_not_there(carer: Visitor, workspace: Workspace) -> None:
    life.disable(workspace, "hanging", by="anna")
    try:
        assert "No such application runs" in carer.page("/app/hanging/all", status=404)
        assert "/app/hanging/" not in carer.client.get("/console/datasets").text
    finally:
        life.enable(workspace, "hanging", by="anna")


def test_who_is_not_signed_in_is_sent_to_sign_in(rita: Visitor) -> None:
    client = type(rita.client)(base_url=rita.client.base_url, trust_env=False)
    with client:
        for path in (PAGE, f"{FIGURE}.png", DATASET):
            answer = client.get(f"/console{path}")
            assert (answer.status_code, "/console/sign-in?next=" in answer.headers["location"]) == (303, True)


# -- figures -----------------------------------------------------------------------------------------------------------


def test_a_figure_is_a_file_of_each_form(rita: Visitor) -> None:
    told = rita.data(FIGURE)
    assert told["vega_lite"]["data"]["values"]
    kinds = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
    begins = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}
    for form, kind in kinds.items():
        answer = rita.client.get(f"/console{FIGURE}.{form}")
        assert answer.headers["content-type"] == kind
        assert answer.content.startswith(begins[form])
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    on_page = rita.data(PAGE)["blocks"][2]
    assert on_page["vega_lite"] == told["vega_lite"]  # the same figure, on the page and by its name
    assert rita.client.get(on_page["files"]["svg"]).content == rita.client.get(f"/console{FIGURE}.svg").content


def test_figures_are_read_through_the_gate_and_by_name(rita: Visitor, nobody: Visitor) -> None:
    assert nobody.client.get(f"/console{FIGURE}.png").status_code == 403
    lacking = (
        f"{FIGURE}.gif",
        "/app/registry_page/figures/nothing.svg",
        f"{PAGE}/figures/9.svg",
        f"{PAGE}/figures/x.svg",
    )
    for path in lacking:
        assert rita.client.get(f"/console{path}").status_code == 404, path


# -- datasets ----------------------------------------------------------------------------------------------------------


def test_the_list_says_what_one_may_do(rita: Visitor, nobody: Visitor, carer: Visitor) -> None:
    told = {name: one.data("/datasets")["datasets"] for name, one in (("rita", rita), ("no", nobody), ("care", carer))}
    assert [one["allowed"] for one in (told["rita"][0], told["no"][0], told["care"][0])] == [True, False, False]
    assert told["rita"][0]["rows"] == 12
    assert "chronic disease centre" in rita.page("/datasets")


def test_a_dataset_says_what_it_is_made_of(rita: Visitor, workspace: Workspace) -> None:
    told, kept = rita.data(DATASET), published_one(workspace, "registry_page", "diabetes")
    assert (told["digest"], told["lake_version"], told["today"]) == (kept.digest, kept.lake_version, "2024-07-01")
    by_name = {one["name"]: one for one in told["columns"]}
    assert by_name["hba1c"]["meaning"] == "last HbA1c, % (NGSP)"
    in_chinese = rita.client.get(f"/console{DATASET}.json", headers={"accept-language": "zh"}).json()["columns"]
    assert "最近一次糖化血红蛋白，%（NGSP）" in [one["meaning"] for one in in_chinese]
    assert "value_as_number" in by_name["hba1c"]["parts"]["measurement"]
    assert by_name["year_of_birth"]["level"] >= 3
    shown = rita.client.get(f"/console{DATASET}", headers={"accept-language": "zh"}).text
    assert "「HbA1c」检验检查结果中时间最晚的一条" in shown
    assert kept.digest in shown


def test_rows_are_shown_when_they_are_asked_for_and_that_is_in_the_audit(rita: Visitor, workspace: Workspace) -> None:
    assert rita.data(DATASET)["preview"] is None
    shown = rita.data(DATASET, rows="yes")["preview"]
    assert len(shown["rows"]) == 12
    people = [row[[one["title"] for one in shown["columns"]].index("person_id")] for row in shown["rows"]]
    assert {one["href"] for one in people} == {f"/console/people/{n}" for n in range(1, 13)}
    assert "First rows of" in rita.page(DATASET, rows="yes")
    lately = [one for one in workspace.ledger.audit.entries(limit=4) if one.act.action == "read.ended"]
    assert {(one.act.actor, one.act.rows) for one in lately if one.act.rows} == {("rita", 12)}


def test_each_file_has_the_rows_of_the_flow(rita: Visitor, workspace: Workspace) -> None:
    expected = dataset_rows(workspace, reader_of(workspace, "rita", Purpose.PUBLIC_HEALTH), "registry_page", "diabetes")
    files = rita.data(DATASET)["files"]
    assert list(files) == ["json", "ndjson", "csv", "xlsx", "parquet", "arrow"]
    assert pq.read_table(io.BytesIO(rita.client.get(files["parquet"]).content)).num_rows == expected.rows.num_rows
    assert all(rita.client.get(address).status_code == 200 for address in files.values())


def test_who_has_no_grant_is_told_the_line_that_gives_it_and_no_row(nobody: Visitor, workspace: Workspace) -> None:
    told = nobody.data(DATASET, rows="yes")
    assert (told["allowed"], told["files"], told["preview"]) == (False, {}, None)
    assert told["fix"].startswith("medark grant add user:nobody --purpose public_health")
    assert nobody.client.get("/datasets/registry_page/diabetes").json()["fix"] == told["fix"]  # as the gate says it
    shown = nobody.page(DATASET)
    assert "Why you can" in shown
    assert "medark grant add user:nobody" in shown
    assert "?format=csv" not in nobody.client.get(f"/console{DATASET}").text


def test_another_purpose_is_named(carer: Visitor) -> None:
    assert "Its application works for this purpose: public health" in carer.page(DATASET)


def test_a_dataset_whose_application_rests_is_still_told(rita: Visitor, workspace: Workspace) -> None:
    life.disable(workspace, "registry_page", by="anna")
    try:
        told = rita.data(DATASET)
        assert (told["allowed"], told["words"], told["files"]) == (False, "", {})
        assert "does not run" in rita.page(DATASET)
        assert [one["allowed"] for one in rita.data("/datasets")["datasets"]] == [False]
    finally:
        life.enable(workspace, "registry_page", by="anna")


def test_there_is_no_other_dataset(rita: Visitor) -> None:
    rita.page("/datasets/registry_page/other", status=404)
