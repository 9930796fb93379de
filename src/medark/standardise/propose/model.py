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

# What tells how often a column turns out right, if its table is what it is taken for: its chance and kind of evidence.
LINE = (
    "bias", "column", "exact", "near", "proven", "linked", "nothing", "nothing_named", "nothing_told", "column_nothing",
    "taken", "few_rows", "contended", "stand_in", "missed", "foreign", "linked_else", "unpointed",
)  # fmt: skip
TABLE = ("bias", "kind", "margin", "called_else")  # what tells how often a table turns out to be of its kind
_CALLED = [kinds.FEATURES.index(name) for name in ("called", "called_so")]
_LEAST, _MOST = 0.002, 0.998  # chances, before their odds are taken
_FEW = 12  # rows with a value


@dataclass(frozen=True, slots=True)
class Coefficients:
    """`column`: of evidence.FEATURES; `kind_shared`: of all kinds; `kind_own`: of each; `table`: of TABLE, by which a
    table's chance is told; `line`: of LINE, by which a column's is; `least`: the chance from which on a line is read
    without asking.
    """

    column: Vector
    kind_shared: Vector
    kind_own: Mapping[str, Vector]
    table: Vector
    line: Vector
    least: float = 1.0


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
        table=np.array([told["table"][name] for name in TABLE]),
        line=np.array([told["line"][name] for name in LINE]),
        least=told["least"],
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


def table_numbers(found: Mapping[str, float], vectors: Mapping[str, Vector]) -> Vector:
    """Those of `TABLE`. `found`: the chances of kinds; `vectors`: the numbers by which they were told."""
    best, second = sorted(found, key=found.__getitem__, reverse=True)[:2]
    called = {kind: float(numbers[_CALLED].sum()) for kind, numbers in vectors.items()}
    margin = odds(found[best]) - odds(found[second])
    return np.array([1.0, odds(found[best]), margin, max(called.values()) - called[best]])


def table_chance(numbers: Vector, told: Coefficients | None = None) -> float:
    """How often a table of such numbers turned out to be of the likeliest kind. Source: Platt 1999."""
    return chance_of(numbers, (told or coefficients()).table)


def chance_of(numbers: Vector, weights: Vector) -> float:
    """The chance that a logit tells."""
    return float(1 / (1 + np.exp(-(numbers @ weights))))


@dataclass(frozen=True, slots=True)
class Grounds:
    """By what a column is read.

    `column`: the model's chance; `kind`: how often such a table is of its kind; `hangs_on_kind`: it would be something
    else in another kind of table; `known`: rows that have a value; `near`: of its name; `fact`: it tells of a patient
    or of what was done, which another map may well read; `taken`: another column is likelier to fill its slot;
    `contended`: the chance that another fills it; `stand_in`: the slot is filled so only where nothing better is;
    `missed`: the share of values that don't have the form that such values have; `foreign`: it is at home in another
    kind of table; `linked_else`: its values are keys of tables of another kind; `unpointed`: other tables' columns
    point to another column of this table.
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
    contended: float = 0.0
    stand_in: bool = False
    missed: float = 0.0
    foreign: bool = False
    linked_else: bool = False
    unpointed: bool = False

    @property
    def numbers(self) -> Vector:
        """Those of `LINE`."""
        column = odds(self.column)
        return np.array([
            1.0, column, float(self.exact), self.near, float(self.proven), float(self.linked), float(self.nothing),
            self.near * self.nothing, float(self.nothing and self.fact), column * self.nothing, float(self.taken),
            float(self.known < _FEW), self.contended, float(self.stand_in), self.missed, float(self.foreign),
            float(self.linked_else), float(self.unpointed),
        ])  # fmt: skip


def line_chance(grounds: Grounds, told: Coefficients | None = None) -> float:
    """How often a column of such grounds is read right: that its table is what it is taken for, where it hangs on that,
    and that the column is. Source: Platt 1999.
    """
    return chance_of(grounds.numbers, (told or coefficients()).line) * (grounds.kind if grounds.hangs_on_kind else 1.0)


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
