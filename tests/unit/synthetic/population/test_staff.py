"""Staff: keys by department, and one row for each"""

from __future__ import annotations

from medark.synthetic.population.staff import departments, doctors, staff
from medark.synthetic.settings import CitySettings


def test_doctors_are_those_on_the_staff() -> None:
    table = staff(CitySettings())
    of = {(r["organisation"], r["department"]) for r in table.to_pylist()}
    listed = [key for organisation, department in sorted(of) for key in doctors(organisation, department)]
    assert sorted(listed) == sorted(table["key"].to_pylist())


def test_licences_are_unique() -> None:
    numbers = staff(CitySettings())["licence_no"].to_pylist()
    assert len(set(numbers)) == len(numbers)


def test_pharmacies_have_no_departments_and_clinics_general_practice() -> None:
    assert departments("pharmacy01") == ()
    assert "general_practice" in departments("clinic05")
    assert doctors("clinic05", "icu") == ()
