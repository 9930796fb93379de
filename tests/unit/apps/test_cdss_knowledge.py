"""What is known: its facts hold together, it is found in both languages, every card leads to its fact and source."""

from __future__ import annotations

import time
from collections import Counter
from functools import cache
from typing import Any

import pytest

from cdss_known import HERE, beside, clinic, made
from medark.apps.cdss.cards import cards
from medark.apps.cdss.knowledge.entry import KINDS
from medark.apps.cdss.knowledge.explaining import explained
from medark.apps.cdss.knowledge.facts import KINDS as ADVICE
from medark.apps.cdss.knowledge.facts import diagnoses, recommendations, sources, symptoms
from medark.apps.cdss.knowledge.known import Knowledge
from medark.apps.cdss.knowledge.made import knowledge
from medark.define.attached import attach


@cache
def known() -> Knowledge:
    attach(beside())
    try:
        return knowledge(cards(clinic().settings))
    finally:
        attach({})


@pytest.fixture
def read() -> Any:
    """The files of the application, as it reads them."""
    attach(beside())
    yield
    attach({})


def found(asked: str, most: int = 5) -> list[str]:
    return [one.id for one, _hit in known().search(asked, most)]


@pytest.mark.usefixtures("read")
def test_recommendations_name_what_there_is_in_both_languages() -> None:
    named, cited, lines = {one.id for one in diagnoses()}, sources(), recommendations()
    assert len(named) >= 25
    for line in lines:
        assert line.diagnosis in named
        assert line.kind in ADVICE
        assert line.text["en"].strip() and line.text["zh"].strip(), line.id
        assert cited[line.source].citation
    assert {one for shown in symptoms() for one in shown.diagnoses} <= named
    assert set(cited) == {line.source for line in lines}


@pytest.mark.usefixtures("read")
def test_every_diagnosis_says_what_to_test_treat_avoid_and_watch() -> None:
    told = Counter((line.diagnosis, line.kind) for line in recommendations())
    assert [key for one in diagnoses() for kind in ADVICE if not told[key := (one.id, kind)]] == []


@pytest.mark.usefixtures("read")
def test_no_line_is_told_twice_and_each_source_has_a_year_or_says_why_not() -> None:
    assert not [one for one, times in Counter(line.id for line in recommendations()).items() if times > 1]
    assert [one.id for one in sources().values() if not one.year.isdecimal()] == ["textbook_electrolytes"]
    assert {one.route for one in sources().values()} <= {"L", "S"}


def test_every_link_of_an_entry_leads_to_an_entry() -> None:
    entries = known().entries
    assert {link.other for one in entries.values() for link in one.links} <= set(entries)
    assert {one.kind for one in entries.values()} == set(KINDS)
    assert all(one.names["en"] and one.names["zh"] for one in entries.values())


def test_every_rule_names_its_source_and_what_is_unsure_is_marked() -> None:
    rules = [one for one in known().entries.values() if one.kind == "rule"]
    assert [one.id for one in rules if not one.source] == []
    assert {one.id for one in rules if "to be confirmed" in one.source and not one.to_be_confirmed} == set()
    assert known().entries["advice:hypertension.avoid.nsaid"].to_be_confirmed
    assert not known().entries["advice:af.avoid.aspirin_only"].to_be_confirmed


@pytest.mark.parametrize(
    "table", ["interactions", "allergies", "renal", "elderly", "qt", "critical", "delta", "monitoring"]
)
def test_every_row_of_the_facts_of_cards_is_an_entry(table: str) -> None:
    rows = (HERE / "facts" / f"{table}.csv").read_text(encoding="utf-8").splitlines()[1:]
    family = {"interactions": "ddi", "allergies": "allergy", "elderly": "beers"}.get(table, table)
    entries = [one for one in known().entries.values() if one.family == family and one.row]
    assert len(entries) == len(rows)


def test_every_card_is_an_entry() -> None:
    assert {f"card:{one.name}" for one in made().cards} <= set(known().entries)


