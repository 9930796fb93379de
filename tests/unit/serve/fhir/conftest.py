"""Two hospitals' folders, ingested, served to a doctor of each, an owner, and people who may see less."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

import hospital
from medark.bootstrap import init_workspace
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.user import User
from medark.settings import ServeSettings

PASSWORD = "correct horse battery"
SOUTH = (hospital.Patient("Qzxdan", 4), hospital.Patient("Qzxeve", 5))
EVENTS = (
    "person", "visit_occurrence", "visit_detail", "condition_occurrence", "drug_exposure", "procedure_occurrence",
    "measurement", "observation", "device_exposure", "note", "image_occurrence", "care_site", "provider",
)  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    """North's and south's people; who may see what is in the grants below."""
    root = tmp_path_factory.mktemp("fhir")
    with init_workspace(root / "ws", buckets=2) as made:
        ingest(made, hospital.write(root / "north"), "north/all")
        ingest(made, hospital.write(root / "south", SOUTH), "south/all")
        for name, organisation, role in (
            ("dora", "north", "doctor"), ("sam", "south", "doctor"), ("rita", "north", "researcher"),
            ("lena", "north", "lab"), ("all", "", "everything"), ("nobody", "north", "none"),
        ):  # fmt: skip
            made.ledger.users.add(User(name, organisation=organisation, roles=frozenset({role})), hashed)
        for grant in grants():
            made.ledger.access.add_grant(grant)
        yield made


def grants() -> Iterator[Grant]:
    """Doctors see rows of their own organisation; the laboratory measurements without who they are of, and no dates."""
    whole = dict.fromkeys(EVENTS)
    yield Grant(0, Holder.ROLE, "doctor", Purpose.CARE, whole, Rows.ORGANISATION, 4, 0)
    yield Grant(0, Holder.ROLE, "everything", Purpose.CARE, {"*": None}, Rows.ALL, 4, 0)
    yield Grant(
        0, Holder.ROLE, "researcher", Purpose.CARE, {"person": None, "measurement": None, "visit_occurrence": None},
        Rows.ORGANISATION, 3, 0, masks={"person.birth_datetime": "year", "person.person_source_value": "star"},
    )  # fmt: skip
    columns = frozenset(
        {"measurement_id", "person_id", "measurement_date", "measurement_concept_id", "value_as_number"}
    )
    yield Grant(0, Holder.ROLE, "lab", Purpose.CARE, {"measurement": columns}, Rows.ORGANISATION, 4, 0)


@pytest.fixture(scope="module")
def base(workspace: Workspace, serving: Any) -> Iterator[str]:
    """Where it is served."""
    with serving(workspace, ServeSettings(a_second=0)) as at:
        yield at


@pytest.fixture(scope="module")
def as_(base: str) -> Iterator[Callable[..., httpx.Client]]:
    """A client of somebody."""
    made: dict[tuple[str, str], httpx.Client] = {}

    def client(user: str, scope: str = "") -> httpx.Client:
        if (user, scope) not in made:
            form = {"grant_type": "password", "username": user, "password": PASSWORD} | (
                {"scope": scope} if scope else {}
            )
            answer = httpx.post(f"{base}/token", data=form, trust_env=False)
            assert answer.status_code == 200, answer.text
            headers = {"authorization": f"Bearer {answer.json()['access_token']}", "x-purpose": "care"}
            made[user, scope] = httpx.Client(base_url=f"{base}/fhir", headers=headers, trust_env=False, timeout=60)
        return made[user, scope]

    yield client
    for one in made.values():
        one.close()
