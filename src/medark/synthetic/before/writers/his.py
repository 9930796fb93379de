"""What the tables of both hospital systems are made of, and the errors planted in them; each writes them its own way"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from medark.messages import N_
from medark.synthetic.before.care import Encounter, Life
from medark.synthetic.before.city import City
from medark.synthetic.before.facts import drugs, problems
from medark.synthetic.before.output import Ending, Output, Row
from medark.synthetic.before.places import Organisation

FEES = (  # class in Chinese and English, yuan a day or visit; about what a bill of 2024 says
    ("诊察费", "consultation", 25), ("检验费", "laboratory", 140), ("药品费", "drugs", 95), ("床位费", "bed", 60),
)  # fmt: skip
NO_PATIENT = Ending("quarantined", "no patient number")
STRANGER = (
    N_("a diagnosis of a patient nobody knows"), Ending("quarantined", "person not known", "condition_occurrence"),
)  # fmt: skip


@dataclass(slots=True)
class Sheet:
    """A table of one hospital system on its way to a file; errors are put between its rows."""

    file: str
    columns: Row
    rows: list[Row] = field(default_factory=list)
    errors: list[tuple[Row, str, Ending]] = field(default_factory=list)

    def finished(self, out: Output, source: str, inside: str = "") -> list[Row]:
        """All rows, errors spread among the true ones and noted."""
        rows = list(self.rows)
        step = len(rows) // (len(self.errors) + 1)
        for place, (row, what, ending) in enumerate(self.errors, 1):
            at = place * step
            rows.insert(at, row)
            out.plant(source, f"{inside}!/{self.file}" if inside else self.file, at, what, ending)
        return rows


def stays(city: City, organisation: Organisation) -> Iterator[tuple[Life, Encounter]]:
    """All encounters of one place, by patient."""
    for life in city.lives:
        for encounter in life.of(organisation):
            yield life, encounter


def patients(city: City, organisation: Organisation) -> Iterator[Life]:
    """Everybody who is registered there."""
    return (life for life in city.lives if organisation in life.organisations)


def fees(encounter: Encounter) -> Iterator[tuple[int, str, str, int]]:
    """Number, class (Chinese, English) and yuan of each fee of an encounter."""
    days = max(1, (encounter.end - encounter.start).days)
    for number, (zh, en, yuan) in enumerate(FEES):
        if en != "bed" or encounter.kind == "inpatient":
            yield number, zh, en, yuan * days + encounter.number % 10


def orders(encounter: Encounter) -> Iterable[tuple[int, str, int]]:
    """Number, drug and days of each prescription."""
    for number, key in enumerate(encounter.drugs):
        yield number, key, drugs()[key].days


def diagnoses(encounter: Encounter) -> Iterable[tuple[int, str]]:
    """Rank from 1, and problem."""
    return enumerate((key for key in encounter.problems if key in problems()), 1)


def operated(encounter: Encounter) -> dt.datetime:
    """When an operation of the stay was done: on its first day, after some hours."""
    return encounter.start + dt.timedelta(hours=5)
