"""Lives that could have been lived."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from medark.synthetic.before import make_city
from medark.synthetic.before.city import second_number, visit_no
from medark.synthetic.before.facts import problems
from medark.synthetic.before.places import CLINIC, NORTH, ORGANISATIONS


@pytest.fixture(scope="module", params=[1, 2, 3])
def lives(request):
    return make_city(request.param, 400).lives


def test_nothing_happens_before_birth_after_death_or_during_something_else(lives):
    for life in lives:
        for before, after in zip(life.encounters, life.encounters[1:], strict=False):
            assert before.end < after.start
            assert not before.died
        for each in life.encounters:
            assert each.start.date() > life.person.birth
            assert each.start < each.end
            assert life.death is None or each.end <= life.death


def test_results_are_of_their_encounter(lives):
    results = [(e, r) for life in lives for e in life.encounters for r in e.results]
    assert results
    assert all(e.start <= r.time <= e.end for e, r in results)
    assert all(r.value > 0 for _, r in results)
    assert all(r.first_value is None or r.first_value > r.value for _, r in results)


def test_people_go_where_they_are_known(lives):
    for life in lives:
        assert life.organisations
        assert {e.organisation for e in life.encounters} <= set(life.organisations)


def test_stays_operations_and_deaths_are_in_hospitals(lives):
    for life in lives:
        for each in life.encounters:
            stay = each.kind == "inpatient"
            assert each.organisation.hospital or each.kind == "outpatient"
            assert stay or not (each.operation or each.died or each.image)
            assert each.end - each.start >= dt.timedelta(hours=15) if stay else each.end - each.start < dt.timedelta(1)
            assert (each.vitals is not None) == (each.organisation is CLINIC)


def test_illness_fits_age(lives):
    for life in lives:
        for each in life.encounters:
            problem = problems()[each.problems[0]]
            assert problem.ages[0] <= life.person.age_on(each.start.date()) <= problem.ages[1] + 2
            assert not problem.chronic or problem.key in life.person.chronic


def test_disease_shows_in_results(lives):
    """A diabetic's HbA1c is high and others' is not; creatinine is higher with chronic kidney disease."""
    values = Counter()
    counts = Counter()
    for life in lives:
        for each in life.encounters:
            for result in each.results:
                for problem, test in (("t2dm", "glu"), ("ckd", "crea"), ("dyslipidaemia", "ldl")):
                    if result.test == test:
                        values[test, problem in each.problems] += result.value
                        counts[test, problem in each.problems] += 1
    for test in ("glu", "crea", "ldl"):
        sick, well = (values[test, has] / counts[test, has] for has in (True, False))
        assert sick > 1.3 * well, test


def test_visit_numbers_are_unique_at_their_place(lives):
    for place in ORGANISATIONS:
        numbers = [visit_no(life, e) for life in lives for e in life.of(place)]
        assert len(set(numbers)) == len(numbers)


def test_a_second_number_is_of_an_emergency_at_north():
    lives = make_city().lives
    found = [second_number(make_city(count=1).seed, life) for life in lives]
    seconds = [each for each in found if each is not None]
    assert 2 < len(seconds) < 20
    assert all(e.kind == "emergency" and e.organisation is NORTH and e.results for _, e in seconds)
    assert not {number for number, _ in seconds} & {NORTH.patient_no(life.person.number) for life in lives}
