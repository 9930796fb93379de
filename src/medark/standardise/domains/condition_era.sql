-- Spans of one condition: occurrences no more than 30 days apart are one era. Occurrences without a concept have none.
-- Source: OMOP CDM 5.4, CONDITION_ERA: persistence window of 30 days; an occurrence without an end lasts its day.
with occurrences as (
  select
    person_id,
    condition_concept_id as concept_id,
    condition_start_date as first_day,
    greatest(condition_start_date, coalesce(condition_end_date, condition_start_date)) as last_day
  from lake_condition_occurrence
  where condition_concept_id > 0
),
reached as (
  select
    o.*,
    max(last_day) over (
      partition by person_id, concept_id order by first_day, last_day
      rows between unbounded preceding and 1 preceding
    ) as covered_to
  from occurrences as o
),
numbered as (
  select
    r.*,
    sum(case when date_diff('day', covered_to, first_day) <= 30 then 0 else 1 end) over (
      partition by person_id, concept_id order by first_day, last_day
      rows between unbounded preceding and current row
    ) as era_no
  from reached as r
)
select
  key_hash('condition_era|' || cast(person_id as varchar) || '|' || cast(concept_id as varchar) || '|'
           || cast(min(first_day) as varchar)) as condition_era_id,
  person_id,
  concept_id as condition_concept_id,
  min(first_day) as condition_era_start_date,
  max(last_day) as condition_era_end_date,
  cast(count(*) as integer) as condition_occurrence_count,
  cast(null as bigint) as medark_record_no,
  cast(null as bigint) as medark_row_no
from numbered
group by person_id, concept_id, era_no
