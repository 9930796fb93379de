-- Everything else that was observed, asked or told.
select
  e.event_id as observation_id,
  e.person_id,
  e.concept_id as observation_concept_id,
  e.start_date as observation_date,
  e.start_datetime as observation_datetime,
  e.type_concept_id as observation_type_concept_id,
  e.value_as_number,
  e.value_as_string,
  e.value_as_concept_id,
  e.qualifier_concept_id,
  e.unit_concept_id,
  e.provider_id,
  e.visit_id as visit_occurrence_id,
  e.detail_id as visit_detail_id,
  e.source_value as observation_source_value,
  e.source_concept_id as observation_source_concept_id,
  e.unit_source_value,
  e.qualifier_source_value,
  e.value_source_value,
  f.event_id as observation_event_id,
  f.field_concept_id as obs_event_field_concept_id,
  e.medark_record_no,
  e.medark_row_no,
  e.part_no
from coded_event as e
left join event_place as f on f.event_id = e.parent_event_id
where e.domain_concept_id = 27  -- Observation
