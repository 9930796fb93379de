"""Each method of surveillance over 10,000 series and three judged years: series-periods/s, memory, beside a bare pass.

Run: .venv/bin/python benchmarks/bench_surveillance.py [--series 10000] [--only farrington_flexible] [--peer 3]
Daily methods judge 1,095 days, weekly ones 156 weeks; what they need of the past comes before and is not counted. Each
runs in a process of its own, on one thread. The bare pass is `counts + 1` over an array of the same size, in the same
process, by value. Where Rscript and R's package surveillance are there, its farringtonFlexible judges `--peer` of the
same series.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from medark.analyse.surveillance import METHODS, BinomialShare, Nowcast, PermutationScan, PoissonScan, detect
from medark.analyse.surveillance.scan.zones import circles

DAYS, WEEKS = 3 * 365, 3 * 52
BEFORE = {
    "ears_c1": 7, "ears_c2": 9, "ears_c3": 11, "cusum": 28, "cusum_poisson": 28, "ewma": 28, "essence_ewma": 30,
    "moving_percentile": 3 * 365 + 20, "fixed_value": 0, "binomial_share": 30, "farrington": 263,
    "farrington_flexible": 263,
}  # fmt: skip
WEEKLY = ("farrington", "farrington_flexible")
PLACES, SCANNED, DELAYS = 100, 60, 15
PEER = """
suppressMessages(library(surveillance)); given <- commandArgs(trailingOnly = TRUE)
counts <- as.matrix(read.csv(given[1], header = FALSE)); weeks <- 264:nrow(counts)
told <- sts(observed = counts, start = c(2001, 1), frequency = 52)
began <- sum(proc.time()[1:2])
found <- suppressWarnings(farringtonFlexible(told, control = list(range = weeks, b = 5, w = 3, noPeriods = 10,
  pastWeeksNotIncluded = 26, weightsThreshold = 2.58, pThresholdTrend = 1, thresholdMethod = "nbPlugin", alpha = 0.005,
  limit54 = c(0, 4))))
cat(sum(proc.time()[1:2]) - began, "\\n")
write.table(upperbound(found), given[2], row.names = FALSE, col.names = FALSE)
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--series", type=int, default=10_000)
    arguments.add_argument("--only", choices=[*METHODS], action="append")
    arguments.add_argument("--peer", type=int, default=3)
    arguments.add_argument("--one", choices=[*METHODS], help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.one:
        print(json.dumps(one(given.one, given.series)))
        return
    print(f"Python {platform.python_version()}, numpy {np.__version__}, one thread of {os.cpu_count()} cores")
    rates = {}
    for name in given.only or METHODS:
        told = apart(name, given.series)
        rates[name] = told["units"] / told["cpu"]
        print(
            f"{name:20s}{told['size']:>34s} {told['wall']:7.2f} s {told['cpu']:7.2f} CPU-s "
            f"{rates[name]:14,.0f} {told['unit']}/CPU-s {told['ratio']:8,.1f} × bare pass "
            f"{told['peak']:6,.0f} MB, of which input {told['input']:,.0f}",
            flush=True,
        )
    if "farrington_flexible" in rates:
        peer(given.peer, rates["farrington_flexible"])


def apart(name: str, series: int) -> dict:
    """What one method takes, measured in a process of its own."""
    command = [sys.executable, __file__, "--one", name, "--series", str(series)]
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=one_thread)
    return json.loads(done.stdout.splitlines()[-1])


def one(name: str, series: int) -> dict:
    """One method, in this process."""
    work, values, units, unit, size = job(name, series)
    passed = values if values.size > 1_000_000 else np.ones(4_000_000)
    bare = min(measured(lambda: passed + 1)[1] for _ in range(3)) / passed.size
    wall, cpu = measured(work)
    return {
        "wall": wall,
        "cpu": cpu,
        "units": units,
        "unit": unit,
        "size": size,
        "ratio": cpu / units / bare,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "input": values.nbytes / 2**20,
    }


