"""The proposer's coefficients, fitted on made-up exports and calibrated on others of them

    python tools/fit_propose.py [--tables 7500] [--seed 1]

writes src/medark/standardise/propose/coefficients.toml, and says how often it is right on tables it was not fitted on.
What is fitted on made-up exports alone: how evidence is weighed. What the public data sets are looked at for: how often
a column and a table turn out right (`line`, `table`), once with all of them, and in benchmarks/propose_held.toml for
each without itself; and, with these, from which chance on nobody is asked (`least`). The made-up city and the unseen
exports are in neither.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import tomli_w

from medark.standardise.propose import evidence, kinds
from medark.standardise.propose.candidates import candidates, contenders, grounds
from medark.standardise.propose.evidence import UNKNOWN, Seen, Vector, said
from medark.standardise.propose.listing import listed
from medark.standardise.propose.model import (
    LINE,
    TABLE,
    Coefficients,
    Grounds,
    line_chance,
    softmax,
    table_chance,
    table_numbers,
)
from medark.standardise.propose.names import Lexicon, elements, scored
from medark.standardise.propose.profile import TableProfile, TableScan, profile_of
from medark.standardise.propose.slots import bare, slot_of
from propose_chances import (
    HELD,
    LINES,
    MADE,
    Alone,
    Outcome,
    held,
    least,
    line_weights,
    named,
    public_sets,
    real_outcomes,
)
from propose_examples import Made, made

OUT = Path(__file__).parents[1] / "src/medark/standardise/propose/coefficients.toml"
_SEED = 7  # of hashes
Choice = tuple[Vector, Vector]  # candidates' numbers, and which of them are right


class Table:
    """A made table, profiled, with its columns' candidates."""

    def __init__(self, told: Made, lexicon: Lexicon) -> None:
        self.told = told
        scan = TableScan.of([name for name, *_ in told.columns], _SEED)
        scan.add(pa.table({name: pa.array(values, pa.string()) for name, _, values, _ in told.columns}))
        self.profile = TableProfile(told.called, tuple(profile_of(column) for column in scan.columns))
        hidden = [(hide,) if hide else () for *_, hide in told.columns]
        names = scored(lexicon, told.called, [column.name for column in self.profile.columns], hidden)
        self.seen = [
            Seen.of(column, scores, told.linked.get(column.name, frozenset()))
            for column, scores in zip(self.profile.columns, names, strict=True)
        ]
        self.names = [["", *listed(one)] for one in self.seen]
        best: dict[str, float] = {}
        for one in self.seen:
            for name, score in one.names.items():
                best[name] = max(best.get(name, 0.0), said(score))
        self.best = best
        self.keys = [column.is_key for column in self.profile.columns]

    def vectors(self, chances: dict[str, float]) -> list[Vector]:
        """The candidates' numbers, column by column."""
        home = kinds.homes(chances)
        return [
            np.array([UNKNOWN, *(self._one(one, name, home[name]) for name in names[1:])])
            for one, names in zip(self.seen, self.names, strict=True)
        ]

    def _one(self, seen: Seen, name: str, home: kinds.Home) -> Vector:
        mine = said(seen.names[name]) if name in seen.names else 0.0
        rival = max(0.0, self.best.get(name, 0.0) - mine)
        return evidence.features(seen, elements()[name], home.fits, home.made, rival)

    def choices(self, chances: dict[str, float]) -> list[Choice]:
        """Each column's candidates with those that fill the slot that the truth does."""
        found = []
        for (_, truth, _, _), names, vectors in zip(self.told.columns, self.names, self.vectors(chances), strict=True):
            slot = _slot(truth, self.told.kind)
            right = np.array([float(_slot(name, self.told.kind) == slot) for name in names])
            if right.any():
                found.append((vectors, right))
        return found


def _slot(element: str, kind: str) -> str:
    return bare(slot_of(element, kind)) if element else ""


def fit(choices: Sequence[Choice], start: Vector, rounds: int = 400, ridge: float = 1e-3) -> Vector:
    """Weights under which the right candidates are likeliest: gradient steps with momentum (Adam)."""
    weights, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    sizes = [len(right) for _, right in choices]
    rows, right = np.vstack([v for v, _ in choices]), np.concatenate([r for _, r in choices])
    of = np.repeat(np.arange(len(sizes)), sizes)
    begin = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    for step in range(1, rounds + 1):
        scores = rows @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, begin)[of])
        all_ = powers / np.add.reduceat(powers, begin)[of]
        mine = powers * right
        good = mine / np.maximum(np.add.reduceat(mine, begin), 1e-30)[of]
        gradient = ((all_ - good) @ rows) / len(sizes) + ridge * weights
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        weights = weights - 0.08 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights


