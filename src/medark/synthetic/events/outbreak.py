"""An outbreak as a file says it: TOML read, checked and explained where it can't be used"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from medark.errors import SettingsError

_FIX = "start from the built-in file: medark/synthetic/events/outbreak.toml"
_NUMBERS: Mapping[str, tuple[float, float]] = {  # from, to: what can be drawn at all
    "seeds": (1, 10_000), "r0": (0, 20), "dispersion": (0.01, 1000), "between_districts": (0, 1), "susceptible": (0, 1),
    "generation_days.mean": (0.5, 60), "generation_days.sd": (0.1, 40),
    "incubation_days.mean": (0.1, 60), "incubation_days.sd": (0.01, 60),
    "settings.household": (0, 1), "settings.school": (0, 1),
    "delays_days.pharmacy": (0, 60), "delays_days.call": (0, 60), "delays_days.report": (0, 60),
    "testing.from_day": (-1, 100_000), "testing.noticed_days": (0, 1000), "testing.symptomatic": (0, 1),
    "testing.screening_rounds": (0, 20),
    "control.from_day": (0, 100_000), "control.factor": (0, 1),
}  # fmt: skip
SEVERITIES = ("none", "mild", "severe", "critical", "fatal")


@dataclass(frozen=True, slots=True)
class Outbreak:
    """What the file says; `numbers` by dotted name, `severity` by `ages` (first age of each row) and SEVERITIES."""

    name_zh: str
    name_en: str
    start: str | int | dt.date
    district: str
    numbers: Mapping[str, float]
    ages: tuple[float, ...]
    severity: tuple[tuple[float, ...], ...]

    def __getitem__(self, name: str) -> float:
        return self.numbers[name]

    def first_day(self, first: dt.date, days: int) -> int:
        """Day of the first case, counted from the city's first day."""
        if isinstance(self.start, dt.date):
            return (self.start - first).days
        if isinstance(self.start, str):
            return int(days * float(self.start[:-1]) / 100)
        return self.start


def read(text: str = "") -> Outbreak:
    """The outbreak of a file's text; what it leaves out is as in the built-in one. Raises SettingsError."""
    said = _flat(_built_in())
    try:
        said |= _flat(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the outbreak file is not TOML: {error}", fix=_FIX) from error
    unknown = sorted(said.keys() - _NUMBERS.keys() - {"name_zh", "name_en", "start", "district", "severity"})
    if unknown:
        raise SettingsError("the outbreak file has an unknown entry", fix=_FIX, entry=unknown[0])
    ages, severity = _severities(said["severity"])
    numbers = {name: _number(name, said[name]) for name in _NUMBERS}
    return Outbreak(
        str(said["name_zh"]),
        str(said["name_en"]),
        _start(said["start"]),
        str(said["district"]),
        numbers,
        ages,
        severity,
    )


@cache
def _built_in() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("outbreak.toml").read_text(encoding="utf-8"))


def _flat(tree: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in tree.items():
        flat |= _flat(value, f"{above}{name}.") if isinstance(value, dict) else {above + name: value}
    return flat


def _number(name: str, value: Any) -> float:
    low, high = _NUMBERS[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise SettingsError(f"{name} must be a number from {low:g} to {high:g}", fix=_FIX, entry=name)
    return float(value)


def _start(value: Any) -> str | int | dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    percent = isinstance(value, str) and value.endswith("%") and value[:-1].strip().isdigit()
    if isinstance(value, dt.date) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if percent:
        return str(value)
    raise SettingsError('start must be a share as "40%", a number of days or a date', fix=_FIX, entry="start")


def _severities(said: Any) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
    try:
        ages = [float(row["from_age"]) for row in said]
        shares = [[float(row.get(word, 0)) for word in SEVERITIES if word != "mild"] for row in said]
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise SettingsError("severity must be rows with from_age and shares", fix=_FIX, entry="severity") from error
    mild = 1 - np.sum(shares, axis=1)
    if not ages or ages[0] != 0 or sorted(set(ages)) != ages or np.min(shares) < 0 or mild.min() < -1e-9:
        what = "severity must start at age 0, rise by age, and have shares from 0 to 1 in all"
        raise SettingsError(what, fix=_FIX, entry="severity")
    return tuple(ages), tuple((row[0], max(0.0, float(rest)), *row[1:]) for row, rest in zip(shares, mild, strict=True))
