"""Whether a row stands: what the values of its status and yes/no columns say, as rules over the row"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from medark.messages import N_
from medark.standardise.propose.draft.parts import KNOWN, SAID, IssueDraft, ValueMap, ValueRead, quoted
from medark.standardise.propose.profile import ColumnProfile
from medark.standardise.propose.profile.states import (
    KEPT,
    MEANINGS,
    PLANNED,
    RESULT_STATES,
    VOID,
    is_called_state,
    state_of,
)
from medark.standardise.propose.reading import ColumnReading, TableReading

STATE: Final = "row_state"  # what a map calls the function that says it
NO_LIST: Mapping[str, str] = MappingProxyType({})
UNKNOWN: Final = N_("a status that nobody has explained")
_REASONS: Final = {VOID: N_("registered and not kept"), PLANNED: N_("planned, and has not happened")}
_SAYS_YES, _SAYS_NO, _HL7 = N_("it says yes"), N_("it says no"), N_("HL7 table 0085")
_SAYS_NOTHING = N_("it says nothing")
_EMPTY = frozenset(("null", "none", "nan", "\\n", "-", "/"))  # as an empty cell is written
_YES = frozenset(("1", "y", "yes", "true", "t", "是", "有", "j", "ja", "o", "oui", "s", "si", "sí"))
_NO = frozenset(("0", "n", "no", "false", "f", "否", "无", "nein", "non"))
_PAIRS = (("1", "0"), ("Y", "N"), ("是", "否"), ("true", "false"), ("t", "f"), ("J", "N"))  # yes and no, as written
_TWO = {"1": True, "2": False}
_CUSTOM = 0.85  # how sure it is that 1 and 2 are yes and no, and that letters are HL7's
_STATUS = frozenset({"order_status", "state"})
_MAY_BE = 0.3  # chance that a column is a status
_MOSTLY, _HALF = 0.8, 0.5  # of the distinct values; the latter in a column that is called so
_FLAG = 0.5  # chance of a flag, from which on its yes and no say it
_NO_FACTS = frozenset({"dept", "staff", "dictionary", "other"})  # what a department did stays, once it is closed
_OUT_OF_USE = ("停用", "ting_yong", "tingyong", "tybz")  # a flag among those of being in use that says the contrary


@dataclass(frozen=True, slots=True)
class States:
    """Of a table: rules, lists of values by name, and what values are read as."""

    issues: tuple[IssueDraft, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    read: tuple[ValueMap, ...] = ()


NO_STATES: Final = States()


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that may say it. `listed`: what a list calls its values; `said`: what people say of them."""

    reading: ColumnReading
    profile: ColumnProfile
    polarity: str
    chance: float
    listed: Mapping[str, str]
    list_name: str
    said: Mapping[str, str]

    @property
    def is_one_and_two(self) -> bool:
        """Are its values 1 and 2, as on Chinese forms: 1 yes, 2 no?"""
        words = {value for value, _ in self.profile.top}
        return bool(self.polarity) and "2" in words and words <= set(_TWO)

    @property
    def is_hl7(self) -> bool:
        """Are its values the letters of HL7 for states of results, final among them?"""
        words = {value.upper() for value, _ in self.profile.top}
        return not self.polarity and "F" in words and len(words) > 1 and words <= set(RESULT_STATES)

    def read(self, value: str, rows: int) -> ValueRead:
        """One of its values."""
        if value in self.said:
            return ValueRead(value, rows, self.said[value], SAID)
        if told := self.listed.get(value):
            if means := state_of(told):
                return ValueRead(value, rows, means, f"{told} ({self.list_name})")
            return ValueRead(value, rows, "", f"{told} ({self.list_name})")
        if means := state_of(value):
            return ValueRead(value, rows, means, KNOWN)
        if self.is_hl7 and value.upper() in RESULT_STATES:
            return ValueRead(value, rows, RESULT_STATES[value.upper()], _HL7)
        return self._flag(value, rows)

    def _flag(self, value: str, rows: int) -> ValueRead:
        low = value.strip().lower().removesuffix(".0")
        if low in _EMPTY:
            return ValueRead(value, rows, KEPT, _SAYS_NOTHING)
        yes = _TWO.get(low) if self.is_one_and_two else True if low in _YES else False if low in _NO else None
        if yes is None or not self.polarity:
            return ValueRead(value, rows, "")
        means = VOID if yes == (self.polarity == VOID) else KEPT
        return ValueRead(value, rows, means, _SAYS_YES if yes else _SAYS_NO)


