"""The facts of equations and points: coefficients, items, bands, what they are for"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from medark.define import attached

_FOLDER: Final = "risk/facts/"
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a sum: the product of its factors, times `value`."""

    factors: tuple[str, ...]
    value: float


@dataclass(frozen=True, slots=True)
class Coefficients:
    """One group's equation: 1 - survival ** exp(sum of the terms - mean)."""

    survival: float
    mean: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class BandFact:
    """From `least` on: a share of an equation, points of a score."""

    name: str
    least: float
    label: Texts


@dataclass(frozen=True, slots=True)
class ItemFact:
    """One item of a score. Of the items of one `group` only the highest counts."""

    name: str
    points: float
    group: str
    label: Texts


@dataclass(frozen=True, slots=True)
class RiskFact:
    """An equation or score as it was published."""

    name: str
    title: Texts
    tells: Texts
    population: Texts
    source: str
    bands: tuple[BandFact, ...]
    items: tuple[ItemFact, ...] = ()
    to_be_confirmed: bool = False


def risk_facts() -> dict[str, RiskFact]:
    """Each by its name."""
    return {
        row["risk"]: RiskFact(
            row["risk"], texts(row, "title"), texts(row, "tells"), texts(row, "population"), row["source"],
            _bands(row["risk"]), _items(row["risk"]), row["to_be_confirmed"] == "yes",
        )
        for row in _table("risks")
    }  # fmt: skip


def coefficients(equation: str) -> dict[str, Coefficients]:
    """The equations of each group of people."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in _table("coefficients"):
        if row["equation"] == equation:
            found.setdefault(row["group"], []).append(row)
    return {group: _of_group(rows) for group, rows in found.items()}


def inputs() -> dict[str, tuple[Texts, str]]:
    """What goes into them: its name and unit, by its key."""
    return {row["input"]: (texts(row, "label"), row["unit"]) for row in _table("inputs")}


def texts(row: Mapping[str, str], name: str) -> Texts:
    """A text of a row in both languages."""
    return {language: row[f"{name}_{language}"] for language in ("en", "zh")}


def _of_group(rows: list[dict[str, str]]) -> Coefficients:
    told = {row["term"]: float(row["value"]) for row in rows}
    terms = tuple(Term(tuple(term.split("*")), value) for term, value in told.items())
    survival, mean = told["survival"], told["mean"]
    return Coefficients(survival, mean, tuple(one for one in terms if one.factors[0] not in ("survival", "mean")))


def _bands(risk: str) -> tuple[BandFact, ...]:
    rows = (row for row in _table("bands") if row["risk"] == risk)
    return tuple(BandFact(row["band"], float(row["least"]), texts(row, "label")) for row in rows)


def _items(risk: str) -> tuple[ItemFact, ...]:
    rows = (row for row in _table("items") if row["risk"] == risk)
    return tuple(ItemFact(row["item"], float(row["points"]), row["group"], texts(row, "label")) for row in rows)


def _table(name: str) -> list[dict[str, str]]:
    return attached.table_file(f"{_FOLDER}{name}.csv")
