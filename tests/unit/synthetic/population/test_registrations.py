"""How organisations know people: everybody where they usually go, with mistakes that are marked"""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from medark.synthetic import facts, world
from medark.synthetic.population import again
from medark.synthetic.population.live import people
from medark.synthetic.population.registrations import first_registrations, newcomers
from medark.synthetic.settings import CitySettings, parts


def _by_person(person: pa.Table) -> dict[int, dict[str, object]]:
    return {row["person"]: row for row in person.to_pylist()}


def _of(registration: pa.Table, kind: str) -> list[dict[str, object]]:
    return [row for row in registration.to_pylist() if row["dirt"] == kind]


def test_everybody_is_known_to_their_clinic_and_hospital(person: pa.Table, registration: pa.Table) -> None:
    known = set(zip(registration["person"].to_pylist(), registration["organisation"].to_pylist(), strict=True))
    rows = person.select(["person", "clinic", "hospital"]).to_pylist()
    assert {(row["person"], row[place]) for row in rows for place in ("clinic", "hospital")} <= known


def test_numbers_of_an_organisation_are_unique(registration: pa.Table) -> None:
    numbers = pc.binary_join_element_wise(
        registration["organisation"].cast(pa.string()), registration["patient_no"], "/"
    )
    assert len(numbers.unique()) == registration.num_rows


def test_nobody_is_registered_before_birth(person: pa.Table, registration: pa.Table) -> None:
    birth = dict(zip(person["person"].to_pylist(), person["birth"].to_pylist(), strict=True))
    assert all(row["registered"].date() >= birth[row["person"]] for row in registration.to_pylist())


def test_a_clean_city_has_no_mistake(person: pa.Table) -> None:
    settings = CitySettings(people=2000, dirt="none")
    clean = first_registrations(settings, parts(settings)[0], person)
    assert clean["dirt"].null_count == clean.num_rows
    true_of = _by_person(person)
    for row in clean.slice(0, 400).to_pylist():
        true = true_of[row["person"]]
        assert (row["name"], row["identity_no"], row["phone"]) == (true["name_zh"], true["identity_no"], true["phone"])


def test_more_dirt_more_mistakes(person: pa.Table) -> None:
    shares = []
    for level in ("low", "usual", "high"):
        settings = CitySettings(people=2000, dirt=level)
        made = first_registrations(settings, parts(settings)[0], person)
        shares.append(1 - made["dirt"].null_count / made.num_rows)
    assert shares == sorted(shares)
    assert shares[1] < 0.2


@pytest.fixture(scope="module")
def after_care() -> pa.Table:
    """Registrations of a dirty city after visits in emergency of everybody, everywhere a year from the first day."""
    settings = CitySettings(people=5000, dirt="high")
    part = parts(settings)[0]
    person = people(settings, part)
    known = first_registrations(settings, part, person)
    here = (world.column(person, "birth") < np.datetime64(settings.start, "D")) & person[
        "moved_in"
    ].is_null().to_numpy()
    of = world.column(person, "person")[here]
    visits = world.table(
        "encounter",
        encounter=np.arange(2 * len(of)),
        person=np.tile(of, 2),
        organisation=["north"] * 2 * len(of),
        kind=["emergency"] * 2 * len(of),
        start=np.datetime64(settings.start, "s") + np.repeat([9_000_000, 20_000_000], len(of)).astype("timedelta64[s]"),
    )
    so_far = {"person": person, "registration": known, "encounter": visits}
    return newcomers(SimpleNamespace(settings=settings), part, so_far)["registration"]


@pytest.mark.parametrize("kind", facts.keys("registration_dirt"))
def test_every_kind_is_met(after_care: pa.Table, kind: str) -> None:
    assert _of(after_care, kind)


def test_unmarked_rows_are_right(person: pa.Table, registration: pa.Table) -> None:
    true_of = _by_person(person)
    for row in registration.to_pylist():
        if row["dirt"] is None:
            true = true_of[row["person"]]
            assert (row["name"], row["identity_no"], row["birth"]) == (
                true["name_zh"],
                true["identity_no"],
                true["birth"],
            )


def test_a_typo_is_one_other_character(person: pa.Table, registration: pa.Table) -> None:
    true_of = _by_person(person)
    for row in _of(registration, "typo"):
        name = true_of[row["person"]]["name_zh"]
        assert sum(a != b for a, b in zip(row["name"], name, strict=True)) == 1


def test_a_shared_phone_is_another_ones(person: pa.Table, registration: pa.Table) -> None:
    true_of = _by_person(person)
    rows = _of(registration, "shared_phone")
    assert rows
    assert all(row["phone"] != true_of[row["person"]]["phone"] for row in rows)


def test_a_temporary_number_is_merged_into_the_first_one(after_care: pa.Table) -> None:
    known = after_care.to_pylist()
    first = {(r["person"], r["organisation"]): r for r in known if r["dirt"] not in again.KINDS}
    for row in _of(after_care, "second_number"):
        main = first[row["person"], row["organisation"]]
        assert row["merged_into"] == main["patient_no"] < row["patient_no"]
        assert row["merged_at"] > row["registered"] > main["registered"]


def test_who_is_registered_twice_has_two_numbers_for_good(after_care: pa.Table) -> None:
    for row in _of(after_care, "registered_twice"):
        assert row["merged_into"] is None
    numbers = pc.binary_join_element_wise(after_care["organisation"].cast(pa.string()), after_care["patient_no"], "/")
    assert len(numbers.unique()) == after_care.num_rows


def test_old_numbers_have_15_digits(registration: pa.Table) -> None:
    rows = _of(registration, "identity_15")
    assert rows
    assert all(len(row["identity_no"]) == 15 and row["registered"] < dt.datetime(2013, 1, 1) for row in rows)


def test_who_goes_elsewhere_is_registered_there_that_day(person: pa.Table, registration: pa.Table) -> None:
    settings = CitySettings(people=2000)
    day = np.datetime64("2024-03-01T09:00:00")
    visits = world.table(
        "encounter",
        encounter=[1, 2, 3],
        person=[5, 5, 6],
        organisation=["clinic30", "clinic30", person["clinic"][5].as_py()],
        start=day - np.array([0, 1, 0]).astype("timedelta64[D]"),
    )
    so_far = {"person": person, "registration": registration, "encounter": visits}
    made = newcomers(SimpleNamespace(settings=settings), parts(settings)[0], so_far)["registration"]
    more = made.slice(registration.num_rows).to_pylist()
    assert {(row["person"], row["organisation"]) for row in more} == {(5, "clinic30")}
    assert min(row["registered"] for row in more) == dt.datetime(2024, 2, 29, 9)
