"""A dozen definitions as clinicians would write them; between them they have every kind of node"""

from __future__ import annotations

import datetime as dt

from medark.define import (
    Band,
    Card,
    Cohort,
    Criterion,
    Dataset,
    Item,
    Keep,
    Measure,
    Rule,
    Score,
    Tally,
    all_of,
    any_of,
    at_least_n_of,
    case,
    codes,
    concepts,
    condition_eras,
    conditions,
    costs,
    date_of,
    days,
    death,
    drugs,
    either,
    every,
    everyone,
    everyone_each,
    greatest,
    hours,
    index,
    least,
    measurements,
    missing,
    months,
    note_terms,
    observation_periods,
    person,
    procedures,
    today,
    visits,
    when,
    years,
)
from medark.define.definitions import Definition

CREATININE = concepts("creatinine", 3016723, 3020564)
POTASSIUM = concepts("potassium", 3023103)
DIABETES = concepts("type 2 diabetes", 201826, descendants=True, source="SNOMED 44054006")
GESTATIONAL = concepts("gestational diabetes", 4024659, descendants=True)
HEART_FAILURE = codes("heart failure", "ICD10CM", "I50", prefix=True)
METFORMIN = concepts("metformin", 1503297, descendants=True)
WARFARIN = concepts("warfarin", 1310149, descendants=True)
ASPIRIN = concepts("aspirin", 1112807, descendants=True)
INPATIENT = concepts("inpatient visit", 9201, 262)
MALE, FEMALE = 8507, 8532

new_users = Cohort(
    "new_users_of_metformin",
    drugs.of(METFORMIN),
    inclusion=[
        Keep("first"),
        Criterion("adult", person.age_on(index.start) >= 18),
        Criterion(
            "watched_for_a_year",
            observation_periods.where(
                observation_periods.start_date <= index.start_date - days(365),
                observation_periods.end_date >= index.start_date,
            ).exists(),
        ),
        Criterion("diabetes", conditions.of(DIABETES).before(index.start, within=days(365), bounds="[]").exists()),
        Criterion(
            "not_gestational", ~conditions.of(GESTATIONAL).between(index.start - days(270), index.start).exists()
        ),
    ],
    exit=index.start_date + days(180),
    era_gap=days(30),
    within=(dt.date(2015, 1, 1), None),
    source="made up for tests",
)

potassium = measurements.of(POTASSIUM).after(index.start, within=hours(48), bounds="[]")
last_potassium = potassium.last_by(measurements.start)
high_potassium = Rule(
    "high_potassium",
    when=last_potassium.value_in("mmol/L", unit_if_missing="mmol/L") > 6.0,
    card=Card("血钾 {k} mmol/L", "Potassium {k} mmol/L", "critical", "请复查", "Repeat it"),
    values={"k": last_potassium.value_in("mmol/L", unit_if_missing="mmol/L"), "at": last_potassium.start},
    task="review_potassium",
    cooldown=hours(12),
    source="made up for tests",
)

creatinine = measurements.of(CREATININE)
rises = creatinine.paired_with(creatinine, within=hours(48), order="after")
kidney = Dataset(
    every(visits.of(INPATIENT)),
    {
        "age": person.age_on(index.start),
        "rise": rises.where(
            rises.right.value_in("umol/L", analyte="creatinine") - rises.left.value_in("umol/L", analyte="creatinine")
            >= 26.5
        ).exists(),
        "highest": creatinine.in_visit().max(measurements.value_in("umol/L", analyte="creatinine")),
        "first_day": rises.first_by(rises.left.start, rises.right.start).right.start_date,
        "abnormal": creatinine.where(measurements.value_as_number.of_any_unit() > 200.0).count_distinct(
            measurements.start_date
        ),
    },
    "kidney",
)

stroke_risk = Score(
    "stroke_risk",
    [
        Item(
            "heart_failure", conditions.of(HEART_FAILURE, source=True).before(index.start).exists(), 1, "心力衰竭", "HF"
        ),
        Item("age_75", person.age_on(index.start) >= 75, 2, "年龄 ≥75 岁", "age 75 or more"),
        Item(
            "age_65",
            all_of(person.age_on(index.start) >= 65, person.age_on(index.start) < 75),
            1,
            "年龄 65–74 岁",
            "age 65 to 74",
        ),
        Item("female", person.gender_concept_id == FEMALE, 1, "女性", "female"),
        Item(
            "diabetes", conditions.of(DIABETES).before(index.start, within=years(5)).exists(), 1, "糖尿病", "diabetes"
        ),
    ],
    [Band("low", 0, "低危", "low"), Band("high", 2, "高危", "high", "consider anticoagulation")],
    source="after Lip 2010, Chest 137:263",
)

