"""Descriptions: every phrase in both languages, windows recognised, and never longer than what they tell of."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from medark.define import (
    Card,
    Cohort,
    Criterion,
    Dataset,
    Frame,
    Rule,
    Series,
    codes,
    concepts,
    conditions,
    days,
    drugs,
    everyone,
    greatest,
    hours,
    index,
    least,
    measurements,
    months,
    observation_periods,
    person,
    sum_of,
    visits,
    when,
)
from medark.define.answers import describe
from medark.define.answers.describe.phrases import LANGUAGES, phrases
from medark.define.definitions.rule import INDICATORS
from medark.define.operators import AGGREGATES, OPERATORS
from medark.define.tables import TABLES
from medark.errors import DefinitionError
from medark.model import omop

LABS = measurements.of(concepts("potassium", 3023103))


def told(value: Series, language: str = "en") -> str:
    """What is said of one value."""
    text = describe(Dataset(everyone(), {"a": value}), language)
    return text.split("- a: " if language == "en" else "- a：")[1].partition("\n")[0]


def rows(frame: Frame, language: str = "en") -> str:
    """What is said of rows."""
    return told(frame.exists(), language).removeprefix("there is " if language == "en" else "有")


def test_both_languages_have_the_same_phrases_but_for_columns_that_english_has_as_they_are() -> None:
    english, chinese = (
        {key for key in phrases(language).all if not key.startswith(("columns.", "stems."))} for language in LANGUAGES
    )
    assert english == chinese


def test_a_phrase_has_the_same_places_in_both_languages() -> None:
    english, chinese = (phrases(language).all for language in LANGUAGES)
    differing = {key for key in english.keys() & chinese.keys() if places(english[key]) != places(chinese[key])}
    assert {key for key in differing if not key.startswith("pick.")} == set()  # "the last row", "of the rows the last"


def places(phrase: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", phrase))


def test_everything_that_can_be_said_has_words() -> None:
    keys = phrases("en").all.keys()
    assert {f"nouns.{table}.{form}" for table in TABLES for form in ("bare", "one", "many")} <= keys
    assert {f"operators.{name}" for name in OPERATORS} <= keys
    assert {f"aggregate.{name}" for name in AGGREGATES} <= keys
    assert {f"definition.indicator.{name}" for name in INDICATORS} <= keys


def test_every_column_has_a_chinese_name() -> None:
    latin = re.compile("UID|DRG|NLP|WADO-RS")
    for table in TABLES:
        for column in omop.lake_columns(table):
            name = latin.sub("", phrases("zh").column(column.name))
            assert not re.search("[A-Za-z]", name), column.name


@pytest.mark.parametrize("operator", [name for name in AGGREGATES if name not in ("exists", "count")])
def test_aggregates(operator: str) -> None:
    assert "potassium" in told(getattr(LABS, operator)(LABS.value_in("mmol/L")))


@pytest.mark.parametrize(
    ("frame", "english", "chinese"),
    [
        (
            LABS.before(index.start_date, within=days(90)),
            "in the 90 days before the index day (the day exactly 90 days before counted, the day itself not counted)",
            "索引日前 90 天内（含恰好 90 天前的那一天，不含当日）",
        ),
        (
            LABS.after(index.start, within=hours(48), bounds="()"),
            "in the 48 hours after the index time (that very time not counted, exactly 48 hours after not counted)",
            "索引时刻后 48 小时内（不含该时刻本身，不含恰好 48 小时后的时刻）",
        ),
        (LABS.before(index.start_date), "before the index day (not on that day)", "索引日之前（不含当日）"),
        (LABS.before(index.start_date, bounds="[]"), "on or before the index day", "索引日及以前"),
        (LABS.after(index.end), "after the index end (not at that very time)", "索引结束时刻之后（不含该时刻）"),
        (LABS.after(index.end, bounds="[]"), "at or after the index end", "索引结束时刻及以后"),
        (
            LABS.between(index.start_date - months(12), index.start_date - days(1), bounds="[)"),
            "from 1 year before the index day (counted) to 1 day before the index day (not counted)",
            "索引日前 1 年（含）至索引日前 1 天（不含）",
        ),
        (LABS.in_visit(), "in the index visit", "本次就诊期间"),
    ],
)
def test_windows_are_told_as_windows(frame: Frame, english: str, chinese: str) -> None:
    assert rows(frame) == f"a measurement of “potassium” {english}"
    assert rows(frame, "zh") == f"{chinese}的「potassium」检验检查结果"


@pytest.mark.parametrize(
    ("frame", "english"),
    [
        (drugs.before(index.start_date), "a drug exposure starting before the index day (not on that day)"),
        (drugs.before(index.start_date, by="end"), "a drug exposure ending before the index day (not on that day)"),
        (
            drugs.overlapping(index.start_date, index.end_date),
            "a drug exposure sharing a day with the time from the index day to the index end day (both counted)",
        ),
        (
            drugs.overlapping(index.start, index.start),
            "a drug exposure under way at the index time (its start and end counted)",
        ),
        (
            observation_periods.where(
                observation_periods.start_date <= index.start_date - days(365),
                observation_periods.end_date >= index.start_date,
            ),
            (
                "an observation period starting on or before 365 days before the index day"
                " and ending on or after the index day"
            ),
        ),
        (
            drugs.where(index.start <= drugs.start),
            "a drug exposure starting at or after the index time",
        ),
        (
            conditions.of(codes("MI", "ICD10CM", "I21", prefix=True), source=True),
            "a condition with a source code of “MI”",
        ),
        (
            conditions.of(concepts("a", 1)).of(concepts("b", 2)),
            "a condition of “a” and at once of “b”",
        ),
        (
            drugs.paired_with(conditions.before(index.start_date), within=days(3), order="not_before"),
            (
                "a pair of a drug exposure (A) and a condition starting before the index day (not on that day) (B),"
                " B starting with A or after it, no more than 3 days from day to day"
            ),
        ),
        (drugs.run_together(gap=days(1)), "a run of drug exposures, with gaps of at most 1 day within it"),
    ],
)
def test_rows(frame: Frame, english: str) -> None:
    assert rows(frame) == english


@pytest.mark.parametrize(
    ("value", "english"),
    [
        (visits.where(visits.visit_concept_id.is_in([9201])).exists(),
         "there is a visit where visit concept is inpatient visit (9201)"),
        (LABS.where(LABS.unit_concept_id == 8753).exists(),
         "there is a measurement of “potassium” where unit concept is mmol/L"),
        (least(visits.min(visits.start)), "the earliest start of visits"),
        (greatest(visits.min(visits.start), index.start),
         "the latest of: the earliest start of visits, the index time"),
        (person.month_of_birth.if_missing(7), "the person's month of birth (where missing: 7)"),
        (person.month_of_birth.if_missing(person.day_of_birth).if_missing(7),
         "the person's month of birth (where missing, the first that is known: the person's day of birth, 7)"),
        (index.start_date + days(person.day_of_birth), "the index day plus the person's day of birth (in days)"),
        ((person.year_of_birth + 1) * 2, "(the person's year of birth + 1) × 2"),
        (person.year_of_birth - (person.year_of_birth - 1) - 1,
         "(the person's year of birth − (the person's year of birth − 1)) − 1"),
        ((visits.exists() | drugs.exists()) & conditions.exists(),
         "(there is a visit or there is a drug exposure) and there is a condition"),
        (~(visits.exists() & drugs.exists()), "not: (there is a visit and there is a drug exposure)"),
        (~visits.exists(), "there is no visit"),
        (visits.where(visits.care_site_id == 3).exists() & drugs.exists(),
         "(there is a visit where care site id is 3) and there is a drug exposure"),
        (visits.last().start.is_known(), "start of the last visit by start is known"),
        (person.gender_concept_id != 8507, "the person's gender is not male (8507)"),
        (person.gender_concept_id.is_in([8507, 8532]), "the person's gender is one of male (8507), female (8532)"),
        (LABS.last().value_in("mmol/L", unit_if_missing="umol/L"),
         "value of the last measurement of “potassium” by time in mmol/L (without a unit: × 0.001)"),
        (sum_of(when(visits.exists()).then(1).otherwise(0), when(drugs.exists()).then(2).otherwise(0)) >= 2,
         "(1 if there is a visit; otherwise 0) + (2 if there is a drug exposure; otherwise 0) ≥ 2"),
        (index.start - days(0) > index.end, "0 days after the index time is after the index end"),
    ],
)  # fmt: skip
def test_values(value: Series, english: str) -> None:
    assert told(value) == english


def test_a_long_part_that_is_used_often_is_told_once() -> None:
    last = LABS.before(index.start, within=days(90)).last()
    text = describe(Dataset(everyone(), {"a": last.start, "b": last.value_in("mmol/L")}), "en")
    assert "- a: time of [1]\n" in text
    assert "- b: value of [1] in mmol/L\n" in text
    assert text.count("in the 90 days before") == 1


def doubled(value: Series, operator: Callable[[Series, Series], Series]) -> Series:
    for _ in range(60):
        value = operator(value, value)
    return value


@pytest.mark.parametrize(
    "value",
    [
        doubled(person.year_of_birth, lambda a, b: a + b),
        doubled(person.year_of_birth, lambda a, b: a * b),
        doubled(conditions.exists(), lambda a, b: a & b),
        doubled(conditions.exists(), lambda a, b: a | (b & a)),
    ],
)
def test_a_graph_is_told_in_as_many_words_as_it_has_parts(value: Series) -> None:
    assert len(describe(Dataset(everyone(), {"a": value}), "zh")) < 20_000


def test_what_is_too_deep_is_refused() -> None:
    value = person.year_of_birth
    for _ in range(350):
        value = -(value - 1)
    with pytest.raises(DefinitionError, match="too deep"):
        describe(Dataset(everyone(), {"a": value}), "en")


def test_many_conditions_are_a_list() -> None:
    several = conditions.exists() & drugs.exists() & visits.exists()
    text = describe(Rule("r", several, Card("一", "one")), "en")
    assert "- **Fires where**: all of these:\n  - there is a condition\n  - there is a drug exposure\n" in text
    cohort = Cohort("c", visits, [Criterion("x", several), Criterion("y", drugs.exists())])
    assert "  1. x: all of these:\n     - there is a condition\n" in describe(cohort, "en")


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(DefinitionError, match="fr"):
        describe(Dataset(everyone(), {}), "fr")
