-- Drugs prescribed, given, dispensed or reported.
select
  event_id as drug_exposure_id,
  person_id,
  concept_id as drug_concept_id,
  start_date as drug_exposure_start_date,
  start_datetime as drug_exposure_start_datetime,
  -- OMOP wants an end: as said, else as long as the supply lasts, else the day it began.
  coalesce(end_date, start_date + (greatest(coalesce(days_supply, 1), 1) - 1) * interval 1 day, start_date) as drug_exposure_end_date,
  end_datetime as drug_exposure_end_datetime,
  end_date as verbatim_end_date,
  type_concept_id as drug_type_concept_id,
  stop_reason,
  refills,
  quantity,
  days_supply,
  sig,
  route_concept_id,
  substr(lot_number, 1, 50) as lot_number,
  provider_id,
  visit_id as visit_occurrence_id,
  detail_id as visit_detail_id,
  source_value as drug_source_value,
  source_concept_id as drug_source_concept_id,
  substr(route_source_value, 1, 50) as route_source_value,
  substr(dose_unit_source_value, 1, 50) as dose_unit_source_value,
  medark_record_no,
  medark_row_no,
  part_no
from coded_event
where domain = 'drug'