def fit_kinds(tables: Sequence[Table], column: Vector) -> tuple[Vector, dict[str, Vector]]:
    """Weights of kinds: shared ones, and each kind's own, as one conditional logit."""
    names = list(kinds.kinds())
    own = len(kinds.FEATURES) - kinds.SHARED
    choices = []
    for table in tables:
        vectors = kind_vectors(table, column)
        wide = np.zeros((len(names), kinds.SHARED + own * len(names)))
        for place, name in enumerate(names):
            wide[place, : kinds.SHARED] = vectors[name][: kinds.SHARED]
            wide[place, kinds.SHARED + own * place : kinds.SHARED + own * (place + 1)] = vectors[name][kinds.SHARED :]
        choices.append((wide, np.array([float(name == table.told.kind) for name in names])))
    weights = fit(choices, np.zeros(kinds.SHARED + own * len(names)), ridge=1e-3)
    split = weights[kinds.SHARED :].reshape(len(names), own)
    return weights[: kinds.SHARED], dict(zip(names, split, strict=True))


def kind_vectors(table: Table, column: Vector) -> dict[str, Vector]:
    """The numbers of each kind, by what columns are as far as one can tell without the kind."""
    blind = dict.fromkeys(kinds.kinds(), 1 / len(kinds.kinds()))
    columns = [
        dict(zip(names, softmax(vectors @ column).tolist(), strict=True))
        for names, vectors in zip(table.names, table.vectors(blind), strict=True)
    ]
    return dict(kinds.features(table.told.called, columns, table.keys, without=table.told.hidden))


