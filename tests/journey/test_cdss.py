"""A doctor and a warning: the hook's card leads to why, is overridden with a reason, counted, and not said again."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from cdss_known import HERE
from medark.bootstrap import init_workspace, open_workspace
from medark.flows.apps.freshen import freshen
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.user import User
from medark.serve.auth.passwords import Passwords
from medark.settings import ServeSettings
from support.accessibility import violations
from support.browser import browser
from unit.flows.apps import conftest as apps
from unit.serve.conftest import PASSWORD, Serving

SERVICE, WARNED = "/cds-services/cdss", "interaction_major"
NOW = dt.datetime.now(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
TODAY, AN_HOUR_AGO = NOW.date(), NOW - dt.timedelta(hours=1)
OLD_MAN, YOUNG = "N1", "N2"  # their numbers in the hospital


@dataclass(frozen=True)
class Ward:
    """A served workspace, a browser, and a client of the doctor's workstation."""

    base: str
    browser: Browser
    client: httpx.Client
    old_man: int
    young: int

    def cards(self) -> dict[str, dict[str, Any]]:
        """What the workstation is told as the doctor opens the patient's record, by rule."""
        context = {"userId": "Practitioner/1", "patientId": str(self.old_man)}
        told = {"hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": context}
        answer = self.client.post(SERVICE, json=told)
        assert answer.status_code == 200, answer.text
        return {card["source"]["topic"]["code"]: card for card in answer.json()["cards"]}

    def page(self, language: str = "en", width: int = 1280) -> Page:
        """A window of the doctor's, signed in for care."""
        context = self.browser.new_context(viewport={"width": width, "height": 844}, base_url=self.base)
        context.add_cookies([{"name": "medark_language", "value": language, "url": self.base}])
        told = {"name": "dora", "password": PASSWORD, "purpose": "care"}
        assert context.request.post("/session", data=told).ok
        opened = context.new_page()
        opened.set_default_timeout(20_000)
        return opened


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """An old man with atrial fibrillation who takes warfarin and ibuprofen; somebody young; a doctor."""
    place = tmp_path_factory.mktemp("cdss")
    init_workspace(place / "ws", buckets=2, time_zone="Asia/Shanghai").close()
    with open_workspace(place / "ws", {"MEDARK_ACCESS_LEAST_COUNT": "1"}) as opened:
        (place / "his").mkdir()
        for number, born in ((OLD_MAN, TODAY.year - 75), (YOUNG, TODAY.year - 30)):
            (place / "his" / f"{number}.hl7").write_bytes(admission(number, born))
        assert ingest(opened, place / "his", "north/his").adds_up
        (who,) = opened.crosswalk.find(OLD_MAN, kind="MR")
        potassium = apps.potassium(who, 4.2, TODAY, key=901)
        apps.write(
            opened,
            drug_exposure=[taken(who, 1, "华法林钠片"), taken(who, 2, "布洛芬缓释胶囊")],
            condition_occurrence=[noted(who, 1, "I48.900x004"), noted(who, 2, "I10.x00x002")],
            measurement=[potassium | {"measurement_datetime": AN_HOUR_AGO, "measurement_date": AN_HOUR_AGO.date()}],
        )
        for name, role in (("anna", "owner"), ("dora", "doctor")):
            opened.ledger.users.add(User(name, roles=frozenset({role})), Passwords().hash(PASSWORD))
        opened.ledger.access.add_grant(Grant(0, Holder.ROLE, "doctor", Purpose.CARE, {"*": None}, Rows.ALL, 4, 0))
        apps.put_in(opened, HERE)
        freshen(opened, "cdss", by="anna")
        yield opened


def admission(number: str, born: int) -> bytes:
    """An HL7 message: a patient who came in today."""
    at = f"{TODAY:%Y%m%d}0001"
    lines = (
        rf"MSH|^~\&|HIS|H|||{at}||ADT^A01|{number}|P|2.5", f"EVN|A01|{at}",
        f"PID|1||{number}^^^^MR||Qzx^{number}||{born}0101|M", f"PV1|1|I|MED{'|' * 16}V{number}{'|' * 25}{at}",
    )  # fmt: skip
    return "\r".join([*lines, ""]).encode()


def taken(who: int, key: int, name: str) -> dict[str, object]:
    """An order of yesterday that still runs."""
    return {
        "drug_exposure_id": key, "person_id": who, "drug_concept_id": 0, "drug_type_concept_id": 32817,
        "drug_exposure_start_date": TODAY - dt.timedelta(days=1),
        "drug_exposure_end_date": TODAY + dt.timedelta(days=5),
        "drug_source_value": name,
    }  # fmt: skip


def noted(who: int, key: int, code: str) -> dict[str, object]:
    """A diagnosis of last year."""
    return {
        "condition_occurrence_id": key, "person_id": who, "condition_concept_id": 0,
        "condition_type_concept_id": 32817, "condition_start_date": TODAY - dt.timedelta(days=400 - key),
        "condition_source_value": code,
    }  # fmt: skip


