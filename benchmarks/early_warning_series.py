"""Known outbreaks in real series: in how many weeks each method found them, and how often it alarmed otherwise"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from medark.analyse.surveillance import detect

METHODS = {
    "farrington_flexible": {}, "farrington": {}, "ears_c1": {"least_sd": 0.5}, "ears_c2": {"least_sd": 0.5},
    "ears_c3": {"least_sd": 0.5}, "cusum": {"baseline": 104, "least_sd": 0.5}, "cusum_poisson": {"baseline": 104},
    "ewma": {"baseline": 104, "least_sd": 0.5}, "moving_percentile": {"window": 1, "year": 52},
}  # fmt: skip
LATEST = 8  # weeks after its first in which an outbreak counts as found
YEAR = 52.18


@dataclass(frozen=True, slots=True)
class Known:
    """Weekly counts in which an outbreak is known: its first week and the one after its last, both from 0."""

    name: str
    counts: np.ndarray
    start: int
    stop: int
    source: str


def real_series(folder: Path) -> None:
    """Every known outbreak by every method; what they share is judged: from the sixth year on where there is one."""
    known = [*_salmonella(folder), *_campylobacter(folder), *_influenza(folder), *_measles(folder)]
    print(f"real series: {len(known)} outbreaks")
    for one in {each.name.partition(",")[0]: each for each in known}.values():
        print(f"  {one.name.partition(',')[0]}: {one.source}")
    print(f"{'method':22s}{'found':>10s}{'weeks until':>14s}{'alarms a year else':>22s}")
    for method, parameters in METHODS.items():
        _line(method, [_told(one, method, parameters) for one in known])


def _line(method: str, told: list[tuple[int | None, float] | None]) -> None:
    judged = [one for one in told if one is not None]
    weeks = [one[0] for one in judged if one[0] is not None]
    rates = [one[1] for one in judged]
    middle = f"{np.median(weeks):.0f} ({min(weeks)} … {max(weeks)})" if weeks else "-"
    print(f"{method:22s}{f'{len(weeks)} of {len(judged)}':>10s}{middle:>14s}{np.mean(rates):>22.2f}", flush=True)


def _told(one: Known, method: str, parameters: dict[str, float]) -> tuple[int | None, float] | None:
    """Weeks from the first of the outbreak to the first alarm, and alarms a year outside; None: it can't judge it."""
    found = detect(one.counts, method, **parameters)
    if not found.known[one.start]:
        return None
    inside = np.flatnonzero(found.alarm[one.start : min(one.stop, one.start + LATEST + 1)])
    outside = found.known.copy()
    outside[one.start : one.stop] = False
    outside[: min(5 * 52, one.start // 2)] = False
    alarms = int(found.alarm[outside].sum())
    return (int(inside[0]) if len(inside) else None), alarms / max(outside.sum() / YEAR, 1e-9)


def _salmonella(folder: Path) -> list[Known]:
    newport = _weekly(folder, "stsNewport", "observed1")
    start = (dt.date(2011, 10, 17) - dt.date(2001, 1, 1)).days // 7
    hadar = _weekly(folder, "shadar", "observed1")
    return [
        Known("Salmonella Newport 2011", newport, start, start + 16, "sprouts, Germany: R package surveillance"),
        Known("Salmonella Hadar 2006", hadar, 279, 300, "Germany, from the 20th week: R package surveillance"),
    ]


def _campylobacter(folder: Path) -> list[Known]:
    table = _rows(folder / "r_surveillance_ref" / "data_campyDE.csv")
    tested = [place for place, row in enumerate(table) if row["O104period"] == "TRUE"]
    counts = np.array([float(row["case"]) for row in table])
    source = "tested as never before because of EHEC O104:H4, Germany: R package surveillance"
    return [Known("Campylobacter 2011", counts, tested[0], tested[-1] + 1, source)]


def _influenza(folder: Path) -> list[Known]:
    """Visits for influenza-like illness in ten regions of the United States: 2009 from the first alert on."""
    seen: dict[str, list[tuple[tuple[int, int], float]]] = defaultdict(list)
    for row in _rows(folder / "ilinet" / "ILINet.csv"):
        seen[row["REGION"]].append(((int(row["YEAR"]), int(row["WEEK"])), float(row["ILITOTAL"])))
    source = "first alert on 26 April 2009: CDC ILINet"
    found = []
    for region, told in seen.items():
        weeks = [week for week, _ in told]
        counts = np.array([count for _, count in told])
        start, stop = weeks.index((2009, 17)), weeks.index((2010, 1))
        found.append(Known(f"Influenza 2009, {region}", counts[: weeks.index((2019, 40))], start, stop, source))
    return found


def _measles(folder: Path) -> list[Known]:
    """From the week in which three cases followed three, in the state with the outbreak of 2006."""
    counts = _weekly(folder, "measlesDE", "North Rhine-Westphalia")
    source = "North Rhine-Westphalia, from its first weeks: R package surveillance"
    return [Known("Measles 2006", counts, 55, 90, source)]


def _weekly(folder: Path, name: str, column: str) -> np.ndarray:
    return np.array([float(row[column]) for row in _rows(folder / "r_surveillance_ref" / f"data_{name}.csv")])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
