"""The space–time scan: by brute force over every cylinder, planted clusters, p that means what it says"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from medark.analyse.surveillance import PermutationScan, PoissonScan, great_circle
from medark.analyse.surveillance.scan.zones import circles, in_windows, windows
from medark.errors import DefinitionError


def grid(side: int) -> np.ndarray:
    """Distances between the crossings of a grid."""
    at = np.array(list(itertools.product(range(side), repeat=2)), dtype=float)
    return np.hypot(*(at[:, None] - at).transpose(2, 0, 1))


def brute(counts: np.ndarray, expected: np.ndarray, distance: np.ndarray, at_risk: np.ndarray, days: int, last: bool):
    """The largest log likelihood ratio of all cylinders, and its circle and days: one cylinder after another."""
    total = counts.sum()
    best = (0.0, None, None)
    for centre, other in itertools.product(range(len(counts)), repeat=2):
        inside = distance[centre] <= distance[centre, other]
        if other != centre and at_risk[inside].sum() > 0.5 * at_risk.sum():
            continue
        for stop in [counts.shape[1]] if last else range(1, counts.shape[1] + 1):
            for start in range(max(0, stop - days), stop):
                c, e = counts[inside, start:stop].sum(), expected[inside, start:stop].sum()
                if c <= e:
                    continue
                ratio = c * math.log(c / e)
                if total > c:
                    ratio += (total - c) * math.log((total - c) / (total - e))
                if ratio > best[0] + 1e-12:
                    best = (ratio, tuple(np.flatnonzero(inside).tolist()), (start, stop))
    return best


@pytest.mark.parametrize("prospective", [1, 0])
def test_the_strongest_cylinder_is_that_of_brute_force(prospective: int):
    for seed in range(6):
        random = np.random.default_rng(seed)
        distance = grid(4) + 0.01 * np.abs(np.subtract.outer(np.arange(16), np.arange(16)))
        base = random.uniform(0.5, 3, (16, 10))
        counts = random.poisson(base).astype(float)
        expected = base / base.sum() * counts.sum()
        poisson = PoissonScan(prospective=prospective, replications=9).find(counts, distance, base)[0]
        wanted = brute(counts, expected, distance, base.sum(axis=1), 5, bool(prospective))
        assert poisson.ratio == pytest.approx(wanted[0], abs=1e-9)
        assert (poisson.places, (poisson.start, poisson.stop)) == wanted[1:]
        both = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
        permutation = PermutationScan(prospective=prospective, replications=9).find(counts, distance)[0]
        wanted = brute(counts, both, distance, counts.sum(axis=1), 7, bool(prospective))
        assert permutation.ratio == pytest.approx(wanted[0], abs=1e-9)
        assert (permutation.places, (permutation.start, permutation.stop)) == wanted[1:]


def test_a_ratio_by_hand():
    """Two places, one day: 8 of 10 cases where half are expected: 8 ln 1.6 + 2 ln 0.4."""
    (found,) = PoissonScan(temporal=1).find([[8], [2]], [[0, 1], [1, 0]], [[1], [1]])
    assert found.places == (0,)
    assert found.ratio == pytest.approx(8 * math.log(1.6) + 2 * math.log(0.4))
    assert (found.cases, found.expected, found.relative_risk) == (8, 5.0, 1.6)
    # the chance that one of both has eight or more of ten: 112 of 1,024
    assert found.p == pytest.approx(112 / 1024, abs=0.03)
    assert found.recurrence == 1 / found.p


def test_a_planted_cluster_is_found_where_and_when_it_is():
    random = np.random.default_rng(1)
    distance = grid(6)
    counts = random.poisson(1.0, (36, 20)).astype(float)
    inside = distance[14] <= 1
    counts[inside, 16:] += random.poisson(3.0, (inside.sum(), 4))
    for first in (
        PoissonScan().find(counts, distance, np.ones((36, 1)))[0],
        PermutationScan().find(counts, distance)[0],
    ):
        assert set(np.flatnonzero(inside)) == set(first.places)
        assert (first.start, first.stop) == (16, 20)
        assert first.alarm and first.p == pytest.approx(0.001)


def test_a_second_cluster_shares_no_place_with_the_first():
    random = np.random.default_rng(2)
    distance = grid(6)
    counts = random.poisson(1.0, (36, 20)).astype(float)
    counts[0, 17:] += 12
    counts[35, 17:] += 8
    first, second, *rest = PoissonScan(replications=199).find(counts, distance, np.ones((36, 1)))
    assert (first.places, second.places) == ((0,), (35,))
    assert first.alarm and second.alarm
    assert not any(one.alarm for one in rest)
    every = [place for one in (first, second, *rest) for place in one.places]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("scan", [PoissonScan(replications=99), PermutationScan(replications=99)], ids=repr)
def test_p_is_uniform_where_nothing_happens(scan: PoissonScan | PermutationScan):
    random = np.random.default_rng(3)
    distance = grid(3)
    found = []
    for _run in range(200):
        counts = random.poisson(2.0, (9, 8)).astype(float)
        clusters = scan.find(counts, distance, *([np.ones((9, 1))] if isinstance(scan, PoissonScan) else []))
        found.append(clusters[0].p if clusters else 1.0)
    below = np.array([(np.array(found) <= share).mean() for share in (0.1, 0.25, 0.5)])
    assert (np.abs(below - [0.1, 0.25, 0.5]) < [0.065, 0.095, 0.11]).all()  # three standard errors of 200 runs


def test_the_same_seed_gives_the_same_p():
    counts = np.random.default_rng(4).poisson(2.0, (9, 8))
    once, again = (PermutationScan(seed=5).find(counts, grid(3)) for _ in range(2))
    assert once == again
    others = {PermutationScan(seed=seed, replications=99).find(counts, grid(3))[0].p for seed in range(6)}
    assert len(others) > 1


def test_more_cases_on_some_days_everywhere_are_no_cluster_of_the_permutation():
    counts = np.ones((9, 14))
    counts[:, -2:] = 5
    assert PermutationScan().find(counts, grid(3)) == ()
    assert PoissonScan().find(counts, grid(3), np.ones((9, 1)))[0].alarm


def test_nothing_to_find():
    assert PoissonScan().find(np.zeros((4, 5)), grid(2), np.ones((4, 1))) == ()
    assert PermutationScan().find(np.zeros((4, 5)), grid(2)) == ()


def test_what_is_no_count_is_refused():
    for wrong in ([[0.5]], [[-1]], [[float("nan")]], [1, 2]):
        with pytest.raises(DefinitionError):
            PermutationScan().find(wrong, [[0]])
    with pytest.raises(DefinitionError):
        PoissonScan().find([[1], [2]], [[0]], [[1], [1]])
    with pytest.raises(DefinitionError):
        PoissonScan().find([[1], [2]], [[0, 1], [1, 0]], [[0], [0]])


def test_circles_take_in_who_is_as_far_together_and_no_more_than_half():
    line = np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
    found = {tuple(np.flatnonzero(zone).tolist()) for zone in circles(line, np.ones(4), 0.5)}
    assert found == {(0,), (1,), (2,), (3,), (0, 1), (2, 3)}
    found = {tuple(np.flatnonzero(zone).tolist()) for zone in circles(line, np.array([9.0, 1, 1, 1]), 0.25)}
    assert found == {(0,), (1,), (2,), (3,), (1, 2, 3), (2, 3)}  # the large place stands, alone


def test_windows_and_their_sums():
    assert windows(3, 2, prospective=False).tolist() == [[0, 1], [1, 2], [0, 2], [2, 3], [1, 3]]
    assert in_windows(np.array([[1.0, 2.0, 4.0]]), windows(3, 3, prospective=True)).tolist() == [[4.0, 6.0, 7.0]]


def test_distances_on_the_globe():
    """Beijing to Shanghai."""
    assert great_circle([39.9042, 31.2304], [116.4074, 121.4737])[0, 1] == pytest.approx(1067, abs=3)
