"""Rules: what each says, what triggers it, and that what it shares with others is worked out once"""

from __future__ import annotations

import datetime as dt

import pytest

from medark.define import Card, Rule, conditions, days, drugs, every, hours, index, measurements, today, visits
from medark.define import person as the_person
from medark.define.memory import Decision, Entry, RuleSet, moment_of
from medark.errors import DefinitionError
from unit.define.memory.people import ASPIRIN, BLEEDING, POTASSIUM, RESOLVED, TODAY, d, drug, ill, lab, person, stay

CARD = Card("高钾", "high potassium: {value}")
LAST = measurements.of(POTASSIUM).before(index.start, within=hours(48), bounds="[]").last()
VALUE = LAST.value_as_number.of_any_unit()
HIGH = Rule("high_potassium", VALUE > 6, CARD, {"value": VALUE})
BLEED = Rule("aspirin_and_bleed", drugs.of(ASPIRIN).exists() & conditions.of(BLEEDING).exists(), CARD)
OLD = Rule("old", the_person.age_on(today) > 60, CARD)
SOURCE = Rule("source", measurements.of(POTASSIUM, source=True).exists(), CARD)
RULES = RuleSet([HIGH, BLEED, OLD, SOURCE], RESOLVED)
NOW = dt.datetime(2024, 3, 1, 8)


def test_each_rule_says_true_false_or_missing() -> None:
    record = person(lab(1, d(2, 29, 9), 6.5), drug(1, d(1, 1)))
    assert RULES.judge(record, moment_of(record, NOW), today=TODAY) == [
        Decision("high_potassium", True, {"value": 6.5}),
        Decision("aspirin_and_bleed", False, {}),
        Decision("old", True, {}),
        Decision("source", False, {}),
    ]
    later = moment_of(record, NOW + dt.timedelta(9))
    assert RULES.judge(record, later, today=TODAY, only=["high_potassium"]) == [Decision("high_potassium", None, {})]


def test_an_event_triggers_the_rules_that_it_can_change() -> None:
    assert RULES.triggered_by("measurement", 1) == {"high_potassium"}
    assert RULES.triggered_by("measurement", 5, 11) == {"source"}
    assert RULES.triggered_by("measurement", 5) == RULES.triggered_by("note", None) == frozenset()
    assert (
        RULES.triggered_by("condition_occurrence", 4) == RULES.triggered_by("drug_exposure", 2) == {"aspirin_and_bleed"}
    )
    assert RULES.triggered_by("person", None) == {"high_potassium", "aspirin_and_bleed", "old", "source"}
    assert "old" in RULES.by_time


def test_what_is_triggered_is_what_changes() -> None:
    record = person(drug(1, d(1, 1)))
    grown = record.with_rows("condition_occurrence", [{"condition_occurrence_id": 1, "condition_concept_id": 4}])
    before, after = (RULES.judge(one, moment_of(record, NOW), today=TODAY) for one in (record, grown))
    changed = {one.rule for one, other in zip(after, before, strict=True) if one != other}
    assert changed == {"aspirin_and_bleed"} == RULES.triggered_by("condition_occurrence", 4)


def test_rules_of_a_population_are_triggered_by_its_rows() -> None:
    in_visits = RuleSet([BLEED], RESOLVED, population=every(visits))
    record = person(stay(3, d(2, 1), d(2, 3)), ill(1, d(1, 1)), drug(1, d(1, 1)))
    (entry,) = in_visits.entries(record, today=TODAY)
    assert entry == Entry(3, 7, d(2, 1, 0), d(2, 3, 0), 3)
    assert in_visits.judge(record, entry, today=TODAY)[0].fires
    assert in_visits.triggered_by("visit_occurrence", 9201) == {"aspirin_and_bleed"}
    assert not in_visits.by_time


def test_names_differ() -> None:
    with pytest.raises(DefinitionError, match="two rules have one name"):
        RuleSet([OLD, OLD], RESOLVED)


def test_what_rules_share_is_worked_out_once() -> None:
    rises = measurements.of(POTASSIUM).paired_with(measurements.of(POTASSIUM), within=days(2))
    shared = [Rule(f"r{no}", rises.count() > no, CARD) for no in range(40)]
    record = person(*(lab(no, d(2, 1, no % 24), 1.0) for no in range(24)))
    rules = RuleSet(shared, RESOLVED)
    asked: list[int] = []
    table = record.table("measurement")
    original = table.among

    class Counting(type(table)):  # type: ignore[misc]
        __slots__ = ()

        def among(self, place: int, values: frozenset[int]) -> list[tuple[object, ...]]:
            asked.append(place)
            return original(place, values)

    counting = Counting(table.rows)
    record = type(record)(record.person_id, {}, {"measurement": counting})
    found = rules.judge(record, moment_of(record, NOW), today=TODAY)
    assert sum(one.fires is True for one in found) == 40
    assert len(asked) <= 2
