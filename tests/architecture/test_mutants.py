"""Planted bugs (`make mutants`) still fit the source, and are enough of each kind"""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "mutants"
ENOUGH = {"memory": 15, "duckdb": 15, "spark": 8}


@pytest.fixture
def mutants(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.syspath_prepend(TOOL)
    planted: list[Any] = import_module("planted").mutants()
    return planted


def test_each_changes_the_source_in_one_place(mutants: list[Any]) -> None:
    assert [one.about for one in mutants if not one.applies] == []


def test_there_are_enough_in_each_engine(mutants: list[Any]) -> None:
    planted = Counter(one.engine for one in mutants)
    assert planted.total() >= 40
    assert [engine for engine, least in ENOUGH.items() if planted[engine] < least] == []
    assert len({(one.file, one.now) for one in mutants}) == len(mutants)
