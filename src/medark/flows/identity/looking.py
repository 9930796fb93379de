"""Pairs and persons to look at: what their records say, masked unless whoever looks may decide and wants to see it"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from medark.errors import NotFoundError
from medark.flows.identity.deciding import decisions_of
from medark.flows.identity.permission import must_decide, must_see
from medark.flows.identity.tasks import unsure
from medark.flows.who import the_person
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.standardise.identity.comparing import levels
from medark.standardise.identity.record import INSURANCE_KINDS, KINDS, NUMBER_KINDS, PHONE_KINDS
from medark.standardise.identity.surviving import Person, said, surviving
from medark.store.linked import Decision, Known, LinkedPair

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name",), "birth": ("birth",), "sex": ("sex",), "ni": tuple(sorted(NUMBER_KINDS)),
    "insurance": tuple(sorted(INSURANCE_KINDS)), "phone": tuple(sorted(PHONE_KINDS)), "address": ("address",),
}  # fmt: skip
_SHOWN: Final = 5  # values of a kind
_LONGEST: Final = 80  # characters of a value that are shown
_MASK: Final = "*"


@dataclass(frozen=True, slots=True)
class Side:
    """One record of a pair: where it is from, and what it says by field, masked or not."""

    key_no: int
    people: str
    person_id: int
    values: Mapping[str, tuple[str, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one field says of a pair: how it agrees, in words, and the bits for (or, below 0, against) one person."""

    field: str
    words: str
    bits: float


@dataclass(frozen=True, slots=True)
class Look:
    """A pair side by side."""

    left: Side
    right: Side
    weight: float
    verdict: str
    why: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Portrait:
    """A person with all records, what they go by and why, and what was decided of the records."""

    person_id: int
    records: tuple[Side, ...]
    person: Person = field(repr=False)
    pairs: tuple[Look, ...]
    decisions: tuple[Decision, ...]


def review(workspace: Workspace, by: str, *, clear: bool = False, limit: int = 20) -> list[Look]:
    """Pairs that somebody has to decide, the surest first. `clear`: values as they are, for who may decide."""
    _asked(workspace, by, "pairs reviewed", clear=clear)
    return _looks(workspace, unsure(workspace)[:limit], clear=clear)


def pair(workspace: Workspace, by: str, left_key: int, right_key: int, *, clear: bool = False) -> Look:
    """One pair side by side. NotFoundError if it is none that was kept."""
    _asked(workspace, by, "pair looked at", clear=clear, left=left_key, right=right_key)
    two = {left_key, right_key}
    person = workspace.crosswalk.linked.persons([left_key]).get(left_key)
    kept = workspace.crosswalk.linked.pairs(person_id=person) if person is not None else []
    found = [one for one in kept if {one.left_key, one.right_key} == two]
    if not found:
        raise NotFoundError(N_("there is no such pair"), fix="medark identity review WS")
    return _looks(workspace, found, clear=clear)[0]


def show(workspace: Workspace, by: str, named: str, *, clear: bool = False) -> Portrait:
    """A person with their records. NotFoundError if nobody, or more than one, goes by that name."""
    _asked(workspace, by, "person's records shown", clear=clear)
    person_id = the_person(workspace, named, lambda number: bool(workspace.crosswalk.keys(number)))
    known = list(workspace.crosswalk.linked.known(KINDS, person_ids=[person_id]))
    person = surviving([said(one.said) for one in known])
    keys = {one.key_no for one in known}
    pairs = workspace.crosswalk.linked.pairs(person_id=person_id)
    return Portrait(
        person_id,
        tuple(side_of(one, clear=clear) for one in known),
        person if clear else _masked_person(person),
        tuple(_looks(workspace, pairs, clear=clear)),
        tuple(decisions_of(workspace, keys)),
    )


def masked(name: str, value: str) -> str:
    """A value of which a stranger learns little: the family name, the year, ends of numbers.

    >>> masked("name", "张小伟"), masked("ni", "11010519491231002X"), masked("birth", "1949-12-31")
    ('张**', '110***********002X', '1949-**-**')
    """
    if name == "sex":
        return value
    first, last = {"name": (1, 0), "birth": (4, 0), "ni": (3, 4), "address": (3, 0)}.get(name, (2, 2))
    if len(value) <= first + last:
        return _MASK * len(value)
    middle = (c if not c.isalnum() else _MASK for c in value[first : len(value) - last])
    return value[:first] + "".join(middle) + value[len(value) - last :]


def _asked(workspace: Workspace, by: str, action: str, *, clear: bool, **detail: int) -> None:
    (must_decide if clear else must_see)(workspace, by, action, **detail, clear=int(clear))


def _looks(workspace: Workspace, pairs: list[LinkedPair], *, clear: bool) -> list[Look]:
    owns = workspace.crosswalk.linked.of_keys(key for one in pairs for key in (one.left_key, one.right_key))
    there = {one.key_no: one for one in workspace.crosswalk.linked.known(KINDS, own_ids=set(owns.values()))}
    return [
        Look(
            side_of(there[one.left_key], clear=clear), side_of(there[one.right_key], clear=clear), one.weight,
            one.verdict, one.why, tuple(_evidence(one)),
        )
        for one in pairs
        if one.left_key in there and one.right_key in there
    ]  # fmt: skip


def _evidence(one: LinkedPair) -> Iterable[Evidence]:
    known = levels()
    for name, (level, bits) in one.evidence.items():
        if level is not None and name in known:
            yield Evidence(name, known[name][level].words, bits)


def side_of(known: Known, *, clear: bool) -> Side:
    """One record as it may be shown."""
    values = {}
    for name, kinds in FIELDS.items():
        some = sorted({v[:_LONGEST] for kind in kinds for v in known.said.get(kind, ())})[:_SHOWN]
        values[name] = tuple(some if clear else dict.fromkeys(masked(name, v) for v in some))
    return Side(known.key_no, known.people, known.person_id, values)


def _masked_person(person: Person) -> Person:
    from dataclasses import replace

    return Person(
        replace(person.name, value=masked("name", person.name.value)),
        replace(person.birth, value=masked("birth", person.birth.value)),
        person.sex,
    )
