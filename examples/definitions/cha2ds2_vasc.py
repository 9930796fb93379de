"""CHA2DS2-VASc of people with atrial fibrillation, on the day it was first found"""

from medark.define import Band, Cohort, Item, Keep, Score, concepts, conditions, index, observation_periods, person

FIBRILLATION = concepts("atrial fibrillation", 313217)
HEART_FAILURE = concepts("heart failure", 316139, 319835)
HYPERTENSION = concepts("hypertension", 316866, 320128)
DIABETES = concepts("diabetes", 201820, 201826, 201254)
STROKE = concepts("stroke, transient ischaemic attack or thromboembolism", 381316, 443454, 373503)
VASCULAR = concepts("myocardial infarction or peripheral artery disease", 4329847, 312327, 321052)
FEMALE = 8532


def known(disease):
    """Was it ever diagnosed, up to that day?"""
    return conditions.of(disease).before(index.start, bounds="[]").exists()


age = person.age_on(index.start)
seen = observation_periods.where(observation_periods.start <= index.start, observation_periods.end >= index.start)
first_found = Cohort("atrial_fibrillation", conditions.of(FIBRILLATION), [Keep("first")], exit=seen.first().end_date)
cha2ds2_vasc = Score(
    "cha2ds2_vasc",
    [
        Item("heart_failure", known(HEART_FAILURE), 1),
        Item("hypertension", known(HYPERTENSION), 1),
        Item("age_65_to_74", (age >= 65) & (age < 75), 1),
        Item("age_75", age >= 75, 2),
        Item("diabetes", known(DIABETES), 1),
        Item("stroke", known(STROKE), 2),
        Item("vascular", known(VASCULAR), 1),
        Item("female", person.gender_concept_id == FEMALE, 1),
    ],
    [Band("low", 0), Band("low_moderate", 1), Band("high", 2)],
    source="Lip 2010, Chest 137:263, table 2.",
)
scored = cha2ds2_vasc.on(first_found)
