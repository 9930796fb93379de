"""The pages of the ward: counts, lists, one person's items with their evidence, and the short form."""

from __future__ import annotations

from typing import Any

from medark.model.page import Block, DataTable, Form, KeyFigures, Label, Text
from vte_ward import answer, inpatient, made, operated, ward


def tables(blocks: tuple[Block, ...]) -> list[DataTable]:
    return [one for one in blocks if isinstance(one, DataTable)]


def figures(blocks: tuple[Block, ...]) -> dict[str, Any]:
    return {each.label: each.value for one in blocks if isinstance(one, KeyFigures) for each in one.figures}


def test_the_ward_by_risk_and_prophylaxis_and_filtered_by_them() -> None:
    lake = ward()
    calm, operated_on = inpatient(lake), inpatient(lake)
    operated(lake, operated_on, "81.5100")
    counts, people = tables(lake.page(made(), "inpatients"))
    assert counts.rows == (("low", 1, 0, 0), ("moderate", 0, 0, 0), ("high", 0, 1, 0))
    assert {row[0] for row in people.rows} == {calm.person_id, operated_on.person_id}
    _counts, high = tables(lake.page(made(), "inpatients", {"risk_words_zh": "高危", "state_words_zh": ""}, "zh"))
    assert [row[0] for row in high.rows] == [operated_on.person_id]
    assert [str(cell) for cell in high.rows[0][1:5]] == ["外科", "2", "高危", "高危"]


def test_the_worklist_is_whom_nobody_has_assessed() -> None:
    lake = ward()
    seen, unseen, worse = inpatient(lake), inpatient(lake), inpatient(lake, "1940-01-01")
    answer(lake, seen, "assessed")
    page = lake.page(made(), "worklist")
    assert figures(page) == {"not assessed": 2, "assessed": 1, "share of inpatients assessed": 33}
    (people,) = tables(page)
    assert [row[0] for row in people.rows] == [worse.person_id, unseen.person_id]
    assert people.rows[0][-1] == Label("assess", f"assessment?person_id={worse.person_id}")


def test_one_person_with_questions_items_and_evidence() -> None:
    lake = ward()
    who, _other = inpatient(lake, "1954-01-01"), inpatient(lake)
    lake.diagnosed(who, "heart failure", "2024-07-01 10:00")
    page = lake.page(made(), "assessment", {"person_id": str(who.person_id)}, "en")
    _which, summary, *items = tables(page)
    assert [str(row[0]) for row in summary.rows][:2] == ["Caprini score (2005)", "Padua prediction score"]
    assert len(summary.rows) == 10
    assert [one.title for one in items] == ["Padua prediction score", "Bleeding risk factors, medical"]
    told = [(row[0], row[1], str(row[2]), row[3]) for row in items[0].rows]
    assert told[1] == ("Heart and/or respiratory failure", 1.0, "yes", "2024-07-01")
    assert ("Reduced mobility (bed rest with bathroom privileges for >=3 days)", 3.0, "ask", None) in told
    assert told[-1][2] == "no"
    assert any("Barbar" in one.markdown for one in page if isinstance(one, Text))


def test_who_is_in_hospital_is_offered_until_somebody_is_chosen() -> None:
    lake = ward()
    who = inpatient(lake)
    (people,) = tables(lake.page(made(), "assessment"))
    assert [row[0] for row in people.rows] == [who.person_id]
    assert tables(lake.page(made(), "assessment", {"person_id": "99"})) == []


def test_the_short_form_adds_up_answers_and_asks_for_nobody() -> None:
    page = ward().page(made(), "questions", {"score": "Padua prediction score", "padua-previous_vte": "yes"})
    assert figures(page)["Padua prediction score"] == 3
    (form,) = [one for one in page if isinstance(one, Form)]
    assert not [field for field in form.fields if "person" in field.name]
    asked = {
        "score": "Caprini 评分(2005版)", "caprini-minor_surgery": "yes", "caprini-major_surgery_gt_45min": "yes",
        "caprini-ibd": "yes",
    }  # fmt: skip
    page = ward().page(made(), "questions", asked, "zh")
    assert figures(page)["Caprini 评分(2005版)"] == 3
    (first, *_others) = [each for one in page if isinstance(one, KeyFigures) for each in one.figures]
    assert first.note == "中危"
