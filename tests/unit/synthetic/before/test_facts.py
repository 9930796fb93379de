"""The tables that the city is made of hang together, and each row says where it comes from."""

from __future__ import annotations

from importlib.resources import files

import pytest

from medark.synthetic.before.facts import drugs, effects, operations, problems, rows
from medark.synthetic.before.facts import tests as laboratory

SOURCED = ("ages", "conditions", "tests", "drugs", "effects", "operations")


@pytest.mark.parametrize("name", SOURCED)
def test_every_row_names_its_source(name):
    assert all(len(row["source"]) > 3 for row in rows(name))


def test_every_table_is_read():
    names = {path.name for path in files("medark.synthetic.before").joinpath("data").iterdir()}
    assert names == {f"{n}.csv" for n in (*SOURCED, "problems", "districts", "surnames", "given_names")}


def test_problems_name_tests_drugs_and_operations_that_there_are():
    for problem in problems().values():
        assert set(problem.tests) <= set(laboratory()), problem.key
        assert set(problem.drugs) <= set(drugs()), problem.key
        assert not problem.operation or problem.operation in operations(), problem.key
        assert problem.image in ("", "CR", "CT", "US"), problem.key


def test_effects_and_prevalences_are_of_problems_that_there_are():
    assert {problem for problem, _ in effects()} <= set(problems())
    assert {test for _, test in effects()} <= set(laboratory())
    chronic = {key for key, problem in problems().items() if problem.chronic}
    assert {row["key"] for row in rows("conditions")} == chronic


def test_shares_are_shares():
    assert sum(float(row["share"]) for row in rows("ages")) == pytest.approx(1, abs=1e-3)
    assert sum(float(row["share"]) for row in rows("districts")) == pytest.approx(1)
