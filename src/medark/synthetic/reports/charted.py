"""What a stay's charts hold, day by day: laboratory values, drugs, and what nurses measured"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.facts import keys, numbers, rows
from medark.synthetic.reports.context import Stays, found_at
from medark.synthetic.reports.grouped import listed
from medark.synthetic.reports.said import Said, plain
from medark.synthetic.reports.wording import called, decimal
from medark.synthetic.reports.wording import unit as unit_said
from medark.synthetic.world import World, column, indexes

DAYS = 40  # of a stay that are looked at
_VITALS = {"t": ("temperature", 1), "p": ("pulse", 0), "r": ("respiration", 0), "s": ("sbp", 0), "d": ("dbp", 0)}
_FLAGS = ("N", "L", "H", "LL", "HH", "A")
_MARKS = {
    "zh": ("", "↓", "↑", "↓↓", "↑↑", "（异常）", ""),
    "en": ("", " (low)", " (high)", " (low)", " (high)", " (abnormal)", ""),
}
_SHOWN, _DRUGS = 6, 5  # results and drugs that a note names at most


class Labs:
    """The results of some stays, by day."""

    def __init__(self, chance: np.random.Generator, world: World, stays: Stays) -> None:
        result = world["lab_result"]
        at = found_at(column(stays.encounters, "encounter"), column(result, "encounter"))
        kept = np.flatnonzero(at >= 0)
        self._result = result.select(["test", "value", "text", "flag", "collected"]).take(pa.array(kept))
        self._language = stays.language
        stay = at[kept]
        day = day_of(stays, stay, column(self._result, "collected"))
        flag = indexes(self._result, "flag", _FLAGS)
        self._days, group = np.unique(stay * DAYS + day, return_inverse=True)
        priority = np.where(flag > 0, 0, 1000) + chance.integers(1000, size=len(kept))
        self._texts = listed(group, priority, len(self._days), _SHOWN, _comma(self._language), self._said)
        self._last = np.zeros(len(stays), np.int64)
        np.maximum.at(self._last, stay, day)

    def on(self, stay: Ints, day: Ints) -> Said:
        """What came back of the blood of a day."""
        return plain(self._texts.texts.take(_places(found_at(self._days, stay * DAYS + day))))

    def last(self, stay: Ints) -> Said:
        """The last results of stays."""
        return self.on(stay, self._last[stay])

    def _said(self, at: Ints) -> pa.Array:
        some = self._result.take(pa.array(at))
        test = indexes(some, "test", keys("tests"))
        value = values(some, test)
        flag = indexes(some, "flag", _FLAGS)
        unit = pa.array([unit_said(row["unit"], self._language) for row in rows("tests")]).take(pa.array(test))
        unit = pc.if_else(pc.is_valid(some["value"]).combine_chunks(), unit, "")
        marks = pa.array(_MARKS[self._language]).take(pa.array(flag % len(_MARKS["zh"])))
        name = called(some["test"], "tests", self._language)
        return pc.binary_join_element_wise(name, " " if self._language == "en" else "", value, unit, marks, "")


def values(of: pa.Table, test: Ints) -> pa.Array:
    """Results as they are reported: numbers with the test's decimals, or the words."""
    value, decimals = column(of, "value"), numbers("tests", "decimals")[test]
    said = pc.fill_null(of["text"].combine_chunks(), "")
    for places in range(4):
        mine = pa.array((np.nan_to_num(decimals) == places) & ~np.isnan(value))
        said = pc.if_else(mine, decimal(np.nan_to_num(value), places), said)
    return said


