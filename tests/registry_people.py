"""People of a disease registry in a tiny lake: a diagnosis, what was measured, answered and given."""

from __future__ import annotations

from typing import Any

from medark.apps.registry.app import app
from medark.sdk import App
from medark.sdk.testing import TinyLake, tiny_lake
from medark.sdk.testing.tiny_lake import Patient

NOW = "2024-07-01 08:00"


def made() -> App:
    """The application."""
    return app


def lake() -> TinyLake:
    """An empty one."""
    return tiny_lake(NOW)


def diabetic(lake: TinyLake, since: str = "2024-01-10", born: str = "1960-04-12", sex: str = "F") -> Patient:
    """Somebody with type 2 diabetes who was at a hospital that day."""
    who = lake.person(born, sex)
    lake.row("condition_occurrence", who, "some code", at=since, condition_source_value="E11.900")
    visited(lake, who, since)
    return who


def visited(lake: TinyLake, who: Patient, day: str, until: str = "") -> None:
    """A visit; the raw record that told of it is number 7."""
    lake.row("visit_occurrence", who, "outpatient visit", at=day, until=until, medark_record_no=7)


def answered(lake: TinyLake, who: Patient, item: str, value: float, at: str) -> None:
    """An answer to an item of a form."""
    lake.row("observation", who, "an answer", at=at, observation_source_value=item, value_as_number=float(value))


def gave(lake: TinyLake, who: Patient, name: str, at: str) -> None:
    """A drug by its name."""
    lake.row("drug_exposure", who, "some drug", at=at, until=at, drug_source_value=name)


def of(lake: TinyLake, name: str, who: Patient) -> list[dict[str, Any]]:
    """Somebody's rows of a dataset."""
    return [row for row in lake.dataset(made(), name) if row["person_id"] == who.person_id]
