"""The proposer's coefficients, fitted on made-up exports and calibrated on others of them

    python tools/fit_propose.py [--tables 7500] [--seed 1]

writes src/medark/standardise/propose/coefficients.toml, and says how often it is right on tables it was not fitted on.
What is fitted on made-up exports alone: how evidence is weighed. What the public data sets are looked at for: how often
a column turns out right (`line`), once with all of them, and in benchmarks/propose_held.toml for each without itself.
The made-up city and the unseen exports are in neither.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import tomli_w

from medark.standardise.propose import evidence, kinds
from medark.standardise.propose.evidence import UNKNOWN, Seen, Vector, said
from medark.standardise.propose.listing import listed
from medark.standardise.propose.model import coefficients, softmax
from medark.standardise.propose.names import Lexicon, elements, scored
from medark.standardise.propose.profile import TableProfile, TableScan, profile_of
from medark.standardise.propose.reading import candidates, grounds, taken
from medark.standardise.propose.slots import bare, slot_of
from propose_chances import HELD, Outcome, line_named, line_weights, real_outcomes
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


def outcomes(tables: Sequence[Table], column: Vector, chances: Sequence[dict[str, float]]) -> list[Outcome]:
    """Of each column the grounds of the likeliest slot, and whether it is right."""
    found = []
    for table, of_kind in zip(tables, chances, strict=True):
        kind = max(of_kind, key=of_kind.__getitem__)
        bests = [
            candidates(seen, dict(zip(names, softmax(vectors @ column).tolist(), strict=True)), kind)[0]
            for seen, names, vectors in zip(table.seen, table.names, table.vectors(of_kind), strict=True)
        ]
        for (_, truth, _, _), seen, best, second in zip(
            table.told.columns, table.seen, bests, taken(bests), strict=True
        ):
            right = bare(best.slot) == _slot(truth, table.told.kind)
            found.append(("made", grounds(seen, best, of_kind[kind], taken=second).numbers, right))
    return found


def isotonic(pairs: Sequence[tuple[float, bool]]) -> list[list[float]]:
    """Chance to share right, never falling: neighbours that fall are put together.

    Source: Ayer 1955, Ann Math Stat 26:641.
    """
    pools: list[list[float]] = []  # sum of chances, right, number
    for chance, right in sorted(pairs):
        pools.append([chance, float(right), 1.0])
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    wide = [pool for pool in pools if pool[2] >= 20]
    shares = np.maximum.accumulate([(pool[1] + 0.5) / (pool[2] + 1) for pool in wide])
    points = [[round(p[0] / p[2], 4), round(float(y), 4)] for p, y in zip(wide, shares, strict=True)]
    return [[0.0, 0.0], *points, [1.0, points[-1][1]]]


def main() -> None:
    """Fit, calibrate, write, tell."""
    about = argparse.ArgumentParser()
    about.add_argument("--tables", type=int, default=7500)
    about.add_argument("--seed", type=int, default=1)
    asked = about.parse_args()
    random_, lexicon = random.Random(asked.seed), Lexicon()
    tables = [Table(made(random_), lexicon) for _ in range(asked.tables)]
    third = asked.tables // 3
    learn, rest, last = tables[:third], tables[third : 2 * third], tables[2 * third :]
    told = [{name: 0.8 * (name == t.told.kind) + 0.2 / len(kinds.kinds()) for name in kinds.kinds()} for t in learn]
    column = fit(
        [c for t, chances in zip(learn, told, strict=True) for c in t.choices(chances)],
        np.zeros(len(evidence.FEATURES)),
    )
    shared, own = fit_kinds([*learn, *rest], column)
    found = [chances_of(table, column, shared, own) for table in learn]
    column = fit([c for t, chances in zip(learn, found, strict=True) for c in t.choices(chances)], column)
    kinds_found = [chances_of(table, column, shared, own) for table in last]
    ends = outcomes(last, column, kinds_found)
    tops = [max(c, key=c.__getitem__) for c in kinds_found]
    right_kinds = [top == t.told.kind for top, t in zip(tops, last, strict=True)]
    told_kinds = isotonic([(c[top], right) for c, top, right in zip(kinds_found, tops, right_kinds, strict=True)])
    print(
        f"columns {np.mean([right for *_, right in ends]):.3f}, kinds {np.mean(right_kinds):.3f}, of {len(last)} tables"
    )
    OUT.write_text(tomli_w.dumps(_plain(column, shared, own, told_kinds, line_weights(ends))))
    coefficients.cache_clear()
    ends += real_outcomes()
    OUT.write_text(tomli_w.dumps(_plain(column, shared, own, told_kinds, line_weights(ends))))
    HELD.write_text(tomli_w.dumps({
        source: line_named(line_weights([end for end in ends if end[0] != source]))
        for source in sorted({end[0] for end in ends} - {"made"})
    }))  # fmt: skip


def _plain(
    column: Vector, shared: Vector, own: dict[str, Vector], told_kinds: list[list[float]], line: Vector
) -> dict[str, object]:
    def named(names: Sequence[str], weights: Vector) -> dict[str, float]:
        return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}

    return {
        "kinds": told_kinds,
        "column": named(evidence.FEATURES, column),
        "kind": {
            "shared": named(kinds.FEATURES[: kinds.SHARED], shared),
            "own": {kind: named(kinds.FEATURES[kinds.SHARED :], weights) for kind, weights in own.items()},
        },
        "line": line_named(line),
    }


if __name__ == "__main__":
    main()
