-- Measurements: results with a number or a finding, their unit, range and operator as the laboratory gave them.
select
  e.event_id as measurement_id,
  e.person_id,
  e.concept_id as measurement_concept_id,
  e.start_date as measurement_date,
  e.start_datetime as measurement_datetime,
  cast(null as varchar) as measurement_time,
  e.type_concept_id as measurement_type_concept_id,
  e.operator_concept_id,
  e.value_as_number,
  e.value_as_concept_id,
  e.unit_concept_id,
  e.range_low,
  e.range_high,
  e.provider_id,
  e.visit_id as visit_occurrence_id,
  e.detail_id as visit_detail_id,
  e.source_value as measurement_source_value,
  e.source_concept_id as measurement_source_concept_id,
  e.unit_source_value,
  e.unit_source_concept_id,
  e.value_source_value,
  f.event_id as measurement_event_id,
  f.field_concept_id as meas_event_field_concept_id,
  e.medark_record_no,
  e.medark_row_no,
  e.part_no
from coded_event as e
left join event_place as f on f.event_id = e.parent_event_id
where e.domain_concept_id = 21  -- Measurement
