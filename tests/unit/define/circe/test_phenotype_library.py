"""OHDSI's phenotype library: 1,100 cohort definitions of people who wrote them for their own work"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from medark.define import Cohort
from medark.errors import DefinitionError

Outcomes = tuple[Mapping[str, Cohort], Mapping[str, list[str]]]


@pytest.fixture(scope="module")
def outcomes(shared_data: Callable[[str], Path]) -> Outcomes:
    """The cohorts by number, and the numbers of those that are refused by what the error says."""
    folder = shared_data("phenotype_library_cohorts") / "phenotype_library" / "inst" / "cohorts"
    loaded: dict[str, Cohort] = {}
    refused: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("*.json")):
        try:
            loaded[path.stem] = Cohort.from_circe(path.read_bytes(), path.stem)
        except DefinitionError as error:
            refused[error.what].append(path.stem)
    return loaded, refused


def test_all_load_but_for_features_that_are_named(outcomes: Outcomes) -> None:
    loaded, refused = outcomes
    assert len(loaded) == 1098
    assert refused == {
        "Circe: ProviderSpecialty is not read: providers are not among the tables that definitions see": ["308", "755"]
    }


def test_each_is_a_population_with_an_end(outcomes: Outcomes) -> None:
    for cohort in outcomes[0].values():
        assert cohort.population.exit is not None
        assert cohort.population.gap is not None
