"""What only a person can say, gone through by a steward in a real browser: by keyboard, narrow, without scripts"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from medark.bootstrap import init_workspace
from medark.flows.ingest import ingest
from medark.flows.propose.approving import automatic
from medark.flows.propose.background import wait as tables_are_in
from medark.flows.terms.background import wait as codes_are_in
from medark.flows.terms.tasks import bring_up_to_date
from medark.flows.workspace import Workspace
from medark.model.user import User
from medark.serve.auth.passwords import Passwords
from medark.settings import ServeSettings
from support.browser import browser
from unit.flows.propose.conftest import PEOPLE, RESULTS, VISITS, written
from unit.serve.conftest import Serving

PASSWORD = "correct horse battery"
PATIENCE_MS = 60_000
SOURCE = "west/his"


@dataclass(frozen=True)
class House:
    """A served workspace with an export that nobody has described, and a browser."""

    workspace: Workspace
    base: str
    browser: Browser


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("console_review")
    with init_workspace(folder / "ws", buckets=2, time_zone="Asia/Shanghai") as made:
        made.ledger.users.add(User("stan", roles=frozenset({"steward"})), Passwords().hash(PASSWORD))
        ingest(made, written(folder / "export"), SOURCE)
        automatic(made, SOURCE, asks=True)
        with Serving(made, ServeSettings(a_second=0)) as base, browser() as opened:
            yield House(made, base, opened)


@pytest.fixture
def page(house: House) -> Iterator[Page]:
    """A narrow window without scripts: all of it works by links and forms."""
    context = house.browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=house.base, java_script_enabled=False, locale="en"
    )
    assert context.request.post("/session", data={"name": "stan", "password": PASSWORD, "purpose": "operations"}).ok
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield opened
    expect.set_options(timeout=5_000)
    context.close()


def presses(page: Page, name: str) -> None:
    """A button or a link, reached and pressed by the keyboard."""
    found = page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True)).first
    found.focus()
    with page.expect_navigation(timeout=PATIENCE_MS):
        page.keyboard.press("Enter")


def test_tables_are_gone_through_by_keys(house: House) -> None:
    context = house.browser.new_context(base_url=house.base, locale="en")
    assert context.request.post("/session", data={"name": "stan", "password": PASSWORD, "purpose": "operations"}).ok
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/console/import")
    page.get_by_placeholder("Find a table").fill("诊断")
    assert page.locator(".tables-of tbody tr:visible").count() == 1
    page.get_by_role("link", name="诊断", exact=True).click()
    page.wait_for_load_state()
    assert page.locator(".becomes a").all_inner_texts() == ["condition_occurrence"]
    page.keyboard.press("f")
    page.keyboard.type("诊断名称")
    assert page.locator(".column:visible").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("j")
    page.keyboard.press("0")
    assert page.evaluate("[document.activeElement.value, document.activeElement.checked]") == ["-", True]
    context.close()


def test_from_a_task_to_rows_in_the_lake(house: House, page: Page) -> None:
    page.goto("/console/worklist")
    presses(page, f"A table is to be explained: {SOURCE} 诊断")
    presses(page, "Do it")
    expect(page.get_by_role("heading", level=1)).to_have_text("诊断")
    page.locator("summary", has_text="诊断名称").focus()
    page.keyboard.press("Enter")
    page.get_by_label("another meaning of 诊断名称").fill("Diagnosis name")
    presses(page, "Keep answers")
    expect(page.get_by_role("status")).to_have_text("What you said is kept")
    expect(page.locator("summary", has_text="诊断名称")).to_contain_text("said")
    presses(page, "Undo")
    expect(page.get_by_role("status")).to_have_text("The last answer is taken back")
    for name in ("诊断", "病人基本信息", "门诊就诊", "检验结果"):
        page.goto("/console/import")
        presses(page, name)
        presses(page, page.locator("button[value=accept]").inner_text())
    assert house.workspace.lake.snapshot().rows("person") == 0
    page.goto("/console/import")
    presses(page, "Put 4 accepted tables in effect …")
    expect(page.locator("main")).to_contain_text("4 tables take effect in your name, stan")
    presses(page, "Put in effect")
    tables_are_in(house.workspace)
    rows = {
        name: house.workspace.lake.snapshot().rows(name) for name in ("person", "condition_occurrence", "measurement")
    }
    assert rows == {"person": PEOPLE, "condition_occurrence": VISITS, "measurement": RESULTS}
    page.goto("/console/import?state=effect")
    expect(page.locator("tbody tr")).to_have_count(4)


def test_codes_of_like_evidence_and_back(house: House, page: Page) -> None:
    bring_up_to_date(house.workspace)
    page.goto("/console/worklist")
    presses(page, f"Codes are to be explained: {SOURCE}")
    presses(page, "Do it")
    code = page.locator("fieldset.code", has_text="血红蛋白")
    expect(code).to_contain_text(f"{RESULTS} rows")
    code.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    presses(page, "Keep what is chosen")
    expect(page.get_by_role("status").filter(has_text="1 code is decided")).to_have_count(1)
    codes_are_in(house.workspace)
    page.goto("/console/terms/decided")
    expect(page.locator("tbody tr")).to_contain_text("Hemoglobin")
    presses(page, "Take the last decision back")
    codes_are_in(house.workspace)
    page.goto("/console/terms")
    expect(page.locator("fieldset.code", has_text="血红蛋白")).to_have_count(1)
