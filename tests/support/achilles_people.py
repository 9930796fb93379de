"""Achilles' analyses in plain Python: of people, places, periods, costs, and what reaches over tables"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import product
from math import ceil, floor, sqrt
from typing import Any

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]
Key = tuple[Any, ...]
DOMAINS = ("condition_occurrence", "drug_exposure", "device_exposure", "measurement", "death", "procedure_occurrence",
           "observation_period")  # fmt: skip


def month(day: dt.date) -> int:
    return day.year * 100 + day.month


def decile(year: int, person: Row) -> int:
    return floor((year - person["year_of_birth"]) / 10)


def share(part: int, whole: int) -> str:
    return f"{part / whole:.6f}"


def percentile(values: Sequence[float], per_cent: int) -> float:
    """The least value that so many per cent are not above."""
    return sorted(values)[max(ceil(per_cent * len(values) / 100), 1) - 1]


def deviation(values: Sequence[float]) -> float | None:
    if len(values) < 2:
        return None
    mean = sum(values) / len(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def joined(periods: Sequence[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Periods that overlap as one, those that end before they start left out."""
    found: list[tuple[dt.date, dt.date]] = []
    for start, end in sorted(one for one in periods if one[0] <= one[1]):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


class OfPeople:
    """What does not look at events one by one. `sets`: who or what is counted once, however often it is there."""

    held: Tables
    people: dict[int, Row]
    counts: Counter[Key]
    values: dict[Key, list[float]]
    sets: dict[Key, set[Any]]

    def _person(self, key: Key, person_id: int) -> None:
        self.sets[key].add(person_id)

    def _deaths(self) -> None:
        last = (
            (511, "condition_occurrence", "condition_start_date"), (512, "drug_exposure", "drug_exposure_start_date"),
            (513, "visit_occurrence", "visit_start_date"), (514, "procedure_occurrence", "procedure_date"),
            (515, "observation", "observation_date"),
        )  # fmt: skip
        for n, table, day in last:
            days: dict[int, list[dt.date]] = defaultdict(list)
            for row in self.held[table]:
                days[row["person_id"]].append(row[day])
            for row in self.held["death"]:
                if row["person_id"] in days:
                    self.values[n,].append((max(days[row["person_id"]]) - row["death_date"]).days)

    def _persons(self) -> None:
        dead = {row["person_id"] for row in self.held["death"]}
        for n in (1, 7, 8, 9):
            self.counts[n,] += 0
        known = {name: {row[f"{name}_id"] for row in self.held[name]} for name in ("provider", "location", "care_site")}
        for row in self.held["person"]:
            sex, born, race, folk = (
                row[name] for name in ("gender_concept_id", "year_of_birth", "race_concept_id", "ethnicity_concept_id")
            )
            for key in ((1,), (2, sex), (3, born), (4, race), (5, folk), (10, born, sex), (12, race, folk)):
                self.counts[key] += 1
            if row["person_id"] not in dead:
                self.counts[11, born, sex] += 1
            for n, name in ((7, "provider"), (8, "location"), (9, "care_site")):
                self.counts[n,] += row[f"{name}_id"] is not None and row[f"{name}_id"] not in known[name]
        for row in self.held["cdm_source"]:
            told = row["cdm_source_name"], row["cdm_version"], row["source_release_date"]
            self.counts[0, *told] += len(self.held["person"])

    def _places(self) -> None:
        there = {row["location_id"]: row for row in self.held["location"]}
        sites = {row["care_site_id"]: row["place_of_service_concept_id"] for row in self.held["care_site"]}
        for n, table in ((1100, "person"), (1102, "care_site")):
            for row in self.held[table]:
                place = there.get(row["location_id"], {"zip": None, "state": None})
                if place["zip"] is not None:
                    self.counts[n, place["zip"][:3]] += 1
                if place["state"] is not None:
                    self.counts[n + 1, place["state"]] += 1
        for row in self.held["person"]:
            if sites.get(row["care_site_id"]) is not None:
                self.counts[1200, sites[row["care_site_id"]]] += 1
        for place in sites.values():
            if place is not None:
                self.counts[1202, place] += 1
        self.counts[300,] += 0
        for row in self.held["provider"]:
            self.counts[300,] += 1
            self.counts[301, row["specialty_concept_id"]] += 1
            self.counts[325, row["specialty_source_concept_id"]] += 1

    def _periods(self, table: str, n: int) -> None:
        rows = self.held[table]
        first: dict[int, Row] = {}
        own: dict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: (row[f"{table}_start_date"], row[f"{table}_id"])):
            first.setdefault(row["person_id"], row)
            own[row["person_id"]].append((row[f"{table}_start_date"], row[f"{table}_end_date"]))
        for person_id, row in first.items():
            if person_id in self.people:
                self._first(n, self.people[person_id], row[f"{table}_start_date"], row[f"{table}_end_date"])
        self.counts[n + 14,] += 0
        self.counts[n + 15,] += 0
        for person_id, some in own.items():
            person = self.people.get(person_id)
            self.counts[n + 13, len(some)] += 1
            self.counts[n + 14,] += person is not None and any(s.year < person["year_of_birth"] for s, _ in some)
            self.counts[n + 15,] += any(end < start for start, end in some)
            for start, end in some:
                self._person((n + 11, month(start)), person_id)
                self._person((n + 12, month(end)), person_id)
        if n == 100:
            self.counts[118,] += sum(row["person_id"] not in self.people for row in rows)
        for row in rows:
            key = (119, row["period_type_concept_id"]) if n == 100 else (1425, row["payer_source_concept_id"])
            self.counts[key] += 1
        self._covered(n, own)

    def _first(self, n: int, person: Row, start: dt.date, end: dt.date) -> None:
        sex, age, days = person["gender_concept_id"], start.year - person["year_of_birth"], (end - start).days
        if n == 100:
            self.counts[101, age] += 1
            self.counts[102, sex, age] += 1
            self.values[103,].append(age)
            self.values[104, sex].append(age)
            self.values[105,].append(days)
        self.values[n + 6, sex].append(days)
        self.values[n + 7, floor(age / 10)].append(days)
        self.counts[n + 8, floor(days / 30)] += 1

    def _covered(self, n: int, own: Mapping[int, Sequence[tuple[dt.date, dt.date]]]) -> None:
        starts = [start for some in own.values() for start, _ in some]
        if not starts:
            return
        begun = {start.year for start in starts}
        months = {(start.year, start.month) for start in starts}
        for person_id, some in own.items():
            person = self.people.get(person_id)
            for start, end in joined(some):
                for year in range(start.year, end.year + 1):
                    if n == 100 and min(begun) <= year <= max(begun) and self._covers(start, end, year, 1, 12):
                        self._person((109, year), person_id)
                    if year in begun and person and n == 100:
                        self._person((116, year, person["gender_concept_id"], decile(year, person)), person_id)
                    if year in begun and person and n == 1400:
                        self._person((1409, year), person_id)
                for index in range(start.year * 12 + start.month - 1, end.year * 12 + end.month):
                    year, of = index // 12, index % 12 + 1
                    if (year, of) in months and self._covers(start, end, year, of, of):
                        self._person((n + 10, year * 100 + of), person_id)
                    if n == 100:
                        self._person((117, year * 100 + of), person_id)

    def _covers(self, start: dt.date, end: dt.date, year: int, first: int, last: int) -> bool:
        """All days of some months of a year?"""
        after = dt.date(year + last // 12, last % 12 + 1, 1)
        return start <= dt.date(year, first, 1) and end >= after - dt.timedelta(1)

    def _costs(self) -> None:
        drugs = (1500, "Drug", "drug_exposure", "drug_concept_id", (
            "paid_patient_copay", "paid_patient_coinsurance", "paid_patient_deductible", "paid_by_payer",
            "paid_by_primary", "paid_by_patient", "total_paid", "paid_ingredient_cost", "paid_dispensing_fee",
            "total_cost",
        ))  # fmt: skip
        procedures = (1600, "Procedure", "procedure_occurrence", "procedure_concept_id", drugs[4][:7])
        for n, domain, table, concept, amounts in (drugs, procedures):
            of = {row[f"{table}_id"]: row[concept] for row in self.held[table]}
            for row in self.held["cost"]:
                if row["cost_domain_id"] == domain and row["cost_event_id"] in of:
                    for place, amount in enumerate(amounts, n + 2):
                        if row[amount] is not None:
                            self.values[place, of[row["cost_event_id"]]].append(row[amount])
        for row in self.held["cost"]:
            if row["cost_domain_id"] == "Procedure" and row["revenue_code_concept_id"] is not None:
                self.counts[1610, row["revenue_code_concept_id"]] += 1

    def _overlaps(self) -> None:
        of = {name: {row["person_id"] for row in self.held[name]} for name in (*DOMAINS, "visit_occurrence")}
        self.counts[2000,] += len(of["condition_occurrence"] & of["drug_exposure"])
        self.counts[2001,] += len(of["condition_occurrence"] & of["procedure_occurrence"])
        self.counts[2002,] += len(of["measurement"] & of["condition_occurrence"] & of["drug_exposure"])
        self.counts[2003,] += len(of["visit_occurrence"])
        for bits in product("01", repeat=len(DOMAINS)):
            chosen = [of[name] for name, bit in zip(DOMAINS, bits, strict=True) if bit == "1"]
            if chosen and (people := set.intersection(*chosen)):
                self.counts[2004, "".join(bits), share(len(people), len(self.held["person"]))] += len(people)

    def _unmapped(self) -> None:
        for table, rows in self.held.items():
            for row in rows:
                for source, concept in UNMAPPED.get(table, ()):
                    if row[concept] == 0:
                        self.counts[1900, table, source, row[source]] += 1


def _pairs(*names: str, **others: str) -> tuple[tuple[str, str], ...]:
    plain = tuple((f"{name}_source_value", f"{name}_concept_id") for name in names)
    return plain + tuple((f"{source}_source_value", f"{concept}_concept_id") for source, concept in others.items())


UNMAPPED = {
    "measurement": _pairs("measurement", "unit"), "procedure_occurrence": _pairs("procedure", "modifier"),
    "drug_exposure": _pairs("drug", "route"), "condition_occurrence": _pairs("condition", "condition_status"),
    "observation": _pairs("observation", "unit", "qualifier"), "payer_plan_period": _pairs("payer", "plan", "sponsor",
    "stop_reason"), "provider": _pairs("specialty", "gender"), "person": _pairs("gender", "race", "ethnicity"),
    "specimen": _pairs("specimen", "unit", "anatomic_site", "disease_status"),
    "visit_detail": _pairs("visit_detail", "admitted_from", "discharged_to"),
    "visit_occurrence": _pairs("visit", "admitted_from", "discharged_to"), "device_exposure": _pairs("device"),
    "death": _pairs("cause"),
}  # fmt: skip
