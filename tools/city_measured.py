"""The made-up city looked at: made in memory, for the figures and pictures of its page"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from medark.synthetic.city import City, found
from medark.synthetic.facts import keys, numbers
from medark.synthetic.health.marginals import marginals as of_health
from medark.synthetic.population.marginals import marginals as of_people
from medark.synthetic.settings import CitySettings, parts
from medark.synthetic.world import column
from medark.synthetic.write import live

SETTINGS = CitySettings(people=100_000)
CHANNELS = (
    ("cases", "True cases by day of onset 真实发病（仅真相可见）"),
    ("clinics", "Fever visits at clinics and fever clinics 门诊发热就诊"),
    ("pharmacies", "Pharmacy sales of cold and fever drugs 药店感冒退热药销量"),
    ("calls", "120 calls for fever 120发热呼叫"),
    ("tests", "Nucleic acid tests 核酸检测"),
    ("hospitals", "Pneumonia stays begun 肺炎住院"),
)
_ITEMS = (
    "paracetamol", "ibuprofen", "paracetamol_child", "lianhuaqingwen", "banlangen", "dextromethorphan", "ambroxol",
)  # fmt: skip
_BEFORE, _AFTER = 60, 150  # days of the picture, before and after the first case


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel around the outbreak: numbers a day (means of a week) from `_BEFORE` days before the first case."""

    key: str
    title: str
    counts: np.ndarray
    usual: np.ndarray  # in the same city without the outbreak
    signal: int | None  # days after the first case


@dataclass(frozen=True, slots=True)
class Measured:
    """What the page shows of a large city."""

    city: City
    person: pa.Table
    people: pa.Table  # marginals
    health: pa.Table  # marginals
    volumes: Mapping[str, int]
    kinds: Mapping[str, int]  # of encounters
    person_years: float
    channels: tuple[Channel, ...]
    first_case: dt.date
    somebody: Mapping[str, pa.Table]  # tables of the first part, for one person's record


def measured(settings: CitySettings = SETTINGS) -> Measured:
    """Make the city part by part; keep counts, and of people and their diseases all."""
    city = found(settings)
    kept: dict[str, list[pa.Table]] = {name: [] for name in ("person", "onset", "death")}
    volumes, kinds = dict.fromkeys(_COUNTED, 0), dict.fromkeys(("outpatient", "emergency", "inpatient", "checkup"), 0)
    days, first = _no_days(settings), {}
    for part in parts(settings):
        world = live(city, part)
        first = first or world
        for name, tables in kept.items():
            tables.append(world[name])
        for name in _COUNTED:
            volumes[name] += world[name].num_rows
        for kind in kinds:
            kinds[kind] += int((column(world["encounter"], "kind") == kind).sum())
        _count(days, settings, world)
    whole = {name: pa.concat_tables(tables).unify_dictionaries() for name, tables in kept.items()}
    return Measured(
        city, whole["person"], of_people(settings, whole["person"]), of_health(settings, whole), volumes, kinds,
        _person_years(settings, whole), channels(city, days, _without_outbreak(settings)),
        settings.start + dt.timedelta(city.courses.outbreak_start), first,
    )  # fmt: skip


def _without_outbreak(settings: CitySettings) -> dict[str, np.ndarray]:
    """What the channels would show if nobody were infected by the one who brings it in."""
    calm = replace(settings, outbreak="seeds = 1\nr0 = 0\n[testing]\nfrom_day = 100000\nscreening_rounds = 0\n")
    city, days = found(calm), _no_days(calm)
    for part in parts(calm):
        _count(days, calm, live(city, part))
    return days


def _no_days(settings: CitySettings) -> dict[str, np.ndarray]:
    return {key: np.zeros(settings.days, dtype=np.int64) for key, _ in CHANNELS}


def _count(days: dict[str, np.ndarray], settings: CitySettings, world: Mapping[str, pa.Table]) -> None:
    for key, times in signals(world).items():
        day = (times.astype("datetime64[D]") - np.datetime64(settings.start)).astype(int)
        days[key] += np.bincount(day[(day >= 0) & (day < settings.days)], minlength=settings.days)


