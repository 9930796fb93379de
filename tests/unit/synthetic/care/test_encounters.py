"""Encounters lie within lives, overlap nothing, and lead from one to the next"""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from medark.synthetic import care, events, health, population
from medark.synthetic.city import found
from medark.synthetic.settings import HOSPITALS, CitySettings, parts
from medark.synthetic.world import column


def _of_people(cared, visits, name):
    people = cared.world["person"].sort_by("person")
    return column(people, name)[np.searchsorted(column(people, "person"), visits.person)]


def test_nobody_is_seen_before_birth_or_outside_their_time_in_the_city(cared, visits):
    birth, moved_in, moved_out = (_of_people(cared, visits, name) for name in ("birth", "moved_in", "moved_out"))
    assert (visits.start.astype("datetime64[D]") >= birth).all()
    assert not (visits.start.astype("datetime64[D]") < moved_in).any()
    assert not (visits.end > moved_out.astype("datetime64[s]")).any()
    assert (visits.start >= np.datetime64(cared.settings.start)).all()
    assert (visits.end <= np.datetime64(cared.settings.end)).all()


def test_nobody_is_seen_after_death_and_those_who_die_in_a_hospital_die_in_an_encounter(columns, visits):
    death = columns("death")
    died = dict(zip(death.person.tolist(), death.time.tolist(), strict=True))
    last = np.array([died.get(person, dt.datetime(2100, 1, 1)) for person in visits.person.tolist()])
    assert (visits.end.astype(object) <= last).all()
    in_hospital = set(death.person[death.in_hospital.astype(bool)].tolist())
    ended = set(visits.person[visits.discharge == "death"].tolist())
    assert ended <= in_hospital
    inside = {p for p in in_hospital if died[p].year >= 2023 and died[p].year < 2026}
    assert len(ended) > 0.8 * len(inside)
    assert all(visits.end[i].tolist() == died[visits.person[i]] for i in np.flatnonzero(visits.discharge == "death"))


def test_encounters_of_a_person_do_not_overlap(visits):
    order = np.lexsort((visits.start, visits.person))
    person, start, end = visits.person[order], visits.start[order], visits.end[order]
    same = person[1:] == person[:-1]
    assert (start[1:][same] >= end[:-1][same]).all()
    assert (end > start).all()


def test_what_led_to_an_encounter_is_of_the_same_person_and_before_it(visits):
    led = ~np.isnan(visits.came_from.astype(float))
    before = visits.at(visits.came_from[led].astype(np.int64))
    assert led.sum() > 50
    assert (visits.encounter[before] == visits.came_from[led]).all()
    assert (visits.person[before] == visits.person[led]).all()
    assert (visits.end[before] <= visits.start[led]).all()
    stays = led & (visits.kind == "inpatient")
    assert (
        visits.organisation[visits.at(visits.came_from[stays].astype(np.int64))] == visits.organisation[stays]
    ).mean() > 0.9


def test_volumes_are_near_the_contract(cared, visits):
    years = cared.settings.people * cared.settings.days / 365.25
    per_year = {
        kind: (visits.kind == kind).sum() / years for kind in ("outpatient", "emergency", "inpatient", "checkup")
    }
    assert 3.2 < per_year["outpatient"] < 4.8
    assert 0.10 < per_year["emergency"] < 0.21
    assert 0.10 < per_year["inpatient"] < 0.20


def test_clinics_see_outpatients_only_and_doctors_work_where_people_are_seen(visits):
    near = np.char.startswith(visits.organisation.astype(str), "clinic")
    assert set(visits.kind[near]) == {"outpatient"}
    assert 0.3 < near.mean() < 0.8
    known = np.array([doctor is not None for doctor in visits.doctor])
    assert known.all()
    assert all(d.startswith(o) for d, o in zip(visits.doctor[:2000], visits.organisation[:2000], strict=True))


def test_hospitals_open_on_working_days(visits):
    ambulant = (visits.kind == "outpatient") & ~np.char.startswith(visits.organisation.astype(str), "clinic")
    weekday = (visits.start[ambulant].astype("datetime64[D]").astype(int) + 3) % 7
    assert np.bincount(weekday, minlength=7)[5:].sum() < 0.15 * ambulant.sum()


def test_some_registrations_are_cancelled_and_leave_nothing(columns, visits):
    gone = visits.encounter[visits.cancelled.astype(bool)]
    assert 0.002 < len(gone) / len(visits.encounter) < 0.05
    for name in ("diagnosis", "lab_order", "prescription", "operation", "transfer", "observation", "fee", "claim"):
        assert not np.isin(columns(name).encounter, gone).any(), name


def test_the_same_settings_give_the_same_tables(cared):
    again = care.live(cared.city, cared.part, cared.world)
    assert all(again[name].equals(cared.world[name]) for name in again)


def test_a_city_of_one_hospital_uses_no_other(cared):
    settings = replace(cared.settings, people=300, hospitals=("county",))
    world, city = {}, found(settings)
    part = replace(cared.part, count=300)
    for stage in (population.live, health.live, events.live, care.live):
        world |= stage(city, part, world)
    places = set(world["encounter"]["organisation"].cast("string").to_pylist())
    assert "county" in places and not places & {"north", "south"}


@pytest.mark.parametrize(
    ("people", "days", "hospitals"), [(1, 1096, ("north",)), (3, 1, HOSPITALS), (60, 3, ("county",))]
)
def test_a_city_of_hardly_anybody_has_all_tables(people, days, hospitals):
    start = dt.date(2023, 1, 1)
    settings = CitySettings(people=people, start=start, end=start + dt.timedelta(days=days), hospitals=hospitals)
    world, city = {}, found(settings)
    for stage in (population.live, health.live, events.live, care.live):
        world |= stage(city, parts(settings)[0], world)
    assert {"encounter", "lab_result", "fee", "claim", "observation"} <= set(world)
