"""How often a column turns out right, by the grounds on which it is read: on made-up exports and on public data sets"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from medark.standardise.propose.evidence import Vector
from medark.standardise.propose.model import LINE

_BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
HELD = _BENCHMARKS / "propose_held.toml"
Outcome = tuple[str, Vector, bool]  # the source, the numbers of `model.LINE`, and whether it was right

_RISING = ("column", "column_of_kind", "kind_of_kind", "exact", "near", "proven", "linked")
_NOT_NEGATIVE = [LINE.index(name) for name in _RISING]
_NOT_POSITIVE = [LINE.index(name) for name in ("few_rows", "taken")]
_RIDGE = 2.0  # of a source's columns that a weight of 1 is worth
_STEPS = 3000
_NOTHING = LINE.index("nothing")
_NOISE = 0.25  # what made exports mean nothing by is made so; of real ones one map reads what another leaves


def real_outcomes() -> list[Outcome]:
    """Of the public data sets, with the lexicon as it ships and without the names that their own columns have."""
    sys.path.insert(0, str(_BENCHMARKS))
    import bench_standardise as bench

    found: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="fit-propose-") as folder:
        for name, tables, maps in bench.sets(Path(folder)):
            for hold in (False, True):
                found += [(name, one.numbers, one.right) for one in bench.against(name, tables, maps, hold=hold)]
    return found


def line_weights(ends: Sequence[Outcome]) -> Vector:
    """Weights of a logit in which real sources count alike, and made ones as much as all of them; shrunk. Chances never
    fall where evidence rises.

    Source: Platt 1999, Advances in Large Margin Classifiers, p. 61 (with shares that are not quite 0 or 1).
    """
    sources = [source for source, *_ in ends]
    real = max(len({*sources} - {"made"}), 1)
    weight = np.array([(real if source == "made" else 1) / sources.count(source) for source in sources])
    weight *= [_NOISE if source == "made" and told[_NOTHING] else 1.0 for source, told, _ in ends]
    numbers, right = np.array([n for _, n, _ in ends]), np.array([float(r) for *_, r in ends])
    aim = right * 0.999 + 0.0005
    found = np.zeros(len(LINE))
    first, second = np.zeros_like(found), np.zeros_like(found)
    for step in range(1, _STEPS + 1):
        chance = 1 / (1 + np.exp(-(numbers @ found)))
        gradient = numbers.T @ (weight * (chance - aim)) / weight.sum() + _RIDGE / len(ends) * found
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        found = found - 0.03 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        found[_NOT_NEGATIVE] = np.maximum(found[_NOT_NEGATIVE], 0.0)
        found[_NOT_POSITIVE] = np.minimum(found[_NOT_POSITIVE], 0.0)
    return found


def line_named(weights: Vector) -> dict[str, float]:
    """By the names of `model.LINE`."""
    return {name: round(float(weight), 3) for name, weight in zip(LINE, weights, strict=True)}
