"""A critical potassium in a real browser: the card, the row that decided it, what was said of it; and an emergency"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from medark.bootstrap import init_workspace
from medark.flows.apps import life
from medark.flows.gate.reader import machine_user
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.user import User
from medark.serve.auth.passwords import Passwords
from medark.settings import ServeSettings
from support.accessibility import violations
from support.browser import browser
from unit.flows.apps.conftest import potassium, write
from unit.flows.timeline.conftest import RICH, tables
from unit.serve.conftest import Serving

PASSWORD = "correct horse battery"
PERSON = f"/console/people/{RICH}"
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LATEST = 990  # the key of a result of two hours ago


@dataclass(frozen=True)
class Ward:
    """A served workspace."""

    base: str
    workspace: Workspace


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """One patient of the ward with a potassium of two hours ago; a doctor of it, one of another house, two owners."""
    hashed = Passwords().hash(PASSWORD)
    with init_workspace(tmp_path_factory.mktemp("ward") / "ws") as workspace:
        at = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0) - dt.timedelta(hours=2)
        told: dict[str, Any] = tables()
        latest = potassium(RICH, 7.1, at.date(), key=LATEST)
        told["measurement"].append(latest | {"measurement_datetime": at, "range_low": 3.5, "range_high": 5.3})
        write(workspace, **told)
        for name, rows in (("dora", Rows.ALL), ("sven", Rows.CARE)):
            workspace.ledger.users.add(User(name, organisation=name), hashed)
            workspace.ledger.access.add_grant(Grant(0, Holder.USER, name, Purpose.CARE, {"*": None}, rows, 4, 0))
        workspace.ledger.users.add(User("olga", roles=frozenset({"owner"})), hashed)
        life.install(workspace, "potassium_card", by=machine_user())
        life.approve(workspace, "potassium_card", by=machine_user())
        life.enable(workspace, "potassium_card", by=machine_user())
        with Serving(workspace, ServeSettings(a_second=0)) as base:
            yield Ward(base, workspace)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


def enters(ward: Ward, chromium: Browser, user: str, language: str = "en", **look: Any) -> Page:
    """Somebody's window, signed in for care."""
    page = chromium.new_context(locale=language, **{"viewport": WIDE, **look}).new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{ward.base}/console/sign-in?next={PERSON}")
    page.fill("#name", user)
    page.fill("#password", PASSWORD)
    page.select_option("#purpose", "care")
    page.press("#password", "Enter")
    page.wait_for_url(f"{ward.base}{PERSON}")
    return page


def broken(page: Page) -> list[str]:
    """What keeps anybody out, by axe."""
    return violations(page)


def test_a_card_leads_to_the_row_that_decided_it_and_its_end_is_counted(ward: Ward, chromium: Browser) -> None:
    page = enters(ward, chromium, "dora")
    card = page.locator(".card.critical")
    expect(card.locator("h3")).to_contain_text("Critical potassium: 7.1 mmol/L")
    card.get_by_role("link", name="Show the row that decided it").click()
    page.wait_for_url(f"**{PERSON}?evidence=measurement.{LATEST}*")
    row = page.locator("tr.marked")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Potassium")
    expect(row).to_be_in_viewport()
    expect(row).to_be_focused()
    expect(page.locator(".of-marked")).to_contain_text("7.1")
    page.locator(".card .override summary").click()
    page.get_by_label("In your words").fill("haemolysed, repeated")
    page.locator(".card .override form button").click()
    expect(page.locator(".card.answered")).to_contain_text("You overrode it")
    expect(page.locator(".card button")).to_have_count(0)
    assert ward.workspace.ledger.feedback.counts() == {("potassium_card/critical_potassium", "overridden"): 1}
    page.context.close()


@pytest.mark.parametrize(
    ("language", "theme", "size"), [("zh-CN", "light", NARROW), ("en", "dark", WIDE), ("zh-CN", "dark", WIDE)]
)
def test_nothing_keeps_anybody_out(ward: Ward, chromium: Browser, language: str, theme: str, size: Any) -> None:
    page = enters(ward, chromium, "dora", language, viewport=size, color_scheme=theme)
    for path in (PERSON, f"{PERSON}?evidence=measurement.{LATEST}", f"{PERSON}?kind=results", "/console/people"):
        page.goto(ward.base + path)
        assert broken(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
    page.context.close()


def test_an_emergency_is_opened_told_seen_and_reviewed(ward: Ward, chromium: Browser) -> None:
    page = enters(ward, chromium, "sven")
    expect(page.locator("h1")).to_have_text("This record is not open to you")
    assert broken(page) == []
    page.get_by_label("Reason").fill("found unconscious, no papers, needs his medicines")
    page.get_by_role("button", name="Open the record").click()
    expect(page.locator(".alert.critical")).to_contain_text("You opened this record in an emergency")
    expect(page.locator("#results-title")).to_be_visible()
    owner = enters(ward, chromium, "olga")
    owner.goto(f"{ward.base}/console/audit?actor=sven&person={RICH}")
    expect(owner.locator("main table").first).to_contain_text("sven")
    owner.goto(f"{ward.base}/console/access/emergencies")
    expect(owner.locator(".emergency")).to_contain_text("found unconscious")
    owner.get_by_label("Was it right?").fill("right: resuscitation room")
    owner.get_by_role("button", name="Review", exact=True).click()
    expect(owner.locator(".emergency")).to_have_count(0)
    (task,) = [one for one in ward.workspace.ledger.tasks.all() if one.kind == "break_glass"]
    assert (task.state.value, task.reason) == ("done", "right: resuscitation room")
    actions = [one.action for one in ward.workspace.ledger.audit.about(RICH) if one.act.actor in ("sven", "olga")]
    assert [one for one in actions if one.startswith("glass")] == ["glass broken", "glass reviewed"]
    for one in (page, owner):
        one.context.close()


def test_it_reads_without_scripts(ward: Ward, chromium: Browser) -> None:
    page = enters(ward, chromium, "dora", java_script_enabled=False)
    page.goto(f"{ward.base}{PERSON}?evidence=measurement.{LATEST}#marked")
    expect(page.locator("tr.marked")).to_be_visible()
    page.locator("details.note summary").first.click()
    expect(page.locator("details.note .text").first).to_contain_text("血钾偏高")
    page.context.close()
