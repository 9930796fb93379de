"""New users of celecoxib and of diclofenac, and who of them bled from the gut"""

from medark.define import (
    Cohort,
    Criterion,
    Dataset,
    Keep,
    concepts,
    conditions,
    days,
    drugs,
    index,
    observation_periods,
    person,
)

CELECOXIB = concepts("celecoxib", 1118084, descendants=True)
DICLOFENAC = concepts("diclofenac", 1124300, descendants=True)
BLEEDING = concepts("gastrointestinal haemorrhage", 192671, descendants=True)

seen = observation_periods.where(
    observation_periods.start_date <= index.start_date, observation_periods.end_date >= index.start_date
).first()
bleeds = conditions.of(BLEEDING)


def new_users(name, drug):
    """People at their first use, seen for a year before it, who had not bled: to the end of what is seen of them."""
    return Cohort(
        name,
        drugs.of(drug),
        [
            Keep("first"),
            Criterion("seen_for_a_year", seen.start_date <= index.start_date - days(365)),
            Criterion("adult", person.age_on(index.start) >= 18),
            Criterion("no_bleeding_before", ~bleeds.before(index.start_date).exists()),
        ],
        exit=seen.end_date,
    )


def outcome(cohort):
    """What became of them."""
    after = bleeds.between(index.start_date, index.end_date)
    first = after.first()
    return Dataset(
        cohort,
        {
            "age": person.age_on(index.start),
            "sex": person.gender_concept_id,
            "days_seen": (index.end - index.start).days,
            "bled": after.exists(),
            "days_to_bleeding": (first.start - index.start).days,
            "bled_within_30_days": bleeds.between(index.start_date, index.start_date + days(30)).exists(),
            "drugs_in_the_year_before": drugs.before(index.start_date, within=days(365)).count(),
        },
    )


celecoxib = new_users("celecoxib", CELECOXIB)
diclofenac = new_users("diclofenac", DICLOFENAC)
celecoxib_outcome = outcome(celecoxib)
diclofenac_outcome = outcome(diclofenac)
