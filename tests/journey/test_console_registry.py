"""A registry from the owner who puts it in to the researcher who takes its rows home, in a real browser over HTTP."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect

from app_folders import write_app
from medark.bootstrap import open_workspace
from medark.flows.apps.datasets import dataset_rows
from medark.flows.gate import reader_of
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.user import User
from medark.serve.auth.passwords import Passwords
from medark.settings import ServeSettings
from support.accessibility import violations
from support.browser import browser
from support.diabetes import write_diabetes
from unit.flows.apps import conftest as apps
from unit.serve.conftest import PASSWORD, Serving

made = apps.made
APP, DATASET = "registry_page", "diabetes"
STEPS = {"install": "Install", "approve": "Approve", "enable": "Let it run", "publish": "Publish now"}
HBA1C = {n: 5.5 + n / 8 for n in range(1, 37)} | dict.fromkeys(range(37, 41))  # groups large and small

# A page of every kind of block, by an application that would rather run a script.
HOSTILE = """
from medark.sdk import *

def everything(view):
    evil = "<script>document.title = 'broken'</script><img src=x onerror=\\"document.title='broken'\\">"
    month, people = TableColumn("month", evil, "date"), TableColumn("n", "people", "number")
    rows = [{"month": f"2024-{m:02d}-01", "n": m} for m in range(1, 9)]
    asked = ", ".join(f"{name}={value}" for name, value in sorted(view.query.items()))
    return (
        Heading(evil, 1),
        Text(evil + " [go](javascript:document.title='broken') **asked: " + asked + "**\\n\\n| a |\\n|--:|\\n| 1 |"),
        Form((Field("word", "Word"), Field("least", "Least", "number", 3), Field("since", "Since", "date"),
              Field("kind", "Kind", "choice", "a", ("a", "b")), Field("new", "Only new", "check")), "Show"),
        Heading("Deep", 4),
        lines(rows, month, people, alt=evil, title=evil),
        bars([{"month": evil, "n": 3}], month, people, alt="one bar"),
        Figure({"mark": "nonsense"}, alt="What would be here"),
        KeyFigures((KeyFigure(evil, None), KeyFigure("b", 12345.678, "mmol/L", evil))),
        DataTable((TableColumn("p", "person", "person"), people), ((7, 4.25), (8, 5.0)), more=2, next_page="page=2"),
        PersonLink(7, evil),
    )
"""


@pytest.fixture(scope="module")
def workspace(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Forty people with diabetes; an owner, a researcher with a grant and one without."""
    place = tmp_path_factory.mktemp("registry") / "ws"
    shutil.copytree(made, place)
    hashed = Passwords().hash(PASSWORD)
    with open_workspace(place, {}) as opened:
        people = [{"person_id": n, "year_of_birth": 1940 + n, "gender_concept_id": 8532} for n in HBA1C]
        apps.write(opened, person=people)
        write_diabetes(opened, HBA1C)
        for name, role in (("olga", "owner"), ("rita", "researcher"), ("sven", "student")):
            opened.ledger.users.add(User(name, organisation="north", roles=frozenset({role})), hashed)
        tables = dict.fromkeys(("person", "measurement", "condition_occurrence"))
        granted = Grant(0, Holder.ROLE, "researcher", Purpose.PUBLIC_HEALTH, tables, Rows.ALL, 3, 0)
        opened.ledger.access.add_grant(granted)
        hostile = write_app(place.parent, first=HOSTILE, page="return everything(view)")
        apps.put_in(opened, hostile)
        yield opened


@pytest.fixture(scope="module")
def base(workspace: Workspace) -> Iterator[str]:
    with Serving(workspace, ServeSettings(a_second=0)) as base:
        yield base


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


def signed_in(chromium: Browser, base: str, name: str, purpose: str = "public_health") -> Page:
    """A window of somebody who signed in for a purpose."""
    page = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en").new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{base}/console")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.select_option("#purpose", purpose)
    page.press("#password", "Enter")
    page.wait_for_url(f"{base}/console")
    return page


@pytest.fixture(scope="module")
def published(chromium: Browser, base: str) -> Iterator[Page]:
    """The owner's window, after each step from the shelf to the published registry was taken in it."""
    page = signed_in(chromium, base, "olga")
    page.goto(f"{base}/console/apps/{APP}")
    for step, label in STEPS.items():
        page.click(f"main a[href^='/console/apps/{APP}/{step}?']")
        expect(page.locator("h1")).to_contain_text(label)
        page.click(f"form.step button:has-text('{label}')")
        page.wait_for_url(f"{base}/console/apps/{APP}?done={step}")
    yield page
    page.context.close()


