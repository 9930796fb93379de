"""Diabetes in a small city: HbA1c is missing, a result comes, the task closes; a researcher takes rows home."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import medark.apps.registry
from medark.bootstrap import init_workspace, open_workspace
from medark.flows.apps import life
from medark.flows.apps.new_registry import new_registry, update
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.task import TaskState
from medark.model.user import User
from medark.serve.auth.passwords import Passwords
from medark.settings import ServeSettings
from medark.synthetic.settings import CitySettings
from medark.synthetic.write import write_city
from support.accessibility import violations
from support.browser import browser
from unit.serve.conftest import PASSWORD, Serving

APP, TASK = "diabetes", "t2dm_hba1c_overdue"
MAPS = Path(__file__).resolve().parents[2] / "examples" / "city"
LAST = dt.date.today() - dt.timedelta(1)
FIRST = LAST - dt.timedelta(240)
READ = ("person", "condition_occurrence", "measurement", "observation", "visit_occurrence", "drug_exposure",
        "procedure_occurrence", "death")  # fmt: skip
APP_PY = """
from medark.sdk.registry import registry_app

from .t2dm import T2DM

app = registry_app("diabetes", T2DM)
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight months of four hundred people."""
    place = tmp_path_factory.mktemp("registry") / "city"
    write_city(CitySettings(400, FIRST, LAST, seed=19, dirt="none", pictures=0), place)
    return place


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application of one registry: the shipped file of diabetes in a folder of its own."""
    place = tmp_path_factory.mktemp("apps")
    new_registry(APP, place)
    shipped = Path(medark.apps.registry.__file__).parent
    for name in ("t2dm.py", "every_registry.py"):
        shutil.copy(shipped / name, place / APP / name)
    (place / APP / "app.py").write_text(APP_PY)
    update(place / APP)
    return place / APP


