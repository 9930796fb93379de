"""Early warning against known outbreaks: days until a signal, its predictive value and signals a week, by method.

Run: .venv/bin/python benchmarks/bench_early_warning.py [--people 8000] [--seeds 2,3,4] [--series FOLDER]
Cities are made with `medark synth`: five years, an outbreak in the fourth, a food-borne and a school cluster,
influenza each winter. Each channel is counted and judged by the platform's own code, as of the morning after each day,
in the last four years (moving percentile: the last two, for it looks back on three), from the rows that its systems
would send; sales of tills are taken in, and read back from the lake. A signal is a run of alarms of one series, apart
from others by more than a week. It is right if two cases or more of an outbreak or cluster are among the rows of its
series in the week before it began or on its days; of the season, if they are of influenza; else wrong.
With --series: the real series of the archive surveillance_series, unpacked; known outbreaks and their weeks below.
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from early_warning_channels import NOTHING, Channel, channels, outbreaks, places
from early_warning_lake import SOURCE
from early_warning_series import real_series
from medark.flows.apps.signals.counting import Counted, counted
from medark.flows.apps.signals.judging import clusters, judged
from medark.flows.apps.signals.periods import Periods
from medark.sdk import Detection, PublishSignal
from medark.sdk.testing import app_in

FIRST, LAST = dt.date(2021, 1, 1), dt.date(2025, 12, 31)
DAYS, JUDGED = (LAST - FIRST).days + 1, 4 * 365 + 1
APP = Path(__file__).parents[1] / "src" / "medark" / "apps" / "early_warning"
TITLE = {"en": "t", "zh": "t"}
MERGED = 7  # days that alarms of one signal may lie apart
METHODS = {
    "ears_c1": {"least_sd": 0.5}, "ears_c2": {"least_sd": 0.5}, "ears_c3": {"least_sd": 0.5},
    "cusum": {"baseline": 365, "least_sd": 0.5}, "ewma": {"baseline": 365, "least_sd": 0.5},
    "essence_ewma": {"least_sd": 0.5}, "moving_percentile": {},
}  # fmt: skip
LARGE, LONG, SHORT = "outbreak", 200, 30  # days after its first case in which a signal can be of an outbreak, a cluster
SCANNED = 60  # days


@dataclass(frozen=True, slots=True)
class Judgement:
    """A channel by one method. `alarm`: (series × days); `since`: the first day that is judged."""

    channel: Channel
    found: Counted
    alarm: np.ndarray
    since: int


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it in one city. `days`: by outbreak, from its first case to the morning of the first signal."""

    signals: int
    right: int
    season: int
    days: Mapping[str, float]
    weeks: float
    known: Sequence[str]


Alarms = dict[str, Judgement]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=8_000)
    arguments.add_argument("--seeds", default="2,3,4", help="a city each")
    arguments.add_argument("--cities", type=Path, help="a folder of cities that this made before, or is to keep")
    arguments.add_argument("--series", type=Path, help="the unpacked archive; without it real series are left out")
    arguments.add_argument("--only", choices=["city", "series", "as_set"], help="as_set: no methods to compare with")
    given = arguments.parse_args()
    print(f"Python {platform.python_version()}, numpy {np.__version__}")
    if given.series and given.only in (None, "series"):
        real_series(given.series)
    if given.only == "series":
        return
    with tempfile.TemporaryDirectory(prefix="bench-early-warning-") as name:
        seeds = [int(seed) for seed in given.seeds.split(",")]
        found = [made((given.cities or Path(name)) / str(seed), given.people, seed) for seed in seeds]
        cities(found, {} if given.only == "as_set" else METHODS)


