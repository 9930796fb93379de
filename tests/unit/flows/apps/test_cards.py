"""Cards: whose rule fires, with its evidence and in the reader's language; a failing application hinders nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from app_folders import write_app
from medark.errors import AccessError
from medark.flows.apps import life
from medark.flows.apps.cards import Moment, cards, services, shown_cards
from medark.flows.apps.running import running
from medark.flows.workspace import Workspace
from medark.model.access import Purpose, Reader
from medark.model.card import Indicator
from unit.flows.apps.conftest import MOMENT, NOW, VALUES, potassium, put_in


def test_whom_the_rule_fires_for(workspace: Workspace, owner: Reader, sound: str) -> None:
    shown = {n: [one.summary for one in cards(workspace, owner, "patient-view", n, MOMENT)] for n in VALUES}
    assert {n: told for n, told in shown.items() if told} == {1: ["Potassium 6.8"], 3: ["Potassium 7.2"]}
    assert cards(workspace, owner, "order-sign", 1, MOMENT) == []
    assert cards(workspace, owner, "patient-view", 999, MOMENT) == []
    assert [(one.app, one.hook) for one in services(workspace)] == [("potassium", "patient-view")]


def test_a_card_says_why_and_whose_it_is(workspace: Workspace, owner: Reader, sound: str) -> None:
    (one,) = shown_cards(workspace, owner, "patient-view", 1, replace(MOMENT, language="zh"))
    assert (one.app, one.rule, one.card.summary) == ("potassium", "high", "血钾 6.8")
    assert [tuple(row) for row in one.evidence] == [("measurement", 101)]
    plain = one.card.plain()
    assert set(plain) == {"summary", "indicator", "source", "uuid", "links"}
    assert plain["source"]["topic"] == {"code": "high", "system": "urn:medark:app:potassium", "display": "血钾"}
    (again,) = cards(workspace, owner, "patient-view", 1, MOMENT)
    assert again.uuid != one.card.uuid


def test_the_shipped_card(workspace: Workspace, owner: Reader) -> None:
    assert put_in(workspace, Path("potassium_card")) == "potassium_card"
    with running(workspace).one("potassium_card") as loaded:
        assert loaded.process is None  # installed by Python's own tools, with exactly these files: trusted
    (card,) = cards(workspace, owner, "patient-view", 1, MOMENT)
    assert card.indicator is Indicator.CRITICAL
    assert card.summary == "Critical potassium: 6.8 mmol/L at 2024-06-30 09:00"
    assert "Kost" in card.source.label
    old = Moment(NOW + dt.timedelta(days=2))
    assert cards(workspace, owner, "patient-view", 1, old) == []  # no news


def test_what_is_being_written_counts(workspace: Workspace, owner: Reader, sound: str) -> None:
    draft = {**potassium(2, 6.4, key=999), "measurement_datetime": NOW, "measurement_date": NOW.date()}
    asked = Moment(NOW, drafts={"measurement": [draft], "note": [{"note_id": 1}]})
    (card,) = cards(workspace, owner, "patient-view", 2, asked)
    assert card.summary == "Potassium 6.4"
    assert cards(workspace, owner, "patient-view", 2, MOMENT) == []


def test_the_reader_and_the_application_must_both_be_allowed(workspace: Workspace, owner: Reader, sound: str) -> None:
    for stranger in (replace(owner, user="stranger"), replace(owner, purpose=Purpose.RESEARCH)):
        assert cards(workspace, stranger, "patient-view", 1, MOMENT) == []
        with pytest.raises(AccessError):
            cards(workspace, stranger, "patient-view", 1, MOMENT, app=sound)
    for grant in workspace.ledger.access.grants():
        if grant.holder == sound:
            workspace.ledger.access.revoke(grant.number, "anna")
    with pytest.raises(AccessError, match="application has no grant"):
        cards(workspace, owner, "patient-view", 1, MOMENT, app=sound)


def test_code_that_fails_leaves_the_card_of_the_rules_own_words(
    workspace: Workspace, owner: Reader, tmp_path: Path
) -> None:
    """For some people only: its samples did not show it."""
    put_in(workspace, write_app(tmp_path, card='assert finding.values["k"] < 7, finding.values["k"]'))
    assert [one.links[0].label for one in cards(workspace, owner, "patient-view", 1, MOMENT)] == ["1.0.0"]
    (card,) = cards(workspace, owner, "patient-view", 3, MOMENT)
    assert (card.summary, card.links) == ("Potassium 7.2", ())
    told = running(workspace).incidents["potassium"]
    assert told.what == "the application failed: AssertionError"  # and never the value


def test_two_applications_side_by_side_the_urgent_one_first(workspace: Workspace, owner: Reader, sound: str) -> None:
    put_in(workspace, Path("potassium_card"))
    shown = shown_cards(workspace, owner, "patient-view", 1, MOMENT)
    assert [(one.app, one.card.indicator.value) for one in shown] == [
        ("potassium_card", "critical"), ("potassium", "warning"),
    ]  # fmt: skip
    assert [one.app for one in shown_cards(workspace, owner, "patient-view", 1, MOMENT, app="potassium")] == [
        "potassium"
    ]
    life.disable(workspace, "potassium_card")
    assert [one.app for one in shown_cards(workspace, owner, "patient-view", 1, MOMENT)] == ["potassium"]
