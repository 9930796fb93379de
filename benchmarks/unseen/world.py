"""People, visits and what happened to them, that the three exports tell each in its own way; all of it made up"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_DISEASES = (
    ("I10", "原发性高血压", "Essential hypertension", "Essentielle Hypertonie"),
    ("E11.9", "2型糖尿病", "Type 2 diabetes mellitus", "Diabetes mellitus, Typ 2"),
    ("J18.9", "肺炎", "Pneumonia, unspecified organism", "Pneumonie, nicht näher bezeichnet"),
    ("I63.9", "脑梗死", "Cerebral infarction, unspecified", "Hirninfarkt, nicht näher bezeichnet"),
    ("K80.2", "胆囊结石", "Calculus of gallbladder", "Gallenblasenstein"),
    ("N18.5", "慢性肾脏病5期", "Chronic kidney disease, stage 5", "Chronische Nierenkrankheit, Stadium 5"),
    ("I48.9", "心房颤动", "Atrial fibrillation", "Vorhofflimmern"),
    ("S72.0", "股骨颈骨折", "Fracture of neck of femur", "Schenkelhalsfraktur"),
    ("J44.1", "慢性阻塞性肺病急性加重", "COPD with acute exacerbation", "COPD mit akuter Exazerbation"),
    ("F32.1", "中度抑郁发作", "Moderate depressive episode", "Mittelgradige depressive Episode"),
)
_TESTS = (
    ("K", "钾", "Potassium", "Kalium", "mmol/L", 3.5, 5.3),
    ("NA", "钠", "Sodium", "Natrium", "mmol/L", 137, 147),
    ("CREA", "肌酐", "Creatinine", "Kreatinin", "umol/L", 57, 111),
    ("GLU", "葡萄糖", "Glucose", "Glukose", "mmol/L", 3.9, 6.1),
    ("WBC", "白细胞", "WBC", "Leukozyten", "10^9/L", 3.5, 9.5),
    ("HGB", "血红蛋白", "Hemoglobin", "Hämoglobin", "g/L", 130, 175),
    ("ALT", "谷丙转氨酶", "ALT", "GPT", "U/L", 9, 50),
    ("CRP", "C反应蛋白", "CRP", "CRP", "mg/L", 0, 8),
)  # fmt: skip
_DRUGS = (
    ("阿司匹林肠溶片", "Aspirin 100 MG Oral Tablet", "Acetylsalicylsäure", "100mg*30片", 100, "mg"),
    ("二甲双胍片", "Metformin 500 MG Oral Tablet", "Metformin", "0.5g*60片", 500, "mg"),
    ("头孢曲松注射液", "Ceftriaxone 1 G Injection", "Ceftriaxon", "1g", 1000, "mg"),
    ("呋塞米注射液", "Furosemide 20 MG Injection", "Furosemid", "20mg:2ml", 20, "mg"),
    ("氨氯地平片", "Amlodipine 5 MG Oral Tablet", "Amlodipin", "5mg*28片", 5, "mg"),
    ("阿托伐他汀片", "Atorvastatin 20 MG Oral Tablet", "Atorvastatin", "20mg*7片", 20, "mg"),
)
_OPERATIONS = (
    ("51.23", "腹腔镜下胆囊切除术", "Laparoscopic cholecystectomy", "5-511.11", "Cholezystektomie, laparoskopisch"),
    ("36.06", "冠状动脉药物洗脱支架置入术", "Coronary stent insertion", "8-837.00", "Perkutane Koronarintervention"),
    ("79.35", "股骨骨折切开复位内固定术", "Open reduction of femur fracture", "5-794.0f", "Offene Reposition, Femur"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    number: int
    is_woman: bool
    birth: dt.date
    given: int
    family: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay or a visit, with the numbers of its department and doctor."""

    number: int
    person: Person
    start: dt.datetime
    end: dt.datetime
    is_inpatient: bool
    department: int
    doctor: int


@dataclass(frozen=True, slots=True)
class Event:
    """What happened at a visit; `what`: a row of one of the lists above."""

    number: int
    visit: Visit
    at: dt.datetime
    what: tuple[Any, ...]
    place: int
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class World:
    """All of it."""

    people: Sequence[Person]
    visits: Sequence[Visit]
    diagnoses: Sequence[Event]
    operations: Sequence[Event]
    drugs: Sequence[Event]
    results: Sequence[Event]
    tests: Sequence[tuple[Any, ...]] = _TESTS
    medicines: Sequence[tuple[Any, ...]] = _DRUGS
    diseases: Sequence[tuple[Any, ...]] = _DISEASES


@dataclass(frozen=True, slots=True)
class Truth:
    """A table as it is exported. `kinds`: what it may be called; `columns`: of each the slots that are right, in words
    of slots.toml ("-" is: nothing is made of it), and its values.
    """

    name: str
    kinds: tuple[str, ...]
    columns: Mapping[str, tuple[frozenset[str], tuple[str, ...]]]


Told = tuple[str, Callable[[Any], object]]


def table(name: str, kinds: str, rows: Sequence[Any], columns: Mapping[str, Told]) -> Truth:
    """A table with a row for each of something; a column is told as its slots and the cell of a row."""
    made = {
        column: (frozenset(slots.split()), tuple("" if (cell := tell(row)) is None else str(cell) for row in rows))
        for column, (slots, tell) in columns.items()
    }
    return Truth(name, tuple(kinds.split()), made)


def world(seed: int, people: int = 400) -> World:
    """So many people with two visits or so each in 2024, and what happened then."""
    r = random.Random(seed)
    born = [dt.date(1932, 1, 1) + dt.timedelta(days=r.randrange(32_000)) for _ in range(people)]
    who = [Person(n + 1, r.random() < 0.5, day, r.randrange(40), r.randrange(40)) for n, day in enumerate(born)]
    visits = [_visit(r, n + 1, r.choice(who)) for n in range(2 * people)]

    def happened(share: float, most: int, among: Sequence[tuple[Any, ...]]) -> list[Event]:
        at = [(v, place) for v in visits if r.random() < share for place in range(r.randint(1, most))]
        found = []
        for number, (visit, place) in enumerate(at):
            span = max(1, int((visit.end - visit.start).total_seconds() // 60))
            when = visit.start + dt.timedelta(minutes=r.randrange(span))
            found.append(Event(number + 1, visit, when, r.choice(among), place + 1, r.uniform(0.6, 1.5)))
        return found

    return World(
        who, visits, happened(0.95, 3, _DISEASES), happened(0.2, 1, _OPERATIONS), happened(0.8, 4, _DRUGS),
        happened(0.7, 6, _TESTS),
    )  # fmt: skip


def _visit(r: random.Random, number: int, person: Person) -> Visit:
    start = dt.datetime(2024, 1, 1, 8) + dt.timedelta(minutes=r.randrange(500_000))
    inpatient = r.random() < 0.5
    hours = r.randrange(24, 400) if inpatient else r.randrange(1, 4)
    return Visit(number, person, start, start + dt.timedelta(hours=hours), inpatient, r.randrange(12), r.randrange(60))


def measured(event: Event) -> float:
    """The value of a result: about its reference range, within or beyond."""
    low, high = float(event.what[5]), float(event.what[6])
    return round(low + (high - low) * (event.value - 0.3), 2 if high < 10 else 1)