def test_the_owner_sees_the_page_and_its_figure(published: Page, base: str) -> None:
    said: list[str] = []
    published.on("console", lambda told: said.append(told.text))
    published.goto(f"{base}/console")
    published.click("nav.side a:has-text('Type 2 diabetes')")
    expect(published.locator("h1")).to_have_text("Type 2 diabetes")
    told = published.locator("dl.figures div")
    expect(told.filter(has_text="people").locator("b")).to_have_text(str(len(HBA1C)))
    expect(told.filter(has_text="never measured")).to_contain_text("too few to be told")
    figure = published.get_by_role("img", name="People by their last HbA1c")
    expect(figure).to_be_visible()
    assert "var(--series-1)" in figure.inner_html()
    colours = []
    for scheme in ("light", "dark"):
        published.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        mark = figure.locator("[fill^='var(--series']").first
        colours.append(mark.evaluate("one => getComputedStyle(one).fill"))
    assert colours == ["rgb(11, 122, 128)", "rgb(63, 176, 179)"]  # the figure follows the theme
    published.emulate_media(color_scheme="light")
    published.click("summary:has-text('Numbers')")
    expect(published.locator(".figure table")).to_contain_text("at target")
    published.set_viewport_size({"width": 390, "height": 844})
    expect(figure).to_be_visible()
    assert published.evaluate("document.documentElement.scrollWidth") <= 390
    published.set_viewport_size({"width": 1280, "height": 800})
    assert said == []


@pytest.mark.parametrize("path", [f"app/{APP}/registry", "datasets", f"datasets/{APP}/{DATASET}?rows=yes"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_on_these_pages_keeps_anybody_out(published: Page, base: str, path: str, scheme: str) -> None:
    published.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    published.goto(f"{base}/console/{path}")
    assert violations(published) == []


def test_a_researcher_with_a_grant_takes_the_rows(
    published: Page, chromium: Browser, base: str, workspace: Workspace
) -> None:
    assert published
    page = signed_in(chromium, base, "rita")
    page.click("nav.side a:has-text('Datasets')")
    expect(page.locator("main .badge.good")).to_have_text("may read")
    page.click("main a:has-text('People with type 2 diabetes')")
    reader = reader_of(workspace, "rita", Purpose.PUBLIC_HEALTH)
    expected = dataset_rows(workspace, reader, APP, DATASET).rows.sort_by("person_id")
    assert expected.num_rows == len(HBA1C)
    name, content = downloaded(page, "Parquet")
    assert name == "registry_page_diabetes.parquet"
    assert pq.read_table(io.BytesIO(content)).sort_by("person_id").equals(expected)
    name, content = downloaded(page, "CSV")
    assert name == "registry_page_diabetes.csv"
    rows = sorted(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))), key=lambda row: int(row["person_id"]))
    assert [row["person_id"] for row in rows] == [str(one) for one in expected["person_id"].to_pylist()]
    for column in ("hba1c", "year_of_birth", "control"):
        assert [_cell(row[column], expected.schema.field(column).type) for row in rows] == expected[column].to_pylist()
    page.context.close()


def test_one_without_is_told_why_not_and_gets_no_row(published: Page, chromium: Browser, base: str) -> None:
    assert published
    page = signed_in(chromium, base, "sven")
    page.goto(f"{base}/console/datasets/{APP}/{DATASET}")
    expect(page.locator("#why-not")).to_be_visible()
    line = page.locator("pre.line").inner_text()
    assert line.startswith("medark grant add user:sven --purpose public_health --table condition_occurrence:")
    assert page.locator("main a[download]").count() == 0
    answer = page.request.get(f"{base}/datasets/{APP}/{DATASET}?format=csv")
    assert (answer.status, answer.json()["fix"]) == (403, line)
    assert page.goto(f"{base}/console/app/{APP}/registry").status == 403  # type: ignore[union-attr]
    expect(page.locator("main")).to_contain_text("medark grant add user:sven")
    page.context.close()


def test_whatever_an_application_writes_is_words_on_its_page(chromium: Browser, base: str) -> None:
    page, said = signed_in(chromium, base, "olga", "care"), []
    page.on("console", lambda told: said.append(told.text))
    page.goto(f"{base}/console/app/potassium/all")
    assert page.title().startswith("<script>")
    assert page.locator("main script, main img, main [onerror], main [style], main a[href^='javascript']").count() == 0
    assert page.locator("main svg[role=img]:visible").count() == 2
    expect(page.locator("main .alert.warning")).to_contain_text("no Vega-Lite")
    levels = page.eval_on_selector_all("main h1, main h2, main h3", "all => all.map(one => one.tagName)")
    assert levels == ["H1", "H2"]
    for size, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": size, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.reload()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size
    assert said == []
    page.get_by_label("Word").fill("血 & x")
    page.get_by_label("Only new").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main b, main strong")).to_contain_text(
        ["asked: kind=a, least=3, new=yes, since=, word=血 & x"]
    )
    expect(page.get_by_label("Word")).to_have_value("血 & x")
    page.click("main nav.pager a[rel=next]")
    expect(page.locator("main strong")).to_contain_text("page=2")
    expect(page.get_by_label("Only new")).to_be_checked()
    assert page.locator("main td a").first.get_attribute("href") == "/console/people/7"
    page.context.close()


def downloaded(page: Page, label: str) -> tuple[str, bytes]:
    """The file that a click on a form brings: its name and what is in it."""
    with page.expect_download() as coming:
        page.click(f"main a.button:text-is('{label}')")
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


def _cell(text: str, kind: pa.DataType) -> object:
    return None if text == "" else pa.scalar(text).cast(kind).as_py()
