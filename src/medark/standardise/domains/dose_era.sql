-- Spans of one ingredient at one daily dose; without drug_strength there are none. The dose of a day is what the supply
-- held, over the days it was to last: quantity × amount for what is counted, quantity × concentration for what is
-- measured.
-- Source: OMOP CDM 5.4, DOSE_ERA and DRUG_STRENGTH; persistence window of 30 days as for drug_era.
with exposures as (
  select
    d.person_id,
    s.ingredient_concept_id as concept_id,
    coalesce(s.amount_unit_concept_id, s.numerator_unit_concept_id) as unit_concept_id,
    d.quantity * coalesce(s.amount_value, s.numerator_value / coalesce(s.denominator_value, 1))
      / coalesce(d.days_supply, date_diff('day', d.drug_exposure_start_date, d.drug_exposure_end_date) + 1) as dose,
    d.drug_exposure_start_date as first_day,
    greatest(d.drug_exposure_start_date, d.drug_exposure_end_date) as last_day
  from lake_drug_exposure as d
  join drug_strength as s on s.drug_concept_id = d.drug_concept_id
  where d.quantity > 0 and s.invalid_reason is null
),
reached as (
  select
    e.*,
    max(last_day) over (
      partition by person_id, concept_id, unit_concept_id, dose order by first_day, last_day
      rows between unbounded preceding and 1 preceding
    ) as covered_to
  from exposures as e
  where dose > 0 and unit_concept_id is not null
),
numbered as (
  select
    r.*,
    sum(case when date_diff('day', covered_to, first_day) <= 30 then 0 else 1 end) over (
      partition by person_id, concept_id, unit_concept_id, dose order by first_day, last_day
      rows between unbounded preceding and current row
    ) as era_no
  from reached as r
)
select
  key_hash('dose_era|' || cast(person_id as varchar) || '|' || cast(concept_id as varchar) || '|'
           || cast(unit_concept_id as varchar) || '|' || cast(min(first_day) as varchar) || '|'
           || cast(coalesce(try_cast(floor(dose * 1000000) as bigint), 0) as varchar)) as dose_era_id,
  person_id,
  concept_id as drug_concept_id,
  unit_concept_id,
  dose as dose_value,
  min(first_day) as dose_era_start_date,
  max(last_day) as dose_era_end_date,
  cast(null as bigint) as medark_record_no,
  cast(null as bigint) as medark_row_no
from numbered
group by person_id, concept_id, unit_concept_id, dose, era_no
