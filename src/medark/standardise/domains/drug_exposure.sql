-- Drugs prescribed, given, dispensed or reported.
select
  event_id as drug_exposure_id,
  person_id,
  concept_id as drug_concept_id,
  start_date as drug_exposure_start_date,
  start_datetime as drug_exposure_start_datetime,
  -- OMOP wants an end: as said, else as long as the supply lasts, else the day it began.
  coalesce(
    end_date,
    case
      when days_supply >= 1 and days_supply <= 3660
        then cast(start_date + cast(floor(days_supply) - 1 as integer) * interval 1 day as date)
    end,
    start_date
  ) as drug_exposure_end_date,
  end_datetime as drug_exposure_end_datetime,
  end_date as verbatim_end_date,
  type_concept_id as drug_type_concept_id,
  stop_reason,
  case when refills >= 0 and refills < 2147483647 then cast(floor(refills) as integer) end as refills,
  quantity,
  case when days_supply >= 0 and days_supply < 2147483647 then cast(floor(days_supply) as integer) end as days_supply,
  sig,
  route_concept_id,
  lot_number,
  provider_id,
  visit_id as visit_occurrence_id,
  detail_id as visit_detail_id,
  source_value as drug_source_value,
  source_concept_id as drug_source_concept_id,
  route_source_value,
  dose_unit_source_value,
  medark_record_no,
  medark_row_no,
  part_no
from coded_event
where domain_concept_id = 13  -- Drug