@pytest.fixture(scope="module")
def ward(workspace: Workspace) -> Iterator[Ward]:
    people = {number: one for number in (OLD_MAN, YOUNG) for one in workspace.crosswalk.find(number, kind="MR")}
    with Serving(workspace, ServeSettings(a_second=0)) as base, browser() as chromium:
        form = {"username": "dora", "password": PASSWORD}
        token = httpx.post(f"{base}/token", data=form, trust_env=False).json()["access_token"]
        headers = {"authorization": f"Bearer {token}", "x-purpose": "care"}
        with httpx.Client(base_url=base, headers=headers, timeout=60, trust_env=False) as client:
            yield Ward(base, chromium, client, *(people[number] for number in (OLD_MAN, YOUNG)))


def test_a_warning_is_explained_overridden_counted_and_not_said_again(ward: Ward) -> None:
    card = ward.cards()[WARNED]
    assert card["summary"].startswith("Major interaction: warfarin and NSAIDs: bleeding")
    (why,) = [link for link in card["links"] if link["label"] == "Why this card"]
    assert why["url"] == f"{ward.base}/console/app/cdss/why?card={WARNED}&person_id={ward.old_man}"

    page = ward.page()
    page.goto(why["url"])
    expect(page.locator("h1")).to_contain_text("warfarin and NSAIDs: bleeding")
    main = page.locator("main")
    for words in ("华法林钠片", "布洛芬缓释胶囊", "product labels (FDA, EMA)"):
        expect(main).to_contain_text(words)
    page.locator("main .figure details summary").click()
    expect(main).to_contain_text("warfarin × NSAIDs")
    expect(page.locator("main .figure svg:visible")).to_have_count(1)
    page.locator("main table a", has_text="warfarin × NSAIDs").first.click()
    page.wait_for_url(re.compile(r"/entry\?id=ddi"))
    expect(page.locator("h1")).to_have_text("warfarin × NSAIDs")

    reason = next(one for one in card["overrideReasons"] if one["code"] == "monitored")
    said = {
        "card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": dt.datetime.now(dt.UTC).isoformat(),
        "overrideReason": {"reason": {"code": reason["code"], "system": reason.get("system")}},
    }  # fmt: skip
    assert ward.client.post(f"{SERVICE}/feedback", json={"feedback": [said]}).status_code == 200
    page.goto("/console/app/cdss/quality")
    row = page.locator("main tr", has_text="Major interaction")
    expect(row.locator("td")).to_have_text(["Major interaction", "1", "0", "1", "0"])  # shown, accepted, overridden
    expect(page.locator("main tr", has_text="known and monitored")).to_be_visible()

    assert WARNED not in ward.cards()
    page.reload()
    expect(row.locator("td").last).to_have_text("1")  # silenced
    page.goto(f"/console/app/cdss/patient?person_id={ward.old_man}")
    expect(page.locator("main tr", has_text="warfarin and NSAIDs")).to_be_visible()  # a list still tells it
    page.context.close()


def test_what_is_not_known_is_asked_and_the_answer_narrows_the_range(ward: Ward) -> None:
    page = ward.page("zh")
    page.goto(f"/console/app/cdss/patient?person_id={ward.old_man}")
    score = page.locator("main tr", has_text="芬兰糖尿病风险评分").first
    expect(score).to_contain_text("4–26")
    page.get_by_role("radiogroup", name="每日活动不足30分钟").get_by_role("radio", name="是").check()
    page.get_by_label("腰围（cm）").fill("80")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("2 ")
    expect(page.locator("main tr", has_text="芬兰糖尿病风险评分").first).to_contain_text("6–22")
    page.context.close()


def test_knowledge_is_found_and_recommendations_are_those_of_the_patient(ward: Ward) -> None:
    page = ward.page("zh")
    page.goto("/console/app/cdss/search")
    page.get_by_label("检索词").fill("房颤 抗凝")
    page.get_by_role("button", name="检索").click()
    expect(page.locator("main tbody tr").first).to_contain_text("直接口服抗凝药优于华法林")
    assert "person" not in page.url
    page.goto(f"/console/app/cdss/diagnosis?person_id={ward.old_man}")
    expect(page.locator("main h2")).to_contain_text(["高血压", "心房颤动"])
    page.goto(f"/console/app/cdss/patient?person_id={ward.young}")
    expect(page.locator("main")).to_contain_text("不适用")
    page.context.close()


@pytest.mark.parametrize("path", [
    "patient?person_id={who}", f"why?card={WARNED}&person_id={{who}}", "search?q=AF", "entry?id=disease:af",
    "diagnosis?person_id={who}", "quality",
])  # fmt: skip
def test_nothing_on_these_pages_keeps_anybody_out(ward: Ward, path: str) -> None:
    for width, scheme in ((1280, "light"), (390, "dark")):
        page = ward.page(width=width)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto("/console/app/cdss/" + path.format(who=ward.old_man))
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()
