"""Datasets over HTTP: whoever has a grant gets the rows in any form, whoever has not is told what is lacking."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from pathlib import Path

import httpx
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from medark.bootstrap import open_workspace
from medark.flows.apps.datasets import dataset_rows
from medark.flows.apps.publish import publish, published_one
from medark.flows.gate import at_terminal, reader_of
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.user import User
from medark.settings import ServeSettings
from unit.flows.apps import conftest as apps
from unit.serve.conftest import PASSWORD

made = apps.made
APP, NAME = "registry_page", "diabetes"
AT = f"/datasets/{APP}/{NAME}"
CONDITION = 201826  # type 2 diabetes


@pytest.fixture(scope="module")
def workspace(made, tmp_path_factory, hashed):
    place = tmp_path_factory.mktemp("datasets") / "ws"
    shutil.copytree(made, place)
    with open_workspace(place, {}) as opened:
        apps.write(
            opened,
            condition_occurrence=[
                {
                    "condition_occurrence_id": 500 + n, "person_id": n, "condition_concept_id": CONDITION,
                    "condition_source_concept_id": next(iter(_codes(opened))), "condition_type_concept_id": 32817,
                    "condition_start_date": dt.date(2023, 1, n),
                }
                for n in range(1, 13)
            ],
        )  # fmt: skip
        apps.put_in(opened, Path(APP))
        publish(opened, at_terminal(opened), today=dt.date(2024, 7, 1))
        opened.ledger.users.add(User("rita", organisation="north", roles=frozenset({"researcher"})), hashed)
        opened.ledger.users.add(User("nobody", organisation="north"), hashed)
        tables = dict.fromkeys(("person", "measurement", "condition_occurrence"))
        opened.ledger.access.add_grant(
            Grant(0, Holder.ROLE, "researcher", Purpose.PUBLIC_HEALTH, tables, Rows.ALL, 3, 0)
        )
        yield opened


def _codes(workspace):
    found = workspace.vocabulary.lookup("ICD10CM", ["E11.9"])
    return [one.source_concept_id for one in found.values()]


@pytest.fixture(scope="module")
def as_(workspace, serving):
    with serving(workspace, ServeSettings(a_second=0)) as base:

        def client(user):
            form = {"grant_type": "password", "username": user, "password": PASSWORD}
            token = httpx.post(f"{base}/token", data=form, trust_env=False).json()["access_token"]
            headers = {"authorization": f"Bearer {token}", "x-purpose": "public_health"}
            return httpx.Client(base_url=base, headers=headers, trust_env=False, timeout=60)

        yield client


def test_the_rows_are_those_of_the_flow_in_every_form(as_, workspace):
    reader = reader_of(workspace, "rita", Purpose.PUBLIC_HEALTH)
    expected = dataset_rows(workspace, reader, APP, NAME).rows.sort_by("person_id")
    assert expected.num_rows == 12
    client = as_("rita")
    people = expected["person_id"].to_pylist()
    assert [one["person_id"] for one in client.get(AT).json()] == list(map(str, people))
    assert client.get(f"{AT}?format=ndjson").text.count("\n") == 12
    assert pq.read_table(io.BytesIO(client.get(f"{AT}?format=parquet").content)).equals(expected)
    arrow = client.get(AT, headers={"accept": "application/vnd.apache.arrow.stream"}).content
    assert pa.ipc.open_stream(arrow).read_all().equals(expected)
    assert client.get(f"{AT}?format=csv").text.count("\n") == 13
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{AT}?format=xlsx").content))
    assert book.active.max_row == 13


def test_the_headers_say_all_that_it_takes_to_make_it_again(as_, workspace):
    told = published_one(workspace, APP, NAME)
    headers = as_("rita").get(AT).headers
    assert headers["x-medark-digest"] == told.digest
    assert headers["x-medark-lake-version"] == str(told.lake_version)
    assert headers["x-medark-today"] == "2024-07-01"
    assert dt.datetime.fromisoformat(headers["x-medark-fresh"]).timestamp() == told.fresh_ms // 1000
    assert headers["cache-control"] == "no-store"


def test_columns_and_filters(as_):
    client = as_("rita")
    rows = client.get(f"{AT}?columns=person_id&filter=person_id:in:1,2,3&limit=2").json()
    assert rows == [{"person_id": "1"}, {"person_id": "2"}]
    for wrong in ("columns=nothing", "filter=nothing:eq:1", "filter=person_id:eq:x", "format=pdf", "limit=-1"):
        assert client.get(f"{AT}?{wrong}").status_code in (400, 404, 422), wrong


def test_without_a_grant_it_is_said_what_is_lacking_and_no_row_is_told(as_):
    answer = as_("nobody").get(AT)
    assert answer.status_code == 403
    assert answer.json()["fix"].startswith("medark grant add")
    assert as_("nobody").get(f"{AT}?format=xlsx&limit=1").status_code == 403


def test_which_there_are(as_):
    found = as_("rita").get("/datasets", headers={"accept-language": "zh"}).json()
    assert [(one["app"], one["name"]) for one in found] == [(APP, NAME)]
    assert {"name", "type", "meaning", "level"} == set(found[0]["columns"][0])
    assert "rows" not in found[0]
    assert as_("rita").get(f"{AT}/about").json()["digest"] == found[0]["digest"]
    assert as_("rita").get("/datasets/no/such").status_code == 404
