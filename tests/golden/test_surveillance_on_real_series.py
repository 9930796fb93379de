"""Known outbreaks in real series: found, found early, and little else"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from medark.analyse.surveillance import Nowcast, PermutationScan, detect, great_circle, reporting_triangle

# Where a state's government sits: degrees north and east.
STATES = {
    "Baden-Wuerttemberg": (48.78, 9.18), "Bavaria": (48.14, 11.58), "Berlin": (52.52, 13.40),
    "Brandenburg": (52.40, 13.06), "Bremen": (53.08, 8.80), "Hamburg": (53.55, 10.00), "Hesse": (50.08, 8.24),
    "Mecklenburg-Western Pomerania": (53.63, 11.41), "Lower Saxony": (52.37, 9.73),
    "North Rhine-Westphalia": (51.22, 6.78), "Rhineland-Palatinate": (50.00, 8.27), "Saarland": (49.23, 7.00),
    "Saxony": (51.05, 13.74), "Saxony-Anhalt": (52.13, 11.62), "Schleswig-Holstein": (54.32, 10.13),
    "Thuringia": (50.98, 11.03),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(shared_data: Callable[[str], Path]) -> Path:
    return shared_data("surveillance_series")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def weekly(folder: Path, name: str, column: str) -> np.ndarray:
    return np.array([float(row[column]) for row in rows(folder / "r_surveillance_ref" / f"data_{name}.csv")])


def test_salmonella_newport_2011_in_its_first_week(folder: Path):
    """Sprouts, Germany, from the end of October 2011: 15, 63 and 21 cases a week after one or two."""
    counts = weekly(folder, "stsNewport", "observed1")
    outbreak = (dt.date(2011, 10, 17) - dt.date(2001, 1, 1)).days // 7
    found = detect(counts, "farrington_flexible")
    assert np.flatnonzero(found.alarm)[0] == outbreak
    assert counts[outbreak] == 15 and found.threshold[outbreak] == 6
    assert found.known.sum() == 510
    assert not found.alarm[outbreak + 16 :].any()


def test_salmonella_hadar_2006(folder: Path):
    counts = weekly(folder, "shadar", "observed1")
    alarms = np.flatnonzero(detect(counts, "farrington_flexible").alarm)
    assert alarms[0] == 279 and len(alarms) == 12  # from the 20th week of 2006 on


def test_campylobacter_while_everybody_was_tested(folder: Path):
    """In May and June 2011 diarrhoea was tested as never before, because of EHEC O104:H4."""
    table = rows(folder / "r_surveillance_ref" / "data_campyDE.csv")
    found = detect([float(row["case"]) for row in table], "farrington_flexible")
    late = [place for place in np.flatnonzero(found.alarm) if table[place]["date"] >= "2010"]
    assert late and all(table[place]["O104period"] == "TRUE" for place in late)
    assert found.alarm.sum() / found.known.sum() < 0.02


def test_pandemic_influenza_2009_in_every_region(folder: Path):
    """Influenza-like illness in ten regions: the first alert was in week 17, on 26 April 2009."""
    seen = defaultdict(list)
    for row in rows(folder / "ilinet" / "ILINet.csv"):
        seen[row["REGION"]].append(((int(row["YEAR"]), int(row["WEEK"])), float(row["ILITOTAL"])))
    weeks = [week for week, _ in seen["Region 1"]]
    assert all([week for week, _ in told] == weeks for told in seen.values())
    found = detect([[count for _, count in told] for told in seen.values()], "farrington_flexible")
    spring = slice(weeks.index((2009, 17)), weeks.index((2009, 18)))
    assert found.alarm.shape[0] == 10
    assert found.alarm[:, spring].any(axis=1).sum() >= 7
    autumn = slice(weeks.index((2009, 35)), weeks.index((2009, 44)))
    assert found.alarm[:, autumn].any(axis=1).all()
    assert not found.alarm[:, weeks.index((2009, 12)) : spring.start].any()
    quiet = slice(weeks.index((2010, 30)), weeks.index((2012, 40)))
    assert found.alarm[:, quiet].mean() < 0.01


@pytest.mark.parametrize("method", ["ears_c1", "ears_c2", "ears_c3", "cusum"])
def test_measles_2006_weeks_before_the_peak(folder: Path, method: str):
    counts = weekly(folder, "measlesDE", "North Rhine-Westphalia")
    peak = int(counts.argmax())
    alarms = np.flatnonzero(detect(counts, method, least_sd=0.5).alarm)
    assert (peak - alarms[(alarms >= 52) & (alarms < peak)]).max() >= 9


def test_measles_2006_is_where_it_was(folder: Path):
    """From the cases alone, five weeks into the outbreak: North Rhine-Westphalia, since its first weeks."""
    counts = np.array([weekly(folder, "measlesDE", state) for state in STATES])[:, :60]
    first, second, *_ = PermutationScan(longest=8).find(counts, great_circle(*zip(*STATES.values(), strict=True)))
    assert [list(STATES)[place] for place in first.places] == ["North Rhine-Westphalia"]
    assert (first.start, first.stop, first.p) == (55, 60, 0.001)
    assert [list(STATES)[place] for place in second.places] == ["Baden-Wuerttemberg"]


def test_ebola_sierra_leone_2014_while_samples_were_on_their_way(folder: Path):
    """Onsets by day of sample: what each day came to was told from what was in, twenty times over seven months."""
    start = dt.date(2014, 5, 18)
    cases = np.array(
        [
            [(dt.date.fromisoformat(row[day]) - start).days for day in ("date_of_onset", "date_of_sample")]
            for row in rows(folder / "outbreaks" / "ebola_sierraleone_2014.csv")
            if row["status"] == "confirmed" and "NA" not in (row["date_of_onset"], row["date_of_sample"])
        ]
    )
    late = cases[:, 1] - cases[:, 0]
    cases = cases[(cases[:, 0] >= 0) & (late >= 0) & (late < 21)]
    whole = np.bincount(cases[:, 0])
    reported, told, came = [], [], []
    for today in range(100, 300, 10):
        known = cases[cases[:, 1] <= today]
        found = Nowcast(window=14).complete(reporting_triangle(known[:, 0], known[:, 1], today + 1, 21))
        reported.append(found.reported[-11:-2].sum())
        told.append(found.total[-11:-2].sum())
        came.append(whole[today - 10 : today - 1].sum())
    assert sum(reported) / sum(came) < 0.75
    assert sum(told) / sum(came) == pytest.approx(1, abs=0.05)
    assert np.abs(np.subtract(told, came)).sum() < 0.5 * np.abs(np.subtract(reported, came)).sum()
