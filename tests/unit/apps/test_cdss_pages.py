"""Pages of decision support: one patient, a search, an entry, why a card was shown, recommendations, how cards end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cdss_known import HERE, answer, born, clinic, made
from medark.errors import UsageError
from medark.model.page import Block, DataTable, Figure, Form, Heading, KeyFigures, Label, PersonLink, Text
from medark.sdk import FilledForm, View
from medark.sdk.shows import Answer
from medark.sdk.testing import Patient, TinyLake, contract_tests

TestContract = contract_tests(HERE)


@pytest.fixture(scope="module")
def lake() -> TinyLake:
    """An old man with atrial fibrillation, warfarin and ibuprofen, and a potassium of 6.9; and somebody healthy."""
    lake = clinic()
    who = lake.person(born(74), "M")
    for drug in ("华法林钠片", "布洛芬缓释胶囊"):
        lake.row("drug_exposure", who, "x", at="2024-07-01", until="2024-07-10", drug_source_value=drug)
    for code, day in (("I48.900x004", "2024-01-01"), ("I10.x00x002", "2024-02-01"), ("J06.900", "2024-05-01")):
        lake.row("condition_occurrence", who, "x", at=day, condition_source_value=code)
    lake.measured(who, "potassium", 6.9, "mmol/L", at="2024-07-03 07:00")
    lake.person(born(30), "F")
    return lake


def page(lake: TinyLake, path: str, language: str = "en", **query: str) -> tuple[Block, ...]:
    return lake.page(made(), path, query, language)


def tables(blocks: tuple[Block, ...]) -> dict[str, DataTable]:
    return {one.title: one for one in blocks if isinstance(one, DataTable)}


def cells(row: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(str(cell) for cell in row)


def of(blocks: tuple[Block, ...], kind: type) -> list[Any]:
    return [one for one in blocks if isinstance(one, kind)]


# -- one patient ----------------------------------------------------------------------------------------------------


def test_a_patient_has_cards_diagnoses_risks_and_questions(lake: TinyLake) -> None:
    shown = page(lake, "patient", person_id="1")
    (figures,) = of(shown, KeyFigures)
    assert {one.label: one.value for one in figures.figures} == {"critical": 1, "warning": 1, "note": 0, "diagnoses": 3}
    cards = tables(shown)["Cards now"].rows
    assert [cells(row)[0] for row in cards] == ["critical", "warning"]
    assert [row[1].page for row in cards] == [
        "why?card=critical_value&person_id=1", "why?card=interaction_major&person_id=1",
    ]  # fmt: skip
    told = [cells(row)[:2] for row in tables(shown)["Diagnoses with recommendations"].rows]
    assert told[0] == ("Upper airway infection and acute bronchitis", "2024-05-01")
    assert told[1:] == [("Hypertension", "2024-02-01"), ("Atrial fibrillation", "2024-01-01")]


def test_risks_are_a_value_a_range_or_what_is_missing(lake: TinyLake) -> None:
    risks = {
        cells(row)[0].partition(" (")[0]: cells(row)
        for row in tables(page(lake, "patient", person_id="1"))["Risks"].rows
    }
    assert risks["CHA2DS2-VASc"][1:4] == ("2", "high", "—")  # hypertension and 65 to 74 years
    assert risks["Pooled cohort equations"][1] == "can't be judged"
    assert "total cholesterol" in risks["Pooled cohort equations"][3]
    assert risks["FINDRISC"][1] == "4–26"
    assert risks["Kidney function"][1:4] == ("can't be judged", "—", "creatinine (mg/dL)")
    assert "China-PAR" not in risks


def test_who_is_not_made_for_is_told_so(lake: TinyLake) -> None:
    risks = [cells(row) for row in tables(page(lake, "patient", "zh", person_id="2"))["疾病风险"].rows]
    assert [row[1] for row in risks] == ["不适用", "无法判断", "无法判断", "无法判断"]


def test_questions_are_those_that_nobody_can_tell_and_become_answers(lake: TinyLake) -> None:
    (form,) = [one for one in of(page(lake, "patient", person_id="1"), Form) if one.saves]
    names = [field.name for field in form.fields]
    assert form.person_id == 1
    assert "smoker" in names and "waist" in names
    assert not {"total_cholesterol", "waist_large", "age_65", "female"} & set(names)
    (patient,) = [one for one in made().pages if one.path == "patient"]
    assert patient.save is not None
    filled = {"smoker": "1", "waist": "95.5", "inactive": "0", "family_first": ""}
    found = patient.save(FilledForm(1, filled, lake.now))
    assert {one.item: one.value for one in found} == {"cdss:smoker": 1.0, "cdss:waist": 95.5, "cdss:inactive": 0.0}
    with pytest.raises(UsageError):
        patient.save(FilledForm(1, {"waist": "wide"}, lake.now))


def test_an_answer_narrows_the_range() -> None:
    lake = clinic()
    who = lake.person(born(74), "M")
    answer(lake, who, "diabetes", 0.0)
    assert _findrisc(lake, who) == "4–26"
    answer(lake, who, "inactive", 1.0)
    assert _findrisc(lake, who) == "6–26"
    answer(lake, who, "family_first", 0.0)
    answer(lake, who, "family_second", 0.0)
    assert _findrisc(lake, who) == "6–21"


def _findrisc(lake: TinyLake, who: Patient) -> str:
    rows = tables(page(lake, "patient", person_id=str(who.person_id)))["Risks"].rows
    return next(cells(row)[1] for row in rows if "FINDRISC" in cells(row)[0])


def test_nobody_is_shown_until_somebody_is_asked_for(lake: TinyLake) -> None:
    for query in ({}, {"person_id": "99"}, {"person_id": "x"}):
        assert not tables(page(lake, "patient", **query))
        assert not tables(page(lake, "diagnosis", **query))
        assert not of(page(lake, "why", **query, card="critical_value"), PersonLink)


# -- why ------------------------------------------------------------------------------------------------------------


def test_why_two_drugs_are_warned_of(lake: TinyLake) -> None:
    shown = page(lake, "why", "zh", card="interaction_major", person_id="1")
    assert of(shown, Heading)[0].text.startswith("严重相互作用：华法林 + 非甾体抗炎药")
    told = dict(cells(row) for row in tables(shown)["规则所用数据"].rows)
    assert (told["药品一"], told["药品二"]) == ("华法林钠片", "布洛芬缓释胶囊")
    (figure,) = of(shown, Figure)
    ways = {cells(row) for row in figure.table.rows}
    assert ("布洛芬", "属于", "非甾体抗炎药") in ways
    assert ("非甾体抗炎药", "涉及", "华法林 × 非甾体抗炎药") in ways
    assert ("华法林 × 非甾体抗炎药", "提示为", "严重相互作用") in ways
    facts = tables(shown)["规则与知识"].rows
    assert cells(facts[0])[3] == "product labels (FDA, EMA)"
    assert of(shown, PersonLink)[0].person_id == 1


def test_a_card_that_no_longer_stands_leads_to_what_is_known_of_it(lake: TinyLake) -> None:
    shown = page(lake, "why", card="critical_value", person_id="2")
    assert "does not stand" in of(shown, Text)[0].markdown
    ((label, _source),) = of(shown, DataTable)[0].rows
    assert label == Label("Critical value", "entry?id=card:critical_value")
    assert not of(page(lake, "why", card="<script>", person_id="1"), DataTable)


def test_every_card_leads_to_its_page(lake: TinyLake) -> None:
    for card in lake.cards(made(), Patient(1), language="zh"):
        (link,) = [one for one in card.links if one.label == "提示依据"]
        assert link.url.startswith("/console/app/cdss/why?card=") and link.url.endswith("person_id={person_id}")


# -- what is known --------------------------------------------------------------------------------------------------


def test_a_search_in_both_languages(lake: TinyLake) -> None:
    (found,) = of(page(lake, "search", "zh", q="房颤 抗凝"), DataTable)
    assert found.rows[0][0].page == "entry?id=advice:af.treat.doac"
    (drugs,) = of(page(lake, "search", q="warfrain", kind="drug"), DataTable)
    assert [cells(row)[:2] for row in drugs.rows] == [("warfarin", "drug")]
    assert "Nothing is known" in of(page(lake, "search", q="zzzzqq"), Text)[0].markdown
    assert "diagnoses" in of(page(lake, "search"), Text)[0].markdown
    assert of(page(lake, "search", q="AF", kind="nonsense"), DataTable)[0].rows


def test_an_entry_is_drawn_with_what_it_is_linked_with(lake: TinyLake) -> None:
    shown = page(lake, "entry", id="advice:hypertension.avoid.dual_ras")
    assert of(shown, Heading)[0].text == "Hypertension: what to avoid"
    (figure,) = of(shown, Figure)
    text = "Do not combine an ACE inhibitor with an angiotensin receptor blocker"
    assert ("Hypertension", "what to avoid", text) in {cells(row) for row in figure.table.rows}
    beside = {cells(row)[0] for row in tables(shown)["Beside it"].rows}
    assert {"Hypertension", "ACE inhibitors", "Angiotensin receptor blockers"} < beside
    assert len(figure.vega_lite["layer"]) == 3
    assert not of(page(lake, "entry", id="gone"), Figure)


def test_what_is_unsure_is_marked(lake: TinyLake) -> None:
    told = page(lake, "diagnosis", diagnosis="hypertension")
    (table,) = of(told, DataTable)
    marked = [row[2] for row in table.rows if isinstance(row[2], Label)]
    assert [one.mark for one in marked] == ["warning"]
    assert "to be confirmed" in marked[0].text


def test_recommendations_of_the_patient_at_hand_the_newest_first(lake: TinyLake) -> None:
    shown = page(lake, "diagnosis", "zh", person_id="1")
    assert [one.text for one in of(shown, Heading)[1:]] == ["急性上呼吸道感染与急性支气管炎", "高血压", "心房颤动"]
    kinds = [cells(row)[0] for row in of(shown, DataTable)[2].rows]
    assert kinds == sorted(kinds, key=("检查", "治疗", "避免", "监测").index)
    one = page(lake, "diagnosis", person_id="1", diagnosis="gout")
    assert [heading.text for heading in of(one, Heading)[1:]] == ["Gout"]
    nothing = page(lake, "diagnosis", person_id="2")
    assert "None of the diagnoses" in of(nothing, Text)[0].markdown


# -- how cards end --------------------------------------------------------------------------------------------------


def quality(rows: list[Mapping[str, Any]], language: str = "en") -> tuple[Block, ...]:
    (found,) = [one for one in made().pages if one.path == "quality"]
    return found.body(View({"ends": Answer(rows, len(rows))}, clinic().settings, {}, language))


def test_how_cards_end_by_card_and_by_reason() -> None:
    def end(rule: str, outcome: str, reason: str, count: int | None) -> dict[str, Any]:
        return {"rule": rule, "outcome": outcome, "reason": reason, "count": count}

    shown = quality([
        end("critical_value", "accepted", "", 20),
        end("critical_value", "overridden", "urn:medark:override|data_wrong", 4),
        end("elderly", "overridden", "urn:medark:override|benefit", 30), end("elderly", "overridden", "", 11),
        end("elderly", "shown", "", 50), end("elderly", "silenced", "", None), end("gone", "shown", "", 1),
    ])  # fmt: skip
    (figures,) = of(shown, KeyFigures)
    assert [one.value for one in figures.figures] == [51, 20, 45, None]
    by_card, by_reason = of(shown, DataTable)
    assert [cells(row) for row in by_card.rows] == [
        ("Best avoided in old age", "50", "0", "41", "None"), ("Critical value", "0", "20", "4", "0"),
        ("gone", "1", "0", "0", "0"),
    ]  # fmt: skip
    assert [cells(row) for row in by_reason.rows] == [
        ("benefit outweighs the risk", "30"), ("none given", "11"), ("the data are wrong or old", "4"),
    ]  # fmt: skip


def test_nothing_has_ended_yet(lake: TinyLake) -> None:
    assert "No card has been shown" in of(page(lake, "quality"), Text)[0].markdown
