"""The knowledge and risks of decision support as tests ask them: loaded once, with people whose inputs are all known"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import medark
from medark.apps.cdss.drugs import recognised
from medark.apps.cdss.risk.asked import Asked, risks
from medark.define.attached import attach
from medark.sdk import App, read_manifest
from medark.sdk.settings import settled
from medark.sdk.testing import Patient, TinyLake, app_in, tiny_lake

__all__ = ["LIPIDS", "TRUTHS", "answer", "asked", "beside", "born", "clinic", "made", "measured", "risk"]
HERE = Path(medark.__file__).parent / "apps" / "cdss"
NOW = "2024-07-03 08:00"
LIPIDS = {"total_cholesterol": (213.0, "mg/dL"), "hdl": (50.0, "mg/dL"), "systolic": (120.0, "mm[Hg]")}
TRUTHS = ("smoker", "diabetes", "treated", "cardiovascular", "urban", "family_history")


@cache
def made(**settings: str | bool) -> App:
    """The application, with some settings."""
    return app_in(HERE, settings)[1]


def beside() -> dict[str, str]:
    """The files of facts by their path in the application."""
    return {one.relative_to(HERE).as_posix(): one.read_text(encoding="utf-8") for one in HERE.rglob("*.csv")}


@cache
def asked(**settings: str | bool) -> Mapping[str, Asked]:
    """The risks, made as the application makes them."""
    attach(beside())
    try:
        return risks(recognised("", False), clinic(**settings).settings)
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


def risk(lake: TinyLake, name: str, **settings: str | bool) -> list[Mapping[str, Any]]:
    """The rows of a risk, in the order of people, each with its ends and their bands."""
    return [_told(asked(**settings)[name], row) for row in lake.dataset(made(**settings), f"risk_{name}")]


def _told(one: Asked, row: Mapping[str, Any]) -> Mapping[str, Any]:
    ends = one.ends(row)
    bands = (None, None) if ends is None else tuple(one.band(end).name for end in ends)
    least, most = ends or (None, None)
    return {**row, "least": least, "most": most, "least_band": bands[0], "most_band": bands[1]}


def born(age: int) -> str:
    """The first day of the year, so many years ago."""
    return f"{2024 - age}-01-01"
