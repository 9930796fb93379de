"""A small model with shipped coefficients: chances of elements for a column, of kinds for a table, as they turn out

Both are logits over the numbers of `evidence` and `kinds`; the coefficients are fitted by tools/fit_propose.py on
made-up exports, and calibrated on others of them. Source: McFadden 1974 (conditional logit); Platt 1999 (calibration).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from medark.standardise.propose import evidence, kinds
from medark.standardise.propose.evidence import Vector

# What tells how often a column turns out right: its own chance and its table's, as log odds, and what kind of evidence.
LINE = (
    "bias", "column", "column_of_kind", "kind_of_kind", "exact", "near", "proven", "linked", "nothing",
    "nothing_named", "nothing_told", "column_nothing", "taken", "few_rows",
)  # fmt: skip
_LEAST, _MOST = 0.002, 0.998  # chances, before their odds are taken
_FEW = 12  # rows with a value


@dataclass(frozen=True, slots=True)
class Coefficients:
    """`column`: of evidence.FEATURES; `kind_shared`: of all kinds; `kind_own`: of each; `kinds`: of tables, chance and
    share that turned out right, in rising order; `line`: of LINE, by which a column's chance is told.
    """

    column: Vector
    kind_shared: Vector
    kind_own: Mapping[str, Vector]
    kinds: tuple[tuple[float, float], ...]
    line: Vector


@cache
def coefficients() -> Coefficients:
    """Those that ship."""
    told = tomllib.loads(files("medark.standardise.propose").joinpath("coefficients.toml").read_text("utf-8"))
    return Coefficients(
        column=np.array([told["column"][name] for name in evidence.FEATURES]),
        kind_shared=np.array([told["kind"]["shared"][name] for name in kinds.FEATURES[: kinds.SHARED]]),
        kind_own={
            kind: np.array([values[name] for name in kinds.FEATURES[kinds.SHARED :]])
            for kind, values in told["kind"]["own"].items()
        },
        kinds=tuple((x, y) for x, y in told["kinds"]),
        line=np.array([told["line"][name] for name in LINE]),
    )


def chances(vectors: Vector, weights: Vector) -> Vector:
    """The chance of each of several candidates, one of which is right. `vectors`: a row for each."""
    return softmax(vectors @ weights)


def kind_chances(vectors: Mapping[str, Vector], told: Coefficients) -> dict[str, float]:
    """The chance of each kind."""
    names = list(vectors)
    scores = [
        float(vectors[n][: kinds.SHARED] @ told.kind_shared + vectors[n][kinds.SHARED :] @ told.kind_own[n])
        for n in names
    ]
    return dict(zip(names, softmax(np.array(scores)).tolist(), strict=True))


def kind_chance(chance: float) -> float:
    """How often a table of such a chance turned out to be of its kind. Between points in proportion."""
    xs, ys = zip(*coefficients().kinds, strict=True)
    return float(np.interp(chance, xs, ys))


@dataclass(frozen=True, slots=True)
class Grounds:
    """By what a column is read. `column`, `kind`: the model's chances; `hangs_on_kind`: it would be something else in
    another kind of table; `known`: rows that have a value; `near`: of its name; `fact`: it tells of a patient or of
    what was done, which another map may well read; `taken`: another column is likelier to fill its slot.
    """

    column: float
    kind: float
    hangs_on_kind: bool
    exact: bool
    proven: bool
    linked: bool
    nothing: bool
    known: int
    near: float = 1.0
    fact: bool = False
    taken: bool = False

    @property
    def numbers(self) -> Vector:
        """Those of `LINE`."""
        column, kind = odds(self.column), odds(self.kind)
        return np.array([
            1.0, column, column * self.hangs_on_kind, kind * self.hangs_on_kind, float(self.exact), self.near,
            float(self.proven), float(self.linked), float(self.nothing), self.near * self.nothing,
            float(self.nothing and self.fact), column * self.nothing, float(self.taken), float(self.known < _FEW),
        ])  # fmt: skip


def line_chance(grounds: Grounds, told: Coefficients | None = None) -> float:
    """How often a column of such grounds is read right. Source: Platt 1999."""
    return float(1 / (1 + np.exp(-(grounds.numbers @ (told or coefficients()).line))))


def odds(chance: float) -> float:
    """Log odds.

    >>> round(odds(0.9), 2)
    2.2
    """
    held = min(max(chance, _LEAST), _MOST)
    return float(np.log(held / (1 - held)))


def softmax(scores: Vector) -> Vector:
    """Chances that add up to 1."""
    powers = np.exp(scores - scores.max())
    found: Vector = powers / powers.sum()
    return found
