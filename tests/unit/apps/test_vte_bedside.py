"""The short form: what the record can't tell is asked, what is answered counts, and with it the task is over."""

from __future__ import annotations

import pytest

from medark.errors import UsageError
from medark.model.page import Field, Form
from medark.sdk.testing import Patient, TinyLake
from vte_ward import answer, inpatient, made, operated, ward


def form_of(lake: TinyLake, who: Patient, **query: str) -> Form:
    page = lake.page(made(), "assessment", {"person_id": str(who.person_id), **query})
    (form,) = [one for one in page if isinstance(one, Form)]
    return form


def asked(form: Form) -> dict[str, Field]:
    return {one.name: one for one in form.fields if one.kind == "yes_no"}


def fill(lake: TinyLake, who: Patient, **fields: str) -> int:
    return lake.fill(made(), "assessment", who, fields)


def test_only_what_can_not_be_judged_is_asked_of_the_scores_of_the_ward() -> None:
    lake = ward()
    medical, surgical = inpatient(lake), inpatient(lake)
    lake.diagnosed(medical, "heart failure", "2024-07-01 10:00")
    operated(lake, surgical, "81.5100")
    form = form_of(lake, medical)
    assert (form.saves, form.person_id) == (True, medical.person_id)
    assert "reduced_mobility" in asked(form)  # Padua: never told by data
    assert "heart_or_respiratory_failure" not in asked(form)
    assert "age_70" not in asked(form)
    assert "swollen_legs" not in asked(form)  # Caprini is for who is operated on
    assert "swollen_legs" in asked(form_of(lake, surgical))
    assert form.fields[-1].name == "rest_is_absent"


def test_all_items_can_be_asked_with_what_the_record_says() -> None:
    lake = ward()
    who = inpatient(lake)
    lake.diagnosed(who, "heart failure", "2024-07-01 10:00")
    fields = asked(form_of(lake, who, all="yes"))
    assert fields["heart_or_respiratory_failure"].note == "the record says: yes 2024-07-01"
    assert fields["reduced_mobility"].note == ""
    assert not [name for name in fields if name.startswith("age") or name == "male"]


def test_answers_count_and_the_task_is_over() -> None:
    lake = ward()
    who = inpatient(lake, "1954-01-01")  # 70: one point
    assert lake.tasks(made(), "assess") == [who]
    assert fill(lake, who, reduced_mobility="1", previous_vte="0", thrombophilia="") == 4
    (row,) = lake.dataset(made(), "score_padua")
    assert (row["least"], row["is_reduced_mobility"], row["is_previous_vte"]) == (4, True, False)
    assert row["is_thrombophilia"] is None  # left open, it stays as the record tells it
    assert lake.tasks(made(), "assess") == []
    (stands,) = lake.dataset(made(), "inpatients")
    assert (stands["assessed"], stands["risk"]) == (True, "high")


def test_the_rest_may_be_said_to_be_absent() -> None:
    lake = ward()
    who = inpatient(lake)
    names = list(asked(form_of(lake, who)))
    fill(lake, who, **{**dict.fromkeys(names, ""), "reduced_mobility": "1", "rest_is_absent": "yes"})
    (row,) = lake.dataset(made(), "score_padua")
    assert (row["least"], row["most"], row["unjudged"]) == (3, 3, 0)
    assert asked(form_of(lake, who)) == {}


def test_a_later_answer_goes_before_an_earlier_one_and_before_data() -> None:
    lake = ward()
    who = inpatient(lake)
    answer(lake, who, "reduced_mobility")
    lake.fill(made(), "assessment", who, {"reduced_mobility": "0"}, at="2024-07-02 10:00")
    (row,) = lake.dataset(made(), "score_padua")
    assert row["is_reduced_mobility"] is False


@pytest.mark.parametrize("told", ["perhaps", "2"])
def test_what_is_neither_yes_nor_no_is_refused_and_strange_fields_are_left_out(told: str) -> None:
    lake = ward()
    who = inpatient(lake)
    with pytest.raises(UsageError):
        fill(lake, who, reduced_mobility=told)
    assert fill(lake, who, nonsense="1") == 2  # only that somebody has assessed