def job(name: str, series: int) -> tuple[Callable[[], object], np.ndarray, int, str, str]:
    """What is run, over what, how much of what it judges, and its size in words."""
    kind = METHODS[name].takes
    if kind == "series":
        periods = WEEKS if name in WEEKLY else DAYS
        counts = made_up(series, BEFORE[name] + periods, 52 if name in WEEKLY else 365)
        judged, unit = series * periods, "series-weeks" if name in WEEKLY else "series-days"
        return lambda: judging(name, counts, judged), counts, judged, unit, f"{series:,} × {periods:,}"
    random = np.random.default_rng(1)
    if kind == "shares":
        tests = random.poisson(40.0, (series, BEFORE[name] + DAYS)).astype(float)
        positive = random.binomial(tests.astype(int), 0.02).astype(float)
        return (
            lambda: BinomialShare().detect(positive, tests),
            tests,
            series * DAYS,
            "series-days",
            f"{series:,} × {DAYS:,}",
        )
    if kind == "triangle":
        reports = random.poisson(2.0, (series, SCANNED, DELAYS)).astype(float)
        reports[:, np.add.outer(np.arange(SCANNED), np.arange(DELAYS)) >= SCANNED] = np.nan
        size = f"{series:,} × {SCANNED} × {DELAYS} delays"
        return lambda: Nowcast().complete(reports), reports, series * SCANNED, "series-days", size
    cases = random.poisson(1.0, (PLACES, SCANNED)).astype(float)
    at = random.random((PLACES, 2))
    distance = np.hypot(*(at[:, None] - at).transpose(2, 0, 1))
    zones = len(circles(distance, np.ones(PLACES), 0.5))
    longest = SCANNED // 2 if name == "scan_poisson" else PermutationScan().longest
    size, units = f"{PLACES} places × {SCANNED} days × 1,000 sets", zones * longest * 1000
    if name == "scan_poisson":
        population = np.ones((PLACES, 1))
        return lambda: PoissonScan().find(cases, distance, population), cases, units, "cylinders", size
    return lambda: PermutationScan().find(cases, distance), cases, units, "cylinders", size


def judging(name: str, counts: np.ndarray, judged: int) -> None:
    """Judge all counts; the run fails if not as many were judged as are counted."""
    known = int(detect(counts, name).known.sum())
    if known < 0.99 * judged or (name not in ("fixed_value",) and known > judged):
        raise SystemExit(f"{name}: {known:,} of {judged:,} were judged")


def made_up(series: int, periods: int, year: int) -> np.ndarray:
    """Counts of rare and common diseases with seasons and trends: (series × periods), the same at every run."""
    random = np.random.default_rng(1)
    time = np.arange(periods) / year
    mean = np.exp(random.normal(1.0, 1.2, (series, 1)) + 0.5 * np.sin(2 * np.pi * time) + 0.02 * time)
    return random.negative_binomial(mean, 0.5).astype(np.float64)


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def peer(series: int, ours: float) -> None:
    """The same series through R's farringtonFlexible: its speed, and whether the thresholds are the same."""
    if not shutil.which("Rscript") or not series:
        print("R's surveillance: no Rscript here, so not beside it")
        return
    counts = made_up(series, BEFORE["farrington_flexible"] + WEEKS, 52)
    with tempfile.TemporaryDirectory(prefix="bench-surveillance-") as name:
        folder = Path(name)
        np.savetxt(folder / "counts.csv", counts.T, fmt="%d", delimiter=",")
        (folder / "peer.R").write_text(PEER)
        command = ["Rscript", "peer.R", "counts.csv", "thresholds.txt"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=folder)
        theirs = np.loadtxt(folder / "thresholds.txt", ndmin=2).T
    same = theirs == detect(counts, "farrington_flexible").threshold[:, -WEEKS:]
    rate = theirs.size / float(done.stdout.split()[-1])
    print(f"R's farringtonFlexible: {rate:,.0f} series-weeks/CPU-s over {series} series, ours {ours / rate:,.0f} × it")
    print(f"the same threshold in {same.sum():,} of {same.size:,} series-weeks")


if __name__ == "__main__":
    main()
