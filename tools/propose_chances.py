"""How often columns and tables turn out right by what they are read on, and from which chance on nobody is asked"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from medark.standardise.propose.evidence import Vector
from medark.standardise.propose.model import LINE, Coefficients

HELD = Path(__file__).resolve().parents[1] / "benchmarks" / "propose_held.toml"
sys.path.insert(0, str(HELD.parent))
import bench_standardise as bench  # noqa: E402

MADE = "made"  # the source of made-up exports
Outcome = tuple[str, Vector, bool]  # the source, the numbers of `model.LINE` or `TABLE`, and whether it was right
Alone = tuple[str, float, int, int]  # the source, a line, and how many are right of those that are read alone from it

_RISING = (
    "column", "exact", "near", "proven", "linked", "kind", "margin",
)  # fmt: skip
_FALLING = (
    "few_rows",
    "taken",
    "contended",
    "stand_in",
    "missed",
    "foreign",
    "called_else",
    "linked_else",
    "unpointed",
)
_RIDGE = 2.0  # of a source's columns that a weight of 1 is worth
_STEPS = 3000
_NOISE = 0.25  # what made exports mean nothing by is made so; of real ones one map reads what another leaves
LINES = tuple(round(0.8 + 0.005 * step, 3) for step in range(40))  # that may be the one from which on nobody is asked
_MUCH = 100  # columns that are read: of fewer a share says little
_WANTED = 0.99  # of what is read without asking, the share that has to be right


@dataclass(frozen=True, slots=True)
class Real:
    """What public data sets told: of columns, of tables, and at each line what would be read without asking."""

    columns: list[Outcome]
    tables: list[Outcome]
    alone: list[Alone]


def public_sets() -> list[Any]:
    """The public data sets: name, tables and maps of each."""
    with tempfile.TemporaryDirectory(prefix="fit-propose-") as folder:
        return list(bench.sets(Path(folder)))


def real_outcomes(sets: Sequence[Any], told: Mapping[str, Coefficients]) -> Real:
    """Of the public data sets, with the lexicon as it ships and without the names that their own columns have. `told`:
    for each what was fitted without it.
    """
    found = Real([], [], [])
    for name, tables, maps in sets:
        for hold in (False, True):
            one = bench.against(name, tables, maps, hold=hold, told=told[name])
            found.columns.extend((name, c.numbers, c.right) for c in one.columns(1.0) if c.is_told and c.is_whole)
            found.tables.extend((name, numbers, right) for _, numbers, right in one.kinds())
            for line in LINES if not hold else ():
                right = [column.right for column in one.columns(line) if column.is_automatic]
                found.alone.append((name, line, sum(right), len(right)))
    return found


def least(found: Sequence[Alone]) -> tuple[float, list[str]]:
    """The smallest line from which on enough of what is read without asking is right: of made exports and of public
    data sets (each by chances that were told without it), which count alike, and so at every higher line at which much
    is read. Also how it is at each, to be printed.
    """
    told, is_enough = LINES[-1], True
    steps = [f"{'line':>6}{'public: read':>14}{'right':>8}{'made: read':>14}{'right':>8}{'both':>8}"]
    for line in reversed(LINES):
        counts = [_counts(found, line, made=made) for made in (False, True)]
        shares = [right / max(read, 1) for right, read in counts]
        both = sum(shares) / 2
        is_enough &= both >= _WANTED or min(read for _, read in counts) < _MUCH
        told = line if is_enough else told
        cells = "".join(f"{read:14}{share:8.4f}" for (_, read), share in zip(counts, shares, strict=True))
        steps.append(f"{line:6.3f}{cells}{both:8.4f}")
    return told, steps


def _counts(found: Sequence[Alone], line: float, *, made: bool) -> tuple[int, int]:
    mine = [one for one in found if one[1] == line and (one[0] == MADE) == made]
    return sum(right for _, _, right, _ in mine), sum(read for *_, read in mine)


def line_weights(ends: Sequence[Outcome], names: Sequence[str] = LINE) -> Vector:
    """Weights of a logit in which real sources count alike, and made ones as much as all of them; shrunk. Chances never
    fall where evidence rises. `names`: of the numbers.

    Source: Platt 1999, Advances in Large Margin Classifiers, p. 61 (with shares that are not quite 0 or 1).
    """
    sources = [source for source, *_ in ends]
    real = max(len({*sources} - {MADE}), 1)
    many = {source: sources.count(source) for source in set(sources)}
    weight = np.array([(real if source == MADE else 1) / many[source] for source in sources])
    if "nothing" in names:
        nothing = names.index("nothing")
        weight *= [_NOISE if source == MADE and told[nothing] else 1.0 for source, told, _ in ends]
    rising = [place for place, name in enumerate(names) if name in _RISING]
    falling = [place for place, name in enumerate(names) if name in _FALLING]
    numbers, right = np.array([n for _, n, _ in ends]), np.array([float(r) for *_, r in ends])
    aim = right * 0.999 + 0.0005
    found = np.zeros(len(names))
    first, second = np.zeros_like(found), np.zeros_like(found)
    for step in range(1, _STEPS + 1):
        chance = 1 / (1 + np.exp(-(numbers @ found)))
        gradient = numbers.T @ (weight * (chance - aim)) / weight.sum() + _RIDGE / len(ends) * found
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        found = found - 0.03 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        found[rising] = np.maximum(found[rising], 0.0)
        found[falling] = np.minimum(found[falling], 0.0)
    return found


def held(ends: Sequence[Outcome], names: Sequence[str] = LINE) -> dict[str, Vector]:
    """Of each real source the weights that are told without it."""
    real = sorted({source for source, *_ in ends} - {MADE})
    return {out: line_weights([end for end in ends if end[0] != out], names) for out in real}


def named(weights: Vector, names: Sequence[str]) -> dict[str, float]:
    """Weights by name."""
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}
