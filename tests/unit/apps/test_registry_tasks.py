"""Tasks of registries: raised for who lacks a value that is expected, and not any more once it is there."""

from __future__ import annotations

import pytest

from registry_people import answered, diabetic, lake, made, visited

TASK = "t2dm_hba1c_overdue"


# Today is 1 July 2024. HbA1c is expected every 6 months: from 1 January on it is fresh.
@pytest.mark.parametrize(
    ("day", "fires"), [("", True), ("2023-12-31", True), ("2024-01-01", False), ("2024-06-30", False)]
)
def test_hba1c_that_is_overdue(day: str, fires: bool) -> None:
    tiny = lake()
    who = diabetic(tiny, "2023-01-10")
    visited(tiny, who, "2024-05-01")
    if day:
        tiny.measured(who, "HbA1c", 7.0, "%", at=day)
    assert tiny.tasks(made(), TASK) == ([who] if fires else [])


# In for 30 days they are new (since 1 June); seen last 24 months ago, on 1 July 2022, they are still asked.
@pytest.mark.parametrize(
    ("since", "seen", "fires"),
    [("2024-06-01", "2024-06-01", False), ("2024-05-31", "2024-05-31", True), ("2020-01-01", "2022-06-30", False),
     ("2020-01-01", "2022-07-01", True)],
)  # fmt: skip
def test_whom_a_task_is_about(since: str, seen: str, fires: bool) -> None:
    tiny = lake()
    who = diabetic(tiny, since)
    visited(tiny, who, seen)
    assert tiny.tasks(made(), TASK) == ([who] if fires else [])


def test_nobody_who_died_or_is_not_in_the_registry() -> None:
    tiny = lake()
    dead, other = diabetic(tiny), tiny.person()
    visited(tiny, other, "2024-05-01")
    tiny.row("death", dead, "some cause", at="2024-06-01")
    assert tiny.tasks(made(), TASK) == []


def test_what_the_record_lacks_is_closed_by_the_record() -> None:
    tasks = {one.name: one for one in made().tasks}
    assert len(tasks) == 8
    assert all(one.closes and one.due_hours == 336 and one.rule.source for one in tasks.values())


def test_the_stage_of_a_lung_cancer_is_asked_once() -> None:
    tiny = lake()
    who = tiny.person()
    tiny.row("condition_occurrence", who, "some code", at="2024-03-01", condition_source_value="C34.1")
    visited(tiny, who, "2024-05-01")
    assert tiny.tasks(made(), "lung_cancer_stage_overdue") == [who]
    answered(tiny, who, "registry:lung_stage", 8, "2024-03-02")
    assert tiny.tasks(made(), "lung_cancer_stage_overdue") == []
    (row,) = tiny.dataset(made(), "lung_cancer")
    assert (row["stage"], row["stage_group"]) == ("IIIA", "local")
