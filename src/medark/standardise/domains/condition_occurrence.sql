-- Conditions: the events whose concept is of domain Condition.
select
  event_id as condition_occurrence_id,
  person_id,
  concept_id as condition_concept_id,
  start_date as condition_start_date,
  start_datetime as condition_start_datetime,
  end_date as condition_end_date,
  end_datetime as condition_end_datetime,
  type_concept_id as condition_type_concept_id,
  status_concept_id as condition_status_concept_id,
  stop_reason,
  provider_id,
  visit_id as visit_occurrence_id,
  detail_id as visit_detail_id,
  source_value as condition_source_value,
  source_concept_id as condition_source_concept_id,
  status_source_value as condition_status_source_value,
  medark_record_no,
  medark_row_no,
  part_no
from coded_event
where domain_concept_id = 19  -- Condition
