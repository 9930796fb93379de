"""`medark.Client` against a real server: the how-to page as it stands, and every error as the one that it is."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pyarrow as pa
import pytest

import medark
import medark.errors
from medark.bootstrap import open_workspace
from medark.client import Client
from medark.errors import AccessError, BusyError, MissingExtraError, NotFoundError, UsageError
from medark.flows.apps.publish import publish
from medark.flows.gate import at_terminal
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.user import User
from medark.serve.auth.passwords import Passwords
from medark.settings import ServeSettings
from unit.flows.apps import conftest as apps
from unit.serve.conftest import PASSWORD, Serving

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "read-over-http.md"
made = apps.made


@pytest.fixture(scope="module")
def address(made, tmp_path_factory):
    """Fourteen people and an application that publishes, served."""
    place = tmp_path_factory.mktemp("client") / "ws"
    shutil.copytree(made, place)
    with open_workspace(place, {}) as opened:
        apps.put_in(opened, Path("registry_page"))
        publish(opened, at_terminal(opened), today=dt.date(2024, 7, 1))
        hashed = Passwords().hash(PASSWORD)
        opened.ledger.users.add(User("dora", organisation="north", roles=frozenset({"doctor"})), hashed)
        opened.ledger.users.add(User("stranger", organisation="south"), hashed)
        for purpose in (Purpose.CARE, Purpose.PUBLIC_HEALTH, Purpose.OPERATIONS):
            seen = dict.fromkeys(("person", "measurement", "condition_occurrence", "observation"))
            opened.ledger.access.add_grant(Grant(0, Holder.ROLE, "doctor", purpose, seen, Rows.ALL, 3, 0))
        with Serving(opened, ServeSettings(a_second=0)) as at:
            yield at


@pytest.fixture(scope="module")
def client(address):
    with Client.sign_in(address, "dora", PASSWORD, purpose="care") as found:
        yield found


def test_the_page_runs_as_it_stands(address, capsys):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 6
    names = {"address": address, "user": "dora", "password": PASSWORD}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    assert names["patients"]
    assert names["results"]
    assert names["births"].arrow.num_rows == len(apps.VALUES)
    assert "medark grant add" in capsys.readouterr().out


def test_sql_is_arrow_pandas_and_polars(client):
    found = client.sql("SELECT person_id, value_as_number FROM measurement ORDER BY person_id")
    assert found.arrow["person_id"].to_pylist() == sorted(apps.VALUES)
    assert found.pandas()["value_as_number"].tolist() == [apps.VALUES[one] for one in sorted(apps.VALUES)]
    try:
        assert found.polars().height == len(found)
    except MissingExtraError as error:
        assert error.where == {"library": "polars"}


def test_a_search_is_all_of_its_pages(client):
    found = list(client.fhir("Observation", _count=3))
    assert len(found) == len({one["id"] for one in found}) == len(apps.VALUES)
    high = [one for one in found if one["valueQuantity"]["value"] > 6]
    assert len(high) == 2
    assert client.read("Observation", high[0]["id"]) == high[0]


def test_a_view_is_a_table_of_one_patient_or_of_all(client):
    column = {"name": "value", "path": "value.ofType(Quantity).value", "type": "decimal"}
    view = {"resource": "Observation", "select": [{"column": [column]}]}
    assert sorted(client.view(view).arrow["value"].to_pylist()) == sorted(apps.VALUES.values())
    assert client.view(view, "Patient/3").arrow.to_pylist() == [{"value": 7.2}]
    assert client.view(view, "3").arrow.schema == pa.schema([("value", pa.float64())])
    with pytest.raises(UsageError, match="path"):
        client.view({"resource": "Observation", "select": [{"column": [{"name": "a", "path": "("}]}]})


@pytest.mark.parametrize(
    ("ask", "kind"),
    [
        (lambda c: c.sql("SELECT note_text FROM note"), AccessError),
        (lambda c: c.sql("SELECT * FROM read_csv('/etc/passwd')"), UsageError),
        (lambda c: c.sql("DROP TABLE person"), UsageError),
        (lambda c: c.read("Patient", "999"), NotFoundError),
        (lambda c: c.read("Nothing", "1"), NotFoundError),
        (lambda c: c.dataset("no/such"), NotFoundError),
        (lambda c: list(c.fhir("Observation", colour="red")), UsageError),
    ],
)
def test_what_is_refused_is_the_error_that_it_is(client, ask, kind):
    with pytest.raises(kind):
        ask(client)


def test_who_is_not_known_or_has_no_grant(address):
    with pytest.raises(AccessError):
        Client.sign_in(address, "dora", "wrong password here")
    with pytest.raises(AccessError), Client(address, "no token") as found:
        found.datasets()
    with pytest.raises(AccessError), Client.sign_in(address, "stranger", PASSWORD) as found:
        found.sql("SELECT person_id FROM person")


def test_no_server_is_said_without_an_address():
    with pytest.raises(BusyError) as caught, Client("http://127.0.0.1:9", "t") as found:
        found.datasets()
    assert "127.0.0.1" not in str(caught.value)


def test_it_is_the_packages():
    assert medark.Client is Client
    with pytest.raises(AttributeError):
        _ = medark.Nothing