def states(
    reading: TableReading,
    slots_said: Mapping[str, str],
    values_said: Mapping[str, Mapping[str, str]],
    lists: Mapping[str, tuple[str, Mapping[str, str]]],
    *,
    joined: str = "",
    place: str = "",
) -> States:
    """`slots_said`: of columns, the slot; `values_said`: of columns, of values, what people said; `lists`: of columns,
    a list's name and what it calls its values; `joined`: the name by which another table looks into this one, by its
    column `place`.
    """
    if reading.kind in _NO_FACTS and not joined:
        return States()
    issues: list[IssueDraft] = []
    values: dict[str, Mapping[str, str]] = {}
    read: list[ValueMap] = []
    for one in reading.columns:
        if (column := _column(reading, one, slots_said, values_said, lists)) is None:
            continue
        found = tuple(column.read(value, rows) for value, rows in column.profile.top)
        pairs = _pairs(column, found)
        others = column.profile.known - sum(rows for _, rows in column.profile.top)
        read.append(ValueMap(one.name, STATE, found, others, is_read=bool(pairs), must=True))
        if pairs:
            state = f"{joined}_{STATE}" if joined else STATE
            name = state if not values else f"{state}_{len(values) + 1}"
            values[name] = pairs
            cell = f"{joined}.{quoted(one.name)}" if joined else quoted(one.name)
            issues += _rules(name, column, pairs, cell, place or one.name)
    return States(tuple(issues), values, tuple(read))


def _column(
    reading: TableReading,
    one: ColumnReading,
    slots_said: Mapping[str, str],
    values_said: Mapping[str, Mapping[str, str]],
    lists: Mapping[str, tuple[str, Mapping[str, str]]],
) -> _Column | None:
    """The column, if it says whether its row stands."""
    profile, best = reading.table.column(one.name), one.best
    said = {value: means for value, means in values_said.get(one.name, {}).items() if means in MEANINGS}
    list_name, listed = lists.get(one.name, ("", NO_LIST))
    chance = one.chance
    if one.name in slots_said:
        if slots_said[one.name] != "void":
            return None
        chance = 1.0
    elif best.slot.partition(":")[0] != "void":
        if best.slot and not said and not _speaks(profile, listed):
            return None
        is_named = any(each.element in _STATUS and each.chance >= _MAY_BE for each in one.candidates)
        if not (said or is_named or _speaks(profile, listed)):
            return None
        chance = max(one.chance, 0.95) if _speaks(profile, listed) else one.chance
    column = _Column(one, profile, _polarity(one, one.name in slots_said), chance, listed, list_name, said)
    return _unless_asked(column)


def _unless_asked(column: _Column) -> _Column:
    """A person's word on every value makes it sure; 1 and 2 alone, or letters alone, leave it open."""
    if column.said and all(value in column.said for value, _ in column.profile.top):
        return replace(column, chance=1.0)
    is_by_custom = column.is_one_and_two or column.is_hl7
    return replace(column, chance=column.chance * _CUSTOM) if is_by_custom else column


def _speaks(profile: ColumnProfile, listed: Mapping[str, str]) -> bool:
    """Do the values say by themselves, or by their list, that some rows do not stand?"""
    told = [state_of(listed.get(value) or value) for value, _ in profile.top]
    least = _HALF if is_called_state(profile.name) else _MOSTLY
    is_told = bool(listed) or profile.share("status") >= least
    return is_told and any(one in _REASONS for one in told) and sum(map(bool, told)) >= least * len(told)


def _polarity(one: ColumnReading, is_said: bool) -> str:
    """Of a yes/no column: does yes say that the row is void, or that it is valid? "" where its name does not say."""
    likely = (each for each in one.candidates if each.chance >= _FLAG and each.slot.partition(":")[0] == "void")
    element = next((each.element for each in likely), "")
    low = one.name.lower()
    if element == "valid_flag":
        if "状态" in low or low.startswith("zt"):
            return ""
        return VOID if any(word in low for word in _OUT_OF_USE) else KEPT
    return VOID if element == "void_flag" or is_said else ""


def _pairs(column: _Column, found: tuple[ValueRead, ...]) -> dict[str, str]:
    """Values and what they say, with the other half of a yes and no of which one alone was seen."""
    pairs = {one.value: one.means for one in found if one.means}
    pairs |= column.said
    if column.profile.known and not pairs:
        return {}  # called like a flag, and none by its values
    if column.polarity and not column.listed and not column.is_one_and_two:
        seen = {value.lower() for value, _ in column.profile.top}
        for yes, no in _PAIRS:
            if not column.profile.top or {yes.lower(), no.lower()} & seen:
                for word in (yes, no):
                    pairs.setdefault(word, column.read(word, 0).means)
    return {value: means for value, means in pairs.items() if means}


def _rules(name: str, column: _Column, pairs: Mapping[str, str], cell: str, place: str) -> Iterator[IssueDraft]:
    """What becomes of rows that do not stand, and of those of which nobody knows."""
    call = f"{name}({cell})"
    for means, reason in _REASONS.items():
        if means not in pairs.values():
            continue
        yield IssueDraft(f"{call} = '{means}'", "excluded", reason, place, column.chance)
    unknown = f"{cell} is not null and {call} is null"
    yield IssueDraft(unknown, "quarantined", UNKNOWN, place, column.chance)
