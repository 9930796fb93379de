"""A small model with shipped coefficients: chances of elements for a column, of kinds for a table, as they turn out

Both are logits over the numbers of `evidence` and `kinds`; the coefficients are fitted by tools/fit_propose.py on
made-up exports, and calibrated on others of them. Source: McFadden 1974 (conditional logit); Platt 1999 (calibration).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from medark.standardise.propose import evidence, kinds
from medark.standardise.propose.evidence import Vector


@dataclass(frozen=True, slots=True)
class Coefficients:
    """`column`: of evidence.FEATURES; `kind_shared`: of all kinds; `kind_own`: of each; `calibration`: score and share
    that turned out right, in rising order: of columns that the lexicon has, of others, and of tables.
    """

    column: Vector
    kind_shared: Vector
    kind_own: Mapping[str, Vector]
    calibration: Mapping[str, tuple[tuple[float, float], ...]]


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
        calibration={name: tuple((x, y) for x, y in points) for name, points in told["calibration"].items()},
    )


def chances(vectors: Sequence[Vector], weights: Vector) -> Vector:
    """The chance of each of several candidates, one of which is right."""
    return softmax(np.array(vectors) @ weights)


def kind_chances(vectors: Mapping[str, Vector], told: Coefficients) -> dict[str, float]:
    """The chance of each kind."""
    names = list(vectors)
    scores = [
        float(vectors[n][: kinds.SHARED] @ told.kind_shared + vectors[n][kinds.SHARED :] @ told.kind_own[n])
        for n in names
    ]
    return dict(zip(names, softmax(np.array(scores)).tolist(), strict=True))


def calibrated(chance: float, what: str) -> float:
    """How often such a chance turned out right: of an "exact" or a "near" name, or a "kind". Between points in
    proportion.
    """
    xs, ys = zip(*coefficients().calibration[what], strict=True)
    return float(np.interp(chance, xs, ys))


def softmax(scores: Vector) -> Vector:
    """Chances that add up to 1."""
    powers = np.exp(scores - scores.max())
    found: Vector = powers / powers.sum()
    return found
