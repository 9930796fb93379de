"""The outbreak shows first in clinics, then in pharmacies, calls to 120, tests and the hospitals' pneumonias"""

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from medark.synthetic.settings import CitySettings
from medark.synthetic.world import column

CHANNELS = ("clinics", "pharmacies", "calls", "tests", "hospitals")
_WEEK, _BASE, _DEVIATIONS = 7, 42, 5.0
_ITEMS = (
    "paracetamol",
    "ibuprofen",
    "paracetamol_child",
    "lianhuaqingwen",
    "banlangen",
    "dextromethorphan",
    "ambroxol",
)


def _signals(world: dict) -> dict[str, np.ndarray]:
    """Times of the records in which each channel's watcher would look for it; no one sees `event`."""
    encounter, sale, call = world["encounter"], world["pharmacy_sale"], world["ems_call"]
    start, reason = column(encounter, "start"), column(encounter, "reason")
    kind, department = column(encounter, "kind"), column(encounter, "department")
    clinic = np.char.startswith(column(encounter, "organisation").astype(str), "clinic") | (department == "fever")
    feverish = np.isin(reason, ("fever", "influenza", "novel_respiratory")) & (kind == "outpatient") & clinic
    pneumonia = np.isin(reason, ("pneumonia", "viral_pneumonia")) & (kind == "inpatient")
    return {
        "clinics": start[feverish],
        "pharmacies": column(sale, "sold")[np.isin(column(sale, "item"), _ITEMS)],
        "calls": column(call, "called")[column(call, "complaint") == "fever"],
        "tests": column(world["nucleic_test"], "collected"),
        "hospitals": start[pneumonia],
    }


def first_days(settings: CitySettings, world: dict, begin: int) -> list[int]:
    """Of each channel the day, from the first case on, when a week's number is far above those before the outbreak."""
    found = []
    for times in _signals(world).values():
        day = (times.astype("datetime64[D]") - np.datetime64(settings.start)).astype(int)
        weeks = np.convolve(np.bincount(day[day >= 0], minlength=settings.days), np.ones(_WEEK))[: settings.days]
        before = weeks[begin - _BASE + _WEEK : begin]
        high = weeks > before.mean() + _DEVIATIONS * max(1.0, before.std(), before.mean() ** 0.5)
        both = np.flatnonzero(high[begin:-1] & high[begin + 1 :])
        found.append(int(both[0]) if len(both) else settings.days)
    return found


@pytest.fixture(scope="module")
def days(live_city: Callable) -> np.ndarray:
    """Rows of cities, columns of CHANNELS. Autumn: influenza has not come yet."""
    found = []
    for seed in range(1, 8):
        settings = CitySettings(people=8000, start=dt.date(2024, 8, 15), end=dt.date(2024, 12, 15), seed=seed)
        city, _, world = live_city(settings)
        found.append(first_days(settings, world, city.courses.outbreak_start))
    return np.array(found)


def test_every_channel_shows_it(days: np.ndarray) -> None:
    assert (days < 60).all()


def test_channels_show_it_in_their_order(days: np.ndarray) -> None:
    middle = np.median(days, axis=0)
    assert (np.diff(middle) > 0).all(), dict(zip(CHANNELS, middle, strict=True))


def test_in_most_cities_each_channel_comes_before_the_next(days: np.ndarray) -> None:
    assert ((np.diff(days, axis=1) > 0).mean(axis=0) >= 0.5).all()
    assert (days[:, 0] < days[:, 3:].min(axis=1)).all()  # whatever chance does to few calls and pneumonias