readmission = Measure(
    "readmission",
    every(visits.of(INPATIENT)),
    numerator=visits.of(INPATIENT).after(index.end_date, within=days(30)).exists(),
    denominator=death.start_date.is_missing() | (death.start_date > index.end_date),
    exclusions=index.visit.is_missing(),
    by={"sex": case((person.gender_concept_id == MALE, "male"), (person.gender_concept_id == FEMALE, "female"))},
    intervals=months(3),
)

eras = drugs.of(METFORMIN).run_together(gap=days(30), end=greatest(drugs.end_date, drugs.start_date + days(30)))
long_use = eras.where((eras.end_date - eras.start_date).days >= 180)
adherence = Dataset(
    everyone_each(months(6), dt.date(2020, 1, 1), 4),
    {
        "long_use": long_use.overlapping(index.start_date, index.end_date).exists(),
        "stays": long_use.sum(eras.events),
        "last_start": long_use.last_by(eras.start_date).start_date,
        "era_of_table": condition_eras.of(DIABETES).count(),
    },
    "adherence",
)

bleeding = conditions.where(conditions.condition_source_value.lower().starts_with("k92", "i85"))
followed = bleeding.where(
    bleeding.at_each(procedures.after(index.start_date, within=days(7), bounds="[]").exists()),
)
interactions = drugs.of(WARFARIN).paired_with(drugs.of(ASPIRIN), order="overlap")
safety = Dataset(
    everyone(),
    {
        "followed": followed.count(),
        "together": interactions.exists(),
        "first_together": interactions.first().left.start_date,
        "terms": note_terms.where(note_terms.lexical_variant.contains("bleed")).exists(),
        "paid": costs.sum(costs.total_paid),
        "by_visit": visits.where(
            visits.at_each(conditions.in_visit().of(DIABETES).exists()),
        ).exists(),
        "age_today": (today - person.birth_date).years,
    },
)

everything = Dataset(
    everyone(dt.date(2024, 2, 29)),
    {
        "band": when(person.age_on(index.start) < 18).then("child").otherwise_missing(),
        "nothing": missing(person.year_of_birth),
        "named": conditions.last().condition_source_value.code_of({"高血压": "I10", "hypertension": "I10"}),
        "kind": conditions.except_where(conditions.condition_status_concept_id.is_in([32902, 32890])).count(),
        "odd": conditions.where((conditions.start.hour >= 22) | (conditions.start.hour < 6)).exists(),
        "made": date_of(person.year_of_birth + 18, 1, 1),
        "bmi": (person.year_of_birth / 2.0).round(1),
        "log": (person.year_of_birth * 1.0).ln().if_missing(0.0),
        "many": at_least_n_of(2, conditions.exists(), drugs.exists(), procedures.exists()),
        "code": conditions.of(HEART_FAILURE).last().condition_source_value.without("."),
        "earliest": least(conditions.of(DIABETES).min(conditions.start_date), dt.date(2030, 1, 1)),
        "mean": measurements.of(POTASSIUM).mean(measurements.value_in("mmol/L")),
        "either": any_of(conditions.of(DIABETES).exists(), drugs.of(METFORMIN).exists()),
        "visit_day": index.start.date + days(1),
        "hours": (index.end - index.start).hours,
    },
)

nested = Dataset(Cohort("stay", new_users, [Criterion("long", (index.end - index.start).days > 30)]), {
    "again": drugs.of(METFORMIN).after(index.end).exists(),
})  # fmt: skip

events = Dataset(
    either(
        every(conditions.of(DIABETES)),
        every(drugs.of(METFORMIN), start=drugs.start_date, end=drugs.start_date + days(30)),
    ),
    {
        "soon": conditions.where(
            conditions.at_each(procedures.between(index.start, index.end).exists(), end=conditions.start_date + days(3))
        ).count(),
    },
    "events",
)

medicines = Tally(
    {"布洛芬": "antipyretic", "布洛芬糖浆": "children", "ibuprofen": "antipyretic"}, by="drug_class", name="medicines",
    source="words ours",
)  # fmt: skip

OF_NOBODY: dict[str, Definition] = {"medicines": medicines}
EXAMPLES: dict[str, Definition] = {
    "new_users": new_users,
    "high_potassium": high_potassium,
    "kidney": kidney,
    "stroke_risk": stroke_risk,
    "readmission": readmission,
    "adherence": adherence,
    "safety": safety,
    "everything": everything,
    "nested": nested,
    "events": events,
}
