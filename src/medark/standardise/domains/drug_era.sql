-- Spans of one ingredient: exposures no more than 30 days apart are one era. gap_days counts the days of the era that
-- no exposure covers.
-- Source: OMOP CDM 5.4, DRUG_ERA: ingredient level, persistence window of 30 days.
with exposures as (
  select
    d.person_id,
    i.ingredient_concept_id as concept_id,
    d.drug_exposure_start_date as first_day,
    greatest(d.drug_exposure_start_date, d.drug_exposure_end_date) as last_day
  from lake_drug_exposure as d
  join ingredient as i on i.concept_id = d.drug_concept_id
),
reached as (
  select
    e.*,
    max(last_day) over (
      partition by person_id, concept_id order by first_day, last_day
      rows between unbounded preceding and 1 preceding
    ) as covered_to
  from exposures as e
),
numbered as (
  select
    r.*,
    date_diff('day', covered_to, first_day) as distance,
    sum(case when date_diff('day', covered_to, first_day) <= 30 then 0 else 1 end) over (
      partition by person_id, concept_id order by first_day, last_day
      rows between unbounded preceding and current row
    ) as era_no
  from reached as r
)
select
  key_hash('drug_era|' || cast(person_id as varchar) || '|' || cast(concept_id as varchar) || '|'
           || cast(min(first_day) as varchar)) as drug_era_id,
  person_id,
  concept_id as drug_concept_id,
  min(first_day) as drug_era_start_date,
  max(last_day) as drug_era_end_date,
  cast(count(*) as integer) as drug_exposure_count,
  -- Two days apart is one day between; the distance from the era before is no gap of this one.
  cast(sum(case when distance between 2 and 30 then distance - 1 else 0 end) as integer) as gap_days,
  cast(null as bigint) as medark_record_no,
  cast(null as bigint) as medark_row_no
from numbered
group by person_id, concept_id, era_no
