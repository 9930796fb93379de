"""Work in the console, in a real browser: an application swapped under load, a grant given and taken, a task closed"""

from __future__ import annotations

import threading
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from app_folders import write_app
from medark.bootstrap import init_workspace
from medark.flows.apps import life
from medark.flows.gate.glass import break_glass
from medark.flows.gate.judging import judge
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Refusal, Rows
from medark.model.card import CardFeedback
from medark.model.task import Task
from medark.model.user import User
from medark.serve.auth.passwords import Passwords
from medark.settings import ServeSettings
from support.accessibility import violations
from support.browser import browser
from unit.flows.apps import conftest as apps
from unit.serve.conftest import Serving

PASSWORD = "correct horse battery"
HIGH = 3  # a person whose potassium is high
CARE = Grant(0, Holder.ROLE, "doctor", Purpose.CARE, {"*": None}, Rows.ALL, 4, 0)


@dataclass(frozen=True)
class House:
    """A served workspace, and a browser to work in it."""

    workspace: Workspace
    base: str
    browser: Browser

    @contextmanager
    def page(self, user: str, language: str = "en", width: int = 1280, theme: str = "light") -> Iterator[Page]:
        """The browser of somebody who is signed in."""
        size = {"width": width, "height": 844}
        context = self.browser.new_context(viewport=size, base_url=self.base, color_scheme=theme)  # type: ignore[arg-type]
        context.add_cookies([{"name": "medark_language", "value": language, "url": self.base}])
        told = {"name": user, "password": PASSWORD, "purpose": "operations"}
        assert context.request.post("/session", data=told).ok
        opened = context.new_page()
        opened.set_default_timeout(20_000)
        yield opened
        context.close()

    def client(self, user: str, purpose: str) -> httpx.Client:
        """A client of somebody, with a token of theirs."""
        form = {"username": user, "password": PASSWORD}
        token = httpx.post(f"{self.base}/token", data=form, trust_env=False).json()["access_token"]
        headers = {"authorization": f"Bearer {token}", "x-purpose": purpose}
        return httpx.Client(base_url=self.base, headers=headers, timeout=60, trust_env=False)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Fourteen people with a potassium each; an owner, a doctor and a researcher."""
    hashed = Passwords().hash(PASSWORD)
    with init_workspace(tmp_path_factory.mktemp("work") / "ws", buckets=2, time_zone="Asia/Shanghai") as workspace:
        people = [{"person_id": n, "year_of_birth": 1960 + n, "gender_concept_id": 8532} for n in apps.VALUES]
        apps.write(workspace, person=people, measurement=[apps.potassium(n, v) for n, v in apps.VALUES.items()])
        for name, role in (("olga", "owner"), ("anna", "owner"), ("dora", "doctor"), ("rita", "researcher")):
            organisation = "north" if role == "doctor" else ""
            workspace.ledger.users.add(User(name, organisation=organisation, roles=frozenset({role})), hashed)
        workspace.ledger.access.add_grant(CARE)
        serving = Serving(workspace, ServeSettings(a_second=0))
        with serving as base, browser() as opened:
            yield House(workspace, base, opened)


def packed(folder: Path, place: Path) -> Path:
    """A wheel of an application."""
    with zipfile.ZipFile(place, "w") as wheel:
        for file in folder.iterdir():
            wheel.write(file, f"potassium/{file.name}")
    return place


class Asking:
    """Somebody who asks for cards in a loop: which version answered, and what failed."""

    def __init__(self, client: httpx.Client) -> None:
        self.answers: Counter[str] = Counter()
        self.failed: list[str] = []
        self._client, self._over = client, threading.Event()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(2)]

    def __enter__(self) -> Asking:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def answered_by(self, version: str, times: int) -> None:
        """Wait until a version answered so often from now on."""
        wanted = self.answers[version] + times
        for _ in range(1200):
            if self.answers[version] >= wanted or self.failed:
                return
            self._over.wait(0.05)
        raise AssertionError(f"{version} does not answer: {self.answers}")

    def _ask(self) -> None:
        told = {"hook": "patient-view", "context": {"userId": "Practitioner/1", "patientId": str(HIGH)}}
        while not self._over.is_set():
            answer = self._client.post("/cds-services/potassium", json=told | {"hookInstance": str(uuid.uuid4())})
            if answer.status_code != 200 or len(answer.json()["cards"]) != 1:
                self.failed.append(answer.text)
            else:
                self.answers[answer.json()["cards"][0]["links"][0]["label"]] += 1


def sends(page: Page, wheel: Path) -> None:
    """A wheel, chosen and sent."""
    page.goto("/console/apps")
    page.set_input_files("input[type=file]", wheel)
    page.get_by_role("button", name="Install").click()
    expect(page.get_by_role("status")).to_have_text("It is installed; nothing of it runs yet")


def takes(page: Page, step: str, button: str, said: str) -> None:
    """A step of an application: chosen, asked once more, taken."""
    page.get_by_role("link", name=step, exact=True).click()
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("status")).to_have_text(said)


def test_an_application_is_swapped_and_rolled_back_while_it_is_asked(house: House, tmp_path: Path) -> None:
    with house.page("olga") as page, house.client("dora", "care") as client:
        sends(page, packed(write_app(tmp_path), tmp_path / "one.whl"))
        takes(page, "Approve 1.0.0", "Approve", "It is approved")
        takes(page, "Let it run", "Let it run", "It runs")
        with Asking(client) as asking:
            asking.answered_by("1.0.0", 10)
            sends(page, packed(write_app(tmp_path, "1.1.0"), tmp_path / "two.whl"))
            takes(page, "Upgrade 1.1.0", "Upgrade", "The new version runs")
            asking.answered_by("1.1.0", 10)
            takes(page, "Roll back 1.0.0", "Roll back", "The earlier version runs again")
            asking.answered_by("1.0.0", 10)
        assert asking.failed == []
        assert set(asking.answers) == {"1.0.0", "1.1.0"}
        page.reload()
        shown = page.locator(".figures div", has_text="shown").locator("b").inner_text()
        assert int(shown.replace(",", "")) >= asking.answers.total()


def test_a_grant_is_given_and_taken_back_and_the_next_read_is_refused(house: House) -> None:
    sql = {"sql": "SELECT person_id, year_of_birth FROM person ORDER BY person_id"}
    with house.page("olga") as page, house.client("rita", "research") as rita:
        assert rita.post("/sql", json=sql).status_code == 403
        page.goto("/console/access")
        page.get_by_label("name").fill("rita")
        page.get_by_label("whose rows").select_option("all")
        page.get_by_label("tables").fill("person: person_id, year_of_birth")
        page.get_by_role("button", name="Give").click()
        number = page.get_by_role("status").inner_text().split()[1]
        row = page.locator("tr", has_text="rita")
        expect(row).to_contain_text("person (person_id, year_of_birth)")
        assert len(rita.post("/sql", json=sql).json()) == len(apps.VALUES)
        row.locator("summary", has_text="Take back").click()
        row.get_by_role("button", name="Take it back").click()
        expect(page.get_by_role("status")).to_have_text(f"grant {number} is over")
        expect(page.locator("tr", has_text="rita")).to_have_count(0)
        refused = rita.post("/sql", json=sql)
        assert refused.status_code == 403
        assert refused.json()["title"] == "no grant for this purpose opens this table"
        page.goto("/console/audit?actor=rita&verdict=refused")
        expect(page.locator("tbody tr").first).to_contain_text("no grant for this purpose opens this table")


def test_a_task_is_taken_and_closed_with_a_reason(house: House) -> None:
    told = Task(
        0, "alert", "Look at this potassium", "potassium", "k", HIGH, "north", due_ms=1,
        evidence=({"table": "measurement", "key": 100 + HIGH},),
    )  # fmt: skip
    number = house.workspace.ledger.tasks.raise_(told).number
    with house.page("dora") as page:
        page.goto("/console/worklist")
        page.get_by_role("link", name="Look at this potassium").click()
        record = page.get_by_role("link", name="See it in the record")
        expect(record).to_have_attribute("href", f"/console/people/{HIGH}?evidence=measurement.{100 + HIGH}#marked")
        page.get_by_role("button", name="I take it").click()
        expect(page.get_by_text("dora has it")).to_be_visible()
        page.get_by_role("button", name="Dismiss").click()
        expect(page.get_by_text("say why")).to_be_visible()
        page.get_by_role("link", name="Back", exact=True).click()
        page.get_by_label("reason").fill("The sample was haemolysed")
        page.get_by_role("button", name="Dismiss").click()
        expect(page.locator(".life li").last).to_contain_text("The sample was haemolysed")
        page.goto("/console/worklist")
        expect(page.get_by_role("link", name="Look at this potassium")).to_have_count(0)
    assert house.workspace.ledger.tasks.one(number).reason == "The sample was haemolysed"


@pytest.fixture(scope="module")
def busy(house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The same with something of everything that these pages can show."""
    workspace, folder = house.workspace, tmp_path_factory.mktemp("busy")
    workspace.ledger.tasks.raise_(Task(0, "alert", "Look at this", "ward", "b", HIGH, "north", due_ms=1), "ward")
    workspace.ledger.refusals.add([Refusal(HIGH, Purpose.RESEARCH)], "desk")
    judge(workspace, "olga", "person", "year_of_birth", 2, "only a year")
    break_glass(workspace, "dora", HIGH, "unconscious in the emergency room")
    life.install(workspace, write_app(folder, name="ward"), by="olga")
    life.approve(workspace, "ward", by="olga")
    life.enable(workspace, "ward", by="olga")
    life.install(workspace, write_app(folder, "2.0.0", name="ward", more='note = ["note_text"]\n'), by="olga")
    said = [CardFeedback(f"c{n}", "ward/high", ("accepted", "overridden")[n % 2], n, app="ward") for n in range(4)]
    workspace.ledger.feedback.add(said)
    return house


@pytest.mark.parametrize(("language", "width", "theme"), [("en", 1280, "light"), ("zh", 390, "dark")])
def test_nothing_of_it_keeps_anybody_out(busy: House, language: str, width: int, theme: str) -> None:
    task = busy.workspace.ledger.tasks.all(is_open=True)[0].number
    places = (
        "/worklist", f"/worklist/{task}", "/apps", "/apps/ward", "/apps/ward/approve", "/apps/ward/settings",
        "/apps/potassium_card", "/access", "/access/users", "/access/users/rita", "/access/refusals",
        "/access/emergencies", "/access/columns?table=person&user=rita&column=year_of_birth&purpose=care",
        f"/audit?person={HIGH}", "/audit/verify",
    )  # fmt: skip
    wrong: list[str] = []
    with busy.page("olga", language, width, theme) as page:
        page.on("console", lambda said: wrong.append(said.text))
        for place in places:
            answer = page.goto(f"/console{place}")
            assert answer is not None and answer.ok, place
            for summary in page.locator("main summary").all():
                summary.click()
            wrong += [f"{place} {one}" for one in violations(page)]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"{place} is wider than {width}")
    assert wrong == []
