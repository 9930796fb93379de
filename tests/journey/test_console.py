"""The console in a real browser: every page of it, light and dark, Chinese and English, wide and narrow, by keyboard"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect
from starlette.routing import Route

import hospital
from medark.bootstrap import init_workspace
from medark.flows.apps import life
from medark.flows.apps.publish import publish
from medark.flows.catalog import bring_up_to_date
from medark.flows.characterise import characterise
from medark.flows.gate import at_terminal, reader_of
from medark.flows.gate.reader import machine_user
from medark.flows.identity.deciding import decide as told_apart
from medark.flows.identity.linking import link
from medark.flows.ingest import ingest
from medark.flows.propose.approving import automatic
from medark.flows.propose.review import Review
from medark.flows.quality import check
from medark.flows.terms import Proposed, decide
from medark.flows.terms.choice import none_of_them
from medark.flows.units.decide import decide as decide_units
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.progress import Silent
from medark.model.task import Task
from medark.model.term import TermState
from medark.model.unit_decision import UnitDecision
from medark.model.user import User
from medark.serve.auth.passwords import Passwords
from medark.serve.console.addresses import PREFIX
from medark.serve.console.routes import PAGES
from medark.settings import ServeSettings
from support.accessibility import violations
from support.browser import browser
from support.two_hospitals import NORTH, SOUTH, send
from unit.flows.propose.conftest import written
from unit.flows.units.test_units import HEMOGLOBIN, STRAY, deliver
from unit.flows.units.test_units import NORTH as MIXED
from unit.serve.conftest import Serving

PASSWORD = "correct horse battery"
WIDE: Final[ViewportSize] = {"width": 1280, "height": 800}
NARROW: Final[ViewportSize] = {"width": 390, "height": 844}
# Each two of theme, language and width meet once.
LOOKS = {"en": (("light", WIDE), ("dark", NARROW)), "zh": (("light", NARROW), ("dark", WIDE))}
# WCAG 2.2's rule of targets, 24 px, is not among those that axe looks at unasked.
AXE: Final = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
FILES: Final = (".json", ".pdf", ".xlsx", ".{form}")  # a page in another form
# The elements that reach past the window, the last of them.
WIDEST: Final = """[...document.querySelectorAll('main *')].filter(
  one => one.getBoundingClientRect().right > innerWidth && !one.closest('.scroll')).map(
  one => one.outerHTML.slice(0, 80)).slice(-2).join(' ')"""
COLOURS = {"light": "rgb(255, 255, 255)", "dark": "rgb(23, 31, 38)"}


@dataclass(frozen=True)
class City:
    """A served workspace, and the console's routes that show a page."""

    base: str
    routes: tuple[str, ...]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A hospital taken in, applications that run, tasks that wait; behind a real server."""
    folder = tmp_path_factory.mktemp("console")
    with init_workspace(folder / "city", buckets=2, time_zone="Asia/Shanghai") as workspace:
        ingest(workspace, hospital.write(folder / "north"), hospital.SOURCE)
        _filled(workspace)
        _to_explain(workspace, folder)
        _sisters(workspace, folder)
        _units(workspace, folder)
        serving = Serving(workspace, ServeSettings(a_second=0))
        with serving as base:
            yield City(base, _routes(serving))


def _filled(workspace: Workspace) -> None:
    hashed = Passwords().hash(PASSWORD)
    for name, role in (("olga", "owner"), ("dora", "doctor"), ("rita", "researcher")):
        organisation = "north" if role == "doctor" else ""
        workspace.ledger.users.add(User(name, organisation=organisation, roles=frozenset({role})), hashed)
    everything = Grant(0, Holder.ROLE, "doctor", Purpose.CARE, {"*": None}, Rows.CARE, 4, 0)
    workspace.ledger.access.add_grant(everything)
    for name in ("potassium_card", "registry_page"):
        life.install(workspace, name, by="olga")
        life.approve(workspace, name, by="olga")
        life.enable(workspace, name, by="olga")
    publish(workspace, at_terminal(workspace))
    check(workspace, "olga")
    characterise(workspace, "olga")
    bring_up_to_date(workspace, reader_of(workspace, "olga", Purpose.PUBLIC_HEALTH))
    day_ms = 24 * 3600 * 1000
    now_ms = int(dt.datetime.now(dt.UTC).timestamp() * 1000)
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, "person")
        people = session.query("SELECT min(person_id) AS one FROM person").to_pylist()
    for number, (due, person_id) in enumerate(((-day_ms, people[0]["one"]), (2 * day_ms, None)), 1):
        told = Task(0, "recall", f"Look at number {number}", "", str(number), person_id, due_ms=now_ms + due)
        workspace.ledger.tasks.raise_(told, by="olga")


def _to_explain(workspace: Workspace, folder: Path) -> None:
    """An export that nobody has described, gone through in part: tables in effect, accepted, open; codes likewise."""
    ingest(workspace, written(folder / "export"), "west/his")
    automatic(workspace, "west/his", asks=True)
    for told in (("病人基本信息", "门诊就诊", "检验结果"), ("诊断",)):
        review = Review(workspace, "west/his", "olga")
        for name in told:
            review.accept(name)
        if len(told) > 1:
            review.finish()
    left = [one for one in workspace.ledger.terms.all(TermState.OPEN) if one.code != "血红蛋白"]
    decide(workspace, "olga", [none_of_them(Proposed(one, ())) for one in left[:1]])


def _sisters(workspace: Workspace, folder: Path) -> None:
    """Two hospitals more, of whose patients some are one person, two are not sure to be, and two are told apart."""
    for name, patients in (("east", NORTH), ("harbour", SOUTH)):
        send(workspace, folder / name, name, patients)
    link(workspace, machine_user(), Silent())
    key = {one.person_key: one.key_no for one in workspace.crosswalk.linked.known(())}
    told_apart(workspace, "olga", key["N2"], key["S2"], "different", "father and son")


def _units(workspace: Workspace, folder: Path) -> None:
    """A laboratory that writes units, leaves them out and confuses them; some of that is decided."""
    deliver(workspace, folder / "lis", "east/lis", (*MIXED, *STRAY), 1)
    hemoglobin = UnitDecision("east/lis", HEMOGLOBIN, "", "g/dL", 0)
    decide_units(workspace, "olga", [hemoglobin])


def _routes(serving: Serving) -> tuple[str, ...]:
    """The address of each page, as its route says it."""
    found = [one for family in PAGES for one in family(serving.app.state.parts).routes if isinstance(one, Route)]
    return tuple(one.path for one in found if "GET" in (one.methods or ()) and not one.path.endswith(FILES))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


class Watched:
    """A browser's window, with all that must not happen in it."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page, self.base = context.new_page(), base
        self.page.set_default_timeout(10_000)
        self.strange: list[str] = []
        context.on("request", lambda request: self._asked(request.url))
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.strange.append(f"error: {error}"))

    def _asked(self, address: str) -> None:
        if not address.startswith((self.base, "data:")):
            self.strange.append(f"request: {address}")

    def _said(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.strange.append(f"console: {said.text}")

    def goes(self, path: str) -> Page:
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status} {self.page.inner_text('main')}"
        return self.page

    def signs_in(self, name: str, purpose: str = "operations") -> None:
        self.page.goto(f"{self.base}{PREFIX}")
        self.page.fill("#name", name)
        self.page.fill("#password", PASSWORD)
        self.page.select_option("#purpose", purpose)
        self.page.press("#password", "Enter")
        self.page.wait_for_url(f"{self.base}{PREFIX}")


