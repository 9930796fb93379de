"""Achilles' analyses in plain Python: row by row, each analysis for itself, slow and easy to read

What is counted: `counts[analysis_id, strata]`; what is distributed: `values[analysis_id, strata]`, every single value.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from support.achilles_people import Key, OfPeople, Row, Tables, decile, month, share

# number, table, concept, start, end, type, source concept; "" where there is none
EVENTS = (
    (200, "visit_occurrence", "visit_concept_id", "visit_start_date", "visit_end_date", "", "visit_source_concept_id"),
    (400, "condition_occurrence", "condition_concept_id", "condition_start_date", "condition_end_date",
     "condition_type_concept_id", "condition_source_concept_id"),
    (500, "death", "cause_concept_id", "death_date", "", "death_type_concept_id", "cause_source_concept_id"),
    (600, "procedure_occurrence", "procedure_concept_id", "procedure_date", "", "procedure_type_concept_id",
     "procedure_source_concept_id"),
    (700, "drug_exposure", "drug_concept_id", "drug_exposure_start_date", "drug_exposure_end_date",
     "drug_type_concept_id", "drug_source_concept_id"),
    (800, "observation", "observation_concept_id", "observation_date", "", "observation_type_concept_id",
     "observation_source_concept_id"),
    (900, "drug_era", "drug_concept_id", "drug_era_start_date", "drug_era_end_date", "", ""),
    (1000, "condition_era", "condition_concept_id", "condition_era_start_date", "condition_era_end_date", "", ""),
    (1300, "visit_detail", "visit_detail_concept_id", "visit_detail_start_date", "visit_detail_end_date", "",
     "visit_detail_source_concept_id"),
    (1800, "measurement", "measurement_concept_id", "measurement_date", "", "measurement_type_concept_id",
     "measurement_source_concept_id"),
    (2100, "device_exposure", "device_concept_id", "device_exposure_start_date", "device_exposure_end_date",
     "device_type_concept_id", "device_source_concept_id"),
    (2200, "note", "note_type_concept_id", "note_date", "", "", ""),
)  # fmt: skip


class Oracle(OfPeople):
    """All analyses of some tables."""

    def __init__(self, held: Tables) -> None:
        self.held = held
        self.often: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
        self.people = {row["person_id"]: row for row in held["person"]}
        self.periods: dict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)
        for row in held["observation_period"]:
            days = row["observation_period_start_date"], row["observation_period_end_date"]
            self.periods[row["person_id"]].append(days)
        self.counts: Counter[Key] = Counter()
        self.values: dict[Key, list[float]] = defaultdict(list)
        self.sets: dict[Key, set[Any]] = defaultdict(set)
        for one in EVENTS:
            self._events(*one)
        self._of_visits()
        self._drugs()
        self._numbers()
        self._deaths()
        self._persons()
        self._places()
        self._periods("observation_period", 100)
        self._periods("payer_plan_period", 1400)
        self._costs()
        self._overlaps()
        self._unmapped()
        for key, some in self.sets.items():
            self.counts[key] += len(some)

    def inside(self, table: str, day: str) -> Iterator[Row]:
        for row in self.held[table]:
            if any(start <= row[day] <= end for start, end in self.periods[row["person_id"]]):
                yield row

    def _events(self, n: int, table: str, concept: str, start: str, end: str, kind: str, source: str) -> None:
        rows, inside = list(self.held[table]), list(self.inside(table, start))
        within = {id(row) for row in inside}
        outside = [row for row in rows if id(row) not in within]
        by_person: dict[int, list[Row]] = defaultdict(list)
        for row in inside:
            by_person[row["person_id"]].append(row)
        for row in inside:
            self._one(n, row, concept, start, kind, source)
        for person_id, some in by_person.items():
            self._one_person(n, person_id, some, concept, start)
        if n == 2200:
            return
        unknown = n + {200: 7, 1300: 7, 900: 8, 1000: 8}.get(n, 9)
        if n != 2100:
            self.counts[unknown,] += sum(row["person_id"] not in self.people for row in rows)
        self.counts[n + 10,] += len(outside)
        self.counts[n + 30,] += len(inside)
        if end and n != 2100:
            self.counts[n + 11,] += sum(row[end] is not None and row[end] < row[start] for row in rows)
        if rows:
            everybody, out = {row["person_id"] for row in rows}, {row["person_id"] for row in outside}
            told = share(len(out), len(everybody)), str(len(out)), str(len(everybody))
            self.counts[n + 31, *told] += int(bool(out))
            told = share(len(outside), len(rows)), str(len(outside)), str(len(rows))
            self.counts[n + 32, *told] += int(bool(outside))
        if n in (400, 600, 700, 800, 1800):
            self._references(n, rows)
        if n in (200, 1300):
            care_sites = {row["care_site_id"] for row in self.held["care_site"]}
            self.counts[n + 9,] += sum(
                row["care_site_id"] is not None and row["care_site_id"] not in care_sites for row in rows
            )
        if n in (200, 1300, 900, 1000):
            length = n + (13 if n in (200, 1300) else 7)
            for row in inside:
                if row[end] is not None:
                    self.values[length, row[concept]].append((row[end] - row[start]).days)

    def _one(self, n: int, row: Row, concept: str, start: str, kind: str, source: str) -> None:
        told, day, person_id = row[concept], row[start], row["person_id"]
        person = self.people.get(person_id)
        self._person((n, told), person_id)
        self.counts[n + 1, told] += 1
        if n == 2200:
            return
        if n == 500:
            self._person((502, month(day)), person_id)
            self.counts[505, row[kind]] += 1
        else:
            self._person((n + 2, told, month(day)), person_id)
            self.counts[n + 20, month(day)] += 1
            if kind:
                self.counts[n + 5, told, row[kind]] += 1
        if person:
            of = day.year, person["gender_concept_id"], decile(day.year, person)
            if n != 500:
                self._person((n + 4, told, *of), person_id)
            if n in (200, 1300, 500):
                self._person((n + (4 if n == 500 else 12), *of), person_id)
        if n in (200, 1300):
            self._person((n + 21, day.year), person_id)
        if source:
            self.counts[n + 25, row[source]] += 1
        if n == 400:
            status = row["condition_status_concept_id"]
            self.counts[414, status] += 1
            self.counts[415, row[kind]] += 1
            self.counts[416, status, row[kind]] += 1

    def _one_person(self, n: int, person_id: int, some: Sequence[Row], concept: str, start: str) -> None:
        person = self.people.get(person_id)
        times = Counter(row[concept] for row in some)
        if n not in (500, 2100, 2200):
            self.values[n + 3,].append(len(times))
        if n == 500 and person:
            age = min(row[start].year for row in some) - person["year_of_birth"]
            self.values[506, person["gender_concept_id"]].append(age)
        if n not in (500, 2200) and person:
            for told in times:
                first = min(row[start].year for row in some if row[concept] == told)
                self.values[n + 6, told, person["gender_concept_id"]].append(first - person["year_of_birth"])
        if n in (600, 700, 800, 1800, 2100):
            for told, often in times.items():
                self.often[n + 91, told][person_id] = often

    def _references(self, n: int, rows: Sequence[Row]) -> None:
        for offset, table in ((12, "provider"), (13, "visit_occurrence")):
            key = f"{table}_id"
            known = {row[key] for row in self.held[table]}
            self.counts[n + offset,] += sum(row[key] is not None and row[key] not in known for row in rows)

    def _of_visits(self) -> None:
        visits = {row["visit_occurrence_id"]: row["visit_concept_id"] for row in self.held["visit_occurrence"]}
        details = {row["visit_detail_id"]: row["visit_detail_concept_id"] for row in self.held["visit_detail"]}
        for n, table, *_ in EVENTS:
            if n in (400, 600, 700, 800, 1800, 2100):
                for row in self.held[table]:
                    self.counts[226, visits.get(row["visit_occurrence_id"]) or 0, table] += 1
                    self.counts[1326, details.get(row["visit_detail_id"]) or 0, table] += 1
        specialties = {row["provider_id"]: row["specialty_concept_id"] for row in self.held["provider"]}
        places = {row["care_site_id"]: row["place_of_service_concept_id"] for row in self.held["care_site"]}
        for row in self.held["visit_occurrence"]:
            if row["provider_id"] in specialties:
                self.counts[303, specialties[row["provider_id"]], row["visit_concept_id"]] += 1
            if places.get(row["care_site_id"]) is not None:
                self.counts[1201, places[row["care_site_id"]]] += 1
            if row["discharged_to_concept_id"]:
                self.counts[1203, row["discharged_to_concept_id"]] += 1

    def _drugs(self) -> None:
        for row in self.inside("drug_exposure", "drug_exposure_start_date"):
            for n, column in ((715, "days_supply"), (716, "refills"), (717, "quantity")):
                if row[column] is not None:
                    self.values[n, row["drug_concept_id"]].append(row[column])

    def _numbers(self) -> None:
        for n, table, other in ((800, "observation", "qualifier"), (1800, "measurement", "operator")):
            self.counts[n + 14,] += 0
            for row in self.inside(table, f"{table}_date"):
                concept, unit, number = row[f"{table}_concept_id"], row["unit_concept_id"], row["value_as_number"]
                value = row["value_as_concept_id"]
                is_empty = number is None and value is None and row.get("value_as_string") is None
                if n == 1800:
                    is_empty = number is None and value is None
                self.counts[n + 7, concept, unit] += 1
                self.counts[n + 14,] += is_empty
                self.counts[n + 22, concept, value] += 1
                self.counts[n + 23, concept, row[f"{other}_concept_id"]] += 1
                self.counts[n + 26, value] += 1
                self.counts[n + 27, unit] += 1
                if number is not None and unit is not None:
                    self.values[n + 15, concept, unit].append(number)
        self._measurements()

    def _measurements(self) -> None:
        self.counts[1811,] += 0
        self.counts[1821,] += 0
        empty: Counter[int] = Counter()
        every: Counter[int] = Counter()
        for row in self.inside("measurement", "measurement_date"):
            concept, unit, number = row["measurement_concept_id"], row["unit_concept_id"], row["value_as_number"]
            has_concept = bool(row["value_as_concept_id"])
            low, high = row["range_low"], row["range_high"]
            self.counts[1811,] += number is not None and has_concept
            self.counts[1821,] += number is None
            every[concept] += 1
            empty[concept] += number is None and not has_concept
            if number is not None or has_concept:
                self.counts[1819, concept] += 1
            if None not in (number, unit, low, high):
                place = "Below Range Low" if number < low else "Above Range High" if number > high else "Within Range"
                self.counts[1818, concept, unit, place] += 1
                self.values[1816, concept, unit].append(low)
                self.values[1817, concept, unit].append(high)
        for concept, of in every.items():
            self.counts[1833, concept, str(empty[concept]), share(empty[concept], of)] += of

    def at_least_counts(self) -> Iterator[tuple[Key, int]]:
        """Of each concept, how many people have at least as many records as somebody has."""
        for (n, told), times in self.often.items():
            for often in set(times.values()):
                yield (n, told, often), sum(other >= often for other in times.values())
