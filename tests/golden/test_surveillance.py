"""Thresholds beside those of R's package surveillance, over its own series (surveillance.R made the files)"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from medark.analyse.surveillance import Signals, detect
from medark.analyse.surveillance.distributions import normal_quantile

GOLDEN = Path(__file__).parent / "surveillance"
FILES = {
    "agona": ("data_salmonella.agona", "observed1"),
    "newport": ("data_stsNewport", "observed1"),
    "hadar": ("data_shadar", "observed1"),
    "campy": ("data_campyDE", "case"),
}


@pytest.fixture(scope="module")
def series(shared_data: Callable[[str], Path]) -> Callable[[str], list[float]]:
    folder = shared_data("surveillance_series") / "r_surveillance_ref"

    def read(name: str) -> list[float]:
        file, column = FILES[name]
        with (folder / f"{file}.csv").open() as rows:
            return [float(row[column]) for row in csv.DictReader(rows)]

    return read


def told(name: str, key: str) -> Iterator[tuple[str, str, dict[str, np.ndarray]]]:
    """Of a golden file: series, the value of a column, and the other columns as arrays."""
    kept = defaultdict(list)
    with (GOLDEN / f"{name}.csv").open() as file:
        for row in csv.DictReader(file):
            kept[row.pop("series"), row.pop(key)].append({name: float(value) for name, value in row.items()})
    for (which, value), rows in kept.items():
        yield which, value, {column: np.array([row[column] for row in rows]) for column in rows[0]}


def same_alarms(found: Signals, rows: dict[str, np.ndarray]) -> None:
    assert found.alarm[rows["week"].astype(int) - 1].astype(int).tolist() == rows["alarm"].tolist()


def test_farrington_flexible(series: Callable[[str], list[float]]):
    """Negative binomial quantiles are whole numbers: all are the same. R's iteration ends at 1e-8 of the deviance."""
    for name, years, rows in told("farrington_flexible", "years"):
        found = detect(series(name), "farrington_flexible", years=int(years), cases=0)
        weeks = rows["week"].astype(int) - 1
        assert found.threshold[weeks].tolist() == rows["threshold"].tolist()
        np.testing.assert_allclose(found.expected[weeks], rows["expected"], rtol=1e-5)
        same_alarms(found, rows)


def test_farrington(series: Callable[[str], list[float]]):
    """R stops its iteration earlier here: our own oracle (unit tests) holds these to 1e-6."""
    for name, years, rows in told("farrington", "years"):
        found = detect(series(name), "farrington", years=int(years), cases=0)
        np.testing.assert_allclose(found.threshold[rows["week"].astype(int) - 1], rows["threshold"], rtol=2e-4)
        same_alarms(found, rows)


def test_ears(series: Callable[[str], list[float]]):
    for name, method, rows in told("ears", "method"):
        limit = normal_quantile(0.999)
        found = detect(series(name), f"ears_{method.lower()}", limit=limit, least_sd=0.5)
        np.testing.assert_allclose(found.threshold[rows["week"].astype(int) - 1], rows["threshold"], atol=1e-6)
        same_alarms(found, rows)


def test_cusum(series: Callable[[str], list[float]]):
    for name, transform, rows in told("cusum", "transform"):
        counts = np.array(series(name))
        mean = counts[:52].mean()
        counts[:52] = np.nan
        found = detect(counts, "cusum_poisson", transform=transform, mean=mean)
        np.testing.assert_allclose(found.score[rows["week"].astype(int) - 1], rows["sum"], atol=1e-6)
        same_alarms(found, rows)
