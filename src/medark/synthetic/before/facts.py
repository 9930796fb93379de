"""What the city is made of: prevalences, problems, tests, drugs and names, as tables with their sources (data/)"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Problem:
    """Why people come: a chronic disease or an acute illness, and what is done about it.

    `per_year`: visits a year of who has it (chronic), or cases a person and year (acute). `admitted`: share of those
    visits that become a stay; `fatal`: share of stays of people of 60 and over that end in death.
    """

    key: str
    chronic: bool
    icd10: str  # Chinese edition, with extension
    icd10cm: str
    name_zh: str
    name_en: str
    per_year: float
    admitted: float
    fatal: float
    stay_days: int
    ages: tuple[int, int]
    tests: tuple[str, ...]
    drugs: tuple[str, ...]
    operation: str
    image: str  # DICOM modality


@dataclass(frozen=True, slots=True)
class Test:
    """A laboratory test: in SI units as hospital north reports it, in conventional ones as hospital south does."""

    key: str
    name_zh: str
    name_en: str
    short: str
    loinc: str
    unit: str
    decimals: int
    low: Mapping[str, float | None]  # by sex, as `high`
    high: Mapping[str, float | None]
    centre: Mapping[str, float]  # geometric middle of the healthy
    cvi: float  # within a person, %
    cvg: float  # between persons, %
    loinc_conventional: str
    unit_conventional: str
    factor: float  # conventional times this is SI
    decimals_conventional: int


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug as both hospitals order it."""

    key: str
    code: str  # of hospital north's own list
    rxnorm: str
    name_zh: str
    name_en: str
    dose: int
    unit: str
    route_zh: str
    route_en: str
    strength: str
    days: int


Row = Mapping[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of data/<name>.csv."""
    text = files(__package__).joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def problems() -> Mapping[str, Problem]:
    """Every problem by key."""
    return {row["key"]: _problem(row) for row in rows("problems")}


@cache
def tests() -> Mapping[str, Test]:
    """Every test by key."""
    return {row["key"]: _test(row) for row in rows("tests")}


@cache
def drugs() -> Mapping[str, Drug]:
    """Every drug by key."""
    names = [name for name in Drug.__slots__ if name not in ("dose", "days")]
    return {
        row["key"]: Drug(**{n: row[n] for n in names}, dose=int(row["dose"]), days=int(row["days"]))
        for row in rows("drugs")
    }


@cache
def effects() -> Mapping[tuple[str, str], float]:
    """How many times its healthy value a test has in who has a problem: (problem, test) -> factor."""
    return {(row["problem"], row["test"]): float(row["times"]) for row in rows("effects")}


@cache
def operations() -> Mapping[str, Row]:
    """Operations by code of ICD-9-CM volume 3."""
    return {row["code"]: row for row in rows("operations")}


def _problem(row: Row) -> Problem:
    return Problem(
        key=row["key"],
        chronic=row["kind"] == "chronic",
        icd10=row["icd10"],
        icd10cm=row["icd10cm"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        operation=row["operation"],
        image=row["image"],
        per_year=float(row["per_year"]),
        admitted=float(row["admitted"]),
        fatal=float(row["fatal"]),
        stay_days=int(row["stay_days"]),
        ages=(int(row["from_age"] or 0), int(row["to_age"] or 120)),
        tests=tuple(row["tests"].split()),
        drugs=tuple(row["drugs"].split()),
    )


def _test(row: Row) -> Test:
    bound = {f"{end}_{sex}": float(row[f"{end}_{sex}"] or 0) or None for end in ("low", "high") for sex in "mf"}
    return Test(
        low={"M": bound["low_m"], "F": bound["low_f"]},
        high={"M": bound["high_m"], "F": bound["high_f"]},
        centre={sex: _centre(row["centre"], bound, sex.lower()) for sex in "MF"},
        key=row["key"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        short=row["short"],
        loinc=row["loinc"],
        unit=row["unit"],
        loinc_conventional=row["loinc_conventional"],
        unit_conventional=row["unit_conventional"],
        cvi=float(row["cvi"]),
        cvg=float(row["cvg"]),
        factor=float(row["factor"]),
        decimals=int(row["decimals"]),
        decimals_conventional=int(row["decimals_conventional"]),
    )


def _centre(told: str, bound: Mapping[str, float | None], sex: str) -> float:
    low, high = bound[f"low_{sex}"], bound[f"high_{sex}"]
    if told or low is None or high is None:
        return float(told)
    return float((low * high) ** 0.5)
