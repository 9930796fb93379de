"""How epidemics run in the whole city: parts sum to it, and the truth has the R0 and intervals that were asked for"""

import datetime as dt
import pickle
import time

import numpy as np
import pytest

from medark.synthetic.events.courses import courses
from medark.synthetic.settings import CitySettings, parts

pytestmark = pytest.mark.filterwarnings("error")


def test_the_cases_of_all_parts_sum_to_the_course() -> None:
    settings = CitySettings(people=43_210)
    for course in courses(settings).all:
        shares = [course.of_part(settings, part) for part in parts(settings)]
        assert np.array_equal(sum(counts for counts, _ in shares), course.infections)
        assert np.array_equal(sum(imports for _, imports in shares), course.imports)
        assert all(counts.sum() <= part.count for (counts, _), part in zip(shares, parts(settings), strict=True))


def test_the_same_seed_gives_the_same_courses_and_another_others() -> None:
    one, same, other = (courses(CitySettings(people=2000, seed=seed)) for seed in (1, 1, 2))
    assert one.table().equals(same.table())
    assert not one.table().equals(other.table())


def test_courses_are_quick_and_small_at_a_million_people() -> None:
    began = time.process_time()
    found = courses(CitySettings(people=1_000_000))
    assert time.process_time() - began < 1.0
    assert len(pickle.dumps(found)) < 5_000_000


def test_influenza_has_a_winter_wave_and_a_smaller_one_in_summer() -> None:
    settings = CitySettings(people=200_000, start=dt.date(2023, 9, 1), end=dt.date(2024, 10, 1))
    waves = {course.wave: course for course in courses(settings).all if course.event == "influenza"}
    winter, summer = waves["influenza 2023 winter"], waves["influenza 2024 summer"]
    peaks = [settings.start + dt.timedelta(int(one.infections.sum(axis=1).argmax())) for one in (winter, summer)]
    assert peaks[0].month in (12, 1, 2) and peaks[1].month in (6, 7, 8)
    assert 0.04 < winter.infections.sum() / settings.people < 0.18
    assert summer.infections.sum() < winter.infections.sum()


def test_the_outbreak_begins_in_its_district_and_spreads_to_others() -> None:
    found = courses(CitySettings(people=100_000, outbreak='district = "xihu"\n[control]\nfactor = 1.0'))
    course, place = found.all[-1], found.districts.index("xihu")
    first = np.flatnonzero(course.infections.sum(axis=1))[0]
    assert first == found.outbreak_start
    assert course.imports.sum() == course.imports[:, place].sum() == found.outbreak["seeds"]
    assert course.infections[first : first + 12].sum(axis=0).argmax() == place
    assert (course.infections.sum(axis=0) > 0).all()


def test_control_and_the_lack_of_susceptible_people_end_it() -> None:
    text = "[control]\nfrom_day = 40\nfactor = {}"
    held, free = (courses(CitySettings(people=20_000, outbreak=text.format(one))).all[-1] for one in (0.2, 1.0))
    assert held.infections.sum() < 0.3 * free.infections.sum()
    # Source: final size of an epidemic with R0 2.2: 1 - s = exp(-R0 s), so s = 0.84.
    assert 0.70 < free.infections.sum() / 20_000 < 0.90


@pytest.mark.parametrize("r0", [1.6, 2.2, 3.0])
def test_the_course_has_the_r0_that_was_asked_for(r0: float) -> None:
    """Renewal: infections of a day over the infectiousness of those before, while nearly all are susceptible."""
    text = f"r0 = {r0}\nseeds = 300\ndispersion = 5.0\n[control]\nfactor = 1.0"
    settings = CitySettings(people=2_000_000, outbreak=text)
    course = courses(settings).all[-1]
    total, brought = course.infections.sum(axis=1), course.imports.sum(axis=1)
    early = np.flatnonzero((np.cumsum(total) < 0.02 * settings.people) & (np.cumsum(total) > 300))
    pressure = np.convolve(total, course.weights)[: len(total)]
    assert (total - brought)[early].sum() / pressure[early].sum() == pytest.approx(r0, rel=0.05)
