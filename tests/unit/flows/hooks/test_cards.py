"""Cards of applications that run: whose they are, what they are from, and that one's failing hinders no other."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from app_folders import write_app
from medark.errors import AccessError, NotFoundError
from medark.flows.apps import life
from medark.flows.apps.running import running
from medark.flows.hooks import Hooks
from medark.flows.hooks.hooks import UnknownPatientError, WrongHookError
from medark.flows.workspace import Workspace
from medark.model.access import Purpose, Reader
from medark.model.card import Indicator
from unit.flows.apps import conftest as apps
from unit.flows.apps.conftest import shown

made, workspace, owner, sound = apps.made, apps.workspace, apps.owner, apps.sound  # the same people


def test_whom_the_rule_of_an_installed_application_fires_for(workspace: Workspace, owner: Reader, sound: str) -> None:
    told = {person: [one.card.summary for one in shown(workspace, owner, person)] for person in apps.VALUES}
    assert {person: said for person, said in told.items() if said} == {1: ["Potassium 6.8"], 3: ["Potassium 7.2"]}
    with pytest.raises(WrongHookError):
        shown(workspace, owner, 1, hook="order-sign")
    with pytest.raises(UnknownPatientError):
        shown(workspace, owner, 999)
    assert [(one.id, one.hook) for one in Hooks(workspace).services()] == [("potassium", "patient-view")]


def test_a_card_says_why_and_whose_it_is(workspace: Workspace, owner: Reader, sound: str) -> None:
    (one,) = shown(workspace, owner, 1, language="zh")
    assert (one.rule, one.card.summary, one.evidence) == ("high", "血钾 6.8", (("measurement", 101),))
    plain = one.card.plain()
    assert set(plain) == {"summary", "indicator", "source", "links"}
    assert plain["source"]["topic"] == {"code": "high", "system": "urn:medark:app:potassium", "display": "血钾"}


def test_the_shipped_card(workspace: Workspace, owner: Reader) -> None:
    assert apps.put_in(workspace, Path("potassium_card")) == "potassium_card"
    with running(workspace).one("potassium_card") as loaded:
        assert loaded.process is None  # installed by Python's own tools, with exactly these files: trusted
    (one,) = shown(workspace, owner, 1, "potassium_card")
    assert one.card.indicator is Indicator.CRITICAL
    assert one.card.summary == "Critical potassium: 6.8 mmol/L at 2024-06-30 09:00"
    assert "Kost" in one.card.source.label
    assert shown(workspace, owner, 1, "potassium_card", at=apps.NOW + dt.timedelta(days=2)) == ()  # no news


def test_the_reader_and_the_application_must_both_be_allowed(workspace: Workspace, owner: Reader, sound: str) -> None:
    for stranger in (replace(owner, user="stranger"), replace(owner, purpose=Purpose.RESEARCH)):
        with pytest.raises(AccessError):
            shown(workspace, stranger, 1)
    for grant in workspace.ledger.access.grants():
        if grant.holder == sound:
            workspace.ledger.access.revoke(grant.number, "anna")
    with pytest.raises(AccessError, match="application has no grant"):
        shown(workspace, owner, 1)


def test_code_that_fails_for_some_leaves_them_the_card_of_the_rules_own_words(
    workspace: Workspace, owner: Reader, tmp_path: Path
) -> None:
    """For some people only: its samples did not show it."""
    apps.put_in(workspace, write_app(tmp_path, card='assert finding.values["k"] < 7, finding.values["k"]'))
    assert [one.card.links[0].label for one in shown(workspace, owner, 1)] == ["1.0.0"]
    (one,) = shown(workspace, owner, 3)
    assert (one.card.summary, one.card.links) == ("Potassium 7.2", ())
    told = running(workspace).incidents["potassium"]
    assert told.what == "the application failed: AssertionError"  # and never the value


def test_two_applications_side_by_side(workspace: Workspace, owner: Reader, sound: str) -> None:
    apps.put_in(workspace, Path("potassium_card"))
    told = [shown(workspace, owner, 1, app)[0].card.indicator.value for app in ("potassium_card", "potassium")]
    assert told == ["critical", "warning"]
    life.disable(workspace, "potassium_card")
    with pytest.raises(NotFoundError):
        shown(workspace, owner, 1, "potassium_card")
    assert shown(workspace, owner, 1)
