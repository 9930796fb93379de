"""The data map in a real browser: found by a Chinese word, walked from source to table to application"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, FloatRect, Page, expect

import hospital
from medark.bootstrap import init_workspace
from medark.flows.apps import life
from medark.flows.catalog import wait as wait_for_catalog
from medark.flows.data_map import wait
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.user import User
from medark.serve.auth.passwords import Passwords
from medark.settings import ServeSettings
from support.accessibility import violations
from support.browser import browser
from unit.serve.conftest import Serving

PASSWORD = "correct horse battery"
PATIENTS = [hospital.Patient(f"Qzxp{chr(97 + n)}", n + 1) for n in range(15)]


@dataclass(frozen=True)
class Mapped:
    """A served workspace, and a browser to look at it."""

    workspace: Workspace
    base: str
    browser: Browser

    def page(self, user: str, path: str, language: str = "zh", width: int = 1280) -> Page:
        """A page, to somebody who is signed in."""
        context = self.browser.new_context(viewport={"width": width, "height": 844}, base_url=self.base)
        told = {"name": user, "password": PASSWORD, "purpose": "operations"}
        assert context.request.post("/session", data=told).ok
        context.add_cookies([{"name": "medark_language", "value": language, "url": self.base}])
        opened = context.new_page()
        opened.goto(path)
        return opened


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapped]:
    """A hospital taken in, an application that reads measurements; nothing of the map is worked out yet."""
    root = tmp_path_factory.mktemp("console_map")
    hashed = Passwords().hash(PASSWORD)
    with init_workspace(root / "ws", buckets=2, time_zone="Asia/Shanghai") as workspace:
        workspace.ledger.users.add(User("olga", roles=frozenset({"owner"})), hashed)
        workspace.ledger.users.add(User("dora", organisation="north", roles=frozenset({"doctor"})), hashed)
        workspace.ledger.access.add_grant(
            Grant(0, Holder.ROLE, "doctor", Purpose.OPERATIONS, {"measurement": None}, Rows.ORGANISATION, 3, 0,
                  masks={"measurement.measurement_source_value": "star"}, granted_by="olga")
        )  # fmt: skip
        ingest(workspace, hospital.write(root / "in", PATIENTS), "north/all")
        life.install(workspace, "potassium_card", by="olga")
        life.approve(workspace, "potassium_card", by="olga")
        life.enable(workspace, "potassium_card", by="olga")
        with Serving(workspace, ServeSettings(a_second=0)) as base, browser() as opened:
            yield Mapped(workspace, base, opened)


def worked_out(mapped: Mapped, user: str) -> None:
    """The first page of a reader begins the work; whoever looks again sees what came of it."""
    mapped.page(user, "/console/map").context.close()
    wait(mapped.workspace)
    mapped.page(user, "/console/find").context.close()
    wait_for_catalog(mapped.workspace)


def test_the_first_page_waits_for_nothing_and_the_next_is_whole(mapped: Mapped) -> None:
    page = mapped.page("olga", "/console/map", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Data map")
    expect(page.get_by_role("link", name="measurement", exact=True).first).to_be_visible()
    wait(mapped.workspace)
    page.reload()
    expect(page.locator(".flow a[data-node='source:north/all']")).to_be_visible()
    expect(page.locator(".flow .edges .read").first).to_be_attached()


def test_an_owner_finds_a_table_by_a_chinese_word_and_walks_to_the_application(mapped: Mapped) -> None:
    worked_out(mapped, "olga")
    page = mapped.page("olga", "/console/map")
    page.get_by_role("searchbox").fill("检验")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/console/find"))  # whole, with what the keys do
    page.keyboard.press("j")
    expect(page.locator("[data-results] h3 a").first).to_be_focused()
    page.locator("[data-results] a[href='/console/catalog/table/measurement']").first.click()
    page.locator(".asset-ways a[href='/console/map/table/measurement']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("measurement")
    page.get_by_role("link", name="north/all").first.click()
    expect(page).to_have_url(f"{mapped.base}/console/map/source/north/all")
    page.locator("details.fields", has_text="hl7v2").locator("summary").click()
    page.get_by_role("link", name="measurement.value_as_number").first.click()
    expect(page).to_have_url(f"{mapped.base}/console/map/table/measurement#value_as_number")
    expect(page.locator("tr#value_as_number")).to_be_in_viewport()
    page.get_by_role("link", name="血钾危急值").click()
    expect(page).to_have_url(f"{mapped.base}/console/apps/potassium_card")


def test_the_picture_is_walked_by_keyboard(mapped: Mapped) -> None:
    worked_out(mapped, "olga")
    page = mapped.page("olga", "/console/map")
    node = page.locator(".flow a[data-node='table:measurement']")
    node.focus()
    expect(page.locator(".flow.chosen .edges path.on").first).to_be_attached()
    assert {one.get_attribute("data-node") for one in page.locator(".flow .node.on").all()} >= {
        "source:north/all", "table:measurement", "app:potassium_card",
    }  # fmt: skip
    page.keyboard.press("Enter")
    expect(page.locator("#flow")).to_contain_text("measurement")
    expect(page.locator(".flow a[data-node='table:person']")).to_have_count(0)
    page.go_back()
    expect(page.locator(".flow a[data-node='table:person']")).to_have_count(1)


def test_the_picture_is_zoomed_and_moved(mapped: Mapped) -> None:
    worked_out(mapped, "olga")
    page = mapped.page("olga", "/console/map", "en")
    view = page.locator(".flow-view")

    def box() -> list[float]:
        return [float(part) for part in (page.locator(".flow").get_attribute("viewBox") or "").split()]

    view.scroll_into_view_if_needed()
    before = box()
    page.mouse.move(*_middle(view.bounding_box()))
    page.mouse.wheel(0, -300)
    assert box() == before, "the wheel is the page's until somebody works in the picture"
    view.focus()
    for key, grows in (("+", False), ("-", True)):
        was = box()[2]
        page.keyboard.press(key)
        assert (box()[2] > was) is grows
    page.keyboard.press("0")
    whole = box()
    page.mouse.move(*_middle(view.bounding_box()))
    page.mouse.wheel(0, -300)
    page.wait_for_function("before => +document.querySelector('.flow').getAttribute('viewBox').split(' ')[2] < before",
                           arg=whole[2])  # fmt: skip
    nearer = box()
    page.keyboard.press("ArrowRight")
    assert box()[0] > nearer[0] and box()[2] == nearer[2]
    x, y = _middle(view.bounding_box())
    page.mouse.move(x, y + 30)
    page.mouse.down()
    page.mouse.move(x + 60, y + 90, steps=4)
    page.mouse.up()
    assert box()[0] < nearer[0] + nearer[2] / 8 and box()[2] == nearer[2]
    page.get_by_role("button", name="All", exact=True).click()
    assert box() == whole


def _middle(found: FloatRect | None) -> tuple[float, float]:
    assert found is not None
    return found["x"] + found["width"] / 2, found["y"] + min(found["height"], 600) / 2


def test_the_picture_is_taken_home_as_it_is_shown(mapped: Mapped) -> None:
    worked_out(mapped, "olga")
    page = mapped.page("olga", "/console/map?colour=sensitivity&focus=table:measurement", "zh")
    drawn = {one.get_attribute("data-node") for one in page.locator(".flow .node").all()}
    for form, begin in (("svg", b"<svg"), ("png", b"\x89PNG")):
        address = page.locator(f".flow-files a[href*='picture.{form}?']").get_attribute("href") or ""
        told = page.context.request.get(address)
        assert told.ok and told.body().startswith(begin)
        if form == "svg":
            assert set(re.findall('data-node="([^"]+)"', told.text())) == drawn
            assert "敏感级别" in told.text()
    assert page.context.request.get("/console/map/picture.gif").status == 404


def test_a_reader_of_a_lower_level_sees_masked_values(mapped: Mapped) -> None:
    worked_out(mapped, "dora")
    page = mapped.page("dora", "/console/map/table/measurement", "en")
    row = page.locator("tr#measurement_source_value")
    expect(row.get_by_text("masked: star")).to_be_visible()
    values = [text.split(" ")[0] for text in row.locator(".value").all_inner_texts()]
    assert values and all(value.endswith("**") for value in values)
    expect(page.locator("tr#value_source_value").get_by_text("no grant of yours opens it: level 4")).to_be_visible()
    page.goto("/console/map/table/person")
    expect(page.locator(".alert")).to_contain_text("medark grant add --table person")
    assert page.locator(".value").count() == 0


def test_what_is_shown_is_there_as_data(mapped: Mapped) -> None:
    worked_out(mapped, "olga")
    page = mapped.page("olga", "/console/find?q=单位", "en")
    twin = page.locator("[data-twin]").get_attribute("href") or ""
    told = page.context.request.get(twin).json()
    shown = [text.strip() for text in page.locator("[data-results] h3 a").all_inner_texts()]
    assert shown and shown == [one["called"] for one in told["results"]]


PATHS = (
    "/console/lineage?of=measurement.value_as_number&all=1",
    "/console/map", "/console/map?colour=sensitivity&focus=table:measurement", "/console/find", "/console/find?q=unit",
    "/console/catalog/table/measurement", "/console/catalog/column/measurement.unit_concept_id", "/console/glossary",
    "/console/map/source/north/all", "/console/map/table/measurement",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_wider_than_a_telephone(mapped: Mapped, path: str) -> None:
    worked_out(mapped, "olga")
    page = mapped.page("olga", path, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_keeps_people_out(mapped: Mapped, theme: str) -> None:
    """Axe, on every page, in both themes."""
    worked_out(mapped, "olga")
    page = mapped.page("olga", "/console", "en")
    page.context.add_cookies([{"name": "medark_theme", "value": theme, "url": mapped.base}])
    found = []
    for path in PATHS[:8]:
        page.goto(path)
        found += [f"{path} {one}" for one in violations(page)]
    assert found == []
