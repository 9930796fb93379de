"""The author's kit: a tiny lake answers as the platform does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import medark
from medark.errors import DefinitionError, UsageError
from medark.model.page import DataTable, KeyFigures
from medark.sdk import TableColumn, bars, figure, lines
from medark.sdk.testing import app_in, contract_tests, tiny_lake

APPS = Path(medark.__file__).parent / "apps"
TestPotassiumCard = contract_tests(APPS / "potassium_card")
TestRegistryPage = contract_tests(APPS / "registry_page")
LIMITS = {"low": 2.8, "high": 6.2, "hours": 24}


@pytest.mark.parametrize(
    ("value", "unit", "at", "shown"),
    [
        (6.21, "mmol/L", "2024-07-01 07:59", True),
        (6.2, "mmol/L", "2024-07-01 07:59", False),  # at the limit is not above it
        (2.79, "mmol/L", "2024-07-01 07:59", True),
        (2.8, "mmol/L", "2024-07-01 07:59", False),
        (6.8, "mmol/L", "2024-06-30 08:00", True),  # a day ago to the minute
        (6.8, "mmol/L", "2024-06-30 07:59", False),
        (6.8, "mmol/L", "2024-07-01 08:01", False),  # not yet
        (6.8, "g/L", "2024-07-01 07:59", False),  # can't be a potassium in mmol/L
    ],
)
def test_when_potassium_is_critical(value: float, unit: str, at: str, shown: bool) -> None:
    _manifest, app = app_in(APPS / "potassium_card")
    lake = tiny_lake("2024-07-01 08:00")
    anna = lake.person()
    lake.measured(anna, "potassium", value, unit, at)
    assert bool(lake.cards(app, anna)) is shown
    assert bool(lake.cards(app, anna, "order-sign")) is shown
    assert lake.cards(app, anna, "encounter-discharge") == []


def test_the_last_result_decides_and_the_one_before_is_told() -> None:
    _manifest, app = app_in(APPS / "potassium_card", {"high": 5.5})
    lake = tiny_lake("2024-07-01 08:00")
    anna, bert = lake.person(), lake.person()
    for who, values in ((anna, (3.1, 5.6)), (bert, (6.9, 4.5))):
        for day, value in zip(("2024-06-28", "2024-07-01 07:00"), values, strict=True):
            lake.measured(who, "potassium", value, "mmol/L", day)
    (card,) = lake.cards(app, anna, language="zh")
    assert card.summary == "血钾危急值：5.6 mmol/L（2024-07-01 07:00）"
    assert "**3.1** mmol/L" in card.detail
    assert "高于 5.5" in card.detail
    assert lake.cards(app, bert) == []


def test_the_registry_holds_who_is_ill() -> None:
    _manifest, app = app_in(APPS / "registry_page", {"target": 6.5})
    lake = tiny_lake("2024-07-01 08:00")
    values = (6.4, 6.5, 8.9, 9.0, None)
    people = [lake.person(born=f"19{60 + n}-05-01") for n in range(len(values) + 1)]
    for who, value in zip(people, values, strict=False):
        lake.diagnosed(who, "type 2 diabetes", "2021-03-01")
        lake.diagnosed(who, "type 2 diabetes", "2019-03-01")
        if value is not None:
            lake.measured(who, "HbA1c", 5.0, "%", "2019-01-01")
            lake.measured(who, "HbA1c", value, "%", "2024-01-01")
    rows = lake.dataset(app, "diabetes")
    assert [row["control"] for row in rows] == ["controlled", "above", "above", "high", "unknown"]
    assert {str(row["known_since"]) for row in rows} == {"2019-03-01"}
    blocks = lake.page(app, "registry")
    (numbers,) = (one for one in blocks if isinstance(one, KeyFigures))
    assert [one.value for one in numbers.figures] == [5, 1, 2, 1, 1]
    (table,) = (one for one in blocks if isinstance(one, DataTable))
    assert [row[3] for row in table.rows] == [9.0, 8.9, 6.5, 6.4, None]
    assert lake.page(app, "registry", language="zh")[0].text == "2型糖尿病"  # type: ignore[union-attr]


def test_what_a_tiny_lake_can_not_do() -> None:
    manifest, app = app_in(APPS / "registry_page")
    assert manifest.name == "registry_page"
    lake = tiny_lake()
    with pytest.raises(UsageError):
        lake.measured(lake.person(), "HbA1c", 7, "percent", "2024-01-01")
    for ask in (lambda: lake.dataset(app, "x"), lambda: lake.page(app, "x"), lambda: lake.tasks(app, "x")):
        with pytest.raises(UsageError):
            ask()
    for wrong in (APPS, APPS / "absent"):
        with pytest.raises(UsageError):
            app_in(wrong)


# -- figures -----------------------------------------------------------------------------------------------------------

X, Y = TableColumn("month", "month", "date"), TableColumn("n", "people", "number", "1/month")
ROWS = [{"month": "2024-01", "n": 5}, {"month": "2024-02", "n": None}]


def test_figures_have_their_numbers_beside_them() -> None:
    for draw, mark, kind in ((bars, "bar", "nominal"), (lines, "line", "temporal")):
        drawn = draw(ROWS, X, Y, alt="people by month")
        assert drawn.vega_lite["mark"]["type"] == mark
        assert drawn.vega_lite["encoding"]["x"]["type"] == kind
        assert drawn.vega_lite["encoding"]["y"]["title"] == "people (1/month)"
        assert drawn.vega_lite["data"]["values"] == [ROWS[0]]  # what may not be told is not in it
        assert drawn.table is not None
        assert drawn.table.rows == (("2024-01", 5), ("2024-02", None))


def test_a_chart_of_altairs_is_taken_as_it_is() -> None:
    class Chart:
        def to_dict(self) -> dict[str, object]:
            return {"mark": "bar", "data": {"values": [{"url": "is only a value here"}]}}

    assert figure(Chart(), alt="x").vega_lite == Chart().to_dict()
    with pytest.raises(DefinitionError, match="outside"):
        figure({"data": {"url": "https://example.org/data.csv"}}, alt="x")
    with pytest.raises(DefinitionError, match="no words"):
        replace(figure({"mark": "bar"}, alt="x"), alt="")
