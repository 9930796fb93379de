"""The dashboard's checks once more, row by row in plain Python: what the scans are held against"""

# ruff: noqa: N802, N815  the names are the dashboard's

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from medark.check.checks import Check
from medark.check.counting import Count

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]
SEX = {"Male": 8507, "Female": 8532}
DAY = dt.timedelta(days=1)


class Oracle:
    """Counts one check after the other over rows that are held as dictionaries."""

    def __init__(self, tables: Tables, today: dt.date) -> None:
        self.tables, self.today = tables, today
        self.people = {row["person_id"]: row for row in tables["person"]}
        self.concepts = {row["concept_id"]: row for row in tables["concept"]}
        self.visits = {row["visit_occurrence_id"]: row for row in tables["visit_occurrence"]}
        self.dead: dict[int, dt.date] = {}
        for row in tables["death"]:
            self.dead[row["person_id"]] = min(row["death_date"], self.dead.get(row["person_id"], dt.date.max))

    def count(self, check: Check) -> Count:
        """How many violate a check, of how many."""
        rows = self.tables.get(check.table, [])
        return getattr(self, check.kind.name)(check, rows)

    def cdmTable(self, check: Check, rows: Sequence[Row]) -> Count:
        return Count(0, 1)

    cdmField = cdmTable

    def cdmDatatype(self, check: Check, rows: Sequence[Row]) -> Count:
        return Count(0, len(rows))

    def isRequired(self, check: Check, rows: Sequence[Row]) -> Count:
        return Count(sum(row[check.column] is None for row in rows), len(rows))

    measureValueCompleteness = isRequired

    def isPrimaryKey(self, check: Check, rows: Sequence[Row]) -> Count:
        seen = Counter(row[check.column] for row in rows)
        return Count(sum(seen[row[check.column]] > 1 for row in rows), len(rows))

    def isForeignKey(self, check: Check, rows: Sequence[Row]) -> Count:
        table, key = check.value.split(".")
        known = {row[key] for row in self.tables.get(table, [])}
        lost = [row for row in rows if row[check.column] is not None and row[check.column] not in known]
        return Count(len(lost), len(rows))

    def _of_concepts(self, check: Check, rows: Sequence[Row], name: str) -> Count:
        told = [self.concepts.get(row[check.column]) for row in rows if row[check.column] not in (None, 0)]
        return Count(sum(concept is not None and concept[name] != check.value for concept in told), len(rows))

    def fkDomain(self, check: Check, rows: Sequence[Row]) -> Count:
        return self._of_concepts(check, rows, "domain_id")

    def fkClass(self, check: Check, rows: Sequence[Row]) -> Count:
        return self._of_concepts(check, rows, "concept_class_id")

    def isStandardValidConcept(self, check: Check, rows: Sequence[Row]) -> Count:
        bad = 0
        for row in rows:
            concept = self.concepts.get(row[check.column]) if row[check.column] not in (None, 0) else None
            bad += concept is not None and (concept["standard_concept"] != "S" or concept["invalid_reason"] is not None)
        return Count(bad, len(rows))

    def standardConceptRecordCompleteness(self, check: Check, rows: Sequence[Row]) -> Count:
        if check.column == "unit_concept_id" and check.table in ("measurement", "observation"):
            rows = [row for row in rows if row["value_as_number"] is not None]
        return Count(sum(row[check.column] == 0 for row in rows), len(rows))

    sourceConceptRecordCompleteness = standardConceptRecordCompleteness

    def sourceValueCompleteness(self, check: Check, rows: Sequence[Row]) -> Count:
        return Count(
            len({row[check.column] for row in rows if row[check.value] == 0}), len({row[check.column] for row in rows})
        )

    def _limit(self, value: str) -> Any:
        if value == "tomorrow":
            return self.today + DAY
        if value == "next year":
            return self.today.year + 1
        return dt.date.fromisoformat(value) if value.count("-") == 2 else float(value)

    def plausibleValueLow(self, check: Check, rows: Sequence[Row]) -> Count:
        told = [_comparable(row[check.column]) for row in rows if row[check.column] is not None]
        return Count(sum(value < _comparable(self._limit(check.value)) for value in told), len(told))

    def plausibleValueHigh(self, check: Check, rows: Sequence[Row]) -> Count:
        told = [_comparable(row[check.column]) for row in rows if row[check.column] is not None]
        return Count(sum(value > _comparable(self._limit(check.value)) for value in told), len(told))

    def plausibleTemporalAfter(self, check: Check, rows: Sequence[Row]) -> Count:
        table, field = check.value.split(".")
        bad = 0
        for row in rows:
            value = row[check.column]
            if table == "person":
                person = self.people.get(row["person_id"])
                before = person and _born(person, june=True)
                value = value and _day(value)
            else:
                before = row[field]
            bad += value is not None and before is not None and value < before
        return Count(bad, len(rows))

    def plausibleStartBeforeEnd(self, check: Check, rows: Sequence[Row]) -> Count:
        ended = [row for row in rows if row[check.value] is not None]
        return Count(sum(r[check.column] is not None and r[check.column] > r[check.value] for r in ended), len(ended))

    def plausibleAfterBirth(self, check: Check, rows: Sequence[Row]) -> Count:
        told = [row for row in rows if row[check.column] is not None and row["person_id"] in self.people]
        born = [(_day(row[check.column]), _born(self.people[row["person_id"]])) for row in told]
        return Count(sum(birth is not None and day < birth for day, birth in born), len(told))

    def plausibleDuringLife(self, check: Check, rows: Sequence[Row]) -> Count:
        dead = [row for row in rows if row["person_id"] in self.dead]
        return Count(sum(self._long_dead(row, check.column) for row in dead), len(dead))

    def plausibleBeforeDeath(self, check: Check, rows: Sequence[Row]) -> Count:
        dead = [row for row in rows if row["person_id"] in self.dead and row[check.column] is not None]
        return Count(sum(self._long_dead(row, check.column) for row in dead), len(dead))

    def _long_dead(self, row: Row, field: str) -> bool:
        return row[field] is not None and _day(row[field]) > self.dead[row["person_id"]] + 60 * DAY

    def withinVisitDates(self, check: Check, rows: Sequence[Row]) -> Count:
        inside = [row for row in rows if row["visit_occurrence_id"] in self.visits]
        bad = 0
        for row in inside:
            visit, day = self.visits[row["visit_occurrence_id"]], row[check.column]
            bad += day < visit["visit_start_date"] - 7 * DAY or day > visit["visit_end_date"] + 7 * DAY
        return Count(bad, len(inside))

    def _of_sex(self, check: Check, rows: Sequence[Row], concepts: set[int]) -> Count:
        about = [row for row in rows if row[check.column] in concepts and row["person_id"] in self.people]
        others = [r for r in about if self.people[r["person_id"]]["gender_concept_id"] != SEX[check.value]]
        return Count(len(others), len(about))

    def plausibleGender(self, check: Check, rows: Sequence[Row]) -> Count:
        return self._of_sex(check, rows, set(check.concept_ids))

    def plausibleGenderUseDescendants(self, check: Check, rows: Sequence[Row]) -> Count:
        found = [
            self._of_sex(check, rows, {row["descendant_concept_id"]})
            for row in self.tables["concept_ancestor"]
            if row["ancestor_concept_id"] in check.concept_ids
        ]
        return Count(sum(one.violating for one in found), sum(one.of for one in found))

    def plausibleUnitConceptIds(self, check: Check, rows: Sequence[Row]) -> Count:
        told = [r for r in rows if r[check.column] in check.concept_ids and r["value_as_number"] is not None]
        units = [-1 if row["unit_concept_id"] is None else row["unit_concept_id"] for row in told]
        return Count(sum(str(unit) not in check.value.split() for unit in units), len(units))

    def measurePersonCompleteness(self, check: Check, rows: Sequence[Row]) -> Count:
        there = {row["person_id"] for row in rows}
        return Count(sum(person not in there for person in self.people), len(self.people))

    def measureConditionEraCompleteness(self, check: Check, rows: Sequence[Row]) -> Count:
        ill = {row["person_id"] for row in self.tables["condition_occurrence"]}
        return Count(len(ill - {row["person_id"] for row in rows}), len(ill))

    def measureObservationPeriodOverlap(self, check: Check, rows: Sequence[Row]) -> Count:
        by_person = defaultdict(list)
        for row in rows:
            by_person[row["person_id"]].append(
                (row["observation_period_start_date"], row["observation_period_end_date"])
            )
        bad = [
            person
            for person, periods in by_person.items()
            if any(
                start <= other_end + DAY and other_start <= end + DAY
                for n, (start, end) in enumerate(periods)
                for other_start, other_end in periods[:n]
            )
        ]
        return Count(len(bad), len(by_person))


def _comparable(value: Any) -> Any:
    return dt.datetime(value.year, value.month, value.day) if type(value) is dt.date else value


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _born(person: Row, *, june: bool = False) -> dt.date | None:
    if person["birth_datetime"] is not None:
        return _day(person["birth_datetime"])
    if person["year_of_birth"] is None:
        return None
    month, day = (6, 1) if june else (person["month_of_birth"] or 1, person["day_of_birth"] or 1)
    return dt.date(person["year_of_birth"], month, day)
