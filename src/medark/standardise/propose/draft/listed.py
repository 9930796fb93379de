"""Which list explains a column's codes: one that holds them all, and is called like it or means what it should"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from medark.standardise.propose.draft.code_lists import CodeList
from medark.standardise.propose.draft.filled import Filled
from medark.standardise.propose.draft.sets import FIELDS, meaning_of
from medark.standardise.propose.draft.values import LISTED
from medark.standardise.propose.names import concepts, elements, normal
from medark.standardise.propose.profile import ColumnProfile
from medark.standardise.propose.profile.forms import forms
from medark.standardise.propose.profile.states import state_of
from medark.standardise.propose.reading import TableReading

_WITHIN, _HALF = 0.9, 0.5  # of a column's values; the latter in a list of the column's own name
_MOST = 300  # values of a coded column
_LEAST = 0.5  # how well a list must fit
_JUST_SO = 3.0  # a list of the column's own name: whatever the column is taken for
_NEAR = 0.2  # how much better it must fit than the next
_NOT_ALONE, _FAIR = 0.7, 0.9  # how sure one of several is, and one that fits fairly
# Of a slot, the form that the words of its list have.
_FORMS: Final[Mapping[str, str]] = MappingProxyType({
    "gender": "gender", "class_text": "visit_kind", "drug.route": "route", "drug.freq": "frequency", "race": "nation",
    "meas.unit": "unit", "drug.dose_unit": "unit", "meas.flag": "flag",
})  # fmt: skip
_NO_WORDS = frozenset({"code", "id", "name", "type", "class", "kind", "category"})


@dataclass(frozen=True, slots=True)
class Fit:
    """A list that explains a column. `chance`: that it is this one; `why`: for people."""

    codes: CodeList
    chance: float
    why: str


def fitting(reading: TableReading, filled: Filled, lists: Sequence[CodeList]) -> dict[str, Fit]:
    """Of the columns of a table that may be explained by a list, the list."""
    if not lists:
        return {}
    found: dict[str, Fit] = {}
    of_slot = {choice.column.name: choice for slot, choice in filled.slots.items() if slot in LISTED}
    for one in reading.columns:
        choice = of_slot.get(one.name)
        slot = choice.slot if choice else one.best.slot
        element = choice.candidate.element if choice else one.best.element
        fit = list_for(reading.table.column(one.name), slot, element, lists)
        is_free = choice is not None or slot.partition(":")[0] in ("", "void")
        if fit is not None and (is_free or _called(one.name, "", fit.codes) == _JUST_SO):
            found[one.name] = fit
    return found


def list_for(column: ColumnProfile, slot: str, element: str, lists: Sequence[CodeList]) -> Fit | None:
    """The list of a column's codes, or None. `slot`, `element`: what the column is taken for; "" for a status."""
    if not column.hashes.size or column.distinct > _MOST or column.dated >= 0.5:
        return None
    mine = frozenset(column.hashes.tolist())
    found = []
    for one in lists:
        within = len(mine & one.hashes) / len(mine)
        if within < _HALF:
            continue
        called = _called(column.name, element, one)
        fit = called + _means(slot, one)
        if fit >= _LEAST and (within >= _WITHIN or called == _JUST_SO):
            found.append((fit, len(mine) / len(one.codes), one.called, within, one))
    if not found:
        return None
    ranked = sorted(found, key=lambda each: (-each[0], -each[1], each[2]))
    fit, _, _, within, best = ranked[0]
    is_alone = len(ranked) == 1 or fit - ranked[1][0] >= _NEAR
    chance = (1.0 if fit >= 1 else _FAIR) if is_alone else _NOT_ALONE
    return Fit(best, chance, f"{within:.0%} of its values are codes of {best.called}")


def _called(column: str, element: str, one: CodeList) -> float:
    """How like the column, or what it is, the list is called: up to 1; more where it is called just so."""
    names = (one.name, *one.aliases)
    if any(normal(name) == normal(column) for name in names if name):
        return _JUST_SO
    known = elements().get(element)
    wanted = [column, *((known.zh, known.en) if known else ())]
    return max((_shared(left, name) for left in wanted for name in names if name), default=0.0)


def _shared(left: str, right: str) -> float:
    one, other = (frozenset(concepts(name, pinyin=True)) - _NO_WORDS for name in (left, right))
    return len(one & other) / max(len(one | other), 1) if one and other else 0.0


def _means(slot: str, one: CodeList) -> float:
    """How many of its words are what the column's should be: up to 1."""
    words = [word for word in one.codes.values() if word]
    bare = slot.partition(":")[0]
    if not words:
        return 0.0
    if not bare or bare == "void":
        told = [state_of(word) for word in words]
        return sum(map(bool, told)) / len(told) if {"void", "planned"} & set(told) else 0.0
    shares = [sum(_FORMS.get(bare, "-") in forms(word) for word in words) / len(words)]
    shares.append(sum(bool(meaning_of(FIELDS.get(bare, ""), word)) for word in words) / len(words))
    return max(shares)
