-- Every clinical event with its person, its keys made numbers, its times in one zone, and its concepts; the concept's
-- domain, not the source's word for it, says which table it goes to (OMOP: "the domain decides the table").
-- A code or unit that was given and has no standard concept is 0; where nothing was given there is nothing.
with timed as (
  select
    e.*,
    coalesce(e.kind, '') || '|' || coalesce(e.code_system, '') || '|' || coalesce(e.code, e.code_text, '') || '|'
      || coalesce(e.alt_system, '') || '|' || coalesce(e.alt_code, '') || '|'
      || coalesce(e.alt2_system, '') || '|' || coalesce(e.alt2_code, '') as code_key,
    finite_number(e.value) as number_value
  from staged_event as e
),
keyed as (
  select
    t.*,
    -- "<5", "≤ 5": the operator is part of the value in many exports; full-width signs are how Chinese systems print.
    coalesce(t.operator, case
      when t.value is not null and t.number_value is null then nullif(
        replace(replace(replace(replace(
          regexp_extract(t.value, '^\s*(<=|>=|<|>|=|≤|≥|＜|＞)\s*[0-9.]', 1),
          '≤', '<='), '≥', '>='), '＜', '<'), '＞', '>'), '')
    end) as value_operator
  from timed as t
),
measured as (
  select
    k.*,
    case
      when k.number_value is not null then k.number_value
      when k.value_operator is not null
        then finite_number(regexp_replace(k.value, '^\s*(<=|>=|<|>|=|≤|≥|＜|＞)\s*', ''))
    end as value_as_number
  from keyed as k
)
select
  -- The concept of the domain (domain_number.sql): a number is six times as quick to sort rows by as a word.
  case
    when c.domain_id in ('Condition', 'Drug', 'Procedure', 'Device', 'Measurement') then
      case c.domain_id when 'Condition' then 19 when 'Drug' then 13 when 'Procedure' then 10 when 'Device' then 17
        else 21 end
    when c.domain_id = 'Observation' or c.concept_id > 0 then 27
    when k.kind in ('condition', 'drug', 'procedure', 'device', 'measurement') then
      case k.kind when 'condition' then 19 when 'drug' then 13 when 'procedure' then 10 when 'device' then 17
        else 21 end
    else 27
  end as domain_concept_id,
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
  v.visit_id,
  coalesce(d.detail_id, v.detail_id) as detail_id,
  n.provider_id,
  coalesce(c.concept_id, 0) as concept_id,
  coalesce(c.source_concept_id, 0) as source_concept_id,
  substr(coalesce(c.source_value, k.code, k.code_text), 1, 50) as source_value,
  case when k.start_time is null then b.start_date else st.day end as start_date,
  st.moment as start_datetime,
  et.day as end_date,
  et.moment as end_datetime,
  -- A day made up from a year, a month or the visit is said to be made up (FHIR-to-OMOP f2o-071); but that a patient
  -- told it weighs more (f2o-053).
  case
    when (k.start_time is null or st.is_partial)
      and coalesce(k.type, 'ehr') not in ('patient_report', 'survey')
      then case when k.type like '%claim%' then 32881 else 32882 end
    else coalesce(t.concept_id, 32817)
  end as type_concept_id,
  case when k.status is not null then coalesce(s.concept_id, 0) end as status_concept_id,
  substr(k.status, 1, 50) as status_source_value,
  substr(k.stop_reason, 1, 20) as stop_reason,
  k.value_as_number,
  case
    when k.value_code is not null then coalesce(nullif(vc.concept_id, 0), vw.concept_id, 0)
    when k.number_value is null then vw.concept_id
  end as value_as_concept_id,
  substr(coalesce(k.value_text, case when k.number_value is null then k.value end), 1, 60) as value_as_string,
  substr(coalesce(k.value, k.value_code, k.value_text), 1, 50) as value_source_value,
  o.concept_id as operator_concept_id,
  -- Where a unit was decided to be another than was written, what was written is the source concept.
  coalesce(w.concept_id, case when k.unit is not null then coalesce(u.concept_id, 0) end) as unit_concept_id,
  substr(k.unit, 1, 50) as unit_source_value,
  case
    when k.unit is null then null when w.concept_id is null then 0 else coalesce(u.concept_id, 0)
  end as unit_source_concept_id,
  finite_number(k.range_low) as range_low,
  finite_number(k.range_high) as range_high,
  case when k.modifier_code is not null then coalesce(m.concept_id, 0) end as modifier_concept_id,
  substr(k.modifier_code, 1, 50) as modifier_source_value,
  case when k.qualifier is not null then coalesce(q.concept_id, 0) end as qualifier_concept_id,
  substr(k.qualifier, 1, 50) as qualifier_source_value,
  finite_number(k.quantity) as quantity,
  finite_number(k.days_supply) as days_supply,
  finite_number(k.refills) as refills,
  k.sig,
  case when k.route is not null then coalesce(r.concept_id, 0) end as route_concept_id,
  substr(k.route, 1, 50) as route_source_value,
  substr(k.lot_number, 1, 50) as lot_number,
  substr(k.dose_unit, 1, 50) as dose_unit_source_value,
  k.device_id,
  k.production_id,
  case
    when k.parent_key is not null then key_hash(:salt || '|' || :source || '|' || k.kind || '|' || k.parent_key)
  end as parent_event_id,
  k.record_no as medark_record_no,
  k.row_no as medark_row_no,
  k.part_no,
  coalesce(c.map_no, 0) as map_no
from measured as k
left join person_key as p on p.person_key = k.person_key
left join event_visit as v on v.visit_key = k.visit_key
left join detail_number as d on d.detail_key = k.detail_key
left join provider_number as n on n.provider_key = k.provider_key
left join event_time as st on st.said = k.start_time
left join event_time as et on et.said = k.end_time
left join visit_day as b on b.visit_id = case when k.start_time is null then v.visit_id end
left join chosen_code as c on c.code_key = k.code_key
left join value_map as t on t.set_name = 'type_concept' and t.value = k.type
left join value_map as s on s.set_name = 'condition_status' and s.value = lower(k.status)
left join value_map as o on o.set_name = 'operator' and o.value = k.value_operator
left join value_map as q on q.set_name = 'qualifier' and q.value = lower(k.qualifier)
left join value_map as r on r.set_name = 'route' and r.value = lower(k.route)
left join value_map as m on m.set_name = 'modifier' and m.value = lower(k.modifier_code)
left join value_map as vw on vw.set_name = 'answer'
  and vw.value = case when k.number_value is null then lower(coalesce(k.value, k.value_code, k.value_text)) end
left join chosen_answer as vc on vc.value_key = coalesce(k.value_system, '') || '|' || k.value_code
left join unit_map as u on u.unit = k.unit
left join unit_decision as w on w.code = substr(coalesce(c.source_value, k.code, k.code_text), 1, 50)
  and w.said = substr(coalesce(k.unit, ''), 1, 50) and k.value_as_number >= w.low and k.value_as_number < w.high
