"""How often cards were shown and silenced: counted in memory, written with the next note, at the end, or when asked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from medark.model.audit import Act
from medark.model.card import CardSeen
from medark.store.ledger import Ledger

SHOWN, SILENCED = ("cdss", "critical_value", "shown"), ("cdss", "critical_value", "silenced")


def test_counts_add_up_by_application_card_and_outcome(ledger: Ledger) -> None:
    counts = ledger.cards_seen.counts
    counts.add([SHOWN, SILENCED, SHOWN, ("vte", "assess", "shown")])
    assert counts.of("cdss") == {("critical_value", "shown"): 2, ("critical_value", "silenced"): 1}
    counts.add([SILENCED])
    assert counts.of("cdss") == {("critical_value", "shown"): 2, ("critical_value", "silenced"): 2}
    assert counts.of("nothing") == {}


def test_nothing_is_written_until_something_else_is(ledger: Ledger, raw: Callable[[str], list[Any]]) -> None:
    ledger.cards_seen.counts.add([SHOWN])
    assert raw("SELECT * FROM card_count") == []
    ledger.cards_seen.note([CardSeen("cdss", "critical_value", "dora", 7, 1, "k", None)])
    assert raw("SELECT app, card, outcome, times FROM card_count") == [(*SHOWN, 1)]


def test_what_waits_is_written_when_the_ledger_is_closed(place: Path | str, tmp_path: Path) -> None:
    for _ in range(2):
        with closing(Ledger(place, salt="secret", head=tmp_path / "audit-head")) as ledger:
            ledger.cards_seen.counts.add([SILENCED])
    with closing(Ledger(place, salt="secret", head=tmp_path / "audit-head")) as ledger:
        assert ledger.cards_seen.counts.of("cdss") == {("critical_value", "silenced"): 2}


def test_a_person_who_is_forgotten_takes_no_count_along(ledger: Ledger) -> None:
    ledger.cards_seen.counts.add([SHOWN])
    ledger.cards_seen.note([CardSeen("cdss", "critical_value", "dora", 7, 1, "k", None)])
    ledger.forget_person(7, Act("erased"))
    assert ledger.cards_seen.of([("cdss", 7, "dora")]) == []
    assert ledger.cards_seen.counts.of("cdss") == {("critical_value", "shown"): 1}
