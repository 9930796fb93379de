"""Pages of a registry: numbers, shares, who lacks what, one person's course, the form that is kept, the codebook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from medark.apps import registry
from medark.errors import UsageError
from medark.model.page import Block, DataTable, Figure, Form, Heading, KeyFigures, Label, Text
from medark.sdk import FilledForm
from medark.sdk.testing import TinyLake, contract_tests
from medark.sdk.testing.tiny_lake import Patient
from registry_people import answered, diabetic, lake, made, visited

TestContract = contract_tests(Path(registry.__file__).parent)


@pytest.fixture(scope="module")
def three() -> tuple[TinyLake, Patient]:
    """Three with diabetes: one measured in time, one late, one never."""
    tiny = lake()
    first, late, _never = (diabetic(tiny, "2023-01-10") for _ in range(3))
    for who, day, value in ((first, "2024-06-01", 6.5), (late, "2023-06-01", 9.5)):
        visited(tiny, who, "2024-06-01")
        tiny.measured(who, "HbA1c", value, "%", at=day)
    visited(tiny, _never, "2024-06-01")
    tiny.measured(first, "HbA1c", 7.5, "%", at="2023-07-01")
    answered(tiny, first, "registry:smoking", 1, "2023-01-11")
    return tiny, first


def tables(blocks: tuple[Block, ...]) -> list[DataTable]:
    return [one for one in blocks if isinstance(one, DataTable)]


def figures(blocks: tuple[Block, ...]) -> dict[str, Any]:
    return {each.label: each.value for one in blocks if isinstance(one, KeyFigures) for each in one.figures}


def cells(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(cell.text if isinstance(cell, Label) else cell for cell in row)


def test_the_overview(three: tuple[TinyLake, Patient]) -> None:
    page = three[0].page(made(), "t2dm")
    assert figures(page)["people"] == 3
    assert figures(page)["with something overdue"] == 3
    control = next(one for one in page if isinstance(one, Figure) and one.title == "Control by HbA1c")
    assert control.table is not None
    assert control.table.rows == (("under 7 %", 1), ("9 % and more", 1), ("not known", 1))
    shares = {cells(row)[0]: cells(row)[1:] for row in tables(page)[1].rows}
    assert shares["HbA1c"] == ("every 6 months", 1, 1, 1, 33.3)
    assert shares["Smoking"] == ("at baseline", 1, 0, 2, 33.3)


def test_completeness_by_quarter_and_organisation(three: tuple[TinyLake, Patient]) -> None:
    page = three[0].page(made(), "t2dm-completeness", {"variable": "hba1c"}, "zh")
    hospital, every = tables(page)
    assert [one.title for one in hospital.columns][:2] == ["机构", "2023 Q1"]
    assert cells(hospital.rows[0])[0] == 7  # here the number of a record; an organisation in the house
    row = next(row for row in every.rows if cells(row)[0] == "糖化血红蛋白")
    # month 6 closes on 24 August 2023: two of three; month 12 on 24 February 2024: one (1 July 2023 is too old)
    told = dict(zip([one.title for one in every.columns], cells(row), strict=True))
    assert (told["2023 Q3"], told["2024 Q1"]) == ("67 %", "0 %")


def test_who_lacks_what(three: tuple[TinyLake, Patient]) -> None:
    tiny, first = three
    people, by_variable = tables(tiny.page(made(), "t2dm-missing", {"hba1c": "fresh"}))
    assert [cells(row)[0] for row in people.rows] == [first.person_id]
    row = people.rows[0]
    assert row[1].page == f"t2dm-person?person_id={first.person_id}"
    assert cells(by_variable.rows[1]) == ("HbA1c", "every 6 months", 1, 1, 1)


def test_one_person(three: tuple[TinyLake, Patient]) -> None:
    tiny, first = three
    page = tiny.page(made(), "t2dm-person", {"person_id": str(first.person_id)})
    course, last = tables(page)
    titles = [one.title for one in course.columns]
    assert titles == ["variable", "Baseline", "Month 3", "Month 6", "Month 9", "Month 12", "Month 15", "Month 18"]
    hba1c = next(cells(row) for row in course.rows if cells(row)[0] == "HbA1c (%)")
    assert hba1c == ("HbA1c (%)", "missing", "", "7.5", "", "missing", "", "6.5")
    assert ("Smoking", "never", "2023-01-11") in [cells(row) for row in last.rows]
    trend = next(one for one in page if isinstance(one, Figure))
    assert "target 7" in trend.alt
    (_, form) = [one for one in page if isinstance(one, Form)]
    assert (form.saves, form.person_id, [one.name for one in form.fields]) == (
        True,
        first.person_id,
        ["smoking", "feet"],
    )


def test_nobody_of_this_number(three: tuple[TinyLake, Patient]) -> None:
    page = three[0].page(made(), "t2dm-person", {"person_id": "99"})
    assert tables(page) == []
    assert any(isinstance(one, Text) and "Nobody" in one.markdown for one in page)


def test_what_is_filled_in_becomes_answers() -> None:
    (page,) = [one for one in made().pages if one.path == "copd-person"]
    assert page.save is not None
    form = FilledForm(7, {"mmrc": "3", "oxygen": "no", "cat": ""}, dt.datetime(2024, 7, 1))
    assert {one.item: one.value for one in page.save(form)} == {"registry:mmrc": 3.0, "registry:oxygen": 2.0}
    with pytest.raises(UsageError, match="answer that there is not"):
        page.save(FilledForm(7, {"oxygen": "maybe"}, dt.datetime(2024, 7, 1)))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", ["t2dm-codebook", "copd-codebook", "lung-cancer-codebook"])
def test_the_codebook_says_everything_in_both_languages(path: str, language: str) -> None:
    page = lake().page(made(), path, language=language)
    variables, schedule = tables(page)
    assert 28 <= len(variables.rows) <= 45
    for row in variables.rows:
        name, title, kind, _unit, meaning, _codes, expected, _share, source, standing = row
        assert all((name, title, kind, meaning, expected, source, standing)), name
    assert len(schedule.rows) > 10
    assert any(isinstance(one, Heading) and one.level == 1 for one in page)
