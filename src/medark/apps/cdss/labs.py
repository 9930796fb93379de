"""Measurements of a person: found by their codes of LOINC, in the unit of the facts"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from medark.define import ConceptSet, Frame, Row, Series, any_of, case, codes, hours, index, measurements

from .facts import table

now = index.start
_BARE = ("1", "[pH]")


@dataclass(frozen=True, slots=True)
class Latest:
    """A value and when it was taken."""

    value: Series
    taken: Series


@dataclass(frozen=True, slots=True)
class Lab:
    """One test: `unit` in UCUM. `is_standard`: has the shipped vocabulary a standard concept for one of its codes?"""

    key: str
    label: dict[str, str]
    found: ConceptSet
    is_standard: bool
    unit: str
    analyte: str | None
    cvi: float | None  # biological variation within one person, %

    def among(self, rows: Frame) -> Frame:
        """Those rows that are of this test: by their concept, or by the code as it was sent."""
        by_code = rows.source_concept.is_in(self.found, source=True)
        return rows.where(any_of(rows.concept.is_in(self.found), by_code) if self.is_standard else by_code)

    def latest(self, since: Series, unit: str = "") -> Latest:
        """The last one from a day on, found by index: for windows of months."""
        coded = [measurements.of(self.found, source=True)]
        coded += [measurements.of(self.found)] if self.is_standard else []
        one, *others = (rows.where(rows.start_date >= since, rows.start <= now).last() for rows in coded)
        found = Latest(self._in(one, unit), one.start)
        for other in others:
            is_later = one.start.is_missing() | (other.start > found.taken)
            value, taken = ((is_later, self._in(other, unit)), (is_later, other.start))
            found = Latest(case(value, otherwise=found.value), case(taken, otherwise=found.taken))
        return found

    def _in(self, row: Row, unit: str) -> Series:
        return row.value_in(unit, analyte=self.analyte) if unit else self.value(row)

    def any(self, since: Series) -> Series:
        """Is there one from a day on, up to today?"""
        ways = [measurements.of(self.found, source=True)]
        ways += [measurements.of(self.found)] if self.is_standard else []
        return any_of(*(rows.where(rows.start_date >= since, rows.start <= now).exists() for rows in ways))

    def value(self, row: Row | Frame) -> Series:
        """Its value in the unit of the facts; of what has no unit (a ratio, pH) the number as it was sent."""
        return row.value_in(self.unit, analyte=self.analyte, unit_if_missing=self.unit if self.unit in _BARE else None)


@cache
def labs() -> dict[str, Lab]:
    """Every test by its key."""
    return {row["key"]: lab_of(row) for row in table("labs")}


def lab_of(row: dict[str, str]) -> Lab:
    """The test that a row of facts tells."""
    label = {"en": row["label_en"], "zh": row["label_zh"]}
    found = codes(row["label_en"].lower(), "LOINC", *row["loinc"].split("|"), source=row["source"])
    cvi = float(row["cvi_percent"]) if row["cvi_percent"] else None
    return Lab(row["key"], label, found, row["standard"] == "yes", row["unit"], row["analyte"] or None, cvi)


def recent(within: int) -> Frame:
    """Results of the last so many hours, up to now."""
    return measurements.before(now, within=hours(within), bounds="[]")


DAY: Final = 24
WEEK: Final = 168
