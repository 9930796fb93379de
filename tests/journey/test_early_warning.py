"""An outbreak in a small city: the desk is warned before the reports peak, verifies, lists cases, files the report."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

import medark.apps.early_warning
from medark.bootstrap import init_workspace, open_workspace
from medark.flows.apps import life
from medark.flows.apps.datasets import dataset_rows
from medark.flows.apps.publish import publish
from medark.flows.apps.running import running
from medark.flows.apps.signals import signal
from medark.flows.gate import at_terminal, reader_of
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.signal import SignalState
from medark.model.user import User
from medark.serve.auth.passwords import Passwords
from medark.settings import ServeSettings
from medark.synthetic.settings import CitySettings
from medark.synthetic.write import write_city
from support.accessibility import violations
from support.browser import browser
from unit.serve.conftest import PASSWORD, Serving

APP = "early_warning"
MAPS = Path(__file__).resolve().parents[2] / "examples" / "city"
CHANNELS = (
    "north/his",
    "clinics/registers",
    "ems/calls",
    "testing/nucleic",
    "cdc/cards",
    "schools/absences",
    "pharmacies/sales",
)
FIRST, LAST = dt.date(2025, 12, 1), dt.date(2026, 5, 31)
OUTBREAK = """
start = 2026-03-02
district = "xihu"
seeds = 20
r0 = 2.6
between_districts = 0.05
"""
READ = ("person", "condition_occurrence", "measurement", "observation", "visit_occurrence", "visit_detail",
        "drug_exposure", "death", "event_count", "care_site", "location")  # fmt: skip

FACTS = Path(medark.apps.early_warning.__file__).parent / "facts"
MEDICINES = list(csv.DictReader((FACTS / "medicines.csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a year of five hundred people, with an outbreak from March on."""
    place = tmp_path_factory.mktemp("outbreak") / "city"
    write_city(CitySettings(500, FIRST, LAST, seed=4, dirt="none", outbreak=OUTBREAK, pictures=0), place)
    return place


@pytest.fixture(scope="module")
def reported(city: Path) -> dict[dt.date, int]:
    """The report cards of the outbreak by the day on which the centre for disease control had them: what is true."""
    rows = pq.read_table(city / "truth" / "report_card", columns=["event", "reported"]).to_pylist()
    return dict(Counter(row["reported"].date() for row in rows if row["event"] == "outbreak"))


