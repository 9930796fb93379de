"""Whether an item is there: seen in data, answered at the bedside, absent, or not to be told"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from medark.define import (
    Frame,
    Row,
    Series,
    any_of,
    conditions,
    days,
    drugs,
    observations,
    person,
    procedures,
    visit_details,
    when,
)
from medark.sdk.renal import filtration

from .coded import Coded
from .facts import ItemFact, Line
from .stays import INTENSIVE_CARE, admitted, day, stay, within

ANSWER: Final = "vte:"  # an answer at the bedside: an observation "vte:<item>" with the value 1 (yes) or 0 (no)
_MALE: Final = 8507
_COMPARE: Final[Mapping[str, Callable[[Series, float], Series]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip

# Silence means absent only where its system would have spoken: a diagnosis where diagnoses of the stay are in; a drug
# where drugs of the last quarter are; a procedure where one of the stay is; intensive care where moves are told.
SILENCE: Final[Mapping[str, Series | None]] = {
    "diagnoses": within(conditions, "stay").exists(),
    "drugs": drugs.between(day - days(90), day).exists(),
    "procedures": within(procedures, "stay").exists(),
    "wards": within(visit_details, "stay").exists(),
    "unknown": None,
}


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges items by the codes of a place."""

    coded: Coded

    def condition(self, item: ItemFact) -> Series:
        """True, false, or missing: it can't be told. An answer at the bedside goes before data."""
        seen = any_of(*(self._line(line) for line in item.lines))
        told = (answered(item.name) > 0).if_missing(seen)
        if item.applies_to != "female":
            return told
        return when(person.gender_concept_id == _MALE).then(False).otherwise(told)

    def since(self, item: ItemFact) -> Series | None:
        """The day of the row that an item was seen in; None where no row of a table can show it."""
        dates = [row.start_date for row in map(self._row, item.lines) if row is not None]
        if not dates:
            return None
        first, *others = dates
        for other in others:
            first = first.if_missing(other)
        return first

    def _line(self, line: Line) -> Series:
        compared = _COMPARE.get(line.operator)
        match line.kind:
            case "age":
                assert compared is not None
                return compared(person.age_on(day), line.limit)
            case "sex":
                sex = person.gender_concept_id
                return when(sex.is_in([_MALE, 8532])).then(sex == _MALE).otherwise_missing()
            case "measured" | "gfr":
                assert compared is not None
                return compared(self._value(line), line.limit)
            case "asked":
                return _nothing()
        return _or_silent(self._rows(line).exists(), line.silence)

    def _value(self, line: Line) -> Series:
        last = self._rows(line).last()
        if line.kind == "gfr":
            return filtration(last.value_in("mg/dL", analyte="creatinine"), person.age_on(day))
        return last.value_in(line.unit, analyte="creatinine" if line.what == "creatinine" else None)

    def _row(self, line: Line) -> Row | None:
        return None if line.kind in ("age", "sex", "asked") else self._rows(line).last()

    def _rows(self, line: Line) -> Frame:
        if line.kind == "ward":
            return visit_details.of(INTENSIVE_CARE).overlapping(admitted, day)
        table = "measurement" if line.kind in ("measured", "gfr") else line.kind
        return within(self.coded.rows(table, line.what), line.window)


def answered(item: str) -> Series:
    """The last answer of the stay about an item: 1 yes, 0 no, missing."""
    rows = within(observations, "stay")
    return rows.where(rows.observation_source_value == ANSWER + item).last().value_as_number.of_any_unit()


def _or_silent(seen: Series, silence: str) -> Series:
    speaks = SILENCE[silence]
    if speaks is None:
        return when(seen).then(True).otherwise_missing()
    return when(seen).then(True).when(speaks).then(False).otherwise_missing()


def _nothing() -> Series:
    return when(stay.exists() & ~stay.exists()).then(True).otherwise_missing()