def chances_of(table: Table, column: Vector, shared: Vector, own: dict[str, Vector]) -> dict[str, float]:
    """The chance of each kind."""
    vectors = kind_vectors(table, column)
    scores = np.array([vectors[n][: kinds.SHARED] @ shared + vectors[n][kinds.SHARED :] @ own[n] for n in vectors])
    return dict(zip(vectors, softmax(scores).tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Read:
    """A made table as it is read: the chances of kinds, the numbers of its kind's chance, and the likeliest kind."""

    table: Table
    chances: dict[str, float]
    numbers: Vector

    @property
    def kind(self) -> str:
        """The likeliest."""
        return max(self.chances, key=self.chances.__getitem__)


def read(table: Table, column: Vector, shared: Vector, own: dict[str, Vector]) -> Read:
    """A made table."""
    chances = chances_of(table, column, shared, own)
    return Read(table, chances, table_numbers(chances, kind_vectors(table, column)))


@dataclass(frozen=True, slots=True)
class End:
    """How a made column ended: on what it was read, whether that is right, whether something is made of it, and whether
    its table is what it was taken for, if it hangs on that; `sure`: the chance of its table.
    """

    grounds: Grounds
    right: bool
    is_made: bool
    is_whole: bool
    sure: float


def ends(tables: Sequence[Read], told: Coefficients) -> list[End]:
    """Of all columns."""
    return [end for one in tables for end in _ends(one, told)]


def _ends(one: Read, told: Coefficients) -> Iterator[End]:
    table, sure = one.table, table_chance(one.numbers, told)
    may_be = [
        candidates(seen, dict(zip(names, softmax(vectors @ told.column).tolist(), strict=True)), one.kind)
        for seen, names, vectors in zip(table.seen, table.names, table.vectors(one.chances), strict=True)
    ]
    truths = [_slot(truth, table.told.kind) for _, truth, _, _ in table.told.columns]
    for truth, seen, (best, *_), other in zip(truths, table.seen, may_be, contenders(may_be, one.kind), strict=True):
        why = grounds(seen, best, one.kind, sure, contender=other)
        is_made = bool(best.slot) and not why.taken and one.kind not in ("other", "dictionary")
        is_whole = one.kind == table.told.kind or not why.hangs_on_kind
        yield End(why, bare(best.slot) == truth, is_made, is_whole, sure)


def alone(found: Sequence[End], told: Coefficients) -> list[Alone]:
    """At each line what of made exports would be read without asking."""
    pairs = [(min(line_chance(one.grounds, told), one.sure), one.right) for one in found if one.is_made]
    return [
        (MADE, step, sum(right for c, right in pairs if c >= step), sum(c >= step for c, _ in pairs)) for step in LINES
    ]


def main() -> None:
    """Fit, calibrate, write, tell."""
    about = argparse.ArgumentParser()
    about.add_argument("--tables", type=int, default=7500)
    about.add_argument("--seed", type=int, default=1)
    asked = about.parse_args()
    fitted, told, said = calibrated(*weighed(asked.tables, asked.seed))
    put(fitted, told)
    print(said)


def weighed(number: int, seed: int) -> tuple[Coefficients, list[Read]]:
    """How evidence is weighed, and how made exports that it is not fitted on are read by it."""
    random_, lexicon = random.Random(seed), Lexicon()
    tables = [Table(made(random_), lexicon) for _ in range(number)]
    third = number // 3
    learn, rest, last = tables[:third], tables[third : 2 * third], tables[2 * third :]
    told = [{name: 0.8 * (name == t.told.kind) + 0.2 / len(kinds.kinds()) for name in kinds.kinds()} for t in learn]
    column = fit(
        [c for t, chances in zip(learn, told, strict=True) for c in t.choices(chances)],
        np.zeros(len(evidence.FEATURES)),
    )
    shared, own = fit_kinds([*learn, *rest], column)
    found = [chances_of(table, column, shared, own) for table in learn]
    column = fit([c for t, chances in zip(learn, found, strict=True) for c in t.choices(chances)], column)
    fitted = Coefficients(column, shared, own, np.zeros(len(TABLE)), np.zeros(len(LINE)))
    return fitted, [read(table, column, shared, own) for table in last]


def calibrated(fitted: Coefficients, reads: list[Read]) -> tuple[Coefficients, dict[str, Coefficients], str]:
    """With how often tables, then columns turn out right, and the line from which on nobody is asked; the same without
    each public data set; and what is said of it.
    """
    made_tables = [(MADE, one.numbers, one.kind == one.table.told.kind) for one in reads]
    fitted = replace(fitted, table=line_weights(made_tables, TABLE))
    fitted = replace(fitted, line=line_weights(of(ends(reads, fitted))))
    public = public_sets()
    told = {name: fitted for name, *_ in public}
    tables = [*made_tables, *real_outcomes(public, told).tables]  # first: by their chances those of columns are told
    fitted = replace(fitted, table=line_weights(tables, TABLE))
    told = {name: replace(fitted, table=weights) for name, weights in held(tables, TABLE).items()}
    found = ends(reads, fitted)
    lines = [*of(found), *real_outcomes(public, told).columns]
    fitted = replace(fitted, line=line_weights(lines))
    told = {name: replace(told[name], line=weights) for name, weights in held(lines).items()}
    line, steps = least([*alone(found, fitted), *real_outcomes(public, told).alone])
    right = [np.mean([right for *_, right in some]) for some in (of(found), made_tables)]
    said = f"columns {right[0]:.3f}, kinds {right[1]:.3f}, of {len(reads)} made tables; nobody is asked from {line} on:"
    return replace(fitted, least=line), told, "\n".join([said, *steps])


def of(found: Sequence[End]) -> list[Outcome]:
    """The outcomes of made columns."""
    return [(MADE, one.grounds.numbers, one.right) for one in found if one.is_whole]


def put(fitted: Coefficients, told: Mapping[str, Coefficients]) -> None:
    """Write what is fitted. `told`: for each public data set what was fitted without it."""
    kind = {
        "shared": named(fitted.kind_shared, kinds.FEATURES[: kinds.SHARED]),
        "own": {kind: named(some, kinds.FEATURES[kinds.SHARED :]) for kind, some in fitted.kind_own.items()},
    }
    parts = {"column": named(fitted.column, evidence.FEATURES), "table": named(fitted.table, TABLE)}
    OUT.write_text(tomli_w.dumps({"least": fitted.least, **parts, "line": named(fitted.line, LINE), "kind": kind}))
    without = {
        "table": {name: named(one.table, TABLE) for name, one in told.items()},
        "line": {name: named(one.line, LINE) for name, one in told.items()},
    }
    HELD.write_text(tomli_w.dumps(without))


if __name__ == "__main__":
    main()