@pytest.fixture(scope="module")
def workspace(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """What the channels sent, the application, an officer on duty and a student; signals as of the end."""
    place = tmp_path_factory.mktemp("warned") / "ws"
    init_workspace(place, time_zone="Asia/Shanghai").close()
    shutil.copytree(MAPS / "maps", place / "maps", dirs_exist_ok=True)
    settings = place / "medark.toml"
    told = settings.read_text(encoding="utf-8").replace("# least_count = 10", "least_count = 0")
    settings.write_text(told + "\n" + (MAPS / "systems.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with open_workspace(place, {}) as opened:
        for name in CHANNELS:
            ingest(opened, city / "raw" / name, name)
        hashed = Passwords().hash(PASSWORD)
        for name, role in (("anna", "owner"), ("dora", "duty_officer"), ("sven", "student")):
            opened.ledger.users.add(User(name, organisation="cdc", roles=frozenset({role})), hashed)
        tables = dict.fromkeys(READ)
        granted = Grant(0, Holder.ROLE, "duty_officer", Purpose.PUBLIC_HEALTH, tables, Rows.ALL, 4, 0)
        opened.ledger.access.add_grant(granted)
        life.install(opened, Path(medark.apps.early_warning.__file__).parent, by="anna")
        life.approve(opened, APP, by="anna")
        life.enable(opened, APP, by="anna")
        made = publish(opened, at_terminal(opened), app=APP, today=LAST)
        assert (running(opened).incidents, [one.error for one in made if one.error]) == ({}, [])
        yield opened


@pytest.fixture(scope="module")
def warned(workspace: Workspace) -> dt.date:
    """The first day of the outbreak on which visits of a respiratory syndrome alarmed; the desk stands on the next."""
    reader = reader_of(workspace, "dora", Purpose.PUBLIC_HEALTH)
    days = [
        dt.date.fromisoformat(point.period)
        for one in signal(workspace, reader, APP, "syndromes")
        if one.group.get("syndrome") in ("covid_like", "influenza_like", "lower_respiratory")
        for point in one.points
        if point.state is SignalState.ALARM and point.period >= "2026-03-02"
    ]
    first = min(days)
    publish(workspace, at_terminal(workspace), app=APP, today=first + dt.timedelta(1))
    return first


@pytest.fixture(scope="module")
def base(workspace: Workspace, warned: dt.date) -> Iterator[str]:
    with Serving(workspace, ServeSettings(a_second=0)) as base:
        yield base


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def desk(chromium: Browser, base: str) -> Iterator[Page]:
    """The window of the officer on duty."""
    page = signed_in(chromium, base, "dora")
    yield page
    page.context.close()


def signed_in(chromium: Browser, base: str, name: str) -> Page:
    page = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en").new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{base}/console")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.select_option("#purpose", "public_health")
    page.press("#password", "Enter")
    page.wait_for_url(f"{base}/console")
    return page


def keeps_nobody_out(page: Page) -> None:
    """Nothing that axe finds, and nothing that is wider than a small screen."""
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_desk_is_warned_before_the_reports_peak(warned: dt.date, reported: dict[dt.date, int]) -> None:
    peak = max(reported, key=lambda day: (reported[day], day))
    assert warned < peak
    assert sum(n for day, n in reported.items() if day <= warned) < sum(reported.values()) / 4


def test_the_officer_verifies_the_signal_that_needs_her_first(desk: Page, base: str) -> None:
    desk.goto(f"{base}/console")
    desk.click("nav.side a:has-text('Early warning today')")
    expect(desk.locator("h1")).to_have_text("Early warning today")
    expect(desk.get_by_role("img", name="Alarms by district")).to_be_visible()
    desk.locator("main table").first.locator("tr:has-text('Visits by syndrome') a").first.click()
    expect(desk.locator("h1")).to_contain_text("Visits by syndrome")
    expect(desk.locator(".task-panel")).to_contain_text("due")
    expect(desk.get_by_role("img", name="Epidemic curve")).to_be_visible()
    cases = desk.locator("h2:has-text('Cases') + section tbody tr")
    assert cases.count() >= 3
    keeps_nobody_out(desk)
    desk.click("button:has-text('I take it')")
    expect(desk.locator(".task-panel .life")).to_contain_text("dora")
    desk.fill(".task-panel input[name=reason]", "outbreak, reported")
    desk.click(".task-panel button:has-text('Verified')")
    expect(desk.locator(".task-panel")).to_contain_text("done")
    expect(desk.locator(".task-panel")).to_contain_text("outbreak, reported")
    expect(desk.locator("h1")).to_contain_text("Visits by syndrome")  # she is where she was


def test_the_report_is_filed_as_pdf_and_as_a_workbook(desk: Page, base: str, warned: dt.date) -> None:
    desk.click("main a:has-text('Report')")
    expect(desk.locator("h1")).to_contain_text("Report of a signal")
    expect(desk.locator("main")).to_contain_text("outbreak, reported")
    keeps_nobody_out(desk)
    people = desk.locator("h2:has-text('Cases') + section tbody tr").count()
    expect(desk.locator("main a:has-text('PDF')").first).to_have_attribute("href", twin(desk, "pdf").removeprefix(base))
    pdf = pypdfium2.PdfDocument(taken(desk, "pdf"))
    words = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert "Report of a signal" in words
    assert str(warned) in words
    assert "outbreak, reported" in words
    sheets = openpyxl.load_workbook(io.BytesIO(taken(desk, "xlsx")))
    rows = [[cell.value for cell in row] for sheet in sheets for row in sheet.iter_rows()]
    assert any("outbreak, reported" in row for row in rows)
    assert sum("New respiratory" in str(row) or "illness" in str(row) for row in rows) >= people


def taken(page: Page, form: str) -> bytes:
    """A page as a document, as its link gives it."""
    answer = page.request.get(twin(page, form))
    assert answer.status == 200, answer.text()
    return answer.body()


def twin(page: Page, form: str) -> str:
    """The address of a page as a document."""
    path, _, query = page.url.partition("?")
    return f"{path}.{form}?{query}"


def test_tills_are_a_channel_and_behind_their_signal_are_shops_and_items(
    desk: Page, base: str, workspace: Workspace, city: Path
) -> None:
    """What is counted is what tills sold by the truth, all of it; what is shown names nobody."""
    reader = reader_of(workspace, "dora", Purpose.PUBLIC_HEALTH)
    sold = dataset_rows(workspace, reader, APP, "sales").rows
    assert sum(sold["quantity"].to_pylist()) == packages(city)
    series = [one for one in signal(workspace, reader, APP, "sales") if one.group.get("district")]
    busiest = max(series, key=lambda one: sum(point.count or 0 for point in one.points))
    desk.goto(f"{base}/console/app/{APP}/pharmacy")
    expect(desk.locator("h1")).to_have_text("Pharmacies and medicines")
    expect(desk.get_by_role("img", name="Epidemic curve")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("Why")
    keeps_nobody_out(desk)
    group = "&".join(f"{name}={value}" for name, value in busiest.group.items())
    desk.goto(f"{base}/console/app/{APP}/signal?signal=sales&{group}&from={FIRST}&to={LAST}")
    expect(desk.locator("h1")).to_contain_text("Sales of pharmacies")
    expect(desk.locator("h2:has-text('Sold by pharmacies')")).to_be_visible()
    shops = desk.locator("main table:has(th:has-text('shop')) tbody tr")
    assert 0 < shops.count() <= 40
    assert desk.locator("main a[href*='person_id']").count() == 0
    keeps_nobody_out(desk)


def packages(city: Path) -> int:
    """How many packages of the watched classes were sold, by what their names say."""
    words = [word for row in MEDICINES for word in row["words"].split(";")]
    names = pq.read_table(city / "truth" / "facts" / "drugs.parquet", columns=["key", "name_zh"]).to_pylist()
    watched = {row["key"] for row in names if any(word in (row["name_zh"] or "") for word in words)}
    sales = pq.read_table(city / "truth" / "pharmacy_sale", columns=["item", "quantity"]).to_pylist()
    return sum(row["quantity"] for row in sales if row["item"] in watched)


@pytest.mark.parametrize("path", ["overview", "syndromic", "notifiable", "clusters"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_on_these_pages_keeps_anybody_out(desk: Page, base: str, path: str, scheme: str) -> None:
    desk.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    desk.goto(f"{base}/console/app/{APP}/{path}")
    keeps_nobody_out(desk)


def test_who_may_read_nobody_sees_no_case(chromium: Browser, base: str) -> None:
    page = signed_in(chromium, base, "sven")
    answer = page.goto(f"{base}/console/app/{APP}/signal?signal=syndromes&syndrome=covid_like")
    assert answer is not None
    assert (answer.status, page.locator("main tbody tr").count()) == (403, 0)
    page.context.close()