@pytest.fixture(scope="module")
def window(city: City, chromium: Browser) -> Iterator[Watched]:
    """An owner's."""
    context = chromium.new_context(viewport=WIDE, locale="en", reduced_motion="reduce")
    opened = Watched(context, city.base)
    opened.signs_in("olga", "public_health")  # as the registry's page asks
    yield opened
    context.close()


@pytest.fixture(scope="module")
def addresses(city: City, window: Watched) -> dict[str, str]:
    """One address of each page: where it has places, one that another page leads to."""
    found = {path: path for path in city.routes if "{" not in path}
    to_see = [path for path in found if not path.endswith("/sign-in")]
    to_see.append(f"{PREFIX}/find?q=measurement")  # what is found is led to by who asks alone
    to_see += [f"{PREFIX}/import?state=all", f"{PREFIX}/terms?like=same", f"{PREFIX}/terms?like=likely"]
    while to_see:
        window.goes(to_see.pop())
        for told in window.page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))"):
            link = told.partition("#")[0]
            path = link.partition("?")[0]
            for route in city.routes:
                if route not in found and not path.endswith(FILES) and re.fullmatch(_pattern(route), path):
                    found[route] = link
                    to_see.append(link)
    return found


def _pattern(route: str) -> str:
    """What an address of a route looks like."""
    return re.sub(r"\{\w+\}", "[^/]+", re.sub(r"\{\w+:path\}", ".+", route))


