"""Operated on today in a small city: a task on the worklist, the form at the bedside, the task over, and counted."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from medark.bootstrap import init_workspace, open_workspace
from medark.flows.apps import life
from medark.flows.apps.publish import publish
from medark.flows.apps.reading import platform
from medark.flows.apps.tasks import BY_RECORD, raise_tasks
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

APP, PURPOSE = "vte", "care"
MAPS = Path(__file__).resolve().parents[2] / "examples" / "city"
ZONE = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime.now(ZONE).replace(tzinfo=None)
LAST = NOW.date() - dt.timedelta(2)
FIRST = LAST - dt.timedelta(120)
WATCHED = ("inpatients", "discharges")  # what the pages of this walk show; others are published like them
READ = ("person", "condition_occurrence", "measurement", "observation", "visit_occurrence", "visit_detail",
        "drug_exposure", "procedure_occurrence", "death")  # fmt: skip


def message(kind: str, key: str, at: dt.datetime, *more: str, discharged: str = "") -> bytes:
    """An HL7 message about the stay that began three hours ago."""
    came, said = f"{NOW - dt.timedelta(hours=3):%Y%m%d%H%M}", f"{at:%Y%m%d%H%M}"
    stay = f"PV1|1|I|SURG{'|' * 16}VTE{key}{'|' * 25}{came}|{discharged}"
    lines = (
        rf"MSH|^~\&|HIS|NORTH|||{said}||ADT^{kind}|{kind}{key}|P|2.5", f"EVN|{kind}|{said}",
        f"PID|1||{key}^^^^MR", stay, *more,
    )  # fmt: skip
    return "\r".join([*lines, ""]).encode()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Four months of a city as one hospital sent them, the application, an owner and a nurse."""
    root = tmp_path_factory.mktemp("thrombosis")
    write_city(CitySettings(400, FIRST, LAST, seed=11, dirt="none", pictures=0), root / "city")
    place = root / "ws"
    init_workspace(place, time_zone=ZONE.key).close()
    shutil.copytree(MAPS / "maps", place / "maps", dirs_exist_ok=True)
    settings = place / "medark.toml"
    told = settings.read_text(encoding="utf-8").replace("# least_count = 10", "least_count = 1")
    settings.write_text(told + "\n" + (MAPS / "systems.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with open_workspace(place, {}) as opened:
        ingest(opened, root / "city" / "raw" / "north" / "his", "north/his")
        hashed = Passwords().hash(PASSWORD)
        for name, role in (("olga", "owner"), ("nina", "nurse")):
            opened.ledger.users.add(User(name, organisation="north", roles=frozenset({role})), hashed)
        granted = Grant(0, Holder.ROLE, "nurse", Purpose.CARE, dict.fromkeys(READ), Rows.CARE, 4, 0)
        opened.ledger.access.add_grant(granted)
        life.install(opened, APP, by="olga")
        life.approve(opened, APP, by="olga")
        life.enable(opened, APP, by="olga")
        yield opened


@pytest.fixture(scope="module")
def patient(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, int]:
    """Somebody of the city, old enough, who came in three hours ago for a hip: their number there, and here."""
    key, person_id = next(
        (key, number) for key, number in sorted(workspace.crosswalk.persons("north").items()) if fits(workspace, number)
    )
    operation = f"PR1|1|I9C|81.5100^全髋关节置换术^I9C|全髋关节置换术|{NOW - dt.timedelta(hours=2):%Y%m%d%H%M}"
    send(workspace, tmp_path_factory.mktemp("in"), message("A01", key, NOW, operation))
    publish(workspace, platform(workspace), app=APP, only=WATCHED)
    assert person_id in {task.person_id for task in raise_tasks(workspace, platform(workspace), app=APP)}
    return key, person_id


def fits(workspace: Workspace, person_id: int) -> bool:
    rows = workspace.lake.person_record(person_id, only={"person", "death"})
    born = rows["person"]["year_of_birth"].to_pylist() if "person" in rows else []
    return "death" not in rows and born != [] and NOW.year - 75 < born[0] < NOW.year - 61


def send(workspace: Workspace, folder: Path, content: bytes) -> None:
    (folder / "adt.hl7").write_bytes(content)
    assert ingest(workspace, folder, "north/his").adds_up


@pytest.fixture(scope="module")
def base(workspace: Workspace, patient: tuple[str, int]) -> Iterator[str]:
    assert patient
    with Serving(workspace, ServeSettings(a_second=0)) as base:
        yield base


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def nurse(chromium: Browser, base: str) -> Iterator[Page]:
    """The nurse's window."""
    page = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en", base_url=base).new_page()
    page.set_default_timeout(60_000)
    page.goto("/console")
    page.fill("#name", "nina")
    page.fill("#password", PASSWORD)
    page.select_option("#purpose", PURPOSE)
    page.press("#password", "Enter")
    page.wait_for_url("**/console")
    yield page
    page.context.close()


def figure(page: Page, label: str) -> str:
    """The value of a key figure."""
    return page.locator("dl.figures div").filter(has_text=label).first.locator("b").inner_text()


def keeps_nobody_out(page: Page) -> None:
    for size, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": size, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def test_from_the_operation_to_the_indicator(
    nurse: Page, workspace: Workspace, patient: tuple[str, int], tmp_path: Path
) -> None:
    key, person_id = patient
    nurse.goto(f"/console/app/{APP}/worklist")
    assert figure(nurse, "share of inpatients assessed") == "0"
    before = shares(nurse)
    nurse.goto("/console/worklist?kind=assess")
    task = nurse.locator("main a[href^='/console/worklist/']").first
    task.click()
    expect(nurse.locator("h1")).to_have_text("Assess the risk of thrombosis")
    number = int(nurse.url.rpartition("/")[2])
    nurse.click("main a:has-text('Do it')")
    nurse.wait_for_url(f"**/app/{APP}/assessment?person_id={person_id}")
    assert figure(nurse, "assessed") == "not yet"
    assert figure(nurse, "risk of thrombosis") == "high"  # a hip: five points of Caprini, and the age
    keeps_nobody_out(nurse)
    answer(nurse, "Swollen legs (current)", "yes")
    answer(nurse, "Active bleeding", "no")
    nurse.get_by_label("What is not answered above is not there").check()
    nurse.click("main button:has-text('Save the assessment')")
    expect(nurse.locator("main [role=status]")).to_contain_text("answers are kept")
    assert figure(nurse, "assessed") == f"{dt.datetime.now(ZONE):%Y-%m-%d}"
    assert nurse.locator("main [role=radiogroup]").count() == 0  # nothing is left to ask
    closed(nurse, workspace, number)
    nurse.goto(f"/console/app/{APP}/worklist")
    assert figure(nurse, "share of inpatients assessed") == "100"
    end = dt.datetime.now(ZONE).replace(tzinfo=None)
    send(workspace, tmp_path, message("A03", key, end, discharged=f"{end:%Y%m%d%H%M}"))
    publish(workspace, platform(workspace), app=APP, only=WATCHED)
    after = shares(nurse)
    assert after[0] == before.get(0, 0) + 1  # one stay more of this quarter was assessed within 24 hours


def answer(page: Page, question: str, told: str) -> None:
    group = page.get_by_role("radiogroup", name=question)
    group.get_by_role("radio", name=told, exact=True).check()


def closed(page: Page, workspace: Workspace, number: int) -> None:
    """The task is over, its history says why and who, and the record has the answers."""
    life_ = workspace.ledger.tasks.one(number)
    assert (life_.state, life_.reason) == (TaskState.DONE, BY_RECORD)
    page.goto(f"/console/worklist/{number}")
    expect(page.locator("ol.life")).to_contain_text(BY_RECORD)
    expect(page.locator("ol.life")).to_contain_text("nina")
    assert page.locator("main a:has-text('Do it')").count() == 0


def shares(page: Page) -> dict[int, int]:
    """How many stays of this quarter met the first indicator, by its place."""
    page.goto(f"/console/app/{APP}/quality")
    quarter = f"{NOW.year} Q{(NOW.month + 2) // 3}"
    rows = page.locator("main tbody tr").filter(has_text="24").filter(has_text=quarter)
    return {0: int(rows.first.locator("td").nth(2).inner_text())} if rows.count() else {}
