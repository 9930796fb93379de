-- Every clinical event with its person, its keys made numbers, its times in one zone, and its concepts; the concept's
-- domain, not the source's word for it, says which table it goes to (OMOP: "the domain decides the table").
with keyed as (
  select
    e.*,
    coalesce(e.kind, '') || '|' || coalesce(e.code_system, '') || '|' || coalesce(e.code, e.code_text, '') || '|'
      || coalesce(e.alt_system, '') || '|' || coalesce(e.alt_code, '') || '|'
      || coalesce(e.alt2_system, '') || '|' || coalesce(e.alt2_code, '') as code_key,
    coalesce(e.operator, nullif(regexp_extract(e.value, '^\s*(<=|>=|<|>|=)\s*[0-9.]', 1), '')) as value_operator,
    in_zone(e.start_time, :source_zone, :zone) as start_at,
    in_zone(e.end_time, :source_zone, :zone) as end_at
  from staged_event as e
)
select
  case
    when c.domain_id in ('Condition', 'Drug', 'Procedure', 'Device', 'Measurement', 'Observation') then lower(c.domain_id)
    when c.concept_id is null or c.concept_id = 0 then k.kind
    else 'observation'
  end as domain,
  p.person_id,
  case
    when k.event_key is not null
      then key_hash(:salt || '|' || :source || '|' || k.kind || '|' || k.event_key
                    || case when c.map_no > 0 then '|' || cast(c.map_no as varchar) else '' end)
    when c.map_no > 0
      then key_hash(:salt || '|' || cast(k.record_no as varchar) || '|' || cast(k.row_no as varchar) || '|'
                    || cast(k.part_no as varchar) || '|' || cast(c.map_no as varchar))
    -- Files without keys: the place is the key. Above every hash (60 bits), 26 + 32 + 4 bits for the place.
    else 4611686018427387904 + k.record_no * 68719476736 + k.row_no * 16 + k.part_no
  end as event_id,
  case when k.visit_key is not null then key_hash(:salt || '|' || :people || '|visit|' || k.visit_key) end as visit_id,
  case when k.detail_key is not null then key_hash(:salt || '|' || :people || '|visit_detail|' || k.detail_key) end as detail_id,
  case when k.provider_key is not null then key_hash(:salt || '|' || :people || '|provider|' || k.provider_key) end as provider_id,
  coalesce(c.concept_id, 0) as concept_id,
  coalesce(c.source_concept_id, 0) as source_concept_id,
  substr(coalesce(k.code, k.code_text), 1, 50) as source_value,
  cast(k.start_at as date) as start_date,
  case when has_time(k.start_time) then k.start_at end as start_datetime,
  cast(k.end_at as date) as end_date,
  case when has_time(k.end_time) then k.end_at end as end_datetime,
  -- A day made up from a year or a month is said to be made up (FHIR-to-OMOP f2o-071).
  case when is_partial_date(k.start_time) then 32882 else coalesce(t.concept_id, 32817) end as type_concept_id,
  coalesce(s.concept_id, 0) as status_concept_id,
  k.status as status_source_value,
  substr(k.stop_reason, 1, 20) as stop_reason,
  case when k.value_operator is null then finite_number(k.value)
       else finite_number(regexp_replace(k.value, '^\s*(<=|>=|<|>|=)\s*', '')) end as value_as_number,
  coalesce(vc.concept_id, vw.concept_id, 0) as value_as_concept_id,
  coalesce(k.value_text, case when finite_number(k.value) is null then k.value end) as value_as_string,
  coalesce(k.value, k.value_code, k.value_text) as value_source_value,
  o.concept_id as operator_concept_id,
  case when k.unit is not null then coalesce(u.concept_id, 0) end as unit_concept_id,
  k.unit as unit_source_value,
  finite_number(k.range_low) as range_low,
  finite_number(k.range_high) as range_high,
  coalesce(m.concept_id, 0) as modifier_concept_id,
  k.modifier_code as modifier_source_value,
  q.concept_id as qualifier_concept_id,
  k.qualifier as qualifier_source_value,
  finite_number(k.quantity) as quantity,
  try_cast(finite_number(k.days_supply) as integer) as days_supply,
  try_cast(finite_number(k.refills) as integer) as refills,
  k.sig,
  coalesce(r.concept_id, 0) as route_concept_id,
  k.route as route_source_value,
  k.lot_number,
  k.dose_unit as dose_unit_source_value,
  k.device_id as unique_device_id,
  k.production_id,
  case when k.parent_key is not null then key_hash(:salt || '|' || :source || '|' || k.kind || '|' || k.parent_key) end as parent_event_id,
  k.record_no as medark_record_no,
  k.row_no as medark_row_no,
  k.part_no,
  coalesce(c.map_no, 0) as map_no
from keyed as k
left join person_key as p on p.person_key = k.person_key
left join chosen_code as c on c.code_key = k.code_key
left join value_map as t on t.set_name = 'type_concept' and t.value = k.type
left join value_map as s on s.set_name = 'condition_status' and s.value = lower(k.status)
left join value_map as o on o.set_name = 'operator' and o.value = k.value_operator
left join value_map as q on q.set_name = 'qualifier' and q.value = lower(k.qualifier)
left join value_map as r on r.set_name = 'route' and r.value = lower(k.route)
left join value_map as m on m.set_name = 'modifier' and m.value = lower(k.modifier_code)
left join value_map as vw on vw.set_name = 'answer' and vw.value = lower(k.value)
left join chosen_answer as vc on vc.value_key = coalesce(k.value_system, '') || '|' || k.value_code
left join unit_map as u on u.unit = k.unit
