"""Characterisation in a real browser: from the whole to a table to a concept, readable by all, on a small screen too"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

import hospital
from medark.bootstrap import init_workspace
from medark.flows.characterise import characterise
from medark.flows.ingest import ingest
from medark.model.user import User
from medark.serve.auth.passwords import Passwords
from medark.settings import ServeSettings
from support.accessibility import violations
from support.browser import browser
from unit.serve.conftest import Serving

PASSWORD = "correct horse battery"
PATIENTS = [hospital.Patient(f"Qzxp{chr(97 + n)}", n + 1) for n in range(15)]


@dataclass(frozen=True)
class Characterised:
    """A served workspace that was characterised, and a browser to look at it."""

    base: str
    browser: Browser

    def page(self, path: str, language: str, width: int, theme: str = "light") -> Page:
        """A page, to the owner."""
        context = self.browser.new_context(viewport={"width": width, "height": 844}, base_url=self.base)
        told = {"name": "olga", "password": PASSWORD, "purpose": "operations"}
        assert context.request.post("/session", data=told).ok
        cookies = {"medark_language": language, "medark_theme": theme}
        context.add_cookies([{"name": name, "value": value, "url": self.base} for name, value in cookies.items()])
        opened = context.new_page()
        opened.goto(path)
        return opened


@pytest.fixture(scope="module")
def characterised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Characterised]:
    root = tmp_path_factory.mktemp("console_characterisation")
    with init_workspace(root / "ws", buckets=2, time_zone="Asia/Shanghai") as workspace:
        workspace.ledger.users.add(User("olga", roles=frozenset({"owner"})), Passwords().hash(PASSWORD))
        ingest(workspace, hospital.write(root / "in", PATIENTS), "north/all")
        characterise(workspace, "olga")
        with Serving(workspace, ServeSettings(a_second=0)) as base, browser() as opened:
            yield Characterised(base, opened)


def test_from_the_whole_to_a_table_to_a_concept_by_keyboard(characterised: Characterised) -> None:
    page = characterised.page("/console/characterisation", "en", 1280)
    expect(page.get_by_role("img", name="People by age and sex").first).to_be_visible()
    page.get_by_role("link", name="measurement", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("measurement")
    page.get_by_role("link", name="Potassium", exact=False).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="Age at the first record").first).to_be_visible()
    page.get_by_role("navigation", name="Where this is").get_by_role("link", name="measurement").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("measurement")


@pytest.mark.parametrize(("language", "width", "theme"), [("en", 1280, "light"), ("zh", 390, "dark")])
def test_the_pages_are_readable_by_all(characterised: Characterised, language: str, width: int, theme: str) -> None:
    page = characterised.page("/console/characterisation", language, width, theme)
    for path in ("", "/measurement", "/measurement/0"):
        page.goto(f"/console/characterisation{path}")
        assert not violations(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} wide"
