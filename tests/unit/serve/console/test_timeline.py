"""A person's page and the search for one, over HTTP: what is on it, who gets it, and what a form does."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import httpx
import pytest

from medark.flows.apps import life
from medark.flows.gate.reader import machine_user
from medark.flows.workspace import Workspace
from medark.model.access import Refusal
from medark.model.task import Task
from medark.serve.console.frame import environment
from medark.settings import ServeSettings
from unit.flows.timeline import conftest as rows
from unit.serve.conftest import PASSWORD, Serving

record = rows.workspace  # the same people
PERSON = f"/console/people/{rows.RICH}"
Opens = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def base(record: Workspace, hashed: str) -> Iterator[str]:
    """Where it is served, on the day after the last result, with the card that runs."""
    for name in ("dora", "lena", "cara", "nina"):
        record.ledger.users.set_password_hash(name, hashed)
    owner = machine_user()
    life.install(record, "potassium_card", by=owner)
    life.approve(record, "potassium_card", by=owner)
    life.enable(record, "potassium_card", by=owner)
    clock = rows.NOW.replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp
    with Serving(record, ServeSettings(a_second=0), clock=clock) as at:
        yield at


@pytest.fixture
def enters(base: str) -> Iterator[Opens]:
    """A client of a user who signed in for a purpose."""
    made: list[httpx.Client] = []

    def entered(user: str, purpose: str = "care", language: str = "en") -> httpx.Client:
        client = httpx.Client(base_url=base, headers={"accept-language": language}, timeout=30, trust_env=False)
        made.append(client)
        form = {"name": user, "password": PASSWORD, "purpose": purpose}
        assert client.post("/console/sign-in", data=form).status_code == 303
        return client

    yield entered
    for one in made:
        one.close()


def sends(client: httpx.Client, path: str, **told: str) -> httpx.Response:
    """A form of ours, as its page would send it."""
    found = re.search(r'name="csrf" value="(\w+)"', client.get("/console").text)
    assert found
    return client.post(path, data={"csrf": found[1], **told})


def test_the_page_and_its_data_show_the_record(enters: Opens) -> None:
    doctor = enters("dora")
    page, data = doctor.get(PERSON), doctor.get(f"{PERSON}.json").json()
    assert (page.status_code, data["most"]) == (200, 12)
    for told in (
        "Potassium",
        "6.8",
        "阿司匹林肠溶片",
        "Essential (primary) hypertension",
        "出院小结",
        "血钾</mark>偏高。",
        "CT",
    ):
        assert told in page.text, told
    assert "style=" not in page.text
    assert data["person"]["age"] == 59
    assert [one["name"] for one in data["kinds"]][:3] == ["Encounters", "Results", "Diagnoses"]
    assert {len(one["series"]) for one in data["panels"]} == {1}


def test_what_a_lower_level_does_not_open_is_not_in_the_page(enters: Opens) -> None:
    told = enters("lena").get(PERSON).text
    assert "血钾" not in told
    assert "偏高" not in told
    assert "Notes: the column is more sensitive than the grant opens" in told


@pytest.mark.parametrize("kind", ["results", "diagnoses", "encounters", "notes", "imaging", "medicines"])
def test_one_kind_alone(enters: Opens, kind: str) -> None:
    doctor = enters("dora")
    told = doctor.get(f"{PERSON}?kind={kind}")
    assert (told.status_code, f'id="{kind}-title"' in told.text) == (200, True)
    others = {"results", "diagnoses", "encounters", "notes"} - {kind}
    assert not [one for one in others if f'id="{one}-title"' in told.text]


def test_rows_that_decided_a_card_are_marked(enters: Opens) -> None:
    doctor = enters("dora")
    told = doctor.get(f"{PERSON}?evidence=measurement.103,condition_occurrence:301,measurement.9").text
    assert len(re.findall(r'<(?:tr|li) class="marked"', told)) == 2
    assert "2 rows decided it and are marked below." in told
    assert "1 of them is not shown to you." in told


@pytest.mark.parametrize("query", ["evidence=6.8", "evidence=%27or", "kind=all", "window=week", "page=-1"])
def test_what_can_not_be_read_is_said(enters: Opens, query: str) -> None:
    assert enters("dora").get(f"{PERSON}?{query}").status_code == 422


def test_an_empty_window_says_where_the_record_is(enters: Opens) -> None:
    told = enters("dora").get(f"{PERSON}?window=month&kind=procedures&page=2").text
    assert "Nothing in this time" in told
    assert "The record goes from 2022-01-05 to 2024-06-30." in told


def test_a_card_is_shown_accepted_and_counted(enters: Opens, record: Workspace) -> None:
    doctor = enters("dora")
    (card,) = doctor.get(f"{PERSON}.json").json()["cards"]
    assert (card["indicator"], card["evidence"]) == (
        "critical",
        f"{PERSON}?evidence=measurement.103#marked",
    )
    path = f"{PERSON}/feedback"
    told = {"card": card["id"], "service": card["service"]}
    assert sends(doctor, path, **told, outcome="burnt").status_code == 422
    answer = sends(doctor, path, **told, outcome="overridden", comment="haemolysed sample")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PERSON}#cards")
    (kept,) = record.ledger.feedback.all(service="potassium_card/critical_potassium")
    assert (kept.user, kept.outcome, kept.comment, kept.person_id) == (
        "dora",
        "overridden",
        "haemolysed sample",
        rows.RICH,
    )
    assert doctor.get(f"{PERSON}.json").json()["cards"][0]["answer"]["outcome"] == "overridden"


def test_nobody_says_how_cards_ended_of_whom_they_do_not_see(enters: Opens, record: Workspace) -> None:
    before = record.ledger.feedback.counts()
    told = {"card": "a", "service": "potassium_card", "outcome": "accepted"}
    assert sends(enters("dora"), f"/console/people/{rows.NOBODY}/feedback", **told).status_code == 404
    assert record.ledger.feedback.counts() == before


def test_a_refusal_stands_in_an_emergency(enters: Opens, record: Workspace) -> None:
    record.ledger.refusals.add([Refusal(rows.POOR, None, "north", 0)], "desk")
    cara, path = enters("cara"), f"/console/people/{rows.POOR}"
    assert sends(cara, f"{path}/glass", reason="unconscious in the emergency room").status_code == 303
    closed = cara.get(path)
    assert (closed.status_code, "Open in an emergency" in closed.text) == (404, False)
    assert "That stands in an emergency, too." in closed.text


def test_advice_is_for_care_alone(enters: Opens) -> None:
    told = enters("dora", "operations").get(PERSON)
    assert (told.status_code, "read for care" in told.text) == (403, True)


def test_a_record_that_is_not_open_can_be_opened_in_an_emergency(enters: Opens, record: Workspace) -> None:
    cara = enters("cara")
    closed = cara.get(PERSON)
    assert (closed.status_code, "Potassium" in closed.text, "Open in an emergency" in closed.text) == (404, False, True)
    assert sends(cara, f"{PERSON}/glass", reason="now").status_code == 400
    sent = sends(cara, f"{PERSON}/glass", reason="unconscious in the emergency room")
    assert (sent.status_code, sent.headers["location"]) == (303, PERSON)
    opened = cara.get(PERSON)
    assert (opened.status_code, "You opened this record in an emergency" in opened.text) == (200, True)
    assert [one.kind for one in record.ledger.tasks.all(person_id=rows.RICH)] == ["break_glass"]
    assert record.ledger.audit.entries(action="glass broken")[-1].act.actor == "cara"


def test_who_has_no_grant_is_told_why_and_offered_nothing(enters: Opens) -> None:
    told = enters("nina").get(PERSON)
    assert (told.status_code, "Open in an emergency" in told.text) == (403, False)
    assert "medark grant add user:nina" in told.text


def test_a_number_finds_a_person_and_is_in_no_address(enters: Opens) -> None:
    doctor = enters("dora")
    found = sends(doctor, "/console/people/search", number=rows.NUMBER)
    assert (found.status_code, found.headers["location"]) == (303, PERSON)
    nobody = sends(doctor, "/console/people/search", number="B9999")
    assert nobody.headers["location"] == "/console/people?found="
    assert "Nobody whom you may see" in doctor.get(nobody.headers["location"]).text
    assert sends(enters("lena"), "/console/people/search", number=rows.NUMBER).status_code == 403
    assert doctor.post("/console/people/search", data={"number": rows.NUMBER}).status_code == 403  # no csrf


def test_people_of_mine(enters: Opens, record: Workspace) -> None:
    doctor = enters("dora")
    record.ledger.tasks.raise_(Task(0, "alert", "复查血钾", "potassium_card", "k", rows.RICH, "north"))
    doctor.get(PERSON)
    told = doctor.get("/console/people.json").json()
    assert [one["address"] for one in told["lately"]] == [PERSON]
    assert ("复查血钾", PERSON) in {(one["title"], one["address"]) for one in told["waiting"]}
    assert "复查血钾" in doctor.get(PERSON).text


@pytest.mark.parametrize("path", ["/console/people/abc", "/console/people/9999999999999999999999"])
def test_what_is_no_number_of_a_person_is_nothing(enters: Opens, path: str) -> None:
    assert enters("dora").get(path).status_code == 404


def test_allergies_are_in_the_header_or_that_none_is_recorded_or_may_be_seen(enters: Opens) -> None:
    for name, allergies in (("青霉素 <b>", "severe"), (None, None)):
        told = [{"name": name, "kind": "medication", "severity": allergies, "since": dt.date(2024, 6, 3), "count": 2}]
        page = _header(told if name else [])
        assert ("青霉素 &lt;b&gt;" in page, "severe" in page, "2024-06-03" in page) == (bool(name),) * 3
        assert ("none recorded" in page) == (not name)
    assert "not shown to you" in _header(None)
    told = enters("dora").get(f"{PERSON}.json").json()
    assert told["allergies"] == []
    assert "none recorded" in enters("dora").get(PERSON).text


def _header(allergies: list[dict[str, object]] | None) -> str:
    module = environment().get_template("timeline_parts.html").make_module({"frame": Zoned(ZoneInfo("Asia/Shanghai"))})
    return str(module.allergy_list(allergies))


@dataclass(frozen=True)
class Zoned:
    """As much of a frame as days are written with."""

    zone: ZoneInfo
