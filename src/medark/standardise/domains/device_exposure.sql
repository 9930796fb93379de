-- Devices and supplies that a person had. Of a UDI only what names the model (its DI) and the lot is kept: a serial
-- number leads to the person who carries the device (HIPAA 45 CFR 164.514(b)(2)(i)(M)).
select
  event_id as device_exposure_id,
  person_id,
  concept_id as device_concept_id,
  start_date as device_exposure_start_date,
  start_datetime as device_exposure_start_datetime,
  end_date as device_exposure_end_date,
  end_datetime as device_exposure_end_datetime,
  type_concept_id as device_type_concept_id,
  substr(case
    when device_id like '(01)%' then substr(device_id, 5, 14)  -- GS1
    when device_id like '=/%' then substr(device_id, 1, 18)  -- ICCBBA
    when device_id like '+%' then split_part(device_id, '/', 1)  -- HIBCC
    else device_id
  end, 1, 255) as unique_device_id,
  substr(case
    when production_id like '(%' then nullif(regexp_replace(production_id, '[(]21[)][^(]*', '', 'g'), '')
  end, 1, 255) as production_id,
  case when abs(quantity) < 2147483647 then cast(floor(quantity) as integer) end as quantity,
  provider_id,
  visit_id as visit_occurrence_id,
  detail_id as visit_detail_id,
  source_value as device_source_value,
  source_concept_id as device_source_concept_id,
  unit_concept_id,
  unit_source_value,
  case when unit_source_value is not null then 0 end as unit_source_concept_id,
  medark_record_no,
  medark_row_no,
  part_no
from coded_event
where domain_concept_id = 17  -- Device
