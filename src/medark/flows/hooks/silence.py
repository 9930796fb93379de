"""Repeats are silenced: a card that was shown to somebody is not shown to them again at once, unless it says more"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from medark.define import Rule
from medark.flows.apps.loaded import Loaded
from medark.model.card import CardSeen
from medark.sdk.silence import Said, is_repeat, said

if TYPE_CHECKING:
    from medark.flows.hooks.told import Shown

SHOWN, SILENCED = "shown", "silenced"
_COOLDOWNS = "cooldowns of cards"
_Key = tuple[str, int, str, str]  # application, person, user, card


class Counts(Protocol):
    """Where it is counted how often cards were shown and silenced: a part of the ledger."""

    def add(self, counted: Iterable[tuple[str, str, str]]) -> None:
        """One more of each: application, card, outcome."""


class SeenBook(Protocol):
    """Where it is noted what was shown: a part of the ledger."""

    def of(self, asked: Sequence[tuple[str, int, str]]) -> Sequence[CardSeen]:
        """What was shown to users of an application about people."""

    @property
    def counts(self) -> Counts:
        """Where it is counted how often."""

    def note(self, shown: Sequence[CardSeen]) -> None:
        """Note that cards were shown now."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Who is told by which application, and when. `rules`: those of its cards that know a cooldown, by card."""

    app: str
    user: str
    at_ms: int
    book: SeenBook = field(repr=False)
    rules: Mapping[str, Rule] = field(default_factory=dict, repr=False)


class Telling(NamedTuple):
    """Cards that are about to be told. A stranger's (no person) are all told."""

    teller: Teller
    person_id: int | None
    cards: tuple[Shown, ...]

    @property
    def may_repeat(self) -> bool:
        """Is there a card that knows a cooldown?"""
        return self.person_id is not None and any(one.rule in self.teller.rules for one in self.cards)


def teller(loaded: Loaded, user: str, now: float, book: SeenBook) -> Teller:
    """Of a call to an application by a user, at a moment (seconds since 1970)."""
    kept = loaded.kept.get(_COOLDOWNS)
    if not isinstance(kept, dict):
        kept = {card.name: card.rule for card in loaded.app.cards if card.rule.cooldown is not None}
        loaded.kept[_COOLDOWNS] = kept
    return Teller(loaded.name, user, int(now * 1000), book, kept)


def without_repeats(tellings: Sequence[Telling]) -> list[tuple[Shown, ...]]:
    """Of each telling the cards that are no repeats; that they are shown is noted, in one writing for all."""
    asked = [(one.teller.app, one.person_id, one.teller.user) for one in tellings if one.may_repeat]
    book = tellings[0].teller.book
    if not asked:
        book.counts.add(_counted(tellings, [one.cards for one in tellings]))
        return [one.cards for one in tellings]
    last = {_key(one): one for one in book.of(asked)}  # type: ignore[arg-type]
    noted: dict[_Key, CardSeen] = {}
    left = [tuple(card for card in one.cards if _is_fresh(one, card, last, noted)) for one in tellings]
    book.counts.add(_counted(tellings, left))
    if noted:
        book.note(list(noted.values()))
    return left


def _counted(tellings: Sequence[Telling], left: Sequence[tuple[Shown, ...]]) -> Iterator[tuple[str, str, str]]:
    """Each card that is told, and each that is not because it was."""
    for telling, told in zip(tellings, left, strict=True):
        fresh = set(map(id, told))
        for card in telling.cards:
            yield telling.teller.app, card.rule, SHOWN if id(card) in fresh else SILENCED


def _is_fresh(telling: Telling, shown: Shown, last: dict[_Key, CardSeen], noted: dict[_Key, CardSeen]) -> bool:
    """Is it no repeat? Then it is the last one from now on."""
    teller, rule = telling.teller, telling.teller.rules.get(shown.rule)
    if rule is None or telling.person_id is None:
        return True
    now = said(rule, shown.values, teller.at_ms)
    seen = CardSeen(teller.app, shown.rule, teller.user, telling.person_id, now.at_ms, now.statement, now.severity)
    before = last.get(_key(seen))
    if is_repeat(rule, None if before is None else _said(before), now):
        return False
    last[_key(seen)] = noted[_key(seen)] = seen
    return True


def _key(seen: CardSeen) -> _Key:
    return seen.app, seen.person_id, seen.user, seen.card


def _said(seen: CardSeen) -> Said:
    return Said(seen.at_ms, seen.statement, seen.severity)
