"""Names fit sex and generation"""

from __future__ import annotations

import numpy as np
import pytest

from medark.synthetic import facts
from medark.synthetic.population import names, spelling


@pytest.mark.parametrize(("female", "year", "typical"), [(True, 1940, "英兰珍桂玉秀"), (False, 2015, "轩涵泽宸梓宇")])
def test_generations_are_called_differently(female: bool, year: int, typical: str) -> None:
    count = 400
    made = names.names(np.random.default_rng(1), np.zeros(count, int), np.full(count, female), np.full(count, year))
    fitting = [any(character in given for character in typical) for given in made.given_zh.to_pylist()]
    assert sum(fitting) > count / 2


def test_reading_begins_with_a_capital() -> None:
    made = names.names(np.random.default_rng(1), np.arange(50), np.zeros(50, bool), np.full(50, 1980))
    assert all(text == text.capitalize() for text in made.given_en.to_pylist())


def test_common_names_are_common() -> None:
    found = np.bincount(names.families(np.random.default_rng(1), 20_000), minlength=100)
    assert set(np.argsort(-found)[:3]) == {facts.keys("surnames").index(name) for name in "王李张"}


def test_no_character_is_doubled() -> None:
    made = names.names(np.random.default_rng(1), np.zeros(3000, int), np.zeros(3000, bool), np.full(3000, 1970))
    assert not [given for given in made.given_zh.to_pylist() if len(given) == 2 and given[0] == given[1]]


def test_misspelt_names_keep_their_length() -> None:
    before = ["王小明", "李静", "曾梓涵"] * 50
    after = spelling.misspelt(np.random.default_rng(1), before)
    assert all(len(a) == len(b) and a != b for a, b in zip(after, before, strict=True))
