"""The past asked of cards: burden, repeats, what was right, what comes together, how shown ones ended."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from app_folders import write_app
from medark.define import Card, Rule, days, drugs
from medark.errors import NotFoundError, UsageError
from medark.flows.apps.backtest import Period, backtest
from medark.flows.apps.backtest_count import Case, Fired, Stay, counted
from medark.flows.apps.backtest_truth import truth_in
from medark.flows.card_ids import card_id
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.card import CardFeedback
from medark.sdk.silence import said
from unit.flows.apps.conftest import potassium, put_in, write

JUNE = Period(dt.date(2024, 6, 1), dt.date(2024, 6, 30))
PLAIN = 'source="test")'


def day(of_june: int) -> dt.date:
    return dt.date(2024, 6, of_june)


@pytest.fixture
def app(workspace: Workspace, tmp_path: Path) -> str:
    """The sound application, whose card knows a cooldown of a week, and looks back from the moment it is asked for."""
    folder = write_app(tmp_path / "apps")
    text = (folder / "app.py").read_text()
    text = text.replace(PLAIN, 'source="test", cooldown=days(7))', 1)
    as_of_then = 'measurements.of(POTASSIUM).before(index.start, bounds="[]").last()'
    (folder / "app.py").write_text(text.replace("measurements.of(POTASSIUM).last()", as_of_then, 1))
    return put_in(workspace, folder)


def test_the_past_of_a_card(workspace: Workspace, owner: Reader, app: str) -> None:
    """Person 1: high on the 1st, the same on the 2nd and 8th, higher on the 9th; in hospital from the 8th on."""
    of_one = [(6.5, 1), (6.5, 2), (6.5, 8), (6.9, 9)]
    history = [potassium(1, value, day(of_june), 900 + of_june) for value, of_june in of_one]
    history += [potassium(2, 4.0, day(5), 915), potassium(3, 7.2, dt.date(2024, 5, 31), 916)]
    stay = {
        "visit_occurrence_id": 1, "person_id": 1, "visit_concept_id": 9201, "visit_start_date": day(8),
        "visit_end_date": day(12), "visit_type_concept_id": 32817,
    }  # fmt: skip
    write(workspace, measurement=history, visit_occurrence=[stay])
    truth = (Case("high", 1, day(1), day(3)), Case("high", 2, day(5), day(6)), Case("other", 1, day(1), day(3)))
    found = backtest(workspace, owner, app, JUNE, truth).counted
    (card,) = found.cards
    # two more in June: of person 1 and 3 on the 30th
    assert (card.fired, card.shown, card.silenced, card.people) == (6, 5, 1, 2)
    assert (found.admissions, card.in_hospital, card.per_100_admissions, found.per_100_admissions) == (
        1,
        2,
        200.0,
        200.0,
    )
    assert (card.right, card.ppv, card.cases, card.found) == (1, 0.2, 2, 1)


def test_some_cards(workspace: Workspace, owner: Reader, app: str) -> None:
    assert backtest(workspace, owner, app, JUNE, cards=("high",)).counted.cards[0].card == "high"
    with pytest.raises(UsageError, match="no such card"):
        backtest(workspace, owner, app, JUNE, cards=("low",))
    with pytest.raises(NotFoundError):
        backtest(workspace, owner, "nothing", JUNE)


def test_how_shown_cards_ended(workspace: Workspace, owner: Reader, app: str) -> None:
    told = [("accepted", ""), ("overridden", "urn|benefit"), ("overridden", "urn|benefit"), ("overridden", "")]
    workspace.ledger.feedback.add(
        CardFeedback(card_id(app, "high"), app, outcome, 1, "anna", app, override_reason=reason)
        for outcome, reason in told
    )
    (found,) = backtest(workspace, owner, app, JUNE).outcomes
    assert (found.card, found.accepted, found.overridden, found.override_rate) == ("high", 1, 3, 0.75)
    assert found.reasons == {"urn|benefit": 2, "": 1}


WORDS = Card("{n}", "{n}")
RULES = [Rule(name, drugs.exists(), WORDS, {"n": drugs.count()}, cooldown=days(1)) for name in ("a", "b")]


def fired(card: str, person_id: int, of_june: int, n: int = 1) -> Fired:
    at = dt.datetime.combine(day(of_june), dt.time(8))
    return Fired(card, person_id, at, said(RULES[0], {"n": n}, int(at.replace(tzinfo=dt.UTC).timestamp() * 1000)))


def test_what_comes_together() -> None:
    told = [fired("a", 1, 1), fired("b", 1, 1), fired("a", 1, 3), fired("b", 2, 3), fired("a", 1, 1)]
    found = counted(RULES, told, [])
    assert [(one.card, one.fired, one.shown) for one in found.cards] == [("a", 2, 2), ("b", 2, 2)]
    ((together),) = found.together
    assert (together.one, together.other, together.days, together.share) == ("a", "b", 1, 0.5)
    assert found.per_100_admissions is None
    assert found.cards[0].ppv is None


def test_a_stay_that_began_before_is_no_admission() -> None:
    stays = [Stay(1, dt.date(2024, 5, 30), day(2), is_admission=False), Stay(2, day(1), day(1), is_admission=True)]
    (one, _) = counted(RULES, [fired("a", 1, 2), fired("a", 1, 4)], stays).cards
    assert (one.shown, one.in_hospital, one.per_100_admissions) == (2, 1, 100.0)


def test_truth_is_read(tmp_path: Path) -> None:
    file = tmp_path / "truth.csv"
    file.write_text("card,person_id,first,last\nhigh,7,2024-06-01,2024-06-03\n")
    assert truth_in(file) == (Case("high", 7, day(1), day(3)),)
    file.write_text("card,person\nhigh,7\n")
    with pytest.raises(UsageError, match="no file of what was true"):
        truth_in(file)
