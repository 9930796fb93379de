-- Everything else that was observed, asked or told.
select
  event_id as observation_id,
  person_id,
  concept_id as observation_concept_id,
  start_date as observation_date,
  start_datetime as observation_datetime,
  type_concept_id as observation_type_concept_id,
  value_as_number,
  substr(value_as_string, 1, 60) as value_as_string,
  value_as_concept_id,
  coalesce(qualifier_concept_id, 0) as qualifier_concept_id,
  unit_concept_id,
  provider_id,
  visit_id as visit_occurrence_id,
  detail_id as visit_detail_id,
  source_value as observation_source_value,
  source_concept_id as observation_source_concept_id,
  substr(unit_source_value, 1, 50) as unit_source_value,
  substr(qualifier_source_value, 1, 50) as qualifier_source_value,
  substr(value_source_value, 1, 50) as value_source_value,
  parent_event_id as observation_event_id,
  cast(null as integer) as obs_event_field_concept_id,
  medark_record_no,
  medark_row_no,
  part_no
from coded_event
where domain = 'observation'
