"""The facts of the scores: their items, bands and codes, as the .csv files under facts/ say them"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from medark.define import attached

_FOLDER: Final = "facts/"
Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One way in which an item is seen in data. `silence`: what it means that nothing is seen; see judging.SILENCE."""

    kind: str  # age, sex, condition, procedure, drug, measured, gfr, ward, asked
    what: str  # the name of its codes
    window: str  # see stays.WINDOWS; "" where time plays no part
    operator: str
    limit: float
    unit: str  # UCUM
    silence: str


@dataclass(frozen=True, slots=True)
class ItemFact:
    """One item of a score: its points, and the lines that are each enough for it.

    Of the items of one `group` only the highest counts. `applies_to`: "female", or "" for everybody.
    """

    name: str
    points: float
    group: str
    applies_to: str
    label: Texts
    source: str
    lines: tuple[Line, ...]

    @property
    def is_dated(self) -> bool:
        """Can a row of a table show it, and so its day?"""
        return any(line.kind not in ("age", "sex", "asked") for line in self.lines)


@dataclass(frozen=True, slots=True)
class BandFact:
    """A band: from `least` points on."""

    name: str
    risk: str  # low, moderate or high: what advice goes by; "" for a score that advice does not go by
    least: float
    label: Texts
    source: str


@dataclass(frozen=True, slots=True)
class ScoreFact:
    """A score as it was published."""

    name: str
    title: Texts
    population: Texts
    source: str
    items: tuple[ItemFact, ...]
    bands: tuple[BandFact, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a set: all that begin with it. The vocabulary `word`: a name that holds it."""

    name: str
    table: str
    vocabulary: str
    code: str
    source: str


def score_facts(scheme: str) -> dict[str, ScoreFact]:
    """Every score by name; the bands of Caprini are those of `scheme`."""
    items, bands = _items(), _bands(scheme)
    return {
        row["score"]: ScoreFact(
            row["score"], _texts(row, "title"), _texts(row, "population"), row["source"],
            tuple(items[row["score"]]), tuple(bands[row["score"]]),
        )
        for row in table("scores")
    }  # fmt: skip


def codes() -> tuple[Code, ...]:
    """Every code."""
    return tuple(Code(**row) for row in table("codes"))


def table(name: str) -> list[dict[str, str]]:
    """The rows of one file of facts."""
    return attached.table_file(f"{_FOLDER}{name}.csv")


def _items() -> dict[str, list[ItemFact]]:
    """By score. An item may be told in several rows: the first has its points and words."""
    found: dict[str, list[ItemFact]] = {}
    for rows in _together(table("items")):
        first = rows[0]
        lines = tuple(_line(row) for row in rows)
        fact = ItemFact(
            first["item"], _points(first["points"]), first["group"], first["applies_to"], _texts(first, "label"),
            first["source"], lines,
        )  # fmt: skip
        found.setdefault(first["score"], []).append(fact)
    return found


def _together(rows: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    by_item: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        by_item.setdefault((row["score"], row["item"]), []).append(row)
    yield from by_item.values()


def _points(text: str) -> float:
    """Whole where they are whole: sums of whole numbers are shorter to ask, and read better."""
    points = float(text)
    return int(points) if points.is_integer() else points


def _line(row: dict[str, str]) -> Line:
    limit = float(row["limit"]) if row["limit"] else 0.0
    return Line(row["kind"], row["what"], row["window"], row["operator"], limit, row["unit"], row["silence"])


def _bands(scheme: str) -> dict[str, list[BandFact]]:
    found: dict[str, list[BandFact]] = {}
    for row in table("bands"):
        if row["scheme"] in ("", scheme):
            one = BandFact(row["band"], row["risk"], float(row["least"]), _texts(row, "label"), row["source"])
            found.setdefault(row["score"], []).append(one)
    return found


def _texts(row: dict[str, str], name: str) -> Texts:
    return {language: row[f"{name}_{language}"] for language in ("en", "zh")}
