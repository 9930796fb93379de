-- Devices and supplies that a person had.
select
  event_id as device_exposure_id,
  person_id,
  concept_id as device_concept_id,
  start_date as device_exposure_start_date,
  start_datetime as device_exposure_start_datetime,
  end_date as device_exposure_end_date,
  end_datetime as device_exposure_end_datetime,
  type_concept_id as device_type_concept_id,
  substr(unique_device_id, 1, 255) as unique_device_id,
  substr(production_id, 1, 255) as production_id,
  cast(quantity as integer) as quantity,
  provider_id,
  visit_id as visit_occurrence_id,
  detail_id as visit_detail_id,
  source_value as device_source_value,
  source_concept_id as device_source_concept_id,
  unit_concept_id,
  substr(unit_source_value, 1, 50) as unit_source_value,
  0 as unit_source_concept_id,
  medark_record_no,
  medark_row_no,
  part_no
from coded_event
where domain = 'device'