@pytest.fixture(scope="module")
def workspace(city: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """What one hospital sent, the registry, an owner, a doctor and a researcher."""
    place = tmp_path_factory.mktemp("house") / "ws"
    init_workspace(place, time_zone="Asia/Shanghai").close()
    shutil.copytree(MAPS / "maps", place / "maps", dirs_exist_ok=True)
    settings = place / "medark.toml"
    told = settings.read_text(encoding="utf-8").replace("# least_count = 10", "least_count = 1")
    settings.write_text(told + "\n" + (MAPS / "systems.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with open_workspace(place, {}) as opened:
        for name in ("north/lis", "north/his"):
            ingest(opened, city / "raw" / name, name)
        hashed = Passwords().hash(PASSWORD)
        for name, role in (("olga", "owner"), ("dora", "doctor"), ("rita", "researcher")):
            opened.ledger.users.add(User(name, organisation="north", roles=frozenset({role})), hashed)
        for role, purpose in (("doctor", Purpose.CARE), ("researcher", Purpose.RESEARCH)):
            tables = dict.fromkeys(READ)
            opened.ledger.access.add_grant(Grant(0, Holder.ROLE, role, purpose, tables, Rows.ALL, 3, 0))
        life.install(opened, folder, by="olga")
        life.approve(opened, APP, by="olga")
        life.enable(opened, APP, by="olga")
        yield opened


@pytest.fixture(scope="module")
def base(workspace: Workspace) -> Iterator[str]:
    with Serving(workspace, ServeSettings(a_second=0)) as base:
        yield base


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def owner(chromium: Browser, base: str) -> Iterator[Page]:
    """The owner's window, once the registry was published."""
    page = signed_in(chromium, base, "olga", "care")
    publish(page)
    yield page
    page.context.close()


def signed_in(chromium: Browser, base: str, name: str, purpose: str) -> Page:
    size = {"width": 1280, "height": 900}
    page = chromium.new_context(viewport=size, locale="en", base_url=base).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(60_000)
    page.goto("/console")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.select_option("#purpose", purpose)
    page.press("#password", "Enter")
    page.wait_for_url(f"{base}/console")
    return page


def publish(page: Page) -> None:
    """The owner brings the registry up to the lake."""
    page.goto(f"/console/apps/{APP}")
    page.click(f"main a[href^='/console/apps/{APP}/publish?']")
    with page.expect_navigation(timeout=180_000):
        page.click("form.step button:has-text('Publish now')")
    assert page.url.endswith("?done=publish"), page.locator("main").inner_text()


def lacking(workspace: Workspace) -> dict[int, int]:
    """Who has an open task for a missing HbA1c: person_id → number of the task."""
    return {
        task.person_id: task.number
        for task in workspace.ledger.tasks.all(app=APP)
        if task.key.startswith(TASK) and not task.state.is_closed and task.person_id is not None
    }


def numbers(workspace: Workspace, person_id: int) -> set[str]:
    """What the hospital's messages call somebody; nothing of who came by its tables alone."""
    return {one.value for one in workspace.crosswalk.identifiers(person_id) if one.system == "NORTH"}


def result_for(workspace: Workspace, person_id: int, place: Path) -> None:
    """An HbA1c of today of somebody, as their laboratory sends it."""
    (number,) = numbers(workspace, person_id)
    now = dt.datetime.now().strftime("%Y%m%d%H%M%S")
    lines = (
        f"MSH|^~\\&|LIS|NORTH|PLATFORM|CITY|{now}||ORU^R01|J1|P|2.4||||||UNICODE UTF-8",
        f"PID|1||{number}^^^NORTH^MR",
        "PV1|1|O",
        "ORC|RE||J1||CM",
        f"OBR|1||J1|hba1c^糖化血红蛋白^L|||{now}|||||||||||||||{now}||LAB|F",
        f"OBX|1|NM|HbA1c^糖化血红蛋白^L^4548-4^Hemoglobin A1c^LN||6.8|%|4.0-6.0|H|||F|||{now}",
    )
    place.mkdir(exist_ok=True)
    (place / "results_today.hl7").write_text("\r".join(lines) + "\r", encoding="utf-8")
    ingest(workspace, place, "north/lis")


def fresh_hba1c(page: Page) -> int:
    """How many have an HbA1c that is not too old, as the first page of the registry says."""
    page.goto(f"/console/app/{APP}/t2dm")
    row = page.locator("main tr", has=page.get_by_role("link", name="HbA1c", exact=True))
    return int(row.locator("td").nth(2).inner_text())


def test_a_missing_value_is_a_task_until_the_result_is_there(
    owner: Page, chromium: Browser, base: str, workspace: Workspace, tmp_path: Path
) -> None:
    before = lacking(workspace)
    assert len(before) >= 2
    person_id, number = min(one for one in before.items() if numbers(workspace, one[0]))
    doctor = signed_in(chromium, base, "dora", "care")
    known = fresh_hba1c(doctor)
    doctor.click("main a:has-text('Missing data')")
    expect(doctor.locator("h1")).to_have_text("Type 2 diabetes: Missing data")
    row = doctor.locator("main tr", has=doctor.get_by_role("link", name=str(person_id)))
    expect(row).to_contain_text("never")
    row.get_by_role("link", name="course").click()
    expect(doctor.locator("h1")).to_have_text("Type 2 diabetes: One person")
    result_for(workspace, person_id, tmp_path / "lis")
    publish(owner)
    assert set(lacking(workspace)) == set(before) - {person_id}
    (task,) = [one for one in workspace.ledger.tasks.all(app=APP) if one.number == number]
    assert (task.state, task.reason != "") == (TaskState.DONE, True)
    assert fresh_hba1c(doctor) == known + 1
    doctor.goto(f"/console/app/{APP}/t2dm-person?person_id={person_id}")
    expect(doctor.locator("main table").last).to_contain_text("6.8")
    doctor.context.close()


def test_what_is_filled_in_is_known_at_once(owner: Page, chromium: Browser, base: str, workspace: Workspace) -> None:
    assert owner
    person_id = min(lacking(workspace))
    doctor = signed_in(chromium, base, "dora", "care")
    doctor.goto(f"/console/app/{APP}/t2dm-person?person_id={person_id}")
    doctor.select_option("main form [name=smoking]", "former")
    doctor.get_by_role("button", name="Save").click()
    row = doctor.locator("main tr", has_text="Smoking").last
    expect(row).to_contain_text("former")
    doctor.context.close()


def test_a_researcher_takes_rows_in_which_nobody_can_be_told(
    owner: Page, chromium: Browser, base: str, workspace: Workspace
) -> None:
    assert owner
    care, research = (
        rows(signed_in(chromium, base, name, purpose), base)
        for name, purpose in (("dora", "care"), ("rita", "research"))
    )
    assert len(care) == len(research) >= 3
    for column in ("person_id", "entry_id"):
        assert not {row[column] for row in care} & {row[column] for row in research}
    assert sorted(row["hba1c"] for row in care) == sorted(row["hba1c"] for row in research)
    days = [sorted(row["known_since"] for row in one) for one in (care, research)]
    assert days[0] != days[1]
    kinds = [(row["sex"], row["year_of_birth"], row["age_at_entry"], row["hospital"]) for row in research]
    assert all(kinds.count(one) >= 5 for one in kinds)
    page = signed_in(chromium, base, "rita", "research")
    assert page.goto(f"/console/app/{APP}/t2dm").status == 403  # type: ignore[union-attr]
    page.context.close()


def rows(page: Page, base: str) -> list[dict[str, str]]:
    """The people of the registry as a reader's file has them."""
    answer = page.request.get(f"{base}/datasets/{APP}/t2dm?format=csv")
    assert answer.status == 200, answer.text()
    wanted = "deidentified" if "research" in page.locator("header").inner_text() else "identified"
    assert answer.headers["x-medark-level"] == wanted
    content = answer.body().decode("utf-8-sig")
    page.context.close()
    return list(csv.DictReader(io.StringIO(content)))


@pytest.mark.parametrize("path", ["t2dm", "t2dm-completeness", "t2dm-missing", "t2dm-codebook"])
@pytest.mark.parametrize(("size", "scheme"), [(1280, "light"), (390, "dark")])
def test_nothing_keeps_anybody_out(owner: Page, path: str, size: int, scheme: str) -> None:
    owner.set_viewport_size({"width": size, "height": 900})
    owner.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    owner.goto(f"/console/app/{APP}/{path}")
    assert violations(owner) == []
    assert owner.evaluate("document.documentElement.scrollWidth") <= size
