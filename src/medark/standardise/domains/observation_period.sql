-- One period a person: from the first to the last day on which anything was recorded of them in the lake (visits with
-- their ends, conditions, drugs, procedures, devices, measurements, observations, specimens, notes). It begins no
-- earlier than birth and ends no later than death. Open ends (drug supply, insurance cover) don't lengthen it, because
-- they say what was planned, not that somebody looked.
-- Source: OHDSI ETL-Synthea and Book of OHDSI ch. 6 (EHR data: first to last record; type 32882).
with days as (
  select person_id, visit_start_date as first_day, visit_end_date as last_day from lake_visit_occurrence
  union all select person_id, condition_start_date, condition_start_date from lake_condition_occurrence
  union all select person_id, drug_exposure_start_date, drug_exposure_start_date from lake_drug_exposure
  union all select person_id, procedure_date, procedure_date from lake_procedure_occurrence
  union all select person_id, device_exposure_start_date, device_exposure_start_date from lake_device_exposure
  union all select person_id, measurement_date, measurement_date from lake_measurement
  union all select person_id, observation_date, observation_date from lake_observation
  union all select person_id, specimen_date, specimen_date from lake_specimen
  union all select person_id, note_date, note_date from lake_note
),
spans as (
  select person_id, min(first_day) as first_day, max(last_day) as last_day
  from days
  group by person_id
),
bounded as (
  select
    s.person_id,
    greatest(s.first_day, coalesce(
      try_cast(
        cast(p.year_of_birth as varchar) || '-' || cast(coalesce(p.month_of_birth, 1) as varchar) || '-'
        || cast(coalesce(p.day_of_birth, 1) as varchar) as date
      ),
      s.first_day
    )) as first_day,
    least(s.last_day, coalesce(d.death_date, s.last_day)) as last_day
  from spans as s
  join lake_person as p on p.person_id = s.person_id
  left join lake_death as d on d.person_id = s.person_id
)
select
  key_hash('observation_period|' || cast(person_id as varchar)) as observation_period_id,
  person_id,
  first_day as observation_period_start_date,
  greatest(first_day, last_day) as observation_period_end_date,
  32882 as period_type_concept_id,
  cast(null as bigint) as medark_record_no,
  cast(null as bigint) as medark_row_no
from bounded
