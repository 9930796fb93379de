"""The page of the made-up city says what the code and its facts say now."""

from __future__ import annotations

import datetime as dt
import importlib
import re
import sys
from pathlib import Path

import pytest

from medark.synthetic.city import found
from medark.synthetic.settings import CitySettings, parts
from medark.synthetic.write import live

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "reference" / "city.md"
SVG = sorted((ROOT / "docs" / "reference" / "city").glob("*.svg"))


@pytest.fixture(scope="module")
def tool():
    """A module of tools/ by its name."""
    sys.path.insert(0, str(ROOT / "tools"))
    yield importlib.import_module
    sys.path.remove(str(ROOT / "tools"))


def block(kind: str, name: str) -> str:
    return re.search(rf"<!-- {kind}: {name} -->\n(.*?)<!-- end -->", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]


def rows(text: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line.startswith("| ")
    ]


def test_what_follows_from_the_code_is_as_the_code_is(tool):
    for name, made in tool("city_facts").PARTS.items():
        assert block("generated", name) == made(), "run: make docs"


def test_every_table_of_truth_is_explained(tool, city):
    assert set(tool("city_facts").TRUTH) == {path.name for path in (city.root / "truth").iterdir()}


def test_published_figures_are_those_of_the_facts(tool):
    settings = CitySettings(people=300, start=dt.date(2023, 1, 1), end=dt.date(2024, 1, 1))
    (part,) = parts(settings)
    world, page = live(found(settings), part), tool("city_page")
    people = tool("medark.synthetic.population.marginals").marginals(settings, world["person"])
    shown = {(row[0], row[1]): row[2] for row in rows(page.people(people)) if len(row) == 5}
    assert {(row[0], row[1]): row[2] for row in rows(block("measured", "people")) if len(row) == 5} == shown
    health = tool("medark.synthetic.health.marginals").marginals(settings, world)
    told = {(row["figure"], row["of"].replace("_", " ")) for row in health.to_pylist()}
    assert told == {(row[0], row[1]) for row in rows(block("measured", "health"))[1:]}, "run: make city-page"


def test_every_system_has_an_example(tool):
    systems = tool("medark.synthetic.feeds.systems").ALL
    assert re.findall(r"^\*\*([\w/]+)\*\*:", block("measured", "examples"), re.MULTILINE) == sorted(
        s.name for s in systems
    )


def test_pictures_are_shown_small_and_follow_the_colours_of_the_page():
    assert {path.name for path in SVG} == set(re.findall(r"\]\(city/([\w-]+\.svg)\)", PAGE.read_text(encoding="utf-8")))
    for path in SVG:
        text = path.read_text(encoding="utf-8")
        assert len(text.encode()) < 100_000, path.name
        assert "<title>" in text and "prefers-color-scheme: dark" in text


def test_a_picture_is_drawn_the_same_each_time(tool):
    draw = tool("city_pictures")
    bands = [{"band": "0-4", "order": 0, "sex": sex, "made": 2.345, "published": 2.5} for sex in "MF"]
    drawn = [draw.svg(draw.age_pyramid(bands), "Ages") for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert "Men 男" in drawn[0] and "<title>Ages</title>" in drawn[0]
    days = [{"channel": key, "date": f"2024-01-0{n}", "count": n, "usual": 1} for key in "ab" for n in range(1, 5)]
    picture = draw.svg(draw.outbreak(days, [("a", "A", None), ("b", "B", "2024-01-02")]), "Days")
    assert picture.count("signal 信号") == 1


def test_numbers_of_labels_stay_as_they_are(tool):
    draw = tool("city_pictures")
    text = draw.svg(draw.prevalence([{"published": 0.02, "made": 0.0213, "people": 10}]), "Shares")
    assert ">0.01</text>" in text
