"""The slots that a column may fill, likeliest first, and on what grounds"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from medark.standardise.propose import kinds
from medark.standardise.propose.evidence import Seen, is_key_of, is_proof, test_share
from medark.standardise.propose.model import Grounds
from medark.standardise.propose.names import elements
from medark.standardise.propose.slots import bare, hangs_on_kind, is_one_of_many, is_own_key, is_stand_in, slot_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A slot that a column may fill. `element`: the likeliest that fills it; `by`: the name that was nearest."""

    slot: str
    element: str
    chance: float
    exact: bool = False
    by: str = ""
    tested: float | None = None


def candidates(seen: Seen, likely: Mapping[str, float], kind: str) -> tuple[Candidate, ...]:
    """Elements that fill the same slot, as first or as second choice, together."""
    slots: dict[str, dict[str, float]] = {}
    for name, chance in likely.items():
        slots.setdefault(bare(slot_of(name, kind)) if name else "", {})[name] = chance
    found = [_candidate(seen, kind, of_slot) for of_slot in slots.values()]
    return tuple(sorted(found, key=lambda one: -one.chance)[:6])


def contenders(may_be: Sequence[Sequence[Candidate]], kind: str) -> list[float]:
    """Of a table's columns: the largest chance with which another fills the same slot, where one alone can.

    `may_be`: of each column its candidates, likeliest first; `kind`: the table's.
    """
    of_slot: dict[str, list[tuple[float, int]]] = {}
    for place, some in enumerate(may_be):
        for one in some:
            of_slot.setdefault(bare(one.slot), []).append((one.chance, place))
    return [
        0.0 if not best.slot or is_one_of_many(best.slot, kind) else _largest(of_slot[bare(best.slot)], place)
        for place, (best, *_) in enumerate(may_be)
    ]


def _largest(of_slot: Sequence[tuple[float, int]], without: int) -> float:
    return max((chance for chance, place in of_slot if place != without), default=0.0)


def grounds(
    seen: Seen, best: Candidate, kind: str, sure: float, *, contender: float, unpointed: bool = False
) -> Grounds:
    """What speaks for the likeliest that a column may be. `kind`: its table's, and how `sure` that is; `contender`: the
    chance that another fills its slot; `unpointed`: others point to another column of the table.
    """
    score = seen.names.get(best.element)
    tests = elements()[best.element].tests if best.element else ""
    return Grounds(
        column=best.chance,
        kind=sure,
        hangs_on_kind=bool(best.element) and hangs_on_kind(best.element),
        exact=best.exact,
        proven=is_proof(tests, best.tested),
        linked=bool(best.element) and is_key_of(best.element, seen.linked),
        nothing=not best.slot,
        near=score.near if score else 0.0,
        fact=bool(best.element) and elements()[best.element].group not in kinds.ANYWHERE,
        taken=contender > best.chance,
        contended=contender,
        stand_in=is_stand_in(best.slot),
        linked_else=bool(best.slot and seen.linked) and not is_key_of(best.element, seen.linked),
        unpointed=unpointed and is_own_key(best.slot, kind),
        foreign=bool(best.slot) and kinds.is_foreign(best.element, kind),
        missed=1.0 - best.tested if best.tested is not None and best.slot and seen.profile.known else 0.0,
        known=seen.profile.known,
    )


def _candidate(seen: Seen, kind: str, chances_: Mapping[str, float]) -> Candidate:
    element = max(chances_, key=chances_.__getitem__)
    score = seen.names.get(element)
    return Candidate(
        slot=slot_of(element, kind) if element else "",
        element=element,
        chance=sum(chances_.values()),
        exact=score is not None and score.exact > 0,
        by=score.by if score else "",
        tested=test_share(seen.profile, elements()[element]) if element else None,
    )