_COUNTED = (
    "encounter", "diagnosis", "lab_order", "lab_result", "prescription", "operation", "transfer", "observation",
    "imaging", "pathology", "note", "fee", "claim", "ems_call", "nucleic_test", "pharmacy_sale", "report_card",
    "device_reading",
)  # fmt: skip


def signals(world: Mapping[str, pa.Table]) -> dict[str, np.ndarray]:
    """Times of the true cases, and of the records in which each channel's watcher would look for them."""
    encounter, sale, call, case = (world[name] for name in ("encounter", "pharmacy_sale", "ems_call", "infection"))
    start, reason, kind = (column(encounter, name) for name in ("start", "reason", "kind"))
    clinic = np.char.startswith(column(encounter, "organisation").astype(str), "clinic")
    clinic |= column(encounter, "department") == "fever"
    ill = np.isin(reason, ("fever", "influenza", "novel_respiratory")) & (kind == "outpatient") & clinic
    pneumonia = np.isin(reason, ("pneumonia", "viral_pneumonia")) & (kind == "inpatient")
    outbreak = (column(case, "event") == "outbreak") & (column(case, "severity") != "none")
    return {
        "cases": column(case, "onset")[outbreak],
        "clinics": start[ill],
        "pharmacies": column(sale, "sold")[np.isin(column(sale, "item"), _ITEMS)],
        "calls": column(call, "called")[column(call, "complaint") == "fever"],
        "tests": column(world["nucleic_test"], "collected"),
        "hospitals": start[pneumonia],
    }


def channels(city: City, days: Mapping[str, np.ndarray], usual: Mapping[str, np.ndarray]) -> tuple[Channel, ...]:
    """Each channel around the outbreak. A signal: two days on which a week's number is five deviations (of chance, by
    the root of the usual number) above that of the same week in the city without the outbreak."""
    begin, made = city.courses.outbreak_start, []
    shown = slice(max(0, begin - _BEFORE), begin + _AFTER)
    for key, title in CHANNELS:
        week, usual_week = (np.convolve(by_day[key], np.ones(7))[: len(by_day[key])] for by_day in (days, usual))
        high = week > usual_week + 5 * np.sqrt(np.maximum(usual_week, 1.0))
        both = np.flatnonzero(high[begin:-1] & high[begin + 1 :])
        signal = int(both[0]) if len(both) and key != "cases" else None
        made.append(Channel(key, title, week[shown] / 7, usual_week[shown] / 7, signal))
    return tuple(made)


def day_of(measured: Measured, place: int) -> dt.date:
    """The date of a place in a channel's counts."""
    return measured.first_case + dt.timedelta(place - min(_BEFORE, measured.city.courses.outbreak_start))


def _person_years(settings: CitySettings, whole: Mapping[str, pa.Table]) -> float:
    person, first, last = whole["person"], np.datetime64(settings.start), np.datetime64(settings.end)
    begin = np.fmax(np.fmax(column(person, "birth"), column(person, "moved_in")), first)
    end = np.fmin(column(person, "moved_out"), last)
    died = dict(
        zip(column(whole["death"], "person"), column(whole["death"], "time").astype("datetime64[D]"), strict=True)
    )
    end = np.fmin(end, np.array([died.get(key, last) for key in column(person, "person")], dtype="datetime64[D]"))
    return float(np.clip((end - begin).astype(int), 0, None).sum() / 365.25)


def pyramid(measured: Measured) -> list[dict[str, object]]:
    """Rows for the picture: shares of all people on the first day by band of age and sex, made and in the census."""
    first = np.datetime64(measured.city.settings.start)
    age = (first - column(measured.person, "birth")).astype(int) / 365.25
    sex, bands = column(measured.person, "sex"), keys("ages")
    census = {"M": numbers("ages", "male"), "F": numbers("ages", "female")}
    whole, rows = sum(counts.sum() for counts in census.values()), []
    for key, counts in census.items():
        place = np.minimum(age[(age >= 0) & (sex == key)] // 5, len(bands) - 1).astype(int)
        made = 100 * np.bincount(place, minlength=len(bands)) / (age >= 0).sum()
        rows += [
            {"band": band, "order": n, "sex": key, "made": float(made[n]), "published": float(100 * counts[n] / whole)}
            for n, band in enumerate(bands)
        ]
    return rows
