"""The knowledge and risks of decision support as tests ask them: loaded once, with people whose inputs are all known"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import medark
from medark.apps.cdss.risk.asked import in_bands
from medark.apps.cdss.risk.facts import RiskFact, risk_facts
from medark.define.attached import attach
from medark.sdk import App, read_manifest
from medark.sdk.settings import settled
from medark.sdk.testing import Patient, TinyLake, app_in, tiny_lake

__all__ = ["answer", "beside", "born", "clinic", "facts", "in_bands", "made", "measured", "risk"]
HERE = Path(medark.__file__).parent / "apps" / "cdss"
NOW = "2024-07-03 08:00"
TRUTHS = ("smoker", "diabetes", "treated", "cardiovascular", "urban", "family_history")


@cache
def made(**settings: str | bool) -> App:
    """The application, with some settings."""
    return app_in(HERE, settings)[1]


def beside() -> dict[str, str]:
    """The files of facts by their path in the application."""
    return {one.relative_to(HERE).as_posix(): one.read_text(encoding="utf-8") for one in HERE.rglob("*.csv")}


@cache
def facts() -> Mapping[str, RiskFact]:
    """The facts of risks, read as the application reads them."""
    attach(beside())
    try:
        return risk_facts()
    finally:
        attach({})


def clinic(**settings: str | bool) -> TinyLake:
    """An empty lake with the settings of a place."""
    manifest = read_manifest((HERE / "app.toml").read_text(encoding="utf-8"))
    return tiny_lake(NOW, dict(settled(manifest.setting_specs, settings)))


def answer(lake: TinyLake, who: Patient, item: str, value: float) -> None:
    """What somebody said at the bedside."""
    lake.row(
        "observation", who, "bedside", at="2024-07-01", observation_source_value=f"cdss:{item}", value_as_number=value
    )


def measured(lake: TinyLake, who: Patient, **values: tuple[float, str]) -> None:
    """Results of two days ago, by the name of the input."""
    names = {"total_cholesterol": "total cholesterol", "hdl": "hdl cholesterol", "systolic": "systolic blood pressure"}
    for name, (value, unit) in values.items():
        lake.measured(who, names.get(name, name), value, unit, at="2024-07-01 09:00")


def risk(app: App, lake: TinyLake, name: str) -> list[Mapping[str, Any]]:
    """The rows of a risk, in the order of people."""
    return lake.dataset(app, f"risk_{name}")


def born(age: int) -> str:
    """The first day of the year, so many years ago."""
    return f"{2024 - age}-01-01"
