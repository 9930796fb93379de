"""Forms that are kept: what a field says, what an answer may be, and what of it an application may write."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest

from medark.errors import DefinitionError, UsageError
from medark.model.page import Field, Form
from medark.sdk import App, FilledForm, FormAnswer, Page, Text
from medark.sdk.calling import answered
from medark.sdk.testing import tiny_lake
from medark.sdk.wire import heard_app, told_app
from medark.sdk.writes import may_write, more_than
from unit.sdk.test_contract import BOTH

AT = dt.datetime(2024, 7, 1, 8, 30)


def filled(**fields: str) -> FilledForm:
    return FilledForm(7, fields, AT)


def saves(form: FilledForm) -> tuple[FormAnswer, ...]:
    return (
        FormAnswer(form.person_id, "ward:bed_rest", form.yes_no("bed")),
        FormAnswer(form.person_id, "ward:weight", form.number("weight"), dt.datetime(2024, 7, 1, 6)),
        FormAnswer(form.person_id, "ward:note", form.text("note") or None),
    )


PAGE = Page("ask", BOTH, lambda view: (Text("x"),), save=saves)


@pytest.mark.parametrize(("told", "value"), [("1", 1.0), ("0", 0.0), ("", None)])
def test_yes_no_and_not_known(told: str, value: float | None) -> None:
    assert filled(bed=told).yes_no("bed") == value
    assert filled().yes_no("bed") is None


@pytest.mark.parametrize("told", ["maybe", "2", "True"])
def test_anything_else_is_neither(told: str) -> None:
    with pytest.raises(UsageError) as refused:
        filled(bed=told).yes_no("bed")
    assert told not in str(refused.value)


@pytest.mark.parametrize("told", ["x", "nan", "inf", "1e999"])
def test_a_number_is_one(told: str) -> None:
    assert filled(weight=" 71.5 ").number("weight") == 71.5
    with pytest.raises(UsageError):
        filled(weight=told).number("weight")


@pytest.mark.parametrize("item", ["", "bed", "Vte:bed", "vte:", "vte:bed rest", "vte:" + "x" * 47])
def test_an_item_is_what_fits_its_column(item: str) -> None:
    assert FormAnswer(7, "vte:" + "x" * 46, 1.0).item
    with pytest.raises(DefinitionError):
        FormAnswer(7, item, 1.0)


@pytest.mark.parametrize("value", ["x" * 61, float("nan"), float("inf")])
def test_a_value_that_can_not_be_kept_is_refused(value: Any) -> None:
    with pytest.raises(UsageError):
        FormAnswer(7, "vte:bed", value)


def test_an_answer_is_a_number_or_a_text() -> None:
    yes: Any = True
    assert [FormAnswer(7, "a:b", one).value for one in (yes, 3, "x" * 60, None)] == [1.0, 3.0, "x" * 60, None]


def test_what_may_be_written_is_what_the_patterns_name() -> None:
    assert may_write(("vte:*", "who:a"), "vte:bed")
    assert may_write(("vte:*", "who:a"), "who:a")
    assert not may_write(("vte:*", "who:a"), "who:ab")
    assert not may_write((), "vte:bed")


@pytest.mark.parametrize(
    ("patterns", "approved", "more"),
    [
        (["vte:*"], [], ["vte:*"]),
        (["vte:bed*", "vte:a"], ["vte:*"], []),
        (["vte:*"], ["vte:bed*"], ["vte:*"]),
        (["vte:bed"], ["vte:bed"], []),
        (["vte:bed*"], ["vte:bed"], ["vte:bed*"]),
    ],
)
def test_what_a_version_writes_more(patterns: list[str], approved: list[str], more: list[str]) -> None:
    assert list(more_than(patterns, approved)) == more


def test_answers_cross_the_pipe() -> None:
    app = App(pages=(PAGE,))
    heard = heard_app(told_app(app), partial(answered, app))
    form = filled(bed="1", weight="71.5", note="well")
    (page,) = heard.pages
    assert page.save is not None
    assert page.save(form) == saves(form)
    (plain,) = heard_app(told_app(App(pages=(Page("p", BOTH, PAGE.body),))), partial(answered, app)).pages
    assert plain.save is None


def test_a_form_that_is_kept_says_of_whom() -> None:
    with pytest.raises(DefinitionError):
        Form((), "Save", saves=True)
    with pytest.raises(DefinitionError):
        Field("kind", "Kind", "choice", choices=("a", "b"), labels=("A",))


def test_a_filled_form_is_rows_of_the_tiny_lake() -> None:
    lake, app = tiny_lake("2024-07-01 08:30"), App(pages=(PAGE,))
    who = lake.person()
    assert lake.fill(app, "ask", who, {"bed": "1", "note": "well"}) == 3
    with pytest.raises(UsageError):
        lake.fill(app, "other", who, {})