@pytest.mark.parametrize(
    "asked", ["房颤", "心房颤动", "AF", "atrial fibrillation", "atrail fibrilation", "心房纤颤", "ＡＦ"]
)
def test_atrial_fibrillation_however_it_is_written(asked: str) -> None:
    assert found(asked)[0] == "disease:af"


@pytest.mark.parametrize(
    ("asked", "among"),
    [
        ("华法林 甲硝唑", "ddi:13"),
        ("warfrain metronidazole", "ddi:13"),
        ("登革热 布洛芬", "advice:dengue.avoid.nsaid"),  # ibuprofen is one of the NSAIDs that the line names
        ("高血钾", "disease:hyperkalaemia"),
        ("hyperkalemia", "disease:hyperkalaemia"),
        ("危急值 钾", "critical:china.k.adult"),
        ("糖尿病酮症", "disease:dka"),
        ("二甲双胍 肾", "renal:48"),
        ("扑热息痛", "drug:N02BE01"),
        ("普利", "group:C09A"),
        ("咳嗽", "symptom:cough"),
        ("CURB-65", "advice:cap.test.imaging"),
    ],
)
def test_questions_of_a_ward(asked: str, among: str) -> None:
    assert among in found(asked)


def test_a_question_takes_a_few_milliseconds() -> None:
    assert known().library
    begun = time.process_time()
    for asked in ("房颤 抗凝", "warfrain metronidazole", "普利 沙坦", "STEMI"):
        assert known().search(asked)
    assert (time.process_time() - begun) / 4 < 0.1


def test_a_drug_is_known_by_its_name_within_an_order() -> None:
    assert known().drugs_in("马来酸依那普利片 5mg") == ("drug:C09AA02",)
    assert known().drugs_in("Warfarin sodium 3 mg") == ("drug:B01AA03",)
    assert known().drugs_in("青霉素") == ("drug:J01CE01",)
    assert known().drugs_in("板蓝根颗粒") == ()


def test_the_way_from_two_drugs_over_a_group_to_the_interaction_the_card_and_the_source() -> None:
    values = {
        "left": "华法林钠片", "right": "布洛芬缓释胶囊", "object_en": "warfarin", "precipitant_en": "NSAIDs",
        "effect_en": "bleeding", "pairs": 1,
    }  # fmt: skip
    why = explained(known(), "interaction_major", values)
    assert why.fact is not None
    assert (why.fact.row["object_en"], why.fact.row["precipitant_en"]) == ("warfarin", "NSAIDs")
    ways = {(edge.start, edge.relation, edge.end) for edge in why.way.edges}
    assert ("drug:B01AA03", "about", why.fact.id) in ways
    assert ("drug:M01AE01", "is_one_of", "group:M01A") in ways
    assert ("group:M01A", "about", why.fact.id) in ways
    assert (why.fact.id, "shown_as", "card:interaction_major") in ways
    assert {edge.end for edge in why.way.edges if edge.start == why.fact.id and edge.relation == "told_by"}


def test_a_critical_value_leads_to_the_limits_of_this_place() -> None:
    values = {"lab_en": "Potassium", "lab_zh": "血钾", "value": 6.9, "low": 2.8, "high": 6.2, "unit": "mmol/L"}
    for scheme in ("china", "survey"):
        why = explained(known(), "critical_value", {**values, "scheme": scheme})
        assert why.fact is not None and why.fact.id == f"critical:{scheme}.k.adult"
        assert "test:k" in why.way.nodes


def test_a_card_without_a_table_of_facts_leads_to_its_tests_and_source() -> None:
    why = explained(known(), "acute_kidney_injury", {"stage": 2})
    assert why.fact is None and why.card is not None
    assert {"test:crea", "card:acute_kidney_injury"} < set(why.way.nodes)
    assert any(node.kind == "source" for node in why.way.nodes.values())
    nothing = explained(known(), "unheard_of", {})
    assert (nothing.card, nothing.fact, len(nothing.way.nodes)) == (None, None, 0)