class Drugs:
    """The prescriptions of some stays."""

    def __init__(self, world: World, stays: Stays) -> None:
        given = world["prescription"]
        at = found_at(column(stays.encounters, "encounter"), column(given, "encounter"))
        kept = np.flatnonzero(at >= 0)
        kept = kept[np.argsort(at[kept], kind="stable")]
        self._given = given.select(["drug", "dose", "start", "stopped"]).take(pa.array(kept))
        self._stay, self._count, self._language = at[kept], len(stays), stays.language
        self._begins = np.searchsorted(self._stay, np.arange(len(stays) + 1))
        self._start = column(self._given, "start")
        stopped = column(self._given, "stopped")
        self._stop = np.where(np.isnat(stopped), np.datetime64("2200-01-01"), stopped)
        self._drug = indexes(self._given, "drug", keys("drugs"))

    def at(self, stay: Ints, when: np.ndarray) -> Said:
        """Drugs that have been begun and not stopped at a time of a stay."""
        many = np.diff(self._begins)[stay]
        note = np.repeat(np.arange(len(stay)), many)
        row = np.repeat(self._begins[stay] - np.cumsum(many) + many, many) + np.arange(many.sum())
        now = (self._start[row] <= when[note]) & (self._stop[row] > when[note])
        _, first = np.unique(note * len(keys("drugs")) + self._drug[row] + (~now) * (1 << 40), return_index=True)
        first = first[now[first]]
        row, note = row[first], note[first]
        return listed(note, row, len(stay), _DRUGS, _pause(self._language), lambda some: self._said(row[some]))

    def _said(self, at: Ints) -> pa.Array:
        some = self._given.take(pa.array(at))
        drug = self._drug[at]
        unit = pa.array([unit_said(row["unit"], self._language) for row in rows("drugs")]).take(pa.array(drug))
        dose = _short(column(some, "dose"))
        name = called(some["drug"], "drugs", self._language)
        return pc.binary_join_element_wise(name, " " if self._language == "en" else "", dose, unit, "")


def vitals(world: World, stays: Stays) -> Mapping[str, np.ndarray]:
    """What nurses measured first on each day of each stay (stays × DAYS); NaN where they did not."""
    seen = world["observation"]
    at = found_at(column(stays.encounters, "encounter"), column(seen, "encounter"))
    kept = np.flatnonzero(at >= 0)
    some, at = seen.take(pa.array(kept)), at[kept]
    time = column(some, "time")
    day, value = day_of(stays, at, time), column(some, "value")
    kind = indexes(some, "kind", [name for name, _ in _VITALS.values()])
    later_first = np.argsort(-time.astype(np.int64), kind="stable")
    found = {}
    for number, slot in enumerate(_VITALS):
        mine = later_first[kind[later_first] == number]
        table = np.full((len(stays), DAYS), np.nan)
        table[at[mine], day[mine]] = value[mine]
        found[slot] = table
    return found


def measured(of: Mapping[str, np.ndarray], stay: Ints, day: Ints) -> tuple[Mapping[str, Said], np.ndarray]:
    """The slots of the sentence on vital signs, and where it can be said."""
    slots, known = {}, np.ones(len(stay), dtype=bool)
    for slot, (_, places) in _VITALS.items():
        value = of[slot][stay, day]
        known &= ~np.isnan(value)
        slots[slot] = plain(decimal(np.nan_to_num(value), places))
    return slots, known


def last_measured(of: Mapping[str, np.ndarray]) -> Ints:
    """The last day on which a stay's vital signs were taken; 0 where they never were."""
    known = ~np.isnan(of["s"])
    return np.where(known.any(axis=1), DAYS - 1 - np.argmax(known[:, ::-1], axis=1), 0)


def day_of(stays: Stays, stay: Ints, time: np.ndarray) -> Ints:
    """Days since the day of admission, at most DAYS - 1."""
    day = (time.astype("datetime64[D]") - stays.start[stay].astype("datetime64[D]")).astype(np.int64)
    return np.asarray(np.clip(day, 0, DAYS - 1), dtype=np.int64)


def _short(values: np.ndarray) -> pa.Array:
    """Numbers without the zeros that say nothing."""
    text = decimal(np.nan_to_num(values), 2)
    return pc.replace_substring_regex(text, r"\.?0+$", "")


def _places(at: Ints) -> pa.Array:
    """Places to take, missing at -1."""
    return pa.array(at, mask=at < 0)


def _comma(language: str) -> str:
    return "，" if language == "zh" else ", "


def _pause(language: str) -> str:
    return "、" if language == "zh" else ", "
