"""A ward of the tiny lake: people in hospital, and what is known of them"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import medark
from medark.sdk import App
from medark.sdk.testing import Patient, TinyLake, app_in, tiny_lake

HERE = Path(medark.__file__).parent / "apps" / "vte"
NOW, ADMITTED = "2024-07-03 08:00", "2024-07-01 09:00"


@cache
def made(**settings: str) -> App:
    """The application, with some settings."""
    return app_in(HERE, settings)[1]


def ward() -> TinyLake:
    return tiny_lake(NOW)


def inpatient(lake: TinyLake, born: str = "1984-01-01", sex: str = "F") -> Patient:
    """Somebody who came in two days ago."""
    who = lake.person(born, sex)
    lake.visited(who, "inpatient stay", ADMITTED, "2024-07-09")
    return who


def answer(lake: TinyLake, who: Patient, item: str, value: float = 1.0, at: str = "2024-07-01 10:00") -> None:
    """An answer at the bedside, or the record of an assessment."""
    lake.row("observation", who, "bedside", at=at, observation_source_value=f"vte:{item}", value_as_number=value)


def operated(lake: TinyLake, who: Patient, code: str, at: str = "2024-07-02 09:00") -> None:
    """An operation by its code of ICD-9-CM-3."""
    lake.row("procedure_occurrence", who, "operation", at=at, procedure_source_value=code)


def gave(lake: TinyLake, who: Patient, name: str, at: str = "2024-07-02 20:00") -> None:
    """A drug by its name."""
    lake.row("drug_exposure", who, "drug", at=at, drug_source_value=name)