def made(folder: Path, people: int, seed: int) -> Path:
    """The truth of a city, made by the command that users have; of what its systems export only tills are kept."""
    plan = Path(__file__).parent / "early_warning_outbreak.toml"
    if not (folder / "truth").is_dir():
        words = ["--people", people, "--from", FIRST, "--to", LAST, "--seed", seed, "--pictures", 0, "--outbreak", plan]
        command = [sys.executable, "-m", "medark", "synth", folder, *words]
        subprocess.run([*map(str, command)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for system in (folder / "raw").glob("*/*"):
            if system != folder / "raw" / SOURCE:
                shutil.rmtree(system)
    print(f"a city of {people:,} people, {FIRST} to {LAST}, seed {seed}")
    return folder / "truth"


def cities(truths: Sequence[Path], methods: Mapping[str, Mapping[str, float]]) -> None:
    """Every channel by every method, what the application has set, its trigger and its scan; all cities together."""
    print(f"{'channel':10s}{'method':24s}{'outbreak':>10s}{'clusters':>10s}{'median':>8s}{'PPV':>6s}{'+season':>9s}"
          f"{'a week':>8s}{'wrong':>7s}")  # fmt: skip
    _, app = app_in(APP)
    own = {one.name: one.detection for one in app.signals}
    known = [outbreaks(truth) for truth in truths]
    all_channels = [{one.name: one for one in channels(truth)} for truth in truths]
    alarms: list[Alarms] = [{} for _ in truths]
    for name, first in all_channels[0].items():
        for method, parameters in ({} if first.share_of else methods).items():
            detection = Detection(method, parameters, least_cases=3)
            show(name, method, [judge(each[name], detection) for each in all_channels], known)
        judgements = [judge(each[name], own[first.signal]) for each in all_channels]
        show(name, "as in the application", judgements, known)
        for held, one in zip(alarms, judgements, strict=True):
            held[name] = one
    one_each = [replace(each["tills"], rows=uncounted(each["tills"].rows)) for each in all_channels]
    show("tills", "sales, not packages", [judge(one, own["sales"]) for one in one_each], known)
    for least in (2, 3, 4):
        show("trigger", f"{least} channels in a week", [agreed(held, least) for held in alarms], known)
    scans = [scanned(each["visits"], own["clusters"]) for each in all_channels]
    show("visits", "space–time scan, weekly", scans, known)


def uncounted(rows: pa.Table) -> pa.Table:
    """Sales, however many packages each was of."""
    ones = pa.array(np.ones(rows.num_rows))
    return rows.set_column(rows.column_names.index("quantity"), "quantity", ones)


def judge(channel: Channel, detection: Detection) -> Judgement:
    """A channel, judged as of the morning after each day."""
    periods = Periods(channel.every, DAYS, LAST + dt.timedelta(1))
    one = PublishSignal(
        channel.name, channel.entries, TITLE, by=channel.by, periods=periods.count, detection=detection, totals=True,
        share_of=channel.share_of,
    )  # fmt: skip
    found = counted(channel.rows, one, periods)
    result = judged(one, found)
    return Judgement(channel, found, result.alarm, max(DAYS - JUDGED, int(result.known.any(axis=0).argmax())))


def show(channel: str, method: str, judged: Sequence[Judgement], known: Sequence[Mapping[str, dt.date]]) -> None:
    """A line of the table: all cities together."""
    told = [measured(one, of) for one, of in zip(judged, known, strict=True)]
    signals, weeks = sum(one.signals for one in told), sum(one.weeks for one in told)
    right, season = sum(one.right for one in told), sum(one.season for one in told)
    large = [days for one in told for name, days in one.days.items() if name == LARGE]
    small = [days for one in told for name, days in one.days.items() if name != LARGE]
    there = [name for one in told for name in one.known]
    ratio = [f"{100 * part / signals:.0f} %" if signals else "-" for part in (right, right + season)]
    first, then = (f"{np.median(days):.0f} d" if days else "-" for days in (large, small))
    print(
        f"{channel:10s}{method:24s}{first:>10s}{f'{len(small)} of {len(there) - there.count(LARGE)}':>10s}{then:>8s}"
        f"{ratio[0]:>6s}{ratio[1]:>9s}{signals / weeks:>8.2f}{(signals - right - season) / weeks:>7.2f}", flush=True,
    )  # fmt: skip


def measured(one: Judgement, outbreaks: Mapping[str, dt.date]) -> Told:
    """How the signals of a channel fare against what is true."""
    known = {name: (day - FIRST).days for name, day in outbreaks.items() if (day - FIRST).days >= one.since}
    signals = right = season = 0
    days: dict[str, float] = {}
    caused = Caused(one.channel)
    for group, row in zip(one.found.groups, one.alarm, strict=True):
        for start, stop in spells(np.flatnonzero(row)):
            if start < one.since:
                continue
            events = caused.by(group, start - MERGED, stop)
            causes = [
                name for name, day in known.items() if near(name, day, start) and events.get(event_of(name), 0) >= 2
            ]
            signals, right = signals + 1, right + bool(causes)
            season += not causes and events.get("influenza", 0) >= 2
            for name in causes:
                days[name] = min(days.get(name, np.inf), start - known[name] + 1)
    return Told(signals, right, season, days, (DAYS - one.since) / 7, [*known])


def near(name: str, begun: int, start: int) -> bool:
    """Can a run of alarms that starts on a day be of an outbreak whose first case fell ill on another?"""
    return begun <= start <= begun + (LONG if name == LARGE else SHORT)


def event_of(name: str) -> str:
    """The event of an outbreak: its name without the day."""
    return name.partition(" ")[0]


class Caused:
    """How many rows of a series were caused by each event."""

    def __init__(self, channel: Channel) -> None:
        rows = channel.rows
        self._day = (rows["entry_start"].to_numpy().astype("datetime64[D]") - np.datetime64(FIRST)).astype(int)
        self._event = np.array(rows["event"].to_pylist(), dtype=object)
        self._columns = {name: np.array(rows[name].to_pylist(), dtype=object) for name in channel.by}
        some = np.array([one is not None for one in self._event])
        self._day, self._event = self._day[some], self._event[some]
        self._columns = {name: values[some] for name, values in self._columns.items()}

    def by(self, group: Mapping[str, str | None], first: int, last: int) -> dict[str, int]:
        """Rows of a group on some days, by event."""
        fits = (self._day >= first) & (self._day <= last)
        for name, value in group.items():
            fits &= self._columns[name] == value
        names, counts = np.unique(self._event[fits].astype(str), return_counts=True)
        return dict(zip(names.tolist(), counts.tolist(), strict=True))


def spells(days: np.ndarray) -> Iterator[tuple[int, int]]:
    """Runs of alarms, those within a week of each other as one: first and last day.

    >>> list(spells(np.array([1, 2, 9, 30])))
    [(1, 9), (30, 30)]
    """
    if len(days):
        breaks = np.flatnonzero(np.diff(days) > MERGED)
        yield from zip(days[[0, *(breaks + 1)]].tolist(), days[[*breaks, -1]].tolist(), strict=True)


def agreed(alarms: Alarms, least: int) -> Judgement:
    """The application's trigger: places where so many of its channels alarmed within a week."""
    parts = [one for name, one in alarms.items() if name != "schools"]
    told = {group["district"] for one in parts for group in one.found.groups if group.get("district")}
    places = [*sorted(told), None]
    count = np.zeros((len(places), DAYS))
    for one in parts:
        for at, place in enumerate(places):
            mine = [one.alarm[n] for n, group in enumerate(one.found.groups) if _is_of(one, group, place)]
            ever = np.cumsum(np.pad(np.any(mine, axis=0).astype(int), (MERGED, 0))) if mine else np.zeros(DAYS + MERGED)
            count[at] += ever[MERGED:] - ever[:-MERGED] > 0
    rows = pa.concat_tables([one.channel.rows.select(["entry_start", "event", "district"]) for one in parts])
    groups = tuple({} if place is None else {"district": place} for place in places)
    return Judgement(
        Channel("trigger", "multi_point", ("district",), rows), Counted(groups, count), count >= least, DAYS - JUDGED
    )


def _is_of(one: Judgement, group: Mapping[str, str | None], place: str | None) -> bool:
    return (
        group.get("district") == place
        and ("district" in group) is (place is not None)
        and one.channel.is_respiratory(group)
    )


def scanned(channel: Channel, detection: Detection) -> Judgement:
    """The space–time scan of visits, once a week, syndrome by syndrome."""
    found = judge(channel, Detection("fixed_value")).found
    one = PublishSignal("c", NOTHING, TITLE, by=channel.by, periods=SCANNED, detection=detection, places=places())
    alarm = np.zeros(found.counts.shape, dtype=bool)
    for syndrome in sorted({str(group["syndrome"]) for group in found.groups}):
        rows = [at for at, group in enumerate(found.groups) if group["syndrome"] == syndrome and group.get("district")]
        groups = tuple(found.groups[at] for at in rows)
        for stop in range(DAYS - JUDGED, DAYS + 1, 7):
            for place in clusters(one, groups, found.counts[rows, stop - SCANNED : stop]):
                alarm[rows[place], stop - 1] = True
    return Judgement(channel, found, alarm, DAYS - JUDGED)


if __name__ == "__main__":
    main()