def test_each_page_can_be_come_to(city: City, addresses: dict[str, str]) -> None:
    assert {f"{PREFIX}{one}" for one in ("", "/sign-in", "/worklist/{number}", "/people/{person_id}")} <= set(addresses)
    assert set(addresses) == set(city.routes)


@pytest.mark.parametrize("language", LOOKS)
def test_nothing_keeps_anybody_out(window: Watched, addresses: dict[str, str], language: str) -> None:
    wrong = []
    _choose(window, "language", language)
    for path in addresses.values():
        page = window.goes(path)
        assert page.get_attribute("html", "lang") == {"en": "en", "zh": "zh-CN"}[language]
        for theme, size in LOOKS[language]:
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size(size)
            wrong += [f"{path} {theme} {one}" for one in violations(page, AXE)]
            if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                wrong.append(f"{path} is wider than {size['width']}: {page.evaluate(WIDEST)}")
    assert wrong == []
    assert window.strange == []


def test_axe_finds_what_is_planted(window: Watched) -> None:
    window.goes(PREFIX)
    window.page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<h4>low</h4><img src=data:,>')")
    assert {"image-alt", "heading-order"} <= {one.partition(":")[0] for one in violations(window.page)}


def _choose(window: Watched, what: str, value: str) -> None:
    """By the menu, as a person does."""
    window.goes(PREFIX)
    if what == "purpose":
        window.page.locator("details.menu").first.locator("summary").click()
    else:
        window.page.locator("details.menu", has=window.page.locator(f"form[action$='/{what}']")).locator(
            "summary"
        ).click()
    window.page.locator(f"form[action$='/{what}'] button[value={value}]").click()
    window.page.wait_for_load_state()


def test_each_page_has_its_data(window: Watched, addresses: dict[str, str]) -> None:
    for path in addresses.values():
        if not path.endswith("/sign-in"):
            address, mark, query = path.partition("?")
            answer = window.page.request.get(f"{window.base}{address}.json{mark}{query}")
            assert answer.headers["content-type"] == "application/json"
            assert isinstance(answer.json(), dict)
            assert answer.headers["cache-control"] == "no-store"


def test_by_keyboard_alone(window: Watched) -> None:
    page = window.goes(PREFIX)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    for key, path in (("w", "worklist"), ("m", "map"), ("a", "apps"), ("p", "people"), ("h", "")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"{window.base}{PREFIX}{'/' if path else ''}{path}")
    page.keyboard.press("/")
    expect(page.locator("[data-search]").first).to_be_focused()
    assert window.strange == []


def test_themes_purpose_and_paper(window: Watched) -> None:
    page = window.page
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    for theme, colour in COLOURS.items():
        _choose(window, "theme", theme)
        assert page.evaluate("getComputedStyle(document.querySelector('.panel')).backgroundColor") == colour
    page.emulate_media(media="print")
    for part in (".side", ".top", ".foot"):
        expect(page.locator(part)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('main')).color") == "rgb(22, 34, 44)"
    page.emulate_media(media="screen")
    _choose(window, "theme", "system")
    before = page.context.cookies()
    _choose(window, "purpose", "care")
    assert page.context.cookies() != before


def test_without_scripts_and_by_role(city: City, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    opened = Watched(context, city.base)
    opened.page.goto(f"{city.base}{PREFIX}/worklist")
    assert opened.page.url.endswith("/sign-in?next=/console/worklist")
    opened.page.fill("#name", "dora")
    opened.page.fill("#password", "wrong wrong wrong")
    opened.page.click(".sign-in button")
    expect(opened.page.locator("[role=alert]")).to_be_visible()
    opened.page.fill("#password", PASSWORD)
    opened.page.click(".sign-in button")
    assert opened.page.url.endswith("/console/worklist")
    hrefs = opened.page.eval_on_selector_all(".side a", "all => all.map(one => one.getAttribute('href'))")
    assert f"{PREFIX}/people" in hrefs
    assert not {f"{PREFIX}/apps", f"{PREFIX}/access"} & set(hrefs)
    answer = opened.page.goto(f"{city.base}{PREFIX}/apps")
    assert answer is not None
    assert (answer.status, answer.headers["content-type"]) == (403, "text/html; charset=utf-8")
    expect(opened.page.locator(".side")).to_be_visible()
    opened.page.locator("details.menu").last.locator("summary").click()
    opened.page.click("form[action$='/sign-out'] button")
    assert opened.page.url.endswith("/sign-in")
    assert opened.page.goto(f"{city.base}{PREFIX}").url.endswith("/sign-in")  # type: ignore[union-attr]
    context.close()
