"""What a column fills in a map: slots by element, and what the general ones mean in a table of some kind"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from medark.standardise.propose.names import elements

_MANY = frozenset({"note", "wide", "id", "obs"})  # families of slots that many columns fill
_ACROSS, _SIDE_BY_SIDE = frozenset({"diag", "proc"}), frozenset({"visit", "fee"})  # and lists across rows of these
_OWN_KEYS = {
    "patient": "person_key", "visit": "visit_key", "stay": "detail_key", "staff": "provider_key",
    "dept": "care_site_key", "dictionary": "dict.code",
}  # fmt: skip
_STANDS_IN = 6  # how poor a choice is that stands for a better one
_NAMED = ("id:", "wide:", "obs:")  # slots that say after a colon which one, not how good a choice


@dataclass(frozen=True, slots=True)
class _Slots:
    """See slots.toml."""

    general: Mapping[str, Mapping[str, str]]
    homes: Mapping[str, frozenset[str]]
    elsewhere: Mapping[str, Mapping[str, str]]
    needs: Mapping[str, tuple[frozenset[str], ...]]


@cache
def _told() -> _Slots:
    told = tomllib.loads(files("medark.standardise.propose").joinpath("slots.toml").read_text("utf-8"))
    homes = {name: frozenset(kinds) for name, kinds in told["homes"].items()}
    needed = {kind: tuple(frozenset(one.split()) for one in some) for kind, some in told["needs"].items()}
    return _Slots(told["general"], homes, told["elsewhere"], needed)


def needs(kind: str) -> tuple[frozenset[str], ...]:
    """What a table of a kind can't do without: of each of these slots, one."""
    return _told().needs[kind]


def slot_of(element: str, kind: str) -> str:
    """The slot that an element fills in a table of a kind, or "". After a colon: second choices.

    >>> slot_of("start", "drug"), slot_of("start", "visit"), slot_of("diag_code", "fee"), slot_of("gender", "lab")
    ('drug.start', 'visit.start', 'diag.code', 'gender')
    """
    slot = elements()[element].slot
    if slot.startswith("g."):
        return _told().general.get(kind, {}).get(slot[2:], "")
    bare = slot.partition(":")[0]
    if slot in _told().elsewhere.get(kind, {}):
        return _told().elsewhere[kind][slot]
    if bare in _told().elsewhere.get(kind, {}):
        return _told().elsewhere[kind][bare]
    homes = _told().homes.get(bare.partition(".")[0])
    if homes is not None and kind not in homes:
        return ""
    if kind == "dictionary" and bare not in ("care_site_key",):
        return "dict.code" if slot == "row_key" else ""
    return slot


def bare(slot: str) -> str:
    """A slot without how good a choice it is.

    >>> bare("drug.start:2"), bare("wide:8310-5|Cel")
    ('drug.start', 'wide:8310-5|Cel')
    """
    return slot if slot.startswith(_NAMED) else slot.partition(":")[0]


def is_one_of_many(slot: str, kind: str) -> bool:
    """May several columns of a table of a kind fill it?

    >>> is_one_of_many("note", "visit"), is_one_of_many("diag.name", "visit"), is_one_of_many("diag.name", "diagnosis")
    (True, True, False)
    """
    family = slot.partition(":")[0].partition(".")[0]
    return family in _MANY or (family in _ACROSS and kind in _SIDE_BY_SIDE)


def is_own_key(slot: str, kind: str) -> bool:
    """Does a slot name the rows of a table of a kind, so that others point to it?

    >>> is_own_key("provider_key:9", "staff"), is_own_key("provider_key", "visit")
    (True, False)
    """
    return bool(slot) and _OWN_KEYS.get(kind) == slot.partition(":")[0]


@cache
def hangs_on_kind(element: str) -> bool:
    """Would an element fill another slot in a table of another kind?

    >>> hangs_on_kind("start"), hangs_on_kind("drug_dose"), hangs_on_kind("gender"), hangs_on_kind("row_id")
    (True, True, False, True)
    """
    slot = elements()[element].slot
    bare_ = slot.partition(":")[0]
    elsewhere = any(bare_ in there or slot in there for there in _told().elsewhere.values())
    return slot.startswith("g.") or bare_.partition(".")[0] in _told().homes or elsewhere


def is_stand_in(slot: str) -> bool:
    """Is a slot filled so only where no column says better what it is?

    >>> is_stand_in("provider_key:9"), is_stand_in("person_key:2"), is_stand_in("wide:8310-5|Cel")
    (True, False, False)
    """
    choice = slot.partition(":")[2] if not slot.startswith(_NAMED) else ""
    return choice.isdigit() and int(choice) >= _STANDS_IN


def slots() -> frozenset[str]:
    """Every slot that a person may name."""
    named = {one.slot for one in elements().values()}
    own = {bare(slot) for slot in named}
    general = {slot.partition(":")[0] for slots_ in _told().general.values() for slot in slots_.values()}
    return frozenset(slot for slot in own | general if slot and not slot.startswith("g."))
