"""What cards over history come to: the burden of each, how rightly it is shown, repeats, and what is shown together"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from medark.define import Rule
from medark.sdk.silence import Said, is_repeat

_Key = tuple[str, int]  # card, person


@dataclass(frozen=True, slots=True)
class Fired:
    """A card that a rule would have shown: to whom, when, and what it said."""

    card: str
    person_id: int = field(repr=False)
    at: dt.datetime
    said: Said = field(repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """What was true of somebody, from one day to another: a card of this name is right then."""

    card: str
    person_id: int = field(repr=False)
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in hospital. `is_admission`: it began in the period."""

    person_id: int = field(repr=False)
    first: dt.date
    last: dt.date
    is_admission: bool


@dataclass(frozen=True, slots=True)
class OfCard:
    """One card. `fired`: events at which its rule held; `shown` of them, the others are `silenced` repeats.

    `right`: shown while a case lasted; `cases` that the truth tells, `found` of them. None without a truth about it.
    """

    card: str
    fired: int
    shown: int
    silenced: int
    people: int
    in_hospital: int
    per_100_admissions: float | None
    right: int | None = None
    ppv: float | None = None
    cases: int | None = None
    found: int | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """Two cards shown to one person on one day: on how many days of how many of the rarer one."""

    one: str
    other: str
    days: int
    share: float


@dataclass(frozen=True, slots=True)
class Counted:
    """All cards of an application over a period."""

    admissions: int
    cards: tuple[OfCard, ...]
    together: tuple[Together, ...]

    @property
    def per_100_admissions(self) -> float | None:
        """Cards shown in hospital for each hundred admissions; None without any."""
        shown = sum(one.in_hospital for one in self.cards)
        return round(100 * shown / self.admissions, 1) if self.admissions else None


def counted(
    rules: Sequence[Rule], fired: Iterable[Fired], stays: Sequence[Stay], truth: Sequence[Case] = ()
) -> Counted:
    """The figures of cards, in the order of their rules. Events of one card and person at one moment are one."""
    once = {(one.card, one.person_id, one.at): one for one in fired}
    by_card: dict[str, list[Fired]] = defaultdict(list)
    for one in sorted(once.values(), key=lambda one: (one.card, one.person_id, one.at)):
        by_card[one.card].append(one)
    shown = {rule.name: list(_shown(rule, by_card[rule.name])) for rule in rules}
    admissions = sum(stay.is_admission for stay in stays)
    lying, cases = _days_in_hospital(stays), _of_cards(truth)
    cards = tuple(
        _of_card(rule.name, by_card[rule.name], shown[rule.name], lying, admissions, cases.get(rule.name))
        for rule in rules
    )
    return Counted(admissions, cards, tuple(_together(shown)))


def _shown(rule: Rule, fired: Sequence[Fired]) -> Iterator[Fired]:
    """Those that are no repeats of one that was shown to the same person."""
    last: dict[int, Said] = {}
    for one in fired:
        if not is_repeat(rule, last.get(one.person_id), one.said):
            last[one.person_id] = one.said
            yield one


def _of_card(
    name: str, fired: Sequence[Fired], shown: Sequence[Fired], lying: dict[int, list[Stay]], admissions: int,
    cases: Sequence[Case] | None,
) -> OfCard:  # fmt: skip
    inside = sum(_lies(lying, one) for one in shown)
    people = len({one.person_id for one in shown})
    burden = round(100 * inside / admissions, 1) if admissions else None
    plain = OfCard(name, len(fired), len(shown), len(fired) - len(shown), people, inside, burden)
    return plain if cases is None else _judged(plain, shown, cases)


def _judged(plain: OfCard, shown: Sequence[Fired], cases: Sequence[Case]) -> OfCard:
    of_person: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        of_person[case.person_id].append(case)
    met: set[Case] = set()
    right = 0
    for one in shown:
        lasting = [case for case in of_person[one.person_id] if case.first <= one.at.date() <= case.last]
        right += bool(lasting)
        met.update(lasting)
    ppv = round(right / len(shown), 3) if shown else None
    told = {name: getattr(plain, name) for name in plain.__slots__}
    return OfCard(**(told | {"right": right, "ppv": ppv, "cases": len(cases), "found": len(met)}))


def _together(shown: dict[str, list[Fired]]) -> Iterator[Together]:
    """Pairs of cards that are ever shown together, the most frequent first."""
    cards: dict[tuple[int, dt.date], set[str]] = defaultdict(set)
    for name, told in shown.items():
        for one in told:
            cards[one.person_id, one.at.date()].add(name)
    days = Counter(name for names in cards.values() for name in names)
    pairs = Counter(pair for names in cards.values() for pair in combinations(sorted(names), 2))
    for (rule, other), count in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0])):
        yield Together(rule, other, count, round(count / min(days[rule], days[other]), 3))


def _days_in_hospital(stays: Sequence[Stay]) -> dict[int, list[Stay]]:
    found: dict[int, list[Stay]] = defaultdict(list)
    for stay in stays:
        found[stay.person_id].append(stay)
    return found


def _lies(lying: dict[int, list[Stay]], one: Fired) -> bool:
    return any(stay.first <= one.at.date() <= stay.last for stay in lying.get(one.person_id, ()))


def _of_cards(truth: Sequence[Case]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in truth:
        found[case.card].append(case)
    return found
