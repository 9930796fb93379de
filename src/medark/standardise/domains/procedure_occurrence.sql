-- Procedures that were done.
select
  event_id as procedure_occurrence_id,
  person_id,
  concept_id as procedure_concept_id,
  start_date as procedure_date,
  start_datetime as procedure_datetime,
  end_date as procedure_end_date,
  end_datetime as procedure_end_datetime,
  type_concept_id as procedure_type_concept_id,
  modifier_concept_id,
  case when abs(quantity) < 2147483647 then cast(floor(quantity) as integer) end as quantity,
  provider_id,
  visit_id as visit_occurrence_id,
  detail_id as visit_detail_id,
  source_value as procedure_source_value,
  source_concept_id as procedure_source_concept_id,
  modifier_source_value,
  medark_record_no,
  medark_row_no,
  part_no
from coded_event
where domain_concept_id = 10  -- Procedure
