"""A small city in which doctors have written, in both languages"""

from __future__ import annotations

from functools import cache

import pytest

from medark.synthetic.city import found
from medark.synthetic.settings import CitySettings, Part
from medark.synthetic.write import live

PART = Part(1, 1, 700)


@cache
def _lived(language: str):
    city = found(CitySettings(people=PART.count, note_language=language))
    return live(city, PART)


@pytest.fixture(scope="session")
def worlds():
    """Tables by language."""
    return {"zh": _lived("zh"), "en": _lived("en")}


@pytest.fixture(scope="session", params=["zh", "en"])
def world(request, worlds):
    """Tables of a city whose doctors write Chinese, then of one whose doctors write English."""
    return worlds[request.param]


@pytest.fixture(scope="session")
def chinese(worlds):
    """Tables of the Chinese city."""
    return worlds["zh"]
